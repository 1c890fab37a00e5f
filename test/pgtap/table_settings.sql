-- apply_cluster(), autovacuum_off(), autovacuum_reset().
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
BEGIN;
SELECT plan(20);

CREATE TABLE public.s_ids (id int NOT NULL, v text) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.s_ids', 'id', '10', p_premake := 2);
CREATE TABLE public.s_ids_p30 PARTITION OF public.s_ids FOR VALUES FROM (30) TO (40) PARTITION BY RANGE (id);
CREATE TABLE public.s_ids_p30_p30 PARTITION OF public.s_ids_p30 FOR VALUES FROM (30) TO (35);
CREATE TABLE public."s Source" (id int NOT NULL, v text) WITH (fillfactor = 90);

CREATE FUNCTION pg_temp.off(p_table regclass) RETURNS boolean LANGUAGE sql AS $$
    SELECT coalesce((SELECT 'autovacuum_enabled=false' = ANY (reloptions) FROM pg_class WHERE oid = p_table), false)
           AND coalesce((SELECT 'autovacuum_enabled=false' = ANY (t.reloptions) FROM pg_class c JOIN pg_class t ON t.oid = c.reltoastrelid WHERE c.oid = p_table), false)
$$;
SELECT ok(partman.autovacuum_off('public', 's_ids', 'public', 's Source'), 'autovacuum_off() is true');
SELECT ok(pg_temp.off(t::regclass), t || ' has it off') FROM unnest(ARRAY['s_ids_p0', 's_ids_p20', 's_ids_default', 's_ids_p30_p30', '"s Source"']) t;
SELECT is((SELECT reloptions FROM pg_class WHERE oid = 's_ids'::regclass), NULL, 'a partitioned table cannot');
SELECT ok(partman.autovacuum_reset('public', 's_ids'), 'autovacuum_reset() is true');
SELECT ok(NOT pg_temp.off('s_ids_p0') AND NOT pg_temp.off('s_ids_p30_p30'), 'as it was');
SELECT ok(pg_temp.off('"s Source"'), 'a table that is not named stays');
SELECT partman.autovacuum_reset('public', 's Source');
SELECT is((SELECT reloptions FROM pg_class WHERE oid = '"s Source"'::regclass), '{fillfactor=90}', 'a single table does as well, and other settings stay');
SELECT throws_ok($$SELECT partman.autovacuum_off('public', 'nothing')$$, '42P01', NULL, 'a table that is not there');
SELECT throws_ok($$SELECT partman.autovacuum_off('public', 's_ids', 'public', 'nothing')$$, '42P01', NULL, 'either of them');

CREATE TABLE public.s_old (id int, v text, "the column" int);
CREATE INDEX s_old_v ON public.s_old (v, lower("v") DESC);
CREATE TABLE public.s_new (LIKE public.s_old);
CREATE INDEX "an USING index" ON public.s_new (v);
CREATE INDEX s_new_too ON public.s_new (v, lower(v) DESC);
CREATE FUNCTION pg_temp.marked(p_table regclass) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(indexrelid::regclass::text, ' ') FROM pg_index WHERE indrelid = p_table AND indisclustered
$$;
SELECT partman.apply_cluster('public', 's_old', 'public', 's_new');
SELECT is(pg_temp.marked('s_new'), NULL, 'no mark, nothing to copy');
ALTER TABLE public.s_old CLUSTER ON s_old_v;
SELECT is(partman.apply_cluster('public', 's_old', 'public', 's_new')::text, '', 'apply_cluster() returns nothing');
SELECT is(pg_temp.marked('s_new'), 's_new_too', 'the index with the same definition is marked');
SELECT throws_ok($$SELECT partman.apply_cluster('public', 's_ids', 'public', 's_ids_p0')$$, '42809', NULL, 'a partitioned parent');
SELECT throws_ok($$SELECT partman.apply_cluster('public', 's_old', 'public', 'nothing')$$, '42P01', NULL, 'a child that is not there');

CREATE ROLE regress_settings_other;
GRANT USAGE ON SCHEMA partman TO regress_settings_other;
SET ROLE regress_settings_other;
SELECT throws_ok($$SELECT partman.autovacuum_off('public', 's_ids')$$, '42501', NULL, 'only for the owner');
SELECT throws_ok($$SELECT partman.apply_cluster('public', 's_old', 'public', 's_new')$$, '42501', NULL, 'both');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
