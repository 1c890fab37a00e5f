-- set_modulus(): another modulus for a set by hash.  Not in a transaction, so it tidies up by itself.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
SET timezone = 'UTC';

SELECT no_plan();
\ir lib/try.sql
CREATE FUNCTION pg_temp.bounds(p_parent text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(c.relname || ' ' || regexp_replace(pg_get_expr(c.relpartbound, c.oid), '.*modulus (\d+), remainder (\d+).*', '\1 \2'), ', ' ORDER BY c.relname COLLATE "C")
      FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = p_parent::regclass
$$;
-- What is left of the work, or is not as it should be.
CREATE FUNCTION pg_temp.troubles(p_parent text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(', ',
        (SELECT 'rebuild' FROM partman.rebuild LIMIT 1),
        (SELECT 'trigger' FROM pg_trigger WHERE tgname LIKE 'pg\_strata%' LIMIT 1),
        (SELECT 'dependency' FROM pg_depend WHERE deptype = 'x' LIMIT 1),
        (SELECT 'constraint' FROM pg_constraint WHERE conname LIKE 'pg\_strata%' LIMIT 1),
        (SELECT string_agg(relname, ' ') FROM pg_class WHERE relname ~ '_log$|_\d+_(\d+|pkey)$' AND relnamespace = 'public'::regnamespace),
        (SELECT 'job ' || state FROM partman.jobs WHERE state <> 'done' LIMIT 1),
        (SELECT 'not recorded' FROM partman.partitions WHERE parent_table = p_parent AND provenance <> 'made' LIMIT 1),
        (SELECT 'plan' FROM partman.plan_maintenance(p_parent) LIMIT 1))
$$;
CREATE FUNCTION pg_temp.index_names(p_parent text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(DISTINCT regexp_replace(c.relname, '\d', 'N'), ' ') FROM pg_inherits AS i JOIN pg_index AS x ON x.indrelid = i.inhrelid JOIN pg_class AS c ON c.oid = x.indexrelid
     WHERE i.inhparent = p_parent::regclass
$$;

-- From 4 to 8 and back.
CREATE ROLE m_reader;
CREATE TABLE public.m (gone int, id bigint, tenant text DEFAULT 't', twice bigint GENERATED ALWAYS AS (id * 2) STORED, PRIMARY KEY (id), UNIQUE (tenant, id)) PARTITION BY HASH (id);
CREATE INDEX ON public.m (tenant);
SELECT partman.create_parent('public.m', 'id', p_type => 'hash', p_modulus => 4);
ALTER TABLE public.m DROP COLUMN gone;
ALTER TABLE public.m ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON public.m USING (tenant = current_user OR tenant = 't');
GRANT SELECT ON public.m TO m_reader;
UPDATE partman.part_config SET inherit_privileges = true WHERE parent_table = 'public.m';
INSERT INTO public.m (id, tenant) SELECT i, CASE WHEN i % 10 = 0 THEN 'other' ELSE 't' END FROM generate_series(1, 5000) AS i;
UPDATE public.m SET tenant = repeat('long', 5000) WHERE id = 77;
CREATE TABLE public.m_before AS SELECT * FROM public.m;
SELECT is(pg_temp.bounds('public.m'), 'm_p0 4 0, m_p1 4 1, m_p2 4 2, m_p3 4 3', 'as it begins');
SELECT results_eq($$SELECT step, action, partitions, replaced_by, bounds FROM partman.plan_modulus('public.m', 8)$$, $$VALUES
    (1, 'split', '{public.m_p0}'::text[], '{public.m_p0,public.m_p4}'::text[], '{"WITH (modulus 8, remainder 0)","WITH (modulus 8, remainder 4)"}'::text[]),
    (2, 'split', '{public.m_p1}', '{public.m_p1,public.m_p5}', '{"WITH (modulus 8, remainder 1)","WITH (modulus 8, remainder 5)"}'),
    (3, 'split', '{public.m_p2}', '{public.m_p2,public.m_p6}', '{"WITH (modulus 8, remainder 2)","WITH (modulus 8, remainder 6)"}'),
    (4, 'split', '{public.m_p3}', '{public.m_p3,public.m_p7}', '{"WITH (modulus 8, remainder 3)","WITH (modulus 8, remainder 7)"}')$$, 'the plan to divide');
SELECT is((SELECT bool_and(bytes > 8192) FROM partman.plan_modulus('public.m', 8)), true, 'says how much is copied');
SELECT is(pg_temp.bounds('public.m'), 'm_p0 4 0, m_p1 4 1, m_p2 4 2, m_p3 4 3', 'and changes nothing');
CALL partman.set_modulus('public.m', 8);
SELECT is(pg_temp.bounds('public.m'), 'm_p0 8 0, m_p1 8 1, m_p2 8 2, m_p3 8 3, m_p4 8 4, m_p5 8 5, m_p6 8 6, m_p7 8 7', 'set_modulus() divides');
SELECT is((SELECT modulus FROM partman.part_config WHERE parent_table = 'public.m'), 8, 'the configuration says so');
SELECT set_eq('TABLE public.m', 'TABLE public.m_before', 'all rows are there');
SELECT is((SELECT count(*) FROM public.m WHERE tableoid <> ((partman.show_partition_name('public.m', id::text)).partition_table)::regclass), 0::bigint, 'where they belong');
SELECT is((SELECT twice FROM public.m WHERE id = 78), 156::bigint, 'with what is generated');
SELECT is(pg_temp.troubles('public.m'), '', 'nothing is left behind');
SELECT is(pg_temp.index_names('public.m'), 'm_pN_pkey m_pN_tenant_id_key m_pN_tenant_idx', 'indexes are named as ever');
SELECT is((SELECT count(*) FROM pg_class WHERE relname ~ '^m_p\d$' AND relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid) AND has_table_privilege('m_reader', oid, 'SELECT')), 8::bigint,
    'with policies and privileges');
SELECT is((SELECT count(*) FROM partman.maintenance_history WHERE parent_table = 'public.m' AND action = 'rehash' AND outcome = 'ok'), 8::bigint, 'the history has each one');
SELECT is((SELECT what || ' ' || rows_done || ' ' || (parameters ->> 'p_modulus') FROM partman.jobs WHERE parent_table = 'public.m'), 'set_modulus 5000 8', 'and the jobs have the call');
SELECT is_empty($$SELECT * FROM partman.plan_modulus('public.m', 8)$$, 'nothing is left to do');
CALL partman.set_modulus('public.m', 8);
SELECT is((SELECT count(*) FROM partman.jobs WHERE parent_table = 'public.m'), 1::bigint, 'nor is it done');
SELECT results_eq($$SELECT action, partitions, replaced_by FROM partman.plan_modulus('public.m', 4) WHERE step = 2$$, $$VALUES ('merge', '{public.m_p1,public.m_p5}'::text[], '{public.m_p1}'::text[])$$, 'the plan to make one of two');
CALL partman.set_modulus('public.m', 4);
SELECT is(pg_temp.bounds('public.m'), 'm_p0 4 0, m_p1 4 1, m_p2 4 2, m_p3 4 3', 'and back');
SELECT set_eq('TABLE public.m', 'TABLE public.m_before', 'all rows are there');
SELECT is(pg_temp.troubles('public.m'), '', 'nothing is left behind');
SELECT is(pg_temp.index_names('public.m'), 'm_pN_pkey m_pN_tenant_id_key m_pN_tenant_idx', 'indexes are named as ever');

-- Neither divides the other: all at once.
SELECT results_eq($$SELECT step, action, replaced_by FROM partman.plan_modulus('public.m', 6)$$, $$VALUES (1, 'exchange', '{public.m_p0,public.m_p1,public.m_p2,public.m_p3,public.m_p4,public.m_p5}'::text[])$$, 'the plan of 4 to 6');
CALL partman.set_modulus('public.m', 6);
SELECT is(pg_temp.bounds('public.m'), 'm_p0 6 0, m_p1 6 1, m_p2 6 2, m_p3 6 3, m_p4 6 4, m_p5 6 5', 'is done');
SELECT set_eq('TABLE public.m', 'TABLE public.m_before', 'all rows are there');
SELECT is(pg_temp.troubles('public.m'), '', 'nothing is left behind');
CALL partman.set_modulus('public.m', 1);
SELECT is(pg_temp.bounds('public.m'), 'm_p0 1 0', 'all in one');
SELECT set_eq('TABLE public.m', 'TABLE public.m_before', 'all rows are there');

-- Moduli that differ, remainders that are missing, another order of columns, names of one's own, a hook.
CREATE TABLE public.n (code int NOT NULL, tenant uuid NOT NULL, note text, UNIQUE (code, tenant)) PARTITION BY HASH (tenant, code);
CREATE TABLE public.n_first (note text, tenant uuid NOT NULL, gone int, code int NOT NULL);
ALTER TABLE public.n_first DROP COLUMN gone;
ALTER TABLE public.n ATTACH PARTITION public.n_first FOR VALUES WITH (modulus 2, remainder 0);
CREATE TABLE public."N 1/4" PARTITION OF public.n FOR VALUES WITH (modulus 4, remainder 1);
CREATE TABLE public.n_eight PARTITION OF public.n FOR VALUES WITH (modulus 8, remainder 3);
SELECT partman.create_parent('public.n', 'tenant', p_type => 'hash', p_modulus => 4, p_name_template => 'hash {remainder} of "{table}"', p_template_table => 'false');
SELECT is((SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.n'::regclass), 4::bigint, 'the set has moduli 2, 4 and 8');
DROP TABLE public.n_eight;
CREATE TABLE public.n_made (partition text, bounds text);
CREATE FUNCTION public.n_hook(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE sql
    AS 'INSERT INTO public.n_made SELECT relname, pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = p_partition RETURNING true';
UPDATE partman.part_config SET after_create = 'public.n_hook' WHERE parent_table = 'public.n';
INSERT INTO public.n SELECT i, md5(i::text)::uuid, i::text FROM generate_series(1, 2000) AS i
 WHERE NOT satisfies_hash_partition('public.n'::regclass, 8, 3, md5(i::text)::uuid, i);
CREATE TABLE public.n_before AS SELECT * FROM public.n;
SELECT results_eq($$SELECT action, partitions, replaced_by FROM partman.plan_modulus('public.n', 4)$$, $$VALUES
    ('split', '{public.n_first}'::text[], ARRAY['public.hash 0 of "n"', 'public.hash 2 of "n"']), ('merge', ARRAY['public.hash 7 of "n"'], ARRAY['public.hash 3 of "n"'])$$, 'moduli become one');
CALL partman.set_modulus('public.n', 4);
SELECT is(pg_temp.bounds('public.n'), 'N 1/4 4 1, hash 0 of "n" 4 0, hash 2 of "n" 4 2, hash 3 of "n" 4 3', 'all have the same');
SELECT set_eq('TABLE public.n', 'TABLE public.n_before', 'all rows are there');
SELECT results_eq('SELECT * FROM public.n_made ORDER BY 1', $$VALUES ('hash 0 of "n"', 'FOR VALUES WITH (modulus 4, remainder 0)'), ('hash 2 of "n"', 'FOR VALUES WITH (modulus 4, remainder 2)'), ('hash 3 of "n"', 'FOR VALUES WITH (modulus 4, remainder 3)')$$, 'after_create was told');
DELETE FROM public.n;
DROP TABLE public."hash 3 of ""n""";
CALL partman.set_modulus('public.n', 8);
SELECT is((SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.n'::regclass), 6::bigint, 'a remainder without a partition stays so');
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.n')), 2::bigint, 'until maintenance makes those that are missing');

-- A partition of a range that is partitioned by hash.
CREATE TABLE public.r (at date, id int, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
CREATE TABLE public.r_now PARTITION OF public.r FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY HASH (id);
SELECT partman.create_parent('public.r_now', 'id', p_type => 'hash', p_modulus => 2);
INSERT INTO public.r SELECT '2026-02-03', i FROM generate_series(1, 1000) AS i;
CALL partman.set_modulus('public.r_now', 4);
SELECT is(pg_temp.bounds('public.r_now'), 'r_now_p0 4 0, r_now_p1 4 1, r_now_p2 4 2, r_now_p3 4 3', 'below another partitioned table');
SELECT is((SELECT sum(id) FROM public.r), 500500::bigint, 'all rows are there');

-- What is refused.
CREATE TABLE public.m_keyless (id int) PARTITION BY HASH (id);
CREATE TABLE public.m_range (id int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE public.m_free (id int) PARTITION BY HASH (id);
CREATE TABLE public.m_referred (id int PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE public.m_many (id int PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE public.m_deep (id int PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE public.m_deep_0 PARTITION OF public.m_deep FOR VALUES WITH (modulus 2, remainder 0) PARTITION BY HASH (id);
CREATE TABLE public.m_kept (id int PRIMARY KEY);
CREATE TABLE public.m_owning (id int PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE public.m_loose (id int PRIMARY KEY REFERENCES public.m_deep) PARTITION BY HASH (id);
CREATE TABLE public.m_idle (id int PRIMARY KEY REFERENCES public.m_kept) PARTITION BY HASH (id);
CREATE TABLE public.m_self (id int PRIMARY KEY, up int REFERENCES public.m_self) PARTITION BY HASH (id);
CREATE TABLE public.m_barred (id int PRIMARY KEY REFERENCES public.m_kept) PARTITION BY HASH (id);
ALTER TABLE public.m_barred OWNER TO m_reader;
CREATE TABLE public.m_hidden (id int PRIMARY KEY);
ALTER TABLE public.m_hidden ENABLE ROW LEVEL SECURITY;
GRANT SELECT, REFERENCES ON public.m_hidden TO m_reader;
CREATE TABLE public.m_blind (id int PRIMARY KEY REFERENCES public.m_hidden) PARTITION BY HASH (id);
ALTER TABLE public.m_blind OWNER TO m_reader;
CREATE TABLE public.m_triggered (id int PRIMARY KEY) PARTITION BY HASH (id);
SELECT partman.create_parent('public.m_' || name, 'id', p_type => 'hash', p_modulus => 2) FROM unnest('{keyless,referred,many,deep,owning,loose,idle,self,barred,blind,triggered}'::text[]) AS name;
SELECT partman.create_parent('public.m_range', 'id', '10');
CREATE TABLE public.m_referring (id int REFERENCES public.m_referred);
ALTER TABLE public.m_owning_p1 ADD FOREIGN KEY (id) REFERENCES public.m_kept;
ALTER TABLE public.m_idle_p1 DISABLE TRIGGER ALL;
CREATE FUNCTION public.m_nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER own AFTER INSERT ON public.m_triggered_p1 FOR EACH ROW EXECUTE FUNCTION public.m_nothing();
SELECT matches(pg_temp.try(sql), expected, expected) FROM (VALUES
    ($$SELECT * FROM partman.plan_modulus('public.m', 0)$$, '^22023 modulus must be between 1 and 100000\nIt is 0'),
    ($$SELECT * FROM partman.plan_modulus('public.m', -4)$$, '^22023 modulus must be between 1 and 100000'),
    ($$SELECT * FROM partman.plan_modulus('public.m', 100001)$$, '^22023 modulus must be between 1 and 100000'),
    ($$SELECT * FROM partman.plan_modulus('public.m', NULL)$$, '^22023 p_modulus must not be null'),
    ($$SELECT * FROM partman.plan_modulus(NULL, 4)$$, 'p_parent_table'),
    ($$SELECT * FROM partman.plan_modulus('public.m_free', 4)$$, '^42704 table "public.m_free" is not managed'),
    ($$SELECT * FROM partman.plan_modulus('public.m_range', 4)$$, '^42809 table "public.m_range" has no modulus\nIt is partitioned by range'),
    ($$SELECT * FROM partman.plan_modulus('public.m_keyless', 4)$$, '^0A000 the modulus of table public.m_keyless cannot be changed beside .*\nIt has no unique key of columns that are NOT NULL'),
    ($$SELECT * FROM partman.plan_modulus('public.m_referred', 4)$$, '^0A000 .*\nPartition public.m_referred_p0 is referred to by foreign keys of other tables'),
    ($$SELECT * FROM partman.plan_modulus('public.m_owning', 4)$$, '^0A000 .*\nPartition public.m_owning_p1 has foreign keys of its own'),
    ($$SELECT * FROM partman.plan_modulus('public.m_loose', 4)$$, '^0A000 .*\nPartition public.m_loose_p0 has foreign keys to a partitioned table'),
    ($$SELECT * FROM partman.plan_modulus('public.m_idle', 4)$$, '^0A000 .*\nPartition public.m_idle_p1 has foreign keys whose triggers are not enabled as usual'),
    ($$SELECT * FROM partman.plan_modulus('public.m_self', 4)$$, '^0A000 .*\nPartition public.m_self_p0 is referred to by foreign keys'),
    ($$SELECT * FROM partman.plan_modulus('public.m_barred', 4)$$, '^0A000 .*\nPartition public.m_barred_p0 has foreign keys to a table to which the owner may not refer any more'),
    ($$SELECT * FROM partman.plan_modulus('public.m_blind', 4)$$, '^0A000 .*\nPartition public.m_blind_p0 has foreign keys to a table of which the owner may not read all rows'),
    ($$SELECT * FROM partman.plan_modulus('public.m_deep', 4)$$, '^0A000 .*\nPartition public.m_deep_0 is no ordinary logged table'),
    ($$SELECT * FROM partman.plan_modulus('public.m_triggered', 4)$$, '^0A000 .*\nPartition public.m_triggered_p1 has triggers of its own'),
    ($$SELECT * FROM partman.plan_modulus('public.m_many', 1024)$$, '^0A000 modulus 1024 is too far from that of table public.m_many\n1 partitions would be exchanged for 512 at once, and 128 tables.*\n.*such as 4'),
    ($$SELECT * FROM partman.plan_modulus('public.m_many', 127)$$, '^0A000 modulus 127 is too far .*\n2 partitions would be exchanged for 127 .*\n.*a multiple or a divisor'),
    ($$CALL partman.set_modulus('public.m_keyless', 4)$$, '^25001 set_modulus\(\) cannot be called in a transaction block'),
    ($$SELECT * FROM partman.ensure_set('{"parent_table": "public.m_many", "modulus": 4}')$$, '^42P17 .*\n.*modulus is "2", and "4" was asked for.\n.*set_modulus')
) AS bad (sql, expected);
-- The procedure says the same.
\set ON_ERROR_STOP 0
CALL partman.set_modulus('public.m_keyless', 4);
\set keyless :LAST_ERROR_SQLSTATE
CALL partman.set_modulus('public.m_many', NULL);
\set no_modulus :LAST_ERROR_SQLSTATE
CALL partman.set_modulus('public.m_range', 4);
\set range :LAST_ERROR_SQLSTATE
GRANT USAGE ON SCHEMA partman TO m_reader;
SET ROLE m_reader;
CALL partman.set_modulus('public.m_many', 4);
\set stranger :LAST_ERROR_SQLSTATE
SELECT * FROM partman.plan_modulus('public.m_many', 4);
\set planning_stranger :LAST_ERROR_SQLSTATE
RESET ROLE;
\set ON_ERROR_STOP 1
SELECT is(ARRAY[:'keyless', :'no_modulus', :'range', :'stranger', :'planning_stranger'], '{0A000,22023,42809,42501,42501}'::text[], 'set_modulus() refuses likewise');
SELECT is(pg_temp.bounds('public.m_keyless') || pg_temp.bounds('public.m_many'), 'm_keyless_p0 2 0, m_keyless_p1 2 1m_many_p0 2 0, m_many_p1 2 1', 'and changes nothing');
SELECT is((SELECT count(*) FROM partman.jobs WHERE parent_table IN ('public.m_keyless', 'public.m_many')), 0::bigint, 'and leaves no job');
ALTER TABLE public.m_many OWNER TO m_reader;
ALTER TABLE public.m_many_p0 OWNER TO m_reader;
UPDATE partman.part_config SET undo_in_progress = true WHERE parent_table = 'public.m_many';
SELECT matches(pg_temp.try($$SELECT * FROM partman.plan_modulus('public.m_many', 4)$$), '^55006 table "public.m_many" is being undone\n.*\nSet undo_in_progress to false', 'a set that is being undone');
UPDATE partman.part_config SET undo_in_progress = false WHERE parent_table = 'public.m_many';
SELECT matches(pg_temp.try($$SELECT * FROM partman.plan_modulus('public.m_many', 4)$$), '^0A000 .*\nPartition public.m_many_p1 belongs to another role than the table', 'a partition of somebody else');

SELECT * FROM finish();
DELETE FROM partman.part_config WHERE parent_table ~ '^public\.[mnr](_|$)';
DROP TABLE public.m, public.m_before, public.n, public.n_before, public.n_made, public.r, public.m_keyless, public.m_range, public.m_free, public.m_referring, public.m_referred, public.m_many, public.m_loose, public.m_deep, public.m_owning, public.m_idle, public.m_self, public.m_barred, public.m_blind, public.m_hidden, public.m_kept, public.m_triggered;
DROP FUNCTION public.n_hook(regclass, regclass, text, text), public.m_nothing();
DROP OWNED BY m_reader;
DROP ROLE m_reader;
DELETE FROM partman.job_step;
DELETE FROM partman.job;
TRUNCATE partman.maintenance_run, partman.maintenance_set, partman.maintenance_step;
