#include "pg/entry.hpp"

#include "pg/error.hpp"
#include "pg/guard.hpp"

namespace strata::pg
{

namespace
{

MemoryContext results = nullptr;

// What is to be raised.  No destructor: the ereport would skip it.
struct Raised
{
    int sqlstate = ERRCODE_INTERNAL_ERROR;
    const char *message = "out of memory";
    const char *detail = nullptr;
    const char *hint = nullptr;
    ErrorData *original = nullptr;
};

// A copy for the time after the exception, or null.  Never raises an error.
const char *keep(MemoryContext context, const char *text)
{
    size_t const size = std::strlen(text) + 1;
    void *copy = MemoryContextAllocExtended(context, size, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE);
    return copy == nullptr ? nullptr : static_cast<const char *>(std::memcpy(copy, text, size));
}

void keep_message(Raised *raised, MemoryContext context, int sqlstate, const char *text)
{
    raised->sqlstate = sqlstate;
    raised->message = keep(context, text);
    if (raised->message == nullptr)
        *raised = {.sqlstate = ERRCODE_OUT_OF_MEMORY};
}

const char *keep_optional(MemoryContext context, const std::string &text)
{
    return text.empty() ? nullptr : keep(context, text.c_str());
}

// When this returns false every destructor has run, the exception's too.
[[gnu::noinline]] bool attempt(void (*run)(void *), void *closure, Raised *raised) noexcept
{
    MemoryContext const caller = CurrentMemoryContext;
    try
    {
        run(closure);
        return true;
    }
    catch (const CaughtError &e)
    {
        raised->original = e.release_to(caller);
    }
    catch (const core::Error &e)
    {
        keep_message(raised, caller, sqlstate_of(e.kind()), e.what());
        raised->detail = keep_optional(caller, e.detail());
        raised->hint = keep_optional(caller, e.hint());
    }
    catch (const std::bad_alloc &)
    {
        raised->sqlstate = ERRCODE_OUT_OF_MEMORY;
    }
    catch (const std::exception &e)
    {
        keep_message(raised, caller, ERRCODE_INTERNAL_ERROR, e.what());
    }
    catch (...)
    {
        raised->message = "unrecognized C++ exception";
    }
    // From here on it is PostgreSQL's error again.
    detail::set_rollback_due(false);
    return false;
}

[[noreturn]] void raise(const Raised &raised)
{
    // Keeps SQLSTATE, position, constraint and so on, and does not add the context lines a second time.
    if (raised.original != nullptr)
        ReThrowError(raised.original);
    ereport(ERROR, (errcode(raised.sqlstate), errmsg_internal("%s", raised.message),
                    raised.detail == nullptr ? 0 : errdetail_internal("%s", raised.detail),
                    raised.hint == nullptr ? 0 : errhint("%s", raised.hint)));
    pg_unreachable();
}

class ResultContext
{
public:
    explicit ResultContext(MemoryContext context) noexcept : outer_(std::exchange(results, context)) {}
    ~ResultContext() { results = outer_; }
    ResultContext(const ResultContext &) = delete;
    ResultContext &operator=(const ResultContext &) = delete;

private:
    MemoryContext outer_;
};

} // namespace

namespace detail
{

void enter(void (*run)(void *), void *closure)
{
    Raised raised;
    // Raised here and not in a handler, where the exception would stay current for the rest of the session.
    if (!attempt(run, closure, &raised))
        raise(raised);
}

} // namespace detail

MemoryContext result_context() noexcept
{
    return results == nullptr ? CurrentMemoryContext : results;
}

Datum enter_function(Datum (*body)(FunctionCallInfo), FunctionCallInfo fcinfo)
{
    Datum result = 0;
    enter([&] {
        ResultContext const context(CurrentMemoryContext);
        result = body(fcinfo);
    });
    return result;
}

} // namespace strata::pg
