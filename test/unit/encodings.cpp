#include "core/encodings.hpp"

#include "core/codec.hpp"
#include "core/epoch.hpp"
#include "core/range.hpp"
#include "core/step.hpp"
#include "core/unix_millis.hpp"
#include "core/uuidv7.hpp"
#include "times.hpp"
#include "zones.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>

using namespace test;

namespace
{

Key key_of(const std::string &codec, KeyType type)
{
    return {type, parse_codec(codec, type)};
}

// The bytes of a literal as the server keeps them.
std::string bytes_of(const std::string &literal, KeyType type)
{
    if (type == KeyType::text)
    {
        return literal;
    }
    std::string digits;
    for (const char c : literal.substr(type == KeyType::bytea ? 2 : 0))
    {
        if (c != '-')
        {
            digits += c;
        }
    }
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2)
    {
        bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

Decoded decode(const Key &key, const std::string &literal)
{
    return key.type() == KeyType::int8 || key.type() == KeyType::numeric
               ? key.encoding()->decode(std::int64_t{std::stoll(literal)})
               : key.encoding()->decode(bytes_of(literal, key.type()));
}

// Whether the server sorts one before the other.
bool sorts_before(const Key &key, const std::string &a, const std::string &b)
{
    return key.type() == KeyType::int8 || key.type() == KeyType::numeric
               ? std::stoll(a) < std::stoll(b)
               : bytes_of(a, key.type()) < bytes_of(b, key.type());
}

std::vector<Coordinate> sample(const Codec &codec)
{
    std::mt19937_64 random(7);
    std::vector<Coordinate> instants{codec.lowest(), codec.lowest() + 1, codec.highest() - 1, codec.highest()};
    std::uniform_int_distribution<Coordinate> anywhere(codec.lowest(), codec.highest());
    std::uniform_int_distribution<Coordinate> nearby(civil("2026-11-21"), civil("2026-11-21") + 100'000);
    for (int i = 0; i < 5000; ++i)
    {
        instants.push_back(anywhere(random));
        if (codec.in_range(civil("2026-11-21")))
        {
            instants.push_back(nearby(random));
        }
    }
    std::sort(instants.begin(), instants.end());
    return instants;
}

struct Case
{
    const char *codec;
    KeyType type;
};

constexpr Case cases[] = {
    {"uuidv7", KeyType::uuid},
    {"ulid", KeyType::uuid},
    {"ulid", KeyType::text},
    {"ulid", KeyType::bytea},
    {"snowflake(1288834974657, 22)", KeyType::int8},
    {"snowflake(0, 16)", KeyType::int8},
    {"snowflake(1420070400000, 22)", KeyType::numeric},
    {"snowflake(253402300799999, 12)", KeyType::int8},
    {"snowflake(1288834974657, 52)", KeyType::int8},
};

} // namespace

TEST_CASE("a time in each encoding", "[encodings]")
{
    const Coordinate x = civil("2026-11-01 00:00:00");
    const auto literal = [x](const char *codec, KeyType type) {
        return Codec(key_of(codec, type), utc()).literal(x);
    };
    CHECK(literal("uuidv7", KeyType::uuid) == "01a19467-e800-0000-0000-000000000000");
    CHECK(literal("ulid", KeyType::uuid) == "01a19467-e800-0000-0000-000000000000");
    CHECK(literal("ulid", KeyType::bytea) == "\\x01a19467e80000000000000000000000");
    CHECK(literal("ulid", KeyType::text) == "01M6A6FT000000000000000000");
    CHECK(literal("snowflake(1288834974657, 22)", KeyType::int8) == "2116681624581046272");
    // Messages speak of the time.
    CHECK(Codec(key_of("uuidv7", KeyType::uuid), zone("Europe/Berlin")).text(x) == "2026-11-01 01:00:00+01");
}

TEST_CASE("every encoding decodes what it encodes and keeps the order of times", "[encodings]")
{
    for (const Case &tested : cases)
    {
        const Key key = key_of(tested.codec, tested.type);
        const Codec codec(key, utc());
        INFO(tested.codec << " in " << type_name(tested.type));
        REQUIRE(key.encoding()->name() == tested.codec);
        CHECK(codec.axis() == Axis::instant);
        CHECK(codec.lowest() < codec.highest());
        std::size_t wrong = 0;
        std::string before;
        Coordinate before_instant = 0;
        for (const Coordinate instant : sample(codec))
        {
            const std::string literal = codec.literal(instant);
            const Decoded decoded = decode(key, literal);
            wrong += decoded.place != Decoded::Place::inside || !decoded.exact ? 1 : 0;
            // Rounded up to the millisecond, so that nothing earlier is at or after the bound.
            wrong += decoded.instant < instant || decoded.instant - instant >= key.encoding()->granule() ? 1 : 0;
            wrong += codec.literal(decoded.instant) != literal ? 1 : 0;
            if (!before.empty())
            {
                wrong += sorts_before(key, literal, before) ? 1 : 0;
                wrong += instant - before_instant >= 1'000 && !sorts_before(key, before, literal) ? 1 : 0;
            }
            before = literal;
            before_instant = instant;
        }
        CHECK(wrong == 0);
    }
}

TEST_CASE("a value with more in it than a time lies in the millisecond of its time", "[encodings]")
{
    std::mt19937_64 random(11);
    const Key uuid = key_of("uuidv7", KeyType::uuid);
    const Key text = key_of("ulid", KeyType::text);
    const Key flake = key_of("snowflake(1288834974657, 22)", KeyType::int8);
    const Coordinate at = civil("2026-11-21 12:00:00");
    for (int i = 0; i < 1000; ++i)
    {
        const Coordinate instant = at + static_cast<Coordinate>(random() % 1'000'000) * 1'000;
        std::string bytes = bytes_of(uuid.encoding()->encode(instant), KeyType::uuid);
        for (std::size_t place = 6; place < bytes.size(); ++place)
        {
            bytes[place] = static_cast<char>(random());
        }
        bytes[6] = static_cast<char>(0x70 | (bytes[6] & 15));
        CHECK(uuid.encoding()->decode(bytes).instant == instant);
        CHECK_FALSE(uuid.encoding()->decode(bytes).exact);
        CHECK(uuid.encoding()->doubt(bytes).empty());
        CHECK(bytes < bytes_of(uuid.encoding()->encode(instant + 1'000), KeyType::uuid));

        std::string digits = text.encoding()->encode(instant);
        digits.replace(10, 16,
                       "ZZZZZZZZZZZZZZZ" + std::string(1, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[random() % 32]));
        CHECK(text.encoding()->decode(digits).instant == instant);
        CHECK(digits < text.encoding()->encode(instant + 1'000));

        const std::int64_t number = std::stoll(flake.encoding()->encode(instant)) + 1 +
                                    static_cast<std::int64_t>(random() % ((1 << 22) - 1));
        CHECK(flake.encoding()->decode(number).instant == instant);
        CHECK_FALSE(flake.encoding()->decode(number).exact);
    }
}

TEST_CASE("what is no value has no time", "[encodings]")
{
    const Key text = key_of("ulid", KeyType::text);
    for (const char *wrong :
         {"", "01KWDFKD00000000000000000", "01KWDFKD0000000000000000000", "01kwdfkd000000000000000000",
          "01KWDFKD00000000000000000U", "81KWDFKD000000000000000000", "01KWDFKD 00000000000000000"})
    {
        INFO(wrong);
        CHECK(text.encoding()->decode(std::string_view(wrong)).place == Decoded::Place::none);
    }
    CHECK(text.encoding()->decode(std::string_view("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")).place == Decoded::Place::inside);
    const Key bytea = key_of("ulid", KeyType::bytea);
    CHECK(bytea.encoding()->decode(std::string_view("short")).place == Decoded::Place::none);
    CHECK(bytea.encoding()->decode(std::string(17, 'x')).place == Decoded::Place::none);
    const Key flake = key_of("snowflake(1288834974657, 22)", KeyType::int8);
    CHECK(flake.encoding()->decode(std::int64_t{-1}).place == Decoded::Place::below);
    CHECK(flake.encoding()->decode(std::numeric_limits<std::int64_t>::max()).place == Decoded::Place::inside);
    const Key uuid = key_of("uuidv7", KeyType::uuid);
    const std::string v4 = bytes_of("5f0e9c1a-7b2d-4c3e-8f4a-5b6c7d8e9f00", KeyType::uuid);
    CHECK(uuid.encoding()->doubt(v4) == "has version 4, not 7");
    CHECK(uuid.encoding()->doubt(bytes_of(uuid.encoding()->encode(0), KeyType::uuid)).empty());
    CHECK(uuid_text(v4) == "5f0e9c1a-7b2d-4c3e-8f4a-5b6c7d8e9f00");
}

TEST_CASE("codecs as text", "[encodings]")
{
    CHECK(parse_codec(" uuidv7 ", KeyType::uuid)->name() == "uuidv7");
    CHECK(parse_codec("snowflake( 1288834974657 ,22 )", KeyType::int8)->name() == "snowflake(1288834974657, 22)");
    CHECK(parse_codec("snowflake (0,22)", KeyType::int8)->name() == "snowflake(0, 22)");
    for (const char *wrong : {"",
                              " ",
                              "uuid",
                              "uuidv4",
                              "UUIDV7",
                              "uuidv7()",
                              "uuidv7(1)",
                              "ulid,",
                              "snowflake",
                              "snowflake()",
                              "snowflake(1)",
                              "snowflake(1,)",
                              "snowflake(1,22,3)",
                              "snowflake(1,22",
                              "snowflake(1,22) x",
                              "snowflake(a,22)",
                              "snowflake(1,2.5)",
                              "snowflake(99999999999999999999,22)",
                              "snowflake(-1,22)",
                              "snowflake(1,11)",
                              "snowflake(1,53)",
                              "snowflake(1,-22)",
                              "snowflake(253402300800000,22)",
                              "snowflake(1,9223372036854775807)",
                              "(",
                              "snowflake((1,22))"})
    {
        INFO(wrong);
        CHECK(kind_of([wrong] { static_cast<void>(parse_codec(wrong, KeyType::int8)); }) ==
              ErrorKind::invalid_argument);
    }
    const Error unfit = raised([] { static_cast<void>(parse_codec("ulid", KeyType::int8)); });
    CHECK(unfit.kind() == ErrorKind::datatype_mismatch);
    CHECK(unfit.message() == "codec \"ulid\" does not fit a control column of type bigint");
    CHECK(unfit.detail() == "It is for: uuid, text, bytea.");
    for (const KeyType type : {KeyType::timestamptz, KeyType::date, KeyType::int4, KeyType::text, KeyType::bytea})
    {
        CHECK(kind_of([type] { static_cast<void>(parse_codec("uuidv7", type)); }) == ErrorKind::datatype_mismatch);
    }
}

TEST_CASE("encodings reach as far as their bits", "[encodings]")
{
    const Codec uuid(key_of("uuidv7", KeyType::uuid), utc());
    CHECK(uuid.text(uuid.lowest()) == "1970-01-01 00:00:00+00");
    CHECK(uuid.text(uuid.highest()) == "10889-08-02 05:31:50.655+00");
    CHECK(uuid.literal(uuid.highest()) == "ffffffff-ffff-0000-0000-000000000000");
    const Codec flake(key_of("snowflake(1288834974657, 22)", KeyType::int8), utc());
    CHECK(flake.text(flake.lowest()) == "2010-11-04 01:42:54.657+00");
    CHECK(flake.text(flake.highest()) == "2080-07-10 17:30:30.208+00");
    CHECK(kind_of([&] { static_cast<void>(flake.check(flake.lowest() - 1)); }) == ErrorKind::datetime_out_of_range);
    CHECK(kind_of([&] { validate_step(uuid.key(), TimeStep{.micros = 1'000'500}); }) ==
          ErrorKind::invalid_argument);
    CHECK_NOTHROW(validate_step(uuid.key(), TimeStep{.months = 1}));
}
