-- check_default and the small questions.
BEGIN;
SELECT plan(45);

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';

-- Names, types, alignment

SELECT is(partman.check_name_length('orders', '20260101', true), 'orders_p20260101', 'a partition''s name has _p before the suffix');
SELECT is(partman.check_name_length('orders', '_idx'), 'orders_idx', 'another object''s has not');
SELECT is(partman.check_name_length('orders'), 'orders', 'a name alone stays');
SELECT is(partman.check_name_length(repeat('x', 80)), repeat('x', 63), 'or is cut');
SELECT is(partman.check_name_length(repeat('x', 63), '20260101', true), repeat('x', 53) || '_p20260101', 'the suffix is kept whole');
SELECT is(partman.check_name_length(repeat('ä', 31), '2026', true), repeat('ä', 28) || '_p2026', 'the cut is between characters');
SELECT is(partman.check_name_length(NULL, 'a', true), NULL, 'NULL stays NULL');
SELECT throws_ok($$ SELECT partman.check_name_length('orders', NULL, true) $$, '22023',
    'Table partition name requires a suffix value', 'a partition needs a suffix');
SELECT volatility_is('partman', 'check_name_length', ARRAY['text', 'text', 'boolean'], 'immutable', 'it is immutable');

CREATE SCHEMA shop;
CREATE DOMAIN shop.moment AS timestamptz;
CREATE TABLE shop.kinds (a timestamptz, b timestamp, c date, d int2, e int4, f int8, g numeric, h text, i varchar(3), j uuid, k float8, l shop.moment);
SELECT results_eq($$ SELECT c, t.* FROM unnest(ARRAY['a','b','c','d','e','f','g','h','i','j','k','l']) c, partman.check_control_type('shop', 'kinds', c) t $$,
    $$ VALUES ('a', 'time', 'timestamptz'), ('b', 'time', 'timestamp'), ('c', 'time', 'date'), ('d', 'id', 'int2'), ('e', 'id', 'int4'),
              ('f', 'id', 'int8'), ('g', 'id', 'numeric'), ('h', 'text', 'text'), ('i', 'text', 'varchar'), ('j', 'uuid', 'uuid'),
              ('k', NULL, 'float8'), ('l', NULL, 'moment') $$, 'every type is named');
SELECT is_empty($$ SELECT * FROM partman.check_control_type('shop', 'kinds', 'zz') $$, 'no row without the column');
SELECT is_empty($$ SELECT * FROM partman.check_control_type('shop', 'nothing', 'a') $$, 'nor without the table');
SELECT is_empty($$ SELECT * FROM partman.check_control_type(NULL, 'kinds', 'a') $$, 'nor for NULL');

SELECT ok(partman.check_automatic_maintenance_value('on') AND partman.check_automatic_maintenance_value('off'), 'on and off');
SELECT ok(NOT partman.check_automatic_maintenance_value('ON'), 'nothing else');
SELECT ok(bool_and(partman.check_epoch_type(e)), 'epochs') FROM unnest(ARRAY['none', 'seconds', 'milliseconds', 'microseconds', 'nanoseconds']) e;
SELECT ok(NOT partman.check_epoch_type('minutes'), 'no other epoch');
SELECT ok(bool_and(partman.check_partition_type(t)), 'partition types') FROM unnest(ARRAY['range', 'list', 'hash']) t;
SELECT ok(NOT partman.check_partition_type('native'), 'no other partition type');
SELECT is((partman.check_epoch_type(NULL), partman.check_partition_type(NULL), partman.check_automatic_maintenance_value(NULL)),
    (NULL::boolean, NULL::boolean, NULL::boolean), 'NULL is neither');
SELECT volatility_is('partman', f, ARRAY['text'], 'immutable', f || ' is immutable')
FROM unnest(ARRAY['check_epoch_type', 'check_partition_type', 'check_automatic_maintenance_value']) f;

SELECT results_eq($$ SELECT i, t.* FROM unnest(ARRAY['1000 years', '100 years', '10 years', '1 year', '1 month', '5 weeks', '1 week', '1 day', '36 hours',
                                                     '23 hours', '15 minutes', '59 seconds']::text[]) i,
                         partman.calculate_time_partition_info(i::interval, '2026-11-18 13:47:31+00') t $$,
    $$ VALUES ('1000 years', '2001-01-01 00:00+00'::timestamptz, 'YYYYMMDD'), ('100 years', '2001-01-01 00:00+00', 'YYYYMMDD'),
              ('10 years', '2020-01-01 00:00+00', 'YYYYMMDD'), ('1 year', '2026-01-01 00:00+00', 'YYYYMMDD'), ('1 month', '2026-11-01 00:00+00', 'YYYYMMDD'),
              ('5 weeks', '2026-11-01 00:00+00', 'YYYYMMDD'), ('1 week', '2026-11-18 00:00+00', 'YYYYMMDD'), ('1 day', '2026-11-18 00:00+00', 'YYYYMMDD'),
              ('36 hours', '2026-11-18 00:00+00', 'YYYYMMDD'), ('23 hours', '2026-11-18 13:00+00', 'YYYYMMDD_HH24MISS'),
              ('15 minutes', '2026-11-18 13:00+00', 'YYYYMMDD_HH24MISS'), ('59 seconds', '2026-11-18 13:47+00', 'YYYYMMDD_HH24MISS') $$,
    'the unit of alignment goes by the interval''s length');
SELECT results_eq($$ SELECT t.base_timestamp FROM unnest(ARRAY['week', 'quarter', 'year', 'hour']) u,
                         partman.calculate_time_partition_info('1 day', '2026-11-18 13:47:31+00', u) t $$,
    ARRAY['2026-11-16 00:00+00', '2026-10-01 00:00+00', '2026-01-01 00:00+00', '2026-11-18 13:00+00']::timestamptz[], 'or is given');
SELECT is((partman.calculate_time_partition_info('1 day', NULL)).base_timestamp, NULL, 'NULL stays NULL');
SELECT is((partman.calculate_time_partition_info('1 day', '-infinity')).base_timestamp, '-infinity', 'infinity stays too');
SELECT throws_ok($$ SELECT partman.calculate_time_partition_info('1 day', now(), 'fortnight') $$, '22023', NULL, 'a unit that is none');
SET LOCAL TimeZone = 'Asia/Kathmandu';
SELECT is((partman.calculate_time_partition_info('1 day', '2026-11-18 20:00:00+00')).base_timestamp, '2026-11-18 18:15+00'::timestamptz,
    'days are those of the session here, since there is no set');
SET LOCAL TimeZone = 'UTC';

-- check_default

CREATE TABLE shop.orders (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE shop.orders_default PARTITION OF shop.orders DEFAULT;
CREATE TABLE shop.days (day date) PARTITION BY RANGE (day);
CREATE TABLE shop."Days Default" PARTITION OF shop.days DEFAULT;
CREATE TABLE shop.items (id int) PARTITION BY RANGE (id);
CREATE TABLE shop.items_default PARTITION OF shop.items DEFAULT;
CREATE TABLE shop.without (id int) PARTITION BY RANGE (id);
-- A default that is partitioned itself, with another order of columns below.
CREATE TABLE shop.deep (id int, at timestamp) PARTITION BY RANGE (at);
CREATE TABLE shop.deep_default PARTITION OF shop.deep DEFAULT PARTITION BY RANGE (id);
CREATE TABLE shop.deep_default_1 (at timestamp, id int);
ALTER TABLE shop.deep_default ATTACH PARTITION shop.deep_default_1 FOR VALUES FROM (0) TO (10);
CREATE TABLE shop.deep_default_2 PARTITION OF shop.deep_default FOR VALUES FROM (10) TO (20);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, datetime_string, time_zone, anchor) VALUES
    ('shop.orders', 'at', '1 day', 'range', 'YYYYMMDD', 'UTC', '2026-01-01 00:00:00+00'),
    ('shop.days', 'day', '1 day', 'range', 'YYYYMMDD', 'UTC', '2026-01-01 00:00:00'),
    ('shop.deep', 'at', '1 day', 'range', 'YYYYMMDD', 'UTC', '2026-01-01 00:00:00');
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, anchor) VALUES
    ('shop.items', 'id', '10', 'range', '0'), ('shop.without', 'id', '10', 'range', '0');

SELECT is_empty('SELECT * FROM partman.check_default()', 'empty defaults are no news');
INSERT INTO shop.orders VALUES ('infinity'), ('-infinity'), ('2026-01-01'), (NULL);
INSERT INTO shop.days VALUES ('infinity');
INSERT INTO shop.items SELECT generate_series(1, 5);
INSERT INTO shop.deep VALUES (1, '2026-01-01'), (11, 'infinity'), (12, '2026-01-02');
SELECT set_eq('SELECT * FROM partman.check_default()',
    $$ VALUES ('shop.orders_default', 4::bigint), ('shop.Days Default', 1), ('shop.items_default', 5), ('shop.deep_default', 3) $$, 'rows are counted');
SELECT set_eq('SELECT * FROM partman.check_default(false)',
    $$ VALUES ('shop.orders_default', 1::bigint), ('shop.Days Default', 1), ('shop.items_default', 1), ('shop.deep_default', 1) $$, 'or only found');
SELECT set_eq('SELECT * FROM partman.check_default(p_ignore_infinity => true)',
    $$ VALUES ('shop.orders_default', 1::bigint), ('shop.items_default', 5), ('shop.deep_default', 2) $$, 'without infinite times, beside a set of ids');
SELECT set_eq('SELECT * FROM partman.check_default(false, true)',
    $$ VALUES ('shop.orders_default', 1::bigint), ('shop.items_default', 1), ('shop.deep_default', 1) $$, 'both at once');
SELECT is(pg_typeof(d)::text, 'partman.check_default_table', 'of the dialect''s type') FROM partman.check_default() d LIMIT 1;

DELETE FROM shop.items;
SELECT ok(NOT EXISTS (SELECT 1 FROM partman.check_default() WHERE default_table = 'shop.items_default'), 'deleted rows do not count');
SAVEPOINT before_update;
UPDATE shop.orders SET at = '2026-01-02' WHERE at = '2026-01-01';
SELECT is(count, 4::bigint, 'an updated row counts once') FROM partman.check_default() WHERE default_table = 'shop.orders_default';

-- A broken set, dropped while event triggers do not fire, does not break the others.
SET LOCAL session_replication_role = replica;
DROP TABLE shop.days;
SET LOCAL session_replication_role = origin;
SELECT set_eq('SELECT default_table FROM partman.check_default()', ARRAY['shop.orders_default', 'shop.deep_default'], 'a dropped parent does not stop the others');

-- As the caller: no more than a SELECT would say, and no less.
CREATE ROLE regress_strata_reader;
GRANT USAGE ON SCHEMA shop, partman TO regress_strata_reader;
GRANT SELECT (at) ON shop.orders_default TO regress_strata_reader;
GRANT SELECT ON shop.deep_default TO regress_strata_reader;
SET LOCAL ROLE regress_strata_reader;
SELECT set_eq('SELECT default_table FROM partman.check_default()', ARRAY['shop.orders_default', 'shop.deep_default'], 'one readable column is enough');
RESET ROLE;
REVOKE SELECT ON shop.deep_default FROM regress_strata_reader;
SET LOCAL ROLE regress_strata_reader;
SELECT set_eq('SELECT default_table FROM partman.check_default()', ARRAY['shop.orders_default'], 'what may not be read is left out, the rest is said');
RESET ROLE;
ALTER TABLE shop.orders_default ENABLE ROW LEVEL SECURITY;
CREATE POLICY recent ON shop.orders_default USING (at > '2026-01-01');
SET LOCAL ROLE regress_strata_reader;
SELECT is_empty('SELECT default_table FROM partman.check_default()', 'a table with hidden rows is not counted wrongly');
RESET ROLE;
SELECT is(count, 4::bigint, 'who sees all rows counts them all') FROM partman.check_default() WHERE default_table = 'shop.orders_default';
REVOKE USAGE ON SCHEMA shop FROM regress_strata_reader;
ALTER TABLE shop.orders_default DISABLE ROW LEVEL SECURITY;
SET LOCAL ROLE regress_strata_reader;
SELECT is_empty('SELECT default_table FROM partman.check_default()', 'the schema''s privileges count too');
RESET ROLE;

-- Counting runs none of the owner's code with the caller's rights.
CREATE FUNCTION shop.spy(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF current_setting('shop.trap', true) = 'set' THEN RAISE EXCEPTION 'spy ran as %', current_user; END IF;
    RETURN $1;
END $$;
CREATE TABLE shop.trap (id int) PARTITION BY RANGE (id);
CREATE TABLE shop.trap_default PARTITION OF shop.trap DEFAULT;
CREATE INDEX ON shop.trap_default (id) WHERE shop.spy(7) = 7;
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, anchor) VALUES ('shop.trap', 'id', '10', 'range', '0');
SET LOCAL shop.trap = 'set';
SELECT throws_ok('SELECT count(*) FROM shop.trap_default', 'P0001', NULL, 'a query would run it while it is planned');
SELECT lives_ok('SELECT * FROM partman.check_default()', 'check_default does not');

SELECT * FROM finish();
ROLLBACK;
