// set_interval, create_parent = create_partition, create_partition_time, create_partition_id.
#include "features/setup.hpp"
#include "features/named_partitions.hpp"
#include "features/set_interval.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"

using namespace strata;

namespace
{

SetUpRequest request_of(FunctionCallInfo fcinfo)
{
    SetUpRequest const defaults;
    SetUpRequest request;
    request.parent_table = pg::required_text_arg(fcinfo, 0, "p_parent_table");
    request.control = pg::required_text_arg(fcinfo, 1, "p_control");
    request.interval = pg::text_arg(fcinfo, 2);
    request.type = pg::text_arg(fcinfo, 3).value_or(defaults.type);
    request.epoch = pg::text_arg(fcinfo, 4).value_or(defaults.epoch);
    request.premake = pg::int4_arg(fcinfo, 5).value_or(defaults.premake);
    request.start = pg::text_arg(fcinfo, 6);
    request.default_table = pg::bool_arg(fcinfo, 7).value_or(defaults.default_table);
    request.automatic_maintenance = pg::text_arg(fcinfo, 8).value_or(defaults.automatic_maintenance);
    request.constraint_cols = pg::text_array_arg(fcinfo, 9).value_or(defaults.constraint_cols);
    request.template_table = pg::text_arg(fcinfo, 10);
    request.jobmon = pg::bool_arg(fcinfo, 11).value_or(defaults.jobmon);
    request.date_trunc = pg::text_arg(fcinfo, 12);
    request.control_not_null = pg::bool_arg(fcinfo, 13).value_or(defaults.control_not_null);
    request.time_encoder = pg::text_arg(fcinfo, 14);
    request.time_decoder = pg::text_arg(fcinfo, 15);
    request.offset_id = pg::int8_arg(fcinfo, 16).value_or(defaults.offset_id);
    request.time_zone = pg::text_arg(fcinfo, 17);
    request.name_template = pg::text_arg(fcinfo, 18);
    request.codec = pg::text_arg(fcinfo, 19);
    request.partition_schema = pg::text_arg(fcinfo, 20);
    request.modulus = pg::int4_arg(fcinfo, 21);
    request.start_at = pg::text_arg(fcinfo, 22);
    request.bounds_function = pg::text_arg(fcinfo, 23);
    return request;
}

} // namespace

STRATA_FUNCTION(strata_create_parent)
{
    return BoolGetDatum(set_up_by_strategy(request_of(fcinfo), "create_parent"));
}

STRATA_FUNCTION(strata_create_partition)
{
    return BoolGetDatum(set_up_by_strategy(request_of(fcinfo), "create_partition"));
}

STRATA_FUNCTION(strata_create_partition_time)
{
    return BoolGetDatum(
        create_named_times(pg::required_text_arg(fcinfo, 0, "p_parent_table"),
                           pg::timestamptz_array_arg(fcinfo, 1).value_or(std::vector<TimestampTz>{})));
}

STRATA_FUNCTION(strata_create_partition_id)
{
    return BoolGetDatum(create_named_ids(pg::required_text_arg(fcinfo, 0, "p_parent_table"),
                                         pg::int8_array_arg(fcinfo, 1).value_or(std::vector<int64_t>{})));
}

STRATA_FUNCTION(strata_set_interval)
{
    return Int64GetDatum(set_interval({.parent_table = pg::required_text_arg(fcinfo, 0, "p_parent_table"),
                                       .interval = pg::required_text_arg(fcinfo, 1, "p_interval"),
                                       .from = pg::text_arg(fcinfo, 2)}));
}
