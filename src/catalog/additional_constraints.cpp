#include "catalog/additional_constraints.hpp"

#include "core/constraints.hpp"
#include "pg/catalog_scan.hpp"
#include "pg/guard.hpp"

namespace strata::catalog
{

namespace
{

// The only column of the constraint; 0 when it has none or several.
AttrNumber only_column(const pg::CatalogScan &scan)
{
    const auto key = scan.get(Anum_pg_constraint_conkey);
    if (!key)
        return InvalidAttrNumber;
    return pg::call([&key]() -> AttrNumber {
        ArrayType *columns = DatumGetArrayTypeP(*key);
        if (ARR_NDIM(columns) != 1 || ARR_DIMS(columns)[0] != 1)
            return InvalidAttrNumber;
        return reinterpret_cast<AttrNumber *>(ARR_DATA_PTR(columns))[0];
    });
}

} // namespace

std::vector<AdditionalConstraint> additional_constraints(Oid table)
{
    std::vector<AdditionalConstraint> found;
    pg::CatalogScan scan{ConstraintRelationId,
                         ConstraintRelidTypidNameIndexId,
                         {{Anum_pg_constraint_conrelid, F_OIDEQ, ObjectIdGetDatum(table)}}};
    while (HeapTuple tuple = scan.next())
    {
        const auto *form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
        std::string name = NameStr(form->conname);
        // An inherited one cannot be dropped here: it belongs to the partitioned table above.
        if (form->contype != CONSTRAINT_CHECK || form->coninhcount > 0 ||
            !name.starts_with(core::constraint_prefix))
            continue;
        const bool validated = form->convalidated;
        const AttrNumber column = only_column(scan);
        if (column != InvalidAttrNumber)
            found.push_back({std::move(name), column, validated});
    }
    return found;
}

} // namespace strata::catalog
