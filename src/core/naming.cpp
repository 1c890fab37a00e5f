#include "core/naming.hpp"

#include "core/error.hpp"

namespace strata::core
{

namespace
{

std::string hex(std::uint32_t number)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int shift = 28; shift >= 0; shift -= 4)
    {
        text += digits[(number >> shift) & 15U];
    }
    return text;
}

} // namespace

std::string_view cut_utf8(std::string_view text, std::size_t bytes)
{
    if (text.size() <= bytes)
    {
        return text;
    }
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    while (bytes > 0 && continues(text[bytes]))
    {
        --bytes;
    }
    return text.substr(0, bytes);
}

std::string fit(std::string_view base, std::string_view suffix, std::size_t max)
{
    if (suffix.size() > max)
    {
        throw Error{ErrorKind::name_too_long, "name suffix \"" + std::string(suffix) + "\" is too long",
                    "A name has at most " + std::to_string(max) + " bytes.", "Use a shorter pattern for names."};
    }
    return std::string(cut_utf8(base, max - suffix.size())).append(suffix);
}

std::string fit_hashed(std::string_view base, std::string_view suffix, std::size_t max)
{
    Fnv1a hash;
    hash.add(base);
    const std::string tail =
        "_" + hex(static_cast<std::uint32_t>(hash.value() ^ (hash.value() >> 32U))).append(suffix);
    const bool cut = base.size() + suffix.size() > max;
    return fit(base, cut && tail.size() <= max ? tail : suffix, max);
}

std::string free_name(std::string_view wanted, const std::function<bool(std::string_view)> &taken)
{
    std::string name = fit(wanted, "");
    for (std::int64_t number = 2; taken(name); ++number)
    {
        name = fit(wanted, "_" + std::to_string(number));
    }
    return name;
}

void Fnv1a::add(std::string_view bytes)
{
    for (const char byte : bytes)
    {
        hash_ = (hash_ ^ static_cast<unsigned char>(byte)) * 1099511628211ULL;
    }
}

// Least significant byte first, whatever the machine.
void Fnv1a::add(std::int64_t number)
{
    auto rest = static_cast<std::uint64_t>(number);
    for (int i = 0; i < 8; ++i)
    {
        hash_ = (hash_ ^ (rest & 0xFFU)) * 1099511628211ULL;
        rest >>= 8U;
    }
}

} // namespace strata::core
