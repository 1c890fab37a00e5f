#pragma once

#include "pg/postgres.hpp"

namespace strata::pg
{

namespace detail
{
// Runs run(closure) under PG_TRY.  Throws Error or Canceled for a PostgreSQL error, std::bad_alloc when that error
// could not even be copied, and whatever C++ exception left run.
void guarded(void (*run)(void *), void *closure);
} // namespace detail

// The door out: calls a PostgreSQL function, or a lambda around a macro, so that its ereport(ERROR) arrives as a
// C++ exception.  The frames between here and the ereport are skipped: the callee is a plain PostgreSQL function,
// or a lambda that holds nothing with a destructor (it may refer to objects outside).  Null pointers are `nullptr`.
//
// Who catches Error must roll back a subtransaction (see isolate) or let it go on to the entry point.
template <class F, class... A>
auto call(F &&f, A &&...args)
{
    using Result = std::decay_t<std::invoke_result_t<F, A...>>;
    if constexpr (std::is_void_v<Result>)
    {
        auto body = [&] { std::invoke(std::forward<F>(f), std::forward<A>(args)...); };
        detail::guarded([](void *closure) { (*static_cast<decltype(body) *>(closure))(); }, &body);
    }
    else
    {
        static_assert(std::is_trivially_destructible_v<Result>,
                      "an object with a destructor must live outside of the guarded call");
        Result result{};
        auto body = [&] { result = std::invoke(std::forward<F>(f), std::forward<A>(args)...); };
        detail::guarded([](void *closure) { (*static_cast<decltype(body) *>(closure))(); }, &body);
        return result;
    }
}

// True between a PostgreSQL error that was turned into an exception and the rollback that answers it.  Destructors
// ask, since then the abort releases what PostgreSQL holds, and releasing it out of order would do harm.
bool rollback_due() noexcept;

namespace detail
{
void set_rollback_due(bool value) noexcept;
} // namespace detail

} // namespace strata::pg
