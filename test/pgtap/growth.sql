-- Id sets whose ids grow faster than premake partitions between two runs of maintenance.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT plan(15);
SET timezone = 'UTC';
SET pg_strata_clock.now = '2026-03-10 12:00:00+00';
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE FUNCTION pg_temp.newest(p_set text) RETURNS bigint LANGUAGE sql AS $$
    SELECT max(substring(c.relname FROM '_p(-?\d+)$')::bigint) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = p_set::regclass
$$;
CREATE FUNCTION pg_temp.run_at(p_at text) RETURNS void LANGUAGE sql AS $$
    SELECT set_config('pg_strata_clock.now', p_at, false); SELECT partman.run_maintenance();
$$;

CREATE TABLE public.g_ids (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.g_ids', 'id', '100', p_premake := 2);
SELECT is(pg_temp.newest('public.g_ids'), 200::bigint, 'to begin with');

INSERT INTO public.g_ids VALUES (50);
SELECT partman.run_maintenance();
SELECT is(pg_temp.newest('public.g_ids'), 200::bigint, 'a first look knows no rate');
SELECT results_eq($$SELECT seen_id, seen_at, seen_rate FROM partman.part_config WHERE parent_table = 'public.g_ids'$$,
    $$VALUES (50::bigint, timestamptz '2026-03-10 12:00:00+00', 0::float8)$$, 'and is remembered');

INSERT INTO public.g_ids VALUES (250);
SELECT pg_temp.run_at('2026-03-10 12:01:00+00');
SELECT is(pg_temp.newest('public.g_ids'), 400::bigint, 'within minutes there is no rate: premake partitions');

INSERT INTO public.g_ids VALUES (550), (650);
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.g_ids') WHERE action = 'create'), 0::bigint, 'rows in the default partition do not count');
DELETE FROM public.g_ids_default;

-- 440 ids in an hour, so 440 more until the next run, and premake partitions after that.
INSERT INTO public.g_ids VALUES (490);
SELECT pg_temp.run_at('2026-03-10 13:00:00+00');
SELECT is(pg_temp.newest('public.g_ids'), 1100::bigint, 'as far ahead as the ids grow in another hour: 490 + 440 and two more');
SELECT is((SELECT round((seen_rate * 3600)::numeric) FROM partman.part_config WHERE parent_table = 'public.g_ids'), 440::numeric, 'the rate');
SELECT pg_temp.run_at('2026-03-10 13:00:30+00');
SELECT pg_temp.run_at('2026-03-10 13:10:00+00');
SELECT is(pg_temp.newest('public.g_ids'), 1100::bigint, 'looking more often makes no more of them');

-- A burst of a hundred times the rate.
INSERT INTO public.g_ids VALUES (1150);
SELECT pg_temp.run_at('2026-03-10 13:15:30+00');
SELECT is(pg_temp.newest('public.g_ids'), 2000::bigint, 'a burst: 660 more in a quarter of an hour');
UPDATE partman.part_config SET seen_rate = 1e300 WHERE parent_table = 'public.g_ids';
SELECT pg_temp.run_at('2026-03-10 14:15:30+00');
SELECT is(pg_temp.newest('public.g_ids'), 3300::bigint, 'however fast, ten times premake ahead at most');

-- The way back to the dialect's rule.
CREATE TABLE public.g_plain (id int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.g_plain', 'id', '100', p_premake := 2);
UPDATE partman.part_config SET infinite_time_partitions = false WHERE parent_table = 'public.g_plain';
INSERT INTO public.g_plain VALUES (50);
SELECT pg_temp.run_at('2026-03-20 14:00:00+00');
INSERT INTO public.g_plain VALUES (250);
SELECT pg_temp.run_at('2026-03-20 15:00:00+00');
SELECT is(pg_temp.newest('public.g_plain'), 400::bigint, 'infinite_time_partitions = false: only the newest id counts');

-- Near the end of the type the rate asks for no more than there can be.
CREATE TABLE public.g_end (id smallint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.g_end', 'id', '1000', p_premake := 2, p_start_partition := '28000');
INSERT INTO public.g_end VALUES (28500);
SELECT pg_temp.run_at('2026-03-20 16:00:00+00');
INSERT INTO public.g_end VALUES (30500);
SELECT lives_ok($$SELECT pg_temp.run_at('2026-03-20 17:00:00+00')$$, 'at the end of the type');
SELECT is(pg_temp.newest('public.g_end'), 31000::bigint, 'the last whole partition');

-- Ids that went back.
DELETE FROM public.g_ids WHERE id > 100;
SELECT pg_temp.run_at('2026-03-21 13:00:00+00');
SELECT is((SELECT seen_rate FROM partman.part_config WHERE parent_table = 'public.g_ids'), 0::float8, 'ids that go back start anew');
SELECT throws_ok($$UPDATE partman.part_config SET seen_rate = 'Infinity' WHERE parent_table = 'public.g_ids'$$, '23514', NULL, 'no rate without an end');

SELECT * FROM finish();
ROLLBACK;
