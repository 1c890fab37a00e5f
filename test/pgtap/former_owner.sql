-- Partitions that still belong to the former owner of their parent can be retired by whoever has the rights of both.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT plan(22);

CREATE ROLE regress_mixed_former;
CREATE ROLE regress_mixed_owner;
CREATE ROLE regress_mixed_both;
GRANT regress_mixed_former, regress_mixed_owner TO regress_mixed_both;
CREATE SCHEMA mixed;
CREATE SCHEMA mixed_attic AUTHORIZATION regress_mixed_owner;
GRANT USAGE, CREATE ON SCHEMA mixed TO regress_mixed_former, regress_mixed_owner;
GRANT USAGE, CREATE ON SCHEMA mixed_attic TO regress_mixed_former;
GRANT USAGE ON SCHEMA partman TO PUBLIC;

SET LOCAL ROLE regress_mixed_former;
CREATE TABLE mixed.t (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
CREATE INDEX ON mixed.t (n);
CREATE TABLE mixed.target (LIKE mixed.t);
SELECT partman.create_parent('mixed.t', 'id', '10', p_premake => 9, p_start_partition => '0', p_template_table => 'false');
INSERT INTO mixed.t SELECT n, n FROM generate_series(0, 99) n;
RESET ROLE;
ALTER TABLE mixed.t OWNER TO regress_mixed_owner;
ALTER TABLE mixed.target OWNER TO regress_mixed_owner;

CREATE FUNCTION pg_temp.as_role(who name, sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', who);
    EXECUTE sql INTO result;
    RESET ROLE;
    RETURN result;
END $$;

SELECT throws_ok($$SELECT pg_temp.as_role('regress_mixed_owner', $q$SELECT partman.drop_partition_id('mixed.t', 80, false)$q$)$$, '42501', 'must be owner of table t_p0', 'the owner of the parent alone may not');
SELECT is(pg_temp.as_role('regress_mixed_owner', $$SELECT partman.drop_partition_id('mixed.t', 80, true)$$), '1', 'but detach it, as ALTER TABLE lets him');
SELECT is(partman.drop_partition_id('mixed.t', 70, false), 1, 'a superuser may drop it');
SELECT hasnt_table('mixed', 't_p10', 'and it is gone');
SELECT is(pg_temp.as_role('regress_mixed_both', $$SELECT partman.drop_partition_id('mixed.t', 60, false)$$), '1', 'so may a member of both');
SELECT hasnt_table('mixed', 't_p20', 'and it is gone');
SELECT is(partman.drop_partition_id('mixed.t', 50, true, false), 1, 'indexes');
SELECT is_empty($$SELECT FROM pg_index WHERE indrelid = 'mixed.t_p30'::regclass$$, 'are dropped');
SELECT is(pg_temp.as_role('regress_mixed_both', $$SELECT partman.drop_partition_id('mixed.t', 40, p_retention_schema => 'mixed_attic')$$), '1', 'moving');
SELECT has_table('mixed_attic', 't_p40', 'to another schema');
UPDATE partman.part_config SET constraint_cols = '{n}' WHERE parent_table = 'mixed.t';
SELECT lives_ok($$SELECT pg_temp.as_role('regress_mixed_both', $q$SELECT partman.apply_constraints('mixed.t', 'mixed.t_p60')$q$)$$, 'constraints');
SELECT throws_ok($$SELECT pg_temp.as_role('regress_mixed_owner', $q$SELECT partman.drop_constraints('mixed.t', 'mixed.t_p60')$q$)$$, '42501', NULL, 'are not for the new owner alone');
SELECT is((SELECT count(*)::int FROM pg_constraint WHERE conrelid = 'mixed.t_p60'::regclass AND contype = 'c'), 1, 'made');
SELECT lives_ok($$SELECT partman.drop_constraints('mixed.t', 'mixed.t_p60')$$, 'dropped');
SELECT is_empty($$SELECT FROM pg_constraint WHERE conrelid = 'mixed.t_p60'::regclass AND contype = 'c'$$, 'gone');
UPDATE partman.part_config SET constraint_cols = NULL WHERE parent_table = 'mixed.t';
INSERT INTO mixed.t SELECT generate_series(200, 239);
SELECT is(partman.partition_data_id('mixed.t', 10), 40::bigint, 'rows of a default partition that is still his are moved');
SELECT is(pg_temp.as_role('regress_mixed_owner', $$INSERT INTO mixed.t SELECT generate_series(300, 319); SELECT partman.partition_data_id('mixed.t', 10)$$), '20', 'by the new owner, too');
DELETE FROM mixed.t WHERE id >= 200;
UPDATE partman.part_config SET retention = '30', retention_keep_table = false WHERE parent_table = 'mixed.t';
SELECT partman.run_maintenance();
SELECT hasnt_table('mixed', 't_p50', 'maintenance');
SELECT is((SELECT count(*)::int FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'mixed.t'::regclass AND c.relowner = 'regress_mixed_owner'::regrole) > 0, true, 'new partitions belong to the new owner');
SELECT is((partman.undo_partition('mixed.t', 'mixed.target', 30, p_keep_table => false)).rows_undone, 40::bigint, 'undo');
SELECT is((SELECT count(*)::int FROM mixed.target), 40, 'moves the rows');
SELECT is_empty($$SELECT FROM pg_inherits WHERE inhparent = 'mixed.t'::regclass$$, 'nothing is left');

SELECT * FROM finish();
ROLLBACK;
