#pragma once

#include "catalog/parent.hpp"
#include "catalog/partitions.hpp"
#include "catalog/stored_set.hpp"
#include "core/plan.hpp"
#include "core/set.hpp"
#include "ddl/create.hpp"

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

// The statements that create_partitions would run for each range, for a plan that is only shown: a partition and
// then, one by one, what is below it.
struct CreationText
{
    std::string parent_table;
    std::string partition;
    std::string bounds;
    std::vector<std::string> statements;
};
std::vector<CreationText> creation_texts(const catalog::StoredSet &set, const catalog::Parent &parent,
                                         const Wanted &wanted);

} // namespace strata
