#pragma once

#include "catalog/key_order.hpp"
#include "core/range.hpp"
#include "pg/postgres.hpp"

#include <optional>
#include <vector>

namespace strata::moving
{

// The values of a set's key between two bounds, in the order of the key.
class KeyWindow
{
public:
    // Reads bounds by the type's input function.  Throws what that throws.
    KeyWindow(const catalog::Parent &parent, const core::Range &range, const core::Codec &codec);
    KeyWindow(const catalog::Parent &parent, const std::optional<std::string> &lower,
              const std::optional<std::string> &upper);

    // 0: lower <= value < upper; -1: the value is below; 1: above.  Calls the comparison function, so only inside
    // of pg::call.
    int side(Datum value) const
    {
        if (lower_ && compare(value, *lower_) < 0)
            return -1;
        return upper_ && compare(value, *upper_) >= 0 ? 1 : 0;
    }
    bool holds(Datum value) const { return side(value) == 0; }
    // The upper bound itself counts as well.  Only inside of pg::call.
    bool reaches(Datum value) const
    {
        return !(lower_ && compare(value, *lower_) < 0) && !(upper_ && compare(value, *upper_) > 0);
    }

private:
    int compare(Datum a, Datum b) const { return order_.compare(a, b); }

    catalog::KeyOrder order_;
    std::optional<Datum> lower_;
    std::optional<Datum> upper_;
};

// Windows that do not overlap, ascending.
class KeyWindows
{
public:
    explicit KeyWindows(std::vector<KeyWindow> windows) : windows_(std::move(windows)) {}

    static constexpr std::size_t none = SIZE_MAX;
    // The one that holds the value; rows come in runs of one window.  Only inside of pg::call.
    std::size_t find(Datum value)
    {
        if (last_ < windows_.size() && windows_[last_].holds(value))
            return last_;
        std::size_t low = 0;
        std::size_t high = windows_.size();
        while (low < high)
        {
            const std::size_t middle = (low + high) / 2;
            const int side = windows_[middle].side(value);
            if (side == 0)
                return last_ = middle;
            if (side < 0)
                high = middle;
            else
                low = middle + 1;
        }
        return none;
    }

private:
    std::vector<KeyWindow> windows_;
    std::size_t last_ = none;
};

} // namespace strata::moving
