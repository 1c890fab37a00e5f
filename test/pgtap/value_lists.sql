-- Sets whose partitions list values of any type.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
SET TimeZone = 'UTC';

BEGIN;
SELECT no_plan();
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE FUNCTION pg_temp.bound(p_table text) RETURNS text LANGUAGE sql AS $$ SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = p_table::regclass $$;
\ir lib/try.sql
CREATE FUNCTION pg_temp.rows_of(p_parent text) RETURNS TABLE (t text, n bigint) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT tableoid::regclass::text, count(*) FROM %s GROUP BY 1', p_parent);
END $$;

-- Every type that has equality.
CREATE TYPE public.v_color AS ENUM ('red', 'green', 'blue');
CREATE DOMAIN public.v_code AS text CHECK (VALUE <> 'forbidden');
CREATE TEMP TABLE kinds (t text, type text, a text, b text);
INSERT INTO kinds VALUES ('v_int', 'int', '7', '-8'), ('v_big', 'bigint', '7', '9223372036854775807'), ('v_num', 'numeric', '1.50', '2'), ('v_text', 'text', 'EMEA', 'it''s \ "odd"; --'),
    ('v_uuid', 'uuid', '01a19467-e800-7abc-8def-0123456789ab', '11a19467-e800-7abc-8def-0123456789ab'), ('v_enum', 'public.v_color', 'blue', 'red'), ('v_bool', 'boolean', 'true', 'false'),
    ('v_date', 'date', '2026-01-31', '2026-02-01'), ('v_char', 'char(4)', 'ab', 'cd'), ('v_time', 'timestamptz', '2026-01-31 12:00+02', '2026-02-01'), ('v_dom', 'public.v_code', 'x', 'y'), ('v_inet', 'inet', '10.0.0.1', '::1');
SELECT format('CREATE TABLE public.%s (k %s NOT NULL, v int) PARTITION BY LIST (k)', t, type) FROM kinds \gexec
SELECT ok(partman.create_parent('public.' || t, 'k', p_type := 'list'), type) FROM kinds;
SELECT results_eq(format($$SELECT partition_type, partition_interval, list_mode FROM partman.part_config WHERE parent_table = 'public.%s'$$, t), $$VALUES ('list', '0', 'values')$$, type || ': as it is stored')
  FROM kinds;
SELECT ok(partman.add_list_partition('public.' || t, ARRAY[a]) LIKE 'public.v%', type || ': add_list_partition()') FROM kinds;
SELECT format('INSERT INTO public.%s VALUES (%L, 1), (%L, 2)', t, a, b) FROM kinds \gexec
SELECT is((SELECT count(*) FROM pg_temp.rows_of('public.' || t) r WHERE r.t NOT LIKE '%default'), 1::bigint, type || ': takes its rows') FROM kinds;
SELECT is((SELECT partition_tablename FROM partman.show_partition_name('public.' || t, a) AS s(schema, partition_tablename, x, y, z)) , (SELECT r.t FROM pg_temp.rows_of('public.' || t) r WHERE r.t NOT LIKE '%default'), type || ': show_partition_name()') FROM kinds;
SELECT lives_ok(format('SELECT partman.run_maintenance(%L)', 'public.' || t), type || ': maintenance') FROM kinds;
SELECT is((SELECT count(*) FROM pg_temp.rows_of('public.' || t) r WHERE r.t NOT LIKE '%default'), 2::bigint, type || ': finds the value in the default partition') FROM kinds;
SELECT is_empty(format('SELECT 1 FROM ONLY public.%s_default', t), type || ': and moves its rows') FROM kinds;
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.' || t)), 0::bigint, type || ': then nothing is left to do') FROM kinds;

-- One partition.
CREATE TABLE public.v (campaign text, id int, note text) PARTITION BY LIST (campaign);
CREATE INDEX ON public.v (id);
SELECT matches(pg_temp.try($$SELECT partman.create_parent('public.v', 'campaign', p_type := 'list')$$), '^23502 .* must be set to NOT NULL', 'a column that may be NULL');
SELECT ok(partman.create_parent('public.v', 'campaign', p_type := 'list', p_control_not_null := false), 'unless that is wanted');
SELECT is(partman.add_list_partition('public.v', ARRAY['north', 'South East', NULL]), 'public.v_pnorth_south_east_null', 'several values, and NULL');
SELECT is(pg_temp.bound('public.v_pnorth_south_east_null'), $$FOR VALUES IN ('north', 'South East', NULL)$$, 'in one partition');
SELECT is((SELECT count(*) FROM pg_index WHERE indrelid = 'public.v_pnorth_south_east_null'::regclass), 1::bigint, 'which is like the others');
SELECT is(partman.add_list_partition('public.v', ARRAY['west'], 'v_west'), 'public.v_west', 'with a name');
SELECT results_eq($$SELECT partition_table, bound, provenance, is_default FROM partman.partitions WHERE parent_table = 'public.v' ORDER BY 1$$,
    $$VALUES ('v_default', 'DEFAULT', 'made', true), ('v_pnorth_south_east_null', $b$FOR VALUES IN ('north', 'South East', NULL)$b$, 'made', false), ('v_west', $b$FOR VALUES IN ('west')$b$, 'made', false)$$, 'the view of partitions');
SELECT results_eq($$SELECT partition_tablename FROM partman.show_partitions('public.v', p_include_default := true)$$,
    $$VALUES ('v_default'), ('v_pnorth_south_east_null'), ('v_west')$$, 'show_partitions()');
SELECT results_eq($$SELECT action, bounds FROM partman.maintenance_history WHERE partition = 'public.v_west'$$, $$VALUES ('create', $b$IN ('west')$b$)$$, 'the history');
INSERT INTO public.v SELECT 'east', g, 'x' FROM generate_series(1, 5) g;
INSERT INTO public.v VALUES ('far', 1, 'y');
SELECT is(partman.add_list_partition('public.v', ARRAY['east']), 'public.v_peast', 'rows in the default partition');
SELECT results_eq($$SELECT * FROM pg_temp.rows_of('public.v') ORDER BY 1$$, $$VALUES ('v_default', 1::bigint), ('v_peast', 5)$$, 'move along');

-- What cannot be, and changes nothing.
SELECT count(*) AS before FROM pg_class \gset
SELECT is(pg_temp.try($$SELECT partman.add_list_partition('public.v', ARRAY['new', 'west'])$$),
    E'42P17 value ''west'' of table "public.v" has a partition already\nPartition public.v_west lists it.\nEach value belongs to one partition; drop or detach that one first.', 'a value that has a partition');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v', ARRAY[NULL])$$), '^42P17 value NULL of .* has a partition already', 'NULL has one');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v', ARRAY['a', NULL, NULL])$$), '^22023 value NULL is given twice\np_values has it at positions 2 and 3', 'NULL twice');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v_num', ARRAY['3', '3.0'])$$), '^22023 value ''3.0'' is given twice', 'a number twice');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v_num', ARRAY['1.5'])$$), '^42P17 value ''1.5'' .* has a partition already', 'a number that is written otherwise');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v_int', ARRAY['one'])$$), '^22P02 ', 'no number');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v_enum', ARRAY['black'])$$), '^22P02 ', 'no color');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v_dom', ARRAY['forbidden'])$$), '^23514 ', 'a value that the domain refuses');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v', ARRAY['a'], 'v_west')$$), '^42P07 relation "public.v_west" already exists', 'a name that is taken');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v', '{}')$$), '^22023 p_values must name at least one value', 'no value');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v', NULL)$$), '^22023 p_values must not be null', 'no array');
SELECT matches(pg_temp.try($$SELECT partman.add_range_partition('public.v', 'a', 'b')$$), '^42809 .* partitioned by list', 'a range');
CREATE TABLE public.v_range (k int NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE public.v_step (k int NOT NULL) PARTITION BY LIST (k);
SELECT partman.create_parent('public.v_step', 'k', '1', p_type := 'list');
SELECT is((SELECT list_mode FROM partman.part_config WHERE parent_table = 'public.v_step'), 'step', 'with an interval numbers follow each other');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v_range', ARRAY['1'])$$), '^42809 .* partitioned by range', 'values of a range');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v_step', ARRAY['77'])$$), '^42809 .* have one number after the other', 'values of a set that counts');
SELECT matches(pg_temp.try($$SELECT partman.create_parent('public.v_range', 'k', p_type := 'list')$$), '^42809 table "public.v_range" is partitioned by range, not by list', 'create_parent(): another strategy');
SELECT matches(pg_temp.try($$SELECT partman.create_parent('public.v', 'campaign', p_type := 'list')$$), '^23505 ', 'managed already');
CREATE TABLE public.v_bad (k text NOT NULL, other text NOT NULL) PARTITION BY LIST (k);
SELECT matches(pg_temp.try($$SELECT partman.create_parent('public.v_bad', 'other', p_type := 'list')$$), '^42P17 column "other" is not the partition key', 'another column');
SELECT matches(pg_temp.try($$SELECT partman.create_parent('public.v_bad', 'k', p_type := 'list', p_start_partition := 'a')$$), '^22023 p_start_partition cannot be used', 'an argument about steps');
SELECT matches(pg_temp.try($$SELECT partman.create_parent('public.v_bad', 'k', p_type := 'list', p_name_template := '{table}_{YYYY}')$$), '^22023 invalid name template', 'a name template without a value');
SELECT matches(pg_temp.try($$SELECT partman.create_partition_id('public.v_int', ARRAY[100])$$), '^42809 the partitions of table "public.v_int" list values one by one', 'functions that step');
SELECT matches(pg_temp.try($$SELECT partman.drop_partition_id('public.v_int', 1)$$), '^42809 ', 'or retire by age');
SELECT matches(pg_temp.try($$UPDATE partman.part_config SET retention = '10' WHERE parent_table = 'public.v_int'$$), '^22023 partitions that list values have no retention', 'a retention');
SELECT matches(pg_temp.try($$UPDATE partman.part_config SET value_query = 'DELETE FROM public.v' WHERE parent_table = 'public.v'$$), '^22023 value_query must be one SELECT', 'a query that writes');
SELECT matches(pg_temp.try($$UPDATE partman.part_config SET value_query = '; SELECT 1' WHERE parent_table = 'public.v'$$), '^22023 invalid value_query', 'or cannot be read from');
SELECT matches(pg_temp.try($$UPDATE partman.part_config SET value_query = 'SELECT 1) x; DROP TABLE public.v; --' WHERE parent_table = 'public.v'$$), '^22023 invalid value_query', 'or is several');
SELECT matches(pg_temp.try($$UPDATE partman.part_config SET list_mode = 'other' WHERE parent_table = 'public.v'$$), '^23514 ', 'another mode');

-- A registry.
CREATE TABLE public.v_registry (id text, active boolean);
INSERT INTO public.v_registry VALUES ('spring', true), ('summer', false), ('west', true), ('far', true);
UPDATE partman.part_config SET value_query = 'SELECT id FROM public.v_registry WHERE active -- only these', value_min_rows = 100, name_template = 'c_{value}' WHERE parent_table = 'public.v';
SELECT results_eq($$SELECT action, partition, bounds, reason, estimated_rows FROM partman.plan_maintenance('public.v')$$,
    $$VALUES ('heal', 'public.c_far', $b$IN ('far')$b$, 'the registry names the value', 1::bigint), ('create', 'public.c_spring', $b$IN ('spring')$b$, 'the registry names the value', 0)$$, 'value_query: the plan');
INSERT INTO public.v VALUES ('rare', 1, 'z');
SELECT partman.run_maintenance('public.v');
SELECT has_table('public', 'c_spring', 'makes partitions for what it names');
SELECT results_eq($$SELECT action, partition FROM partman.maintenance_history WHERE partition IN ('public.c_far', 'public.c_spring') ORDER BY 2$$,
    $$VALUES ('heal', 'public.c_far'), ('create', 'public.c_spring')$$, 'and the history tells which of them got rows of the default partition');
SELECT results_eq($$SELECT * FROM pg_temp.rows_of('public.v') ORDER BY 1$$, $$VALUES ('c_far', 1::bigint), ('v_default', 1), ('v_peast', 5)$$, 'with the rows; a value with few rows stays');
UPDATE partman.part_config SET value_query = 'SELECT 1, 2' WHERE parent_table = 'public.v';
SELECT matches(pg_temp.try($$SELECT partman.run_maintenance('public.v')$$), '^22023 value_query of "public.v" returns 2 columns', 'a query with two columns');
CREATE FUNCTION public.v_write() RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.v_registry VALUES ('written', true); RETURN 'written'; END $$;
UPDATE partman.part_config SET value_query = 'SELECT public.v_write()' WHERE parent_table = 'public.v';
SELECT matches(pg_temp.try($$SELECT partman.run_maintenance('public.v')$$), '^25006 ', 'a query that writes by a function');
UPDATE partman.part_config SET value_query = NULL, value_min_rows = 1, name_template = NULL WHERE parent_table = 'public.v';

-- The cap.
CREATE TABLE public.v_many (k int NOT NULL) PARTITION BY LIST (k);
SELECT partman.create_parent('public.v_many', 'k', p_type := 'list');
UPDATE partman.part_config SET max_partitions = 3 WHERE parent_table = 'public.v_many';
INSERT INTO public.v_many SELECT 1 + g % 4 FROM generate_series(1, 102) g;
INSERT INTO public.v_many SELECT 5 + g FROM generate_series(1, 10) g;
SELECT results_eq($$SELECT action, bounds FROM partman.plan_maintenance('public.v_many')$$,
    $$VALUES ('heal', $b$IN ('2')$b$), ('heal', $b$IN ('3')$b$), ('heal', $b$IN ('1')$b$), ('confirm', NULL)$$, 'those with the most rows come first, the plan speaks of the others');
SELECT matches((SELECT reason FROM partman.plan_maintenance('public.v_many') WHERE action = 'confirm'), '^11 values of table "public.v_many" would exceed the limit of partitions.*HASH', 'and proposes something');
SELECT partman.run_maintenance('public.v_many');
SELECT is((SELECT count(*) FROM partman.show_partitions('public.v_many')), 3::bigint, 'no more are made');
SELECT results_eq($$SELECT severity, reasons::text LIKE '%max_partitions%' FROM partman.health WHERE parent_table = 'public.v_many'$$, $$VALUES ('warning', true)$$, 'health');
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v_many', ARRAY['99'])$$), '^54000 table "public.v_many" would have more than 3 partitions', 'by hand neither');
SELECT results_eq($$SELECT * FROM partman.check_default() WHERE default_table = 'public.v_many_default'$$, $$VALUES ('public.v_many_default', 35::bigint)$$, 'check_default()');

-- What becomes of rows, and runs that nobody looks at.
CREATE TABLE public.v_rows (k text NOT NULL) PARTITION BY LIST (k);
SELECT partman.create_parent('public.v_rows', 'k', p_type := 'list');
INSERT INTO public.v_rows VALUES ('a'), ('a'), ('b');
UPDATE partman.part_config SET default_rows = 'skip_range' WHERE parent_table = 'public.v_rows';
SELECT results_eq($$SELECT action, reason LIKE '2 values of table "public.v_rows" stay in the default partition.%' FROM partman.plan_maintenance('public.v_rows')$$, $$VALUES ('confirm', true)$$, 'default_rows = skip_range');
SELECT partman.run_maintenance('public.v_rows');
SELECT is((SELECT count(*) FROM ONLY public.v_rows_default), 3::bigint, 'moves nothing');
UPDATE partman.part_config SET default_rows = 'drain', automatic_maintenance = 'on' WHERE parent_table = 'public.v_rows';
SELECT partman.run_maintenance();
SELECT results_eq($$SELECT * FROM pg_temp.rows_of('public.v_rows') ORDER BY 1$$, $$VALUES ('v_rows_pa', 2::bigint), ('v_rows_pb', 1)$$, 'an unattended run moves them');
INSERT INTO public.v_rows SELECT 'many' FROM generate_series(1, 100001);
SELECT results_eq($$SELECT action, reason LIKE 'the default partition of table "public.v_rows" has more than 100000 rows.%' FROM partman.plan_maintenance() WHERE parent_table = 'public.v_rows'$$, $$VALUES ('confirm', true)$$, 'but not so many');
SELECT partman.run_maintenance();
SELECT is((SELECT count(*) FROM ONLY public.v_rows_default), 100001::bigint, 'they stay');
SELECT partman.run_maintenance('public.v_rows');
SELECT results_eq($$SELECT * FROM pg_temp.rows_of('public.v_rows') ORDER BY 1$$, $$VALUES ('v_rows_pa', 2::bigint), ('v_rows_pb', 1), ('v_rows_pmany', 100001)$$, 'unless the set is named');
UPDATE partman.part_config SET automatic_maintenance = 'off' WHERE parent_table = 'public.v_rows';

-- A plan that was looked at.
INSERT INTO public.v_rows VALUES ('planned');
SELECT fingerprint AS planned FROM partman.plan_maintenance('public.v_rows') LIMIT 1 \gset
INSERT INTO public.v_rows VALUES ('later');
SELECT matches(pg_temp.try(format('CALL partman.apply_plan(%L, ''public.v_rows'', p_atomic => true)', :'planned')), '^55000 .* is not the one that was approved\nNot shown, but to be done now: create public.v_rows_plater', 'apply_plan(): refused with the difference');
DELETE FROM public.v_rows WHERE k = 'later';
CALL partman.apply_plan(:'planned', 'public.v_rows', p_atomic => true);
SELECT has_table('public', 'v_rows_pplanned', 'or does just that');

-- Retirement.
SELECT is(partman.retire_list_value('public.v_many', '1'), 'public.v_many_p1', 'retire_list_value()');
SELECT has_table('public', 'v_many_p1', 'keeps the table, as the settings say');
UPDATE partman.part_config SET retention_keep_table = false WHERE parent_table = 'public.v_many';
SELECT is(partman.retire_list_value('public.v_many', '2'), 'public.v_many_p2', 'or');
SELECT hasnt_table('public', 'v_many_p2', 'drops it');
CREATE SCHEMA v_archive;
UPDATE partman.part_config SET retention_schema = 'v_archive' WHERE parent_table = 'public.v_many';
SELECT is(partman.retire_list_value('public.v_many', '3'), 'public.v_many_p3', 'or');
SELECT has_table('v_archive', 'v_many_p3', 'moves it');
SELECT matches(pg_temp.try($$SELECT partman.retire_list_value('public.v_many', '3')$$), '^42704 value ''3'' of table "public.v_many" has no partition', 'a value without a partition');
SELECT matches(pg_temp.try($$SELECT partman.retire_list_value('public.v', 'north')$$), '^55000 partition public.v_pnorth_south_east_null holds other values too', 'a group of values');
SELECT ok(partman.drop_partition('public.v_pnorth_south_east_null'), 'which goes as a whole');

-- Others' partitions, switches, other tables.
CREATE TABLE public.v_old (k text NOT NULL) PARTITION BY LIST (k);
CREATE TABLE public.v_old_a PARTITION OF public.v_old FOR VALUES IN ('a', 'c');
SELECT ok(partman.create_parent('public.v_old', 'k', p_type := 'list', p_default_table := false), 'partitions that are there');
SELECT results_eq($$SELECT partition_table, provenance FROM partman.partitions WHERE parent_table = 'public.v_old'$$, $$VALUES ('v_old_a', 'adopted')$$, 'are adopted');
UPDATE partman.part_config SET create_enabled = false WHERE parent_table = 'public.v';
SELECT is_empty($$SELECT * FROM partman.plan_maintenance('public.v')$$, 'create_enabled');
CREATE TABLE public.v_free (k int) PARTITION BY LIST (k);
SELECT is(partman.add_list_partition('public.v_free', ARRAY['1', NULL]), 'public.v_free_p1_null', 'a table that is no set');
SELECT matches(partman.dump_partitioned_table_definition('public.v_int'), 'p_interval := NULL,\n\tp_type := ''list''', 'the definition');
SELECT is(partman.config_cleanup('public.v_old')::text, '', 'config_cleanup()');

-- Rights.
CREATE ROLE regress_lists;
GRANT USAGE ON SCHEMA partman TO regress_lists;
SET LOCAL ROLE regress_lists;
SELECT matches(pg_temp.try($$SELECT partman.add_list_partition('public.v', ARRAY['mine'])$$), '^42501 must be owner', 'somebody else adds nothing');
SELECT matches(pg_temp.try($$SELECT partman.retire_list_value('public.v', 'west')$$), '^42501 must be owner', 'and retires nothing');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
