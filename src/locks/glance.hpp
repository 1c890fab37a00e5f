#pragma once

#include "locks/acquire.hpp"
#include "pg/scope.hpp"

namespace strata::locks
{

// Holds ACCESS SHARE on a table for the scope, to read its descriptor, and gives it back: whoever kept it and asked
// for a stronger lock later would deadlock with the next one who does the same.  Waits within the budget.
class Glance
{
public:
    Glance(Oid relation, const Budget &budget);
    ~Glance();
    Glance(const Glance &) = delete;
    Glance &operator=(const Glance &) = delete;

private:
    Oid relation_;
    ResourceOwner owner_;
    pg::Scope scope_;
};

} // namespace strata::locks
