#include "pg/snapshot.hpp"

#include "pg/guard.hpp"

namespace strata::pg
{

ActiveSnapshot::ActiveSnapshot()
{
    call([] { PushActiveSnapshot(GetLatestSnapshot()); });
}

ActiveSnapshot::~ActiveSnapshot()
{
    if (scope_.must_release())
        PopActiveSnapshot();
}

} // namespace strata::pg
