-- Tables that somebody has partitioned by list of numbers, taken over as they are.
BEGIN;
SELECT plan(8);
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
SELECT throws_ok($$SELECT partman.manage('lists.scattered')$$, '0A000', 'partition "scattered_1" lists values that are not consecutive',
    'scattered ones cannot be taken over');
CREATE TABLE lists.texts (id text NOT NULL) PARTITION BY LIST (id);
SELECT throws_ok($$SELECT partman.manage('lists.texts')$$, '0A000', 'cannot manage table "lists.texts", which is partitioned by list',
    'nor can lists of texts');

SELECT * FROM finish();
ROLLBACK;
