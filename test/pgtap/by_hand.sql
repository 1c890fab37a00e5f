-- Single partitions made and taken away by hand.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
SET TimeZone = 'UTC';

BEGIN;
SELECT plan(63);
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE FUNCTION pg_temp.bound(p_table text) RETURNS text LANGUAGE sql AS $$ SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = p_table::regclass $$;
\ir lib/try.sql

-- A set by time.
CREATE TABLE public.h_time (at timestamptz NOT NULL, v int) PARTITION BY RANGE (at);
CREATE INDEX ON public.h_time (v);
SELECT partman.create_parent('public.h_time', 'at', '1 month', p_start_partition := '2026-03-01', p_premake := 1, p_time_zone := 'Europe/Berlin');
SELECT is(partman.add_range_partition('public.h_time', '2026-01-01', '2026-03-01'), 'public.h_time_p20260101', 'add_range_partition() of a set by time');
SELECT is(pg_temp.bound('public.h_time_p20260101'), $$FOR VALUES FROM ('2025-12-31 23:00:00+00') TO ('2026-02-28 23:00:00+00')$$, 'reads times in the zone of the set');
SELECT is((SELECT count(*) FROM pg_index WHERE indrelid = 'public.h_time_p20260101'::regclass), 1::bigint, 'the partition is like the others');
SELECT is(partman.add_range_partition('public.h_time', '2025-01-01', '2026-01-01', 'before'), 'public.before', 'with a name');
SELECT is(partman.add_range_partition('public.h_time', 'minvalue', '2025-01-01', 'public.first'), 'public.first', 'without a lower bound');
SELECT is(pg_temp.bound('public.first'), $$FOR VALUES FROM (MINVALUE) TO ('2024-12-31 23:00:00+00')$$, 'is MINVALUE');
SELECT results_eq($$SELECT partition_table, provenance FROM partman.partitions WHERE parent_table = 'public.h_time' AND partition_table IN ('before', 'first') ORDER BY 1$$,
    $$VALUES ('before', 'made'), ('first', 'made')$$, 'they are ours');
SELECT results_eq($$SELECT action, partition, outcome FROM partman.maintenance_history WHERE partition = 'public.before'$$,
    $$VALUES ('create', 'public.before', 'ok')$$, 'and in the history');
SELECT is(partman.run_maintenance('public.h_time')::text, '', 'maintenance goes on');

SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_time', '2026-02-01', '2026-02-10')$$),
    '^42P17 .* would overlap partition "public.h_time_p20260101"', 'overlap');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_time', '2027-02-01', '2027-02-01')$$), '^42P17 p_from must lie below p_to', 'no range');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_time', 'soon', '2027-02-01')$$), '^22007 ', 'no time');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_time', '2035-02-01', '2035-03-01', 'before')$$), '^42P07 relation "public.before" already exists', 'a name that is taken');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_time', '2035-02-01', '2035-03-01', 'a.b.c')$$), '^42602 ', 'no name');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_time', '2035-02-01', '2035-03-01', repeat('x', 64))$$), '^42622 ', 'a long name');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_time', '2035-02-01', '2035-03-01', 'no_schema.x')$$), '^3F000 schema "no_schema" does not exist', 'a schema that is not there');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_time', NULL, '2035-03-01')$$), '^22023 p_from must not be null', 'a bound that is missing');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_none', '1', '2')$$), '^42P01 ', 'a table that is not there');
INSERT INTO public.h_time VALUES ('2030-05-05', 1);
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_time', '2030-01-01', '2031-01-01')$$), '^23514 ', 'rows of the range in the default partition');
SELECT hasnt_table('public', 'h_time_p20300101', 'leave nothing behind');
SELECT is((SELECT count(*) FROM ONLY public.h_time_default), 1::bigint, 'and stay where they are');

-- By id, with levels below.
CREATE TABLE public.h_id (id bigint NOT NULL, k int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.h_id', 'id', '100', p_premake := 1);
SELECT partman.create_sub_parent('public.h_id', 'k', '10', p_declarative_check := 'yes', p_premake := 1);
SELECT is(partman.add_range_partition('public.h_id', '1000', '2000'), 'public.h_id_p1000', 'of a set with sub-partitions');
SELECT is((SELECT relkind::text FROM pg_class WHERE relname = 'h_id_p1000'), 'p', 'is partitioned like the others');
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.h_id_p1000'), 1::bigint, 'and a set');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_id', '3.5', '4')$$), '^22', 'no whole number');
CREATE TABLE public.h_date (d date NOT NULL) PARTITION BY RANGE (d);
SELECT partman.create_parent('public.h_date', 'd', '1 month');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_date', '1999-01-01 12:00', '1999-02-01')$$), '^22023 column "d" cannot tell these bounds', 'bounds that the key cannot hold');

-- Tables that are not managed.
CREATE TABLE public.h_text (code text COLLATE "C" NOT NULL, n int) PARTITION BY RANGE (code, n);
SELECT is(partman.add_range_partition('public.h_text', 'A b', 'N'), 'public.h_text_pa_b', 'add_range_partition() of a table that is no set');
SELECT is(pg_temp.bound('public.h_text_pa_b'), $$FOR VALUES FROM ('A b', MINVALUE) TO ('N', MINVALUE)$$, 'of two columns');
SELECT is(partman.add_range_partition('public.h_text', 'N', 'MAXVALUE', 'h_rest'), 'public.h_rest', 'to the end');
SELECT is(pg_temp.bound('public.h_rest'), $$FOR VALUES FROM ('N', MINVALUE) TO (MAXVALUE, MAXVALUE)$$, 'of all columns');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_text', 'B', 'C')$$), '^42P17 partition "h_text_pb" would overlap partition "h_text_pa_b"', 'overlap');
SELECT is(partman.add_default_partition('public.h_text'), 'public.h_text_default', 'add_default_partition()');
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.h_text'), 0::bigint, 'it is no set afterwards either');
SELECT ok(partman.drop_partition('public.h_text_pa_b'), 'drop_partition()');
SELECT hasnt_table('public', 'h_text_pa_b', 'is gone');
CREATE TABLE public.h_zone (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SET LOCAL TimeZone = 'Asia/Tokyo';
SELECT is(partman.add_range_partition('public.h_zone', '2026-01-01', '2026-02-01', 'h_tokyo'), 'public.h_tokyo', 'times without a zone of their own');
SET LOCAL TimeZone = 'UTC';
SELECT is(pg_temp.bound('public.h_tokyo'), $$FOR VALUES FROM ('2025-12-31 15:00:00+00') TO ('2026-01-31 15:00:00+00')$$, 'are those of the session');
CREATE TABLE public.h_list (k int) PARTITION BY LIST (k);
CREATE TABLE public.h_hash (k int) PARTITION BY HASH (k);
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_list', '1', '2')$$), '^42809 .* partitioned by list', 'a range of a list');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_hash', '1', '2')$$), '^42809 .* partitioned by hash', 'or of a hash');
SELECT matches(pg_temp.try($$SELECT partman.add_default_partition('public.h_hash')$$), '^42809 ', 'a default partition of a hash');

-- The default partition.
SELECT matches(pg_temp.try($$SELECT partman.add_default_partition('public.h_time')$$), '^42710 .* has a default partition already\nIt is public.h_time_default', 'a second default partition');
SELECT matches(pg_temp.try($$SELECT partman.drop_default_partition('public.h_time')$$), '^55000 default partition public.h_time_default has rows', 'drop_default_partition() with rows');
SELECT has_table('public', 'h_time_default', 'does nothing');
SELECT ok(partman.drop_default_partition('public.h_time', p_drop_rows := true), 'unless told');
SELECT hasnt_table('public', 'h_time_default', 'drops it');
SELECT ok(NOT partman.drop_default_partition('public.h_time'), 'once');
SELECT matches(pg_temp.try($$INSERT INTO public.h_time VALUES ('2050-01-01', 1)$$), '^23514 no partition', 'rows out of range are refused');
SELECT is(partman.add_default_partition('public.h_time'), 'public.h_time_default', 'it comes back');
SELECT ok(partman.drop_default_partition('public.h_time'), 'and goes without rows');

-- Partitions.
INSERT INTO public.h_time VALUES ('2025-05-05', 1);
SELECT ok(partman.drop_partition('public.before', p_keep_table := true), 'drop_partition() that keeps the table');
SELECT is((SELECT count(*) FROM public.before), 1::bigint, 'with its rows');
SELECT results_eq($$SELECT retired_as, bound FROM partman.managed_partition WHERE partition_table = 'before'$$,
    $$VALUES ('detached', $b$FOR VALUES FROM ('2024-12-31 23:00:00+00') TO ('2025-12-31 23:00:00+00')$b$)$$, 'is remembered');
SELECT results_eq($$SELECT action, outcome FROM partman.maintenance_history WHERE partition = 'public.before' AND action <> 'create'$$, $$VALUES ('detach', 'ok')$$, 'and in the history');
SELECT ok(partman.drop_partition('public.h_id_p1000'), 'one that is a set');
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.h_id_p1000'), 0::bigint, 'is one no longer');
CREATE TABLE public.h_ref (at timestamptz PRIMARY KEY) PARTITION BY RANGE (at);
SELECT partman.add_range_partition('public.h_ref', '2026-01-01', '2026-02-01', 'h_ref_1');
CREATE TABLE public.h_refers (at timestamptz REFERENCES public.h_ref);
INSERT INTO public.h_ref VALUES ('2026-01-05');
INSERT INTO public.h_refers VALUES ('2026-01-05');
SELECT matches(pg_temp.try($$SELECT partman.drop_partition('public.h_ref_1')$$), '^23503 ', 'one that is referred to');
DELETE FROM public.h_refers;
SELECT ok(partman.drop_partition('public.h_ref_1'), 'or no more');
SELECT matches(pg_temp.try($$SELECT partman.drop_partition('public.before')$$), '^42809 table "public.before" is not a partition', 'a table that is no partition');
SELECT matches(pg_temp.try($$SELECT partman.drop_partition('public.h_text_default')$$), '^42809 .* is a default partition', 'the default partition');
SELECT matches(pg_temp.try($$SELECT partman.drop_partition('public.h_rest', p_concurrently := true)$$),
    '^0A000 .*\n.*\n.*ALTER TABLE public.h_text DETACH PARTITION public.h_rest CONCURRENTLY;', 'concurrently, without a worker that would do it');

-- Rights.
CREATE ROLE regress_by_hand;
GRANT USAGE ON SCHEMA partman TO regress_by_hand;
SET LOCAL ROLE regress_by_hand;
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.h_time', '2050-01-01', '2051-01-01')$$), '^42501 must be owner', 'somebody else adds nothing');
SELECT matches(pg_temp.try($$SELECT partman.drop_partition('public.first')$$), '^42501 must be owner', 'and drops nothing');
SELECT matches(pg_temp.try($$SELECT partman.drop_partition('public.first', p_concurrently := true)$$), '^42501 must be owner', 'nor asks for it');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
