-- Control columns that take nulls: their rows stay in the default and are in nobody's way.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;

CREATE TABLE dialect.days (at timestamptz, v int) PARTITION BY RANGE (at);
CREATE TABLE dialect.ids (id int, v int) PARTITION BY RANGE (id);
CREATE TABLE dialect.target (id int, v int);
SELECT throws_like($$ SELECT partman.create_parent('dialect.days', 'at', '1 day') $$, '%must be set to NOT NULL%', 'not unless asked for, by time');
SELECT throws_like($$ SELECT partman.create_parent('dialect.ids', 'id', '10') $$, '%must be set to NOT NULL%', 'not unless asked for, by id');
SELECT ok(partman.create_parent('dialect.days', 'at', '1 day', p_control_not_null := false), 'when asked for, by time');
SELECT ok(partman.create_parent('dialect.ids', 'id', '10', p_control_not_null := false), 'when asked for, by id');
INSERT INTO dialect.days VALUES (NULL, 1), (now(), 2), (now() + interval '7 days', 3);
INSERT INTO dialect.ids SELECT n, n FROM generate_series(0, 59) n;
INSERT INTO dialect.ids VALUES (NULL, 1), (NULL, 2);
SELECT results_eq('SELECT * FROM partman.check_default() ORDER BY 1', $$ VALUES ('dialect.days_default', 2::bigint), ('dialect.ids_default', 12) $$, 'in the defaults');
SELECT is(partman.partition_data_time('dialect.days', 10), 1::bigint, 'what has a time is moved');
SELECT is(partman.partition_data_id('dialect.ids', 10), 10::bigint, 'what has an id is moved');
SELECT is(partman.partition_data_time('dialect.days', 10), 0::bigint, 'nothing more, by time');
SELECT is(partman.partition_data_id('dialect.ids', 10), 0::bigint, 'nothing more, by id');
SELECT lives_ok('SELECT partman.run_maintenance()', 'maintained');
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect.ids', 'DESC') LIMIT 1), 'ids_p90', 'four ahead of the newest id');
UPDATE partman.part_config SET ignore_default_data = false;
SELECT lives_ok('SELECT partman.run_maintenance()', 'maintained with an eye on the default');
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect.ids', 'DESC') LIMIT 1), 'ids_p90', 'nulls are not ahead');
SELECT is(partman.drop_partition_id('dialect.ids', 30, p_keep_table := false), 2, 'retired');
SELECT is((SELECT count(*) FROM dialect.ids WHERE id IS NULL), 2::bigint, 'nulls are not retired');
SELECT is((SELECT rows_undone FROM partman.undo_partition('dialect.ids', 'dialect.target', 100)), 42::bigint, 'undone, nulls too');
SELECT is((SELECT count(*) FROM dialect.target WHERE id IS NULL), 2::bigint, 'nulls in the target');

SELECT * FROM finish();
ROLLBACK;
