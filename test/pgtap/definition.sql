-- dump_partitioned_table_definition(): what it gives sets up the same set once more.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT plan(24);

CREATE SCHEMA "De fined";
CREATE SCHEMA "De fined too";
CREATE TABLE "De fined".template (k date, id bigint);

-- The row without what is different in each installation or each run.
CREATE FUNCTION pg_temp.row_of(parent text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(c.key || '=' || coalesce(c.value, 'NULL'), E'\n' ORDER BY c.key)
    FROM partman.part_config p, jsonb_each_text(to_jsonb(p)) c
    WHERE p.parent_table = parent AND c.key NOT IN ('parent_oid', 'system_identifier', 'database_oid', 'anchor', 'maintenance_last_run', 'disabled_since', 'seen_id', 'seen_at', 'seen_rate') $$;

CREATE FUNCTION pg_temp.again(about text, name text, columns text, call text, change text, zone text DEFAULT 'UTC', ignore boolean DEFAULT false) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    parent text := 'De fined.' || name;
    said text;
    was text;
    partitions text[];
BEGIN
    EXECUTE format('CREATE TABLE "De fined".%I (%s', name, columns);
    PERFORM set_config('TimeZone', 'Europe/Berlin', true);
    EXECUTE format('SELECT partman.create_parent(%L, %s)', parent, call);
    EXECUTE 'UPDATE partman.part_config SET ' || change || ' WHERE parent_table = $1' USING parent;
    was := pg_temp.row_of(parent);
    partitions := ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent, 'ASC', true));
    PERFORM set_config('TimeZone', zone, true);
    said := partman.dump_partitioned_table_definition(parent, ignore);
    PERFORM partman.config_cleanup(parent, p_template_table => false);
    EXECUTE format('DROP TABLE "De fined".%I', name);
    EXECUTE format('CREATE TABLE "De fined".%I (%s', name, columns);
    EXECUTE said;
    RETURN NEXT is(pg_temp.row_of(parent), was, about || ': the same configuration');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent, 'ASC', true)), partitions, about || ': the same partitions');
END $$;

SELECT pg_temp.again('times', 'T''imes \ 1', 'k timestamptz NOT NULL, a int, "B b" int) PARTITION BY RANGE (k)', $$'k', '1 day', p_constraint_cols => '{a,"B b"}'$$, 'premake = 4');
SELECT pg_temp.again('another zone', 'zone', 'k timestamptz NOT NULL) PARTITION BY RANGE (k)', $$'k', '1 day', p_time_zone => 'Asia/Kathmandu'$$, 'premake = 4', 'Asia/Tokyo');
SELECT pg_temp.again('the zone of the session', 'zone 2', 'k timestamptz NOT NULL) PARTITION BY RANGE (k)', $$'k', '1 day', p_default_table => false, p_automatic_maintenance => 'off', p_template_table => 'De fined.template', p_jobmon => false$$, 'premake = 4', 'Europe/Berlin');
SELECT pg_temp.again('weeks', 'weeks', 'k date) PARTITION BY RANGE (k)', $$'k', '1 week', p_date_trunc_interval => 'week', p_control_not_null => false, p_premake => 2$$, $$retention = '5 weeks', retention_keep_table = false$$);
SELECT pg_temp.again('an offset', 'ids', 'k bigint NOT NULL) PARTITION BY RANGE (k)', $$'k', '10', p_offset_id => 3$$, $$retention = '30', retention_schema = 'De fined', retention_keep_index = false, maintenance_order = 5$$);
SELECT pg_temp.again('a list', 'list', 'k int NOT NULL) PARTITION BY LIST (k)', $$'k', '1', 'list'$$, 'optimize_constraint = 3, infinite_time_partitions = false, constraint_valid = false, ignore_default_data = false');
SELECT pg_temp.again('a name template', 'named', 'k timestamp NOT NULL) PARTITION BY RANGE (k)', $$'k', '1 month', p_name_template => '{table} y{YYYY}m{MM}'$$, 'detach_before_drop = true, retention_keep_publication = true, inherit_privileges = true');
SELECT pg_temp.again('seconds', 'seconds', 'k bigint NOT NULL) PARTITION BY RANGE (k)', $$'k', '1 day', p_epoch => 'seconds'$$, $$maintenance_role = NULL, partition_schema = 'De fined too'$$);
SELECT pg_temp.again('what is ours', 'ours', 'k timestamptz NOT NULL) PARTITION BY RANGE (k)', $$'k', '30 minutes'$$,
    $$future_limit = '3 days', retention_keep_last = 3, lock_timeout = 77, lock_retries = 5, retention_max_fraction = 0.125, create_enabled = false, retire_enabled = false$$, 'Europe/Berlin');
SELECT pg_temp.again('no brake', 'no brake', 'k timestamptz NOT NULL) PARTITION BY RANGE (k)', $$'k', '1 day'$$, $$retention_max_fraction = NULL$$, 'UTC');

SELECT matches(partman.dump_partitioned_table_definition('De fined.zone 2'), $$p_template_table := 'De fined.template'$$, 'the template');
SELECT matches(partman.dump_partitioned_table_definition('De fined.zone 2', true), 'p_template_table := NULL', 'can be left out');
DROP TABLE "De fined".list;
SELECT throws_ok($$SELECT partman.dump_partitioned_table_definition('De fined.list')$$, '42704', 'Given parent table not found in pg_partman configuration table: De fined.list', 'no set');
SELECT throws_ok($$SELECT partman.dump_partitioned_table_definition(NULL)$$, '42704', 'Given parent table not found in pg_partman configuration table: <NULL>', 'no name');

SELECT * FROM finish();
ROLLBACK;
