-- Whatever a session has set, and wherever it is: the same partitions come out.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';
-- Cannot be made in a transaction.
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE regress_trap LOCATION '';

BEGIN;
SELECT plan(19 + 6 * 4);
SET TimeZone = 'UTC';
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE SCHEMA s;
CREATE ACCESS METHOD trap TYPE TABLE HANDLER heap_tableam_handler;
CREATE SCHEMA trap;
CREATE TABLE trap.pg_class (oid oid);
CREATE TABLE trap.part_config (parent_table text);
CREATE FUNCTION trap.now() RETURNS timestamptz LANGUAGE sql AS $$SELECT '1999-01-01'::timestamptz$$;
CREATE FUNCTION trap.trapped(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE 'this is the wrong operator'; END$$;
CREATE OPERATOR trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.trapped);

-- Taken over, maintained ahead and relieved of the past, in a session with this setting.
CREATE FUNCTION s.live(p_table text, p_setting text, p_value text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($sql$CREATE TABLE %I.%I (id int, at timestamptz NOT NULL, note text DEFAULT 'a' || E'\\', price float8 DEFAULT 0.1,
        since interval DEFAULT '1 day 2 hours', day date DEFAULT '2026-02-01', CHECK (since > '1 hour' AND at > '1990-01-01 00:00+01'),
        PRIMARY KEY (id, at)) PARTITION BY RANGE (at)$sql$, 's', p_table);
    EXECUTE format('CREATE INDEX %I ON s.%I (note) WHERE note IS NOT NULL AND day > ''2026-02-01''', p_table || '_i', p_table);
    PERFORM set_config('pg_strata_clock.now', '2026-03-27 12:00:00+00', true);
    PERFORM pg_catalog.set_config(p_setting, p_value, true);
    PERFORM partman.create_parent('s.' || p_table, 'at', '1 day', p_premake := 3, p_time_zone := 'Europe/Berlin');
    UPDATE partman.part_config SET retention = '2 days', retention_keep_table = false WHERE parent_table OPERATOR(pg_catalog.=) ('s.' || p_table);
    PERFORM pg_catalog.set_config('pg_strata_clock.now', '2026-03-29 12:00:00+00', true);
    PERFORM partman.run_maintenance('s.' || p_table);
END $$;
-- All that the catalog says of the partitions, read by a session that is as it should be.
CREATE FUNCTION s.made(p_table text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT replace(concat_ws(' | ', c.relname, pg_get_expr(c.relpartbound, c.oid), a.amname, c.reltablespace, c.relpersistence,
             (SELECT string_agg(pg_get_expr(d.adbin, d.adrelid), ', ' ORDER BY d.adnum) FROM pg_attrdef d WHERE d.adrelid = c.oid),
             (SELECT string_agg(pg_get_constraintdef(k.oid), ', ' ORDER BY k.conname) FROM pg_constraint k WHERE k.conrelid = c.oid),
             (SELECT string_agg(pg_get_indexdef(x.indexrelid) || ic.reltablespace, ', ' ORDER BY ic.relname)
                FROM pg_index x JOIN pg_class ic ON ic.oid = x.indexrelid WHERE x.indrelid = c.oid)), p_table, '@')
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_am a ON a.oid = c.relam
     WHERE i.inhparent = ('s.' || p_table)::regclass ORDER BY c.relname
$$;

SELECT s.live('plain', 'search_path', 'public, s');
SELECT is((SELECT string_agg(regexp_replace(m, ' .*', ''), ' ') FROM s.made('plain') m),
          '@_default @_p20260327 @_p20260328 @_p20260329 @_p20260330 @_p20260331 @_p20260401', 'what is to come out');
SAVEPOINT usual;
CREATE FUNCTION s.same(p_setting text, p_value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    wrong text;
BEGIN
    BEGIN
        PERFORM s.live('other', p_setting, p_value);
        -- Ends the setting, and keeps the result.
        PERFORM set_config('search_path', 'public, s', true), set_config('session_replication_role', 'origin', true),
                set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, MDY', true), set_config('IntervalStyle', 'postgres', true),
                set_config('extra_float_digits', '1', true), set_config('quote_all_identifiers', 'off', true),
                set_config('standard_conforming_strings', 'on', true);
        SELECT coalesce(string_agg(d, E'\n'), '') INTO wrong
          FROM ((SELECT * FROM s.made('other') EXCEPT SELECT * FROM s.made('plain'))
                UNION ALL (SELECT * FROM s.made('plain') EXCEPT SELECT * FROM s.made('other'))) AS differences(d);
        RAISE EXCEPTION 'enough' USING DETAIL = wrong;
    EXCEPTION WHEN raise_exception THEN
        GET STACKED DIAGNOSTICS wrong = PG_EXCEPTION_DETAIL;
        IF SQLERRM <> 'enough' THEN
            wrong := SQLERRM;
        END IF;
    END;
    RETURN is(wrong, '', p_setting || ' = ' || p_value);
END $$;

SELECT s.same(setting, value) FROM (VALUES
    ('search_path', 'trap, pg_catalog'), ('TimeZone', 'Pacific/Chatham'), ('TimeZone', 'America/St_Johns'), ('DateStyle', 'German, DMY'),
    ('IntervalStyle', 'sql_standard'), ('extra_float_digits', '-15'), ('default_tablespace', 'regress_trap'),
    ('default_table_access_method', 'trap'), ('quote_all_identifiers', 'on'), ('standard_conforming_strings', 'off'),
    ('transform_null_equals', 'on'), ('row_security', 'off'), ('array_nulls', 'off'), ('check_function_bodies', 'off'),
    ('session_replication_role', 'replica'), ('client_encoding', 'LATIN1'), ('jit_above_cost', '0'), ('statement_timeout', '60s'))
    AS settings(setting, value);

-- Sets in many zones, maintained day by day over the changes of the clock by sessions that are somewhere else each time.
CREATE TABLE s.sessions (n serial, zone text);
INSERT INTO s.sessions (zone) VALUES ('UTC'), ('Pacific/Kiritimati'), ('America/New_York'), ('Asia/Kathmandu'), ('Pacific/Pago_Pago'), ('Europe/London');
CREATE FUNCTION s.travel(p_table text, p_zone text, p_interval text, p_from timestamptz, p_steps int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE s.%I (at timestamptz NOT NULL) PARTITION BY RANGE (at)', p_table);
    PERFORM set_config('pg_strata_clock.now', p_from::text, true);
    PERFORM partman.create_parent('s.' || p_table, 'at', p_interval, p_premake := 2, p_default_table := false, p_time_zone := p_zone);
    FOR step IN 1 .. p_steps LOOP
        PERFORM set_config('TimeZone', (SELECT zone FROM s.sessions WHERE n = 1 + step % 6), true);
        PERFORM set_config('pg_strata_clock.now', (p_from + step * interval '12 hours')::text, true);
        PERFORM partman.run_maintenance('s.' || p_table);
    END LOOP;
    PERFORM set_config('TimeZone', 'UTC', true);
END $$;
CREATE FUNCTION s.check_travel(p_table text, p_zone text, p_count int, p_hours text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE found ON COMMIT DROP AS
        SELECT partition_table, lower_time, upper_time, lead(lower_time) OVER (ORDER BY lower_time) AS next,
               lower_time AT TIME ZONE p_zone AS local, (lower_time - interval '1 microsecond') AT TIME ZONE p_zone AS before
          FROM partman.partitions WHERE parent_table = 's.' || p_table;
    RETURN NEXT is((SELECT count(*)::int FROM found), p_count, p_zone || ': as many partitions as there were days');
    RETURN NEXT ok((SELECT bool_and(next = upper_time) FROM found WHERE next IS NOT NULL), p_zone || ': without a gap');
    RETURN NEXT ok((SELECT bool_and(local::date > before::date AND partition_table = p_table || to_char(local, '"_p"YYYYMMDD')) FROM found),
                   p_zone || ': each begins with its day and is named after it');
    RETURN NEXT is((SELECT string_agg(DISTINCT (extract(epoch FROM upper_time - lower_time) / 3600)::float8::text, ' ') FROM found), p_hours,
                   p_zone || ': days of so many hours');
    DROP TABLE found;
END $$;
SELECT s.travel('berlin', 'Europe/Berlin', '1 day', '2026-03-26 10:00+00', 10),
       s.travel('new_york', 'America/New_York', '1 day', '2026-10-29 10:00+00', 10),
       s.travel('lord_howe', 'Australia/Lord_Howe', '1 day', '2026-04-02 10:00+00', 10),
       s.travel('kathmandu', 'Asia/Kathmandu', '1 day', '2026-03-26 10:00+00', 10),
       s.travel('apia', 'Pacific/Apia', '1 day', '2011-12-27 10:00+00', 10),
       s.travel('cairo', 'Africa/Cairo', '1 day', '2026-04-20 10:00+00', 14);
SELECT s.check_travel('berlin', 'Europe/Berlin', 10, '23 24');
SELECT s.check_travel('new_york', 'America/New_York', 10, '24 25');
SELECT s.check_travel('lord_howe', 'Australia/Lord_Howe', 10, '24 24.5');
SELECT s.check_travel('kathmandu', 'Asia/Kathmandu', 10, '24');
SELECT s.check_travel('apia', 'Pacific/Apia', 10, '24');
SELECT s.check_travel('cairo', 'Africa/Cairo', 12, '23 24');

SELECT * FROM finish();
ROLLBACK;
DROP TABLESPACE regress_trap;
