-- What is shown of partitions that are there, of values that have none, and of tables that nobody manages.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;
CREATE SCHEMA "Dia lect";

CREATE TABLE dialect.days (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('dialect.days', 'at', '1 day', p_premake := 1);
SELECT partman.create_partition_time('dialect.days', ARRAY(SELECT generate_series('2019-11-01'::timestamptz, '2019-11-12', '1 day')));
CREATE TABLE dialect.months (at date NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('dialect.months', 'at', '1 month', p_start_partition := '2019-01-15', p_premake := 1);
CREATE TABLE dialect.hours (at timestamp NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('dialect.hours', 'at', '1 hour', p_start_partition := (date_trunc('day', now()) - interval '3 days')::text, p_premake := 1);
CREATE TABLE dialect.ids (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('dialect.ids', 'id', '100', p_start_partition := '1000', p_premake := 5);
CREATE TABLE dialect.numerics (id numeric NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('dialect.numerics', 'id', '10');
CREATE TABLE dialect.lists (id int NOT NULL) PARTITION BY LIST (id);
SELECT partman.create_parent('dialect.lists', 'id', '1', 'list', p_premake := 3);
CREATE TABLE "Dia lect"."My ""Table" ("Id" int NOT NULL) PARTITION BY RANGE ("Id");
SELECT partman.create_parent('Dia lect.My "Table', 'Id', '10');
CREATE TABLE dialect.none (at timestamptz NOT NULL, id int, t text, u uuid, b boolean, d date, ts timestamp, s smallint, big bigint, n numeric, v varchar(10), f float8);

-- show_partition_info of children that exist.
SELECT is((SELECT (i.child_start_time, i.child_end_time, i.child_start_id, i.child_end_id, i.suffix)::text FROM partman.show_partition_info(c.child) i),
    (c.low, c.high, NULL, NULL, c.suffix)::text, 'info of ' || c.child)
FROM (VALUES ('dialect.days_p20191101', '2019-11-01'::timestamptz, '2019-11-02'::timestamptz, '20191101'), ('dialect.days_p20191112', '2019-11-12', '2019-11-13', '20191112'),
    ('dialect.months_p20190101', '2019-01-01', '2019-02-01', '20190101'), ('dialect.months_p20190201', '2019-02-01', '2019-03-01', '20190201')) c (child, low, high, suffix);
SELECT is((SELECT (i.child_start_time, i.child_end_time, i.child_start_id, i.child_end_id, i.suffix)::text FROM partman.show_partition_info(c.child) i),
    (NULL, NULL, c.low, c.high, NULL)::text, 'info of ' || c.child)
FROM (VALUES ('dialect.ids_p1000', 1000, 1100), ('dialect.ids_p1500', 1500, 1600), ('dialect.numerics_p0', 0, 10), ('dialect.numerics_p40', 40, 50),
    ('Dia lect.My "Table_p20', 20, 30)) c (child, low, high);
SELECT is((SELECT (i.child_start_time, i.child_end_time, i.child_start_id, i.child_end_id)::text FROM partman.show_partition_info('dialect.days_p20191103', '1 day', 'dialect.days') i),
    ('2019-11-03'::timestamptz, '2019-11-04'::timestamptz, NULL, NULL)::text, 'info with all arguments, by time');
SELECT is((SELECT (i.child_start_time, i.child_end_time, i.child_start_id, i.child_end_id)::text FROM partman.show_partition_info('dialect.ids_p1300', '100', 'dialect.ids') i),
    (NULL, NULL, 1300, 1400)::text, 'info with all arguments, by id');
SELECT is((SELECT child_start_id FROM partman.show_partition_info('dialect.lists_p' || n)), n::bigint, 'start of list value ' || n) FROM generate_series(0, 3) n;

-- show_partition_info of children that do not exist: the name says the start.
SELECT is((SELECT i.child_start_time FROM partman.show_partition_info('days_p20990101', '1 day', 'dialect.days', false) i), '2099-01-01'::timestamptz, 'start of no table by time');
SELECT is((SELECT i.child_start_id FROM partman.show_partition_info('ids_p99900', '100', 'dialect.ids', false) i), 99900::bigint, 'start of no table by id');
SELECT throws_ok($$ SELECT * FROM partman.show_partition_info('dialect.days_p20990101') $$, NULL, NULL, 'info of a table that does not exist');
SELECT throws_ok($$ SELECT * FROM partman.show_partition_info('days_p20191101') $$, NULL, NULL, 'info of a name without schema');
SELECT throws_ok($$ SELECT * FROM partman.show_partition_info('dialect.none') $$, NULL, NULL, 'info of a table that is no partition');

-- show_partition_name.
SELECT is((SELECT (n.partition_schema, n.partition_table, n.suffix_timestamp, n.suffix_id, n.table_exists)::text FROM partman.show_partition_name(c.parent, c.value) n),
    ('dialect', c.child, c.low, NULL, c.there)::text, format('name for %s of %s', c.value, c.parent))
FROM (VALUES ('dialect.days', '2019-11-01', 'days_p20191101', '2019-11-01'::timestamptz, true), ('dialect.days', '2019-11-05 23:59:59.999999', 'days_p20191105', '2019-11-05', true),
    ('dialect.days', '2019-11-05 00:30:00+02', 'days_p20191104', '2019-11-04', true), ('dialect.days', '2019-10-31 12:00', 'days_p20191031', '2019-10-31', false),
    ('dialect.days', '2016-02-29 12:00', 'days_p20160229', '2016-02-29', false), ('dialect.days', '2096-02-29 12:00', 'days_p20960229', '2096-02-29', false),
    ('dialect.months', '2019-01-31', 'months_p20190101', '2019-01-01', true), ('dialect.months', '2019-02-28', 'months_p20190201', '2019-02-01', true),
    ('dialect.months', '2018-12-31', 'months_p20181201', '2018-12-01', false), ('dialect.months', '2099-08-07', 'months_p20990801', '2099-08-01', false)) c (parent, value, child, low, there);
SELECT is((SELECT (n.partition_table, n.table_exists)::text FROM partman.show_partition_name('dialect.hours', (now() + ahead)::text) n),
    ('hours_p' || to_char(date_trunc('hour', now() + ahead), 'YYYYMMDD_HH24MISS'), ahead < interval '5 hours')::text, 'hour ' || ahead || ' from now')
FROM unnest('{-50:00,-1:00,0:00,00:30,5:00,100:00}'::interval[]) ahead WHERE ahead <= interval '0' OR ahead >= interval '5 hours';
SELECT is((SELECT (n.partition_schema, n.partition_table, n.suffix_timestamp, n.suffix_id, n.table_exists)::text FROM partman.show_partition_name(c.parent, c.value) n),
    (split_part(c.parent, '.', 1), c.child, NULL::timestamptz, c.low, c.there)::text, format('name for %s of %s', c.value, c.parent))
FROM (VALUES ('dialect.ids', '1000', 'ids_p1000', 1000, true), ('dialect.ids', '1099', 'ids_p1000', 1000, true), ('dialect.ids', '1100', 'ids_p1100', 1100, true),
    ('dialect.ids', '1599', 'ids_p1500', 1500, true), ('dialect.ids', '1600', 'ids_p1600', 1600, false), ('dialect.ids', '999', 'ids_p900', 900, false), ('dialect.ids', '0', 'ids_p0', 0, false),
    ('dialect.ids', '1000000000099', 'ids_p1000000000000', 1000000000000, false), ('dialect.numerics', '0', 'numerics_p0', 0, true), ('dialect.numerics', '49', 'numerics_p40', 40, true),
    ('dialect.numerics', '50', 'numerics_p50', 50, false), ('Dia lect.My "Table', '25', 'My "Table_p20', 20, true), ('Dia lect.My "Table', '500', 'My "Table_p500', 500, false)) c (parent, value, child, low, there);
SELECT is((SELECT (n.partition_table, n.suffix_id, n.table_exists)::text FROM partman.show_partition_name('dialect.lists', v::text) n), ('lists_p' || v, v, v < 4)::text, 'name for list value ' || v)
FROM unnest('{0,1,3,4,77}'::int[]) v;
SELECT throws_ok($$ SELECT * FROM partman.show_partition_name('dialect.days', 'yesterweek') $$, NULL, NULL, 'name for no time');
SELECT throws_ok($$ SELECT * FROM partman.show_partition_name('dialect.ids', 'seven') $$, NULL, NULL, 'name for no number');
SELECT throws_ok($$ SELECT * FROM partman.show_partition_name('dialect.none', '7') $$, NULL, NULL, 'name in a table that is not managed');

-- show_partitions.
SELECT is(ARRAY(SELECT partition_schemaname || '.' || partition_tablename FROM partman.show_partitions('dialect.ids')),
    ARRAY(SELECT 'dialect.ids_p' || l FROM generate_series(1000, 1500, 100) l), 'ascending unless asked otherwise, without the default');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.ids', o)), ARRAY(SELECT 'ids_p' || l FROM generate_series(1000, 1500, 100) l), 'order ' || o)
FROM unnest('{ASC,asc,Asc}'::text[]) o;
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.ids', o)), ARRAY(SELECT 'ids_p' || l FROM generate_series(1500, 1000, -100) l), 'order ' || o)
FROM unnest('{DESC,desc}'::text[]) o;
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.ids', 'ASC', true)), ARRAY['ids_default'] || ARRAY(SELECT 'ids_p' || l FROM generate_series(1000, 1500, 100) l), 'ascending with default');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.ids', 'DESC', p_include_default := true)), ARRAY['ids_default'] || ARRAY(SELECT 'ids_p' || l FROM generate_series(1500, 1000, -100) l), 'descending with default');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.lists', p_include_default := true)), '{lists_default,lists_p0,lists_p1,lists_p2,lists_p3}', 'list values');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('Dia lect.My "Table')), ARRAY(SELECT 'My "Table_p' || n * 10 FROM generate_series(0, 4) n), 'names that need quotes');
SELECT is((SELECT count(*) FROM partman.show_partitions('dialect.days')), 12 + 3::bigint, 'as many as there are');
-- By value, not by name.
CREATE TABLE dialect.thousands (id int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('dialect.thousands', 'id', '5', p_start_partition := '90', p_premake := 4);
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.thousands')), '{thousands_p90,thousands_p95,thousands_p100,thousands_p105,thousands_p110}', 'by value, not by name');
SELECT throws_like($$ SELECT * FROM partman.show_partitions('dialect.ids', 'up') $$, 'p_order parameter must be one of the following values: ASC, DESC%', 'another order');
SELECT throws_like($$ SELECT * FROM partman.show_partitions('dialect.none') $$, 'Given parent table not managed by pg_partman: dialect.none%', 'partitions of a table that is not managed');
SELECT throws_like($$ SELECT * FROM partman.show_partitions('dialect.nowhere') $$, 'Given parent table not managed by pg_partman: dialect.nowhere%', 'partitions of no table');

-- check_control_type.
SELECT is((SELECT (t.general_type, t.exact_type)::text FROM partman.check_control_type('dialect', 'none', c.name) t), (c.general, c.exact)::text, 'type of column ' || c.name)
FROM (VALUES ('at', 'time', 'timestamptz'), ('d', 'time', 'date'), ('ts', 'time', 'timestamp'), ('id', 'id', 'int4'), ('s', 'id', 'int2'), ('big', 'id', 'int8'), ('n', 'id', 'numeric'),
    ('t', 'text', 'text'), ('v', 'text', 'varchar'), ('u', 'uuid', 'uuid'), ('b', NULL, 'bool'), ('f', NULL, 'float8')) c (name, general, exact);
SELECT is_empty($$ SELECT * FROM partman.check_control_type('dialect', 'none', 'nowhere') $$, 'type of no column');
SELECT is_empty($$ SELECT * FROM partman.check_control_type('dialect', 'nowhere', 'id') $$, 'type in no table');

-- check_name_length.
SELECT is(partman.check_name_length(c.name, c.suffix, c.partition), c.result, format('%s, %s, %s', c.name, c.suffix, c.partition))
FROM (VALUES ('table_name', NULL, false, 'table_name'), ('table_name', '_default', false, 'table_name_default'), ('table_name', '20191121', true, 'table_name_p20191121'),
    (repeat('x', 70), NULL, false, repeat('x', 63)), (repeat('x', 63), '1', true, repeat('x', 60) || '_p1'), ('Mixed Case', '0', true, 'Mixed Case_p0')) c (name, suffix, partition, result);

SELECT * FROM finish();
ROLLBACK;
