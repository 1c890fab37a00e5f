#pragma once

#include "core/codec.hpp"

#include <compare>
#include <optional>
#include <string>
#include <vector>

namespace strata::core
{

// One end of a range.  The order of the kinds is the order on the axis.
struct Bound
{
    enum class Kind
    {
        minus_infinity, // MINVALUE
        value,
        plus_infinity, // MAXVALUE
    };

    Kind kind = Kind::value;
    Coordinate value = 0; // 0 unless kind is value

    static constexpr Bound minus_infinity() { return {Kind::minus_infinity, 0}; }
    static constexpr Bound plus_infinity() { return {Kind::plus_infinity, 0}; }
    static constexpr Bound at(Coordinate value) { return {Kind::value, value}; }

    bool finite() const { return kind == Kind::value; }

    auto operator<=>(const Bound &) const = default;
};

// Half-open: lower <= x < upper.  Orders by the lower bound first.
struct Range
{
    Bound lower = Bound::minus_infinity();
    Bound upper = Bound::plus_infinity();

    static constexpr Range full() { return {}; }
    static constexpr Range of(Coordinate lower, Coordinate upper) { return {Bound::at(lower), Bound::at(upper)}; }

    bool empty() const { return lower >= upper; }
    bool contains(Coordinate x) const { return lower <= Bound::at(x) && Bound::at(x) < upper; }
    bool contains(const Range &other) const { return lower <= other.lower && other.upper <= upper; }

    auto operator<=>(const Range &) const = default;
};

bool overlaps(const Range &a, const Range &b);

// Empty (lower >= upper) when they do not overlap.
Range intersection(const Range &a, const Range &b);

// The parts of `window` that no range of `existing` covers, ascending.  `existing` is sorted; overlaps are allowed.
std::vector<Range> gaps(const std::vector<Range> &existing, const Range &window);

// Sorted ranges with touching and overlapping ones joined.
std::vector<Range> merge(std::vector<Range> ranges);

// MINVALUE, MAXVALUE, or the codec's literal in single quotes.
std::string bound_text(const Bound &bound, const Codec &codec);

// `FROM ('2026-11-01 00:00:00+01') TO ('2026-12-01 00:00:00+01')`, as after FOR VALUES.
std::string range_text(const Range &range, const Codec &codec);

} // namespace strata::core
