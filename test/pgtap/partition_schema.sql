-- Partitions in a schema of their own: whatever makes one makes it there.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(34);
UPDATE partman.part_config SET automatic_maintenance = 'off';

CREATE SCHEMA "App";
CREATE SCHEMA side;
-- All tables of a schema; what is in the schema of the set, where there is a table of each name that a partition might have.
CREATE FUNCTION pg_temp.tables(p_schema text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = quote_ident(p_schema)::regnamespace AND relkind IN ('r', 'p') $$;
CREATE FUNCTION pg_temp.try(p_sql text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE p_sql;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

-- Times
CREATE TABLE "App".times (at timestamptz NOT NULL, v int) PARTITION BY RANGE (at);
SELECT ok(partman.create_parent('App.times', 'at', '1 month', p_premake => 1, p_start_partition => date_trunc('month', now())::text, p_partition_schema => 'side'), 'a set with p_partition_schema');
SELECT is(pg_temp.tables('App'), 'times', 'its own schema has one table');
SELECT is((SELECT count(*)::int FROM partman.list_partitions('App.times') WHERE partition_schema = 'side'), 3, 'the first partitions and the default one are aside');
SELECT is((SELECT partition_schema FROM partman.part_config WHERE parent_table = 'App.times'), 'side', 'as the configuration says');
-- Names are looked for there, not beside the set.
CREATE TABLE "App".times_p20200101 ();
CREATE TABLE side.times_p20200201 ();
SELECT ok(partman.create_partition_time('App.times', ARRAY['2020-01-01', '2020-02-01', '2020-04-01']::timestamptz[]), 'create_partition_time()');
SELECT is((SELECT string_agg(partition_schema || '.' || partition_table, ' ' ORDER BY lower_time) FROM partman.list_partitions('App.times') WHERE lower_time < '2021-01-01'),
    'side.times_p20200101 side.times_p20200201_2 side.times_p20200401', 'makes them there');
SELECT is((SELECT partition_schema || '.' || partition_table || ' ' || table_exists FROM partman.show_partition_name('App.times', '2020-03-05')), 'side.times_p20200301 false', 'show_partition_name()');
CREATE TABLE side.times_p20200301 ();
SELECT is((SELECT partition_table FROM partman.show_partition_name('App.times', '2020-03-05')), 'times_p20200301_2', 'knows which names are taken there');
SELECT cmp_ok(partman.partition_gap_fill('App.times'), '>', 60, 'partition_gap_fill()');
SELECT is((SELECT partition_schema || '.' || partition_table FROM partman.list_partitions('App.times') WHERE lower_time = '2020-03-01'), 'side.times_p20200301_2', 'likewise');
UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'App.times';
SELECT is((SELECT count(*)::int FROM partman.plan_maintenance('App.times') WHERE partition LIKE 'side.%' AND action = 'create' AND sql LIKE '%side.times_p%'), 2, 'the plan');
SELECT partman.run_maintenance('App.times');
INSERT INTO "App".times SELECT date_trunc('month', now()) + '5 months 3 days'::interval, n FROM generate_series(1, 10) n;
INSERT INTO "App".times VALUES (now() + '7 months', 0);
SELECT is((SELECT count(*)::int FROM ONLY side.times_default), 11, 'rows in the default');
SELECT is(partman.partition_data_time('App.times', 20), 11::bigint, 'are moved');
INSERT INTO "App".times VALUES ('2017-05-05', 0);
CREATE TABLE "App".other (LIKE "App".times);
INSERT INTO "App".other VALUES ('2019-05-06', 1), ('2019-04-06', 1);
SELECT is(partman.partition_data_time('App.times', 20, p_source_table => 'App.other'), 2::bigint, 'from another table, too');
SELECT is(partman.add_range_partition('App.times', '2018-01-01', '2019-01-01'), 'side.times_p20180101', 'add_range_partition()');
SELECT is(partman.drop_default_partition('App.times', true), true, 'without the default partition');
SELECT is(partman.add_default_partition('App.times'), 'side.times_default', 'add_default_partition()');
SELECT is_empty($$SELECT FROM partman.list_partitions('App.times') WHERE partition_schema <> 'side'$$, 'all are aside');
SELECT is(pg_temp.tables('App'), 'other times times_p20200101', 'and nothing was made beside the set');
SELECT matches(partman.dump_partitioned_table_definition('App.times'), $$p_partition_schema := 'side'$$, 'the definition says so');

-- Levels: what is below a partition is beside it.
CREATE TABLE "App".tree (at timestamptz NOT NULL, id int NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('App.tree', 'at', '1 year', p_premake => 1, p_start_partition => date_trunc('year', now())::text, p_partition_schema => 'side');
INSERT INTO "App".tree SELECT now(), n FROM generate_series(1, 30) n;
SELECT partman.create_sub_parent('App.tree', 'id', '10', p_premake => 2, p_declarative_check => 'yes');
UPDATE partman.part_config SET premake = 2 WHERE parent_table = 'App.tree';
SELECT partman.run_maintenance('App.tree');
INSERT INTO "App".tree VALUES (now() + '5 years', 1);
SELECT is(partman.partition_data_time('App.tree', 20), 1::bigint, 'rows of a tree');
SELECT is(pg_temp.tables('App'), 'other times times_p20200101 tree', 'leave no table beside the set');
SELECT cmp_ok((SELECT count(*)::int FROM pg_partition_tree('"App".tree') WHERE level = 2), '>', 12, 'with partitions below partitions');
SELECT is((SELECT count(*)::int FROM pg_partition_tree('"App".tree') p JOIN pg_class c ON c.oid = p.relid WHERE c.relnamespace <> 'side'::regnamespace), 1, 'that are all aside');

-- Lists
CREATE TABLE "App".list (k text NOT NULL) PARTITION BY LIST (k);
SELECT ok(partman.create_parent('App.list', 'k', p_type => 'list', p_partition_schema => 'side'), 'a set of listed values');
SELECT is(partman.add_list_partition('App.list', '{a,b}', 'some'), 'side.some', 'add_list_partition()');
INSERT INTO "App".list VALUES ('c');
SELECT partman.run_maintenance('App.list');
SELECT is((SELECT tableoid::regclass::text FROM "App".list), 'side.list_pc', 'maintenance');
SELECT is(pg_temp.tables('App'), 'list other times times_p20200101 tree', 'also aside');

-- An owner without rights in the extension's schema: the template table does not stand beside the set either.
CREATE ROLE regress_side;
GRANT USAGE ON SCHEMA partman TO regress_side;
CREATE SCHEMA his AUTHORIZATION regress_side;
CREATE SCHEMA his_side;
SET LOCAL ROLE regress_side;
CREATE TABLE his.t (id int NOT NULL) PARTITION BY RANGE (id);
SELECT matches(pg_temp.try($$SELECT partman.create_parent('his.t', 'id', '10', p_partition_schema => 'his_side')$$), '^42501 permission denied for schema his_side', 'a schema that the owner has no rights on');
RESET ROLE;
GRANT ALL ON SCHEMA his_side TO regress_side;
SET LOCAL ROLE regress_side;
SELECT ok(partman.create_parent('his.t', 'id', '10', p_partition_schema => 'his_side'), 'with them');
SELECT is(pg_temp.tables('his'), 't', 'his schema has one table');
SELECT matches(pg_temp.tables('his_side'), 'template_his_t', 'the template is aside, too');
RESET ROLE;
SELECT matches(pg_temp.try($$SELECT partman.create_parent('his.t', 'id', '10', p_partition_schema => 'nowhere')$$), '^3F000 schema "nowhere" does not exist', 'a schema that is not there');
CREATE TABLE "App".list2 (k text NOT NULL) PARTITION BY LIST (k);
SELECT matches(pg_temp.try($$SELECT partman.create_parent('App.list2', 'k', p_type => 'list', p_default_table => false, p_partition_schema => '')$$), '^3F000 schema "" does not exist', 'nor an empty name');

SELECT * FROM finish();
ROLLBACK;
