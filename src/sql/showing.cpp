#include "features/showing.hpp"

#include "core/error.hpp"
#include "features/definition.hpp"
#include "features/generate_ddl.hpp"
#include "features/showing_list.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/result.hpp"

using namespace strata;
using pg::Value;

namespace
{

const char *text_of(core::Provenance provenance)
{
    switch (provenance)
    {
    case core::Provenance::made:
        return "made";
    case core::Provenance::adopted:
        return "adopted";
    case core::Provenance::foreign:
        break;
    }
    return "foreign";
}

} // namespace

STRATA_FUNCTION(strata_show_partitions)
{
    pg::ResultTable rows(fcinfo);
    for (const TableName &table : show_partitions(pg::text_arg(fcinfo, 0), pg::text_arg(fcinfo, 1).value_or("ASC"),
                                                  pg::bool_arg(fcinfo, 2).value_or(false)))
        rows.add({Value::text(table.schema), Value::text(table.name)});
    return rows.done();
}

// p_partition_interval is read by nothing: the catalog knows both bounds.
STRATA_FUNCTION(strata_show_partition_info)
{
    const auto child = pg::text_arg(fcinfo, 0).value_or("");
    const auto parent = pg::text_arg(fcinfo, 2);
    const bool exists = pg::bool_arg(fcinfo, 3).value_or(true);
    const PartitionInfo info = exists ? show_partition_info(child, parent) : info_from_name(child, parent);
    return pg::make_row(fcinfo, {Value::optional_timestamptz(info.start_time),
                                 Value::optional_timestamptz(info.end_time), Value::optional_int8(info.start_id),
                                 Value::optional_int8(info.end_id), Value::optional_text(info.suffix)});
}

STRATA_FUNCTION(strata_show_partition_name)
{
    const auto parent = pg::text_arg(fcinfo, 0);
    const auto value = pg::text_arg(fcinfo, 1);
    if (!value)
        throw core::Error{core::ErrorKind::invalid_argument, "p_value must not be null",
                          "A null value has no partition of its own; it goes to the default partition.",
                          "Give a value of the control column as text."};
    const PartitionPlace place = show_partition_name(parent, *value);
    return pg::make_row(fcinfo, {Value::text(place.table.schema), Value::text(place.table.name),
                                 Value::optional_timestamptz(place.suffix_timestamp),
                                 Value::optional_int8(place.suffix_id), Value::boolean(place.exists)});
}

STRATA_FUNCTION(strata_list_partitions)
{
    pg::ResultTable rows(fcinfo);
    for (const ListedPartition &row : list_partitions(*pg::text_arg(fcinfo, 0)))
        rows.add({Value::text(row.schema), Value::text(row.name), Value::oid(row.oid), Value::int4(row.level),
                  Value::optional_timestamptz(row.lower_time), Value::optional_timestamptz(row.upper_time),
                  Value::optional_int8(row.lower_id), Value::optional_int8(row.upper_id), Value::text(row.bound),
                  Value::boolean(row.is_default), Value::boolean(row.is_leaf),
                  Value::optional_int8(row.rows_estimate), Value::text(row.tablespace),
                  Value::text(text_of(row.provenance))});
    return rows.done();
}

STRATA_FUNCTION(strata_partition_bytes)
{
    return pg::give(fcinfo, Value::optional_int8(partition_bytes(PG_GETARG_OID(0))));
}

STRATA_FUNCTION(strata_dump_partitioned_table_definition)
{
    return pg::give(fcinfo,
                    Value::text(definition_of(pg::text_arg(fcinfo, 0), pg::bool_arg(fcinfo, 1).value_or(false))));
}

STRATA_FUNCTION(strata_generate_ddl)
{
    return pg::give(fcinfo, Value::text(generate_ddl(pg::required_text_arg(fcinfo, 0, "p_parent_table"),
                                                     pg::bool_arg(fcinfo, 1).value_or(false))));
}
