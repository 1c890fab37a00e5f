#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace strata
{

struct IntervalRequest
{
    std::string parent_table;
    std::string interval;
    std::optional<std::string> from;
};

// set_interval(): gives a set another interval from the first bound at or after `from` on, or without it from what
// is premade on.  Empty partitions beyond are replaced, all others stay.  Returns how many partitions were made.
std::int64_t set_interval(const IntervalRequest &request);

} // namespace strata
