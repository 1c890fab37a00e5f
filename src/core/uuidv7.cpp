#include "core/uuidv7.hpp"

#include "core/unix_millis.hpp"

namespace strata::core
{

namespace
{

class Uuidv7Encoding final : public Encoding
{
public:
    std::string name() const override { return "uuidv7"; }
    Coordinate first() const override { return first_of_millis(); }
    Coordinate last() const override { return last_of_millis(); }
    std::int64_t granule() const override { return 1'000; }
    std::string encode(Coordinate instant) const override { return uuid_text(millis_bytes(instant)); }
    Decoded decode(std::string_view bytes) const override { return decode_millis(bytes); }

    std::string doubt(std::string_view bytes) const override
    {
        const Decoded decoded = decode_millis(bytes);
        const int version = bytes.size() > 6 ? static_cast<unsigned char>(bytes[6]) >> 4 : 0;
        // Bounds, and what the encoder of the dialect makes, have no version.
        return decoded.exact || version == 7 ? std::string() : "has version " + std::to_string(version) + ", not 7";
    }
};

} // namespace

std::shared_ptr<const Encoding> uuidv7_encoding()
{
    return std::make_shared<Uuidv7Encoding>();
}

std::string uuid_text(std::string_view bytes)
{
    std::string text = hex_text(bytes);
    for (const std::size_t place : {8, 13, 18, 23})
    {
        text.insert(place, 1, '-');
    }
    return text;
}

} // namespace strata::core
