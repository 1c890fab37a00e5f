#include "core/week.hpp"

#include "times.hpp"
#include "zones.hpp"

#include <random>

using namespace test;

namespace
{

constexpr Coordinate minute = micros_per_minute;

Window window(const std::string &text)
{
    return Window::parse(text, "create_window");
}

Timetable timetable(const std::string &text)
{
    return Timetable::parse(text, "schedule");
}

// By the wall clock of the zone.
bool open_at(const std::string &text, const std::string &zone_name, const std::string &time)
{
    const Zone &where = zone(zone_name);
    return window(text).is_open(where, where.to_instant(civil(time)));
}

std::string next_of(const std::string &text, const std::string &zone_name, const std::string &time)
{
    const Zone &where = zone(zone_name);
    const Coordinate next = timetable(text).next(where, where.to_instant(civil(time)));
    return time_text(to_civil_time(where.to_civil(next)));
}

std::string random_text(std::mt19937 &random, bool spans)
{
    const auto pick = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    const auto time = [&] {
        char text[8];
        std::snprintf(text, sizeof(text), "%02d:%02d", pick(24), 15 * pick(4));
        return std::string(text);
    };
    const char *const days[] = {"", "Mon ", "Mon-Fri ", "Sat,Sun ", "fri-TUE ", "Wed, Sun "};
    std::string text;
    for (int part = 0, parts = 1 + pick(2); part < parts; ++part)
    {
        text += (part > 0 ? "; " : "") + std::string(days[pick(6)]) + time() + (spans ? "-" + time() : "");
        if (pick(2) == 0)
        {
            text += ", " + time() + (spans ? " - " + time() : "");
        }
    }
    return text;
}

// Around a change of the clock in most zones, and in none.
Coordinate random_instant(std::mt19937 &random)
{
    const char *const days[] = {"2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01",
                                "2026-04-05", "2026-10-04", "2011-12-30", "2026-06-15"};
    return civil(days[random() % 8]) + (static_cast<Coordinate>(random() % (6 * 24 * 60)) - 3 * 24 * 60) * minute;
}

} // namespace

TEST_CASE("windows are read as they are written", "[week]")
{
    CHECK(window("22:00-06:00").spans().size() == 7);
    CHECK(window("22:00-06:00").spans()[2] == WeekSpan{2, 22 * 60, 30 * 60});
    CHECK(window("Sat,Sun").spans() == std::vector<WeekSpan>{{5, 0, 1440}, {6, 0, 1440}});
    CHECK(window(" sat , SUN ").spans() == window("Sat-Sun").spans());
    CHECK(window("Fri-Mon 0:00-24:00").spans() == window("Mon,Fri,Sat,Sun").spans());
    CHECK(window("Mon 01:00-02:00, 03:00-04:00; Tue").spans() ==
          std::vector<WeekSpan>{{0, 60, 120}, {0, 180, 240}, {1, 0, 1440}});
    for (const char *wrong : {"",
                              " ",
                              ";",
                              "Mon;",
                              "Mon,",
                              "Mon-",
                              "Mon-22:00",
                              "Monday",
                              "22:00",
                              "22-23",
                              "22:00-",
                              "22:0-23:00",
                              "24:00-01:00",
                              "22:60-23:00",
                              "25:00-26:00",
                              "22:00-24:01",
                              "10:00-11:00,",
                              "Mon 10:00-11:00, Tue",
                              "10:00-11:00 Mon",
                              "always",
                              "-1:00-02:00",
                              "22:00-06:00x",
                              "\xC3\xA4"})
    {
        INFO(wrong);
        CHECK(kind_of([&] { window(wrong); }) == ErrorKind::invalid_argument);
        CHECK(kind_of([&] { timetable(std::string("Mon ") + wrong + "-"); }) == ErrorKind::invalid_argument);
    }
    CHECK(raised([] { window("soon"); }).message() == "invalid create_window: \"soon\"");
    CHECK(raised([] { timetable("Mon"); }).message() == "invalid schedule: \"Mon\"");
    CHECK(raised([] { timetable("01:00-02:00"); }).message() == "invalid schedule: \"01:00-02:00\"");
}

TEST_CASE("what passes midnight belongs to the day on which it begins", "[week]")
{
    CHECK(open_at("Fri 22:00-06:00", "Europe/Berlin", "2026-06-12 23:00")); // a Friday
    CHECK(open_at("Fri 22:00-06:00", "Europe/Berlin", "2026-06-13 05:59"));
    CHECK_FALSE(open_at("Fri 22:00-06:00", "Europe/Berlin", "2026-06-13 06:00"));
    CHECK_FALSE(open_at("Fri 22:00-06:00", "Europe/Berlin", "2026-06-12 05:00"));
    CHECK_FALSE(open_at("Fri 22:00-06:00", "Europe/Berlin", "2026-06-13 22:00"));
}

TEST_CASE("windows follow the wall clock over its changes", "[week]")
{
    const Zone &berlin = zone("Europe/Berlin");
    // 29 March: 02:00 to 03:00 does not exist.
    CHECK(open_at("22:00-06:00", "Europe/Berlin", "2026-03-29 05:59"));
    CHECK_FALSE(open_at("22:00-06:00", "Europe/Berlin", "2026-03-29 06:00"));
    const Window skipped = window("02:00-03:00");
    CHECK_FALSE(skipped.is_open(berlin, civil("2026-03-29 00:59")));
    CHECK(skipped.is_open(berlin, civil("2026-03-29 01:00"))); // 03:00, for as long as it would have been
    CHECK(skipped.is_open(berlin, civil("2026-03-29 01:59")));
    CHECK_FALSE(skipped.is_open(berlin, civil("2026-03-29 02:00")));
    // 25 October: it comes twice, and the later one counts.
    CHECK_FALSE(skipped.is_open(berlin, civil("2026-10-25 00:30")));
    CHECK(skipped.is_open(berlin, civil("2026-10-25 01:30")));
    // Without a Friday the one of this week is on Saturday as well.
    CHECK(open_at("Fri", "Pacific/Apia", "2011-12-31 12:00"));
    CHECK_FALSE(open_at("Fri", "Pacific/Apia", "2012-01-01 00:00"));
}

TEST_CASE("a window says when it opens", "[week]")
{
    const Zone &berlin = zone("Europe/Berlin");
    const Window night = window("Mon-Thu 22:00-23:00");
    const auto opens = [&](const std::string &time) {
        return time_text(to_civil_time(berlin.to_civil(night.opens(berlin, berlin.to_instant(civil(time))))));
    };
    CHECK(opens("2026-06-11 21:00") == "2026-06-11 22:00:00"); // a Thursday
    CHECK(opens("2026-06-11 22:30") == "2026-06-11 22:30:00");
    CHECK(opens("2026-06-11 23:00") == "2026-06-15 22:00:00");
    CHECK(window("Sun 01:00-02:00").opens(utc(), civil("2026-06-14 02:00")) == civil("2026-06-21 01:00"));
}

TEST_CASE("a timetable says what comes next", "[week]")
{
    CHECK(next_of("03:00", "Europe/Berlin", "2026-06-10 02:59") == "2026-06-10 03:00:00");
    CHECK(next_of("03:00", "Europe/Berlin", "2026-06-10 03:00") == "2026-06-11 03:00:00");
    CHECK(next_of("Mon-Fri 02:00, 14:00; Sun 04:30", "Europe/Berlin", "2026-06-12 14:00") == "2026-06-14 04:30:00");
    CHECK(next_of("Sun 04:30", "Europe/Berlin", "2026-06-14 04:30") == "2026-06-21 04:30:00");
    CHECK(next_of("02:30", "Europe/Berlin", "2026-03-28 12:00") == "2026-03-29 03:30:00"); // skipped: an hour later
    CHECK(next_of("02:30", "Europe/Berlin", "2026-10-24 12:00") == "2026-10-25 02:30:00");
    // Once, though it shows twice.
    const Zone &berlin = zone("Europe/Berlin");
    const Coordinate once = timetable("02:30").next(berlin, civil("2026-10-24 12:00"));
    CHECK(once == civil("2026-10-25 01:30"));
    CHECK(timetable("02:30").next(berlin, once) == civil("2026-10-26 01:30"));
}

TEST_CASE("opening and being open agree", "[week][property]")
{
    std::mt19937 random(20260310);
    for (int round = 0; round < 400; ++round)
    {
        const std::string text = random_text(random, true);
        const Zone &where = zone(zone_names()[random() % zone_names().size()]);
        const Coordinate now = random_instant(random);
        INFO(text << " in " << where.name() << " at " << time_text(to_civil_time(now)) << " UTC");
        const Window times = window(text);
        const Coordinate opens = times.opens(where, now);
        CHECK(opens >= now);
        CHECK(opens - now <= 9 * micros_per_day);
        CHECK(times.is_open(where, opens));
        CHECK((opens == now) == times.is_open(where, now));
        if (opens > now)
        {
            CHECK_FALSE(times.is_open(where, opens - 1));
            const Coordinate between = now + static_cast<Coordinate>(random() % 1000) * ((opens - now) / 1000);
            CHECK_FALSE(times.is_open(where, between));
        }
    }
}

TEST_CASE("a timetable goes on for ever, in order", "[week][property]")
{
    std::mt19937 random(20261025);
    for (int round = 0; round < 400; ++round)
    {
        const std::string text = random_text(random, false);
        const Zone &where = zone(zone_names()[random() % zone_names().size()]);
        Coordinate last = random_instant(random);
        INFO(text << " in " << where.name() << " at " << time_text(to_civil_time(last)) << " UTC");
        const Timetable times = timetable(text);
        for (int i = 0; i < 20; ++i)
        {
            const Coordinate next = times.next(where, last);
            CHECK(next > last);
            CHECK(next - last <= 9 * micros_per_day);
            // Nothing comes between.
            CHECK(times.next(where, last + (next - last) / 2) == next);
            last = next;
        }
    }
}
