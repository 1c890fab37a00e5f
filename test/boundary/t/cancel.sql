-- A cancel stops everything: neither isolation nor a careless handler swallows it.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SELECT plan(9);

SELECT is(sqlstate_of('SELECT boundary_isolate(''cancel'')'), '57014', 'a cancel passes through isolation');
SELECT is(boundary_careless_handler('server'), true, 'a handler of all standard exceptions catches errors');
SELECT is(sqlstate_of('SELECT boundary_careless_handler(''cancel'')'), '57014', 'but not a cancel');
SELECT is(sqlstate_of('SELECT boundary_isolate_sql(''DO $$BEGIN RAISE SQLSTATE ''''57014''''; END$$'')'), '57014',
          'it is told by its SQLSTATE');

CREATE TEMP TABLE clock AS SELECT clock_timestamp() AS began;
SET statement_timeout = '300ms';
SELECT sqlstate_of('SELECT boundary_isolate(''sleep'')') AS timed_out \gset
SET statement_timeout = 0;
SELECT is(:'timed_out'::text, '57014', 'statement_timeout passes through isolation');
SELECT cmp_ok(clock_timestamp() - began, '<', interval '3 seconds', 'and does so at once') FROM clock;

SELECT is(boundary_alive(), 0, 'no object survived');
SELECT is(boundary_destroyed(), 10, 'every destructor ran once');
SELECT is(boundary_isolate('server'), '22012|division by zero|||', 'the session goes on working');

SELECT * FROM finish();
