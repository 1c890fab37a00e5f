-- Arguments and results of every function, in the order in which positional calls use them.
BEGIN;
SELECT no_plan();

CREATE TEMP TABLE wanted (name text, kind "char", arguments text, result text);
INSERT INTO wanted VALUES
    ('apply_cluster', 'f', 'p_parent_schema text, p_parent_tablename text, p_child_schema text, p_child_tablename text', 'void'),
    ('apply_constraints', 'f', 'p_parent_table text, p_child_table text DEFAULT NULL::text, p_analyze boolean DEFAULT false, p_job_id bigint DEFAULT NULL::bigint', 'void'),
    ('autovacuum_off', 'f', 'p_parent_schema text, p_parent_tablename text, p_source_schema text DEFAULT NULL::text, p_source_tablename text DEFAULT NULL::text', 'boolean'),
    ('autovacuum_reset', 'f', 'p_parent_schema text, p_parent_tablename text, p_source_schema text DEFAULT NULL::text, p_source_tablename text DEFAULT NULL::text', 'boolean'),
    ('drop_constraints', 'f', 'p_parent_table text, p_child_table text, p_debug boolean DEFAULT false', 'void'),
    ('reapply_constraints_proc', 'p', 'IN p_parent_table text, IN p_drop_constraints boolean DEFAULT false, IN p_apply_constraints boolean DEFAULT false, IN p_analyze boolean DEFAULT true, IN p_wait integer DEFAULT 0, IN p_dryrun boolean DEFAULT false', NULL),
    ('apply_cluster', 'f', 'p_parent_schema text, p_parent_tablename text, p_child_schema text, p_child_tablename text', 'void'),
    ('apply_constraints', 'f', 'p_parent_table text, p_child_table text DEFAULT NULL::text, p_analyze boolean DEFAULT false, p_job_id bigint DEFAULT NULL::bigint', 'void'),
    ('apply_privileges', 'f', 'p_parent_schema text, p_parent_tablename text, p_child_schema text, p_child_tablename text, p_job_id bigint DEFAULT NULL::bigint', 'void'),
    ('autovacuum_off', 'f', 'p_parent_schema text, p_parent_tablename text, p_source_schema text DEFAULT NULL::text, p_source_tablename text DEFAULT NULL::text', 'boolean'),
    ('autovacuum_reset', 'f', 'p_parent_schema text, p_parent_tablename text, p_source_schema text DEFAULT NULL::text, p_source_tablename text DEFAULT NULL::text', 'boolean'),
    ('drop_constraints', 'f', 'p_parent_table text, p_child_table text, p_debug boolean DEFAULT false', 'void'),
    ('dump_partitioned_table_definition', 'f', 'p_parent_table text, p_ignore_template_table boolean DEFAULT false', 'text'),
    ('inherit_parent_properties', 'f', 'p_parent_schema text, p_parent_tablename text, p_child_tablename text, p_child_schema text DEFAULT NULL::text', 'void'),
    ('inherit_replica_identity', 'f', 'p_parent_schemaname text, p_parent_tablename text, p_child_tablename text', 'void'),
    ('inherit_template_properties', 'f', 'p_parent_table text, p_child_schema text, p_child_tablename text', 'boolean'),
    ('reapply_constraints_proc', 'p', 'IN p_parent_table text, IN p_drop_constraints boolean DEFAULT false, IN p_apply_constraints boolean DEFAULT false, IN p_analyze boolean DEFAULT true, IN p_wait integer DEFAULT 0, IN p_dryrun boolean DEFAULT false', NULL),
    ('reapply_privileges', 'f', 'p_parent_table text', 'void'),
    ('calculate_time_partition_info', 'f', 'p_time_interval interval, p_start_time timestamp with time zone, p_date_trunc_interval text DEFAULT NULL::text, OUT base_timestamp timestamp with time zone, OUT datetime_string text', 'record'),
    ('check_automatic_maintenance_value', 'f', 'p_automatic_maintenance text', 'boolean'),
    ('check_control_type', 'f', 'p_parent_schema text, p_parent_tablename text, p_control text', 'TABLE(general_type text, exact_type text)'),
    ('check_default', 'f', 'p_exact_count boolean DEFAULT true, p_ignore_infinity boolean DEFAULT false', 'SETOF partman.check_default_table'),
    ('check_epoch_type', 'f', 'p_type text', 'boolean'),
    ('check_name_length', 'f', 'p_object_name text, p_suffix text DEFAULT NULL::text, p_table_partition boolean DEFAULT false', 'text'),
    ('check_partition_type', 'f', 'p_type text', 'boolean'),
    ('config_cleanup', 'f', 'p_parent_table text, p_config_table boolean DEFAULT true, p_config_sub_table boolean DEFAULT true, p_template_table boolean DEFAULT true', 'void'),
    ('create_partition_id', 'f', 'p_parent_table text, p_partition_ids bigint[], p_start_partition text DEFAULT NULL::text', 'boolean'),
    ('create_partition_time', 'f', 'p_parent_table text, p_partition_times timestamp with time zone[], p_start_partition text DEFAULT NULL::text', 'boolean'),
    ('drop_partition_id', 'f', 'p_parent_table text, p_retention bigint DEFAULT NULL::bigint, p_keep_table boolean DEFAULT NULL::boolean, p_keep_index boolean DEFAULT NULL::boolean, p_retention_schema text DEFAULT NULL::text', 'integer'),
    ('drop_partition_time', 'f', 'p_parent_table text, p_retention interval DEFAULT NULL::interval, p_keep_table boolean DEFAULT NULL::boolean, p_keep_index boolean DEFAULT NULL::boolean, p_retention_schema text DEFAULT NULL::text, p_reference_timestamp timestamp with time zone DEFAULT CURRENT_TIMESTAMP', 'integer'),
    ('partman_safe_obj_name', 'f', 'p_object_name text', 'text'),
    ('partition_data_async', 'p', 'IN p_parent_table text, IN p_loop_count integer DEFAULT NULL::integer, IN p_interval text DEFAULT NULL::text, IN p_lock_wait integer DEFAULT 0, IN p_lock_wait_tries integer DEFAULT 10, IN p_wait integer DEFAULT 1, IN p_order text DEFAULT ''ASC''::text, IN p_ignored_columns text[] DEFAULT NULL::text[], IN p_quiet boolean DEFAULT false', NULL),
    ('partition_data_id', 'f', 'p_parent_table text, p_batch_count integer DEFAULT 1, p_batch_interval bigint DEFAULT NULL::bigint, p_lock_wait numeric DEFAULT 0, p_order text DEFAULT ''ASC''::text, p_analyze boolean DEFAULT true, p_source_table text DEFAULT NULL::text, p_ignored_columns text[] DEFAULT NULL::text[], p_override_system_value boolean DEFAULT false', 'bigint'),
    ('partition_data_proc', 'p', 'IN p_parent_table text, IN p_loop_count integer DEFAULT NULL::integer, IN p_interval text DEFAULT NULL::text, IN p_lock_wait integer DEFAULT 0, IN p_lock_wait_tries integer DEFAULT 10, IN p_wait integer DEFAULT 1, IN p_order text DEFAULT ''ASC''::text, IN p_source_table text DEFAULT NULL::text, IN p_ignored_columns text[] DEFAULT NULL::text[], IN p_quiet boolean DEFAULT false, IN p_ignore_infinity boolean DEFAULT false', NULL),
    ('partition_data_time', 'f', 'p_parent_table text, p_batch_count integer DEFAULT 1, p_batch_interval interval DEFAULT NULL::interval, p_lock_wait numeric DEFAULT 0, p_order text DEFAULT ''ASC''::text, p_analyze boolean DEFAULT true, p_source_table text DEFAULT NULL::text, p_ignored_columns text[] DEFAULT NULL::text[], p_override_system_value boolean DEFAULT false, p_ignore_infinity boolean DEFAULT false', 'bigint'),
    ('partition_gap_fill', 'f', 'p_parent_table text', 'integer'),
    ('run_analyze', 'p', 'IN p_skip_locked boolean DEFAULT false, IN p_quiet boolean DEFAULT false, IN p_parent_table text DEFAULT NULL::text', NULL),
    ('run_maintenance', 'f', 'p_parent_table text DEFAULT NULL::text, p_analyze boolean DEFAULT false, p_jobmon boolean DEFAULT true', 'void'),
    ('run_maintenance_proc', 'p', 'IN p_wait integer DEFAULT 0, IN p_analyze boolean DEFAULT false, IN p_jobmon boolean DEFAULT true', NULL),
    ('show_partition_info', 'f', 'p_child_table text, p_partition_interval text DEFAULT NULL::text, p_parent_table text DEFAULT NULL::text, p_table_exists boolean DEFAULT true, OUT child_start_time timestamp with time zone, OUT child_end_time timestamp with time zone, OUT child_start_id bigint, OUT child_end_id bigint, OUT suffix text', 'record'),
    ('show_partition_name', 'f', 'p_parent_table text, p_value text, OUT partition_schema text, OUT partition_table text, OUT suffix_timestamp timestamp with time zone, OUT suffix_id bigint, OUT table_exists boolean', 'record'),
    ('show_partitions', 'f', 'p_parent_table text, p_order text DEFAULT ''ASC''::text, p_include_default boolean DEFAULT false', 'TABLE(partition_schemaname text, partition_tablename text)'),
    ('undo_partition', 'f', 'p_parent_table text, p_target_table text, p_loop_count integer DEFAULT 1, p_batch_interval text DEFAULT NULL::text, p_keep_table boolean DEFAULT true, p_lock_wait numeric DEFAULT 0, p_ignored_columns text[] DEFAULT NULL::text[], p_drop_cascade boolean DEFAULT false, OUT partitions_undone integer, OUT rows_undone bigint', 'record'),
    ('undo_partition_proc', 'p', 'IN p_parent_table text, IN p_target_table text DEFAULT NULL::text, IN p_loop_count integer DEFAULT NULL::integer, IN p_interval text DEFAULT NULL::text, IN p_keep_table boolean DEFAULT true, IN p_lock_wait integer DEFAULT 0, IN p_lock_wait_tries integer DEFAULT 10, IN p_wait integer DEFAULT 1, IN p_ignored_columns text[] DEFAULT NULL::text[], IN p_drop_cascade boolean DEFAULT false, IN p_quiet boolean DEFAULT false', NULL);

SELECT is((SELECT array_agg(p.prokind::text || ' ' || pg_get_function_arguments(p.oid) || ' -> ' || coalesce(pg_get_function_result(p.oid), ''))
           FROM pg_proc p WHERE p.pronamespace = 'partman'::regnamespace AND p.proname = w.name),
    ARRAY[w.kind::text || ' ' || w.arguments || ' -> ' || coalesce(w.result, '')], w.name)
FROM wanted w;

-- Positional calls of set-up functions: the dialect's arguments come first.
SELECT is((SELECT proargnames[1:17] FROM pg_proc WHERE pronamespace = 'partman'::regnamespace AND proname = f.name),
    ARRAY['p_parent_table', 'p_control', 'p_interval', 'p_type', 'p_epoch', 'p_premake', 'p_start_partition', 'p_default_table',
        'p_automatic_maintenance', 'p_constraint_cols', 'p_template_table', 'p_jobmon', 'p_date_trunc_interval', 'p_control_not_null',
        'p_time_encoder', 'p_time_decoder', 'p_offset_id'], f.name || ': arguments')
FROM (VALUES ('create_parent'), ('create_partition')) f (name);
SELECT is((SELECT regexp_replace(pg_get_function_arguments(oid), ', p_time_zone.*', '') FROM pg_proc
           WHERE pronamespace = 'partman'::regnamespace AND proname = f.name),
    'p_parent_table text, p_control text, p_interval text DEFAULT NULL::text, p_type text DEFAULT ''range''::text, p_epoch text DEFAULT ''none''::text, '
    'p_premake integer DEFAULT 4, p_start_partition text DEFAULT NULL::text, p_default_table boolean DEFAULT true, '
    'p_automatic_maintenance text DEFAULT ''on''::text, p_constraint_cols text[] DEFAULT NULL::text[], p_template_table text DEFAULT NULL::text, '
    'p_jobmon boolean DEFAULT true, p_date_trunc_interval text DEFAULT NULL::text, p_control_not_null boolean DEFAULT true, '
    'p_time_encoder text DEFAULT NULL::text, p_time_decoder text DEFAULT NULL::text, p_offset_id bigint DEFAULT 0', f.name || ': types and defaults')
FROM (VALUES ('create_parent'), ('create_partition')) f (name);
SELECT is(pg_get_function_result(oid), 'boolean', proname || ' returns a boolean') FROM pg_proc
WHERE pronamespace = 'partman'::regnamespace AND proname IN ('create_parent', 'create_partition');

SELECT is((SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute
           WHERE attrelid = 'partman.check_default_table'::regclass AND attnum > 0),
    'default_table text, count bigint', 'type check_default_table');

SELECT * FROM finish();
ROLLBACK;
