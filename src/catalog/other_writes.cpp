#include "catalog/claim.hpp"
#include "catalog/config_columns.hpp"
#include "catalog/config_write.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/provenance.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/write_check.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"

namespace strata::catalog
{

namespace
{

using core::Error;
using core::ErrorKind;

// The description of sub-partitions belongs to whom the set belongs to.
void check_sub_writable(const std::string &sub_parent)
{
    const auto set = read_any_set(sub_parent);
    if (set)
        check_writable(*set);
    else if (!is_trusted(GetUserId()))
        throw Error(ErrorKind::undefined_object, "table \"" + sub_parent + "\" is not managed",
                    "part_config has no row for it.", "Write that row first.");
}

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

} // namespace

Datum write_part_config_sub(TriggerCall &call)
{
    if (InternalWrite::active())
        return call.go_on();
    check_sub_writable(std::string(call.row().text(sub_config::sub_parent)));
    if (call.is_delete())
        return call.go_on();
    const SubValues values = read_sub(call.new_row());
    if (call.is_update() && !is_trusted(GetUserId()))
        check_sub_writable(values.parent);
    check_values(values);
    check_references(values, call.is_insert() ? Missing::warn : Missing::refuse);
    return call.go_on();
}

Datum write_managed_partition(TriggerCall &call)
{
    if (InternalWrite::active() || !call.is_insert())
        return call.go_on();
    // A restore: the dumped oids are another server's.
    const TableRow row = call.new_row();
    const TextKey key{std::string(row.text(partition::partition_schema)),
                      std::string(row.text(partition::partition_table))};
    const Oid relation = find_relation(key);
    if (!OidIsValid(relation))
    {
        for (const int column : {partition::parent_oid, partition::partition_oid, partition::system_identifier,
                                 partition::database_oid})
            call.set_null(column);
        return call.go_on();
    }
    check_owner(relation, key.text());
    const std::string parent_table(row.text(partition::parent_table));
    const bool attached = pg::call(get_rel_relispartition, relation);
    const auto parent_key = parse_key(parent_table);
    const Oid parent = attached     ? pg::call(get_partition_parent, relation, true)
                       : parent_key ? find_partitioned(*parent_key)
                                    : InvalidOid;
    forget({relation});
    call.set(partition::parent_oid, ObjectIdGetDatum(parent));
    call.set(partition::partition_oid, ObjectIdGetDatum(relation));
    call.set(partition::system_identifier, Int64GetDatum(current_identity().system_identifier));
    call.set(partition::database_oid, ObjectIdGetDatum(current_identity().database));
    if (attached)
        call.set_text(partition::parent_table, text_key(parent));
    return call.go_on();
}

Datum write_installation(TriggerCall &call)
{
    // Whatever a restore says, it is not the word of somebody who looked at this database.
    if (!InternalWrite::active() && call.is_insert())
        call.set_null(installation::confirmed_at);
    return call.go_on();
}

} // namespace strata::catalog
