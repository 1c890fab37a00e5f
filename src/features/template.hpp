#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "locks/budget.hpp"

#include <optional>
#include <string>

namespace strata
{

// p_template_table: not given: a table like the parent is made for the owner to put unique indexes and storage
// parameters on; 'false': none; otherwise the table that is named must exist.  Returns what
// part_config.template_table shall say.  A table that is made stands beside the partitions where it cannot stand in
// the extension's schema.
std::optional<std::string> provide_template(const catalog::Parent &parent, const std::optional<std::string> &wanted,
                                            const std::string &partition_schema);

// The template of a set, InvalidOid when it has none.  Error{undefined_table} when there is no table of that name.
Oid template_of(const catalog::StoredSet &set);

// Drops the template of a set that is given up, as the caller, where it belongs to the set's owner.  Whoever has
// his rights may have named any table: of others only a superuser's goes when a superuser calls, and only what can
// be nothing but a template, an empty table without a column that the set has not.  False: it stays. parent:
// InvalidOid when the set's table is gone.
bool drop_template(Oid table, Oid set_owner, Oid parent, const locks::Budget &budget);

} // namespace strata
