#include "features/bounded_set_up.hpp"

#include "catalog/provenance.hpp"
#include "catalog/zone.hpp"
#include "core/error.hpp"
#include "features/levels.hpp"
#include "pg/relation.hpp"

namespace strata
{

using core::Error;
using core::ErrorKind;

void refuse_steps(const SetUpRequest &request, const std::string &partitioned, const std::string &hint)
{
    auto const refuse = [&](const char *argument, bool given) {
        if (given)
            throw Error{ErrorKind::invalid_argument,
                        std::string(argument) + " cannot be used for a table " + partitioned,
                        "Its partitions neither follow each other nor grow old.",
                        std::string("Leave ") + argument + " out" + (hint.empty() ? "" : ", or " + hint) + "."};
    };
    refuse("p_start_partition", request.start.has_value());
    refuse("p_epoch", request.epoch != "none");
    refuse("p_constraint_cols", !request.constraint_cols.empty());
    refuse("p_date_trunc_interval", request.date_trunc.has_value());
    refuse("p_time_encoder", request.time_encoder.has_value());
    refuse("p_time_decoder", request.time_decoder.has_value());
    refuse("p_offset_id", request.offset_id != 0);
    refuse("p_codec", request.codec.has_value());
    refuse("p_start_at", request.start_at.has_value());
    refuse("p_bounds_function", request.bounds_function.has_value());
}

void check_bounded_key(const SetUpRequest &request, const catalog::Parent &parent)
{
    if (parent.persistence == RELPERSISTENCE_TEMP)
        throw Error{ErrorKind::feature_not_supported, "cannot manage temporary table \"" + parent.name + "\"",
                    "Maintenance runs in other sessions, which cannot reach it.", "Create a permanent table."};
    if (parent.expression_key || parent.key_column != request.control)
        throw Error{ErrorKind::invalid_definition,
                    "column \"" + request.control + "\" is not the partition key of table \"" + parent.text() +
                        "\"",
                    "Table " + parent.quoted() + " has the partition key " + parent.key_text() + ".",
                    parent.expression_key ? "Partition the table by a plain column."
                                          : "Pass p_control => " + pg::quote_literal(parent.key_column) + "."};
}

catalog::StoredSet bounded_row(const SetUpRequest &request, const catalog::Parent &parent)
{
    catalog::StoredSet set;
    set.parent = parent.oid;
    set.parent_table = request.parent_table;
    set.control = request.control;
    set.partition_interval = "0";
    set.premake = request.premake;
    set.automatic_maintenance = request.automatic_maintenance;
    set.jobmon = request.jobmon;
    set.time_zone = request.time_zone ? *request.time_zone : catalog::session_zone();
    set.name_template = request.name_template;
    set.partition_schema = request.partition_schema;
    return set;
}

void insert_joined(const catalog::StoredSet &set, const catalog::Parent &parent)
{
    catalog::insert_set(set);
    if (const auto level = parent.is_partition ? sibling_level(parent) : std::nullopt)
        catalog::insert_level(level_below(*level, set.parent_table));
}

void adopt_all(const catalog::Parent &parent, const std::vector<Oid> &partitions)
{
    if (!partitions.empty())
        catalog::record(parent.oid, partitions, core::Provenance::adopted);
}

} // namespace strata
