#pragma once

#include <optional>
#include <string>

namespace strata
{

// What a sub-partition set can hold because the table is a partition itself, as texts.
struct SubLimits
{
    std::optional<std::string> lower;
    std::optional<std::string> upper;
};

// Not set unless the table above is managed and of the same kind: 'time' or 'id'.
SubLimits sub_partition_limits(const std::string &parent_table, const std::string &kind);

} // namespace strata
