#pragma once

#include "catalog/table_row.hpp"
#include "pg/postgres.hpp"

namespace strata::catalog
{

enum class Timing
{
    before,
    after,
};

// A row trigger of one of our tables at work.
class TriggerCall
{
public:
    // Throws core::Error when the function was called otherwise, or for a table that is not ours: anybody may try.
    TriggerCall(FunctionCallInfo fcinfo, const char *table, Timing timing = Timing::before);

    bool is_insert() const { return TRIGGER_FIRED_BY_INSERT(data_->tg_event); }
    bool is_update() const { return TRIGGER_FIRED_BY_UPDATE(data_->tg_event); }
    bool is_delete() const { return TRIGGER_FIRED_BY_DELETE(data_->tg_event); }

    // A superuser's session that means to write past all triggers (session_replication_role = replica).  The checks
    // fire in every replication role, since the right to choose one does not make anybody the owner of a table.
    static bool is_unchecked();

    // The row as it was, or for an INSERT as it will be; and the row as it will be.
    TableRow row() const { return read(data_->tg_trigtuple); }
    TableRow new_row() const { return read(is_update() ? data_->tg_newtuple : data_->tg_trigtuple); }

    // A value to be written instead of the one in the new row.
    void set(int column, Datum value);
    void set_text(int column, std::string_view value);
    void set_null(int column);

    // What a BEFORE trigger returns: the row with those values; or nothing, which leaves the row out.
    Datum go_on();
    Datum leave_out() const;

private:
    TableRow read(HeapTuple tuple) const;

    TriggerData *data_;
    std::vector<int> columns_;
    std::vector<Datum> values_;
    std::vector<char> nulls_;
};

} // namespace strata::catalog
