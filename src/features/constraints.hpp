#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "ddl/constraints.hpp"

#include <string>
#include <vector>

namespace strata
{

// The additional constraints of one partition, made in two steps: the first locks the partition for itself, but
// briefly; the second reads all of it, while others read and write if the first has been committed in between.
// Each takes its locks within the set's budget and throws locks::Deferred.
class PartitionConstraints
{
public:
    // Set and parent must outlive it.
    PartitionConstraints(const catalog::StoredSet &set, const catalog::Parent &parent, Oid partition);

    // Constraints that are NOT VALID for the columns that have values and none yet.  False: nothing to do.
    bool add();
    // Validates them, unless the set wants them as they are.  Rows that came while add() was looking may violate
    // them: then they are made anew, with the partition locked.  False: nothing to do.
    bool validate();
    // Takes away all of them and returns their names.
    std::vector<std::string> drop();

private:
    std::vector<std::string> lacking() const;
    std::vector<ddl::ExtentCheck> checks_for(const std::vector<std::string> &columns) const;
    bool all_valid(const std::vector<std::string> &names) const;
    void drop(const std::vector<std::string> &names) const;
    void lock(LOCKMODE mode) const;

    const catalog::StoredSet &set_;
    const catalog::Parent &parent_;
    Oid partition_;
};

// Not a foreign table: its rows are on another server.
bool can_be_constrained(Oid partition);

// Whether the partition has all that the set wants.
bool is_constrained(const catalog::StoredSet &set, Oid partition);

// Both steps in the present transaction.  False: nothing to do.
bool constrain(const catalog::StoredSet &set, const catalog::Parent &parent, Oid partition);

} // namespace strata
