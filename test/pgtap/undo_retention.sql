-- undo_retention: a partition that was retired and kept comes back; hold_retention: one that must not go.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT plan(40);
SET timezone = 'UTC';
SET pg_strata_clock.now = '2026-03-20 12:00:00+00';
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE FUNCTION pg_temp.at(p_at text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('pg_strata_clock.now', p_at, true) $$;
CREATE FUNCTION pg_temp.days(p_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE public.%I (at timestamptz NOT NULL, note text) PARTITION BY RANGE (at)', p_name);
    EXECUTE format('CREATE INDEX ON public.%I (note)', p_name);
    PERFORM partman.create_parent('public.' || p_name, 'at', '1 day', p_premake := 2, p_start_partition := '2026-03-15', p_time_zone := 'Europe/Berlin');
    EXECUTE format('INSERT INTO public.%I SELECT d, ''x'' FROM generate_series(''2026-03-15''::timestamptz, ''2026-03-20'', ''1 hour'') AS d', p_name);
END $$;
CREATE FUNCTION pg_temp.set(p_table text, p_assignment text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('UPDATE partman.part_config SET %s WHERE parent_table = %L', p_assignment, p_table); END $$;
CREATE FUNCTION pg_temp.bound(p_partition text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = p_partition::regclass $$;
CREATE FUNCTION pg_temp.planned(p_table text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(action || ' ' || coalesce(right(partition, 4), ''), ', ') FROM partman.plan_maintenance(p_table) WHERE action <> 'create' $$;

SELECT pg_temp.days('u_time');
SELECT pg_temp.set('public.u_time', $$retention = '4 days', retention_drop_after = '7 days'$$);
SELECT pg_temp.bound('public.u_time_p20260315') AS bound, (SELECT md5(string_agg(t::text, ',' ORDER BY at)) FROM public.u_time AS t) AS rows,
       (SELECT count(*) FROM public.u_time_p20260315) AS n \gset
SELECT partman.run_maintenance('public.u_time');
SELECT isnt((SELECT md5(string_agg(t::text, ',' ORDER BY at)) FROM public.u_time AS t), :'rows', 'a partition is retired');
-- Nothing reads its rows while the set is locked.
SELECT lives_ok($$SELECT partman.undo_retention('public.u_time_p20260315')$$, 'it is had back');
SELECT is(pg_temp.bound('public.u_time_p20260315'), :'bound', 'with its bound');
SELECT is((SELECT md5(string_agg(t::text, ',' ORDER BY at)) FROM public.u_time AS t), :'rows', 'and its rows');
SELECT is((SELECT count(*) FROM pg_constraint WHERE conrelid = 'public.u_time_p20260315'::regclass AND contype = 'c'), 0::bigint, 'no CHECK is left behind');
SELECT is((SELECT count(*) FROM pg_inherits WHERE inhrelid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'public.u_time_p20260315'::regclass)), 1::bigint,
          'its index belongs to that of the set');
SELECT results_eq($$SELECT detached_at, bound, retired_as, retired_from, drop_due, held_since IS NOT NULL FROM partman.managed_partition WHERE partition_table = 'u_time_p20260315'$$,
    $$VALUES (NULL::timestamptz, NULL, NULL, NULL, NULL::timestamptz, true)$$, 'nothing is left of its retirement, but that it is held');
SELECT results_eq($$SELECT parent_table, bounds ~ '^FROM \(', outcome FROM partman.maintenance_history WHERE action = 'attach'$$, $$VALUES ('public.u_time', true, 'ok')$$,
    'the history tells');
SELECT is(pg_temp.planned('public.u_time'), NULL, 'the next run does not take it again');
SELECT is((SELECT held FROM partman.health WHERE parent_table = 'public.u_time'), 1, 'health counts it');
SELECT is(partman.drop_partition_time('public.u_time', '4 days'), 0, 'nor does anybody who does not name it');
SELECT partman.hold_retention('public.u_time_p20260315', false);
SELECT is(pg_temp.planned('public.u_time'), 'detach 0315', 'without the hold it is due again');
SELECT partman.run_maintenance('public.u_time');

-- What cannot be had back
SELECT throws_ok($$SELECT partman.undo_retention('public.nothing')$$, '42P01', 'table "public.nothing" does not exist', 'what is not there');
SELECT throws_ok($$SELECT partman.undo_retention('nothing')$$, '42P01', NULL, 'what is no name');
CREATE TABLE public.u_own (at timestamptz NOT NULL, note text);
SELECT throws_ok($$SELECT partman.undo_retention('public.u_own')$$, '42809', 'table "public.u_own" is no partition of pg_strata', 'what is not ours');
SELECT throws_ok($$SELECT partman.undo_retention('public.u_time_p20260317')$$, '55000', 'table "public.u_time_p20260317" is not retired', 'what is attached');
ALTER TABLE public.u_time DETACH PARTITION public.u_time_p20260317;
SELECT throws_ok($$SELECT partman.undo_retention('public.u_time_p20260317')$$, '55000', NULL, 'what somebody detached by hand');
CREATE TABLE public.u_between PARTITION OF public.u_time FOR VALUES FROM ('2026-03-15 10:00+00') TO ('2026-03-15 11:00+00');
SELECT throws_ok($$SELECT partman.undo_retention('public.u_time_p20260315')$$, '42P17', 'partition "u_time_p20260315" would overlap partition "u_between"',
    'what has got its place taken');
DROP TABLE public.u_between;
INSERT INTO public.u_time_p20260315 VALUES ('2026-01-01', 'outside');
SELECT throws_ok($$SELECT partman.undo_retention('public.u_time_p20260315')$$, '23514', NULL, 'what has rows of elsewhere');
DELETE FROM public.u_time_p20260315 WHERE note = 'outside';
ALTER TABLE public.u_time_p20260315 ADD COLUMN more int;
SELECT throws_ok($$SELECT partman.undo_retention('public.u_time_p20260315')$$, '42804', NULL, 'what has other columns');
ALTER TABLE public.u_time_p20260315 DROP COLUMN more;
INSERT INTO public.u_time VALUES ('2026-03-15 06:00+00', 'default');
SELECT throws_ok($$SELECT partman.undo_retention('public.u_time_p20260315')$$, '23514', NULL, 'what has rows in the default partition');
DELETE FROM public.u_time WHERE note = 'default';
CREATE ROLE regress_undo;
GRANT USAGE ON SCHEMA public, partman TO regress_undo;
SET ROLE regress_undo;
SELECT throws_ok($$SELECT partman.undo_retention('public.u_time_p20260315')$$, '42501', NULL, 'what belongs to others');
SELECT throws_ok($$SELECT partman.hold_retention('public.u_time_p20260316')$$, '42501', NULL, 'which nobody else holds either');
RESET ROLE;
SELECT is((SELECT count(*) FROM pg_constraint WHERE conrelid = 'public.u_time_p20260315'::regclass AND contype = 'c'), 0::bigint, 'failures leave nothing behind');
SELECT lives_ok($$SELECT partman.undo_retention('public.u_time_p20260315')$$, 'after all that it comes back');
SELECT is((SELECT count(*) FROM public.u_time_p20260315), :n::bigint, 'whole');

-- A hold keeps a retired table from being dropped, too.
SELECT partman.hold_retention('public.u_time_p20260315', false);
SELECT partman.run_maintenance('public.u_time');
SELECT pg_temp.at('2026-03-28 12:00+00');
SELECT pg_temp.set('public.u_time', 'retention = NULL');
SELECT is(pg_temp.planned('public.u_time'), 'drop_retired 0315', 'its time has come');
SELECT partman.hold_retention('public.u_time_p20260315');
SELECT is(pg_temp.planned('public.u_time'), NULL, 'but it is held');
SELECT partman.run_maintenance('public.u_time');
SELECT lives_ok($$SELECT partman.undo_retention('public.u_time_p20260315')$$, 'and can still be had back');
SELECT throws_ok($$SELECT partman.hold_retention('public.u_own')$$, '42809', NULL, 'only partitions can be held');
SELECT partman.config_cleanup('public.u_time');
SELECT throws_ok($$SELECT partman.hold_retention('public.u_time_p20260316')$$, '42809', NULL, 'of sets that are managed');

-- From another schema, kept without its indexes
SELECT pg_temp.at('2026-03-20 12:00+00');
CREATE SCHEMA u_schema;
SELECT pg_temp.days('u_move');
SELECT partman.drop_partition_time('public.u_move', '4 days', p_keep_index := false, p_retention_schema := 'u_schema');
SELECT partman.undo_retention('u_schema.u_move_p20260315');
SELECT is((SELECT count(*) FROM pg_index WHERE indrelid = 'public.u_move_p20260315'::regclass), 1::bigint, 'it is back in its schema, with a new index');
SELECT is((SELECT partition_schema FROM partman.managed_partition WHERE partition_table = 'u_move_p20260315'), 'public', 'and known there');

-- Ids, lists, a CHECK that is there already as after a concurrent detach
CREATE TABLE public.u_id (id bigint NOT NULL, note text) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.u_id', 'id', '10', p_premake := 2);
INSERT INTO public.u_id SELECT generate_series(1, 29);
SELECT is(partman.drop_partition_id('public.u_id', 9), 2, 'ids are retired');
ALTER TABLE public.u_id_p0 ADD CONSTRAINT left_behind CHECK (id IS NOT NULL AND id >= '0'::bigint AND id < '10'::bigint);
SELECT partman.undo_retention('public.u_id_p0');
SELECT partman.undo_retention('public.u_id_p10');
SELECT is((SELECT count(*) FROM public.u_id), 29::bigint, 'and had back');
SELECT is((SELECT count(*) FROM pg_constraint WHERE conrelid = 'public.u_id_p0'::regclass AND contype = 'c'), 0::bigint, 'a CHECK of the same meaning is used up');

CREATE TABLE public.u_list (id int NOT NULL, note text) PARTITION BY LIST (id);
SELECT partman.create_parent('public.u_list', 'id', '1', p_type := 'list', p_premake := 2);
INSERT INTO public.u_list SELECT generate_series(1, 3);
SELECT partman.run_maintenance('public.u_list');
INSERT INTO public.u_list SELECT generate_series(4, 6);
SELECT cmp_ok(partman.drop_partition_id('public.u_list', 3), '>', 0, 'lists are retired');
SELECT lives_ok($$SELECT partman.undo_retention('public.u_list_p1')$$, 'and had back');

-- A partition of another owner than the set has now
CREATE ROLE regress_owner;
SELECT pg_temp.days('u_owner');
SELECT partman.drop_partition_time('public.u_owner', '4 days');
ALTER TABLE public.u_owner OWNER TO regress_owner;
GRANT CREATE ON SCHEMA public TO regress_owner;
GRANT USAGE ON SCHEMA partman TO regress_owner;
SELECT throws_ok($$SELECT partman.undo_retention('public.u_owner_p20260315')$$, '42501', NULL, 'a table that the owner of the set does not own is not attached');
ALTER TABLE public.u_owner_p20260315 OWNER TO regress_owner;
SET ROLE regress_owner;
SELECT lives_ok($$SELECT partman.undo_retention('public.u_owner_p20260315')$$, 'its own is');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
