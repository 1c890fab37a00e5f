-- Which templates go with their set when that is given up, where they do not belong to its owner.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT plan(21);

CREATE ROLE regress_template_owner;
CREATE ROLE regress_template_other;
CREATE SCHEMA tpl;
CREATE SCHEMA tpl_mine AUTHORIZATION regress_template_owner;
GRANT USAGE ON SCHEMA partman, tpl TO PUBLIC;

CREATE FUNCTION tpl.give_up(name text, how text, columns text, who name DEFAULT session_user) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE tpl_mine.%I (k int NOT NULL, note varchar(20)) PARTITION BY RANGE (k)', name);
    EXECUTE format('CREATE TABLE tpl_mine.%I (LIKE tpl_mine.%I)', name || '_target', name);
    EXECUTE format('CREATE TABLE tpl.%I %s', name, columns);
    PERFORM partman.create_parent('tpl_mine.' || name, 'k', '10', p_premake => 1, p_template_table => 'tpl.' || name);
    EXECUTE format('ALTER TABLE tpl_mine.%I OWNER TO regress_template_owner', name);
    EXECUTE format('ALTER TABLE tpl_mine.%I OWNER TO regress_template_owner', name || '_target');
    PERFORM partman.reapply_privileges('tpl_mine.' || name);
    EXECUTE format('SET LOCAL ROLE %I', who);
    IF how = 'undo' THEN
        PERFORM partman.undo_partition('tpl_mine.' || name, 'tpl_mine.' || name || '_target', 10);
    ELSE
        PERFORM partman.config_cleanup('tpl_mine.' || name);
    END IF;
    RESET ROLE;
    IF EXISTS (SELECT FROM partman.part_config WHERE parent_table = 'tpl_mine.' || name) THEN
        RAISE 'set % is still there', name;
    END IF;
    RETURN to_regclass(format('tpl.%I', name)) IS NULL;
END $$;
CREATE FUNCTION tpl.check(number int, expected boolean, columns text, about text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT is(tpl.give_up('Undone ' || number, 'undo', columns), expected, 'undo_partition: ' || about);
    RETURN NEXT is(tpl.give_up('Forgotten ' || number, 'forget', columns), expected, 'config_cleanup: ' || about);
END $$;

SELECT tpl.check(1, true, '(k int, note varchar(20))', 'the caller''s, like the set');
SELECT tpl.check(2, true, '(note varchar(20))', 'not all of its columns');
SELECT tpl.check(3, false, '(k int, note varchar(20), more int)', 'a column that the set has not');
SELECT tpl.check(4, false, '(k int, note varchar(21))', 'a column of another length');
SELECT tpl.check(5, false, '(k bigint, note varchar(20))', 'a column of another type');
SELECT tpl.check(6, false, 'AS SELECT 1 AS k', 'a table with rows');
SELECT tpl.check(7, false, '(k int, note varchar(20)) PARTITION BY RANGE (k)', 'a partitioned table');
SELECT is(tpl.give_up('Owner ' || how, how, '(k int)', 'regress_template_owner'), false, 'the owner of the set alone: ' || how) FROM unnest('{undo,forget}'::text[]) how;

-- A template that another set uses, too.
CREATE TABLE tpl_mine.other (k int NOT NULL, note varchar(20)) PARTITION BY RANGE (k);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, anchor, template_table) VALUES ('tpl_mine.other', 'k', '10', 'range', '0', 'tpl.Shared undo');
SELECT is(tpl.give_up('Shared undo', 'undo', '(k int)'), false, 'undo_partition: shared');

-- A partition, and a table with children.
CREATE TABLE tpl.whole (k int) PARTITION BY RANGE (k);
CREATE TABLE tpl.heir (k int);
SELECT is(tpl.give_up('Part', 'forget', 'PARTITION OF tpl.whole DEFAULT'), false, 'a partition of something else');
UPDATE partman.part_config SET template_table = 'tpl.heir' WHERE parent_table = 'tpl_mine.other';
CREATE TABLE tpl.child () INHERITS (tpl.heir);
ALTER TABLE tpl_mine.other OWNER TO regress_template_owner;
SELECT lives_ok($$SELECT partman.config_cleanup('tpl_mine.other')$$, 'a table with children');
SELECT has_table('tpl', 'heir', 'stays');

-- One that is the set owner's goes whatever is in it.
CREATE TABLE tpl_mine.full_set (k int NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE tpl_mine.full_template AS SELECT 1 AS anything;
ALTER TABLE tpl_mine.full_set OWNER TO regress_template_owner;
ALTER TABLE tpl_mine.full_template OWNER TO regress_template_owner;
SELECT partman.create_parent('tpl_mine.full_set', 'k', '10', p_template_table => 'tpl_mine.full_template');
SELECT partman.config_cleanup('tpl_mine.full_set');
SELECT hasnt_table('tpl_mine', 'full_template', 'his own');

SELECT * FROM finish();
ROLLBACK;
