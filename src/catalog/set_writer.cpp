#include "catalog/extension.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/interval.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/stored_set.hpp"
#include "core/error.hpp"
#include "pg/error.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"
#include "pg/text.hpp"
#include "settings.hpp"

namespace strata::catalog
{

namespace
{

using pg::Param;

class Insert
{
public:
    // A column without a value gets its default.
    void add(const char *column, const Param &value)
    {
        if (!value.null)
            add_nullable(column, value);
    }

    void add_nullable(const char *column, const Param &value)
    {
        columns_ += (params_.empty() ? "" : ", ") + std::string(column);
        params_.push_back(value);
        values_ += (params_.size() == 1 ? "$" : ", $") + std::to_string(params_.size());
    }

    void run(const std::string &table) const
    {
        pg::execute("INSERT INTO " + table + " (" + columns_ + ") VALUES (" + values_ + ")", params_);
    }

private:
    std::string columns_;
    std::string values_;
    std::vector<Param> params_;
};

Param optional_int4(std::optional<int32_t> value)
{
    return value ? Param::int4(*value) : Param::null_of(INT4OID);
}

} // namespace

namespace
{

// Anybody may have a row of that name in a transaction that does not end.
void run_in_time(const Insert &insert, const std::string &table, const StoredSet &set)
{
    const int most = settings::lock_timeout_ms() * (settings::lock_retries() + 1);
    pg::Settings limit;
    if (LockTimeout == 0 || LockTimeout > most)
        limit.set("lock_timeout", std::to_string(most));
    try
    {
        insert.run(table);
    }
    catch (const pg::Error &error)
    {
        if (error.sqlstate() != ERRCODE_LOCK_NOT_AVAILABLE)
            throw;
        throw core::Error(core::ErrorKind::lock_not_available,
                          "could not write the configuration of \"" + set.parent_table + "\" in time",
                          "Another transaction holds table part_config, or a row of that name in it.",
                          "Try again when it has ended; pg_locks shows it.");
    }
}

} // namespace

void insert_set(const StoredSet &set)
{
    const std::string table = own_table("part_config");
    const pg::Spi spi;
    Insert insert;
    insert.add("parent_table", Param::text(set.parent_table));
    insert.add("control", Param::text(set.control));
    insert.add("time_encoder", Param::optional_text(set.time_encoder));
    insert.add("time_decoder", Param::optional_text(set.time_decoder));
    insert.add("partition_interval", Param::text(set.partition_interval));
    insert.add("partition_type", Param::text(set.partition_type));
    insert.add("premake", Param::int4(set.premake));
    insert.add("automatic_maintenance", Param::text(set.automatic_maintenance));
    insert.add("template_table", Param::optional_text(set.template_table));
    insert.add("retention", Param::optional_text(set.retention));
    insert.add("retention_schema", Param::optional_text(set.retention_schema));
    insert.add("retention_keep_index", Param::boolean(set.retention_keep_index));
    insert.add("retention_keep_table", Param::boolean(set.retention_keep_table));
    insert.add("epoch", Param::text(set.epoch));
    if (!set.constraint_cols.empty())
        insert.add("constraint_cols", Param::text_array(set.constraint_cols));
    insert.add("optimize_constraint", Param::int4(set.optimize_constraint));
    insert.add("infinite_time_partitions", Param::boolean(set.infinite_time_partitions));
    insert.add("datetime_string", Param::optional_text(set.datetime_string));
    insert.add("jobmon", Param::boolean(set.jobmon));
    insert.add("sub_partition_set_full", Param::boolean(set.sub_partition_set_full));
    insert.add("undo_in_progress", Param::boolean(set.undo_in_progress));
    insert.add("inherit_privileges", Param::boolean(set.inherit_privileges));
    insert.add("constraint_valid", Param::boolean(set.constraint_valid));
    insert.add("ignore_default_data", Param::boolean(set.ignore_default_data));
    insert.add("date_trunc_interval", Param::optional_text(set.date_trunc_interval));
    insert.add("maintenance_order", optional_int4(set.maintenance_order));
    insert.add("retention_keep_publication", Param::boolean(set.retention_keep_publication));
    insert.add("detach_before_drop", Param::boolean(set.detach_before_drop));
    insert.add("maintenance_role", Param::optional_text(set.maintenance_role));
    insert.add("set_root", Param::optional_text(set.set_root));
    insert.add("time_zone", Param::optional_text(set.time_zone));
    insert.add("anchor", Param::optional_text(set.anchor));
    insert.add("offset_id", Param::optional_int8(set.offset_id));
    insert.add("name_template", Param::optional_text(set.name_template));
    insert.add("partition_schema", Param::optional_text(set.partition_schema));
    insert.add("create_enabled", Param::boolean(set.create_enabled));
    insert.add("retire_enabled", Param::boolean(set.retire_enabled));
    insert.add("paused_until", Param::optional_timestamptz(set.paused_until));
    insert.add("future_limit", Param::optional_text(set.future_limit));
    insert.add("retention_keep_last", optional_int4(set.retention_keep_last));
    // NULL means something else than the default.
    insert.add_nullable("retention_max_fraction", set.retention_max_fraction
                                                      ? Param::float8(*set.retention_max_fraction)
                                                      : Param::null_of(FLOAT8OID));
    insert.add("lock_timeout", optional_int4(set.lock_timeout));
    insert.add("lock_retries", optional_int4(set.lock_retries));
    insert.add("set_up_from", Param::optional_text(set.set_up_from));
    insert.add("max_partition_bytes", Param::optional_int8(set.max_partition_bytes));
    insert.add("max_partition_rows", Param::optional_int8(set.max_partition_rows));
    insert.add("codec", Param::optional_text(set.codec));
    insert.add("create_window", Param::optional_text(set.create_window));
    insert.add("retire_window", Param::optional_text(set.retire_window));
    insert.add("schedule", Param::optional_text(set.schedule));
    insert.add("default_rows", Param::text(set.default_rows));
    if (set.retention_drop_after)
        insert.add("retention_drop_after", Param::interval(to_interval(*set.retention_drop_after)));
    insert.add("list_mode", Param::optional_text(set.list_mode));
    insert.add("value_query", Param::optional_text(set.value_query));
    insert.add("value_min_rows", Param::int8(set.value_min_rows));
    insert.add("max_partitions", Param::int4(set.max_partitions));
    insert.add("before_detach", Param::optional_text(set.before_detach));
    insert.add("before_drop", Param::optional_text(set.before_drop));
    insert.add("after_create", Param::optional_text(set.after_create));
    insert.add("hook_timeout", optional_int4(set.hook_timeout));
    insert.add("modulus", optional_int4(set.modulus));
    insert.add("retention_archive_table", Param::optional_text(set.retention_archive_table));
    insert.add("referencing", Param::text(set.referencing));
    insert.add("start_at", Param::optional_text(set.start_at));
    insert.add("bounds_function", Param::optional_text(set.bounds_function));
    // The trigger says whose the row is, and which table is meant.
    pg::Settings settings;
    if (SessionReplicationRole != SESSION_REPLICATION_ROLE_ORIGIN)
        settings.set("session_replication_role", "origin");
    run_in_time(insert, table, set);
}

namespace
{

// Whether maintenance could note that it ran decides about nothing; a row that somebody holds is left alone.
std::vector<Marked> set_last_run(const std::vector<Oid> &parents, const char *value)
{
    std::vector<Marked> marked;
    if (parents.empty() || XactReadOnly)
        return marked;
    const auto failure = pg::isolate([&] {
        const AsExtensionOwner owner;
        const InternalWrite internal;
        const pg::Spi spi;
        const std::string table = own_table("part_config");
        const pg::Rows rows = pg::query(
            "UPDATE " + table + " AS c SET maintenance_last_run = " + value + " FROM (SELECT ctid FROM " + table +
                " WHERE parent_oid = ANY ($1) AND system_identifier = $2 AND database_oid = $3"
                " FOR NO KEY UPDATE SKIP LOCKED) AS free WHERE c.ctid = free.ctid"
                " RETURNING c.parent_oid, c.ctid, c.xmin",
            {Param::oid_array(parents), Param::int8(current_identity().system_identifier),
             Param::oid(current_identity().database)});
        for (size_t i = 0; i < rows.size(); i++)
            marked.push_back({rows.oid(i, 0),
                              {*reinterpret_cast<ItemPointer>(DatumGetPointer(rows.value(i, 1))),
                               DatumGetTransactionId(rows.value(i, 2))}});
    });
    if (!failure)
        return marked;
    pg::warning("pg_strata could not write maintenance_last_run: " + failure->message, failure->detail,
                failure->hint, failure->sqlstate);
    return {};
}

} // namespace

std::vector<Marked> mark_maintained(const std::vector<Oid> &parents)
{
    return set_last_run(parents, "pg_catalog.clock_timestamp()");
}

void mark_failed(const std::vector<Oid> &parents)
{
    set_last_run(parents, "NULL");
}

namespace
{

void write(Oid parent, const std::string &assignment)
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    pg::execute("UPDATE " + own_table("part_config") + " SET " + assignment +
                    " WHERE parent_oid = $1 AND system_identifier = $2 AND database_oid = $3",
                {Param::oid(parent), Param::int8(current_identity().system_identifier),
                 Param::oid(current_identity().database)});
}

} // namespace

void set_confirmed(Oid parent, bool confirmed)
{
    write(parent, std::string("retention_confirmed_at = ") + (confirmed ? "pg_catalog.now()" : "NULL"));
}

void set_complete(Oid parent)
{
    write(parent, "set_up_from = NULL");
}

void set_step(const StoredSet &set)
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    pg::execute("UPDATE " + own_table("part_config") +
                    " SET partition_interval = $4, anchor = $5, datetime_string = $6"
                    " WHERE parent_oid = $1 AND system_identifier = $2 AND database_oid = $3",
                {Param::oid(set.parent), Param::int8(current_identity().system_identifier),
                 Param::oid(current_identity().database), Param::text(set.partition_interval),
                 Param::optional_text(set.anchor), Param::optional_text(set.datetime_string)});
}

void set_modulus(Oid parent, std::int32_t modulus)
{
    write(parent, "modulus = " + std::to_string(modulus));
}

void set_full(Oid parent)
{
    write(parent, "sub_partition_set_full = true");
}

void set_seen_ids(Oid parent, const core::SeenIds &seen)
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    const std::string table = own_table("part_config");
    pg::execute("UPDATE " + table + " AS c SET seen_id = $4, seen_at = $5, seen_rate = $6 FROM (SELECT ctid FROM " +
                    table +
                    " WHERE parent_oid = $1 AND system_identifier = $2 AND database_oid = $3"
                    " FOR NO KEY UPDATE SKIP LOCKED) AS free WHERE c.ctid = free.ctid",
                {Param::oid(parent), Param::int8(current_identity().system_identifier),
                 Param::oid(current_identity().database), Param::int8(seen.newest), Param::timestamptz(seen.at),
                 Param::float8(seen.per_second)});
}

void set_undo_in_progress(Oid parent, bool in_progress)
{
    write(parent, std::string("undo_in_progress = ") + (in_progress ? "true" : "false"));
}

void delete_set(std::string_view parent_table)
{
    const AsExtensionOwner owner;
    const pg::Spi spi;
    // Not an InternalWrite: the trigger has to forget the partitions as well.
    pg::execute("DELETE FROM " + own_table("part_config") + " WHERE parent_table = $1",
                {Param::text(parent_table)});
}

} // namespace strata::catalog
