#pragma once

#include "pg/postgres.hpp"
#include "pg/scope.hpp"

namespace strata::pg
{

// A memory context of its own for the scope, current in it: for what leaves much behind each time.
class ScratchMemory
{
public:
    ScratchMemory();
    ~ScratchMemory();
    ScratchMemory(const ScratchMemory &) = delete;
    ScratchMemory &operator=(const ScratchMemory &) = delete;

    // Frees all that was allocated so far.
    void reset() noexcept { MemoryContextReset(context_); }

private:
    MemoryContext outer_;
    MemoryContext context_;
    Scope scope_;
};

} // namespace strata::pg
