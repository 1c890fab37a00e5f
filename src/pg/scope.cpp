#include "pg/scope.hpp"

#include "pg/guard.hpp"
#include "pg/version.hpp"

namespace strata::pg
{

Scope::Scope() noexcept : exceptions_(std::uncaught_exceptions()), transaction_(version::local_transaction_id()) {}

bool Scope::left_to_abort() const noexcept
{
    return rollback_due() && std::uncaught_exceptions() > exceptions_;
}

bool Scope::transaction_is_over() const noexcept
{
    return version::local_transaction_id() != transaction_;
}

} // namespace strata::pg
