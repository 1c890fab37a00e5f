#include "core/epoch.hpp"

#include "core/cover.hpp"
#include "core/range.hpp"
#include "core/step.hpp"
#include "times.hpp"
#include "zones.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>

using namespace test;

namespace
{

constexpr EpochUnit units[] = {EpochUnit::seconds, EpochUnit::milliseconds, EpochUnit::microseconds,
                               EpochUnit::nanoseconds};

Key key_of(EpochUnit unit, KeyType type = KeyType::int8)
{
    return {type, epoch_encoding(unit, type)};
}

// Instants all over the range that the codec has, its ends among them.
std::vector<Coordinate> sample(const Codec &codec)
{
    std::mt19937_64 random(20261121);
    std::vector<Coordinate> instants{
        codec.lowest(),     codec.lowest() + 1,    codec.highest() - 1, codec.highest(), 0, -1, 1,
        -unix_epoch_micros, -unix_epoch_micros - 1};
    std::uniform_int_distribution<Coordinate> anywhere(codec.lowest(), codec.highest());
    std::uniform_int_distribution<Coordinate> nearby(civil("1969-12-31"), civil("2038-01-01"));
    for (int i = 0; i < 5000; ++i)
    {
        instants.push_back(anywhere(random));
        instants.push_back(nearby(random));
    }
    instants.erase(
        std::remove_if(instants.begin(), instants.end(), [&](Coordinate x) { return !codec.in_range(x); }),
        instants.end());
    std::sort(instants.begin(), instants.end());
    return instants;
}

} // namespace

TEST_CASE("the words of p_epoch", "[epoch]")
{
    CHECK(parse_epoch("seconds") == EpochUnit::seconds);
    CHECK(parse_epoch("milliseconds") == EpochUnit::milliseconds);
    CHECK(parse_epoch("microseconds") == EpochUnit::microseconds);
    CHECK(parse_epoch("nanoseconds") == EpochUnit::nanoseconds);
    for (const char *text : {"none", "", "Seconds", "second", "seconds "})
    {
        CHECK_FALSE(parse_epoch(text));
    }
}

TEST_CASE("a time in each unit", "[epoch]")
{
    const Coordinate x = civil("2026-11-01 00:00:00");
    CHECK(Codec(key_of(EpochUnit::seconds), utc()).literal(x) == "1793491200");
    CHECK(Codec(key_of(EpochUnit::milliseconds), utc()).literal(x) == "1793491200000");
    CHECK(Codec(key_of(EpochUnit::microseconds), utc()).literal(x) == "1793491200000000");
    CHECK(Codec(key_of(EpochUnit::nanoseconds), utc()).literal(x) == "1793491200000000000");
    // The zone says where days begin, not what the numbers are.
    const Codec berlin(key_of(EpochUnit::seconds), zone("Europe/Berlin"));
    CHECK(berlin.axis() == Axis::instant);
    CHECK(berlin.literal(x) == "1793491200");
    CHECK(berlin.text(x) == "2026-11-01 01:00:00+01");
    CHECK(berlin.to_civil(x) == civil("2026-11-01 01:00:00"));
    CHECK(range_text(Range::of(x, x + micros_per_day), berlin) == "FROM ('1793491200') TO ('1793577600')");
}

TEST_CASE("what is encoded is decoded, and the order is kept", "[epoch]")
{
    for (const EpochUnit unit : units)
    {
        for (const KeyType type : {KeyType::int4, KeyType::int8, KeyType::numeric})
        {
            const Key key = key_of(unit, type);
            const Codec codec(key, utc());
            const Encoding &encoding = *key.encoding();
            INFO(encoding.name() << " in " << type_name(type));
            std::int64_t before = std::numeric_limits<std::int64_t>::min();
            std::size_t wrong = 0;
            for (const Coordinate instant : sample(codec))
            {
                const std::int64_t number = std::stoll(codec.literal(instant));
                const Decoded decoded = encoding.decode(number);
                wrong += number < before ? 1 : 0;
                before = number;
                if (decoded.place == Decoded::Place::above) // rounded up beyond the last timestamp
                {
                    wrong += instant + encoding.granule() < end_of_timestamps ? 1 : 0;
                    continue;
                }
                // The least value that is not before: itself where the unit has it, else the next one.
                wrong += decoded.place != Decoded::Place::inside || !decoded.exact ? 1 : 0;
                wrong += decoded.instant < instant || decoded.instant - instant >= encoding.granule() ? 1 : 0;
                wrong += instant % encoding.granule() == 0 && decoded.instant != instant ? 1 : 0;
                // And the one before it is before.
                const Decoded lower = encoding.decode(number - 1);
                wrong += lower.place == Decoded::Place::inside && lower.instant >= instant ? 1 : 0;
            }
            CHECK(wrong == 0);
        }
    }
}

TEST_CASE("any number has its place", "[epoch]")
{
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
    for (const EpochUnit unit : {EpochUnit::seconds, EpochUnit::milliseconds, EpochUnit::microseconds})
    {
        const Key key = key_of(unit);
        CHECK(key.encoding()->decode(least).place == Decoded::Place::below);
    }
    CHECK(key_of(EpochUnit::seconds).encoding()->decode(greatest).place == Decoded::Place::above);
    CHECK(key_of(EpochUnit::milliseconds).encoding()->decode(greatest).place == Decoded::Place::above);
    const Key micros = key_of(EpochUnit::microseconds);
    CHECK(micros.encoding()->decode(greatest).instant == greatest - unix_epoch_micros);

    // Nanoseconds reach from 1677 to 2262, and three digits further than the axis.
    const Key key = key_of(EpochUnit::nanoseconds);
    const Encoding &nanos = *key.encoding();
    CHECK(Codec(key, utc()).text(nanos.decode(greatest).instant) == "2262-04-11 23:47:16.854775+00");
    CHECK(Codec(key, utc()).text(nanos.decode(least).instant) == "1677-09-21 00:12:43.145224+00");
    CHECK(nanos.decode(1'000).exact);
    CHECK_FALSE(nanos.decode(1'001).exact);
    CHECK(nanos.decode(1'999).instant == nanos.decode(1'000).instant);
    CHECK(nanos.decode(-1).instant == -unix_epoch_micros - 1);
    CHECK_FALSE(nanos.decode(-1).exact);
}

TEST_CASE("integers end where they end", "[epoch]")
{
    const Codec codec(key_of(EpochUnit::seconds, KeyType::int4), utc());
    CHECK(codec.text(codec.highest()) == "2038-01-19 03:14:07+00");
    CHECK(codec.text(codec.lowest()) == "1901-12-13 20:45:52+00");
    const Error error = raised([&] { static_cast<void>(codec.check(codec.highest() + 1)); });
    CHECK(error.kind() == ErrorKind::datetime_out_of_range);
    CHECK(error.message() == "partition bound out of range for type integer");
    CHECK(error.detail() == "The bound lies after 2038-01-19 03:14:07+00.");

    // A plan ends there and says so.
    SetConfig config;
    config.schema = "s";
    config.table = "t";
    config.key = key_of(EpochUnit::seconds, KeyType::int4);
    config.zone = &utc();
    config.step = TimeStep{.months = 1};
    config.anchor = civil("2037-01-01");
    SetState state;
    for (int month = 6; month < 12; ++month)
    {
        Partition partition;
        partition.oid = static_cast<std::uint32_t>(month);
        const Coordinate lower =
            civil(month < 10 ? "2037-0" + std::to_string(month) + "-01" : "2037-" + std::to_string(month) + "-01");
        partition.range = Range::of(lower, add_months(lower, 1));
        state.partitions.push_back(partition);
    }
    const Cover cover = ahead(config, state, civil("2037-12-15"));
    REQUIRE(cover.ranges.size() == 1);
    CHECK(cover.ranges.front() == Range::of(civil("2037-12-01"), civil("2038-01-01")));
    REQUIRE(cover.findings.size() == 1);
    CHECK(cover.findings.front().message == "partition set \"s.t\" has reached the end of type integer");
}

TEST_CASE("steps that a unit cannot express are refused", "[epoch]")
{
    const Step odd = TimeStep{.micros = 1'500'000};
    const Error error = raised([&] { validate_step(key_of(EpochUnit::seconds), odd); });
    CHECK(error.kind() == ErrorKind::invalid_argument);
    CHECK(error.detail() == "The control column holds times as epoch in seconds.");
    CHECK_NOTHROW(validate_step(key_of(EpochUnit::milliseconds), odd));
    CHECK_NOTHROW(validate_step(key_of(EpochUnit::seconds), TimeStep{.days = 1}));
    CHECK(kind_of([] { validate_step(key_of(EpochUnit::seconds), NumberStep{86'400}); }) ==
          ErrorKind::invalid_argument);
    CHECK(kind_of([] { validate_step(key_of(EpochUnit::seconds), TimeStep{.days = 1}, true); }) ==
          ErrorKind::feature_not_supported);
}
