#include "pg/scratch_memory.hpp"

#include "pg/guard.hpp"

namespace strata::pg
{

ScratchMemory::ScratchMemory() : outer_(CurrentMemoryContext)
{
    context_ =
        call([] { return AllocSetContextCreate(CurrentMemoryContext, "pg_strata", ALLOCSET_DEFAULT_SIZES); });
    MemoryContextSwitchTo(context_);
}

ScratchMemory::~ScratchMemory()
{
    MemoryContextSwitchTo(outer_);
    if (scope_.must_release())
        MemoryContextDelete(context_);
}

} // namespace strata::pg
