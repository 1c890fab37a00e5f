-- Errors of every origin leave as one PostgreSQL error, after all destructors have run.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SELECT plan(59);

-- Each fails with 1 + 3 objects alive in two frames.
CREATE TEMP TABLE ways (how text, sqlstate text, message text);
INSERT INTO ways VALUES
    ('server', '22012', 'division by zero'),
    ('statement', '22012', 'division by zero'),
    ('core', '22023', 'interval must be greater than zero'),
    ('standard', 'XX000', 'something of the standard library'),
    ('unknown', 'XX000', 'unrecognized C++ exception'),
    ('bad_alloc', '53200', 'out of memory'),
    ('palloc', '53200', 'out of memory'),
    ('guarded core', '42P01', 'thrown inside of a guard'),
    ('guarded unknown', 'XX000', 'unrecognized C++ exception'),
    ('guarded deep', 'XX001', 'deep below'),
    ('cancel', '57014', 'canceling statement due to user request');

SELECT is((diagnose(format('SELECT boundary_fail(%L)', how))).sqlstate, sqlstate, 'SQLSTATE of ' || how) FROM ways;
SELECT is((diagnose(format('SELECT boundary_fail(%L)', how))).message, message, 'message of ' || how) FROM ways;
SELECT is(boundary_alive(), 0, 'no object survived');
SELECT is(boundary_destroyed(), 2 * 4 * 11, 'every destructor ran once');

-- The same when the failing call is one of many in a statement that catches them.
SELECT is(sqlstate_of(format('SELECT boundary_fail(%L) FROM generate_series(1, 3)', how)), sqlstate,
          'in a set: ' || how) FROM ways;
SELECT is(boundary_alive(), 0, 'no object survived that either');

-- What our own errors carry.
SELECT is((diagnose('SELECT boundary_fail(''core'')')).detail, 'Interval is 0 days.', 'detail of our own error');
SELECT is((diagnose('SELECT boundary_fail(''core'')')).hint, 'Pass an interval such as ''1 day''.', 'hint of our own error');
SELECT is((diagnose('SELECT boundary_fail(''standard'')')).detail, '', 'no detail where there is none');
SELECT ok((diagnose('SELECT boundary_fail(''palloc'')')).detail LIKE 'Failed on request of size%',
          'the detail of the server''s own lack of memory');

-- A string longer than memory can hold ends as out of memory or as the library's own exception, never in a crash.
SELECT ok(sqlstate_of('SELECT boundary_fail(''new'')') IN ('53200', 'XX000'), 'more memory than there is, by new');

-- An error of PostgreSQL arrives unchanged.
CREATE TEMP TABLE seen AS
    SELECT 'directly' AS way, d.* FROM diagnose('SELECT raises_everything()') d
    UNION ALL SELECT 'through us', d.* FROM diagnose('SELECT boundary_run(''SELECT raises_everything()'')') d;
SELECT is(t.sqlstate || t.message || t.detail || t.hint || t.column_name || t.constraint_name || t.datatype_name ||
          t.table_name || t.schema_name,
          'XY123the message with 100%The detail.The hint.a_columna_constrainta_typea_tablea_schema',
          'all fields arrive')
    FROM seen t WHERE way = 'through us';
SELECT is((to_jsonb(t) - 'context' - 'way'), (to_jsonb(d) - 'context' - 'way'), 'exactly as without us')
    FROM seen t, seen d WHERE t.way = 'through us' AND d.way = 'directly';
SELECT ok(t.context LIKE 'PL/pgSQL function raises_everything() line 3 at RAISE' || E'\n' || '%', 'context starts at its origin')
    FROM seen t WHERE way = 'through us';
SELECT is(count(*), count(DISTINCT line), 'each context line appears once')
    FROM seen t, regexp_split_to_table(t.context, E'\n') line WHERE way = 'through us';
SELECT ok(t.context LIKE '%SQL statement "SELECT raises_everything()"%', 'and tells our statement')
    FROM seen t WHERE way = 'through us';

-- Isolation.
SELECT is(boundary_isolate('server'), '22012|division by zero|||', 'isolated: an error of the server');
SELECT is(boundary_isolate('core'),
          '22023|interval must be greater than zero|Interval is 0 days.|Pass an interval such as ''1 day''.|',
          'isolated: an error of our own');
SELECT is(boundary_isolate('statement'), '22012|division by zero|||SQL statement "SELECT 1 / 0"',
          'isolated: with its context');
SELECT ok(boundary_isolate('palloc') LIKE '53200|out of memory|Failed on request of size%', 'isolated: out of memory');
SELECT is(boundary_isolate('guarded core'), '42P01|thrown inside of a guard|||', 'isolated: thrown inside of a guard');
SELECT is(boundary_isolate_sql('INSERT INTO referenced VALUES (NULL)'), '23502', 'isolated: a constraint');
SELECT is(boundary_isolate_sql('DO $$BEGIN RAISE SQLSTATE ''55P03''; END$$'), '55P03', 'isolated: lock_timeout');
SELECT is(boundary_isolate_sql('DO $$BEGIN RAISE SQLSTATE ''40P01''; END$$'), '40P01', 'isolated: deadlock');
SELECT is(boundary_isolate_sql('SELECT 1'), NULL, 'isolated: success');
SELECT is(sqlstate_of('SELECT boundary_isolate(''standard'')'), 'XX000', 'a bug of ours passes through isolation');
SELECT is(sqlstate_of('SELECT boundary_isolate(''unknown'')'), 'XX000', 'so does an unknown exception');
SELECT is(sqlstate_of('SELECT boundary_isolate(''bad_alloc'')'), '53200', 'and a lack of memory on our side');
SELECT is(boundary_alive(), 0, 'no object survived isolation');

SELECT * FROM finish();
