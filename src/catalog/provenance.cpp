#include "catalog/provenance.hpp"

#include "catalog/config_columns.hpp"
#include "catalog/extension.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/table_row.hpp"
#include "catalog/text_key.hpp"
#include "core/error.hpp"
#include "pg/relation.hpp"
#include "pg/saved_plan.hpp"
#include "pg/spi.hpp"

namespace strata::catalog
{

namespace
{

using pg::Param;

Param system_identifier()
{
    return Param::int8(current_identity().system_identifier);
}

Param database()
{
    return Param::oid(current_identity().database);
}

} // namespace

namespace
{

void record_all(const std::vector<Made> &partitions, const char *provenance)
{
    if (partitions.empty())
        return;
    std::vector<Oid> parents;
    std::vector<Oid> children;
    std::vector<std::string> names;
    for (const Made &one : partitions)
    {
        names.push_back(!parents.empty() && parents.back() == one.parent ? names.back() : text_key(one.parent));
        parents.push_back(one.parent);
        children.push_back(one.partition);
    }
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    pg::execute_saved(
        "INSERT INTO " + own_table("managed_partition") +
            " AS m (parent_oid, partition_oid, system_identifier, database_oid, parent_table,"
            " partition_schema, partition_table, provenance)"
            " SELECT w.parent, c.oid, $4, $5, w.parent_table, n.nspname, c.relname, $6"
            " FROM unnest($1, $2, $3) AS w (parent, partition, parent_table)"
            " JOIN pg_class AS c ON c.oid = w.partition JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            // An oid that was left behind by another set, or a partition that comes back, begins anew.
            " ON CONFLICT (partition_oid, system_identifier, database_oid) DO UPDATE"
            " SET parent_oid = excluded.parent_oid, parent_table = excluded.parent_table,"
            " partition_schema = excluded.partition_schema, partition_table = excluded.partition_table,"
            " provenance = excluded.provenance, bound = NULL, created_at = pg_catalog.now(),"
            " detached_at = NULL, retired_as = NULL, retired_from = NULL, drop_due = NULL,"
            " held_since = NULL, retiring_since = NULL, retiring_as = NULL, asked_since = NULL"
            " WHERE m.parent_oid IS DISTINCT FROM excluded.parent_oid OR m.detached_at IS NOT NULL",
        {Param::oid_array(parents), Param::oid_array(children), Param::text_array(names), system_identifier(),
         database(), Param::text(provenance)});
}

} // namespace

void record(Oid parent, const std::vector<Oid> &partitions, core::Provenance provenance)
{
    std::vector<Made> all;
    for (const Oid partition : partitions)
        all.push_back({parent, partition});
    record_all(all, provenance == core::Provenance::adopted ? "adopted" : "made");
}

void record_made(const std::vector<Made> &made)
{
    record_all(made, "made");
}

namespace
{

const char *text_of(core::WayOut way_out)
{
    switch (way_out)
    {
    case core::WayOut::drop:
        return "drop";
    case core::WayOut::detach:
        return "detach";
    case core::WayOut::move:
        return "move";
    case core::WayOut::archive:
        return "archive";
    }
    throw std::logic_error("way out of a set out of range");
}

std::optional<core::WayOut> way_out_of(std::string_view text)
{
    using enum core::WayOut;
    for (const core::WayOut one : {drop, detach, move, archive})
        if (text == text_of(one))
            return one;
    return std::nullopt;
}

} // namespace

std::optional<core::WayOut> asked(const TableRow &row)
{
    return row.is_null(partition::asked_since) || row.is_null(partition::retiring_as) ||
                   !row.is_null(partition::detached_at)
               ? std::nullopt
               : way_out_of(row.text(partition::retiring_as));
}

std::unordered_map<Oid, Recorded> provenance_of(Oid parent)
{
    std::unordered_map<Oid, Recorded> known;
    const OwnTable table("managed_partition");
    scan_by_oid(table, own_index("managed_partition", "managed_partition_parent_oid_idx"), partition::parent_oid,
                parent, [&](const TableRow &row) {
                    if (is_ours(row, partition::system_identifier, partition::database_oid))
                        known.emplace(row.oid(partition::partition_oid),
                                      Recorded{row.text(partition::provenance) == "adopted"
                                                   ? core::Provenance::adopted
                                                   : core::Provenance::made,
                                               !row.is_null(partition::held_since), asked(row)});
                });
    return known;
}

Leaving leaving(Oid partition)
{
    const AsExtensionOwner owner;
    // Bounds are printed by settings of the session, and read back under others.
    pg::Settings settings;
    settings.set("DateStyle", "ISO, MDY");
    settings.set("TimeZone", "UTC");
    settings.set("extra_float_digits", "1");
    const pg::Spi spi;
    const pg::Rows rows =
        pg::query("SELECT pg_catalog.pg_get_expr(c.relpartbound, c.oid), n.nspname::text FROM pg_class AS c"
                  " JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = $1",
                  {Param::oid(partition)});
    if (rows.empty() || rows.is_null(0, 0))
        throw core::Error(core::ErrorKind::undefined_table, "the partition is gone");
    return {.bound = *rows.text(0, 0), .schema = *rows.text(0, 1)};
}

namespace
{

const char *text_of(RetiredAs how)
{
    switch (how)
    {
    case RetiredAs::detached:
        return "detached";
    case RetiredAs::moved:
        return "moved";
    case RetiredAs::archived:
        return "archived";
    }
    throw std::logic_error("retirement out of range");
}

} // namespace

void mark_detached(Oid partition, const Retired &retired)
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    pg::execute("UPDATE " + own_table("managed_partition") +
                    " AS m SET bound = $4, detached_at = $5, retired_as = $6, retired_from = $7, drop_due = $8,"
                    " partition_schema = n.nspname, partition_table = c.relname,"
                    " retiring_since = CASE WHEN $9 IS NOT NULL THEN coalesce(m.retiring_since, $5) END,"
                    " retiring_as = $9, asked_since = CASE WHEN $9 IS NOT NULL THEN m.asked_since END FROM "
                    "pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
                    " WHERE c.oid = $1 AND m.partition_oid = c.oid"
                    " AND m.system_identifier = $2 AND m.database_oid = $3",
                {Param::oid(partition), system_identifier(), database(), Param::text(retired.before.bound),
                 Param::timestamptz(retired.at), Param::text(text_of(retired.how)),
                 Param::text(retired.before.schema), Param::optional_timestamptz(retired.drop_due),
                 retired.left_to_do ? Param::text(text_of(*retired.left_to_do)) : Param::null_of(TEXTOID)});
}

namespace
{

// As the history has it.
std::string without_for_values(const std::string &bound)
{
    const std::string_view prefix = "FOR VALUES ";
    return bound.starts_with(prefix) ? bound.substr(prefix.size()) : bound;
}

void intend(Oid partition, core::WayOut way_out, const std::string &assignments)
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    pg::execute("UPDATE " + own_table("managed_partition") + " SET retiring_as = $4, " + assignments +
                    " WHERE partition_oid = $1 AND system_identifier = $2 AND database_oid = $3",
                {Param::oid(partition), system_identifier(), database(), Param::text(text_of(way_out))});
}

} // namespace

std::vector<core::Retired> retired_of(Oid parent, TimestampTz now)
{
    std::vector<core::Retired> found;
    const OwnTable table("managed_partition");
    scan_by_oid(table, own_index("managed_partition", "managed_partition_parent_oid_idx"), partition::parent_oid,
                parent, [&](const TableRow &row) {
                    const auto due = row.optional_timestamptz(partition::drop_due);
                    const Oid oid = row.oid(partition::partition_oid);
                    if (!due || row.is_null(partition::detached_at) ||
                        !is_ours(row, partition::system_identifier, partition::database_oid))
                        return;
                    // Whoever has attached it somewhere means to keep it.
                    if (*due <= now && (!pg::relation_exists(oid) || pg::call(get_rel_relispartition, oid)))
                        return;
                    found.push_back({.oid = oid,
                                     .schema = std::string(row.text(partition::partition_schema)),
                                     .name = std::string(row.text(partition::partition_table)),
                                     .bound = without_for_values(row.optional_text(partition::bound).value_or("")),
                                     .detached_at = *row.optional_timestamptz(partition::detached_at),
                                     .drop_due = due,
                                     .held = !row.is_null(partition::held_since)});
                });
    return found;
}

std::vector<Unsettled> unsettled_of(Oid parent)
{
    std::vector<Unsettled> found;
    const OwnTable table("managed_partition");
    scan_by_oid(table, own_index("managed_partition", "managed_partition_unsettled_idx"), partition::parent_oid,
                parent, [&](const TableRow &row) {
                    const Oid oid = row.oid(partition::partition_oid);
                    const auto intended = way_out_of(row.text(partition::retiring_as));
                    const auto bound = row.optional_text(partition::bound);
                    if (!intended || !bound || row.is_null(partition::detached_at) ||
                        !is_ours(row, partition::system_identifier, partition::database_oid))
                        return;
                    // Whoever has attached it somewhere means to keep it.
                    if (!pg::relation_exists(oid) || pg::call(get_rel_relispartition, oid))
                        return;
                    const std::string schema(row.text(partition::partition_schema));
                    found.push_back(
                        {.table = {.oid = oid,
                                   .schema = schema,
                                   .name = std::string(row.text(partition::partition_table)),
                                   .bound = without_for_values(*bound),
                                   .detached_at = *row.optional_timestamptz(partition::detached_at),
                                   .drop_due = std::nullopt,
                                   .held = !row.is_null(partition::held_since)},
                         .intended = *intended,
                         .asked = !row.is_null(partition::asked_since),
                         .before = {.bound = *bound,
                                    .schema = row.optional_text(partition::retired_from).value_or(schema)}});
                });
    return found;
}

void begin_retiring(Oid partition, core::WayOut way_out)
{
    intend(partition, way_out, "retiring_since = pg_catalog.clock_timestamp()");
}

void ask_to_retire(Oid partition, core::WayOut way_out)
{
    intend(partition, way_out, "asked_since = pg_catalog.clock_timestamp(), held_since = NULL");
}

std::unordered_map<Oid, core::WayOut> asked_of(Oid parent)
{
    std::unordered_map<Oid, core::WayOut> found;
    const OwnTable table("managed_partition");
    scan_by_oid(table, own_index("managed_partition", "managed_partition_unsettled_idx"), partition::parent_oid,
                parent, [&](const TableRow &row) {
                    const auto way_out = asked(row);
                    if (way_out && is_ours(row, partition::system_identifier, partition::database_oid))
                        found.emplace(row.oid(partition::partition_oid), *way_out);
                });
    return found;
}

std::optional<Intent> intended(Oid partition)
{
    std::optional<Intent> found;
    const OwnTable table("managed_partition");
    scan_by_oid(
        table, own_index("managed_partition", "managed_partition_identity_key"), partition::partition_oid,
        partition, [&](const TableRow &row) {
            if (!is_ours(row, partition::system_identifier, partition::database_oid) ||
                row.is_null(partition::retiring_as))
                return;
            if (const auto way_out = way_out_of(row.text(partition::retiring_as)))
                found = Intent{*way_out, !row.is_null(partition::asked_since), !row.is_null(partition::held_since)};
        });
    return found;
}

std::optional<Record> find_record(Oid partition)
{
    std::optional<Record> found;
    const OwnTable table("managed_partition");
    scan_by_oid(table, own_index("managed_partition", "managed_partition_identity_key"), partition::partition_oid,
                partition, [&](const TableRow &row) {
                    if (!is_ours(row, partition::system_identifier, partition::database_oid))
                        return;
                    const auto bound = row.optional_text(partition::bound);
                    found = Record{.parent = row.oid(partition::parent_oid),
                                   .parent_table = std::string(row.text(partition::parent_table)),
                                   .retired = bound && !row.is_null(partition::detached_at),
                                   .archived = row.optional_text(partition::retired_as) == "archived",
                                   .bound = bound.value_or(""),
                                   .retired_from = row.optional_text(partition::retired_from)};
                });
    return found;
}

namespace
{

void update_one(Oid partition, const std::string &assignments)
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    pg::execute("UPDATE " + own_table("managed_partition") + " AS m SET " + assignments +
                    " FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
                    " WHERE c.oid = $1 AND m.partition_oid = c.oid"
                    " AND m.system_identifier = $2 AND m.database_oid = $3",
                {Param::oid(partition), system_identifier(), database()});
}

} // namespace

void mark_attached(Oid partition, bool held)
{
    update_one(partition, std::string(held ? "held_since = pg_catalog.now()," : "") +
                              " bound = NULL, detached_at = NULL, retired_as = NULL, retired_from = NULL,"
                              " drop_due = NULL, retiring_since = NULL, retiring_as = NULL, asked_since = NULL,"
                              " partition_schema = n.nspname, partition_table = c.relname");
}

void set_held(Oid partition, bool held)
{
    update_one(partition, held ? "held_since = coalesce(m.held_since, pg_catalog.now()), asked_since = NULL,"
                                 // What has begun already is brought to its end.
                                 " retiring_as = CASE WHEN m.asked_since IS NULL OR m.retiring_since IS NOT NULL"
                                 " AND m.detached_at IS NULL THEN m.retiring_as END"
                               : "held_since = NULL");
}

void forget(const std::vector<Oid> &partitions)
{
    if (partitions.empty())
        return;
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    pg::execute("DELETE FROM " + own_table("managed_partition") +
                    " WHERE partition_oid = ANY ($1) AND system_identifier = $2 AND database_oid = $3",
                {Param::oid_array(partitions), system_identifier(), database()});
}

std::vector<Begun> begun_detaches()
{
    const AsExtensionOwner owner;
    const pg::Spi spi;
    const pg::Rows rows = pg::query("SELECT parent_oid, partition_oid FROM " + own_table("managed_partition") +
                                        " WHERE retiring_since IS NOT NULL AND detached_at IS NULL"
                                        " AND system_identifier = $1 AND database_oid = $2 ORDER BY partition_oid",
                                    {system_identifier(), database()});
    std::vector<Begun> found;
    for (std::size_t i = 0; i < rows.size(); i++)
        found.push_back({rows.oid(i, 0), rows.oid(i, 1)});
    return found;
}

void forget_set(Oid parent)
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    const std::string ours = " WHERE parent_oid = $1 AND system_identifier = $2 AND database_oid = $3";
    const std::string leaving = "(retiring_since IS NOT NULL AND detached_at IS NULL)";
    const std::vector<Param> ids{Param::oid(parent), system_identifier(), database()};
    pg::execute("DELETE FROM " + own_table("managed_partition") + ours + " AND NOT " + leaving, ids);
    // Nor does the wish that it shall go outlive the set, should the table become one again.
    pg::execute("UPDATE " + own_table("managed_partition") + " SET asked_since = NULL" + ours + " AND " + leaving,
                ids);
}

} // namespace strata::catalog
