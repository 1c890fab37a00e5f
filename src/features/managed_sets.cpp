#include "features/managed_sets.hpp"

#include "catalog/parent.hpp"
#include "catalog/set_key.hpp"
#include "catalog/set_schedule.hpp"
#include "catalog/sub_level.hpp"
#include "clock.hpp"
#include "core/error.hpp"
#include "features/idle_sets.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/subtransaction.hpp"

namespace strata
{

namespace
{

std::optional<catalog::Parent> parent_of(const catalog::StoredSet &set)
{
    return catalog::find_parent(set);
}

} // namespace

catalog::StoredSet managed_set(const std::string &parent_table)
{
    std::optional<catalog::StoredSet> set = catalog::find_set(parent_table);
    if (!set)
        throw core::Error(core::ErrorKind::undefined_object,
                          "table \"" + parent_table + "\" is not managed by pg_strata",
                          "There is no row with this parent_table in partman.part_config.",
                          "Write it as 'schema.table', without quotes, as it was given to create_parent().");
    if (const auto parent = parent_of(*set))
        catalog::check_owner(*parent);
    return *std::move(set);
}

ManagedSets managed_sets(const std::optional<std::string> &parent_table)
{
    if (parent_table)
        return {{managed_set(*parent_table)}, 0};
    ManagedSets result;
    const Oid user = pg::call(GetUserId);
    const bool superuser = pg::is_superuser(user);
    for (catalog::StoredSet &set : catalog::load_sets())
    {
        if (!set.automatic())
        {
            idle_sets::remember_not_automatic(set);
            continue;
        }
        if (!superuser)
            if (const auto parent = parent_of(set); parent && !pg::has_role(user, parent->owner))
            {
                result.others++;
                continue;
            }
        result.sets.push_back(std::move(set));
    }
    return result;
}

bool waits_for_its_turn(const catalog::StoredSet &set, TimestampTz now)
{
    if (!set.schedule || !set.maintenance_last_run)
        return false;
    bool waits = false;
    // A schedule that cannot be read must not keep partitions from being made; the row's trigger refuses it.
    pg::isolate([&] { waits = *catalog::next_turn(set, *set.maintenance_last_run) > now; });
    return waits;
}

bool is_complete(const catalog::StoredSet &set)
{
    return set.sub_partition_set_full && !set.retention && !catalog::find_level(set.parent_table);
}

std::optional<std::string> obstacle(const catalog::StoredSet &set)
{
    if (set.undo_in_progress)
        return "it is being undone";
    if (set.async_partitioning_in_progress)
        return "partition_data_async is working on it";
    if (set.paused_until && *set.paused_until > now())
        return std::string("it is paused until ") + pg::call(timestamptz_to_str, *set.paused_until);
    return std::nullopt;
}

void refuse_undone(const catalog::StoredSet &set)
{
    if (set.undo_in_progress)
        throw core::Error{core::ErrorKind::object_in_use, "table \"" + set.parent_table + "\" is being undone",
                          "undo_partition() takes its partitions away.",
                          "Set undo_in_progress to false to manage it again."};
}

} // namespace strata
