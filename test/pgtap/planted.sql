-- What other people have planted does not get the rights of whoever sets up or maintains a table: templates in a
-- schema that several may write to, and a configuration that points to other people's schemas.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT plan(17);

CREATE ROLE regress_planter;
CREATE ROLE regress_group;
CREATE ROLE regress_member;
CREATE ROLE regress_neighbour;
GRANT regress_group TO regress_planter, regress_member;
CREATE SCHEMA mine;
CREATE SCHEMA neighbour AUTHORIZATION regress_neighbour;
GRANT USAGE ON SCHEMA neighbour TO regress_planter;
GRANT USAGE, CREATE ON SCHEMA mine, partman TO regress_planter, regress_member;

-- An immutable function, which may call what is not immutable.
CREATE TABLE mine.witness (who name);
GRANT INSERT, SELECT ON mine.witness TO PUBLIC;
SET ROLE regress_planter;
CREATE FUNCTION mine.note() RETURNS int LANGUAGE sql AS $$ INSERT INTO mine.witness VALUES (current_user); SELECT 1 $$;
CREATE FUNCTION mine.planted(timestamptz) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN mine.note(); END $$;
CREATE FUNCTION mine.plant(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %s (at timestamptz NOT NULL, n int)', name);
    EXECUTE format('CREATE UNIQUE INDEX ON %s (mine.planted(''2020-01-01''), at)', name);
END $$;

-- Under the name that the next set-up will look for.
SELECT mine.plant('partman.template_mine_events');
RESET ROLE;
CREATE TABLE mine.events (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
TRUNCATE mine.witness;
SELECT ok(partman.create_parent('mine.events', 'at', '1 month'), 'a superuser sets up a table of his own');
SELECT is_empty('TABLE mine.witness', 'nothing ran of a template that was there before');
SELECT is(template_table, 'partman.template_mine_events_2', 'as it has a template of its own') FROM partman.part_config WHERE parent_table = 'mine.events';

-- Given to a group that the owner is a member of.
SET ROLE regress_planter;
SELECT mine.plant('partman.template_mine_shared');
RESET ROLE;
ALTER TABLE partman.template_mine_shared OWNER TO regress_group;
SET ROLE regress_member;
CREATE TABLE mine.shared (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
RESET ROLE;
TRUNCATE mine.witness;
SET ROLE regress_member;
SELECT partman.create_parent('mine.shared', 'at', '1 month') AS made \gset
RESET ROLE;
SELECT is_empty('TABLE mine.witness', 'nor of one that belongs to a group of the owner''s');

-- A template of somebody else that was asked for.
SET ROLE regress_planter;
SELECT mine.plant('mine.model');
RESET ROLE;
CREATE TABLE mine.asked (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
TRUNCATE mine.witness;
SELECT throws_ok($$ SELECT partman.create_parent('mine.asked', 'at', '1 month', p_template_table := 'mine.model') $$, '42501', NULL,
    'a template of somebody else must not bring code');
SELECT is_empty('TABLE mine.witness', 'and none ran');
DROP TABLE mine.model;
SET ROLE regress_planter;
CREATE TABLE mine.model (at timestamptz NOT NULL, n int);
CREATE UNIQUE INDEX ON mine.model (n, at);
RESET ROLE;
SELECT ok(partman.create_parent('mine.asked', 'at', '1 month', p_template_table := 'mine.model'), 'plain columns are no code');
-- It is somebody else's for ever.
SET ROLE regress_planter;
CREATE UNIQUE INDEX ON mine.model (mine.planted('2020-01-01'), at);
RESET ROLE;
TRUNCATE mine.witness;
SELECT throws_ok($$ SELECT partman.create_partition_time('mine.asked', ARRAY['2020-01-01'::timestamptz]) $$, '42501', NULL, 'also not later');
SELECT is_empty('TABLE mine.witness', 'and none ran');

-- Partitions in somebody else's schema.
SET ROLE regress_planter;
CREATE TABLE mine.pushy (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
SELECT partman.create_parent('mine.pushy', 'at', '1 month') AS made \gset
UPDATE partman.part_config SET partition_schema = 'neighbour', premake = 8 WHERE parent_table = 'mine.pushy';
RESET ROLE;
SELECT throws_ok($$ SELECT partman.run_maintenance('mine.pushy') $$, '42501', NULL, 'a superuser does not put tables where their owner may not');
SELECT is_empty($$ SELECT oid::regclass FROM pg_class WHERE relnamespace = 'neighbour'::regnamespace $$, 'and there are none');
SELECT throws_ok($$ SELECT partman.create_partition_time('mine.pushy', ARRAY['2020-01-01'::timestamptz]) $$, '42501', NULL, 'not by the other way either');
GRANT CREATE ON SCHEMA neighbour TO regress_planter;
SELECT partman.run_maintenance('mine.pushy');
SELECT isnt_empty($$ SELECT oid::regclass FROM pg_class WHERE relnamespace = 'neighbour'::regnamespace $$, 'where he may, it does');

REVOKE CREATE ON SCHEMA neighbour FROM regress_planter;
CREATE TABLE mine.spread (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE neighbour.spread_1 PARTITION OF mine.spread FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE neighbour.spread_2 PARTITION OF mine.spread FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
ALTER TABLE mine.spread OWNER TO regress_planter;
SELECT throws_ok($$ SELECT partman.manage('mine.spread') $$, '42501', NULL, 'nor are they to go there because others are there already');

-- A table of somebody else named as template: cleaning up does not drop it with the rights of whoever cleans up.
SET ROLE regress_neighbour;
CREATE TABLE neighbour.precious (at timestamptz);
RESET ROLE;
UPDATE partman.part_config SET template_table = 'neighbour.precious' WHERE parent_table = 'mine.pushy';
SELECT lives_ok($$ SELECT partman.config_cleanup('mine.pushy') $$, 'a superuser cleans up');
SELECT has_table('neighbour', 'precious', 'the table of somebody else stays');
SELECT is_empty($$ SELECT 1 FROM partman.part_config WHERE parent_table = 'mine.pushy' $$, 'and the set is forgotten');

SELECT * FROM finish();
ROLLBACK;
