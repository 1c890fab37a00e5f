#include "rebuild/beside_default.hpp"

#include "ddl/owner_scope.hpp"
#include "features/partition_size.hpp"
#include "features/stray_rows.hpp"
#include "locks/acquire.hpp"
#include "log/progress.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "rebuild/belonging.hpp"
#include "rebuild/definition.hpp"
#include "rebuild/new_partition.hpp"
#include "test_point.hpp"

namespace strata::rebuild
{

namespace
{

constexpr const char *check_name = "pg_strata_beside";

// One that the default partition has of its own: what it inherits by that name is not ours.
std::optional<bool> is_validated(Oid table)
{
    const ddl::FixedSettings settings;
    const pg::Spi spi;
    const pg::Rows rows = pg::query("SELECT convalidated::int::bigint FROM pg_constraint WHERE conrelid = $1 AND "
                                    "conname = $2 AND contype = 'c' AND coninhcount = 0",
                                    {pg::Param::oid(table), pg::Param::name(check_name)});
    return rows.empty() ? std::nullopt : std::optional(*rows.int8(0, 0) == 1);
}

void lock(const PartitionedTable &table, const catalog::Rebuild &rebuild, LOCKMODE mode)
{
    log::show_phase(log::Phase::locking);
    locks::acquire({table.parent.default_partition, mode}, {}, table.budget());
    check_definition(rebuild);
}

} // namespace

bool exclude(const PartitionedTable &table, const catalog::Rebuild &rebuild)
{
    const Oid the_default = table.parent.default_partition;
    if (!OidIsValid(rebuild.staged) || !OidIsValid(the_default))
        return false;
    const auto validated = is_validated(the_default);
    if (validated == true || (!validated && size_of(the_default).bytes.value_or(0) <= large_default))
        return false;
    const std::string alter = "ALTER TABLE " + pg::qualified_name(the_default);
    if (validated)
    {
        lock(table, rebuild, ShareUpdateExclusiveLock);
        log::show_phase(log::Phase::scanning);
        ddl::run(table.parent, {{alter + " VALIDATE CONSTRAINT " + check_name}});
        return true;
    }
    lock(table, rebuild, AccessExclusiveLock);
    log::show_phase(log::Phase::making);
    const Oid source = rebuild.sources.front().table;
    const std::string condition = own_condition(table.parent, source);
    ddl::run(table.parent,
             {{alter + " ADD CONSTRAINT " + check_name + " CHECK (NOT " + condition + ") NOT VALID"}});
    tie_check(the_default, check_name, source);
    test_point("rebuild.excluded");
    return true;
}

void keep_excluded(const catalog::Parent &parent, Oid source)
{
    if (OidIsValid(parent.default_partition) && is_validated(parent.default_partition))
        untie_check(parent.default_partition, check_name, source);
}

std::vector<ddl::Statement> readmit(const catalog::Parent &parent)
{
    const Oid the_default = parent.default_partition;
    if (!OidIsValid(the_default) || !is_validated(the_default))
        return {};
    return {{"ALTER TABLE " + pg::qualified_name(the_default) + " DROP CONSTRAINT " + check_name}};
}

} // namespace strata::rebuild
