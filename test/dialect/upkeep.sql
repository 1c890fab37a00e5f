-- The functions that bring properties to one table, called by hand.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;
CREATE ROLE regress_dialect_basic;
CREATE ROLE regress_dialect_owner;
CREATE ROLE regress_dialect_gone;

CREATE TABLE dialect.ids (id int NOT NULL, code text, note text) PARTITION BY RANGE (id);
GRANT SELECT, INSERT ON dialect.ids TO regress_dialect_basic;
SELECT partman.create_parent('dialect.ids', 'id', '10');

-- Templates.
ALTER TABLE partman.template_dialect_ids ADD PRIMARY KEY (id);
ALTER TABLE partman.template_dialect_ids SET (fillfactor = 55, toast.autovacuum_enabled = false);
CREATE UNIQUE INDEX ON partman.template_dialect_ids (code);
SELECT is(partman.inherit_template_properties('dialect.ids', 'dialect', 'ids_p0'), true, 'template properties by hand');
SELECT col_is_pk('dialect', 'ids_p0', 'id', 'primary key by hand');
SELECT is((SELECT reloptions FROM pg_class WHERE oid = 'dialect.ids_p0'::regclass), '{fillfactor=55}', 'storage parameters by hand');
SELECT is((SELECT t.reloptions FROM pg_class c JOIN pg_class t ON t.oid = c.reltoastrelid WHERE c.oid = 'dialect.ids_p0'::regclass), '{autovacuum_enabled=false}', 'those of TOAST by hand');
SELECT is((SELECT count(*) FROM pg_index WHERE indrelid = 'dialect.ids_p0'::regclass), 2::bigint, 'both indexes by hand');
SELECT hasnt_pk('dialect', 'ids_p10', 'other partitions are left');
SELECT throws_ok($$ SELECT partman.inherit_template_properties('dialect.nowhere', 'dialect', 'ids_p0') $$, NULL, NULL, 'no set');
UPDATE partman.part_config SET template_table = NULL WHERE parent_table = 'dialect.ids';
SELECT throws_ok($$ SELECT partman.inherit_template_properties('dialect.ids', 'dialect', 'ids_p10') $$, NULL, NULL, 'no template');
UPDATE partman.part_config SET template_table = 'partman.template_dialect_ids' WHERE parent_table = 'dialect.ids';

-- Statistics targets and replica identity.
ALTER TABLE dialect.ids ALTER code SET STATISTICS 77;
SELECT lives_ok($$ SELECT partman.inherit_parent_properties('dialect', 'ids', 'ids_p10') $$, 'statistics targets by hand');
SELECT lives_ok($$ SELECT partman.inherit_parent_properties('dialect', 'ids', 'ids_p20', 'dialect') $$, 'statistics targets by hand, with a schema');
SELECT is((SELECT attstattarget::int FROM pg_attribute WHERE attrelid = ('dialect.' || c)::regclass AND attname = 'code'), 77, 'target of ' || c) FROM unnest('{ids_p10,ids_p20}'::text[]) c;
ALTER TABLE dialect.ids REPLICA IDENTITY FULL;
SELECT lives_ok($$ SELECT partman.inherit_replica_identity('dialect', 'ids', 'ids_p10') $$, 'replica identity by hand');
SELECT is((SELECT relreplident FROM pg_class WHERE oid = 'dialect.ids_p10'::regclass), 'f'::"char", 'replica identity');
SELECT is((SELECT relreplident FROM pg_class WHERE oid = 'dialect.ids_p20'::regclass), 'd'::"char", 'other partitions are left');

-- Privileges.
GRANT ALL ON dialect.ids_p10 TO regress_dialect_gone;
SELECT lives_ok($$ SELECT partman.apply_privileges('dialect', 'ids', 'dialect', 'ids_p10') $$, 'privileges by hand');
SELECT table_privs_are('dialect', 'ids_p10', 'regress_dialect_basic', '{SELECT,INSERT}'::name[], 'regress_dialect_basic on ids_p10');
SELECT table_privs_are('dialect', 'ids_p10', 'regress_dialect_gone', '{}'::name[], 'regress_dialect_gone on ids_p10');
GRANT UPDATE ON dialect.ids TO regress_dialect_basic;
REVOKE INSERT ON dialect.ids FROM regress_dialect_basic;
ALTER TABLE dialect.ids OWNER TO regress_dialect_owner;
SELECT lives_ok($$ SELECT partman.reapply_privileges('dialect.ids') $$, 'privileges of all');
SELECT table_privs_are('dialect'::name, c::name, 'regress_dialect_basic'::name, '{SELECT,UPDATE}'::name[], 'regress_dialect_basic on ' || c) FROM unnest('{ids_p0,ids_p10,ids_p40,ids_default}'::text[]) c;
SELECT table_owner_is('dialect'::name, c::name, 'regress_dialect_owner'::name, 'owner of ' || c) FROM unnest('{ids_p0,ids_p10,ids_p40,ids_default}'::text[]) c;
SELECT throws_ok($$ SELECT partman.reapply_privileges('dialect.nowhere') $$, NULL, NULL, 'privileges of no set');
SELECT set_eq($$ SELECT grantee::text || ' ' || privilege_type::text FROM partman.table_privs WHERE table_schema = 'dialect' AND table_name = 'ids_p10' AND grantee = 'regress_dialect_basic' $$,
    '{regress_dialect_basic SELECT,regress_dialect_basic UPDATE}'::text[], 'table_privs');

-- New partitions get privileges when configured so.
UPDATE partman.part_config SET inherit_privileges = true WHERE parent_table = 'dialect.ids';
INSERT INTO dialect.ids VALUES (15);
SELECT partman.run_maintenance('dialect.ids');
SELECT table_privs_are('dialect', 'ids_p50', 'regress_dialect_basic', '{SELECT,UPDATE}'::name[], 'regress_dialect_basic on ids_p50');

SELECT * FROM finish();
ROLLBACK;
