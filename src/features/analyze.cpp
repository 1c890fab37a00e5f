#include "features/analyze.hpp"

#include "catalog/citus.hpp"
#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "features/showing_set.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"

namespace strata
{

namespace
{

std::vector<catalog::StoredSet> chosen_sets(const std::optional<std::string> &parent_table)
{
    if (!parent_table)
        return catalog::load_sets();
    return {managed_set(parent_table)};
}

} // namespace

void analyze_parent(const catalog::Parent &parent, bool committed)
{
    if (!committed && catalog::is_distributed(parent.oid))
        return pg::notice("table \"" + parent.text() + "\" was not analyzed",
                          "It is distributed by Citus, which refuses ANALYZE in a transaction that has changed it.",
                          "CALL partman.run_analyze(p_parent_table => " + pg::quote_literal(parent.text()) + ").");
    const ddl::StatementScope owner{parent};
    const pg::Spi spi;
    pg::utility("ANALYZE " + parent.quoted());
}

void run_analyze(const AnalyzeOptions &options)
{
    pg::refuse_read_only("run_analyze");
    const pg::Spi spi(true);
    std::vector<std::string> failed;
    for (const catalog::StoredSet &stored : chosen_sets(options.parent_table))
    {
        const auto parent = catalog::find_parent(stored.parent);
        if (!parent)
        {
            pg::warning("table \"" + stored.parent_table + "\" was not analyzed: it does not exist any more", {},
                        "Forget the set with partman.config_cleanup().");
            continue;
        }
        if (!options.quiet)
            pg::notice("Analyzing partitioned table: " + stored.parent_table);
        const auto failure = pg::isolate([&] {
            pg::utility(std::string(options.skip_locked ? "ANALYZE (SKIP_LOCKED) " : "ANALYZE ") +
                        parent->quoted());
        });
        if (failure)
        {
            pg::warning("table \"" + stored.parent_table + "\" was not analyzed: " + failure->message,
                        failure->detail, failure->hint);
            failed.push_back(stored.parent_table);
        }
        pg::commit();
    }
    if (failed.empty())
        return;
    std::string names;
    for (const std::string &name : failed)
        names += (names.empty() ? "\"" : ", \"") + name + "\"";
    throw core::Error{core::ErrorKind::raise, "not all partition sets were analyzed", "Failed: " + names + ".",
                      "The warnings before this error say why.  All others were analyzed and are committed."};
}

} // namespace strata
