#pragma once

#include "core/civil.hpp"

#include <string>
#include <string_view>

namespace strata::core
{

// to_char(timestamp, pattern) for the patterns that partition names use: YYYY YYY YY Y IYYY IYY IY I Q MM MONTH
// Month month MON Mon mon DDD DD D IDDD ID DAY Day day DY Dy dy WW IW W HH24 HH12 HH MI SS MS US SSSS AM PM am pm,
// the prefix FM, and "text" in double quotes.  Other letters stand for themselves.  Names of months are the English
// ones.
std::string render_datetime(std::string_view pattern, const CivilTime &time);

// Throws feature_not_supported when the pattern has a keyword of to_char() that names cannot use (time zones, Roman
// numerals, Julian days, eras), invalid_argument when it is empty.
void validate_datetime_pattern(std::string_view pattern);

} // namespace strata::core
