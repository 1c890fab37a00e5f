#pragma once

#include "features/setup.hpp"
#include "pg/postgres.hpp"

namespace strata
{

struct ControlColumn
{
    AttrNumber attno = 0;
    Oid type = InvalidOid;
};

// What the dialect checks before it looks at how the table is partitioned, and whether it is: the control column,
// p_epoch and the name of the strategy, in its order and with its messages.
ControlColumn check_column(const SetUpRequest &request, Oid table);

} // namespace strata
