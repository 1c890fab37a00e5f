-- A user's event trigger that raises on our DDL fails that step only, and the history says which and why.
BEGIN;
SET LOCAL client_min_messages = error;
LOAD 'pg_strata_clock';
SET LOCAL timezone = 'UTC';
SET LOCAL pg_strata_clock.now = '2026-03-10 12:00:00+00';
SELECT plan(15);
DELETE FROM partman.part_config;

CREATE TABLE public.e_set (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.e_other (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.' || name, 'at', '1 day', p_premake := 3, p_time_zone := 'UTC') FROM unnest(ARRAY['e_set', 'e_other']) name;
UPDATE partman.part_config SET retention = '2 days', retention_keep_table = false;
UPDATE partman.part_config SET maintenance_order = 1 WHERE parent_table = 'public.e_set';

-- Nobody may make one partition, nor drop another.
CREATE FUNCTION public.e_no_create() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.e_set_p20260315') THEN
        RAISE EXCEPTION 'the ides of March' USING ERRCODE = 'UE044', DETAIL = 'Beware.', HINT = 'Stay at home.';
    END IF;
END $$;
CREATE FUNCTION public.e_no_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE object_identity = 'public.e_set_p20260308') THEN
        RAISE EXCEPTION 'this one is dear to me' USING ERRCODE = 'UE045';
    END IF;
END $$;
CREATE EVENT TRIGGER e_no_create ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.e_no_create();
CREATE EVENT TRIGGER e_no_drop ON sql_drop EXECUTE FUNCTION public.e_no_drop();

SET LOCAL pg_strata_clock.now = '2026-03-13 12:00:00+00';
SELECT lives_ok('SELECT partman.run_maintenance()', 'a run of all sets goes on');
SELECT is((SELECT string_agg(right(partition_tablename, 2), ' ') FROM partman.show_partitions('public.e_set')), '08 11 12 13 14 16',
    'all but these are made and retired');
SELECT is((SELECT string_agg(right(partition_tablename, 2), ' ') FROM partman.show_partitions('public.e_other')), '11 12 13 14 15 16', 'the other set is maintained');

SELECT results_eq($$ SELECT action, outcome, sqlstate, message, detail, hint FROM partman.maintenance_history
                     WHERE parent_table = 'public.e_set' AND partition = 'public.e_set_p20260315' $$,
    $$ VALUES ('create', 'failed', 'UE044', 'the ides of March', 'Beware.', 'Stay at home.') $$, 'why it was not made');
SELECT results_eq($$ SELECT action, outcome, sqlstate, message FROM partman.maintenance_history
                     WHERE parent_table = 'public.e_set' AND partition = 'public.e_set_p20260308' $$,
    $$ VALUES ('drop', 'failed', 'UE045', 'this one is dear to me') $$, 'why it was not dropped');
SELECT results_eq($$ SELECT action, outcome, created, retired, sqlstate FROM partman.maintenance_history
                     WHERE parent_table = 'public.e_set' AND action = 'maintain' $$, $$ VALUES ('maintain', 'failed', 2, 3, 'UE044') $$, 'the set has failed');
SELECT is((SELECT count(*) FROM partman.maintenance_history WHERE parent_table = 'public.e_set' AND action IN ('create', 'drop') AND outcome = 'ok'), 5::bigint,
    'every other step is there, too');
SELECT is((SELECT maintenance_last_run FROM partman.part_config WHERE parent_table = 'public.e_set'), NULL, 'it has no last run');
SELECT isnt((SELECT maintenance_last_run FROM partman.part_config WHERE parent_table = 'public.e_other'), NULL, 'the other one has');
SELECT results_eq($$ SELECT severity, last_outcome, failures, last_error FROM partman.health WHERE parent_table = 'public.e_set' $$,
    $$ VALUES ('warning', 'failed', 1, 'the ides of March') $$, 'health tells');
SELECT is((SELECT missing_ranges FROM partman.health WHERE parent_table = 'public.e_set'), 1, 'what is missing');
SELECT throws_ok($$ SELECT partman.run_maintenance('public.e_set') $$, 'UE044', 'the ides of March', 'who names the set gets the error');

-- A trigger that undoes our work without a word is found out: what the run was for is not there.
DROP EVENT TRIGGER e_no_create;
DROP EVENT TRIGGER e_no_drop;
CREATE FUNCTION public.e_undo() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass('public.e_other_p20260317')) THEN
        DROP TABLE public.e_other_p20260317;
    END IF;
END $$;
CREATE EVENT TRIGGER e_undo ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION public.e_undo();
SET LOCAL pg_strata_clock.now = '2026-03-14 12:00:00+00';
SELECT partman.run_maintenance();
SELECT is(to_regclass('public.e_other_p20260317'), NULL, 'it is gone');
SELECT isnt((SELECT last_outcome FROM partman.health WHERE parent_table = 'public.e_other'), 'ok', 'and the run was no success');
DROP EVENT TRIGGER e_undo;
SELECT partman.run_maintenance();
SELECT is((SELECT string_agg(last_outcome, ' ') FROM partman.health), 'ok ok', 'without them all is well');

SELECT * FROM finish();
ROLLBACK;
