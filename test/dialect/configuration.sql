-- The columns of the two configuration tables and what they refuse.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;

CREATE TEMP TABLE wanted (relation regclass, position int, name text, type text, required boolean, fallback text);
INSERT INTO wanted SELECT 'partman.part_config', row_number() OVER (), v.* FROM (VALUES
    ('parent_table', 'text', true, NULL), ('control', 'text', true, NULL), ('time_encoder', 'text', false, NULL), ('time_decoder', 'text', false, NULL),
    ('partition_interval', 'text', true, NULL), ('partition_type', 'text', true, NULL), ('premake', 'integer', true, '4'),
    ('automatic_maintenance', 'text', true, '''on''::text'), ('template_table', 'text', false, NULL), ('retention', 'text', false, NULL),
    ('retention_schema', 'text', false, NULL), ('retention_keep_index', 'boolean', true, 'true'), ('retention_keep_table', 'boolean', true, 'true'),
    ('epoch', 'text', true, '''none''::text'), ('constraint_cols', 'text[]', false, NULL), ('optimize_constraint', 'integer', true, '30'),
    ('infinite_time_partitions', 'boolean', true, 'true'), ('datetime_string', 'text', false, NULL), ('jobmon', 'boolean', true, 'true'),
    ('sub_partition_set_full', 'boolean', true, 'false'), ('undo_in_progress', 'boolean', true, 'false'), ('inherit_privileges', 'boolean', false, 'false'),
    ('constraint_valid', 'boolean', true, 'true'), ('ignore_default_data', 'boolean', true, 'true'), ('date_trunc_interval', 'text', false, NULL),
    ('maintenance_order', 'integer', false, NULL), ('retention_keep_publication', 'boolean', true, 'false'),
    ('maintenance_last_run', 'timestamp with time zone', false, NULL), ('detach_before_drop', 'boolean', false, 'false'),
    ('maintenance_role', 'text', false, 'CURRENT_USER'), ('async_partitioning_in_progress', 'text', false, NULL)) v;
INSERT INTO wanted SELECT 'partman.part_config_sub', row_number() OVER (), v.* FROM (VALUES
    ('sub_parent', 'text', true, NULL), ('sub_control', 'text', true, NULL), ('sub_time_encoder', 'text', false, NULL), ('sub_time_decoder', 'text', false, NULL),
    ('sub_partition_interval', 'text', true, NULL), ('sub_partition_type', 'text', true, NULL), ('sub_premake', 'integer', true, '4'),
    ('sub_automatic_maintenance', 'text', true, '''on''::text'), ('sub_template_table', 'text', false, NULL), ('sub_retention', 'text', false, NULL),
    ('sub_retention_schema', 'text', false, NULL), ('sub_retention_keep_index', 'boolean', true, 'true'), ('sub_retention_keep_table', 'boolean', true, 'true'),
    ('sub_epoch', 'text', true, '''none''::text'), ('sub_constraint_cols', 'text[]', false, NULL), ('sub_optimize_constraint', 'integer', true, '30'),
    ('sub_infinite_time_partitions', 'boolean', true, NULL), ('sub_jobmon', 'boolean', true, 'true'), ('sub_inherit_privileges', 'boolean', false, 'false'),
    ('sub_constraint_valid', 'boolean', true, 'true'), ('sub_ignore_default_data', 'boolean', true, 'true'), ('sub_default_table', 'boolean', false, 'true'),
    ('sub_date_trunc_interval', 'text', false, NULL), ('sub_maintenance_order', 'integer', false, NULL),
    ('sub_retention_keep_publication', 'boolean', true, 'false'), ('sub_control_not_null', 'boolean', false, 'true'),
    ('sub_detach_before_drop', 'boolean', false, 'false'), ('sub_maintenance_role', 'text', false, 'CURRENT_USER')) v;

SELECT is((SELECT (a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull)::text FROM pg_attribute a
           WHERE a.attrelid = w.relation AND a.attnum = w.position), (w.name, w.type, w.required)::text,
    format('%s, column %s: %s', w.relation, w.position, w.name))
FROM wanted w;
-- Whether sets follow the clock by default is a choice that we make otherwise.
SELECT is((SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d WHERE d.adrelid = w.relation AND d.adnum = w.position), w.fallback,
    format('%s.%s: default', w.relation, w.name))
FROM wanted w WHERE w.name <> 'sub_infinite_time_partitions';

SELECT col_is_pk('partman', 'part_config', ARRAY['parent_table'], 'part_config has one row per set');
SELECT col_is_pk('partman', 'part_config_sub', ARRAY['sub_parent'], 'part_config_sub has one row per set');
SELECT is_empty($$ SELECT t.name FROM unnest('{partman.part_config,partman.part_config_sub}'::regclass[]) t (name)
    WHERE NOT EXISTS (SELECT FROM pg_extension e WHERE t.name = ANY (e.extconfig)) $$, 'dumps carry both');

CREATE TABLE public.dialect_set (id int NOT NULL, note text) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.dialect_set', 'id', '10');
SELECT throws_ok(format('UPDATE partman.part_config SET %s WHERE parent_table = %L', c.change, 'public.dialect_set'), '23514', NULL, c.change || ' is refused')
FROM (VALUES ('premake = 0'), ('premake = -1'), ($$automatic_maintenance = 'yes'$$), ($$automatic_maintenance = ''$$),
    ($$partition_type = 'partman'$$), ($$partition_type = 'interval'$$), ($$retention_schema = ''$$), ($$constraint_cols = '{note,id}'$$)) c (change);
SELECT throws_ok(format('UPDATE partman.part_config SET %s = NULL WHERE parent_table = %L', c.name, 'public.dialect_set'), '23502', NULL, c.name || ' cannot be null')
FROM wanted c WHERE c.relation = 'partman.part_config'::regclass AND c.required AND c.name NOT IN ('parent_table', 'control', 'epoch', 'partition_interval', 'partition_type');
SELECT lives_ok(format('UPDATE partman.part_config SET %s WHERE parent_table = %L', c.change, 'public.dialect_set'), c.change || ' is taken')
FROM (VALUES ('premake = 1'), ('premake = 1000'), ($$automatic_maintenance = 'off'$$), ($$automatic_maintenance = 'on'$$), ('retention = ''100'''), ('retention = NULL'),
    ('retention_keep_table = false'), ('retention_keep_index = false'), ('infinite_time_partitions = true'), ('infinite_time_partitions = false'), ('jobmon = false'),
    ('optimize_constraint = 5'), ('maintenance_order = 3'), ('maintenance_order = NULL'), ('ignore_default_data = false'), ('inherit_privileges = true'),
    ('constraint_valid = false'), ('detach_before_drop = true'), ('retention_keep_publication = true'), ('retention_schema = ''public'''),
    ('undo_in_progress = true'), ('undo_in_progress = false'), ('sub_partition_set_full = true'), ('template_table = NULL')) c (change);

SELECT is(partman.check_automatic_maintenance_value(v.value), v.good, 'automatic_maintenance ' || v.value)
FROM (VALUES ('on', true), ('off', true), ('ON', false), ('true', false), ('none', false), ('', false)) v (value, good);
SELECT is(partman.check_epoch_type(v.value), v.good, 'epoch ' || v.value)
FROM (VALUES ('none', true), ('seconds', true), ('milliseconds', true), ('microseconds', true), ('nanoseconds', true), ('second', false), ('', false)) v (value, good);
SELECT is(partman.check_partition_type(v.value), v.good, 'partition_type ' || v.value)
FROM (VALUES ('range', true), ('list', true), ('native', false), ('partman', false), ('', false)) v (value, good);

SELECT * FROM finish();
ROLLBACK;
