-- Every function as the owner of the tables, who is no superuser and has what an administrator of the dialect grants.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE ROLE regress_dialect_keeper LOGIN;
CREATE ROLE regress_dialect_reader;
CREATE ROLE regress_dialect_stranger;
CREATE SCHEMA dialect AUTHORIZATION regress_dialect_keeper;
CREATE SCHEMA attic AUTHORIZATION regress_dialect_keeper;
GRANT ALL ON SCHEMA partman TO regress_dialect_keeper;
GRANT ALL ON ALL TABLES IN SCHEMA partman TO regress_dialect_keeper;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA partman TO regress_dialect_keeper;
GRANT EXECUTE ON ALL PROCEDURES IN SCHEMA partman TO regress_dialect_keeper;
GRANT USAGE ON SCHEMA partman, dialect TO regress_dialect_stranger;
GRANT ALL ON ALL TABLES IN SCHEMA partman TO regress_dialect_stranger;

SET LOCAL ROLE regress_dialect_keeper;
CREATE TABLE dialect.days (at timestamptz NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE dialect.ids (id bigint PRIMARY KEY, v int) PARTITION BY RANGE (id);
GRANT SELECT ON dialect.days, dialect.ids TO regress_dialect_reader;
CREATE TABLE dialect.target (LIKE dialect.ids);
SELECT ok(partman.create_parent('dialect.days', 'at', '1 day'), 'create_parent by time');
SELECT ok(partman.create_parent('dialect.ids', 'id', '10'), 'create_parent by id');
SELECT lives_ok($$ UPDATE partman.part_config SET premake = 5, infinite_time_partitions = true WHERE parent_table LIKE 'dialect.%' $$, 'configuration');
INSERT INTO dialect.days SELECT now() + n * interval '1 day', n FROM generate_series(-8, 8) n;
INSERT INTO dialect.ids SELECT n, n FROM generate_series(0, 69) n;
SELECT is((SELECT count(*) FROM partman.check_default()), 2::bigint, 'check_default');
SELECT is(partman.partition_data_time('dialect.days', 20), 8::bigint, 'partition_data_time');
SELECT is(partman.partition_data_id('dialect.ids', 20), 20::bigint, 'partition_data_id');
SELECT lives_ok('SELECT partman.run_maintenance()', 'run_maintenance over all');
SELECT lives_ok($$ SELECT partman.run_maintenance('dialect.days', true) $$, 'run_maintenance of one');
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect.ids', 'DESC') LIMIT 1), 'ids_p110', 'maintained');
SELECT is((SELECT count(*) FROM partman.show_partitions('dialect.days', 'DESC')), 22::bigint, 'days maintained');
DROP TABLE dialect.ids_p80;
SELECT is(partman.partition_gap_fill('dialect.ids'), 1, 'partition_gap_fill');
SELECT is(partman.drop_partition_time('dialect.days', '5 days', p_keep_table := false), 3, 'drop_partition_time');
SELECT is(partman.drop_partition_id('dialect.ids', 30, p_retention_schema := 'attic'), 3, 'drop_partition_id to a schema');
SELECT has_table('attic', 'ids_p20', 'it is there');
SELECT is((SELECT suffix_id FROM partman.show_partition_name('dialect.ids', '45')), 40::bigint, 'show_partition_name');
SELECT is((SELECT child_end_id FROM partman.show_partition_info('dialect.ids_p40')), 50::bigint, 'show_partition_info');
SELECT ok(partman.create_partition_id('dialect.ids', '{500}'), 'create_partition_id');
SELECT ok(partman.create_partition_time('dialect.days', ARRAY[date_trunc('day', now()) + interval '100 days']), 'create_partition_time');
SELECT is_empty($$ SELECT c.relname FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent IN ('dialect.days'::regclass, 'dialect.ids'::regclass)
    AND c.relowner <> 'regress_dialect_keeper'::regrole $$, 'all partitions are the owner''s');
SELECT table_owner_is('partman', 'template_dialect_ids', 'regress_dialect_keeper', 'the template too');

-- A superuser's run makes partitions for the owner.
RESET ROLE;
INSERT INTO dialect.ids VALUES (505, 0);
SELECT partman.run_maintenance();
SELECT table_owner_is('dialect', 'ids_p550', 'regress_dialect_keeper', 'partition of a superuser''s run');

-- Nobody else.
SET LOCAL ROLE regress_dialect_stranger;
SELECT throws_ok($$ SELECT partman.undo_partition('dialect.ids', 'dialect.target', 10) $$, NULL, NULL, 'a stranger cannot undo');
SELECT throws_ok($$ SELECT partman.drop_partition_id('dialect.ids', 0, false) $$, NULL, NULL, 'a stranger cannot retire');
SELECT throws_ok($$ SELECT partman.partition_data_id('dialect.ids') $$, NULL, NULL, 'a stranger cannot move rows');
SELECT throws_ok($$ SELECT partman.create_partition_id('dialect.ids', '{900}') $$, NULL, NULL, 'a stranger cannot make partitions');
SELECT lives_ok($$ SELECT partman.run_maintenance() $$, 'a stranger''s run concerns his own sets');
RESET ROLE;
SELECT hasnt_table('dialect', 'ids_p900', 'nothing was made for the stranger');

SET LOCAL ROLE regress_dialect_keeper;
SELECT is((SELECT rows_undone FROM partman.undo_partition('dialect.ids', 'dialect.target', 100, p_keep_table := false)), 41::bigint, 'undo_partition');
SELECT lives_ok($$ SELECT partman.config_cleanup('dialect.days') $$, 'config_cleanup');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
