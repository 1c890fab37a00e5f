#include "features/gap_fill.hpp"

#include "catalog/partitions.hpp"
#include "clock.hpp"
#include "core/cover.hpp"
#include "core/plan.hpp"
#include "features/constraint_calls.hpp"
#include "features/create_partitions.hpp"
#include "features/levels.hpp"
#include "features/showing_set.hpp"
#include "locks/room.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"

namespace strata
{

std::size_t partition_gap_fill(const std::optional<std::string> &parent_table)
{
    pg::refuse_read_only("partition_gap_fill");
    catalog::StoredSet stored = managed_set(parent_table);
    catalog::check_owner(catalog::read_parent(stored.parent));
    const ShownSet set = read_set(std::move(stored));
    const catalog::NamesInSchema names = names_for(set.stored, set.parent);
    core::Plan plan = core::plan_ranges(set.config, set.state, now(), core::fill(set.config, set.state), names,
                                        "missing between existing partitions");
    plan_levels(plan, set.state, set.stored, set.parent, now(), names);
    std::vector<Wanted> wanted = wanted_of(plan.actions);
    const std::size_t fits = locks::Room().take(wanted.size(), locks_to_create(set.parent.oid, plan.actions));
    if (fits < wanted.size())
        pg::warning(std::to_string(wanted.size() - fits) + " partitions of table " + set.stored.parent_table +
                        " are left for another transaction",
                    "More do not fit into the locks of one.",
                    "Call the function again, or raise max_locks_per_transaction.", ERRCODE_OUT_OF_MEMORY);
    wanted.resize(fits);
    if (wanted.empty())
        return 0;
    const std::size_t made = create_partitions(set.stored, set.parent, wanted).size();
    constrain_after_creation(set.stored, set.parent);
    return made;
}

} // namespace strata
