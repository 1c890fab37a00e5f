-- p_offset_id is remembered, and everything that follows keeps to it.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;

BEGIN;
SELECT plan(23);
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE FUNCTION pg_temp.starts(p_set text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(regexp_replace(partition_tablename, '^.*_p', ''), ' ') FROM partman.show_partitions(p_set)
$$;

CREATE TABLE public.o_ids (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT ok(partman.create_parent('public.o_ids', 'id', '10', p_premake := 2, p_offset_id := 5), 'with an offset');
SELECT is(pg_temp.starts('public.o_ids'), '5 15 25', 'the bounds are shifted by it');
SELECT results_eq($$SELECT offset_id, anchor FROM partman.part_config WHERE parent_table = 'public.o_ids'$$, $$VALUES (5::bigint, '5')$$, 'and it is remembered');
SELECT results_eq($$SELECT partition_table, suffix_id, table_exists FROM partman.show_partition_name('public.o_ids', '17')$$,
    $$VALUES ('o_ids_p15', 15::bigint, true)$$, 'show_partition_name(): in a partition');
SELECT results_eq($$SELECT partition_table, suffix_id, table_exists FROM partman.show_partition_name('public.o_ids', '44')$$,
    $$VALUES ('o_ids_p35', 35::bigint, false)$$, 'ahead of them');
SELECT results_eq($$SELECT partition_table, suffix_id, table_exists FROM partman.show_partition_name('public.o_ids', '-1')$$,
    $$VALUES ('o_ids_p-5', -5::bigint, false)$$, 'and below zero');
INSERT INTO public.o_ids VALUES (26);
SELECT partman.run_maintenance('public.o_ids');
SELECT is(pg_temp.starts('public.o_ids'), '5 15 25 35 45', 'maintenance goes on in the same steps');
SELECT ok(partman.create_partition_id('public.o_ids', ARRAY[75, -15]), 'create_partition_id()');
SELECT is(pg_temp.starts('public.o_ids'), '-15 5 15 25 35 45 75', 'makes what it is told');
SELECT is(partman.partition_gap_fill('public.o_ids'), 3, 'partition_gap_fill()');
SELECT is(pg_temp.starts('public.o_ids'), '-15 -5 5 15 25 35 45 55 65 75', 'without an odd one');
SELECT results_eq($$SELECT child_start_id, child_end_id FROM partman.show_partition_info('public.o_ids_p-5')$$, $$VALUES (-5::bigint, 5::bigint)$$, 'show_partition_info()');
SELECT throws_like($$SELECT partman.create_partition_id('public.o_ids', ARRAY[80])$$, '%would overlap%', 'off the grid: an overlap is refused');
INSERT INTO public.o_ids VALUES (80);
SELECT is(partman.drop_partition_id('public.o_ids', p_retention := 60, p_keep_table := false), 3, 'retention by the same bounds: up to 15');
SELECT is(pg_temp.starts('public.o_ids'), '15 25 35 45 55 65 75', 'and no further');

CREATE TABLE public.o_data (id int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE public.o_negative (id int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.o_data', 'id', '100', p_premake := 1, p_start_partition := '123', p_offset_id := 1);
SELECT is(pg_temp.starts('public.o_data'), '101 201', 'a start and an offset');
SELECT partman.create_parent('public.o_negative', 'id', '10', p_premake := 1, p_start_partition := '-13', p_offset_id := 3);
SELECT is(pg_temp.starts('public.o_negative'), '-17 -7', 'negative ids are rounded down, not towards zero');
SELECT is((SELECT offset_id FROM partman.part_config WHERE parent_table = 'public.o_negative'), 3::bigint, 'the offset is what was given');

CREATE TABLE public.o_there (id int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE public.o_there_a PARTITION OF public.o_there FOR VALUES FROM (4) TO (14);
CREATE TABLE public.o_there_b PARTITION OF public.o_there FOR VALUES FROM (14) TO (24);
SELECT partman.create_parent('public.o_there', 'id', '10', p_premake := 2);
SELECT is((SELECT offset_id FROM partman.part_config WHERE parent_table = 'public.o_there'), 4::bigint, 'partitions that are there say the offset');

-- A row that was written by hand.
CREATE TABLE public.o_hand (id int NOT NULL) PARTITION BY RANGE (id);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, offset_id) VALUES ('public.o_hand', 'id', '10', 'range', 7);
SELECT is((SELECT suffix_id FROM partman.show_partition_name('public.o_hand', '5')), -3::bigint, 'offset_id without an anchor');

CREATE TABLE public.o_bad (id int NOT NULL) PARTITION BY RANGE (id);
SELECT throws_like($$SELECT partman.create_parent('public.o_bad', 'id', '10', p_offset_id := 10)$$, 'p_offset_id 10 is not smaller than the partition interval%', 'an offset beyond the interval');
SELECT throws_ok($$SELECT partman.create_parent('public.o_bad', 'id', '10', p_offset_id := -1)$$, '22023', NULL, 'or below zero');
SELECT throws_like($$SELECT partman.create_parent('public.o_bad', 'id', '1')$$,
    'Interval for range partitioning must be greater than or equal to 2. Use LIST partitioning for single value partitions%', 'an interval of 1');

SELECT * FROM finish();
ROLLBACK;
