#pragma once

#include "core/civil.hpp"
#include "core/coordinate.hpp"
#include "core/key.hpp"
#include "core/zone.hpp"

#include <string>

namespace strata::core
{

constexpr Coordinate first_timestamp = -211'813'488'000'000'000;    // 4714-11-24 00:00:00 BC
constexpr Coordinate end_of_timestamps = 9'223'371'331'200'000'000; // 294277-01-01 00:00:00

// One kind of partition key in one time zone: which coordinates it can hold and how SQL writes them.
// The zone must outlive the codec; ids and dates ignore its offset.
class Codec
{
public:
    Codec(Key key, const Zone &zone, bool list = false) : key_(std::move(key)), zone_(&zone), list_(list) {}

    const Key &key() const { return key_; }
    KeyType type() const { return key_.type(); }
    Axis axis() const { return axis_of(key_); }
    const Zone &zone() const { return *zone_; }
    // Partitions list their values instead of giving bounds; a range stands for the whole numbers in it.
    bool list() const { return list_; }

    // The least and the greatest value that can be a bound that we make.  Dates end where timestamps do (in the
    // year 294276); read a later date, like `infinity`, as an open bound.  The two outermost bigints are left out,
    // so that a saturated sum is always out of range; existing partitions may use them.
    Coordinate lowest() const;
    Coordinate highest() const;
    bool in_range(Coordinate value) const { return value >= lowest() && value <= highest(); }

    // The text of a bound, without quotes, the same whatever the session's settings: `2026-11-01 00:00:00+01` (in
    // the set's zone), `2026-11-01 00:00:00`, `2026-11-01`, `-20`, or what the key's encoding makes of the time.
    std::string literal(Coordinate value) const;

    // The same for messages and for what we store: the time itself, however the key encodes it.
    std::string text(Coordinate value) const;

    // Between the axis of the key and instants or the wall clock.  Time keys only: Error{internal} for ids.
    Coordinate from_instant(Coordinate instant) const;
    Coordinate to_instant(Coordinate value) const;
    Coordinate to_civil(Coordinate value) const;
    Coordinate from_civil(Coordinate civil) const;

    // Throws datetime_out_of_range or out_of_range when the type cannot hold the value, else returns it.
    Coordinate check(Coordinate value) const;
    [[noreturn]] void raise_out_of_range(bool below) const;

private:
    Key key_;
    const Zone *zone_;
    bool list_;
};

} // namespace strata::core
