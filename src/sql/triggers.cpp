#include "catalog/config_write.hpp"
#include "catalog/follow.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/sub_rows.hpp"
#include "core/error.hpp"
#include "features/overrides.hpp"
#include "log/standing.hpp"
#include "pg/entry.hpp"
#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "rebuild/capture.hpp"

namespace catalog = strata::catalog;
namespace core = strata::core;
namespace pg = strata::pg;

STRATA_FUNCTION(strata_part_config_check)
{
    catalog::TriggerCall call(fcinfo, "part_config");
    return catalog::TriggerCall::is_unchecked() ? call.go_on() : catalog::write_part_config(call);
}

STRATA_FUNCTION(strata_part_config_cascade)
{
    catalog::TriggerCall call(fcinfo, "part_config", catalog::Timing::after);
    catalog::cascade_to_sub(call);
    if (call.is_delete())
        if (const Oid parent = catalog::read_set(call.row()).parent; OidIsValid(parent))
            strata::log::forget_standing(parent);
    return PointerGetDatum(nullptr);
}

STRATA_FUNCTION(strata_capture_change)
{
    if (!CALLED_AS_TRIGGER(fcinfo))
        throw core::Error(core::ErrorKind::not_in_prerequisite_state, "function can only be called by a trigger");
    const auto *trigger = reinterpret_cast<const TriggerData *>(fcinfo->context);
    if (TRIGGER_FIRED_AFTER(trigger->tg_event) && TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
        strata::rebuild::capture(*trigger);
    return PointerGetDatum(nullptr);
}

STRATA_FUNCTION(strata_part_config_sub_check)
{
    catalog::TriggerCall call(fcinfo, "part_config_sub");
    return catalog::TriggerCall::is_unchecked() ? call.go_on() : catalog::write_part_config_sub(call);
}

STRATA_FUNCTION(strata_part_config_override_check)
{
    catalog::TriggerCall call(fcinfo, "part_config_override");
    return catalog::TriggerCall::is_unchecked() ? call.go_on() : strata::check_override(call);
}

STRATA_FUNCTION(strata_part_config_override_follow)
{
    const catalog::TriggerCall call(fcinfo, "part_config_override", catalog::Timing::after);
    strata::follow_override(call);
    return PointerGetDatum(nullptr);
}

STRATA_FUNCTION(strata_managed_partition_check)
{
    catalog::TriggerCall call(fcinfo, "managed_partition");
    return catalog::TriggerCall::is_unchecked() ? call.go_on() : catalog::write_managed_partition(call);
}

STRATA_FUNCTION(strata_installation_check)
{
    catalog::TriggerCall call(fcinfo, "installation");
    return catalog::TriggerCall::is_unchecked() ? call.go_on() : catalog::write_installation(call);
}

STRATA_FUNCTION(strata_confirm_live)
{
    catalog::confirm_live();
    return static_cast<Datum>(0);
}

STRATA_FUNCTION(strata_record_installation)
{
    catalog::warn_foreign_schema();
    catalog::record_installation();
    return static_cast<Datum>(0);
}

namespace
{

void check_event_trigger(FunctionCallInfo fcinfo)
{
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
        throw core::Error(core::ErrorKind::not_in_prerequisite_state,
                          "function can only be called by the event triggers of pg_strata");
}

// A user's DDL must not fail because something is wrong with us.
template <class F>
void harmlessly(F &&body)
{
    try
    {
        body();
    }
    catch (const core::Error &error)
    {
        pg::warning("pg_strata could not follow the statement: " + error.message(), error.detail(), error.hint());
    }
}

struct Dropped
{
    Oid *relations;
    int count;
};

// The relations among what the statement dropped, by calling the listing function itself: a query would cost
// several times as much as the rest of our work.
Dropped list_dropped()
{
    FmgrInfo function;
    fmgr_info(F_PG_EVENT_TRIGGER_DROPPED_OBJECTS, &function);
    ReturnSetInfo result{};
    result.type = T_ReturnSetInfo;
    result.econtext = CreateStandaloneExprContext();
    result.allowedModes = SFRM_Materialize;
    result.returnMode = SFRM_ValuePerCall;
    LOCAL_FCINFO(call, 0);
    InitFunctionCallInfoData(*call, &function, 0, InvalidOid, nullptr, reinterpret_cast<Node *>(&result));
    (void) FunctionCallInvoke(call);

    Dropped dropped{nullptr, 0};
    if (result.setResult == nullptr)
        return dropped;
    const int64 count = tuplestore_tuple_count(result.setResult);
    dropped.relations = static_cast<Oid *>(palloc(sizeof(Oid) * static_cast<size_t>(count + 1)));
    TupleTableSlot *slot = MakeSingleTupleTableSlot(result.setDesc, &TTSOpsMinimalTuple);
    while (tuplestore_gettupleslot(result.setResult, true, false, slot))
    {
        bool null = false;
        const Oid catalog_table = DatumGetObjectId(slot_getattr(slot, 1, &null));
        const Oid object = DatumGetObjectId(slot_getattr(slot, 2, &null));
        if (catalog_table == RelationRelationId && DatumGetInt32(slot_getattr(slot, 3, &null)) == 0)
            dropped.relations[dropped.count++] = object;
    }
    ExecDropSingleTupleTableSlot(slot);
    tuplestore_end(result.setResult);
    FreeExprContext(result.econtext, true);
    return dropped;
}

} // namespace

STRATA_FUNCTION(strata_follow_ddl)
{
    check_event_trigger(fcinfo);
    harmlessly([&] { catalog::follow_ddl(reinterpret_cast<EventTriggerData *>(fcinfo->context)->parsetree); });
    return static_cast<Datum>(0);
}

STRATA_FUNCTION(strata_follow_drop)
{
    check_event_trigger(fcinfo);
    if (catalog::OwnDrop::active())
        return static_cast<Datum>(0);
    harmlessly([] {
        const Dropped dropped = pg::call(list_dropped);
        if (dropped.count > 0)
            catalog::follow_drop({dropped.relations, dropped.relations + dropped.count});
    });
    return static_cast<Datum>(0);
}
