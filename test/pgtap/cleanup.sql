-- config_cleanup forgets a set and leaves its partitions.
BEGIN;
SELECT plan(18);

SET LOCAL client_min_messages = error;
CREATE ROLE regress_strata_owner;
CREATE SCHEMA shop;
CREATE FUNCTION shop.make(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE shop.%I (id int NOT NULL) PARTITION BY RANGE (id)', name);
    EXECUTE format('CREATE TABLE shop.%I PARTITION OF shop.%I FOR VALUES FROM (0) TO (10)', name || '_p0', name);
    EXECUTE format('CREATE TABLE shop.%I (id int)', 'template_' || name);
    INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, anchor, template_table)
    VALUES ('shop.' || name, 'id', '10', 'range', '0', 'shop.template_' || name);
    INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type) VALUES ('shop.' || name, 'id', '5', 'range');
END $$;
SELECT shop.make(n) FROM unnest(ARRAY['a', 'b', 'c', 'd', 'e']) n \g /dev/null

SELECT lives_ok($$ SELECT partman.config_cleanup('shop.a') $$, 'a set is forgotten');
SELECT is_empty($$ SELECT 1 FROM partman.part_config WHERE parent_table = 'shop.a' $$, 'its configuration is gone');
SELECT is_empty($$ SELECT 1 FROM partman.part_config_sub WHERE sub_parent = 'shop.a' $$, 'and that of its partitions');
SELECT hasnt_table('shop', 'template_a', 'and its template table');
SELECT has_table('shop', 'a_p0', 'its partition is there');
SELECT ok((SELECT relispartition FROM pg_class WHERE oid = 'shop.a_p0'::regclass), 'and attached');
SELECT throws_ok($$ SELECT partman.config_cleanup('shop.a') $$, '42704',
    'No configuration found in pg_partman for given parent table: shop.a', 'a second time there is nothing to forget');

SELECT lives_ok($$ SELECT partman.config_cleanup('shop.b', p_config_table => false) $$, 'parts can be left');
SELECT isnt_empty($$ SELECT 1 FROM partman.part_config WHERE parent_table = 'shop.b' $$, 'such as the configuration');
SELECT hasnt_table('shop', 'template_b', 'while the template is dropped');
SELECT lives_ok($$ SELECT partman.config_cleanup('shop.c', p_template_table => false) $$, 'or the template');
SELECT has_table('shop', 'template_c', 'which stays');

-- Dropped while event triggers do not fire.
SET LOCAL session_replication_role = replica;
DROP TABLE shop.d;
SET LOCAL session_replication_role = origin;
SELECT lives_ok($$ SELECT partman.config_cleanup('shop.d') $$, 'the parent may be gone');
SELECT is_empty($$ SELECT 1 FROM partman.part_config WHERE parent_table = 'shop.d' $$, 'its configuration goes too');

DROP TABLE shop.template_e;
SELECT lives_ok($$ SELECT partman.config_cleanup('shop.e') $$, 'a missing template is only a warning');
SELECT is_empty($$ SELECT 1 FROM partman.part_config WHERE parent_table = 'shop.e' $$, 'and the rest is done');

-- Only the owner.
GRANT USAGE ON SCHEMA partman, shop TO regress_strata_owner;
SET LOCAL ROLE regress_strata_owner;
SELECT throws_ok($$ SELECT partman.config_cleanup('shop.b') $$, '42501', NULL, 'somebody else''s set is refused');
RESET ROLE;
ALTER TABLE shop.b OWNER TO regress_strata_owner;
SET LOCAL ROLE regress_strata_owner;
SELECT lives_ok($$ SELECT partman.config_cleanup('shop.b') $$, 'one''s own is forgotten');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
