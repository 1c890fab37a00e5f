// create_sub_parent = create_sub_partition, stop_sub_partition, check_subpartition_limits.
#include "moving/sub_partition.hpp"
#include "features/sub_limits.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/result.hpp"
#include "rebuild/interrupted.hpp"

using namespace strata;

namespace
{

SubRequest request_of(FunctionCallInfo fcinfo)
{
    SubRequest const defaults;
    SubRequest request;
    request.top_parent = pg::required_text_arg(fcinfo, 0, "p_top_parent");
    request.control = pg::required_text_arg(fcinfo, 1, "p_control");
    request.interval = pg::text_arg(fcinfo, 2);
    request.type = pg::text_arg(fcinfo, 3).value_or(defaults.type);
    request.default_table = pg::bool_arg(fcinfo, 4).value_or(defaults.default_table);
    request.declarative_check = pg::text_arg(fcinfo, 5);
    request.constraint_cols = pg::text_array_arg(fcinfo, 6).value_or(defaults.constraint_cols);
    request.premake = pg::int4_arg(fcinfo, 7).value_or(defaults.premake);
    request.start = pg::text_arg(fcinfo, 8);
    request.epoch = pg::text_arg(fcinfo, 9).value_or(defaults.epoch);
    request.jobmon = pg::bool_arg(fcinfo, 10).value_or(defaults.jobmon);
    request.date_trunc = pg::text_arg(fcinfo, 11);
    request.control_not_null = pg::bool_arg(fcinfo, 12).value_or(defaults.control_not_null);
    request.time_encoder = pg::text_arg(fcinfo, 13);
    request.time_decoder = pg::text_arg(fcinfo, 14);
    request.modulus = pg::int4_arg(fcinfo, 15);
    request.values = pg::text_array_arg(fcinfo, 16).value_or(defaults.values);
    return request;
}

} // namespace

STRATA_FUNCTION(strata_create_sub_parent)
{
    return BoolGetDatum(
        moving::create_sub_partitions(request_of(fcinfo), "create_sub_parent", rebuild::Interrupted{}));
}

STRATA_FUNCTION(strata_create_sub_partition)
{
    return BoolGetDatum(
        moving::create_sub_partitions(request_of(fcinfo), "create_sub_partition", rebuild::Interrupted{}));
}

STRATA_FUNCTION(strata_stop_sub_partition)
{
    return BoolGetDatum(stop_sub_partitions(pg::required_text_arg(fcinfo, 0, "p_parent_table")));
}

STRATA_FUNCTION(strata_check_subpartition_limits)
{
    SubLimits const limits = sub_partition_limits(pg::required_text_arg(fcinfo, 0, "p_parent_table"),
                                                  pg::required_text_arg(fcinfo, 1, "p_type"));
    return pg::make_row(fcinfo, {pg::Value::optional_text(limits.lower), pg::Value::optional_text(limits.upper)});
}
