#include "features/showing_set.hpp"

#include "catalog/partitions.hpp"
#include "catalog/set_key.hpp"
#include "core/error.hpp"
#include "pg/relation.hpp"

namespace strata
{

catalog::StoredSet managed_set(const std::optional<std::string> &parent_table)
{
    auto stored = parent_table ? catalog::find_set(*parent_table) : std::nullopt;
    if (!stored)
        throw core::Error{core::ErrorKind::undefined_object,
                          "Given parent table not managed by pg_partman: " + parent_table.value_or("<NULL>"),
                          "There is no row for it in partman.part_config.",
                          "Give the name as schema.table, without quotes, or call partman.create_parent() first."};
    if (!OidIsValid(stored->parent) || !pg::relation_exists(stored->parent))
        throw core::Error{core::ErrorKind::undefined_table,
                          "Given parent table not found in system catalogs: " + *parent_table,
                          "The row in partman.part_config is an orphan: its table was dropped.",
                          "Forget the set with partman.config_cleanup()."};
    return *std::move(stored);
}

ShownSet read_set(catalog::StoredSet stored)
{
    const pg::Relation locked(stored.parent, AccessShareLock);
    catalog::Parent parent = catalog::read_parent(stored);
    core::SetConfig config = catalog::to_config(stored, parent);
    config.bounds = catalog::bounds_of(parent);
    core::SetState state = catalog::read_partitions(parent);
    return {std::move(stored), std::move(parent), std::move(config), std::move(state)};
}

} // namespace strata
