-- plan_maintenance(): says what maintenance would do, does nothing, and is right.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT plan(24);
SET timezone = 'UTC';
SET pg_strata_clock.now = '2026-03-20 12:00:00+00';
UPDATE partman.part_config SET automatic_maintenance = 'off';

CREATE TABLE public.p_set (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.p_set', 'at', '1 day', p_premake := 2, p_start_partition := '2026-03-15',
                             p_time_zone := 'UTC');
SELECT is_empty($$SELECT * FROM partman.plan_maintenance('public.p_set')$$, 'nothing is to be done');
SELECT throws_ok($$SELECT * FROM partman.plan_maintenance('public.nothing')$$, '42704', NULL, 'an unknown set');
INSERT INTO public.p_set VALUES ('2026-03-15 01:00+00');
UPDATE partman.part_config SET retention = '3 days', retention_keep_table = false
 WHERE parent_table = 'public.p_set';
SET pg_strata_clock.now = '2026-03-21 12:00:00+00';
SELECT results_eq($$SELECT parent_table, action, partition, bounds, sql IS NOT NULL
                      FROM partman.plan_maintenance('public.p_set')$$,
    $$VALUES ('public.p_set', 'create', 'public.p_set_p20260323',
              'FROM (''2026-03-23 00:00:00+00'') TO (''2026-03-24 00:00:00+00'')', true),
             ('public.p_set', 'drop', 'public.p_set_p20260315',
              'FROM (''2026-03-15 00:00:00+00'') TO (''2026-03-16 00:00:00+00'')', true),
             ('public.p_set', 'drop', 'public.p_set_p20260316',
              'FROM (''2026-03-16 00:00:00+00'') TO (''2026-03-17 00:00:00+00'')', true),
             ('public.p_set', 'drop', 'public.p_set_p20260317',
              'FROM (''2026-03-17 00:00:00+00'') TO (''2026-03-18 00:00:00+00'')', true)$$,
    'creates come first, in order');
SELECT is((SELECT locks FROM partman.plan_maintenance('public.p_set') WHERE action = 'create'),
          'ShareUpdateExclusiveLock on public.p_set, AccessExclusiveLock on public.p_set_default',
          'the locks of a create');
SELECT is((SELECT locks FROM partman.plan_maintenance('public.p_set') WHERE partition = 'public.p_set_p20260315'),
          'AccessExclusiveLock on public.p_set, AccessExclusiveLock on public.p_set_default, '
          'AccessExclusiveLock on public.p_set_p20260315', 'and of a drop');
SELECT is((SELECT sql FROM partman.plan_maintenance('public.p_set') WHERE partition = 'public.p_set_p20260315'),
          'DROP TABLE public.p_set_p20260315;', 'the SQL of a drop');
SELECT matches((SELECT sql FROM partman.plan_maintenance('public.p_set') WHERE action = 'create'),
               'CREATE TABLE public.p_set_p20260323', 'the SQL of a create');
SELECT is((SELECT estimated_bytes FROM partman.plan_maintenance('public.p_set')
            WHERE partition = 'public.p_set_p20260315'), pg_total_relation_size('public.p_set_p20260315'),
          'the size of what would go');
SELECT is((SELECT estimated_bytes FROM partman.plan_maintenance('public.p_set') WHERE action = 'create'), NULL,
          'a new partition has none');
SELECT is((SELECT count(DISTINCT fingerprint) FROM partman.plan_maintenance('public.p_set')), 1::bigint,
          'one fingerprint for the set');
SELECT is((SELECT min(fingerprint) FROM partman.plan_maintenance('public.p_set')),
          (SELECT min(fingerprint) FROM partman.plan_maintenance()), 'the same however it is asked for');
SELECT ok((SELECT bool_and(reason <> '') FROM partman.plan_maintenance('public.p_set')), 'everything has a reason');

-- Reads only.
SAVEPOINT before;
SET transaction_read_only = on;
SELECT is((SELECT count(*) FROM partman.plan_maintenance()), 4::bigint, 'it works in a read-only transaction');
SELECT throws_ok($$SELECT partman.run_maintenance()$$, '25006', NULL, 'where maintenance does not');
SELECT throws_ok($$SELECT partman.drop_partition_time('public.p_set', '1 day')$$, '25006', NULL,
                 'nor does retention');
ROLLBACK TO before;
SELECT throws_ok($$CALL partman.run_maintenance_proc()$$, '25001', NULL,
                 'and the procedure does not in a transaction block');

-- Applying it is exactly that.
CREATE TEMP TABLE planned AS SELECT * FROM partman.plan_maintenance('public.p_set');
SELECT partman.run_maintenance('public.p_set');
SELECT bag_eq($$SELECT action, partition, bounds FROM planned$$,
    $$SELECT action, partition, bounds FROM partman.maintenance_history
       WHERE parent_table = 'public.p_set' AND action <> 'maintain' AND outcome = 'ok'$$,
    'what was planned is what was done');
SELECT is_empty($$SELECT * FROM partman.plan_maintenance('public.p_set')$$, 'and then nothing is left');

-- A person has to say a word first.
CREATE TABLE public.p_brake (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.p_brake', 'at', '1 day', p_premake := 2, p_start_partition := '2026-03-01',
                             p_time_zone := 'UTC');
UPDATE partman.part_config SET retention = '3 days' WHERE parent_table = 'public.p_brake';
SELECT results_eq($$SELECT action, sql FROM partman.plan_maintenance() WHERE parent_table = 'public.p_brake'$$,
    $$VALUES ('confirm', 'SELECT partman.confirm_retention(''public.p_brake'');')$$, 'the brake is in the plan');
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.p_brake') WHERE action = 'detach'), 17::bigint,
          'a call that names the table would go ahead');

-- One broken set does not hide the others.
UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'public.p_set';
SET session_replication_role = replica;
UPDATE partman.part_config SET time_zone = 'Nowhere/Land' WHERE parent_table = 'public.p_brake';
RESET session_replication_role;
SELECT is((SELECT action FROM partman.plan_maintenance() WHERE parent_table = 'public.p_brake'), 'failed',
          'a set without a plan says so');
SELECT is((SELECT action FROM partman.plan_maintenance() WHERE parent_table = 'public.p_set'), 'create',
          'and the others have theirs');

-- The table that a set refers to is locked where a partition is detached, not where it is dropped.
CREATE TABLE public.p_customers (id int PRIMARY KEY);
CREATE TABLE public.p_referring (at timestamptz NOT NULL, customer int REFERENCES public.p_customers) PARTITION BY RANGE (at);
SET pg_strata_clock.now = '2026-03-15 12:00:00+00';
SELECT partman.create_parent('public.p_referring', 'at', '1 day', p_premake := 8, p_default_table := false, p_time_zone := 'UTC');
UPDATE partman.part_config SET retention = '8 days', retention_keep_table = false, premake = 1, retention_max_fraction = NULL
 WHERE parent_table = 'public.p_referring';
SET pg_strata_clock.now = '2026-03-17 12:00:00+00';
CREATE VIEW public.p_retire AS SELECT locks FROM partman.plan_maintenance('public.p_referring')
 WHERE partition = 'public.p_referring_p20260308';
SELECT is((SELECT locks FROM public.p_retire),
          'AccessExclusiveLock on public.p_referring, AccessExclusiveLock on public.p_referring_p20260308',
          'a drop leaves the referenced table alone');
UPDATE partman.part_config SET retention_keep_table = true WHERE parent_table = 'public.p_referring';
SELECT is((SELECT locks FROM public.p_retire),
          'AccessExclusiveLock on public.p_referring, ShareRowExclusiveLock on public.p_customers, '
          'AccessExclusiveLock on public.p_referring_p20260308; '
          'detach concurrently, in the worker where the table is in use: ShareUpdateExclusiveLock on public.p_referring, '
          'ShareUpdateExclusiveLock on public.p_referring_p20260308', 'a detach does not');

SELECT * FROM finish();
ROLLBACK;
