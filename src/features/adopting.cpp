#include "features/adopting.hpp"

#include "catalog/anchor.hpp"
#include "catalog/interval.hpp"
#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "catalog/zone.hpp"
#include "clock.hpp"
#include "core/adoption.hpp"
#include "core/checked.hpp"
#include "core/error.hpp"
#include "core/name_template.hpp"
#include "ddl/schema_rights.hpp"
#include "features/create_partitions.hpp"
#include "features/encoding_check.hpp"
#include "features/setup_request.hpp"
#include "locks/acquire.hpp"
#include "locks/glance.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

const char *strategy_text(char strategy)
{
    return strategy == PARTITION_STRATEGY_LIST ? "list" : "hash";
}

// What create_parent() says of its control column, about a key that was not named.
void check_key(const catalog::Parent &parent, const AdoptRequest &request)
{
    bool const list_of_ids = parent.strategy == PARTITION_STRATEGY_LIST && parent.key &&
                             core::axis_of(*parent.key) == core::Axis::number;
    if (parent.expression_key)
        throw Error{ErrorKind::feature_not_supported,
                    "cannot manage table \"" + parent.text() + "\", whose partition key contains an expression",
                    "The partition key is " + parent.key_text() + ".", "Partition the table by plain columns."};
    if (parent.strategy != PARTITION_STRATEGY_RANGE && !list_of_ids)
        throw Error{ErrorKind::feature_not_supported,
                    "cannot manage table \"" + parent.text() + "\", which is partitioned by " +
                        strategy_text(parent.strategy),
                    "Only partitions by range, and those by list of single whole numbers, follow each other.",
                    "Create the table with PARTITION BY RANGE (column)."};
    if (!catalog::key_type_of(parent.key_type) || (parent.key_type == BYTEAOID && !request.codec))
        throw Error{ErrorKind::datatype_mismatch,
                    "cannot manage table \"" + parent.text() + "\", whose partition key has type " +
                        pg::type_text(parent.key_type),
                    "The partition key is " + parent.key_text() + ".",
                    "Partition the table by a column of type timestamptz, timestamp, date, smallint, integer, "
                    "bigint, numeric, uuid or text, or of bytea with a codec."};
}

SetUpRequest set_up_request(const AdoptRequest &request, const catalog::Parent &parent)
{
    SetUpRequest wanted;
    wanted.parent_table = request.parent_table;
    wanted.control = request.control.value_or(parent.key_column);
    wanted.type = parent.strategy == PARTITION_STRATEGY_LIST ? "list" : "range";
    wanted.epoch = request.epoch;
    wanted.codec = request.codec;
    wanted.time_encoder = request.time_encoder;
    wanted.time_decoder = request.time_decoder;
    wanted.interval = request.interval;
    wanted.premake = request.premake;
    wanted.automatic_maintenance = request.automatic_maintenance;
    wanted.time_zone = request.time_zone;
    wanted.name_template = request.name_template;
    wanted.control_not_null = false; // the table has lived with it
    return wanted;
}

core::SetState state_of(const catalog::Parent &parent)
{
    locks::Glance const glance{parent.oid, locks::budget(std::nullopt, std::nullopt)};
    core::SetState state = catalog::read_partitions(parent);
    catalog::add_names(state);
    return state;
}

core::Wishes wishes_of(const AdoptRequest &request, const core::SetConfig &seen)
{
    core::Wishes wishes;
    if (request.interval || seen.list) // a list steps by one, however many numbers its partitions have
        wishes.step =
            catalog::parse_step(core::axis_of(seen.key), request.interval.value_or("1"), "partition interval");
    if (request.time_zone)
        wishes.zone = &catalog::zone(*request.time_zone);
    wishes.name_template = request.name_template;
    return wishes;
}

// Where the newest partition is, new ones belong as well.
std::optional<std::string> schema_of_partitions(const catalog::Parent &parent, const core::SetState &state)
{
    if (state.partitions.empty() || state.partitions.back().schema == parent.schema)
        return std::nullopt;
    return state.partitions.back().schema;
}

void check_name_template(const core::SetConfig &config)
{
    core::NameTemplate::parse(*config.name_template, core::axis_of(config.key))
        .validate_unique(config.table, core::Grid{config.codec(), config.step, *config.anchor}, *config.anchor);
}

} // namespace

BriefWaits::BriefWaits()
{
    locks::set_timeouts(settings_, locks::budget(std::nullopt, std::nullopt).timeout_ms);
}

void settle(Adopted &adopted)
{
    adopted.config = catalog::to_config(adopted.set, adopted.parent);
    adopted.config.bounds = catalog::bounds_of(adopted.parent);
    core::validate_config(adopted.config);
}

Adopted infer(const AdoptRequest &request)
{
    BriefWaits const brief;
    catalog::Parent parent = catalog::read_parent(catalog::resolve_parent(request.parent_table));
    catalog::check_owner(parent);
    SetUpRequest wanted = set_up_request(request, parent);
    refuse_managed(wanted, parent.oid);
    check_key(parent, request);
    give_key(wanted, parent);
    check_names(wanted);
    core::Axis const axis = core::axis_of(*parent.key);

    core::SetConfig seen;
    seen.schema = parent.schema;
    seen.table = parent.name;
    seen.key = *parent.key;
    seen.list = parent.strategy == PARTITION_STRATEGY_LIST;
    seen.zone = &catalog::zone(catalog::session_zone());
    Adopted adopted{parent, {}, {}, state_of(parent), {}};
    adopted.inferred = core::adopt(seen, adopted.state, wishes_of(request, seen), now(), catalog::visit_zones);

    wanted.interval = core::step_text(adopted.inferred.step);
    wanted.name_template = adopted.inferred.name_template;
    if (core::is_time(axis) && !wanted.time_zone)
        wanted.time_zone = adopted.inferred.zone;
    check_table(wanted, parent);
    adopted.set = stored_set(wanted, parent);
    adopted.set.retention = request.retention;
    adopted.set.retention_keep_table = request.retention_keep_table;
    adopted.set.partition_schema = schema_of_partitions(parent, adopted.state);
    adopted.set.anchor = catalog::anchor_text(*parent.key, adopted.inferred.anchor);
    if (auto const *number = std::get_if<core::NumberStep>(&adopted.inferred.step))
        adopted.set.offset_id = core::floor_modulo(adopted.inferred.anchor, number->width);

    settle(adopted);
    check_rows(parent, adopted.config.codec(), now());
    check_encoder(parent, {adopted.config.codec(), adopted.config.step, adopted.inferred.anchor});
    if (request.name_template)
        check_name_template(adopted.config);
    (void) ddl::owner_may_create(parent, adopted.set.partition_schema.value_or(parent.schema));
    return adopted;
}

void take_over(const Adopted &adopted)
{
    catalog::insert_set(adopted.set);
    std::vector<Oid> partitions;
    for (const core::Partition &partition : adopted.state.partitions)
        partitions.push_back(partition.oid);
    if (adopted.state.default_partition)
        partitions.push_back(adopted.state.default_partition->oid);
    if (!partitions.empty())
        catalog::record(adopted.parent.oid, partitions, core::Provenance::adopted);
}

} // namespace strata
