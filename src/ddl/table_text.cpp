#include "ddl/table_text.hpp"

#include "ddl/grants.hpp"
#include "ddl/owner_scope.hpp"
#include "ddl/policies.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

#include <string_view>

namespace strata::ddl
{

namespace
{

// $1 is the table.
constexpr std::string_view common = R"(
WITH t AS (SELECT c.*, format('%I.%I', n.nspname, c.relname) AS name
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1),
a AS (SELECT a.*, format('ALTER TABLE %s ALTER COLUMN %I ', t.name, a.attname) AS alter_column
        FROM pg_attribute a, t WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped),
-- Sequences that belong to columns: of identity columns (i) and of serial ones (a).
q AS (SELECT s.*, d.deptype, d.refobjsubid AS number, format('%I.%I', n.nspname, c.relname) AS name, c.relacl, c.relowner,
             format(' START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s', s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
                    CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END) AS options
        FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid JOIN pg_class c ON c.oid = d.objid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $1 AND d.deptype IN ('a', 'i')),
-- Indexes that are not made by a constraint of their own, and those that are.
x AS (SELECT i.*, c.relname, c.reltablespace, format('%I.%I', n.nspname, c.relname) AS name, k.oid AS key
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
       WHERE i.indrelid = $1),
-- NOT NULL that cannot be said with the column; only from 18 on.
l AS (SELECT * FROM pg_constraint WHERE conrelid = $1 AND contype = 'n' AND (NOT convalidated OR connoinherit))
)";

const char *const sequences = R"(
SELECT format('CREATE SEQUENCE %s AS %s%s', name, format_type(seqtypid, NULL), options) FROM q WHERE deptype = 'a' ORDER BY number
)";

// A partition has no identity columns of its own.  From 18 on its NOT NULL has the name of the parent's.
const char *const shape = R"(
SELECT format('CREATE %sTABLE %s (%s', CASE t.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, t.name,
              coalesce(E'\n    ' || (SELECT string_agg(line, E',\n    ' ORDER BY attnum) FROM (
           SELECT a.attnum, concat(quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod),
                  CASE WHEN a.attcollation <> y.typcollation THEN (SELECT format(' COLLATE %I.%I', n.nspname, l.collname)
                        FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace WHERE l.oid = a.attcollation) END,
                  CASE WHEN a.attgenerated <> '' THEN format(' GENERATED ALWAYS AS (%s) %s', pg_get_expr(d.adbin, $1),
                                                            CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END)
                       WHEN a.attidentity <> '' AND NOT t.relispartition
                       THEN format(' GENERATED %s AS IDENTITY (SEQUENCE NAME %s%s)', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, q.name, q.options)
                       WHEN d.oid IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, $1) END,
                  (SELECT format(' CONSTRAINT %I', k.conname) FROM pg_constraint k JOIN pg_class o ON o.oid = k.conrelid
                    WHERE k.conrelid = $1 AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] AND k.conname <> concat(o.relname, '_', a.attname, '_not_null')
                          AND k.oid NOT IN (SELECT oid FROM l)),
                  CASE WHEN a.attnotnull AND ARRAY[a.attnum] NOT IN (SELECT conkey FROM l) THEN ' NOT NULL' END) AS line
             FROM a JOIN pg_type y ON y.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = $1 AND d.adnum = a.attnum
                  LEFT JOIN q ON q.number = a.attnum AND q.deptype = 'i') lines) || E'\n', '')) || ')' ||
       CASE WHEN t.relkind = 'p' THEN E' PARTITION BY ' || pg_get_partkeydef($1) ELSE '' END ||
       coalesce((SELECT ' USING ' || quote_ident(m.amname) FROM pg_am m WHERE m.oid = t.relam AND m.amname <> 'heap'), '') ||
       coalesce((SELECT format(' WITH (%s)', string_agg(prefix || format('%I=%L', split_part(option, '=', 1), substr(option, position('=' IN option) + 1)), ', '))
                   FROM (SELECT '', unnest(t.reloptions) UNION ALL SELECT 'toast.', unnest(o.reloptions) FROM pg_class o WHERE o.oid = t.reltoastrelid) o (prefix, option)
                 HAVING count(*) > 0), '') ||
       coalesce((SELECT ' TABLESPACE ' || quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid = t.reltablespace), '')
  FROM t
)";

const char *const ownership = R"(
SELECT format('ALTER TABLE %s OWNER TO %I', t.name, pg_get_userbyid(t.relowner)) FROM t
UNION ALL
(SELECT format('ALTER SEQUENCE %s OWNER TO %I', q.name, pg_get_userbyid(t.relowner)) FROM q, t WHERE deptype = 'a' ORDER BY number)
UNION ALL
(SELECT format('ALTER SEQUENCE %s OWNED BY %s.%I', q.name, t.name, a.attname) FROM q JOIN a ON a.attnum = q.number, t WHERE deptype = 'a' ORDER BY number)
UNION ALL
(SELECT format('GRANT %s ON SEQUENCE %s TO %s%s', string_agg(privilege_type, ', ' ORDER BY privilege_type), name,
               CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END, CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
  FROM q, aclexplode(q.relacl) WHERE grantee <> q.relowner GROUP BY q.name, grantee, is_grantable ORDER BY 1)
)";

const char *const columns = R"(
SELECT alter_column || 'SET STATISTICS ' || attstattarget FROM a WHERE coalesce(attstattarget, -1) >= 0
UNION ALL
SELECT alter_column || 'SET (' || string_agg(option, ', ') || ')' FROM a, unnest(attoptions) AS option WHERE option NOT LIKE 'pg\_attver=%' GROUP BY alter_column
UNION ALL
SELECT alter_column || 'SET STORAGE ' || CASE attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
  FROM a JOIN pg_type y ON y.oid = a.atttypid WHERE a.attstorage <> y.typstorage
UNION ALL
SELECT alter_column || 'SET COMPRESSION ' || CASE attcompression WHEN 'p' THEN 'pglz' ELSE 'lz4' END FROM a WHERE attcompression <> ''
)";

const char *const constraints = R"(
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', t.name, k.conname, pg_get_constraintdef(k.oid))
  FROM pg_constraint k, t WHERE k.conrelid = $1 AND (k.contype IN ('c', 'p', 'u', 'x') OR k.oid IN (SELECT oid FROM l))
 ORDER BY array_position(ARRAY['n', 'c', 'p', 'u', 'x'], k.contype::text), k.conname
)";

// pg_get_indexdef() says ONLY for an index of a partitioned table, which then misses what comes later.  Quotes are
// skipped: a name can hold those words.
const char *const indexes = R"(
SELECT CASE WHEN t.relkind = 'p' THEN regexp_replace(pg_get_indexdef(x.indexrelid), '^((?:[^"]|"(?:[^"]|"")*")*?) ON ONLY ', '\1 ON ') ELSE pg_get_indexdef(x.indexrelid) END
  FROM x, t
 WHERE x.key IS NULL ORDER BY x.relname
)";

const char *const index_settings = R"(
SELECT format('ALTER INDEX %s SET TABLESPACE %I', x.name, s.spcname) FROM x JOIN pg_tablespace s ON s.oid = x.reltablespace
UNION ALL
SELECT format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', x.name, a.attnum, a.attstattarget)
  FROM x JOIN pg_attribute a ON a.attrelid = x.indexrelid WHERE coalesce(a.attstattarget, -1) >= 0
UNION ALL
SELECT format('ALTER TABLE %s CLUSTER ON %I', t.name, x.relname) FROM x, t WHERE x.indisclustered
UNION ALL
SELECT format('ALTER TABLE %s REPLICA IDENTITY %s', t.name,
              CASE t.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'
                                  ELSE (SELECT 'USING INDEX ' || quote_ident(x.relname) FROM x WHERE x.indisreplident) END)
  FROM t WHERE t.relreplident <> 'd'
)";

const char *const statistics = R"(
SELECT statement FROM (
    SELECT s.stxname, 0 AS n, pg_get_statisticsobjdef(s.oid) AS statement FROM pg_statistic_ext s WHERE s.stxrelid = $1
    UNION ALL
    SELECT s.stxname, 1, format('ALTER STATISTICS %I.%I OWNER TO %I', n.nspname, s.stxname, pg_get_userbyid(s.stxowner))
      FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE s.stxrelid = $1
    UNION ALL
    SELECT s.stxname, 2, format('ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, s.stxstattarget)
      FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE s.stxrelid = $1 AND coalesce(s.stxstattarget, -1) >= 0) s
 ORDER BY stxname, n
)";

// What comes from the parent comes with ATTACH.
const char *const foreign_keys = R"(
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', t.name, k.conname, pg_get_constraintdef(k.oid))
  FROM pg_constraint k, t WHERE k.conrelid = $1 AND k.contype = 'f' AND k.conparentid = 0 ORDER BY k.conname
)";

const char *const triggers = R"(
SELECT statement FROM (
    SELECT g.tgname, 1 AS n, pg_get_triggerdef(g.oid) AS statement
      FROM pg_trigger g WHERE g.tgrelid = $1 AND NOT g.tgisinternal AND g.tgparentid = 0
    UNION ALL
    SELECT g.tgname, 2, format('ALTER TABLE %s %s TRIGGER %I', t.name,
                               CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END, g.tgname)
      FROM pg_trigger g LEFT JOIN pg_trigger p ON p.oid = g.tgparentid, t
     WHERE g.tgrelid = $1 AND (NOT g.tgisinternal OR g.tgparentid <> 0) AND g.tgconstraint = 0 AND g.tgenabled <> coalesce(p.tgenabled, 'O')) s
 ORDER BY tgname, n
)";

const char *const rules = R"(
SELECT rtrim(pg_get_ruledef(oid), ';') FROM pg_rewrite WHERE ev_class = $1 ORDER BY rulename
)";

const char *const row_security = R"(
SELECT format('ALTER TABLE %s %s ROW LEVEL SECURITY', t.name, word)
  FROM t, LATERAL (VALUES ('ENABLE', t.relrowsecurity), ('FORCE', t.relforcerowsecurity)) w (word, wanted) WHERE wanted
)";

const char *const comments = R"(
SELECT format('COMMENT ON TABLE %s IS %L', t.name, d.description)
  FROM t JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = t.oid AND d.objsubid = 0
UNION ALL
(SELECT format('COMMENT ON COLUMN %s.%I IS %L', t.name, a.attname, col_description($1, a.attnum))
  FROM a, t WHERE col_description($1, a.attnum) IS NOT NULL ORDER BY a.attnum)
UNION ALL
(SELECT format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, t.name, obj_description(k.oid, 'pg_constraint'))
  FROM pg_constraint k, t WHERE k.conrelid = $1 AND obj_description(k.oid, 'pg_constraint') IS NOT NULL ORDER BY k.conname)
UNION ALL
(SELECT format('COMMENT ON INDEX %s IS %L', x.name, obj_description(x.indexrelid, 'pg_class'))
  FROM x WHERE obj_description(x.indexrelid, 'pg_class') IS NOT NULL ORDER BY x.name)
UNION ALL
(SELECT format('COMMENT ON TRIGGER %I ON %s IS %L', g.tgname, t.name, obj_description(g.oid, 'pg_trigger'))
  FROM pg_trigger g, t WHERE g.tgrelid = $1 AND obj_description(g.oid, 'pg_trigger') IS NOT NULL ORDER BY g.tgname)
UNION ALL
(SELECT format('COMMENT ON RULE %I ON %s IS %L', r.rulename, t.name, obj_description(r.oid, 'pg_rewrite'))
  FROM pg_rewrite r, t WHERE r.ev_class = $1 AND obj_description(r.oid, 'pg_rewrite') IS NOT NULL ORDER BY r.rulename)
UNION ALL
(SELECT format('COMMENT ON STATISTICS %I.%I IS %L', n.nspname, s.stxname, obj_description(s.oid, 'pg_statistic_ext'))
  FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
 WHERE s.stxrelid = $1 AND obj_description(s.oid, 'pg_statistic_ext') IS NOT NULL ORDER BY s.stxname)
UNION ALL
(SELECT format('COMMENT ON SEQUENCE %s IS %L', q.name, obj_description(q.seqrelid, 'pg_class'))
  FROM q WHERE obj_description(q.seqrelid, 'pg_class') IS NOT NULL ORDER BY q.name)
)";

const char *const attachment = R"(
SELECT format('ALTER TABLE %I.%I ATTACH PARTITION %s %s', n.nspname, p.relname, t.name, pg_get_expr(t.relpartbound, $1))
  FROM t JOIN pg_inherits i ON i.inhrelid = t.oid JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace
)";

void add(std::vector<std::string> &statements, const char *what, Oid table)
{
    const pg::Rows rows = pg::query(std::string(common) + what, {pg::Param::oid(table)});
    for (size_t i = 0; i < rows.size(); i++)
        if (auto statement = rows.text(i, 0))
            statements.push_back(std::move(*statement));
}

// Beyond what the owner of a new table has.
void add_grants(std::vector<std::string> &statements, Oid table)
{
    TableGrants fresh;
    fresh.table[pg::owner_of(table)] = {ACL_ALL_RIGHTS_RELATION, 0};
    TableGrants wanted = read_grants(table);
    // An owner has the option to grant in any case.
    if (const auto own = wanted.table.find(pg::owner_of(table)); own != wanted.table.end())
        own->second.grantable = 0;
    for (std::string &statement : grant_statements(pg::qualified_name(table), fresh, wanted))
        statements.push_back(std::move(statement));
}

} // namespace

std::vector<std::string> table_statements(Oid oid)
{
    const pg::Spi spi;
    const FixedSettings settings;
    std::vector<std::string> statements;
    for (const char *what :
         {sequences, shape, ownership, columns, constraints, indexes, index_settings, statistics})
        add(statements, what, oid);
    if (!pg::call(get_rel_relispartition, oid))
        for (const char *what : {foreign_keys, triggers, rules, comments})
            add(statements, what, oid);
    add(statements, row_security, oid);
    for (std::string &statement :
         policy_statements(oid, policies_of(oid), pg::relation_name(oid), pg::qualified_name(oid)))
        statements.push_back(std::move(statement));
    add_grants(statements, oid);
    return statements;
}

std::vector<std::string> attachment_statements(Oid partition)
{
    const pg::Spi spi;
    const FixedSettings settings;
    std::vector<std::string> statements;
    for (const char *what : {attachment, foreign_keys, triggers, rules, comments})
        add(statements, what, partition);
    return statements;
}

} // namespace strata::ddl
