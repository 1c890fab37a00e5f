#include "catalog/instant_text.hpp"
#include "catalog/partition_bound.hpp"
#include "catalog/partitions.hpp"
#include "clock.hpp"
#include "core/error.hpp"
#include "core/existing.hpp"
#include "core/naming.hpp"
#include "core/number_text.hpp"
#include "core/plan.hpp"
#include "core/value_name.hpp"
#include "features/bounded_partition.hpp"
#include "features/by_hand.hpp"
#include "features/constraint_calls.hpp"
#include "features/create_partitions.hpp"
#include "features/key_text.hpp"
#include "features/levels.hpp"
#include "locks/glance.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

constexpr const char *lowest = "MINVALUE";
constexpr const char *highest = "MAXVALUE";

bool is_word(const std::string &text, const char *word)
{
    return pg_strcasecmp(text.c_str(), word) == 0;
}

void check_strategy(const PartitionedTable &table)
{
    if (table.parent.strategy == PARTITION_STRATEGY_RANGE)
        return;
    bool const list = table.parent.strategy == PARTITION_STRATEGY_LIST;
    throw Error{ErrorKind::wrong_object_type,
                "cannot add a range to table \"" + table.parent.text() + "\", which is partitioned by " +
                    (list ? "list" : "hash"),
                "Its partition key is " + table.parent.key_text() + ".",
                "Only a table with PARTITION BY RANGE has partitions with two bounds."};
}

// Of a set

core::Bound bound_of(const std::string &text, const core::Codec &codec, const char *argument)
{
    if (is_word(text, lowest))
        return core::Bound::minus_infinity();
    if (is_word(text, highest))
        return core::Bound::plus_infinity();
    if (!core::is_time(codec.axis()))
        return core::Bound::at(codec.check(core::parse_number_step(text, argument).width));
    return core::Bound::at(
        codec.check(codec.from_instant(catalog::read_instant(text, codec.zone().name(), argument))));
}

core::Range range_of(const RangeRequest &request, const core::SetConfig &config)
{
    core::Codec const codec = config.codec();
    core::Range const range{bound_of(request.from, codec, "p_from"), bound_of(request.to, codec, "p_to")};
    if (range.empty())
        throw Error{ErrorKind::invalid_definition, "p_from must lie below p_to",
                    "The range is " + core::range_text(range, codec) + ".",
                    "The lower bound belongs to the partition, the upper one to the next."};
    if (!config.bounds.contains(range))
        throw Error{ErrorKind::invalid_definition,
                    "partition " + core::range_text(range, codec) + " would leave the bounds of table \"" +
                        config.schema + "." + config.table + "\"",
                    "The table is a partition itself: " + core::range_text(config.bounds, codec) + ".",
                    "Pass bounds within these."};
    return range;
}

std::string add_to_set(const RangeRequest &request, const PartitionedTable &table)
{
    catalog::StoredSet set = *table.set;
    core::SetConfig config = catalog::to_config(set, table.parent);
    config.bounds = catalog::bounds_of(table.parent);
    core::Range const range = range_of(request, config);
    core::SetState const state = [&] {
        locks::Glance const glance{table.parent.oid, table.budget()};
        core::SetState found = catalog::read_partitions(table.parent);
        catalog::add_names(found);
        return found;
    }();
    if (auto const other = core::first_overlap(state, range))
        core::raise_overlap(config, range, state.partitions[*other]);

    std::optional<PartitionName> wished;
    if (request.partition)
    {
        wished = wanted_name(table, *request.partition);
        set.partition_schema = wished->schema;
    }
    std::string const schema = partition_schema(set, table.parent);
    catalog::NamesInSchema const names{pg::find_schema(schema)};
    core::Plan plan = core::plan_ranges(config, state, now(), {range}, names, "asked for");
    if (wished)
    {
        plan.actions.front().name = wished->name;
        plan.findings.clear();
    }
    plan_levels(plan, state, set, table.parent, now(), names);
    for (const core::Finding &finding : plan.findings)
        pg::notice(finding.message, finding.detail, finding.hint);

    log::Step step;
    step.action = log::Action::create;
    step.started = GetCurrentTimestamp();
    std::vector<Created> const made = create_partitions(set, table.parent, wanted_of(plan.actions));
    if (made.empty() || (wished && made.front().name != wished->name))
        throw Error{ErrorKind::object_in_use, "table \"" + table.parent.text() + "\" has changed meanwhile",
                    "Another session made a partition of that range or of that name.", "Try again."};
    const Created &created = made.front();
    if (catalog::range_of(created.oid, table.parent) != range)
        throw Error{ErrorKind::invalid_argument,
                    "column \"" + set.control +
                        "\" cannot tell these bounds from others: " + core::range_text(range, config.codec()),
                    "The values of the column are coarser.", "Pass bounds that the column can hold."};
    constrain_after_creation(set, table.parent);
    step.partition = schema + "." + created.name;
    step.bounds = core::range_text(range, config.codec());
    step.finished = GetCurrentTimestamp();
    note_by_hand(table, step, 1, 0);
    return step.partition;
}

// Of another table

std::string bound_text(const std::string &text, const PartitionedTable &table)
{
    std::string bound = is_word(text, lowest)    ? lowest
                        : is_word(text, highest) ? highest
                                                 : pg::quote_literal(key_text(table.parent, text));
    // Behind an unbounded column all others must be so in the same direction.
    for (int i = 1; i < table.parent.key_columns; ++i)
        bound += is_word(text, highest) ? ", MAXVALUE" : ", MINVALUE";
    return "(" + bound + ")";
}

std::string add_to_table(const RangeRequest &request, const PartitionedTable &table)
{
    Bounded wanted{{table.partition_schema(), {}},
                   "FOR VALUES FROM " + bound_text(request.from, table) + " TO " + bound_text(request.to, table)};
    catalog::NamesInSchema const names{table.parent.schema_oid};
    wanted.name = request.partition
                      ? wanted_name(table, *request.partition)
                      : PartitionName{table.partition_schema(),
                                      core::free_name(core::value_name(table.parent.name, request.from),
                                                      [&](std::string_view name) { return names.taken(name); })};
    make_bounded(table, {wanted});
    return wanted.name.text();
}

} // namespace

std::string add_range_partition(const RangeRequest &request)
{
    pg::refuse_read_only("add_range_partition");
    PartitionedTable const table = find_partitioned(request.parent_table);
    check_strategy(table);
    return table.set ? add_to_set(request, table) : add_to_table(request, table);
}

} // namespace strata
