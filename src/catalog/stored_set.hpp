#pragma once

#include "catalog/anchor.hpp"
#include "catalog/row_version.hpp"
#include "core/growth.hpp"
#include "core/set.hpp"
#include "pg/postgres.hpp"

namespace strata::catalog
{

struct Parent;

// A row of part_config.  `parent` is the table's oid on this server and in this database, or InvalidOid for a row
// that is orphaned or has not been reconciled yet.
struct StoredSet
{
    RowVersion version; // of the row that was read
    Oid parent = InvalidOid;
    Oid recorded = InvalidOid; // parent_oid as it is stored, whatever server it belongs to

    std::string parent_table;
    std::string control;
    std::optional<std::string> time_encoder;
    std::optional<std::string> time_decoder;
    std::string partition_interval;
    std::string partition_type;
    int32_t premake = 4;
    std::string automatic_maintenance = "on";
    std::optional<std::string> template_table;
    std::optional<std::string> retention;
    std::optional<std::string> retention_schema;
    bool retention_keep_index = true;
    bool retention_keep_table = true;
    std::string epoch = "none";
    std::vector<std::string> constraint_cols; // empty: NULL
    int32_t optimize_constraint = 30;
    bool infinite_time_partitions = true;
    std::optional<std::string> datetime_string;
    bool jobmon = true;
    bool sub_partition_set_full = false;
    bool undo_in_progress = false;
    bool inherit_privileges = false;
    bool constraint_valid = true;
    bool ignore_default_data = true;
    std::optional<std::string> date_trunc_interval;
    std::optional<int32_t> maintenance_order;
    bool retention_keep_publication = false;
    std::optional<TimestampTz> maintenance_last_run;
    bool detach_before_drop = false;
    std::optional<std::string> maintenance_role; // written only where set; the column's default is current_user
    std::optional<std::string> async_partitioning_in_progress;

    std::optional<std::string> owner_role; // kept by the trigger; insert_set does not write it
    std::optional<std::string> set_root;
    std::optional<std::string> time_zone;
    std::optional<std::string> anchor;
    std::optional<int64_t> offset_id;
    std::optional<std::string> name_template;
    std::optional<std::string> partition_schema;
    bool create_enabled = true;
    bool retire_enabled = true;
    std::optional<TimestampTz> paused_until;
    std::optional<TimestampTz> disabled_since; // kept by the trigger; insert_set does not write it
    std::optional<std::string> future_limit;
    std::optional<int32_t> retention_keep_last;
    std::optional<double> retention_max_fraction = 0.5;
    std::optional<TimestampTz> retention_confirmed_at;
    std::optional<int32_t> lock_timeout;
    std::optional<int32_t> lock_retries;
    std::optional<std::string> set_up_from;
    std::optional<std::string> codec;
    std::optional<core::SeenIds> seen_ids; // id sets; insert_set does not write it
    std::optional<int64_t> max_partition_bytes;
    std::optional<int64_t> max_partition_rows;
    std::optional<std::string> create_window;
    std::optional<std::string> retire_window;
    std::optional<std::string> schedule;
    std::string default_rows = "drain";
    std::optional<core::TimeStep> retention_drop_after;
    std::optional<std::string> list_mode;   // values: what each partition of a list holds is said one by one
    std::optional<std::string> value_query; // names the values that shall have a partition
    int64_t value_min_rows = 1;
    int32_t max_partitions = 1000;
    std::optional<std::string> before_detach; // hooks: functions, as hook_function.hpp wants them
    std::optional<std::string> before_drop;
    std::optional<std::string> after_create;
    std::optional<int32_t> hook_timeout;
    std::optional<int32_t> modulus; // of a table partitioned by hash
    std::optional<std::string> retention_archive_table;
    std::string referencing = "block";
    std::optional<std::string> bounds_function; // as bounds_function.hpp wants it
    std::optional<std::string> start_at;        // as core::parse_start() wants it

    bool automatic() const { return automatic_maintenance == "on"; }
    bool operator==(const StoredSet &) const = default;
};

// Does the user want the same of both?  What runs write themselves is left out: their marks, and the rate of ids.
bool same_configuration(const StoredSet &one, StoredSet other);

// All rows that the caller may see (policies of an administrator hide rows, as in the dialect), ordered by
// maintenance_order (NULLs last) and parent_table.  Reads the table without SQL: cheap enough to do at each run.
std::vector<StoredSet> load_sets();

// By the dialect's text key; by the table.
std::optional<StoredSet> find_set(std::string_view parent_table);
std::optional<StoredSet> find_set(Oid parent);

// Writes a new row as the caller; the trigger checks it and fills in the identity.  Throws pg::Error 23505 when the
// table is managed already.
void insert_set(const StoredSet &set);

// The versions that all rows have now, without reading more of them; nothing where policies hide rows from the
// caller or he may not read the table.
std::optional<std::vector<RowVersion>> row_versions();

// maintenance_last_run = the clock, or NULL.  One statement each.
struct Marked
{
    Oid parent;
    RowVersion version;
};
std::vector<Marked> mark_maintained(const std::vector<Oid> &parents);
void mark_failed(const std::vector<Oid> &parents);

// retention_confirmed_at = now, or NULL.  The caller has checked the rights.
void set_confirmed(Oid parent, bool confirmed);

// set_up_from = NULL: all partitions of the set-up are there.
void set_complete(Oid parent);

// Writes partition_interval, anchor and datetime_string of the row, as the extension; the trigger checks them.  The
// caller has checked the rights.
void set_step(const StoredSet &set);

// modulus: what the partitions of a table by hash have.
void set_modulus(Oid parent, std::int32_t modulus);

// sub_partition_set_full = true: the partitions reach the end of what the table can hold.
void set_full(Oid parent);

// How fast the ids grow.  A row that somebody else holds is left alone: the next run sees more.
void set_seen_ids(Oid parent, const core::SeenIds &seen);

// undo_in_progress: while true maintenance leaves the set alone.  The caller has checked the rights.
void set_undo_in_progress(Oid parent, bool in_progress);

// Deletes rows, as config_cleanup and undo do.  The caller has checked the rights.
void delete_set(std::string_view parent_table);

// What the planner wants to know.  `bounds` is left full: only a reader of partition bounds can say them.  Throws
// core::Error when the row and the table do not fit together.
core::SetConfig to_config(const StoredSet &set, const Parent &parent);

} // namespace strata::catalog
