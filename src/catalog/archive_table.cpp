#include "catalog/archive_table.hpp"

#include "catalog/citus.hpp"
#include "catalog/extension.hpp"
#include "catalog/partitions.hpp"
#include "catalog/stored_set.hpp"
#include "catalog/text_key.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata::catalog
{

namespace
{

using core::Error;
using core::ErrorKind;
using pg::Param;

std::string quoted(const std::string &name)
{
    return "\"" + name + "\"";
}

// What is the same for both, as PostgreSQL wants it of a table and its partitions, or as we do.  The first text
// that a query gives is what is wrong.
constexpr const char *columns_differ =
    "SELECT CASE WHEN a.attname IS NULL THEN 'It lacks column \"' || s.attname || '\".'"
    " WHEN s.attname IS NULL THEN 'Only it has column \"' || a.attname || '\".'"
    " WHEN a.attnotnull AND NOT s.attnotnull THEN 'Column \"' || a.attname || '\" is NOT NULL there.'"
    " WHEN (a.atttypid, a.atttypmod) IS DISTINCT FROM (s.atttypid, s.atttypmod)"
    " THEN 'Column \"' || a.attname || '\" is ' || format_type(a.atttypid, a.atttypmod) || ' there, not '"
    " || format_type(s.atttypid, s.atttypmod) || '.'"
    " ELSE 'Column \"' || a.attname || '\" has another collation, or is generated in another way.' END"
    " FROM (SELECT * FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped) AS a"
    " FULL JOIN (SELECT * FROM pg_attribute WHERE attrelid = $2 AND attnum > 0 AND NOT attisdropped) AS s"
    " ON s.attname = a.attname"
    " WHERE (a.atttypid, a.atttypmod, a.attcollation, a.attgenerated)"
    " IS DISTINCT FROM (s.atttypid, s.atttypmod, s.attcollation, s.attgenerated)"
    " OR (a.attnotnull AND NOT s.attnotnull) ORDER BY coalesce(s.attnum, a.attnum) LIMIT 1";

constexpr const char *constraints_differ =
    "SELECT 'It has constraint \"' || a.conname || '\": ' || pg_get_constraintdef(a.oid) || '.'"
    " FROM pg_constraint AS a WHERE a.conrelid = $1 AND a.contype IN ('c', 'f') AND NOT a.connoinherit"
    " AND NOT EXISTS (SELECT FROM pg_constraint AS s WHERE s.conrelid = $2 AND s.contype = a.contype"
    " AND (s.contype = 'f' OR s.conname = a.conname)"
    " AND pg_get_constraintdef(s.oid) = pg_get_constraintdef(a.oid)) ORDER BY a.conname LIMIT 1";

constexpr const char *indexes_differ =
    "SELECT 'It has index \"' || ac.relname || '\".' FROM pg_index AS a JOIN pg_class AS ac ON ac.oid = "
    "a.indexrelid"
    " WHERE a.indrelid = $1 AND NOT EXISTS (SELECT FROM pg_index AS s JOIN pg_class AS sc ON sc.oid = s.indexrelid"
    " WHERE s.indrelid = $2 AND s.indisvalid AND sc.relam = ac.relam AND s.indisunique = a.indisunique"
    " AND s.indnatts = a.indnatts AND s.indnkeyatts = a.indnkeyatts AND s.indclass = a.indclass"
    " AND s.indcollation = a.indcollation"
    " AND pg_get_expr(s.indexprs, s.indrelid) IS NOT DISTINCT FROM pg_get_expr(a.indexprs, a.indrelid)"
    " AND pg_get_expr(s.indpred, s.indrelid) IS NOT DISTINCT FROM pg_get_expr(a.indpred, a.indrelid)"
    " AND NOT EXISTS (SELECT FROM generate_series(1, a.indnatts) AS n"
    " WHERE pg_get_indexdef(s.indexrelid, n, true) IS DISTINCT FROM pg_get_indexdef(a.indexrelid, n, true))"
    " AND NOT EXISTS (SELECT FROM pg_constraint AS ak WHERE ak.conindid = a.indexrelid AND ak.conrelid = $1"
    " AND NOT EXISTS (SELECT FROM pg_constraint AS sk WHERE sk.conindid = s.indexrelid AND sk.conrelid = $2"
    " AND sk.contype = ak.contype AND pg_get_constraintdef(sk.oid) = pg_get_constraintdef(ak.oid))))"
    " ORDER BY ac.relname LIMIT 1";

std::string first_text(const char *query, const Parent &archive, const Parent &set)
{
    const AsExtensionOwner owner;
    const pg::Spi spi;
    const pg::Rows rows = pg::query(query, {Param::oid(archive.oid), Param::oid(set.oid)});
    return rows.empty() ? std::string() : rows.text(0, 0).value_or("");
}

void refuse_different(const std::string &message, const std::string &detail, const std::string &hint)
{
    if (!detail.empty())
        throw Error(ErrorKind::invalid_definition, message, detail, hint);
}

} // namespace

Oid find_archive(const std::string &name)
{
    const auto key = parse_key(name);
    const Oid found = key ? find_relation(*key) : InvalidOid;
    if (!OidIsValid(found))
        throw Error(ErrorKind::undefined_table, "table " + quoted(name) + " does not exist",
                    "retention_archive_table names it.",
                    "Write it as schema.table, without quotes, or create it first.");
    return found;
}

Parent read_archive(const std::string &name, const Parent &set)
{
    const Oid oid = find_archive(name);
    if (oid == set.oid)
        throw Error(ErrorKind::invalid_argument, "table " + quoted(name) + " cannot be its own archive",
                    "retention_archive_table names the table that partitions go to when they are retired.",
                    "Name another table.");
    const auto found = find_parent(oid);
    if (!found)
        throw Error(ErrorKind::wrong_object_type, "archive table " + quoted(name) + " is not partitioned",
                    "Retired partitions become partitions of it.",
                    "Create it with PARTITION BY " + set.key_text() + ".");
    const Parent &archive = *found;
    if (archive.is_partition)
        throw Error(ErrorKind::wrong_object_type, "archive table " + quoted(name) + " is a partition itself",
                    "It is one of " + pg::qualified_name(pg::call(get_partition_parent, oid, true)) + ".",
                    "Name a table that is no partition.");
    if (!pg::has_role(set.owner, archive.owner))
        throw Error(ErrorKind::insufficient_privilege,
                    "archive table " + quoted(name) + " belongs to another role than table " + quoted(set.text()),
                    "The owner of the set is " + quoted(pg::role_name(set.owner)) + ", that of the archive is " +
                        quoted(pg::role_name(archive.owner)) + ".",
                    "Give it to the owner of the set with ALTER TABLE ... OWNER TO.");
    if (is_distributed(oid) || is_distributed(set.oid))
        throw Error(ErrorKind::feature_not_supported, "archive tables are not there for tables that Citus manages",
                    "Table " + quoted(name) + " or " + quoted(set.text()) + " is one.");
    const std::string same = "Make it like the set: CREATE TABLE ... (LIKE " + set.quoted() +
                             " INCLUDING ALL) PARTITION BY " + set.key_text() + ".";
    if (archive.expression_key || archive.key_text() != set.key_text())
        throw Error(ErrorKind::invalid_definition,
                    "archive table " + quoted(name) + " is partitioned by another key than table " +
                        quoted(set.text()),
                    "It is partitioned by " + archive.key_text() + ", the set by " + set.key_text() + ".", same);
    const std::string what = " than table " + quoted(set.text());
    refuse_different("archive table " + quoted(name) + " has other columns" + what,
                     first_text(columns_differ, archive, set), same);
    refuse_different("archive table " + quoted(name) + " has other constraints" + what,
                     first_text(constraints_differ, archive, set),
                     "Add the same constraint to the set, or drop it there.");
    refuse_different("archive table " + quoted(name) + " has other indexes" + what,
                     first_text(indexes_differ, archive, set),
                     "Create the same index on the set, or drop it there: it would have to be built under locks.");
    if (OidIsValid(archive.default_partition) && has_rows(archive.default_partition))
        throw Error(ErrorKind::not_in_prerequisite_state,
                    "the default partition of archive table " + quoted(name) + " has rows",
                    "All of them would have to be looked at under locks whenever a partition is attached.",
                    "Move the rows out of it, or drop it.");
    return archive;
}

void check_archive_ranges(const StoredSet &set, const Parent &table, Parent archive)
{
    Parent parent = table;
    const core::Codec codec = to_config(set, table).codec();
    parent.key = archive.key = codec.key();
    const std::vector<core::Partition> ours = read_partitions(parent).partitions;
    const std::vector<core::Partition> theirs = read_partitions(archive).partitions;
    for (auto one = ours.begin(), other = theirs.begin(); one != ours.end() && other != theirs.end();)
    {
        if (core::overlaps(one->range, other->range))
            throw Error(ErrorKind::invalid_definition,
                        "partition " + quoted(name_of(other->oid)) + " of archive table " + quoted(archive.text()) +
                            " overlaps partition " + quoted(name_of(one->oid)) + " of the set",
                        "It is " + core::range_text(other->range, codec) +
                            ", so the latter could not become a partition there.",
                        "Drop it, or detach it.");
        (one->range.upper <= other->range.upper ? one : other)++;
    }
}

} // namespace strata::catalog
