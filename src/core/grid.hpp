#pragma once

#include "core/cells.hpp"
#include "core/codec.hpp"
#include "core/step.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace strata::core
{

// The bounds that a set's step makes from its anchor: point(n) = anchor + n * step, counted from the anchor each
// time, so that months never drift (Jan 31, Feb 28, Mar 31).  On the instant axis steps of a day and longer move
// the wall clock of the codec's zone; points that coincide there (a day that was skipped) are one point. Results
// outside of the key's range throw datetime_out_of_range or out_of_range.
class Grid
{
public:
    // The step must have passed validate_step.
    Grid(const Codec &codec, const Step &step, Coordinate anchor);
    // The bounds are those of the cells; the step says about how long these are.
    Grid(const Codec &codec, const Step &step, Coordinate anchor, std::shared_ptr<const Cells> cells);

    const Codec &codec() const { return codec_; }
    const Step &step() const { return step_; }
    Coordinate anchor() const { return anchor_; }

    Coordinate point(std::int64_t n) const;
    Coordinate floor(Coordinate x) const;    // the greatest point <= x
    Coordinate next(Coordinate x) const;     // the least point > x
    Coordinate previous(Coordinate x) const; // the greatest point < x
    bool on_grid(Coordinate x) const;

    // x + n * step in the grid's arithmetic, on the grid or not: `now - premake * interval`.
    Coordinate shift(Coordinate x, std::int64_t n) const;

    // The grid point n points after (before, n < 0) x; n = 1 is next(x).  Unlike shift it lands on the grid.
    Coordinate advance(Coordinate x, std::int64_t n) const;

    // The same without the check: beyond the key's range they return a value that is out of range too.
    Coordinate floor_saturating(Coordinate x) const;
    Coordinate next_saturating(Coordinate x) const;
    Coordinate advance_saturating(Coordinate x, std::int64_t n) const;

private:
    Coordinate beside(Coordinate x, std::int64_t n) const;
    std::int64_t index_at(Coordinate x) const;
    Coordinate raw_point(std::int64_t n) const;

    Codec codec_;
    Step step_;
    Coordinate anchor_;
    Coordinate origin_;     // the anchor in the calendar the grid counts in
    std::int64_t estimate_; // a step's average length, > 0
    std::shared_ptr<const Cells> cells_;
};

// x + n * distance by the same rules, for distances that are no grid (a retention).  Checked against the key's
// range; the saturating form ends at the nearest value out of it instead.
Coordinate shift(const Codec &codec, Coordinate x, const Step &distance, std::int64_t n);
Coordinate shift_saturating(const Codec &codec, Coordinate x, const Step &distance, std::int64_t n);

} // namespace strata::core
