#pragma once

#include "catalog/write_check.hpp"

namespace strata::catalog
{

// What a row may name that does not exist: a restore must not lose the row for it, so an INSERT gets a WARNING.
enum class Missing
{
    warn,
    refuse,
};

// Roles, schemas, tables, functions and the control column.  Only what differs from `before` is looked at.
void check_references(const StoredSet &set, const std::optional<Parent> &parent, const StoredSet *before,
                      Missing missing);

void check_references(const SubValues &values, Missing missing);

} // namespace strata::catalog
