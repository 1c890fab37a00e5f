#include "core/time_reader.hpp"

#include "core/error.hpp"

#include "input.hpp"

// Literals of keys: what is written is read back, and the order of points is the order of what was read.
namespace fuzz
{

void one(Input &input)
{
    for (const KeyType type : {KeyType::timestamptz, KeyType::timestamp, KeyType::date})
    {
        const Codec codec(type, utc());
        Coordinate x = input.between(codec.lowest(), codec.highest());
        if (type == KeyType::date)
        {
            x -= (x % micros_per_day + micros_per_day) % micros_per_day;
            x = std::max(x, codec.lowest());
        }
        HOLDS(codec.check(x) == x);
        HOLDS(read_time(codec.literal(x)) == x);
    }

    const std::string text = input.rest();
    const auto point = read_time(text);
    if (!point)
    {
        return;
    }
    // The text may have had other zeros or an offset; from here on there is one text for each point.
    const Codec codec(KeyType::timestamp, utc());
    const std::string printed = codec.literal(*point);
    HOLDS(read_time(printed) == point);
    HOLDS(codec.literal(*read_time(printed)) == printed);
    const CivilTime time = to_civil_time(*point);
    HOLDS(to_civil_micros(time) == *point);
    HOLDS(time.month >= 1 && time.month <= 12 && time.day >= 1 && time.day <= days_in_month(time.year, time.month));
    HOLDS(*point == INT64_MAX || *read_time(codec.literal(*point + 1)) > *point);
    HOLDS(!read_time(" " + text) && !read_time(text + " "));
}

} // namespace fuzz
