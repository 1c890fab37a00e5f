#include "core/encodings.hpp"

#include "core/codec.hpp"
#include "core/epoch.hpp"
#include "core/error.hpp"

#include "input.hpp"

#include <memory>

// Codecs as text, and values that are decoded by them.
namespace fuzz
{

namespace
{

std::shared_ptr<const Encoding> read(const std::string &text, KeyType type)
{
    try
    {
        return parse_codec(text, type);
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == ErrorKind::invalid_argument || error.kind() == ErrorKind::datatype_mismatch);
        return nullptr;
    }
}

Decoded decode(const Encoding &encoding, KeyType type, const std::string &text)
{
    return type == KeyType::int8 ? encoding.decode(std::int64_t{std::stoll(text)})
                                 : encoding.decode(std::string_view(text));
}

} // namespace

void one(Input &input)
{
    constexpr KeyType types[] = {KeyType::text, KeyType::int8};
    const KeyType type = types[input.between(0, 1)];
    const Coordinate wish = input.between(0, unix_epoch_micros);
    const std::string text = input.rest();

    // Any text is a codec or it is not; any text is a ULID or it is not.
    if (const auto encoding = read(text, type))
    {
        const auto again = read(encoding->name(), type);
        HOLDS(again != nullptr && again->name() == encoding->name());
        const Codec codec(Key(type, encoding), utc());
        HOLDS(codec.lowest() <= codec.highest());
        const Coordinate instant = std::min(codec.lowest() + wish, codec.highest());
        const std::string value = codec.literal(instant);
        const Decoded decoded = decode(*encoding, type, value);
        HOLDS(decoded.place == Decoded::Place::inside && decoded.exact);
        HOLDS(decoded.instant >= instant && decoded.instant - instant < encoding->granule());
    }
    const auto ulid = parse_codec("ulid", KeyType::text);
    const Decoded decoded = ulid->decode(std::string_view(text));
    HOLDS(decoded.place == Decoded::Place::inside || decoded.place == Decoded::Place::none);
    if (decoded.place == Decoded::Place::inside)
    {
        HOLDS(ulid->encode(decoded.instant) <= text);
        HOLDS((ulid->encode(decoded.instant) == text) == decoded.exact);
        HOLDS(decoded.instant == ulid->last() || text < ulid->encode(decoded.instant + ulid->granule()));
    }
}

} // namespace fuzz
