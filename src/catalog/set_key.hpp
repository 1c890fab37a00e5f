#pragma once

#include "catalog/parent.hpp"

#include <optional>

namespace strata::catalog
{

struct StoredSet;

// How the set's control column is stepped along: what the table says and what the configuration says, together.
// Nothing where these do not fit each other.
std::optional<core::Key> key_of(const StoredSet &set, const Parent &parent);

// The same; throws core::Error that says what does not fit.
core::Key checked_key(const StoredSet &set, const Parent &parent);

// The table of a set, with the set's key.  Like the functions of parent.hpp otherwise.
Parent read_parent(const StoredSet &set);
std::optional<Parent> find_parent(const StoredSet &set);
// Error{undefined_table} that says what is left and what to do about it.
Parent existing_parent(const StoredSet &set);

} // namespace strata::catalog
