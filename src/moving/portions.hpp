#pragma once

#include "moving/batch.hpp"
#include "moving/survey.hpp"

#include <cstddef>
#include <vector>

namespace strata::moving
{

// The next rows in order, not more than the interval.  The survey has some.
Portion first_portion(const Survey &survey, const core::SetConfig &config, const core::Step &interval,
                      bool descending);

// All rows of so many partitions from one end, ascending.
std::vector<Portion> outer_portions(const Survey &survey, std::size_t count, bool descending);

// What stays although it was asked to be moved: a WARNING for infinite times, an error for rows without a key in a
// table that is no default partition.
void report_rest(const Survey &survey, Oid source, const core::Key &key, bool from_default, bool ignore_infinity);

void report_no_source(const char *function);

} // namespace strata::moving
