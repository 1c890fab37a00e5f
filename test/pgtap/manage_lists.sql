-- Tables that somebody has partitioned by list of numbers, taken over as they are.
BEGIN;
SELECT plan(15);
CREATE SCHEMA lists;
CREATE TABLE lists.single (id int NOT NULL) PARTITION BY LIST (id);
CREATE TABLE lists.single_1 PARTITION OF lists.single FOR VALUES IN (1);
CREATE TABLE lists.single_2 PARTITION OF lists.single FOR VALUES IN (2);
CREATE TABLE lists.single_5 PARTITION OF lists.single FOR VALUES IN (5);
INSERT INTO lists.single VALUES (1), (5);

SELECT results_eq($$SELECT subject, value FROM partman.plan_manage('lists.single', p_premake := 2) WHERE topic IN ('gap', 'next') OR subject = 'partition_interval' ORDER BY topic, subject$$,
    $$VALUES (NULL, 'IN (''3'', ''4'')'), ('lists.single_6', 'IN (''6'')'), ('lists.single_7', 'IN (''7'')'), ('partition_interval', '1')$$,
    'a number each: the step is one, a gap is reported, names go on');
SELECT is_empty($$SELECT FROM partman.part_config WHERE parent_table = 'lists.single'$$, 'a look changes nothing');
SELECT lives_ok($$SELECT partman.manage('lists.single', p_premake := 2)$$, 'taken over');
SELECT partman.run_maintenance('lists.single');
SELECT set_eq($$SELECT partition_tablename FROM partman.show_partitions('lists.single')$$,
    ARRAY['single_1', 'single_2', 'single_5', 'single_6', 'single_7'], 'maintenance goes on behind the newest');
SELECT is((SELECT count(*) FROM lists.single), 2::bigint, 'the rows are where they were');

CREATE TABLE lists.pairs (id int NOT NULL) PARTITION BY LIST (id);
CREATE TABLE lists.pairs_1 PARTITION OF lists.pairs FOR VALUES IN (1, 2);
CREATE TABLE lists.pairs_2 PARTITION OF lists.pairs FOR VALUES IN (3, 4);
SELECT results_eq($$SELECT subject, value FROM partman.plan_manage('lists.pairs') WHERE topic = 'odd'$$,
    $$VALUES ('lists.pairs_1 to lists.pairs_2, 2 partitions', 'IN (''1'', ''2'', ''3'', ''4'')')$$,
    'partitions of several numbers are reported');
CREATE TABLE lists.scattered (id int NOT NULL) PARTITION BY LIST (id);
CREATE TABLE lists.scattered_1 PARTITION OF lists.scattered FOR VALUES IN (1, 7);
SELECT results_eq($$SELECT subject, value FROM partman.plan_manage('lists.scattered') WHERE topic = 'setting' AND subject = 'list_mode'$$, $$VALUES ('list_mode', 'values')$$,
    'scattered numbers are listed one by one');
SELECT is_empty($$SELECT FROM partman.part_config WHERE parent_table = 'lists.scattered'$$, 'a look changes nothing');
SELECT results_eq($$SELECT topic, value FROM partman.manage('lists.scattered') WHERE topic = 'partition'$$, $$VALUES ('partition', '1')$$, 'they are taken over');
SELECT is(partman.add_list_partition('lists.scattered', ARRAY['3']), 'lists.scattered_p3', 'and more are made');
CREATE TABLE lists.texts (id text) PARTITION BY LIST (id);
CREATE TABLE lists.texts_a PARTITION OF lists.texts FOR VALUES IN ('a', NULL);
CREATE TABLE lists.texts_rest PARTITION OF lists.texts DEFAULT;
INSERT INTO lists.texts VALUES ('x');
SELECT results_eq($$SELECT topic, subject, note FROM partman.manage('lists.texts', p_name_template := '{table}_{value}') WHERE topic = 'default'$$,
    $$VALUES ('default', 'lists.texts_rest', 'has rows: maintenance makes partitions for their values')$$, 'so are lists of texts');
SELECT results_eq($$SELECT list_mode, control, template_table FROM partman.part_config WHERE parent_table = 'lists.texts'$$, $$VALUES ('values', 'id', NULL)$$, 'as it is stored');
SELECT partman.run_maintenance('lists.texts');
SELECT set_eq($$SELECT partition_table, provenance FROM partman.partitions WHERE parent_table = 'lists.texts'$$,
    $$VALUES ('texts_a', 'adopted'), ('texts_rest', 'adopted'), ('texts_x', 'made')$$, 'maintenance goes on');
SELECT throws_ok($$SELECT partman.manage('lists.texts')$$, '23505', NULL, 'once');
CREATE TABLE lists.old (id text NOT NULL) PARTITION BY LIST (id);
SELECT throws_ok($$SELECT partman.manage('lists.old', p_retention := '1 day')$$, '22023', 'partitions that list values have no retention', 'without a retention');

SELECT * FROM finish();
ROLLBACK;
