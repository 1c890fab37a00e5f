-- A clock that is far ahead for a while, or set back: nothing is retired by it, no partitions are made for the time in
-- between, and with the right time again all goes on.
\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SET timezone = 'UTC';
LOAD 'pg_strata_clock';
BEGIN;
SELECT plan(46);
SET LOCAL pg_strata_clock.now = '2026-03-10 12:00:00+00';

-- The bounds in order, empty where nobody is missing.
CREATE FUNCTION pg_temp.holes(parent text) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM (SELECT lower_time, lag(upper_time) OVER (ORDER BY lower_time) AS before FROM partman.partitions
                           WHERE parent_table = parent AND NOT is_default AND lower_time BETWEEN '2020-01-01' AND '2040-01-01') AS p WHERE before <> lower_time
$$;
CREATE FUNCTION pg_temp.covers(parent text, moment timestamptz) RETURNS boolean LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM partman.partitions WHERE parent_table = parent AND lower_time <= moment AND upper_time > moment)
$$;
CREATE FUNCTION pg_temp.partitions(parent text) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM partman.partitions WHERE parent_table = parent AND NOT is_default
$$;

-- Small enough that the brake by number never holds, with all that retention can do to it; and one that is kept for ever.
CREATE TABLE public.c_dropped (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.c_months (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.c_hours (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.c_dropped', 'at', '1 day', p_premake := 2, p_time_zone := 'UTC', p_start_partition := '2026-03-06');
SELECT partman.create_parent('public.c_months', 'at', '1 month', p_premake := 2, p_time_zone := 'UTC', p_start_partition := '2025-12-01');
SELECT partman.create_parent('public.c_hours', 'at', '1 hour', p_premake := 2, p_time_zone := 'UTC', p_start_partition := '2026-03-10 06:00');
UPDATE partman.part_config SET retention = '7 days', retention_keep_table = false WHERE parent_table = 'public.c_dropped';
INSERT INTO public.c_dropped SELECT timestamptz '2026-03-06 12:00' + n * interval '1 day' FROM generate_series(0, 4) AS n;
INSERT INTO public.c_months SELECT timestamptz '2025-12-06 12:00' + n * interval '1 month' FROM generate_series(0, 3) AS n;
INSERT INTO public.c_hours SELECT timestamptz '2026-03-10 06:30' + n * interval '1 hour' FROM generate_series(0, 5) AS n;
SET LOCAL client_min_messages = error;
SELECT partman.run_maintenance();
CREATE TEMP TABLE before AS SELECT parent_table, pg_temp.partitions(parent_table) AS partitions FROM partman.part_config;

CREATE FUNCTION pg_temp.jump(jump text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    UPDATE before SET partitions = pg_temp.partitions(parent_table);
    PERFORM set_config('pg_strata_clock.now', jump, true);
    PERFORM partman.run_maintenance();
    RETURN NEXT is((SELECT count(*) FROM public.c_dropped), 5::bigint, jump || ': no row is dropped');
    RETURN NEXT is((SELECT count(*) FROM public.c_months) + (SELECT count(*) FROM public.c_hours), 10::bigint, jump || ': nor lost');
    FOREACH name IN ARRAY ARRAY['public.c_dropped', 'public.c_months', 'public.c_hours'] LOOP
        -- Those that are there, and what is wanted at that moment.
        RETURN NEXT cmp_ok(pg_temp.partitions(name), '<=', (SELECT partitions + 14 FROM before WHERE parent_table = name), jump || ': no flood of partitions, ' || name);
    END LOOP;
    PERFORM set_config('pg_strata_clock.now', '2026-03-11 12:00+00', true);
    PERFORM partman.run_maintenance();
    RETURN NEXT is((SELECT count(*) FROM public.c_dropped), 5::bigint, jump || ': with the right time every row is there');
    FOREACH name IN ARRAY ARRAY['public.c_dropped', 'public.c_months', 'public.c_hours'] LOOP
        RETURN NEXT ok(pg_temp.holes(name) = 0 AND pg_temp.covers(name, '2026-03-11 14:30+00'), jump || ': the present has its partitions, ' || name);
    END LOOP;
    RETURN NEXT is((SELECT count(*) FROM partman.plan_maintenance()), 0::bigint, jump || ': and nothing is left to do');
    DELETE FROM partman.maintenance_step;
END $$;
SELECT pg_temp.jump('2526-01-01 00:00+00');
SELECT pg_temp.jump('2046-07-01 00:00+00');
SELECT pg_temp.jump('1999-01-01 00:00+00');
SELECT pg_temp.jump('1883-01-01 00:00+00');

-- Three months ahead all of the small set would go: that needs a word.
UPDATE partman.part_config SET automatic_maintenance = 'off' WHERE parent_table <> 'public.c_dropped';
SELECT set_config('pg_strata_clock.now', '2026-06-01 00:00+00', true) \g /dev/null
SELECT partman.run_maintenance();
SELECT partman.run_maintenance();
SELECT ok(reasons::text ~ 'confirm', 'health asks for a confirmation') FROM partman.health WHERE parent_table = 'public.c_dropped';
SELECT is((SELECT outcome FROM partman.maintenance_history WHERE parent_table = 'public.c_dropped' AND outcome <> 'ok' ORDER BY started_at DESC LIMIT 1), 'needs_confirmation', 'the history says so');
SELECT cmp_ok(partman.confirm_retention('public.c_dropped'), '>', 4, 'if that is the right time');
SELECT partman.run_maintenance();
SELECT is((SELECT count(*) FROM public.c_dropped), 0::bigint, 'retention goes on then');
SELECT ok(pg_temp.covers('public.c_dropped', '2026-06-02 12:00+00'), 'and the present has its partitions');
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.c_dropped')), 0::bigint, 'all done');
SELECT * FROM finish();
ROLLBACK;
