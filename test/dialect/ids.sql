-- Sets by id: every partition by name and both of its ends, for each type of column, interval and start.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
CREATE SCHEMA dialect;

CREATE FUNCTION check_set(kind text, step bigint, premake int, start bigint, highest bigint, number int) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
    name text := 'ids_' || number;
    parent text := 'dialect.' || name;
    about text := format('%s by %s from %s, highest %s: ', kind, step, coalesce(start::text, 'the data'), coalesce(highest::text, 'none'));
    first bigint := coalesce(start, highest, 0) - coalesce(start, highest, 0) % step;
    wanted bigint[];
    low bigint;
    landed text[];
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id %s NOT NULL, v text) PARTITION BY RANGE (id)', name, kind);
    IF highest IS NOT NULL THEN
        EXECUTE format('CREATE TABLE dialect.%I PARTITION OF dialect.%I FOR VALUES FROM (%s) TO (%s)', name || '_p' || first, name,
            first, first + step);
        EXECUTE format('INSERT INTO dialect.%I VALUES (%s)', name, highest);
    END IF;
    RETURN NEXT ok(partman.create_parent(parent, 'id', step::text, p_premake := premake, p_start_partition := start::text),
        about || 'create_parent returns true');
    wanted := ARRAY(SELECT first + step * n FROM generate_series(CASE WHEN start IS NULL THEN -premake ELSE 0 END, premake) n
                    WHERE n >= 0 OR first + step * n > 0 ORDER BY n);
    FOREACH low IN ARRAY wanted LOOP
        RETURN NEXT has_table('dialect'::name, (name || '_p' || low)::name, about || 'partition from ' || low);
        EXECUTE format($q$ WITH put AS (INSERT INTO dialect.%I VALUES (%s), (%s) RETURNING tableoid)
            SELECT array_agg(c.relname) FROM put JOIN pg_class c ON c.oid = put.tableoid $q$, name, low, low + step - 1) INTO landed;
        RETURN NEXT is(landed, array_fill(name || '_p' || low, ARRAY[2]), about || 'both ends from ' || low);
        RETURN NEXT is((SELECT ARRAY[i.child_start_id, i.child_end_id] FROM partman.show_partition_info('dialect.' || name || '_p' || low) i),
            ARRAY[low, low + step], about || 'bounds shown from ' || low);
        RETURN NEXT is((SELECT (n.partition_table, n.suffix_id, n.table_exists)::text
                        FROM partman.show_partition_name(parent, (low + step / 2)::text) n),
            (name || '_p' || low, low, true)::text, about || 'name of a value from ' || low);
    END LOOP;
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)),
        ARRAY(SELECT name || '_p' || w FROM unnest(wanted) w), about || 'these partitions in this order and no other');
    RETURN NEXT is_empty(format('SELECT 1 FROM dialect.%I', name || '_default'), about || 'nothing in the default');
    RETURN NEXT has_table('partman'::name, ('template_dialect_' || name)::name, about || 'template');
    RETURN NEXT is((SELECT (c.control, c.partition_interval, c.partition_type, c.premake, c.epoch, c.datetime_string, c.retention)::text
                    FROM partman.part_config c WHERE c.parent_table = parent),
        ('id'::text, step::text, 'range'::text, premake, 'none'::text, NULL::text, NULL::text)::text, about || 'row of part_config');
END $$;

SELECT check_set(k.kind, s.step, s.premake, s.start, s.highest, (row_number() OVER ())::int)
FROM (VALUES ('smallint'), ('int'), ('bigint'), ('numeric')) k (kind),
    (VALUES (10, 4, NULL::bigint, NULL::bigint), (2, 3, NULL, NULL), (10, 4, NULL, 37), (100, 2, NULL, 999), (1000, 3, 5000, NULL),
        (10, 2, 25, NULL), (10, 3, 0, NULL)) s (step, premake, start, highest);

SELECT * FROM finish();
ROLLBACK;
