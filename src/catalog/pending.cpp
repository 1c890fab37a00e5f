#include "catalog/pending.hpp"

#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "pg/catalog_scan.hpp"
#include "pg/relation.hpp"

namespace strata::catalog
{

namespace
{

Oid pending_child(Oid parent)
{
    pg::CatalogScan scan(InheritsRelationId, InheritsParentIndexId,
                         {{Anum_pg_inherits_inhparent, F_OIDEQ, ObjectIdGetDatum(parent)}});
    while (HeapTuple tuple = scan.next())
    {
        const auto *form = reinterpret_cast<Form_pg_inherits>(GETSTRUCT(tuple));
        if (form->inhdetachpending)
            return form->inhrelid;
    }
    return InvalidOid;
}

} // namespace

std::optional<core::PendingDetach> find_pending(const Parent &parent)
{
    const Oid child = pending_child(parent.oid);
    if (!OidIsValid(child))
        return std::nullopt;
    core::PendingDetach pending;
    pending.partition.oid = child;
    pending.partition.schema = pg::schema_name(pg::schema_of(child));
    pending.partition.name = name_of(child);
    if (const auto intent = intended(child))
    {
        pending.intended = intent->way_out;
        pending.asked = intent->asked;
        pending.partition.held = intent->held;
    }
    return pending;
}

} // namespace strata::catalog
