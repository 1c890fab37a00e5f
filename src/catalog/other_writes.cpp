#include "catalog/claim.hpp"
#include "catalog/config_columns.hpp"
#include "catalog/config_write.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/provenance.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/stored_row.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"

namespace strata::catalog
{

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
    // What was retired belongs to the set that it names, even if it is a partition of an archive now.
    const bool attached = row.is_null(partition::retired_as) && pg::call(get_rel_relispartition, relation);
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
