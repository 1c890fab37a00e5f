#pragma once

#include "core/coordinate.hpp"

#include <string_view>

namespace strata::core
{

// The rules of one time zone.  The shell implements it with the server's own zone data.
class Zone
{
public:
    virtual ~Zone() = default;

    // The wall clock at an instant.
    virtual Coordinate to_civil(Coordinate instant) const = 0;

    // The instant of a wall-clock time, chosen as PostgreSQL does: a time that a change skips is read with the
    // offset before the change (so it falls after it), one that occurs twice is the later one.
    virtual Coordinate to_instant(Coordinate civil) const = 0;

    virtual std::string_view name() const = 0;
};

class UtcZone final : public Zone
{
public:
    Coordinate to_civil(Coordinate instant) const override { return instant; }
    Coordinate to_instant(Coordinate civil) const override { return civil; }
    std::string_view name() const override { return "UTC"; }
};

// True when `instant` shows a wall-clock time for the second time because the clock was set back.
bool is_repeated(const Zone &zone, Coordinate instant);

} // namespace strata::core
