-- Rows in default partitions: how they are counted, when they steer maintenance, and how they get where they belong.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;

CREATE TABLE dialect.days (at timestamptz NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE dialect.ids (id bigint NOT NULL, v int) PARTITION BY RANGE (id);
CREATE TABLE dialect.bare (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('dialect.days', 'at', '1 day');
SELECT partman.create_parent('dialect.ids', 'id', '10');
SELECT partman.create_parent('dialect.bare', 'id', '10', p_default_table := false);
UPDATE partman.part_config SET infinite_time_partitions = false, default_rows = 'skip_range';

SELECT is_empty('SELECT * FROM partman.check_default()', 'nothing in any default');
SELECT is_empty('SELECT * FROM partman.check_default(p_exact_count := false)', 'nothing in any default, not exact');
INSERT INTO dialect.days SELECT date_trunc('day', now()) + n * interval '1 day', n FROM generate_series(-12, 12) n;
INSERT INTO dialect.ids SELECT n, n FROM generate_series(0, 99) n;
SELECT results_eq('SELECT * FROM partman.check_default() ORDER BY 1', $$ VALUES ('dialect.days_default', 16::bigint), ('dialect.ids_default', 50) $$, 'exact counts');
SELECT results_eq('SELECT * FROM partman.check_default(true) ORDER BY 1', $$ VALUES ('dialect.days_default', 16::bigint), ('dialect.ids_default', 50) $$, 'exact counts when asked for');
SELECT results_eq('SELECT * FROM partman.check_default(false) ORDER BY 1', $$ VALUES ('dialect.days_default', 1::bigint), ('dialect.ids_default', 1) $$, 'one is enough when not exact');

-- Data in the default does not steer unless asked to.
SELECT partman.run_maintenance('dialect.ids');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.ids')), '{ids_p0,ids_p10,ids_p20,ids_p30,ids_p40}',
    'partitions for rows in the default are not made while these are there');

-- One batch is one partition.
SELECT is(partman.partition_data_id('dialect.ids'), 10::bigint, 'one batch of ids');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.ids')), '{ids_p0,ids_p10,ids_p20,ids_p30,ids_p40,ids_p50}', 'the lowest first');
SELECT is(partman.partition_data_id('dialect.ids', p_order := 'DESC'), 10::bigint, 'one batch from the other end');
SELECT is((SELECT max(partition_tablename) FROM partman.show_partitions('dialect.ids')), 'ids_p90', 'the highest then');
SELECT is(partman.partition_data_id('dialect.ids', 2), 20::bigint, 'two batches');
SELECT is(partman.partition_data_id('dialect.ids', p_batch_count := 100), 10::bigint, 'more batches than there are');
SELECT is(partman.partition_data_id('dialect.ids'), 0::bigint, 'nothing left');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.ids')), ARRAY(SELECT 'ids_p' || n * 10 FROM generate_series(0, 9) n), 'all partitions');
SELECT is((SELECT count(*) FROM dialect.ids), 100::bigint, 'all rows');
SELECT is((SELECT count(*) FROM ONLY dialect.ids_default), 0::bigint, 'empty default');
SELECT is((SELECT array_agg(id ORDER BY id) FROM dialect.ids_p60), ARRAY(SELECT generate_series(60, 69)::bigint), 'each row in its place');

SELECT is(partman.partition_data_time('dialect.days', 3), 3::bigint, 'three batches of days');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.days') LIMIT 4), ARRAY(SELECT 'days_p' || to_char(now() + n * interval '1 day', 'YYYYMMDD') FROM unnest('{-12,-11,-10,-4}'::int[]) n), 'the oldest first');
SELECT is(partman.partition_data_time('dialect.days', p_order := 'DESC'), 1::bigint, 'one batch from the other end');
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect.days', 'DESC') LIMIT 1), 'days_p' || to_char(now() + 12 * interval '1 day', 'YYYYMMDD'), 'the newest then');
SELECT is(partman.partition_data_time('dialect.days', p_batch_count := 20, p_batch_interval := '1 day'), 12::bigint, 'the rest');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.days')), ARRAY(SELECT 'days_p' || to_char(now() + n * interval '1 day', 'YYYYMMDD') FROM generate_series(-12, 12) n), 'all partitions');
SELECT is((SELECT count(*) FROM dialect.days), 25::bigint, 'all rows');
SELECT is_empty('SELECT * FROM partman.check_default()', 'nothing in any default again');
SELECT is(partman.partition_data_time('dialect.days'), 0::bigint, 'nothing left');
SELECT is(partman.partition_gap_fill('dialect.days'), 0, 'no gap');

-- A batch smaller than a partition cannot leave a default.
INSERT INTO dialect.days VALUES (date_trunc('day', now()) + interval '20 days 01:00', 1);
INSERT INTO dialect.ids VALUES (205, 1);
SELECT throws_like($$ SELECT partman.partition_data_time('dialect.days', p_batch_interval := '1 hour') $$, 'If any interval smaller than the partition interval must be used for moving data out of the default%', 'hours of a day');
SELECT throws_like($$ SELECT partman.partition_data_id('dialect.ids', p_batch_interval := 2) $$, 'If any interval smaller than the partition interval must be used for moving data out of the default%', 'two ids of ten');
SELECT throws_like($$ SELECT partman.partition_data_time('dialect.days', p_order := 'up') $$, 'Invalid value for p_order. Must be ASC or DESC%', 'order of a set by time');
SELECT throws_like($$ SELECT partman.partition_data_id('dialect.ids', p_order := 'up') $$, 'Invalid value for p_order. Must be ASC or DESC%', 'order of a set by id');
SELECT is(partman.partition_data_time('dialect.days', p_analyze := false), 1::bigint, 'without ANALYZE');
SELECT is(partman.partition_data_id('dialect.ids', p_lock_wait := 1), 1::bigint, 'with a wait for locks');
SELECT is(partman.partition_gap_fill('dialect.ids'), 10, 'ten partitions between 100 and 190');
SELECT is(partman.partition_gap_fill('dialect.days'), 7, 'seven days between');

-- Without default.
SELECT is(partman.partition_data_id('dialect.bare'), 0::bigint, 'no default, no rows');

-- From another table.
CREATE TABLE dialect.old_days (at timestamptz, v int);
INSERT INTO dialect.old_days SELECT date_trunc('day', now()) - interval '30 days' + n * interval '6 hours', n FROM generate_series(0, 39) n;
SELECT is(partman.partition_data_time('dialect.days', 1, p_source_table := 'dialect.old_days'), 4::bigint, 'one day of another table');
SELECT is(partman.partition_data_time('dialect.days', 2, '6 hours', p_source_table := 'dialect.old_days'), 2::bigint, 'quarters of days of another table');
SELECT is(partman.partition_data_time('dialect.days', 100, p_source_table := 'dialect.old_days'), 34::bigint, 'the rest of it');
SELECT is((SELECT count(*) FROM dialect.old_days), 0::bigint, 'it is empty');
SELECT is((SELECT count(*) FROM dialect.days WHERE at < now() - interval '15 days'), 40::bigint, 'its rows are in the set');
SELECT has_table('dialect'::name, ('days_p' || to_char(now() - n * interval '1 day', 'YYYYMMDD'))::name, n || ' days ago') FROM generate_series(21, 30) n;
CREATE TABLE dialect.old_ids (id bigint, v int, w int);
INSERT INTO dialect.old_ids SELECT n, 0, 0 FROM generate_series(1000, 1034) n;
SELECT throws_ok($$ SELECT partman.partition_data_id('dialect.ids', 1, p_source_table := 'dialect.nowhere') $$, NULL, NULL, 'from no table');
SELECT is(partman.partition_data_id('dialect.ids', 1, p_source_table := 'dialect.old_ids', p_ignored_columns := '{w}'), 10::bigint, 'without a column that only the other table has');
SELECT is(partman.partition_data_id('dialect.ids', 10, 5, p_source_table := 'dialect.old_ids', p_ignored_columns := '{w}'), 25::bigint, 'the rest by fives');
SELECT is((SELECT count(*) FROM dialect.ids WHERE id >= 1000), 35::bigint, 'its rows are in the set');

-- The default steers maintenance when asked to.
INSERT INTO dialect.ids VALUES (1065, 1);
UPDATE partman.part_config SET ignore_default_data = false, premake = 2 WHERE parent_table = 'dialect.ids';
SELECT lives_ok($$ SELECT partman.run_maintenance() $$, 'rows of the default may be in the way');
SELECT partman.partition_data_id('dialect.ids');
SELECT partman.run_maintenance('dialect.ids');
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect.ids', 'DESC') LIMIT 1), 'ids_p1080', 'two ahead of the row that was in the default');

SELECT * FROM finish();
ROLLBACK;
