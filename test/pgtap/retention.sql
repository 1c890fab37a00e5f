-- Retention: what goes, what never goes, how it goes, and who has to say so.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT plan(53);
SET timezone = 'UTC';
SET pg_strata_clock.now = '2026-03-20 12:00:00+00';
UPDATE partman.part_config SET automatic_maintenance = 'off';

CREATE FUNCTION pg_temp.names(p_set text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(replace(c.relname, split_part(p_set, '.', 2) || '_', ''), ' ' ORDER BY c.relname)
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = p_set::regclass
$$;
CREATE FUNCTION pg_temp.partitions(p_set text) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM pg_inherits WHERE inhparent = p_set::regclass
$$;
-- A set of days from the 10th to the 22nd.
CREATE FUNCTION pg_temp.days(p_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE public.%I (at timestamptz NOT NULL, note text) PARTITION BY RANGE (at)', p_name);
    EXECUTE format('CREATE INDEX ON public.%I (note)', p_name);
    PERFORM partman.create_parent('public.' || p_name, 'at', '1 day', p_premake := 2,
                                  p_start_partition := '2026-03-10', p_time_zone := 'UTC');
END $$;

-- drop_partition_time
SELECT pg_temp.days('r_time');
SELECT is(pg_temp.partitions('public.r_time'), 14::bigint, 'thirteen days and a default');
SELECT throws_matching($$SELECT partman.drop_partition_time('public.r_time')$$,
    'Configuration for given parent table with a retention period not found', 'no retention at all is an error');
SELECT throws_ok($$SELECT partman.drop_partition_id('public.r_time', 5)$$, '42809', NULL, 'the wrong function too');
SELECT throws_ok($$SELECT partman.drop_partition_time('public.nothing', '1 day')$$, '42704', NULL,
                 'and a set that there is not');
SELECT throws_ok($$SELECT partman.drop_partition_time('public.r_time', '-1 day')$$, '22023', NULL,
                 'and a negative retention');
SELECT is(partman.drop_partition_time('public.r_time', '8 days', p_keep_table := false,
          p_reference_timestamp := '2026-03-20 00:00+00'), 1, 'a partition that ends at the limit stays');
SELECT ok(to_regclass('public.r_time_p20260310') IS NULL AND to_regclass('public.r_time_p20260311') IS NOT NULL,
          'only the one before it went');
SELECT is(partman.drop_partition_time('public.r_time', '8 days', p_keep_table := false), 1,
          'the reference is now unless given');
UPDATE partman.part_config SET retention = '6 days' WHERE parent_table = 'public.r_time';
SELECT is(partman.drop_partition_time('public.r_time'), 2, 'retention and keeping come from the configuration');
SELECT ok(to_regclass('public.r_time_p20260312') IS NOT NULL
          AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = 'public.r_time_p20260312'::regclass),
          'a kept table is detached');
SELECT is((SELECT retired_as FROM partman.managed_partition WHERE partition_table = 'r_time_p20260312'), 'detached',
          'and that is remembered');
SELECT results_eq($$SELECT bound, retired_from, detached_at FROM partman.managed_partition WHERE partition_table = 'r_time_p20260312'$$,
    $$VALUES ('FOR VALUES FROM (''2026-03-12 00:00:00+00'') TO (''2026-03-13 00:00:00+00'')', 'public', '2026-03-20 12:00+00'::timestamptz)$$,
    'with bound, schema and time');
SELECT is((SELECT count(*) FROM pg_index WHERE indrelid = 'public.r_time_p20260312'::regclass), 1::bigint,
          'with its index');
SELECT is((SELECT count(*) FROM partman.managed_partition WHERE partition_table = 'r_time_p20260310'), 0::bigint,
          'a dropped partition is forgotten');
SELECT partman.drop_partition_time('public.r_time', '5 days', p_keep_index := false);
SELECT is((SELECT count(*) FROM pg_index WHERE indrelid = 'public.r_time_p20260314'::regclass), 0::bigint,
          'without its index if so asked');
CREATE SCHEMA r_archive;
SELECT is(partman.drop_partition_time('public.r_time', '4 days', p_keep_table := false,
          p_retention_schema := 'r_archive'), 1, 'a schema to keep it in wins over dropping');
SELECT ok(to_regclass('r_archive.r_time_p20260315') IS NOT NULL, 'and there it is');
SELECT results_eq($$SELECT partition_schema, retired_from FROM partman.managed_partition WHERE partition_table = 'r_time_p20260315'$$,
    $$VALUES ('r_archive', 'public')$$, 'and where it came from is known');
SELECT results_eq($$SELECT action, partition, outcome, retired FROM partman.maintenance_history
                     WHERE parent_table = 'public.r_time' ORDER BY run_id DESC, action DESC LIMIT 2$$,
    $$VALUES ('move', 'public.r_time_p20260315', 'ok', NULL::int), ('maintain', NULL, 'ok', 1)$$,
    'the history tells');

-- Ids
CREATE TABLE public.r_id (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.r_id', 'id', '10', p_premake := 2);
SELECT is(partman.drop_partition_id('public.r_id', 10), 0, 'without data nothing is old');
INSERT INTO public.r_id VALUES (5), (15), (25);
SELECT is(partman.drop_partition_id('public.r_id', 16, p_keep_table := false), 0, 'p0 ends 15 below the newest');
SELECT is(partman.drop_partition_id('public.r_id', 15, p_keep_table := false), 1, 'that is enough for 15');
SELECT is(pg_temp.names('public.r_id'), 'default p10 p20', 'the rest stays');
SELECT throws_ok($$SELECT partman.drop_partition_time('public.r_id', '1 day')$$, '42809', NULL, 'not a time set');

-- A wide first partition: rows inside the window are never touched.
CREATE TABLE public.r_wide (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.r_wide_old PARTITION OF public.r_wide FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2026-03-18 00:00+00');
CREATE TABLE public.r_wide_min PARTITION OF public.r_wide FOR VALUES FROM (MINVALUE) TO ('2020-01-01 00:00+00');
SELECT partman.create_parent('public.r_wide', 'at', '1 day', p_premake := 2, p_start_partition := '2026-03-18',
                             p_time_zone := 'UTC');
INSERT INTO public.r_wide SELECT generate_series('2026-03-01 00:00+00', '2026-03-20 00:00+00', interval '1 hour');
SELECT is(partman.drop_partition_time('public.r_wide', '10 days', p_keep_table := false), 1,
          'only the one that ends before the limit goes');
SELECT is((SELECT count(*) FROM public.r_wide WHERE at >= '2026-03-10 12:00+00'),
          (SELECT count(*) FROM generate_series('2026-03-10 12:00+00', '2026-03-20 00:00+00', interval '1 hour')),
          'every row of the window is there');
SELECT ok(to_regclass('public.r_wide_old') IS NOT NULL AND to_regclass('public.r_wide_min') IS NULL,
          'age counts from the upper bound');

-- The last one, keep_last, foreign partitions
SELECT pg_temp.days('r_last');
SELECT is(partman.drop_partition_time('public.r_last', '1 day', p_keep_table := false,
          p_reference_timestamp := '2027-01-01 00:00+00'), 12, 'all are old,');
SELECT is(pg_temp.names('public.r_last'), 'default p20260322', 'but the last one never goes');
SELECT pg_temp.days('r_keep');
UPDATE partman.part_config SET retention_keep_last = 10 WHERE parent_table = 'public.r_keep';
SELECT is(partman.drop_partition_time('public.r_keep', '1 day', p_keep_table := false), 3, 'retention_keep_last holds');
SELECT pg_temp.days('r_foreign');
CREATE TABLE public.r_foreign_own PARTITION OF public.r_foreign
    FOR VALUES FROM ('2026-03-01 00:00+00') TO ('2026-03-02 00:00+00');
SELECT is(partman.drop_partition_time('public.r_foreign', '8 days', p_keep_table := false), 2, 'two of ours go');
SELECT ok(to_regclass('public.r_foreign_own') IS NOT NULL, 'what somebody else attached is not ours to drop');

-- Foreign keys to the set: what is referred to stays, the others go.
CREATE TABLE public.r_ref (at timestamptz PRIMARY KEY) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.r_ref', 'at', '1 day', p_premake := 2, p_start_partition := '2026-03-10',
                             p_time_zone := 'UTC');
CREATE TABLE public.r_refers (at timestamptz REFERENCES public.r_ref);
INSERT INTO public.r_ref SELECT generate_series('2026-03-10 06:00+00', '2026-03-20 06:00+00', interval '1 day');
INSERT INTO public.r_refers VALUES ('2026-03-11 06:00+00');
SELECT is(partman.drop_partition_time('public.r_ref', '7 days', p_keep_table := false), 2, 'two of three go');
SELECT is(pg_temp.names('public.r_ref'),
          'default p20260311 p20260313 p20260314 p20260315 p20260316 p20260317 p20260318 p20260319 p20260320 p20260321 p20260322',
          'the one that a row refers to stays');
SELECT is((SELECT sqlstate FROM partman.maintenance_history WHERE partition = 'public.r_ref_p20260311'), '23503',
          'and the reason is recorded');

-- The brake
SELECT pg_temp.days('r_brake');
UPDATE partman.part_config SET retention = '1 day', retention_keep_table = false
 WHERE parent_table = 'public.r_brake';
SET pg_strata_clock.now = '2026-03-24 12:00:00+00';
SELECT is(partman.confirm_retention('public.r_keep'), 0, 'where nothing is held back there is nothing to confirm');
SELECT lives_ok($$SELECT partman.run_maintenance()$$, 'an unattended run');
SELECT is((SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^r_brake_p202603(1|20)'), 11::bigint,
          'does not retire thirteen of seventeen');
SELECT ok(to_regclass('public.r_brake_p20260326') IS NOT NULL, 'but it does make what comes next');
SELECT results_eq($$SELECT outcome, retired FROM partman.maintenance_history
                     WHERE parent_table = 'public.r_brake' AND action = 'maintain'$$,
                  $$VALUES ('needs_confirmation', 0)$$, 'and says what it waits for');
SELECT partman.run_maintenance();
SELECT is((SELECT count(*) FROM partman.maintenance_history
            WHERE parent_table = 'public.r_brake' AND action = 'maintain'), 1::bigint, 'once');
SELECT throws_ok($$SELECT partman.confirm_retention('public.nothing')$$, '42704', NULL, 'confirming needs a set');
SELECT is(partman.confirm_retention('public.r_brake'), 13, 'a person confirms');
SELECT is(pg_temp.partitions('public.r_brake'), 18::bigint, 'which retires nothing by itself');
SELECT partman.run_maintenance();
SELECT is(pg_temp.partitions('public.r_brake'), 5::bigint, 'the next run does');
SELECT is((SELECT retention_confirmed_at FROM partman.part_config WHERE parent_table = 'public.r_brake'), NULL,
          'and the word is used up');
SELECT pg_temp.days('r_named');
UPDATE partman.part_config SET retention = '1 day', retention_keep_table = false
 WHERE parent_table = 'public.r_named';
SELECT partman.run_maintenance('public.r_named');
SELECT is(pg_temp.partitions('public.r_named'), 5::bigint, 'a call that names the table goes ahead');

-- A copy of another database retires nothing until somebody says so.
SELECT pg_temp.days('r_copy');
UPDATE partman.part_config SET retention = '8 days', retention_keep_table = false
 WHERE parent_table = 'public.r_copy';
SELECT * INTO TEMP r_installation FROM partman.installation;
UPDATE partman.installation SET database_oid = 1;
SELECT partman.run_maintenance('public.r_copy');
SELECT ok(to_regclass('public.r_copy_p20260310') IS NOT NULL, 'nothing is retired in a copy');
SELECT ok((SELECT hint LIKE '%confirm_live%' FROM partman.maintenance_history
            WHERE parent_table = 'public.r_copy' AND action = 'maintain'), 'and the history names the call');
SELECT partman.confirm_live();
SELECT partman.run_maintenance('public.r_copy');
SELECT ok(to_regclass('public.r_copy_p20260310') IS NULL, 'which lets it');

-- Units
SELECT throws_matching($$UPDATE partman.part_config SET retention = '90' WHERE parent_table = 'public.r_copy'$$,
    'unit', 'a number is no retention of a time set');

-- Publications
SELECT pg_temp.days('r_pub');
CREATE PUBLICATION r_pub FOR TABLE public.r_pub_p20260310, public.r_pub_p20260311, public.r_pub_p20260320;
SELECT partman.drop_partition_time('public.r_pub', '13 days');
SELECT is((SELECT count(*) FROM pg_publication_tables WHERE pubname = 'r_pub'), 2::bigint,
          'a kept table leaves its publications');
UPDATE partman.part_config SET retention_keep_publication = true WHERE parent_table = 'public.r_pub';
SELECT partman.drop_partition_time('public.r_pub', '12 days');
SELECT is((SELECT count(*) FROM pg_publication_tables WHERE pubname = 'r_pub'), 2::bigint, 'unless it is to stay');

SELECT * FROM finish();
ROLLBACK;
