-- Runs over many sets: which ones a call takes, in which order, and what a failing one does to the others.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;

CREATE FUNCTION make(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id bigint NOT NULL, at timestamptz NOT NULL DEFAULT now()) PARTITION BY RANGE (id)', name);
    PERFORM partman.create_parent('dialect.' || name, 'id', '10', p_premake := 2);
    EXECUTE format('INSERT INTO dialect.%I VALUES (25)', name);
END $$;
CREATE FUNCTION newest(name text) RETURNS text LANGUAGE sql AS $$ SELECT partition_tablename FROM partman.show_partitions('dialect.' || name, 'DESC') LIMIT 1 $$;
CREATE FUNCTION last_run(name text) RETURNS timestamptz LANGUAGE sql AS $$ SELECT maintenance_last_run FROM partman.part_config WHERE parent_table = 'dialect.' || name $$;

SELECT make(n) FROM unnest('{on,off,undone,full,moving,named}'::text[]) n;
SELECT is(last_run('on'), NULL, 'no run yet');
UPDATE partman.part_config SET automatic_maintenance = 'off' WHERE parent_table IN ('dialect.off', 'dialect.named');
UPDATE partman.part_config SET undo_in_progress = true WHERE parent_table = 'dialect.undone';
UPDATE partman.part_config SET sub_partition_set_full = true WHERE parent_table = 'dialect.full';
UPDATE partman.part_config SET async_partitioning_in_progress = '100' WHERE parent_table = 'dialect.moving';
SELECT lives_ok('SELECT partman.run_maintenance()', 'a run over all');
SELECT is(newest('on'), 'on_p40', 'on: taken');
SELECT is(newest('off'), 'off_p20', 'off: left out');
SELECT is(newest('undone'), 'undone_p20', 'being undone: left out');
SELECT is(newest('full'), 'full_p20', 'full: left out');
SELECT is(newest('moving'), 'moving_p20', 'being moved: left out');
SELECT isnt(last_run('on'), NULL, 'on: the run is noted');
SELECT isnt(last_run('full'), NULL, 'full: the run is noted');
SELECT is(last_run(n), NULL, n || ': no run is noted') FROM unnest('{off,undone}'::text[]) n;
SELECT lives_ok($$ SELECT partman.run_maintenance('dialect.named') $$, 'a run that names a set');
SELECT is(newest('named'), 'named_p40', 'off but named: taken');
SELECT isnt(last_run('named'), NULL, 'off but named: the run is noted');
SELECT is(newest('off'), 'off_p20', 'off: not taken by a run for another');
SELECT partman.run_maintenance('dialect.undone');
SELECT is(newest('undone'), 'undone_p20', 'being undone: left out even if named');
SELECT partman.run_maintenance(p_parent_table := 'dialect.off', p_analyze := true, p_jobmon := false);
SELECT is(newest('off'), 'off_p40', 'all arguments by name');
SELECT is((SELECT pg_typeof(partman.run_maintenance('dialect.on'))::text), 'void', 'nothing is returned');
UPDATE partman.part_config SET automatic_maintenance = 'on', undo_in_progress = false, sub_partition_set_full = false, async_partitioning_in_progress = NULL;
SELECT partman.run_maintenance();
SELECT is(newest(n), n || '_p40', n || ': taken in the end') FROM unnest('{on,off,undone,full,moving,named}'::text[]) n;

-- One that fails.
SELECT make('broken');
SELECT make('zebra');
CREATE TABLE dialect.in_the_way (LIKE dialect.broken);
ALTER TABLE dialect.broken ADD CHECK (id < 1000);
INSERT INTO dialect.broken_default VALUES (35);
UPDATE partman.part_config SET maintenance_last_run = NULL, default_rows = 'skip_range' WHERE parent_table IN ('dialect.broken', 'dialect.zebra');
SELECT lives_ok('SELECT partman.run_maintenance()', 'a row in a default does not stop the run');
SELECT is(newest('zebra'), 'zebra_p40', 'sets after it are taken');
SELECT isnt(last_run('zebra'), NULL, 'their run is noted');
SELECT hasnt_table('dialect', 'broken_p30', 'what collides is not made');

-- A set that is gone.
SELECT make('dropped');
SELECT make('last');
DROP TABLE dialect.dropped;
SELECT lives_ok('SELECT partman.run_maintenance()', 'a dropped table does not stop the run');
SELECT is(newest('last'), 'last_p40', 'sets after it are taken');

-- A range that is in the way of the grid, and tables that hold the name of a partition.
SELECT make('odd');
CREATE TABLE dialect.odd_rest PARTITION OF dialect.odd FOR VALUES FROM (33) TO (38);
SELECT lives_ok('SELECT partman.run_maintenance()', 'a partition off the grid does not stop the run');

-- With ANALYZE.
SELECT make('analyzed');
INSERT INTO dialect.analyzed SELECT 1 FROM generate_series(1, 100);
SELECT partman.run_maintenance('dialect.analyzed', true);
SELECT is((SELECT reltuples FROM pg_class WHERE oid = 'dialect.analyzed'::regclass), 101::real, 'analyzed when a partition was made');
SELECT make('plain');
INSERT INTO dialect.plain SELECT 1 FROM generate_series(1, 100);
SELECT partman.run_maintenance('dialect.plain');
SELECT is((SELECT reltuples FROM pg_class WHERE oid = 'dialect.plain'::regclass), (-1)::real, 'not analyzed unless asked');

SELECT * FROM finish();
ROLLBACK;
