#pragma once

#include "pg/postgres.hpp"
#include "pg/scope.hpp"

namespace strata::pg
{

// Makes the latest snapshot the active one for the scope.  Must not span a commit.
class ActiveSnapshot
{
public:
    ActiveSnapshot();
    ~ActiveSnapshot();
    ActiveSnapshot(const ActiveSnapshot &) = delete;
    ActiveSnapshot &operator=(const ActiveSnapshot &) = delete;

private:
    Scope scope_;
};

} // namespace strata::pg
