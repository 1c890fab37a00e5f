-- What each argument of create_parent() leaves in the configuration and in the catalog.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;
CREATE TABLE dialect.model (LIKE pg_stat_activity);
ALTER TABLE dialect.model SET UNLOGGED;

-- The whole row of a set that was made without any optional argument, and what one call changes in it.
CREATE FUNCTION check_row(number int, kind text, call text, changes jsonb, partitions int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'set_' || number;
    about text := format('%s, %s: ', kind, call);
    row jsonb;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id bigint NOT NULL, at timestamptz NOT NULL, maybe timestamptz, note text) PARTITION BY RANGE (%s)', name,
        CASE kind WHEN 'time' THEN coalesce(changes->>'control', 'at') ELSE 'id' END);
    EXECUTE format('SELECT partman.create_parent(%L, %s)', 'dialect.' || name, call);
    SELECT to_jsonb(c) INTO row FROM partman.part_config c WHERE parent_table = 'dialect.' || name;
    RETURN QUERY SELECT is(row->w.key, w.value, about || w.key)
    FROM jsonb_each(jsonb_build_object('parent_table', 'dialect.' || name, 'control', CASE kind WHEN 'time' THEN 'at' ELSE 'id' END, 'time_encoder', NULL, 'time_decoder', NULL,
            'partition_interval', CASE kind WHEN 'time' THEN '1 day' ELSE '10' END, 'partition_type', 'range', 'premake', 4, 'automatic_maintenance', 'on',
            'template_table', 'partman.template_dialect_' || name, 'retention', NULL, 'retention_schema', NULL, 'retention_keep_index', true, 'retention_keep_table', true,
            'epoch', 'none', 'constraint_cols', NULL, 'optimize_constraint', 30, 'datetime_string', CASE kind WHEN 'time' THEN 'YYYYMMDD' END, 'jobmon', true,
            'sub_partition_set_full', false, 'undo_in_progress', false, 'inherit_privileges', false, 'constraint_valid', true, 'ignore_default_data', true)
        || jsonb_build_object('date_trunc_interval', NULL, 'maintenance_order', NULL, 'retention_keep_publication', false, 'detach_before_drop', false,
            'maintenance_role', current_user, 'async_partitioning_in_progress', NULL) || changes) w;
    RETURN NEXT is((SELECT count(*)::int FROM pg_inherits WHERE inhparent = ('dialect.' || name)::regclass), partitions, about || 'partitions with the default');
    RETURN NEXT is(to_regclass('partman.template_dialect_' || name) IS NULL, changes ? 'template_table', about || 'template');
END $$;

SELECT check_row((row_number() OVER ())::int, c.kind, c.call, c.changes::jsonb, c.partitions)
FROM (VALUES ('time', $$'at', '1 day'$$, '{}', 10),
    ('time', $$'at', '1 day', 'range'$$, '{}', 10),
    ('time', $$p_control := 'at', p_interval := '1 day', p_premake := 10$$, '{"premake": 10}', 22),
    ('time', $$'at', '1 day', p_premake := 1$$, '{"premake": 1}', 4),
    ('time', $$'at', '1 day', p_default_table := false$$, '{}', 9),
    ('time', $$'at', '1 day', p_automatic_maintenance := 'off'$$, '{"automatic_maintenance": "off"}', 10),
    ('time', $$'at', '1 day', p_template_table := 'dialect.model'$$, '{"template_table": "dialect.model"}', 10),
    ('time', $$'at', '1 day', p_template_table := 'false'$$, '{"template_table": null}', 10),
    ('time', $$'at', '1 day', p_template_table := 'F'$$, '{"template_table": null}', 10),
    ('time', $$'at', '1 day', p_jobmon := false$$, '{"jobmon": false}', 10),
    ('time', $$'at', '1 day', p_date_trunc_interval := 'day'$$, '{"date_trunc_interval": "day"}', 10),
    ('time', $$'maybe', '1 day', p_control_not_null := false$$, '{"control": "maybe"}', 10),
    ('time', $$'at', '1 day', p_epoch := 'none'$$, '{}', 10),
    ('time', $$'at', '1 day', p_offset_id := 0$$, '{}', 10),
    ('time', $$'at', '24 hours'$$, '{"partition_interval": "24:00:00"}', 10),
    ('time', $$'at', '1 week'$$, '{"partition_interval": "7 days"}', 10),
    ('time', $$'at', '1 month'$$, '{"partition_interval": "1 mon"}', 10),
    ('time', $$'at', '1 months'$$, '{"partition_interval": "1 mon"}', 10),
    ('time', $$'at', '3 months'$$, '{"partition_interval": "3 mons"}', 10),
    ('time', $$'at', '1 year'$$, '{"partition_interval": "1 year"}', 10),
    ('time', $$'at', '5 years'$$, '{"partition_interval": "5 years"}', 10),
    ('time', $$'at', 'P1D'$$, '{}', 10),
    ('time', $$'at', '1 hour'$$, '{"partition_interval": "01:00:00", "datetime_string": "YYYYMMDD_HH24MISS"}', 10),
    ('time', $$'at', '15 minutes', p_date_trunc_interval := 'minute'$$, '{"partition_interval": "00:15:00", "datetime_string": "YYYYMMDD_HH24MISS", "date_trunc_interval": "minute"}', 10),
    ('time', $$'at', '1 day', p_start_partition := current_date::text$$, '{}', 6),
    ('time', $$'at', '1 day', p_start_partition := (current_date + 3)::text$$, '{}', 3),
    ('time', $$'at', '1 day', p_start_partition := (current_date - 30)::text$$, '{}', 36),
    ('time', $$'at', '1 day', 'range', 'none', 2, NULL, false, 'off', NULL, 'false', false, 'day', true, NULL, NULL, 0$$,
        '{"premake": 2, "automatic_maintenance": "off", "template_table": null, "jobmon": false, "date_trunc_interval": "day"}', 5),
    ('id', $$'id', '10'$$, '{}', 6),
    ('id', $$p_control := 'id', p_interval := '10', p_premake := 20$$, '{"premake": 20}', 22),
    ('id', $$'id', '10', p_default_table := false$$, '{}', 5),
    ('id', $$'id', '10', p_automatic_maintenance := 'off'$$, '{"automatic_maintenance": "off"}', 6),
    ('id', $$'id', '10', p_template_table := 'dialect.model'$$, '{"template_table": "dialect.model"}', 6),
    ('id', $$'id', '10', p_template_table := 'false'$$, '{"template_table": null}', 6),
    ('id', $$'id', '10', p_jobmon := false$$, '{"jobmon": false}', 6),
    ('id', $$'id', '1000000000'$$, '{"partition_interval": "1000000000"}', 6),
    ('id', $$'id', '10', p_start_partition := '3000'$$, '{}', 6),
    ('id', $$'id', '10', p_start_partition := '-20'$$, '{}', 6),
    ('id', $$'id', '10', p_offset_id := 5$$, '{}', 6)) c (kind, call, changes, partitions);

-- The alias.
CREATE TABLE dialect.alias (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT ok(partman.create_partition('dialect.alias', 'id', '10'), 'create_partition does the same');
SELECT is((SELECT count(*) FROM partman.show_partitions('dialect.alias', 'asc', true)), 6::bigint, 'as many partitions');

-- A default that is not made can come by hand, and then there is none twice.
CREATE TABLE dialect.bare (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('dialect.bare', 'id', '10', p_default_table := false);
SELECT hasnt_table('dialect', 'bare_default', 'no default when none is wanted');
SELECT is((SELECT count(*) FROM partman.show_partitions('dialect.bare', p_include_default := true)), 5::bigint, 'none is shown either');
SELECT throws_ok('INSERT INTO dialect.bare VALUES (1000)', '23514', NULL, 'no place for a row without partition');

SELECT * FROM finish();
ROLLBACK;
