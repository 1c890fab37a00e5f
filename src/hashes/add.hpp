#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace strata::hashes
{

struct AddRequest
{
    std::string parent_table;
    std::int32_t modulus = 0;
    std::int32_t remainder = 0;
    std::optional<std::string> partition;
};

// add_hash_partition(): one partition for the rows whose hash leaves that remainder, in a set or in another table
// of the caller's.  Returns its name.
std::string add_hash_partition(const AddRequest &request);

} // namespace strata::hashes
