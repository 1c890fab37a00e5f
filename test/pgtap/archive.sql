-- retention_archive_table: what is retired becomes a partition of another table.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT plan(66);
SET timezone = 'UTC';
SET pg_strata_clock.now = '2026-03-20 12:00:00+00';
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE FUNCTION pg_temp.days(p_name text, p_columns text DEFAULT 'at timestamptz NOT NULL, note text') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE public.%I (%s) PARTITION BY RANGE (at)', p_name, p_columns);
    EXECUTE format('CREATE INDEX ON public.%I (note)', p_name);
    PERFORM partman.create_parent('public.' || p_name, 'at', '1 day', p_premake := 2, p_start_partition := '2026-03-15', p_time_zone := 'UTC');
    EXECUTE format('INSERT INTO public.%I (at, note) SELECT d, ''x'' FROM generate_series(''2026-03-15''::timestamptz, ''2026-03-20'', ''1 hour'') AS d', p_name);
END $$;
CREATE FUNCTION pg_temp.archive(p_name text, p_set text, p_like text DEFAULT 'INCLUDING ALL') RETURNS void LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('CREATE TABLE public.%I (LIKE public.%I %s) PARTITION BY RANGE (at)', p_name, p_set, p_like); END $$;
CREATE FUNCTION pg_temp.set(p_table text, p_assignment text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('UPDATE partman.part_config SET %s WHERE parent_table = %L', p_assignment, p_table); END $$;
CREATE FUNCTION pg_temp.bound(p_partition text) RETURNS text LANGUAGE sql AS $$
    SELECT (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = p_partition::regclass) || ' ' || pg_get_expr(relpartbound, oid)
      FROM pg_class WHERE oid = p_partition::regclass $$;
CREATE FUNCTION pg_temp.planned(p_table text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(action || ' ' || coalesce(right(partition, 4), ''), ', ') FROM partman.plan_maintenance(p_table) WHERE action <> 'create' $$;

SELECT pg_temp.days('a_set');
SELECT pg_temp.archive('a_old', 'a_set');
SELECT pg_temp.set('public.a_set', $$retention = '3 days', retention_keep_table = false, retention_archive_table = 'public.a_old'$$);
CREATE TEMP TABLE seen AS SELECT tableoid::regclass::text AS partition, * FROM public.a_set;
SELECT results_eq($$SELECT action, partition, split_part(sql, E'\n', 2), split_part(sql, E'\n', 3), locks LIKE '%ShareUpdateExclusiveLock on public.a_old%'
                      FROM partman.plan_maintenance('public.a_set') WHERE action <> 'create' ORDER BY 2 LIMIT 1$$,
    $$VALUES ('archive', 'public.a_set_p20260315', 'ALTER TABLE public.a_set DETACH PARTITION public.a_set_p20260315;',
              'ALTER TABLE public.a_old ATTACH PARTITION public.a_set_p20260315 FOR VALUES FROM (''2026-03-15 00:00:00+00'') TO (''2026-03-16 00:00:00+00'');', true)$$,
    'the plan shows it');
SELECT is(pg_temp.planned('public.a_set'), 'archive 0315, archive 0316', 'as a retirement of its own kind');
SELECT partman.run_maintenance('public.a_set');
SELECT is(pg_temp.bound('public.a_set_p20260315'), 'a_old FOR VALUES FROM (''2026-03-15 00:00:00+00'') TO (''2026-03-16 00:00:00+00'')', 'it is a partition of the archive');
SELECT is((SELECT count(*) FROM public.a_old), 48::bigint, 'with its rows');
SELECT is_empty('(SELECT * FROM seen EXCEPT ALL (SELECT tableoid::regclass::text, * FROM public.a_set UNION ALL SELECT tableoid::regclass::text, * FROM public.a_old))',
                'no row is lost');
SELECT is((SELECT count(*) FROM pg_constraint WHERE conrelid = 'public.a_set_p20260315'::regclass AND contype = 'c'), 0::bigint, 'no CHECK is left behind');
SELECT is((SELECT count(*) FROM pg_inherits WHERE inhrelid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'public.a_set_p20260315'::regclass)), 1::bigint,
          'its index belongs to that of the archive');
SELECT results_eq($$SELECT outcome, bounds, rows IS NULL, bytes > 0 FROM partman.maintenance_history WHERE partition = 'public.a_set_p20260315' AND action = 'archive'$$,
    $$VALUES ('ok', 'FROM (''2026-03-15 00:00:00+00'') TO (''2026-03-16 00:00:00+00'')', true, true)$$, 'the history tells');
SELECT is((SELECT retired FROM partman.maintenance_history WHERE parent_table = 'public.a_set' AND action = 'maintain' ORDER BY run_id DESC LIMIT 1), 2, 'they are retired');
SELECT results_eq($$SELECT retired_as, detached_at IS NOT NULL, drop_due, retiring_as FROM partman.managed_partition WHERE partition_table = 'a_set_p20260315'$$,
    $$VALUES ('archived', true, NULL::timestamptz, NULL)$$, 'and remembered');
SELECT results_eq($$SELECT ok, retired_not_dropped, reasons FROM partman.health WHERE parent_table = 'public.a_set'$$, $$VALUES (true, 0, '{}'::text[])$$, 'nothing is left to do');
SELECT is(pg_temp.planned('public.a_set'), NULL, 'nor planned');

-- Back again
SELECT partman.undo_retention('public.a_set_p20260316');
SELECT is(pg_temp.bound('public.a_set_p20260316'), 'a_set FOR VALUES FROM (''2026-03-16 00:00:00+00'') TO (''2026-03-17 00:00:00+00'')', 'undo_retention takes it out of the archive');
SELECT is((SELECT count(*) FROM pg_constraint WHERE conrelid = 'public.a_set_p20260316'::regclass AND contype = 'c'), 0::bigint, 'without leaving a CHECK');
SELECT is(pg_temp.planned('public.a_set'), NULL, 'it is held');
SELECT partman.hold_retention('public.a_set_p20260316', false);
SELECT is(partman.drop_partition_time('public.a_set'), 1, 'retention by hand archives too');
SELECT is(pg_temp.bound('public.a_set_p20260316'), 'a_old FOR VALUES FROM (''2026-03-16 00:00:00+00'') TO (''2026-03-17 00:00:00+00'')', 'it is there again');
ALTER TABLE public.a_old DETACH PARTITION public.a_set_p20260316;
SELECT partman.undo_retention('public.a_set_p20260316');
SELECT matches(pg_temp.bound('public.a_set_p20260316'), '^a_set ', 'also one that somebody has taken out of the archive');
SELECT partman.hold_retention('public.a_set_p20260316', false);
ALTER TABLE public.a_old DETACH PARTITION public.a_set_p20260315;
ALTER TABLE public.a_old ATTACH PARTITION public.a_set_p20260315 FOR VALUES FROM ('2026-03-15') TO ('2026-03-15 23:30');
SELECT throws_ok($$SELECT partman.undo_retention('public.a_set_p20260315')$$, '55000', 'table "public.a_set_p20260315" has another bound in public.a_old', 'not one with another bound');

-- Nobody looks at rows for it: a partition that lies stays one.
SELECT pg_temp.days('a_scan');
SELECT pg_temp.archive('a_scanned', 'a_scan');
CREATE FUNCTION pg_temp.seq_scans() RETURNS bigint LANGUAGE sql AS $$
    SELECT coalesce(sum(pg_stat_get_xact_numscans(oid)), 0)::bigint FROM pg_class WHERE relname ~ '^a_scan_p2026031[56]' $$;
SELECT pg_temp.set('public.a_scan', $$retention = '3 days', retention_archive_table = 'public.a_scanned'$$);
SELECT pg_temp.seq_scans() AS before \gset
SELECT partman.run_maintenance('public.a_scan');
SELECT is(pg_temp.seq_scans() - :before, 0::bigint, 'no partition is scanned');
SELECT is((SELECT count(*) FROM public.a_scanned), 48::bigint, 'before they are in the archive');

-- Its columns in another order, the set with columns that are gone, a partition that is partitioned itself
CREATE TABLE public.a_order (gone int, note text, at timestamptz NOT NULL) PARTITION BY RANGE (at);
ALTER TABLE public.a_order DROP COLUMN gone;
CREATE TABLE public.a_order_old (at timestamptz NOT NULL, note text) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.a_order', 'at', '1 day', p_premake := 2, p_start_partition := '2026-03-16', p_time_zone := 'UTC');
CREATE TABLE public.a_tree PARTITION OF public.a_order FOR VALUES FROM ('2026-03-15') TO ('2026-03-16') PARTITION BY LIST (note);
CREATE TABLE public.a_leaf PARTITION OF public.a_tree DEFAULT;
INSERT INTO public.a_order SELECT 'y', d FROM generate_series('2026-03-15 00:30'::timestamptz, '2026-03-20', '1 hour') AS d;
DELETE FROM partman.part_config WHERE parent_table = 'public.a_order';
SELECT partman.manage('public.a_order', p_interval := '1 day', p_retention := '4 days');
SELECT pg_temp.set('public.a_order', $$retention_archive_table = 'public.a_order_old', automatic_maintenance = 'off', retention_max_fraction = NULL$$);
SELECT partman.run_maintenance('public.a_order');
SELECT matches(pg_temp.bound('public.a_tree'), '^a_order_old ', 'columns in another order, and a partition with partitions');
SELECT is((SELECT count(*) FROM public.a_order_old WHERE note = 'y'), 24::bigint, 'all of it');
SELECT is((SELECT count(*) FROM pg_constraint WHERE conrelid IN ('public.a_tree'::regclass, 'public.a_leaf'::regclass) AND contype = 'c'), 0::bigint, 'no CHECK is left there either');
SELECT partman.undo_retention('public.a_tree');
SELECT matches(pg_temp.bound('public.a_tree'), '^a_order ', 'and back');

-- Numbers
CREATE TABLE public.a_ids (id bigint PRIMARY KEY, note text) PARTITION BY RANGE (id);
CREATE TABLE public.a_ids_old (LIKE public.a_ids INCLUDING ALL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.a_ids', 'id', '10', p_premake := 2);
INSERT INTO public.a_ids SELECT i FROM generate_series(0, 29) AS i;
SELECT partman.run_maintenance('public.a_ids');
INSERT INTO public.a_ids SELECT i FROM generate_series(30, 45) AS i;
SELECT pg_temp.set('public.a_ids', $$retention = '20', retention_archive_table = 'public.a_ids_old', retention_max_fraction = NULL$$);
SELECT partman.run_maintenance('public.a_ids');
SELECT results_eq('SELECT min(id), max(id) FROM public.a_ids_old', 'VALUES (0::bigint, 19::bigint)', 'ids are archived too');

-- What stands in the way at run time: the partition stays, and says why.
SELECT pg_temp.days('a_busy');
SELECT pg_temp.archive('a_busy_old', 'a_busy');
SELECT pg_temp.set('public.a_busy', $$retention = '3 days', retention_archive_table = 'public.a_busy_old'$$);
CREATE TABLE public.a_other PARTITION OF public.a_busy_old FOR VALUES FROM ('2026-03-15 23:00') TO ('2026-03-16 00:00');
SELECT pg_temp.set('public.a_busy', $$automatic_maintenance = 'on'$$);
SELECT partman.run_maintenance();
SELECT matches(pg_temp.bound('public.a_busy_p20260315'), '^a_busy ', 'one that is in its way keeps it in the set');
SELECT matches(pg_temp.bound('public.a_busy_p20260316'), '^a_busy_old ', 'but not the next one');
SELECT results_eq($$SELECT outcome, sqlstate, message FROM partman.maintenance_history WHERE partition = 'public.a_busy_p20260315' AND action = 'archive'$$,
    $$VALUES ('failed', '42P17', 'partition "a_busy_p20260315" would overlap partition "a_other"')$$, 'and the history says why');
DROP TABLE public.a_other;
CREATE TABLE public.a_default PARTITION OF public.a_busy_old DEFAULT;
INSERT INTO public.a_default VALUES ('2027-01-01', 'stray');
SELECT throws_ok($$SELECT partman.run_maintenance('public.a_busy')$$, '55000', 'the default partition of archive table "public.a_busy_old" has rows', 'rows in its default partition');
SELECT matches((SELECT reason FROM partman.plan_maintenance('public.a_busy') WHERE action = 'archive'), 'it cannot be done: the default partition of archive table', 'which the plan knows');
TRUNCATE public.a_default;
ALTER TABLE public.a_busy_old ADD COLUMN more int;
SELECT throws_ok($$SELECT partman.run_maintenance('public.a_busy')$$, '42P17', 'archive table "public.a_busy_old" has other columns than table "public.a_busy"', 'another column');
ALTER TABLE public.a_busy_old DROP COLUMN more;
DROP TABLE public.a_busy_old CASCADE;
SELECT throws_ok($$SELECT partman.run_maintenance('public.a_busy')$$, '42P01', 'table "public.a_busy_old" does not exist', 'a table that is gone');
SELECT matches(pg_temp.bound('public.a_busy_p20260315'), '^a_busy ', 'the partition is where it was');
SELECT pg_temp.archive('a_busy_old', 'a_busy');
SELECT partman.run_maintenance('public.a_busy');
SELECT matches(pg_temp.bound('public.a_busy_p20260315'), '^a_busy_old ', 'when the table is there again it goes');

-- A hook is asked before a partition leaves for the archive.
CREATE FUNCTION public.a_hook(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
SELECT pg_temp.days('a_asked');
SELECT pg_temp.archive('a_asked_old', 'a_asked');
SELECT pg_temp.set('public.a_asked', $$retention = '3 days', retention_archive_table = 'public.a_asked_old', before_detach = 'public.a_hook'$$);
SELECT partman.run_maintenance();
SELECT is((SELECT count(*) FROM public.a_asked_old), 0::bigint, 'before_detach keeps partitions out of the archive');
SELECT pg_temp.set('public.a_asked', 'before_detach = NULL');
SELECT partman.run_maintenance('public.a_asked');
SELECT is((SELECT count(*) FROM public.a_asked_old), 48::bigint, 'without it they go there');

-- The name follows the table.
ALTER TABLE public.a_busy_old RENAME TO "a busy old";
SELECT is((SELECT retention_archive_table FROM partman.part_config WHERE parent_table = 'public.a_busy'), 'public.a busy old', 'its new name');
CREATE SCHEMA a_schema;
ALTER TABLE public."a busy old" SET SCHEMA a_schema;
SELECT is((SELECT retention_archive_table FROM partman.part_config WHERE parent_table = 'public.a_busy'), 'a_schema.a busy old', 'its new schema');
ALTER SCHEMA a_schema RENAME TO a_place;
SELECT is((SELECT retention_archive_table FROM partman.part_config WHERE parent_table = 'public.a_busy'), 'a_place.a busy old', 'and the new name of that');

-- Another way out
SELECT is(partman.drop_partition_time('public.a_busy', '1 day', p_retention_schema := 'a_place'), 2, 'who names a schema gets it');
SELECT is((SELECT string_agg(schemaname || '.' || tablename, ', ' ORDER BY tablename) FROM pg_tables WHERE tablename ~ '^a_busy_p2026031[78]'),
          'a_place.a_busy_p20260317, a_place.a_busy_p20260318', 'instead of the archive');
SELECT pg_temp.set('public.a_busy', 'retention = NULL');

-- Refused when it is configured
CREATE TABLE public.a_plain (LIKE public.a_set);
CREATE TABLE public.a_list (LIKE public.a_set) PARTITION BY LIST (at);
CREATE TABLE public.a_key (LIKE public.a_set) PARTITION BY RANGE (note);
CREATE TABLE public.a_expression (LIKE public.a_set) PARTITION BY RANGE (lower(note));
CREATE TABLE public.a_fewer (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.a_more (LIKE public.a_set, more int) PARTITION BY RANGE (at);
CREATE TABLE public.a_type (at timestamptz NOT NULL, note varchar) PARTITION BY RANGE (at);
CREATE TABLE public.a_strict (at timestamptz NOT NULL, note text NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.a_check (LIKE public.a_set, CHECK (note <> 'y')) PARTITION BY RANGE (at);
CREATE TABLE public.a_index (LIKE public.a_set, UNIQUE (at)) PARTITION BY RANGE (at);
CREATE TABLE public.a_target (note text PRIMARY KEY);
CREATE TABLE public.a_foreign (LIKE public.a_set, FOREIGN KEY (note) REFERENCES public.a_target) PARTITION BY RANGE (at);
CREATE TABLE public.a_rows (LIKE public.a_set) PARTITION BY RANGE (at);
CREATE TABLE public.a_rows_default PARTITION OF public.a_rows DEFAULT;
INSERT INTO public.a_rows VALUES ('2027-01-01');
CREATE TABLE public.a_over (LIKE public.a_set) PARTITION BY RANGE (at);
CREATE TABLE public.a_over_one PARTITION OF public.a_over FOR VALUES FROM ('2026-03-17 10:00+00') TO ('2026-03-17 11:00+00');
CREATE TABLE public.a_above (LIKE public.a_set) PARTITION BY RANGE (at);
CREATE TABLE public.a_below PARTITION OF public.a_above FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY RANGE (at);
CREATE ROLE a_stranger;
CREATE ROLE a_owner;
GRANT CREATE ON SCHEMA public TO a_owner;
CREATE TABLE public.a_alien (LIKE public.a_set) PARTITION BY RANGE (at);
ALTER TABLE public.a_alien OWNER TO a_stranger;
ALTER TABLE public.a_set OWNER TO a_owner;
CREATE TABLE public.a_mine (LIKE public.a_set) PARTITION BY RANGE (at);
ALTER TABLE public.a_mine OWNER TO a_owner;
CREATE FUNCTION pg_temp.refused(p_archive text, p_sqlstate text, p_message text) RETURNS text LANGUAGE sql AS $$
    SELECT throws_ok(format('SELECT pg_temp.set(''public.a_set'', %L)', format('retention_archive_table = %L', p_archive)), p_sqlstate, p_message, 'refused: ' || p_archive) $$;
DO $$ DECLARE t text; BEGIN
    FOREACH t IN ARRAY ARRAY['a_plain','a_list','a_key','a_expression','a_fewer','a_more','a_type','a_strict','a_check','a_index','a_foreign','a_rows','a_over','a_above'] LOOP
        EXECUTE format('ALTER TABLE public.%I OWNER TO a_owner', t);
    END LOOP;
    ALTER TABLE public.a_below OWNER TO a_owner;
END $$;
SELECT pg_temp.refused('nothing', '42P01', 'table "nothing" does not exist');
SELECT pg_temp.refused('public.nothing', '42P01', 'table "public.nothing" does not exist');
SELECT pg_temp.refused('public.a_set', '22023', 'table "public.a_set" cannot be its own archive');
SELECT pg_temp.refused('public.a_set_p20260317', '42809', 'archive table "public.a_set_p20260317" is not partitioned');
SELECT pg_temp.refused('public.a_plain', '42809', 'archive table "public.a_plain" is not partitioned');
SELECT pg_temp.refused('public.a_below', '42809', 'archive table "public.a_below" is a partition itself');
SELECT pg_temp.refused('public.a_list', '42P17', 'archive table "public.a_list" is partitioned by another key than table "public.a_set"');
SELECT pg_temp.refused('public.a_key', '42P17', 'archive table "public.a_key" is partitioned by another key than table "public.a_set"');
SELECT pg_temp.refused('public.a_expression', '42P17', 'archive table "public.a_expression" is partitioned by another key than table "public.a_set"');
SELECT pg_temp.refused('public.' || name, '42P17', format('archive table "public.%s" has other columns than table "public.a_set"', name))
  FROM unnest(ARRAY['a_fewer', 'a_more', 'a_type', 'a_strict']) AS name;
SELECT pg_temp.refused('public.' || name, '42P17', format('archive table "public.%s" has other constraints than table "public.a_set"', name))
  FROM unnest(ARRAY['a_check', 'a_foreign']) AS name;
SELECT pg_temp.refused('public.a_index', '42P17', 'archive table "public.a_index" has other indexes than table "public.a_set"');
SELECT pg_temp.refused('public.a_rows', '55000', 'the default partition of archive table "public.a_rows" has rows');
SELECT pg_temp.refused('public.a_over', '42P17', 'partition "a_over_one" of archive table "public.a_over" overlaps partition "a_set_p20260317" of the set');
SELECT pg_temp.refused('public.a_alien', '42501', 'archive table "public.a_alien" belongs to another role than table "public.a_set"');
GRANT a_stranger TO a_owner;
SELECT lives_ok($$SELECT pg_temp.set('public.a_set', 'retention_archive_table = ''public.a_alien''')$$, 'who has its owner''s rights may name it');
SELECT lives_ok($$SELECT pg_temp.set('public.a_set', 'retention_archive_table = ''public.a_mine''')$$, 'one without indexes');
SELECT throws_ok($$SELECT pg_temp.set('public.a_set', 'retention_schema = ''public''')$$, '22023', 'retention_archive_table excludes retention_schema', 'not with a schema');
SELECT throws_ok($$SELECT pg_temp.set('public.a_set', 'retention_drop_after = ''1 day''')$$, '22023', 'retention_archive_table excludes retention_drop_after', 'nor with a later drop');
ALTER TABLE public.a_mine OWNER TO a_stranger;
REVOKE a_stranger FROM a_owner;
SELECT pg_temp.set('public.a_set', 'retention = ''2 days''');
SELECT throws_ok($$SELECT partman.run_maintenance('public.a_set')$$, '42501', 'archive table "public.a_mine" belongs to another role than table "public.a_set"', 'an archive that was given away');

SELECT * FROM finish();
ROLLBACK;
