#include "core/ulid.hpp"

#include "core/unix_millis.hpp"
#include "core/uuidv7.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

// Crockford's Base32: in the order of ASCII, without I, L, O and U.
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t time_digits = 10;
constexpr std::size_t all_digits = 26;

class UlidEncoding final : public Encoding
{
public:
    explicit UlidEncoding(KeyType type) : type_(type) {}

    std::string name() const override { return "ulid"; }
    Coordinate first() const override { return first_of_millis(); }
    Coordinate last() const override { return last_of_millis(); }
    std::int64_t granule() const override { return 1'000; }

    std::string encode(Coordinate instant) const override
    {
        switch (type_)
        {
        case KeyType::uuid:
            return uuid_text(millis_bytes(instant));
        case KeyType::bytea:
            return "\\x" + hex_text(millis_bytes(instant));
        default:
            return digits_of(to_millis(instant));
        }
    }

    Decoded decode(std::string_view bytes) const override
    {
        return type_ == KeyType::text ? decode_digits(bytes) : decode_millis(bytes);
    }

private:
    static std::string digits_of(std::int64_t millis)
    {
        std::string digits(all_digits, '0');
        for (std::size_t i = time_digits; i-- > 0; millis >>= 5)
        {
            digits[i] = alphabet[static_cast<std::size_t>(millis & 31)];
        }
        return digits;
    }

    // Only what sorts like the bounds do: capital letters, as the specification wants them.
    static Decoded decode_digits(std::string_view text)
    {
        if (text.size() != all_digits || text.find_first_not_of(alphabet) != std::string_view::npos ||
            text[0] > '7')
        {
            return {};
        }
        std::int64_t millis = 0;
        for (const char digit : text.substr(0, time_digits))
        {
            millis = millis << 5 | static_cast<std::int64_t>(alphabet.find(digit));
        }
        const bool exact = text.find_first_not_of('0', time_digits) == std::string_view::npos;
        return {Decoded::Place::inside, from_millis(millis), exact};
    }

    KeyType type_;
};

} // namespace

std::shared_ptr<const Encoding> ulid_encoding(KeyType type)
{
    return std::make_shared<UlidEncoding>(type);
}

} // namespace strata::core
