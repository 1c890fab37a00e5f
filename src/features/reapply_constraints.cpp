#include "features/reapply_constraints.hpp"

#include "catalog/set_key.hpp"
#include "clock.hpp"
#include "core/constraints.hpp"
#include "core/error.hpp"
#include "features/analyze.hpp"
#include "features/capture.hpp"
#include "features/constraint_plan.hpp"
#include "features/constraints.hpp"
#include "features/showing_set.hpp"
#include "features/transactions.hpp"
#include "locks/acquire.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "pg/sleep.hpp"
#include "pg/spi.hpp"

namespace strata
{

namespace
{

class Reapplication
{
public:
    Reapplication(const ReapplyRequest &request, ShownSet set) : request_(request), set_(std::move(set)) {}

    void run();

private:
    std::vector<Oid> old_partitions() const;
    void one(Oid partition);
    void announce(Oid partition) const;
    template <typename Body>
    bool step(Oid partition, Body body);

    const ReapplyRequest &request_;
    ShownSet set_;
    ProcedureTransactions transactions_;
    std::vector<std::string> failed_;
};

std::vector<Oid> Reapplication::old_partitions() const
{
    const auto newest = newest_with_rows(set_.config, set_.state, now());
    const auto last =
        newest ? core::position_behind(*newest, std::max(set_.stored.optimize_constraint, 0)) : newest;
    std::vector<Oid> partitions;
    for (std::size_t i = 0; last && i <= *last; i++)
        if (can_be_constrained(set_.state.partitions[i].oid))
            partitions.push_back(set_.state.partitions[i].oid);
    return partitions;
}

// In a transaction of its own.
template <typename Body>
bool Reapplication::step(Oid partition, Body body)
{
    std::optional<log::Reason> reason;
    {
        pg::Settings settings;
        locks::set_timeouts(settings, locks::budget(std::nullopt, std::nullopt).timeout_ms);
        reason = capture([&] {
            // Each step is a transaction of its own: the table may have another owner by now.
            set_.parent = catalog::read_parent(set_.stored);
            catalog::check_owner(set_.parent);
            body();
        });
    }
    if (reason)
    {
        const std::string name =
            pg::relation_exists(partition) ? pg::qualified_name(partition) : "a dropped partition";
        pg::warning("constraints of partition " + name + " were not changed: " + reason->message, reason->detail,
                    reason->hint, reason->sqlstate);
        failed_.push_back(name);
    }
    transactions_.boundary();
    return !reason;
}

void Reapplication::announce(Oid partition) const
{
    const std::string name = pg::schema_name(pg::schema_of(partition)) + "." + pg::relation_name(partition);
    if (request_.drop)
        pg::notice("DRY RUN NOTICE: Dropping constraints on child table: " + name);
    if (request_.apply)
        pg::notice("DRY RUN NOTICE: Applying constraints on child table: " + name);
}

void Reapplication::one(Oid partition)
{
    if (!pg::relation_exists(partition))
        return; // retired meanwhile
    PartitionConstraints constraints{set_.stored, set_.parent, partition};
    if (request_.drop && !step(partition, [&] { constraints.drop(); }))
        return;
    if (request_.apply && step(partition, [&] { constraints.add(); }))
        step(partition, [&] { constraints.validate(); });
}

void Reapplication::run()
{
    const std::vector<Oid> partitions = old_partitions();
    bool first = true;
    for (const Oid partition : partitions)
    {
        if (request_.dry_run)
        {
            announce(partition);
            continue;
        }
        if (!std::exchange(first, false) && request_.wait_seconds > 0)
            pg::sleep_ms(request_.wait_seconds * INT64CONST(1000), "PgStrataConstraintsPause");
        one(partition);
    }
    if (request_.analyze && !request_.dry_run && !partitions.empty())
        analyze_parent(set_.parent, true);
    if (failed_.empty())
        return;
    std::string names;
    for (const std::string &name : failed_)
        names += (names.empty() ? "" : ", ") + name;
    throw core::Error{core::ErrorKind::raise,
                      "constraints of " + std::to_string(failed_.size()) + " of " +
                          std::to_string(partitions.size()) + " partitions were not changed",
                      "Failed: " + names + ".",
                      "The warnings before this error say why.  All others are done and committed."};
}

} // namespace

void reapply_constraints(const ReapplyRequest &request)
{
    pg::refuse_read_only("reapply_constraints_proc");
    const pg::Spi spi(true);
    catalog::StoredSet stored = managed_set(request.parent_table);
    catalog::check_owner(catalog::read_parent(stored.parent));
    ShownSet set = read_set(std::move(stored));
    if (set.stored.constraint_cols.empty())
        throw core::Error{core::ErrorKind::not_in_prerequisite_state,
                          "Given parent table (" + set.stored.parent_table +
                              ") not set up for constraint management (constraint_cols is NULL)",
                          "constraint_cols in partman.part_config names the columns that constraints are for.",
                          "Set it, or drop constraints that are left from before with ALTER TABLE."};
    Reapplication{request, std::move(set)}.run();
}

} // namespace strata
