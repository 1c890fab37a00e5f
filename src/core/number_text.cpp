#include "core/number_text.hpp"

#include "core/error.hpp"

#include <charconv>
#include <system_error>

namespace strata::core
{

namespace
{

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
    {
        text.remove_prefix(1);
    }
    while (!text.empty() && text.back() == ' ')
    {
        text.remove_suffix(1);
    }
    return text;
}

} // namespace

NumberStep parse_number_step(std::string_view text, const std::string &what)
{
    std::string_view digits = trimmed(text);
    if (digits.starts_with('+') && !digits.starts_with("+-"))
    {
        digits.remove_prefix(1);
    }
    std::int64_t number = 0;
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (status == std::errc::result_out_of_range)
    {
        throw Error{ErrorKind::out_of_range, what + " \"" + std::string(text) + "\" is out of range",
                    "It must fit into a bigint.", "Write a whole number, such as '100000'."};
    }
    if (status != std::errc() || end != digits.data() + digits.size())
    {
        throw Error{ErrorKind::invalid_argument, what + " \"" + std::string(text) + "\" is not a whole number",
                    "A set that is partitioned by a number measures in numbers of its control column.",
                    "Write a whole number, such as '100000'."};
    }
    return {number};
}

} // namespace strata::core
