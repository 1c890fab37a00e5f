#pragma once

#include "pg/postgres.hpp"
#include "pg/scope.hpp"

namespace strata::pg
{

// The rows of a system catalog for given values of the leading columns of one of its indexes, for the scope.
class CatalogScan
{
public:
    struct Key
    {
        AttrNumber column;
        RegProcedure equal; // F_OIDEQ, ...
        Datum value;
    };

    CatalogScan(Oid catalog, Oid index, std::initializer_list<Key> keys);
    ~CatalogScan();
    CatalogScan(const CatalogScan &) = delete;
    CatalogScan &operator=(const CatalogScan &) = delete;

    // The next row, valid until the one after it, or null.
    HeapTuple next();

    // Columns of the current row, those that may be null or vary in length.
    std::optional<Datum> get(AttrNumber column) const;
    std::optional<std::string> text(AttrNumber column) const;
    std::vector<std::string> text_array(AttrNumber column) const; // empty when null

private:
    ::Relation catalog_;
    SysScanDesc scan_;
    HeapTuple tuple_ = nullptr;
    Scope scope_;
};

} // namespace strata::pg
