-- Text and uuid keys with functions of the user's own.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT no_plan();
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA en;
CREATE SCHEMA "En Fn";
UPDATE partman.part_config SET automatic_maintenance = 'off';

CREATE FUNCTION en.raised(p_sql text, OUT state text, OUT message text, OUT detail text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE p_sql;
    state := '00000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
END $$;

-- The wall clock of the session, as people write it; a hexadecimal number; a uuid of their own.
CREATE FUNCTION "En Fn"."Encode It"(t timestamptz) RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN 'TBL' || to_char(t, 'YYYYMMDDHH24MISS'); END $$;
CREATE FUNCTION "En Fn"."Decode It"(v text) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN to_timestamp(substring(v FROM 4), 'YYYYMMDDHH24MISS'); END $$;
CREATE FUNCTION en.hex(t timestamptz) RETURNS varchar LANGUAGE sql IMMUTABLE AS $$ SELECT lpad(to_hex(extract(epoch FROM t)::bigint), 10, '0') $$;
CREATE FUNCTION en.unhex(v text) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT to_timestamp(('x' || lpad(left(v, 10), 16, '0'))::bit(64)::bigint) $$;
CREATE FUNCTION en.id(t timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT (en.hex(t) || repeat('0', 22))::uuid $$;
CREATE FUNCTION en.unid(v text) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT en.unhex(replace(v, '-', '')) $$;

CREATE FUNCTION en.live(p_type text, p_encoder text, p_decoder text, p_sql text, p_zone text, p_around date) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    tab text := lower(format('%s_%s_%s', left(p_type, 4), regexp_replace(p_encoder || p_zone, '\W', '', 'g'), to_char(p_around, 'MMDD')));
    about text := format('%s, %s, %s, %s: ', p_type, p_encoder, p_zone, p_around);
    had text;
    told text;
BEGIN
    PERFORM set_config('pg_strata_clock.now', ((p_around - 2 + time '12:00') AT TIME ZONE p_zone)::text, true);
    EXECUTE format('CREATE TABLE en.%I (id %s NOT NULL, at timestamptz) PARTITION BY RANGE (id)', tab, p_type);
    RETURN NEXT ok(partman.create_parent('en.' || tab, 'id', '1 day', p_premake := 1, p_time_zone := p_zone, p_time_encoder := p_encoder, p_time_decoder := p_decoder), about || 'created');
    RETURN NEXT is((SELECT time_encoder || ' ' || time_decoder FROM partman.part_config WHERE parent_table = 'en.' || tab), p_encoder || ' ' || p_decoder, about || 'remembered');
    FOR i IN 1..4 LOOP
        PERFORM set_config('pg_strata_clock.now', ((p_around - 2 + i + time '12:00') AT TIME ZONE p_zone)::text, true);
        PERFORM partman.run_maintenance('en.' || tab);
    END LOOP;
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('en.' || tab)),
        ARRAY(SELECT tab || '_p' || to_char(p_around + i, 'YYYYMMDD') FROM generate_series(-3, 3) i), about || 'days');
    RETURN NEXT is((SELECT count(*) FROM partman.show_partitions('en.' || tab) p, partman.show_partition_info('en.' || p.partition_tablename) i
        WHERE i.child_start_time = to_date(right(p.partition_tablename, 8), 'YYYYMMDD')::timestamp AT TIME ZONE p_zone
          AND i.child_end_time = (to_date(right(p.partition_tablename, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE p_zone), 7::bigint, about || 'of that zone');
    -- The functions read the clock of the session: the one who inserts has the zone of the set.
    PERFORM set_config('TimeZone', p_zone, true);
    EXECUTE format($q$ INSERT INTO en.%1$I SELECT (%2$s)::%3$s, h FROM generate_series(%4$L::timestamptz, %5$L::timestamptz - interval '1 hour', '1 hour') h $q$, tab, p_sql, p_type,
        (p_around - 5)::timestamp AT TIME ZONE p_zone, (p_around + 4)::timestamp AT TIME ZONE p_zone);
    PERFORM set_config('TimeZone', 'UTC', true);
    EXECUTE format('SELECT sum(hashtextextended(t::text, 0))::text FROM en.%I t', tab) INTO had;
    RETURN NEXT is(partman.partition_data_time('en.' || tab, 10), 48::bigint, about || 'rows of the past');
    EXECUTE format($q$ SELECT is((SELECT count(*) FROM en.%1$I WHERE tableoid::regclass::text <>
        'en.%1$s_p' || to_char(at AT TIME ZONE %2$L, 'YYYYMMDD')), 0::bigint, %3$L) $q$, tab, p_zone, about || 'each row is where its day is') INTO told;
    RETURN NEXT told;
    EXECUTE format('SELECT is((SELECT sum(hashtextextended(t::text, 0))::text FROM en.%I t), %L, %L)', tab, had, about || 'no row is lost or changed') INTO told;
    RETURN NEXT told;
    RETURN NEXT is((SELECT partition_table FROM partman.show_partition_name('en.' || tab, ((p_around + 1)::timestamp AT TIME ZONE p_zone)::text)), tab || '_p' || to_char(p_around + 1, 'YYYYMMDD'), about || 'found by its time');
    UPDATE partman.part_config SET retention = '3 days', retention_keep_table = false, ignore_default_data = false WHERE parent_table = 'en.' || tab;
    PERFORM partman.run_maintenance('en.' || tab);
    RETURN NEXT is((SELECT min(partition_tablename) FROM partman.show_partitions('en.' || tab)), tab || '_p' || to_char(p_around - 1, 'YYYYMMDD'), about || 'retired by time');
    EXECUTE format('SELECT count(*)::text FROM en.%I', tab) INTO had;
    EXECUTE format('CREATE TABLE en.%I (id %s, at timestamptz)', tab || '_t', p_type);
    PERFORM partman.undo_partition('en.' || tab, 'en.' || tab || '_t', 100, '5 hours', false);
    EXECUTE format('SELECT is((SELECT count(*)::text FROM en.%I), %L, %L)', tab || '_t', had, about || 'undone') INTO told;
    RETURN NEXT told;
END $$;
SELECT en.live(f.type, f.encoder, f.decoder, f.sql, z.zone, z.day)
FROM (VALUES ('text', 'En Fn.Encode It', 'En Fn.Decode It', $$"En Fn"."Encode It"(h)$$), ('varchar', 'en.hex', 'en.unhex', $$en.hex(h) || 'tail'$$),
             ('uuid', 'en.id', 'en.unid', $$(left(en.id(h)::text, 13) || '-4000-8000-abcdefabcdef')::uuid$$),
             ('uuid', 'partman.uuid7_time_encoder', 'partman.uuid7_time_decoder', $$(left(partman.uuid7_time_encoder(h)::text, 13) || '-7abc-8000-abcdefabcdef')::uuid$$),
             ('text', 'uuid7_time_encoder', 'uuid7_time_decoder', 'partman.uuid7_time_encoder(h)::text')) f (type, encoder, decoder, sql),
     (VALUES ('Asia/Kathmandu', date '2026-06-01'), ('Europe/Berlin', '2026-03-29')) z (zone, day)
-- A wall clock has an hour that it shows twice, or not at all; its functions fit only where none is a bound.
WHERE f.encoder <> 'En Fn.Encode It' OR z.zone <> 'Europe/Berlin';

-- What does not work is said before anything is made.
CREATE TABLE en.t (id text COLLATE "C" NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE en.b (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE FUNCTION en.unordered(t timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT to_char(t AT TIME ZONE 'UTC', 'DD.MM.YYYY') $$;
CREATE FUNCTION en.disorder(v text) RETURNS timestamptz LANGUAGE sql AS $$ SELECT to_timestamp(v, 'DD.MM.YYYY') $$;
CREATE FUNCTION en.coarse(t timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT to_char(t, 'YYYY') $$;
CREATE FUNCTION en.wrong(v text) RETURNS timestamptz LANGUAGE sql AS $$ SELECT en.unhex(v) + interval '1 second' $$;
CREATE FUNCTION en.nothing(t timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT NULL::text $$;
CREATE FUNCTION en.failing(t timestamptz) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today' USING ERRCODE = 'P0042'; END $$;
SELECT is(e.state || ': ' || e.message, t.error, t.arguments)
FROM (VALUES
    ($$'en.t', 'id', '1 day'$$, '22023: p_time_encoder and p_time_decoder needs to be set for text/uuid type control column'),
    ($$'en.t', 'id', '1 day', p_time_encoder := 'en.hex'$$, '22023: p_time_encoder and p_time_decoder needs to be set for text/uuid type control column'),
    ($$'en.t', 'id', '1 day', p_time_decoder := 'en.unhex'$$, '22023: p_time_encoder and p_time_decoder needs to be set for text/uuid type control column'),
    ($$'en.b', 'id', '1 day', p_time_encoder := 'en.hex', p_time_decoder := 'en.unhex'$$, '22023: p_time_encoder and p_time_decoder can only be used with text/uuid type control column'),
    ($$'en.t', 'id', '1 day', p_codec := 'ulid', p_time_encoder := 'en.hex', p_time_decoder := 'en.unhex'$$, '22023: p_codec cannot be combined with p_epoch, p_time_encoder and p_time_decoder'),
    ($$'en.t', 'id', '1 day', p_time_encoder := 'en.none', p_time_decoder := 'en.unhex'$$, '42704: function "en.none" does not exist'),
    ($$'en.t', 'id', '1 day', p_time_encoder := 'hex', p_time_decoder := 'en.unhex'$$, '42704: function "hex" does not exist'),
    ($$'en.t', 'id', '1 day', p_time_encoder := 'en.hex', p_time_decoder := 'nowhere.unhex'$$, '42704: function "nowhere.unhex" does not exist'),
    ($$'en.t', 'id', '1 day', p_time_encoder := 'en.unordered', p_time_decoder := 'en.disorder'$$, '22023: values of en.unordered() do not sort like their times'),
    ($$'en.t', 'id', '1 day', p_time_encoder := 'en.coarse', p_time_decoder := 'en.unhex'$$, '22023: values of en.coarse() are not decoded as the times they were made of'),
    ($$'en.t', 'id', '1 day', p_time_encoder := 'en.hex', p_time_decoder := 'en.wrong'$$, '22023: values of en.hex() are not decoded as the times they were made of'),
    ($$'en.t', 'id', '1 day', p_time_encoder := 'en.nothing', p_time_decoder := 'en.unhex'$$, '22004: time encoder en.nothing returned null'),
    ($$'en.t', 'id', '1 day', p_time_encoder := 'en.failing', p_time_decoder := 'en.unhex'$$, 'P0042: not today')) t (arguments, error),
    en.raised(format('SELECT partman.create_parent(%s)', t.arguments)) e;
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table = 'en.t'), 0::bigint, 'and nothing was');

-- Whose code runs as whom.
CREATE ROLE regress_en_owner;
CREATE ROLE regress_en_other;
CREATE SCHEMA mine AUTHORIZATION regress_en_owner;
CREATE SCHEMA theirs AUTHORIZATION regress_en_other;
GRANT USAGE ON SCHEMA en, partman, theirs TO regress_en_owner, regress_en_other;
GRANT CREATE ON SCHEMA theirs TO regress_en_other;
SET LOCAL ROLE regress_en_other;
CREATE FUNCTION theirs.hex(t timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT en.hex(t) $$;
RESET ROLE;
SET LOCAL ROLE regress_en_owner;
CREATE TABLE mine.runs (who name, zone text, path text);
CREATE FUNCTION mine.hex(t timestamptz) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mine.runs VALUES (current_user, current_setting('TimeZone'), current_setting('search_path'));
    RETURN en.hex(t);
END $$;
CREATE TABLE mine.t (id text NOT NULL) PARTITION BY RANGE (id);
SELECT is((en.raised($$SELECT partman.create_parent('mine.t', 'id', '1 day', p_time_encoder := 'theirs.hex', p_time_decoder := 'en.unhex')$$)).message,
    'function "theirs.hex" belongs to somebody else than the table', 'a function of somebody else is not called');
SELECT ok(partman.create_parent('mine.t', 'id', '1 day', p_time_zone := 'Asia/Tokyo', p_time_encoder := 'mine.hex', p_time_decoder := 'en.unhex'), 'one of the owner, and one of a superuser');
RESET ROLE;
SELECT is((en.raised($$UPDATE partman.part_config SET time_encoder = 'theirs.hex' WHERE parent_table = 'mine.t'$$)).state, '42501', 'nor put into the configuration');
SELECT is((en.raised($$UPDATE partman.part_config SET time_encoder = 'mine.none' WHERE parent_table = 'mine.t'$$)).state, '42704', 'nor one that is not there');
DELETE FROM mine.runs;
SET LOCAL search_path = mine, public;
SET LOCAL pg_strata_clock.now = '2027-01-01 00:00+00';
SELECT partman.run_maintenance('mine.t');
SELECT isnt((SELECT count(*) FROM mine.runs), 0::bigint, 'a superuser''s maintenance calls it');
SELECT is((SELECT array_agg(DISTINCT (who, zone, path)::text) FROM mine.runs), '{"(regress_en_owner,Asia/Tokyo,\"pg_catalog, pg_temp\")"}', 'as the owner, in the set''s zone, and nothing in the path');
CREATE OR REPLACE FUNCTION mine.hex(t timestamptz) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RESET ROLE; RETURN en.hex(t); END $$;
SET LOCAL pg_strata_clock.now = '2027-01-20 00:00+00';
SELECT isnt((en.raised($$SELECT partman.run_maintenance('mine.t')$$)).state, '00000', 'and cannot get out of that');

-- A function that fails is the trouble of its set alone.
CREATE TABLE en.sound (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('en.sound', 'at', '1 month');
CREATE FUNCTION en.breaking(v text) RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RETURN en.unhex(v); END $$;
CREATE TABLE en.broken (id text NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('en.broken', 'id', '1 month', p_time_encoder := 'en.hex', p_time_decoder := 'en.breaking');
CREATE OR REPLACE FUNCTION en.breaking(v text) RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$;
SELECT is((SELECT array_agg(DISTINCT parent_table) FROM partman.partitions WHERE parent_table IN ('en.sound', 'en.broken')), '{en.sound}', 'others are listed');
UPDATE partman.part_config SET premake = 8, automatic_maintenance = 'on' WHERE parent_table IN ('en.sound', 'en.broken');
SELECT lives_ok('SELECT partman.run_maintenance()', 'the run goes on');
SELECT is((SELECT (count(*) FILTER (WHERE parent_table = 'en.sound' AND outcome = 'ok'), min(message) FILTER (WHERE parent_table = 'en.broken'))::text
    FROM partman.maintenance_history WHERE parent_table IN ('en.sound', 'en.broken') AND action = 'maintain'), '(1,broken)', 'and says what was wrong');
DROP FUNCTION en.breaking(text);
SELECT is((en.raised($$SELECT partman.show_partitions('en.broken')$$)).message, 'function "en.breaking" does not exist', 'one that is gone is named');
SELECT lives_ok('DROP TABLE en.broken', 'and its table can be dropped');

SELECT * FROM finish();
ROLLBACK;
