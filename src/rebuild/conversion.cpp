#include "rebuild/conversion.hpp"

#include "catalog/partitions.hpp"
#include "catalog/set_key.hpp"
#include "clock.hpp"
#include "core/conversion.hpp"
#include "ddl/owner_scope.hpp"
#include "features/capture.hpp"
#include "features/managed_sets.hpp"
#include "features/set_plan.hpp"
#include "features/transactions.hpp"
#include "locks/glance.hpp"
#include "log/progress.hpp"
#include "moving/row_reader.hpp"
#include "moving/survey.hpp"
#include "pg/guard.hpp"
#include "pg/raise.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"
#include "pg/text.hpp"
#include "rebuild/run.hpp"

namespace strata::rebuild
{

namespace
{

using core::Error;
using core::ErrorKind;

// Each of them takes some locks in the swap.
constexpr std::size_t most_pieces = 500;

constexpr int patience_of_resume_ms = 60'000;

std::string refusal(const catalog::Parent &parent, const std::string &partition)
{
    return "partition " + partition + " of table " + parent.quoted() +
           " cannot get partitions of its own beside those who use it";
}

constexpr const char *way_out =
    "Mend that, or let it stay a plain table: partman.hold_retention() keeps it as it is.";

class Conversion final : public Purpose
{
public:
    explicit Conversion(const catalog::StoredSet &set) : set_(set) {}

    PartitionedTable table() const override
    {
        catalog::Parent parent = catalog::existing_parent(set_);
        parent.key = catalog::key_of(set_, parent);
        return {std::move(parent), set_};
    }

    std::optional<Replacement> next() override
    {
        const std::vector<core::Action> all = waiting();
        for (const core::Action &action : all)
        {
            if (left_.contains(action.oid))
                continue;
            try
            {
                is_last_ = all.size() == 1;
                return replacement_for(action);
            }
            catch (const Error &error)
            {
                if (error.kind() != ErrorKind::feature_not_supported)
                    throw;
                left_.insert(action.oid);
                if (!unfit_)
                    unfit_ = error;
            }
        }
        if (unfit_)
            throw Error{*unfit_};
        return std::nullopt;
    }

    bool wants(const catalog::Rebuild &rebuild) const override
    {
        const std::vector<core::Action> still = waiting();
        is_last_ = still.size() == 1;
        return OidIsValid(rebuild.staged) && std::any_of(still.begin(), still.end(), [&](const auto &action) {
                   return rebuild.source(action.oid) != nullptr;
               });
    }

    bool swapped(const PartitionedTable &, const std::vector<Created> &) override { return is_last_; }

private:
    // Without a lock that is kept.
    std::vector<core::Action> waiting() const
    {
        const pg::Subtransaction rolled_back;
        return plan_set(set_, false).converts();
    }

    Replacement replacement_for(const core::Action &action) const
    {
        const PartitionedTable there = table();
        const Oid source = action.oid;
        const std::string message = refusal(there.parent, action.schema + "." + action.name);
        refuse_undividable(there, source, message, way_out);
        const SetLevels levels = levels_of(set_, there.parent);
        if (levels.empty())
            throw Error{ErrorKind::object_in_use,
                        "the partitions of table " + there.parent.quoted() + " are not divided any more",
                        "Somebody has called stop_sub_partition().", "There is nothing left to do."};
        core::Level rules = levels.front().rules;
        if (rules.is_stepped() && core::axis_of(rules.config.key) == core::Axis::number && !rules.newest_value)
            rules.newest_value = newest_value_of(source, levels.front());
        const catalog::NamesInSchema names{pg::schema_of(source)};
        if (rules.values)
            add_found(rules, source, levels.front());
        core::Converted converted = core::first_branch(action, rules, now(), names);
        if (rules.is_stepped())
        {
            std::vector<core::Range> with_rows = occupied(source, levels.front(), converted, message);
            // The newest ones; what is in the default partition then is for partition_data_proc().
            const std::size_t room = most_pieces - std::min(most_pieces, converted.branch.partitions.size());
            if (converted.branch.default_table && with_rows.size() > room)
                with_rows.erase(with_rows.begin(), with_rows.end() - static_cast<std::ptrdiff_t>(room));
            core::add_places(converted, with_rows, now(), names);
        }
        if (converted.branch.partitions.size() > most_pieces)
            throw Error{ErrorKind::feature_not_supported, message,
                        "It would get " + std::to_string(converted.branch.partitions.size()) +
                            " partitions at once, and " + std::to_string(most_pieces) + " can be made.",
                        way_out};
        return {.sources = {source}, .division = Division{levels.front(), std::move(converted.branch)}};
    }

    std::optional<core::Coordinate> newest_value_of(Oid source, const SetLevel &level) const
    {
        const locks::Glance glance(source, locks::budget(set_.lock_timeout, set_.lock_retries));
        return catalog::newest_value(source, level.parent);
    }

    // Values that the rows have, none of them NULL in a unique key, each once; those of the most rows, where the
    // others have a default partition.
    void add_found(core::Level &rules, Oid source, const SetLevel &level) const
    {
        std::vector<core::ListedValue> &values = rules.values->values;
        log::show_phase(log::Phase::scanning);
        const pg::Subtransaction rolled_back; // with its lock
        const ddl::OwnerScope owner{level.parent};
        const pg::Spi spi;
        std::vector<std::string> listed;
        for (const core::ListedValue &value : values)
            if (value)
                listed.push_back(*value);
        const std::string key = pg::quote_ident(level.parent.key_column);
        // Without a length, which would be 1 for some.
        const std::string type = pg::take_string(
            pg::call(format_type_extended, level.parent.key_type, int32{-1}, bits16{FORMAT_TYPE_TYPEMOD_GIVEN}));
        const pg::Rows found =
            pg::query("SELECT min(" + key + "::text) FROM ONLY " + pg::qualified_name(source) + " WHERE " + key +
                          " <> ALL (SELECT v::" + type + " FROM unnest($1) v) GROUP BY " + key +
                          " ORDER BY count(*) DESC LIMIT $2",
                      {pg::Param::text_array(listed), pg::Param::int8(most_pieces + 1)}, true);
        for (std::size_t i = 0; i < found.size() && !(rules.default_table && values.size() >= most_pieces); i++)
            values.push_back(found.text(i, 0));
    }

    // Where it has rows, by the partitions that these want.
    std::vector<core::Range> occupied(Oid source, const SetLevel &level, const core::Converted &converted,
                                      const std::string &message) const
    {
        log::show_phase(log::Phase::scanning);
        ShownSet shown{level.set, level.parent, converted.config, core::state_of(converted.branch)};
        shown.stored.lock_timeout = set_.lock_timeout;
        shown.stored.lock_retries = set_.lock_retries;
        const moving::Survey found = moving::survey_beside(source, shown, now());
        if (found.stays() && !converted.branch.default_table)
            throw Error{ErrorKind::feature_not_supported, message,
                        "It has rows without a value, or with an infinite one, which are for a default partition.",
                        "Set sub_default_table to true in partman.part_config_sub, or change these rows."};
        std::vector<core::Range> ranges;
        for (const moving::Cell &cell : found.cells)
            ranges.push_back(cell.range);
        return ranges;
    }

    const catalog::StoredSet &set_;
    mutable bool is_last_ = false; // the one that is under way
    std::set<std::uint32_t> left_; // that are not fit for it
    std::optional<Error> unfit_;   // the first reason
};

} // namespace

std::string why_not_convertible(const PartitionedTable &table, Oid partition)
{
    try
    {
        refuse_undividable(table, partition, "", "");
    }
    catch (const Error &error)
    {
        return error.detail();
    }
    return {};
}

Rebuilt convert(const catalog::StoredSet &set, const RebuildManner &manner)
{
    const log::Progress progress{conversion_job, set.parent, set.parent_table};
    std::optional<log::Job> job;
    if (const auto reason =
            capture([&] { job = log::Job::begin(conversion_job, set.parent, set.parent_table, {}); }))
        return {.reason = reason};
    if (job)
    {
        Conversion conversion{set};
        return run(set, conversion, manner, *job);
    }
    return {.reason = busy(set)};
}

void resume_conversion(const log::StoredJob &job, std::int64_t id)
{
    pg::refuse_read_only("resume_job");
    const catalog::StoredSet set = set_of_open_job(job, id, true);
    ProcedureTransactions transactions;
    const Rebuilt done =
        convert(set, {.boundary = [&] { transactions.boundary(); }, .patience_ms = patience_of_resume_ms});
    if (done.reason)
        pg::raise(failure_of(*done.reason));
}

} // namespace strata::rebuild
