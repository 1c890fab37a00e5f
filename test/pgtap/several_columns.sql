-- Range keys of several columns, of which the first is the control column: the others are MINVALUE in all bounds.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
SET TimeZone = 'UTC';

BEGIN;
SELECT plan(45);
UPDATE partman.part_config SET automatic_maintenance = 'off';
\ir lib/try.sql
CREATE FUNCTION pg_temp.bounds(p_set text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = p_set::regclass ORDER BY 1
$$;

-- By time and by id, of two and of three columns.
CREATE TABLE public.k_time (at timestamptz NOT NULL, tenant int NOT NULL, v text, PRIMARY KEY (at, tenant)) PARTITION BY RANGE (at, tenant);
CREATE TABLE public.k_id (id bigint NOT NULL, kind text, day date) PARTITION BY RANGE (id, kind, day);
SELECT ok(partman.create_parent('public.k_time', 'at', '1 day', p_premake := 2), 'by time');
SELECT ok(partman.create_parent('public.k_id', 'id', '10', p_premake := 2, p_start_partition := '0'), 'by id, of three columns');
SELECT is_empty($$SELECT * FROM pg_temp.bounds('public.k_time') AS b WHERE b <> 'DEFAULT' AND b !~ '^FOR VALUES FROM \(''[^'']+'', MINVALUE\) TO \(''[^'']+'', MINVALUE\)'$$, 'the further column is MINVALUE');
SELECT set_eq($$SELECT pg_temp.bounds('public.k_id')$$, ARRAY['FOR VALUES FROM (''0'', MINVALUE, MINVALUE) TO (''10'', MINVALUE, MINVALUE)', 'FOR VALUES FROM (''10'', MINVALUE, MINVALUE) TO (''20'', MINVALUE, MINVALUE)',
    'FOR VALUES FROM (''20'', MINVALUE, MINVALUE) TO (''30'', MINVALUE, MINVALUE)', 'DEFAULT'], 'so are two of them');

-- Rows and maintenance.
INSERT INTO public.k_id SELECT i, 'k', '2026-01-01' FROM generate_series(0, 29) AS i;
SELECT is((SELECT count(DISTINCT tableoid) FROM public.k_id), 3::bigint, 'each row has its place');
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.k_id') WHERE action = 'create'), 2::bigint, 'the plan');
SELECT matches((SELECT string_agg(sql, ' ') FROM partman.plan_maintenance('public.k_id')), 'FROM \(''30'', MINVALUE, MINVALUE\) TO \(''40'', MINVALUE, MINVALUE\)', 'says so');
SELECT partman.run_maintenance('public.k_id');
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.k_id')), 0::bigint, 'maintenance');
SELECT is((SELECT gaps_behind::text || missing_ranges FROM partman.health WHERE parent_table = 'public.k_id'), '00', 'health');
SELECT results_eq($$SELECT child_start_id, child_end_id FROM partman.show_partition_info('public.k_id_p10', NULL, 'public.k_id')$$, $$VALUES (10::bigint, 20::bigint)$$, 'show_partition_info()');
SELECT results_eq($$SELECT partition_table, table_exists FROM partman.show_partition_name('public.k_id', '25')$$, $$VALUES ('k_id_p20', true)$$, 'show_partition_name()');
SELECT is((SELECT count(*) FROM partman.partitions WHERE parent_table = 'public.k_id' AND lower_id IS NOT NULL AND upper_id = lower_id + 10), 5::bigint, 'the view partitions');

-- Out of the default partition, and of a table beside it.
INSERT INTO public.k_id VALUES (101, 'a', '2020-01-01'), (102, 'a', NULL), (131, NULL, NULL), (-5, 'z', '2020-01-01');
SELECT is(partman.partition_data_id('public.k_id', 10), 2::bigint, 'partition_data_id()');
SELECT set_eq($$SELECT id FROM ONLY public.k_id_default$$, ARRAY[102, 131]::bigint[], 'leaves rows without a value in a further column where PostgreSQL wants them');
SELECT is((SELECT tableoid::regclass::text FROM public.k_id WHERE id = 101), 'k_id_p100', 'and takes the others where they belong');
CREATE TABLE public.k_source (id bigint, kind text, day date);
INSERT INTO public.k_source VALUES (105, 'b', now()), (141, 'b', now());
SELECT is(partman.partition_data_id('public.k_id', 10, p_source_table := 'public.k_source'), 2::bigint, 'from another table');
INSERT INTO public.k_source VALUES (106, NULL, now());
SELECT matches(pg_temp.try($$SELECT partman.partition_data_id('public.k_id', 10, p_source_table := 'public.k_source')$$), '^23502 ', 'which must have values in all columns of the key');
SELECT partman.partition_data_id('public.k_id', 10);
INSERT INTO public.k_id VALUES (165, 'c', '2020-01-01'), (166, 'c', NULL);
SELECT partman.run_maintenance('public.k_id');
UPDATE partman.part_config SET ignore_default_data = false WHERE parent_table = 'public.k_id';
SELECT lives_ok($$SELECT partman.run_maintenance('public.k_id')$$, 'maintenance that has rows of the default partition in its way');
SELECT is((SELECT tableoid::regclass::text FROM public.k_id WHERE id = 165), 'k_id_p160', 'moves them along');
SELECT cmp_ok(partman.partition_gap_fill('public.k_id'), '>', 2, 'partition_gap_fill()');
SELECT is((SELECT gaps_behind FROM partman.health WHERE parent_table = 'public.k_id'), 0, 'leaves no gap');

-- By hand.
SELECT is(partman.add_range_partition('public.k_id', '1000', '2000', 'k_far'), 'public.k_far', 'add_range_partition()');
SELECT matches((SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'k_far'), $$FROM \('1000', MINVALUE, MINVALUE\) TO \('2000', MINVALUE, MINVALUE\)$$, 'with the same bounds');
SELECT ok(partman.create_partition_id('public.k_id', ARRAY[3000::bigint]), 'create_partition_id()');
SELECT ok(partman.drop_partition('public.k_far'), 'drop_partition()');
SELECT ok(partman.drop_default_partition('public.k_id', true), 'drop_default_partition()');
SELECT is(partman.add_default_partition('public.k_id'), 'public.k_id_default', 'add_default_partition()');

-- Retention, and the way back.
SELECT partman.create_partition_time('public.k_time', ARRAY['2020-01-01'::timestamptz]);
INSERT INTO public.k_time VALUES ('2020-01-01 12:00', 7, 'old');
UPDATE partman.part_config SET retention = '30 days' WHERE parent_table = 'public.k_time';
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.k_time') WHERE action = 'detach'), 1::bigint, 'retention is planned');
SELECT partman.run_maintenance('public.k_time');
SELECT is((SELECT count(*) FROM public.k_time), 0::bigint, 'and done');
SELECT lives_ok($$SELECT partman.undo_retention('public.k_time_p20200101')$$, 'undo_retention()');
SELECT is((SELECT tableoid::regclass::text FROM public.k_time), 'k_time_p20200101', 'attaches it as it was');

-- Another interval, another beginning.
SELECT cmp_ok(partman.set_interval('public.k_time', '1 week'), '>', 0::bigint, 'set_interval()');
SELECT is_empty($$SELECT * FROM pg_temp.bounds('public.k_time') AS b WHERE b <> 'DEFAULT' AND b !~ ', MINVALUE\) TO .*, MINVALUE\)'$$, 'keeps to MINVALUE');

-- undo_partition().
CREATE TABLE public.k_target (id bigint, kind text, day date);
SELECT is((SELECT partitions_undone > 3 FROM partman.undo_partition('public.k_id', 'public.k_target', p_loop_count := 1000, p_keep_table := false)), true, 'undo_partition()');
SELECT is((SELECT count(*) FROM public.k_target WHERE id IN (101, 105, 141, -5, 165)), 5::bigint, 'brings the rows');

-- Taken over as they are.
CREATE TABLE public.k_old (at date NOT NULL, tenant int NOT NULL) PARTITION BY RANGE (at, tenant);
CREATE TABLE public.k_old_1 PARTITION OF public.k_old FOR VALUES FROM ('2026-01-01', MINVALUE) TO ('2026-02-01', MINVALUE);
CREATE TABLE public.k_old_2 PARTITION OF public.k_old FOR VALUES FROM ('2026-02-01', MINVALUE) TO ('2026-03-01', MINVALUE);
SELECT lives_ok($$SELECT * FROM partman.manage('public.k_old')$$, 'manage()');
SELECT is((SELECT partition_interval || ' ' || (SELECT count(*) FROM partman.managed_partition WHERE parent_table = 'public.k_old' AND provenance = 'adopted') FROM partman.part_config WHERE parent_table = 'public.k_old'), '1 mon 2', 'knows their interval and adopts them');
SELECT lives_ok($$SELECT partman.run_maintenance('public.k_old')$$, 'maintenance goes on from there');
SELECT cmp_ok((SELECT count(*) FROM pg_temp.bounds('public.k_old')), '>', 2::bigint, 'with more of them');

-- Bounds within one value of the control column: the partition counts as one that holds the whole value.
CREATE TABLE public.k_split (at date NOT NULL, tenant int NOT NULL) PARTITION BY RANGE (at, tenant);
CREATE TABLE public.k_split_1 PARTITION OF public.k_split FOR VALUES FROM ('2026-01-01', MINVALUE) TO ('2026-01-01', 100);
CREATE TABLE public.k_split_2 PARTITION OF public.k_split FOR VALUES FROM ('2026-01-01', 100) TO ('2026-01-02', MINVALUE);
SELECT matches(pg_temp.try($$SELECT partman.create_parent('public.k_split', 'tenant', '10')$$), '^42P17 Control column', 'a further column is no control column');
SELECT ok(partman.create_parent('public.k_split', 'at', '1 day', p_start_partition := '2026-01-02', p_premake := 1), 'a set with such partitions');
SELECT is((SELECT count(*) FROM pg_temp.bounds('public.k_split') AS b WHERE b ~ '100'), 2::bigint, 'keeps them as they are');
INSERT INTO public.k_split VALUES ('2026-01-01', 5), ('2026-01-01', 500), ('2025-12-31', 1);
SELECT is(partman.partition_data_time('public.k_split', 10), 1::bigint, 'rows of other values are moved beside them');
SELECT results_eq($$SELECT tableoid::regclass::text FROM public.k_split ORDER BY at, tenant$$, ARRAY['k_split_p20251231', 'k_split_1', 'k_split_2'], 'each to its place');
UPDATE partman.part_config SET retention = '10 years', retention_keep_table = false WHERE parent_table = 'public.k_split';
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.k_split') WHERE action = 'drop'), 0::bigint, 'and none of them is due');

SELECT * FROM finish();
ROLLBACK;
