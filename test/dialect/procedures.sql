-- The procedures, which commit as they go; so this file cleans up behind itself.
SELECT no_plan();

SET client_min_messages = error;
SET TimeZone = 'UTC';
-- One day for the whole file, even if it runs over midnight.
SELECT date_trunc('day', now()) AS today \gset
CREATE SCHEMA dialect_proc;
CREATE TABLE dialect_proc.days (at timestamptz NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE dialect_proc.ids (id bigint NOT NULL, v int) PARTITION BY RANGE (id);
CREATE TABLE dialect_proc."Mixed Case" ("Id" int NOT NULL) PARTITION BY RANGE ("Id");
SELECT partman.create_parent('dialect_proc.days', 'at', '1 day');
SELECT partman.create_parent('dialect_proc.ids', 'id', '10');
SELECT partman.create_parent('dialect_proc.Mixed Case', 'Id', '10');
INSERT INTO dialect_proc.days SELECT :'today'::timestamptz + n * interval '1 day', n FROM generate_series(-4, 4) n;
INSERT INTO dialect_proc.ids SELECT n, n FROM generate_series(0, 49) n;
INSERT INTO dialect_proc."Mixed Case" SELECT generate_series(0, 39);

CALL partman.run_maintenance_proc();
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect_proc.days', 'desc') LIMIT 1), 'days_p' || to_char(:'today'::timestamptz + interval '8 days', 'YYYYMMDD'), 'days: maintained');
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect_proc.ids', 'desc') LIMIT 1), 'ids_p80', 'ids: maintained');
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect_proc.Mixed Case', 'desc') LIMIT 1), 'Mixed Case_p70', 'mixed case: maintained');
SELECT is((SELECT count(maintenance_last_run) FROM partman.part_config WHERE parent_table LIKE 'dialect_proc.%'), 3::bigint, 'all runs are noted');
INSERT INTO dialect_proc.ids VALUES (55, 0);
CALL partman.run_maintenance_proc(p_wait := 0, p_analyze := true, p_jobmon := false);
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect_proc.ids', 'desc') LIMIT 1), 'ids_p90', 'with all arguments');
CALL partman.run_maintenance_proc(0, true, true);
UPDATE partman.part_config SET automatic_maintenance = 'off' WHERE parent_table = 'dialect_proc.ids';
INSERT INTO dialect_proc.ids VALUES (95, 0);
CALL partman.run_maintenance_proc();
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect_proc.ids', 'desc') LIMIT 1), 'ids_p90', 'off: left out');

-- Rows of the default, batch by batch.
INSERT INTO dialect_proc.ids SELECT n, n FROM generate_series(200, 249) n;
CALL partman.partition_data_proc('dialect_proc.ids', p_loop_count := 2, p_wait := 0, p_quiet := true);
SELECT is((SELECT count(*) FROM dialect_proc.ids_default), 30::bigint, 'two batches');
CALL partman.partition_data_proc('dialect_proc.ids', p_order := 'DESC', p_loop_count := 1, p_wait := 0, p_quiet := true);
SELECT has_table('dialect_proc', 'ids_p240', 'one from the other end');
CALL partman.partition_data_proc('dialect_proc.ids', p_wait := 0);
SELECT is((SELECT count(*) FROM dialect_proc.ids_default), 0::bigint, 'all of them');
SELECT is((SELECT array_agg(partition_tablename) FROM (SELECT * FROM partman.show_partitions('dialect_proc.ids', 'DESC') LIMIT 6) s), '{ids_p240,ids_p230,ids_p220,ids_p210,ids_p200,ids_p90}', 'their partitions');
INSERT INTO dialect_proc.days SELECT :'today'::timestamptz - n * interval '12 hours', n FROM generate_series(20, 39) n;
CALL partman.partition_data_proc('dialect_proc.days', p_loop_count := 20, p_wait := 0);
SELECT is((SELECT count(*) FROM dialect_proc.days_default), 0::bigint, 'days out of the default');
SELECT is((SELECT count(*) FROM dialect_proc.days), 29::bigint, 'none is lost');
CREATE TABLE dialect_proc.old_ids (LIKE dialect_proc.ids);
INSERT INTO dialect_proc.old_ids SELECT n, n FROM generate_series(300, 349) n;
CALL partman.partition_data_proc('dialect_proc.ids', p_source_table := 'dialect_proc.old_ids', p_interval := '5', p_wait := 0, p_loop_count := 4);
SELECT is((SELECT count(*) FROM dialect_proc.old_ids), 30::bigint, 'four batches of five from another table');
CALL partman.partition_data_proc('dialect_proc.ids', p_source_table := 'dialect_proc.old_ids', p_wait := 0);
SELECT is((SELECT count(*) FROM dialect_proc.old_ids), 0::bigint, 'the rest of it');
SELECT is((SELECT count(*) FROM dialect_proc.ids), 152::bigint, 'all ids');
SELECT throws_ok($$ CALL partman.partition_data_proc('dialect_proc.nowhere') $$, NULL, NULL, 'no such set');
INSERT INTO dialect_proc.days SELECT :'today'::timestamptz + interval '30 days' + n * interval '1 hour', n FROM generate_series(0, 47) n;
CALL partman.partition_data_async('dialect_proc.days', p_interval := '6 hours', p_wait := 0);
SELECT is((SELECT count(*) FROM dialect_proc.days_default), 0::bigint, 'piece by piece');
SELECT is((SELECT count(*) FROM dialect_proc.days), 77::bigint, 'none is lost piece by piece');
SELECT has_table('dialect_proc'::name, ('days_p' || to_char(:'today'::timestamptz + interval '31 days', 'YYYYMMDD'))::name, 'its partition');
SELECT is((SELECT async_partitioning_in_progress FROM partman.part_config WHERE parent_table = 'dialect_proc.days'), NULL, 'nothing in progress');
SELECT hasnt_table('dialect_proc', 'partman_tmp_storage_days', 'no storage');

-- Statistics.
CALL partman.run_analyze();
SELECT is((SELECT reltuples FROM pg_class WHERE oid = 'dialect_proc.ids'::regclass), 152::real, 'analyzed');
INSERT INTO dialect_proc.days SELECT now();
CALL partman.run_analyze(p_skip_locked := true, p_quiet := true, p_parent_table := 'dialect_proc.days');
SELECT is((SELECT reltuples FROM pg_class WHERE oid = 'dialect_proc.days'::regclass), 78::real, 'analyzed by name');

-- Undo.
CREATE TABLE dialect_proc.target (LIKE dialect_proc.ids);
CALL partman.undo_partition_proc('dialect_proc.ids', 'dialect_proc.target', p_loop_count := 2, p_wait := 0, p_quiet := true);
SELECT is((SELECT count(*) FROM dialect_proc.target), 20::bigint, 'two batches undone');
CALL partman.undo_partition_proc('dialect_proc.ids', p_target_table := 'dialect_proc.target', p_keep_table := false, p_wait := 0);
SELECT is((SELECT count(*) FROM dialect_proc.target), 152::bigint, 'all undone');
SELECT is_empty($$ SELECT 1 FROM partman.part_config WHERE parent_table = 'dialect_proc.ids' $$, 'forgotten');
CREATE TABLE dialect_proc."Mixed Target" ("Id" int);
CALL partman.undo_partition_proc('dialect_proc.Mixed Case', 'dialect_proc.Mixed Target', p_wait := 0, p_interval := '5');
SELECT is((SELECT count(*) FROM dialect_proc."Mixed Target"), 40::bigint, 'mixed case undone');
SELECT throws_ok($$ CALL partman.undo_partition_proc('dialect_proc.days') $$, NULL, NULL, 'no target');

SELECT partman.config_cleanup('dialect_proc.days');
DROP SCHEMA dialect_proc CASCADE;
SELECT is_empty('SELECT parent_table FROM partman.part_config', 'nothing is left');
SELECT * FROM finish();
