#include "core/bound_text.hpp"

namespace strata::core
{

namespace
{

bool skip(std::string_view &text, std::string_view what)
{
    if (!text.starts_with(what))
    {
        return false;
    }
    text.remove_prefix(what.size());
    return true;
}

// 'a''b', 10, MINVALUE: takes it off the front.
std::optional<std::string> take_value(std::string_view &text)
{
    std::string value;
    if (!skip(text, "'"))
    {
        value = text.substr(0, text.find(')'));
        text.remove_prefix(value.size());
        return value == "MINVALUE" || value == "MAXVALUE" ? std::nullopt : std::optional(value);
    }
    while (!text.empty())
    {
        const char next = text.front();
        text.remove_prefix(1);
        if (next == '\'' && !skip(text, "'"))
        {
            break;
        }
        value += next;
    }
    return value;
}

} // namespace

BoundTexts bound_texts(std::string_view bound)
{
    skip(bound, "FOR VALUES ");
    if (!skip(bound, "FROM ("))
    {
        return {};
    }
    BoundTexts texts;
    texts.lower = take_value(bound);
    if (skip(bound, ") TO ("))
    {
        texts.upper = take_value(bound);
    }
    return texts;
}

} // namespace strata::core
