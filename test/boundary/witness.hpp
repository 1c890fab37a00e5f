#pragma once

#include "pg/postgres.hpp"

namespace strata::boundary
{

// An object whose destructor is seen to run, and which owns memory, as real ones do.
class Witness
{
public:
    Witness() : ballast_(100, 'x') { alive++; }
    ~Witness()
    {
        alive--;
        destroyed++;
    }
    Witness(const Witness &) = delete;
    Witness &operator=(const Witness &) = delete;

    static inline int alive = 0;
    static inline int destroyed = 0;

private:
    std::string ballast_;
};

// Raises an error, or throws, in the way that `how` names; every way leaves this function.
void go_wrong(const std::string &how);

} // namespace strata::boundary
