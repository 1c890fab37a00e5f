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
        if (!read_date(time))
        {
            return std::nullopt;
        }
        if (!rest_.starts_with(" BC") && take(' ') && !(read_minutes(time) && read_seconds(time)))
        {
            return std::nullopt;
        }
        (void) (take("+00") && take(":00"));
        return ended(time);
    }

    std::optional<WrittenTime> read_written()
    {
        CivilTime time;
        WrittenTime written;
        if (!read_date(time))
        {
            return std::nullopt;
        }
        if (!rest_.starts_with(" BC") && (take(' ') || take('T')))
        {
            if (!read_minutes(time) || (rest_.starts_with(':') && !read_seconds(time)) || !read_offset(written))
            {
                return std::nullopt;
            }
        }
        const auto civil = ended(time);
        if (!civil)
        {
            return std::nullopt;
        }
        written.civil = *civil;
        return written;
    }

private:
    bool read_date(CivilTime &time)
    {
        time.year = number(4, 6);
        const std::int64_t month = take('-') ? number(2, 2) : missing;
        const std::int64_t day = take('-') ? number(2, 2) : missing;
        time.month = static_cast<int>(month);
        time.day = static_cast<int>(day);
        return time.year >= 0 && month >= 1 && month <= 12 && day >= 1;
    }

    // `Z`, `+01`, `+0530`, `-05:30`, `+00:19:32`.
    bool read_offset(WrittenTime &written)
    {
        if (take('Z'))
        {
            written.offset = 0;
            return true;
        }
        const bool west = take('-');
        if (!west && !take('+'))
        {
            return true;
        }
        const std::int64_t hours = number(2, 2);
        const bool colon = take(':');
        const bool more = colon || (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9');
        const std::int64_t minutes = more ? number(2, 2) : 0;
        const std::int64_t seconds = colon && take(':') ? number(2, 2) : 0;
        if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59)
        {
            return false;
        }
        const Coordinate offset =
            hours * micros_per_hour + minutes * micros_per_minute + seconds * micros_per_second;
        written.offset = west ? -offset : offset;
        return true;
    }

    // What follows a time of day is the era, or nothing.
    std::optional<Coordinate> ended(CivilTime time)
    {
        // 1 BC is the year 0 of the calendar.
        time.year = take(" BC") ? 1 - time.year : time.year;
        if (!rest_.empty() || time.day > days_in_month(time.year, time.month))
        {
            return std::nullopt;
        }
        return to_civil_micros(time);
    }

    bool read_minutes(CivilTime &time)
    {
        const std::int64_t hour = number(2, 2);
        const std::int64_t minute = take(':') ? number(2, 2) : missing;
        time.hour = static_cast<int>(hour);
        time.minute = static_cast<int>(minute);
        return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
    }

    bool read_seconds(CivilTime &time)
    {
        const std::int64_t second = take(':') ? number(2, 2) : missing;
        if (second < 0 || second > 59)
        {
            return false;
        }
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

std::optional<WrittenTime> read_written_time(std::string_view text)
{
    return IsoReader(text).read_written();
}

} // namespace strata::core
