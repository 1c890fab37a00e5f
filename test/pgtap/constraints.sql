-- Additional constraints: which partition, which columns, what values, and what happens when rows are in the way.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT no_plan();
SET timezone = 'UTC';
SET pg_strata_clock.now = '2026-03-20 12:00:00+00';
UPDATE partman.part_config SET automatic_maintenance = 'off';

CREATE FUNCTION pg_temp.constraints(p_table text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(conname || CASE WHEN convalidated THEN '' ELSE ' (not valid)' END || ' ' || pg_get_expr(conbin, conrelid), '; ' ORDER BY conname)
      FROM pg_constraint WHERE conrelid = p_table::regclass AND conname LIKE 'partmanconstr\_%'
$$;
-- The partitions that have any.
CREATE FUNCTION pg_temp.constrained(p_set text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(DISTINCT right(c.relname, 2), ' ' ORDER BY right(c.relname, 2))
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_constraint n ON n.conrelid = c.oid
     WHERE i.inhparent = p_set::regclass AND n.conname LIKE 'partmanconstr\_%'
$$;

-- The one that is more than optimize_constraint behind the newest rows.
CREATE TABLE public.k_days (at timestamptz NOT NULL, a int, b text) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.k_days', 'at', '1 day', p_premake := 2, p_start_partition := '2026-03-08',
                             p_constraint_cols := '{a,b}', p_time_zone := 'UTC');
UPDATE partman.part_config SET optimize_constraint = 3 WHERE parent_table = 'public.k_days';
SELECT lives_ok($$SELECT partman.apply_constraints('public.k_days')$$, 'a set without rows has none that is old enough');
INSERT INTO public.k_days SELECT '2026-03-08'::timestamptz + interval '1 hour' * h, h, 'v' || lpad(h::text, 3, '0') FROM generate_series(0, 287, 3) h;
SELECT is(pg_temp.constrained('public.k_days'), NULL, 'inserting rows makes none');
SELECT is(partman.apply_constraints('public.k_days')::text, '', 'it returns nothing');
SELECT is(pg_temp.constrained('public.k_days'), '15', 'four before the 19th, which has the newest rows');
SELECT is(pg_temp.constraints('public.k_days_p20260315'),
    'partmanconstr_k_days_p20260315_a ((a >= 168) AND (a <= 189)); partmanconstr_k_days_p20260315_b ((b >= ''v168''::text) AND (b <= ''v189''::text))',
    'least and greatest value of each column');
SELECT throws_ok($$INSERT INTO public.k_days VALUES ('2026-03-15 05:00+00', 5000, 'v170')$$, '23514', NULL, 'they hold');
SELECT partman.apply_constraints('public.k_days', 'public.k_days_p20260310');
SELECT is(pg_temp.constrained('public.k_days'), '10 15', 'a named one');
SELECT partman.apply_constraints('public.k_days', 'elsewhere.k_days_p20260311');
SELECT partman.apply_constraints('public.k_days', 'k_days_p20260309');
SELECT is(pg_temp.constrained('public.k_days'), '09 10 11 15', 'of which only the name of the table counts');
SELECT lives_ok($$SELECT partman.apply_constraints('public.k_days', 'public.k_days_p19990101')$$, 'one that does not exist is nothing');
SELECT partman.apply_constraints('public.k_days', 'public.k_days_default');
SELECT is(pg_temp.constraints('public.k_days_default'), NULL, 'no rows, no constraint');

-- Taking them away.
SELECT is(partman.drop_constraints('public.k_days', 'public.k_days_p20260315')::text, '', 'drop_constraints() returns nothing');
SELECT is(pg_temp.constrained('public.k_days'), '09 10 11', 'both are gone');
SELECT lives_ok($$SELECT partman.drop_constraints('public.k_days', 'public.k_days_p20260315', p_debug := true)$$, 'again: nothing');
SELECT lives_ok($$SELECT partman.drop_constraints('public.k_days', 'public.nothing')$$, 'of a table that is not there: nothing');
ALTER TABLE public.k_days_p20260310 ADD CONSTRAINT mine CHECK (a > -5);
SELECT partman.drop_constraints('public.k_days', 'public.k_days_p20260310');
SELECT is((SELECT string_agg(conname, ' ') FROM pg_constraint WHERE conrelid = 'public.k_days_p20260310'::regclass AND contype = 'c'), 'mine',
          'those of others stay');
ALTER TABLE public.k_days DETACH PARTITION public.k_days_p20260309;
SELECT partman.drop_constraints('public.k_days', 'public.k_days_p20260309');
SELECT is(pg_temp.constraints('public.k_days_p20260309'), NULL, 'of a partition that was detached since');

-- One that is there is left alone; one that is not valid is made so.
ALTER TABLE public.k_days_p20260312 ADD CONSTRAINT partmanconstr_x CHECK (a > -10), ADD CONSTRAINT partmanconstr_y CHECK (b <> '') NOT VALID;
SELECT partman.apply_constraints('public.k_days', 'public.k_days_p20260312');
SELECT is(pg_temp.constraints('public.k_days_p20260312'), 'partmanconstr_x (a > ''-10''::integer); partmanconstr_y (b <> ''''::text)',
          'a column that has one gets no other, and it is validated');
ALTER TABLE public.k_days_p20260313 ADD CONSTRAINT partmanconstr_k_days_p20260313_a CHECK (a >= 130 AND a <= 135) NOT VALID;
SELECT partman.apply_constraints('public.k_days', 'public.k_days_p20260313');
SELECT is(pg_temp.constraints('public.k_days_p20260313'),
    'partmanconstr_k_days_p20260313_a ((a >= 120) AND (a <= 141)); partmanconstr_k_days_p20260313_b ((b >= ''v120''::text) AND (b <= ''v141''::text))',
    'one that rows violate is made anew: they came after its values were looked up');
UPDATE partman.part_config SET constraint_valid = false WHERE parent_table = 'public.k_days';
SELECT partman.apply_constraints('public.k_days', 'public.k_days_p20260314');
SELECT matches(pg_temp.constraints('public.k_days_p20260314'), '_a \(not valid\) .*_b \(not valid\)', 'constraint_valid = false leaves them NOT VALID');

-- Without constraint_cols.
UPDATE partman.part_config SET constraint_cols = NULL, constraint_valid = true WHERE parent_table = 'public.k_days';
SELECT lives_ok($$SELECT partman.apply_constraints('public.k_days', 'public.k_days_p20260316', true)$$, 'apply_constraints() does nothing then');
SELECT is(pg_temp.constraints('public.k_days_p20260316'), NULL, 'really nothing');
SELECT throws_matching($$SELECT partman.drop_constraints('public.k_days', 'public.k_days_p20260315')$$, 'constraint_cols is NULL', 'drop_constraints() raises');
SELECT throws_ok($$SELECT partman.apply_constraints('public.nothing')$$, '42704', NULL, 'a table that is not managed is an error');
SELECT throws_ok($$SELECT partman.drop_constraints('public.nothing', 'x')$$, '42704', NULL, 'for both');
DELETE FROM partman.part_config WHERE parent_table = 'public.k_days';

-- Columns of all sorts, whatever the session writes its dates like.
CREATE TYPE public.k_mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN public.k_small AS int CHECK (VALUE < 1000);
CREATE TYPE public.k_pair AS (x int, y text);
CREATE TABLE public.k_types (id int NOT NULL, "Big Col" numeric, d date, ts timestamp, tz timestamptz, iv interval, f float8, vc varchar(9), ch char(4), u uuid,
    bo boolean, inet inet, cidr cidr, mood public.k_mood, small public.k_small, arr text[], pair public.k_pair, r int4range, by bytea, nul int, n name, m money)
    PARTITION BY RANGE (id);
SELECT partman.create_parent('public.k_types', 'id', '100', p_premake := 2);
INSERT INTO public.k_types SELECT n, n * 1.5, '2026-12-11'::date + n, '2026-12-11'::timestamp - interval '1 microsecond' * n, '2026-12-11 00:00+00'::timestamptz + interval '1 hour' * n,
    interval '1 month' * n - interval '4 hours', n / 3.0, 'a''b' || n, 'c', ('00000000-0000-0000-0000-00000000000' || n)::uuid, n = 2, ('10.0.0.' || n)::inet, '10.0.0.0/8',
    (ARRAY['sad', 'ok', 'happy'])[n]::public.k_mood, n, ARRAY['x', NULL, n::text], (n, 'y ' || n)::public.k_pair, int4range(n, n + 5), '\xdead'::bytea || n::text::bytea, NULL, ('n' || n)::name, n::text::money
    FROM generate_series(1, 3) n;
UPDATE partman.part_config SET constraint_cols = (SELECT array_agg(attname) FROM pg_attribute WHERE attrelid = 'public.k_types'::regclass AND attnum > 1)
 WHERE parent_table = 'public.k_types';
SET DateStyle = 'German';
SET IntervalStyle = 'sql_standard';
SET TimeZone = 'Asia/Kathmandu';
SET extra_float_digits = -15;
SELECT partman.apply_constraints('public.k_types', 'public.k_types_p0');
RESET DateStyle;
RESET IntervalStyle;
RESET extra_float_digits;
SET TimeZone = 'UTC';
SELECT is((SELECT count(*) FROM pg_constraint WHERE conrelid = 'public.k_types_p0'::regclass AND conname LIKE 'partmanconstr\_%' AND convalidated), 20::bigint,
          'a constraint for each column that has values');
CREATE FUNCTION pg_temp.bounds(p_column text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'partmanconstr_k_types_p0_' || p_column
$$;
SELECT is(pg_temp.bounds(c), b, 'bounds of ' || c) FROM (VALUES
    ('Big Col', '(("Big Col" >= 1.5) AND ("Big Col" <= 4.5))'),
    ('d', '((d >= ''2026-12-12''::date) AND (d <= ''2026-12-14''::date))'),
    ('ts', '((ts >= ''2026-12-10 23:59:59.999997''::timestamp without time zone) AND (ts <= ''2026-12-10 23:59:59.999999''::timestamp without time zone))'),
    ('tz', '((tz >= ''2026-12-11 01:00:00+00''::timestamp with time zone) AND (tz <= ''2026-12-11 03:00:00+00''::timestamp with time zone))'),
    ('iv', '((iv >= ''1 mon -04:00:00''::interval) AND (iv <= ''3 mons -04:00:00''::interval))'),
    ('f', '((f >= ''0.3333333333333333''::double precision) AND (f <= ''1''::double precision))'),
    ('vc', '(((vc)::text >= ''a''''b1''::text) AND ((vc)::text <= ''a''''b3''::text))'),
    ('ch', '((ch >= ''c   ''::bpchar) AND (ch <= ''c   ''::bpchar))'),
    ('bo', '((bo >= false) AND (bo <= true))'),
    ('mood', '((mood >= ''sad''::k_mood) AND (mood <= ''happy''::k_mood))'),
    ('cidr', '(((cidr)::inet >= (''10.0.0.0/8''::cidr)::inet) AND ((cidr)::inet <= (''10.0.0.0/8''::cidr)::inet))'),
    ('arr', '((arr >= ''{x,NULL,1}''::text[]) AND (arr <= ''{x,NULL,3}''::text[]))'),
    ('nul', NULL)) AS x (c, b);
SELECT lives_ok($$UPDATE public.k_types SET id = id$$, 'all rows that are there may be there');

-- What cannot have any.
ALTER TABLE public.k_types ADD j json, ADD gone int;
SELECT throws_ok($$UPDATE partman.part_config SET constraint_cols = '{small,j}' WHERE parent_table = 'public.k_types'$$, '42804', NULL, 'a type without an order');
SELECT throws_ok($$UPDATE partman.part_config SET constraint_cols = '{nothing}' WHERE parent_table = 'public.k_types'$$, '42703', NULL, 'a column that is not there');
SELECT throws_ok($$UPDATE partman.part_config SET constraint_cols = '{ctid}' WHERE parent_table = 'public.k_types'$$, '42703', NULL, 'or the system''s');
UPDATE partman.part_config SET constraint_cols = '{gone}' WHERE parent_table = 'public.k_types';
ALTER TABLE public.k_types DROP gone;
SELECT throws_ok($$SELECT partman.apply_constraints('public.k_types', 'k_types_p0')$$, '42703', NULL, 'or not any more');
CREATE TABLE public.k_refused (id int NOT NULL, j json) PARTITION BY RANGE (id);
SELECT throws_ok($$SELECT partman.create_parent('public.k_refused', 'id', '10', p_constraint_cols := '{nothing}')$$, '42703', NULL, 'create_parent() refuses as well');
SELECT throws_ok($$SELECT partman.create_parent('public.k_refused', 'id', '10', p_constraint_cols := '{j}')$$, '42804', NULL, 'both');
SELECT is((SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.k_refused'::regclass), 0::bigint, 'and makes nothing');

-- Row-level security and the owner's rights.
CREATE ROLE regress_cons_owner;
GRANT CREATE, USAGE ON SCHEMA public TO regress_cons_owner;
GRANT USAGE ON SCHEMA partman TO regress_cons_owner;
SET ROLE regress_cons_owner;
CREATE TABLE public.k_hidden (id int NOT NULL, a int) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.k_hidden', 'id', '10', p_premake := 2, p_constraint_cols := '{a}');
INSERT INTO public.k_hidden SELECT n, n FROM generate_series(0, 29) n;
ALTER TABLE public.k_hidden_p0 ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.k_hidden_p0 FORCE ROW LEVEL SECURITY;
UPDATE partman.part_config SET optimize_constraint = 0 WHERE parent_table = 'public.k_hidden';
SELECT partman.apply_constraints('public.k_hidden', 'k_hidden_p0');
SELECT partman.apply_constraints('public.k_hidden');
RESET ROLE;
SELECT is(pg_temp.constraints('public.k_hidden_p0'), 'partmanconstr_k_hidden_p0_a ((a >= 0) AND (a <= 9))', 'policies hide no rows');
SELECT is(pg_temp.constraints('public.k_hidden_p10'), 'partmanconstr_k_hidden_p10_a ((a >= 10) AND (a <= 19))', 'optimize_constraint 0: the one before the newest rows');
CREATE ROLE regress_cons_other;
GRANT USAGE ON SCHEMA partman TO regress_cons_other;
SET ROLE regress_cons_other;
SELECT throws_ok($$SELECT partman.apply_constraints('public.k_hidden')$$, '42501', NULL, 'only for the owner');
SELECT throws_ok($$SELECT partman.drop_constraints('public.k_hidden', 'k_hidden_p0')$$, '42501', NULL, 'both');
RESET ROLE;

-- A partition that is partitioned itself.
CREATE TABLE public.k_tree (id int NOT NULL, a int) PARTITION BY RANGE (id);
CREATE TABLE public.k_tree_p0 PARTITION OF public.k_tree FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (a);
CREATE TABLE public.k_tree_p0_low PARTITION OF public.k_tree_p0 FOR VALUES FROM (0) TO (5);
CREATE TABLE public.k_tree_p0_high (a int, id int NOT NULL);
ALTER TABLE public.k_tree_p0 ATTACH PARTITION public.k_tree_p0_high FOR VALUES FROM (5) TO (50);
SELECT partman.create_parent('public.k_tree', 'id', '10', p_premake := 2, p_constraint_cols := '{a}');
INSERT INTO public.k_tree VALUES (1, 2), (2, 4), (3, 17), (4, 11), (15, 0);
SELECT partman.apply_constraints('public.k_tree', 'k_tree_p0');
SELECT is(pg_temp.constraints(t), 'partmanconstr_k_tree_p0_a ((a >= 2) AND (a <= 17))', t || ' has the values of all below it')
  FROM unnest(ARRAY['public.k_tree_p0', 'public.k_tree_p0_low', 'public.k_tree_p0_high']) t;
SELECT partman.drop_constraints('public.k_tree', 'k_tree_p0');
SELECT is(pg_temp.constraints('public.k_tree_p0_high'), NULL, 'and they go from all');
SELECT partman.apply_constraints('public.k_tree', 'k_tree_p0');
CREATE TABLE public.k_tree_p0_late (LIKE public.k_tree_p0 INCLUDING ALL);
ALTER TABLE public.k_tree_p0 ATTACH PARTITION public.k_tree_p0_late FOR VALUES FROM (50) TO (60);
SELECT isnt(pg_temp.constraints('public.k_tree_p0_late'), NULL, 'one that is made later has a copy');
SELECT partman.drop_constraints('public.k_tree', 'k_tree_p0');
SELECT is(pg_temp.constraints('public.k_tree_p0_late'), NULL, 'which goes, too');

-- Levels: each has its own columns and distance.
CREATE TABLE public.k_levels (id int NOT NULL, at timestamptz NOT NULL, a int, b int) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.k_levels', 'id', '10', p_premake := 2, p_start_partition := '0', p_constraint_cols := '{a}', p_default_table := false);
SELECT throws_ok($$SELECT partman.create_sub_parent('public.k_levels', 'at', '1 day', p_declarative_check := 'yes', p_constraint_cols := '{nothing}')$$, '42703', NULL,
    'a level has no columns that the table has not');
SELECT partman.create_sub_parent('public.k_levels', 'at', '1 day', p_declarative_check := 'yes', p_premake := 2, p_constraint_cols := '{b}',
                                 p_start_partition := '2026-03-10', p_default_table := false);
SELECT is((SELECT string_agg(parent_table || constraint_cols::text, ' ' ORDER BY parent_table) FROM partman.part_config WHERE parent_table LIKE 'public.k_levels%'),
    'public.k_levels{a} public.k_levels_p0{b} public.k_levels_p10{b} public.k_levels_p20{b}', 'the columns of a level are those of its sets');
UPDATE partman.part_config SET optimize_constraint = 0 WHERE parent_table LIKE 'public.k_levels%';
INSERT INTO public.k_levels SELECT n, '2026-03-20'::timestamptz - interval '1 day' * (n % 3), n * 10, n * 100 FROM generate_series(0, 29) n;
UPDATE partman.part_config SET premake = 3 WHERE parent_table LIKE 'public.k_levels%';
SELECT partman.run_maintenance('public.k_levels');
SELECT partman.run_maintenance('public.k_levels_p10');
SELECT is(pg_temp.constraints('public.k_levels_p10'), 'partmanconstr_k_levels_p10_a ((a >= 100) AND (a <= 190))', 'of the upper one');
SELECT is(pg_temp.constraints('public.k_levels_p10_p20260319'),
    'partmanconstr_k_levels_p10_a ((a >= 100) AND (a <= 190)); partmanconstr_k_levels_p10_p20260319_b ((b >= 1000) AND (b <= 1900))', 'and of the lower one');
SELECT ok(to_regclass('public.k_levels_p10_p20260323') IS NOT NULL, 'new partitions are made below one with constraints');
SELECT partman.drop_constraints('public.k_levels', 'k_levels_p10');
SELECT is((SELECT string_agg(conname, ' ') FROM pg_constraint WHERE conrelid::regclass::text LIKE 'k_levels_p10%' AND contype = 'c'),
    'partmanconstr_k_levels_p10_p20260319_b', 'those of the upper one go from all below');

-- Names.
CREATE SCHEMA "Sch";
CREATE TABLE "Sch"."A table with quite a long name, longer than others" (id int NOT NULL, "the column" int) PARTITION BY RANGE (id);
SELECT partman.create_parent('Sch.A table with quite a long name, longer than others', 'id', '10', p_premake := 2, p_constraint_cols := '{the column}');
INSERT INTO "Sch"."A table with quite a long name, longer than others" VALUES (1, 1);
SELECT partman.apply_constraints('Sch.A table with quite a long name, longer than others', 'Sch.A table with quite a long name, longer than others_p0');
SELECT is((SELECT conname::text FROM pg_constraint WHERE conname LIKE 'partmanconstr_A%'), 'partmanconstr_A table with quite a long name, longer_the column',
          'the name of the partition is cut, that of the column kept');

-- Maintenance: with each new partition the next one, and those that were passed over.
CREATE TABLE public.k_run (at timestamptz NOT NULL, a int) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.k_run', 'at', '1 day', p_premake := 2, p_start_partition := '2026-03-08', p_constraint_cols := '{a}', p_time_zone := 'UTC');
UPDATE partman.part_config SET optimize_constraint = 2 WHERE parent_table = 'public.k_run';
INSERT INTO public.k_run SELECT d, 1 FROM generate_series('2026-03-08'::timestamptz, '2026-03-20', '1 day') d;
SELECT partman.run_maintenance('public.k_run');
SELECT is(pg_temp.constrained('public.k_run'), NULL, 'nothing is made, nothing is constrained');
SET pg_strata_clock.now = '2026-03-21 12:00:00+00';
SELECT results_eq($$SELECT action, partition, sql FROM partman.plan_maintenance('public.k_run')$$ || ' OFFSET 1',
    $$VALUES ('constrain', 'public.k_run_p20260317', 'SELECT partman.apply_constraints(''public.k_run'', ''public.k_run_p20260317'');')$$, 'the plan says it');
SELECT partman.run_maintenance('public.k_run');
SELECT is(pg_temp.constrained('public.k_run'), '17', 'the newest rows are of the 20th; three before');
SELECT is((SELECT outcome FROM partman.maintenance_history WHERE parent_table = 'public.k_run' AND action = 'constrain'), 'ok', 'it is in the history');
INSERT INTO public.k_run VALUES ('2026-03-21', 2), ('2026-03-22', 2), ('2026-03-23', 2);
SET pg_strata_clock.now = '2026-03-23 12:00:00+00';
SELECT partman.run_maintenance('public.k_run');
SELECT is(pg_temp.constrained('public.k_run'), '17 18 19 20', 'three days on: none was passed over');
SELECT partman.drop_constraints('public.k_run', 'k_run_p20260318');
INSERT INTO public.k_run VALUES ('2026-03-24', 2);
SET pg_strata_clock.now = '2026-03-24 12:00:00+00';
SELECT partman.run_maintenance('public.k_run');
SELECT is(pg_temp.constrained('public.k_run'), '17 19 20 21', 'one that was dropped by hand stays so');
UPDATE partman.part_config SET retention = '3 days', retention_keep_table = false, optimize_constraint = 4 WHERE parent_table = 'public.k_run';
SELECT partman.drop_constraints('public.k_run', 'k_run_p20260321');
SELECT partman.drop_constraints('public.k_run', 'k_run_p20260320');
INSERT INTO public.k_run VALUES ('2026-03-25', 2);
SET pg_strata_clock.now = '2026-03-25 12:00:00+00';
SELECT partman.run_maintenance('public.k_run');
SELECT is(pg_temp.constrained('public.k_run'), NULL, 'nothing is done to what retires');

-- What cannot be done stops nothing else.
ALTER TABLE public.k_run ADD gone int;
UPDATE partman.part_config SET constraint_cols = '{gone}', optimize_constraint = 1 WHERE parent_table = 'public.k_run';
ALTER TABLE public.k_run DROP gone;
SET pg_strata_clock.now = '2026-03-26 12:00:00+00';
SELECT lives_ok($$SELECT partman.run_maintenance('public.k_run')$$, 'a column that is not there does not undo what was made');
SELECT ok(to_regclass('public.k_run_p20260328') IS NOT NULL, 'the partition is made');
SELECT is((SELECT sqlstate FROM partman.maintenance_history WHERE parent_table = 'public.k_run' AND action = 'constrain' ORDER BY run_id DESC LIMIT 1), '42703',
          'and the history says what could not be done');

-- Foreign partitions are left out, as long as nobody names one.
CREATE FOREIGN DATA WRAPPER k_wrapper;
CREATE SERVER k_server FOREIGN DATA WRAPPER k_wrapper;
CREATE TABLE public.k_far (id int NOT NULL, a int) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE public.k_far_p0 PARTITION OF public.k_far FOR VALUES FROM (0) TO (10) SERVER k_server;
SELECT partman.create_parent('public.k_far', 'id', '10', p_premake := 2, p_start_partition := '10', p_constraint_cols := '{a}');
UPDATE partman.part_config SET optimize_constraint = 0, infinite_time_partitions = false WHERE parent_table = 'public.k_far';
INSERT INTO public.k_far VALUES (15, 1);
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.k_far') WHERE action = 'constrain'), 0::bigint, 'a foreign partition is no target');
INSERT INTO public.k_far VALUES (25, 2);
SELECT partman.run_maintenance('public.k_far');
SELECT is(pg_temp.constrained('public.k_far'), '10', 'the next one is');
SELECT throws_ok($$SELECT partman.apply_constraints('public.k_far', 'k_far_p0')$$, '42809', NULL, 'by name it is refused');

-- Ids, gap fill, named partitions, set-up over rows.
CREATE TABLE public.k_ids (id bigint NOT NULL, a int) PARTITION BY RANGE (id);
CREATE TABLE public.k_ids_p0 PARTITION OF public.k_ids FOR VALUES FROM (0) TO (10);
CREATE TABLE public.k_ids_p10 PARTITION OF public.k_ids FOR VALUES FROM (10) TO (20);
INSERT INTO public.k_ids VALUES (3, 30), (4, 40), (12, 50);
SELECT partman.create_parent('public.k_ids', 'id', '10', p_premake := 2, p_constraint_cols := '{a}');
SELECT is(pg_temp.constrained('public.k_ids'), NULL, 'optimize_constraint is 30 at first');
UPDATE partman.part_config SET optimize_constraint = 0, infinite_time_partitions = false WHERE parent_table = 'public.k_ids';
SELECT partman.create_partition_id('public.k_ids', ARRAY[50]);
SELECT is(pg_temp.constrained('public.k_ids'), 'p0', 'create_partition_id() is an occasion');
SELECT is(pg_temp.constraints('public.k_ids_p0'), 'partmanconstr_k_ids_p0_a ((a >= 30) AND (a <= 40))', 'with these values');
INSERT INTO public.k_ids VALUES (22, 7);
SELECT is(partman.partition_gap_fill('public.k_ids'), 1, 'a gap is filled');
SELECT is(pg_temp.constrained('public.k_ids'), '10 p0', 'that is another one');

SELECT * FROM finish();
ROLLBACK;
