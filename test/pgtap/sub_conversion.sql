-- create_sub_parent on partitions that have rows: none is lost.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT no_plan();

SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA sc;

-- Rows in tables whose bounds do not hold them.
CREATE FUNCTION sc.misplaced(top regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE one record; n bigint; wrong bigint := 0;
BEGIN
    FOR one IN SELECT relid FROM pg_partition_tree(top) WHERE isleaf LOOP
        EXECUTE format('SELECT count(*) FROM %s WHERE NOT (%s)', one.relid::regclass, pg_get_partition_constraintdef(one.relid)) INTO n;
        wrong := wrong + n;
    END LOOP;
    RETURN wrong;
END $$;
CREATE FUNCTION sc.in_default(top regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE one record; n bigint; found bigint := 0;
BEGIN
    FOR one IN SELECT relid FROM pg_partition_tree(top) WHERE isleaf AND relid::regclass::text LIKE '%\_default%' LOOP
        EXECUTE format('SELECT count(*) FROM %s', one.relid::regclass) INTO n;
        found := found + n;
    END LOOP;
    RETURN found;
END $$;

--
-- Months to days, with everything that a table can have
--
CREATE TABLE sc.author (name text PRIMARY KEY);
INSERT INTO sc.author VALUES ('ann'), ('bob');
CREATE TABLE sc.log (dropped int, id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, author text REFERENCES sc.author, v text DEFAULT 'x' CHECK (v <> ''),
    twice int GENERATED ALWAYS AS (length(v) * 2) STORED, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
ALTER TABLE sc.log DROP COLUMN dropped;
CREATE INDEX log_author ON sc.log (author);
CREATE FUNCTION sc.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'a trigger has fired'; END $$;
SELECT partman.create_parent('sc.log', 'at', '1 month', p_premake := 2);
INSERT INTO sc.log (at, author, v) SELECT date_trunc('month', now()) - interval '2 months' + n * interval '7 hours', (ARRAY['ann', 'bob', NULL])[n % 3 + 1], repeat('y', 1 + n % 5)
FROM generate_series(0, 300) n;
INSERT INTO sc.log (at, v) VALUES (now(), repeat('long', 100000)), ('2001-01-01', 'in the default');
CREATE TRIGGER refuse BEFORE INSERT OR DELETE ON sc.log FOR EACH ROW EXECUTE FUNCTION sc.refuse();
CREATE TEMP TABLE before AS SELECT * FROM sc.log;
ALTER TABLE sc.log ENABLE ROW LEVEL SECURITY;
ALTER TABLE sc.log FORCE ROW LEVEL SECURITY;
CREATE TEMP TABLE children AS SELECT inhrelid::regclass::text AS name, pg_get_expr(relpartbound, inhrelid) AS bound
    FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'sc.log'::regclass;
SELECT ok(partman.create_sub_parent('sc.log', 'at', '1 day', p_declarative_check := 'yes', p_premake := 1), 'converted');
SELECT set_eq('SELECT * FROM sc.log', 'SELECT * FROM before', 'every row is there as it was');
SELECT set_eq($$ SELECT inhrelid::regclass::text, pg_get_expr(relpartbound, inhrelid) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
    WHERE inhparent = 'sc.log'::regclass $$, 'SELECT name, bound FROM children', 'the partitions have their names and bounds');
SELECT is(sc.misplaced('sc.log'), 0::bigint, 'rows are where they belong');
SELECT is(sc.in_default('sc.log'), 1::bigint, 'and in a partition of their day');
SELECT is_empty($$ SELECT FROM pg_class WHERE relname LIKE '%\_rows%' AND relnamespace = 'sc'::regnamespace $$, 'the tables they came from are gone');
SELECT set_eq($$ SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indrelid WHERE h.inhparent = 'sc.log'::regclass AND indisprimary $$,
    $$ SELECT name || '_pkey' FROM children $$, 'and their indexes have made room');
SELECT is_empty($$ SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid AND indrelid IN (SELECT relid FROM pg_partition_tree('sc.log')) $$, 'all indexes are valid');
SELECT set_eq($$ SELECT partition_table, provenance FROM partman.managed_partition WHERE parent_table LIKE 'sc.log%' $$,
    $$ SELECT relname, 'made' FROM pg_partition_tree('sc.log') JOIN pg_class c ON c.oid = relid WHERE level > 0 $$, 'all of it is ours');
ALTER TABLE sc.log DISABLE TRIGGER refuse;
SELECT throws_ok($$ INSERT INTO sc.log (at, author) VALUES (now(), 'nobody') $$, '23503', NULL, 'foreign keys hold');
SELECT lives_ok($$ SELECT partman.run_maintenance('sc.log') $$, 'maintenance goes on');

--
-- Ids below time: the ids of each partition
--
CREATE TABLE sc.ti (at date NOT NULL, id int, v int) PARTITION BY RANGE (at);
SELECT partman.create_parent('sc.ti', 'at', '1 day', p_premake := 1, p_start_partition := now()::date::text);
INSERT INTO sc.ti SELECT now()::date, n, n FROM generate_series(990, 1050) n;
INSERT INTO sc.ti VALUES (now()::date, NULL, 1), (now()::date + 1, -7, 2);
SELECT ok(partman.create_sub_parent('sc.ti', 'id', '10', p_declarative_check := 'yes', p_premake := 1, p_control_not_null := false), 'ids far from zero, below, and none');
SELECT is((SELECT count(*)::int FROM sc.ti), 63, 'all are there');
SELECT is(sc.misplaced('sc.ti'), 0::bigint, 'in their place');
SELECT is(sc.in_default('sc.ti'), 1::bigint, 'NULL in the default');
SELECT is(string_agg(partition_tablename, ' '), string_agg(format('ti_p%s_p%s', to_char(now(), 'YYYYMMDD'), 990 + 10 * n), ' '), 'no partition for ids that never were')
FROM partman.show_partitions('sc.ti_p' || to_char(now(), 'YYYYMMDD')) WITH ORDINALITY s (a, partition_tablename, k) JOIN generate_series(0, 7) n ON k = n + 1;

--
-- Without a default partition a row that fits nowhere stops all of it
--
CREATE TABLE sc.strict (at date NOT NULL, id int) PARTITION BY RANGE (at);
SELECT partman.create_parent('sc.strict', 'at', '1 day', p_premake := 1);
INSERT INTO sc.strict VALUES (now()::date, 1), (now()::date, NULL);
SELECT throws_ok($$ SELECT partman.create_sub_parent('sc.strict', 'id', '10', p_declarative_check := 'yes', p_default_table := false, p_control_not_null := false) $$,
    '23514', NULL, 'a row without a key and no default');
SELECT is((SELECT count(*)::int FROM sc.strict), 2, 'nothing is lost');
SELECT is_empty($$ SELECT FROM partman.part_config_sub WHERE sub_parent = 'sc.strict' $$, 'nothing is described');

--
-- Partitions of others, and in other schemas
--
CREATE SCHEMA sc2;
CREATE TABLE sc.mixed (id int NOT NULL, k int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE sc2.adopted PARTITION OF sc.mixed FOR VALUES FROM (0) TO (100);
SELECT partman.create_parent('sc.mixed', 'id', '100', p_premake := 1);
CREATE TABLE sc."Foreign One" PARTITION OF sc.mixed FOR VALUES FROM (500) TO (600);
INSERT INTO sc.mixed VALUES (1, 1), (550, 2);
SELECT ok(partman.create_sub_parent('sc.mixed', 'k', '10', p_declarative_check := 'yes', p_premake := 1), 'converted');
SELECT set_eq($$ SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'sc.mixed'::regclass $$,
    $$ VALUES ('sc2.adopted'), ('sc."Foreign One"'), ('sc.mixed_p100'), ('sc.mixed_default') $$, 'where they were, as they were called');
SELECT set_eq($$ SELECT partition_table, provenance FROM partman.managed_partition WHERE parent_oid = 'sc.mixed'::regclass $$,
    $$ VALUES ('adopted', 'adopted'), ('mixed_p100', 'made'), ('mixed_default', 'made') $$, 'and whose they were');
SELECT is((SELECT sum(k)::int FROM sc.mixed), 3, 'with their rows');
SELECT is((SELECT count(*)::int FROM partman.part_config WHERE set_root = 'sc.mixed'), 3, 'all are sets');

--
-- A third level below rows
--
INSERT INTO sc.mixed SELECT 2, n FROM generate_series(0, 9) n;
SELECT ok(partman.create_sub_parent('sc2.adopted', 'id', '5', p_declarative_check := 'yes', p_premake := 1), 'a third level');
SELECT is((SELECT count(*)::int FROM sc.mixed), 12, 'all rows are there');
SELECT is(sc.misplaced('sc.mixed') + sc.in_default('sc.mixed'), 0::bigint, 'in their place');

--
-- A foreign key that refers to the set
--
CREATE TABLE sc.target (id int PRIMARY KEY) PARTITION BY RANGE (id);
SELECT partman.create_parent('sc.target', 'id', '100', p_premake := 1);
CREATE TABLE sc.referrer (id int REFERENCES sc.target);
SELECT ok(partman.create_sub_parent('sc.target', 'id', '10', p_declarative_check := 'yes', p_premake := 1), 'a set that others refer to, without rows');
INSERT INTO sc.target VALUES (1);
INSERT INTO sc.referrer VALUES (1);
SELECT throws_ok($$ DELETE FROM sc.target $$, '23503', NULL, 'the foreign key holds');

SELECT * FROM finish();
ROLLBACK;
