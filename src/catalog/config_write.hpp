#pragma once

#include "catalog/trigger_call.hpp"

namespace strata::catalog
{

// What the triggers of our tables do with a row that somebody writes: refuse it, complete it, or let it pass.
Datum write_part_config(TriggerCall &call);
Datum write_part_config_sub(TriggerCall &call);
Datum write_managed_partition(TriggerCall &call);
Datum write_installation(TriggerCall &call);

} // namespace strata::catalog
