#include "hashes/add.hpp"

#include "catalog/hash_partitions.hpp"
#include "catalog/partitions.hpp"
#include "core/error.hpp"
#include "hashes/making.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata::hashes
{

namespace
{

using core::Error;
using core::ErrorKind;

void check(const PartitionedTable &table, const core::HashBound &bound)
{
    const catalog::Parent &parent = table.parent;
    if (parent.strategy != PARTITION_STRATEGY_HASH)
        throw Error{ErrorKind::wrong_object_type,
                    "cannot add a remainder to table \"" + parent.text() + "\", which is partitioned by " +
                        (parent.strategy == PARTITION_STRATEGY_RANGE ? "range" : "list"),
                    "Its partition key is " + parent.key_text() + ".",
                    "Only a table with PARTITION BY HASH has partitions by remainder."};
    if (bound.modulus < 1)
        throw Error{ErrorKind::invalid_argument, "p_modulus must be greater than zero",
                    "It is " + std::to_string(bound.modulus) + ".",
                    "Pass the modulus of the other partitions, or a multiple of it."};
    if (bound.remainder < 0 || bound.remainder >= bound.modulus)
        throw Error{ErrorKind::invalid_argument, "p_remainder must be less than p_modulus and not negative",
                    "It is " + std::to_string(bound.remainder) + ", p_modulus is " + std::to_string(bound.modulus) +
                        ".",
                    "Pass 0 to " + std::to_string(bound.modulus - 1) + "."};
}

PartitionName name_of(const PartitionedTable &table, const AddRequest &request, const core::HashBound &bound)
{
    if (request.partition)
        return wanted_name(table, *request.partition);
    core::HashConfig config;
    config.schema = table.partition_schema();
    config.table = table.parent.name;
    if (table.set)
        config.name_template = table.set->name_template;
    const catalog::NamesInSchema names{pg::find_schema(config.schema)};
    return {config.schema, core::name_for(config, bound, names)};
}

} // namespace

std::string add_hash_partition(const AddRequest &request)
{
    pg::refuse_read_only("add_hash_partition");
    const PartitionedTable table = find_partitioned(request.parent_table);
    const core::HashBound bound{request.modulus, request.remainder};
    check(table, bound);
    const PartitionName name = name_of(table, request, bound);
    log::Step step;
    step.action = log::Action::create;
    step.partition = name.text();
    step.bounds = core::hash_text(bound);
    step.started = GetCurrentTimestamp();
    make(table, {name, bound});
    step.finished = GetCurrentTimestamp();
    note_by_hand(table, std::move(step), 1, 0);
    return name.text();
}

} // namespace strata::hashes
