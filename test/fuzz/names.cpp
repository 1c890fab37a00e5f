#include "core/error.hpp"
#include "core/naming.hpp"
#include "core/table_key.hpp"

#include "input.hpp"

// Names of tables: taken apart, cut to the server's limit, told from taken ones.
namespace fuzz
{

namespace
{

// Whether the text is UTF-8 as far as the lengths of its characters go.
bool whole_characters(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();)
    {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
        if (length == 0 || at + length > text.size())
        {
            return false;
        }
        for (std::size_t i = 1; i < length; ++i)
        {
            if ((static_cast<unsigned char>(text[at + i]) & 0xC0U) != 0x80U)
            {
                return false;
            }
        }
        at += length;
    }
    return true;
}

void check_key(const std::string &text)
{
    const auto key = split_key(text);
    HOLDS(key.has_value() ==
          (std::count(text.begin(), text.end(), '.') == 1 && text.front() != '.' && text.back() != '.'));
    if (key)
    {
        const std::string again = std::string(key->schema) + "." + std::string(key->table);
        HOLDS(again == text);
        HOLDS(split_key(again)->schema == key->schema && split_key(again)->table == key->table);
    }
}

void check_fit(const std::string &base, const std::string &suffix, std::size_t max)
{
    try
    {
        const std::string name = fit(base, suffix, max);
        const std::string hashed = fit_hashed(base, suffix, max);
        HOLDS(suffix.size() <= max);
        for (const std::string &fitted : {name, hashed})
        {
            HOLDS(fitted.size() <= max && fitted.ends_with(suffix));
            HOLDS(!whole_characters(base + suffix) || !whole_characters(suffix) || whole_characters(fitted));
        }
        HOLDS(base.starts_with(name.substr(0, name.size() - suffix.size())));
        HOLDS(base.size() + suffix.size() > max || (name == base + suffix && hashed == name));
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == ErrorKind::name_too_long && suffix.size() > max);
    }
}

} // namespace

void one(Input &input)
{
    const auto max = static_cast<std::size_t>(input.between(0, 70));
    const auto taken_until = input.between(0, 30);
    const std::string base = input.line();
    const std::string suffix = input.rest();
    check_key(base);
    check_fit(base, suffix, max);

    const std::string_view cut = cut_utf8(base, max);
    HOLDS(cut.size() <= max && base.starts_with(cut));
    HOLDS(cut_utf8(cut, max) == cut);
    if (whole_characters(base))
    {
        HOLDS(whole_characters(cut));
        HOLDS(cut.size() + 3 >= std::min(max, base.size())); // no character more than it must
    }

    std::int64_t asked = 0;
    std::string last;
    const std::string found = free_name(base, [&](std::string_view name) {
        HOLDS(name.size() <= max_name_bytes && (asked <= 1 || name != last));
        last = name;
        return asked++ < taken_until;
    });
    HOLDS(found == last && asked == taken_until + 1);
}

} // namespace fuzz
