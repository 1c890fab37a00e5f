#include "pg/error.hpp"

namespace strata::pg
{

namespace
{

std::string copy(const char *text)
{
    return text == nullptr ? std::string() : std::string(text);
}

} // namespace

CaughtError::~CaughtError()
{
    // The context that take_error() made: the ErrorData and its strings all stand in it.
    if (data_ != nullptr)
        MemoryContextDelete(data_->assoc_context);
}

std::string CaughtError::message() const
{
    return copy(data_->message);
}

std::string CaughtError::detail() const
{
    return copy(data_->detail);
}

std::string CaughtError::hint() const
{
    return copy(data_->hint);
}

std::string CaughtError::context() const
{
    return copy(data_->context);
}

std::string CaughtError::constraint() const
{
    return copy(data_->constraint_name);
}

const char *CaughtError::text() const noexcept
{
    return data_ == nullptr || data_->message == nullptr ? "" : data_->message;
}

ErrorData *CaughtError::release_to(MemoryContext context) const noexcept
{
    ErrorData *data = std::exchange(data_, nullptr);
    MemoryContextSetParent(data->assoc_context, context);
    return data;
}

Failure failure_of(const Error &error)
{
    return {error.sqlstate(), error.message(), error.detail(), error.hint(), error.context()};
}

Failure failure_of(const core::Error &error)
{
    return {sqlstate_of(error.kind()), error.message(), error.detail(), error.hint(), {}};
}

} // namespace strata::pg
