#pragma once

#include "catalog/rebuilds.hpp"

namespace strata::rebuild
{

// The new tables are nobody's until the swap: they go with the set, and with the extension, as do the triggers.
void tie(const catalog::Rebuild &rebuild);

// A CHECK that the swap takes away goes with the partition that is replaced, and with the extension.
void tie_check(Oid table, const char *name, Oid source);
void untie_check(Oid table, const char *name, Oid source);

// DROP EXTENSION locks our tables and, by what is tied, those of the set.  It waits until the transaction has
// ended, with nothing in hand that we might want.
void hold_extension();

// What is tied to a set, whatever its row of the table rebuild says.
std::vector<Oid> tied_tables(Oid parent);

// Tables that have our trigger: partitions of the set, and those to be replaced, which may have been some.
std::vector<Oid> captured_tables(Oid parent, const catalog::Rebuild &rebuild);

// The new tables are to be partitions, which outlive the extension.
void untie(const catalog::Rebuild &rebuild);

} // namespace strata::rebuild
