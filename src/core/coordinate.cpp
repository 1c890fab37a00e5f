#include "core/coordinate.hpp"

namespace strata::core
{

Axis axis_of(KeyType type)
{
    switch (type)
    {
    case KeyType::timestamptz:
    case KeyType::uuid:
    case KeyType::text:
    case KeyType::bytea:
        return Axis::instant;
    case KeyType::timestamp:
    case KeyType::date:
        return Axis::civil;
    case KeyType::int2:
    case KeyType::int4:
    case KeyType::int8:
    case KeyType::numeric:
        break;
    }
    return Axis::number;
}

std::string_view type_name(KeyType type)
{
    switch (type)
    {
    case KeyType::timestamptz:
        return "timestamp with time zone";
    case KeyType::timestamp:
        return "timestamp without time zone";
    case KeyType::date:
        return "date";
    case KeyType::int2:
        return "smallint";
    case KeyType::int4:
        return "integer";
    case KeyType::numeric:
        return "numeric";
    case KeyType::uuid:
        return "uuid";
    case KeyType::text:
        return "text";
    case KeyType::bytea:
        return "bytea";
    case KeyType::int8:
        break;
    }
    return "bigint";
}

} // namespace strata::core
