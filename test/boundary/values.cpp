#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/error.hpp"
#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/result.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"

namespace strata::boundary
{

// Every kind of error with its SQLSTATE, in the order of the enumeration.
STRATA_FUNCTION(boundary_kinds)
{
    pg::ResultTable rows(fcinfo);
    for (int kind = 0; kind <= static_cast<int>(core::ErrorKind::internal); kind++)
    {
        int const packed = pg::sqlstate_of(static_cast<core::ErrorKind>(kind));
        rows.add({pg::Value::text(pg::sqlstate_text(packed))});
    }
    return rows.done();
}

// One of each type there and back: argument, parameter, result of a query, result of the function.
STRATA_FUNCTION(boundary_round_trip)
{
    using pg::Param;
    using pg::Value;
    auto const text = pg::text_arg(fcinfo, 0);
    auto const int8 = pg::int8_arg(fcinfo, 2);
    auto const timestamptz = pg::timestamptz_arg(fcinfo, 5);
    auto const texts = pg::text_array_arg(fcinfo, 9);
    pg::Rows rows;
    {
        pg::Spi const spi;
        rows = pg::query("SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13",
                         {Param::optional_text(text), Param::int4(pg::int4_arg(fcinfo, 1).value_or(0)),
                          Param::optional_int8(int8), Param::boolean(pg::bool_arg(fcinfo, 3).value_or(false)),
                          Param::float8(pg::float8_arg(fcinfo, 4).value_or(0)),
                          Param::optional_timestamptz(timestamptz),
                          Param::timestamp(pg::timestamp_arg(fcinfo, 6).value_or(0)),
                          Param::date(pg::date_arg(fcinfo, 7).value_or(0)),
                          Param::interval(pg::interval_arg(fcinfo, 8).value_or(Interval{})),
                          Param::text_array(texts.value_or(std::vector<std::string>())),
                          Param::int8_array(pg::int8_array_arg(fcinfo, 10).value_or(std::vector<int64_t>())),
                          Param::name(pg::name_arg(fcinfo, 11).value_or("")),
                          Param::regclass(pg::oid_arg(fcinfo, 12).value_or(InvalidOid))});
    }
    // The connection is closed: what follows reads our copy.
    auto const integers = rows.int8_array(0, 10);
    std::string sum = std::to_string(std::accumulate(integers.begin(), integers.end(), int64_t{0}));
    return pg::make_row(
        fcinfo, {Value::optional_text(rows.text(0, 0)), Value::int4(static_cast<int32_t>(*rows.int8(0, 1))),
                 Value::optional_int8(rows.int8(0, 2)), Value::optional_boolean(rows.boolean(0, 3)),
                 Value::optional_float8(rows.float8(0, 4)), Value::optional_timestamptz(rows.timestamptz(0, 5)),
                 Value::optional_timestamp(rows.timestamp(0, 6)), Value::interval(*rows.interval(0, 8)),
                 Value::text_array(rows.text_array(0, 9)), Value::name(*rows.text(0, 11)),
                 Value::optional_oid(rows.oid(0, 12)), Value::optional_text(rows.text(0, 7)), Value::text(sum)});
}

// Reads column 0 of a query's rows as text, after the connection was closed; as a set of scalars.
STRATA_FUNCTION(boundary_texts)
{
    std::string const sql = pg::text_arg(fcinfo, 0).value();
    pg::ResultTable table(fcinfo);
    pg::Rows rows;
    {
        pg::Spi const spi;
        rows = pg::query(sql);
    }
    for (size_t i = 0; i < rows.size(); i++)
        table.add({pg::Value::optional_text(rows.text(i, 0))});
    return table.done();
}

STRATA_FUNCTION(boundary_read_as_integer)
{
    pg::Spi const spi;
    return pg::give(fcinfo, pg::Value::optional_int8(pg::query(pg::text_arg(fcinfo, 0).value()).int8(0, 0)));
}

STRATA_FUNCTION(boundary_read_as_text_array)
{
    pg::Spi const spi;
    return pg::give(fcinfo, pg::Value::text_array(pg::query(pg::text_arg(fcinfo, 0).value()).text_array(0, 0)));
}

STRATA_FUNCTION(boundary_wrong_width)
{
    pg::ResultTable table(fcinfo);
    table.add({pg::Value::int4(1), pg::Value::int4(2), pg::Value::int4(3)});
    return table.done();
}

STRATA_FUNCTION(boundary_utility)
{
    pg::Spi const spi;
    pg::utility(pg::text_arg(fcinfo, 0).value());
    return 0;
}

STRATA_FUNCTION(boundary_without_spi)
{
    pg::query("SELECT 1");
    return 0;
}

STRATA_FUNCTION(boundary_names)
{
    Oid const relation = pg::oid_arg(fcinfo, 0).value();
    std::string const name = pg::relation_name(relation);
    std::string const schema = pg::schema_name(pg::schema_of(relation));
    if (pg::find_relation(schema, name) != relation)
        throw std::logic_error("the table was not found by its name");
    return pg::give(fcinfo, pg::Value::text_array({name, schema, pg::qualified_name(relation),
                                                   pg::quote_ident(name), pg::quote_literal(name)}));
}

namespace
{

// Never destroyed: a static object's destructor would run in the exit of each backend.
std::string &last_message = *new std::string;
emit_log_hook_type next_hook = nullptr;

void remember(ErrorData *error)
{
    auto const text = [](const char *part) { return std::string(part == nullptr ? "" : part); };
    last_message = std::string(error_severity(error->elevel)) + "|" + pg::sqlstate_text(error->sqlerrcode) + "|" +
                   text(error->message) + "|" + text(error->detail) + "|" + text(error->hint);
    if (next_hook != nullptr)
        next_hook(error);
}

} // namespace

// Says something in the given way; what arrived in the server's log: severity|SQLSTATE|message|detail|hint.
STRATA_FUNCTION(boundary_say)
{
    std::string const how = pg::text_arg(fcinfo, 0).value();
    last_message.clear();
    next_hook = std::exchange(emit_log_hook, remember);
    auto const failure = pg::isolate([&] {
        if (how == "notice")
            pg::notice("100% of \"it\"", "A detail with %s.", "A hint with %d.");
        else if (how == "warning")
            pg::warning("watch out", "Really.", "Do.", ERRCODE_WARNING_DEPRECATED_FEATURE);
        else if (how == "log")
            pg::log("for the log");
        else
            pg::debug(1, "for developers");
    });
    emit_log_hook = next_hook;
    if (failure)
        throw std::logic_error(failure->message);
    return pg::give(fcinfo, pg::Value::text(last_message));
}

} // namespace strata::boundary
