#include "catalog/anchor.hpp"

#include "catalog/interval.hpp"
#include "core/civil.hpp"
#include "core/codec.hpp"
#include "core/error.hpp"

#include <charconv>
#include <optional>

namespace strata::catalog
{

namespace
{

// Reads the one form of ISO 8601 that anchor_text() writes; any reader of the server would follow its settings.
class IsoReader
{
public:
    explicit IsoReader(std::string_view iso) : rest_(iso) {}

    std::optional<core::Coordinate> read()
    {
        core::CivilTime time{};
        time.hour = time.minute = time.second = time.micros = 0;
        const auto year = number(4, 6);
        const auto month = take('-') ? number(2, 2) : missing;
        const auto day = take('-') ? number(2, 2) : missing;
        if (year < 0 || month < 1 || month > 12 || day < 1)
            return std::nullopt;
        if (take(' ') && !read_clock(time))
            return std::nullopt;
        (void) (take("+00") && take(":00"));
        // 1 BC is the year 0 of the core.
        time.year = take(" BC") ? 1 - year : year;
        time.month = static_cast<int>(month);
        time.day = static_cast<int>(day);
        if (!rest_.empty() || time.day > core::days_in_month(time.year, time.month))
            return std::nullopt;
        return core::to_civil_micros(time);
    }

private:
    bool read_clock(core::CivilTime &time)
    {
        const auto hour = number(2, 2);
        const auto minute = take(':') ? number(2, 2) : missing;
        const auto second = take(':') ? number(2, 2) : missing;
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
            return false;
        time.hour = static_cast<int>(hour);
        time.minute = static_cast<int>(minute);
        time.second = static_cast<int>(second);
        if (!take('.'))
            return true;
        const size_t before = rest_.size();
        auto fraction = number(1, 6);
        if (fraction < 0)
            return false;
        for (size_t digits = before - rest_.size(); digits < 6; digits++)
            fraction *= 10;
        time.micros = static_cast<int>(fraction);
        return true;
    }

    static constexpr std::int64_t missing = -1;

    std::int64_t number(size_t least, size_t most)
    {
        size_t digits = 0;
        while (digits < rest_.size() && digits < most && rest_[digits] >= '0' && rest_[digits] <= '9')
            digits++;
        if (digits < least)
            return missing;
        std::int64_t value = 0;
        std::from_chars(rest_.data(), rest_.data() + digits, value);
        rest_.remove_prefix(digits);
        return value;
    }

    bool take(char c) { return take(std::string_view(&c, 1)); }

    bool take(std::string_view literal)
    {
        if (!rest_.starts_with(literal))
            return false;
        rest_.remove_prefix(literal.size());
        return true;
    }

    std::string_view rest_;
};

} // namespace

std::string anchor_text(core::KeyType key, core::Coordinate point)
{
    return core::Codec(key, core::UtcZone()).literal(point);
}

core::Coordinate parse_anchor(core::KeyType key, std::string_view text)
{
    if (!core::is_time(core::axis_of(key)))
        return parse_number_step(text, "anchor").width;
    const auto point = IsoReader(text).read();
    if (!point)
        throw core::Error(core::ErrorKind::invalid_argument, "anchor \"" + std::string(text) + "\" is not valid",
                          "An anchor is a point of the grid of bounds.",
                          "Write it in UTC (timestamptz) or as wall clock, such as '2026-11-01 00:00:00'.");
    return *point;
}

} // namespace strata::catalog
