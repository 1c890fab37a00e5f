-- A set that refers to itself: PostgreSQL drops no partition of it that is attached, and detaches none with rows that are
-- referred to, be it by each other.  What only its own rows refer to goes with them; what others refer to stays.
BEGIN;
SELECT plan(28);

SET LOCAL client_min_messages = error;
CREATE FUNCTION pg_temp.try(p_sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_detail text;
BEGIN
    EXECUTE p_sql;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' ', SQLSTATE, SQLERRM, v_detail);
END $$;
CREATE FUNCTION pg_temp.steps(p_table text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', action, partition, outcome, sqlstate) FROM partman.maintenance_history
     WHERE parent_table = p_table AND partition IS NOT NULL AND action IN ('drop', 'detach') ORDER BY started_at $$;

-- Partitions of ten; each row refers to the one before it in its partition.
CREATE FUNCTION pg_temp.make(p_table text, p_rows int) RETURNS void LANGUAGE plpgsql AS $f$
BEGIN
    EXECUTE format($$
        CREATE TABLE %1$s (id bigint PRIMARY KEY, above bigint CONSTRAINT to_itself REFERENCES %1$s ON DELETE CASCADE, noted int) PARTITION BY RANGE (id);
        SELECT partman.create_parent('%1$s', 'id', '10', p_premake := 1, p_start_partition := '0', p_default_table := false);
        SELECT partman.create_partition_id('%1$s', ARRAY(SELECT generate_series(0, %2$s, 10))::bigint[]);
        INSERT INTO %1$s SELECT i, CASE WHEN i %% 10 > 0 THEN i - 1 END FROM generate_series(0, %2$s) AS i;
        UPDATE partman.part_config SET retention_keep_table = false, retention_max_fraction = NULL WHERE parent_table = '%1$s'$$, p_table, p_rows);
END $f$;
CREATE TABLE public.fired (what text);
CREATE FUNCTION public.fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.fired VALUES (TG_OP); RETURN NULL; END $$;

SELECT pg_temp.make('public.tree', 59);
CREATE TRIGGER fire AFTER DELETE ON public.tree FOR EACH ROW EXECUTE FUNCTION public.fire();
SELECT ok(partman.drop_partition('public.tree_p0'), 'rows that refer to each other go together, by drop_partition()');
SELECT is((SELECT array[count(*), min(id)] FROM public.tree), '{50,10}', 'and no others');
SELECT is((SELECT count(*) FROM public.fired), 0::bigint, 'no trigger fires for them');
SELECT is(to_regclass('public.tree_p0'), NULL, 'the table is gone');

-- What others refer to.
UPDATE public.tree SET above = 15 WHERE id = 23;
SELECT matches(pg_temp.try($$ SELECT partman.drop_partition('public.tree_p10') $$), '^23503 removing partition "tree_p10" violates foreign key constraint',
    'a row of another partition refers to one');
SELECT is((SELECT count(*) FROM public.tree), 50::bigint, 'nothing is lost, nor deleted by a cascade');
UPDATE partman.part_config SET retention = '25' WHERE parent_table = 'public.tree';
SELECT is((SELECT string_agg(sql, '; ' ORDER BY partition) FROM partman.plan_maintenance('public.tree') WHERE partition = 'public.tree_p10'),
    E'ALTER TABLE public.tree DETACH PARTITION public.tree_p10;\nDROP TABLE public.tree_p10;', 'the plan shows that it is detached before');
SELECT ok((SELECT bool_and(locks NOT LIKE '%detach concurrently%') FROM partman.plan_maintenance('public.tree') WHERE partition = 'public.tree_p10'), 'not concurrently: the drop would lock the set that the table refers to');
UPDATE partman.part_config SET retention_keep_table = true WHERE parent_table = 'public.tree';
SELECT ok((SELECT bool_and(locks LIKE '%detach concurrently%') FROM partman.plan_maintenance('public.tree') WHERE partition = 'public.tree_p10'), 'as it is where the table is kept');
UPDATE partman.part_config SET retention_keep_table = false WHERE parent_table = 'public.tree';
UPDATE public.tree SET above = 21 WHERE id = 34;
SELECT matches(pg_temp.try($$ SELECT partman.run_maintenance('public.tree') $$), '^23503 removing partition "tree_p10" violates', 'retention keeps it, too');
SELECT is((SELECT count(*) FROM public.tree), 50::bigint, 'with all its rows');
UPDATE public.tree SET above = NULL WHERE id IN (23, 34);
SELECT is(pg_temp.try($$ SELECT partman.run_maintenance('public.tree') $$), 'no error', 'when nothing refers to them any more retention drops partitions whose rows refer to each other');
SELECT is((SELECT array[count(*), min(id)] FROM public.tree), '{30,30}', 'two of them');
SELECT bag_has($$ SELECT pg_temp.steps('public.tree') $$, $$ VALUES ('drop public.tree_p10 ok'), ('drop public.tree_p20 ok') $$, 'each in a step of the history');

-- One that refers back to what stays.
UPDATE public.tree SET above = 49 WHERE id = 30;
SELECT ok(partman.drop_partition('public.tree_p30'), 'a row that refers to one that stays is in nobody''s way');
SELECT is((SELECT count(*) FROM public.tree), 20::bigint, 'and that one stays');

-- Rows of other tables.
CREATE TABLE public.leaves (tree bigint REFERENCES public.tree);
INSERT INTO public.leaves VALUES (45);
SELECT matches(pg_temp.try($$ SELECT partman.drop_partition('public.tree_p40') $$), '^23503 removing partition "tree_p40" violates foreign key constraint "leaves_tree_fkey',
    'a row of another table refers to one: that is noticed');
DELETE FROM public.leaves;
SELECT ok(partman.drop_partition('public.tree_p40'), 'when it is gone, so is the partition');

-- By values, and of levels below: whatever is dropped by hand.
CREATE TABLE public.kin (kind text, id int, above int, PRIMARY KEY (kind, id), FOREIGN KEY (kind, above) REFERENCES public.kin) PARTITION BY LIST (kind);
SELECT partman.create_parent('public.kin', 'kind', p_type := 'list');
SELECT partman.add_list_partition('public.kin', '{a}', 'kin_a');
SELECT partman.add_list_partition('public.kin', '{b}', 'kin_b');
INSERT INTO public.kin VALUES ('a', 1, NULL), ('a', 2, 1), ('b', 1, NULL), ('b', 2, 1);
SELECT is(partman.retire_list_value('public.kin', 'a', p_keep_table := false)::text, 'public.kin_a', 'a value whose rows refer to each other');
SELECT is((SELECT string_agg(concat(kind, id), ',' ORDER BY id) FROM public.kin), 'b1,b2', 'and no other');
SELECT is((SELECT count(*) FROM pg_constraint WHERE conname LIKE 'kin_kind_above%' AND conrelid = 'public.kin'::regclass AND conparentid = 0), 1::bigint, 'the set still refers to itself');

-- Partitions that are partitioned.
CREATE TABLE public.deep (id int, part int, above int, above_part int, PRIMARY KEY (id, part), FOREIGN KEY (above, above_part) REFERENCES public.deep) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.deep', 'id', '10', p_premake := 1, p_start_partition := '0');
SELECT partman.create_partition_id('public.deep', '{0,10,20}');
SELECT partman.create_sub_parent('public.deep', 'part', p_interval := NULL, p_type := 'hash', p_modulus := 2, p_declarative_check := 'yes');
INSERT INTO public.deep SELECT i, i % 3, CASE WHEN i % 10 > 0 THEN i - 1 END, (i - 1) % 3 FROM generate_series(0, 29) AS i;
SELECT is((SELECT count(*) FROM pg_partition_tree('public.deep_p0') WHERE isleaf), 2::bigint, 'a partition with two below it');
SELECT ok(partman.drop_partition('public.deep_p0'), 'whose rows refer to each other across them');
SELECT is((SELECT array[count(*), min(id)] FROM public.deep), '{20,10}', 'goes as a whole');
SELECT is((SELECT count(*) FROM pg_class WHERE relname LIKE 'deep_p0%'), 0::bigint, 'with all that is below');

-- Others wait no longer than the lock budget while it is emptied.
CREATE TABLE public.wide (id bigint PRIMARY KEY, above bigint REFERENCES public.wide) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.wide', 'id', '100000', p_premake := 1, p_start_partition := '0');
INSERT INTO public.wide SELECT i, CASE WHEN i > 0 THEN 0 END FROM generate_series(0, 60000) AS i;
SET LOCAL pg_strata.lock_timeout = 1;
SELECT matches(pg_temp.try($$ SELECT partman.drop_partition('public.wide_p0') $$), '^54000 .* rows took longer than the lock budget allows', 'one that takes too long to be emptied stays');
SELECT is((SELECT count(*) FROM public.wide), 60001::bigint, 'with all its rows');
-- Without rows that are referred to it need not be emptied.
UPDATE public.wide SET above = NULL;
SELECT ok(partman.drop_partition('public.wide_p0'), 'and goes when its rows do not refer to each other any more');
SELECT * FROM finish();
ROLLBACK;
