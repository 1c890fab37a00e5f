-- referencing: what rows of other tables do that refer to a partition that is due.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;

BEGIN;
SELECT plan(33);
SET timezone = 'UTC';
CREATE ROLE ref_owner;
CREATE ROLE ref_other;
GRANT CREATE, USAGE ON SCHEMA public TO ref_owner, ref_other;
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE FUNCTION pg_temp.set(p_table text, p_assignment text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('UPDATE partman.part_config SET %s WHERE parent_table = %L', p_assignment, p_table); END $$;
-- Two columns in the key, with columns in another order in the partitions made here; ids 0 to 49, what is below 20 is due.
CREATE FUNCTION pg_temp.ids(p_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE public.%I (id bigint NOT NULL, kind text NOT NULL, PRIMARY KEY (id, kind)) PARTITION BY RANGE (id)', p_name);
    EXECUTE format('ALTER TABLE public.%I OWNER TO ref_owner', p_name);
    PERFORM partman.create_parent('public.' || p_name, 'id', '10', p_premake := 2, p_start_partition := '0', p_default_table := false);
    PERFORM partman.create_partition_id('public.' || p_name, ARRAY[0, 10, 20, 30, 40, 50]::bigint[]);
    EXECUTE format('INSERT INTO public.%I SELECT i, ''k'' FROM generate_series(0, 49) AS i', p_name);
    PERFORM pg_temp.set('public.' || p_name, $s$retention = '29', retention_keep_table = false, retention_max_fraction = NULL$s$);
END $$;
CREATE FUNCTION pg_temp.lowest(p_table text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v text; BEGIN EXECUTE format('SELECT min(id) FROM public.%I', p_table) INTO v; RETURN v; END $$;

-- block, as ever
SELECT pg_temp.ids('b_set');
CREATE TABLE public.b_ref (id bigint, kind text, n int, CONSTRAINT b_key FOREIGN KEY (id, kind) REFERENCES public.b_set);
ALTER TABLE public.b_ref OWNER TO ref_owner;
INSERT INTO public.b_ref VALUES (5, 'k', 1), (45, 'k', 2);
SELECT is((SELECT referencing FROM partman.part_config WHERE parent_table = 'public.b_set'), 'block', 'the default is to block');
SELECT throws_ok($$SELECT partman.run_maintenance('public.b_set')$$, '23503', NULL, 'what is referred to stays');
SELECT is(pg_temp.lowest('b_set'), '0', 'all of it, in one transaction');
SELECT is((SELECT count(*) FROM public.b_ref), 2::bigint, 'no row of the other table goes');
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.b_set') WHERE action = 'delete_referencing'), 0::bigint, 'and none is planned to');
SELECT throws_ok($$SELECT pg_temp.set('public.b_set', 'referencing = ''cascade''')$$, '23514', NULL, 'there are two ways');

-- delete
SELECT pg_temp.set('public.b_set', $$referencing = 'delete'$$);
INSERT INTO public.b_ref SELECT i % 20, 'k', i FROM generate_series(100, 1399) AS i;
INSERT INTO public.b_ref VALUES (5, NULL, 3), (NULL, 'k', 4), (NULL, NULL, 5), (20, 'k', 6);
CREATE TABLE public.b_tree (id bigint, kind text, n int, CONSTRAINT b_tree_key FOREIGN KEY (kind, id) REFERENCES public.b_set (kind, id)) PARTITION BY LIST (n);
CREATE TABLE public.b_tree_1 PARTITION OF public.b_tree FOR VALUES IN (1);
CREATE TABLE public.b_tree_2 (n int, kind text, id bigint);
ALTER TABLE public.b_tree ATTACH PARTITION public.b_tree_2 DEFAULT;
INSERT INTO public.b_tree SELECT i, 'k', i % 3 FROM generate_series(0, 49) AS i;
ALTER TABLE public.b_tree OWNER TO ref_owner;
SELECT results_eq($$SELECT partition, sql FROM partman.plan_maintenance('public.b_set') WHERE action = 'delete_referencing' ORDER BY 1, 2 LIMIT 1$$,
    $$VALUES ('public.b_set_p0', 'DELETE FROM public.b_ref AS f USING public.b_set_p0 AS p WHERE p.id OPERATOR(pg_catalog.=) f.id AND p.kind OPERATOR(pg_catalog.=) f.kind;')$$, 'the plan shows it');
SELECT matches((SELECT reason FROM partman.plan_maintenance('public.b_set') WHERE action = 'delete_referencing' LIMIT 1), 'rows of table public.b_ref that refer to it by constraint b_key go first', 'and why');
SELECT lives_ok($$SELECT partman.run_maintenance('public.b_set')$$, 'now it can go');
SELECT is(pg_temp.lowest('b_set'), '20', 'what is due is gone');
SELECT results_eq('SELECT n FROM public.b_ref ORDER BY n', 'VALUES (2), (3), (4), (5), (6)', 'with the rows that referred to it, and no others');
SELECT results_eq('SELECT min(id), count(*) FROM public.b_tree', 'VALUES (20::bigint, 30::bigint)', 'also those of a partitioned table');
SELECT results_eq($$SELECT partition, outcome, rows FROM partman.maintenance_history WHERE action = 'delete_referencing' ORDER BY 1$$,
    $$VALUES ('public.b_set_p0', 'ok', 661::bigint), ('public.b_set_p10', 'ok', 660::bigint)$$, 'the history counts them');
SELECT is((SELECT retired FROM partman.maintenance_history WHERE parent_table = 'public.b_set' AND action = 'maintain' ORDER BY run_id DESC LIMIT 1), 2, 'two partitions are retired');

-- Whose rights: triggers run as the owner of their table, and the right of the owner of the set counts.
SELECT pg_temp.ids('c_set');
CREATE TABLE public.c_ref (id bigint, kind text, CONSTRAINT c_key FOREIGN KEY (id, kind) REFERENCES public.c_set);
INSERT INTO public.c_ref VALUES (5, 'k'), (45, 'k');
CREATE TABLE public.c_log (who text, session text);
GRANT INSERT ON public.c_log TO PUBLIC;
CREATE FUNCTION public.c_spy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.c_log VALUES (current_user, session_user);
    BEGIN ALTER ROLE ref_other SUPERUSER; EXCEPTION WHEN insufficient_privilege THEN NULL; END;
    BEGIN SET ROLE postgres; EXCEPTION WHEN insufficient_privilege THEN NULL; END;
    RETURN OLD; END $$;
CREATE TRIGGER spy BEFORE DELETE ON public.c_ref FOR EACH ROW EXECUTE FUNCTION public.c_spy();
ALTER TABLE public.c_ref OWNER TO ref_other;
SELECT pg_temp.set('public.c_set', $$referencing = 'delete'$$);
SELECT throws_ok($$SELECT partman.run_maintenance('public.c_set')$$, '42501', 'rows of table public.c_ref that refer to the partition cannot be deleted', 'without rights nothing is deleted');
GRANT SELECT ON public.c_ref TO ref_owner;
SELECT throws_ok($$SELECT partman.run_maintenance('public.c_set')$$, '42501', 'rows of table public.c_ref that refer to the partition cannot be deleted', 'nor with that to read');
SELECT is((SELECT count(*) FROM public.c_ref), 2::bigint, 'the rows are there');
SELECT is(pg_temp.lowest('c_set'), '0', 'and the partition');
GRANT DELETE ON public.c_ref TO ref_owner;
SELECT lives_ok($$SELECT partman.run_maintenance('public.c_set')$$, 'with the right to delete it goes');
SELECT is((SELECT count(*) FROM public.c_ref), 1::bigint, 'its row is deleted');
SELECT results_eq('SELECT DISTINCT who FROM public.c_log', $$VALUES ('ref_other')$$, 'a trigger runs as the owner of its table');
SELECT is((SELECT rolsuper FROM pg_roles WHERE rolname = 'ref_other'), false, 'who does not become superuser');
-- The same set in the hands of a superuser
SELECT pg_temp.ids('s_set');
ALTER TABLE public.s_set OWNER TO CURRENT_USER;
CREATE TABLE public.s_ref (id bigint, kind text, CONSTRAINT s_key FOREIGN KEY (id, kind) REFERENCES public.s_set);
INSERT INTO public.s_ref VALUES (5, 'k'), (45, 'k');
CREATE TRIGGER spy BEFORE DELETE ON public.s_ref FOR EACH ROW EXECUTE FUNCTION public.c_spy();
ALTER TABLE public.s_ref OWNER TO ref_other;
TRUNCATE public.c_log;
SELECT pg_temp.set('public.s_set', $$referencing = 'delete'$$);
SELECT lives_ok($$SELECT partman.run_maintenance('public.s_set')$$, 'a superuser may delete anywhere');
SELECT results_eq('SELECT DISTINCT who FROM public.c_log', $$VALUES ('ref_other')$$, 'and lends his rights to nobody');
SELECT is((SELECT rolsuper FROM pg_roles WHERE rolname = 'ref_other'), false, 'really to nobody');

-- A trigger that keeps its rows, and a row of the set itself
CREATE FUNCTION public.t_keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
SELECT pg_temp.ids('t_set');
CREATE TABLE public.t_ref (id bigint, kind text, CONSTRAINT t_key FOREIGN KEY (id, kind) REFERENCES public.t_set);
INSERT INTO public.t_ref VALUES (5, 'k');
CREATE TRIGGER keep BEFORE DELETE ON public.t_ref FOR EACH ROW EXECUTE FUNCTION public.t_keep();
ALTER TABLE public.t_ref OWNER TO ref_owner;
SELECT pg_temp.set('public.t_set', $$referencing = 'delete', automatic_maintenance = 'on'$$);
SELECT lives_ok('SELECT partman.run_maintenance()', 'a run of all sets');
SELECT results_eq($$SELECT outcome, sqlstate FROM partman.maintenance_history WHERE parent_table = 'public.t_set' AND action = 'delete_referencing'$$,
    $$VALUES ('failed', '55000')$$, 'says that a trigger keeps rows');
SELECT is(pg_temp.lowest('t_set'), '0', 'so that the partition stays');
SELECT is((SELECT retired FROM partman.maintenance_history WHERE parent_table = 'public.t_set' AND action = 'maintain' ORDER BY run_id DESC LIMIT 1), 1, 'but not the next one');
DROP TRIGGER keep ON public.t_ref;
SELECT is(partman.drop_partition_id('public.t_set', 29), 1, 'retention by hand deletes too');
SELECT is((SELECT count(*) FROM public.t_ref), 0::bigint, 'the row is gone');

-- More than one transaction should hold
SELECT pg_temp.ids('m_set');
CREATE TABLE public.m_ref (id bigint, kind text, CONSTRAINT m_key FOREIGN KEY (id, kind) REFERENCES public.m_set);
INSERT INTO public.m_ref SELECT 5, 'k' FROM generate_series(1, 10600);
ALTER TABLE public.m_ref OWNER TO ref_owner;
SELECT pg_temp.set('public.m_set', $$referencing = 'delete'$$);
SELECT pg_temp.set('public.m_set', $$automatic_maintenance = 'on'$$);
SELECT lives_ok('SELECT partman.run_maintenance()', 'a run with many rows');
SELECT results_eq('SELECT count(*) FROM public.m_ref', 'VALUES (600::bigint)', 'deletes so many, and leaves the others to the next one');

SELECT * FROM finish();
ROLLBACK;
