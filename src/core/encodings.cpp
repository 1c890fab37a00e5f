#include "core/encodings.hpp"

#include "core/error.hpp"
#include "core/snowflake.hpp"
#include "core/ulid.hpp"
#include "core/uuidv7.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace strata::core
{

namespace
{

using Arguments = std::vector<std::int64_t>;

// A codec is a line here and a file of its own.
struct Entry
{
    std::string_view word;
    std::size_t arguments;
    std::array<KeyType, 3> types;
    std::shared_ptr<const Encoding> (*make)(const Arguments &arguments, KeyType type);
};

constexpr std::array<Entry, 3> entries{{
    {"uuidv7",
     0,
     {KeyType::uuid, KeyType::uuid, KeyType::uuid},
     [](const Arguments &, KeyType) { return uuidv7_encoding(); }},
    {"ulid",
     0,
     {KeyType::uuid, KeyType::text, KeyType::bytea},
     [](const Arguments &, KeyType type) { return ulid_encoding(type); }},
    {"snowflake",
     2,
     {KeyType::int8, KeyType::numeric, KeyType::int8},
     [](const Arguments &arguments, KeyType) {
         const auto shift = std::clamp(arguments[1], std::int64_t{-1}, std::int64_t{1'000});
         return snowflake_encoding(arguments[0], static_cast<int>(shift));
     }},
}};

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

[[noreturn]] void refuse(std::string_view text)
{
    throw Error{ErrorKind::invalid_argument, "codec \"" + std::string(text) + "\" is not valid",
                "A codec says how the control column holds times.",
                "Pass 'uuidv7', 'ulid' or 'snowflake(epoch in milliseconds, shift)'."};
}

std::int64_t parse_argument(std::string_view argument, std::string_view text)
{
    argument = trimmed(argument);
    std::int64_t number = 0;
    const char *const end = argument.data() + argument.size();
    const auto result = std::from_chars(argument.data(), end, number);
    if (argument.empty() || result.ec != std::errc() || result.ptr != end)
    {
        refuse(text);
    }
    return number;
}

// What stands between the parentheses; nothing when there are none.
Arguments parse_arguments(std::string_view rest, std::string_view text)
{
    Arguments arguments;
    if (rest.empty())
    {
        return arguments;
    }
    if (rest.size() < 2 || rest.front() != '(' || rest.back() != ')')
    {
        refuse(text);
    }
    rest = rest.substr(1, rest.size() - 2);
    for (;;)
    {
        const std::size_t comma = rest.find(',');
        arguments.push_back(parse_argument(rest.substr(0, comma), text));
        if (comma == std::string_view::npos)
        {
            return arguments;
        }
        rest.remove_prefix(comma + 1);
    }
}

} // namespace

std::shared_ptr<const Encoding> parse_codec(std::string_view text, KeyType type)
{
    const std::string_view whole = trimmed(text);
    const std::size_t open = whole.find('(');
    const std::string_view word = trimmed(whole.substr(0, open));
    const auto *const entry =
        std::find_if(entries.begin(), entries.end(), [word](const Entry &known) { return known.word == word; });
    if (entry == entries.end())
    {
        refuse(text);
    }
    const Arguments arguments =
        parse_arguments(open == std::string_view::npos ? std::string_view() : whole.substr(open), text);
    if (arguments.size() != entry->arguments)
    {
        refuse(text);
    }
    if (std::find(entry->types.begin(), entry->types.end(), type) == entry->types.end())
    {
        std::string types;
        for (const KeyType fitting : entry->types)
        {
            const std::string name(type_name(fitting));
            if (types.find(name) == std::string::npos)
            {
                types += (types.empty() ? "" : ", ") + name;
            }
        }
        throw Error{ErrorKind::datatype_mismatch,
                    "codec \"" + std::string(word) + "\" does not fit a control column of type " +
                        std::string(type_name(type)),
                    "It is for: " + types + ".", "Pass another codec, or leave p_codec out."};
    }
    return entry->make(arguments, type);
}

} // namespace strata::core
