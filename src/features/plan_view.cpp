#include "features/plan_view.hpp"

#include "catalog/restore_guard.hpp"
#include "core/shown_plan.hpp"
#include "features/bounded_set.hpp"
#include "features/capture.hpp"
#include "features/conversion.hpp"
#include "features/creation_text.hpp"
#include "features/managed_sets.hpp"
#include "features/partition_size.hpp"
#include "features/retirement_rows.hpp"
#include "features/set_plan.hpp"
#include "locks/wants.hpp"
#include "pg/guard.hpp"
#include "pg/raise.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

Oid default_of(const core::SetState &state)
{
    return state.default_partition ? state.default_partition->oid : InvalidOid;
}

class SetPlanView
{
public:
    SetPlanView(const catalog::StoredSet &set, bool unattended, bool live, const StrayRows &stray_rows)
        : set_(set), unattended_(unattended), live_(live), stray_rows_(stray_rows),
          planned_(plan_set(set, unattended))
    {}

    std::vector<PlanRow> rows()
    {
        std::vector<PlanRow> result;
        add_create_rows(result);
        if (!planned_.plan.left_out.empty())
            result.push_back(left_out_row());
        const RetirementRows retirement(set_, planned_, unattended_, live_);
        for (PlanRow &row : retirement.rows())
            result.push_back(std::move(row));
        for (const core::Action &action : planned_.converts())
            result.push_back(convert_row(retirement.row_of(action), planned_, action));
        for (const core::Action &action : planned_.constrains())
            result.push_back(constrain_row(retirement.row_of(action), action));
        const std::string fingerprint = core::shown_text(planned_.plan);
        for (PlanRow &row : result)
            row.fingerprint = fingerprint;
        return result;
    }

private:
    void add_create_rows(std::vector<PlanRow> &rows) const
    {
        const std::vector<core::Action> creates = planned_.creates();
        std::vector<core::Range> ranges;
        for (const core::Action &action : creates)
            ranges.push_back(action.range);
        const bool may_collide = !creates.empty() && planned_.state.default_partition;
        const std::vector<bool> collide =
            may_collide ? stray_rows_.collide(set_, ranges) : std::vector<bool>(creates.size(), false);
        for (std::size_t i = 0; i < creates.size(); i++)
        {
            // There can be a hundred thousand.
            pg::call([] { CHECK_FOR_INTERRUPTS(); });
            const std::size_t first = rows.size();
            add_create_rows(rows, creates[i]);
            if (!collide[i])
                continue;
            const bool heals = set_.default_rows == "drain";
            rows[first].action = heals ? "heal" : "skip";
            if (heals)
                rows[first].locks =
                    locks::describe(locks::to_create_directly(planned_.parent.oid, default_of(planned_.state)));
            rows[first].reason += heals ? "; its rows move out of the default partition"
                                        : "; rows of the default partition are in the way";
        }
    }

    // The partition, and after it what is made below it.
    void add_create_rows(std::vector<PlanRow> &rows, const core::Action &action) const
    {
        const std::size_t first = rows.size();
        add_creation_rows(rows, set_, planned_.parent, wanted_of({action}).front(), action.reason);
        if (set_.after_create)
            rows.at(first).reason += hooks_text(set_, planned_.parent, {Hook::after_create});
        // As create_partitions decides: nobody can have stored anything below a parent without partitions.
        const Oid parent = planned_.parent.oid, the_default = default_of(planned_.state);
        rows.at(first).locks = locks::describe(planned_.state.partitions.empty() && !OidIsValid(the_default)
                                                   ? locks::to_create_directly(parent, the_default)
                                                   : locks::to_attach(parent, the_default));
    }

    // The rows there have the default partition, or are refused.
    PlanRow left_out_row() const
    {
        const core::Codec codec = planned_.config.codec();
        PlanRow row;
        row.parent_table = set_.parent_table;
        row.action = "skip";
        row.bounds =
            core::range_text({planned_.plan.left_out.front().lower, planned_.plan.left_out.back().upper}, codec);
        row.reason = "nothing is made before start_at, " + codec.text(*planned_.config.start_at);
        return row;
    }

    // The values are looked up when it is done: that reads the whole partition.
    PlanRow constrain_row(PlanRow row, const core::Action &action) const
    {
        row.action = "constrain";
        row.sql = "SELECT partman.apply_constraints(" + pg::quote_literal(set_.parent_table) + ", " +
                  pg::quote_literal(*row.partition) + ");";
        row.locks = locks::describe({{static_cast<Oid>(action.oid), AccessExclusiveLock}, {}});
        return with_size(std::move(row), action.oid);
    }

    const catalog::StoredSet &set_;
    bool unattended_, live_;
    const StrayRows &stray_rows_;
    PlannedSet planned_;
};

} // namespace

std::string as_script(const std::vector<std::string> &statements)
{
    std::string text;
    for (const std::string &statement : statements)
        text += (text.empty() ? "" : "\n") + statement + ";";
    return text;
}

void add_creation_rows(std::vector<PlanRow> &rows, const catalog::StoredSet &set, const catalog::Parent &parent,
                       const Wanted &wanted, const std::string &reason)
{
    for (CreationText &text : creation_texts(set, parent, wanted))
    {
        PlanRow &row = rows.emplace_back();
        row.parent_table = text.parent_table;
        row.action = "create";
        row.partition = text.partition;
        row.bounds = text.bounds;
        row.reason = reason;
        row.sql = as_script(text.statements);
    }
}

PlanRow with_size(PlanRow row, Oid partition)
{
    const PartitionSize size = size_of(partition);
    row.rows = size.rows;
    row.bytes = size.bytes;
    return row;
}

std::vector<PlanRow> plan_maintenance(const std::optional<std::string> &parent_table, const StrayRows &stray_rows)
{
    pg::Settings settings;
    locks::set_timeouts(settings, locks::budget(std::nullopt, std::nullopt).timeout_ms);
    const bool live = catalog::is_live();
    std::vector<PlanRow> rows;
    for (const catalog::StoredSet &set : managed_sets(parent_table).sets)
    {
        if (is_complete(set) || obstacle(set))
            continue;
        const auto reason = capture([&] {
            for (PlanRow &row : is_bounded(set) ? bounded_plan_rows(set, !parent_table, live)
                                                : SetPlanView(set, !parent_table, live, stray_rows).rows())
                rows.push_back(std::move(row));
        });
        if (!reason)
            continue;
        if (parent_table)
            pg::raise(failure_of(*reason));
        PlanRow row;
        row.parent_table = set.parent_table;
        row.action = "failed";
        row.reason = reason->message;
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace strata
