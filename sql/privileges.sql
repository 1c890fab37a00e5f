-- Two tenants and an administrator: who may read and write what.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_strata;
CREATE ROLE regress_alice;
CREATE ROLE regress_bob;
CREATE ROLE regress_team;
CREATE ROLE regress_carol NOINHERIT;
GRANT regress_team TO regress_alice, regress_carol;
CREATE SCHEMA alice AUTHORIZATION regress_alice;
CREATE SCHEMA bob AUTHORIZATION regress_bob;
GRANT USAGE ON SCHEMA partman TO regress_alice, regress_bob, regress_carol;
GRANT USAGE ON SCHEMA alice, bob TO PUBLIC;
RESET client_min_messages;

SET ROLE regress_alice;
CREATE TABLE alice.events (at timestamptz NOT NULL) PARTITION BY RANGE (at);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('alice.events', 'at', '1 month', 'range');
SET ROLE regress_bob;
CREATE TABLE bob.events (at timestamptz NOT NULL) PARTITION BY RANGE (at);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, owner_role) VALUES ('bob.events', 'at', '1 month', 'range', 'regress_alice');

-- Everybody sees the configuration, as names are public in the catalog.
SELECT parent_table, owner_role FROM partman.part_config ORDER BY parent_table;

-- Nobody writes what belongs to another.
UPDATE partman.part_config SET premake = 5 WHERE parent_table = 'alice.events';
\echo :SQLSTATE
UPDATE partman.part_config SET maintenance_last_run = now() WHERE parent_table = 'alice.events';
UPDATE partman.part_config SET parent_table = 'alice.events' WHERE parent_table = 'bob.events';
UPDATE partman.part_config SET owner_role = 'regress_bob';
DELETE FROM partman.part_config WHERE parent_table = 'alice.events';
\echo :SQLSTATE
DELETE FROM partman.part_config;
INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type) VALUES ('alice.events', 'at', '1 day', 'range');
\echo :SQLSTATE
INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type) VALUES ('alice.later', 'at', '1 day', 'range');
\echo :SQLSTATE
RESET ROLE;
DELETE FROM partman.part_config WHERE parent_table = 'alice.events';
SET ROLE regress_bob;
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('alice.events', 'at', '1 month', 'range');
\echo :SQLSTATE
COPY partman.part_config (parent_table, control, partition_interval, partition_type) FROM stdin;
alice.events	at	1 month	range
\.
-- Claiming that the row comes from a dump makes it an orphan at best, which gives way to the owner's.
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, owner_role, parent_oid)
    VALUES ('alice.events', 'at', '1 month', 'range', 'regress_alice', 'alice.events'::regclass);
SELECT parent_table, parent_oid, owner_role FROM partman.part_config WHERE parent_table = 'alice.events';
SET ROLE regress_alice;
DELETE FROM partman.part_config WHERE parent_table = 'alice.events';
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('alice.events', 'at', '1 month', 'range');
SELECT parent_table, parent_oid::regclass, owner_role FROM partman.part_config WHERE parent_table = 'alice.events';
UPDATE partman.part_config SET premake = 5 WHERE parent_table = 'alice.events';

-- A description of sub-partitions that comes before its set, as a dump may bring it, needs a table of one's own, and
-- does not wait for the set of somebody else.
SET ROLE regress_bob;
INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_owner_role) VALUES ('alice.wait', 'at', '1 day', 'range', 'regress_alice');
CREATE TABLE bob.wait (at timestamptz NOT NULL) PARTITION BY RANGE (at);
INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_owner_role) VALUES ('bob.wait', 'at', '1 day', 'range', 'regress_alice');
SET ROLE regress_alice;
UPDATE partman.part_config_sub SET sub_premake = 3 WHERE sub_parent = 'bob.wait';
\echo :SQLSTATE
DELETE FROM partman.part_config_sub WHERE sub_parent = 'bob.wait';
RESET ROLE;
ALTER TABLE bob.wait OWNER TO regress_alice;
SET ROLE regress_alice;
UPDATE partman.part_config_sub SET sub_premake = 3 WHERE sub_parent = 'bob.wait';
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, owner_role) VALUES ('bob.wait', 'at', '1 month', 'range', 'regress_alice');
SELECT sub_parent, sub_owner_role FROM partman.part_config_sub ORDER BY 1;

-- A member writes for the group, if he has its rights without SET ROLE.
RESET ROLE;
ALTER TABLE alice.events OWNER TO regress_team;
SELECT parent_table, owner_role FROM partman.part_config WHERE parent_table = 'alice.events';
SET ROLE regress_alice;
UPDATE partman.part_config SET premake = 6 WHERE parent_table = 'alice.events';
SET ROLE regress_carol;
UPDATE partman.part_config SET premake = 7 WHERE parent_table = 'alice.events';
SET ROLE regress_bob;
UPDATE partman.part_config SET premake = 8 WHERE parent_table = 'alice.events';

-- A row of bob's for a table that is not there yet never becomes that of somebody else's table.
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('alice.trap', 'at', '1 month', 'range');
SET ROLE regress_alice;
UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'alice.trap';
\echo :SQLSTATE
CREATE TABLE alice.trap (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SET ROLE regress_bob;
UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'alice.trap';
RESET ROLE;
SET client_min_messages = error; -- which sets are there depends on other tests
SELECT partman.run_maintenance();
RESET client_min_messages;
SELECT parent_table, parent_oid, owner_role FROM partman.part_config WHERE parent_table = 'alice.trap';
SELECT count(*) FROM pg_inherits WHERE inhparent = 'alice.trap'::regclass;
-- A rename onto the name makes it step aside.
SET ROLE regress_alice;
ALTER TABLE alice.trap RENAME TO mine;
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('alice.mine', 'at', '1 month', 'range');
ALTER TABLE alice.mine RENAME TO trap;
SELECT parent_table, parent_oid::regclass, owner_role FROM partman.part_config WHERE parent_table LIKE 'alice.%' ORDER BY 1;

-- Provenance and the restore guard are not for anybody's hands.
SET ROLE regress_bob;
INSERT INTO partman.managed_partition (parent_table, partition_schema, partition_table, provenance) VALUES ('alice.events', 'alice', 'x', 'made');
DELETE FROM partman.managed_partition;
UPDATE partman.installation SET confirmed_at = now();
INSERT INTO partman.installation VALUES (1, 1, now());
SELECT partman.confirm_live();
\echo :SQLSTATE
SELECT count(*) FROM partman.installation;
TRUNCATE partman.part_config CASCADE;
SELECT partman.part_config_check();
SELECT partman.follow_drop();

-- Policies of an administrator work, and hide sets from functions as in the dialect.
RESET ROLE;
CREATE POLICY tenants ON partman.part_config USING (owner_role = current_user);
ALTER TABLE partman.part_config ENABLE ROW LEVEL SECURITY;
UPDATE partman.part_config SET premake = 9 WHERE parent_table IN ('alice.trap', 'bob.events');
GRANT regress_alice TO regress_bob;
SET ROLE regress_bob;
SELECT parent_table FROM partman.part_config ORDER BY 1;
SELECT parent_table FROM partman.plan_maintenance() GROUP BY 1 ORDER BY 1;
RESET ROLE;
ALTER TABLE partman.part_config DISABLE ROW LEVEL SECURITY;
SET ROLE regress_bob;
SELECT parent_table FROM partman.plan_maintenance() GROUP BY 1 ORDER BY 1;
RESET ROLE;
DROP POLICY tenants ON partman.part_config;

SET client_min_messages = warning;
DROP SCHEMA alice CASCADE;
DROP SCHEMA bob CASCADE;
REVOKE USAGE ON SCHEMA partman FROM regress_alice, regress_bob, regress_carol;
DROP ROLE regress_alice, regress_bob, regress_carol, regress_team;
SELECT count(*) FROM partman.part_config;
