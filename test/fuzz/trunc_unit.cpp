#include "core/align.hpp"
#include "core/error.hpp"

#include "input.hpp"

#include <cctype>
#include <optional>

// Units of date_trunc().
namespace fuzz
{

namespace
{

std::optional<TruncUnit> read(const std::string &text)
{
    try
    {
        return parse_trunc_unit(text);
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == ErrorKind::invalid_argument);
        return std::nullopt;
    }
}

} // namespace

void one(Input &input)
{
    const Codec codec(KeyType::timestamp, utc());
    // No millennium from the ends, which a unit would pass.
    const Coordinate first = codec.lowest() + 1001 * 366 * micros_per_day;
    const Coordinate a = input.between(first, codec.highest());
    const Coordinate b = input.between(first, codec.highest());
    std::string text = input.rest();
    const auto unit = read(text);
    for (char &c : text)
    {
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    HOLDS(read(text) == unit);
    if (unit)
    {
        const Coordinate start = truncate(codec, a, *unit);
        HOLDS(start <= a && truncate(codec, start, *unit) == start);
        HOLDS(a > b || start <= truncate(codec, b, *unit));
        HOLDS(truncate(codec, start + 1, *unit) == start);
    }
}

} // namespace fuzz
