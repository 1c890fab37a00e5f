-- manage(): tables that somebody else has partitioned go on as they began.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT no_plan();

CREATE SCHEMA mg;
CREATE SCHEMA mg_parts;
SET LOCAL TimeZone = 'UTC';

-- Layouts as people make them: `held` partitions, the last of them holding now() or, for 5 minutes, the full hour.
-- `names` is a to_char() pattern for times, and has {from}, {to} and {nr} for ids; @ is the name of the table.
-- `template` is what is to be recognised in them; NULL: nothing, so that new ones have the dialect's names.
CREATE TABLE mg.layout (nr int GENERATED ALWAYS AS IDENTITY, key text, zone text, step text, unit text, held int, names text, template text,
    special text, name text);
INSERT INTO mg.layout (key, zone, step, unit, held, names, template, special) VALUES
    ('timestamptz', 'UTC', '1 month', 'month', 20, '"@_"YYYY_MM', '{table}_{YYYY}_{MM}', ''),
    ('timestamptz', 'Europe/Berlin', '1 month', 'month', 20, '"@_y"YYYY"m"MM', '{table}_y{YYYY}m{MM}', ''),
    ('timestamptz', 'America/New_York', '1 month', 'month', 20, '"@_"YYYYMM', '{table}_{YYYY}{MM}', 'default'),
    ('timestamptz', 'Asia/Kolkata', '1 month', 'month', 20, '"@_"YYYY_mon', '{table}_{YYYY}_{mon}', ''),
    ('timestamptz', 'Asia/Kathmandu', '1 month', 'month', 20, '"part_"YYYY_MM"_of"', 'part_{YYYY}_{MM}_of', ''),
    ('timestamptz', 'Australia/Lord_Howe', '1 month', 'month', 14, '"@_"Mon_YYYY', '{table}_{Mon}_{YYYY}', ''),
    ('timestamptz', 'UTC', '3 months', 'quarter', 8, '"@_"YYYY"q"Q', '{table}_{YYYY}q{Q}', ''),
    ('timestamptz', 'Europe/Berlin', '3 months', 'quarter', 8, '"@_"YYYY"_q"Q', '{table}_{YYYY}_q{Q}', 'default'),
    ('timestamptz', 'America/New_York', '3 months', 'quarter', 8, '"@_"YYYY_MM', '{table}_{YYYY}_{MM}', ''),
    ('timestamptz', 'UTC', '1 year', 'year', 6, '"@_"YYYY', '{table}_{YYYY}', ''),
    ('timestamptz', 'Europe/Berlin', '1 year', 'year', 6, '"@_y"YYYY', '{table}_y{YYYY}', ''),
    ('timestamptz', 'Asia/Kathmandu', '1 year', 'year', 6, '"@_"YY', '{table}_{YY}', ''),
    ('timestamptz', 'UTC', '7 days', 'week', 60, '"@_"IYYY"_week_"IW', '{table}_{IYYY}_week_{IW}', ''),
    ('timestamptz', 'Europe/Berlin', '7 days', 'week', 60, '"@_"IYYY"w"IW', '{table}_{IYYY}w{IW}', ''),
    ('timestamptz', 'America/New_York', '7 days', 'week', 60, '"@_"YYYY_MM_DD', '{table}_{YYYY}_{MM}_{DD}', 'default'),
    ('timestamptz', 'UTC', '1 day', 'day', 40, '"@_"YYYY_MM_DD', '{table}_{YYYY}_{MM}_{DD}', ''),
    ('timestamptz', 'Europe/Berlin', '1 day', 'day', 200, '"@_"YYYYMMDD', '{table}_{YYYY}{MM}{DD}', ''),
    ('timestamptz', 'America/New_York', '1 day', 'day', 200, '"@_d"DD_MM_YYYY', '{table}_d{DD}_{MM}_{YYYY}', ''),
    ('timestamptz', 'Asia/Kolkata', '1 day', 'day', 40, '"@_"YYYY_mon_DD', '{table}_{YYYY}_{mon}_{DD}', ''),
    ('timestamptz', 'Asia/Kathmandu', '1 day', 'day', 40, '"@_p"YYYYMMDD', NULL, ''),
    ('timestamptz', 'Australia/Lord_Howe', '1 day', 'day', 370, '"@-"YYYY-MM-DD', '{table}-{YYYY}-{MM}-{DD}', ''),
    ('timestamptz', 'UTC', '10 days', 'day', 20, '"@_"YYYYMMDD', '{table}_{YYYY}{MM}{DD}', ''),
    ('timestamptz', 'UTC', '01:00:00', 'hour', 50, '"@_"YYYYMMDD"_"HH24', '{table}_{YYYY}{MM}{DD}_{HH24}', ''),
    ('timestamptz', 'Europe/Berlin', '01:00:00', 'hour', 50, '"@_"YYYY_MM_DD"t"HH24', '{table}_{YYYY}_{MM}_{DD}t{HH24}', 'default'),
    ('timestamptz', 'Asia/Kathmandu', '01:00:00', 'hour', 50, '"@_"YYYYMMDDHH24', '{table}_{YYYY}{MM}{DD}{HH24}', ''),
    ('timestamptz', 'UTC', '00:05:00', 'hour', 50, '"@_"YYYYMMDD"_"HH24MI', '{table}_{YYYY}{MM}{DD}_{HH24}{MI}', ''),
    ('timestamptz', 'Asia/Kolkata', '00:05:00', 'hour', 50, '"@_"YYYYMMDD"_"HH24MI', '{table}_{YYYY}{MM}{DD}_{HH24}{MI}', ''),
    ('timestamp', 'UTC', '1 month', 'month', 20, '"@_"YYYY_MM', '{table}_{YYYY}_{MM}', ''),
    ('timestamp', 'UTC', '7 days', 'week', 20, '"@_"IYYY_IW', '{table}_{IYYY}_{IW}', ''),
    ('timestamp', 'UTC', '1 day', 'day', 20, '"@_"YYYY_MM_DD', '{table}_{YYYY}_{MM}_{DD}', 'default'),
    ('timestamp', 'UTC', '01:00:00', 'hour', 20, '"@_"YYYY_MM_DD_HH24', '{table}_{YYYY}_{MM}_{DD}_{HH24}', ''),
    ('timestamp', 'UTC', '1 year', 'year', 4, '"archive_"YYYY', 'archive_{YYYY}', ''),
    ('date', 'UTC', '1 month', 'month', 20, '"@_"YYYY"m"MM', '{table}_{YYYY}m{MM}', ''),
    ('date', 'UTC', '3 months', 'quarter', 8, '"@_"YYYY"_Q"Q', '{table}_{YYYY}_Q{Q}', ''),
    ('date', 'UTC', '7 days', 'week', 60, '"@_"IYYY"_w"IW', '{table}_{IYYY}_w{IW}', 'default'),
    ('date', 'UTC', '1 day', 'day', 20, '"@_"YYMMDD', '{table}_{YY}{MM}{DD}', ''),
    ('date', 'UTC', '10 years', 'decade', 4, '"@_"YYYY"s"', '{table}_{YYYY}s', ''),
    ('date', 'UTC', '14 days', 'week', 10, '"@_from_"YYYY_MM_DD', '{table}_from_{YYYY}_{MM}_{DD}', ''),
    ('int', NULL, '1000', NULL, 12, '@_{from}', '{table}_{from}', ''),
    ('int', NULL, '1000', NULL, 12, '@_p{from}', NULL, 'default'),
    ('bigint', NULL, '1000000', NULL, 12, '@_{from}_{to}', '{table}_{from}_{to}', ''),
    ('bigint', NULL, '1000000', NULL, 12, 'chunk_{nr}', NULL, ''),
    ('bigint', NULL, '100000', NULL, 5, '@_to_{to}', '{table}_to_{to}', 'offset'),
    ('smallint', NULL, '100', NULL, 9, '@{from}', '{table}{from}', ''),
    ('int', NULL, '500', NULL, 9, '@_{from}', '{table}_{from}', 'negative'),
    ('numeric', NULL, '1000', NULL, 8, '@_{from}', '{table}_{from}', 'default'),
    ('bigint', NULL, '1000', NULL, 20, 'l_{from}', 'l_{from}', 'gap'),
    ('timestamptz', 'Europe/Berlin', '1 month', 'month', 20, '"@_"YYYY_MM', '{table}_{YYYY}_{MM}', 'gap'),
    ('timestamptz', 'Europe/Berlin', '1 day', 'day', 40, '"@_"YYYY_MM_DD', '{table}_{YYYY}_{MM}_{DD}', 'mixed'),
    ('timestamp', 'UTC', '1 month', 'month', 20, '"@_"YYYY_MM', '{table}_{YYYY}_{MM}', 'min default'),
    ('timestamptz', 'UTC', '1 month', 'month', 20, '"@_"YYYY_MM', '{table}_{YYYY}_{MM}', 'schema'),
    ('timestamptz', 'UTC', '1 month', 'month', 1, '"@_"YYYY_MM', '{table}_{YYYY}_{MM}', ''),
    ('timestamptz', 'UTC', '1 month', 'month', 20, '"@_"YYYY_MM', '{table}_{YYYY}_{MM}', 'columns'),
    ('timestamptz', 'Europe/Berlin', '1 month', 'month', 14, '"@ "YYYY"/"MM', '{table} {YYYY}/{MM}', 'quoted'),
    ('timestamptz', 'UTC', '1 month', 'month', 14, '"' || repeat('ü', 25) || '_"YYYY_MM', repeat('ü', 25) || '_{YYYY}_{MM}', 'long');
UPDATE mg.layout SET name = CASE WHEN special ~ 'quoted' THEN 'the "Ürge"''s [x]' WHEN special ~ 'long' THEN repeat('ü', 31) || 'x' ELSE 'data' || nr END;

-- Where piece i of a layout begins: the wall clock there, and the bound.
CREATE FUNCTION mg.local(l mg.layout, i int) RETURNS timestamp LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN l.step ~ ':' THEN ((p AT TIME ZONE l.zone) + (i - l.held + 1) * l.step::interval) AT TIME ZONE l.zone
                ELSE p + (i - l.held + 1) * l.step::interval END
    FROM (SELECT date_trunc(l.unit, now() AT TIME ZONE l.zone) AS p) x $$;
CREATE FUNCTION mg.bound(l mg.layout, i int) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE l.key
        WHEN 'timestamptz' THEN CASE WHEN l.step ~ ':'
            THEN (date_trunc(l.unit, now() AT TIME ZONE l.zone) AT TIME ZONE l.zone + (i - l.held + 1) * l.step::interval)::text
            ELSE (mg.local(l, i) AT TIME ZONE l.zone)::text END
        WHEN 'timestamp' THEN mg.local(l, i)::text
        WHEN 'date' THEN mg.local(l, i)::date::text
        ELSE (i * l.step::bigint + CASE WHEN l.special ~ 'offset' THEN 12345 WHEN l.special ~ 'negative' THEN -2250 ELSE 0 END)::text END $$;
CREATE FUNCTION mg.piece_name(l mg.layout, i int) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN l.template IS NULL AND i >= l.held AND l.zone IS NULL THEN l.name || '_p' || mg.bound(l, i)
                WHEN l.zone IS NULL THEN replace(replace(replace(replace(l.names, '@', l.name), '{from}', mg.bound(l, i)), '{to}', mg.bound(l, i + 1)), '{nr}', i::text)
                ELSE replace(to_char(mg.local(l, i), l.names), '@', l.name) END $$;
-- The bounds as the server shows them.
CREATE FUNCTION mg.range(l mg.layout, i int) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT format(CASE WHEN l.special ~ 'columns' THEN 'FOR VALUES FROM (%L, MINVALUE) TO (%L, MINVALUE)'
                       WHEN l.key = 'int' THEN 'FOR VALUES FROM (%s) TO (%s)' ELSE 'FOR VALUES FROM (%L) TO (%L)' END,
                  mg.bound(l, i), mg.bound(l, i + 1)) $$;

CREATE FUNCTION mg.build(l mg.layout) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    s text := CASE WHEN l.special ~ 'schema' THEN 'mg_parts' ELSE 'mg' END;
    first timestamp := mg.local(l, 0);
BEGIN
    EXECUTE format('CREATE TABLE mg.%I (k %s NOT NULL, v int NOT NULL) PARTITION BY RANGE (%s)', l.name, l.key,
                   CASE WHEN l.special ~ 'columns' THEN 'k, v' ELSE 'k' END);
    FOR i IN 0 .. l.held - 1 LOOP
        CONTINUE WHEN l.special ~ 'gap' AND i IN (3, 4);
        EXECUTE format('CREATE TABLE %I.%I PARTITION OF mg.%I %s', s, mg.piece_name(l, i), l.name, mg.range(l, i));
        EXECUTE format('INSERT INTO mg.%I VALUES (%L, %s)', l.name, mg.bound(l, i), i);
    END LOOP;
    IF l.special ~ 'mixed' THEN
        FOR i IN 1 .. 6 LOOP
            EXECUTE format('CREATE TABLE mg.%I PARTITION OF mg.%I FOR VALUES FROM (%L) TO (%L)', l.name || '_m' || i, l.name,
                (first - i * interval '1 month') AT TIME ZONE l.zone, (first - (i - 1) * interval '1 month') AT TIME ZONE l.zone);
        END LOOP;
    END IF;
    IF l.special ~ 'min' THEN
        EXECUTE format('CREATE TABLE mg.%I PARTITION OF mg.%I FOR VALUES FROM (MINVALUE) TO (%L)', l.name || '_before', l.name, mg.bound(l, 0));
        EXECUTE format('INSERT INTO mg.%I VALUES (%L, -1)', l.name, '1999-01-01');
    END IF;
    IF l.special ~ 'default' THEN
        EXECUTE format('CREATE TABLE mg.%I PARTITION OF mg.%I DEFAULT', l.name || '_whatever', l.name);
        EXECUTE format('INSERT INTO mg.%I VALUES (%L, -2)', l.name, CASE WHEN l.zone IS NULL THEN '-20000' WHEN l.special ~ 'min' THEN '9999-01-01' ELSE '1950-01-01' END);
    END IF;
END $$;

CREATE FUNCTION mg.partitions(t regclass) RETURNS TABLE (oid oid, name text, bound text) LANGUAGE sql AS $$
    SELECT c.oid, relname::text, pg_get_expr(relpartbound, c.oid) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = t $$;
CREATE FUNCTION mg.row_sum(t regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r text;
BEGIN
    EXECUTE format('SELECT count(*) || '' '' || md5(string_agg(tableoid || '' '' || k || '' '' || v, '','' ORDER BY k)) FROM %s', t) INTO r;
    RETURN r;
END $$;

-- One layout: built, managed, maintained.
CREATE FUNCTION mg.go_on(l mg.layout) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    dotted text := 'mg.' || l.name;
    t regclass;
    label text := format('%s. %s in %s by %s%s: ', l.nr, l.key, coalesce(l.zone, 'numbers'), l.step, CASE WHEN l.special <> '' THEN ', ' || l.special ELSE '' END);
    rows_before text;
    c partman.part_config;
BEGIN
    PERFORM mg.build(l);
    t := format('mg.%I', l.name)::regclass;
    rows_before := mg.row_sum(t);
    CREATE TEMP TABLE before ON COMMIT DROP AS SELECT * FROM mg.partitions(t);
    CREATE TEMP TABLE planned ON COMMIT DROP AS SELECT * FROM partman.plan_manage(dotted, p_premake => 3);
    RETURN NEXT ok(NOT EXISTS (SELECT FROM partman.part_config WHERE parent_table = dotted), label || 'the plan stores nothing');
    RETURN NEXT results_eq(format('SELECT * FROM partman.manage(%L, p_premake => 3)', dotted), 'SELECT * FROM planned', label || 'what was planned is done');
    RETURN NEXT results_eq('SELECT * FROM mg.partitions(' || t::oid || ') ORDER BY 1', 'SELECT * FROM before ORDER BY 1', label || 'nothing is renamed, detached or made');
    SELECT * INTO c FROM partman.part_config WHERE parent_table = dotted;
    RETURN NEXT is(c.partition_interval::text, CASE l.step WHEN '1 month' THEN '1 mon' WHEN '3 months' THEN '3 mons' ELSE l.step END, label || 'interval');
    RETURN NEXT is(c.name_template, l.template, label || 'names');
    RETURN NEXT ok(l.zone IS NULL OR c.time_zone = l.zone, label || 'zone ' || coalesce(c.time_zone, 'none'));
    RETURN NEXT set_eq('SELECT partition_oid, provenance FROM partman.managed_partition WHERE parent_oid = ' || t::oid, 'SELECT oid, ''adopted'' FROM before',
                       label || 'all are adopted');

    PERFORM partman.run_maintenance(dotted);
    RETURN NEXT is_empty('SELECT * FROM before EXCEPT SELECT * FROM mg.partitions(' || t::oid || ')', label || 'all are there after maintenance');
    RETURN NEXT is(mg.row_sum(t), rows_before, label || 'no row is lost or moved');
    CREATE TEMP TABLE made ON COMMIT DROP AS SELECT name, bound FROM mg.partitions(t) p WHERE NOT EXISTS (SELECT FROM before b WHERE b.oid = p.oid);
    RETURN NEXT ok((SELECT count(*) BETWEEN 3 AND 16 FROM made), label || 'there are new ones');
    RETURN NEXT set_eq('SELECT name::text COLLATE "default", bound FROM made',
        format('SELECT mg.piece_name(l, i) COLLATE "default", mg.range(l, i) FROM mg.layout l, generate_series(held, held + %s - 1) i WHERE nr = %s', (SELECT count(*) FROM made), l.nr),
        label || 'which go on as those before');
    PERFORM partman.run_maintenance(dotted);
    RETURN NEXT is((SELECT count(*) FROM mg.partitions(t)), (SELECT count(*) FROM before) + (SELECT count(*) FROM made), label || 'and then there is no more to do');
    DROP TABLE before, planned, made;
END $$;
SELECT mg.go_on(l) FROM mg.layout l ORDER BY nr;
SELECT cmp_ok((SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'mg.%'), '>=', 50::bigint, 'so many tables were taken over');

SELECT finish();
ROLLBACK;
