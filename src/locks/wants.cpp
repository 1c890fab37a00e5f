#include "locks/wants.hpp"

#include "locks/glance.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata::locks
{

namespace
{

// Tables that the set's foreign keys point to, and tables whose foreign keys point to the set.  From the parent's
// relcache entry: pg_constraint has no index by which the latter could be found.
struct Neighbours
{
    std::vector<Oid> referenced;
    std::vector<Oid> referencing;
    bool itself = false;
};

void add(std::vector<Oid> &tables, Oid table, Oid self)
{
    if (OidIsValid(table) && table != self && std::find(tables.begin(), tables.end(), table) == tables.end())
        tables.push_back(table);
}

Neighbours neighbours_of(Oid parent)
{
    Neighbours found;
    const Glance glance(parent, budget(std::nullopt, std::nullopt));
    const pg::Relation relation(parent, NoLock);
    List *keys = pg::call(RelationGetFKeyList, relation.get());
    for (int i = 0; i < list_length(keys); i++)
    {
        const Oid referenced = static_cast<ForeignKeyCacheInfo *>(list_nth(keys, i))->confrelid;
        found.itself = found.itself || referenced == parent;
        add(found.referenced, referenced, parent);
    }
    const TriggerDesc *triggers = relation->trigdesc;
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; i++)
    {
        const Trigger &trigger = triggers->triggers[i];
        if (pg::call(RI_FKey_trigger_type, trigger.tgfoid) == RI_TRIGGER_PK)
            add(found.referencing, trigger.tgconstrrelid, parent);
    }
    return found;
}

void add(std::vector<Want> &wants, const std::vector<Oid> &neighbours, LOCKMODE mode)
{
    for (const Oid table : neighbours)
        wants.push_back({table, mode, true});
}

Wants wants(Oid parent, LOCKMODE mode, Oid default_partition, std::vector<Want> others)
{
    if (OidIsValid(default_partition))
        others.push_back({default_partition, AccessExclusiveLock});
    return {{parent, mode}, std::move(others)};
}

Wants to_create(Oid parent, LOCKMODE mode, Oid default_partition)
{
    std::vector<Want> others;
    const Neighbours neighbours = neighbours_of(parent);
    add(others, neighbours.referenced, ShareRowExclusiveLock);
    add(others, neighbours.referencing, ShareRowExclusiveLock);
    return wants(parent, mode, default_partition, std::move(others));
}

} // namespace

Wants to_attach(Oid parent, Oid default_partition)
{
    return to_create(parent, ShareUpdateExclusiveLock, default_partition);
}

Wants to_create_directly(Oid parent, Oid default_partition)
{
    return to_create(parent, AccessExclusiveLock, default_partition);
}

Wants to_retire(Oid parent, Oid default_partition, const std::vector<Oid> &partitions, Leaves how)
{
    std::vector<Want> others;
    const Neighbours neighbours = neighbours_of(parent);
    if (how == Leaves::dropped && (neighbours.itself || !neighbours.referencing.empty()))
        how = Leaves::detached_and_dropped;
    if (how != Leaves::dropped)
        add(others, neighbours.referenced, how == Leaves::detached ? ShareRowExclusiveLock : AccessExclusiveLock);
    add(others, neighbours.referencing, AccessExclusiveLock);
    Wants result = wants(parent, AccessExclusiveLock, default_partition, std::move(others));
    for (const Oid partition : partitions)
        result.others.push_back({partition, AccessExclusiveLock});
    return result;
}

Wants to_drop(Oid table)
{
    return to_retire(table, InvalidOid, {}, Leaves::detached_and_dropped);
}

Wants to_finalize(Oid parent, Oid partition)
{
    return {{parent, ShareUpdateExclusiveLock}, {{partition, AccessExclusiveLock}}};
}

void add(Wants &wants, const Wants &more)
{
    const auto add_one = [&wants](const Want &want) { wants.others.push_back({want.relation, want.mode, true}); };
    add_one(more.parent);
    std::for_each(more.others.begin(), more.others.end(), add_one);
}

std::vector<Oid> referenced_by(Oid table)
{
    return neighbours_of(table).referenced;
}

bool refers_to_others(Oid parent)
{
    return !referenced_by(parent).empty();
}

bool is_referenced(Oid parent)
{
    return !neighbours_of(parent).referencing.empty();
}

bool refers_to_itself(Oid parent)
{
    return neighbours_of(parent).itself;
}

bool detaches_before_drop(Oid parent)
{
    const Neighbours neighbours = neighbours_of(parent);
    return neighbours.itself || !neighbours.referencing.empty();
}

std::string describe(const Wants &wants)
{
    const auto one = [](const Want &want) {
        return std::string(pg::call(GetLockmodeName, static_cast<LOCKMETHODID>(DEFAULT_LOCKMETHOD), want.mode)) +
               " on " + pg::qualified_name(want.relation);
    };
    std::string text = one(wants.parent);
    for (const Want &want : wants.others)
        text += ", " + one(want);
    return text;
}

} // namespace strata::locks
