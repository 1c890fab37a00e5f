-- retention_drop_after: what is retired is kept for a while, and then dropped.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT plan(38);
SET timezone = 'UTC';
SET pg_strata_clock.now = '2026-03-20 12:00:00+00';
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE FUNCTION pg_temp.at(p_at text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('pg_strata_clock.now', p_at, true) $$;
CREATE FUNCTION pg_temp.days(p_name text, p_first text DEFAULT '2026-03-15') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE public.%I (at timestamptz NOT NULL, note text) PARTITION BY RANGE (at)', p_name);
    PERFORM partman.create_parent('public.' || p_name, 'at', '1 day', p_premake := 2, p_start_partition := p_first, p_time_zone := 'UTC');
    EXECUTE format('INSERT INTO public.%I SELECT d, ''x'' FROM generate_series(%L::timestamptz, now(), interval ''6 hours'') AS d
                     WHERE d < partman_now()', p_name, p_first);
END $$;
CREATE FUNCTION public.partman_now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT current_setting('pg_strata_clock.now')::timestamptz $$;
CREATE FUNCTION pg_temp.set(p_table text, p_assignment text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('UPDATE partman.part_config SET %s WHERE parent_table = %L', p_assignment, p_table); END $$;
-- Retired partitions that are still there, and when they go.
CREATE FUNCTION pg_temp.kept(p_table text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(right(partition_table, 4) || ' ' || coalesce(to_char(drop_due, 'MM-DD HH24:MI'), 'never'), ', ' ORDER BY partition_table)
      FROM partman.managed_partition WHERE parent_table = p_table AND detached_at IS NOT NULL AND to_regclass(partition_schema || '.' || partition_table) IS NOT NULL $$;
CREATE FUNCTION pg_temp.planned(p_table text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(action || ' ' || coalesce(right(partition, 4), ''), ', ') FROM partman.plan_maintenance(p_table) $$;

-- Dropping takes two steps now.
SELECT pg_temp.days('d_time');
SELECT pg_temp.set('public.d_time', $$retention = '3 days', retention_keep_table = false, retention_drop_after = '7 days'$$);
SELECT is(pg_temp.planned('public.d_time'), 'detach 0315, detach 0316', 'what would be dropped at once is detached');
SELECT partman.run_maintenance('public.d_time');
SELECT is(pg_temp.kept('public.d_time'), '0315 03-27 12:00, 0316 03-27 12:00', 'for a week');
SELECT is((SELECT count(*) FROM public.d_time_p20260315), 4::bigint, 'they can be read');
SELECT is((SELECT count(*) FROM public.d_time WHERE at < '2026-03-17'), 0::bigint, 'under their own names only');
SELECT results_eq($$SELECT action, outcome FROM partman.maintenance_history WHERE partition = 'public.d_time_p20260315'$$,
    $$VALUES ('detach', 'ok')$$, 'the history tells of the first step');
SELECT pg_temp.at('2026-03-27 11:59+00');
SELECT pg_temp.set('public.d_time', 'retention = NULL');
SELECT is(pg_temp.planned('public.d_time'), 'create 0323, create 0324, create 0325, create 0326, create 0327, create 0328, create 0329', 'a minute is left');
SELECT pg_temp.at('2026-03-27 12:00+00');
SELECT partman.run_maintenance('public.d_time');
SELECT is(pg_temp.kept('public.d_time'), NULL, 'a week later they are gone, whatever retention says now');
SELECT ok(to_regclass('public.d_time_p20260315') IS NULL AND to_regclass('public.d_time_p20260316') IS NULL, 'from the database');
SELECT is((SELECT count(*) FROM partman.managed_partition WHERE partition_table = 'd_time_p20260315'), 0::bigint, 'and forgotten');
SELECT results_eq($$SELECT outcome, bounds, rows IS NULL, bytes > 0 FROM partman.maintenance_history WHERE partition = 'public.d_time_p20260315' AND action = 'drop_retired'$$,
    $$VALUES ('ok', 'FROM (''2026-03-15 00:00:00+00'') TO (''2026-03-16 00:00:00+00'')', true, true)$$, 'the history tells of the second');
SELECT is((SELECT retired FROM partman.maintenance_history WHERE parent_table = 'public.d_time' AND action = 'maintain' ORDER BY run_id DESC LIMIT 1), 0,
    'which is no retirement');

-- The plan in full
SELECT pg_temp.at('2026-03-20 12:00+00');
SELECT pg_temp.days('d_plan');
SELECT pg_temp.set('public.d_plan', $$retention = '4 days', retention_drop_after = '1 hour', create_enabled = false$$);
SELECT partman.run_maintenance('public.d_plan');
SELECT is(pg_temp.kept('public.d_plan'), '0315 03-20 13:00', 'what would be kept for ever is kept for a while');
SELECT pg_temp.at('2026-03-20 13:00+00');
SELECT results_eq($$SELECT action, partition, bounds, reason, sql, locks, estimated_bytes > 0 FROM partman.plan_maintenance('public.d_plan')$$,
    $$VALUES ('drop_retired', 'public.d_plan_p20260315', 'FROM (''2026-03-15 00:00:00+00'') TO (''2026-03-16 00:00:00+00'')',
              'was retired at 2026-03-20 12:00:00+00 and kept for retention_drop_after', 'DROP TABLE public.d_plan_p20260315;',
              'AccessExclusiveLock on public.d_plan_p20260315', true)$$, 'the plan says what, why and how');
SELECT pg_temp.set('public.d_plan', 'retire_enabled = false');
SELECT is(pg_temp.planned('public.d_plan'), NULL, 'retire_enabled holds for it');
SELECT pg_temp.set('public.d_plan', $$retire_enabled = true, retire_window = 'Sun 01:00-02:00', automatic_maintenance = 'on'$$);
SELECT partman.run_maintenance();
SELECT ok(to_regclass('public.d_plan_p20260315') IS NOT NULL, 'and so does retire_window');
-- A copy drops nothing.
SELECT pg_temp.set('public.d_plan', 'retire_window = NULL');
INSERT INTO partman.installation VALUES (1, 1, NULL);
SELECT is(pg_temp.planned('public.d_plan'), 'confirm ', 'a copy waits for a word');
SELECT partman.run_maintenance();
SELECT ok(to_regclass('public.d_plan_p20260315') IS NOT NULL, 'and drops nothing');
SELECT partman.confirm_live();
-- Somebody changed his mind.
SELECT pg_temp.set('public.d_plan', $$retention_drop_after = NULL$$);
SELECT is(pg_temp.planned('public.d_plan'), NULL, 'without the setting nothing is dropped');
SELECT pg_temp.set('public.d_plan', $$retention_drop_after = '2 days'$$);
SELECT pg_temp.at('2026-03-20 23:00+00');
SELECT is(pg_temp.planned('public.d_plan'), NULL, 'a longer time counts for what is retired already');
SELECT pg_temp.set('public.d_plan', $$retention_drop_after = '1 second'$$);
SELECT is(pg_temp.planned('public.d_plan'), 'drop_retired 0315', 'a shorter one does not hasten, but it is over');
-- Attached by hand to something else, renamed, moved
ALTER TABLE public.d_plan_p20260315 RENAME TO renamed;
SELECT is(pg_temp.planned('public.d_plan'), 'drop_retired amed', 'its name does not matter');
CREATE TABLE public.d_else (at timestamptz NOT NULL, note text) PARTITION BY RANGE (at);
ALTER TABLE public.d_else ATTACH PARTITION public.renamed FOR VALUES FROM ('2026-03-15 00:00+00') TO ('2026-03-16 00:00+00');
SELECT is(pg_temp.planned('public.d_plan'), NULL, 'what is attached elsewhere is in use');
ALTER TABLE public.d_else DETACH PARTITION public.renamed;
-- Something else needs the table.
CREATE VIEW public.d_view AS SELECT * FROM public.renamed;
SELECT pg_temp.set('public.d_plan', $$retention = '3 days'$$);
SELECT throws_ok($$SELECT partman.run_maintenance('public.d_plan')$$, '2BP01', NULL, 'what others depend on is not dropped');
SELECT partman.run_maintenance();
SELECT is((SELECT sqlstate FROM partman.maintenance_history WHERE action = 'drop_retired' AND partition = 'public.renamed'), '2BP01', 'the reason is recorded');
SELECT is(pg_temp.kept('public.d_plan'), '0316 03-20 23:00, amed 03-20 13:00', 'and others are retired');
DROP VIEW public.d_view;
SELECT partman.run_maintenance('public.d_plan');
SELECT ok(to_regclass('public.renamed') IS NULL AND to_regclass('public.d_plan_p20260316') IS NOT NULL, 'then it goes');

-- Retired before the setting was there: they were to be kept for ever.
SELECT pg_temp.at('2026-03-20 12:00+00');
SELECT pg_temp.days('d_before');
SELECT pg_temp.set('public.d_before', $$retention = '4 days'$$);
SELECT partman.run_maintenance('public.d_before');
SELECT pg_temp.set('public.d_before', $$retention = '3 days', retention_drop_after = '1 day'$$);
SELECT partman.run_maintenance('public.d_before');
SELECT pg_temp.at('2027-03-20 12:00+00');
SELECT pg_temp.set('public.d_before', $$retention = NULL, create_enabled = false$$);
SELECT is(pg_temp.planned('public.d_before'), 'drop_retired 0316', 'only what was retired under the setting is dropped');

-- A schema to move them to; a call by hand
SELECT pg_temp.at('2026-03-20 12:00+00');
CREATE SCHEMA d_schema;
SELECT pg_temp.days('d_move');
SELECT pg_temp.set('public.d_move', $$retention_schema = 'd_schema', retention_drop_after = '1 day'$$);
SELECT is(partman.drop_partition_time('public.d_move', '4 days'), 1, 'by hand, as configured');
SELECT is(pg_temp.kept('public.d_move'), '0315 03-21 12:00', 'it is kept in the schema for a day');
SELECT is(partman.drop_partition_time('public.d_move', '3 days', p_keep_table := false), 1, 'a schema still wins over dropping');
SELECT pg_temp.set('public.d_move', $$retention_schema = NULL$$);
SELECT is(partman.drop_partition_time('public.d_move', '2 days', p_keep_table := false), 1, 'who says that it shall be dropped');
SELECT ok(to_regclass('public.d_move_p20260317') IS NULL, 'does not wait');
SELECT pg_temp.at('2026-03-21 12:00+00');
SELECT partman.run_maintenance('public.d_move');
SELECT is(pg_temp.kept('public.d_move'), '0316 never', 'a day later the first is gone');

-- The brake
SELECT pg_temp.at('2026-03-20 12:00+00');
SELECT pg_temp.days('d_brake', '2026-03-01');
SELECT pg_temp.set('public.d_brake', $$retention = '2 days', retention_drop_after = '1 day', automatic_maintenance = 'on'$$);
SELECT partman.run_maintenance('public.d_brake');
SELECT pg_temp.at('2026-03-21 12:00+00');
SELECT partman.run_maintenance();
SELECT is((SELECT count(*) FROM partman.managed_partition WHERE parent_table = 'public.d_brake' AND drop_due < public.partman_now() + interval '1 second'), 17::bigint,
    'nobody is looking: so many are not dropped at once');
SELECT is(partman.confirm_retention('public.d_brake'), 17, 'without a word of a person');
SELECT partman.run_maintenance();
SELECT is(pg_temp.kept('public.d_brake'), '0318 03-22 12:00', 'with it they are');

-- What cannot be a time to keep something
SELECT throws_ok($$SELECT pg_temp.set('public.d_time', 'retention_drop_after = ''0''')$$, '22023', 'retention_drop_after must be greater than zero', 'no time at all');
SELECT throws_ok($$SELECT pg_temp.set('public.d_time', 'retention_drop_after = ''-1 day''')$$, '22023', NULL, 'a time in the past');

SELECT * FROM finish();
ROLLBACK;
