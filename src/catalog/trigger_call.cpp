#include "catalog/trigger_call.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/text.hpp"

namespace strata::catalog
{

TriggerCall::TriggerCall(FunctionCallInfo fcinfo, const char *table, Timing timing)
    : data_(reinterpret_cast<TriggerData *>(fcinfo->context))
{
    if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_FOR_ROW(data_->tg_event) ||
        !(timing == Timing::before ? TRIGGER_FIRED_BEFORE(data_->tg_event)
                                   : TRIGGER_FIRED_AFTER(data_->tg_event)) ||
        RelationGetRelid(data_->tg_relation) != own_relation(table))
        throw core::Error(core::ErrorKind::not_in_prerequisite_state,
                          "function can only be called by the triggers of pg_strata");
}

bool TriggerCall::is_unchecked()
{
    return SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA && pg::call(superuser);
}

TableRow TriggerCall::read(HeapTuple tuple) const
{
    TableRow row(RelationGetDescr(data_->tg_relation));
    row.read(tuple);
    return row;
}

void TriggerCall::set(int column, Datum value)
{
    columns_.push_back(column);
    values_.push_back(value);
    nulls_.push_back(0);
}

void TriggerCall::set_text(int column, std::string_view value)
{
    set(column, pg::text_datum(value));
}

void TriggerCall::set_null(int column)
{
    columns_.push_back(column);
    values_.push_back(0);
    nulls_.push_back(1);
}

Datum TriggerCall::go_on()
{
    if (is_delete())
        return PointerGetDatum(data_->tg_trigtuple);
    HeapTuple tuple = is_update() ? data_->tg_newtuple : data_->tg_trigtuple;
    if (columns_.empty())
        return PointerGetDatum(tuple);
    return PointerGetDatum(pg::call([&] {
        static_assert(sizeof(bool) == sizeof(char));
        return heap_modify_tuple_by_cols(tuple, RelationGetDescr(data_->tg_relation),
                                         static_cast<int>(columns_.size()), columns_.data(), values_.data(),
                                         reinterpret_cast<bool *>(nulls_.data()));
    }));
}

Datum TriggerCall::leave_out() const
{
    return PointerGetDatum(nullptr);
}

} // namespace strata::catalog
