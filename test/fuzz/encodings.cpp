#include "core/encodings.hpp"
#include "core/epoch.hpp"
#include "core/error.hpp"

#include "input.hpp"

#include <array>
#include <memory>

// Codecs by name, and times in columns that are not of a time type: what is written is read back, in order.
namespace fuzz
{

namespace
{

using Known = std::shared_ptr<const Encoding>;

constexpr std::array types{KeyType::int2, KeyType::int4, KeyType::int8, KeyType::numeric,
                           KeyType::uuid, KeyType::text, KeyType::bytea};

Known parsed(const std::string &text, KeyType type)
{
    try
    {
        return parse_codec(text, type);
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == ErrorKind::invalid_argument || error.kind() == ErrorKind::datatype_mismatch);
        HOLDS(!error.detail().empty() && !error.hint().empty());
        return nullptr;
    }
}

bool is_number(KeyType type)
{
    return type == KeyType::int2 || type == KeyType::int4 || type == KeyType::int8 || type == KeyType::numeric;
}

// The bytes that SQL makes of the text of a value.
std::string stored(const std::string &text, KeyType type)
{
    if (type == KeyType::text)
    {
        return text;
    }
    std::string bytes;
    std::string digits;
    for (const char c : text)
    {
        if (std::isxdigit(static_cast<unsigned char>(c)) != 0)
        {
            digits += c;
        }
    }
    HOLDS(digits.size() == 32);
    for (std::size_t i = 0; i < digits.size(); i += 2)
    {
        bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

Decoded read(const Encoding &encoding, KeyType type, const std::string &text)
{
    return is_number(type) ? encoding.decode(static_cast<std::int64_t>(std::stoll(text)))
                           : encoding.decode(stored(text, type));
}

void check_times(const Encoding &encoding, KeyType type, Input &input)
{
    const std::int64_t granule = encoding.granule();
    const Coordinate first = std::max(encoding.first(), -Coordinate{200'000'000'000'000'000});
    const Coordinate last = std::min(encoding.last(), Coordinate{9'000'000'000'000'000'000});
    const Coordinate a = input.between(first, last - granule);
    const Coordinate b = input.between(first, last - granule);
    const Decoded of_a = read(encoding, type, encoding.encode(a));
    const Decoded of_b = read(encoding, type, encoding.encode(b));
    HOLDS(of_a.place == Decoded::Place::inside && of_a.exact);
    HOLDS(of_a.instant >= a && of_a.instant - a < granule);
    HOLDS(encoding.encode(of_a.instant) == encoding.encode(a));
    HOLDS((a <= b) ? of_a.instant <= of_b.instant : of_b.instant <= of_a.instant);
}

} // namespace

void one(Input &input)
{
    const KeyType type = types[static_cast<std::size_t>(input.between(0, types.size() - 1))];
    const std::int64_t number = input.number();
    for (const EpochUnit unit :
         {EpochUnit::seconds, EpochUnit::milliseconds, EpochUnit::microseconds, EpochUnit::nanoseconds})
    {
        const Known epoch = epoch_encoding(unit, KeyType::int8);
        check_times(*epoch, KeyType::int8, input);
        const Decoded decoded = epoch->decode(number);
        if (decoded.exact)
        {
            HOLDS(epoch->encode(decoded.instant) == std::to_string(number));
        }
    }
    const std::string text = input.line();
    HOLDS(!parse_epoch(text) || !parse_epoch(text + " "));
    if (const Known codec = parsed(text, type))
    {
        const Known again = parsed(codec->name(), type);
        HOLDS(again && again->name() == codec->name());
        HOLDS(again->first() == codec->first() && again->last() == codec->last());
        HOLDS(parsed("  " + text + " ", type)->name() == codec->name());
        check_times(*codec, type, input);
        const std::string value = input.rest();
        const Decoded decoded = is_number(type) ? codec->decode(number) : codec->decode(value);
        HOLDS(decoded.place != Decoded::Place::inside ||
              (decoded.instant >= codec->first() && decoded.instant <= codec->last()));
        if (decoded.exact && !is_number(type))
        {
            HOLDS(stored(codec->encode(decoded.instant), type) == value);
        }
    }
}

} // namespace fuzz
