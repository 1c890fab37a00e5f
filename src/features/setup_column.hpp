#pragma once

#include "core/step.hpp"
#include "features/setup.hpp"
#include "pg/postgres.hpp"

namespace strata
{

struct ControlColumn
{
    AttrNumber attno = 0;
    Oid type = InvalidOid;
    int32 modifier = -1;
};

// What the dialect checks before it looks at how the table is partitioned, and whether it is: the control column,
// p_epoch and the name of the strategy, in its order and with its messages.  And whether the columns of
// p_constraint_cols can have constraints.
ControlColumn check_column(const SetUpRequest &request, Oid table);

// The server rounds the bounds of a numeric with a negative scale to tens, hundreds, ...: an interval or an offset
// that is none would leave partitions without any value.
void check_rounding(const SetUpRequest &request, const ControlColumn &column, const core::Step &step);

} // namespace strata
