-- What keeps maintenance from doing something: switches, windows and schedules, in the set's own time zone.
BEGIN;
SET LOCAL client_min_messages = error;
LOAD 'pg_strata_clock';
SET LOCAL timezone = 'America/New_York';
SET LOCAL pg_strata_clock.now = '2026-03-10 12:00:00+00';
SELECT plan(48);
DELETE FROM partman.part_config;

CREATE TABLE public.s_set (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.s_set', 'at', '1 day', p_premake := 2, p_time_zone := 'Europe/Berlin');
UPDATE partman.part_config SET retention = '3 days', retention_keep_table = false;

-- The newest and the oldest partition.
CREATE FUNCTION pg_temp.newest() RETURNS text LANGUAGE sql AS $$
    SELECT right(partition_tablename, 8) FROM partman.show_partitions('public.s_set', 'DESC') LIMIT 1 $$;
CREATE FUNCTION pg_temp.oldest() RETURNS text LANGUAGE sql AS $$
    SELECT right(partition_tablename, 8) FROM partman.show_partitions('public.s_set') LIMIT 1 $$;
-- After a run of all sets, or of this one, at a time.
CREATE FUNCTION pg_temp.run(p_at text, p_set text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT set_config('pg_strata_clock.now', p_at, true);
    SELECT partman.run_maintenance(p_set);
    SELECT pg_temp.oldest() || ' ' || pg_temp.newest() $$;
CREATE FUNCTION pg_temp.set(p_changes text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE partman.part_config SET create_enabled = true, retire_enabled = true, paused_until = NULL, create_window = NULL, retire_window = NULL,
           schedule = NULL, maintenance_last_run = NULL;
    EXECUTE 'UPDATE partman.part_config SET ' || p_changes;
END $$;

SELECT is(pg_temp.run('2026-03-10 12:00+00'), '20260308 20260312', 'all is open');

-- Switches hold for every run.
SELECT pg_temp.set('create_enabled = false');
SELECT is(pg_temp.run('2026-03-11 12:00+00'), '20260308 20260312', 'nothing is made');
SELECT is(pg_temp.run('2026-03-12 12:00+00'), '20260309 20260312', 'but retired');
SELECT is(pg_temp.run('2026-03-12 12:00+00', 'public.s_set'), '20260309 20260312', 'also for who names the set');
SELECT pg_temp.set('retire_enabled = false');
SELECT is(pg_temp.run('2026-03-14 12:00+00'), '20260309 20260316', 'made, but not retired');
SELECT is(pg_temp.run('2026-03-14 12:00+00', 'public.s_set'), '20260309 20260316', 'whoever asks');
SELECT pg_temp.set($$ paused_until = '2026-03-16 00:00+00' $$);
SELECT is(pg_temp.run('2026-03-15 23:59+00'), '20260309 20260316', 'paused');
SELECT is(pg_temp.run('2026-03-15 23:59+00', 'public.s_set'), '20260309 20260316', 'for all');
SELECT is(pg_temp.run('2026-03-16 00:00+00'), '20260313 20260318', 'and not any more');

-- Windows: of the wall clock in Berlin.
SELECT pg_temp.set($$ create_window = '22:00-06:00', retire_window = 'Sat,Sun' $$);
SELECT is(pg_temp.run('2026-03-17 12:00+00'), '20260313 20260318', 'both shut, on a Tuesday');
SELECT is_empty('SELECT action FROM partman.plan_maintenance()', 'and so the plan says');
SELECT is(pg_temp.run('2026-03-17 20:59+00'), '20260313 20260318', 'until 22:00 in Berlin');
SELECT is(pg_temp.run('2026-03-17 21:00+00'), '20260313 20260319', 'then partitions are made');
SELECT is(pg_temp.run('2026-03-18 04:59+00'), '20260313 20260320', 'over midnight');
SELECT is(pg_temp.run('2026-03-19 05:00+00'), '20260313 20260320', 'to six');
SELECT is(pg_temp.run('2026-03-20 22:59+00'), '20260313 20260322', 'Friday evening');
SELECT is(pg_temp.run('2026-03-20 23:00+00'), '20260317 20260323', 'Saturday in Berlin');
SELECT is(pg_temp.run('2026-03-22 12:00+00'), '20260319 20260323', 'Sunday, at noon');
SELECT is(pg_temp.run('2026-03-24 12:00+00'), '20260319 20260323', 'Tuesday');
SELECT is((SELECT severity FROM partman.health WHERE parent_table = 'public.s_set'), 'critical', 'a window can last too long, which health tells');
SELECT is(pg_temp.run('2026-03-24 12:00+00', 'public.s_set'), '20260321 20260326', 'who names the set need not wait');
-- The change of the clock, on the 29th: 02:00 to 03:00 is skipped.
SELECT pg_temp.set($$ create_window = '02:00-03:00' $$);
SELECT is(pg_temp.run('2026-03-29 00:59+00'), '20260326 20260326', 'before');
SELECT is(pg_temp.run('2026-03-29 01:00+00'), '20260326 20260331', 'an hour later, for as long');
SELECT is(pg_temp.run('2026-03-30 01:00+00'), '20260327 20260331', 'on the next day that is too late');
SELECT is(pg_temp.run('2026-03-30 00:00+00'), '20260327 20260401', 'where it is at that time of the summer');

-- Schedules.
SELECT pg_temp.set($$ schedule = 'Mon-Fri 03:00', maintenance_last_run = '2026-04-03 01:30+00' $$); -- Friday, 03:30 in Berlin
SELECT is(pg_temp.run('2026-04-05 12:00+00'), '20260327 20260401', 'not on Sunday');
SELECT is(pg_temp.run('2026-04-06 00:59+00'), '20260327 20260401', 'not before 03:00 in Berlin');
SELECT is(pg_temp.run('2026-04-06 01:00+00'), '20260403 20260408', 'but then');
SELECT pg_temp.set($$ schedule = '6 hours', maintenance_last_run = '2026-04-07 12:00+00' $$);
SELECT is(pg_temp.run('2026-04-07 17:59+00'), '20260403 20260408', 'not within the interval');
SELECT is(pg_temp.run('2026-04-07 17:59+00', 'public.s_set'), '20260404 20260409', 'but for who names it');
UPDATE partman.part_config SET maintenance_last_run = '2026-04-08 12:00+00';
SELECT is(pg_temp.run('2026-04-08 18:00+00'), '20260405 20260410', 'after the interval');
UPDATE partman.part_config SET maintenance_last_run = NULL;
SELECT is(pg_temp.run('2026-04-09 12:00+00'), '20260406 20260411', 'at once after a failure');
SELECT ok(maintenance_last_run > now() - interval '1 day', 'from where it counts') FROM partman.part_config;

-- What cannot be read is refused.
SELECT throws_ok($$ UPDATE partman.part_config SET create_window = 'at night' $$, '22023', 'invalid create_window: "at night"', 'a window');
SELECT throws_ok($$ UPDATE partman.part_config SET retire_window = '22:00' $$, '22023', 'invalid retire_window: "22:00"', 'a window without an end');
SELECT throws_ok($$ UPDATE partman.part_config SET schedule = 'Mon 25:00' $$, '22023', NULL, 'a moment that there is not');
SELECT throws_ok($$ UPDATE partman.part_config SET schedule = 'sometimes' $$, '22023', 'invalid schedule: "sometimes"', 'a schedule');
SELECT throws_ok($$ UPDATE partman.part_config SET schedule = '0 seconds' $$, '22023', NULL, 'no time at all');
SELECT throws_ok($$ UPDATE partman.part_config SET schedule = '90' $$, '22023', NULL, 'a number without a unit');
SELECT lives_ok($$ UPDATE partman.part_config SET schedule = '1 day', create_window = 'mon-FRI 1:00 - 2:00 , 3:00-4:00 ; sun', retire_window = 'Sat' $$, 'spaces and case are of no meaning');
SELECT pg_temp.set('create_enabled = true');

-- Id sets have windows, too, in UTC where they have no zone.
CREATE TABLE public.s_id (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.s_id', 'id', '10', p_premake := 1);
DELETE FROM partman.part_config WHERE parent_table = 'public.s_set';
UPDATE partman.part_config SET create_window = '22:00-23:00';
INSERT INTO public.s_id SELECT generate_series(1, 15);
CREATE FUNCTION pg_temp.ids(p_at text) RETURNS bigint LANGUAGE sql AS $$
    SELECT set_config('pg_strata_clock.now', p_at, true); SELECT partman.run_maintenance(); SELECT count(*) FROM partman.show_partitions('public.s_id') $$;
SELECT is(pg_temp.ids('2026-04-10 21:59+00'), 2::bigint, 'shut for ids');
SELECT is(pg_temp.ids('2026-04-10 22:00+00'), 3::bigint, 'open for ids');

-- The brake is let go whenever that is.
CREATE TABLE public.s_brake (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.s_brake', 'at', '1 day', p_premake := 2, p_start_partition := '2026-03-01', p_time_zone := 'UTC');
UPDATE partman.part_config SET retention = '3 days', retention_keep_table = false, retire_window = 'Sun 01:00-02:00' WHERE parent_table = 'public.s_brake';
SELECT cmp_ok(partman.confirm_retention('public.s_brake'), '>', 10, 'confirmed while the window is shut');
SELECT partman.run_maintenance();
SELECT is((SELECT min(partition_tablename) FROM partman.show_partitions('public.s_brake')), 's_brake_p20260301', 'it waits for the window');
SELECT set_config('pg_strata_clock.now', '2026-04-12 01:30+00', true);
SELECT partman.run_maintenance();
SELECT is((SELECT min(partition_tablename) FROM partman.show_partitions('public.s_brake')), 's_brake_p20260409', 'and is done then');

-- Who names a set hears what is switched off.
UPDATE partman.part_config SET create_enabled = false, retire_enabled = false, retire_window = NULL WHERE parent_table = 'public.s_brake';
SELECT set_config('pg_strata_clock.now', '2026-04-14 12:00+00', true);
SELECT partman.run_maintenance('public.s_brake');
SELECT is((SELECT expired_attached FROM partman.health WHERE parent_table = 'public.s_brake'), 2, 'retirement is due');
SELECT is((SELECT missing_ranges FROM partman.health WHERE parent_table = 'public.s_brake'), 2, 'and creation');
SELECT ok(disabled_since IS NOT NULL, 'it is known since when') FROM partman.part_config WHERE parent_table = 'public.s_brake';

SELECT * FROM finish();
ROLLBACK;
