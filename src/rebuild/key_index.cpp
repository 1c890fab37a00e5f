#include "rebuild/key_index.hpp"

#include "ddl/owner_scope.hpp"
#include "pg/spi.hpp"

namespace strata::rebuild
{

std::vector<Oid> key_indexes_of(const std::vector<Oid> &partitions)
{
    const ddl::FixedSettings settings;
    const pg::Spi spi;
    const pg::Rows rows = pg::query(
        "SELECT array_agg(i.indexrelid ORDER BY array_position($1, i.indrelid)) FROM pg_index i"
        " JOIN pg_inherits h ON h.inhrelid = i.indexrelid WHERE i.indrelid = ANY ($1) AND i.indisunique AND"
        " i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT FROM"
        " unnest(i.indkey[0:i.indnkeyatts - 1]) k JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k"
        " WHERE NOT a.attnotnull) GROUP BY h.inhparent HAVING count(*) = cardinality($1)"
        " ORDER BY bool_and(i.indisprimary) DESC, h.inhparent LIMIT 1",
        {pg::Param::oid_array(partitions)});
    return rows.empty() ? std::vector<Oid>{} : rows.oid_array(0, 0);
}

} // namespace strata::rebuild
