#pragma once

#include "core/grid.hpp"
#include "core/range.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace strata::core
{

// A user's pattern for the names of partitions: text with tokens in braces.  {table}; of the lower bound's wall
// clock {YYYY} {YY} {MM} {Mon} {mon} {month} {DD} {HH24} {MI} {SS} {IYYY} {IW} {Q}; {from} and {to}, the bounds in
// the dialect's form (20261101, 20261101_130000, 100); {value}, the lower bound of an id set.  {remainder} is for
// hash sets.
class NameTemplate
{
public:
    // Error{invalid_argument}: empty text, an unknown token, unmatched braces, or a token that the key has not.
    static NameTemplate parse(std::string_view text, Axis axis);

    // The name for one partition; {table} is cut so that it fits (hashed: with a hash, as fit_hashed), the rest and
    // `ending` are never cut: Error{name_too_long}.  `_2` is appended where a local hour repeats.
    std::string render(std::string_view table, const Range &range, const Grid &grid, bool hashed = false,
                       std::string_view ending = {}) const;

    // Throws invalid_argument, naming both ranges, when two partitions of the set would get one name: all of the
    // next 100 years from `start` on for steps of a day and longer, samples of them for shorter steps, 10,000 ids.
    void validate_unique(std::string_view table, const Grid &grid, Coordinate start) const;

private:
    enum class Token
    {
        literal,
        table,
        calendar, // text is the to_char keyword
        from,
        to,
        value,
    };
    struct Part
    {
        Token token;
        std::string text;
    };

    static Part part_of(std::string_view text, std::string_view token, Axis axis);
    std::string render_part(const Part &part, const Range &range, const Grid &grid) const;

    std::vector<Part> parts_;
};

} // namespace strata::core
