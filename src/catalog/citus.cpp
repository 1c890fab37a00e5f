#include "catalog/citus.hpp"

#include "catalog/extension.hpp"
#include "pg/guard.hpp"
#include "pg/spi.hpp"

namespace strata::catalog
{

namespace
{

// Only a superuser can put tables into pg_catalog.
bool has_table_of_citus(const char *name)
{
    return OidIsValid(pg::call(get_relname_relid, name, Oid{PG_CATALOG_NAMESPACE}));
}

} // namespace

bool has_citus()
{
    return has_table_of_citus("pg_dist_partition") && OidIsValid(pg::call(get_extension_oid, "citus", true));
}

bool is_distributed(Oid relation)
{
    if (!has_citus())
        return false;
    const AsExtensionOwner owner;
    const pg::Spi spi;
    return !pg::query("SELECT FROM pg_catalog.pg_dist_partition WHERE logicalrelid = $1",
                      {pg::Param::regclass(relation)})
                .empty();
}

std::optional<std::string> distribution_column(Oid relation)
{
    const AsExtensionOwner owner;
    const pg::Spi spi;
    const pg::Rows rows =
        pg::query("SELECT pg_catalog.column_to_column_name(logicalrelid, partkey)"
                  " FROM pg_catalog.pg_dist_partition WHERE logicalrelid = $1 AND partmethod = 'h'",
                  {pg::Param::regclass(relation)});
    return rows.empty() ? std::nullopt : rows.text(0, 0);
}

bool is_citus_worker()
{
    if (!has_citus() || !has_table_of_citus("pg_dist_local_group"))
        return false;
    const AsExtensionOwner owner;
    const pg::Spi spi;
    return !pg::query("SELECT FROM pg_catalog.pg_dist_local_group WHERE groupid <> 0").empty();
}

} // namespace strata::catalog
