// manage, plan_manage, import_pg_partman.
#include "features/adoption.hpp"
#include "features/import_pg_partman.hpp"
#include "lists/manage.hpp"

#include "core/error.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/result.hpp"

using namespace strata;
using pg::Value;

namespace
{

AdoptRequest request_of(FunctionCallInfo fcinfo)
{
    AdoptRequest const defaults;
    AdoptRequest request;
    auto const parent_table = pg::text_arg(fcinfo, 0);
    if (!parent_table)
        throw core::Error{core::ErrorKind::null_value_not_allowed, "p_parent_table must not be null",
                          "It names the table to manage.", "Write it as 'schema.table', without quotes."};
    request.parent_table = *parent_table;
    request.interval = pg::text_arg(fcinfo, 1);
    request.time_zone = pg::text_arg(fcinfo, 2);
    request.name_template = pg::text_arg(fcinfo, 3);
    request.premake = pg::int4_arg(fcinfo, 4).value_or(defaults.premake);
    request.retention = pg::text_arg(fcinfo, 5);
    request.retention_keep_table = pg::bool_arg(fcinfo, 6).value_or(defaults.retention_keep_table);
    request.default_table = pg::bool_arg(fcinfo, 7).value_or(defaults.default_table);
    request.template_table = pg::text_arg(fcinfo, 8);
    request.automatic_maintenance = pg::text_arg(fcinfo, 9).value_or(defaults.automatic_maintenance);
    request.epoch = pg::text_arg(fcinfo, 10).value_or(defaults.epoch);
    request.codec = pg::text_arg(fcinfo, 11);
    return request;
}

Datum give(FunctionCallInfo fcinfo, const std::vector<AdoptionRow> &found)
{
    pg::ResultTable rows(fcinfo);
    for (const AdoptionRow &row : found)
        rows.add({Value::text(row.topic), Value::optional_text(row.subject), Value::optional_text(row.value),
                  Value::optional_text(row.note)});
    return rows.done();
}

} // namespace

STRATA_FUNCTION(strata_manage)
{
    const AdoptRequest request = request_of(fcinfo);
    return give(fcinfo, lists::is_wanted(request) ? lists::manage(request) : manage(request));
}

STRATA_FUNCTION(strata_plan_manage)
{
    const AdoptRequest request = request_of(fcinfo);
    return give(fcinfo, lists::is_wanted(request) ? lists::plan_manage(request) : plan_manage(request));
}

STRATA_FUNCTION(strata_import_pg_partman)
{
    auto const config_table = pg::text_arg(fcinfo, 0);
    if (!config_table)
        throw core::Error{core::ErrorKind::null_value_not_allowed, "p_config_table must not be null",
                          "It names the saved copy of pg_partman's part_config.",
                          "Write it as 'schema.table', without quotes."};
    pg::ResultTable rows(fcinfo);
    for (const ImportRow &row : import_pg_partman(*config_table, pg::text_arg(fcinfo, 1)))
        rows.add({Value::optional_text(row.parent_table), Value::text(row.topic), Value::optional_text(row.subject),
                  Value::optional_text(row.old_value), Value::optional_text(row.new_value), Value::text(row.note)});
    return rows.done();
}
