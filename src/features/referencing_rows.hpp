#pragma once

#include "features/retirement.hpp"

namespace strata
{

// Rows of other tables that refer to a partition that is due, by foreign keys to the set; while there are some it
// cannot leave.

// One foreign key of another table, as it concerns this partition.
struct ReferencingKey
{
    Oid table;
    std::string name;      // of the constraint
    std::string condition; // between `p`, a row of the partition, and `f`, one that refers to it
    bool odd = false;      // to compare them may run code of the other table's owner
};
enum class Referring
{
    others,
    own, // the set refers to itself
};
std::vector<ReferencingKey> referencing_keys(const catalog::Parent &parent, Oid partition,
                                             Referring which = Referring::others);

// What deletes them, for a plan that is only shown.
std::string clear_statement(const ReferencingKey &key, Oid partition);

// Deletes them, batch by batch, with `commit` after each one; without it no more than fit into one transaction.
// The step of it; nothing where there were none.  Unless it is ok, the partition must stay.
std::optional<log::Step> clear_references(const catalog::StoredSet &set, const PlannedSet &planned,
                                          const core::Action &action, const RetireOrder &order,
                                          const std::function<void()> &commit);

} // namespace strata
