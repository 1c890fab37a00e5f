#include "core/checked.hpp"
#include "core/grid.hpp"
#include "core/zone_rank.hpp"

#include "input.hpp"

#include <algorithm>
#include <vector>

// Names of time zones, and steps in a zone with clock changes of any kind.
namespace fuzz
{

namespace
{

// Changes by at most a day, weeks apart, as in the history of the world's zones.
class AnyZone final : public Zone
{
public:
    explicit AnyZone(Input &input)
    {
        Coordinate at = 0;
        std::int64_t offset = quarters(input.between(-56, 56));
        first_ = offset;
        const std::int64_t count = input.between(0, 6);
        for (std::int64_t i = 0; i < count; ++i)
        {
            at += input.between(14, 400) * micros_per_day + quarters(input.between(0, 95));
            offset = std::clamp(offset + quarters(input.between(-96, 96)), quarters(-56), quarters(56));
            changes_.push_back({at, offset});
        }
    }

    Coordinate to_civil(Coordinate instant) const override { return instant + offset_at(instant); }

    // As the server does: only the first change after the day before matters.
    Coordinate to_instant(Coordinate civil) const override
    {
        const Coordinate day_before = civil - micros_per_day;
        const std::int64_t before = offset_at(day_before);
        const auto change = std::upper_bound(changes_.begin(), changes_.end(), day_before,
                                             [](Coordinate at, const Change &c) { return at < c.at; });
        if (change == changes_.end())
        {
            return civil - before;
        }
        const Coordinate by_before = civil - before;
        const Coordinate by_after = civil - change->offset;
        if (by_before < change->at && by_after < change->at)
        {
            return by_before;
        }
        if (by_before > change->at && by_after >= change->at)
        {
            return by_after;
        }
        return std::max(by_before, by_after); // skipped: by the offset before, repeated: by the one after
    }

    std::string_view name() const override { return "Any/Where"; }

private:
    struct Change
    {
        Coordinate at;
        std::int64_t offset;
    };

    static constexpr std::int64_t quarters(std::int64_t n) { return n * 15 * micros_per_minute; }

    std::int64_t offset_at(Coordinate instant) const
    {
        const auto after = std::upper_bound(changes_.begin(), changes_.end(), instant,
                                            [](Coordinate at, const Change &change) { return at < change.at; });
        return after == changes_.begin() ? first_ : std::prev(after)->offset;
    }

    std::int64_t first_ = 0;
    std::vector<Change> changes_;
};

void check_rank(const std::string &name)
{
    const auto rank = zone_rank(name);
    const std::size_t slash = name.find('/');
    HOLDS(!rank || *rank >= 0);
    HOLDS(!rank || name == "UTC" || slash != std::string::npos);
    HOLDS(!rank || *rank != 0 || name == "UTC");
    // Another zone of the area is a place, too, and never better than this one.
    if (rank && slash != std::string::npos)
    {
        const auto other = zone_rank(name.substr(0, slash + 1) + "\x01");
        HOLDS(other && *other >= *rank);
    }
}

void check_repeated(const Zone &zone, Coordinate x)
{
    if (is_repeated(zone, x))
    {
        const Coordinate civil = zone.to_civil(x);
        HOLDS(zone.to_instant(civil) == x);
    }
}

void check_grid(const Grid &grid, Coordinate x)
{
    const Codec &codec = grid.codec();
    const Coordinate lower = grid.floor_saturating(x);
    const Coordinate upper = grid.next_saturating(x);
    HOLDS(lower <= x && x < upper);
    if (codec.in_range(lower))
    {
        HOLDS(grid.on_grid(lower));
        HOLDS(grid.next_saturating(lower) == upper);
    }
    if (codec.in_range(upper))
    {
        HOLDS(grid.floor(upper) == upper);
        HOLDS(!codec.in_range(lower) || grid.previous(upper) == lower);
        HOLDS(grid.advance_saturating(x, 1) == upper);
        HOLDS(grid.floor_saturating(upper - 1) == lower);
    }
}

} // namespace

void one(Input &input)
{
    const AnyZone zone(input);
    const Codec codec(KeyType::timestamptz, zone);
    TimeStep step{.months = static_cast<std::int32_t>(input.between(0, 30)),
                  .days = static_cast<std::int32_t>(input.between(0, 40)),
                  .micros = input.between(0, 2 * micros_per_day)};
    const std::int64_t kind = input.between(0, 3);
    step.months = kind == 0 ? step.months : 0;
    step.days = kind == 1 ? step.days : 0;
    step.micros = kind >= 2 ? std::max(step.micros, micros_per_second) : 0;
    const Coordinate year = 366 * micros_per_day;
    const Grid grid(codec, step == TimeStep{} ? TimeStep{.days = 1} : step, input.between(-year, 4 * year));
    for (int i = 0; i < 4; ++i)
    {
        const Coordinate x = input.between(-2 * year, 10 * year);
        check_repeated(zone, x);
        check_grid(grid, x);
    }
    check_grid(grid, input.between(codec.lowest() + year, codec.highest() - year));
    check_rank(input.rest());
}

} // namespace fuzz
