-- The life of sets by id from the first row to the last partition: rows, maintenance, premake, gaps, retention and undo.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
CREATE SCHEMA dialect;
CREATE SCHEMA attic;

CREATE FUNCTION names(set text, lows bigint[]) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(set || '_p' || l ORDER BY l) FROM unnest(lows) l
$$;
CREATE FUNCTION lows(step bigint, low int, high int) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(step * n ORDER BY n) FROM generate_series(low, high) n
$$;

CREATE FUNCTION check_life(number int, kind text, step bigint, offset_id bigint) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'Life ' || number;
    parent text := 'dialect.' || name;
    about text := format('%s by %s from %s: ', kind, step, offset_id);
    undone record;
    total bigint;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id %s PRIMARY KEY, v text DEFAULT ''x'', n serial)', name || ' old', kind);
    EXECUTE format('CREATE TABLE dialect.%I (LIKE dialect.%I INCLUDING ALL) PARTITION BY RANGE (id)', name, name || ' old');
    RETURN NEXT ok(partman.create_parent(parent, 'id', step::text, p_offset_id := offset_id), about || 'made');
    UPDATE partman.part_config SET infinite_time_partitions = false WHERE parent_table = parent;
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, ARRAY(SELECT offset_id + l FROM unnest(lows(step, 0, 4)) l)),
        about || 'four ahead');
    PERFORM partman.run_maintenance(parent);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, ARRAY(SELECT offset_id + l FROM unnest(lows(step, 0, 4)) l)),
        about || 'without rows nothing is added');

    EXECUTE format('INSERT INTO dialect.%I SELECT n + $1 FROM generate_series(0, $2 * 2 - 1) n', name) USING offset_id, step;
    PERFORM partman.run_maintenance(parent);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, ARRAY(SELECT offset_id + l FROM unnest(lows(step, 0, 5)) l)),
        about || 'four ahead of the newest row');
    EXECUTE format('INSERT INTO dialect.%I SELECT n + $1 FROM generate_series($2 * 5, $2 * 6 - 1) n', name) USING offset_id, step;
    PERFORM partman.run_maintenance();
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, ARRAY(SELECT offset_id + l FROM unnest(lows(step, 0, 9)) l)),
        about || 'four ahead of the newest row again');
    UPDATE partman.part_config SET premake = 6 WHERE parent_table = parent;
    PERFORM partman.run_maintenance(parent, p_analyze := true);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, ARRAY(SELECT offset_id + l FROM unnest(lows(step, 0, 11)) l)),
        about || 'a larger premake');
    RETURN NEXT is((SELECT count(*) FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indrelid WHERE h.inhparent = format('dialect.%I', name)::regclass AND i.indisprimary),
        13::bigint, about || 'a primary key on each');
    RETURN NEXT is_empty(format('SELECT 1 FROM dialect.%I', name || '_default'), about || 'default is empty');

    EXECUTE format('DROP TABLE dialect.%I, dialect.%I', name || '_p' || offset_id + step * 11, name || '_p' || offset_id + step * 10);
    PERFORM partman.run_maintenance(parent);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, ARRAY(SELECT offset_id + l FROM unnest(lows(step, 0, 11)) l)),
        about || 'made again');
    EXECUTE format('DROP TABLE dialect.%I, dialect.%I, dialect.%I', name || '_p' || offset_id + step * 2, name || '_p' || offset_id + step * 3, name || '_p' || offset_id + step * 7);
    RETURN NEXT is(partman.partition_gap_fill(parent), 3, about || 'three were missing');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, ARRAY(SELECT offset_id + l FROM unnest(lows(step, 0, 11)) l)),
        about || 'gaps are filled');

    UPDATE partman.part_config SET retention = (step * 5)::text, retention_keep_table = false WHERE parent_table = parent;
    PERFORM partman.run_maintenance(parent);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, ARRAY(SELECT offset_id + l FROM unnest(lows(step, 0, 11)) l)),
        about || 'the newest row is not far enough');
    RETURN NEXT is(partman.drop_partition_id(parent, step * 4), 1, about || 'one is behind');
    RETURN NEXT hasnt_table('dialect'::name, (name || '_p' || offset_id)::name, about || 'it is dropped');
    UPDATE partman.part_config SET retention = (step * 3)::text, retention_keep_table = true, retention_schema = 'attic' WHERE parent_table = parent;
    PERFORM partman.run_maintenance(parent);
    RETURN NEXT has_table('attic'::name, (name || '_p' || offset_id + step)::name, about || 'one more to the attic');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, ARRAY(SELECT offset_id + l FROM unnest(lows(step, 2, 11)) l)),
        about || 'partitions left');

    SELECT * INTO undone FROM partman.undo_partition(parent, parent || ' old', p_loop_count := 20, p_keep_table := true);
    RETURN NEXT is((undone.partitions_undone, undone.rows_undone)::text, (11, step)::text, about || 'undone');
    EXECUTE format('SELECT count(*) FROM dialect.%I', name || ' old') INTO total;
    RETURN NEXT is(total, step, about || 'rows in the target');
    RETURN QUERY SELECT has_table('dialect'::name, (name || '_p' || offset_id + step * n)::name, about || 'kept: ' || n) FROM generate_series(2, 11) n;
    RETURN NEXT is_empty(format('SELECT 1 FROM partman.part_config WHERE parent_table = %L', parent), about || 'no configuration is left');
    RETURN NEXT hasnt_table('partman'::name, ('template_dialect_' || name)::name, about || 'no template is left');
END $$;

SELECT check_life((row_number() OVER ())::int, k.kind, s.step, s.start)
FROM (VALUES ('smallint'), ('int'), ('bigint'), ('numeric')) k (kind), (VALUES (10, 0), (100, 0), (10, 5), (2, 0), (7, 3)) s (step, start);

SELECT * FROM finish();
ROLLBACK;
