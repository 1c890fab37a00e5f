#include "zones.hpp"

#include "core/checked.hpp"
#include "core/civil.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

namespace test
{

using namespace strata::core;

namespace
{

constexpr std::int64_t epoch_shift = 946'684'800; // seconds from 1970 to 2000
constexpr int last_year_of_rules = 2200;

std::int64_t big_endian(const std::string &bytes, std::size_t at, std::size_t width)
{
    std::uint64_t value = static_cast<signed char>(bytes.at(at)) < 0 ? ~std::uint64_t{0} : 0;
    for (std::size_t i = 0; i < width; ++i)
    {
        value = value << 8U | static_cast<unsigned char>(bytes.at(at + i));
    }
    return static_cast<std::int64_t>(value);
}

// The rule after the last listed change, as in `CET-1CEST,M3.5.0,M10.5.0/3`.
class RuleReader
{
public:
    explicit RuleReader(const std::string &text) : text_(text) {}

    bool done() const { return at_ >= text_.size(); }

    void skip_name()
    {
        if (text_[at_] == '<')
        {
            at_ = text_.find('>', at_) + 1;
            return;
        }
        while (!done() && std::isalpha(static_cast<unsigned char>(text_[at_])) != 0)
        {
            ++at_;
        }
    }

    bool take(char c)
    {
        const bool there = !done() && text_[at_] == c;
        at_ += there ? 1 : 0;
        return there;
    }

    bool at(char c) const { return !done() && text_[at_] == c; }

    std::int64_t number()
    {
        std::int64_t value = 0;
        REQUIRE(!done());
        while (!done() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0)
        {
            value = value * 10 + (text_[at_++] - '0');
        }
        return value;
    }

    // [+-]hh[:mm[:ss]] in seconds
    std::int64_t clock()
    {
        const std::int64_t sign = take('-') ? -1 : 1;
        take('+');
        std::int64_t seconds = number() * 3600;
        seconds += take(':') ? number() * 60 : 0;
        seconds += take(':') ? number() : 0;
        return sign * seconds;
    }

    // Mm.w.d[/time]: the seconds since 1970 of the local clock in that year.
    struct Moment
    {
        std::int64_t month, week, day, time;

        std::int64_t in(std::int64_t year) const
        {
            const std::int64_t first = days_from_date(year, static_cast<int>(month), 1);
            const std::int64_t weekday = floor_modulo(first + 6, 7); // 2000-01-01 was a Saturday
            std::int64_t on = first + floor_modulo(day - weekday, 7) + (week - 1) * 7;
            while (on >= first + days_in_month(year, static_cast<int>(month)))
            {
                on -= 7;
            }
            return on * 86'400 + epoch_shift + time;
        }
    };

    Moment moment()
    {
        Moment moment{0, 0, 0, 7200};
        REQUIRE(take('M'));
        moment.month = number();
        REQUIRE(take('.'));
        moment.week = number();
        REQUIRE(take('.'));
        moment.day = number();
        moment.time = take('/') ? clock() : moment.time;
        return moment;
    }

private:
    const std::string &text_;
    std::size_t at_ = 0;
};

} // namespace

SystemZone::SystemZone(const std::string &name) : name_(name)
{
    const std::string path = "/usr/share/zoneinfo/" + name;
    std::ifstream file(path, std::ios::binary);
    if (!file)
    {
        FAIL("time zone file " << path << " is missing: install tzdata");
    }
    read_file(std::string(std::istreambuf_iterator<char>(file), {}));
}

void SystemZone::read_file(const std::string &bytes)
{
    // Two blocks of the same form, the second with 64-bit times (RFC 8536).
    struct Counts
    {
        std::int64_t utc, standard, leaps, times, types, names;
    };
    const auto counts_at = [&](std::size_t at) {
        REQUIRE(bytes.substr(at, 4) == "TZif");
        REQUIRE(bytes.at(at + 4) >= '2');
        return Counts{big_endian(bytes, at + 20, 4), big_endian(bytes, at + 24, 4), big_endian(bytes, at + 28, 4),
                      big_endian(bytes, at + 32, 4), big_endian(bytes, at + 36, 4), big_endian(bytes, at + 40, 4)};
    };
    const auto size_of = [](const Counts &c, std::int64_t width) {
        return static_cast<std::size_t>(c.times * (width + 1) + c.types * 6 + c.names + c.leaps * (width + 4) +
                                        c.standard + c.utc);
    };
    const std::size_t second = 44 + size_of(counts_at(0), 4);
    const Counts counts = counts_at(second);
    const auto times = static_cast<std::size_t>(counts.times);
    const std::size_t data = second + 44;
    const std::size_t indexes = data + times * 8;
    const std::size_t types = indexes + times;
    first_offset_ = big_endian(bytes, types, 4);
    for (std::size_t i = 0; i < times; ++i)
    {
        const auto type = static_cast<std::size_t>(bytes.at(indexes + i));
        changes_.push_back({big_endian(bytes, data + i * 8, 8), big_endian(bytes, types + type * 6, 4)});
    }
    std::string rule = bytes.substr(data + size_of(counts, 8));
    rule.erase(std::remove(rule.begin(), rule.end(), '\n'), rule.end());
    add_rule(rule);
}

void SystemZone::add_rule(const std::string &rule)
{
    RuleReader reader(rule);
    reader.skip_name();
    const std::int64_t standard = -reader.clock();
    if (reader.done())
    {
        return;
    }
    reader.skip_name();
    const std::int64_t summer = reader.at(',') ? standard + 3600 : -reader.clock();
    REQUIRE(reader.take(','));
    const RuleReader::Moment to_summer = reader.moment();
    REQUIRE(reader.take(','));
    const RuleReader::Moment to_standard = reader.moment();
    const std::int64_t listed_to = changes_.empty() ? 0 : changes_.back().at;
    for (std::int64_t year = 1970; year <= last_year_of_rules; ++year)
    {
        std::vector<Change> both{{to_summer.in(year) -standard, summer}, {to_standard.in(year) -summer, standard}};
        std::sort(both.begin(), both.end(), [](const Change &a, const Change &b) { return a.at < b.at; });
        for (const Change &change : both)
        {
            if (change.at > listed_to)
            {
                changes_.push_back(change);
            }
        }
    }
}

std::int64_t SystemZone::offset_at(std::int64_t second) const
{
    const auto after = std::upper_bound(changes_.begin(), changes_.end(), second,
                                        [](std::int64_t at, const Change &change) { return at < change.at; });
    return after == changes_.begin() ? first_offset_ : std::prev(after)->offset;
}

Coordinate SystemZone::to_civil(Coordinate instant) const
{
    return instant + offset_at(floor_divide(instant, micros_per_second) + epoch_shift) * micros_per_second;
}

// The server's own way: only the first change after the day before matters.
Coordinate SystemZone::to_instant(Coordinate civil) const
{
    const std::int64_t local = floor_divide(civil, micros_per_second) + epoch_shift;
    const auto change = std::upper_bound(changes_.begin(), changes_.end(), local - 86'400,
                                         [](std::int64_t at, const Change &c) { return at < c.at; });
    const std::int64_t before = offset_at(local - 86'400);
    if (change == changes_.end())
    {
        return civil - before * micros_per_second;
    }
    const std::int64_t by_before = local - before;
    const std::int64_t by_after = local - change->offset;
    std::int64_t offset = by_before > by_after ? before : change->offset; // skipped: before, repeated: after
    if (by_before < change->at && by_after < change->at)
    {
        offset = before;
    }
    else if (by_before > change->at && by_after >= change->at)
    {
        offset = change->offset;
    }
    return civil - offset * micros_per_second;
}

const Zone &zone(const std::string &name)
{
    static std::map<std::string, std::unique_ptr<SystemZone>> zones;
    std::unique_ptr<SystemZone> &found = zones[name];
    if (!found)
    {
        found = std::make_unique<SystemZone>(name);
    }
    return *found;
}

const std::vector<std::string> &zone_names()
{
    static const std::vector<std::string> names{
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
        "UTC",           "Pacific/Apia",     "America/Havana"};
    return names;
}

} // namespace test
