#include "features/showing.hpp"

#include "catalog/dotted_name.hpp"
#include "catalog/hash_partitions.hpp"
#include "catalog/partition_bound.hpp"
#include "catalog/partitions.hpp"
#include "catalog/set_key.hpp"
#include "catalog/value_list.hpp"
#include "clock.hpp"
#include "core/cover.hpp"
#include "core/error.hpp"
#include "core/partition_name.hpp"
#include "ddl/owner_scope.hpp"
#include "features/bounded_set.hpp"
#include "features/create_partitions.hpp"
#include "features/key_text.hpp"
#include "features/showing_set.hpp"
#include "features/showing_text.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

bool descending(const std::string &order)
{
    std::string upper = order;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
    if (upper != "ASC" && upper != "DESC")
        throw Error{ErrorKind::invalid_argument, "p_order parameter must be one of the following values: ASC, DESC",
                    "It is \"" + order + "\".",
                    "ASC starts with the lowest bound, DESC with the highest; either may be in any case."};
    return upper == "DESC";
}

TableName table_name(Oid relation)
{
    return {pg::schema_name(pg::schema_of(relation)), pg::relation_name(relation)};
}

std::optional<TimestampTz> instant_of(const core::Bound &bound, const core::Codec &codec)
{
    switch (bound.kind)
    {
    case core::Bound::Kind::minus_infinity:
        return DT_NOBEGIN;
    case core::Bound::Kind::plus_infinity:
        return DT_NOEND;
    case core::Bound::Kind::value:
        break;
    }
    return codec.to_instant(bound.value);
}

std::optional<std::int64_t> number_of(const core::Bound &bound)
{
    return bound.finite() ? std::optional(bound.value) : std::nullopt;
}

PartitionInfo info_of(const core::Range &range, const core::SetConfig &config)
{
    const core::Codec codec = config.codec();
    PartitionInfo info;
    if (!core::is_time(codec.axis()))
    {
        info.start_id = number_of(range.lower);
        // A list has values, no bounds.
        info.end_id = config.list ? std::nullopt : number_of(range.upper);
        return info;
    }
    info.start_time = instant_of(range.lower, codec);
    info.end_time = instant_of(range.upper, codec);
    if (range.lower.finite())
        info.suffix = core::suffix_of(config, core::Grid(codec, config.step, range.lower.value), range.lower.value);
    return info;
}

[[noreturn]] void no_such_child(const std::string &child_table, const std::optional<std::string> &parent_table,
                                bool exists)
{
    throw Error{ErrorKind::undefined_table,
                "Child table given does not exist (" + child_table + ")" +
                    (parent_table ? " for given parent table (" + *parent_table + ")" : ""),
                exists ? "There is a table of that name, but it is not a partition of that parent."
                       : "There is no table of that name.",
                "Give the name as schema.table, without quotes."};
}

catalog::StoredSet set_of_child(Oid child, const std::string &child_table,
                                const std::optional<std::string> &parent_table)
{
    const Oid parent =
        pg::call(get_rel_relispartition, child) ? pg::call(get_partition_parent, child, true) : InvalidOid;
    if (parent_table)
    {
        catalog::StoredSet stored = managed_set(parent_table);
        if (stored.parent != parent)
            no_such_child(child_table, parent_table, true);
        return stored;
    }
    auto stored = OidIsValid(parent) ? catalog::find_set(parent) : std::nullopt;
    if (!stored)
        throw Error{ErrorKind::undefined_object,
                    "Parent table of given child not managed by pg_partman: " + child_table,
                    OidIsValid(parent) ? "The parent is " + pg::qualified_name(parent) + "."
                                       : "The table is not a partition.",
                    OidIsValid(parent) ? "Call partman.create_parent() for the parent first."
                                       : "Give the name of a partition as schema.table, without quotes."};
    return *std::move(stored);
}

// Of a set whose partitions list values, in the order of the first one of each.
std::vector<TableName> show_values(const catalog::StoredSet &stored, bool last_first, bool include_default)
{
    const ddl::FixedSettings settings;
    const catalog::ValueBook book{catalog::read_parent(stored)};
    std::vector<TableName> shown;
    for (const catalog::ValuePartition &partition : book.partitions())
        shown.push_back(table_name(partition.oid));
    if (last_first)
        std::reverse(shown.begin(), shown.end());
    if (include_default && OidIsValid(book.default_partition()))
        shown.insert(shown.begin(), table_name(book.default_partition()));
    return shown;
}

PartitionPlace place_of_value(const catalog::StoredSet &stored, const std::string &value)
{
    const catalog::Parent parent = catalog::read_parent(stored);
    const core::ListedValue wanted = key_text(parent, value);
    const ddl::FixedSettings settings;
    PartitionPlace shown;
    if (const Oid holder = catalog::ValueBook{parent}.holder(wanted); OidIsValid(holder))
    {
        shown.table = table_name(holder);
        shown.exists = true;
        return shown;
    }
    const core::ValueListConfig config = catalog::to_value_config(stored, parent);
    const catalog::NamesInSchema names(pg::find_schema(config.schema));
    shown.table = {config.schema, core::name_for(config, {wanted}, names)};
    return shown;
}

// Of a set by hash, in the order of remainders.
std::vector<TableName> show_remainders(const catalog::StoredSet &stored, bool last_first)
{
    std::vector<TableName> shown;
    for (const catalog::HashPartition &partition : catalog::hash_partitions(catalog::read_parent(stored)))
        shown.push_back(table_name(partition.oid));
    if (last_first)
        std::reverse(shown.begin(), shown.end());
    return shown;
}

// The partition that holds it, or the one that would be made for it.
PartitionPlace place_of_hash(const catalog::StoredSet &stored, const std::string &value)
{
    const catalog::Parent parent = catalog::read_parent(stored);
    if (parent.key_columns > 1)
        throw Error{ErrorKind::feature_not_supported,
                    "the partition of a value of table \"" + stored.parent_table + "\" depends on other columns",
                    "Its partition key is " + parent.key_text() + ".",
                    "Insert the row, or look at satisfies_hash_partition()."};
    const std::string wanted = key_text(parent, value);
    const ddl::FixedSettings settings;
    const std::uint64_t hash = catalog::key_hash(parent, wanted);
    const auto holds = [&](const core::HashBound &bound) {
        return hash % static_cast<std::uint64_t>(bound.modulus) == static_cast<std::uint64_t>(bound.remainder);
    };
    const std::vector<catalog::HashPartition> present = catalog::hash_partitions(parent);
    PartitionPlace shown;
    for (const catalog::HashPartition &partition : present)
        if (holds(partition.bound))
        {
            shown.table = table_name(partition.oid);
            shown.exists = true;
            return shown;
        }
    const core::HashConfig config = catalog::to_hash_config(stored, parent);
    const catalog::NamesInSchema names(pg::find_schema(config.schema));
    for (const core::HashBound &bound : core::missing_bounds(catalog::bounds_of(present), config.modulus))
        if (holds(bound))
            shown.table = {config.schema, core::name_for(config, bound, names)};
    return shown;
}

// By the rules of the dialect from the suffix; with a name template by trying which partition would have that name.
core::Coordinate start_in_name(const std::string &name, ShownSet &set)
{
    if (!set.config.name_template)
        return start_from_suffix(name, set.config);
    catalog::add_names(set.state);
    const core::Grid grid = core::grid_of(set.config, set.state, now());
    core::Coordinate around = grid.anchor();
    for (const core::Partition &partition : set.state.partitions)
        if (partition.range.lower.finite())
            around = partition.range.lower.value;
    const auto range = core::range_named(set.config, set.state, grid, name, around);
    if (!range || !range->lower.finite())
        throw Error{ErrorKind::invalid_argument,
                    "no partition of table \"" + set.stored.parent_table + "\" would be named \"" + name + "\"",
                    "The names are made by the template \"" + *set.config.name_template + "\".",
                    "Ask partman.show_partition_name() for the name that belongs to a value."};
    return range->lower.value;
}

} // namespace

std::vector<TableName> show_partitions(const std::optional<std::string> &parent_table, const std::string &order,
                                       bool include_default)
{
    const bool newest_first = descending(order);
    catalog::StoredSet stored = managed_set(parent_table);
    if (catalog::is_hash(stored))
        return show_remainders(stored, newest_first);
    if (catalog::is_value_list(stored))
        return show_values(stored, newest_first, include_default);
    const ShownSet set = read_set(std::move(stored));
    std::vector<TableName> shown;
    shown.reserve(set.state.partitions.size() + 1);
    if (include_default && set.state.default_partition)
        shown.push_back(table_name(set.state.default_partition->oid));
    const auto first = static_cast<std::ptrdiff_t>(shown.size());
    for (const core::Partition &partition : set.state.partitions)
        shown.push_back(table_name(partition.oid));
    if (newest_first)
        std::reverse(shown.begin() + first, shown.end());
    return shown;
}

PartitionInfo show_partition_info(const std::string &child_table, const std::optional<std::string> &parent_table)
{
    const Oid child = catalog::find_dotted(child_table);
    if (!OidIsValid(child))
        no_such_child(child_table, parent_table, false);
    const catalog::StoredSet stored = set_of_child(child, child_table, parent_table);
    if (is_bounded(stored))
        return {};
    const catalog::Parent parent = catalog::read_parent(stored);
    const auto range = catalog::range_of(child, parent);
    return range ? info_of(*range, catalog::to_config(stored, parent)) : PartitionInfo{};
}

PartitionInfo info_from_name(const std::string &child_name, const std::optional<std::string> &parent_table)
{
    if (!parent_table)
        throw Error{ErrorKind::invalid_argument, "p_parent_table must be given when p_table_exists is false",
                    "Only the name of a table that exists leads to its parent.",
                    "Add p_parent_table => 'schema.table'."};
    ShownSet set = read_set(managed_set(parent_table));
    PartitionInfo info =
        info_of({core::Bound::at(start_in_name(child_name, set)), core::Bound::plus_infinity()}, set.config);
    info.end_time.reset();
    return info;
}

PartitionPlace show_partition_name(const std::optional<std::string> &parent_table, const std::string &value)
{
    catalog::StoredSet stored = managed_set(parent_table);
    if (catalog::is_hash(stored))
        return place_of_hash(stored, value);
    if (catalog::is_value_list(stored))
        return place_of_value(stored, value);
    const ShownSet set = read_set(std::move(stored));
    const core::Codec codec = set.config.codec();
    const core::Coordinate point = read_value(value, codec);
    const core::Place place = core::place(set.config, set.state, point, now());
    PartitionPlace shown;
    if (core::is_time(codec.axis()))
        shown.suffix_timestamp = instant_of(place.range.lower, codec);
    else
        shown.suffix_id = number_of(place.range.lower);
    if (place.existing)
    {
        shown.table = table_name(set.state.partitions.at(*place.existing).oid);
        shown.exists = true;
        return shown;
    }
    const core::Grid grid = core::grid_of(set.config, set.state, now());
    const catalog::NamesInSchema names = names_for(set.stored, set.parent);
    shown.table = {partition_schema(set.stored, set.parent),
                   core::NameGiver(set.config, grid, names).give(place.range).name};
    return shown;
}

} // namespace strata
