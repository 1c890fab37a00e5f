#pragma once

#include "catalog/parent.hpp"

#include <string>

namespace strata::catalog
{

struct StoredSet;

// The table that partitions of a set go to when they are retired, by the name that the configuration has.
Oid find_archive(const std::string &name);

// The table that partitions of a set go to when they are retired, likewise.  Throws core::Error that says why it
// cannot take them, if so: there must be nothing to be made or looked at when one is attached, since that happens
// under locks.  Waits for whoever has it for himself alone.
Parent read_archive(const std::string &name, const Parent &set);

// Throws when a partition of the set could not go there, since one that is there has a part of its range.
void check_archive_ranges(const StoredSet &set, const Parent &table, Parent archive);

} // namespace strata::catalog
