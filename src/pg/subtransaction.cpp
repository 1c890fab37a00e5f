#include "pg/subtransaction.hpp"

#include "pg/guard.hpp"

namespace strata::pg
{

Subtransaction::Subtransaction() : context_(CurrentMemoryContext), owner_(CurrentResourceOwner)
{
    call(BeginInternalSubTransaction, nullptr);
    open_ = true;
    MemoryContextSwitchTo(context_);
}

Subtransaction::~Subtransaction()
{
    if (!open_)
        return;
    try
    {
        call(RollbackAndReleaseCurrentSubTransaction);
    }
    catch (const CaughtError &error)
    {
        ereport(FATAL, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not roll back a subtransaction"),
                        errdetail_internal("%s", error.message().c_str())));
    }
    catch (...)
    {
        ereport(FATAL, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("could not roll back a subtransaction")));
    }
    detail::set_rollback_due(false);
    restore();
}

void Subtransaction::commit()
{
    call(ReleaseCurrentSubTransaction);
    open_ = false;
    restore();
}

void Subtransaction::restore() const noexcept
{
    MemoryContextSwitchTo(context_);
    CurrentResourceOwner = owner_;
}

} // namespace strata::pg
