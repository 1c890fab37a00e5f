#include "locks/room.hpp"

#include "locks/glance.hpp"
#include "pg/catalog_scan.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata::locks
{

namespace
{

// What a partition has because its parent has it.
struct Attachments
{
    std::size_t toast = 0; // 1 where a partition gets a TOAST table
    std::size_t indexes = 0;
    std::size_t index_constraints = 0;
    std::size_t other_constraints = 0;
    std::size_t foreign_keys = 0;
    std::size_t referencing_keys = 0; // foreign keys of other tables
    std::size_t triggers = 0;         // without those of referencing keys
    std::size_t others = 0;           // defaults, policies, statistics
};

void count_constraints(Attachments &has, Oid parent)
{
    pg::CatalogScan scan{ConstraintRelationId,
                         ConstraintRelidTypidNameIndexId,
                         {{Anum_pg_constraint_conrelid, F_OIDEQ, ObjectIdGetDatum(parent)}}};
    while (HeapTuple const tuple = scan.next())
    {
        switch (reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple))->contype)
        {
        case CONSTRAINT_PRIMARY:
        case CONSTRAINT_UNIQUE:
        case CONSTRAINT_EXCLUSION:
            has.index_constraints++;
            break;
        case CONSTRAINT_FOREIGN:
            has.foreign_keys++;
            break;
        default:
            has.other_constraints++;
        }
    }
}

bool may_toast(TupleDesc columns)
{
    for (int i = 0; i < columns->natts; i++)
    {
        const auto *column = TupleDescAttr(columns, i);
        if (!column->attisdropped && column->attlen == -1 && column->attstorage != TYPSTORAGE_PLAIN)
            return true;
    }
    return false;
}

std::size_t length(const List *list)
{
    return static_cast<std::size_t>(list_length(list));
}

void count_triggers(Attachments &has, const TriggerDesc *triggers)
{
    std::size_t referencing = 0;
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; i++)
    {
        if (pg::call(RI_FKey_trigger_type, triggers->triggers[i].tgfoid) == RI_TRIGGER_PK)
            referencing++; // one for UPDATE, one for DELETE
        else
            has.triggers++;
    }
    has.referencing_keys = (referencing + 1) / 2;
}

Attachments attachments_of(Oid parent)
{
    Attachments has;
    const Glance glance(parent, budget(std::nullopt, std::nullopt));
    const pg::Relation relation(parent, NoLock);
    has.toast = may_toast(relation->rd_att) ? 1 : 0;
    has.indexes = length(pg::call(RelationGetIndexList, relation.get()));
    has.others = length(pg::call(RelationGetStatExtList, relation.get()));
    if (relation->rd_att->constr != nullptr)
        has.others += relation->rd_att->constr->num_defval;
    if (relation->rd_rsdesc != nullptr)
        has.others += length(relation->rd_rsdesc->policies);
    count_triggers(has, relation->trigdesc);
    count_constraints(has, parent);
    return has;
}

std::size_t table_size()
{
    return static_cast<std::size_t>(max_locks_per_xact) *
           static_cast<std::size_t>(MaxBackends + max_prepared_xacts);
}

// Entries of the lock table that nobody uses.  There are twice as many for the pairs of lock and holder.
std::size_t unused()
{
    const LockData *data = pg::call(GetLockStatusData);
    std::vector<std::array<char, sizeof(LOCKTAG)>> tags;
    for (int i = 0; i < data->nelements; i++)
    {
        const LockInstanceData &lock = data->locks[i];
        if (lock.fastpath)
            continue;
        std::memcpy(tags.emplace_back().data(), &lock.locktag, sizeof(LOCKTAG));
    }
    pg::call(pfree, data->locks);
    const std::size_t pairs = tags.size();
    std::sort(tags.begin(), tags.end());
    const auto used = static_cast<std::size_t>(std::unique(tags.begin(), tags.end()) - tags.begin());
    const std::size_t size = table_size();
    return size - std::min(size, std::max(used, pairs / 2));
}

// The part of the table that is left to others.
constexpr std::size_t reserve = 8;

std::size_t entitled()
{
    return static_cast<std::size_t>(max_locks_per_xact);
}

} // namespace

Room::Room() : left_(entitled()) {}

std::size_t Room::take(std::size_t wanted, std::size_t locks)
{
    locks = std::max<std::size_t>(locks, 1);
    if (left_ / locks < wanted)
    {
        const std::size_t free = unused();
        left_ = free - std::min(free, table_size() / reserve);
    }
    std::size_t fits = std::min(wanted, left_ / locks);
    if (fits == 0 && wanted > 0 && untouched_)
        fits = 1;
    left_ -= std::min(left_, fits * locks);
    untouched_ = untouched_ && fits == 0;
    return fits;
}

void Room::renew()
{
    left_ = entitled();
    untouched_ = true;
}

// Both sums are as seen in pg_locks.

std::size_t locks_to_create(Oid parent)
{
    const Attachments has = attachments_of(parent);
    // The table, its row type; a TOAST table and its index; constraints are locked when they are linked to the
    // parent's.
    return 2 + 2 * has.toast + has.indexes + has.index_constraints + has.foreign_keys + has.referencing_keys;
}

std::size_t locks_to_retire(Oid parent, const std::vector<Oid> &partitions)
{
    const Attachments has = attachments_of(parent);
    std::size_t tables = 1;
    for (const Oid partition : partitions)
        if (pg::call(get_rel_relkind, partition) == RELKIND_PARTITIONED_TABLE)
            tables = std::max(tables, length(pg::call(find_all_inheritors, partition, NoLock, nullptr)));
    // The table, its row type and the array of that; everything that depends on it.  A referencing key has a
    // constraint and two triggers for each partition.
    return tables * (3 + 2 * has.toast + has.indexes + has.index_constraints + has.other_constraints +
                     has.foreign_keys + 3 * has.referencing_keys + has.triggers + has.others);
}

} // namespace strata::locks
