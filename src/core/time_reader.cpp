#include "core/time_reader.hpp"

#include "core/civil.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>

namespace strata::core
{

namespace
{

class IsoReader
{
public:
    explicit IsoReader(std::string_view iso) : rest_(iso) {}

    std::optional<Coordinate> read()
    {
        CivilTime time;
        const std::int64_t year = number(4, 6);
        const std::int64_t month = take('-') ? number(2, 2) : missing;
        const std::int64_t day = take('-') ? number(2, 2) : missing;
        if (year < 0 || month < 1 || month > 12 || day < 1)
        {
            return std::nullopt;
        }
        if (!rest_.starts_with(" BC") && take(' ') && !read_clock(time))
        {
            return std::nullopt;
        }
        (void) (take("+00") && take(":00"));
        // 1 BC is the year 0 of the calendar.
        time.year = take(" BC") ? 1 - year : year;
        time.month = static_cast<int>(month);
        time.day = static_cast<int>(day);
        if (!rest_.empty() || time.day > days_in_month(time.year, time.month))
        {
            return std::nullopt;
        }
        return to_civil_micros(time);
    }

private:
    bool read_clock(CivilTime &time)
    {
        const std::int64_t hour = number(2, 2);
        const std::int64_t minute = take(':') ? number(2, 2) : missing;
        const std::int64_t second = take(':') ? number(2, 2) : missing;
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        {
            return false;
        }
        time.hour = static_cast<int>(hour);
        time.minute = static_cast<int>(minute);
        time.second = static_cast<int>(second);
        if (!take('.'))
        {
            return true;
        }
        const std::size_t before = rest_.size();
        std::int64_t fraction = number(1, 6);
        if (fraction < 0)
        {
            return false;
        }
        for (std::size_t digits = before - rest_.size(); digits < 6; ++digits)
        {
            fraction *= 10;
        }
        time.micros = static_cast<int>(fraction);
        return true;
    }

    static constexpr std::int64_t missing = -1;

    std::int64_t number(std::size_t least, std::size_t most)
    {
        std::size_t digits = 0;
        while (digits < rest_.size() && digits < most && rest_[digits] >= '0' && rest_[digits] <= '9')
        {
            ++digits;
        }
        if (digits < least)
        {
            return missing;
        }
        std::int64_t value = 0;
        std::from_chars(rest_.data(), rest_.data() + digits, value);
        rest_.remove_prefix(digits);
        return value;
    }

    bool take(char c) { return take(std::string_view(&c, 1)); }

    bool take(std::string_view literal)
    {
        if (!rest_.starts_with(literal))
        {
            return false;
        }
        rest_.remove_prefix(literal.size());
        return true;
    }

    std::string_view rest_;
};

} // namespace

std::optional<Coordinate> read_time(std::string_view text)
{
    return IsoReader(text).read();
}

} // namespace strata::core
