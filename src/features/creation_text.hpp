#pragma once

#include "features/create_partitions.hpp"

#include <string>
#include <vector>

namespace strata
{

// The statements that create_partitions would run for one partition, for a plan that is only shown: the partition
// and then, one by one, what is below it.
struct CreationText
{
    std::string parent_table;
    std::string partition;
    std::string bounds;
    std::vector<std::string> statements;
};
std::vector<CreationText> creation_texts(const catalog::StoredSet &set, const catalog::Parent &parent,
                                         const Wanted &wanted);

} // namespace strata
