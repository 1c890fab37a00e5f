#include "features/sub_limits.hpp"

#include "catalog/parent.hpp"
#include "catalog/partition_bound.hpp"
#include "catalog/set_key.hpp"
#include "catalog/stored_set.hpp"
#include "pg/guard.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

std::optional<std::string> text_of(const core::Bound &bound, const core::Codec &codec)
{
    if (!bound.finite())
        return std::nullopt;
    if (!core::is_time(codec.axis()))
        return std::to_string(bound.value);
    const TimestampTz instant = codec.to_instant(bound.value);
    return pg::take_string(pg::call(
        [&] { return DatumGetCString(DirectFunctionCall1(timestamptz_out, TimestampTzGetDatum(instant))); }));
}

} // namespace

SubLimits sub_partition_limits(const std::string &parent_table, const std::string &kind)
{
    const Oid table = catalog::resolve_parent(parent_table);
    const Oid next =
        pg::call(get_rel_relispartition, table) ? pg::call(get_partition_parent, table, true) : InvalidOid;
    auto above = OidIsValid(next) ? catalog::find_parent(next) : std::nullopt;
    const auto set = above ? catalog::find_set(next) : std::nullopt;
    if (!set)
        return {};
    above->key = catalog::key_of(*set, *above);
    const core::Codec codec = catalog::to_config(*set, *above).codec();
    const auto range = catalog::range_of(table, *above);
    if (!range || kind != (core::is_time(codec.axis()) ? "time" : "id"))
        return {};
    return {text_of(range->lower, codec), text_of(range->upper, codec)};
}

} // namespace strata
