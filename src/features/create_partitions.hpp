#pragma once

#include "catalog/parent.hpp"
#include "catalog/partitions.hpp"
#include "catalog/stored_set.hpp"
#include "core/plan.hpp"
#include "core/set.hpp"
#include "ddl/create.hpp"
#include "features/levels.hpp"

#include <string>
#include <vector>

namespace strata
{

// Where the partitions of a set are made, and what they are like.  The codec must outlive the blueprint.
std::string partition_schema(const catalog::StoredSet &set, const catalog::Parent &parent);
catalog::NamesInSchema names_for(const catalog::StoredSet &set, const catalog::Parent &parent);
ddl::Blueprint blueprint_of(const catalog::StoredSet &set, const catalog::Parent &parent, const core::Codec &codec);

// A partition that is wanted.  The name is a wish: when it is taken in the schema, a free one is used.
struct Wanted
{
    core::Range range;
    std::string name;
    std::shared_ptr<const core::Branch> branch = {}; // where it is to be a set itself
    std::string bound = {};                          // in place of the range: by values or remainders
};
// Locks that making one of these takes at most, with all that is below.
std::size_t locks_to_create(Oid parent, const std::vector<core::Action> &creates);

std::vector<Wanted> wanted_of(const std::vector<core::Action> &creates);

struct Created
{
    Oid oid = InvalidOid;
    std::string name;
    core::Range range;     // of no meaning for a default partition
    bool is_set = false;   // it has partitions itself
    bool recorded = false; // as made by us
};

// Makes partitions: takes the parent's lock within the set's budget, reads the descriptor again under it, leaves
// out ranges that exist by now, makes the rest by the cheaper recipe that applies and records them as made by us.
// All or nothing: the first failure (for instance rows of that range in the default partition: 23514) is thrown.
// Call it once per range inside pg::isolate() where one bad range must not stop the others.
std::vector<Created> create_partitions(const catalog::StoredSet &set, const catalog::Parent &parent,
                                       const std::vector<Wanted> &wanted);

// The same for a caller that records them himself (catalog::record_made) in the same transaction, together with
// those of other sets.
std::vector<Created> create_unrecorded_partitions(const catalog::StoredSet &set, const catalog::Parent &parent,
                                                  const std::vector<Wanted> &wanted);

// For the set-up of a set: the same and, as the last one, a default partition `<parent>_default` if it is wanted
// and there is none.
struct SetUp
{
    std::vector<Created> partitions;
    std::optional<Created> default_partition;
};
SetUp create_first_partitions(const catalog::StoredSet &set, const catalog::Parent &parent,
                              const std::vector<Wanted> &wanted, bool with_default);

// What belongs below a table that was just made as a partition of the set `above`, and is a set itself: its row of
// the configuration, and its partitions.  `level`: the place of the new set's level among `levels`.
void make_below(const catalog::StoredSet &above, const SetLevels &levels, std::size_t level, Oid table,
                const core::Branch &branch);

} // namespace strata
