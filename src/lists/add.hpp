#pragma once

#include <optional>
#include <string>
#include <vector>

namespace strata::lists
{

struct AddRequest
{
    std::string parent_table;
    std::vector<std::optional<std::string>> values; // not set: NULL
    std::optional<std::string> partition;
};

// add_list_partition(): one partition for these values, with the rows of theirs that are in the default partition.
// Returns its name.
std::string add_list_partition(const AddRequest &request);

// retire_list_value(): the partition that lists this value alone goes as the set's retention settings say, or as
// the caller says.  Returns its name.
struct RetireRequest
{
    std::string parent_table;
    std::optional<std::string> value;
    std::optional<bool> keep_table;
};
std::string retire_list_value(const RetireRequest &request);

} // namespace strata::lists
