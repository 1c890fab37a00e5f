-- Rows in the default partition that are in the way of new partitions: part_config.default_rows.
BEGIN;
SET LOCAL client_min_messages = error;
LOAD 'pg_strata_clock';
SET LOCAL timezone = 'UTC';
SET LOCAL pg_strata_clock.now = '2026-03-10 12:00:00+00';
SELECT plan(40);
DELETE FROM partman.part_config;

SELECT col_default_is('partman', 'part_config', 'default_rows', 'drain', 'rows are moved unless told not to');

CREATE FUNCTION pg_temp.parts(p_set text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(regexp_replace(partition_tablename, '^.*_p', ''), ' ') FROM partman.show_partitions(p_set) $$;
CREATE FUNCTION pg_temp.steps(p_set text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT action || ' ' || outcome || ' ' || partition FROM partman.maintenance_history
     WHERE parent_table = p_set AND action <> 'maintain' ORDER BY run_id, started_at $$;

-- A burst of ids: one run puts every row where it belongs, and makes what is to be ahead of them.
CREATE TABLE public.dr_ids (id bigint PRIMARY KEY, v int DEFAULT 1) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.dr_ids', 'id', '100', p_premake := 4);
INSERT INTO public.dr_ids SELECT generate_series(0, 1000);
INSERT INTO public.dr_ids VALUES (-5), (1000000);
SELECT is((SELECT count(*) FROM public.dr_ids_default), 503::bigint, 'a burst ends up in the default partition');
SELECT throws_ok($$ UPDATE partman.part_config SET default_rows = 'ignore' $$, '23514', NULL, 'no other policies');
SELECT set_eq($$ SELECT action FROM partman.plan_maintenance('public.dr_ids') $$, '{heal}'::text[], 'the plan says what will be done');
SELECT partman.run_maintenance('public.dr_ids');
SELECT is(pg_temp.parts('public.dr_ids'), '0 100 200 300 400 500 600 700 800 900 1000 1100 1200 1300 1400', 'one run makes all partitions');
SELECT is(ARRAY(SELECT id FROM public.dr_ids_default ORDER BY id), '{-5,1000000}'::bigint[], 'what is far away stays where it is');
SELECT is((SELECT count(*) FROM public.dr_ids), 1003::bigint, 'all rows are there');
SELECT is((SELECT count(*) FROM public.dr_ids_p500), 100::bigint, 'each in its place');
SELECT set_has($$ SELECT * FROM pg_temp.steps('public.dr_ids') $$, $$ VALUES ('heal ok public.dr_ids_p500'), ('create ok public.dr_ids_p1200') $$, 'the history tells');
SELECT is((SELECT provenance FROM partman.partitions WHERE partition_table = 'dr_ids_p700'), 'made', 'they are ours');
SELECT is((SELECT conrelid::regclass::text FROM pg_constraint WHERE conrelid = 'public.dr_ids_p700'::regclass AND contype = 'p'), 'dr_ids_p700', 'with a key');
SELECT is((SELECT count(*) FROM pg_constraint WHERE conrelid = 'public.dr_ids_p700'::regclass AND contype = 'c'), 0::bigint, 'and no other constraint');
SELECT is_empty($$ SELECT * FROM partman.plan_maintenance('public.dr_ids') $$, 'nothing is left to do');

-- The clock: rows of the day after tomorrow came early; unattended runs heal as well.
CREATE TABLE public.dr_days (at timestamptz NOT NULL, v text) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.dr_days', 'at', '1 day', p_premake := 2);
INSERT INTO public.dr_days SELECT '2026-03-13'::timestamptz + i * interval '1 hour', 'x' FROM generate_series(0, 47) i;
SELECT set_config('pg_strata_clock.now', '2026-03-12 12:00+00', true);
SELECT partman.run_maintenance();
SELECT is(pg_temp.parts('public.dr_days'), '20260308 20260309 20260310 20260311 20260312 20260313 20260314 20260315 20260316', 'the days are there, and two after the newest row');
SELECT is((SELECT count(*) FROM public.dr_days_default), 0::bigint, 'the default partition is empty');
SELECT is((SELECT count(*) FROM public.dr_days_p20260314), 24::bigint, 'the rows are in their day');
SELECT is((SELECT severity FROM partman.health WHERE parent_table = 'public.dr_days'), 'ok', 'all is well');

-- skip_range: what does not collide is made, and what does is named.
UPDATE partman.part_config SET default_rows = 'skip_range' WHERE parent_table = 'public.dr_days';
INSERT INTO public.dr_days VALUES ('2026-03-18 01:00+00', 'x');
SELECT set_config('pg_strata_clock.now', '2026-03-17 12:00+00', true);
SELECT results_eq($$ SELECT action, partition FROM partman.plan_maintenance('public.dr_days') $$,
    $$ VALUES ('create', 'public.dr_days_p20260317'), ('skip', 'public.dr_days_p20260318'), ('create', 'public.dr_days_p20260319') $$, 'the plan says what is left out');
SELECT lives_ok($$ SELECT partman.run_maintenance('public.dr_days') $$, 'nothing is raised');
SELECT is(pg_temp.parts('public.dr_days'), '20260308 20260309 20260310 20260311 20260312 20260313 20260314 20260315 20260316 20260317 20260319', 'the others are made');
SELECT is((SELECT count(*) FROM public.dr_days_default), 1::bigint, 'the row is where it was');
SELECT results_eq($$ SELECT outcome, sqlstate FROM partman.maintenance_history WHERE partition = 'public.dr_days_p20260318' $$, $$ VALUES ('skipped', '23514') $$, 'the history names the range');
SELECT is((SELECT outcome FROM partman.maintenance_history WHERE parent_table = 'public.dr_days' AND action = 'maintain' ORDER BY run_id DESC LIMIT 1), 'skipped', 'and the set is marked');
SELECT isnt((SELECT severity FROM partman.health WHERE parent_table = 'public.dr_days'), 'ok', 'health tells');

-- error: as pg_partman does.
UPDATE partman.part_config SET default_rows = 'error' WHERE parent_table = 'public.dr_days';
SELECT is((SELECT string_agg(action, ' ') FROM partman.plan_maintenance('public.dr_days')), 'skip', 'the plan leaves it out');
SELECT throws_like($$ SELECT partman.run_maintenance('public.dr_days') $$, 'updated partition constraint for default partition "dr_days_default" would be violated by some row', 'the run fails');
SELECT lives_ok($$ SELECT partman.run_maintenance() $$, 'one of many is a warning');
SELECT is((SELECT outcome FROM partman.maintenance_history WHERE parent_table = 'public.dr_days' AND action = 'maintain' ORDER BY run_id DESC LIMIT 1), 'failed', 'and recorded');

-- Back to the default: it goes.
UPDATE partman.part_config SET default_rows = 'drain' WHERE parent_table = 'public.dr_days';
SELECT partman.run_maintenance('public.dr_days');
SELECT is((SELECT count(*) FROM public.dr_days_p20260318), 1::bigint, 'the row has moved');
SELECT is((SELECT count(*) FROM public.dr_days_default), 0::bigint, 'out of the default partition');

-- What users' triggers, policies and other columns could do to it.
CREATE TABLE public.dr_odd (v text, gone int, id bigint NOT NULL, twice bigint GENERATED ALWAYS AS (id * 2) STORED, big text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
ALTER TABLE public.dr_odd DROP COLUMN gone;
SELECT partman.create_parent('public.dr_odd', 'id', '10', p_premake := 1);
CREATE FUNCTION public.dr_stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'must not fire'; END $$;
INSERT INTO public.dr_odd (id, v, big) SELECT i, 'v' || i, repeat(md5(i::text), 5000) FROM generate_series(0, 25) i;
SELECT md5(string_agg(o::text, ',' ORDER BY id)) AS before FROM public.dr_odd o \gset
CREATE TRIGGER dr_stop BEFORE INSERT OR UPDATE OR DELETE ON public.dr_odd FOR EACH ROW EXECUTE FUNCTION public.dr_stop();
ALTER TABLE public.dr_odd ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SELECT partman.run_maintenance('public.dr_odd');
SELECT is((SELECT count(*) FROM public.dr_odd_default), 0::bigint, 'the odd rows are out of the default partition');
SELECT is((SELECT md5(string_agg(o::text, ',' ORDER BY id)) FROM public.dr_odd o), :'before', 'and are what they were');

-- A set without a default partition has nothing of this.
CREATE TABLE public.dr_none (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.dr_none', 'id', '10', p_premake := 1, p_default_table := false);
INSERT INTO public.dr_none VALUES (15);
SELECT partman.run_maintenance('public.dr_none');
SELECT is(pg_temp.parts('public.dr_none'), '0 10 20', 'as ever');

-- Sets of sets: the rows go on to where they belong.
CREATE TABLE public.dr_top (id bigint NOT NULL, sub bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.dr_top', 'id', '1000', p_premake := 1);
SELECT partman.create_sub_parent('public.dr_top', 'sub', '100', p_declarative_check := 'yes', p_premake := 1);
INSERT INTO public.dr_top VALUES (5, 5), (1500, 15), (2500, 250), (2600, 1);
SELECT is((SELECT count(*) FROM public.dr_top_default), 2::bigint, 'two rows are early');
SELECT partman.run_maintenance('public.dr_top');
SELECT is((SELECT count(*) FROM public.dr_top_default), 0::bigint, 'they have moved');
SELECT is((SELECT count(*) FROM public.dr_top_p2000_p0), 1::bigint, 'to the level below');
SELECT is((SELECT count(*) FROM public.dr_top_p2000_p200), 1::bigint, 'both of them');

-- Tables that refer to the set, and that it refers to.
CREATE TABLE public.dr_ref (id int PRIMARY KEY);
INSERT INTO public.dr_ref VALUES (1);
CREATE TABLE public.dr_fk (id bigint PRIMARY KEY, ref int REFERENCES public.dr_ref) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.dr_fk', 'id', '10', p_premake := 1);
CREATE TABLE public.dr_child (fk bigint REFERENCES public.dr_fk);
INSERT INTO public.dr_fk SELECT i, 1 FROM generate_series(0, 25) i;
INSERT INTO public.dr_child VALUES (25);
SELECT partman.run_maintenance('public.dr_fk');
SELECT is((SELECT count(*) FROM public.dr_fk_default), 0::bigint, 'rows that others refer to have moved');
SELECT throws_ok($$ DELETE FROM public.dr_fk WHERE id = 25 $$, '23503', NULL, 'and are referred to');
SELECT throws_ok($$ DELETE FROM public.dr_ref $$, '23503', NULL, 'as they refer');

SELECT * FROM finish();
ROLLBACK;
