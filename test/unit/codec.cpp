#include "core/codec.hpp"

#include "times.hpp"
#include "zones.hpp"

#include <cstdint>

using namespace test;

TEST_CASE("literals carry the set's zone and nothing of the session", "[codec]")
{
    const Coordinate x = civil("2026-11-01 00:00:00");
    CHECK(Codec(KeyType::timestamptz, zone("Europe/Berlin")).literal(x) == "2026-11-01 01:00:00+01");
    CHECK(Codec(KeyType::timestamptz, zone("America/New_York")).literal(x) == "2026-10-31 20:00:00-04");
    CHECK(Codec(KeyType::timestamptz, zone("Asia/Kathmandu")).literal(x) == "2026-11-01 05:45:00+05:45");
    CHECK(Codec(KeyType::timestamptz, utc()).literal(x + 1) == "2026-11-01 00:00:00.000001+00");
    // Local mean time before the zones.
    CHECK(Codec(KeyType::timestamptz, zone("Europe/Berlin")).literal(civil("1800-01-01")) ==
          "1800-01-01 00:53:28+00:53:28");
    CHECK(Codec(KeyType::timestamp, zone("Europe/Berlin")).literal(x) == "2026-11-01 00:00:00");
    CHECK(Codec(KeyType::date, zone("Europe/Berlin")).literal(x) == "2026-11-01");
    for (const KeyType type : {KeyType::int2, KeyType::int4, KeyType::int8, KeyType::numeric})
    {
        CHECK(Codec(type, utc()).literal(-20) == "-20");
    }
}

TEST_CASE("each type has its range", "[codec]")
{
    struct Row
    {
        KeyType type;
        const char *lowest;
        const char *highest;
    };
    for (const Row &row :
         {Row{KeyType::timestamptz, "4714-11-24 00:00:00+00 BC", "294276-12-31 23:59:59.999999+00"},
          Row{KeyType::timestamp, "4714-11-24 00:00:00 BC", "294276-12-31 23:59:59.999999"},
          Row{KeyType::date, "4714-11-24 BC", "294276-12-31"}, Row{KeyType::int2, "-32768", "32767"},
          Row{KeyType::int4, "-2147483648", "2147483647"},
          Row{KeyType::int8, "-9223372036854775807", "9223372036854775806"}})
    {
        const Codec codec(row.type, utc());
        INFO(type_name(row.type));
        CHECK(codec.type() == row.type);
        CHECK(codec.literal(codec.lowest()) == row.lowest);
        CHECK(codec.literal(codec.highest()) == row.highest);
        CHECK(codec.check(codec.lowest()) == codec.lowest());
        CHECK(codec.check(codec.highest()) == codec.highest());
        const ErrorKind kind = is_time(codec.axis()) ? ErrorKind::datetime_out_of_range : ErrorKind::out_of_range;
        const Error below = raised([&] { static_cast<void>(codec.check(codec.lowest() - 1)); });
        CHECK(below.kind() == kind);
        CHECK(below.detail() == "The bound lies before " + std::string(row.lowest) + ".");
        CHECK(below.hint() == "Use a shorter interval or a start further from the end of the type's range.");
        const Error above = raised([&] { static_cast<void>(codec.check(codec.highest() + 1)); });
        CHECK(above.kind() == kind);
        CHECK(above.message() == "partition bound out of range for type " + std::string(type_name(row.type)));
    }
    CHECK(type_name(KeyType::timestamptz) == "timestamp with time zone");
    CHECK(type_name(KeyType::int8) == "bigint");
}

TEST_CASE("axes and the wall clock convert into each other", "[codec]")
{
    const Zone &berlin = zone("Europe/Berlin");
    const Coordinate noon = civil("2026-07-15 12:00");
    const Codec instant(KeyType::timestamptz, berlin);
    CHECK(instant.axis() == Axis::instant);
    CHECK(&instant.zone() == &berlin);
    CHECK(instant.from_instant(noon) == noon);
    CHECK(instant.to_instant(noon) == noon);
    CHECK(instant.to_civil(noon) == civil("2026-07-15 14:00"));
    CHECK(instant.from_civil(civil("2026-07-15 14:00")) == noon);
    for (const KeyType type : {KeyType::timestamp, KeyType::date})
    {
        const Codec codec(type, berlin);
        CHECK(codec.axis() == Axis::civil);
        CHECK(codec.from_instant(noon) == civil("2026-07-15 14:00"));
        CHECK(codec.to_instant(civil("2026-07-15 14:00")) == noon);
        CHECK(codec.to_civil(noon) == noon);
        CHECK(codec.from_civil(noon) == noon);
    }
    const Codec number(KeyType::int4, utc());
    CHECK(number.axis() == Axis::number);
    CHECK(kind_of([&] { static_cast<void>(number.to_civil(1)); }) == ErrorKind::internal);
    CHECK(kind_of([&] { static_cast<void>(number.from_civil(1)); }) == ErrorKind::internal);
    CHECK(kind_of([&] { static_cast<void>(number.from_instant(1)); }) == ErrorKind::internal);
    CHECK(kind_of([&] { static_cast<void>(number.to_instant(1)); }) == ErrorKind::internal);
}
