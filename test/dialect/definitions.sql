-- dump_partitioned_table_definition: statements that make the same set once more.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA "Dia lect";
CREATE SCHEMA attic;
CREATE TABLE "Dia lect".model (id bigint);

CREATE TABLE "Dia lect".ids (id bigint NOT NULL, "it's" text) PARTITION BY RANGE (id);
SELECT partman.create_parent('Dia lect.ids', 'id', '10', p_premake := 3, p_constraint_cols := ARRAY['it''s'], p_default_table := false, p_automatic_maintenance := 'off', p_jobmon := false);
UPDATE partman.part_config SET optimize_constraint = 7, retention = '100', retention_schema = 'attic', retention_keep_index = false, retention_keep_table = false,
    infinite_time_partitions = false, inherit_privileges = true, constraint_valid = false, ignore_default_data = false, maintenance_order = 5, retention_keep_publication = true,
    detach_before_drop = true, maintenance_role = 'postgres' WHERE parent_table = 'Dia lect.ids';
SELECT is(partman.dump_partitioned_table_definition('Dia lect.ids'), concat_ws(E'\n',
    'SELECT partman.create_partition(',
    E'\tp_parent_table := ''Dia lect.ids'',',
    E'\tp_control := ''id'',',
    E'\tp_interval := ''10'',',
    E'\tp_type := ''range'',',
    E'\tp_epoch := ''none'',',
    E'\tp_premake := 3,',
    E'\tp_default_table := ''f'',',
    E'\tp_automatic_maintenance := ''off'',',
    E'\tp_constraint_cols := ''{it''''s}'',',
    E'\tp_template_table := ''partman.template_Dia lect_ids'',',
    E'\tp_jobmon := ''f'',',
    E'\tp_date_trunc_interval := NULL,',
    E'\tp_control_not_null := ''t''',
    ');',
    'UPDATE partman.part_config SET',
    E'\toptimize_constraint = 7,',
    E'\tretention = ''100'',',
    E'\tretention_schema = ''attic'',',
    E'\tretention_keep_index = ''f'',',
    E'\tretention_keep_table = ''f'',',
    E'\tinfinite_time_partitions = ''f'',',
    E'\tdatetime_string = NULL,',
    E'\tsub_partition_set_full = ''f'',',
    E'\tinherit_privileges = ''t'',',
    E'\tconstraint_valid = ''f'',',
    E'\tignore_default_data = ''f'',',
    E'\tmaintenance_order = ''5'',',
    E'\tretention_keep_publication = ''t'',',
    E'\tdetach_before_drop = ''t'',',
    E'\tmaintenance_role = ''postgres''',
    'WHERE parent_table = ''Dia lect.ids'';'), 'the text for a set by id, all settings changed');
SELECT throws_like($$ SELECT partman.dump_partitioned_table_definition('Dia lect.nowhere') $$, 'Given parent table not found in pg_partman configuration table: Dia lect.nowhere%', 'not managed');

-- Made once more from its text, a set has the same configuration and the same partitions.
CREATE FUNCTION check_again(number int, columns text, call text, changes text, without_template boolean) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'again_' || number;
    parent text := 'Dia lect.' || name;
    described text;
    before jsonb;
    partitions text[];
BEGIN
    EXECUTE format('CREATE TABLE "Dia lect".%I (%s) PARTITION BY RANGE (id)', name, columns);
    EXECUTE format('SELECT partman.create_parent(%L, ''id'', %s)', parent, call);
    EXECUTE format('UPDATE partman.part_config SET %s WHERE parent_table = %L', changes, parent);
    SELECT to_jsonb(c) - '{parent_oid,template_table,anchor}'::text[] INTO before FROM partman.part_config c WHERE parent_table = parent;
    partitions := ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent, 'ASC', true));
    described := partman.dump_partitioned_table_definition(parent, without_template);
    EXECUTE format('DROP TABLE "Dia lect".%I', name);
    PERFORM partman.config_cleanup(parent) FROM partman.part_config WHERE parent_table = parent;
    EXECUTE format('CREATE TABLE "Dia lect".%I (%s) PARTITION BY RANGE (id)', name, columns);
    EXECUTE described;
    RETURN NEXT is((SELECT to_jsonb(c) - '{parent_oid,template_table,anchor}'::text[] FROM partman.part_config c WHERE parent_table = parent), before, call || ': configuration');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent, 'ASC', true)), partitions, call || ': partitions');
END $$;
SELECT check_again((row_number() OVER ())::int, c.columns, c.call, c.changes, c.without_template)
FROM (VALUES ('id bigint NOT NULL', '''10''', 'premake = 4', false), ('id bigint NOT NULL', '''10'', p_premake := 7, p_default_table := false', 'retention = ''70'', maintenance_order = 3', true),
    ('id timestamptz NOT NULL', '''1 day''', 'retention = ''1 month'', retention_keep_table = false', true), ('id timestamptz NOT NULL, v int', '''1 month'', p_constraint_cols := ''{v}''', 'optimize_constraint = 3', true),
    ('id date NOT NULL', '''1 week'', p_date_trunc_interval := ''week''', 'inherit_privileges = true', true), ('id timestamp', '''1 hour'', p_control_not_null := false', 'detach_before_drop = true', true),
    ('id bigint NOT NULL', '''1 day'', p_epoch := ''milliseconds''', 'retention_schema = ''attic''', true),
    ('id int NOT NULL', '''5'', p_template_table := ''Dia lect.model''', 'ignore_default_data = false', false), ('id int NOT NULL', '''5'', p_template_table := ''false''', 'jobmon = false', false)) c (columns, call, changes, without_template);

SELECT * FROM finish();
ROLLBACK;
