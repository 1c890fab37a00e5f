-- Sets that are partitioned by hash.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
SET TimeZone = 'UTC';

BEGIN;
SELECT no_plan();
UPDATE partman.part_config SET automatic_maintenance = 'off';
\ir lib/try.sql
CREATE FUNCTION pg_temp.bounds(p_parent text) RETURNS TABLE (partition text, bound text) LANGUAGE sql AS $$
    SELECT c.relname::text, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
    WHERE i.inhparent = p_parent::regclass ORDER BY c.relname COLLATE "C"
$$;

-- All remainders in one go, for keys of any type that can be hashed.
CREATE TABLE public.h (id bigint, tenant text DEFAULT 't', PRIMARY KEY (id)) PARTITION BY HASH (id);
CREATE INDEX ON public.h (tenant);
SELECT ok(partman.create_parent('public.h', 'id', p_type => 'hash', p_modulus => 4), 'create_parent()');
SELECT results_eq($$SELECT * FROM pg_temp.bounds('public.h')$$, $$VALUES
    ('h_p0', 'FOR VALUES WITH (modulus 4, remainder 0)'), ('h_p1', 'FOR VALUES WITH (modulus 4, remainder 1)'),
    ('h_p2', 'FOR VALUES WITH (modulus 4, remainder 2)'), ('h_p3', 'FOR VALUES WITH (modulus 4, remainder 3)')$$, 'makes all remainders');
SELECT results_eq($$SELECT partition_type, partition_interval, modulus, template_table FROM partman.part_config WHERE parent_table = 'public.h'$$,
    $$VALUES ('hash', '0', 4, 'partman.template_public_h')$$, 'what is stored');
SELECT is((SELECT count(*) FROM pg_index WHERE indrelid = 'public.h_p3'::regclass), 2::bigint, 'with the indexes of the parent');
SELECT ok(partman.create_parent('public.' || t, 'k', p_type => 'hash', p_modulus => 2, p_template_table => 'false'), t)
FROM (VALUES ('h_uuid', 'uuid'), ('h_text', 'text'), ('h_time', 'timestamptz'), ('h_num', 'numeric(10, 2)')) AS kinds (t, type),
LATERAL (SELECT pg_temp.try(format('CREATE TABLE public.%I (k %s) PARTITION BY HASH (k)', t, type))) AS made;
CREATE TABLE public.h_two (tenant int, id bigint) PARTITION BY HASH (tenant, id);
SELECT ok(partman.create_parent('public.h_two', 'tenant', p_type => 'hash', p_modulus => 2), 'several columns');
SELECT matches(pg_temp.try($$SELECT partman.show_partition_name('public.h_two', '1')$$), '^0A000 the partition of a value .* depends on other columns', 'of which one value does not tell');

-- Where a row is, and where it would be.
INSERT INTO public.h SELECT i FROM generate_series(1, 200) AS i;
SELECT is((SELECT count(*) FROM public.h WHERE tableoid <> ((partman.show_partition_name('public.h', id::text)).partition_table)::regclass), 0::bigint, 'show_partition_name()');
SELECT results_eq($$SELECT partition_tablename FROM partman.show_partitions('public.h', 'DESC')$$, $$VALUES ('h_p3'), ('h_p2'), ('h_p1'), ('h_p0')$$, 'show_partitions()');
SELECT results_eq($$SELECT partition_table, bound, provenance FROM partman.partitions WHERE parent_table = 'public.h' LIMIT 1$$,
    $$VALUES ('h_p0'::text, 'FOR VALUES WITH (modulus 4, remainder 0)'::text, 'made'::text)$$, 'the view partitions');

-- A remainder without a partition is a hole: seen, planned, filled.
SELECT is((SELECT severity FROM partman.health WHERE parent_table = 'public.h' AND reasons::text LIKE '%remainder%'), NULL, 'no remainder is missing');
SELECT is(partman.plan_maintenance('public.h')::text, NULL, 'nothing is to do');
CREATE TABLE public.h_before AS SELECT * FROM public.h WHERE tableoid <> 'public.h_p2'::regclass;
DROP TABLE public.h_p2;
SELECT results_eq($$SELECT severity, reasons[1] FROM partman.health WHERE parent_table = 'public.h'$$,
    $$VALUES ('critical', '1 remainder has no partition: rows that belong there are refused')$$, 'the health says so');
SELECT results_eq($$SELECT action, partition, bounds, reason, locks FROM partman.plan_maintenance('public.h')$$,
    $$VALUES ('create', 'public.h_p2', 'WITH (modulus 4, remainder 2)', 'rows of this remainder have no partition', 'ShareUpdateExclusiveLock on public.h')$$, 'the plan');
SELECT lives_ok($$SELECT partman.run_maintenance('public.h')$$, 'maintenance');
SELECT is((SELECT count(*) FROM pg_temp.bounds('public.h')), 4::bigint, 'makes it');
SELECT results_eq('SELECT * FROM public.h ORDER BY id', 'SELECT * FROM public.h_before ORDER BY id', 'and leaves the rows of the others alone');
SELECT results_eq($$SELECT action, outcome, partition FROM partman.maintenance_history WHERE parent_table = 'public.h' AND action = 'create' ORDER BY started_at DESC LIMIT 1$$,
    $$VALUES ('create', 'ok', 'public.h_p2')$$, 'the history');
DROP TABLE public.h_p1;
UPDATE partman.part_config SET create_enabled = false WHERE parent_table = 'public.h';
SELECT is(partman.plan_maintenance('public.h')::text, NULL, 'switched off');
UPDATE partman.part_config SET create_enabled = true, paused_until = now() + interval '1 day' WHERE parent_table = 'public.h';
SELECT is(partman.plan_maintenance('public.h')::text, NULL, 'paused');
UPDATE partman.part_config SET paused_until = NULL WHERE parent_table = 'public.h';

-- Moduli that differ: only what is missing is made, as large as it can be.
SELECT is(partman.add_hash_partition('public.h', 8, 1), 'public.h_p1', 'add_hash_partition()');
SELECT results_eq($$SELECT partition, bounds FROM partman.plan_maintenance('public.h')$$, $$VALUES ('public.h_p5', 'WITH (modulus 8, remainder 5)')$$, 'the other half');
SELECT is(partman.add_hash_partition('public.h', 16, 5, 'h_sixteen'), 'public.h_sixteen', 'with a name');
SELECT lives_ok($$SELECT partman.run_maintenance('public.h')$$, 'maintenance');
SELECT results_eq($$SELECT * FROM pg_temp.bounds('public.h')$$, $$VALUES
    ('h_p0', 'FOR VALUES WITH (modulus 4, remainder 0)'), ('h_p1', 'FOR VALUES WITH (modulus 8, remainder 1)'),
    ('h_p13', 'FOR VALUES WITH (modulus 16, remainder 13)'), ('h_p2', 'FOR VALUES WITH (modulus 4, remainder 2)'),
    ('h_p3', 'FOR VALUES WITH (modulus 4, remainder 3)'), ('h_sixteen', 'FOR VALUES WITH (modulus 16, remainder 5)')$$, 'fills the rest');
SELECT lives_ok($$INSERT INTO public.h SELECT i FROM generate_series(1001, 2000) AS i$$, 'every row has a partition');

-- A table that has partitions already; one that is no set.
CREATE TABLE public.h_old (id int) PARTITION BY HASH (id);
CREATE TABLE public.h_old_first PARTITION OF public.h_old FOR VALUES WITH (modulus 3, remainder 0);
SELECT ok(partman.create_parent('public.h_old', 'id', p_type => 'hash', p_name_template => 'part_{remainder}_of_{table}', p_template_table => 'false'), 'the modulus of what is there');
SELECT results_eq($$SELECT partition_table, provenance FROM partman.partitions WHERE parent_table = 'public.h_old'$$,
    $$VALUES ('h_old_first', 'adopted'), ('part_1_of_h_old', 'made'), ('part_2_of_h_old', 'made')$$, 'is completed');
CREATE TABLE public.h_free (id int) PARTITION BY HASH (id);
SELECT is(partman.add_hash_partition('public.h_free', 2, 1), 'public.h_free_p1', 'a table that is no set');
SELECT is(partman.drop_partition('public.h_free_p1'), true, 'drop_partition()');

-- Its definition makes it again.
SELECT matches(partman.dump_partitioned_table_definition('public.h'), 'p_interval := NULL,.*p_type := ''hash'',.*p_modulus := 4', 'the definition');

-- Said in a migration.
CREATE TABLE public.h_spec (id int) PARTITION BY HASH (id);
SELECT isnt_empty($$SELECT * FROM partman.ensure_set('{"parent_table": "public.h_spec", "control": "id", "type": "hash", "modulus": 3}')$$, 'ensure_set()');
SELECT is((SELECT count(*) FROM pg_temp.bounds('public.h_spec')), 3::bigint, 'makes the set');
SELECT is_empty($$SELECT * FROM partman.ensure_set('{"parent_table": "public.h_spec", "control": "id", "type": "hash", "modulus": 3}')$$, 'once');
SELECT matches(pg_temp.try($$SELECT * FROM partman.ensure_set('{"parent_table": "public.h_spec", "modulus": 6}')$$), 'modulus', 'the modulus stays what it is');

-- What is refused.
CREATE TABLE public.h_new (id int, v text) PARTITION BY HASH (id);
CREATE TABLE public.h_range (id int NOT NULL) PARTITION BY RANGE (id);
SELECT matches(pg_temp.try(sql), expected, expected) FROM (VALUES
    ($$SELECT partman.create_parent('public.h_new', 'id', p_type => 'hash')$$, '^22023 p_modulus must be given for a table partitioned by hash\n.*no partitions that would tell it'),
    ($$SELECT partman.create_parent('public.h_new', 'id', p_type => 'hash', p_modulus => 0)$$, '^22023 modulus must be between 1 and 100000\nIt is 0'),
    ($$SELECT partman.create_parent('public.h_new', 'id', p_type => 'hash', p_modulus => 100001)$$, '^22023 modulus must be between'),
    ($$SELECT partman.create_parent('public.h_new', 'v', p_type => 'hash', p_modulus => 2)$$, '^42P17 column "v" is not the partition key'),
    ($$SELECT partman.create_parent('public.h_new', 'id', '10', p_type => 'hash', p_modulus => 2)$$, '^22023 p_interval cannot be used'),
    ($$SELECT partman.create_parent('public.h_new', 'id', p_type => 'hash', p_modulus => 2, p_start_partition => '1')$$, '^22023 p_start_partition cannot be used for a table partitioned by hash'),
    ($$SELECT partman.create_parent('public.h_new', 'id', p_type => 'hash', p_modulus => 2, p_name_template => '{table}')$$, '^22023 invalid name template'),
    ($$SELECT partman.create_parent('public.h_new', 'id', p_type => 'list')$$, '^42809 table "public.h_new" is partitioned by hash, not by list'),
    ($$SELECT partman.create_parent('public.h_range', 'id', p_type => 'hash', p_modulus => 2)$$, 'p_modulus is for tables partitioned by hash|hash is not a valid partitioning type'),
    ($$SELECT partman.create_parent('public.h_range', 'id', '10', p_modulus => 2)$$, '^22023 p_modulus is for tables partitioned by hash'),
    ($$SELECT partman.create_parent('public.h_old', 'id', p_type => 'hash', p_modulus => 3)$$, 'already'),
    ($$SELECT partman.add_hash_partition('public.h', 4, 0)$$, '^42P17 remainder 0 of modulus 4 .* has a partition already\nPartition public.h_p0 is WITH \(modulus 4, remainder 0\)'),
    ($$SELECT partman.add_hash_partition('public.h', 2, 0)$$, '^42P17 remainder 0 of modulus 2 .* has a partition already'),
    ($$SELECT partman.add_hash_partition('public.h', 6, 0)$$, '^42P17 modulus 6 does not fit'),
    ($$SELECT partman.add_hash_partition('public.h', 0, 0)$$, '^22023 p_modulus must be greater than zero'),
    ($$SELECT partman.add_hash_partition('public.h', 4, 4)$$, '^22023 p_remainder must be less than p_modulus'),
    ($$SELECT partman.add_hash_partition('public.h', 4, -1)$$, '^22023 p_remainder must be less than p_modulus'),
    ($$SELECT partman.add_hash_partition('public.h', NULL, 1)$$, '^22023 p_modulus must not be null'),
    ($$SELECT partman.add_hash_partition('public.h_new', 2, 1, 'h_p0')$$, '^42P07 '),
    ($$SELECT partman.add_hash_partition('public.h_range', 2, 1)$$, '^42809 cannot add a remainder to table "public.h_range", which is partitioned by range'),
    ($$UPDATE partman.part_config SET modulus = 3 WHERE parent_table = 'public.h'$$, '^22023 modulus 3 does not fit'),
    ($$UPDATE partman.part_config SET modulus = NULL WHERE parent_table = 'public.h'$$, '^22023 modulus must be given'),
    ($$UPDATE partman.part_config SET modulus = 0 WHERE parent_table = 'public.h'$$, '^23514 |^22023 '),
    ($$UPDATE partman.part_config SET retention = '1' WHERE parent_table = 'public.h'$$, '^22023 retention is not for a table partitioned by hash'),
    ($$UPDATE partman.part_config SET list_mode = 'values' WHERE parent_table = 'public.h'$$, '^22023 list_mode is not for'),
    ($$UPDATE partman.part_config SET partition_type = 'range' WHERE parent_table = 'public.h'$$, '^22023 modulus is for|^42809 '),
    ($$SELECT partman.add_default_partition('public.h')$$, '^42809 .*cannot have a default partition'),
    ($$SELECT partman.partition_data_id('public.h')$$, '^42809 the partitions of table "public.h" are made by hash'),
    ($$SELECT partman.create_partition_id('public.h', ARRAY[1])$$, '^42809 the partitions of table "public.h" are made by hash')
) AS bad (sql, expected);
SELECT is((SELECT count(*) FROM pg_temp.bounds('public.h_new')), 0::bigint, 'and changes nothing');
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.h_new'), 0::bigint, 'and stores nothing');

-- Somebody else.
CREATE ROLE h_other;
GRANT USAGE ON SCHEMA partman TO h_other;
SET ROLE h_other;
SELECT matches(pg_temp.try($$SELECT partman.add_hash_partition('public.h_new', 2, 1)$$), '^42501 must be owner', 'somebody else adds nothing');
SELECT matches(pg_temp.try($$SELECT partman.create_parent('public.h_new', 'id', p_type => 'hash', p_modulus => 2)$$), '^42501 must be owner', 'and manages nothing');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
