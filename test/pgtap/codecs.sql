-- Keys that carry their time inside: UUIDv7, ULID, Snowflake.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT no_plan();
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA co;
UPDATE partman.part_config SET automatic_maintenance = 'off';

CREATE FUNCTION co.raised(p_sql text, OUT state text, OUT message text, OUT detail text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE p_sql;
    state := '00000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
END $$;

-- Values made by SQL of its own: the time in front, anything behind.
CREATE FUNCTION co.millis(t timestamptz) RETURNS bigint LANGUAGE sql AS $$ SELECT (extract(epoch FROM t) * 1000)::bigint $$;
CREATE FUNCTION co.value(p_kind text, t timestamptz, first boolean) RETURNS text LANGUAGE sql AS $$
    SELECT CASE p_kind
        WHEN 'uuid' THEN lpad(to_hex(co.millis(t)), 12, '0') || CASE WHEN first THEN repeat('0', 20) ELSE '7' || substr(md5(random()::text), 1, 19) END
        WHEN 'bytea' THEN '\x' || lpad(to_hex(co.millis(t)), 12, '0') || CASE WHEN first THEN repeat('0', 20) ELSE substr(md5(random()::text), 1, 20) END
        WHEN 'text' THEN (SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (co.millis(t) >> (45 - 5 * i) & 31)::int + 1, 1), '' ORDER BY i) FROM generate_series(0, 9) i)
                         || CASE WHEN first THEN repeat('0', 16) ELSE upper(substr(md5(random()::text), 1, 16)) END
        WHEN 'bigint' THEN ((co.millis(t) - 1288834974657 << 22) + CASE WHEN first THEN 0 ELSE (random() * 4194303)::int END)::text
    END
$$;

-- A life around a clock change: days of the set's zone, each value where its day is, moved there, retired, undone.
CREATE FUNCTION co.live(p_kind text, p_type text, p_codec text, p_zone text, p_around date) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    tab text := lower(format('%s_%s_%s', p_kind, regexp_replace(coalesce(p_codec, 'none') || p_zone, '\W', '', 'g'), to_char(p_around, 'MMDD')));
    about text := format('%s, %s, %s, %s: ', p_type, coalesce(p_codec, 'no codec'), p_zone, p_around);
    had text;
    sorted text;
BEGIN
    PERFORM set_config('pg_strata_clock.now', ((p_around - 2 + time '12:00') AT TIME ZONE p_zone)::text, true);
    EXECUTE format('CREATE TABLE co.%I (id %s NOT NULL, at timestamptz) PARTITION BY RANGE (id)', tab, p_type);
    RETURN NEXT ok(partman.create_parent('co.' || tab, 'id', '1 day', p_premake := 1, p_time_zone := p_zone, p_codec := p_codec), about || 'created');
    FOR i IN 1..4 LOOP
        PERFORM set_config('pg_strata_clock.now', ((p_around - 2 + i + time '12:00') AT TIME ZONE p_zone)::text, true);
        PERFORM partman.run_maintenance('co.' || tab);
    END LOOP;
    RETURN NEXT is(ARRAY(SELECT c.relname || ' ' || replace(pg_get_expr(c.relpartbound, c.oid), '-', '') FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
        WHERE i.inhparent = ('co.' || tab)::regclass AND c.relname !~ 'default$' ORDER BY c.relname),
        ARRAY(SELECT format('%s_p%s FOR VALUES FROM (''%s'') TO (''%s'')', tab, to_char(p_around + i, 'YYYYMMDD'),
                 co.value(p_kind, (p_around + i)::timestamp AT TIME ZONE p_zone, true), co.value(p_kind, (p_around + i + 1)::timestamp AT TIME ZONE p_zone, true))
              FROM generate_series(-3, 3) i), about || 'days of that zone');
    -- The hours of these days and of those before, which have no partitions yet; and the last millisecond of each.
    EXECUTE format($q$ INSERT INTO co.%1$I SELECT co.value(%2$L, h - s, false)::%3$s, h - s
        FROM generate_series(%4$L::timestamptz, %5$L::timestamptz, '1 hour') h, (VALUES (interval '1 ms'), ('1 hour')) x (s) $q$, tab, p_kind, p_type,
        (p_around - 5)::timestamp AT TIME ZONE p_zone, (p_around + 4)::timestamp AT TIME ZONE p_zone);
    EXECUTE format('SELECT sum(hashtextextended(t::text, 0))::text FROM co.%I t', tab) INTO had;
    RETURN NEXT ok(partman.partition_data_time('co.' || tab, 10) > 48, about || 'rows of the past');
    EXECUTE format($q$ SELECT is((SELECT count(*) FROM co.%1$I WHERE tableoid::regclass::text <>
        'co.%1$s_p' || to_char(at AT TIME ZONE %2$L, 'YYYYMMDD')), 0::bigint, %3$L) $q$, tab, p_zone, about || 'each row is where its day is') INTO sorted;
    RETURN NEXT sorted;
    EXECUTE format('SELECT is((SELECT sum(hashtextextended(t::text, 0))::text FROM co.%I t), %L, %L)', tab, had, about || 'no row is lost or changed') INTO sorted;
    RETURN NEXT sorted;
    UPDATE partman.part_config SET retention = '3 days', retention_keep_table = false, ignore_default_data = false WHERE parent_table = 'co.' || tab;
    PERFORM partman.run_maintenance('co.' || tab);
    RETURN NEXT is((SELECT min(partition_tablename) FROM partman.show_partitions('co.' || tab)), tab || '_p' || to_char(p_around - 1, 'YYYYMMDD'), about || 'retired by time');
    EXECUTE format('CREATE TABLE co.%I (id %s, at timestamptz)', tab || '_t', p_type);
    EXECUTE format('SELECT count(*)::text FROM co.%I', tab) INTO had;
    PERFORM partman.undo_partition('co.' || tab, 'co.' || tab || '_t', 100, '5 hours', false);
    EXECUTE format('SELECT is((SELECT count(*)::text FROM co.%I), %L, %L)', tab || '_t', had, about || 'undone') INTO sorted;
    RETURN NEXT sorted;
END $$;
SELECT co.live(k.kind, k.type, k.codec, z.zone, z.day)
FROM (VALUES ('uuid', 'uuid', NULL), ('uuid', 'uuid', 'uuidv7'), ('uuid', 'uuid', 'ulid'), ('text', 'text COLLATE "C"', 'ulid'), ('text', 'varchar(26) COLLATE "C"', 'ulid'),
             ('bytea', 'bytea', 'ulid'), ('bigint', 'bigint', 'snowflake(1288834974657, 22)'), ('bigint', 'numeric', 'snowflake(1288834974657,22)')) k (kind, type, codec),
     (VALUES ('Europe/Berlin', date '2026-03-29'), ('Europe/Berlin', '2026-10-25'), ('America/New_York', '2026-03-08')) z (zone, day)
WHERE k.type NOT IN ('numeric', 'varchar(26) COLLATE "C"');
SELECT co.live('text', 'varchar(26) COLLATE "C"', 'ulid', 'Asia/Kathmandu', '2026-06-01');
SELECT co.live('bigint', 'numeric', 'snowflake(1288834974657,22)', 'Asia/Kathmandu', '2026-06-01');

-- The key compares as the table says, not as the column says: lower case is after all capitals there.
CREATE FUNCTION co.letters(t timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN t < '2026-03-01 00:00+00' THEN 'Z' ELSE 'a' END || to_char(t AT TIME ZONE 'UTC', 'YYYYMMDDHH24') $$;
CREATE FUNCTION co.time_of(v text) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT to_timestamp(substr(v, 2), 'YYYYMMDDHH24') $$;
SET LOCAL pg_strata_clock.now = '2026-06-15 12:00+00';
CREATE TABLE co.letters (id text COLLATE "en-x-icu" NOT NULL) PARTITION BY RANGE (id COLLATE "C");
SELECT partman.create_parent('co.letters', 'id', '1 month', p_premake := 1, p_time_zone := 'UTC', p_time_encoder := 'co.letters', p_time_decoder := 'co.time_of');
INSERT INTO co.letters SELECT co.letters(t) FROM generate_series(timestamptz '2026-01-01 00:00+00', '2026-04-30', '1 day') t;
SELECT is(partman.partition_data_time('co.letters', 10), 120::bigint, 'moved in the order of the key');
SELECT is((SELECT array_agg(DISTINCT tableoid::regclass::text) FROM co.letters), '{co.letters_p20260101,co.letters_p20260201,co.letters_p20260301,co.letters_p20260401}', 'to their months');

-- Sub-partitions of the same key and of another one.
CREATE TABLE co.sub_uuid (id uuid NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('co.sub_uuid', 'id', '1 month', p_premake := 1);
SELECT ok(partman.create_sub_partition('co.sub_uuid', 'id', '1 day', p_premake := 1, p_declarative_check := 'yes'), 'days of UUIDv7 below months');
CREATE TABLE co.sub_flake (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('co.sub_flake', 'id', '1 month', p_premake := 1, p_codec := 'snowflake(1288834974657, 22)');
SELECT ok(partman.create_sub_partition('co.sub_flake', 'id', '1 day', p_premake := 1, p_declarative_check := 'yes'), 'days of Snowflake ids below months');
CREATE TABLE co.sub_other (at timestamptz NOT NULL, id uuid NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('co.sub_other', 'at', '1 month', p_premake := 1);
SELECT ok(partman.create_sub_partition('co.sub_other', 'id', '1 day', p_premake := 1, p_declarative_check := 'yes'), 'days of UUIDv7 below months of another column');
SELECT is((SELECT array_agg(DISTINCT codec) FROM partman.part_config WHERE parent_table ~ 'co.sub_flake'), '{"snowflake(1288834974657, 22)"}', 'the codec goes along');
SET LOCAL pg_strata_clock.now = '2026-07-03 12:00+00';
SELECT partman.run_maintenance('co.' || t), partman.run_maintenance('co.' || t || '_p20260701') FROM unnest(ARRAY['sub_uuid', 'sub_flake', 'sub_other']) t;
SELECT is((SELECT array_agg(partition_tablename ORDER BY 1) FROM partman.show_partitions('co.' || t || '_p20260701') WHERE partition_tablename ~ '_p202607'
            AND right(partition_tablename, 8) BETWEEN '20260702' AND '20260704'),
    ARRAY[t || '_p20260701_p20260702', t || '_p20260701_p20260703', t || '_p20260701_p20260704'], 'maintained: ' || t) FROM unnest(ARRAY['sub_uuid', 'sub_flake', 'sub_other']) t;
INSERT INTO co.sub_uuid VALUES (partman.uuid7_time_encoder('2026-07-03 10:00+00'));
INSERT INTO co.sub_flake VALUES (co.value('bigint', '2026-07-03 10:00+00', false)::bigint);
SELECT is((SELECT tableoid::regclass::text FROM co.sub_uuid), 'co.sub_uuid_p20260701_p20260703', 'a UUIDv7 finds its day');
SELECT is((SELECT tableoid::regclass::text FROM co.sub_flake), 'co.sub_flake_p20260701_p20260703', 'and a Snowflake id');

-- The functions of the dialect.
SELECT is(partman.uuid7_time_encoder('2026-11-01 00:00:00+00'), '01a19467-e800-0000-0000-000000000000', 'encoded');
SELECT is(partman.uuid7_time_encoder('2026-11-01 00:00:00.0006+00'), '01a19467-e801-0000-0000-000000000000', 'to the nearest millisecond');
SELECT is(partman.uuid7_time_encoder('1970-01-01 00:00:00+00'), '00000000-0000-0000-0000-000000000000', 'from 1970');
SELECT is(partman.uuid7_time_decoder('01a19467-e800-7fff-bfff-ffffffffffff'), '2026-11-01 00:00:00+00', 'decoded');
SELECT is(partman.uuid7_time_decoder(partman.uuid7_time_encoder('10889-08-02 05:31:50.655+00')::text), '10889-08-02 05:31:50.655+00', 'until 10889');
SELECT is(partman.uuid7_time_decoder(partman.uuid7_time_encoder(t)::text), t, 'and back: ' || t)
FROM unnest(ARRAY['1970-01-01 00:00:00.001+00', '2026-03-29 02:30:00.123+01', '9999-12-31 23:59:59.999+00']::timestamptz[]) t;
SELECT is(partman.uuid7_time_encoder(NULL), NULL, 'nothing encoded');
SELECT is(partman.uuid7_time_decoder(NULL), NULL, 'nothing decoded');
SELECT is((co.raised(format('SELECT partman.uuid7_time_encoder(%L)', t))).state, '22008', t || ' has none')
FROM unnest(ARRAY['infinity', '-infinity', '1969-12-31 23:59:59+00', '10890-01-01', '294276-12-31']) t;
SELECT is((co.raised($$SELECT partman.uuid7_time_decoder('no uuid')$$)).state, '22P02', 'no uuid');

-- A set that somebody else has made goes on.
CREATE TABLE co.others (id uuid NOT NULL) PARTITION BY RANGE (id);
SELECT format('CREATE TABLE co.others_%s PARTITION OF co.others FOR VALUES FROM (%L) TO (%L)', to_char(d, 'YYYY_MM_DD'), partman.uuid7_time_encoder(d), partman.uuid7_time_encoder(d + interval '1 day'))
FROM generate_series(timestamptz '2026-05-20', '2026-05-31', '1 day') d \gexec
SET LOCAL pg_strata_clock.now = '2026-05-31 12:00+00';
SELECT is((SELECT string_agg(value, ' | ' ORDER BY subject) FROM partman.manage('co.others') WHERE topic = 'setting' AND subject IN ('partition_interval', 'time_zone', 'name_template')),
    '{table}_{YYYY}_{MM}_{DD} | 1 day | UTC', 'inferred');
SELECT partman.run_maintenance('co.others');
SELECT is((SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = 'co.others_2026_06_01'::regclass),
    format('FOR VALUES FROM (''%s'') TO (''%s'')', partman.uuid7_time_encoder('2026-06-01'), partman.uuid7_time_encoder('2026-06-02')), 'continued');
SELECT is((SELECT (partition_table, suffix_timestamp, table_exists)::text FROM partman.show_partition_name('co.others', '2026-05-25 10:00')),
    '(others_2026_05_25,"2026-05-25 00:00:00+00",t)', 'a value is a time');

-- Rows tell what does not fit.
CREATE TABLE co.random (id uuid NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE co.random_old PARTITION OF co.random DEFAULT;
INSERT INTO co.random SELECT gen_random_uuid() FROM generate_series(1, 200);
CREATE TABLE co.lower (id text COLLATE "C" NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE co.lower_old PARTITION OF co.lower DEFAULT;
INSERT INTO co.lower VALUES ('01ARZ3NDEKTSV4RRFFQ69G5FAV'), ('01arz3ndektsv4rrffq69g5fav');
CREATE TABLE co.seconds (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE co.seconds_old PARTITION OF co.seconds FOR VALUES FROM (MINVALUE) TO (0);
CREATE TABLE co.seconds_mine PARTITION OF co.seconds DEFAULT;
INSERT INTO co.seconds SELECT 1500000000 * 1000::bigint FROM generate_series(1, 100);
INSERT INTO co.seconds VALUES (9223372036854775807);
SELECT is((e.state, e.message)::text, format('(22023,"%s")', replace(t.message, '"', '""')), t.arguments)
FROM (VALUES
    ($$'co.random', 'id', '1 day'$$, 'rows of table "co.random" do not hold times as uuidv7'),
    ($$'co.random', 'id', '1 day', p_codec := 'ulid'$$, 'rows of table "co.random" do not hold times as ulid'),
    ($$'co.lower', 'id', '1 day', p_codec := 'ulid'$$, 'rows of table "co.lower" do not hold times as ulid'),
    ($$'co.seconds', 'id', '1 day', p_epoch := 'seconds'$$, 'rows of table "co.seconds" do not hold times as epoch in seconds')) t (arguments, message),
    co.raised(format('SELECT partman.create_parent(%s)', t.arguments)) e;
SELECT matches((co.raised($$SELECT partman.create_parent('co.random', 'id', '1 day')$$)).detail, '^Value [0-9a-f-]{36} of column "id" has version 4, not 7\.$', 'with one that does not');
-- One that means `for ever` is no reason.
SELECT lives_ok($$SELECT partman.create_parent('co.seconds', 'id', '1 day', p_epoch := 'milliseconds')$$, 'others fit');

-- What cannot be.
CREATE TABLE co.u (id uuid NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE co.t (id text NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE co.y (id bytea NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE co.i (id integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE co.b (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE co.ts (id timestamptz NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE co.l (id uuid NOT NULL) PARTITION BY LIST (id);
SELECT is(e.state || ': ' || e.message, t.error, t.arguments)
FROM (VALUES
    ($$'co.u', 'id', '1 day', p_codec := 'uuidv4'$$, '22023: codec "uuidv4" is not valid'),
    ($$'co.u', 'id', '1 day', p_codec := ''$$, '22023: codec "" is not valid'),
    ($$'co.u', 'id', '1 day', p_codec := 'uuidv7(1)'$$, '22023: codec "uuidv7(1)" is not valid'),
    ($$'co.u', 'id', '1 day', p_codec := 'snowflake(0, 22)'$$, '42804: codec "snowflake" does not fit a control column of type uuid'),
    ($$'co.t', 'id', '1 day', p_codec := 'uuidv7'$$, '42804: codec "uuidv7" does not fit a control column of type text'),
    ($$'co.ts', 'id', '1 day', p_codec := 'ulid'$$, '42804: codec "ulid" does not fit a control column of type timestamp with time zone'),
    ($$'co.i', 'id', '1 day', p_codec := 'snowflake(0, 22)'$$, '42804: codec "snowflake" does not fit a control column of type integer'),
    ($$'co.b', 'id', '1 day', p_codec := 'snowflake(0, 99)'$$, '22023: shift 99 of codec snowflake is out of range'),
    ($$'co.b', 'id', '1 day', p_codec := 'snowflake(-1, 22)'$$, '22023: epoch -1 of codec snowflake is out of range'),
    ($$'co.b', 'id', '1 day', p_codec := 'snowflake(0)'$$, '22023: codec "snowflake(0)" is not valid'),
    ($$'co.b', 'id', '1 day', p_codec := 'snowflake(0, 22)', p_epoch := 'seconds'$$, '22023: p_codec cannot be combined with p_epoch, p_time_encoder and p_time_decoder'),
    ($$'co.b', 'id', '1000', p_codec := 'snowflake(0, 22)'$$, '22023: partition interval "1000" has no unit'),
    ($$'co.u', 'id', '1000'$$, '22023: partition interval "1000" has no unit'),
    ($$'co.u', 'id', '1 day', p_start_partition := '1960-01-01'$$, '22008: partition bound out of range for type uuid'),
    ($$'co.t', 'id', '1 day'$$, '22023: p_time_encoder and p_time_decoder needs to be set for text/uuid type control column'),
    ($$'co.y', 'id', '1 day'$$, '42804: pg_partman only supports partitioning of data types that are integer, numeric, date/timestamp or specially encoded text. Supplied column is of type bytea'),
    ($$'co.l', 'id', '1 day', 'list'$$, '0A000: cannot manage table "co.l", which is partitioned by list')) t (arguments, error),
    co.raised(format('SELECT partman.create_parent(%s)', t.arguments)) e;
-- A bound with a version in it is none of ours.
CREATE TABLE co.u_odd PARTITION OF co.u FOR VALUES FROM ('01a19467-e800-7000-8000-000000000000') TO ('01a1998e-4400-7000-8000-000000000000');
SELECT is((co.raised($$SELECT partman.create_parent('co.u', 'id', '1 day')$$)).message,
    'partition bound 01a19467-e800-7000-8000-000000000000 is not a time as uuidv7', 'bounds are the first values of a time');
DROP TABLE co.u_odd;

-- A hand at the configuration.
SELECT partman.create_parent('co.u', 'id', '1 day');
SELECT is((co.raised($$UPDATE partman.part_config SET codec = 'snowflake(0, 22)' WHERE parent_table = 'co.u'$$)).state, '42804', 'a codec of another type');
SELECT is((co.raised($$UPDATE partman.part_config SET codec = 'x' WHERE parent_table = 'co.u'$$)).state, '22023', 'no codec');
SELECT lives_ok($$UPDATE partman.part_config SET codec = 'ulid' WHERE parent_table = 'co.u'$$, 'one that fits');

SELECT * FROM finish();
ROLLBACK;
