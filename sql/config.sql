-- What may be written to part_config, by whoever writes it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_strata;
RESET client_min_messages;
SET TimeZone = 'Europe/Berlin';
CREATE SCHEMA cfg;
CREATE TABLE cfg.events (id bigint, at timestamptz NOT NULL, other timestamptz) PARTITION BY RANGE (at);
CREATE TABLE cfg.events_old PARTITION OF cfg.events FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CREATE TABLE cfg.days (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE cfg.orders (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE cfg.plain (id bigint, at timestamptz);
CREATE VIEW config AS
    SELECT parent_table, control, partition_interval, premake, retention, time_zone, parent_oid::regclass, owner_role = current_user AS mine,
           system_identifier = (SELECT system_identifier FROM pg_control_system()) AS server,
           database_oid = (SELECT oid FROM pg_database WHERE datname = current_database()) AS database
    FROM partman.part_config ORDER BY parent_table COLLATE "C";

-- A row by hand: identity, owner and zone are filled in, whatever the caller says, and what is there is adopted.
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, parent_oid, system_identifier, database_oid)
    VALUES ('cfg.events', 'at', '1 month', 'range', 1, 2, 3);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, time_zone)
    VALUES ('cfg.days', 'day', 'P1D', 'range', 'America/New_York');
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type)
    VALUES ('cfg.orders', 'id', '1000', 'range');
SELECT * FROM config;
SELECT parent_table, partition_schema, partition_table, provenance, parent_oid::regclass, partition_oid::regclass FROM partman.managed_partition;

-- Defaults that differ from the dialect's.
SELECT infinite_time_partitions, retention_max_fraction, create_enabled, retire_enabled FROM partman.part_config WHERE parent_table = 'cfg.events';

-- Already managed.
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('cfg.events', 'at', '1 day', 'range');
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('cfg.events', 'at', '1 day', 'range')
    ON CONFLICT DO NOTHING;

-- Names.
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('events', 'at', '1 day', 'range');
\echo :SQLSTATE
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('a.b.c', 'at', '1 day', 'range');
UPDATE partman.part_config SET parent_table = 'cfg.nowhere' WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET parent_table = 'cfg.plain' WHERE parent_table = 'cfg.events';

-- A table that does not exist: the row waits.
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('cfg.later', 'at', '1 day', 'range');
SELECT parent_table, parent_oid, system_identifier, database_oid, owner_role = current_user AS mine FROM partman.part_config WHERE parent_table = 'cfg.later';
CREATE TABLE cfg.later (at timestamptz NOT NULL) PARTITION BY RANGE (at);
UPDATE partman.part_config SET premake = 5 WHERE parent_table = 'cfg.later';
SELECT * FROM config WHERE parent_table = 'cfg.later';
DROP TABLE cfg.later;

-- The control column.
UPDATE partman.part_config SET control = 'nothing' WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET control = 'other' WHERE parent_table = 'cfg.events';
\echo :SQLSTATE

-- Intervals of time sets.
UPDATE partman.part_config SET partition_interval = '30' WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET partition_interval = 'often' WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET partition_interval = '0 days' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET partition_interval = '-1 month' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET partition_interval = '100 ms' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET partition_interval = '12 hours' WHERE parent_table = 'cfg.days';
UPDATE partman.part_config SET partition_interval = 'daily' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET partition_interval = 'P1M' WHERE parent_table = 'cfg.events';
-- Of id sets.
UPDATE partman.part_config SET partition_interval = '1.5' WHERE parent_table = 'cfg.orders';
\echo :SQLSTATE
UPDATE partman.part_config SET partition_interval = '1 day' WHERE parent_table = 'cfg.orders';
UPDATE partman.part_config SET partition_interval = '0' WHERE parent_table = 'cfg.orders';
UPDATE partman.part_config SET partition_interval = '1' WHERE parent_table = 'cfg.orders';
UPDATE partman.part_config SET partition_interval = '99999999999999999999' WHERE parent_table = 'cfg.orders';

-- Retention.
UPDATE partman.part_config SET retention = '90' WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET retention = '1 month 30' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET retention = '-3 months' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET retention = '90 days' WHERE parent_table = 'cfg.orders';
\echo :SQLSTATE
UPDATE partman.part_config SET retention = '10 days' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET jobmon = false WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET retention = '24 months', retention_keep_table = false WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET retention = '50000' WHERE parent_table = 'cfg.orders';
UPDATE partman.part_config SET retention_schema = 'nowhere' WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET retention_max_fraction = 1.5 WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET retention_max_fraction = NULL WHERE parent_table = 'cfg.events';

-- Constraints; their detail holds oids, so it is not shown.
\set VERBOSITY terse
UPDATE partman.part_config SET retention_keep_last = 0 WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET retention_schema = '' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET premake = 0 WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET partition_type = 'other' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET automatic_maintenance = 'maybe' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET epoch = 'hours' WHERE parent_table = 'cfg.days';
UPDATE partman.part_config SET constraint_cols = '{at}' WHERE parent_table = 'cfg.events';
\set VERBOSITY default

-- Everything else.
UPDATE partman.part_config SET premake = 100001 WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET time_zone = 'Mars/Olympus' WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET anchor = '2025-12-31 23:00:00+00' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET name_template = '{table}_{YYYY}' WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET name_template = '{table}_{moon}' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET name_template = '{table}_y{YYYY}m{MM}' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET date_trunc_interval = 'fortnight' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET datetime_string = '' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET anchor = 'yesterday' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET anchor = '2026-02-30 00:00:00' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET future_limit = '5' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET set_root = 'cfg.orders' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET template_table = 'cfg.template' WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET time_encoder = 'cfg.encode' WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET maintenance_role = 'regress_nobody' WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET partition_schema = 'nowhere' WHERE parent_table = 'cfg.events';

-- What does not exist is a warning on INSERT: a restore must not lose the row.
DELETE FROM partman.part_config WHERE parent_table = 'cfg.days';
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, retention_schema, template_table, maintenance_role)
    VALUES ('cfg.days', 'day', '1 day', 'range', 'nowhere', 'cfg.template', 'regress_nobody');
-- Bad syntax is an error there, too.
DELETE FROM partman.part_config WHERE parent_table = 'cfg.days';
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, retention) VALUES ('cfg.days', 'day', '1 day', 'range', '90');
COPY partman.part_config (parent_table, control, partition_interval, partition_type, retention) FROM stdin;
cfg.days	day	1 day	range	90
\.
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('cfg.days', 'day', '1 day', 'range');

-- The columns that are kept for the user.
UPDATE partman.part_config SET parent_oid = 'cfg.orders'::regclass WHERE parent_table = 'cfg.events';
\echo :SQLSTATE
UPDATE partman.part_config SET owner_role = 'postgres2' WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET disabled_since = now() WHERE parent_table = 'cfg.events';
BEGIN;
UPDATE partman.part_config SET retire_enabled = false WHERE parent_table = 'cfg.events';
SELECT disabled_since = now() AS since_now FROM partman.part_config WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET create_enabled = false WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET create_enabled = true, retire_enabled = true WHERE parent_table = 'cfg.events';
SELECT disabled_since FROM partman.part_config WHERE parent_table = 'cfg.events';
ROLLBACK;

-- One set must not hold up the maintenance of all others for long.
\set VERBOSITY sqlstate
UPDATE partman.part_config SET lock_timeout = 60001 WHERE parent_table = 'cfg.events';
UPDATE partman.part_config SET lock_retries = 1001 WHERE parent_table = 'cfg.events';
\set VERBOSITY default

-- Sub-partition sets.
INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type) VALUES ('cfg.events', 'id', '1000', 'range');
UPDATE partman.part_config_sub SET sub_partition_interval = '1.5';
UPDATE partman.part_config_sub SET sub_retention = '90 days';
UPDATE partman.part_config_sub SET sub_partition_interval = '1 day', sub_retention = '90';
UPDATE partman.part_config_sub SET sub_partition_interval = '1 day', sub_retention = '90 days';
UPDATE partman.part_config_sub SET sub_premake = 100001;
UPDATE partman.part_config_sub SET sub_retention_schema = 'nowhere';
SELECT sub_parent, sub_partition_interval, sub_retention FROM partman.part_config_sub;
-- They belong to a set, and go with it where it goes.
INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type) VALUES ('cfg.nothing', 'id', '1000', 'range');
\echo :SQLSTATE
UPDATE partman.part_config_sub SET sub_parent = 'cfg.nothing' WHERE sub_parent = 'cfg.events';
UPDATE partman.part_config_sub SET sub_owner_role = 'nobody';
ALTER TABLE cfg.events RENAME TO happenings;
SELECT sub_parent FROM partman.part_config_sub;
ALTER TABLE cfg.happenings RENAME TO events;
-- A restore may bring them first; only a dump has the role.  They wait for the set of the dump, not for any other.
INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_owner_role)
    VALUES ('cfg.first', 'id', '1000', 'range', 'somebody'), ('cfg.second', 'id', '1000', 'range', 'somebody'), ('cfg.third', 'id', '1000', 'range', 'somebody');
CREATE TABLE cfg.first (LIKE cfg.events) PARTITION BY RANGE (at);
CREATE TABLE cfg.second (LIKE cfg.events) PARTITION BY RANGE (at);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, owner_role) VALUES ('cfg.first', 'at', '1 month', 'range', 'somebody');
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('cfg.second', 'at', '1 month', 'range');
SELECT sub_parent, sub_owner_role = current_user FROM partman.part_config_sub ORDER BY 1;
SELECT partman.confirm_live();
ALTER TABLE cfg.second RENAME TO third;
DELETE FROM partman.part_config WHERE parent_table = 'cfg.first';
SELECT sub_parent FROM partman.part_config_sub ORDER BY 1;

-- The trigger functions are good for nothing else.
CREATE TRIGGER misuse BEFORE INSERT ON cfg.plain FOR EACH ROW EXECUTE FUNCTION partman.part_config_check();
INSERT INTO cfg.plain VALUES (1);

-- Deleting a set forgets its partitions and what belongs to it.
DELETE FROM partman.part_config WHERE parent_table = 'cfg.events';
SELECT count(*) FROM partman.managed_partition WHERE parent_table = 'cfg.events';
SELECT count(*) FROM partman.part_config_sub;
SET client_min_messages = warning;
DROP SCHEMA cfg CASCADE;
DROP VIEW config;
SELECT count(*) FROM partman.part_config;
