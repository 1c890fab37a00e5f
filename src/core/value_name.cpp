#include "core/value_name.hpp"

#include "core/naming.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

constexpr std::size_t longest_word = 40;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::string value_word(std::string_view value)
{
    const bool negative =
        value.size() > 1 && value.front() == '-' && std::all_of(value.begin() + 1, value.end(), is_digit);
    std::string word = negative ? "-" : "";
    const std::size_t start = word.size();
    for (const char original : value.substr(start))
    {
        const char c = lower(original);
        if (is_word(c))
        {
            word += c;
        }
        else if (word.size() > start && word.back() != '_')
        {
            word += '_';
        }
    }
    while (word.size() > start && word.back() == '_')
    {
        word.pop_back();
    }
    const std::string_view fitting = cut_utf8(word, longest_word); // nothing, of what is no UTF-8
    return fitting.empty() ? "empty" : std::string(fitting);
}

std::string value_name(std::string_view table, std::string_view value)
{
    return fit(table, "_p" + value_word(value));
}

} // namespace strata::core
