#include "lists/add.hpp"

#include "catalog/partitions.hpp"
#include "catalog/value_list.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "features/key_text.hpp"
#include "lists/making.hpp"
#include "pg/guard.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata::lists
{

namespace
{

using core::Error;
using core::ErrorKind;

void check_strategy(const PartitionedTable &table)
{
    const catalog::Parent &parent = table.parent;
    if (parent.strategy != PARTITION_STRATEGY_LIST)
        throw Error{ErrorKind::wrong_object_type,
                    "cannot add values to table \"" + parent.text() + "\", which is partitioned by " +
                        (parent.strategy == PARTITION_STRATEGY_RANGE ? "range" : "hash"),
                    "Its partition key is " + parent.key_text() + ".",
                    "Only a table with PARTITION BY LIST has partitions of single values."};
    if (parent.expression_key)
        throw Error{ErrorKind::feature_not_supported,
                    "partition key of table \"" + parent.text() + "\" contains an expression",
                    "The partition key is " + parent.key_text() + ".", "Partition the table by a plain column."};
    if (table.set && !catalog::is_value_list(*table.set))
        throw Error{ErrorKind::wrong_object_type,
                    "the partitions of table \"" + parent.text() + "\" have one number after the other",
                    "Its list_mode is step: maintenance makes partitions for the numbers that come next.",
                    "Call partman.create_partition_id(), or take it under management without p_interval."};
}

[[noreturn]] void refuse_repeated(const core::ListedValue &value, std::size_t first, std::size_t second)
{
    throw Error{ErrorKind::invalid_argument, "value " + core::value_text(value) + " is given twice",
                "p_values has it at positions " + std::to_string(first + 1) + " and " + std::to_string(second + 1) +
                    ".",
                "Name each value once."};
}

// By the table's own order, so that 3 and 3.0 are one.
void refuse_repeated(const std::vector<core::ListedValue> &values, const catalog::Parent &parent)
{
    ddl::FixedSettings const settings;
    catalog::ValueBook const book{parent};
    struct Given
    {
        Datum value;
        std::size_t place;
    };
    std::vector<Given> given;
    std::optional<std::size_t> null;
    for (std::size_t i = 0; i < values.size(); ++i)
    {
        if (values[i])
            given.push_back({book.parse(*values[i]), i});
        else if (null)
            refuse_repeated(values[i], *null, i);
        else
            null = i;
    }
    std::sort(given.begin(), given.end(), [&](const Given &a, const Given &b) {
        int const order = pg::call([&] { return book.compare(a.value, b.value); });
        return order != 0 ? order < 0 : a.place < b.place;
    });
    for (std::size_t i = 1; i < given.size(); ++i)
        if (pg::call([&] { return book.compare(given[i - 1].value, given[i].value); }) == 0)
            refuse_repeated(values[given[i].place], given[i - 1].place, given[i].place);
}

std::vector<core::ListedValue> values_of(const AddRequest &request, const catalog::Parent &parent)
{
    if (request.values.empty())
        throw Error{ErrorKind::invalid_argument, "p_values must name at least one value", "The array is empty.",
                    "Pass the values of the partition, such as ARRAY['a', 'b']."};
    std::vector<core::ListedValue> values;
    for (const auto &value : request.values)
        values.push_back(value ? core::ListedValue{key_text(parent, *value)} : std::nullopt);
    refuse_repeated(values, parent);
    return values;
}

core::ValueListConfig config_of(const PartitionedTable &table)
{
    if (table.set)
        return catalog::to_value_config(*table.set, table.parent);
    core::ValueListConfig config;
    config.schema = table.parent.schema;
    config.table = table.parent.name;
    config.max_partitions = INT32_MAX;
    return config;
}

bool has_movable_rows(Oid default_partition)
{
    return OidIsValid(default_partition) && RELKIND_HAS_TABLE_AM(pg::call(get_rel_relkind, default_partition)) &&
           catalog::has_rows(default_partition);
}

std::size_t count_partitions(const PartitionedTable &table)
{
    ddl::FixedSettings const settings;
    return catalog::ValueBook{table.parent}.partitions().size();
}

} // namespace

std::string add_list_partition(const AddRequest &request)
{
    pg::refuse_read_only("add_list_partition");
    PartitionedTable const table = find_partitioned(request.parent_table);
    check_strategy(table);
    WantedValues wanted{{}, values_of(request, table.parent)};
    refuse_listed(table, wanted.values);
    core::ValueListConfig const config = config_of(table);
    core::check_room(config, count_partitions(table), 1);
    catalog::NamesInSchema const names{pg::find_schema(config.schema)};
    wanted.name = request.partition ? wanted_name(table, *request.partition)
                                    : PartitionName{config.schema, core::name_for(config, wanted.values, names)};

    log::Step step;
    step.action = log::Action::create;
    step.partition = wanted.name.text();
    step.bounds = core::values_text(wanted.values);
    step.started = GetCurrentTimestamp();
    bool const moves = has_movable_rows(table.parent.default_partition);
    make_partitions(table, {wanted}, moves ? Rows::move : Rows::none, true);
    step.finished = GetCurrentTimestamp();
    note_by_hand(table, std::move(step), 1, 0);
    return wanted.name.text();
}

} // namespace strata::lists
