-- Undo: how many rows and partitions each call counts, what stays of the partitions, and what it refuses.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;

CREATE FUNCTION make(name text, rows int, default_rows int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id bigint NOT NULL, v text DEFAULT ''v'') PARTITION BY RANGE (id)', name);
    EXECUTE format('CREATE TABLE dialect.%I (id bigint, v text)', name || '_target');
    PERFORM partman.create_parent('dialect.' || name, 'id', '10');
    EXECUTE format('INSERT INTO dialect.%I SELECT generate_series(0, $1 - 1)', name) USING rows;
    EXECUTE format('INSERT INTO dialect.%I SELECT generate_series(1000, 999 + $1)', name) USING default_rows;
END $$;
CREATE FUNCTION target_rows(name text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM dialect.%I', name || '_target') INTO n;
    RETURN n;
END $$;

-- The default first, then upwards; empty partitions on the way are not counted as batches.
SELECT make('steps', 25, 10);
SELECT is((SELECT rows_undone FROM partman.undo_partition('dialect.steps', 'dialect.steps_target')), 10::bigint, 'one batch unless asked otherwise: the default');
SELECT is((SELECT array_agg(id ORDER BY id) FROM dialect.steps_target), ARRAY(SELECT generate_series(1000, 1009)::bigint), 'the rows of the default');
SELECT is((SELECT undo_in_progress FROM partman.part_config WHERE parent_table = 'dialect.steps'), true, 'in progress');
SELECT is((SELECT rows_undone FROM partman.undo_partition('dialect.steps', 'dialect.steps_target', p_loop_count := 1)), 10::bigint, 'the oldest');
SELECT is((SELECT array_agg(id ORDER BY id) FROM dialect.steps_target WHERE id < 1000), ARRAY(SELECT generate_series(0, 9)::bigint), 'the rows of the oldest');
SELECT lives_ok($$ SELECT partman.run_maintenance() $$, 'maintenance beside it');
SELECT hasnt_table('dialect', 'steps_p50', 'maintenance makes nothing while it is undone');
SELECT is((SELECT rows_undone FROM partman.undo_partition('dialect.steps', 'dialect.steps_target', 10, p_keep_table := true)), 15::bigint, 'the rest');
SELECT has_table('dialect'::name, ('steps_p' || n)::name, 'kept: ' || n) FROM generate_series(0, 40, 10) n;
SELECT has_table('dialect', 'steps_default', 'kept: default');
SELECT is((SELECT count(*) FROM pg_inherits WHERE inhparent = 'dialect.steps'::regclass), 0::bigint, 'nothing attached');
SELECT is_empty('SELECT * FROM dialect.steps', 'the parent is empty');
SELECT is_empty($$ SELECT 1 FROM partman.part_config WHERE parent_table = 'dialect.steps' $$, 'forgotten');
SELECT has_table('dialect', 'steps', 'the parent stays');
SELECT is((SELECT count(*) FROM dialect.steps_target), 35::bigint, 'all rows');

-- All at once, dropping.
SELECT make('at_once', 50, 0);
SELECT results_eq($$ SELECT * FROM partman.undo_partition('dialect.at_once', 'dialect.at_once_target', 20, p_keep_table := false) $$, 'VALUES (6, 50::bigint)', 'six partitions, fifty rows');
SELECT hasnt_table('dialect'::name, ('at_once_p' || n)::name, 'dropped: ' || n) FROM generate_series(0, 40, 10) n;
SELECT hasnt_table('dialect', 'at_once_default', 'dropped: default');
SELECT hasnt_table('partman', 'template_dialect_at_once', 'dropped: template');

-- Smaller batches.
SELECT make('smaller', 10, 0);
SELECT is(rows_undone, 6::bigint, 'a batch reaches one interval beyond the first row') FROM partman.undo_partition('dialect.smaller', 'dialect.smaller_target', 1, '5');
SELECT is(rows_undone, 4::bigint, 'the rest') FROM partman.undo_partition('dialect.smaller', 'dialect.smaller_target', 10, '5');
SELECT is(target_rows('smaller'), 10::bigint, 'both halves');
SELECT is_empty($$ SELECT 1 FROM partman.part_config WHERE parent_table = 'dialect.smaller' $$, 'undone in halves');

-- Without rows.
SELECT make('empty', 0, 0);
SELECT results_eq($$ SELECT * FROM partman.undo_partition('dialect.empty', 'dialect.empty_target') $$, 'VALUES (6, 0::bigint)', 'empty partitions go at once');

-- By name of column, whatever the order, and leaving some out.
CREATE TABLE dialect.columns (gone int, id int NOT NULL, a text, n int GENERATED ALWAYS AS IDENTITY, "B c" text DEFAULT 'b') PARTITION BY RANGE (id);
CREATE TABLE dialect.columns_target ("B c" text, n int GENERATED ALWAYS AS IDENTITY, a text, id int);
ALTER TABLE dialect.columns DROP gone;
SELECT partman.create_parent('dialect.columns', 'id', '10');
INSERT INTO dialect.columns (id, a) VALUES (1, 'x'), (11, 'y');
SELECT is((SELECT rows_undone FROM partman.undo_partition('dialect.columns', 'dialect.columns_target', 10, p_ignored_columns := '{n}')), 2::bigint, 'columns in another order');
SELECT results_eq('SELECT id, a, "B c" FROM dialect.columns_target ORDER BY id', $$ VALUES (1, 'x', 'b'), (11, 'y', 'b') $$, 'each value in its column');

-- Views on partitions.
SELECT make('viewed', 10, 0);
CREATE VIEW dialect.on_it AS SELECT * FROM dialect.viewed_p0;
SELECT throws_ok($$ SELECT * FROM partman.undo_partition('dialect.viewed', 'dialect.viewed_target', 10, p_keep_table := false) $$, '2BP01', NULL, 'a view is in the way');
SELECT lives_ok($$ SELECT * FROM partman.undo_partition('dialect.viewed', 'dialect.viewed_target', 10, p_keep_table := false, p_drop_cascade := true) $$, 'unless it may go');
SELECT hasnt_view('dialect', 'on_it', 'it is gone');

-- A template that others use stays.
SELECT make('one', 10, 0);
CREATE TABLE dialect.two (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('dialect.two', 'id', '10', p_template_table := 'partman.template_dialect_one');
SELECT partman.undo_partition('dialect.one', 'dialect.one_target', 10);
SELECT has_table('partman', 'template_dialect_one', 'template of two sets');
SELECT is((SELECT template_table FROM partman.part_config WHERE parent_table = 'dialect.two'), 'partman.template_dialect_one', 'the other set still has it');

-- Sets by time, dates and numerics.
CREATE TABLE dialect.days (at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE dialect.days_target (at date);
SELECT partman.create_parent('dialect.days', 'at', '1 day');
INSERT INTO dialect.days SELECT current_date + n FROM generate_series(-4, 4) n;
INSERT INTO dialect.days SELECT current_date + 100;
SELECT is((SELECT rows_undone FROM partman.undo_partition('dialect.days', 'dialect.days_target', 3)), 3::bigint, 'three batches of days');
SELECT is((SELECT count(*) FROM partman.show_partitions('dialect.days', p_include_default := true)), 7::bigint, 'default and two days are gone');
SELECT results_eq($$ SELECT * FROM partman.undo_partition('dialect.days', 'dialect.days_target', 100, p_keep_table := false) $$, 'VALUES (7, 7::bigint)', 'the others');
SELECT hasnt_table('dialect'::name, ('days_p' || to_char(now() + n * interval '1 day', 'YYYYMMDD'))::name, 'dropped: day ' || n) FROM generate_series(-2, 4) n;

-- What it refuses.
SELECT make('refused', 10, 0);
SELECT throws_ok($$ SELECT * FROM partman.undo_partition('dialect.refused', 'dialect.refused') $$, NULL, NULL, 'the target is the set');
SELECT throws_ok($$ SELECT * FROM partman.undo_partition('dialect.refused', 'dialect.nowhere') $$, NULL, NULL, 'no such target');
SELECT throws_like($$ SELECT * FROM partman.undo_partition('dialect.refused', NULL) $$, 'The p_target_table option must be set when undoing a partitioned table%', 'no target');
SELECT throws_ok($$ SELECT * FROM partman.undo_partition('dialect.refused_target', 'dialect.refused') $$, NULL, NULL, 'not managed');
SELECT is((SELECT count(*) FROM dialect.refused), 10::bigint, 'no row has moved');
SELECT is((SELECT undo_in_progress FROM partman.part_config WHERE parent_table = 'dialect.refused'), false, 'nothing has begun');

SELECT * FROM finish();
ROLLBACK;
