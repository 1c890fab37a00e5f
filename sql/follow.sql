-- The configuration follows the tables: renames, schemas, owners, drops; with event triggers and without.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_strata;
CREATE ROLE regress_owner;
CREATE SCHEMA follow;
CREATE SCHEMA elsewhere;
CREATE SCHEMA keep;
CREATE SCHEMA shadow;
GRANT ALL ON SCHEMA follow, elsewhere TO regress_owner;
RESET client_min_messages;
CREATE VIEW config AS
    SELECT parent_table, control, parent_oid::regclass, owner_role = current_user AS mine, template_table, retention_schema, set_root, constraint_cols
    FROM partman.part_config ORDER BY parent_table COLLATE "C";
CREATE VIEW partitions AS
    SELECT parent_table, parent_oid::regclass AS parent, partition_schema, partition_table, partition_oid::regclass AS partition, provenance
    FROM partman.managed_partition ORDER BY partition_table COLLATE "C";
CREATE FUNCTION manage(text, text DEFAULT 'at') RETURNS void LANGUAGE sql
    AS $$ INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ($1, $2, '1 month', 'range') $$;

CREATE TABLE follow.template (at timestamptz, a int, b int);
CREATE TABLE follow.events (at timestamptz NOT NULL, a int, b int) PARTITION BY RANGE (at);
CREATE TABLE follow.events_p1 PARTITION OF follow.events FOR VALUES FROM ('2025-01-01') TO ('2025-02-01') PARTITION BY RANGE (at);
CREATE TABLE follow.events_p1_p1 PARTITION OF follow.events_p1 FOR VALUES FROM ('2025-01-01') TO ('2025-01-02');
SELECT manage('follow.events');
SELECT manage('follow.events_p1');
UPDATE partman.part_config SET template_table = 'follow.template', retention_schema = 'keep', constraint_cols = '{a,b}' WHERE parent_table = 'follow.events';
UPDATE partman.part_config SET set_root = 'follow.events' WHERE parent_table = 'follow.events_p1';
INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_constraint_cols)
    VALUES ('follow.events', 'at', '1 day', 'range', '{b}');
TABLE config;
TABLE partitions;

-- Renames of the table, of a partition, of the key, of another column.
ALTER TABLE follow.events RENAME TO "Odd Name";
TABLE config;
SELECT sub_parent FROM partman.part_config_sub;
TABLE partitions;
ALTER INDEX follow."Odd Name" RENAME TO events;
SET search_path = shadow, follow;
CREATE TABLE shadow.trades (at timestamptz);
ALTER TABLE events RENAME TO trades;
RESET search_path;
ALTER TABLE follow.events_p1_p1 RENAME TO tail;
ALTER TABLE follow.trades RENAME COLUMN at TO made_at;
ALTER TABLE follow.trades RENAME b TO c;
TABLE config;
SELECT sub_parent, sub_control, sub_constraint_cols FROM partman.part_config_sub;
TABLE partitions;
ALTER TABLE follow.template RENAME TO shape;
SELECT template_table FROM config WHERE template_table IS NOT NULL;

-- Schemas.
ALTER TABLE follow.trades SET SCHEMA elsewhere;
ALTER TABLE follow.tail SET SCHEMA elsewhere;
ALTER TABLE follow.shape SET SCHEMA elsewhere;
TABLE config;
TABLE partitions;
ALTER SCHEMA elsewhere RENAME TO moved;
ALTER SCHEMA follow RENAME TO "Follow Me";
ALTER SCHEMA keep RENAME TO archive;
TABLE config;
TABLE partitions;

-- Owners; and the SQL of somebody who has no rights of ours.
ALTER TABLE moved.trades OWNER TO regress_owner;
SELECT parent_table, mine FROM config;
SET ROLE regress_owner;
ALTER TABLE moved.trades RENAME TO events;
RESET ROLE;
DO $$ BEGIN EXECUTE 'ALTER TABLE moved.events RENAME TO from_do'; END $$;
SELECT parent_table FROM config;
BEGIN;
ALTER TABLE moved.from_do RENAME TO undone;
SELECT parent_table FROM config;
ROLLBACK;
SELECT parent_table FROM config;

-- Drops.
DROP TABLE moved.tail;
TABLE partitions;
BEGIN;
DROP TABLE "Follow Me".events_p1;
TABLE config;
TABLE partitions;
ROLLBACK;
TABLE config;
BEGIN;
SET LOCAL client_min_messages = warning;
DROP SCHEMA moved CASCADE;
TABLE config;
SELECT count(*) FROM partman.part_config_sub;
ROLLBACK;
BEGIN;
SET LOCAL client_min_messages = warning;
DROP OWNED BY regress_owner CASCADE;
SELECT parent_table FROM config;
ROLLBACK;
DROP TABLE moved.from_do;
TABLE config;
TABLE partitions;
-- And the same name again.
SET client_min_messages = warning;
DROP SCHEMA "Follow Me", moved, archive, shadow CASCADE;
RESET client_min_messages;
CREATE SCHEMA follow;
CREATE TABLE follow.again (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT manage('follow.again');
DROP TABLE follow.again;
CREATE TABLE follow.again (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT manage('follow.again');
TABLE config;

-- What event triggers do not see is put right by the next run.
CREATE TABLE follow.one (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE follow.two (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE follow.three (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT manage('follow.one'), manage('follow.two'), manage('follow.three');
INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type) VALUES ('follow.one', 'at', '1 day', 'range');
UPDATE partman.part_config SET automatic_maintenance = 'off';
SET session_replication_role = replica;
ALTER TABLE follow.one RENAME TO swap;
ALTER TABLE follow.two RENAME TO one;
ALTER TABLE follow.swap RENAME TO two;
ALTER TABLE follow.two RENAME at TO happened;
ALTER TABLE follow.one OWNER TO regress_owner;
DROP TABLE follow.three;
RESET session_replication_role;
SELECT parent_table, control FROM config;
SELECT partman.run_maintenance();
TABLE config;
SELECT sub_parent FROM partman.part_config_sub;
SELECT parent_oid, system_identifier, database_oid FROM partman.part_config WHERE parent_table = 'follow.three';
-- The row of the dropped table gives way to a table that takes the name, or belongs to it again.
CREATE TABLE follow.three (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.run_maintenance();
SELECT parent_table, parent_oid::regclass FROM config WHERE parent_table = 'follow.three';

-- A table has one row, also when nobody has told us of its new name.
SET session_replication_role = replica;
ALTER TABLE follow.three RENAME TO third;
RESET session_replication_role;
SELECT manage('follow.third');
SELECT parent_table FROM config WHERE parent_table LIKE 'follow.th%';
SELECT partman.run_maintenance();
SELECT parent_table FROM config WHERE parent_table LIKE 'follow.th%';

SET client_min_messages = warning;
DROP SCHEMA follow CASCADE;
DROP VIEW config, partitions;
DROP FUNCTION manage;
DROP ROLE regress_owner;
SELECT count(*) FROM partman.part_config;
SELECT count(*) FROM partman.managed_partition;
