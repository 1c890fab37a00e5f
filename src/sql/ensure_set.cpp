#include "features/ensure_set.hpp"

#include "core/error.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/result.hpp"
#include "pg/spi.hpp"

using namespace strata;
using core::JsonValue;
using pg::Value;

namespace
{

JsonValue::Kind kind_of(const std::string &type, bool of_strings)
{
    if (type == "null")
        return JsonValue::Kind::null;
    if (type == "boolean")
        return JsonValue::Kind::boolean;
    if (type == "number")
        return JsonValue::Kind::number;
    if (type == "string")
        return JsonValue::Kind::string;
    return of_strings ? JsonValue::Kind::strings : JsonValue::Kind::other;
}

std::vector<std::pair<std::string, JsonValue>> members(Datum object)
{
    const pg::Spi spi;
    const pg::Param parameter = pg::Param::of(JSONBOID, object);
    const auto type = pg::query("SELECT pg_catalog.jsonb_typeof($1)", {parameter}).text(0, 0);
    if (type != "object")
        throw core::Error{core::ErrorKind::datatype_mismatch, "p_spec must be an object",
                          "It is of the JSON type " + *type + ".",
                          "Write it as {\"parent_table\": \"public.events\", ...}."};
    const pg::Rows rows = pg::query(
        "SELECT key, pg_catalog.jsonb_typeof(value), value OPERATOR(pg_catalog.#>>) '{}',"
        " CASE WHEN pg_catalog.jsonb_typeof(value) OPERATOR(pg_catalog.=) 'array' AND NOT EXISTS (SELECT FROM"
        " pg_catalog.jsonb_array_elements(value) AS e (v) WHERE pg_catalog.jsonb_typeof(v) OPERATOR(pg_catalog.<>)"
        " 'string') THEN ARRAY(SELECT v FROM pg_catalog.jsonb_array_elements_text(value) AS e (v)) END"
        " FROM pg_catalog.jsonb_each($1)",
        {parameter});
    std::vector<std::pair<std::string, JsonValue>> result;
    for (size_t i = 0; i < rows.size(); i++)
        result.push_back({*rows.text(i, 0),
                          {kind_of(*rows.text(i, 1), !rows.is_null(i, 3)), rows.text(i, 2).value_or("null"),
                           rows.text_array(i, 3)}});
    return result;
}

} // namespace

STRATA_FUNCTION(strata_ensure_set)
{
    if (PG_ARGISNULL(0))
        throw core::Error{core::ErrorKind::invalid_argument, "p_spec must not be null",
                          "The argument has no default.", "Pass a value for p_spec."};
    pg::ResultTable rows(fcinfo);
    const core::SetSpec spec = core::SetSpec::parse(members(PG_GETARG_DATUM(0)));
    for (const SettingDifference &difference : ensure_set(spec, pg::bool_arg(fcinfo, 1).value_or(false)))
        rows.add({Value::text(difference.setting), Value::optional_text(difference.before),
                  Value::optional_text(difference.after)});
    return rows.done();
}
