#include "features/ensure_set.hpp"

#include "core/error.hpp"
#include "moving/sub_partition.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/result.hpp"
#include "pg/spi.hpp"
#include "rebuild/interrupted.hpp"

using namespace strata;
using core::JsonValue;
using pg::Value;

namespace
{

// No level of a tree is as deep.
constexpr int most_nested = 32;

JsonValue::Kind kind_of(const std::string &type)
{
    if (type == "null")
        return JsonValue::Kind::null;
    if (type == "boolean")
        return JsonValue::Kind::boolean;
    if (type == "number")
        return JsonValue::Kind::number;
    if (type == "string")
        return JsonValue::Kind::string;
    return type == "array" ? JsonValue::Kind::array : JsonValue::Kind::object;
}

void add_elements(JsonValue &value, Datum json, int depth)
{
    const bool array = value.kind == JsonValue::Kind::array;
    if (!array && value.kind != JsonValue::Kind::object)
        return;
    if (depth == most_nested)
        throw core::Error{core::ErrorKind::invalid_argument, "p_spec is nested too deeply",
                          "It has more than " + std::to_string(most_nested) + " objects and arrays in each other.",
                          "Write the levels below a set as \"sub\" of the level above."};
    const pg::Rows rows = pg::query(
        std::string("SELECT ") + (array ? "''" : "key") +
            ", pg_catalog.jsonb_typeof(value), value OPERATOR(pg_catalog.#>>) '{}', value FROM pg_catalog." +
            (array ? "jsonb_array_elements" : "jsonb_each") + "($1)",
        {pg::Param::of(JSONBOID, json)});
    for (size_t i = 0; i < rows.size(); i++)
    {
        if (!array)
            value.names.push_back(*rows.text(i, 0));
        JsonValue &element = value.elements.emplace_back();
        element.kind = kind_of(*rows.text(i, 1));
        element.text = rows.text(i, 2).value_or("null");
        add_elements(element, rows.value(i, 3), depth + 1);
    }
}

JsonValue read_object(Datum json)
{
    const pg::Spi spi;
    const auto type = pg::query("SELECT pg_catalog.jsonb_typeof($1)", {pg::Param::of(JSONBOID, json)}).text(0, 0);
    if (type != "object")
        throw core::Error{core::ErrorKind::datatype_mismatch, "p_spec must be an object",
                          "It is of the JSON type " + *type + ".",
                          "Write it as {\"parent_table\": \"public.events\", ...}."};
    JsonValue object{JsonValue::Kind::object};
    add_elements(object, json, 0);
    return object;
}

} // namespace

STRATA_FUNCTION(strata_ensure_set)
{
    if (PG_ARGISNULL(0))
        throw core::Error{core::ErrorKind::invalid_argument, "p_spec must not be null",
                          "The argument has no default.", "Pass a value for p_spec."};
    pg::ResultTable rows(fcinfo);
    const core::SetSpec spec = core::SetSpec::parse(read_object(PG_GETARG_DATUM(0)));
    const auto make_level = [](const SubRequest &request) {
        moving::create_sub_partitions(request, "ensure_set", rebuild::Interrupted{});
    };
    for (const SettingDifference &difference :
         ensure_set(spec, pg::bool_arg(fcinfo, 1).value_or(false), make_level))
        rows.add({Value::text(difference.setting), Value::optional_text(difference.before),
                  Value::optional_text(difference.after)});
    return rows.done();
}
