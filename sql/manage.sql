-- manage() and plan_manage(): the report, what is overridden, and what cannot be managed.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_strata;
RESET client_min_messages;
SET TimeZone = 'UTC';

CREATE ROLE regress_manage_owner;
CREATE ROLE regress_manage_other;
CREATE SCHEMA mng;
GRANT USAGE ON SCHEMA mng, partman TO regress_manage_owner, regress_manage_other;
\pset format unaligned
\pset null NULL

-- A report with all that there is to report; far in the past, so that the clock does not matter.
CREATE TABLE mng.visits (at timestamp NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE mng.visits_old PARTITION OF mng.visits FOR VALUES FROM (MINVALUE) TO ('2001-01-01');
CREATE TABLE mng.visits_2001_q1 PARTITION OF mng.visits FOR VALUES FROM ('2001-01-01') TO ('2001-04-01') PARTITION BY LIST (v);
CREATE TABLE mng.visits_2001_q2 PARTITION OF mng.visits FOR VALUES FROM ('2001-04-01') TO ('2001-07-01');
CREATE TABLE mng.visits_2001_09 PARTITION OF mng.visits FOR VALUES FROM ('2001-09-01') TO ('2001-10-01');
CREATE TABLE mng.visits_2001_10 PARTITION OF mng.visits FOR VALUES FROM ('2001-10-01') TO ('2001-11-01');
CREATE TABLE mng.visits_2001_11 PARTITION OF mng.visits FOR VALUES FROM ('2001-11-01') TO ('2001-12-01');
CREATE TABLE mng.visits_rest PARTITION OF mng.visits DEFAULT;
SELECT topic, subject, value, note FROM partman.plan_manage('mng.visits') WHERE topic <> 'next';
SELECT count(*) FROM partman.part_config WHERE parent_table = 'mng.visits';

-- What is given wins.
SELECT topic, subject, value, note FROM partman.plan_manage('mng.visits', '1 week', 'Asia/Tokyo', '{table}_{IYYY}w{IW}', 7, '3 months', false)
WHERE topic = 'setting';
SELECT topic, subject, value FROM partman.manage('mng.visits', p_interval => '1 day', p_retention => '100 years', p_premake => 2, p_automatic_maintenance => 'off') WHERE topic = 'setting';
SELECT control, partition_interval, premake, automatic_maintenance, template_table, retention, retention_keep_table, time_zone, anchor, name_template
FROM partman.part_config WHERE parent_table = 'mng.visits';
SELECT partition_table, bound, provenance FROM partman.partitions WHERE parent_table = 'mng.visits' ORDER BY lower_time;

-- Nothing but an open end: maintenance has nothing to do there.
CREATE TABLE mng.open (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE mng.open_a PARTITION OF mng.open FOR VALUES FROM (0) TO (100);
CREATE TABLE mng.open_b PARTITION OF mng.open FOR VALUES FROM (100) TO (200);
CREATE TABLE mng.open_z PARTITION OF mng.open FOR VALUES FROM (200) TO (MAXVALUE);
INSERT INTO mng.open VALUES (50), (1000);
SELECT * FROM partman.manage('mng.open');
SELECT partman.run_maintenance('mng.open');
SELECT count(*) FROM pg_inherits WHERE inhparent = 'mng.open'::regclass;

-- A default partition where there is none.
CREATE TABLE mng.catching (id int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE mng.catching_a PARTITION OF mng.catching FOR VALUES FROM (0) TO (100);
SELECT * FROM partman.manage('mng.catching', p_default_table => true, p_premake => 1);
INSERT INTO mng.catching VALUES (2500);
SELECT partman.config_cleanup('mng.catching');
SELECT topic, subject, value, note FROM partman.plan_manage('mng.catching', '50', p_name_template => '{table}{from}');

-- Taken over, given back, and taken over again.
SELECT partman.config_cleanup('mng.visits');
SELECT count(*) FROM partman.managed_partition WHERE parent_table = 'mng.visits';
SELECT count(*) FROM partman.manage('mng.visits', p_automatic_maintenance => 'off') WHERE topic = 'setting';

-- Retention takes what was adopted, by its bounds.
CREATE TABLE mng.aged (on_day date NOT NULL) PARTITION BY RANGE (on_day);
CREATE TABLE mng.aged_1 PARTITION OF mng.aged FOR VALUES FROM ('1990-01-01') TO ('1991-01-01');
CREATE TABLE mng.aged_2 PARTITION OF mng.aged FOR VALUES FROM ('1991-01-01') TO ('1992-01-01');
DO $$ BEGIN EXECUTE format('CREATE TABLE mng.aged_3 PARTITION OF mng.aged FOR VALUES FROM (''1992-01-01'') TO (%L)', date_trunc('year', now())); END $$;
CREATE TABLE mng.aged_rest PARTITION OF mng.aged DEFAULT;
SELECT topic, subject, value, note ~ 'retires' AS retires FROM partman.plan_manage('mng.aged', p_interval => '1 year', p_retention => '20 years') WHERE topic = 'next' AND note ~ 'retires';
SELECT count(*) > 5 FROM partman.manage('mng.aged', p_interval => '1 year', p_retention => '20 years', p_retention_keep_table => false);
CREATE TABLE mng.aged_by_hand PARTITION OF mng.aged FOR VALUES FROM ('1980-01-01') TO ('1981-01-01');
SELECT partman.run_maintenance('mng.aged');
SELECT to_regclass('mng.aged_1'), to_regclass('mng.aged_2'), to_regclass('mng.aged_by_hand'), to_regclass('mng.aged_rest');

-- create_parent() goes on with the grid that is there, too.
CREATE TABLE mng.weekly (on_day date NOT NULL) PARTITION BY RANGE (on_day);
DO $$ BEGIN
    FOR n IN -2 .. 1 LOOP -- Wednesdays
        EXECUTE format('CREATE TABLE mng.%I PARTITION OF mng.weekly FOR VALUES FROM (%L) TO (%L)', 'weekly_' || n,
                       date_trunc('week', now())::date + 7 * n + 2, date_trunc('week', now())::date + 7 * n + 9);
    END LOOP;
END $$;
SELECT partman.create_parent('mng.weekly', 'on_day', '1 week', p_premake => 3);
SELECT count(*), bool_and(lower_time = before) FROM (SELECT lower_time, lag(upper_time) OVER (ORDER BY lower_time) AS before
    FROM partman.partitions WHERE parent_table = 'mng.weekly' AND NOT is_default) x;

-- What cannot be managed
CREATE FUNCTION mng.try(sql text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    message text; detail text; hint text;
BEGIN
    EXECUTE sql;
    RETURN NEXT 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN QUERY VALUES (format('%s: %s', SQLSTATE, message)), ('DETAIL:  ' || detail), ('HINT:  ' || hint);
END $$;
GRANT EXECUTE ON FUNCTION mng.try(text) TO PUBLIC;
\pset tuples_only on
CREATE TABLE mng.plain (ts date);
CREATE TABLE mng.hashed (v int) PARTITION BY HASH (v);
CREATE TABLE mng.expression (ts timestamptz) PARTITION BY RANGE (timezone('UTC', ts));
CREATE TABLE mng.texts (code text) PARTITION BY RANGE (code);
CREATE TABLE mng.empty (ts date) PARTITION BY RANGE (ts);
CREATE TABLE mng.irregular (ts date) PARTITION BY RANGE (ts);
CREATE TABLE mng.irregular_1 PARTITION OF mng.irregular FOR VALUES FROM ('2026-01-01') TO ('2026-01-04');
CREATE TABLE mng.irregular_2 PARTITION OF mng.irregular FOR VALUES FROM ('2026-01-04') TO ('2026-02-04');
CREATE TABLE mng.irregular_3 PARTITION OF mng.irregular FOR VALUES FROM ('2026-02-04') TO ('2026-02-05');
CREATE TABLE mng.owned (ts date) PARTITION BY RANGE (ts);
CREATE TABLE mng.owned_1 PARTITION OF mng.owned FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
ALTER TABLE mng.owned OWNER TO regress_manage_owner;
ALTER TABLE mng.owned_1 OWNER TO regress_manage_owner;
SELECT f || '(' || a || ')', mng.try(format('SELECT partman.%s(%s)', f, a))
FROM unnest(ARRAY['manage', 'plan_manage']) f, unnest(ARRAY['NULL', '''visits''', '''mng.unknown''', '''mng.plain''', '''mng.hashed''', '''mng.expression''', '''mng.texts''',
    '''mng.empty''', '''mng.irregular''', '''mng.visits''']) WITH ORDINALITY a(a, n) WHERE f = 'manage' OR n > 8 ORDER BY f, n;
SELECT a, mng.try(format('SELECT partman.manage(''mng.owned'', %s)', a))
FROM unnest(ARRAY['p_interval => ''0''', 'p_interval => ''12 hours''', 'p_interval => ''30''', 'p_time_zone => ''Europe/Atlantis''', 'p_premake => 0', 'p_retention => ''90''', 'p_retention => ''-1 day''',
    'p_name_template => ''{table}_{MM}''', 'p_name_template => ''{nothing}''', 'p_template_table => ''mng.nothing''', 'p_automatic_maintenance => ''perhaps''']) a;
SET ROLE regress_manage_other;
SELECT mng.try($$SELECT partman.manage('mng.owned')$$);
SELECT mng.try($$SELECT partman.plan_manage('mng.owned')$$);
SET ROLE regress_manage_owner;
SELECT mng.try($$SELECT partman.manage('mng.owned')$$);
RESET ROLE;
GRANT CREATE ON SCHEMA mng TO regress_manage_owner;
BEGIN READ ONLY;
SELECT mng.try($$SELECT partman.manage('mng.owned')$$);
SELECT mng.try($$SELECT partman.plan_manage('mng.owned')$$);
ROLLBACK;
SET ROLE regress_manage_owner;
SELECT mng.try($$SELECT partman.manage('mng.owned', p_automatic_maintenance => 'off')$$);
RESET ROLE;
\pset tuples_only off

SET client_min_messages = error;
SELECT partman.config_cleanup(parent_table) FROM partman.part_config WHERE parent_table LIKE 'mng.%';
DROP SCHEMA mng CASCADE;
REVOKE ALL ON SCHEMA partman FROM regress_manage_owner, regress_manage_other;
DROP ROLE regress_manage_owner, regress_manage_other;
