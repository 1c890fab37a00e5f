#pragma once

#include "core/coordinate.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace strata::core
{

// What a value of the key says about time.
struct Decoded
{
    enum class Place
    {
        below, // before all times
        inside,
        above, // after all times
        none,  // no value of the encoding
    };

    Place place = Place::none;
    Coordinate instant = 0; // the microsecond that the value lies in
    bool exact = false;     // the value is the least one of its instant: encoding the instant gives it again
};

// How a column that is not of a time type holds instants: an integer that counts since 1970, a UUIDv7.  The order
// of the values is the order of their times.  One object is for one type of column.
class Encoding
{
public:
    virtual ~Encoding() = default;

    // For messages: `epoch in seconds`, `uuidv7`.
    virtual std::string name() const = 0;

    // The first and the last instant that the values reach.
    virtual Coordinate first() const = 0;
    virtual Coordinate last() const = 0;

    // Bounds are whole multiples of this, in microseconds.
    virtual std::int64_t granule() const { return 1; }

    // The least value that is not before the instant, as SQL writes it, without quotes.
    virtual std::string encode(Coordinate instant) const = 0;

    // Integers and numerics by their value, uuid and bytea by their bytes, text by its characters.  Overridden
    // where the type of the column needs it.
    virtual Decoded decode(std::int64_t number) const;
    virtual Decoded decode(std::string_view bytes) const;

    // Why the bytes are hardly a value of this encoding although they can be decoded, such as `has version 4, not
    // 7`.
    virtual std::string doubt(std::string_view /* bytes */) const { return {}; }
};

} // namespace strata::core
