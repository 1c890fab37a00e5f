#include "catalog/partitions.hpp"
#include "core/error.hpp"
#include "core/naming.hpp"
#include "core/partition_name.hpp"
#include "features/bounded_partition.hpp"
#include "features/by_hand.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

void refuse_second(const catalog::Parent &parent)
{
    if (!OidIsValid(parent.default_partition))
        return;
    throw core::Error{core::ErrorKind::duplicate_object,
                      "table \"" + parent.text() + "\" has a default partition already",
                      "It is " + pg::qualified_name(parent.default_partition) + ".", "A table can have only one."};
}

} // namespace

std::string add_default_partition(const std::string &parent_table)
{
    pg::refuse_read_only("add_default_partition");
    PartitionedTable const table = find_partitioned(parent_table);
    if (table.parent.strategy == PARTITION_STRATEGY_HASH)
        throw core::Error{core::ErrorKind::wrong_object_type,
                          "table \"" + table.parent.text() +
                              "\", which is partitioned by hash, cannot have a "
                              "default partition",
                          "Every row belongs to the partition of its remainder."};
    refuse_second(table.parent);
    std::string const schema = table.partition_schema();
    catalog::NamesInSchema const names{pg::find_schema(schema)};
    std::string const name = core::free_name(core::default_partition_name(table.parent.name),
                                             [&](std::string_view taken) { return names.taken(taken); });
    log::Step step;
    step.action = log::Action::create;
    step.partition = schema + "." + name;
    step.bounds = "DEFAULT";
    step.started = GetCurrentTimestamp();
    make_bounded(table, {{{schema, name}, "DEFAULT"}}, refuse_second);
    step.finished = GetCurrentTimestamp();
    std::string result = step.partition;
    note_by_hand(table, std::move(step), 1, 0);
    return result;
}

} // namespace strata
