-- Subtransactions, SPI connections, commits in procedures.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SELECT plan(22);

TRUNCATE noted;
SELECT ok(boundary_nested(), 'isolation nests');
SELECT results_eq('SELECT what FROM noted', ARRAY['outer before', 'inner', 'outer after', 'after both'],
                  'and only what succeeded stays');
SELECT is(boundary_spi_unwound(), 11, 'connections to SPI are unwound with and without a rollback');
SELECT is(boundary_spi_unwound(), 11, 'again');

-- In a procedure.
TRUNCATE noted;
SELECT is(sqlstate_of('CALL boundary_commit(ARRAY[''a''])'), '2D000', 'no commit where the caller forbids it');
CALL boundary_commit(ARRAY['one', 'three', 'two', repeat('x', 3000)]);
SELECT results_eq('SELECT what FROM noted ORDER BY what',
                  ARRAY['committed: one 3', 'committed: two 3'], 'C++ data survives commits and rollbacks');
TRUNCATE noted;
CALL boundary_settings_commit();
SELECT is((SELECT array_agg(what) FROM noted), ARRAY['between ' || current_setting('work_mem'),
          'after ' || current_setting('work_mem')], 'settings end with their transaction');

-- A commit that fails, outside of any transaction block of ours.
\echo # The errors 23503 and XX000 are wanted here.
\set ON_ERROR_STOP 0
\set VERBOSITY sqlstate
CALL boundary_commit_fails() \g /dev/null
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '23503', 'an error of the commit itself');
SELECT is(boundary_alive(), 0, 'unwinds');
SELECT is((SELECT count(*) FROM referencing), 0::bigint, 'and leaves nothing');
DROP ROLE IF EXISTS regress_boundary;
CREATE ROLE regress_boundary;
CALL boundary_commit_as('regress_boundary') \g /dev/null
SELECT is(:'LAST_ERROR_SQLSTATE'::text, 'XX000', 'no commit under a changed identity');
SELECT is(current_user, session_user, 'which is left');
DROP ROLE regress_boundary;
-- Below PL/pgSQL it would take that one's connection.
SELECT boundary_without_spi() \g /dev/null
SELECT is(:'LAST_ERROR_SQLSTATE'::text, 'XX000', 'no connection to SPI');

-- Relations and snapshots.
CREATE TEMP TABLE opened (id int);
SELECT ok(boundary_relation('opened', how), 'relations opened before the error ' || how || ' are closed')
    FROM unnest(ARRAY['server', 'statement', 'core', 'guarded core']) how;
SELECT is(sqlstate_of('SELECT boundary_relation(0, ''core'')'), '42P01', 'a relation that does not exist');
SELECT is(sqlstate_of('SELECT boundary_relation(''opened'', ''cancel'')'), '57014', 'a cancel with open relations');
DROP TABLE opened;

-- Misuse is refused before anything happens.
SELECT is(sqlstate_of('SELECT boundary_utility(''CREATE TABLE one (); CREATE TABLE two ()'')'), 'XX000',
          'more than one utility statement');
SELECT is(sqlstate_of('SELECT boundary_utility(''INSERT INTO noted VALUES (1)'')'), 'XX000', 'no utility statement');
SELECT is((SELECT count(*) FROM pg_class WHERE relname IN ('one', 'two')), 0::bigint, 'nothing was made');

SELECT * FROM finish();
