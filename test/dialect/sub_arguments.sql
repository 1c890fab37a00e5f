-- What each argument of create_sub_parent() leaves in part_config_sub, and what the sets below get of it.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;

CREATE FUNCTION check_sub(number int, call text, sub_changes jsonb, child_changes jsonb) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'sub_' || number;
    parent text := 'dialect.' || name;
    about text := call || ': ';
    row jsonb;
    child text;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id bigint NOT NULL, at timestamptz NOT NULL, maybe bigint, note text) PARTITION BY RANGE (at)', name);
    PERFORM partman.create_parent(parent, 'at', '1 month', p_premake := 1);
    EXECUTE format('SELECT partman.create_sub_parent(%L, %s, p_declarative_check := ''yes'')', parent, call);
    SELECT to_jsonb(s) INTO row FROM partman.part_config_sub s WHERE sub_parent = parent;
    RETURN QUERY SELECT is(row->w.key, w.value, about || w.key)
    FROM jsonb_each(jsonb_build_object('sub_parent', parent, 'sub_control', 'id', 'sub_time_encoder', NULL, 'sub_time_decoder', NULL, 'sub_partition_interval', '10',
            'sub_partition_type', 'range', 'sub_premake', 4, 'sub_automatic_maintenance', 'on', 'sub_template_table', 'partman.template_dialect_' || name, 'sub_retention', NULL,
            'sub_retention_schema', NULL, 'sub_retention_keep_index', true, 'sub_retention_keep_table', true, 'sub_epoch', 'none', 'sub_constraint_cols', NULL,
            'sub_optimize_constraint', 30, 'sub_jobmon', true, 'sub_inherit_privileges', false, 'sub_constraint_valid', true, 'sub_ignore_default_data', true)
        || jsonb_build_object('sub_default_table', true, 'sub_date_trunc_interval', NULL, 'sub_maintenance_order', NULL, 'sub_retention_keep_publication', false,
            'sub_control_not_null', true, 'sub_detach_before_drop', false, 'sub_maintenance_role', current_user) || sub_changes) w;
    child := name || '_p' || to_char(date_trunc('month', now()), 'YYYYMMDD');
    SELECT to_jsonb(c) INTO row FROM partman.part_config c WHERE parent_table = 'dialect.' || child;
    RETURN QUERY SELECT is(row->w.key, w.value, about || 'below: ' || w.key)
    FROM jsonb_each(jsonb_build_object('control', 'id', 'partition_interval', '10', 'partition_type', 'range', 'premake', 4, 'automatic_maintenance', 'on',
            'template_table', 'partman.template_dialect_' || name, 'epoch', 'none', 'constraint_cols', NULL, 'jobmon', true, 'datetime_string', NULL, 'date_trunc_interval', NULL) || child_changes) w;
    RETURN NEXT is(to_regclass('dialect.' || child || '_default') IS NOT NULL, coalesce((sub_changes->>'sub_default_table')::boolean, true), about || 'default below');
END $$;

SELECT check_sub((row_number() OVER ())::int, c.call, c.sub::jsonb, c.child::jsonb)
FROM (VALUES ($$'id', '10'$$, '{}', '{}'),
    ($$'id', '10', 'range'$$, '{}', '{}'),
    ($$'id', '100', p_premake := 2$$, '{"sub_partition_interval": "100", "sub_premake": 2}', '{"partition_interval": "100", "premake": 2}'),
    ($$'id', '10', p_default_table := false$$, '{"sub_default_table": false}', '{}'),
    ($$'id', '10', p_constraint_cols := '{note}'$$, '{"sub_constraint_cols": ["note"]}', '{"constraint_cols": ["note"]}'),
    ($$'id', '10', p_jobmon := false$$, '{"sub_jobmon": false}', '{"jobmon": false}'),
    ($$'id', '10', p_start_partition := '500'$$, '{}', '{}'),
    ($$'maybe', '10', p_control_not_null := false$$, '{"sub_control": "maybe", "sub_control_not_null": false}', '{"control": "maybe"}'),
    ($$'at', '1 day'$$, '{"sub_control": "at", "sub_partition_interval": "1 day"}', '{"control": "at", "partition_interval": "1 day", "datetime_string": "YYYYMMDD"}'),
    ($$'at', '01:00:00', p_premake := 1$$, '{"sub_control": "at", "sub_partition_interval": "01:00:00", "sub_premake": 1}',
        '{"control": "at", "partition_interval": "01:00:00", "datetime_string": "YYYYMMDD_HH24MISS", "premake": 1}'),
    ($$'at', '1 day', p_date_trunc_interval := 'day'$$, '{"sub_control": "at", "sub_partition_interval": "1 day", "sub_date_trunc_interval": "day"}',
        '{"control": "at", "partition_interval": "1 day", "datetime_string": "YYYYMMDD", "date_trunc_interval": "day"}'),
    ($$'id', '1 day', p_epoch := 'seconds'$$, '{"sub_partition_interval": "1 day", "sub_epoch": "seconds"}', '{"partition_interval": "1 day", "epoch": "seconds", "datetime_string": "YYYYMMDD"}')) c (call, sub, child);

-- A start of one's own.
SELECT is((SELECT array_agg(partition_tablename) FROM partman.show_partitions('dialect.' || p.partition_tablename)), ARRAY(SELECT p.partition_tablename || '_p' || n FROM generate_series(500, 540, 10) n), 'from 500 on: ' || p.partition_tablename)
FROM partman.show_partitions('dialect.sub_7') p;
CREATE TABLE dialect.started (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('dialect.started', 'at', '1 month', p_premake := 1);
SELECT partman.create_sub_parent('dialect.started', 'at', '1 day', p_declarative_check := 'yes', p_premake := 1, p_start_partition := (date_trunc('month', now()) - interval '10 days')::text);
SELECT is((SELECT count(*) FROM partman.show_partitions('dialect.started_p' || to_char(date_trunc('month', now()) - interval '1 month', 'YYYYMMDD'))), 10::bigint, 'the last ten days of the month before');
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect.started_p' || to_char(date_trunc('month', now()) - interval '1 month', 'YYYYMMDD')) LIMIT 1),
    format('started_p%s_p%s', to_char(date_trunc('month', now()) - interval '1 month', 'YYYYMMDD'), to_char(date_trunc('month', now()) - interval '10 days', 'YYYYMMDD')), 'from the tenth day before the present month on');
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect.started_p' || to_char(now(), 'YYYYMM01')) LIMIT 1), to_char(now(), '"started_p"YYYYMM01"_p"YYYYMM01'), 'the present month from its first day on');

-- Settings of the level go to sets that are made from now on.
UPDATE partman.part_config_sub SET sub_retention_schema = 'dialect', sub_retention_keep_table = false, sub_optimize_constraint = 7, sub_infinite_time_partitions = true, sub_inherit_privileges = true,
    sub_constraint_valid = false, sub_ignore_default_data = false, sub_maintenance_order = 9, sub_retention_keep_publication = true, sub_detach_before_drop = true, sub_premake = 2
WHERE sub_parent = 'dialect.sub_1';
INSERT INTO dialect.sub_1 VALUES (1, date_trunc('month', now()) + interval '1 month');
SELECT partman.run_maintenance('dialect.sub_1');
SELECT is((SELECT (c.retention_schema, c.retention_keep_table, c.optimize_constraint, c.infinite_time_partitions, c.inherit_privileges, c.constraint_valid, c.ignore_default_data, c.maintenance_order,
        c.retention_keep_publication, c.detach_before_drop, c.premake)::text FROM partman.part_config c
    WHERE c.parent_table = 'dialect.sub_1_p' || to_char(date_trunc('month', now()) + interval '2 months', 'YYYYMMDD')),
    ('dialect'::text, false, 7, true, true, false, false, 9, true, true, 2)::text, 'settings of the level in a new set');
SELECT is((SELECT count(*) FROM partman.show_partitions('dialect.sub_1_p' || to_char(date_trunc('month', now()) + interval '2 months', 'YYYYMMDD'))), 3::bigint, 'as many as the level says now');

SELECT * FROM finish();
ROLLBACK;
