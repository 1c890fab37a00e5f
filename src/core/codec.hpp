#pragma once

#include "core/civil.hpp"
#include "core/coordinate.hpp"
#include "core/zone.hpp"

#include <string>

namespace strata::core
{

// One kind of partition key in one time zone: which coordinates it can hold and how SQL writes them.
// The zone must outlive the codec; ids and dates ignore its offset.
class Codec
{
public:
    Codec(KeyType type, const Zone &zone, bool list = false) : type_(type), zone_(&zone), list_(list) {}

    KeyType type() const { return type_; }
    Axis axis() const { return axis_of(type_); }
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
    // the set's zone), `2026-11-01 00:00:00`, `2026-11-01`, `-20`.  Also the text for messages.
    std::string literal(Coordinate value) const;

    // Between the axis of the key and instants or the wall clock.  Time keys only: Error{internal} for ids.
    Coordinate from_instant(Coordinate instant) const;
    Coordinate to_instant(Coordinate value) const;
    Coordinate to_civil(Coordinate value) const;
    Coordinate from_civil(Coordinate civil) const;

    // Throws datetime_out_of_range or out_of_range when the type cannot hold the value, else returns it.
    Coordinate check(Coordinate value) const;
    [[noreturn]] void raise_out_of_range(bool below) const;

private:
    KeyType type_;
    const Zone *zone_;
    bool list_;
};

} // namespace strata::core
