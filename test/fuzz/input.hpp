#pragma once

#include "core/civil.hpp"
#include "core/codec.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

// What the fuzz targets share: a property that has to hold for every input, and inputs as text and numbers.
#define HOLDS(property)                                                                                            \
    do                                                                                                             \
    {                                                                                                              \
        if (!(property))                                                                                           \
        {                                                                                                          \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property);                     \
            std::abort();                                                                                          \
        }                                                                                                          \
    }                                                                                                              \
    while (false)

namespace fuzz
{

using namespace strata::core;

// Lines from the front, numbers from the back, so that a seed is a text that a person can write.
class Input
{
public:
    explicit Input(std::string_view bytes) : rest_(bytes) {}

    // Up to the next line end; all that is left when there is none.
    std::string line()
    {
        const std::size_t end = rest_.find('\n');
        const std::string text(rest_.substr(0, end));
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        return text;
    }

    bool empty() const { return rest_.empty(); }
    std::string rest() { return std::string(std::exchange(rest_, {})); }

    // Zero once the input is used up.
    std::int64_t number()
    {
        std::uint64_t value = 0;
        for (int i = 0; i < 8 && !rest_.empty(); ++i)
        {
            value = value << 8U | static_cast<unsigned char>(rest_.back());
            rest_.remove_suffix(1);
        }
        return static_cast<std::int64_t>(value);
    }

    std::int64_t between(std::int64_t least, std::int64_t most)
    {
        const auto span = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least);
        const auto any = static_cast<std::uint64_t>(number());
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(least) +
                                         (span == UINT64_MAX ? any : any % (span + 1)));
    }

private:
    std::string_view rest_;
};

inline const UtcZone &utc()
{
    static const UtcZone zone;
    return zone;
}

// Each target is one of these.
void one(Input &input);

} // namespace fuzz
