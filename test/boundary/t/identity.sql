-- Who acts and under which settings, before, in and after errors.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SELECT plan(31);
DROP ROLE IF EXISTS regress_boundary_role;
CREATE ROLE regress_boundary_role;

SELECT is(boundary_identity('regress_boundary_role', how),
          format('%1$s|%2$s|%2$s|%1$s|%1$s', current_user, 'regress_boundary_role'), 'identity around ' || how)
    FROM unnest(ARRAY['server', 'statement', 'core', 'guarded deep']) how;
SELECT is((diagnose(format('SELECT boundary_identity_fails(''regress_boundary_role'', %L)', how))).sqlstate, sqlstate,
          'fails as another: ' || how)
    FROM (VALUES ('server', '22012'), ('core', '22023'), ('unknown', 'XX000'), ('bad_alloc', '53200')) AS v (how, sqlstate);
SELECT is(current_user, session_user, 'the identity is restored');
SELECT is(sqlstate_of('SELECT boundary_run_as(''regress_boundary_role'', ''SET ROLE ' || current_user || ''')'), '42501',
          'no SET ROLE under another identity');
SELECT is(sqlstate_of('SELECT boundary_run_as(''regress_boundary_role'', ''CREATE TEMP TABLE t ()'')'), '42501',
          'no temporary table in a restricted operation');
SELECT is(sqlstate_of('SELECT boundary_run_as(''regress_boundary_role'', ''TABLE noted'')'), '42501',
          'the other''s rights are what counts');
SELECT is(sqlstate_of('SELECT boundary_run_as(''regress_boundary_role'', ''DO $$BEGIN RAISE SQLSTATE ''''57014''''; END$$'')'), '57014',
          'a cancel under another identity');
SELECT is(sqlstate_of('SELECT boundary_run_as(''regress_boundary_nobody'', ''SELECT 1'')'), 'XX000', 'no such role');
SELECT is(current_user, session_user, 'the identity is restored again');

SET work_mem = '8MB';
SELECT is(boundary_settings(how), '1234kB 77ms|1234kB|8MB|8MB', 'settings around ' || how)
    FROM unnest(ARRAY['server', 'statement', 'core', 'guarded deep']) how;
SELECT is(sqlstate_of('SELECT boundary_settings_fail(''work_mem'', ''1MB'')'), '22023', 'fails under settings');
SELECT is(current_setting('work_mem'), '8MB', 'which are restored');
SELECT is(sqlstate_of('SELECT boundary_settings_fail(''work_mem'', ''much'')'), '22023', 'an invalid value');
SELECT is(sqlstate_of('SELECT boundary_settings_fail(''no_such_setting'', ''1'')'), '42704', 'an unknown setting');
SELECT is(sqlstate_of('SELECT boundary_settings_fail(''deadlock_timeout'', ''50ms'')'), '22023',
          'a setting of superusers');
SELECT is(current_setting('deadlock_timeout'), '1s', 'is restored as well');

-- The same as a user without rights: settings of superusers can be set by us.
SET ROLE regress_boundary_role;
SELECT (diagnose('SELECT boundary_settings_fail(''deadlock_timeout'', ''50ms'')')).message AS message \gset
RESET ROLE;
SELECT is(:'message'::text, 'interval must be greater than zero', 'a setting of superusers in anybody''s session');

-- Both together in one transaction that goes on after the error.
BEGIN;
SET LOCAL work_mem = '9MB';
SELECT is(boundary_settings('statement'), '1234kB 77ms|1234kB|9MB|9MB', 'settings over SET LOCAL');
SAVEPOINT s;
SELECT is(boundary_identity('regress_boundary_role', 'statement'),
          format('%1$s|%2$s|%2$s|%1$s|%1$s', current_user, 'regress_boundary_role'), 'identity after a savepoint');
ROLLBACK TO s;
SELECT is(current_setting('work_mem'), '9MB', 'SET LOCAL outlives us');
COMMIT;
SELECT is(current_setting('work_mem'), '8MB', 'until the commit');

SELECT is(boundary_alive(), 0, 'no object survived');
DROP ROLE regress_boundary_role;
SELECT * FROM finish();
