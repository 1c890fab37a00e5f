#include "moving/stray_row_mover.hpp"

#include "catalog/partitions.hpp"
#include "catalog/rebuilds.hpp"
#include "catalog/sub_level.hpp"
#include "ddl/owner_scope.hpp"
#include "features/partition_size.hpp"
#include "locks/glance.hpp"
#include "moving/batch.hpp"
#include "moving/key_window.hpp"
#include "moving/row_key.hpp"
#include "moving/row_reader.hpp"
#include "moving/shard_transfer.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/subtransaction.hpp"

#include <algorithm>

namespace strata::moving
{

namespace
{

Oid default_of(const ShownSet &set)
{
    return set.state.default_partition ? set.state.default_partition->oid : InvalidOid;
}

bool stores_rows(Oid table)
{
    return RELKIND_HAS_TABLE_AM(pg::call(get_rel_relkind, table));
}

KeyWindows windows_of(const ShownSet &set, const std::vector<core::Range> &ranges)
{
    const core::Codec codec = set.config.codec();
    std::vector<KeyWindow> windows;
    windows.reserve(ranges.size());
    for (const core::Range &range : ranges)
        windows.emplace_back(set.parent, range, codec);
    return KeyWindows{std::move(windows)};
}

std::vector<core::Range> sorted(std::vector<core::Range> ranges)
{
    std::sort(ranges.begin(), ranges.end());
    return ranges;
}

} // namespace

ShownSet glimpse(const catalog::StoredSet &stored)
{
    const pg::Subtransaction rolled_back;
    return read_set(stored);
}

std::vector<bool> StrayRowMover::collide(const catalog::StoredSet &stored,
                                         const std::vector<core::Range> &ranges) const
{
    std::vector<bool> result(ranges.size(), false);
    // What is being emptied need not be searched again.
    if (const auto rebuild = catalog::find_rebuild_of_set(stored.parent); rebuild && !OidIsValid(rebuild->staged))
    {
        for (std::size_t i = 0; i < ranges.size(); i++)
            result[i] = std::any_of(rebuild->pieces.begin(), rebuild->pieces.end(), [&](const auto &piece) {
                return core::overlaps(ranges[i], catalog::range_of(piece));
            });
        return result;
    }
    const ShownSet set = glimpse(stored);
    const Oid source = default_of(set);
    if (OidIsValid(source) && goes_by_sql(source, set.parent.oid))
    {
        std::transform(ranges.begin(), ranges.end(), result.begin(),
                       [&](const core::Range &range) { return has_rows_of(source, set, range); });
        return result;
    }
    if (!OidIsValid(source) || !stores_rows(source) || pg::call(catalog::surely_empty, source))
        return result;
    const locks::Glance glance(source, locks::budget(stored.lock_timeout, stored.lock_retries));
    const ddl::OwnerScope owner{set.parent};
    const std::vector<core::Range> order = sorted(ranges);
    KeyWindows windows = windows_of(set, order);
    std::vector<bool> found(order.size(), false);
    std::size_t left = order.size();
    RowReader rows{source, set.parent.oid, {}};
    const RowKey keys{set.parent, set.parent.oid};
    pg::call([&] {
        while (TupleTableSlot *row = left > 0 ? rows.next() : nullptr)
        {
            const auto key = keys.of(row);
            const std::size_t window = key ? windows.find(*key) : KeyWindows::none;
            if (window == KeyWindows::none || found[window])
                continue;
            found[window] = true;
            left--;
        }
    });
    for (std::size_t i = 0; i < ranges.size(); i++)
        result[i] = found[static_cast<std::size_t>(std::lower_bound(order.begin(), order.end(), ranges[i]) -
                                                   order.begin())];
    return result;
}

StrayRows::Healed StrayRowMover::heal(const catalog::StoredSet &stored,
                                      const std::vector<core::Range> &ranges) const
{
    const locks::Budget budget = locks::budget(stored.lock_timeout, stored.lock_retries);
    const ShownSet set = glimpse(stored);
    const Oid source = default_of(set);
    const int64_t bytes = OidIsValid(source) ? size_of(source).bytes.value_or(0) : 0;
    if (bytes > large_default)
        throw core::Error{core::ErrorKind::program_limit_exceeded,
                          "the default partition " + pg::qualified_name(source) +
                              " has too many rows to be moved while others wait",
                          "It takes " + std::to_string(bytes / 1024 / 1024) + " MB.",
                          "CALL partman.partition_data_proc(" + pg::quote_literal(stored.parent_table) +
                              ") moves them in many transactions."};
    if (!OidIsValid(source))
        throw core::Error{core::ErrorKind::not_in_prerequisite_state,
                          "table " + set.parent.quoted() + " has no default partition any more",
                          "It had one when the plan was made."};
    Batch batch{set, source, {}, budget};
    batch.hurry(budget.timeout_ms);
    std::vector<Portion> portions;
    for (const core::Range &range : sorted(ranges))
    {
        const auto &there = batch.set().state.partitions;
        if (std::none_of(there.begin(), there.end(),
                         [&](const auto &one) { return core::overlaps(one.range, range); }))
            portions.push_back({range, range});
    }
    Healed healed;
    healed.rows = batch.move(portions, false);
    const ShownSet after = read_set(stored);
    const bool sets = catalog::find_level(stored.parent_table).has_value();
    for (const Portion &portion : portions)
        for (const core::Partition &one : after.state.partitions)
            if (one.range == portion.partition)
                healed.partitions.push_back({one.oid, catalog::name_of(one.oid), one.range, sets, true});
    return healed;
}

} // namespace strata::moving
