#include "core/epoch.hpp"

#include "core/checked.hpp"
#include "core/codec.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace strata::core
{

namespace
{

constexpr std::array<std::pair<std::string_view, EpochUnit>, 4> units{{
    {"seconds", EpochUnit::seconds},
    {"milliseconds", EpochUnit::milliseconds},
    {"microseconds", EpochUnit::microseconds},
    {"nanoseconds", EpochUnit::nanoseconds},
}};

constexpr Wide micros_in(std::int64_t per_second, Wide count)
{
    const Wide scaled = count * micros_per_second;
    return scaled / per_second - (scaled % per_second < 0 ? 1 : 0);
}

class EpochEncoding final : public Encoding
{
public:
    EpochEncoding(EpochUnit unit, KeyType type) : unit_(unit), type_(type) {}

    std::string name() const override
    {
        const auto *const found =
            std::find_if(units.begin(), units.end(), [this](const auto &entry) { return entry.second == unit_; });
        return "epoch in " + std::string(found->first);
    }

    Coordinate first() const override { return narrow_saturating(instant_of(least())); }
    Coordinate last() const override { return narrow_saturating(instant_of(greatest())); }
    std::int64_t granule() const override { return std::max(micros_per_second / per_second(), std::int64_t{1}); }

    std::string encode(Coordinate instant) const override
    {
        const Wide scaled = (Wide{instant} + unix_epoch_micros) * per_second();
        const Wide number = scaled / micros_per_second + (scaled % micros_per_second > 0 ? 1 : 0);
        return std::to_string(narrow_saturating(number));
    }

    Decoded decode(std::int64_t number) const override
    {
        const Wide instant = instant_of(number);
        if (instant < first_timestamp)
        {
            return {Decoded::Place::below, 0, false};
        }
        if (instant >= end_of_timestamps)
        {
            return {Decoded::Place::above, 0, false};
        }
        // Only nanoseconds are finer than the axis.
        const bool exact = per_second() <= micros_per_second || number % (per_second() / micros_per_second) == 0;
        return {Decoded::Place::inside, narrow_saturating(instant), exact};
    }

private:
    std::int64_t per_second() const { return static_cast<std::int64_t>(unit_); }
    Wide instant_of(std::int64_t number) const { return micros_in(per_second(), number) - unix_epoch_micros; }

    // Rounded so that both have exact instants.
    std::int64_t least() const
    {
        switch (type_)
        {
        case KeyType::int2:
            return std::numeric_limits<std::int16_t>::min();
        case KeyType::int4:
            return std::numeric_limits<std::int32_t>::min();
        default:
            return std::numeric_limits<std::int64_t>::min() / 1'000 * 1'000;
        }
    }

    std::int64_t greatest() const
    {
        switch (type_)
        {
        case KeyType::int2:
            return std::numeric_limits<std::int16_t>::max();
        case KeyType::int4:
            return std::numeric_limits<std::int32_t>::max();
        default:
            return std::numeric_limits<std::int64_t>::max() / 1'000 * 1'000;
        }
    }

    EpochUnit unit_;
    KeyType type_;
};

} // namespace

std::optional<EpochUnit> parse_epoch(std::string_view text)
{
    const auto *const found =
        std::find_if(units.begin(), units.end(), [text](const auto &entry) { return entry.first == text; });
    return found == units.end() ? std::nullopt : std::optional(found->second);
}

std::shared_ptr<const Encoding> epoch_encoding(EpochUnit unit, KeyType type)
{
    return std::make_shared<EpochEncoding>(unit, type);
}

} // namespace strata::core
