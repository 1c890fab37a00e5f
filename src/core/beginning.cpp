#include "core/beginning.hpp"

#include "core/align.hpp"
#include "core/checked.hpp"
#include "core/error.hpp"
#include "core/number_text.hpp"
#include "core/time_reader.hpp"

#include <string>

namespace strata::core
{

namespace
{

Coordinate on_axis(const WrittenTime &time, const Codec &codec)
{
    return time.offset ? codec.from_instant(subtract_saturating(time.civil, *time.offset))
                       : codec.from_civil(time.civil);
}

Coordinate rounded_up(const Codec &codec, Coordinate point)
{
    const bool date = is_plain(codec.key(), KeyType::date);
    const Coordinate floor = truncate(codec, point, date ? TruncUnit::day : TruncUnit::second);
    return floor == point ? point : add_saturating(floor, date ? micros_per_day : micros_per_second);
}

} // namespace

Coordinate parse_start(std::string_view text, const Codec &codec)
{
    if (!is_time(codec.axis()))
    {
        return codec.check(parse_number_step(text, "start_at").width);
    }
    const auto time = read_written_time(text);
    if (!time)
    {
        throw Error{ErrorKind::invalid_argument, "start_at \"" + std::string(text) + "\" is not a time",
                    "No partition is made for times before it.",
                    "Write it as '2027-01-01', '2027-01-01 06:00' or '2027-01-01 06:00:00+00'."};
    }
    return codec.check(rounded_up(codec, codec.check(on_axis(*time, codec))));
}

Range room_of(const SetConfig &config)
{
    return config.start_at ? intersection(config.bounds, {Bound::at(*config.start_at), Bound::plus_infinity()})
                           : config.bounds;
}

} // namespace strata::core
