#include "catalog/claim.hpp"
#include "catalog/config_columns.hpp"
#include "catalog/config_write.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/sub_rows.hpp"
#include "catalog/text_key.hpp"
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

SubValues read_sub(const TableRow &row)
{
    using namespace sub_config;
    return {.parent = std::string(row.text(sub_parent)),
            .interval = std::string(row.text(sub_partition_interval)),
            .type = std::string(row.text(sub_partition_type)),
            .epoch = std::string(row.text(sub_epoch)),
            .premake = row.int4(sub_premake),
            .retention = row.optional_text(sub_retention),
            .date_trunc_interval = row.optional_text(sub_date_trunc_interval),
            .retention_schema = row.optional_text(sub_retention_schema),
            .template_table = row.optional_text(sub_template_table)};
}

// The description of sub-partitions belongs to whom the set belongs to.
void check_set_writable(const std::string &parent_table)
{
    const auto set = read_any_set(parent_table);
    if (!set)
        throw Error(ErrorKind::foreign_key_violation, "table \"" + parent_table + "\" is not managed",
                    "part_config has no row for it.", "Write that row first.");
    check_writable(*set);
    hold_set(parent_table);
}

// Only a dump gives sub_owner_role.  A row that comes before its row of part_config waits, if its table is the
// caller's.
bool may_wait(const std::string &parent_table)
{
    if (is_trusted(GetUserId()))
        return true;
    const auto key = parse_key(parent_table);
    const Oid table = key ? find_partitioned(*key) : InvalidOid;
    if (OidIsValid(table) && pg::has_role(GetUserId(), pg::owner_of(table)))
        return true;
    pg::warning("the description of sub-partitions of \"" + parent_table + "\" was not restored",
                "Neither a row of part_config nor a partitioned table of yours has that name.");
    return false;
}

Datum insert(TriggerCall &call)
{
    const TableRow row = call.new_row();
    const SubValues values = read_sub(row);
    const bool restored = !row.is_null(sub_config::sub_owner_role);
    if (!restored || read_any_set(values.parent))
        check_set_writable(values.parent);
    else if (!may_wait(values.parent))
        return call.leave_out();
    check_values(values);
    check_references(values, Missing::warn);
    call.set_text(sub_config::sub_owner_role, pg::role_name(GetUserId()));
    // Bounds must not depend on who runs maintenance.
    const bool time = is_time_set(std::nullopt, values.epoch, values.interval);
    if (time && call.new_row().is_null(sub_config::sub_time_zone))
    {
        const auto set = read_any_set(values.parent);
        call.set_text(sub_config::sub_time_zone, set && set->time_zone ? *set->time_zone : session_zone());
    }
    return call.go_on();
}

void check_present_writable(const TableRow &row)
{
    const std::string parent(row.text(sub_config::sub_parent));
    if (const auto set = read_any_set(parent))
        check_writable(*set);
    else
        check_waiting_writable(parent, row.optional_text(sub_config::sub_owner_role));
}

Datum update(TriggerCall &call)
{
    const TableRow before = call.row();
    const TableRow after = call.new_row();
    check_present_writable(before);
    if (before.optional_text(sub_config::sub_owner_role) != after.optional_text(sub_config::sub_owner_role))
        throw Error(ErrorKind::insufficient_privilege,
                    "column \"sub_owner_role\" of part_config_sub is kept by pg_strata",
                    "It names the role that wrote the row.");
    const SubValues values = read_sub(after);
    if (values.parent != before.text(sub_config::sub_parent))
        check_set_writable(values.parent);
    check_values(values);
    check_references(values, Missing::refuse);
    return call.go_on();
}

} // namespace

Datum write_part_config_sub(TriggerCall &call)
{
    if (InternalWrite::active())
        return call.go_on();
    if (call.is_insert())
        return insert(call);
    if (call.is_update())
        return update(call);
    check_present_writable(call.row());
    return call.go_on();
}

} // namespace strata::catalog
