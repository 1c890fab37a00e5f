-- Partitions made by create_partition_time() and create_partition_id(), and gaps that are filled.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;

CREATE TABLE dialect.days (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE dialect.ids (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('dialect.days', 'at', '1 day', p_premake := 1);
SELECT partman.create_parent('dialect.ids', 'id', '10', p_premake := 1);

-- Days long before those that are there.
CREATE FUNCTION day(n int) RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT date_trunc('day', now()) - interval '30 days' + n * interval '1 day' $$;
CREATE FUNCTION day_name(n int) RETURNS name LANGUAGE sql STABLE AS $$ SELECT ('days_p' || to_char(day(n), 'YYYYMMDD'))::name $$;
SELECT is(partman.create_partition_time('dialect.days', ARRAY[day(1)]), true, 'one day');
SELECT has_table('dialect'::name, day_name(1), 'that day');
SELECT is(partman.create_partition_time('dialect.days', ARRAY[day(1)]), false, 'not twice');
SELECT is(partman.create_partition_time('dialect.days', ARRAY[day(1), day(2)]), true, 'one of two is new');
SELECT is(partman.create_partition_time('dialect.days', ARRAY[day(9), day(7), day(5)], NULL), true, 'in any order');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.days') LIMIT 5), ARRAY(SELECT day_name(n)::text FROM unnest('{1,2,5,7,9}'::int[]) n), 'all of them');
SELECT is((SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = day_name(5)), format('FOR VALUES FROM (''%s'') TO (''%s'')', day(5), day(6)), 'bound of a day');
SELECT is(partman.create_partition_time('dialect.days', '{}'), false, 'no day');
SELECT throws_like($$ SELECT partman.create_partition_time('dialect.ids', ARRAY[now()]) $$, 'Cannot run on partition set without time based control column%', 'a time in a set by id');
SELECT throws_like($$ SELECT partman.create_partition_time('dialect.nowhere', ARRAY[now()]) $$, '%no config found for dialect.nowhere%', 'a time in no set');

SELECT is(partman.create_partition_id('dialect.ids', '{100}'), true, 'one range of ids');
SELECT has_table('dialect', 'ids_p100', 'that range');
SELECT is(partman.create_partition_id('dialect.ids', '{100}'), false, 'not twice');
SELECT is(partman.create_partition_id('dialect.ids', '{130,120,100}'), true, 'two of three are new');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.ids')), '{ids_p0,ids_p10,ids_p100,ids_p120,ids_p130}', 'all of them');
SELECT is((SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'ids_p120'), $$FOR VALUES FROM ('120') TO ('130')$$, 'bound of a range');
SELECT is(partman.create_partition_id('dialect.ids', '{}'), false, 'no range');
SELECT is(partman.create_partition_id('dialect.ids', '{-20}'), true, 'below zero');
SELECT has_table('dialect', 'ids_p-20', 'below zero, by name');
SELECT throws_like($$ SELECT partman.create_partition_id('dialect.days', '{1}') $$, '%Given parent table is not set up for id/serial partitioning%', 'an id in a set by time');
SELECT throws_ok($$ SELECT partman.create_partition_id('dialect.nowhere', '{1}') $$, NULL, NULL, 'an id in no set');

SELECT is(partman.partition_gap_fill('dialect.ids'), 10, 'gaps between ids');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.ids')), ARRAY(SELECT 'ids_p' || n * 10 FROM generate_series(-2, 13) n), 'no gap from -20 to 130');
SELECT is(partman.partition_gap_fill('dialect.days'), (28 - 1) - 4, 'gaps between days');
SELECT is(partman.partition_gap_fill('dialect.days'), 0, 'none are left');
SELECT throws_ok($$ SELECT partman.partition_gap_fill('dialect.nowhere') $$, NULL, NULL, 'gaps in no set');

-- Gaps of every interval.
CREATE FUNCTION check_gaps(number int, step interval, trunc_to text, missing int[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'gaps_' || number;
    names text[];
    victim int;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (at timestamptz NOT NULL) PARTITION BY RANGE (at)', name);
    PERFORM partman.create_parent('dialect.' || name, 'at', step::text, p_date_trunc_interval := trunc_to);
    names := ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.' || name));
    FOREACH victim IN ARRAY missing LOOP
        EXECUTE format('DROP TABLE dialect.%I', names[victim]);
    END LOOP;
    RETURN NEXT is(partman.partition_gap_fill('dialect.' || name), cardinality(missing), format('%s: number of gaps', step));
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.' || name)), names, format('%s: the same names', step));
END $$;
SELECT check_gaps((row_number() OVER ())::int, i.step, i.trunc_to, m.missing)
FROM (VALUES ('1 day'::interval, NULL), ('1 week', 'week'), ('1 week', NULL), ('1 month', NULL), ('3 months', 'quarter'), ('6 months', NULL), ('1 year', NULL), ('5 years', NULL),
        ('1 hour', NULL), ('15 minutes', NULL), ('30 minutes', NULL), ('36 hours', NULL), ('1 minute', 'minute')) i (step, trunc_to),
    (VALUES ('{2}'::int[]), ('{2,3,4}'), ('{2,5,8}'), ('{}')) m (missing);

SELECT * FROM finish();
ROLLBACK;
