-- What CREATE EXTENSION makes: the dialect's tables, comments, constraints, rights.
BEGIN;
SELECT plan(31);

-- The dialect's columns come first, in its order, with its types and defaults.
CREATE FUNCTION pg_temp.columns(text, int) RETURNS TABLE (name name, type text, required boolean, fallback text) LANGUAGE sql AS $$
    SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = $1::regclass AND a.attnum BETWEEN 1 AND $2 ORDER BY a.attnum $$;
SELECT results_eq($$ SELECT * FROM pg_temp.columns('partman.part_config', 31) $$, $$ VALUES
    ('parent_table'::name, 'text', true, NULL), ('control', 'text', true, NULL), ('time_encoder', 'text', false, NULL), ('time_decoder', 'text', false, NULL),
    ('partition_interval', 'text', true, NULL), ('partition_type', 'text', true, NULL), ('premake', 'integer', true, '4'),
    ('automatic_maintenance', 'text', true, '''on''::text'), ('template_table', 'text', false, NULL), ('retention', 'text', false, NULL),
    ('retention_schema', 'text', false, NULL), ('retention_keep_index', 'boolean', true, 'true'), ('retention_keep_table', 'boolean', true, 'true'),
    ('epoch', 'text', true, '''none''::text'), ('constraint_cols', 'text[]', false, NULL), ('optimize_constraint', 'integer', true, '30'),
    ('infinite_time_partitions', 'boolean', true, 'true'), ('datetime_string', 'text', false, NULL), ('jobmon', 'boolean', true, 'true'),
    ('sub_partition_set_full', 'boolean', true, 'false'), ('undo_in_progress', 'boolean', true, 'false'), ('inherit_privileges', 'boolean', false, 'false'),
    ('constraint_valid', 'boolean', true, 'true'), ('ignore_default_data', 'boolean', true, 'true'), ('date_trunc_interval', 'text', false, NULL),
    ('maintenance_order', 'integer', false, NULL), ('retention_keep_publication', 'boolean', true, 'false'),
    ('maintenance_last_run', 'timestamp with time zone', false, NULL), ('detach_before_drop', 'boolean', false, 'false'),
    ('maintenance_role', 'text', false, 'CURRENT_USER'), ('async_partitioning_in_progress', 'text', false, NULL) $$,
    'part_config begins with the columns of the dialect');
SELECT results_eq($$ SELECT * FROM pg_temp.columns('partman.part_config_sub', 28) $$, $$ VALUES
    ('sub_parent'::name, 'text', true, NULL), ('sub_control', 'text', true, NULL), ('sub_time_encoder', 'text', false, NULL), ('sub_time_decoder', 'text', false, NULL),
    ('sub_partition_interval', 'text', true, NULL), ('sub_partition_type', 'text', true, NULL), ('sub_premake', 'integer', true, '4'),
    ('sub_automatic_maintenance', 'text', true, '''on''::text'), ('sub_template_table', 'text', false, NULL), ('sub_retention', 'text', false, NULL),
    ('sub_retention_schema', 'text', false, NULL), ('sub_retention_keep_index', 'boolean', true, 'true'), ('sub_retention_keep_table', 'boolean', true, 'true'),
    ('sub_epoch', 'text', true, '''none''::text'), ('sub_constraint_cols', 'text[]', false, NULL), ('sub_optimize_constraint', 'integer', true, '30'),
    ('sub_infinite_time_partitions', 'boolean', true, 'false'), ('sub_jobmon', 'boolean', true, 'true'), ('sub_inherit_privileges', 'boolean', false, 'false'),
    ('sub_constraint_valid', 'boolean', true, 'true'), ('sub_ignore_default_data', 'boolean', true, 'true'), ('sub_default_table', 'boolean', false, 'true'),
    ('sub_date_trunc_interval', 'text', false, NULL), ('sub_maintenance_order', 'integer', false, NULL), ('sub_retention_keep_publication', 'boolean', true, 'false'),
    ('sub_control_not_null', 'boolean', false, 'true'), ('sub_detach_before_drop', 'boolean', false, 'false'),
    ('sub_maintenance_role', 'text', false, 'CURRENT_USER') $$,
    'part_config_sub is the dialect''s');
SELECT bag_has($$ SELECT name, type FROM pg_temp.columns('partman.part_config', 1600) $$, $$ VALUES
    ('parent_oid'::name, 'oid'), ('system_identifier', 'bigint'), ('database_oid', 'oid'), ('owner_role', 'text'), ('time_zone', 'text'), ('anchor', 'text') $$,
    'and has the working identity');

-- Constraints and indexes.
SELECT col_is_pk('partman', 'part_config', 'parent_table'::name, 'parent_table is the key');
SELECT col_is_pk('partman', 'part_config_sub', 'sub_parent'::name, 'sub_parent is the key');
SELECT bag_has($$ SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE connamespace = 'partman'::regnamespace $$, $$ VALUES
    ('partman.part_config', 'part_config_parent_table_pkey'::name), ('partman.part_config', 'positive_premake_check'),
    ('partman.part_config', 'part_config_type_check'), ('partman.part_config', 'part_config_automatic_maintenance_check'),
    ('partman.part_config', 'part_config_epoch_check'), ('partman.part_config', 'control_constraint_col_chk'),
    ('partman.part_config', 'retention_schema_not_empty_chk'), ('partman.part_config_sub', 'positive_premake_check'),
    ('partman.part_config_sub', 'control_constraint_col_chk'), ('partman.part_config_sub', 'retention_schema_not_empty_chk'),
    ('partman.part_config_sub', 'part_config_sub_automatic_maintenance_check'), ('partman.part_config_sub', 'part_config_sub_epoch_check'),
    ('partman.part_config_sub', 'part_config_sub_type_check') $$, 'constraints have the names of the dialect');
SELECT is_empty($$ SELECT 1 FROM pg_constraint WHERE contype = 'f' AND connamespace = 'partman'::regnamespace $$,
    'no foreign key dictates the order of a restore');
SELECT is_empty($$ SELECT attrelid::regclass, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
                   WHERE relnamespace = 'partman'::regnamespace AND relkind = 'r' AND attnum > 0 AND atttypid::regtype::text LIKE 'reg%' $$,
    'no column has a type that pg_upgrade refuses');
SELECT has_index('partman', 'part_config', 'part_config_type_idx', ARRAY['partition_type'], 'the dialect''s index is there');
SELECT has_index('partman', 'part_config', 'part_config_parent_oid_idx', ARRAY['parent_oid'], 'tables are found by oid');
SELECT has_index('partman', 'managed_partition', 'managed_partition_parent_oid_idx', ARRAY['parent_oid'], 'and partitions by their set');
SELECT ok(partman.check_epoch_type('none') AND partman.check_epoch_type('nanoseconds') AND NOT partman.check_epoch_type('hours'), 'check_epoch_type');
SELECT ok(partman.check_partition_type('range') AND partman.check_partition_type('list') AND partman.check_partition_type('hash') AND NOT partman.check_partition_type('x'),
    'check_partition_type');
SELECT ok(partman.check_automatic_maintenance_value('on') AND partman.check_automatic_maintenance_value('off') AND NOT partman.check_automatic_maintenance_value('none'),
    'check_automatic_maintenance_value');

-- Every object is explained.
CREATE TEMPORARY TABLE members AS
    SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
    AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'pg_strata');
SELECT is_empty($$ SELECT p.oid::regprocedure FROM pg_proc p JOIN members m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
                   WHERE obj_description(p.oid, 'pg_proc') IS NULL $$, 'every function has a comment');
SELECT is_empty($$ SELECT c.oid::regclass FROM pg_class c JOIN members m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid
                   WHERE relkind IN ('r', 'v') AND obj_description(c.oid, 'pg_class') IS NULL $$, 'every table and view has a comment');
SELECT is_empty($$ SELECT c.oid::regclass, a.attname FROM pg_class c JOIN members m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid
                   JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 WHERE relkind IN ('r', 'v') AND col_description(c.oid, a.attnum) IS NULL $$,
    'every column has a comment');

-- Rights.
SELECT is_empty($$ SELECT p.oid::regprocedure FROM pg_proc p JOIN members m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid WHERE prosecdef $$,
    'no function has the rights of its owner');
SELECT is_empty($$ SELECT c.oid::regclass FROM pg_class c JOIN members m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid WHERE relrowsecurity $$,
    'no table has row-level security of ours, which would break dumps');
SELECT is_empty($$ SELECT p.oid::regprocedure FROM pg_proc p JOIN members m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
                   WHERE prorettype IN ('trigger'::regtype, 'event_trigger'::regtype) AND has_function_privilege('pg_monitor', p.oid, 'EXECUTE') $$,
    'nobody can make triggers of his own of our trigger functions');
SELECT bag_eq($$ SELECT c.oid::regclass::text, privilege_type FROM pg_class c JOIN members m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid, aclexplode(relacl)
                 WHERE relkind = 'r' AND grantee = 0 $$, $$ VALUES
    ('partman.part_config', 'SELECT'), ('partman.part_config', 'INSERT'), ('partman.part_config', 'UPDATE'), ('partman.part_config', 'DELETE'),
    ('partman.part_config_sub', 'SELECT'), ('partman.part_config_sub', 'INSERT'), ('partman.part_config_sub', 'UPDATE'), ('partman.part_config_sub', 'DELETE'),
    ('partman.part_config_override', 'SELECT'), ('partman.part_config_override', 'INSERT'), ('partman.part_config_override', 'UPDATE'), ('partman.part_config_override', 'DELETE'),
    ('partman.managed_partition', 'SELECT'), ('partman.installation', 'SELECT') $$, 'everybody may do to the tables what the triggers check');
SELECT bag_eq($$ SELECT unnest(extconfig)::regclass::text FROM pg_extension WHERE extname = 'pg_strata' $$,
    $$ VALUES ('partman.part_config'), ('partman.part_config_sub'), ('partman.part_config_override'), ('partman.installation'), ('partman.managed_partition') $$, 'what is configured is dumped');

-- Triggers.
SELECT bag_has($$ SELECT tgrelid::regclass::text, tgname FROM pg_trigger JOIN members m ON m.classid = 'pg_class'::regclass AND m.objid = tgrelid WHERE NOT tgisinternal $$,
    $$ VALUES ('partman.part_config', 'part_config_check'::name), ('partman.part_config_sub', 'part_config_sub_check'), ('partman.part_config_override', 'part_config_override_check'),
              ('partman.managed_partition', 'managed_partition_check'), ('partman.installation', 'installation_check') $$, 'whatever is written is checked');
SELECT bag_eq($$ SELECT evtname, evtevent, evttags FROM pg_event_trigger WHERE evtname LIKE 'pg_strata%' $$, $$ VALUES
    ('pg_strata_follow_ddl'::name, 'ddl_command_end'::name, '{ALTER TABLE,ALTER SCHEMA,ALTER INDEX}'::text[]), ('pg_strata_follow_drop', 'sql_drop', NULL) $$,
    'renames and drops are followed');

-- Nothing of the schema's owner is trusted.
SELECT is_empty($$ SELECT objid FROM members WHERE classid = 'pg_namespace'::regclass $$, 'the schema is not a member');
SELECT hasnt_function('partman', 'record_installation', 'nothing is left of the installation');
SELECT results_eq('SELECT database_oid = (SELECT oid FROM pg_database WHERE datname = current_database()), confirmed_at IS NOT NULL FROM partman.installation',
    'VALUES (true, true)', 'retention is live in the database in which the extension was made');

-- Names in a schema that somebody else may write to are of no consequence.
CREATE SCHEMA impostor;
CREATE TABLE impostor.part_config (LIKE partman.part_config);
SET LOCAL search_path = impostor, partman, public;
CREATE TABLE public.structure_t (at timestamptz NOT NULL) PARTITION BY RANGE (at);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('public.structure_t', 'at', '1 day', 'range');
ALTER TABLE public.structure_t RENAME TO structure_u;
SELECT is((SELECT parent_table FROM partman.part_config), 'public.structure_u', 'our tables are found by membership');
SELECT is_empty('SELECT * FROM impostor.part_config', 'and no others are written');
RESET search_path;

-- The schema may be renamed by its owner; what is installed goes on.
ALTER SCHEMA partman RENAME TO renamed;
ALTER TABLE public.structure_u RENAME TO structure_v;
SELECT is((SELECT parent_table FROM renamed.part_config), 'public.structure_v', 'also in a schema that was renamed');
ALTER SCHEMA renamed RENAME TO partman;
DROP TABLE public.structure_v;
SELECT is_empty('SELECT * FROM partman.part_config', 'a drop takes the row along');

SELECT * FROM finish();
ROLLBACK;
