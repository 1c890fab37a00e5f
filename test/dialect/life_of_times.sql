-- The life of sets by time from the first row to the last partition: rows ahead, maintenance, premake, retention and undo, each
-- step by the names of all partitions.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;
CREATE SCHEMA attic;

-- Names of the partitions from one number of intervals beside the present one to another.
CREATE FUNCTION names(set text, step interval, trunc_to text, pattern text, low int, high int) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(set || '_p' || to_char(date_trunc(trunc_to, now()) + step * n, pattern) ORDER BY n) FROM generate_series(low, high) n
$$;

CREATE FUNCTION check_life(number int, step interval, trunc_to text, pattern text, clock boolean) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'life_' || number;
    parent text := 'dialect.' || name;
    about text := format('%s, %s: ', step, CASE WHEN clock THEN 'by the clock' ELSE 'by the rows' END);
    present timestamptz := date_trunc(trunc_to, now());
    undone record;
    total bigint;
    last timestamptz;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id int GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL DEFAULT now(), v text, PRIMARY KEY (at))', name || '_old');
    EXECUTE format('CREATE TABLE dialect.%I (LIKE dialect.%I INCLUDING ALL) PARTITION BY RANGE (at)', name, name || '_old');
    RETURN NEXT ok(partman.create_parent(parent, 'at', step::text, p_date_trunc_interval := trunc_to), about || 'made');
    UPDATE partman.part_config SET infinite_time_partitions = clock, retention_keep_table = true WHERE parent_table = parent;
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 4), about || 'four on each side');
    RETURN NEXT is((SELECT count(*) FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indrelid WHERE h.inhparent = parent::regclass AND i.indisprimary), 10::bigint,
        about || 'a primary key on each');

    PERFORM partman.run_maintenance(parent);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 4), about || 'nothing to add');
    RETURN NEXT isnt((SELECT maintenance_last_run FROM partman.part_config WHERE parent_table = parent), NULL, about || 'the run is noted');

    EXECUTE format('INSERT INTO dialect.%I (at, v) SELECT $1 + $2 * (n / 10.0), ''a'' FROM generate_series(0, 19) n', name) USING present, step;
    PERFORM partman.run_maintenance(parent);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 5), about || 'rows one ahead');
    EXECUTE format('INSERT INTO dialect.%I (at, v) SELECT $1 + $2 * (n / 10.0), ''b'' FROM generate_series(30, 39) n', name) USING present, step;
    PERFORM partman.run_maintenance();
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 7), about || 'rows three ahead');
    RETURN NEXT is_empty(format('SELECT 1 FROM dialect.%I', name || '_default'), about || 'default is empty');

    UPDATE partman.part_config SET premake = 6 WHERE parent_table = parent;
    PERFORM partman.run_maintenance(parent, p_analyze := true);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 9), about || 'a larger premake');
    UPDATE partman.part_config SET premake = 2 WHERE parent_table = parent;
    PERFORM partman.run_maintenance(parent, p_jobmon := false);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 9), about || 'a smaller premake removes nothing');

    -- Partitions that were dropped at the end are made again.
    UPDATE partman.part_config SET premake = 6 WHERE parent_table = parent;
    EXECUTE format('DROP TABLE dialect.%I', (names(name, step, trunc_to, pattern, 9, 9))[1]);
    EXECUTE format('DROP TABLE dialect.%I', (names(name, step, trunc_to, pattern, 8, 8))[1]);
    PERFORM partman.run_maintenance(parent);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 9), about || 'made again');
    -- Within the set it is gap filling that does so.
    EXECUTE format('DROP TABLE dialect.%I', (names(name, step, trunc_to, pattern, -2, -2))[1]);
    EXECUTE format('DROP TABLE dialect.%I', (names(name, step, trunc_to, pattern, -3, -3))[1]);
    RETURN NEXT is(partman.partition_gap_fill(parent), 2, about || 'two were missing');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 9), about || 'gaps are filled');
    RETURN NEXT is(partman.partition_gap_fill(parent), 0, about || 'no gap is left');

    -- Retention, by argument and by configuration.
    RETURN NEXT is(partman.drop_partition_time(parent, step * 3, p_keep_table := false, p_reference_timestamp := present + interval '1 microsecond'), 1, about || 'one is older');
    RETURN NEXT hasnt_table('dialect'::name, (names(name, step, trunc_to, pattern, -4, -4))[1]::name, about || 'the oldest is dropped');
    UPDATE partman.part_config SET retention = (step * 2)::text WHERE parent_table = parent;
    RETURN NEXT is(partman.drop_partition_time(parent, p_reference_timestamp := present + interval '1 microsecond'), 1, about || 'one more by configuration');
    RETURN NEXT has_table('dialect'::name, (names(name, step, trunc_to, pattern, -3, -3))[1]::name, about || 'it is kept');
    RETURN NEXT is(partman.drop_partition_time(parent, step, p_retention_schema := 'attic', p_reference_timestamp := present + interval '1 microsecond'), 1, about || 'one more to the attic');
    RETURN NEXT has_table('attic'::name, (names(name, step, trunc_to, pattern, -2, -2))[1]::name, about || 'it is in the attic');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -1, 9), about || 'partitions left');

    EXECUTE format('SELECT count(*) FROM dialect.%I', name) INTO total;
    RETURN NEXT is(total, 30::bigint, about || 'all rows are there');
    SELECT * INTO undone FROM partman.undo_partition(parent, parent || '_old', p_loop_count := 2, p_keep_table := false, p_ignored_columns := '{id}');
    RETURN NEXT is(undone.rows_undone, 20::bigint, about || 'two batches undone');
    RETURN NEXT is((SELECT undo_in_progress FROM partman.part_config WHERE parent_table = parent), true, about || 'undo is noted');
    SELECT * INTO undone FROM partman.undo_partition(parent, parent || '_old', 20, p_keep_table := false, p_ignored_columns := '{id}');
    RETURN NEXT is(undone.rows_undone, 10::bigint, about || 'the rest undone');
    EXECUTE format('SELECT count(*) FROM dialect.%I', name || '_old') INTO total;
    RETURN NEXT is(total, 30::bigint, about || 'all rows are in the target');
    RETURN NEXT is((SELECT count(*) FROM pg_inherits WHERE inhparent = parent::regclass), 0::bigint, about || 'no partition is left');
    RETURN NEXT is_empty(format('SELECT 1 FROM partman.part_config WHERE parent_table = %L', parent), about || 'no configuration is left');
    RETURN NEXT hasnt_table('partman'::name, ('template_dialect_' || name)::name, about || 'no template is left');
    RETURN NEXT is_empty(format('SELECT 1 FROM pg_class WHERE relnamespace = ''dialect''::regnamespace AND relkind = ''r'' AND relname LIKE %L AND relname <> %L',
        name || '\_p%', (names(name, step, trunc_to, pattern, -3, -3))[1]), about || 'partitions are dropped');
END $$;

SELECT check_life((row_number() OVER ())::int, i.step, i.trunc_to, i.pattern, c.clock)
FROM (VALUES ('1 day'::interval, 'day', 'YYYYMMDD'), ('1 week', 'week', 'YYYYMMDD'), ('1 month', 'month', 'YYYYMMDD'), ('1 hour', 'hour', 'YYYYMMDD_HH24MISS'),
        ('3 months', 'quarter', 'YYYYMMDD'), ('1 year', 'year', 'YYYYMMDD'), ('1 minute', 'minute', 'YYYYMMDD_HH24MISS')) i (step, trunc_to, pattern), (VALUES (true), (false)) c (clock);

-- Rows follow the partitions, and partitions the rows, further and further ahead.
CREATE FUNCTION check_chase(number int, kind text, step interval, pattern text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'chase_' || number;
    trunc_to text := CASE step WHEN '1 month' THEN 'month' WHEN '1 hour' THEN 'hour' ELSE 'day' END;
    ahead int;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (at %s NOT NULL) PARTITION BY RANGE (at)', name, kind);
    PERFORM partman.create_parent('dialect.' || name, 'at', step::text);
    FOR ahead IN SELECT generate_series(4, 40, 4) LOOP
        EXECUTE format('INSERT INTO dialect.%I VALUES ($1)', name) USING date_trunc(trunc_to, now()) + step * ahead;
        PERFORM partman.run_maintenance();
        RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.' || name)), names(name, step, trunc_to, pattern, -4, ahead + 4),
            format('%s %s, rows %s ahead', kind, step, ahead));
    END LOOP;
    RETURN NEXT is_empty(format('SELECT 1 FROM dialect.%I', name || '_default'), format('%s %s, default is empty', kind, step));
END $$;
SELECT check_chase(1, 'timestamptz', '1 day', 'YYYYMMDD');
SELECT check_chase(2, 'date', '1 month', 'YYYYMMDD');
SELECT check_chase(3, 'timestamp', '1 hour', 'YYYYMMDD_HH24MISS');

SELECT * FROM finish();
ROLLBACK;
