#include "features/sub_request.hpp"

#include "catalog/citus.hpp"
#include "catalog/set_key.hpp"
#include "core/error.hpp"
#include "features/bounded_level.hpp"
#include "features/bounded_set.hpp"
#include "features/setup_column.hpp"
#include "features/setup_request.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

catalog::StoredSet managed(const std::string &top_parent)
{
    auto set = catalog::find_set(top_parent);
    if (!set)
        throw Error{ErrorKind::undefined_object,
                    "Cannot subpartition a table that is not managed by pg_partman already. Given top parent table "
                    "not found in part_config: " +
                        top_parent,
                    "The table part_config has no row of that name.",
                    "Call create_parent() for it first, and write the name as 'schema.table', without quotes."};
    return *std::move(set);
}

// The word is asked for as in the dialect, whose function would drop the partitions.
void check_consent(const SubRequest &request)
{
    const std::string &said = request.declarative_check.value_or("");
    if (pg_strcasecmp(said.c_str(), "yes") == 0)
        return;
    throw Error{
        ErrorKind::invalid_argument,
        "Subpartitioning is a DESTRUCTIVE process in pg_partman, so p_declarative_check must be 'yes'",
        "Partitions are replaced by partitioned tables under an ACCESS EXCLUSIVE lock; rows are moved along.",
        "Pass p_declarative_check => 'yes'."};
}

SetUpRequest as_set_up(const SubRequest &request)
{
    SetUpRequest wanted;
    wanted.parent_table = request.top_parent;
    wanted.control = request.control;
    wanted.interval = request.interval;
    wanted.type = request.type;
    wanted.epoch = request.epoch;
    wanted.premake = request.premake;
    wanted.start = request.start;
    wanted.constraint_cols = request.constraint_cols;
    wanted.jobmon = request.jobmon;
    wanted.date_trunc = request.date_trunc;
    wanted.control_not_null = request.control_not_null;
    wanted.time_encoder = request.time_encoder;
    wanted.time_decoder = request.time_decoder;
    wanted.modulus = request.modulus;
    return wanted;
}

// What part_config_sub is to say.
catalog::SubLevel level_of(const SubRequest &request, const catalog::StoredSet &top)
{
    catalog::SubLevel level;
    level.sub_parent = top.parent_table;
    level.default_table = request.default_table;
    level.control_not_null = request.control_not_null;
    catalog::StoredSet &set = level.set;
    set.control = request.control;
    set.time_encoder = request.time_encoder;
    set.time_decoder = request.time_decoder;
    set.partition_interval = request.interval.value_or(std::string{catalog::no_interval});
    set.partition_type = request.type == "list" || request.type == "hash" ? request.type : "range";
    if (!request.interval && request.type == "list")
        set.list_mode = "values";
    set.modulus = request.modulus;
    level.values = request.values;
    set.premake = request.premake;
    set.automatic_maintenance = "on";
    set.template_table = top.template_table;
    set.epoch = request.epoch;
    set.constraint_cols = request.constraint_cols;
    set.jobmon = request.jobmon;
    set.date_trunc_interval = request.date_trunc;
    set.inherit_privileges = top.inherit_privileges;
    set.infinite_time_partitions = top.infinite_time_partitions;
    set.time_zone = top.time_zone;
    return level;
}

void check_strategy(const SetUpRequest &request)
{
    if (request.modulus)
        throw Error{ErrorKind::invalid_argument, "p_modulus is for sub-partitions by hash",
                    "p_type is " + request.type + ".", "Leave p_modulus out, or pass p_type => 'hash'."};
    if (!request.interval)
        throw Error{
            ErrorKind::invalid_argument, "p_interval must not be null", "It is the width of one sub-partition.",
            "Pass an interval such as '1 day', or a number for ids; p_type => 'hash' and 'list' need none."};
    if (request.type == "hash")
        throw Error{ErrorKind::feature_not_supported, "hash is not a valid partitioning type for sub-partitions",
                    "Sub-partitions follow times or numbers.", "Pass p_type => 'range' or leave it out."};
}

void refuse_distributed(const catalog::Parent &parent)
{
    if (catalog::is_distributed(parent.oid))
        throw Error{
            ErrorKind::feature_not_supported,
            "cannot partition the partitions of table \"" + parent.text() + "\", which Citus distributes",
            "Citus does not distribute tables that are partitioned on two levels.",
            "Use a shorter partition interval, or distribute the table by a column that splits it more evenly."};
}

void refuse_second_level(const catalog::StoredSet &set)
{
    if (!catalog::find_level(set.parent_table))
        return;
    throw Error{ErrorKind::unique_violation,
                "duplicate key value violates unique constraint \"part_config_sub_pkey\"",
                "The partitions of table \"" + set.parent_table + "\" are partitioned themselves already.",
                "Change its row in partman.part_config_sub, or call partman.stop_sub_partition() first."};
}

// Tables beside this one that are partitioned in another way will make new ones fail.
void warn_of_siblings(const catalog::SubLevel &level, const catalog::Parent &parent)
{
    auto beside = parent.is_partition ? sibling_level(parent) : std::nullopt;
    if (beside && !level.set.maintenance_role) // it gets one when it is stored
        beside->set.maintenance_role.reset();
    if (beside && !catalog::same_level(*beside, level))
        pg::warning("the partitions of table " + level.sub_parent +
                        " are not partitioned like those of the tables beside it",
                    "The row of \"" + beside->sub_parent + "\" in part_config_sub says something else.",
                    "Make the rows equal before maintenance makes another table beside them.");
}

} // namespace

SubPartitioning read_request(SubRequest request)
{
    catalog::Parent parent = catalog::read_parent(catalog::resolve_parent(request.top_parent));
    catalog::StoredSet set = managed(request.top_parent);
    parent.key = catalog::key_of(set, parent);
    catalog::check_owner(parent);
    check_consent(request);
    refuse_distributed(parent);
    refuse_second_level(set);

    SetUpRequest wanted = as_set_up(request);
    modernize(wanted);
    request.interval = wanted.interval;
    request.type = wanted.type;
    if (is_bounded_level(wanted))
    {
        request.values = check_bounded_level(wanted, request.values, parent);
        catalog::SubLevel stored = level_of(request, set);
        if (!request.all_beside)
            warn_of_siblings(stored, parent);
        SetLevel level = read_level(std::move(stored), set, parent, {});
        return {std::move(set), std::move(parent), std::move(level)};
    }
    if (wanted.control == set.control)
        wanted.codec = set.codec;
    check_names(wanted);
    check_strategy(wanted);
    refuse_values(request.values);
    const ControlColumn column = check_column(wanted, parent.oid);
    const char strategy = wanted.type == "list" ? PARTITION_STRATEGY_LIST : PARTITION_STRATEGY_RANGE;
    catalog::Parent below = catalog::as_partitioned_by(parent, wanted.control, strategy);
    check_table(wanted, below);
    catalog::SubLevel stored = level_of(request, set);
    if (!request.all_beside)
        warn_of_siblings(stored, parent);
    SetLevel level = read_level(std::move(stored), set, parent, {});
    check_rounding(wanted, column, level.rules.config.step);
    core::validate_config(level.rules.config);
    if (!is_bounded(set))
        core::check_smaller(catalog::to_config(set, parent).step, level.rules.config);
    level.rules.start = start_of(wanted, level.rules.config.codec());
    return {std::move(set), std::move(parent), std::move(level)};
}

bool stop_sub_partitions(const std::string &parent_table)
{
    pg::refuse_read_only("stop_sub_partition");
    if (!catalog::delete_level(parent_table))
        pg::notice("table " + parent_table + " has no sub-partitions to stop",
                   "There is no row for it in partman.part_config_sub.");
    return true;
}

} // namespace strata
