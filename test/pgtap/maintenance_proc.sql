-- run_maintenance_proc(): what is done stays done, whatever happens to other sets.  Not in a transaction, so it
-- tidies up by itself.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';
SET timezone = 'UTC';
SET pg_strata_clock.now = '2026-03-10 12:00:00+00';

SELECT plan(15);
CREATE TABLE public.c_bad (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.c_good (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.c_rows (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.' || name, 'at', '1 day', p_premake := 2, p_time_zone := 'UTC')
  FROM unnest(ARRAY['c_bad', 'c_good', 'c_rows']) name;
UPDATE partman.part_config SET maintenance_order = 1 WHERE parent_table = 'public.c_bad';
UPDATE partman.part_config SET retention = '1 day', retention_keep_table = false
 WHERE parent_table IN ('public.c_bad', 'public.c_good');
INSERT INTO public.c_rows VALUES ('2026-03-13 01:00+00');
UPDATE partman.part_config SET default_rows = 'skip_range';

-- Nobody may drop a partition of c_bad.
CREATE FUNCTION public.c_stop() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE object_identity LIKE 'public.c_bad_p%') THEN
        RAISE EXCEPTION 'not today' USING ERRCODE = 'UE001';
    END IF;
END $$;
CREATE EVENT TRIGGER c_stop ON sql_drop EXECUTE FUNCTION public.c_stop();
SET pg_strata_clock.now = '2026-03-11 12:00:00+00';
\set ON_ERROR_STOP 0
CALL partman.run_maintenance_proc();
\set state :LAST_ERROR_SQLSTATE
\set message :LAST_ERROR_MESSAGE
\set ON_ERROR_STOP 1
SELECT is(:'state'::text, 'UE001', 'at its end the procedure raises, with the state of what went wrong');
SELECT matches(:'message'::text, '^maintenance failed for 1 of [0-9]+ partition sets: public.c_bad$', 'and says for how many sets, and which');
SELECT ok(to_regclass('public.c_bad_p20260313') IS NOT NULL, 'creates are committed before retires');
SELECT ok(to_regclass('public.c_bad_p20260308') IS NOT NULL AND to_regclass('public.c_bad_p20260309') IS NOT NULL,
          'what could not be retired is there');
SELECT ok(to_regclass('public.c_good_p20260313') IS NOT NULL AND to_regclass('public.c_good_p20260308') IS NULL,
          'the other set is done and committed');
SELECT is((SELECT count(*) FROM partman.maintenance_history WHERE parent_table = 'public.c_bad' AND action = 'drop'
              AND outcome = 'failed' AND sqlstate = 'UE001'), 2::bigint, 'the failures outlive the error');
SELECT is((SELECT count(DISTINCT run_id) FROM partman.maintenance_history WHERE parent_table LIKE 'public.c\_%'),
          1::bigint, 'all of it is one run');
SELECT results_eq($$SELECT outcome, finished_at IS NOT NULL FROM partman.maintenance_run
                     WHERE run_id = (SELECT max(run_id) FROM partman.maintenance_history
                                      WHERE parent_table = 'public.c_bad')$$,
                  $$VALUES ('failed', true)$$, 'which has ended, and badly');
SELECT is((SELECT array_agg(parent_table ORDER BY parent_table) FROM partman.part_config
            WHERE parent_table LIKE 'public.c\_%' AND maintenance_last_run IS NULL),
          ARRAY['public.c_bad'], 'failed sets have no time of the last run');
DROP EVENT TRIGGER c_stop;

-- Rows in the default partition are no error.
UPDATE partman.part_config SET automatic_maintenance = 'off' WHERE parent_table IN ('public.c_bad', 'public.c_good');
CALL partman.run_maintenance_proc();
SELECT ok(to_regclass('public.c_rows_p20260313') IS NULL, 'a range with rows in the default is left out');
DELETE FROM public.c_rows;
CALL partman.run_maintenance_proc(p_analyze := true);
SELECT ok(to_regclass('public.c_rows_p20260313') IS NOT NULL, 'and made when they are gone');
SELECT is((SELECT reltuples FROM pg_class WHERE oid = 'public.c_rows'::regclass), 0::real, 'and analyzed');

-- A large default partition is searched for each new one: others get at it in between.
CREATE FUNCTION public.c_transactions() RETURNS bigint LANGUAGE sql
    AS $$ SELECT count(DISTINCT xmin::text) FROM pg_class WHERE relname LIKE 'c\_rows\_p%' $$;
SELECT public.c_transactions() AS before \gset
UPDATE partman.part_config SET premake = premake + 3 WHERE parent_table = 'public.c_rows';
CALL partman.run_maintenance_proc();
SELECT is(public.c_transactions(), :before + 1::bigint, 'three partitions are made in one transaction');
ALTER TABLE public.c_rows_default SET (fillfactor = 10);
INSERT INTO public.c_rows SELECT '2001-01-01'::timestamptz + i * interval '1 second' FROM generate_series(1, 60000) i;
UPDATE partman.part_config SET premake = premake + 3 WHERE parent_table = 'public.c_rows';
CALL partman.run_maintenance_proc();
SELECT is(public.c_transactions(), :before + 4::bigint, 'but in one each where the default partition is large');
DELETE FROM public.c_rows;
DROP FUNCTION public.c_transactions();

-- It waits between sets.
UPDATE partman.part_config SET automatic_maintenance = 'on' WHERE parent_table IN ('public.c_bad', 'public.c_good');
SELECT clock_timestamp() AS before \gset
CALL partman.run_maintenance_proc(1);
SELECT ok(clock_timestamp() - :'before'::timestamptz >= interval '2 seconds', 'p_wait seconds between two sets');

SELECT * FROM finish();
DELETE FROM partman.part_config WHERE parent_table LIKE 'public.c\_%';
DROP TABLE public.c_bad, public.c_good, public.c_rows;
DROP FUNCTION public.c_stop();
TRUNCATE partman.maintenance_run, partman.maintenance_set, partman.maintenance_step;
