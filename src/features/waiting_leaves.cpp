#include "features/waiting_leaves.hpp"

#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "catalog/sub_level.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata
{

void mark_waiting(core::SetState &state, const catalog::StoredSet &set, const catalog::Parent &parent)
{
    if (!catalog::find_level(set.parent_table))
        return;
    std::optional<std::unordered_map<Oid, catalog::Recorded>> recorded;
    for (core::Partition &partition : state.partitions)
    {
        if (pg::call(get_rel_relkind, static_cast<Oid>(partition.oid)) != RELKIND_RELATION)
            continue;
        if (!recorded)
            recorded = catalog::provenance_of(parent.oid);
        const auto found = recorded->find(partition.oid);
        if (found == recorded->end() || found->second.held || found->second.asked)
            continue;
        partition.waits = true;
        partition.name = catalog::name_of(partition.oid);
        partition.schema = pg::schema_name(pg::schema_of(partition.oid));
    }
}

} // namespace strata
