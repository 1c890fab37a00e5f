-- Trees of sets: their retention, cleanup, undoing, and moving rows into them.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT no_plan();

SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA sr;
CREATE SCHEMA sr_old;

CREATE FUNCTION sr.names(above text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(regexp_replace(c.relname, '^' || $1 || '_', ''), ' ' ORDER BY c.relname COLLATE "C")
    FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = ('sr.' || $1)::regclass $$;
CREATE FUNCTION sr.make(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE sr.%I (id int NOT NULL, k int NOT NULL, v text) PARTITION BY RANGE (id)', name);
    EXECUTE format('CREATE INDEX ON sr.%I (k)', name);
    PERFORM partman.create_parent('sr.' || name, 'id', '100', p_premake := 2);
    PERFORM partman.create_sub_parent('sr.' || name, 'id', '50', p_declarative_check := 'yes', p_premake := 2);
    EXECUTE format('INSERT INTO sr.%I SELECT n, n FROM generate_series(0, 299) n', name);
    PERFORM partman.run_maintenance('sr.' || name);
END $$;

--
-- The retention of a level reaches its sets
--
SELECT sr.make('sub');
SELECT is(sr.names('sub_p0'), 'default p0 p50', 'all of the first');
UPDATE partman.part_config_sub SET sub_retention = '60', sub_retention_keep_table = false, sub_retention_keep_index = false, sub_premake = 3
WHERE sub_parent = 'sr.sub';
SELECT is((SELECT DISTINCT (retention, retention_keep_table, retention_keep_index, premake)::text FROM partman.part_config WHERE set_root = 'sr.sub'), '(60,f,f,3)',
    'sets that are there follow part_config_sub');
UPDATE partman.part_config SET retention = '40' WHERE parent_table = 'sr.sub_p100';
UPDATE partman.part_config_sub SET sub_retention = '45' WHERE sub_parent = 'sr.sub';
SELECT is((SELECT string_agg(retention, ' ' ORDER BY parent_table) FROM partman.part_config WHERE set_root = 'sr.sub'), '45 40 45 45 45',
    'but for what was set for one of them');
SELECT ok((SELECT sub_partition_set_full FROM partman.part_config WHERE parent_table = 'sr.sub_p0'), 'a full set');
SELECT lives_ok($$ SELECT partman.run_maintenance() $$, 'retention');
SELECT is(sr.names('sub_p0'), 'default p50', 'also retires');
SELECT is(sr.names('sub_p100'), 'default p150', 'each by its own data');
SELECT hasnt_table('sr', 'sub_p0_p0', 'it is dropped');
SELECT ok(partman.create_partition_id('sr.sub', ARRAY[700]), 'a new set');
SELECT is((SELECT (retention, retention_keep_table, retention_keep_index, premake)::text FROM partman.part_config WHERE parent_table = 'sr.sub_p700'), '(45,f,f,3)',
    'has the retention of the level, and keep_table and keep_index');

--
-- A retired partition takes all below it along
--
SELECT sr.make('dropped');
UPDATE partman.part_config SET retention = '100', retention_keep_table = false WHERE parent_table = 'sr.dropped';
SELECT partman.run_maintenance();
SELECT is(sr.names('dropped'), 'default p100 p200 p300 p400', 'one is retired');
SELECT hasnt_table('sr', 'dropped_p0_p0', 'with what was below it');
SELECT is_empty($$ SELECT FROM partman.part_config WHERE parent_table LIKE 'sr.dropped\_p0%' $$, 'its configuration');
SELECT is_empty($$ SELECT FROM partman.managed_partition WHERE partition_table LIKE 'dropped\_p0%' $$, 'and what is known of its partitions');

SELECT sr.make('kept');
SELECT partman.create_sub_parent('sr.kept_p0', 'k', '10', p_declarative_check := 'yes', p_premake := 1);
UPDATE partman.part_config SET retention = '100', retention_keep_index = false WHERE parent_table = 'sr.kept';
SELECT is((SELECT count(*)::int FROM partman.part_config WHERE parent_table LIKE 'sr.kept\_p0%'), 3, 'three levels');
SELECT partman.run_maintenance();
SELECT is((SELECT count(*)::int FROM sr.kept_p0), 100, 'a detached partition keeps its rows');
SELECT is_empty($$ SELECT FROM partman.part_config WHERE parent_table LIKE 'sr.kept\_p0%' $$, 'none of its sets is managed any more');
SELECT is_empty($$ SELECT FROM partman.part_config_sub WHERE sub_parent LIKE 'sr.kept\_p0%' $$, 'nor described');
SELECT results_eq($$ SELECT partition_table, retired_as FROM partman.managed_partition WHERE partition_table LIKE 'kept\_p0%' $$,
    $$ VALUES ('kept_p0', 'detached') $$, 'it is known as retired');
SELECT is_empty($$ SELECT FROM pg_index WHERE indrelid IN (SELECT relid FROM pg_partition_tree('sr.kept_p0')) $$, 'all indexes are gone');

SELECT sr.make('moved');
UPDATE partman.part_config SET retention_schema = 'sr_old' WHERE parent_table = 'sr.moved';
SELECT is(partman.drop_partition_id('sr.moved', 100), 1, 'drop_partition_id');
SELECT is((SELECT string_agg(relname, ' ' ORDER BY relname COLLATE "C") FROM pg_class WHERE relnamespace = 'sr_old'::regnamespace AND relkind IN ('r', 'p')),
    'moved_p0 moved_p0_default moved_p0_p0 moved_p0_p50', 'the whole tree moves to the schema');
SELECT is((SELECT count(*)::int FROM sr_old.moved_p0), 100, 'with its rows');

-- A set that is retired while a run goes over all of them.
CREATE TABLE sr.days (at date NOT NULL, id int NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('sr.days', 'at', '1 day', p_premake := 2);
SELECT partman.create_sub_parent('sr.days', 'id', '10', p_declarative_check := 'yes', p_premake := 1);
INSERT INTO sr.days VALUES (now()::date - 2, 15);
UPDATE partman.part_config SET retention = '1 day' WHERE parent_table = 'sr.days';
SELECT partman.run_maintenance();
SELECT is_empty(format($$ SELECT FROM partman.part_config WHERE parent_table = 'sr.days_p%s' $$, to_char(now() - interval '2 days', 'YYYYMMDD')), 'is no set any more');
SELECT is((SELECT count(*)::int FROM pg_inherits WHERE inhparent = format('sr.days_p%s', to_char(now() - interval '2 days', 'YYYYMMDD'))::regclass), 3,
    'and gets no partitions any more');

--
-- Forgetting the topmost set
--
SELECT sr.make('forgotten');
SELECT partman.create_sub_parent('sr.forgotten_p0', 'k', '10', p_declarative_check := 'yes', p_premake := 1);
SELECT partman.config_cleanup('sr.forgotten', p_template_table := false);
SELECT is_empty($$ SELECT FROM partman.part_config_sub WHERE sub_parent = 'sr.forgotten' $$, 'its description is gone');
SELECT results_eq($$ SELECT parent_table, set_root FROM partman.part_config WHERE parent_table LIKE 'sr.forgotten\_p%' ORDER BY parent_table COLLATE "C" LIMIT 3 $$,
    $$ VALUES ('sr.forgotten_p0', NULL), ('sr.forgotten_p0_p0', 'sr.forgotten_p0'), ('sr.forgotten_p0_p50', 'sr.forgotten_p0') $$,
    'the sets below are trees of their own');
SELECT lives_ok($$ SELECT partman.run_maintenance() $$, 'and maintained');
DROP TABLE sr.forgotten;
SELECT is_empty($$ SELECT FROM partman.part_config WHERE parent_table LIKE 'sr.forgotten%' $$, 'until they are dropped');
SELECT sr.make('renamed');
ALTER TABLE sr.renamed RENAME TO renamed_too;
SELECT is((SELECT DISTINCT set_root FROM partman.part_config WHERE parent_table LIKE 'sr.renamed\_p%'), 'sr.renamed_too', 'a root may be renamed');
SELECT is((SELECT count(*)::int FROM partman.part_config_sub WHERE sub_parent = 'sr.renamed_too'), 1, 'with its description');

--
-- Undoing, from below
--
SELECT sr.make('undone');
CREATE TABLE sr.target (id int, k int, v text);
SELECT throws_like($$ SELECT * FROM partman.undo_partition('sr.undone', 'sr.target') $$, 'Child table for this parent has child table(s) itself (sr.undone%', 'not from above');
DO $$
DECLARE child text;
BEGIN
    FOR child IN SELECT parent_table FROM partman.part_config WHERE set_root = 'sr.undone' LOOP
        PERFORM partman.undo_partition(child, 'sr.target', p_loop_count := 20);
    END LOOP;
END $$;
SELECT is_empty($$ SELECT FROM partman.part_config WHERE set_root = 'sr.undone' $$, 'the sets below are undone');
SELECT has_table('partman', 'template_sr_undone', 'what the set above needs is still there');
SELECT is((SELECT count(*)::int FROM sr.target), 300, 'their rows are in the target');
SELECT is((SELECT partitions_undone FROM partman.undo_partition('sr.undone', 'sr.target', p_loop_count := 20, p_keep_table := false)), 6, 'then the set above');
SELECT is_empty($$ SELECT FROM partman.part_config WHERE parent_table = 'sr.undone' $$, 'is undone');
SELECT is_empty($$ SELECT FROM partman.part_config_sub WHERE sub_parent = 'sr.undone' $$, 'with its description');
SELECT is((SELECT count(DISTINCT id)::int FROM sr.target), 300, 'no row is lost');

--
-- Rows that are moved into a tree
--
SELECT sr.make('filled');
INSERT INTO sr.filled SELECT n, n FROM generate_series(1000, 1170, 10) n;
SELECT is(partman.partition_data_id('sr.filled', 5), 18::bigint, 'rows of the default');
SELECT is(sr.names('filled_p1000'), 'default p1000 p1050', 'go to partitions of their own');
SELECT is(sr.names('filled_p1100'), 'default p1100 p1150', 'each');
SELECT is_empty($$ SELECT FROM sr.filled_default UNION ALL SELECT FROM sr.filled_p1000_default UNION ALL SELECT FROM sr.filled_p1100_default $$, 'none is in a default');
SELECT is((SELECT count(*)::int FROM partman.part_config WHERE set_root = 'sr.filled' AND parent_table IN ('sr.filled_p1000', 'sr.filled_p1100')), 2, 'in sets');
CREATE TABLE sr.source (LIKE sr.filled);
INSERT INTO sr.source SELECT n, n FROM generate_series(2000, 2199, 25) n;
SELECT is(partman.partition_data_id('sr.filled', 5, p_source_table := 'sr.source'), 8::bigint, 'rows of another table');
SELECT is(sr.names('filled_p2100'), 'default p2100 p2150', 'also');
SELECT is((SELECT count(*)::int FROM sr.filled), 326, 'all are there');
INSERT INTO sr.filled SELECT n, n FROM generate_series(450, 480) n;
SELECT is(sr.names('filled_p400'), 'default p400', 'a set below');
SELECT is(partman.partition_data_id('sr.filled_p400', 5), 31::bigint, 'by itself');
SELECT is(sr.names('filled_p400'), 'default p400 p450', 'within its bounds');

-- Three levels, none with a default partition.
CREATE TABLE sr.strict (id int NOT NULL, k int NOT NULL, at date NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('sr.strict', 'id', '100', p_premake := 1);
SELECT partman.create_sub_parent('sr.strict', 'k', '10', p_declarative_check := 'yes', p_premake := 1, p_default_table := false);
SELECT partman.create_sub_parent(parent_table, 'at', '1 day', p_declarative_check := 'yes', p_premake := 1, p_default_table := false)
FROM partman.part_config WHERE set_root = 'sr.strict' ORDER BY parent_table;
INSERT INTO sr.strict SELECT 1000 + n, 7 * (n % 20), date '2020-01-01' + n % 3 FROM generate_series(0, 199) n;
SELECT is(partman.partition_data_id('sr.strict', 5), 200::bigint, 'rows that no partition is premade for');
SELECT is((SELECT count(*)::int FROM sr.strict), 200, 'are all there');
SELECT is_empty($$ SELECT FROM sr.strict_default $$, 'none in the default');
SELECT has_table('sr', 'strict_p1100_p130_p20200103', 'on the third level');
CREATE TABLE sr.strict_source AS SELECT 2000 + n AS id, 300 + n AS k, date '2020-02-01' + n % 2 AS at FROM generate_series(0, 50) n;
SELECT is(partman.partition_data_id('sr.strict', 5, p_source_table := 'sr.strict_source'), 51::bigint, 'from another table');
SELECT has_table('sr', 'strict_p2000_p350_p20200201', 'too');

-- As the owner, who may do nothing else.
CREATE ROLE regress_sub_mover;
CREATE SCHEMA sr_own AUTHORIZATION regress_sub_mover;
CREATE TABLE sr_own.t (LIKE sr.strict) PARTITION BY RANGE (id);
ALTER TABLE sr_own.t OWNER TO regress_sub_mover;
SELECT partman.create_parent('sr_own.t', 'id', '100', p_premake := 1);
SELECT partman.create_sub_parent('sr_own.t', 'k', '10', p_declarative_check := 'yes', p_premake := 1, p_default_table := false);
INSERT INTO sr_own.t SELECT 1000 + n, n, '2020-01-01' FROM generate_series(0, 50) n;
SELECT is(partman.partition_data_id('sr_own.t', 5), 51::bigint, 'by a superuser for an owner without rights on our schema');
SELECT is((SELECT DISTINCT relowner::regrole::text FROM pg_partition_tree('sr_own.t') JOIN pg_class c ON c.oid = relid), 'regress_sub_mover', 'who owns all of it');
GRANT USAGE ON SCHEMA partman TO regress_sub_mover;
SET LOCAL ROLE regress_sub_mover;
INSERT INTO sr_own.t SELECT 2000 + n, n, '2020-01-01' FROM generate_series(0, 50) n;
SELECT is(partman.partition_data_id('sr_own.t', 5), 51::bigint, 'by the owner');
DELETE FROM sr_own.t;
INSERT INTO sr_own.t VALUES (150, 5, '2020-01-01');
SELECT lives_ok($$ SELECT partman.run_maintenance('sr_own.t') $$, 'maintenance by the owner');
RESET ROLE;
SELECT has_table('sr_own', 't_p200_p0', 'makes all levels');

SELECT * FROM finish();
ROLLBACK;
