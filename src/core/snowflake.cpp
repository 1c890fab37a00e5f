#include "core/snowflake.hpp"

#include "core/checked.hpp"
#include "core/epoch.hpp"
#include "core/error.hpp"

#include <limits>

namespace strata::core
{

namespace
{

constexpr std::int64_t micros_per_milli = 1'000;

class SnowflakeEncoding final : public Encoding
{
public:
    SnowflakeEncoding(std::int64_t epoch_millis, int shift) : epoch_(epoch_millis), shift_(shift) {}

    std::string name() const override
    {
        return "snowflake(" + std::to_string(epoch_) + ", " + std::to_string(shift_) + ")";
    }

    Coordinate first() const override { return instant_of(0); }
    Coordinate last() const override { return instant_of(std::numeric_limits<std::int64_t>::max()); }
    std::int64_t granule() const override { return micros_per_milli; }

    std::string encode(Coordinate instant) const override
    {
        const std::int64_t since = subtract_saturating(instant, first());
        const std::int64_t millis = since / micros_per_milli + (since % micros_per_milli > 0 ? 1 : 0);
        return std::to_string(narrow_saturating(Wide{millis} << shift_));
    }

    Decoded decode(std::int64_t number) const override
    {
        if (number < 0)
        {
            return {Decoded::Place::below, 0, false};
        }
        const bool exact = (number & ((std::int64_t{1} << shift_) - 1)) == 0;
        return {Decoded::Place::inside, instant_of(number), exact};
    }

private:
    Coordinate instant_of(std::int64_t number) const
    {
        return ((number >> shift_) + epoch_) * micros_per_milli - unix_epoch_micros;
    }

    std::int64_t epoch_;
    int shift_;
};

} // namespace

std::shared_ptr<const Encoding> snowflake_encoding(std::int64_t epoch_millis, int shift)
{
    // From 1970 to 9999; of the times at least ten bits are left, and at most what stays on the axis.
    if (epoch_millis < 0 || epoch_millis > 253'402'300'799'999)
    {
        throw Error{ErrorKind::invalid_argument,
                    "epoch " + std::to_string(epoch_millis) + " of codec snowflake is out of range",
                    "It is the time from which the ids count, in milliseconds since 1970.",
                    "Pass for example 1288834974657, as in 'snowflake(1288834974657, 22)'."};
    }
    if (shift < 12 || shift > 52)
    {
        throw Error{ErrorKind::invalid_argument,
                    "shift " + std::to_string(shift) + " of codec snowflake is out of range",
                    "It is the number of bits behind the time, from 12 to 52.",
                    "Pass for example 22, as in 'snowflake(1288834974657, 22)'."};
    }
    return std::make_shared<SnowflakeEncoding>(epoch_millis, shift);
}

} // namespace strata::core
