-- Where the first partition begins, for intervals of every length, and what date_trunc units do to that.
BEGIN;
SELECT no_plan();

SET LOCAL TimeZone = 'UTC';

SELECT is((SELECT (i.base_timestamp, i.datetime_string)::text FROM partman.calculate_time_partition_info(c.step, c.start, c.unit) i),
    (c.base, c.pattern)::text, format('%s from %s, unit %s', c.step, c.start, coalesce(c.unit, 'none')))
FROM (VALUES ('1000 years'::interval, '2026-11-21 13:47:58.5'::timestamptz, NULL, '2001-01-01'::timestamptz, 'YYYYMMDD'),
    ('2000 years', '2026-11-21 13:47:58.5', NULL, '2001-01-01', 'YYYYMMDD'),
    ('100 years', '2026-11-21 13:47:58.5', NULL, '2001-01-01', 'YYYYMMDD'),
    ('999 years', '2026-11-21 13:47:58.5', NULL, '2001-01-01', 'YYYYMMDD'),
    ('10 years', '2026-11-21 13:47:58.5', NULL, '2020-01-01', 'YYYYMMDD'),
    ('99 years', '2026-11-21 13:47:58.5', NULL, '2020-01-01', 'YYYYMMDD'),
    ('1 year', '2026-11-21 13:47:58.5', NULL, '2026-01-01', 'YYYYMMDD'),
    ('12 months', '2026-11-21 13:47:58.5', NULL, '2026-01-01', 'YYYYMMDD'),
    ('5 years', '2026-11-21 13:47:58.5', NULL, '2026-01-01', 'YYYYMMDD'),
    ('360 days', '2026-11-21 13:47:58.5', NULL, '2026-01-01', 'YYYYMMDD'),
    ('11 months', '2026-11-21 13:47:58.5', NULL, '2026-11-01', 'YYYYMMDD'),
    ('6 months', '2026-11-21 13:47:58.5', NULL, '2026-11-01', 'YYYYMMDD'),
    ('3 months', '2026-11-21 13:47:58.5', NULL, '2026-11-01', 'YYYYMMDD'),
    ('1 month', '2026-11-21 13:47:58.5', NULL, '2026-11-01', 'YYYYMMDD'),
    ('30 days', '2026-11-21 13:47:58.5', NULL, '2026-11-01', 'YYYYMMDD'),
    ('5 weeks', '2026-11-21 13:47:58.5', NULL, '2026-11-01', 'YYYYMMDD'),
    ('29 days', '2026-11-21 13:47:58.5', NULL, '2026-11-21', 'YYYYMMDD'),
    ('2 weeks', '2026-11-21 13:47:58.5', NULL, '2026-11-21', 'YYYYMMDD'),
    ('1 week', '2026-11-21 13:47:58.5', NULL, '2026-11-21', 'YYYYMMDD'),
    ('1 week', '2026-11-21 13:47:58.5', 'week', '2026-11-16', 'YYYYMMDD'),
    ('1 week', '2026-11-15 23:59:59', 'week', '2026-11-09', 'YYYYMMDD'),
    ('2 weeks', '2026-11-21 13:47:58.5', 'week', '2026-11-16', 'YYYYMMDD'),
    ('3 months', '2026-11-21 13:47:58.5', 'quarter', '2026-10-01', 'YYYYMMDD'),
    ('3 months', '2026-01-01', 'quarter', '2026-01-01', 'YYYYMMDD'),
    ('6 months', '2026-11-21 13:47:58.5', 'year', '2026-01-01', 'YYYYMMDD'),
    ('1 year', '2026-11-21 13:47:58.5', 'decade', '2020-01-01', 'YYYYMMDD'),
    ('1 year', '2026-11-21 13:47:58.5', 'month', '2026-11-01', 'YYYYMMDD'),
    ('1 day', '2026-11-21 13:47:58.5', NULL, '2026-11-21', 'YYYYMMDD'),
    ('24 hours', '2026-11-21 13:47:58.5', NULL, '2026-11-21', 'YYYYMMDD'),
    ('36 hours', '2026-11-21 13:47:58.5', NULL, '2026-11-21', 'YYYYMMDD'),
    ('1 day', '2026-11-21 13:47:58.5', 'month', '2026-11-01', 'YYYYMMDD'),
    ('1 day', '2026-11-21 13:47:58.5', 'week', '2026-11-16', 'YYYYMMDD'),
    ('1 day', '2026-11-21 13:47:58.5', 'hour', '2026-11-21 13:00', 'YYYYMMDD'),
    ('23 hours 59 minutes 59 seconds', '2026-11-21 13:47:58.5', NULL, '2026-11-21 13:00', 'YYYYMMDD_HH24MISS'),
    ('12 hours', '2026-11-21 13:47:58.5', NULL, '2026-11-21 13:00', 'YYYYMMDD_HH24MISS'),
    ('12 hours', '2026-11-21 13:47:58.5', 'day', '2026-11-21', 'YYYYMMDD_HH24MISS'),
    ('1 hour', '2026-11-21 13:47:58.5', NULL, '2026-11-21 13:00', 'YYYYMMDD_HH24MISS'),
    ('30 minutes', '2026-11-21 13:47:58.5', NULL, '2026-11-21 13:00', 'YYYYMMDD_HH24MISS'),
    ('15 minutes', '2026-11-21 13:47:58.5', NULL, '2026-11-21 13:00', 'YYYYMMDD_HH24MISS'),
    ('15 minutes', '2026-11-21 13:47:58.5', 'minute', '2026-11-21 13:47', 'YYYYMMDD_HH24MISS'),
    ('10 minutes', '2026-11-21 13:47:58.5', NULL, '2026-11-21 13:00', 'YYYYMMDD_HH24MISS'),
    ('1 minute', '2026-11-21 13:47:58.5', NULL, '2026-11-21 13:00', 'YYYYMMDD_HH24MISS'),
    ('59 seconds', '2026-11-21 13:47:58.5', NULL, '2026-11-21 13:47', 'YYYYMMDD_HH24MISS'),
    ('30 seconds', '2026-11-21 13:47:58.5', NULL, '2026-11-21 13:47', 'YYYYMMDD_HH24MISS'),
    ('1 second', '2026-11-21 13:47:58.5', NULL, '2026-11-21 13:47', 'YYYYMMDD_HH24MISS'),
    ('1 second', '2026-11-21 13:47:58.5', 'second', '2026-11-21 13:47:58', 'YYYYMMDD_HH24MISS')) c (step, start, unit, base, pattern);

-- Days and months are those of the session.
SET LOCAL TimeZone = 'America/New_York';
SELECT is((SELECT (i.base_timestamp, i.datetime_string)::text FROM partman.calculate_time_partition_info(c.step, c.start) i),
    (c.base, c.pattern)::text, format('New York, %s from %s', c.step, c.start))
FROM (VALUES ('1 day'::interval, '2026-11-21 03:00+00'::timestamptz, '2026-11-20 00:00-05'::timestamptz, 'YYYYMMDD'),
    ('1 month', '2026-12-01 03:00+00', '2026-11-01 00:00-04', 'YYYYMMDD'), ('1 year', '2027-01-01 03:00+00', '2026-01-01 00:00-05', 'YYYYMMDD'),
    ('1 hour', '2026-11-01 06:30+00', '2026-11-01 06:00+00', 'YYYYMMDD_HH24MISS')) c (step, start, base, pattern);
SET LOCAL TimeZone = 'Asia/Kathmandu';
SELECT is((SELECT base_timestamp FROM partman.calculate_time_partition_info('1 hour', '2026-11-21 03:50+00')), '2026-11-21 03:15+00'::timestamptz,
    'Kathmandu: full hours of a zone that is 45 minutes off');

-- A set made with a start shows the same alignment.
SET LOCAL TimeZone = 'UTC';
SET LOCAL client_min_messages = error;
CREATE SCHEMA dialect;
CREATE FUNCTION check_start(number int, step text, start timestamptz, unit text, firsts text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'start_' || number;
    about text := format('%s from %s, unit %s: ', step, start, coalesce(unit, 'none'));
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (at timestamptz NOT NULL) PARTITION BY RANGE (at)', name);
    RETURN NEXT ok(partman.create_parent('dialect.' || name, 'at', step, p_start_partition := start::text, p_date_trunc_interval := unit, p_premake := 1),
        about || 'made');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.' || name) LIMIT cardinality(firsts)),
        ARRAY(SELECT name || '_p' || f FROM unnest(firsts) f), about || 'first partitions');
    RETURN NEXT is((SELECT (c.partition_interval::interval, c.date_trunc_interval)::text FROM partman.part_config c WHERE c.parent_table = 'dialect.' || name),
        (step::interval, unit)::text, about || 'configuration');
END $$;
SELECT check_start((row_number() OVER ())::int, c.step, now() - c.ago, c.unit,
    ARRAY(SELECT to_char(date_trunc(c.trunc_to, now() - c.ago) + c.step::interval * n, c.pattern) FROM generate_series(0, c.firsts - 1) n))
FROM (VALUES ('1 day', '10 days'::interval, NULL, 'day', 'YYYYMMDD', 11), ('1 week', '70 days', NULL, 'day', 'YYYYMMDD', 11), ('1 week', '70 days', 'week', 'week', 'YYYYMMDD', 11),
    ('2 weeks', '70 days', 'week', 'week', 'YYYYMMDD', 5), ('1 month', '3 years', NULL, 'month', 'YYYYMMDD', 36), ('3 months', '3 years', NULL, 'month', 'YYYYMMDD', 12),
    ('3 months', '3 years', 'quarter', 'quarter', 'YYYYMMDD', 12), ('6 months', '3 years', 'year', 'year', 'YYYYMMDD', 6), ('1 year', '10 years', NULL, 'year', 'YYYYMMDD', 11),
    ('5 years', '30 years', NULL, 'year', 'YYYYMMDD', 6), ('5 years', '30 years', 'decade', 'decade', 'YYYYMMDD', 6), ('10 years', '50 years', NULL, 'decade', 'YYYYMMDD', 5),
    ('100 years', '300 years', NULL, 'century', 'YYYYMMDD', 3), ('1 hour', '30 hours', NULL, 'hour', 'YYYYMMDD_HH24MISS', 31),
    ('15 minutes', '5 hours', NULL, 'hour', 'YYYYMMDD_HH24MISS', 20), ('10 minutes', '5 hours', NULL, 'hour', 'YYYYMMDD_HH24MISS', 30),
    ('15 minutes', '5 hours', 'minute', 'minute', 'YYYYMMDD_HH24MISS', 20), ('30 seconds', '30 minutes', NULL, 'minute', 'YYYYMMDD_HH24MISS', 60),
    ('36 hours', '12 days', NULL, 'day', 'YYYYMMDD', 8), ('12 hours', '12 days', 'day', 'day', 'YYYYMMDD_HH24MISS', 24)) c (step, ago, unit, trunc_to, pattern, firsts);

-- One partition only where the start is beyond the horizon.
CREATE TABLE dialect.future (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT ok(partman.create_parent('dialect.future', 'at', '1 month', p_start_partition := (now() + interval '3 years')::text), 'a start in three years');
SELECT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.future', p_include_default := true)),
    ARRAY['future_default', 'future_p' || to_char(date_trunc('month', now() + interval '3 years'), 'YYYYMMDD')], 'one partition for a start in three years');

SELECT * FROM finish();
ROLLBACK;
