#include "rebuild/interrupted.hpp"

#include "catalog/rebuilds.hpp"
#include "ddl/owner_scope.hpp"
#include "locks/budget.hpp"
#include "log/job.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/subtransaction.hpp"
#include "rebuild/belonging.hpp"
#include "rebuild/conversion.hpp"
#include "rebuild/rebuild.hpp"
#include "rebuild/rehash.hpp"

namespace strata::rebuild
{

std::optional<Rebuilt> Interrupted::go_on(const catalog::StoredSet &set, const RebuildManner &manner) const
{
    return go_on_with_modulus(set, manner);
}

std::string Interrupted::why_not_convertible(const PartitionedTable &table, Oid partition) const
{
    return rebuild::why_not_convertible(table, partition);
}

Rebuilt Interrupted::convert(const catalog::StoredSet &set, const RebuildManner &manner) const
{
    return rebuild::convert(set, manner);
}

void Interrupted::clear_away() const
{
    for (const catalog::Rebuild &rebuild : catalog::all_rebuilds())
    {
        // Where somebody has spoilt the row, the tables that are being replaced tell whose they are.
        Oid set = rebuild.parent;
        for (const catalog::Rebuild::Source &source : rebuild.sources)
            if (pg::call(get_rel_relispartition, source.table))
                set = pg::call(get_partition_parent, source.table, true);
        if (set == rebuild.parent && catalog::find_set(set))
            continue;
        const auto parent = catalog::find_parent(set);
        if (parent && !pg::has_role(pg::call(GetUserId), parent->owner))
            continue;
        const auto failure = pg::isolate([&] {
            hold_extension();
            if (parent)
                discard(*parent, rebuild, locks::budget(std::nullopt, std::nullopt));
            else
                catalog::delete_rebuild(rebuild.parent); // its tables went with the set
            log::abort_job(rebuild.job);
        });
        if (failure)
            pg::log("pg_strata could not clear away what it made to replace partitions: " + failure->message,
                    failure->detail, failure->hint, failure->sqlstate);
    }
}

void discard_job(Oid set, std::int64_t job)
{
    const auto rebuild = catalog::find_rebuild_of_set(set);
    if (rebuild && rebuild->job == job)
        discard(catalog::read_parent(set), *rebuild, locks::budget(std::nullopt, std::nullopt));
}

} // namespace strata::rebuild
