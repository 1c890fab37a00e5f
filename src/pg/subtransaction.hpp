#pragma once

#include "pg/error.hpp"
#include "pg/postgres.hpp"

namespace strata::pg
{

// A subtransaction for the scope: rolled back unless committed.  The memory context stays the caller's inside and
// afterwards, the resource owner is the caller's again afterwards.  A rollback that fails ends the session with
// FATAL, since nothing consistent is left.
class Subtransaction
{
public:
    Subtransaction();
    ~Subtransaction();
    Subtransaction(const Subtransaction &) = delete;
    Subtransaction &operator=(const Subtransaction &) = delete;

    void commit();

private:
    void restore() const noexcept;

    MemoryContext context_;
    ResourceOwner owner_;
    bool open_ = false;
};

// Runs `body` in a subtransaction.  Returns what went wrong, after the rollback, or nothing.  Cancels and C++
// exceptions that are bugs pass through (after the rollback as well), as they do WHEN OTHERS in PL/pgSQL.
template <class F>
std::optional<Failure> isolate(F &&body)
{
    try
    {
        Subtransaction subtransaction;
        std::forward<F>(body)();
        subtransaction.commit();
        return std::nullopt;
    }
    catch (const Error &error)
    {
        return failure_of(error);
    }
    catch (const core::Error &error)
    {
        return failure_of(error);
    }
}

} // namespace strata::pg
