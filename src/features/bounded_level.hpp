#pragma once

#include "catalog/parent.hpp"
#include "features/setup.hpp"

#include <string>
#include <vector>

namespace strata
{

// Levels along which nothing is stepped: sub-partitions by hash, or by lists of values.

// Whether create_sub_parent() asks for one.  With an interval it is a call of the dialect, which knows no such
// level by hash and says so.
bool is_bounded_level(const SetUpRequest &request);

// Everything that can be said about one before the partitions are looked at.  `values`: what new sets begin with;
// returned as every session reads them.
std::vector<std::string> check_bounded_level(const SetUpRequest &request, const std::vector<std::string> &values,
                                             const catalog::Parent &above);

// Of other levels.
void refuse_values(const std::vector<std::string> &values);

} // namespace strata
