-- Ids below zero, and the least and greatest of their types.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
CREATE SCHEMA dialect;

CREATE TABLE dialect.below (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT ok(partman.create_parent('dialect.below', 'id', '10', p_start_partition := '-30', p_premake := 5), 'from -30 on');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.below')), '{below_p-30,below_p-20,below_p-10,below_p0,below_p10,below_p20}', 'through zero');
INSERT INTO dialect.below SELECT generate_series(-30, 29);
SELECT is((SELECT count(*) FROM dialect.below_default), 0::bigint, 'every row has its place');
SELECT is((SELECT array_agg(id ORDER BY id) FROM dialect."below_p-10"), ARRAY(SELECT generate_series(-10, -1)::bigint), 'from -10 to -1');
INSERT INTO dialect.below SELECT generate_series(-55, -31);
SELECT is(partman.partition_data_id('dialect.below', 10), 25::bigint, 'rows below are moved');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.below') LIMIT 3), '{below_p-60,below_p-50,below_p-40}', 'to their partitions');
SELECT is((SELECT (n.partition_table, n.suffix_id)::text FROM partman.show_partition_name('dialect.below', v.value::text) n), (v.child, v.low)::text, 'partition of ' || v.value)
FROM (VALUES (-1, 'below_p-10', -10), (-10, 'below_p-10', -10), (-11, 'below_p-20', -20), (-200, 'below_p-200', -200), (-201, 'below_p-210', -210), (0, 'below_p0', 0)) v (value, child, low);
SELECT is((SELECT (i.child_start_id, i.child_end_id)::text FROM partman.show_partition_info('dialect.below_p-20') i), '(-20,-10)', 'info below zero');

-- Near the end of a type nothing overflows.
CREATE TABLE dialect.small (id smallint NOT NULL) PARTITION BY RANGE (id);
SELECT ok(partman.create_parent('dialect.small', 'id', '1000', p_start_partition := '30000'), 'smallint up to its end');
SELECT lives_ok('INSERT INTO dialect.small VALUES (32767), (30500), (29999)', 'the greatest of all');
SELECT lives_ok('SELECT partman.run_maintenance()', 'maintained at the end');
SELECT is((SELECT count(*) FROM dialect.small), 3::bigint, 'all rows are there');

CREATE TABLE dialect.big (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT ok(partman.create_parent('dialect.big', 'id', '1000000000000', p_start_partition := '9000000000000000000'), 'bigint near its end');
SELECT has_table('dialect', 'big_p9000000000000000000', 'a long number in a name');
SELECT is((SELECT partition_table FROM partman.show_partition_name('dialect.big', '9000000000000000001')), 'big_p9000000000000000000', 'and its partition');

SELECT * FROM finish();
ROLLBACK;
