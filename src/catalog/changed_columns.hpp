#pragma once

#include "catalog/stored_set.hpp"

namespace strata::catalog
{

// Has a write changed any of these columns?  A new row has changed all of them.
template <class... T>
bool differs(const StoredSet *before, const StoredSet &after, T StoredSet::*...member)
{
    return before == nullptr || (... || (before->*member != after.*member));
}

} // namespace strata::catalog
