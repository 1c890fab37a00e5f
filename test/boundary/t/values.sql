-- Values cross the boundary unharmed.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SET timezone = 'Europe/Berlin';
SELECT plan(32);

SELECT results_eq('SELECT boundary_kinds()', ARRAY[
    '22023', '42602', '42P01', '42703', '42704', '3F000', '42710', '42P07', '42809', '42P17', '42804', '23502', '23503', '23505', '23514',
    '42501', '25006', '25001', '22004', '22007', '22003', '22008', '42622', '0A000', '55P03', '55006', '55000', '54000', 'P0001',
    'P0004', 'XX000'],
    'each kind of error has its SQLSTATE');

SELECT is(r::text, ('(Grüße,-5,9007199254740993,t,0.1,"2024-02-29 12:00:00+01","2024-02-29 12:00:00.000001",' ||
    '"1 mon 2 days 03:00:00","{a,""b c"",NULLx,""""}",ünïcode,noted,2024-02-29,-6)'), 'a value of each type')
    FROM boundary_round_trip('Grüße', -5, 9007199254740993, true, 0.1, '2024-02-29 12:00+01', '2024-02-29 12:00:00.000001',
        '2024-02-29', '1 month 2 days 3 hours', ARRAY['a', 'b c', 'NULLx', ''], ARRAY[-9223372036854775808, 9223372036854775802],
        'ünïcode', 'noted') r;
SELECT is(a, NULL, 'null text') FROM boundary_round_trip(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT is(c, NULL, 'null bigint') FROM boundary_round_trip(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT is(f, NULL, 'null timestamptz') FROM boundary_round_trip(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT is(m, NULL, 'null regclass') FROM boundary_round_trip(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT is(f, 'infinity', 'infinity') FROM boundary_round_trip(NULL, NULL, NULL, NULL, NULL, 'infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT throws_ok($$SELECT boundary_round_trip(NULL, 1, 1, true, 1, now(), now()::timestamp, now()::date, '1 day', ARRAY['a', NULL],
    NULL, 'n', 'noted')$$, '22004', 'array must not contain nulls', 'a null in an array');

-- Results of queries, after the connection was closed.
SELECT results_eq($$SELECT boundary_texts('SELECT repeat(''long '', 100000) FROM generate_series(1, 3)')$$,
    $$SELECT repeat('long ', 100000) FROM generate_series(1, 3)$$, 'long texts');
CREATE TABLE toasted (id int, value text);
ALTER TABLE toasted ALTER value SET STORAGE EXTERNAL;
INSERT INTO toasted SELECT i, repeat(i::text, 10000) FROM generate_series(1, 5) i;
INSERT INTO toasted VALUES (6, NULL), (7, ''), (8, 's');
SELECT results_eq($$SELECT boundary_texts('SELECT value FROM toasted ORDER BY id')$$,
    'SELECT value FROM toasted ORDER BY id', 'texts from a toast table, null and short ones');
DROP TABLE toasted;
SELECT results_eq(format('SELECT boundary_texts(%L)', 'SELECT ' || value), ARRAY[result], 'as text: ' || value)
    FROM (VALUES ('1.50::numeric', '1.50'), ('interval ''1 month''', '1 mon'), ('ARRAY[1, 2]', '{1,2}'), ('''x''::name', 'x'),
        ('''a''::"char"', 'a'), ('''\x0102''::bytea', '\x0102'), ('''noted''::regclass', 'noted'), ('true', 't'),
        ('(1, ''a'')', '(1,a)'), ('''x''::char(3)', 'x  '),
        ('''00000000-0000-0000-0000-000000000001''::uuid', '00000000-0000-0000-0000-000000000001')) AS v (value, result);
SELECT is_empty($$SELECT boundary_texts('SELECT ''x'' WHERE false')$$, 'no rows');
SELECT is((SELECT count(*) FROM boundary_texts('SELECT generate_series(1, 10000)')), 10000::bigint, 'many rows, in FROM');
SELECT is(boundary_read_as_integer('SELECT 7::smallint') + boundary_read_as_integer('SELECT 7') +
          boundary_read_as_integer('SELECT 7::bigint') + boundary_read_as_integer('SELECT 7::oid'), 28::bigint, 'integers');
SELECT throws_ok($$SELECT boundary_read_as_integer('SELECT ''7''::text')$$, 'XX000',
    'column 0 of a query''s result has type text, not an integer type', 'a column of another type');
SELECT throws_ok($$SELECT boundary_read_as_integer('SELECT 7 WHERE false')$$, 'XX000',
    'row 0, column 0 is outside of a query''s result', 'a row that is not there');
SELECT throws_ok($$SELECT boundary_read_as_integer('CREATE TEMP TABLE t ()')$$, 'XX000', NULL, 'no rows at all');
SELECT is(boundary_read_as_text_array('SELECT ARRAY[1.5, 2]'), ARRAY['1.5', '2'], 'an array of another type as texts');
SELECT throws_ok('SELECT * FROM boundary_wrong_width()', 'XX000', 'a row of 3 columns was made for a result of 2',
    'a row of the wrong width');

CREATE SCHEMA "Odd schema";
CREATE TABLE "Odd schema"."it's ""odd""" ();
SELECT is(boundary_names('"Odd schema"."it''s ""odd"""'),
    ARRAY['it''s "odd"', 'Odd schema', '"Odd schema"."it''s ""odd"""', '"it''s ""odd"""', '''it''''s "odd"'''], 'names');
DROP SCHEMA "Odd schema" CASCADE;

SET log_min_messages = debug1;
SET client_min_messages = error;
SELECT is(boundary_say('notice') || boundary_say('warning') || boundary_say('log') || boundary_say('debug'),
    'NOTICE|00000|100% of "it"|A detail with %s.|A hint with %d.WARNING|01P01|watch out|Really.|Do.LOG|00000|for the log||' ||
    'DEBUG|00000|for developers||', 'messages');
SELECT is(boundary_alive(), 0, 'no object survived');

SELECT * FROM finish();
