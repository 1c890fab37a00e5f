#include "catalog/config_write.hpp"

#include "catalog/claim.hpp"
#include "catalog/config_columns.hpp"
#include "catalog/follow.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/provenance.hpp"
#include "catalog/reference_check.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/sub_rows.hpp"
#include "catalog/write_check.hpp"
#include "catalog/zone.hpp"
#include "core/error.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"

namespace strata::catalog
{

namespace
{

using core::Error;
using core::ErrorKind;

TextKey checked_key(const std::string &parent_table)
{
    const auto key = parse_key(parent_table);
    if (!key)
        throw Error(ErrorKind::invalid_name,
                    "parent table must be schema qualified: \"" + parent_table + "\" is not schema.table",
                    "The name is given without quotes; names with periods are not supported.",
                    "Write it as 'public.events'.");
    return *key;
}

void set_identity(TriggerCall &call, Oid table)
{
    call.set(config::parent_oid, ObjectIdGetDatum(table));
    call.set(config::system_identifier, Int64GetDatum(current_identity().system_identifier));
    call.set(config::database_oid, ObjectIdGetDatum(current_identity().database));
    call.set_text(config::owner_role, pg::role_name(pg::owner_of(table)));
}

void set_orphan(TriggerCall &call, const StoredSet &set)
{
    call.set_null(config::parent_oid);
    call.set_null(config::system_identifier);
    call.set_null(config::database_oid);
    if (!set.owner_role || !is_trusted(GetUserId()))
        call.set_text(config::owner_role, pg::role_name(GetUserId()));
}

// Since when a switch has been off.
void set_disabled_since(TriggerCall &call, const StoredSet &set, const StoredSet *before)
{
    const bool off = !set.create_enabled || !set.retire_enabled;
    const bool known = before != nullptr ? before->disabled_since.has_value() : set.disabled_since.has_value();
    if (off && !known)
        call.set(config::disabled_since, TimestampTzGetDatum(GetCurrentTransactionStartTimestamp()));
    else if (!off && known)
        call.set_null(config::disabled_since);
}

// Which table an inserted row means.  Only a dump gives owner_role, and without parent_oid where the row was an
// orphan.
Oid claim(const StoredSet &set, const TextKey &key)
{
    const bool restored = set.owner_role.has_value();
    const Oid table = find_partitioned(key);
    if (!OidIsValid(table))
    {
        pg::warning("partitioned table \"" + set.parent_table + "\" does not exist",
                    "The configuration is kept as orphaned and does nothing.",
                    "Delete the row, or update it once the table is there.");
        return InvalidOid;
    }
    const bool trusted = is_trusted(GetUserId());
    const bool was_orphan = restored && !OidIsValid(set.recorded);
    const bool allowed =
        trusted ? !was_orphan || may_adopt(set.owner_role, table) : pg::has_role(GetUserId(), pg::owner_of(table));
    if (allowed)
        return table;
    if (!restored)
        check_owner(table, set.parent_table);
    pg::warning("the configuration of \"" + set.parent_table + "\" is restored as orphaned",
                "The role that answers for it has not the rights of the table's owner.",
                "Update the row as the table's owner or as superuser if it is meant for the table.");
    return InvalidOid;
}

// A row that the table has already, under a name of the past, takes the present one: then there are two of one
// name, which the primary key knows how to refuse.
void use_present_name(Oid table, const std::string &parent_table)
{
    if (!OidIsValid(table))
        return;
    if (const auto same = read_any_set(table); same && same->parent_table != parent_table)
        refresh(*same);
}

Datum insert(TriggerCall &call)
{
    StoredSet set = read_set(call.new_row());
    const bool restored = set.owner_role.has_value();
    const Oid table = claim(set, checked_key(set.parent_table));
    const auto parent = find_parent(table);
    set.parent = table;

    if (!set.time_zone && is_time_set(parent, set))
    {
        set.time_zone = session_zone();
        call.set_text(config::time_zone, *set.time_zone);
    }
    check_values(set, parent, nullptr);
    check_references(set, parent, nullptr, Missing::warn);
    set_disabled_since(call, set, nullptr);
    use_present_name(table, set.parent_table);
    make_room(set.parent_table, table);
    meet_waiting_sub(set.parent_table, restored, table, set.owner_role);
    if (!parent)
    {
        set_orphan(call, set);
        return call.go_on();
    }
    set_identity(call, table);
    // What a set has when it becomes managed is adopted.  In a restore it is not new: the dump says what is ours.
    // Where the row is going to meet another, nothing becomes managed.
    if (!restored && !read_any_set(set.parent_table))
        adopt_partitions(table);
    return call.go_on();
}

[[noreturn]] void refuse_kept(const char *column, const char *detail = "It follows the table.")
{
    throw Error(ErrorKind::insufficient_privilege,
                std::string("column \"") + column + "\" of part_config is kept by pg_strata", detail);
}

void check_kept_columns(const TableRow &before, const TableRow &after, bool orphan)
{
    const auto differs = [](const auto &a, const auto &b) { return a != b; };
    if (before.oid(config::parent_oid) != after.oid(config::parent_oid))
        refuse_kept("parent_oid");
    if (differs(before.optional_int8(config::system_identifier), after.optional_int8(config::system_identifier)))
        refuse_kept("system_identifier");
    if (before.oid(config::database_oid) != after.oid(config::database_oid))
        refuse_kept("database_oid");
    if (differs(before.optional_timestamptz(config::disabled_since),
                after.optional_timestamptz(config::disabled_since)))
        refuse_kept("disabled_since", "It follows create_enabled and retire_enabled.");
    if (differs(before.optional_text(config::owner_role), after.optional_text(config::owner_role)) &&
        !(orphan && is_trusted(GetUserId())))
        refuse_kept("owner_role");
}

// The table that an updated row means: another one when its name was changed, its own again when it was orphaned.
Oid resolve_update(const StoredSet &before, const StoredSet &after)
{
    const bool renamed = before.parent_table != after.parent_table;
    if (!renamed && !is_orphan(before))
        return before.parent;
    const Oid table = find_partitioned(checked_key(after.parent_table));
    if (OidIsValid(table))
        check_owner(table, after.parent_table);
    else if (renamed)
        throw Error(ErrorKind::undefined_table, "partitioned table \"" + after.parent_table + "\" does not exist",
                    "The row would lose the table that it belongs to.",
                    "Renaming the table itself takes its configuration along.");
    return table;
}

Datum update(TriggerCall &call)
{
    const TableRow row = call.row();
    const TableRow new_row = call.new_row();
    const StoredSet before = read_set(row);
    StoredSet after = read_set(new_row);
    check_writable(before);
    check_kept_columns(row, new_row, is_orphan(before));

    const Oid table = resolve_update(before, after);
    const auto parent = find_parent(table);
    after.parent = table;
    check_values(after, parent, &before);
    check_references(after, parent, &before, Missing::refuse);
    set_disabled_since(call, after, &before);
    if (parent && table != before.parent)
    {
        if (after.parent_table != before.parent_table)
            make_room(after.parent_table, table);
        set_identity(call, table);
        if (OidIsValid(before.parent))
            forget_set(before.parent);
        adopt_partitions(table);
    }
    return call.go_on();
}

Datum remove(TriggerCall &call)
{
    const StoredSet set = read_set(call.row());
    check_writable(set);
    if (OidIsValid(set.parent))
        forget_set(set.parent);
    return call.go_on();
}

} // namespace

Datum write_part_config(TriggerCall &call)
{
    if (InternalWrite::active())
        return call.go_on();
    if (call.is_insert())
        return insert(call);
    return call.is_update() ? update(call) : remove(call);
}

} // namespace strata::catalog
