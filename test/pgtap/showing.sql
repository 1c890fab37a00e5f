-- What the showing functions say about sets whose partitions were made by hand, so that every bound is known.
BEGIN;
SELECT plan(57);

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA shop;

-- A daily set in Berlin around the end of summer time, names in another order than bounds, one partition off the grid.
CREATE TABLE shop.orders (id bigint, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE shop.orders_z PARTITION OF shop.orders FOR VALUES FROM (MINVALUE) TO ('2026-10-24 00:00 Europe/Berlin');
CREATE TABLE shop.orders_p20261024 PARTITION OF shop.orders
    FOR VALUES FROM ('2026-10-24 00:00 Europe/Berlin') TO ('2026-10-25 00:00 Europe/Berlin');
CREATE TABLE shop.orders_p20261025 PARTITION OF shop.orders
    FOR VALUES FROM ('2026-10-25 00:00 Europe/Berlin') TO ('2026-10-26 00:00 Europe/Berlin');
CREATE TABLE shop.orders_a PARTITION OF shop.orders
    FOR VALUES FROM ('2026-10-26 00:00 Europe/Berlin') TO ('2026-10-26 07:15 Europe/Berlin');
CREATE TABLE shop.orders_p20261028 PARTITION OF shop.orders
    FOR VALUES FROM ('2026-10-28 00:00 Europe/Berlin') TO ('2026-10-29 00:00 Europe/Berlin');
CREATE TABLE shop.orders_default PARTITION OF shop.orders DEFAULT;
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, datetime_string, time_zone, anchor)
VALUES ('shop.orders', 'created_at', '1 day', 'range', 'YYYYMMDD', 'Europe/Berlin', '2026-10-23 22:00:00+00');

-- Quarter hours on the wall clock; names and all as create_parent makes them.
CREATE TABLE shop."Ticks" (at timestamp NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE shop."Ticks_p20260301_120000" PARTITION OF shop."Ticks" FOR VALUES FROM ('2026-03-01 12:00') TO ('2026-03-01 12:15');
CREATE TABLE shop."Ticks_p20260301_121500" PARTITION OF shop."Ticks" FOR VALUES FROM ('2026-03-01 12:15') TO ('2026-03-01 12:30');
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, datetime_string, time_zone, anchor)
VALUES ('shop.Ticks', 'at', '00:15:00', 'range', 'YYYYMMDD_HH24MISS', 'Asia/Kathmandu', '2026-03-01 12:00:00');

-- Tens, shifted by five, with a negative one; "_p100" sorts before "_p15" as text.
CREATE TABLE shop.items (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE shop."items_p-15" PARTITION OF shop.items FOR VALUES FROM (-15) TO (-5);
CREATE TABLE shop.items_p5 PARTITION OF shop.items FOR VALUES FROM (5) TO (15);
CREATE TABLE shop.items_p15 PARTITION OF shop.items FOR VALUES FROM (15) TO (25);
CREATE TABLE shop.items_p105 PARTITION OF shop.items FOR VALUES FROM (105) TO (MAXVALUE);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, offset_id, anchor)
VALUES ('shop.items', 'id', '10', 'range', 5, '5');

-- Monthly dates without any partition.
CREATE TABLE shop.days (day date NOT NULL) PARTITION BY RANGE (day);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, datetime_string, time_zone, anchor)
VALUES ('shop.days', 'day', '1 mon', 'range', 'YYYYMMDD', 'America/New_York', '2026-01-01 00:00:00');

-- Two key columns; the time leads.
CREATE TABLE shop.pairs (at timestamptz NOT NULL, region int NOT NULL) PARTITION BY RANGE (at, region);
CREATE TABLE shop.pairs_p20260101 PARTITION OF shop.pairs FOR VALUES FROM ('2026-01-01 00:00+00', MINVALUE) TO ('2026-02-01 00:00+00', MINVALUE);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, datetime_string, time_zone, anchor)
VALUES ('shop.pairs', 'at', '1 mon', 'range', 'YYYYMMDD', 'UTC', '2026-01-01 00:00:00+00');

-- show_partitions

SELECT results_eq($$ SELECT partition_schemaname, partition_tablename FROM partman.show_partitions('shop.orders') $$,
    $$ VALUES ('shop', 'orders_z'), ('shop', 'orders_p20261024'), ('shop', 'orders_p20261025'), ('shop', 'orders_a'), ('shop', 'orders_p20261028') $$,
    'partitions come in the order of their bounds, not of their names');
SELECT results_eq($$ SELECT partition_tablename FROM partman.show_partitions('shop.orders', 'dEsC') $$,
    ARRAY['orders_p20261028', 'orders_a', 'orders_p20261025', 'orders_p20261024', 'orders_z'], 'descending, in any case');
SELECT results_eq($$ SELECT partition_tablename FROM partman.show_partitions('shop.items', 'DESC') $$,
    ARRAY['items_p105', 'items_p15', 'items_p5', 'items_p-15'], 'ids are ordered as numbers');
SELECT results_eq($$ SELECT partition_tablename FROM partman.show_partitions('shop.orders', 'DESC', true) LIMIT 2 $$,
    ARRAY['orders_default', 'orders_p20261028'], 'the default is first, descending too');
SELECT results_eq($$ SELECT partition_tablename FROM partman.show_partitions('shop.orders', p_include_default => true) LIMIT 2 $$,
    ARRAY['orders_default', 'orders_z'], 'the default is first, ascending');
SELECT is_empty($$ SELECT * FROM partman.show_partitions('shop.days', 'ASC', true) $$, 'a set without partitions shows none');
SELECT results_eq($$ SELECT partition_tablename FROM partman.show_partitions('shop.Ticks') $$,
    ARRAY['Ticks_p20260301_120000', 'Ticks_p20260301_121500'], 'names are compared as they are, without quotes');
SELECT throws_ok($$ SELECT partman.show_partitions('shop.orders', 'UP') $$, '22023',
    'p_order parameter must be one of the following values: ASC, DESC', 'another order is an error');
SELECT throws_ok($$ SELECT partman.show_partitions('shop.nothing') $$, '42704',
    'Given parent table not managed by pg_partman: shop.nothing', 'a table that is not managed is an error');
SELECT throws_ok($$ SELECT partman.show_partitions(NULL) $$, '42704',
    'Given parent table not managed by pg_partman: <NULL>', 'and so is NULL');

-- show_partition_info

SELECT results_eq($$ SELECT * FROM partman.show_partition_info('shop.orders_p20261025') $$,
    $$ VALUES ('2026-10-24 22:00+00'::timestamptz, '2026-10-25 23:00+00'::timestamptz, NULL::bigint, NULL::bigint, '20261025') $$,
    'a day of 25 hours, with the suffix of the set''s zone');
SELECT results_eq($$ SELECT * FROM partman.show_partition_info('shop.orders_a', '1 day', 'shop.orders') $$,
    $$ VALUES ('2026-10-25 23:00+00'::timestamptz, '2026-10-26 06:15+00'::timestamptz, NULL::bigint, NULL::bigint, '20261026') $$,
    'an odd partition keeps its own end, whatever interval is given');
SELECT results_eq($$ SELECT * FROM partman.show_partition_info('shop.orders_z') $$,
    $$ VALUES ('-infinity'::timestamptz, '2026-10-23 22:00+00'::timestamptz, NULL::bigint, NULL::bigint, NULL::text) $$,
    'MINVALUE is -infinity');
SELECT results_eq($$ SELECT * FROM partman.show_partition_info('shop.orders_default') $$,
    $$ VALUES (NULL::timestamptz, NULL::timestamptz, NULL::bigint, NULL::bigint, NULL::text) $$, 'a default partition has no bounds');
SELECT results_eq($$ SELECT * FROM partman.show_partition_info('shop.Ticks_p20260301_121500') $$,
    $$ VALUES ('2026-03-01 06:30+00'::timestamptz, '2026-03-01 06:45+00'::timestamptz, NULL::bigint, NULL::bigint, '20260301_121500') $$,
    'the suffix is that of the bound, not of its hour; a wall clock is that of the set''s zone');
SELECT results_eq($$ SELECT * FROM partman.show_partition_info('shop.items_p-15') $$,
    $$ VALUES (NULL::timestamptz, NULL::timestamptz, -15::bigint, -5::bigint, NULL::text) $$, 'ids have numbers and no suffix');
SELECT results_eq($$ SELECT * FROM partman.show_partition_info('shop.items_p105') $$,
    $$ VALUES (NULL::timestamptz, NULL::timestamptz, 105::bigint, NULL::bigint, NULL::text) $$, 'MAXVALUE is no number');
SELECT results_eq($$ SELECT child_start_time, child_end_time, suffix FROM partman.show_partition_info('shop.pairs_p20260101') $$,
    $$ VALUES ('2026-01-01 00:00+00'::timestamptz, '2026-02-01 00:00+00'::timestamptz, '20260101') $$, 'of two key columns the leading one counts');

SELECT results_eq($$ SELECT * FROM partman.show_partition_info('orders_p20261103', p_parent_table => 'shop.orders', p_table_exists => false) $$,
    $$ VALUES ('2026-11-02 23:00+00'::timestamptz, NULL::timestamptz, NULL::bigint, NULL::bigint, '20261103') $$,
    'without a table the start comes from the name, in the set''s zone');
SELECT results_eq($$ SELECT child_start_id, child_end_id FROM partman.show_partition_info('items_p-25', NULL, 'shop.items', false) $$,
    $$ VALUES (-25::bigint, NULL::bigint) $$, 'also for ids');
SELECT throws_ok($$ SELECT partman.show_partition_info('items_p-25', p_table_exists => false) $$, '22023',
    'p_parent_table must be given when p_table_exists is false', 'but only with the parent');
SELECT throws_ok($$ SELECT partman.show_partition_info('items', NULL, 'shop.items', false) $$, '22023',
    'name "items" does not end in a partition suffix', 'and a name that has a suffix');
SELECT throws_ok($$ SELECT partman.show_partition_info('items_pabc', NULL, 'shop.items', false) $$, '22023',
    'partition suffix "abc" is not an integer', 'which is a number in an id set');

SELECT throws_ok($$ SELECT partman.show_partition_info('shop.nothing') $$, '42P01',
    'Child table given does not exist (shop.nothing)', 'a child that does not exist');
SELECT throws_ok($$ SELECT partman.show_partition_info('shop.nothing', NULL, 'shop.orders') $$, '42P01',
    'Child table given does not exist (shop.nothing) for given parent table (shop.orders)', 'the same with a parent');
SELECT throws_ok($$ SELECT partman.show_partition_info('shop.items_p5', NULL, 'shop.orders') $$, '42P01',
    'Child table given does not exist (shop.items_p5) for given parent table (shop.orders)', 'a child of another parent');
SELECT throws_ok($$ SELECT partman.show_partition_info('shop.items') $$, '42704',
    'Parent table of given child not managed by pg_partman: shop.items', 'a table that is no partition');

-- show_partition_name

SELECT results_eq($$ SELECT * FROM partman.show_partition_name('shop.orders', '2026-10-25 23:30') $$,
    $$ VALUES ('shop', 'orders_p20261025', '2026-10-24 22:00+00'::timestamptz, NULL::bigint, true) $$,
    'a time without an offset is the set''s wall clock');
SELECT results_eq($$ SELECT * FROM partman.show_partition_name('shop.orders', '2026-10-25 23:30+00') $$,
    $$ VALUES ('shop', 'orders_a', '2026-10-25 23:00+00'::timestamptz, NULL::bigint, true) $$,
    'with an offset it is that instant; an odd partition is found by its bounds');
SELECT results_eq($$ SELECT * FROM partman.show_partition_name('shop.orders', '2020-01-01') $$,
    $$ VALUES ('shop', 'orders_z', '-infinity'::timestamptz, NULL::bigint, true) $$, 'older than all, but covered by MINVALUE');
SELECT results_eq($$ SELECT partition_table, suffix_timestamp, table_exists FROM partman.show_partition_name('shop.orders', '2026-11-05 12:00') $$,
    $$ VALUES ('orders_p20261105', '2026-11-04 23:00+00'::timestamptz, false) $$, 'newer than all: the grid goes on');
SELECT results_eq($$ SELECT partition_table, table_exists FROM partman.show_partition_name('shop.orders', '2026-10-27 12:00') $$,
    $$ VALUES ('orders_p20261027', false) $$, 'in a gap');
SELECT results_eq($$ SELECT partition_table, suffix_timestamp, table_exists FROM partman.show_partition_name('shop.days', '2026-05-17') $$,
    $$ VALUES ('days_p20260501', '2026-05-01 04:00+00'::timestamptz, false) $$, 'a set without partitions answers from its grid');
SELECT results_eq($$ SELECT * FROM partman.show_partition_name('shop.items', '17') $$,
    $$ VALUES ('shop', 'items_p15', NULL::timestamptz, 15::bigint, true) $$, 'ids follow the offset');
SELECT results_eq($$ SELECT partition_table, suffix_id, table_exists FROM partman.show_partition_name('shop.items', '47') $$,
    $$ VALUES ('items_p45', 45::bigint, false) $$, 'also where no partition is yet');
SELECT results_eq($$ SELECT partition_table, suffix_id, table_exists FROM partman.show_partition_name('shop.items', '-3') $$,
    $$ VALUES ('items_p-5', -5::bigint, false) $$, 'negative ids are rounded down, not towards zero');
SELECT results_eq($$ SELECT partition_table FROM partman.show_partition_name('shop.Ticks', '2026-03-01 12:20') $$,
    ARRAY['Ticks_p20260301_121500'], 'a wall clock as it stands');
SELECT throws_ok($$ SELECT partman.show_partition_name('shop.items', 'seven') $$, '22023', 'value "seven" is not an integer', 'text for an id set');
SELECT throws_ok($$ SELECT partman.show_partition_name('shop.items', '99999999999999999999') $$, '22003',
    'value "99999999999999999999" is out of range for type bigint', 'a number that is too large');
SELECT throws_ok($$ SELECT partman.show_partition_name('shop.orders', 'infinity') $$, '22008',
    'p_value must be a finite time', 'infinity has no partition of its own');
SELECT throws_ok($$ SELECT partman.show_partition_name('shop.orders', 'soon') $$, '22007', NULL, 'text that is no time');
SELECT throws_ok($$ SELECT partman.show_partition_name('shop.nothing', '1') $$, '42704',
    'Given parent table not managed by pg_partman: shop.nothing', 'a table that is not managed');

-- Another session's settings change nothing.

CREATE TEMP TABLE seen AS
    SELECT s.partition_tablename, i.* FROM partman.show_partitions('shop.orders') s,
        partman.show_partition_info(s.partition_schemaname || '.' || s.partition_tablename) i
    UNION ALL SELECT 'name', n.suffix_timestamp, NULL, NULL, NULL, n.partition_table FROM partman.show_partition_name('shop.orders', '2026-11-05 12:00') n;
CREATE TEMP TABLE listed AS SELECT partition_table, lower_time, upper_time, bound FROM partman.partitions WHERE parent_table LIKE 'shop.%';
SET LOCAL TimeZone = 'Pacific/Auckland';
SET LOCAL DateStyle = 'German, DMY';
SELECT set_eq($$ SELECT s.partition_tablename, i.* FROM partman.show_partitions('shop.orders') s,
        partman.show_partition_info(s.partition_schemaname || '.' || s.partition_tablename) i
    UNION ALL SELECT 'name', n.suffix_timestamp, NULL, NULL, NULL, n.partition_table FROM partman.show_partition_name('shop.orders', '5.11.2026 12:00') n $$,
    'TABLE seen', 'functions say the same in another zone and style');
SELECT set_eq($$ SELECT partition_table, lower_time, upper_time, bound FROM partman.partitions WHERE parent_table LIKE 'shop.%' $$,
    'TABLE listed', 'and so does the view');
SELECT is(current_setting('TimeZone'), 'Pacific/Auckland', 'the session''s zone is left as it was');
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO';

-- The view

SELECT results_eq($$ SELECT partition_schema, partition_table, level, lower_time, upper_time, bound, is_default, is_leaf, tablespace, provenance
                     FROM partman.partitions WHERE parent_table = 'shop.orders' OFFSET 1 LIMIT 2 $$,
    $$ VALUES ('shop', 'orders_p20261024', 1, '2026-10-23 22:00+00'::timestamptz, '2026-10-24 22:00+00'::timestamptz,
               'FOR VALUES FROM (''2026-10-24 00:00:00+02'') TO (''2026-10-25 00:00:00+02'')', false, true, 'pg_default', 'adopted'),
              ('shop', 'orders_p20261025', 1, '2026-10-24 22:00+00', '2026-10-25 23:00+00',
               'FOR VALUES FROM (''2026-10-25 00:00:00+02'') TO (''2026-10-26 00:00:00+01'')', false, true, 'pg_default', 'adopted') $$,
    'the view has bounds typed and as text');
SELECT results_eq($$ SELECT lower_time, upper_time, bound FROM partman.partitions WHERE partition_table = 'orders_z' $$,
    $$ VALUES ('-infinity'::timestamptz, '2026-10-23 22:00+00'::timestamptz, 'FOR VALUES FROM (MINVALUE) TO (''2026-10-24 00:00:00+02'')') $$,
    'open bounds too');
SELECT results_eq($$ SELECT lower_id, upper_id, bound, lower_time FROM partman.partitions WHERE parent_table = 'shop.items' AND lower_id >= 15 $$,
    $$ VALUES (15::bigint, 25::bigint, 'FOR VALUES FROM (''15'') TO (''25'')', NULL::timestamptz),
              (105, NULL, 'FOR VALUES FROM (''105'') TO (MAXVALUE)', NULL) $$, 'ids have their own columns');
SELECT results_eq($$ SELECT bound FROM partman.partitions WHERE parent_table = 'shop.pairs' $$,
    ARRAY['FOR VALUES FROM (''2026-01-01 00:00:00+00'', MINVALUE) TO (''2026-02-01 00:00:00+00'', MINVALUE)'], 'all key columns are in the text');
SELECT results_eq($$ SELECT partition_table, bound FROM partman.partitions WHERE parent_table = 'shop.orders' AND is_default $$,
    $$ VALUES ('orders_default', 'DEFAULT') $$, 'the default partition is marked');

INSERT INTO shop.items SELECT 6 FROM generate_series(1, 1000);
SELECT is(rows_estimate, NULL, 'rows are not known before ANALYZE') FROM partman.partitions WHERE partition_table = 'items_p5';
ANALYZE shop.items_p5;
SELECT is(rows_estimate, 1000::bigint, 'and are afterwards') FROM partman.partitions WHERE partition_table = 'items_p5';
SELECT is(bytes, pg_total_relation_size('shop.items_p5'), 'bytes are those of the table') FROM partman.partitions WHERE partition_table = 'items_p5';

-- A partition that is partitioned, and managed in its turn.
CREATE TABLE shop.items_p25 PARTITION OF shop.items FOR VALUES FROM (25) TO (35) PARTITION BY RANGE (id);
CREATE TABLE shop.items_p25_p25 PARTITION OF shop.items_p25 FOR VALUES FROM (25) TO (30);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, anchor) VALUES ('shop.items_p25', 'id', '5', 'range', '25');
INSERT INTO shop.items VALUES (26);
SELECT results_eq($$ SELECT parent_table, partition_table, level, is_leaf, bytes > 0 FROM partman.partitions WHERE lower_id = 25 ORDER BY level $$,
    $$ VALUES ('shop.items', 'items_p25', 1, false, true), ('shop.items_p25', 'items_p25_p25', 2, true, true) $$, 'levels are counted from the top');

CREATE TABLE shop.orders_later PARTITION OF shop.orders FOR VALUES FROM ('2027-01-01') TO ('2027-01-02');

-- One set's trouble is its own: a table that is dropped while event triggers do not fire leaves an orphan.
CREATE TABLE shop.gone (id int NOT NULL) PARTITION BY RANGE (id);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, anchor) VALUES ('shop.gone', 'id', '5', 'range', '0');
SET LOCAL session_replication_role = replica;
DROP TABLE shop.gone;
SET LOCAL session_replication_role = origin;
SELECT is(provenance, 'foreign', 'what is attached later is foreign') FROM partman.partitions WHERE partition_table = 'orders_later';
SELECT ok((SELECT count(*) = 16 FROM partman.partitions WHERE parent_table LIKE 'shop.%'), 'a dropped parent does not break the view');
SELECT throws_ok($$ SELECT partman.show_partitions('shop.gone') $$, '42P01',
    'Given parent table not found in system catalogs: shop.gone', 'asking for it by name says what is wrong');

SELECT * FROM finish();
ROLLBACK;
