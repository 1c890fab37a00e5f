#pragma once

#include "core/step.hpp"

#include <string>
#include <string_view>

namespace strata::core
{

// A whole number within bigint: `100000`, `-5`, ` +7 `.  Error{invalid_argument} or Error{out_of_range} for another
// text; `what` names it in the message, such as "retention".
NumberStep parse_number_step(std::string_view text, const std::string &what);

} // namespace strata::core
