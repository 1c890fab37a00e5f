#include "catalog/stored_set.hpp"

#include "catalog/column_names.hpp"
#include "catalog/config_columns.hpp"
#include "catalog/extension.hpp"
#include "catalog/interval.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/table_row.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/text.hpp"

namespace strata::catalog
{

StoredSet read_set(const TableRow &row)
{
    using namespace config;
    StoredSet set;
    set.version = row.version();
    set.parent_table = row.text(parent_table);
    set.control = row.text(control);
    set.time_encoder = row.optional_text(time_encoder);
    set.time_decoder = row.optional_text(time_decoder);
    set.partition_interval = row.text(partition_interval);
    set.partition_type = row.text(partition_type);
    set.premake = row.int4(premake);
    set.automatic_maintenance = row.text(automatic_maintenance);
    set.template_table = row.optional_text(template_table);
    set.retention = row.optional_text(retention);
    set.retention_schema = row.optional_text(retention_schema);
    set.retention_keep_index = row.boolean(retention_keep_index);
    set.retention_keep_table = row.boolean(retention_keep_table);
    set.epoch = row.text(epoch);
    if (!row.is_null(constraint_cols))
        set.constraint_cols = column_names(row.value(constraint_cols));
    set.optimize_constraint = row.int4(optimize_constraint);
    set.infinite_time_partitions = row.boolean(infinite_time_partitions);
    set.datetime_string = row.optional_text(datetime_string);
    set.jobmon = row.boolean(jobmon);
    set.sub_partition_set_full = row.boolean(sub_partition_set_full);
    set.undo_in_progress = row.boolean(undo_in_progress);
    set.inherit_privileges = row.boolean(inherit_privileges);
    set.constraint_valid = row.boolean(constraint_valid);
    set.ignore_default_data = row.boolean(ignore_default_data);
    set.date_trunc_interval = row.optional_text(date_trunc_interval);
    set.maintenance_order = row.optional_int4(maintenance_order);
    set.retention_keep_publication = row.boolean(retention_keep_publication);
    set.maintenance_last_run = row.optional_timestamptz(maintenance_last_run);
    set.detach_before_drop = row.boolean(detach_before_drop);
    set.maintenance_role = row.optional_text(maintenance_role);
    set.async_partitioning_in_progress = row.optional_text(async_partitioning_in_progress);
    set.owner_role = row.optional_text(owner_role);
    set.set_root = row.optional_text(set_root);
    set.time_zone = row.optional_text(time_zone);
    set.anchor = row.optional_text(anchor);
    set.offset_id = row.optional_int8(offset_id);
    set.name_template = row.optional_text(name_template);
    set.partition_schema = row.optional_text(partition_schema);
    set.create_enabled = row.boolean(create_enabled);
    set.retire_enabled = row.boolean(retire_enabled);
    set.paused_until = row.optional_timestamptz(paused_until);
    set.disabled_since = row.optional_timestamptz(disabled_since);
    set.future_limit = row.optional_text(future_limit);
    set.retention_keep_last = row.optional_int4(retention_keep_last);
    set.retention_max_fraction = row.optional_float8(retention_max_fraction);
    set.retention_confirmed_at = row.optional_timestamptz(retention_confirmed_at);
    set.lock_timeout = row.optional_int4(lock_timeout);
    set.lock_retries = row.optional_int4(lock_retries);
    set.set_up_from = row.optional_text(set_up_from);
    set.codec = row.optional_text(codec);
    if (const auto newest = row.optional_int8(seen_id), at = row.optional_timestamptz(seen_at); newest && at)
        set.seen_ids = core::SeenIds{*newest, *at, row.optional_float8(seen_rate).value_or(0.0)};
    set.max_partition_bytes = row.optional_int8(max_partition_bytes);
    set.max_partition_rows = row.optional_int8(max_partition_rows);
    set.create_window = row.optional_text(create_window);
    set.retire_window = row.optional_text(retire_window);
    set.schedule = row.optional_text(schedule);
    set.default_rows = row.text(default_rows);
    if (!row.is_null(retention_drop_after))
        set.retention_drop_after = from_interval(*DatumGetIntervalP(row.value(retention_drop_after)));
    set.list_mode = row.optional_text(list_mode);
    set.value_query = row.optional_text(value_query);
    set.value_min_rows = row.optional_int8(value_min_rows).value_or(set.value_min_rows);
    set.max_partitions = row.optional_int4(max_partitions).value_or(set.max_partitions);
    set.before_detach = row.optional_text(before_detach);
    set.before_drop = row.optional_text(before_drop);
    set.after_create = row.optional_text(after_create);
    set.hook_timeout = row.optional_int4(hook_timeout);
    set.modulus = row.optional_int4(modulus);
    set.retention_archive_table = row.optional_text(retention_archive_table);
    set.referencing = row.text(referencing);
    set.start_at = row.optional_text(start_at);
    set.bounds_function = row.optional_text(bounds_function);
    set.recorded = row.oid(parent_oid);
    if (is_ours(row, system_identifier, database_oid))
        set.parent = set.recorded;
    return set;
}

bool is_ours(const TableRow &row, int system_identifier, int database)
{
    return row.optional_int8(system_identifier) == current_identity().system_identifier &&
           row.oid(database) == current_identity().database;
}

namespace
{

// The keys of the rows that a policy of the administrator leaves to the caller; nothing when no policy applies.
std::optional<std::unordered_set<std::string>> visible_keys(const OwnTable &table)
{
    if (pg::call(check_enable_rls, RelationGetRelid(table.get()), InvalidOid, true) != RLS_ENABLED)
        return std::nullopt;
    pg::Spi spi;
    const pg::Rows rows = pg::query("SELECT parent_table FROM " + own_table("part_config"));
    std::unordered_set<std::string> keys;
    for (size_t i = 0; i < rows.size(); i++)
        keys.insert(*rows.text(i, 0));
    return keys;
}

void check_readable(const OwnTable &table)
{
    if (pg::call(pg_class_aclcheck, RelationGetRelid(table.get()), GetUserId(), ACL_SELECT) != ACLCHECK_OK)
        throw core::Error(core::ErrorKind::insufficient_privilege, "permission denied for table part_config");
}

} // namespace

namespace
{

// By maintenance_order, NULLs last, and name.  The rows are large: each is moved once.
std::vector<StoredSet> in_order(std::deque<StoredSet> sets)
{
    constexpr int64_t last = std::numeric_limits<int64_t>::max();
    std::vector<std::tuple<int64_t, std::string_view, StoredSet *>> order;
    order.reserve(sets.size());
    for (StoredSet &set : sets)
        order.emplace_back(set.maintenance_order ? *set.maintenance_order : last, set.parent_table, &set);
    std::sort(order.begin(), order.end());
    std::vector<StoredSet> ordered;
    ordered.reserve(sets.size());
    for (const auto &place : order)
        ordered.push_back(std::move(*std::get<StoredSet *>(place)));
    return ordered;
}

} // namespace

bool same_configuration(const StoredSet &one, StoredSet other)
{
    other.version = one.version;
    other.seen_ids = one.seen_ids;
    other.maintenance_last_run = one.maintenance_last_run;
    return one == other;
}

std::vector<StoredSet> load_sets()
{
    const OwnTable table("part_config");
    check_readable(table);
    const auto visible = visible_keys(table);
    std::deque<StoredSet> sets;
    scan(table, [&](const TableRow &row) {
        StoredSet set = read_set(row);
        if (!visible || visible->contains(set.parent_table))
            sets.push_back(std::move(set));
    });
    return in_order(std::move(sets));
}

std::optional<std::vector<RowVersion>> row_versions()
{
    const OwnTable table("part_config");
    const Oid relation = RelationGetRelid(table.get());
    if (pg::call(pg_class_aclcheck, relation, GetUserId(), ACL_SELECT) != ACLCHECK_OK ||
        pg::call(check_enable_rls, relation, InvalidOid, true) == RLS_ENABLED)
        return std::nullopt;
    std::vector<RowVersion> versions;
    detail::scan(table, InvalidOid, nullptr, 0, [&](HeapTuple tuple) { versions.push_back(version_of(tuple)); });
    return versions;
}

std::vector<StoredSet> read_all_sets()
{
    const OwnTable table("part_config");
    std::vector<StoredSet> sets;
    scan(table, [&](const TableRow &row) { sets.push_back(read_set(row)); });
    return sets;
}

std::optional<StoredSet> read_any_set(std::string_view parent_table)
{
    const OwnTable table("part_config");
    std::optional<StoredSet> found;
    scan_by_text(table, own_index("part_config", "part_config_parent_table_pkey"), config::parent_table,
                 parent_table, [&](const TableRow &row) { found = read_set(row); });
    return found;
}

std::optional<StoredSet> read_any_set(Oid parent)
{
    const OwnTable table("part_config");
    std::optional<StoredSet> found;
    scan_by_oid(table, own_index("part_config", "part_config_parent_oid_idx"), config::parent_oid, parent,
                [&](const TableRow &row) {
                    if (is_ours(row, config::system_identifier, config::database_oid))
                        found = read_set(row);
                });
    return found;
}

namespace
{

template <class Key>
std::optional<StoredSet> find_visible(Key key)
{
    const OwnTable table("part_config");
    check_readable(table);
    auto found = read_any_set(key);
    if (found)
        if (const auto visible = visible_keys(table); visible && !visible->contains(found->parent_table))
            found.reset();
    return found;
}

} // namespace

std::optional<StoredSet> find_set(std::string_view parent_table)
{
    return find_visible(parent_table);
}

std::optional<StoredSet> find_set(Oid parent)
{
    return find_visible(parent);
}

} // namespace strata::catalog
