#pragma once

#include <string>
#include <string_view>

namespace strata::core
{

// What stands for a value in a name: its letters (in lower case), digits and bytes beyond ASCII, with one `_` for
// all that is between them; a leading minus sign is kept.  `empty` where nothing is left.
std::string value_word(std::string_view value);

// <table>_p<word>, the word cut to leave room for the table where both are long.
std::string value_name(std::string_view table, std::string_view value);

} // namespace strata::core
