-- Integers that count time since 1970: set up, maintained over clock changes, retired, moved and undone.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT no_plan();
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA ep;
UPDATE partman.part_config SET automatic_maintenance = 'off';

CREATE FUNCTION ep.raised(p_sql text, OUT state text, OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE p_sql;
    state := '00000';
EXCEPTION WHEN OTHERS THEN
    state := SQLSTATE;
    message := SQLERRM;
END $$;

-- A life of two days before and after each clock change of a zone, per unit and type.  The bounds are what SQL says that
-- midnights are there, and each is where the next partition begins.
CREATE FUNCTION ep.live(p_unit text, p_factor numeric, p_type text, p_zone text, p_around date) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    tab text := lower(format('t%s_%s_%s_%s', p_factor, p_type, regexp_replace(p_zone, '\W', '', 'g'), to_char(p_around, 'YYYYMMDD')));
    about text := format('%s in %s, %s, %s: ', p_unit, p_type, p_zone, p_around);
    wanted text[];
    noon timestamptz := (p_around - 2 + time '12:00') AT TIME ZONE p_zone;
BEGIN
    PERFORM set_config('pg_strata_clock.now', noon::text, true);
    EXECUTE format('CREATE TABLE ep.%I (at %s NOT NULL, id int) PARTITION BY RANGE (at)', tab, p_type);
    PERFORM partman.create_parent('ep.' || tab, 'at', '1 day', p_epoch := p_unit, p_premake := 1, p_time_zone := p_zone);
    FOR i IN 1..4 LOOP
        PERFORM set_config('pg_strata_clock.now', ((p_around - 2 + i + time '12:00') AT TIME ZONE p_zone)::text, true);
        PERFORM partman.run_maintenance('ep.' || tab);
    END LOOP;
    SELECT array_agg(format('%s_p%s FOR VALUES FROM (%s) TO (%s)', tab, to_char(day, 'YYYYMMDD'),
                trunc(extract(epoch FROM day::timestamp AT TIME ZONE p_zone) * p_factor),
                trunc(extract(epoch FROM (day + 1)::timestamp AT TIME ZONE p_zone) * p_factor)) ORDER BY day)
      INTO wanted FROM (SELECT p_around + i AS day FROM generate_series(-3, 3) i) days;
    RETURN NEXT is(ARRAY(SELECT c.relname || ' ' || replace(pg_get_expr(c.relpartbound, c.oid), '''', '') FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
        WHERE i.inhparent = ('ep.' || tab)::regclass AND c.relname !~ 'default$' ORDER BY c.relname), wanted, about || 'days of that zone');
    RETURN NEXT is((SELECT bool_and(i.child_end_time = lead) FROM (SELECT p.partition_tablename, lead(x.child_start_time) OVER (ORDER BY x.child_start_time)
            FROM partman.show_partitions('ep.' || tab) p, partman.show_partition_info('ep.' || p.partition_tablename) x) n (name, lead),
            partman.show_partition_info('ep.' || n.name) i WHERE lead IS NOT NULL), true, about || 'they end where the next begins');
    -- Every hour of these days goes to the partition that is named for it.
    EXECUTE format($q$ INSERT INTO ep.%1$I SELECT trunc(extract(epoch FROM h) * %2$s), 0
        FROM generate_series(%3$L::timestamptz, %4$L::timestamptz - interval '1 hour', '1 hour') h $q$, tab, p_factor,
        (p_around - 3)::timestamp AT TIME ZONE p_zone, (p_around + 4)::timestamp AT TIME ZONE p_zone);
    EXECUTE format($q$ SELECT is((SELECT count(*) FROM ep.%1$I WHERE tableoid::regclass::text <>
        'ep.%1$s_p' || to_char(to_timestamp((at / %2$s)::float8) AT TIME ZONE %3$L, 'YYYYMMDD')), 0::bigint, %4$L) $q$,
        tab, p_factor, p_zone, about || 'each row is where its day is') INTO about;
    RETURN NEXT about;
END $$;
SELECT ep.live(u.unit, u.factor, u.type, z.zone, z.day)
FROM (VALUES ('seconds', 1, 'bigint'), ('seconds', 1, 'integer'), ('milliseconds', 1000, 'bigint'), ('microseconds', 1000000, 'bigint'),
             ('nanoseconds', 1000000000, 'bigint'), ('milliseconds', 1000, 'numeric')) u (unit, factor, type),
     (VALUES ('Europe/Berlin', date '2026-03-29'), ('Europe/Berlin', '2026-10-25'), ('America/New_York', '2026-03-08'), ('America/New_York', '2026-11-01'),
             ('Australia/Lord_Howe', '2026-04-05'), ('Asia/Kathmandu', '2026-06-01')) z (zone, day);

-- Retention takes what has ended.
SET LOCAL pg_strata_clock.now = '2026-03-10 12:00:00+00';
CREATE TABLE ep.aged (at bigint NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('ep.aged', 'at', '1 day', p_epoch := 'milliseconds', p_premake := 3);
UPDATE partman.part_config SET retention = '2 days', retention_keep_table = false WHERE parent_table = 'ep.aged';
SELECT partman.run_maintenance('ep.aged');
SELECT is((SELECT array_agg(partition_tablename) FROM partman.show_partitions('ep.aged')),
    '{aged_p20260308,aged_p20260309,aged_p20260310,aged_p20260311,aged_p20260312,aged_p20260313}', 'retention by time');
SELECT is(partman.drop_partition_time('ep.aged', '1 day', false), 1, 'and by call');
SELECT is((ep.raised($$SELECT partman.drop_partition_id('ep.aged', 5)$$)).state, '42809', 'it is no set of ids');
SELECT is((ep.raised($$UPDATE partman.part_config SET retention = '90' WHERE parent_table = 'ep.aged'$$)).state, '22023', 'a retention has a unit');

-- Rows are moved by their time; what is no time stays.
CREATE TABLE ep.moved (at bigint NOT NULL, note text) PARTITION BY RANGE (at);
SELECT partman.create_parent('ep.moved', 'at', '1 month', p_epoch := 'nanoseconds', p_premake := 1, p_time_zone := 'Europe/Berlin');
INSERT INTO ep.moved SELECT extract(epoch FROM t) * 1000000000 + 999, 'n' FROM generate_series(timestamptz '2025-01-01 00:00+01', '2025-04-30', '6 hours') t;
SELECT is((SELECT count FROM partman.check_default() WHERE default_table = 'ep.moved_default'), (SELECT count(*) FROM ep.moved), 'all are in the default partition');
SELECT is(partman.partition_data_time('ep.moved', 1, p_order := 'DESC'), (SELECT count(*) FROM ep.moved WHERE at >= extract(epoch FROM timestamptz '2025-04-01 00:00+02') * 1000000000), 'a month of Berlin');
SELECT is((SELECT count(*) FROM ep.moved_p20250401), (SELECT count(*) FROM ep.moved WHERE at >= extract(epoch FROM timestamptz '2025-04-01 00:00+02') * 1000000000), 'is where it belongs');
SELECT ok(partman.partition_data_time('ep.moved', 10) > 0, 'the others');
SELECT is((SELECT array_agg(partition_tablename) FROM partman.show_partitions('ep.moved') WHERE partition_tablename < 'moved_p2026'),
    '{moved_p20250101,moved_p20250201,moved_p20250301,moved_p20250401}', 'make their months');
SELECT is(partman.partition_gap_fill('ep.moved'), 9, 'months without rows');
SELECT is((ep.raised($$SELECT partman.partition_data_id('ep.moved')$$)).state, '42809', 'not by id');
CREATE TABLE ep.beyond (at bigint NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('ep.beyond', 'at', '1 year', p_epoch := 'seconds', p_premake := 1);
INSERT INTO ep.beyond VALUES (9223372036854775807), (-9223372036854775808), (extract(epoch FROM timestamptz '2020-02-29'));
SELECT is(partman.partition_data_time('ep.beyond', 10), 1::bigint, 'numbers that are no time');
SELECT is((SELECT count(*) FROM ep.beyond_default), 2::bigint, 'stay');
UPDATE partman.part_config SET ignore_default_data = false WHERE parent_table = 'ep.beyond';
SELECT partman.run_maintenance('ep.beyond');
SELECT is((SELECT array_agg(partition_tablename) FROM partman.show_partitions('ep.beyond')), '{beyond_p20200101,beyond_p20250101,beyond_p20260101,beyond_p20270101}', 'and steer nothing');

-- And back.
CREATE TABLE ep.target (at bigint NOT NULL, note text);
CREATE TEMP TABLE was AS SELECT * FROM ep.moved;
SELECT lives_ok($$SELECT partman.undo_partition('ep.moved', 'ep.target', 100, '10 days', false)$$, 'undone in portions of ten days');
SELECT bag_eq('SELECT * FROM ep.target', 'SELECT * FROM was', 'with all rows');

-- Partitions by name and by time.
CREATE TABLE ep.nums (at numeric NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('ep.nums', 'at', '1 day', p_epoch := 'seconds');
SELECT is((SELECT suffix_timestamp::text FROM partman.show_partition_name('ep.nums', '2026-01-01 13:00')), '2026-01-01 00:00:00+00', 'the value of a numeric is a time too');
SELECT is(partman.create_partition_time('ep.aged', ARRAY[timestamptz '2026-01-01']), true, 'by its time');
SELECT is((SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = 'ep.aged_p20260101'::regclass), 'FOR VALUES FROM (''1767225600000'') TO (''1767312000000'')', 'in milliseconds');
SELECT is((SELECT (partition_table, suffix_timestamp, suffix_id, table_exists)::text FROM partman.show_partition_name('ep.aged', '2026-01-01 13:00')),
    '(aged_p20260101,"2026-01-01 00:00:00+00",,t)', 'found by its time');
SELECT is((SELECT (lower_time, upper_time, lower_id)::text FROM partman.partitions WHERE partition_table = 'aged_p20260101'),
    '("2026-01-01 00:00:00+00","2026-01-02 00:00:00+00",)', 'listed by its time');

-- Partitions of somebody else go on.
CREATE TABLE ep.others (at bigint NOT NULL) PARTITION BY RANGE (at);
SELECT format('CREATE TABLE ep.others_%s PARTITION OF ep.others FOR VALUES FROM (%s) TO (%s)', to_char(m AT TIME ZONE 'Europe/Berlin', 'YYYY_MM'),
    extract(epoch FROM m)::bigint, extract(epoch FROM (m AT TIME ZONE 'Europe/Berlin' + interval '1 month') AT TIME ZONE 'Europe/Berlin')::bigint)
FROM generate_series(0, 14) i, LATERAL (SELECT (timestamp '2025-01-01' + i * interval '1 month') AT TIME ZONE 'Europe/Berlin') x (m) \gexec
SET LOCAL TimeZone = 'Europe/Berlin';
SELECT is((SELECT string_agg(value, ' | ' ORDER BY subject) FROM partman.manage('ep.others', p_epoch := 'seconds') WHERE topic = 'setting' AND subject IN ('partition_interval', 'time_zone', 'name_template')),
    '{table}_{YYYY}_{MM} | 1 mon | Europe/Berlin', 'inferred as times');
SELECT partman.run_maintenance('ep.others');
SELECT is((SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = 'ep.others_2026_04'::regclass),
    format('FOR VALUES FROM (''%s'') TO (''%s'')', extract(epoch FROM timestamptz '2026-04-01')::bigint, extract(epoch FROM timestamptz '2026-05-01')::bigint), 'and made as such');
SET LOCAL TimeZone = 'UTC';

-- What cannot be.
CREATE TABLE ep.i (at integer NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE ep.b (at bigint NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE ep.n (at numeric NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE ep.l (at bigint NOT NULL) PARTITION BY LIST (at);
CREATE TABLE ep.ts (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT is(e.state || ': ' || e.message, t.error, t.arguments)
FROM (VALUES
    ($$'ep.ts', 'at', '1 day', p_epoch := 'seconds'$$, '22023: p_epoch can only be used with an integer based control column'),
    ($$'ep.b', 'at', '1 day', p_epoch := 'minutes'$$, '22023: p_epoch must be ''none'', ''seconds'', ''milliseconds'', ''microseconds'' or ''nanoseconds'''),
    ($$'ep.b', 'at', '86400', p_epoch := 'seconds'$$, '22023: partition interval "86400" has no unit'),
    ($$'ep.b', 'at', '1 day'$$, '22023: partition interval "1 day" is not a whole number'),
    ($$'ep.b', 'at', '1.5 seconds', p_epoch := 'seconds'$$, '22023: partition interval "00:00:01.5" is finer than the values of the control column'),
    ($$'ep.b', 'at', '0.5 seconds', p_epoch := 'milliseconds'$$, '22023: Partitioning interval must be 1 second or greater'),
    ($$'ep.l', 'at', '1 day', 'list', p_epoch := 'seconds'$$, '0A000: cannot manage table "ep.l", which is partitioned by list'),
    ($$'ep.i', 'at', '1 day', p_epoch := 'milliseconds'$$, '22008: partition interval "1 day" is longer than the range of type integer'),
    ($$'ep.i', 'at', '1 year', p_epoch := 'seconds', p_start_partition := '2039-01-01'$$, '22008: partition bound out of range for type integer'),
    ($$'ep.b', 'at', '1 year', p_epoch := 'nanoseconds', p_start_partition := '2263-01-01'$$, '22008: partition bound out of range for type bigint'),
    ($$'ep.b', 'at', '1 day', p_epoch := 'seconds', p_time_encoder := 'a', p_time_decoder := 'b'$$,
       '22023: p_time_encoder and p_time_decoder can only be used with text/uuid type control column')) t (arguments, error),
    ep.raised(format('SELECT partman.create_parent(%s)', t.arguments)) e;
-- Bounds between two microseconds, and fractions.
CREATE TABLE ep.b_odd PARTITION OF ep.b FOR VALUES FROM (1) TO (1000000000001);
SELECT is((ep.raised($$SELECT partman.create_parent('ep.b', 'at', '1 day', p_epoch := 'nanoseconds')$$)).message,
    'partition bound 1 is not a time as epoch in nanoseconds', 'a bound finer than the axis');
CREATE TABLE ep.n_odd PARTITION OF ep.n FOR VALUES FROM (0.5) TO (1000);
SELECT is((ep.raised($$SELECT partman.create_parent('ep.n', 'at', '1 day', p_epoch := 'seconds')$$)).message,
    'partition bound 0.5 is not a time as epoch in seconds', 'a fraction');
-- To 2038 and no further, without a failure.
SET LOCAL pg_strata_clock.now = '2037-12-15 12:00:00+00';
SELECT ok(partman.create_parent('ep.i', 'at', '1 month', p_epoch := 'seconds'), 'at the end of integer');
SELECT partman.run_maintenance('ep.i');
SELECT is((SELECT array_agg(partition_tablename) FROM partman.show_partitions('ep.i', 'DESC')),
    '{i_p20371201,i_p20371101,i_p20371001,i_p20370901,i_p20370801}', 'the last whole month is the last partition');
SET LOCAL pg_strata_clock.now = '2039-06-15 12:00:00+00';
SELECT lives_ok($$SELECT partman.run_maintenance('ep.i')$$, 'and nothing fails after the end');
SELECT is((SELECT count(*) FROM partman.maintenance_history WHERE parent_table = 'ep.i' AND outcome = 'failed'), 0::bigint, 'neither in the history');

-- A hand at the configuration.
SELECT is((ep.raised($$UPDATE partman.part_config SET epoch = 'none' WHERE parent_table = 'ep.aged'$$)).state, '22023', 'the interval is a time''s');
SELECT is((ep.raised($$UPDATE partman.part_config SET epoch = 'days' WHERE parent_table = 'ep.aged'$$)).state, '23514', 'units are those four');

SELECT * FROM finish();
ROLLBACK;
