-- The life of sets whose integers count time since 1970: everything as for the times that they stand for.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;
CREATE SCHEMA attic;

CREATE FUNCTION names(set text, step interval, trunc_to text, pattern text, low int, high int) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(set || '_p' || to_char(date_trunc(trunc_to, now()) + step * n, pattern) ORDER BY n) FROM generate_series(low, high) n
$$;

CREATE FUNCTION check_life(number int, kind text, unit text, factor numeric, step interval, trunc_to text, pattern text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'ticks_' || number;
    parent text := 'dialect.' || name;
    about text := format('%s in %s, %s: ', kind, unit, step);
    present timestamptz := date_trunc(trunc_to, now());
    total bigint;
    info record;
    put text := format('INSERT INTO dialect.%I SELECT (extract(epoch FROM $1 + $2 * (n / 10.0)) * $3)::%s FROM generate_series($4, $5) n', name, kind);
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (at %s PRIMARY KEY) PARTITION BY RANGE (at)', name, kind);
    EXECUTE format('CREATE TABLE dialect.%I (at %s)', name || '_target', kind);
    RETURN NEXT ok(partman.create_parent(parent, 'at', step::text, p_epoch := unit), about || 'made');
    RETURN NEXT is((SELECT (c.epoch, c.partition_interval::interval, c.datetime_string, c.partition_type, c.time_encoder)::text FROM partman.part_config c WHERE c.parent_table = parent),
        (unit, step, pattern, 'range'::text, NULL::text)::text, about || 'configuration');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 4), about || 'four on each side');
    EXECUTE put USING present, step, factor, -20, 39;
    PERFORM partman.run_maintenance(parent);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 7), about || 'rows three ahead');
    RETURN NEXT is_empty(format('SELECT 1 FROM dialect.%I', name || '_default'), about || 'default is empty');
    EXECUTE format('SELECT count(*) FROM dialect.%I', (names(name, step, trunc_to, pattern, 0, 0))[1]) INTO total;
    RETURN NEXT is(total, 10::bigint, about || 'rows of the present');

    SELECT * INTO info FROM partman.show_partition_info('dialect.' || (names(name, step, trunc_to, pattern, 2, 2))[1]);
    RETURN NEXT is((info.child_start_time, info.child_end_time, info.child_start_id, info.child_end_id)::text, (present + step * 2, present + step * 3, NULL::bigint, NULL::bigint)::text,
        about || 'times of a partition');
    RETURN NEXT is((SELECT (n.partition_table, n.suffix_timestamp, n.suffix_id, n.table_exists)::text FROM partman.show_partition_name(parent, (present + step * 3.5)::text) n),
        ((names(name, step, trunc_to, pattern, 3, 3))[1], present + step * 3, NULL::bigint, true)::text, about || 'partition of a time');

    EXECUTE put USING present, step, factor, 80, 99;
    RETURN NEXT is((SELECT count FROM partman.check_default() WHERE default_table = parent || '_default'), 20::bigint, about || 'rows in the default');
    RETURN NEXT is(partman.partition_data_time(parent, 1), 10::bigint, about || 'one batch');
    RETURN NEXT is(partman.partition_data_time(parent, 5), 10::bigint, about || 'another');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 9), about || 'partitions for them');
    EXECUTE format('DROP TABLE dialect.%I', (names(name, step, trunc_to, pattern, 5, 5))[1]);
    RETURN NEXT is(partman.partition_gap_fill(parent), 1, about || 'a gap');
    RETURN NEXT ok(partman.create_partition_time(parent, ARRAY[present + step * 20]), about || 'by hand');
    RETURN NEXT is((SELECT partition_tablename FROM partman.show_partitions(parent, 'DESC') LIMIT 1), (names(name, step, trunc_to, pattern, 20, 20))[1], about || 'made by hand');

    RETURN NEXT is(partman.drop_partition_time(parent, step * 2, p_keep_table := false, p_reference_timestamp := present + interval '1 microsecond'), 2, about || 'retired');
    RETURN NEXT hasnt_table('dialect'::name, (names(name, step, trunc_to, pattern, -3, -3))[1]::name, about || 'dropped');
    UPDATE partman.part_config SET retention = (step * 1)::text, retention_schema = 'attic' WHERE parent_table = parent;
    RETURN NEXT is(partman.drop_partition_time(parent, p_reference_timestamp := present + interval '1 microsecond'), 1, about || 'retired by configuration');
    RETURN NEXT has_table('attic'::name, (names(name, step, trunc_to, pattern, -2, -2))[1]::name, about || 'in the attic');
    RETURN NEXT is((SELECT rows_undone FROM partman.undo_partition(parent, parent || '_target', 100, p_keep_table := false)), 70::bigint, about || 'undone');
    RETURN NEXT is_empty(format('SELECT 1 FROM partman.part_config WHERE parent_table = %L', parent), about || 'forgotten');
END $$;

SELECT check_life((row_number() OVER ())::int, u.kind, u.unit, u.factor, i.step, i.trunc_to, i.pattern)
FROM (VALUES ('bigint', 'seconds', 1), ('int', 'seconds', 1), ('numeric', 'seconds', 1), ('bigint', 'milliseconds', 1000), ('bigint', 'microseconds', 1000000), ('bigint', 'nanoseconds', 1000000000)) u (kind, unit, factor),
    (VALUES ('1 day'::interval, 'day', 'YYYYMMDD'), ('1 month', 'month', 'YYYYMMDD'), ('1 hour', 'hour', 'YYYYMMDD_HH24MISS')) i (step, trunc_to, pattern);

-- Only for integers, and then only by time.
CREATE TABLE dialect.wrong (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT throws_like($$ SELECT partman.create_parent('dialect.wrong', 'at', '1 day', p_epoch := 'seconds') $$, 'p_epoch can only be used with an integer based control column%', 'a time that counts seconds');

SELECT * FROM finish();
ROLLBACK;
