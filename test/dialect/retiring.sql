-- What drop_partition_time() and drop_partition_id() take away, by configuration and by argument.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;
CREATE SCHEMA attic;

CREATE FUNCTION check_ids(number int, retention bigint, keep boolean, schema text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'ids_' || number;
    parent text := 'dialect.' || name;
    about text := format('ids, retention %s, keep %s, schema %s: ', retention, keep, coalesce(schema, 'none'));
    low int;
    gone boolean;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id int NOT NULL) PARTITION BY RANGE (id)', name);
    PERFORM partman.create_parent(parent, 'id', '10', p_start_partition := '0', p_premake := 9);
    EXECUTE format('INSERT INTO dialect.%I SELECT generate_series(0, 75)', name);
    RETURN NEXT is(partman.drop_partition_id(parent, retention, keep, p_retention_schema := schema),
        (SELECT count(*)::int FROM generate_series(0, 90, 10) l WHERE retention <= 75 - (l + 10)), about || 'number removed');
    FOR low IN SELECT generate_series(0, 90, 10) LOOP
        gone := retention <= 75 - (low + 10);
        RETURN NEXT is(EXISTS (SELECT FROM partman.show_partitions(parent) WHERE partition_tablename = name || '_p' || low), NOT gone,
            about || 'partition attached from ' || low);
        RETURN NEXT is(to_regclass(format('dialect.%I', name || '_p' || low)) IS NOT NULL, NOT gone OR (keep AND schema IS NULL),
            about || 'table in place from ' || low);
        RETURN NEXT is(to_regclass(format('attic.%I', name || '_p' || low)) IS NOT NULL, gone AND schema IS NOT NULL,
            about || 'table in the attic from ' || low);
    END LOOP;
END $$;

CREATE FUNCTION check_times(number int, retention interval, keep boolean, schema text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'times_' || number;
    parent text := 'dialect.' || name;
    about text := format('times, retention %s, keep %s, schema %s: ', retention, keep, coalesce(schema, 'none'));
    first timestamptz := date_trunc('day', now() - interval '12 days');
    low timestamptz;
    child text;
    gone boolean;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (at timestamptz NOT NULL) PARTITION BY RANGE (at)', name);
    PERFORM partman.create_parent(parent, 'at', '1 day', p_start_partition := first::text, p_premake := 2);
    RETURN NEXT is(partman.drop_partition_time(parent, retention, keep, p_retention_schema := schema),
        (SELECT count(*)::int FROM generate_series(first, now(), interval '1 day') l WHERE l + interval '1 day' < now() - retention),
        about || 'number removed');
    FOR low IN SELECT generate_series(first, now(), interval '1 day') LOOP
        gone := low + interval '1 day' < now() - retention;
        child := name || '_p' || to_char(low, 'YYYYMMDD');
        RETURN NEXT is(EXISTS (SELECT FROM partman.show_partitions(parent) WHERE partition_tablename = child), NOT gone,
            about || 'attached: ' || child);
        RETURN NEXT is(to_regclass(format('dialect.%I', child)) IS NOT NULL, NOT gone OR (keep AND schema IS NULL),
            about || 'in place: ' || child);
        RETURN NEXT is(to_regclass(format('attic.%I', child)) IS NOT NULL, gone AND schema IS NOT NULL, about || 'in the attic: ' || child);
    END LOOP;
END $$;

SELECT check_ids((row_number() OVER ())::int, r.retention, k.keep, s.schema)
FROM (VALUES (10, '2 days'::interval), (25, '5 days'), (35, '36 hours'), (500, '1 year')) r (retention, age),
    (VALUES (true), (false)) k (keep), (VALUES (NULL), ('attic')) s (schema);
SELECT check_times((row_number() OVER ())::int, r.age, k.keep, s.schema)
FROM (VALUES (10, '2 days'::interval), (25, '5 days'), (35, '36 hours'), (500, '1 year')) r (retention, age),
    (VALUES (true), (false)) k (keep), (VALUES (NULL), ('attic')) s (schema);

SELECT throws_like($$ SELECT partman.drop_partition_id('dialect.ids_1') $$,
    'Configuration for given parent table with a retention period not found: dialect.ids_1%', 'ids without any retention');
SELECT throws_like($$ SELECT partman.drop_partition_time('dialect.times_1') $$,
    'Configuration for given parent table with a retention period not found: dialect.times_1%', 'times without any retention');

SELECT * FROM finish();
ROLLBACK;
