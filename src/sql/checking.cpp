#include "features/checking.hpp"

#include "features/checking_default.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/result.hpp"

using namespace strata;
using pg::Value;

STRATA_FUNCTION(strata_check_default)
{
    pg::ResultTable rows(fcinfo);
    const DefaultCheck check{.exact = pg::bool_arg(fcinfo, 0).value_or(true),
                             .ignore_infinity = pg::bool_arg(fcinfo, 1).value_or(false)};
    for (const DefaultRows &found : check_default(check))
        rows.add({Value::text(found.default_table), Value::int8(found.count)});
    return rows.done();
}

STRATA_FUNCTION(strata_check_control_type)
{
    pg::ResultTable rows(fcinfo);
    if (const auto type =
            check_control_type(*pg::text_arg(fcinfo, 0), *pg::text_arg(fcinfo, 1), *pg::text_arg(fcinfo, 2)))
        rows.add({Value::optional_text(type->general), Value::text(type->exact)});
    return rows.done();
}

STRATA_FUNCTION(strata_check_name_length)
{
    const auto name = pg::text_arg(fcinfo, 0);
    const auto suffix = pg::text_arg(fcinfo, 1);
    const bool partition = pg::bool_arg(fcinfo, 2).value_or(false);
    return pg::give(fcinfo, name ? Value::text(check_name_length(*name, suffix, partition)) : Value::null());
}

STRATA_FUNCTION(strata_calculate_time_partition_info)
{
    const auto interval = pg::interval_arg(fcinfo, 0);
    const auto start = pg::timestamptz_arg(fcinfo, 1);
    if (!interval || !start)
        return pg::make_row(fcinfo, {Value::null(), Value::null()});
    const TimePartitionInfo info = calculate_time_partition_info(*interval, *start, pg::text_arg(fcinfo, 2));
    return pg::make_row(fcinfo, {Value::timestamptz(info.base), Value::text(info.datetime_string)});
}
