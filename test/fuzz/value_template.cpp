#include "core/error.hpp"
#include "core/naming.hpp"
#include "core/value_list.hpp"
#include "core/value_name.hpp"

#include "input.hpp"

#include <algorithm>

// Patterns for the names of partitions that list values, and values as names and as SQL.
namespace fuzz
{

namespace
{

// What SQL reads in a literal: '...' or E'...'.
std::string unquoted(std::string_view literal)
{
    const bool escapes = literal.starts_with('E');
    literal.remove_prefix(escapes ? 2 : 1);
    HOLDS(literal.ends_with('\''));
    literal.remove_suffix(1);
    std::string text;
    while (!literal.empty())
    {
        const bool doubled = literal.front() == '\'' || (escapes && literal.front() == '\\');
        HOLDS(!doubled || (literal.size() > 1 && literal[1] == literal[0]));
        text += literal.front();
        literal.remove_prefix(doubled ? 2 : 1);
    }
    return text;
}

void check_value(const std::string &value)
{
    const std::string literal = value_text(value);
    HOLDS(literal.starts_with("E'") || literal.starts_with("'"));
    HOLDS(unquoted(literal) == value);
    const std::string word = value_word(value);
    HOLDS(!word.empty() && word.size() <= 40);
}

// A brace is part of {table} or of the only {value}.
bool well_formed(std::string text)
{
    int values = 0;
    for (const std::string_view token : {"{value}", "{table}"})
    {
        for (std::size_t at = text.find(token); at != std::string::npos; at = text.find(token))
        {
            values += token == "{value}" ? 1 : 0;
            text.replace(at, token.size(), 1, '|'); // what is left and right of it does not become one
        }
    }
    return values == 1 && text.find_first_of("{}") == std::string::npos;
}

} // namespace

void one(Input &input)
{
    const std::string text = input.line();
    const std::string table = input.line();
    std::vector<ListedValue> values;
    do
    {
        const std::string value = input.line();
        check_value(value);
        values.push_back(value == "NULL" ? ListedValue{} : ListedValue{value});
    }
    while (!input.empty() && values.size() < 5);
    HOLDS(std::count(values.begin(), values.end(), std::nullopt) == 0 ||
          values_text(values).find("NULL") != std::string::npos);
    try
    {
        const ValueTemplate parsed = ValueTemplate::parse(text);
        HOLDS(well_formed(text));
        const std::string name = parsed.render(table, values);
        HOLDS(name.size() <= max_name_bytes);
        // Nothing of what was asked for is lost as long as there is room.
        const std::string word = values[0] ? value_word(*values[0]) : "null";
        HOLDS(name.find(word) != std::string::npos || text.find("{table}") != text.rfind("{table}"));
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == ErrorKind::invalid_argument);
        HOLDS(!error.detail().empty() && !error.hint().empty());
        HOLDS(!well_formed(text) || text.size() > 23);
    }
}

} // namespace fuzz
