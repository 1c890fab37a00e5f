#include "ddl/handover.hpp"

#include "ddl/grants.hpp"
#include "ddl/owner_scope.hpp"
#include "ddl/policies.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

#include <set>
#include <string>
#include <string_view>

namespace strata::ddl
{

namespace
{

// $1 is the model, $2 the table.  `same` pairs their columns of one name and type.
constexpr std::string_view common = R"(
WITH names AS (SELECT format('%I.%I', n.nspname, c.relname) AS name, c.oid, c.relname, n.oid AS schema
                 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid IN ($1, $2)),
m AS (SELECT * FROM names WHERE oid = $1),
t AS (SELECT * FROM names WHERE oid = $2),
same AS (SELECT t.name AS table_name, quote_ident(a.attname) AS column_name, a.attnum AS model_number, b.attnum AS number,
                format('ALTER TABLE %s ALTER COLUMN %I ', t.name, a.attname) AS alter_column
           FROM pg_attribute a JOIN pg_attribute b ON b.attname = a.attname AND b.atttypid = a.atttypid, t
          WHERE a.attrelid = $1 AND b.attrelid = $2 AND a.attnum > 0 AND b.attnum > 0 AND NOT a.attisdropped AND NOT b.attisdropped),
-- What an index is, apart from its name and its table.
index_of AS (SELECT i.indrelid, i.indexrelid, i.indisunique, i.indisreplident, k.oid AS key, k.contype AS kind, k.conname,
                    substr(pg_get_indexdef(i.indexrelid),
                           length('CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(c.relname) ||
                                  ' ON ' || CASE c.relkind WHEN 'I' THEN 'ONLY ' ELSE '' END || names.name) + 1) AS definition
               FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN names ON names.oid = i.indrelid
                    LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')),
pairs AS (SELECT a.indexrelid AS model_index, b.indexrelid AS index, a.key AS model_key, b.key
            FROM index_of a JOIN index_of b ON b.definition = a.definition AND b.indisunique = a.indisunique AND b.kind IS NOT DISTINCT FROM a.kind
           WHERE a.indrelid = $1 AND b.indrelid = $2)
)";

const char *const columns = R"(
SELECT alter_column || 'SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
  FROM same JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = model_number JOIN pg_attribute b ON b.attrelid = $2 AND b.attnum = number
       JOIN pg_attrdef d ON d.adrelid = $1 AND d.adnum = model_number
 WHERE a.attgenerated = '' AND NOT b.atthasdef AND b.attidentity = ''
UNION ALL
SELECT alter_column || 'SET NOT NULL'
  FROM same JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = model_number JOIN pg_attribute b ON b.attrelid = $2 AND b.attnum = number
 WHERE a.attnotnull AND NOT b.attnotnull
UNION ALL
SELECT format('%sADD GENERATED %s AS IDENTITY (START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s)', alter_column,
              CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
              CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END)
  FROM same JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = model_number JOIN pg_attribute b ON b.attrelid = $2 AND b.attnum = number
       JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = $1 AND d.refobjsubid = model_number AND d.deptype = 'i' AND
                           d.classid = 'pg_class'::regclass
       JOIN pg_sequence s ON s.seqrelid = d.objid
 WHERE a.attidentity <> '' AND b.attidentity = '' AND NOT b.atthasdef
UNION ALL
SELECT alter_column || 'SET STATISTICS ' || a.attstattarget
  FROM same JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = model_number JOIN pg_attribute b ON b.attrelid = $2 AND b.attnum = number
 WHERE coalesce(a.attstattarget, -1) >= 0 AND coalesce(b.attstattarget, -1) < 0
UNION ALL
SELECT alter_column || 'SET (' || string_agg(option, ', ') || ')'
  FROM same JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = model_number JOIN pg_attribute b ON b.attrelid = $2 AND b.attnum = number,
       unnest(a.attoptions) AS option
 WHERE option NOT LIKE 'pg\_attver=%' AND b.attoptions IS DISTINCT FROM a.attoptions
 GROUP BY alter_column
UNION ALL
SELECT alter_column || 'SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
  FROM same JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = model_number JOIN pg_attribute b ON b.attrelid = $2 AND b.attnum = number
       JOIN pg_type y ON y.oid = a.atttypid
 WHERE a.attstorage <> b.attstorage AND b.attstorage = y.typstorage
UNION ALL
SELECT alter_column || 'SET COMPRESSION ' || CASE a.attcompression WHEN 'p' THEN 'pglz' ELSE 'lz4' END
  FROM same JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = model_number JOIN pg_attribute b ON b.attrelid = $2 AND b.attnum = number
 WHERE a.attcompression <> '' AND b.attcompression = ''
UNION ALL
-- A sequence that goes with the model's column shall not be dropped with it.
SELECT format('ALTER SEQUENCE %I.%I OWNED BY %s.%s', n.nspname, s.relname, table_name, column_name)
  FROM same JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = $1 AND d.refobjsubid = model_number AND d.deptype = 'a' AND
                                d.classid = 'pg_class'::regclass
       JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_namespace n ON n.oid = s.relnamespace JOIN t ON t.schema = n.oid
)";

const char *const constraints = R"(
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', t.name, k.conname, pg_get_constraintdef(k.oid))
  FROM pg_constraint k, t
 WHERE k.conrelid = $1 AND k.contype = 'c' AND
       NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conrelid = $2 AND o.contype = 'c' AND
                          (o.conname = k.conname OR pg_get_constraintdef(o.oid) = pg_get_constraintdef(k.oid)))
 ORDER BY k.conname
)";

const char *const indexes = R"(
SELECT CASE WHEN i.key IS NULL
            THEN format('CREATE %sINDEX ON %s%s', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, t.name, i.definition)
            ELSE format('ALTER TABLE %s ADD %s', t.name, pg_get_constraintdef(i.key)) END
  FROM index_of i, t
 WHERE i.indrelid = $1 AND NOT EXISTS (SELECT FROM pairs WHERE model_index = i.indexrelid) AND
       NOT (i.kind IS NOT DISTINCT FROM 'p' AND EXISTS (SELECT FROM pg_index o WHERE o.indrelid = $2 AND o.indisprimary))
 ORDER BY i.kind IS NULL, i.indexrelid
)";

// A name in quotes can hold what comes before the name that is looked for: all quotes are skipped.
const char *const foreign_keys = R"(
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', t.name, k.conname, d.definition)
  FROM pg_constraint k, t, m,
       LATERAL (SELECT CASE WHEN k.confrelid = $1 THEN overlay(whole PLACING t.name FROM length(substring(whole FROM '^((?:[^"]|"(?:[^"]|"")*")*? REFERENCES )')) + 1 FOR length(m.name))
                            ELSE whole END AS definition
                  FROM pg_get_constraintdef(k.oid) AS whole) d
 WHERE k.conrelid = $1 AND k.contype = 'f' AND
       -- A partitioned table that refers to itself has one more for each of its partitions.
       (k.confrelid = $1 OR NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = $1)) AND
       NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conrelid = $2 AND o.contype = 'f' AND
                          (o.conname = k.conname OR pg_get_constraintdef(o.oid) = d.definition))
 ORDER BY k.conname
)";

const char *const triggers = R"(
SELECT statement FROM (
    SELECT g.tgname, 1 AS n, overlay(d.definition PLACING t.name FROM length(d.before) + 1 FOR length(m.name)) AS statement
      FROM pg_trigger g, t, m, LATERAL (SELECT definition, substring(definition FROM '^((?:[^"]|"(?:[^"]|"")*")*? ON )') AS before FROM pg_get_triggerdef(g.oid) AS definition) d
     WHERE g.tgrelid = $1 AND NOT g.tgisinternal AND starts_with(substr(d.definition, length(d.before) + 1), m.name || ' ') AND
           NOT EXISTS (SELECT FROM pg_trigger o WHERE o.tgrelid = $2 AND o.tgname = g.tgname)
    UNION ALL
    SELECT g.tgname, 2, format('ALTER TABLE %s %s TRIGGER %I', t.name,
                               CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, g.tgname)
      FROM pg_trigger g, t
     WHERE g.tgrelid = $1 AND NOT g.tgisinternal AND g.tgenabled <> 'O' AND
           NOT EXISTS (SELECT FROM pg_trigger o WHERE o.tgrelid = $2 AND o.tgname = g.tgname)) s
 ORDER BY tgname, n
)";

const char *const row_security = R"(
SELECT format('ALTER TABLE %s %s ROW LEVEL SECURITY', t.name, word)
  FROM t, pg_class a, pg_class b, LATERAL (VALUES ('ENABLE', a.relrowsecurity AND NOT b.relrowsecurity),
                                                  ('FORCE', a.relforcerowsecurity AND NOT b.relforcerowsecurity)) w (word, wanted)
 WHERE a.oid = $1 AND b.oid = $2 AND wanted
)";

const char *const comments = R"(
SELECT format('COMMENT ON TABLE %s IS %L', t.name, obj_description($1, 'pg_class'))
  FROM t WHERE obj_description($1, 'pg_class') IS NOT NULL AND obj_description($2, 'pg_class') IS NULL
UNION ALL
SELECT format('COMMENT ON COLUMN %s.%s IS %L', table_name, column_name, col_description($1, model_number))
  FROM same WHERE col_description($1, model_number) IS NOT NULL AND col_description($2, number) IS NULL
UNION ALL
SELECT format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, t.name, obj_description(k.oid, 'pg_constraint'))
  FROM pg_constraint k JOIN pg_constraint o ON o.conrelid = $2 AND o.conname = k.conname, t
 WHERE k.conrelid = $1 AND k.contype IN ('c', 'f') AND obj_description(k.oid, 'pg_constraint') IS NOT NULL AND
       obj_description(o.oid, 'pg_constraint') IS NULL
UNION ALL
SELECT format('COMMENT ON TRIGGER %I ON %s IS %L', g.tgname, t.name, obj_description(g.oid, 'pg_trigger'))
  FROM pg_trigger g JOIN pg_trigger o ON o.tgrelid = $2 AND o.tgname = g.tgname, t
 WHERE g.tgrelid = $1 AND NOT g.tgisinternal AND obj_description(g.oid, 'pg_trigger') IS NOT NULL AND obj_description(o.oid, 'pg_trigger') IS NULL
UNION ALL
SELECT format('COMMENT ON INDEX %I.%I IS %L', n.nspname, c.relname, obj_description(model_index, 'pg_class'))
  FROM pairs JOIN pg_class c ON c.oid = index JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE obj_description(model_index, 'pg_class') IS NOT NULL AND obj_description(index, 'pg_class') IS NULL
UNION ALL
SELECT format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, t.name, obj_description(model_key, 'pg_constraint'))
  FROM pairs JOIN pg_constraint k ON k.oid = key, t
 WHERE obj_description(model_key, 'pg_constraint') IS NOT NULL AND obj_description(key, 'pg_constraint') IS NULL
)";

const char *const replica_identity = R"(
SELECT CASE a.relreplident WHEN 'f' THEN format('ALTER TABLE %s REPLICA IDENTITY FULL', t.name)
                           WHEN 'n' THEN format('ALTER TABLE %s REPLICA IDENTITY NOTHING', t.name)
                           ELSE (SELECT format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', t.name, c.relname)
                                   FROM pairs JOIN pg_index i ON i.indexrelid = model_index AND i.indisreplident JOIN pg_class c ON c.oid = index
                                  LIMIT 1) END
  FROM pg_class a, pg_class b, t WHERE a.oid = $1 AND b.oid = $2 AND a.relreplident <> 'd' AND b.relreplident = 'd'
)";

// Where the next value of the model's column lies beyond that of the table's.
const char *const counters = R"(
SELECT alter_column || 'RESTART WITH ' || next.of_model
  FROM same JOIN pg_depend a ON a.refclassid = 'pg_class'::regclass AND a.refobjid = $1 AND a.refobjsubid = model_number AND a.deptype = 'i' AND
                                a.classid = 'pg_class'::regclass
       JOIN pg_depend b ON b.refclassid = 'pg_class'::regclass AND b.refobjid = $2 AND b.refobjsubid = number AND b.deptype = 'i' AND
                           b.classid = 'pg_class'::regclass
       JOIN pg_sequence x ON x.seqrelid = a.objid JOIN pg_sequence y ON y.seqrelid = b.objid,
       LATERAL (SELECT coalesce(pg_sequence_last_value(x.seqrelid)::numeric + x.seqincrement, x.seqstart) AS of_model,
                       coalesce(pg_sequence_last_value(y.seqrelid)::numeric + y.seqincrement, y.seqstart) AS own) next
 WHERE sign(x.seqincrement) = sign(y.seqincrement) AND next.of_model BETWEEN y.seqmin AND y.seqmax AND
       (next.of_model - next.own) * sign(x.seqincrement) > 0
)";

const char *const publications = R"(
SELECT format('ALTER PUBLICATION %I ADD TABLE %s%s%s', p.pubname, t.name,
              ' (' || (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                        WHERE attrelid = $1 AND attnum = ANY (r.prattrs::int2[])) || ')',
              ' WHERE ' || pg_get_expr(r.prqual, r.prrelid))
  FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid, t
 WHERE r.prrelid = $1 AND NOT EXISTS (SELECT FROM pg_publication_rel o WHERE o.prrelid = $2 AND o.prpubid = r.prpubid)
)";

void add(std::vector<std::string> &statements, const char *what, Oid model, Oid table)
{
    const pg::Rows rows = pg::query(std::string(common) + what, {pg::Param::oid(model), pg::Param::oid(table)});
    for (size_t i = 0; i < rows.size(); i++)
        if (auto statement = rows.text(i, 0))
            statements.push_back(std::move(*statement));
}

void add_policies(std::vector<std::string> &statements, Oid model, Oid table)
{
    std::set<std::string> known;
    for (const Policy &policy : policies_of(table))
        known.insert(policy.name);
    std::vector<Policy> missing = policies_of(model);
    std::erase_if(missing, [&](const Policy &policy) { return known.contains(policy.name); });
    for (std::string &statement :
         policy_statements(model, missing, pg::relation_name(table), pg::qualified_name(table)))
        statements.push_back(std::move(statement));
}

// What both have: nobody loses a privilege.
void add_grants(std::vector<std::string> &statements, Oid model, Oid table)
{
    const TableGrants have = read_grants(table);
    TableGrants want = have;
    const auto join = [](Grants &grants, const Grants &more) {
        for (const auto &[grantee, grant] : more)
        {
            grants[grantee].privileges |= grant.privileges;
            grants[grantee].grantable |= grant.grantable;
        }
    };
    const TableGrants given = read_grants(model);
    join(want.table, given.table);
    for (const auto &[column, grants] : given.columns)
        if (pg::call(get_attnum, table, column.c_str()) != InvalidAttrNumber)
            join(want.columns[column], grants);
    for (std::string &statement : grant_statements(pg::qualified_name(table), have, want))
        statements.push_back(std::move(statement));
}

} // namespace

std::vector<std::string> handover_statements(Oid model, Oid table)
{
    const pg::Spi spi;
    const FixedSettings settings;
    std::vector<std::string> statements;
    for (const char *what : {columns, constraints, indexes, foreign_keys, triggers, row_security})
        add(statements, what, model, table);
    add_policies(statements, model, table);
    add_grants(statements, model, table);
    return statements;
}

std::vector<std::string> handover_finish(Oid model, Oid table)
{
    const pg::Spi spi;
    const FixedSettings settings;
    std::vector<std::string> statements;
    for (const char *what : {replica_identity, counters, comments})
        add(statements, what, model, table);
    return statements;
}

std::vector<std::string> publication_statements(Oid model, Oid table)
{
    const pg::Spi spi;
    const FixedSettings settings;
    std::vector<std::string> statements;
    add(statements, publications, model, table);
    return statements;
}

} // namespace strata::ddl
