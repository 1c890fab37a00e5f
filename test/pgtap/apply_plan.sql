-- apply_plan(): what was shown, or nothing.  Not in a transaction, since the procedure commits; it tidies up itself.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';
SET timezone = 'UTC';
SET pg_strata_clock.now = '2026-03-10 12:00:00+00';

SELECT plan(28);
CREATE TABLE public.ap (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.ap_other (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent(name, 'at', '1 day', p_premake := 1, p_time_zone := 'UTC', p_start_partition := '2026-03-06', p_default_table := false)
  FROM unnest(ARRAY['public.ap', 'public.ap_other']) name;
UPDATE partman.part_config SET retention = '3 days', retention_keep_table = false, premake = 3 WHERE parent_table = 'public.ap';
CREATE FUNCTION public.ap_partitions() RETURNS text LANGUAGE sql AS
    $$SELECT string_agg(right(inhrelid::regclass::text, 2), ' ' ORDER BY 1) FROM pg_inherits WHERE inhparent = 'public.ap'::regclass$$;
CREATE FUNCTION public.ap_shown() RETURNS text LANGUAGE sql AS
    $$SELECT min(fingerprint) FROM partman.plan_maintenance('public.ap')$$;
\set ON_ERROR_STOP 0

SELECT is(ap_partitions(), '06 07 08 09 10 11', 'at first');
SELECT matches(ap_shown(), '^[0-9a-f]{16}(-[0-9a-f]{6}){3}$', 'a fingerprint with a mark for each of three actions');
SELECT ap_shown() AS shown \gset

-- What is not a fingerprint, and a plan that nobody has.
SELECT throws_ok($$CALL partman.apply_plan('abc', p_atomic => true)$$, '22023', '"abc" is not the fingerprint of a plan', 'no fingerprint');
SELECT throws_ok($$CALL partman.apply_plan(NULL, p_atomic => true)$$, '22023', NULL, 'null');
SELECT throws_ok($$CALL partman.apply_plan('0123456789abcdef', p_atomic => true)$$, '55000', 'no set has a plan with fingerprint "0123456789abcdef"', 'unknown');
SELECT throws_ok(format('CALL partman.apply_plan(%L, %L)', :'shown', 'public.ap'), '25001', NULL, 'in a function it must be atomic');
SELECT throws_ok(format('CALL partman.apply_plan(%L, %L, p_atomic => true)', :'shown', 'public.nowhere'), '42704', NULL, 'a table that is not managed');

-- The clock goes on: the plan is another one.
SET pg_strata_clock.now = '2026-03-11 12:00:00+00';
CREATE FUNCTION public.ap_detail(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE call;
    RETURN 'done';
EXCEPTION WHEN object_not_in_prerequisite_state THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN SQLERRM || ': ' || detail;
END $$;
SELECT is(ap_detail(format('CALL partman.apply_plan(%L, %L, p_atomic => true)', :'shown', 'public.ap')),
    'the plan for table "public.ap" is not the one that was approved: Not shown, but to be done now: create public.ap_p20260314, retire public.ap_p20260307.', 'what is new is named');
SET pg_strata_clock.now = '2026-03-10 12:00:00+00';
CREATE TABLE public.ap_hand PARTITION OF public.ap FOR VALUES FROM ('2026-03-12') TO ('2026-03-13');
SELECT is(ap_detail(format('CALL partman.apply_plan(%L, %L, p_atomic => true)', :'shown', 'public.ap')),
    'the plan for table "public.ap" is not the one that was approved: 1 action that was shown is not to be done any more.', 'what is gone is counted');
SELECT is(ap_partitions(), '06 07 08 09 10 11 nd', 'nothing was done');
DROP TABLE public.ap_hand;

-- Only one half of it.
CALL partman.apply_plan(:'shown', 'public.ap', p_skip_create => true);
SELECT is(ap_partitions(), '07 08 09 10 11', 'only the retirement');
SELECT is(ap_detail(format('CALL partman.apply_plan(%L, %L, p_atomic => true)', :'shown', 'public.ap')),
    'the plan for table "public.ap" is not the one that was approved: 1 action that was shown is not to be done any more.', 'once is enough');
SELECT ap_shown() AS shown \gset
CALL partman.apply_plan(:'shown', 'public.ap', p_skip_retire => true);
SELECT is(ap_partitions(), '07 08 09 10 11 12 13', 'only the creation');
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.ap')), 0::bigint, 'nothing is left to do');

-- Without a table: the set that has the fingerprint.
UPDATE partman.part_config SET premake = 2 WHERE parent_table = 'public.ap_other';
SELECT min(fingerprint) AS shown FROM partman.plan_maintenance() WHERE parent_table = 'public.ap_other' \gset
CALL partman.apply_plan(:'shown');
SELECT is((SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.ap_other'::regclass), 7::bigint, 'applied to the set that has it');

-- One transaction for each partition, or one for all of them.
SET pg_strata_clock.now = '2026-03-13 12:00:00+00';
CREATE FUNCTION public.ap_stop() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE object_identity = 'public.ap_p20260308') THEN
        RAISE EXCEPTION 'not today' USING ERRCODE = 'UE001';
    END IF;
END $$;
CREATE EVENT TRIGGER ap_stop ON sql_drop EXECUTE FUNCTION public.ap_stop();
SELECT ap_shown() AS shown \gset
SELECT throws_ok(format('CALL partman.apply_plan(%L, %L, p_atomic => true)', :'shown', 'public.ap'), 'UE001', 'not today', 'atomic: what fails is an error');
SELECT is(ap_partitions(), '07 08 09 10 11 12 13', 'and nothing is done');
CALL partman.apply_plan(:'shown', 'public.ap');
SELECT is(:'LAST_ERROR_SQLSTATE'::text, 'UE001', 'one by one: the error comes at the end');
SELECT is(ap_partitions(), '08 10 11 12 13 14 15 16', 'and the rest is done');
SELECT is((SELECT count(DISTINCT xmin::text) FROM pg_class WHERE oid IN ('public.ap_p20260314'::regclass, 'public.ap_p20260315'::regclass, 'public.ap_p20260316'::regclass)),
    3::bigint, 'each in a transaction of its own');
DROP EVENT TRIGGER ap_stop;
SELECT ap_shown() AS shown \gset
BEGIN;
CALL partman.apply_plan(:'shown', 'public.ap', p_atomic => true);
SELECT ap_partitions() AS inside \gset
ROLLBACK;
SELECT is(:'inside'::text, '10 11 12 13 14 15 16', 'in the transaction of a migration');
SELECT is(ap_partitions(), '08 10 11 12 13 14 15 16', 'which can be rolled back');
BEGIN;
CALL partman.apply_plan(:'shown', 'public.ap', p_atomic => true);
COMMIT;
SELECT is(ap_partitions(), '10 11 12 13 14 15 16', 'or committed');

-- With a brake there are two plans: what nobody looks at waits for a confirmation, what is asked for by name does not.
CREATE TABLE public.ap_brake (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.ap_brake', 'at', '1 day', p_premake := 1, p_time_zone := 'UTC', p_start_partition := '2026-02-10', p_default_table := false);
UPDATE partman.part_config SET retention = '3 days', retention_keep_table = false, premake = 3 WHERE parent_table = 'public.ap_brake';
CREATE FUNCTION public.ap_braked(out partitions bigint, out oldest text) LANGUAGE sql AS
    $$SELECT count(*), min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'public.ap_brake'::regclass$$;
SELECT partitions AS before FROM public.ap_braked() \gset
SELECT min(fingerprint) AS braked FROM partman.plan_maintenance() WHERE parent_table = 'public.ap_brake' \gset
SELECT min(fingerprint) AS whole FROM partman.plan_maintenance('public.ap_brake') \gset
SELECT isnt(:'braked'::text, :'whole', 'the two have fingerprints of their own');
CALL partman.apply_plan(:'braked', 'public.ap_brake');
SELECT is((partitions, oldest), (:before + 2::bigint, 'ap_brake_p20260210'::text), 'the cautious one, of a table that is named, retires nothing') FROM public.ap_braked();
SELECT min(fingerprint) AS whole FROM partman.plan_maintenance('public.ap_brake') \gset
CALL partman.apply_plan(:'whole', 'public.ap_brake');
SELECT is(oldest, 'ap_brake_p20260310', 'the other one retires') FROM public.ap_braked();

-- Somebody else's set.
CREATE ROLE ap_stranger;
GRANT USAGE ON SCHEMA partman TO ap_stranger;
SET ROLE ap_stranger;
SELECT throws_ok(format('CALL partman.apply_plan(%L, %L, p_atomic => true)', :'shown', 'public.ap'), '42501', NULL, 'only for the owner');
RESET ROLE;
BEGIN READ ONLY;
SELECT throws_ok(format('CALL partman.apply_plan(%L, %L, p_atomic => true)', :'shown', 'public.ap'), '25006', NULL, 'not in a read-only transaction');
COMMIT;

SELECT * FROM finish();
DELETE FROM partman.part_config WHERE parent_table LIKE 'public.ap%';
DROP TABLE public.ap, public.ap_other, public.ap_brake;
DROP FUNCTION public.ap_braked(), public.ap_partitions(), public.ap_shown(), public.ap_stop(), public.ap_detail(text);
REVOKE ALL ON SCHEMA partman FROM ap_stranger;
DROP ROLE ap_stranger;
TRUNCATE partman.maintenance_run, partman.maintenance_set, partman.maintenance_step;
