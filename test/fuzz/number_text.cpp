#include "core/number_text.hpp"

#include "core/error.hpp"

#include "input.hpp"

#include <optional>

// Whole numbers as text.
namespace fuzz
{

namespace
{

std::optional<std::int64_t> read(const std::string &text)
{
    try
    {
        return parse_number_step(text, "retention").width;
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == ErrorKind::invalid_argument || error.kind() == ErrorKind::out_of_range);
        return std::nullopt;
    }
}

// Blanks, a sign, zeros in front: all that a number may have beside its digits.
std::string plain(std::string text)
{
    text.erase(0, text.find_first_not_of(' '));
    text.erase(text.find_last_not_of(' ') + 1);
    const bool negative = text.front() == '-';
    text.erase(0, negative || text.front() == '+' ? 1 : 0);
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    return (negative && text != "0" ? "-" : "") + text;
}

} // namespace

void one(Input &input)
{
    const std::int64_t a = input.number();
    HOLDS(read(std::to_string(a)) == a);
    HOLDS(read(step_text(NumberStep{a})) == a);
    HOLDS(read("  " + std::to_string(a) + " ") == a);

    const std::string text = input.rest();
    if (const auto value = read(text))
    {
        HOLDS(std::to_string(*value) == plain(text));
        HOLDS(!read(text + "0x") && !read("+-" + text) && !read(text + ".0"));
    }
}

} // namespace fuzz
