#include "moving/restored_table.hpp"

#include "ddl/handover.hpp"
#include "ddl/owner_scope.hpp"
#include "locks/acquire.hpp"
#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"

namespace strata::moving
{

namespace
{

// Each for itself: one that fails must not take the others, or the rows, with it.
template <class Scope, class Role>
void run(const Role &role, Oid table, const std::vector<std::string> &statements)
{
    for (const std::string &statement : statements)
    {
        const auto failure = pg::isolate([&] {
            const pg::Spi spi;
            const Scope scope{role};
            pg::utility(statement);
        });
        if (failure)
            pg::warning("table " + pg::qualified_name(table) +
                            " did not get all that the partition set has: " + failure->message,
                        "The statement was: " + statement + ".", failure->hint, failure->sqlstate);
    }
}

} // namespace

void restore_properties(const catalog::Parent &set, Oid table, const locks::Budget &budget)
{
    if (pg::owner_of(table) != set.owner)
    {
        pg::notice("table " + pg::qualified_name(table) +
                       " got the rows of the partition set, but nothing else of it",
                   "They belong to different roles.",
                   "Give them to one role before the last batch, or make indexes and privileges by hand.");
        return;
    }
    locks::acquire({table, AccessExclusiveLock}, {}, budget);
    run<ddl::StatementScope>(set, table, ddl::handover_statements(set.oid, table));
    run<ddl::StatementScope>(set, table, ddl::handover_finish(set.oid, table));
    // Publications have owners of their own; nobody's code runs.
    run<ddl::OwnerScope>(GetUserId(), table, ddl::publication_statements(set.oid, table));
}

} // namespace strata::moving
