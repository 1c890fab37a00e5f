#pragma once

#include "core/codec.hpp"
#include "core/step.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace strata::core
{

// The units of date_trunc() that bounds can be aligned to.
enum class TruncUnit
{
    second,
    minute,
    hour,
    day,
    week,
    month,
    quarter,
    year,
    decade,
    century,
    millennium,
};

// Reads a unit as date_trunc() does (any case, plurals, `mon`, `qtr`, ...).  Error{invalid_argument} for another
// text.
TruncUnit parse_trunc_unit(std::string_view text);

// The unit that the dialect truncates the first bound of a set to, by the length of the step.
TruncUnit default_trunc_unit(const TimeStep &step);

// `x` truncated like date_trunc(unit, x) in the codec's zone.
Coordinate truncate(const Codec &codec, Coordinate x, TruncUnit unit);

// The first bound of a time set that starts at `start`: truncated to the unit, or to the step's default unit.
Coordinate align(const Codec &codec, Coordinate start, const TimeStep &step, std::optional<TruncUnit> unit);

// The datetime_string of the dialect: YYYYMMDD, with _HH24MISS for steps shorter than a day.
std::string default_suffix_pattern(const TimeStep &step);

} // namespace strata::core
