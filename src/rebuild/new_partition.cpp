#include "rebuild/new_partition.hpp"

#include "catalog/partitions.hpp"
#include "core/naming.hpp"
#include "ddl/bound_check.hpp"

namespace strata::rebuild
{

using catalog::Rebuild;

namespace
{

core::Codec codec_of(const PartitionedTable &table)
{
    return catalog::to_config(table.set.value(), table.parent).codec();
}

} // namespace

ddl::Blueprint blueprint_of(const PartitionedTable &table)
{
    return {table.parent, table.template_table(), table.partition_schema()};
}

ddl::Blueprint::Bounds bounds_of(const PartitionedTable &table, const Rebuild::Piece &piece)
{
    if (piece.hash)
    {
        const ddl::Bound bound = ddl::read_bound(table.parent, "FOR VALUES " + core::hash_text(*piece.hash));
        return {bound.text, "(" + bound.check + ")"};
    }
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

std::string free_name(Oid schema, const std::string &wanted)
{
    const catalog::NamesInSchema names{schema};
    return core::free_name(wanted, [&names](std::string_view name) { return names.taken(name); });
}

} // namespace strata::rebuild
