-- The texts of the showing, checking and upkeep functions: results are in test/pgtap.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_strata;
SET client_min_messages = notice;
SET TimeZone = 'UTC';
CREATE SCHEMA show_me;
CREATE TABLE show_me.orders (id int, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE show_me.orders_p20260101 PARTITION OF show_me.orders FOR VALUES FROM ('2026-01-01') TO ('2026-01-02');
CREATE TABLE show_me.orders_default PARTITION OF show_me.orders DEFAULT;
CREATE TABLE show_me.items (id int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE show_me.items_p0 PARTITION OF show_me.items FOR VALUES FROM (0) TO (10);
CREATE TABLE show_me.items_p20 PARTITION OF show_me.items FOR VALUES FROM (20) TO (30);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, datetime_string, time_zone, anchor)
VALUES ('show_me.orders', 'created_at', '1 day', 'range', 'YYYYMMDD', 'UTC', '2026-01-01 00:00:00+00');
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, anchor)
VALUES ('show_me.items', 'id', '10', 'range', '0');

SELECT * FROM partman.show_partitions('show_me.orders', 'desc', true);
SELECT * FROM partman.show_partition_info('show_me.orders_p20260101');
SELECT * FROM partman.show_partition_name('show_me.items', '15');
SELECT partition_table, level, lower_time, upper_time, lower_id, upper_id, bound, is_default, provenance
FROM partman.partitions WHERE parent_table LIKE 'show_me.%' ORDER BY parent_table, partition_table;

-- Errors, each with its SQLSTATE, detail and hint.
SELECT partman.show_partitions('show_me.nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT partman.show_partitions('show_me.orders', 'sideways');
\echo :LAST_ERROR_SQLSTATE
SELECT partman.show_partition_info('show_me.nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT partman.show_partition_info('show_me.nothing', NULL, 'show_me.orders');
\echo :LAST_ERROR_SQLSTATE
SELECT partman.show_partition_info('show_me.orders');
\echo :LAST_ERROR_SQLSTATE
SELECT partman.show_partition_info('orders_p20260102', p_table_exists => false);
\echo :LAST_ERROR_SQLSTATE
SELECT partman.show_partition_info('orders', NULL, 'show_me.orders', false);
\echo :LAST_ERROR_SQLSTATE
SELECT partman.show_partition_name('show_me.orders', 'infinity');
\echo :LAST_ERROR_SQLSTATE
SELECT partman.show_partition_name('show_me.orders', 'yesterdayish');
\echo :LAST_ERROR_SQLSTATE
SELECT partman.show_partition_name('show_me.items', 'seven');
\echo :LAST_ERROR_SQLSTATE
SELECT partman.show_partition_name('show_me.items', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT partman.check_name_length('orders', NULL, true);
\echo :LAST_ERROR_SQLSTATE
SELECT partman.calculate_time_partition_info('1 day', '2026-01-01', 'fortnight');
\echo :LAST_ERROR_SQLSTATE
SELECT partman.partition_gap_fill('show_me.nothing');
\echo :LAST_ERROR_SQLSTATE
SELECT partman.config_cleanup('show_me.nothing');
\echo :LAST_ERROR_SQLSTATE
CALL partman.run_analyze(p_parent_table => 'show_me.nothing');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
CALL partman.run_analyze();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN READ ONLY;
SELECT partman.partition_gap_fill('show_me.items');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN READ ONLY;
SELECT partman.config_cleanup('show_me.items');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN READ ONLY;
SELECT count(*) FROM partman.show_partitions('show_me.items');
SELECT count(*) FROM partman.check_default();
ROLLBACK;

-- A name made by a template is looked for.
UPDATE partman.part_config SET name_template = '{table}_{YYYY}_{MM}_{DD}' WHERE parent_table = 'show_me.orders';
SELECT * FROM partman.show_partition_info('orders_2026_01_02', NULL, 'show_me.orders', false);
SELECT partman.show_partition_info('orders_2026_13_01', NULL, 'show_me.orders', false);
\echo :LAST_ERROR_SQLSTATE
SELECT partition_table FROM partman.show_partition_name('show_me.orders', '2026-01-02');

-- What somebody may not read is named, and the rest is said.
INSERT INTO show_me.orders VALUES (1, '2027-01-01');
CREATE TABLE show_me.items_default PARTITION OF show_me.items DEFAULT;
INSERT INTO show_me.items VALUES (15);
CREATE ROLE regress_strata_show;
GRANT USAGE ON SCHEMA partman, show_me TO regress_strata_show;
GRANT SELECT ON show_me.items_default TO regress_strata_show;
SET ROLE regress_strata_show;
SELECT * FROM partman.check_default();
RESET ROLE;
ALTER TABLE show_me.items_default ENABLE ROW LEVEL SECURITY;
SET ROLE regress_strata_show;
SELECT * FROM partman.check_default(false);
SELECT partman.partition_gap_fill('show_me.items');
\echo :LAST_ERROR_SQLSTATE
SELECT partman.config_cleanup('show_me.items');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
DELETE FROM show_me.items;

-- run_analyze goes on with the others and says at the end what failed; a dropped parent is no failure.
CREATE TABLE show_me.gone (id int NOT NULL) PARTITION BY RANGE (id);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, anchor)
VALUES ('show_me.gone', 'id', '10', 'range', '0');
SET session_replication_role = replica;
DROP TABLE show_me.gone;
RESET session_replication_role;
CREATE FUNCTION show_me.moody(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF pg_catalog.current_setting('show_me.mood', true) = 'bad' THEN RAISE EXCEPTION 'not today'; END IF;
    RETURN $1;
END $$;
CREATE INDEX ON show_me.items_p0 (show_me.moody(id));
INSERT INTO show_me.items VALUES (5);
SET show_me.mood = 'bad';
CALL partman.run_analyze();
\echo :LAST_ERROR_SQLSTATE
SELECT relname, reltuples FROM pg_class WHERE oid IN ('show_me.items'::regclass, 'show_me.orders'::regclass) ORDER BY relname;
RESET show_me.mood;
SELECT partman.config_cleanup('show_me.gone');
CALL partman.run_analyze(p_quiet => true);
CALL partman.run_analyze(p_skip_locked => true, p_parent_table => 'show_me.items');
DROP INDEX show_me.items_p0_moody_idx;

-- Gaps, and forgetting.
SELECT partman.partition_gap_fill('show_me.items');
SELECT * FROM partman.show_partitions('show_me.items');
CREATE TABLE show_me.template_items (id int);
UPDATE partman.part_config SET template_table = 'show_me.template_items' WHERE parent_table LIKE 'show_me.%';
SELECT partman.config_cleanup('show_me.items');
SELECT partman.config_cleanup('show_me.orders');
SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'show_me.%';
SET client_min_messages = warning;
DROP SCHEMA show_me CASCADE;
DROP OWNED BY regress_strata_show;
DROP ROLE regress_strata_show;
