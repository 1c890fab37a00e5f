-- run_maintenance(): what it makes, what it leaves alone, and how trouble stays where it is.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT plan(41);

CREATE FUNCTION pg_temp.bounds(p_set text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = p_set::regclass AND pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT' ORDER BY c.oid
$$;
CREATE FUNCTION pg_temp.covered(p_set text, p_at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO %s VALUES (%L)', p_set, p_at);
    RETURN NOT EXISTS (SELECT FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
                        WHERE i.inhparent = p_set::regclass AND pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT'
                          AND pg_relation_size(c.oid) > 0);
EXCEPTION WHEN check_violation THEN
    RETURN false;
END $$;
CREATE FUNCTION pg_temp.partitions(p_set text) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM pg_inherits WHERE inhparent = p_set::regclass
$$;
SET timezone = 'UTC';

-- The clock drives creation; names and bounds continue the grid.
SET pg_strata_clock.now = '2026-03-10 12:00:00+00';
CREATE TABLE public.m_day (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.m_day', 'at', '1 day', p_premake := 2, p_time_zone := 'UTC');
SELECT is(pg_temp.partitions('public.m_day'), 6::bigint, 'five partitions and a default to begin with');
SELECT lives_ok($$SELECT partman.run_maintenance('public.m_day')$$, 'nothing to do is no error');
SELECT is(pg_temp.partitions('public.m_day'), 6::bigint, 'nothing was due');
SELECT is((SELECT count(*) FROM partman.maintenance_history WHERE parent_table = 'public.m_day'), 0::bigint,
          'nothing happened, so nothing is written');
SELECT isnt((SELECT maintenance_last_run FROM partman.part_config WHERE parent_table = 'public.m_day'), NULL,
            'but the run is noted');
SET pg_strata_clock.now = '2026-03-11 00:00:00+00';
SELECT partman.run_maintenance('public.m_day');
SELECT ok(to_regclass('public.m_day_p20260313') IS NOT NULL, 'at midnight one more day is covered');
SELECT is(pg_temp.partitions('public.m_day'), 7::bigint, 'and only one');
SELECT results_eq($$SELECT action, partition, bounds, outcome FROM partman.maintenance_history
                     WHERE parent_table = 'public.m_day' AND action <> 'maintain'$$,
    $$VALUES ('create', 'public.m_day_p20260313',
              'FROM (''2026-03-13 00:00:00+00'') TO (''2026-03-14 00:00:00+00'')', 'ok')$$,
    'the step is in the history');
SELECT results_eq($$SELECT outcome, created, retired, caller FROM partman.maintenance_history
                     WHERE parent_table = 'public.m_day' AND action = 'maintain'$$,
    $$VALUES ('ok', 1, 0, 'function')$$, 'and the set is');

-- A year's pause: the present and what comes next are there, the gap in between is closed.
SET pg_strata_clock.now = '2027-03-11 06:00:00+00';
SELECT partman.run_maintenance('public.m_day');
SELECT ok(pg_temp.covered('public.m_day', '2027-03-11 06:00:00+00'), 'after a year the present is covered');
SELECT ok(pg_temp.covered('public.m_day', '2027-03-13 23:59:59+00'), 'and so is the horizon');
SELECT is(pg_temp.partitions('public.m_day'), 7::bigint + 365, 'without a hole');

-- The same with a retention: what it would take at once is not made.
SET pg_strata_clock.now = '2026-03-10 12:00:00+00';
CREATE TABLE public.m_kept (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.m_kept', 'at', '1 day', p_premake := 2, p_time_zone := 'UTC');
UPDATE partman.part_config SET retention = '10 days', retention_keep_table = false
 WHERE parent_table = 'public.m_kept';
SET pg_strata_clock.now = '2027-03-11 06:00:00+00';
SELECT partman.run_maintenance('public.m_kept');
SELECT ok(pg_temp.covered('public.m_kept', '2027-03-11 06:00:00+00'), 'the present is covered');
SELECT ok(pg_temp.covered('public.m_kept', '2027-03-01 06:00:00+00'), 'and what retention keeps');
SELECT is(pg_temp.partitions('public.m_kept'), (10 + 1 + 2 + 1)::bigint, 'and nothing that it does not keep');

-- Days on which the clocks change.
SET pg_strata_clock.now = '2026-03-26 12:00:00+00';
CREATE TABLE public.m_dst (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.m_dst', 'at', '1 day', p_premake := 1, p_time_zone := 'Europe/Berlin');
SET pg_strata_clock.now = '2026-03-28 12:00:00+00';
SET timezone = 'America/New_York';
SELECT partman.run_maintenance('public.m_dst');
SET timezone = 'UTC';
SELECT bag_has($$SELECT * FROM pg_temp.bounds('public.m_dst')$$,
    $$VALUES ('FOR VALUES FROM (''2026-03-28 23:00:00+00'') TO (''2026-03-29 22:00:00+00'')')$$,
    'the day of 23 hours begins and ends at midnight in Berlin');
SELECT ok(to_regclass('public.m_dst_p20260329') IS NOT NULL, 'and is named after it, from whatever zone');
SET pg_strata_clock.now = '2026-10-25 00:30:00+00';
SELECT partman.run_maintenance('public.m_dst');
SELECT bag_has($$SELECT * FROM pg_temp.bounds('public.m_dst')$$,
    $$VALUES ('FOR VALUES FROM (''2026-10-24 22:00:00+00'') TO (''2026-10-25 23:00:00+00'')')$$,
    'the day of 25 hours too');
SELECT is(pg_temp.partitions('public.m_dst'),
          (SELECT count(DISTINCT b) + 1 FROM pg_temp.bounds('public.m_dst') b), 'no bound is there twice');

CREATE TABLE public.m_hour (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SET pg_strata_clock.now = '2026-10-24 23:30:00+00';
SELECT partman.create_parent('public.m_hour', 'at', '1 hour', p_premake := 1, p_time_zone := 'Europe/Berlin');
SET pg_strata_clock.now = '2026-10-25 02:30:00+00';
SELECT partman.run_maintenance('public.m_hour');
SELECT ok(pg_temp.covered('public.m_hour', '2026-10-25 00:30:00+00')
          AND pg_temp.covered('public.m_hour', '2026-10-25 01:30:00+00'), 'both hours from two to three are covered');

-- Data extends the horizon; data far beyond it does not.
SET pg_strata_clock.now = '2026-03-10 12:00:00+00';
CREATE TABLE public.m_data (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.m_data', 'at', '1 day', p_premake := 2, p_time_zone := 'UTC');
INSERT INTO public.m_data VALUES ('2026-03-12 01:00+00');
SELECT partman.run_maintenance('public.m_data');
SELECT ok(to_regclass('public.m_data_p20260314') IS NOT NULL, 'two more after the newest data');
INSERT INTO public.m_data VALUES ('2031-01-01 00:00+00');
SELECT partman.run_maintenance('public.m_data');
SELECT ok(to_regclass('public.m_data_p20260315') IS NULL, 'a row in the default does not steer');
UPDATE partman.part_config SET ignore_default_data = false WHERE parent_table = 'public.m_data';
SELECT partman.run_maintenance('public.m_data');
SELECT ok(to_regclass('public.m_data_p20260315') IS NULL, 'nor does it when it counts but is too far away');

-- infinite_time_partitions = false: only data drives.
CREATE TABLE public.m_idle (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.m_idle', 'at', '1 day', p_premake := 2, p_time_zone := 'UTC');
UPDATE partman.part_config SET infinite_time_partitions = false WHERE parent_table = 'public.m_idle';
SET pg_strata_clock.now = '2026-03-20 12:00:00+00';
SELECT partman.run_maintenance('public.m_idle');
SELECT is(pg_temp.partitions('public.m_idle'), 6::bigint, 'a set without data stays as it is, as in the dialect');

-- Ids.
CREATE TABLE public.m_id (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.m_id', 'id', '100', p_premake := 2);
SELECT is(pg_temp.partitions('public.m_id'), 4::bigint, 'three partitions and a default to begin with');
INSERT INTO public.m_id SELECT generate_series(1, 150);
SELECT partman.run_maintenance('public.m_id');
SELECT ok(to_regclass('public.m_id_p300') IS NOT NULL AND to_regclass('public.m_id_p400') IS NULL,
          'two partitions after the newest id');

-- Rows in the default stop only the range that they are in.
SET pg_strata_clock.now = '2026-03-10 12:00:00+00';
CREATE TABLE public.m_rows (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.m_rows', 'at', '1 day', p_premake := 2, p_time_zone := 'UTC');
INSERT INTO public.m_rows VALUES ('2026-03-14 01:00+00');
UPDATE partman.part_config SET default_rows = 'skip_range' WHERE parent_table = 'public.m_rows';
SET pg_strata_clock.now = '2026-03-14 12:00:00+00';
SELECT lives_ok($$SELECT partman.run_maintenance('public.m_rows')$$, 'a collision is no error');
SELECT ok(to_regclass('public.m_rows_p20260313') IS NOT NULL AND to_regclass('public.m_rows_p20260315') IS NOT NULL
          AND to_regclass('public.m_rows_p20260316') IS NOT NULL, 'the ranges without rows are made');
SELECT ok(to_regclass('public.m_rows_p20260314') IS NULL, 'the one with rows is not');
SELECT results_eq($$SELECT outcome, sqlstate FROM partman.maintenance_history
                     WHERE parent_table = 'public.m_rows' AND partition = 'public.m_rows_p20260314'$$,
    $$VALUES ('skipped', '23514')$$, 'and the history says why');
UPDATE partman.part_config SET default_rows = 'error' WHERE parent_table = 'public.m_rows';
SELECT partman.run_maintenance();
SELECT is((SELECT maintenance_last_run FROM partman.part_config WHERE parent_table = 'public.m_rows'), NULL,
          'a failure leaves no time of the last run');

-- One set's trouble is its own.
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE TABLE public.m_bad (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.m_good (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SET pg_strata_clock.now = '2026-03-10 12:00:00+00';
SELECT partman.create_parent('public.m_bad', 'at', '1 day', p_premake := 2, p_time_zone := 'UTC');
SELECT partman.create_parent('public.m_good', 'at', '1 day', p_premake := 2, p_time_zone := 'UTC');
UPDATE partman.part_config SET maintenance_order = 1 WHERE parent_table = 'public.m_bad';
CREATE FUNCTION public.m_stop() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity LIKE 'public.m_bad_p%') THEN
        RAISE EXCEPTION 'not today' USING ERRCODE = 'UE001', DETAIL = 'a detail', HINT = 'a hint';
    END IF;
END $$;
CREATE EVENT TRIGGER m_stop ON ddl_command_end EXECUTE FUNCTION public.m_stop();
SET pg_strata_clock.now = '2026-03-11 12:00:00+00';
SELECT lives_ok($$SELECT partman.run_maintenance()$$, 'a failing set does not stop a run over all');
SELECT ok(to_regclass('public.m_bad_p20260313') IS NULL, 'nothing of the failing set is left');
SELECT ok(to_regclass('public.m_good_p20260313') IS NOT NULL, 'the next set is maintained');
SELECT results_eq($$SELECT outcome, sqlstate, message, detail, hint FROM partman.maintenance_history
                     WHERE parent_table = 'public.m_bad' AND action = 'create'$$,
    $$VALUES ('failed', 'UE001', 'not today', 'a detail', 'a hint')$$, 'the failure is recorded whole');
SELECT throws_ok($$SELECT partman.run_maintenance('public.m_bad')$$, 'UE001', 'not today',
                 'a named set raises its error');
DROP EVENT TRIGGER m_stop;
SELECT partman.run_maintenance('public.m_bad');
SELECT ok(to_regclass('public.m_bad_p20260313') IS NOT NULL, 'and is maintained as soon as it can be');

-- Switches and states.
SELECT throws_ok($$SELECT partman.run_maintenance('public.nothing')$$, '42704', NULL, 'an unknown set is an error');
UPDATE partman.part_config SET undo_in_progress = true WHERE parent_table = 'public.m_good';
SET pg_strata_clock.now = '2026-03-12 12:00:00+00';
SELECT partman.run_maintenance('public.m_good');
SELECT ok(to_regclass('public.m_good_p20260314') IS NULL, 'a set that is being undone is left alone');
UPDATE partman.part_config SET undo_in_progress = false, create_enabled = false WHERE parent_table = 'public.m_good';
SELECT partman.run_maintenance('public.m_good');
SELECT ok(to_regclass('public.m_good_p20260314') IS NULL, 'so is one whose creation is off');
UPDATE partman.part_config SET create_enabled = true WHERE parent_table = 'public.m_good';
SELECT partman.run_maintenance('public.m_good', true);
SELECT ok(to_regclass('public.m_good_p20260314') IS NOT NULL
          AND (SELECT reltuples = 0 FROM pg_class WHERE oid = 'public.m_good'::regclass),
          'switched on again it is maintained, and analyzed when asked to');

SELECT * FROM finish();
ROLLBACK;

