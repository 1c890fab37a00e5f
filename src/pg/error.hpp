#pragma once

#include "core/error.hpp"
#include "pg/postgres.hpp"

namespace strata::pg
{

// A PostgreSQL error under way as a C++ exception.  It owns the ErrorData in a memory context of its own below
// TopMemoryContext, since the contexts of SPI and of subtransactions die while it travels.
class CaughtError
{
public:
    // Takes over `data` and the context it stands in.
    explicit CaughtError(ErrorData *data) noexcept : data_(data) {}
    CaughtError(CaughtError &&other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
    CaughtError(const CaughtError &) = delete;
    CaughtError &operator=(const CaughtError &) = delete;
    CaughtError &operator=(CaughtError &&) = delete;

    int sqlstate() const noexcept { return data_->sqlerrcode; } // packed, as ERRCODE_...
    std::string message() const;
    std::string detail() const;
    std::string hint() const;
    std::string context() const;
    std::string constraint() const;

    // Gives the ErrorData away below `context`; never allocates.  For the entry point, which rethrows it.
    ErrorData *release_to(MemoryContext context) const noexcept;

protected:
    ~CaughtError();
    const char *text() const noexcept;

private:
    mutable ErrorData *data_;
};

// An error that may be handled: by isolate(), after a rollback.
class Error : public std::exception, public CaughtError
{
public:
    using CaughtError::CaughtError;
    const char *what() const noexcept override { return text(); }
};

// SQLSTATE 57014: the user's cancel or statement_timeout.  Not a std::exception, so that no handler but the entry
// point's catches it.
class Canceled : public CaughtError
{
public:
    using CaughtError::CaughtError;
};

// An error after it has been dealt with, as plain data.
struct Failure
{
    int sqlstate = 0; // packed; sqlstate_text() prints it
    std::string message;
    std::string detail;
    std::string hint;
    std::string context;
};

Failure failure_of(const Error &error);
Failure failure_of(const core::Error &error);

// The five characters of a packed SQLSTATE: "23505".
std::string sqlstate_text(int packed);

// The packed SQLSTATE that a kind of the core's errors goes out with.
int sqlstate_of(core::ErrorKind kind) noexcept;

} // namespace strata::pg
