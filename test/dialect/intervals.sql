-- Intervals of every kind: the partitions made at once, those that maintenance adds for rows ahead, gaps and retention.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;

-- The unit that the first bound is truncated to: months have 30 days here, years 360.
CREATE FUNCTION unit_of(step interval) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN step >= '1000 years' THEN 'millennium' WHEN step >= '100 years' THEN 'century' WHEN step >= '10 years' THEN 'decade' WHEN step >= '1 year' THEN 'year'
        WHEN step >= '1 month' THEN 'month' WHEN step >= '1 day' THEN 'day' WHEN step >= '1 minute' THEN 'hour' ELSE 'minute' END
$$;

CREATE FUNCTION check_interval(number int, kind text, step interval, premake int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'every_' || number;
    parent text := 'dialect.' || name;
    about text := format('%s, %s, premake %s: ', kind, step, premake);
    pattern text := CASE WHEN step < '1 day' THEN 'YYYYMMDD_HH24MISS' ELSE 'YYYYMMDD' END;
    base timestamptz := date_trunc(unit_of(step), now() - step * premake);
    made text[];
    low timestamptz;
    present int; -- which one holds the present
    last int := 0;
    n int;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (at %s NOT NULL) PARTITION BY RANGE (at)', name, kind);
    RETURN NEXT ok(partman.create_parent(parent, 'at', step::text, p_premake := premake), about || 'made');
    LOOP
        low := base + step * last;
        EXIT WHEN last > 0 AND low >= now() + step * premake;
        made := made || (name || '_p' || to_char(low, pattern));
        present := CASE WHEN low <= now() THEN last ELSE present END;
        last := last + 1;
    END LOOP;
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), made, about || 'partitions');
    RETURN NEXT is((SELECT partition_table FROM partman.show_partition_name(parent, now()::text)), made[present + 1], about || 'the present one');
    RETURN NEXT is((SELECT (c.partition_interval::interval, c.datetime_string, c.premake)::text FROM partman.part_config c WHERE parent_table = parent), (step, pattern, premake)::text,
        about || 'configuration');

    -- A row in the last partition brings as many more as premake says.
    EXECUTE format('INSERT INTO dialect.%I VALUES ($1)', name) USING base + step * (last - 1);
    PERFORM partman.run_maintenance(parent);
    FOR n IN last .. last + premake - 1 LOOP
        made := made || (name || '_p' || to_char(base + step * n, pattern));
    END LOOP;
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), made, about || 'maintained');
    RETURN NEXT is_empty(format('SELECT 1 FROM dialect.%I', name || '_default'), about || 'default is empty');
    RETURN QUERY SELECT is((i.child_start_time, i.child_end_time)::text, (base + step * (m - 1), base + step * m)::text, about || 'bounds of ' || made[m])
        FROM generate_series(1, cardinality(made)) m, partman.show_partition_info('dialect.' || made[m]) i;

    -- Rows beyond find their place on the same grid.
    EXECUTE format('INSERT INTO dialect.%I VALUES ($1)', name) USING base + step * (cardinality(made) + 2);
    RETURN NEXT is(partman.partition_data_time(parent), 1::bigint, about || 'a row beyond');
    RETURN NEXT is((SELECT partition_tablename FROM partman.show_partitions(parent, 'DESC') LIMIT 1), name || '_p' || to_char(base + step * (cardinality(made) + 2), pattern), about || 'its partition');
    RETURN NEXT is(partman.partition_gap_fill(parent), 2, about || 'gaps before it');

    -- Retention takes what ended before its limit.
    RETURN NEXT is(partman.drop_partition_time(parent, step, p_keep_table := false),
        (SELECT count(*)::int FROM generate_series(0, present) g WHERE base + step * g + step < now() - step), about || 'retired');
END $$;

SELECT check_interval((row_number() OVER ())::int, k.kind, i.step, i.premake)
FROM (VALUES ('30 seconds'::interval, 3), ('1 minute', 4), ('5 minutes', 4), ('10 minutes', 4), ('15 minutes', 4), ('20 minutes', 5), ('30 minutes', 4), ('1 hour', 4), ('2 hours', 4), ('6 hours', 3),
        ('8 hours', 2), ('12 hours', 4), ('1 day', 4), ('36 hours', 3), ('2 days', 4), ('5 days', 4), ('1 week', 4), ('10 days', 2), ('2 weeks', 4), ('1 month', 4), ('1 month', 1), ('2 months', 4),
        ('3 months', 4), ('6 months', 4), ('1 year', 4), ('2 years', 3), ('5 years', 4), ('10 years', 2), ('100 years', 1)) i (step, premake),
    (VALUES ('timestamptz'), ('timestamp'), ('date')) k (kind)
WHERE k.kind <> 'date' OR i.step >= '1 day' AND i.step <> '36 hours';

SELECT * FROM finish();
ROLLBACK;
