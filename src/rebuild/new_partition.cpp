#include "rebuild/new_partition.hpp"

#include "catalog/partition_bound.hpp"
#include "catalog/partitions.hpp"
#include "core/naming.hpp"
#include "ddl/bound_check.hpp"
#include "ddl/owner_scope.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata::rebuild
{

using catalog::Rebuild;

namespace
{

core::Codec codec_of(const PartitionedTable &table)
{
    return catalog::to_config(table.set.value(), table.parent).codec();
}

// PostgreSQL's own condition names the set, and each table by hash above it, by its oid, which is no table's where
// a dump of the new table is restored.  That this is the same one it sees when the table is attached.
std::string by_name(std::string condition, Oid table)
{
    for (; OidIsValid(table);
         table = pg::call(get_rel_relispartition, table) ? pg::call(get_partition_parent, table, true) : InvalidOid)
    {
        const std::string oid = pg::quote_literal(std::to_string(table)) + "::oid";
        if (const auto found = condition.find(oid); found != std::string::npos)
            condition.replace(found, oid.size(), pg::quote_literal(pg::qualified_name(table)) + "::regclass");
    }
    return condition;
}

ddl::Blueprint::Bounds read_bounds(const catalog::Parent &parent, const std::string &text)
{
    const ddl::Bound bound = ddl::read_bound(parent, text);
    return {bound.text, "(" + by_name(bound.check, parent.oid) + ")"};
}

} // namespace

ddl::Blueprint blueprint_of(const PartitionedTable &table)
{
    return {table.parent, table.template_table(), table.partition_schema()};
}

ddl::Blueprint::Bounds bounds_of(const PartitionedTable &table, const Rebuild::Piece &piece)
{
    if (piece.hash)
        return read_bounds(table.parent, "FOR VALUES " + core::hash_text(*piece.hash));
    return ddl::bounds_of(table.parent, range_of(piece), codec_of(table));
}

Rebuild::Piece piece_of(const PartitionedTable &table, const NewPartition &wanted)
{
    if (const auto *hash = std::get_if<core::HashBound>(&wanted.bounds))
        return {.hash = *hash};
    const core::Range &range = std::get<core::Range>(wanted.bounds);
    const core::Codec codec = codec_of(table);
    const auto literal = [&](const core::Bound &bound) {
        return bound.finite() ? std::optional(codec.literal(bound.value)) : std::nullopt;
    };
    const auto number = [](const core::Bound &bound) {
        return bound.finite() ? std::optional<std::int64_t>(bound.value) : std::nullopt;
    };
    return {.lower = literal(range.lower),
            .upper = literal(range.upper),
            .from = number(range.lower),
            .to = number(range.upper)};
}

ddl::Blueprint::Bounds bounds_of_rest()
{
    return {"DEFAULT", ""};
}

ddl::Blueprint::Bounds bounds_of_partition(const catalog::Parent &parent, Oid partition)
{
    const ddl::FixedSettings settings;
    return read_bounds(parent, catalog::shown_bound(partition));
}

std::string own_condition(const catalog::Parent &parent, Oid partition)
{
    const ddl::FixedSettings settings;
    return "(" + by_name(ddl::read_bound(parent, catalog::shown_bound(partition)).own, parent.oid) + ")";
}

std::string free_name(Oid schema, const std::string &wanted)
{
    const catalog::NamesInSchema names{schema};
    return core::free_name(wanted, [&names](std::string_view name) { return names.taken(name); });
}

} // namespace strata::rebuild
