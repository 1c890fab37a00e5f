-- Integers that count time: the partitions are those of the times, the bounds those times in the unit of the set.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
CREATE SCHEMA dialect;

CREATE FUNCTION check_set(unit text, factor bigint, step interval, trunc_to text, pattern text, zone text, number int) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
    name text := 'ticks_' || number;
    about text := format('%s, %s, %s: ', unit, step, zone);
    wanted text[] := '{}';
    base timestamptz;
    low timestamptz;
    n int := 0;
    landed text[];
BEGIN
    PERFORM set_config('TimeZone', zone, true);
    EXECUTE format('CREATE TABLE dialect.%I (at bigint NOT NULL) PARTITION BY RANGE (at)', name);
    RETURN NEXT ok(partman.create_parent('dialect.' || name, 'at', step::text, p_epoch := unit), about || 'create_parent returns true');
    base := date_trunc(trunc_to, now() - step * 4);
    low := base;
    WHILE n = 0 OR low < now() + step * 4 LOOP
        wanted := wanted || (name || '_p' || to_char(low, pattern));
        RETURN NEXT has_table('dialect'::name, wanted[n + 1]::name, about || 'partition ' || wanted[n + 1]);
        EXECUTE format($q$ WITH put AS (INSERT INTO dialect.%I VALUES ($1), ($2 - 1) RETURNING tableoid)
            SELECT array_agg(c.relname) FROM put JOIN pg_class c ON c.oid = put.tableoid $q$, name)
            INTO landed USING extract(epoch FROM low)::bigint * factor, extract(epoch FROM base + step * (n + 1))::bigint * factor;
        RETURN NEXT is(landed, array_fill(wanted[n + 1], ARRAY[2]), about || 'both ends of ' || wanted[n + 1]);
        RETURN NEXT is((SELECT i.child_start_time || ' ' || i.child_end_time FROM partman.show_partition_info('dialect.' || wanted[n + 1]) i),
            low || ' ' || (base + step * (n + 1)), about || 'bounds shown of ' || wanted[n + 1]);
        n := n + 1;
        low := base + step * n;
    END LOOP;
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.' || name)), wanted,
        about || 'these partitions in this order and no other');
    RETURN NEXT is((SELECT epoch FROM partman.part_config WHERE parent_table = 'dialect.' || name), unit, about || 'unit in part_config');
END $$;

SELECT check_set(u.unit, u.factor, i.step, i.trunc_to, i.pattern, z.zone, (row_number() OVER ())::int)
FROM (VALUES ('seconds', 1), ('milliseconds', 1000), ('microseconds', 1000000), ('nanoseconds', 1000000000)) u (unit, factor),
    (VALUES ('1 day'::interval, 'day', 'YYYYMMDD'), ('1 month', 'month', 'YYYYMMDD'), ('1 hour', 'hour', 'YYYYMMDD_HH24MISS')) i (step, trunc_to, pattern),
    (VALUES ('UTC'), ('Asia/Kathmandu'), ('Europe/Berlin')) z (zone);

SELECT * FROM finish();
ROLLBACK;
