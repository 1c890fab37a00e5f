-- Thousands of caught errors leave nothing behind.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SELECT plan(11);

CREATE FUNCTION pg_temp.catch_in_plpgsql(how text, times int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    caught int := 0;
BEGIN
    FOR i IN 1 .. times LOOP
        BEGIN
            PERFORM boundary_fail(how);
        EXCEPTION WHEN OTHERS THEN
            caught := caught + 1;
        END;
    END LOOP;
    RETURN caught;
END $$;

-- How much more memory 20,000 errors leave in use than 20 do, in bytes; measured in one transaction, so that its end
-- cannot tidy up before.  Measuring costs some memory too, the same each time.
CREATE FUNCTION pg_temp.growth(sql text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    used bigint[] := '{}';
    times int;
BEGIN
    FOREACH times IN ARRAY ARRAY[20, 20, 20, 20000] LOOP
        EXECUTE format(sql, times);
        used := used || memory_in_use();
    END LOOP;
    RETURN (used[4] - used[3]) - (used[3] - used[2]);
END $$;

SELECT is(boundary_caught_errors('server', 20000), 20000, '20,000 errors are caught');
SELECT pg_temp.growth('SELECT boundary_caught_errors(''server'', %s)') AS first_run \gset
SELECT cmp_ok(pg_temp.growth('SELECT boundary_caught_errors(''server'', %s)'), '<', 20000::bigint, 'isolated: server');
SELECT cmp_ok(pg_temp.growth('SELECT boundary_caught_errors(''statement'', %s)'), '<', 20000::bigint, 'isolated: statement');
SELECT cmp_ok(pg_temp.growth('SELECT boundary_caught_errors(''core'', %s)'), '<', 20000::bigint, 'isolated: core');
SELECT cmp_ok(pg_temp.growth('SELECT boundary_caught_errors(''guarded deep'', %s)'), '<', 20000::bigint, 'isolated: nested guards');
SELECT cmp_ok(pg_temp.growth('SELECT pg_temp.catch_in_plpgsql(''server'', %s)'), '<', 20000::bigint, 'in PL/pgSQL: server');
SELECT cmp_ok(pg_temp.growth('SELECT pg_temp.catch_in_plpgsql(''statement'', %s)'), '<', 20000::bigint, 'in PL/pgSQL: statement');
SELECT cmp_ok(pg_temp.growth('SELECT pg_temp.catch_in_plpgsql(''core'', %s)'), '<', 20000::bigint, 'in PL/pgSQL: core');
SELECT cmp_ok(pg_temp.growth('SELECT pg_temp.catch_in_plpgsql(''bad_alloc'', %s)'), '<', 20000::bigint, 'in PL/pgSQL: bad_alloc');
SELECT is((SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'pg_strata error'), 0::bigint,
          'no error is still held');
SELECT is(boundary_alive(), 0, 'no object survived');

SELECT * FROM finish();
