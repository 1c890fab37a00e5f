#pragma once

#include "catalog/stored_set.hpp"
#include "catalog/trigger_call.hpp"

namespace strata
{

// part_config_override: settings of the sets below a partition that lists a value, in place of those that
// part_config_sub has for all.  Sets along which nothing is stepped have no such settings.

// Before a row is written: who may, and whether it means anything.
Datum check_override(catalog::TriggerCall &call);

// After it was written: the sets that are there follow, unless they have a value of their own.  What a row no
// longer says is as the level has it.
void follow_override(const catalog::TriggerCall &call);

// For a set that was just made.
void apply_overrides(const catalog::StoredSet &set);

} // namespace strata
