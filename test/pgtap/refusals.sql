-- What calls refuse that meet a table they are not made for: who asks is told what is wrong, and nothing changes.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
SET TimeZone = 'UTC';

BEGIN;
SELECT no_plan();
UPDATE partman.part_config SET automatic_maintenance = 'off';
\ir lib/try.sql

CREATE TABLE public.r_times (at timestamptz NOT NULL, id int) PARTITION BY RANGE (at);
CREATE TABLE public.r_ids (id bigint NOT NULL, at timestamptz) PARTITION BY RANGE (id);
CREATE TABLE public.r_tree (id bigint NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE public.r_undone (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE public.r_open (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE public.r_codes (code text NOT NULL) PARTITION BY LIST (code);
CREATE TABLE public.r_numbers (id int NOT NULL) PARTITION BY LIST (id);
CREATE TABLE public.r_lower (code text NOT NULL) PARTITION BY LIST (lower(code));
CREATE TABLE public.r_hash (id int NOT NULL) PARTITION BY HASH (id);
CREATE TABLE public.r_net (net inet NOT NULL) PARTITION BY RANGE (net);
CREATE TABLE public.r_free (id int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE public.r_plain (id bigint NOT NULL, at timestamptz);
CREATE VIEW public.r_view AS SELECT * FROM public.r_plain;
SELECT partman.create_parent('public.r_times', 'at', '1 month', p_start_partition => '2026-01-01', p_premake => 1);
SELECT partman.create_parent('public.r_ids', 'id', '100', p_premake => 1);
SELECT partman.create_parent('public.r_tree', 'id', '100', p_premake => 1);
SELECT partman.create_sub_parent('public.r_tree', 'at', '1 month', p_declarative_check => 'yes', p_premake => 1);
SELECT partman.create_parent('public.r_undone', 'id', '100', p_premake => 1);
SELECT partman.create_parent('public.r_open', 'id', '100', p_premake => 1, p_default_table => false);
SELECT partman.add_list_partition('public.r_codes', ARRAY['de']);
SELECT partman.manage('public.r_codes');
SELECT partman.create_parent('public.r_numbers', 'id', '1', p_type => 'list', p_premake => 1);
SELECT partman.create_parent('public.r_hash', 'id', p_type => 'hash', p_modulus => 2);
UPDATE partman.part_config SET undo_in_progress = true WHERE parent_table = 'public.r_undone';

CREATE TEMP TABLE before (relations bigint, sets bigint);
INSERT INTO before SELECT count(*), (SELECT count(*) FROM partman.part_config) FROM pg_class;
SELECT matches(pg_temp.try(sql), expected, sql) FROM (VALUES
    -- Another interval.
    ($$SELECT partman.set_interval('public.r_tree', '50')$$, '^0A000 cannot change the interval of table "public.r_tree", which belongs to a tree'),
    ($$SELECT partman.set_interval('public.r_tree_p0', '1 day')$$, '^0A000 cannot change the interval of table "public.r_tree_p0", which belongs to a tree'),
    ($$SELECT partman.set_interval('public.r_undone', '50')$$, '^55006 table "public.r_undone" is being undone\n.*\nSet undo_in_progress to false'),
    -- Rows that move in.
    ($$SELECT partman.partition_data_id('public.r_times')$$, '^42809 table public.r_times is partitioned by time, not by id\n.*\nCall partition_data_time'),
    ($$SELECT partman.partition_data_time('public.r_ids')$$, '^42809 table public.r_ids is partitioned by id, not by time\n.*\nCall partition_data_id'),
    ($$SELECT partman.partition_data_time('public.r_times', p_batch_interval => '1 day')$$, '^22023 If any interval smaller than the partition interval must be used'),
    ($$SELECT partman.partition_data_id('public.r_ids', p_source_table => 'public.r_view')$$, '^42809 cannot take rows out of public.r_view, which stores none itself'),
    ($$SELECT partman.partition_data_id('public.r_ids', p_source_table => 'public.r_tree')$$, '^42809 cannot take rows out of public.r_tree, which stores none itself'),
    -- And out.
    ($$SELECT partman.undo_partition('public.r_ids', NULL)$$, '^22004 The p_target_table option must be set'),
    ($$SELECT partman.undo_partition('public.r_ids', 'public.r_nothing')$$, '^42P01 Given target table not found in system catalogs: public.r_nothing'),
    ($$SELECT partman.undo_partition('public.r_ids', 'public.r_ids')$$, '^22023 Target table cannot be the parent table or one of its partitions: public.r_ids'),
    ($$SELECT partman.undo_partition('public.r_ids', 'public.r_ids_p0')$$, '^22023 Target table cannot be the parent table or one of its partitions: public.r_ids_p0'),
    ($$SELECT partman.undo_partition('public.r_ids', 'public.r_ids_default')$$, '^22023 Target table cannot be the parent table or one of its partitions: public.r_ids_default'),
    ($$SELECT partman.undo_partition('public.r_ids', 'public.r_view')$$, '^42809 target table public.r_view is not a table'),
    ($$SELECT partman.undo_partition('public.r_tree', 'public.r_plain')$$, '^42809 Child table for this parent has child table'),
    -- Sub-partitions.
    ($$SELECT partman.create_sub_parent('public.r_free', 'id', '10', p_declarative_check => 'yes')$$, '^42704 Cannot subpartition a table that is not managed'),
    ($$SELECT partman.create_sub_parent('public.r_ids', 'at', '1 day')$$, '^22023 Subpartitioning is a DESTRUCTIVE process'),
    ($$SELECT partman.create_sub_parent('public.r_ids', 'at', '1 day', p_type => 'hash', p_declarative_check => 'yes')$$, '^0A000 hash is not a valid partitioning type for sub-partitions|^22023 '),
    ($$SELECT partman.create_sub_parent('public.r_tree', 'at', '1 day', p_declarative_check => 'yes')$$, '^23505 .*\nThe partitions of table "public.r_tree" are partitioned themselves already'),
    -- Partitions by hand.
    ($$SELECT partman.add_list_partition('public.r_free', ARRAY['1'])$$, '^42809 cannot add values to table "public.r_free", which is partitioned by range'),
    ($$SELECT partman.add_list_partition('public.r_hash', ARRAY['1'])$$, '^42809 cannot add values to table "public.r_hash", which is partitioned by hash'),
    ($$SELECT partman.add_list_partition('public.r_lower', ARRAY['de'])$$, '^0A000 partition key of table "public.r_lower" contains an expression'),
    ($$SELECT partman.add_list_partition('public.r_numbers', ARRAY['7'])$$, '^42809 the partitions of table "public.r_numbers" have one number after the other'),
    ($$SELECT partman.retire_list_value('public.r_numbers', '1')$$, '^42809 table "public.r_numbers" is no set of listed values\nIts partitions follow each other'),
    ($$SELECT partman.retire_list_value('public.r_free', '1')$$, '^42809 table "public.r_free" is no set of listed values\nIt is not managed'),
    ($$SELECT partman.add_range_partition('public.r_tree_p0', '2026-01-01', '2026-02-01', '')$$, '^42602 "" is not the name of a partition'),
    -- Taking over.
    ($$SELECT partman.manage('public.r_net')$$, '^42804 cannot manage table "public.r_net", whose partition key has type inet'),
    -- What a row may say.
    ($$UPDATE partman.part_config SET list_mode = 'values' WHERE parent_table = 'public.r_ids'$$, '^22023 list_mode can be values only where partition_type is list'),
    ($$UPDATE partman.part_config SET retention = '5' WHERE parent_table = 'public.r_codes'$$, '^22023 partitions that list values have no retention'),
    ($$UPDATE partman.part_config SET retention_drop_after = '5 days' WHERE parent_table = 'public.r_codes'$$, '^22023 partitions that list values are not dropped later'),
    ($$UPDATE partman.part_config SET retention_archive_table = 'public.r_plain' WHERE parent_table = 'public.r_codes'$$, '^22023 partitions that list values are not archived'),
    ($$UPDATE partman.part_config SET constraint_cols = ARRAY['code'] WHERE parent_table = 'public.r_codes'$$, '^22023 partitions that list values have no additional constraints'),
    ($$UPDATE partman.part_config SET partition_type = 'list' WHERE parent_table = 'public.r_ids'$$, '^42809 table "public.r_ids" is partitioned by range, not by list'),
    ($$UPDATE partman.part_config SET set_root = 'public.r_tree' WHERE parent_table = 'public.r_ids'$$, '^22023 table "public.r_ids" is not a partition'),
    ($$UPDATE partman.part_config SET schedule = '100 milliseconds' WHERE parent_table = 'public.r_ids'$$, '^22023 schedule "100 milliseconds" is shorter than a second'),
    ($$UPDATE partman.part_config SET retention = '1 day' WHERE parent_table = 'public.r_ids'$$, '^22'),
    ($$UPDATE partman.part_config SET template_table = 'public.r_nothing' WHERE parent_table = 'public.r_ids'$$, '^42P01 table "public.r_nothing" does not exist'),
    ($$UPDATE partman.part_config SET partition_schema = 'r_nowhere' WHERE parent_table = 'public.r_ids'$$, '^3F000 schema "r_nowhere" does not exist'),
    ($$UPDATE partman.part_config SET maintenance_role = 'r_nobody' WHERE parent_table = 'public.r_ids'$$, '^42704 role "r_nobody" does not exist'),
    ($$UPDATE partman.part_config SET after_create = 'public.r_nothing' WHERE parent_table = 'public.r_ids'$$, '^42704 function "public.r_nothing" does not exist'),
    ($$UPDATE partman.part_config SET control = 'at' WHERE parent_table = 'public.r_ids'$$, '^42P17 control column "at" is not the partition key'),
    ($$UPDATE partman.part_config SET control = 'nothing' WHERE parent_table = 'public.r_ids'$$, '^42703 column "nothing" of table "public.r_ids" does not exist')
) AS bad (sql, expected);
SELECT is((SELECT count(*) FROM pg_class), relations, 'no table was made or dropped') FROM before;
SELECT is((SELECT count(*) FROM partman.part_config), sets, 'and no set') FROM before;

-- What is done already is said, and no error.
SELECT is(partman.drop_default_partition('public.r_open'), false, 'a default partition that is not there is not dropped');
SELECT is(partman.stop_sub_partition('public.r_ids'), true, 'what has no sub-partitions is stopped');

-- A partition that is partitioned by another column.
CREATE TABLE public.r_other (id bigint NOT NULL, at timestamptz NOT NULL, other int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.r_other', 'id', '100', p_premake => 1);
CREATE TABLE public.r_other_high PARTITION OF public.r_other FOR VALUES FROM (5000) TO (5100) PARTITION BY RANGE (other);
SELECT matches(pg_temp.try($$SELECT partman.create_sub_parent('public.r_other', 'at', '1 month', p_declarative_check => 'yes')$$),
    '^42P17 partition public.r_other_high is already partitioned in another way\nIts partition key is RANGE \(other\)', 'a partition that is partitioned by another column');

-- A target that belongs to somebody else.
CREATE ROLE r_owner;
GRANT USAGE ON SCHEMA partman TO r_owner;
GRANT USAGE, CREATE ON SCHEMA public TO r_owner;
ALTER TABLE public.r_open OWNER TO r_owner;
SET ROLE r_owner;
SELECT matches(pg_temp.try($$SELECT partman.undo_partition('public.r_open', 'public.r_plain')$$), '^42501 must be owner of table public.r_plain', 'a target of somebody else');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
