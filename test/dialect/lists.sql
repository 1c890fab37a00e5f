-- LIST sets: one number each.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
CREATE SCHEMA dialect;
CREATE SCHEMA attic;

CREATE FUNCTION names(set text, low int, high int) RETURNS text[] LANGUAGE sql AS $$ SELECT ARRAY(SELECT set || '_p' || n FROM generate_series(low, high) n) $$;

CREATE FUNCTION check_life(number int, kind text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'list_' || number;
    parent text := 'dialect.' || name;
    about text := kind || ': ';
    landed text[];
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id %s NOT NULL, v text) PARTITION BY LIST (id)', name, kind);
    EXECUTE format('CREATE TABLE dialect.%I (id %s, v text)', name || '_target', kind);
    RETURN NEXT ok(partman.create_parent(parent, 'id', '1', 'list'), about || 'made');
    RETURN NEXT is((SELECT (c.partition_type, c.partition_interval, c.premake, c.datetime_string)::text FROM partman.part_config c WHERE parent_table = parent),
        ('list'::text, '1'::text, 4, NULL::text)::text, about || 'configuration');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, 0, 4), about || 'partitions');
    RETURN NEXT has_table('dialect'::name, (name || '_default')::name, about || 'default');
    RETURN QUERY SELECT is((SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = format('dialect.%I', name || '_p' || n)::regclass),
        format(CASE kind WHEN 'int' THEN 'FOR VALUES IN (%s)' ELSE 'FOR VALUES IN (''%s'')' END, n), about || 'bound of ' || n) FROM generate_series(0, 4) n;

    EXECUTE format('WITH put AS (INSERT INTO dialect.%I SELECT generate_series(0, 3) RETURNING tableoid::regclass::text)
        SELECT array_agg(tableoid ORDER BY tableoid) FROM put', name) INTO landed;
    RETURN NEXT is(landed, ARRAY(SELECT 'dialect.' || u FROM unnest(names(name, 0, 3)) u), about || 'each row in its partition');
    UPDATE partman.part_config SET infinite_time_partitions = false WHERE parent_table = parent;
    PERFORM partman.run_maintenance(parent);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, 0, 7), about || 'four ahead of the newest row');
    EXECUTE format('INSERT INTO dialect.%I SELECT generate_series(8, 10)', name);
    RETURN NEXT is((SELECT count FROM partman.check_default() WHERE default_table = 'dialect.' || name || '_default'), 3::bigint, about || 'rows in the default');
    RETURN NEXT is(partman.partition_data_id(parent, 2), 2::bigint, about || 'two batches');
    RETURN NEXT is(partman.partition_data_id(parent, 2), 1::bigint, about || 'the rest');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, 0, 10), about || 'partitions for moved rows');
    EXECUTE format('DROP TABLE dialect.%I, dialect.%I', name || '_p5', name || '_p6');
    RETURN NEXT is(partman.partition_gap_fill(parent), 2, about || 'two were missing');
    RETURN NEXT is(partman.create_partition_id(parent, '{20,21}'), true, about || 'two by hand');
    RETURN NEXT has_table('dialect'::name, (name || '_p' || 21)::name, about || 'made by hand');
    RETURN NEXT is(partman.create_partition_id(parent, '{20}'), false, about || 'not twice');
    RETURN NEXT is(partman.partition_gap_fill(parent), 9, about || 'nine between');
    RETURN NEXT is(partman.drop_partition_id(parent, 8, p_keep_table := false), 2, about || 'two are behind');
    RETURN NEXT is(partman.drop_partition_id(parent, 7, p_retention_schema := 'attic'), 1, about || 'one more');
    RETURN NEXT has_table('attic'::name, (name || '_p2')::name, about || 'in the attic');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, 3, 21), about || 'partitions left');
    RETURN NEXT is((SELECT (u.partitions_undone, u.rows_undone)::text FROM partman.undo_partition(parent, parent || '_target', 100, p_keep_table := false) u), '(20,4)', about || 'undone');
END $$;
SELECT check_life(1, 'int');
SELECT check_life(2, 'bigint');
SELECT check_life(3, 'smallint');

-- Other starts.
CREATE FUNCTION check_start(number int, call text, low int, high int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'start_' || number;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id int NOT NULL) PARTITION BY LIST (id)', name);
    EXECUTE format('SELECT partman.create_parent(%L, ''id'', ''1'', ''list''%s)', 'dialect.' || name, call);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.' || name)), names(name, low, high), 'partitions' || call);
END $$;
SELECT check_start((row_number() OVER ())::int, c.call, c.low, c.high)
FROM (VALUES (', p_premake := 1', 0, 1), (', p_premake := 20', 0, 20), (', p_start_partition := ''7''', 7, 11), (', p_start_partition := ''-3''', -3, 1), (', p_default_table := false', 0, 4)) c (call, low, high);

SELECT * FROM finish();
ROLLBACK;
