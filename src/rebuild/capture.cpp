#include "rebuild/capture.hpp"

#include "catalog/rebuilds.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "rebuild/log_table.hpp"
#include "rebuild/places.hpp"

namespace strata::rebuild
{

namespace
{

// The row before and after; nullptr where there is none.
struct Change
{
    TupleTableSlot *before;
    TupleTableSlot *after;
};

Change change_of(const TriggerData &trigger)
{
    if (TRIGGER_FIRED_BY_INSERT(trigger.tg_event))
        return {nullptr, trigger.tg_trigslot};
    if (TRIGGER_FIRED_BY_DELETE(trigger.tg_event))
        return {trigger.tg_trigslot, nullptr};
    return {trigger.tg_trigslot, trigger.tg_newslot};
}

// What cannot be mirrored ends the rebuild, never the statement of the user.
void mirror(const Change &change, const catalog::Rebuild &rebuild, const catalog::Rebuild::Source &source,
            Oid owner)
{
    bool done = true;
    try
    {
        const pg::Identity as_owner{owner, true};
        const ddl::FixedSettings settings;
        Places places{catalog::read_parent(rebuild.parent), rebuild, source};
        std::vector<Datum> key(places.key_columns().size());
        pg::call([&] {
            if (change.before != nullptr)
            {
                places.key_of(change.before, key.data());
                done = places.remove(key.data());
            }
            if (change.after != nullptr)
                places.put(change.after);
        });
        places.finish();
    }
    catch (const core::Error &)
    {
        done = false;
    }
    if (!done)
        LogTable::mark_broken(rebuild);
}

} // namespace

void capture(const TriggerData &trigger)
{
    const auto rebuild = catalog::find_rebuild(RelationGetRelid(trigger.tg_relation));
    const catalog::Rebuild::Source *source =
        rebuild ? rebuild->source(RelationGetRelid(trigger.tg_relation)) : nullptr;
    if (source == nullptr || source->trigger != trigger.tg_trigger->tgoid)
        return;
    const Change change = change_of(trigger);
    if (rebuild->phase == catalog::Rebuild::Phase::mirroring)
        return mirror(change, *rebuild, *source, trigger.tg_relation->rd_rel->relowner);
    LogTable::add(*rebuild, *source, change.before, change.after);
}

} // namespace strata::rebuild
