-- Sets by time: what create_parent() makes, as the rules of the dialect give it, computed here once more in SQL: for each
-- type of column, interval and time zone of the session every partition's name, rows at both of its ends, and what is
-- written down about the set.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
CREATE SCHEMA "Dia lect";

-- The bounds of a set that is made now.
CREATE FUNCTION expected_bounds(step interval, premake int, trunc_to text, OUT n int, OUT low timestamptz, OUT high timestamptz)
RETURNS SETOF record LANGUAGE plpgsql STABLE AS $$
DECLARE
    base timestamptz := date_trunc(trunc_to, now() - step * premake);
BEGIN
    n := 0;
    LOOP
        low := base + step * n;
        high := base + step * (n + 1);
        EXIT WHEN n > 0 AND low >= now() + step * premake;
        RETURN NEXT;
        n := n + 1;
    END LOOP;
END $$;

CREATE FUNCTION check_set(kind text, step interval, premake int, given text, trunc_to text, pattern text, zone text, dates text, intervals text, number int)
RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'T ' || number;
    parent text := 'Dia lect.' || name;
    about text := format('%s, %s, %s: ', kind, step, zone);
    wanted text[] := '{}';
    bound record;
    child text;
    landed text[];
    value timestamptz;
BEGIN
    PERFORM set_config('TimeZone', zone, true), set_config('DateStyle', dates, true), set_config('IntervalStyle', intervals, true);
    EXECUTE format('CREATE TABLE "Dia lect".%I (id int, "At" %s NOT NULL) PARTITION BY RANGE ("At")', name, kind);
    RETURN NEXT ok(partman.create_parent(parent, 'At', step::text, p_premake := premake, p_date_trunc_interval := given),
        about || 'create_parent returns true');

    FOR bound IN SELECT * FROM expected_bounds(step, premake, trunc_to) LOOP
        child := name || '_p' || to_char(bound.low, pattern);
        wanted := wanted || child;
        RETURN NEXT has_table('Dia lect'::name, child::name, about || 'partition ' || child);
        landed := '{}';
        FOREACH value IN ARRAY ARRAY[bound.low, bound.high - interval '1 microsecond'] LOOP
            EXECUTE format($q$ WITH put AS (INSERT INTO "Dia lect".%I VALUES (1, $1::%s) RETURNING tableoid)
                SELECT c.relname FROM put JOIN pg_class c ON c.oid = put.tableoid $q$, name, kind) INTO child USING value;
            landed := landed || child;
        END LOOP;
        RETURN NEXT is(landed, array_fill(wanted[cardinality(wanted)], ARRAY[2]), about || 'both ends of ' || child);
        RETURN NEXT is((SELECT i.child_start_time || ' ' || i.child_end_time
                        FROM partman.show_partition_info('Dia lect.' || wanted[cardinality(wanted)]) i),
            bound.low || ' ' || bound.high, about || 'bounds shown of ' || child);
    END LOOP;

    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), wanted,
        about || 'these partitions in this order and no other');
    RETURN NEXT is((SELECT partition_tablename FROM partman.show_partitions(parent, 'DESC', true) LIMIT 1), name || '_default',
        about || 'the default comes first');
    RETURN NEXT is_empty(format('SELECT 1 FROM "Dia lect".%I', name || '_default'), about || 'nothing in the default');
    RETURN NEXT has_table('partman'::name, ('template_Dia lect_' || name)::name, about || 'template');
    RETURN NEXT is((SELECT (c.control, c.partition_interval::interval, c.partition_type, c.premake, c.automatic_maintenance,
            c.epoch, c.datetime_string, c.date_trunc_interval, c.retention, c.template_table)::text
        FROM partman.part_config c WHERE c.parent_table = parent),
        ('At'::text, step, 'range'::text, premake, 'on'::text, 'none'::text, pattern, given, NULL::text,
            'partman.template_' || replace(parent, '.', '_'))::text, about || 'row of part_config');
    RETURN NEXT is((SELECT n.partition_table FROM partman.show_partition_name(parent, now()::text) n),
        (SELECT name || '_p' || to_char(b.low, pattern) FROM expected_bounds(step, premake, trunc_to) b
         WHERE b.low <= now() AND b.high > now()), about || 'the partition of now');
END $$;

SELECT check_set(k.kind, i.step, i.premake, i.given, i.trunc_to, i.pattern, z.zone, z.dates, z.intervals, (row_number() OVER ())::int)
FROM (VALUES ('timestamptz'), ('timestamp'), ('date')) k (kind),
    (VALUES ('1 day'::interval, 4, NULL, 'day', 'YYYYMMDD'), ('1 week', 3, 'week', 'week', 'YYYYMMDD'),
        ('1 month', 4, NULL, 'month', 'YYYYMMDD'), ('3 months', 2, 'quarter', 'quarter', 'YYYYMMDD'),
        ('1 year', 2, NULL, 'year', 'YYYYMMDD'), ('1 hour', 3, NULL, 'hour', 'YYYYMMDD_HH24MISS'),
        ('30 minutes', 2, NULL, 'hour', 'YYYYMMDD_HH24MISS')) i (step, premake, given, trunc_to, pattern),
    (VALUES ('UTC', 'ISO, MDY', 'postgres'), ('Asia/Kathmandu', 'SQL, DMY', 'sql_standard'), ('Europe/Berlin', 'German', 'iso_8601'),
        ('America/New_York', 'Postgres, MDY', 'postgres_verbose'), ('Australia/Lord_Howe', 'ISO, YMD', 'postgres')) z (zone, dates, intervals)
-- Where clocks change, two hours of one night would have one name: those are for tests that set the clock.
WHERE i.step >= '1 day' OR (k.kind <> 'date' AND z.zone IN ('UTC', 'Asia/Kathmandu'));

SELECT * FROM finish();
ROLLBACK;
