#include "features/levels.hpp"

#include "catalog/anchor.hpp"
#include "catalog/hash_partitions.hpp"
#include "catalog/partitions.hpp"
#include "catalog/text_key.hpp"
#include "catalog/value_list.hpp"
#include "clock.hpp"
#include "core/checked.hpp"
#include "core/error.hpp"
#include "features/bounded_set.hpp"
#include "features/bounded_set_up.hpp"
#include "features/setup_request.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

// A column that is the key further up already holds the same there.
std::optional<std::string> codec_above(const catalog::SubLevel &level, const catalog::StoredSet &set,
                                       const SetLevels &between)
{
    if (level.set.epoch != "none" || level.set.time_encoder)
        return std::nullopt;
    for (std::size_t up = 1; up <= between.size(); up++)
        if (between[between.size() - up].set.control == level.set.control)
            return between[between.size() - up].set.codec;
    return set.control == level.set.control ? set.codec : std::nullopt;
}

SetUpRequest request_of(const catalog::SubLevel &level, const catalog::StoredSet &set, const SetLevels &between)
{
    SetUpRequest request;
    request.parent_table = level.sub_parent;
    request.control = level.set.control;
    request.interval = level.set.partition_interval;
    request.type = level.set.partition_type;
    request.epoch = level.set.epoch;
    request.codec = level.set.codec;
    request.premake = level.set.premake;
    request.automatic_maintenance = level.set.automatic_maintenance;
    request.constraint_cols = level.set.constraint_cols;
    request.jobmon = level.set.jobmon;
    request.date_trunc = level.set.date_trunc_interval;
    request.control_not_null = level.control_not_null;
    request.time_encoder = level.set.time_encoder;
    request.time_decoder = level.set.time_decoder;
    request.codec = codec_above(level, set, between);
    request.time_zone = level.set.time_zone ? level.set.time_zone : set.time_zone;
    return request;
}

// What a set-up by hand decides, and what the row says besides.
catalog::StoredSet with_settings(catalog::StoredSet set, const catalog::StoredSet &said)
{
    set.template_table = said.template_table;
    set.retention = said.retention;
    set.retention_schema = said.retention_schema;
    set.retention_keep_index = said.retention_keep_index;
    set.retention_keep_table = said.retention_keep_table;
    set.optimize_constraint = said.optimize_constraint;
    set.infinite_time_partitions = said.infinite_time_partitions;
    set.inherit_privileges = said.inherit_privileges;
    set.constraint_valid = said.constraint_valid;
    set.ignore_default_data = said.ignore_default_data;
    set.maintenance_order = said.maintenance_order;
    set.retention_keep_publication = said.retention_keep_publication;
    set.detach_before_drop = said.detach_before_drop;
    set.maintenance_role = said.maintenance_role;
    return set;
}

// How many levels up the same column is the key; 0: at none.
std::size_t bounded_by(const SetLevel &level, const catalog::StoredSet &set, const SetLevels &between)
{
    const auto same = [&level](const catalog::StoredSet &above) {
        return !is_bounded(above) && above.control == level.set.control && above.epoch == level.set.epoch &&
               above.codec == level.set.codec && above.time_encoder == level.set.time_encoder;
    };
    for (std::size_t up = 1; up <= between.size(); up++)
        if (same(between[between.size() - up].set))
            return up;
    return same(set) ? between.size() + 1 : 0;
}

bool is_by_id(const catalog::Parent &parent, const catalog::StoredSet &set)
{
    return !is_bounded(set) && parent.key &&
           core::axis_of(catalog::to_config(set, parent).key) == core::Axis::number;
}

// Ids begin where the topmost table has got to that is partitioned by ids itself, without others in between.
std::optional<core::Coordinate> newest_value(const catalog::Parent &key, const catalog::StoredSet &set,
                                             const catalog::Parent &parent, const SetLevels &between)
{
    for (const SetLevel &level : between)
        if (!level.rules.is_stepped() || core::is_time(core::axis_of(level.rules.config.key)))
            return std::nullopt;
    if (!is_by_id(parent, set))
        return std::nullopt;
    Oid top = parent.oid;
    while (pg::call(get_rel_relispartition, top))
    {
        const Oid next = pg::call(get_partition_parent, top, true);
        const auto above = catalog::find_parent(next);
        const auto above_set = catalog::find_set(next);
        if (!above || !above_set || !is_by_id(*above, *above_set))
            break;
        top = next;
    }
    return catalog::newest_value(top, key);
}

// New sets follow the grid of one that is there.
std::optional<core::Coordinate> grid_of_sibling(const catalog::StoredSet &wanted, const core::SetConfig &config,
                                                Oid top, std::size_t depth)
{
    for (const Oid child : partitioned_children(top))
    {
        if (depth > 0)
        {
            if (const auto found = grid_of_sibling(wanted, config, child, depth - 1))
                return found;
            continue;
        }
        const auto set = catalog::find_set(child);
        if (set && set->anchor && set->control == wanted.control && set->epoch == wanted.epoch &&
            set->partition_interval == wanted.partition_interval && set->time_zone == wanted.time_zone)
            return catalog::parse_anchor(config.key, *set->anchor);
    }
    return std::nullopt;
}

// How far below `top` a table is; 0: it is not.
std::size_t depth_below(Oid table, Oid top)
{
    for (std::size_t depth = 1; OidIsValid(table) && pg::call(get_rel_relispartition, table); depth++)
    {
        table = pg::call(get_partition_parent, table, true);
        if (table == top)
            return depth;
    }
    return 0;
}

char strategy_of(const catalog::StoredSet &set)
{
    return set.partition_type == "list"   ? PARTITION_STRATEGY_LIST
           : set.partition_type == "hash" ? PARTITION_STRATEGY_HASH
                                          : PARTITION_STRATEGY_RANGE;
}

// Along which nothing is stepped.
void read_bounded(SetLevel &level, const SetUpRequest &request)
{
    const catalog::StoredSet &said = level.stored.set;
    level.set = with_settings(bounded_row(request, level.parent), said);
    level.set.partition_type = said.partition_type;
    level.set.list_mode = said.list_mode;
    level.set.modulus = said.modulus;
    level.set.value_query = said.value_query;
    if (catalog::is_hash(level.set))
    {
        core::check_modulus(level.set.modulus.value_or(0));
        level.rules.remainders = catalog::to_hash_config(level.set, level.parent);
    }
    else
        level.rules.values = core::ValueLevel{catalog::to_value_config(level.set, level.parent),
                                              {level.stored.values.begin(), level.stored.values.end()}};
}

[[noreturn]] void raise_inconsistent(const std::string &parent_table)
{
    throw Error{ErrorKind::not_in_prerequisite_state,
                "Inconsistent data in part_config_sub table. Sub-partition tables that are themselves "
                "sub-partitions must have the same configuration values among the siblings.",
                "Tables below \"" + parent_table + "\" have different rows.",
                "SELECT * FROM partman.check_subpart_sameconfig(" + pg::quote_literal(parent_table) +
                    ") shows them; make the rows equal."};
}

} // namespace

std::vector<Oid> partitioned_children(Oid table)
{
    std::vector<Oid> children;
    List *all = pg::call(find_inheritance_children, table, NoLock);
    for (int i = 0; i < list_length(all); i++)
        if (pg::call(get_rel_relkind, list_nth_oid(all, i)) == RELKIND_PARTITIONED_TABLE)
            children.push_back(list_nth_oid(all, i));
    return children;
}

SetLevel read_level(catalog::SubLevel stored, const catalog::StoredSet &set, const catalog::Parent &parent,
                    const SetLevels &between)
{
    // Of a column that is the key above already, that set says how it holds times.
    if (stored.set.control == set.control)
        stored.set.codec = set.codec;
    SetLevel level;
    level.parent = catalog::as_partitioned_by(parent, stored.set.control, strategy_of(stored.set));
    level.rules.default_table = stored.default_table;
    if (level.parent.key_attno <= 0)
        throw core::Error{core::ErrorKind::undefined_column,
                          "sub_control \"" + stored.set.control + "\" of \"" + stored.sub_parent +
                              "\" is not a column of the table",
                          "Table " + parent.quoted() + " has no column of that name.",
                          "Write it into part_config_sub exactly as the column was created, without quotes."};
    const SetUpRequest request = request_of(stored, set, between);
    level.stored = std::move(stored);
    if (is_bounded(level.stored.set))
    {
        read_bounded(level, request);
        return level;
    }
    give_key(request, level.parent);
    level.set = with_settings(stored_set(request, level.parent), level.stored.set);
    core::Level &rules = level.rules;
    rules.config = catalog::to_config(level.set, level.parent);
    rules.config.is_sub_partition = true;
    rules.bounded_by = bounded_by(level, set, between);
    if (rules.bounded_by == 0)
        rules.outer = catalog::bounds_of(level.parent);
    rules.on_grid = grid_of_sibling(level.set, rules.config, parent.oid, between.size());
    if (core::axis_of(rules.config.key) == core::Axis::number)
        rules.newest_value = newest_value(level.parent, set, parent, between);
    return level;
}

SetLevels levels_of(const catalog::StoredSet &set, const catalog::Parent &parent)
{
    SetLevels levels;
    const auto first = catalog::find_level(set.parent_table);
    if (!first)
        return levels;
    std::map<std::size_t, catalog::SubLevel> below;
    for (catalog::SubLevel &row : catalog::read_levels())
    {
        const auto key = catalog::parse_key(row.sub_parent);
        const std::size_t depth = key ? depth_below(catalog::find_relation(*key), parent.oid) : 0;
        if (depth == 0)
            continue;
        const auto known = below.find(depth);
        if (known == below.end())
            below.emplace(depth, std::move(row));
        else if (!catalog::same_level(known->second, row))
            raise_inconsistent(set.parent_table);
    }
    levels.push_back(read_level(*first, set, parent, levels));
    for (std::size_t depth = 1; below.contains(depth); depth++)
        levels.push_back(read_level(below.at(depth), set, parent, levels));
    return levels;
}

std::optional<catalog::SubLevel> sibling_level(const catalog::Parent &parent)
{
    for (const Oid sibling : partitioned_children(pg::call(get_partition_parent, parent.oid, true)))
        if (sibling != parent.oid)
            if (auto level = catalog::find_level(catalog::text_key(sibling)))
                return level;
    return std::nullopt;
}

catalog::SubLevel level_below(catalog::SubLevel level, const std::string &parent_table)
{
    level.sub_parent = parent_table;
    return level;
}

void join_tree(catalog::StoredSet &set, const catalog::Parent &parent)
{
    const Oid above = parent.is_partition ? pg::call(get_partition_parent, parent.oid, true) : InvalidOid;
    if (const auto found = OidIsValid(above) ? catalog::find_set(above) : std::nullopt)
        set.set_root = root_of(*found);
}

void plan_levels(core::Plan &plan, const core::SetState &state, const SetLevels &levels, core::Coordinate now,
                 const core::Names &names)
{
    std::vector<core::Level> rules;
    for (const SetLevel &level : levels)
        rules.push_back(level.rules);
    core::plan_below(plan.actions, rules, now, names);
    plan.fingerprint = core::fingerprint(state, plan.actions);
}

void plan_levels(core::Plan &plan, const core::SetState &state, const catalog::StoredSet &set,
                 const catalog::Parent &parent, core::Coordinate now, const core::Names &names)
{
    const bool creates = std::any_of(plan.actions.begin(), plan.actions.end(), [](const core::Action &action) {
        return action.kind == core::Action::Kind::create;
    });
    if (!creates)
        return;
    if (const SetLevels levels = levels_of(set, parent); !levels.empty())
        plan_levels(plan, state, levels, now, names);
}

std::string partition_key(const SetLevel &level)
{
    const char *const strategy = level.parent.strategy == PARTITION_STRATEGY_LIST   ? "LIST ("
                                 : level.parent.strategy == PARTITION_STRATEGY_HASH ? "HASH ("
                                                                                    : "RANGE (";
    return strategy + pg::quote_ident(level.parent.key_column) + ")";
}

catalog::StoredSet set_of_level(const SetLevel &level, const std::string &root, Oid table,
                                const core::Branch &branch)
{
    catalog::StoredSet set = level.set;
    set.parent = table;
    set.parent_table = catalog::text_key(table);
    set.set_root = root;
    if (!level.rules.is_stepped())
        return set;
    set.anchor = catalog::anchor_text(level.rules.config.key, branch.anchor);
    if (const auto *number = std::get_if<core::NumberStep>(&level.rules.config.step))
        set.offset_id = core::floor_modulo(branch.anchor, number->width);
    set.sub_partition_set_full = branch.bounds.upper.finite() && !branch.partitions.empty() &&
                                 branch.partitions.back().range.upper >= branch.bounds.upper;
    return set;
}

catalog::StoredSet set_below(const SetLevel &level, const catalog::StoredSet &above, const catalog::Parent &table)
{
    core::Branch branch;
    if (level.rules.is_stepped())
    {
        core::SetConfig config = level.rules.config;
        config.anchor.reset();
        branch.anchor = core::grid_of(config, catalog::read_partitions(table), now()).anchor();
        branch.bounds = catalog::bounds_of(table);
    }
    return set_of_level(level, root_of(above), table.oid, branch);
}

std::string root_of(const catalog::StoredSet &set)
{
    return set.set_root.value_or(set.parent_table);
}

} // namespace strata
