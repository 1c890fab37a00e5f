#include "pg/guard.hpp"

#include "pg/error.hpp"

namespace strata::pg
{

namespace
{

bool due = false;

struct Job
{
    void (*run)(void *);
    void *closure;
    std::exception_ptr thrown;
};

// A C++ exception must not leave PG_TRY, or PG_exception_stack would point into a frame that is gone.
void run(Job *job)
{
    try
    {
        job->run(job->closure);
    }
    catch (...)
    {
        job->thrown = std::current_exception();
    }
}

// Copies the current error into a context of its own.  Copying can run out of memory itself: then null.
ErrorData *take_error()
{
    MemoryContext volatile own = nullptr;
    ErrorData *volatile copy = nullptr;

    PG_TRY();
    {
        own = AllocSetContextCreate(TopMemoryContext, "pg_strata error", ALLOCSET_SMALL_SIZES);
        MemoryContextSwitchTo(own);
        copy = CopyErrorData();
    }
    PG_CATCH();
    {
        copy = nullptr;
    }
    PG_END_TRY();

    FlushErrorState();
    if (copy == nullptr && own != nullptr)
    {
        MemoryContextSwitchTo(TopMemoryContext);
        MemoryContextDelete(own);
    }
    return copy;
}

// The one frame with a setjmp.  Nothing in it has a destructor, and no local of a caller can fall under the rules
// for longjmp, hence never inlined.
[[gnu::noinline]] bool protect(Job *job, ErrorData **error)
{
    MemoryContext const caller = CurrentMemoryContext;
    volatile bool failed = false;

    PG_TRY();
    {
        run(job);
    }
    PG_CATCH();
    {
        failed = true;
    }
    PG_END_TRY();

    if (!failed)
        return true;
    *error = take_error();
    MemoryContextSwitchTo(caller);
    return false;
}

} // namespace

bool rollback_due() noexcept
{
    return due;
}

namespace detail
{

void set_rollback_due(bool value) noexcept
{
    due = value;
}

void guarded(void (*run)(void *), void *closure)
{
    Job job{run, closure, nullptr};
    ErrorData *error = nullptr;
    if (protect(&job, &error))
    {
        if (job.thrown)
            std::rethrow_exception(std::move(job.thrown));
        return;
    }
    set_rollback_due(true);
    if (error == nullptr)
        throw std::bad_alloc();
    if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
        throw Canceled(error);
    throw Error(error);
}

} // namespace detail

} // namespace strata::pg
