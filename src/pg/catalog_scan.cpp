#include "pg/catalog_scan.hpp"

#include "pg/guard.hpp"
#include "pg/text.hpp"

namespace strata::pg
{

CatalogScan::CatalogScan(Oid catalog, Oid index, std::initializer_list<Key> keys)
{
    call([&] {
        ScanKeyData entries[2];
        int count = 0;
        for (const Key &key : keys)
        {
            ScanKeyInit(&entries[count], key.column, BTEqualStrategyNumber, key.equal, key.value);
            ++count;
        }
        catalog_ = table_open(catalog, AccessShareLock);
        scan_ = systable_beginscan(catalog_, index, true, nullptr, count, entries);
    });
}

CatalogScan::~CatalogScan()
{
    if (!scope_.must_release())
        return;
    systable_endscan(scan_);
    table_close(catalog_, AccessShareLock);
}

HeapTuple CatalogScan::next()
{
    tuple_ = call(systable_getnext, scan_);
    return tuple_;
}

std::optional<Datum> CatalogScan::get(AttrNumber column) const
{
    bool isnull = true;
    Datum const value = call([&] { return heap_getattr(tuple_, column, RelationGetDescr(catalog_), &isnull); });
    if (isnull)
        return std::nullopt;
    return value;
}

std::optional<std::string> CatalogScan::text(AttrNumber column) const
{
    auto const value = get(column);
    if (!value)
        return std::nullopt;
    return text_of(*value);
}

std::vector<std::string> CatalogScan::text_array(AttrNumber column) const
{
    auto const value = get(column);
    return value ? text_elements(*value) : std::vector<std::string>{};
}

} // namespace strata::pg
