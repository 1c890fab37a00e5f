#include "locks/room.hpp"

#include "locks/glance.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata::locks
{

namespace
{

struct Attachments
{
    std::size_t indexes;
    std::size_t foreign_keys;
    std::size_t triggers;
};

Attachments attachments_of(Oid parent)
{
    const Glance glance(parent, budget(std::nullopt, std::nullopt));
    const pg::Relation relation(parent, NoLock);
    List *indexes = pg::call(RelationGetIndexList, relation.get());
    List *keys = pg::call(RelationGetFKeyList, relation.get());
    const TriggerDesc *triggers = relation->trigdesc;
    return {static_cast<std::size_t>(list_length(indexes)), static_cast<std::size_t>(list_length(keys)),
            triggers == nullptr ? 0 : static_cast<std::size_t>(triggers->numtriggers)};
}

std::size_t table_size()
{
    return static_cast<std::size_t>(max_locks_per_xact) *
           static_cast<std::size_t>(MaxBackends + max_prepared_xacts);
}

} // namespace

Room::Room() : whole_(table_size() / 2), left_(whole_) {}

std::size_t Room::take(std::size_t wanted, std::size_t locks)
{
    std::size_t fits = std::min(wanted, left_ / std::max<std::size_t>(locks, 1));
    if (fits == 0 && wanted > 0 && untouched_)
        fits = 1;
    left_ -= std::min(left_, fits * locks);
    untouched_ = untouched_ && fits == 0;
    return fits;
}

void Room::renew()
{
    left_ = whole_;
    untouched_ = true;
}

std::size_t locks_to_create(Oid parent)
{
    const Attachments has = attachments_of(parent);
    return 4 + has.indexes + has.foreign_keys;
}

std::size_t locks_to_retire(Oid parent)
{
    const Attachments has = attachments_of(parent);
    // Table, row type, array type, TOAST table and index, statistics; an index has its constraint; a foreign key
    // has its triggers on both sides.
    return 8 + 2 * has.indexes + 4 * has.foreign_keys + has.triggers;
}

} // namespace strata::locks
