-- The view health and check_health(): what is wrong with a set, and how bad it is.
BEGIN;
SET LOCAL client_min_messages = error;
LOAD 'pg_strata_clock';
SET LOCAL timezone = 'UTC';
SET LOCAL pg_strata_clock.now = '2026-03-10 12:00:00+00';
SELECT plan(44);
DELETE FROM partman.part_config;

CREATE TABLE public.h_day (at timestamptz NOT NULL, note text) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.h_day', 'at', '1 day', p_premake := 3, p_time_zone := 'Europe/Berlin');
CREATE TABLE public.h_id (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.h_id', 'id', '100', p_premake := 2, p_default_table := false);

CREATE FUNCTION pg_temp.reasons(text) RETURNS text LANGUAGE sql AS $$
    SELECT severity || ': ' || array_to_string(reasons, '; ') FROM partman.health WHERE parent_table = $1 $$;

-- Before anything has maintained them.
SELECT is(pg_temp.reasons('public.h_day'), 'warning: nothing has maintained it yet, and there is no worker', 'nothing scheduled is no good');
SELECT is((SELECT last_outcome FROM partman.health WHERE parent_table = 'public.h_day'), NULL, 'there was no run');
SELECT partman.run_maintenance();
SELECT results_eq($$ SELECT parent_table, ok, severity, reasons, last_outcome, failures, last_error, disabled_since, worker_alive FROM partman.health ORDER BY 1 $$,
    $$ VALUES ('public.h_day', true, 'ok', '{}'::text[], 'ok', 0, NULL, NULL::timestamptz, false),
              ('public.h_id', true, 'ok', '{}', 'ok', 0, NULL, NULL, false) $$, 'after a run all is well');
SELECT ok(bool_and(last_ok > now() - interval '1 hour' AND scheduler_last_seen >= last_ok), 'and it is known when that was') FROM partman.health;
SELECT results_eq($$ SELECT runway, covered_until, covered_until_id, partitions, partitions_ahead, missing_ranges, gaps_behind, default_not_empty,
                            expired_attached, pending_detach, retired_not_dropped, oversized FROM partman.health WHERE parent_table = 'public.h_day' $$,
    $$ VALUES ('3 days 11:00'::interval, '2026-03-14 00:00+01'::timestamptz, NULL::bigint, 7, 3, 0, 0, false, 0, 0, 0, 0) $$, 'the numbers of a time set');
SELECT results_eq($$ SELECT runway, covered_until, covered_until_id, partitions, default_not_empty FROM partman.health WHERE parent_table = 'public.h_id' $$,
    $$ VALUES (NULL::interval, NULL::timestamptz, 300::bigint, 3, NULL::boolean) $$, 'an id set without rows');

-- Ids: by what maintenance saw.
INSERT INTO public.h_id SELECT generate_series(1, 150);
SELECT partman.run_maintenance();
SET LOCAL pg_strata_clock.now = '2026-03-10 13:00:00+00';
INSERT INTO public.h_id SELECT generate_series(151, 330);
SELECT partman.run_maintenance();
SELECT results_eq($$ SELECT covered_until_id, partitions_ahead, round(extract(epoch FROM runway)) FROM partman.health WHERE parent_table = 'public.h_id' $$,
    $$ VALUES (800::bigint, 4, 9400::numeric) $$, 'an id set at its rate');

-- The clock goes on and nobody maintains anything.
SET LOCAL pg_strata_clock.now = '2026-03-13 12:00:00+00';
SELECT is(pg_temp.reasons('public.h_day'), 'warning: partitions end in 11 hours', 'half of the last partition is gone');
SELECT is((SELECT missing_ranges FROM partman.health WHERE parent_table = 'public.h_day'), 3, 'three are missing');
SET LOCAL pg_strata_clock.now = '2026-03-13 20:00:00+00';
SELECT matches(pg_temp.reasons('public.h_day'), '^critical: partitions end in 3 hours', 'three quarters of it');
SET LOCAL pg_strata_clock.now = '2026-03-14 12:00:00+00';
SELECT matches(pg_temp.reasons('public.h_day'), '^critical: new rows go to the default partition', 'all of it');
SELECT is((SELECT runway FROM partman.health WHERE parent_table = 'public.h_day'), interval '0', 'no runway is left');
SELECT throws_ok($$ SELECT partman.check_health() $$, '55000', 'partition sets need attention: public.h_day, public.h_id', 'which is an error for probes');
SELECT partman.run_maintenance();
SELECT lives_ok($$ SELECT partman.check_health('warning') $$, 'until maintenance comes by');
SELECT throws_ok($$ SELECT partman.check_health('bad') $$, '22023', 'severity "bad" is not known', 'severities are known');
SELECT throws_ok($$ SELECT partman.check_health('ok') $$, '22023', NULL, 'ok is not one that raises');

-- The default partition.
INSERT INTO public.h_day VALUES ('2030-01-01', 'far');
SELECT is(pg_temp.reasons('public.h_day'), 'warning: the default partition has rows', 'rows in the default');
SELECT lives_ok($$ SELECT partman.check_health() $$, 'a warning is not critical');
SELECT throws_ok($$ SELECT partman.check_health('warning') $$, '55000', 'partition set needs attention: public.h_day', 'but can be asked for');
DELETE FROM public.h_day WHERE at = '2030-01-01';
SELECT is((SELECT default_not_empty FROM partman.health WHERE parent_table = 'public.h_day'), false, 'dead rows are none');
INSERT INTO public.h_day SELECT '2030-01-01', repeat(md5(g::text), 50) FROM generate_series(1, 1000) g;
DELETE FROM public.h_day WHERE at = '2030-01-01';
SELECT is((SELECT default_not_empty FROM partman.health WHERE parent_table = 'public.h_day'), NULL, 'nobody looks through many pages of them');
INSERT INTO public.h_day VALUES ('2030-01-01', 'last');
SELECT is((SELECT default_not_empty FROM partman.health WHERE parent_table = 'public.h_day'), true, 'a row at the end is seen');
TRUNCATE public.h_day_default;

-- Holes, behind and ahead.
DROP TABLE public.h_day_p20260309;
SELECT is(pg_temp.reasons('public.h_day'), 'warning: 1 gap behind', 'a gap behind');
DROP TABLE public.h_day_p20260316;
SELECT is(pg_temp.reasons('public.h_day'), 'warning: 1 range between partitions ahead have no partition; 1 gap behind', 'and a hole ahead');
SELECT partman.partition_gap_fill('public.h_day');
SELECT is(pg_temp.reasons('public.h_day'), 'ok: ', 'both filled');

-- Too large.
INSERT INTO public.h_day SELECT '2026-03-14 12:00+00', repeat(md5(g::text), 50) FROM generate_series(1, 200) g;
UPDATE partman.part_config SET max_partition_bytes = 100000 WHERE parent_table = 'public.h_day';
SELECT is(pg_temp.reasons('public.h_day'), 'warning: 1 partition is larger than they may be', 'by bytes');
UPDATE partman.part_config SET max_partition_bytes = 10000000, max_partition_rows = 100 WHERE parent_table = 'public.h_day';
SELECT is(pg_temp.reasons('public.h_day'), 'ok: ', 'rows are known by ANALYZE');
ANALYZE public.h_day;
SELECT is((SELECT oversized FROM partman.health WHERE parent_table = 'public.h_day'), 1, 'by rows');
UPDATE partman.part_config SET max_partition_rows = NULL WHERE parent_table = 'public.h_day';
SELECT throws_ok($$ UPDATE partman.part_config SET max_partition_rows = 0 $$, '23514', NULL, 'limits are positive');
SELECT throws_ok($$ UPDATE partman.part_config SET max_partition_bytes = -1 $$, '23514', NULL, 'all of them');

-- Retention.
UPDATE partman.part_config SET retention = '5 days', retention_keep_table = true WHERE parent_table = 'public.h_day';
SELECT results_eq($$ SELECT expired_attached, reasons[1] FROM partman.health WHERE parent_table = 'public.h_day' $$,
    $$ VALUES (2, '1 partition should be retired by now') $$, 'expired but attached, one of them for more than a day');
SELECT partman.run_maintenance();
SELECT results_eq($$ SELECT expired_attached, retired_not_dropped, severity FROM partman.health WHERE parent_table = 'public.h_day' $$, $$ VALUES (0, 2, 'ok') $$,
    'retired, not dropped');
DROP TABLE public.h_day_p20260307;
SELECT is((SELECT retired_not_dropped FROM partman.health WHERE parent_table = 'public.h_day'), 1, 'but for one');

-- Switches.
UPDATE partman.part_config SET create_enabled = false WHERE parent_table = 'public.h_day';
UPDATE partman.part_config SET paused_until = '2026-04-01' WHERE parent_table = 'public.h_id';
SELECT is(pg_temp.reasons('public.h_day'), 'warning: maintenance is switched off in part', 'switched off');
SELECT ok(disabled_since IS NOT NULL, 'since when') FROM partman.health WHERE parent_table = 'public.h_day';
SELECT results_eq($$ SELECT severity, paused_until FROM partman.health WHERE parent_table = 'public.h_id' $$, $$ VALUES ('warning', '2026-04-01'::timestamptz) $$, 'paused');
UPDATE partman.part_config SET create_enabled = true, paused_until = NULL;

-- Failures are counted, and end.
CREATE FUNCTION public.h_stop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
SET LOCAL pg_strata_clock.now = '2026-03-15 12:00:00+00';
CREATE EVENT TRIGGER h_stop ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.h_stop();
SELECT partman.run_maintenance();
SELECT partman.run_maintenance();
SELECT results_eq($$ SELECT last_outcome, failures, last_error, reasons[1] FROM partman.health WHERE parent_table = 'public.h_day' $$,
    $$ VALUES ('failed', 2, 'not today', 'maintenance failed 2 times: not today') $$, 'failures in a row');
SELECT ok(last_ok IS NOT NULL, 'it is known when all was well') FROM partman.health WHERE parent_table = 'public.h_day';
DROP EVENT TRIGGER h_stop;
SELECT partman.run_maintenance();
SELECT results_eq($$ SELECT severity, last_outcome, failures, last_error FROM partman.health WHERE parent_table = 'public.h_day' $$,
    $$ VALUES ('ok', 'ok', 0, 'not today') $$, 'over, but not forgotten');

-- Who may see it.
CREATE ROLE regress_health_owner;
CREATE ROLE regress_health_other;
CREATE ROLE regress_health_monitor;
GRANT pg_monitor TO regress_health_monitor;
GRANT USAGE ON SCHEMA partman TO regress_health_owner, regress_health_other, regress_health_monitor;
ALTER TABLE public.h_day OWNER TO regress_health_owner;
SET LOCAL ROLE regress_health_owner;
SELECT results_eq('SELECT parent_table FROM partman.health', $$ VALUES ('public.h_day') $$, 'owners see theirs');
SET LOCAL ROLE regress_health_monitor;
SELECT results_eq('SELECT parent_table FROM partman.health ORDER BY 1', $$ VALUES ('public.h_day'), ('public.h_id') $$, 'pg_monitor sees all');
SET LOCAL ROLE regress_health_other;
SELECT is_empty('SELECT parent_table FROM partman.health', 'others see nothing');
RESET ROLE;

-- What cannot be looked at hides nothing else.
SET LOCAL session_replication_role = replica;
DROP TABLE public.h_id;
SET LOCAL session_replication_role = origin;
SELECT results_eq('SELECT parent_table, severity, reasons[1], partitions FROM partman.health ORDER BY 1',
    $$ VALUES ('public.h_day', 'ok', NULL, 9), ('public.h_id', 'warning', 'the table does not exist', NULL::int) $$, 'an orphan');
SELECT partman.config_cleanup('public.h_day');
SELECT is_empty($$ SELECT FROM partman.maintenance_state WHERE parent_oid = 'public.h_day'::regclass $$, 'a set that is forgotten leaves nothing behind');

SELECT * FROM finish();
ROLLBACK;
