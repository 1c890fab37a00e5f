-- The life of sets below sets: rows on the way through both levels, gaps, retention on either level, properties, undo.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;
CREATE SCHEMA attic;
CREATE ROLE regress_dialect_basic;

CREATE FUNCTION parts(set text) RETURNS text[] LANGUAGE sql AS $$ SELECT ARRAY(SELECT partition_tablename FROM partman.show_partitions(set)) $$;

-- Ids below ids.
CREATE TABLE dialect.ids (id bigint NOT NULL, v text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE dialect.target (id bigint, v text);
CREATE TABLE dialect.model (LIKE dialect.ids);
ALTER TABLE dialect.model ADD UNIQUE (v), SET (fillfactor = 66);
GRANT SELECT ON dialect.ids TO regress_dialect_basic;
SELECT partman.create_parent('dialect.ids', 'id', '100', p_template_table := 'dialect.model', p_premake := 2);
SELECT partman.create_sub_parent('dialect.ids', 'id', '10', p_premake := 2, p_declarative_check := 'yes');
UPDATE partman.part_config SET inherit_privileges = true;
SELECT is(parts('dialect.ids'), '{ids_p0,ids_p100,ids_p200}', 'hundreds');
SELECT is(parts('dialect.ids_p0'), '{ids_p0_p0,ids_p0_p10,ids_p0_p20}', 'tens');
SELECT is((SELECT reloptions FROM pg_class WHERE oid = 'dialect.ids_p0_p10'::regclass), '{fillfactor=66}', 'the template reaches the lowest level');
SELECT is((SELECT count(*) FROM pg_index WHERE indrelid = 'dialect.ids_p0_p10'::regclass), 2::bigint, 'its index too');
SELECT col_is_pk('dialect', 'ids_p100_p100', 'id', 'primary key');
INSERT INTO dialect.ids SELECT n, n::text FROM generate_series(0, 29) n;
SELECT partman.run_maintenance();
SELECT is(parts('dialect.ids_p0'), ARRAY(SELECT 'ids_p0_p' || n FROM generate_series(0, 40, 10) n), 'tens ahead of the rows');
INSERT INTO dialect.ids SELECT n, n::text FROM generate_series(30, 49) n;
SELECT partman.run_maintenance();
INSERT INTO dialect.ids SELECT n, n::text FROM generate_series(50, 69) n;
SELECT partman.run_maintenance();
INSERT INTO dialect.ids SELECT n, n::text FROM generate_series(70, 89) n;
SELECT partman.run_maintenance();
INSERT INTO dialect.ids SELECT n, n::text FROM generate_series(90, 105) n;
SELECT partman.run_maintenance();
SELECT is(parts('dialect.ids_p0'), ARRAY(SELECT 'ids_p0_p' || n FROM generate_series(0, 90, 10) n), 'no ten beyond its hundred');
SELECT is(parts('dialect.ids'), ARRAY(SELECT 'ids_p' || n FROM generate_series(0, 300, 100) n), 'one more hundred');
SELECT is(parts('dialect.ids_p100'), ARRAY(SELECT 'ids_p100_p' || n FROM generate_series(100, 120, 10) n), 'tens of the second hundred');
SELECT is(parts('dialect.ids_p300'), '{ids_p300_p300}', 'the newest hundred has its first ten');
SELECT is_empty('SELECT * FROM partman.check_default()', 'every row has its place');
SELECT table_privs_are('dialect', 'ids_p0_p90', 'regress_dialect_basic', '{SELECT}'::name[], 'privileges reach the lowest level');

DROP TABLE dialect.ids_p0_p50, dialect.ids_p0_p60;
SELECT is(partman.partition_gap_fill('dialect.ids_p0'), 2, 'gaps below');
INSERT INTO dialect.ids SELECT n, n::text FROM generate_series(150, 159) n;
SELECT is((SELECT count FROM partman.check_default() WHERE default_table = 'dialect.ids_p100_default'), 10::bigint, 'rows in a default below');
SELECT is(partman.partition_data_id('dialect.ids_p100'), 10::bigint, 'moved below');
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect.ids_p100', 'DESC') LIMIT 1), 'ids_p100_p150', 'to their partition');
INSERT INTO dialect.ids SELECT n, n::text FROM generate_series(1000, 1009) n;
SELECT is((SELECT count FROM partman.check_default() WHERE default_table = 'dialect.ids_default'), 10::bigint, 'rows in the default above');
SELECT is(partman.partition_data_id('dialect.ids'), 10::bigint, 'moved above');
SELECT is((SELECT count(*) FROM dialect.ids_p1000), 10::bigint, 'to their hundred');
SELECT is((SELECT relkind FROM pg_class WHERE oid = 'dialect.ids_p1000'::regclass), 'p'::"char", 'which is partitioned');
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table = 'dialect.ids_p1000'), 1::bigint, 'and managed');
SELECT is(partman.partition_gap_fill('dialect.ids'), 6, 'gaps above');
SELECT is((SELECT array_agg(DISTINCT c.relkind) FROM unnest(parts('dialect.ids')) p JOIN pg_class c ON c.oid = ('dialect.' || p)::regclass), '{p}', 'all hundreds are partitioned');
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'dialect.ids\_p%'), 11::bigint, 'all hundreds are managed');

-- Retention.
SELECT is(partman.drop_partition_id('dialect.ids_p0', 60, p_keep_table := false), 3, 'tens that are 60 behind the newest of their hundred');
SELECT hasnt_table('dialect', 'ids_p0_p20', 'dropped below');
SELECT is(partman.drop_partition_id('dialect.ids', 850, p_keep_table := false), 1, 'a hundred that is 850 behind');
SELECT hasnt_table('dialect'::name, t::name, 'dropped above: ' || t) FROM unnest('{ids_p0,ids_p0_p30,ids_p0_p90,ids_p0_default}'::text[]) t;
SELECT is_empty($$ SELECT 1 FROM partman.part_config WHERE parent_table = 'dialect.ids_p0' $$, 'and forgotten');
SELECT is(partman.drop_partition_id('dialect.ids', 800, p_retention_schema := 'attic'), 1, 'another to the attic');
SELECT is((SELECT relkind FROM pg_class WHERE oid = 'attic.ids_p100'::regclass), 'p'::"char", 'with its tens');
SELECT is_empty($$ SELECT 1 FROM partman.part_config WHERE parent_table IN ('dialect.ids_p100', 'attic.ids_p100') $$, 'and forgotten too');

-- Undo, the lower level first.
SELECT throws_like($$ SELECT partman.undo_partition('dialect.ids', 'dialect.target', 10) $$, 'Child table for this parent has child table(s) itself%', 'the upper level cannot go first');
SELECT lives_ok(format('SELECT partman.undo_partition(%L, ''dialect.target'', 100, p_keep_table := false)', 'dialect.' || p), 'undo ' || p) FROM unnest(parts('dialect.ids')) p;
SELECT is((SELECT count(*) FROM dialect.target), 10::bigint, 'rows of the lower level');
SELECT is((SELECT partitions_undone FROM partman.undo_partition('dialect.ids', 'dialect.target', 100, p_keep_table := false)), 10, 'then the upper level');
SELECT is_empty($$ SELECT parent_table FROM partman.part_config $$, 'nothing is left of the configuration');
SELECT is_empty($$ SELECT sub_parent FROM partman.part_config_sub $$, 'nor of that of the level below');

-- Three levels of time.
CREATE TABLE dialect.years (at timestamptz NOT NULL, v int) PARTITION BY RANGE (at);
SELECT partman.create_parent('dialect.years', 'at', '1 year', p_premake := 1);
SELECT partman.create_sub_parent('dialect.years', 'at', '1 month', p_premake := 2, p_declarative_check := 'yes');
SELECT is((SELECT bool_and(partman.create_sub_parent('dialect.' || p, 'at', '1 day', p_premake := 3, p_declarative_check := 'yes')) FROM unnest(parts('dialect.years')) p), true, 'a third level');
SELECT is(cardinality(parts('dialect.years')), 3, 'years');
SELECT is((SELECT relkind FROM pg_class WHERE oid = to_char(now(), '"dialect.years_p"YYYY"0101_p"YYYYMM"01"')::regclass), 'p'::"char", 'the present month is partitioned');
INSERT INTO dialect.years VALUES (now(), 1);
SELECT is((SELECT tableoid::regclass::text FROM dialect.years), to_char(now(), '"dialect.years_p"YYYY"0101_p"YYYYMM"01_p"YYYYMMDD'), 'a row of today finds its day');
SELECT lives_ok('SELECT partman.run_maintenance()', 'maintained');
SELECT is((SELECT tableoid::regclass::text FROM dialect.years), to_char(now(), '"dialect.years_p"YYYY"0101_p"YYYYMM"01_p"YYYYMMDD'), 'it stays there');
SELECT is((SELECT partition_table FROM partman.show_partition_name('dialect.years', now()::text)), to_char(now(), '"years_p"YYYY"0101"'), 'its year by name');
SELECT is((SELECT partition_table FROM partman.show_partition_name(to_char(now(), '"dialect.years_p"YYYY"0101"'), now()::text)), to_char(now(), '"years_p"YYYY"0101_p"YYYYMM"01"'), 'its month by name');
INSERT INTO dialect.years VALUES (date_trunc('year', now()) + interval '1 year 5 days', 2);
SELECT lives_ok('SELECT partman.run_maintenance()', 'a row of the next year');
SELECT is(cardinality(parts('dialect.years')), 4, 'one more year');
SELECT is((SELECT count(*) FROM partman.part_config_sub WHERE sub_parent LIKE 'dialect.years%'), 5::bigint, 'the new year has a description of its months');
SELECT is((SELECT count(DISTINCT (s.sub_control, s.sub_partition_interval, s.sub_premake)) FROM partman.part_config_sub s WHERE sub_parent LIKE 'dialect.years\_p%'), 1::bigint, 'equal to its siblings''');

SELECT * FROM finish();
ROLLBACK;
