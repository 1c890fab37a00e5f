-- Id sets whose control column is numeric.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;

BEGIN;
SELECT plan(38);
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE FUNCTION pg_temp.starts(p_set text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(regexp_replace(partition_tablename, '^.*_p', ''), ' ') FROM partman.show_partitions(p_set)
$$;

CREATE TABLE public.n_ids (id numeric NOT NULL, v text) PARTITION BY RANGE (id);
SELECT ok(partman.create_parent('public.n_ids', 'id', '10', p_premake := 2), 'a numeric control column');
SELECT is(pg_temp.starts('public.n_ids'), '0 10 20', 'steps of whole numbers');
SELECT results_eq($$SELECT partition_interval, anchor, offset_id, time_zone FROM partman.part_config WHERE parent_table = 'public.n_ids'$$,
    $$VALUES ('10', '0', 0::bigint, NULL)$$, 'configured as any id set');
SELECT is(pg_get_expr(relpartbound, oid), $$FOR VALUES FROM ('10') TO ('20')$$, 'bounds') FROM pg_class WHERE oid = 'public.n_ids_p10'::regclass;
INSERT INTO public.n_ids VALUES (9.99), (10), (19.5);
SELECT results_eq($$SELECT tableoid::regclass::text, count(*) FROM public.n_ids GROUP BY 1 ORDER BY 1$$,
    $$VALUES ('n_ids_p0', 1::bigint), ('n_ids_p10', 2::bigint)$$, 'fractions lie between the bounds');
SELECT partman.run_maintenance('public.n_ids');
SELECT is(pg_temp.starts('public.n_ids'), '0 10 20 30', 'maintenance follows the newest value');
SELECT results_eq($$SELECT partition_table, suffix_id, table_exists FROM partman.show_partition_name('public.n_ids', '47')$$,
    $$VALUES ('n_ids_p40', 40::bigint, false)$$, 'show_partition_name()');
SELECT is((SELECT suffix_id FROM partman.show_partition_name('public.n_ids', '29.99')), 20::bigint, 'of a fraction');
SELECT is((SELECT suffix_id FROM partman.show_partition_name('public.n_ids', '-0.5')), -10::bigint, 'rounded down');
SELECT throws_ok($$SELECT * FROM partman.show_partition_name('public.n_ids', '1e30')$$, '22003', NULL, 'of what is no bigint');
SELECT throws_ok($$SELECT * FROM partman.show_partition_name('public.n_ids', 'x')$$, '22P02', NULL, 'of what is no number');
SELECT results_eq($$SELECT child_start_id, child_end_id, suffix FROM partman.show_partition_info('public.n_ids_p30')$$,
    $$VALUES (30::bigint, 40::bigint, NULL)$$, 'show_partition_info()');
SELECT ok(partman.create_partition_id('public.n_ids', ARRAY[60]), 'create_partition_id()');
SELECT is(partman.partition_gap_fill('public.n_ids'), 2, 'partition_gap_fill()');

-- What has no place among the bigints goes to the default partition, and nothing follows it there or elsewhere.
INSERT INTO public.n_ids VALUES (1e30), ('NaN'), ('Infinity'), ('-Infinity'), (-1e30);
SELECT partman.run_maintenance('public.n_ids');
SELECT is(pg_temp.starts('public.n_ids'), '0 10 20 30 40 50 60', 'rows in the default do not steer');
UPDATE partman.part_config SET ignore_default_data = false WHERE parent_table = 'public.n_ids';
SELECT partman.run_maintenance('public.n_ids');
SELECT is(pg_temp.starts('public.n_ids'), '0 10 20 30 40 50 60', 'not even where the default counts');
SELECT results_eq($$SELECT * FROM partman.check_default() WHERE default_table = 'public.n_ids_default'$$,
    $$VALUES ('public.n_ids_default', 5::bigint)$$, 'check_default()');
CREATE TABLE public.n_beyond PARTITION OF public.n_ids FOR VALUES FROM (1e40) TO (1e50);
INSERT INTO public.n_ids VALUES (1e45), (58.5);
SELECT partman.run_maintenance('public.n_ids');
SELECT is(pg_temp.starts('public.n_ids'), '0 10 20 30 40 50 60 70 n_beyond', 'nor rows in a partition beyond bigint');
SELECT is(partman.drop_partition_id('public.n_ids', p_retention := 30, p_keep_table := false), 2, 'retention: 58 - 30');
SELECT is(pg_temp.starts('public.n_ids'), '20 30 40 50 60 70 n_beyond', 'drops what ends below');
SELECT lives_ok($$SELECT * FROM partman.plan_maintenance('public.n_ids')$$, 'the plan');
SELECT is((SELECT count(*) FROM partman.partitions WHERE parent_table = 'public.n_ids'), 8::bigint, 'the view of partitions');

CREATE TABLE public.n_data (id numeric(12, 3) NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE public.n_data_default PARTITION OF public.n_data DEFAULT;
INSERT INTO public.n_data VALUES (-7.5);
SELECT throws_ok($$SELECT partman.create_parent('public.n_data', 'id', '10')$$, '23514', NULL, 'rows in the default are in the way');
TRUNCATE public.n_data;
SELECT partman.create_parent('public.n_data', 'id', '10', p_premake := 1, p_start_partition := '-7');
SELECT is(pg_temp.starts('public.n_data'), '-10 0', 'negative, with a scale');

INSERT INTO public.n_data VALUES (77.5), (-15.001), (79.999);
SELECT is(partman.partition_data_id('public.n_data', p_batch_count := 5), 3::bigint, 'rows move out of the default partition');
SELECT is(pg_temp.starts('public.n_data'), '-20 -10 0 70', 'into partitions of their own');
INSERT INTO public.n_data VALUES ('NaN');
SELECT is(partman.partition_data_id('public.n_data'), 0::bigint, 'but for what no bigint can hold');

CREATE TABLE public.n_bad (id numeric NOT NULL) PARTITION BY RANGE (id);
SELECT throws_like($$SELECT partman.create_parent('public.n_bad', 'id', '2.5')$$, '%is not a whole number%', 'an interval with a fraction');
SELECT throws_like($$SELECT partman.create_parent('public.n_bad', 'id', '10', p_start_partition := '1e30')$$, '%is not a whole number%', 'a start that is no bigint');
SELECT throws_like($$SELECT partman.create_parent('public.n_bad', 'id', '10', p_start_partition := '99999999999999999999')$$, '%out of range%', 'or a greater number');
CREATE TABLE public.n_half PARTITION OF public.n_bad FOR VALUES FROM (0.5) TO (1.5);
SELECT throws_ok($$SELECT partman.create_parent('public.n_bad', 'id', '10')$$, '0A000', 'partition bound 0.5 is not a whole number', 'bounds with fractions are refused');
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.n_bad'), 0::bigint, 'and nothing is left behind');

-- A negative scale: values, and so bounds, are rounded to hundreds.
CREATE TABLE public.n_hundreds (id numeric(7,-2) NOT NULL) PARTITION BY RANGE (id);
SELECT throws_like($$SELECT partman.create_parent('public.n_hundreds', 'id', '10')$$, '%holds multiples of 100 only', 'an interval that is no hundred');
SELECT throws_like($$SELECT partman.create_parent('public.n_hundreds', 'id', '250')$$, '%holds multiples of 100 only', 'or not a multiple');
SELECT throws_like($$SELECT partman.create_parent('public.n_hundreds', 'id', '1000', p_offset_id := 50)$$, '%holds multiples of 100 only', 'an offset that is none');
SELECT ok(partman.create_parent('public.n_hundreds', 'id', '1000', p_offset_id := 200, p_premake := 1, p_start_partition := '0'), 'others will do');
INSERT INTO public.n_hundreds VALUES (249), (1180), (2199);
SELECT is(pg_temp.starts('public.n_hundreds'), '200 1200', 'with these bounds');
SELECT is((SELECT string_agg(tableoid::regclass || ' ' || id, ', ' ORDER BY id) FROM public.n_hundreds),
    'n_hundreds_p200 200, n_hundreds_p1200 1200, n_hundreds_default 2200', 'and rows where they belong');

SELECT * FROM finish();
ROLLBACK;
