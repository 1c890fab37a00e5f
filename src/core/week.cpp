#include "core/week.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <limits>
#include <optional>
#include <string>

namespace strata::core
{

namespace
{

constexpr int days_of_week = 7;
constexpr int minutes_of_day = 24 * 60;
constexpr std::array<std::string_view, days_of_week> day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr Coordinate weekday_of_2000 = 5; // a Saturday

using Days = std::bitset<days_of_week>;

// Reads the text from the left.  Letters in any case, spaces anywhere between words.
class Reader
{
public:
    Reader(std::string_view text, std::string_view what, bool spans) : text_(text), what_(what), spans_(spans) {}

    std::vector<WeekSpan> read()
    {
        std::vector<WeekSpan> all;
        do
        {
            const Days days = read_days();
            const std::vector<WeekSpan> times = read_times();
            if (days.none() && times.empty())
            {
                refuse();
            }
            add(all, days.none() ? Days().set() : days, times);
        }
        while (accept(';'));
        if (at_ != text_.size())
        {
            refuse();
        }
        return all;
    }

private:
    [[noreturn]] void refuse() const
    {
        throw Error(ErrorKind::invalid_argument,
                    "invalid " + std::string(what_) + ": \"" + std::string(text_) + "\"",
                    "Days are Mon, Tue, Wed, Thu, Fri, Sat, Sun, times of the day are written as 22:00.",
                    spans_ ? "Write it like 'Mon-Fri 22:00-05:30; Sat,Sun'."
                           : "Write it like 'Mon-Fri 02:00, 14:00; Sun 04:30', or as an interval.");
    }

    void skip_spaces()
    {
        while (at_ < text_.size() && text_[at_] == ' ')
        {
            ++at_;
        }
    }

    bool accept(char wanted)
    {
        skip_spaces();
        if (at_ >= text_.size() || text_[at_] != wanted)
        {
            return false;
        }
        ++at_;
        return true;
    }

    std::optional<std::size_t> read_day()
    {
        skip_spaces();
        std::string word;
        for (std::size_t i = at_; i < text_.size() && word.size() < 3; ++i)
        {
            const char c = text_[i];
            word += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        }
        const auto *const found = std::find(day_names.begin(), day_names.end(), word);
        if (found == day_names.end())
        {
            return std::nullopt;
        }
        at_ += word.size();
        return static_cast<std::size_t>(found - day_names.begin());
    }

    Days read_days()
    {
        Days days;
        for (std::optional<std::size_t> day = read_day(); day;)
        {
            std::size_t last = *day;
            if (accept('-'))
            {
                const auto end = read_day();
                last = end ? *end : (refuse(), 0);
            }
            for (std::size_t i = *day;; i = (i + 1) % days_of_week)
            {
                days.set(i);
                if (i == last)
                {
                    break;
                }
            }
            if (!accept(','))
            {
                break;
            }
            day = read_day();
            if (!day)
            {
                refuse();
            }
        }
        return days;
    }

    int read_number()
    {
        int value = 0;
        const std::size_t begin = at_;
        while (at_ < text_.size() && at_ < begin + 2 && text_[at_] >= '0' && text_[at_] <= '9')
        {
            value = value * 10 + (text_[at_++] - '0');
        }
        return at_ > begin ? value : (refuse(), 0);
    }

    int read_time(bool is_end)
    {
        skip_spaces();
        const int hours = read_number();
        if (at_ >= text_.size() || text_[at_] != ':')
        {
            refuse();
        }
        const std::size_t colon = at_++;
        const int time = hours * 60 + read_number();
        if (at_ != colon + 3 || time % 60 != time - hours * 60 || time > minutes_of_day ||
            (time == minutes_of_day && !is_end))
        {
            refuse();
        }
        return time;
    }

    bool at_digit()
    {
        skip_spaces();
        return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
    }

    std::vector<WeekSpan> read_times()
    {
        std::vector<WeekSpan> times;
        if (!at_digit())
        {
            return times;
        }
        do
        {
            WeekSpan time;
            time.from = read_time(false);
            if (spans_)
            {
                time.to = accept('-') ? read_time(true) : (refuse(), 0);
                // 22:00-06:00 ends on the next day; 00:00-00:00 is the whole day.
                time.to += time.to <= time.from ? minutes_of_day : 0;
            }
            times.push_back(time);
        }
        while (accept(','));
        return times;
    }

    void add(std::vector<WeekSpan> &all, const Days &days, const std::vector<WeekSpan> &times) const
    {
        if (times.empty() && !spans_)
        {
            refuse();
        }
        for (int day = 0; day < days_of_week; ++day)
        {
            if (!days.test(static_cast<std::size_t>(day)))
            {
                continue;
            }
            for (const WeekSpan &time : times)
            {
                all.push_back({day, time.from, time.to});
            }
            if (times.empty())
            {
                all.push_back({day, 0, minutes_of_day});
            }
        }
    }

    std::string_view text_;
    std::string_view what_;
    bool spans_;
    std::size_t at_ = 0;
};

Coordinate day_of(const Zone &zone, Coordinate instant)
{
    const Coordinate civil = zone.to_civil(instant);
    return civil / micros_per_day - (civil % micros_per_day < 0 ? 1 : 0);
}

int weekday(Coordinate day)
{
    const Coordinate shifted = (day + weekday_of_2000) % days_of_week;
    return static_cast<int>(shifted < 0 ? shifted + days_of_week : shifted);
}

Coordinate instant_at(const Zone &zone, Coordinate day, int minutes)
{
    return zone.to_instant(day * micros_per_day + minutes * micros_per_minute);
}

struct Stretch
{
    Coordinate from, to; // instants
};

// What the spans are in the days around an instant: from the day before yesterday, as they may pass midnight and a
// zone may skip a day, to more than a week ahead.
std::vector<Stretch> around(const std::vector<WeekSpan> &spans, const Zone &zone, Coordinate now)
{
    std::vector<Stretch> stretches;
    const Coordinate today = day_of(zone, now);
    for (Coordinate day = today - 2; day <= today + days_of_week + 2; ++day)
    {
        for (const WeekSpan &span : spans)
        {
            if (span.day != weekday(day))
            {
                continue;
            }
            const Coordinate from = instant_at(zone, day, span.from);
            const Coordinate to = instant_at(zone, day, span.to);
            stretches.push_back({from, to > from ? to : from + (span.to - span.from) * micros_per_minute});
        }
    }
    return stretches;
}

} // namespace

Window Window::parse(std::string_view text, std::string_view what)
{
    Window window;
    window.spans_ = Reader(text, what, true).read();
    return window;
}

bool Window::is_open(const Zone &zone, Coordinate now) const
{
    const std::vector<Stretch> stretches = around(spans_, zone, now);
    return std::any_of(stretches.begin(), stretches.end(),
                       [now](const Stretch &stretch) { return stretch.from <= now && now < stretch.to; });
}

Coordinate Window::opens(const Zone &zone, Coordinate now) const
{
    Coordinate first = std::numeric_limits<Coordinate>::max();
    for (const Stretch &stretch : around(spans_, zone, now))
    {
        if (stretch.to > now)
        {
            first = std::min(first, std::max(stretch.from, now));
        }
    }
    return first;
}

Timetable Timetable::parse(std::string_view text, std::string_view what)
{
    Timetable table;
    table.moments_ = Reader(text, what, false).read();
    return table;
}

Coordinate Timetable::next(const Zone &zone, Coordinate after) const
{
    Coordinate first = std::numeric_limits<Coordinate>::max();
    for (const Stretch &stretch : around(moments_, zone, after))
    {
        if (stretch.from > after)
        {
            first = std::min(first, stretch.from);
        }
    }
    return first;
}

} // namespace strata::core
