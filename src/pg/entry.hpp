#pragma once

#include "pg/postgres.hpp"

namespace strata::pg
{

namespace detail
{
void enter(void (*run)(void *), void *closure);
} // namespace detail

// The door in: runs `body` and turns any C++ exception that leaves it into one ereport(ERROR), after every
// destructor has run.  For hooks, callbacks and worker mains.  The body is a lambda that captures by reference; its
// caller's frame must hold nothing with a destructor.
template <class F>
void enter(F &&body)
{
    static_assert(std::is_trivially_destructible_v<std::remove_cvref_t<F>>,
                  "an ereport skips the destructors of what the body captured by value");
    detail::enter([](void *closure) { (*static_cast<std::remove_reference_t<F> *>(closure))(); }, &body);
}

// The memory context that the innermost SQL function was called in, where its result belongs: in the scope of a Spi
// the current context is SPI's and dies with it.
MemoryContext result_context() noexcept;

Datum enter_function(Datum (*body)(FunctionCallInfo), FunctionCallInfo fcinfo);

} // namespace strata::pg

// Defines a SQL-callable C function.  The body follows in braces, reads `fcinfo` and returns a Datum:
//
//     STRATA_FUNCTION(strata_answer)
//     {
//         return Int32GetDatum(answer(pg::text_arg(fcinfo, 0)));
//     }
#define STRATA_FUNCTION(name)                                                                                      \
    static Datum name##_body(FunctionCallInfo fcinfo);                                                             \
    extern "C"                                                                                                     \
    {                                                                                                              \
        PGDLLEXPORT Datum name(PG_FUNCTION_ARGS);                                                                  \
        PG_FUNCTION_INFO_V1(name);                                                                                 \
        Datum name(PG_FUNCTION_ARGS)                                                                               \
        {                                                                                                          \
            return ::strata::pg::enter_function(name##_body, fcinfo);                                              \
        }                                                                                                          \
    }                                                                                                              \
    static Datum name##_body([[maybe_unused]] FunctionCallInfo fcinfo)

// Defines the main function of a background worker; the body follows in braces and reads `main_arg`.  An exception
// that leaves it ends the worker with exit code 1, as any error does.
#define STRATA_WORKER_MAIN(name)                                                                                   \
    static void name##_body(Datum main_arg);                                                                       \
    extern "C"                                                                                                     \
    {                                                                                                              \
        PGDLLEXPORT void name(Datum main_arg);                                                                     \
        void name(Datum main_arg)                                                                                  \
        {                                                                                                          \
            ::strata::pg::enter([&] { name##_body(main_arg); });                                                   \
        }                                                                                                          \
    }                                                                                                              \
    static void name##_body([[maybe_unused]] Datum main_arg)
