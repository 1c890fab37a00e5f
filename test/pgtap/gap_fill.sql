-- partition_gap_fill
BEGIN;
SELECT plan(14);

SET LOCAL client_min_messages = warning;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA shop;

CREATE TABLE shop.items (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE shop.items_p0 PARTITION OF shop.items FOR VALUES FROM (0) TO (10);
CREATE TABLE shop.items_p30 PARTITION OF shop.items FOR VALUES FROM (30) TO (40);
-- off the grid: 47 to 53
CREATE TABLE shop.items_odd PARTITION OF shop.items FOR VALUES FROM (47) TO (53);
CREATE TABLE shop.items_p70 PARTITION OF shop.items FOR VALUES FROM (70) TO (80);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, anchor) VALUES ('shop.items', 'id', '10', 'range', '0');
SELECT is(partman.partition_gap_fill('shop.items'), 5, 'five are made');
SELECT results_eq($$ SELECT lower_id, upper_id, provenance FROM partman.partitions WHERE parent_table = 'shop.items' ORDER BY lower_id $$,
    $$ VALUES (0::bigint, 10::bigint, 'adopted'), (10, 20, 'made'), (20, 30, 'made'), (30, 40, 'adopted'), (40, 47, 'made'), (47, 53, 'adopted'),
              (53, 60, 'made'), (60, 70, 'made'), (70, 80, 'adopted') $$, 'an odd partition gets bridges on both sides, and nothing outside is made');
SELECT is(partman.partition_gap_fill('shop.items'), 0, 'then there is nothing to do');

-- over the end of summer time
CREATE TABLE shop.orders (at timestamptz NOT NULL, note text DEFAULT 'x') PARTITION BY RANGE (at);
CREATE TABLE shop.orders_p20261024 PARTITION OF shop.orders FOR VALUES FROM ('2026-10-24 00:00 Europe/Berlin') TO ('2026-10-25 00:00 Europe/Berlin');
CREATE TABLE shop.orders_p20261027 PARTITION OF shop.orders FOR VALUES FROM ('2026-10-27 00:00 Europe/Berlin') TO ('2026-10-28 00:00 Europe/Berlin');
CREATE INDEX ON shop.orders (note);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, datetime_string, time_zone, anchor)
VALUES ('shop.orders', 'at', '1 day', 'range', 'YYYYMMDD', 'Europe/Berlin', '2026-10-23 22:00:00+00');
SET LOCAL TimeZone = 'America/New_York';
SELECT is(partman.partition_gap_fill('shop.orders'), 2, 'two days');
SET LOCAL TimeZone = 'UTC';
SELECT results_eq($$ SELECT partition_tablename FROM partman.show_partitions('shop.orders') $$,
    ARRAY['orders_p20261024', 'orders_p20261025', 'orders_p20261026', 'orders_p20261027'], 'named by the set''s days');
SELECT ok(bool_and(next IS NULL OR upper_time = next), 'bounds adjoin')
FROM (SELECT upper_time, lead(lower_time) OVER (ORDER BY lower_time) AS next FROM partman.partitions WHERE parent_table = 'shop.orders') x;
SELECT is((SELECT count(*) FROM pg_indexes WHERE schemaname = 'shop' AND tablename = 'orders_p20261025'), 1::bigint, 'they have the parent''s index');

-- a name that is taken
CREATE TABLE shop.days (day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE shop.days_p20260101 PARTITION OF shop.days FOR VALUES FROM ('2026-01-01') TO ('2026-01-02');
CREATE TABLE shop.days_p20260103 PARTITION OF shop.days FOR VALUES FROM ('2026-01-03') TO ('2026-01-04');
CREATE TABLE shop.days_p20260102 (day date NOT NULL);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, datetime_string, time_zone, anchor)
VALUES ('shop.days', 'day', '1 day', 'range', 'YYYYMMDD', 'UTC', '2026-01-01 00:00:00');
SELECT is(partman.partition_gap_fill('shop.days'), 1, 'a taken name does not hide a gap');
SELECT results_eq($$ SELECT partition_tablename FROM partman.show_partitions('shop.days') $$,
    ARRAY['days_p20260101', 'days_p20260102_2', 'days_p20260103'], 'the partition gets the next free name');

CREATE TABLE shop.empty (id int NOT NULL) PARTITION BY RANGE (id);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, anchor) VALUES ('shop.empty', 'id', '10', 'range', '0');
SELECT is(partman.partition_gap_fill('shop.empty'), 0, 'a set without partitions has no gaps');

-- rows in the default
CREATE TABLE shop.mixed (id int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE shop.mixed_p0 PARTITION OF shop.mixed FOR VALUES FROM (0) TO (10);
CREATE TABLE shop.mixed_p30 PARTITION OF shop.mixed FOR VALUES FROM (30) TO (40);
CREATE TABLE shop.mixed_default PARTITION OF shop.mixed DEFAULT;
INSERT INTO shop.mixed VALUES (25);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, anchor) VALUES ('shop.mixed', 'id', '10', 'range', '0');
SELECT throws_ok($$ SELECT partman.partition_gap_fill('shop.mixed') $$, '23514', NULL, 'rows of a gap in the default are an error');
SELECT is((SELECT count(*) FROM partman.partitions WHERE parent_table = 'shop.mixed'), 3::bigint, 'and nothing is made');

SELECT throws_ok($$ SELECT partman.partition_gap_fill('shop.nothing') $$, '42704',
    'Given parent table not managed by pg_partman: shop.nothing', 'a table that is not managed');
CREATE ROLE regress_strata_stranger;
GRANT USAGE ON SCHEMA partman, shop TO regress_strata_stranger;
SET LOCAL ROLE regress_strata_stranger;
SELECT throws_ok($$ SELECT partman.partition_gap_fill('shop.items') $$, '42501', NULL, 'only the owner may');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
