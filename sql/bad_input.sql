-- Each bad input gets one clear error with SQLSTATE, detail and hint, and changes nothing.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_strata;
RESET client_min_messages;
SET TimeZone = 'UTC';

CREATE ROLE regress_bad_owner;
CREATE ROLE regress_bad_other;
CREATE SCHEMA bad;
GRANT USAGE ON SCHEMA bad, partman TO regress_bad_owner, regress_bad_other;

CREATE TABLE bad.plain (ts timestamptz NOT NULL);
CREATE TABLE bad.listed (ts date NOT NULL) PARTITION BY LIST (ts);
CREATE TABLE bad.hashed (ts date NOT NULL) PARTITION BY HASH (ts);
CREATE TABLE bad.times (ts timestamptz NOT NULL, other timestamptz NOT NULL, id int) PARTITION BY RANGE (ts);
CREATE TABLE bad.days (ts date NOT NULL) PARTITION BY RANGE (ts);
CREATE TABLE bad.ids (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE bad.smalls (id smallint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE bad.pair (ts date NOT NULL, id int NOT NULL) PARTITION BY RANGE (id, ts);
CREATE TABLE bad.texts (code text NOT NULL) PARTITION BY RANGE (code);
CREATE TABLE bad.nullable (ts timestamptz) PARTITION BY RANGE (ts);
CREATE TABLE bad.expression (ts timestamptz NOT NULL) PARTITION BY RANGE (timezone('UTC', ts));
CREATE TABLE bad.managed (ts date NOT NULL) PARTITION BY RANGE (ts);
SELECT partman.create_parent('bad.managed', 'ts', '1 month', p_start_partition => '2026-01-01', p_premake => 1);
CREATE TABLE bad.overlapped (ts date NOT NULL) PARTITION BY RANGE (ts);
CREATE TABLE bad.overlapped_x PARTITION OF bad.overlapped FOR VALUES FROM ('2026-01-10') TO ('2026-02-10');
CREATE TABLE bad.collides (ts date NOT NULL) PARTITION BY RANGE (ts);
CREATE TABLE bad.collides_default PARTITION OF bad.collides DEFAULT;
INSERT INTO bad.collides VALUES ('2026-02-14');
CREATE TABLE bad.owned (ts date NOT NULL) PARTITION BY RANGE (ts);
ALTER TABLE bad.owned OWNER TO regress_bad_owner;
CREATE TABLE bad.model (ts date NOT NULL);
ALTER TABLE bad.model OWNER TO regress_bad_other;

-- What the call changed although it failed, if anything.
CREATE VIEW bad.everything AS
    SELECT (SELECT count(*) FROM partman.part_config) + (SELECT count(*) FROM partman.managed_partition) + (SELECT count(*) FROM pg_class) AS n;
CREATE FUNCTION bad.try(sql text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    before bigint := n FROM bad.everything;
    message text; detail text; hint text;
BEGIN
    BEGIN
        EXECUTE sql;
        RETURN NEXT 'no error';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        RETURN QUERY VALUES (format('%s: %s', SQLSTATE, message)), ('DETAIL:  ' || detail), ('HINT:  ' || hint);
    END;
    IF (SELECT n FROM bad.everything) <> before THEN
        RETURN NEXT 'SOMETHING CHANGED';
    END IF;
END $$;
GRANT EXECUTE ON FUNCTION bad.try(text) TO PUBLIC;
GRANT SELECT ON bad.everything TO PUBLIC;
\pset format unaligned
\pset tuples_only on

-- The table
SELECT bad.try($$SELECT partman.create_parent(NULL, 'ts', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('times', 'ts', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times.x', 'ts', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.unknown', 'ts', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('unknown.times', 'ts', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.plain', 'ts', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.listed', 'ts', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.listed', 'ts', '1 day', 'native')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.hashed', 'ts', '1 day', 'hash')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', 'list')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.managed', 'ts', '1 day')$$);
SELECT bad.try($$SELECT partman.create_partition('bad.managed', 'ts', '1 day')$$);
CREATE TEMP TABLE passing (ts date NOT NULL) PARTITION BY RANGE (ts);
SELECT bad.try(format('SELECT partman.create_parent(%L, ''ts'', ''1 day'')', relnamespace::regnamespace || '.passing')) FROM pg_class WHERE relname = 'passing';
DROP TABLE passing;

-- The column
SELECT bad.try($$SELECT partman.create_parent('bad.times', NULL, '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'unknown', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ctid', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'other', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.pair', 'ts', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.texts', 'code', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.nullable', 'ts', '1 day')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.expression', 'ts', '1 day')$$);

-- The interval
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts')$$);
SELECT i, bad.try(format('SELECT partman.create_parent(''bad.times'', ''ts'', %L)', i))
FROM unnest(ARRAY['0', '0 days', '-1 day', '30', '1', '0.5 seconds', '1 month -1 day', 'often', '', 'infinity', '300000 years']) i;
SELECT i, bad.try(format('SELECT partman.create_parent(''bad.days'', ''ts'', %L)', i)) FROM unnest(ARRAY['12 hours', '36 hours']) i;
SELECT i, bad.try(format('SELECT partman.create_parent(''bad.ids'', ''id'', %L)', i))
FROM unnest(ARRAY['0', '-5', '1', '1.5', '1 day', 'daily', '', '99999999999999999999']) i;
SELECT bad.try($$SELECT partman.create_parent('bad.smalls', 'id', '70000')$$);

-- The other arguments
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', 'partman')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', 'ranges')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_epoch => 'seconds')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.ids', 'id', '1000', p_epoch => 'seconds')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_time_encoder => 'f', p_time_decoder => 'g')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_premake => 0)$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_premake => -1)$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_premake => 100001)$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_start_partition => 'soon')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_start_partition => '300000-01-01')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_start_partition => '5000-01-01 BC')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_start_partition => 'infinity')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.smalls', 'id', '100', p_start_partition => '40000')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.ids', 'id', '100', p_start_partition => '1.5')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 second', p_start_partition => '2000-01-01')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_automatic_maintenance => 'yes')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_constraint_cols => ARRAY['id', 'ts'])$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_template_table => 'bad.no_template')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_template_table => 'bad.everything')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_constraint_cols => ARRAY[NULL])$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_date_trunc_interval => 'fortnight')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_time_zone => 'Europe/Atlantis')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 day', p_time_zone => '+25')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.ids', 'id', '100', p_time_zone => 'Europe/Berlin')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 month', p_name_template => '{table}_{yyyy}')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 month', p_name_template => '')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 month', p_name_template => '{table}_{')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 month', p_start_partition => '2026-01-01', p_name_template => '{YYYY}{MM}' || repeat('x', 60))$$);
SELECT bad.try($$SELECT partman.create_parent('bad.ids', 'id', '1000', p_name_template => '{table}_{YYYY}')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 month', p_start_partition => '2026-01-01', p_name_template => '{table}_{MM}')$$);

-- What is there already
SELECT bad.try($$SELECT partman.create_parent('bad.overlapped', 'ts', '1 month', p_start_partition => '2026-01-01')$$);
SELECT bad.try($$SELECT partman.create_parent('bad.collides', 'ts', '1 month', p_start_partition => '2026-01-01')$$);
SELECT bad.try($$SELECT partman.create_partition_time('bad.managed', ARRAY['2026-01-15'::timestamptz])$$);
SELECT bad.try($$SELECT partman.create_partition_time('bad.managed', ARRAY['infinity'::timestamptz])$$);
SELECT bad.try($$SELECT partman.create_partition_id('bad.managed', ARRAY[1])$$);
SELECT bad.try($$SELECT partman.show_partition_name('bad.managed', 'soon')$$);
SELECT bad.try($$SELECT partman.show_partition_name('bad.managed', 'infinity')$$);
SELECT bad.try($$SELECT partman.drop_partition_time('bad.managed', '-1 day')$$);
SELECT bad.try($$SELECT partman.drop_partition_id('bad.managed', 1)$$);
SELECT p, bad.try(format('SELECT partman.%s(''bad.unknown'')', p))
FROM unnest(ARRAY['run_maintenance', 'plan_maintenance', 'partition_gap_fill', 'config_cleanup', 'confirm_retention', 'drop_partition_time', 'show_partitions']) p;

-- Rights
SET ROLE regress_bad_other;
SELECT bad.try($$SELECT partman.create_parent('bad.owned', 'ts', '1 month')$$);
SELECT bad.try($$SELECT partman.create_partition_time('bad.managed', ARRAY['2030-01-01'::timestamptz])$$);
RESET ROLE;
SET ROLE regress_bad_owner;
SELECT bad.try($$SELECT partman.create_parent('bad.owned', 'ts', '1 month')$$);
RESET ROLE;
GRANT CREATE ON SCHEMA bad TO regress_bad_owner;
SET ROLE regress_bad_owner;
SELECT bad.try($$SELECT partman.create_parent('bad.owned', 'ts', '1 month', p_template_table => 'bad.model')$$);
RESET ROLE;
REVOKE USAGE ON SCHEMA bad FROM regress_bad_owner;
ALTER SCHEMA bad OWNER TO regress_bad_other;
SELECT bad.try($$SELECT partman.create_parent('bad.owned', 'ts', '1 month')$$);
ALTER SCHEMA bad OWNER TO CURRENT_USER;

-- Where nothing can be written
BEGIN READ ONLY;
SELECT bad.try($$SELECT partman.create_parent('bad.times', 'ts', '1 month')$$);
SELECT bad.try($$SELECT partman.create_partition_time('bad.managed', ARRAY['2030-01-01'::timestamptz])$$);
SELECT bad.try($$SELECT partman.create_partition_id('bad.managed', ARRAY[1])$$);
SELECT p, bad.try(format('SELECT partman.%s(''bad.managed'')', p))
FROM unnest(ARRAY['run_maintenance', 'partition_gap_fill', 'config_cleanup', 'confirm_retention', 'drop_partition_time', 'drop_partition_id']) p;
SELECT bad.try($$SELECT partman.confirm_live()$$);
COMMIT;

-- The configuration
SELECT bad.try($$UPDATE partman.part_config SET retention = '90' WHERE parent_table = 'bad.managed'$$);
SELECT bad.try($$UPDATE partman.part_config SET retention = 'soon' WHERE parent_table = 'bad.managed'$$);
SELECT bad.try($$UPDATE partman.part_config SET premake = 100001 WHERE parent_table = 'bad.managed'$$);
SELECT a, bad.try(format($$UPDATE partman.part_config SET %s WHERE parent_table = 'bad.managed'$$, a))
FROM unnest(ARRAY['partition_type = ''hash''', 'partition_interval = ''0''', 'retention = ''-1 day''', 'retention = ''''', 'future_limit = ''5''', 'anchor = ''x''',
    'time_zone = ''+25''', 'name_template = ''{nope}''', 'datetime_string = ''''', 'control = ''nope''', 'set_root = ''bad.times''', 'retention_max_fraction = 2',
    'maintenance_role = ''regress_nobody''', 'retention_schema = ''nowhere''', 'partition_schema = ''nowhere''', 'template_table = ''bad.nowhere''',
    'parent_table = ''managed''', 'parent_table = ''bad.nowhere''', 'parent_table = ''bad.plain''']) a;
SELECT bad.try($$INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('bad.times', 'ts', '1 day', 'list')$$);
SELECT bad.try($$INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, retention) VALUES ('bad.times', 'ts', '1 day', 'range', '90')$$);

\pset format aligned
\pset tuples_only off
SET client_min_messages = warning;
DROP TABLE partman.template_bad_managed;
DROP SCHEMA bad CASCADE;
DELETE FROM partman.part_config WHERE parent_table LIKE 'bad.%';
REVOKE ALL ON SCHEMA partman FROM regress_bad_owner, regress_bad_other;
DROP ROLE regress_bad_owner, regress_bad_other;
