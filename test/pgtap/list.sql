-- LIST partitioned id sets: one partition per number.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;

BEGIN;
SELECT plan(45);
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE FUNCTION pg_temp.values(p_set text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(regexp_replace(partition_tablename, '^.*_p', ''), ' ') FROM partman.show_partitions(p_set)
$$;

CREATE TABLE public.l_small (k smallint NOT NULL) PARTITION BY LIST (k);
CREATE TABLE public.l_int (k int NOT NULL) PARTITION BY LIST (k);
CREATE TABLE public.l_big (k bigint NOT NULL) PARTITION BY LIST (k);
CREATE TABLE public.l_numeric (k numeric NOT NULL) PARTITION BY LIST (k);
CREATE TEMP TABLE sets AS SELECT unnest(ARRAY['l_small', 'l_int', 'l_big', 'l_numeric']) AS t;
SELECT ok(partman.create_parent('public.' || t, 'k', '1', p_type := 'list', p_premake := 2), t) FROM sets;
SELECT is(pg_temp.values('public.' || t), '0 1 2', t || ': from zero on') FROM sets;
SELECT (SELECT matches(pg_get_expr(relpartbound, oid), '^FOR VALUES IN \(''?1''?\)$', t || ': a single value') FROM pg_class WHERE relname = t || '_p1') FROM sets;
SELECT results_eq(format($$SELECT partition_type, partition_interval FROM partman.part_config WHERE parent_table = 'public.%s'$$, t),
           $$VALUES ('list', '1')$$, t || ': as it is stored')
  FROM sets;

INSERT INTO public.l_int SELECT generate_series(0, 2);
SELECT is_empty('SELECT * FROM ONLY public.l_int_default', 'rows are in their partitions');
SELECT partman.run_maintenance('public.l_int');
SELECT is(pg_temp.values('public.l_int'), '0 1 2 3 4', 'maintenance: premake partitions after the newest value');
SELECT results_eq($$SELECT partition_table, suffix_id, table_exists FROM partman.show_partition_name('public.l_int', '4')$$,
    $$VALUES ('l_int_p4', 4::bigint, true)$$, 'show_partition_name()');
SELECT results_eq($$SELECT partition_table, suffix_id, table_exists FROM partman.show_partition_name('public.l_int', '-3')$$,
    $$VALUES ('l_int_p-3', -3::bigint, false)$$, 'of one that is not there');
SELECT results_eq($$SELECT child_start_id, child_end_id, child_start_time, suffix FROM partman.show_partition_info('public.l_int_p4')$$,
    $$VALUES (4::bigint, NULL::bigint, NULL::timestamptz, NULL)$$, 'show_partition_info(): a start and no end');
SELECT ok(partman.create_partition_id('public.l_int', ARRAY[8, -2, 8, 4]), 'create_partition_id(), a value twice and one that is there');
SELECT is(pg_temp.values('public.l_int'), '-2 0 1 2 3 4 8', 'makes the others');
SELECT ok(NOT partman.create_partition_id('public.l_int', ARRAY[8]), 'and nothing when they are there');
SELECT is(partman.partition_gap_fill('public.l_int'), 4, 'partition_gap_fill()');
SELECT is(pg_temp.values('public.l_int'), '-2 -1 0 1 2 3 4 5 6 7 8', 'leaves no hole');
SELECT results_eq($$SELECT bound, lower_id FROM partman.partitions WHERE parent_table = 'public.l_int' AND partition_table = 'l_int_p8'$$,
    $$VALUES ('FOR VALUES IN (''8'')', 8::bigint)$$, 'the view of partitions');

INSERT INTO public.l_int VALUES (8), (100);
SELECT results_eq($$SELECT bounds FROM partman.plan_maintenance('public.l_int') WHERE action = 'create' ORDER BY 1$$,
    $$VALUES ('IN (''10'')'), ('IN (''9'')')$$, 'the plan');
SELECT results_eq($$SELECT * FROM partman.check_default() WHERE default_table = 'public.l_int_default'$$,
    $$VALUES ('public.l_int_default', 1::bigint)$$, 'check_default()');
SELECT throws_ok($$SELECT partman.create_partition_id('public.l_int', ARRAY[100])$$, '23514', NULL, 'a value whose rows are in the default');
SELECT is((SELECT count(*) FROM public.l_int WHERE k = 100), 1::bigint, 'which stay where they are');
SELECT is(partman.drop_partition_id('public.l_int', p_retention := 6, p_keep_table := false), 4, 'retention: 8 - 6');
SELECT is(pg_temp.values('public.l_int'), '2 3 4 5 6 7 8', 'drops the values below');
UPDATE partman.part_config SET retention = '4', retention_keep_table = true WHERE parent_table = 'public.l_int';
SELECT partman.run_maintenance('public.l_int');
SELECT is(pg_temp.values('public.l_int'), '4 5 6 7 8 9 10', 'so does maintenance');
SELECT has_table('public', 'l_int_p3', 'or detaches them');

-- The ends of a type.
SELECT ok(partman.create_partition_id('public.l_small', ARRAY[32767, -32768]), 'the outermost values');
INSERT INTO public.l_small VALUES (32767), (-32768);
SELECT is_empty('SELECT * FROM ONLY public.l_small_default', 'have partitions');

-- Partitions that somebody else made.
CREATE TABLE public.l_hand (k int) PARTITION BY LIST (k);
CREATE TABLE public.l_hand_few PARTITION OF public.l_hand FOR VALUES IN (3, 1, 2);
CREATE TABLE public.l_hand_null PARTITION OF public.l_hand FOR VALUES IN (NULL);
INSERT INTO public.l_hand VALUES (2), (NULL);
SELECT ok(partman.create_parent('public.l_hand', 'k', '1', p_type := 'list', p_premake := 2, p_control_not_null := false, p_start_partition := '4'), 'several consecutive values in one partition, and NULL');
INSERT INTO public.l_hand VALUES (5);
SELECT partman.run_maintenance('public.l_hand');
SELECT is(pg_temp.values('public.l_hand'), 'l_hand_few 4 5 6 7', 'the set goes on after them');
SELECT is((SELECT partition_table FROM partman.show_partition_name('public.l_hand', '2')), 'l_hand_few', 'they are found');
CREATE TABLE public.l_hand_odd PARTITION OF public.l_hand FOR VALUES IN (20, 30);
SELECT throws_ok($$SELECT partman.run_maintenance('public.l_hand')$$, '0A000', 'partition "l_hand_odd" lists values that are not consecutive', 'values with holes: one error');
ALTER TABLE public.l_hand DETACH PARTITION public.l_hand_odd;
DROP TABLE public.l_hand_null;
CREATE TABLE public.l_hand_null PARTITION OF public.l_hand FOR VALUES IN (NULL, 40);
SELECT throws_ok($$SELECT partman.run_maintenance('public.l_hand')$$, '0A000', 'partition "l_hand_null" lists NULL beside other values', 'so is NULL beside others');

-- What cannot be.
CREATE TABLE public.l_bad (k int NOT NULL, at timestamptz NOT NULL) PARTITION BY LIST (k);
SELECT throws_ok($$SELECT partman.create_parent('public.l_bad', 'k', '10', p_type := 'list')$$, '22023', 'Interval for list partitioning must be 1', 'an interval other than 1');
SELECT throws_ok($$SELECT partman.create_parent('public.l_bad', 'k', '1')$$, '42809', NULL, 'p_type that is not the table''s');
CREATE TABLE public.l_time (k timestamptz NOT NULL) PARTITION BY LIST (k);
SELECT throws_ok($$SELECT partman.create_parent('public.l_time', 'k', '1 day', p_type := 'list')$$, '0A000', NULL, 'a list of times');

SELECT * FROM finish();
ROLLBACK;
