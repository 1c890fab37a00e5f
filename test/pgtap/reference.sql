-- doc/reference.md names what there is, and nothing else.
\set ON_ERROR_STOP 1
\set document `cat "${STRATA_SOURCE:-.}/doc/reference.md"`
BEGIN;
SELECT plan(7);

CREATE TEMP TABLE section AS
    SELECT split_part(text, E'\n', 1) AS heading, text FROM regexp_split_to_table(:'document', '\n##+ ') AS text;

CREATE TEMP TABLE member AS
    SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'pg_strata';

CREATE TEMP TABLE function AS
    SELECT p.proname::text AS name, p.proargnames AS arguments
    FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid;

CREATE TEMP TABLE relation AS
    SELECT c.oid, c.relname::text AS name FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
    WHERE c.relkind IN ('r', 'v', 'c');
INSERT INTO relation
    SELECT t.typrelid, t.typname FROM member m JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
    WHERE t.typtype = 'c' AND t.typrelid NOT IN (SELECT oid FROM relation);

SELECT ok((SELECT count(*) FROM section) > 20, 'the reference was read');

SELECT is_empty($$ SELECT name FROM function f
    WHERE NOT EXISTS (SELECT 1 FROM section WHERE heading LIKE '%`' || name || '(%')
      AND NOT EXISTS (SELECT 1 FROM section WHERE heading = 'Internal functions' AND text LIKE '%`' || name || '`%') $$,
    'every function and procedure has a heading');
SELECT is_empty($$ SELECT name, argument FROM function f CROSS JOIN unnest(arguments) AS argument
    WHERE EXISTS (SELECT 1 FROM section WHERE heading LIKE '%`' || name || '(%')
      AND NOT EXISTS (SELECT 1 FROM section WHERE heading LIKE '%`' || name || '(%' AND text LIKE '%' || argument || '%') $$,
    'with all arguments');
SELECT is_empty($$ SELECT r.name, a.attname FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE NOT EXISTS (SELECT 1 FROM section WHERE heading LIKE '%`' || r.name || '`%' AND text LIKE '%`' || a.attname || '`%') $$,
    'every table, view and type has a heading, with all columns');
LOAD 'pg_strata';
SELECT is_empty($$ SELECT name FROM pg_settings WHERE name LIKE 'pg\_strata.%'
    AND NOT EXISTS (SELECT 1 FROM section WHERE heading = 'Settings' AND text LIKE '%`' || name || '`%') $$, 'every setting is named');

-- the other way round
SELECT is_empty($$ SELECT named FROM (SELECT (regexp_matches(heading, '`([a-z0-9_]+)\(', 'g'))[1] AS named FROM section) x
    WHERE named NOT IN (SELECT name FROM function) $$, 'no heading names a function that does not exist');
SELECT is_empty($$ SELECT heading, named FROM (SELECT heading, (regexp_matches(text, '^\| `([a-z0-9_.]+)` \|', 'gn'))[1] AS named FROM section) x
    WHERE NOT EXISTS (SELECT 1 FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid WHERE heading LIKE '%`' || r.name || '`%' AND a.attname = named)
      AND NOT EXISTS (SELECT 1 FROM pg_settings WHERE name = named)
      AND NOT EXISTS (SELECT 1 FROM function f WHERE f.name = named OR named = ANY (f.arguments)) $$, 'no table of columns names one that does not exist');

SELECT * FROM finish();
ROLLBACK;
