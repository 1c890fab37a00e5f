-- Privileges as the dialect has them: what apply_privileges() and reapply_privileges() make of partitions whose parent
-- was granted, revoked and given away in every way, and who sees what in table_privs.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
CREATE SCHEMA "Priv Test";
CREATE ROLE dialect_basic;
CREATE ROLE dialect_revoke;
CREATE ROLE "dialect Owner";
CREATE ROLE dialect_other;

-- As far as pgTAP knows them.
CREATE FUNCTION all_of() RETURNS name[] LANGUAGE sql STABLE AS 'SELECT _table_privs()';

CREATE TABLE "Priv Test"."Id Set" (id int NOT NULL, note text) PARTITION BY RANGE (id);
GRANT SELECT, INSERT, UPDATE ON "Priv Test"."Id Set" TO dialect_basic;
GRANT ALL ON "Priv Test"."Id Set" TO dialect_revoke;
SELECT ok(partman.create_parent('Priv Test.Id Set', 'id', '10'), 'create_parent');
UPDATE partman.part_config SET inherit_privileges = true WHERE parent_table = 'Priv Test.Id Set';
SELECT lives_ok($$SELECT partman.reapply_privileges('Priv Test.Id Set')$$, 'reapply_privileges');

CREATE FUNCTION check_all(partitions text[], about text, basic name[], revoke name[], owner name) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE p text;
BEGIN
    FOREACH p IN ARRAY partitions LOOP
        RETURN NEXT table_privs_are('Priv Test', ('Id Set_' || p)::name, 'dialect_basic', basic, format('%s: dialect_basic on %s', about, p));
        RETURN NEXT table_privs_are('Priv Test', ('Id Set_' || p)::name, 'dialect_revoke', revoke, format('%s: dialect_revoke on %s', about, p));
        RETURN NEXT table_owner_is('Priv Test', ('Id Set_' || p)::name, owner, format('%s: owner of %s', about, p));
    END LOOP;
END $$;
SELECT check_all('{p0,p10,p20,p30,p40,default}', 'at first', '{SELECT,INSERT,UPDATE}', all_of(), current_user);

-- What changes on the parent reaches new partitions by itself and the others by reapply_privileges().
GRANT DELETE ON "Priv Test"."Id Set" TO dialect_basic;
REVOKE ALL ON "Priv Test"."Id Set" FROM dialect_revoke;
INSERT INTO "Priv Test"."Id Set" SELECT generate_series(0, 15);
SELECT lives_ok($$SELECT partman.run_maintenance('Priv Test.Id Set')$$, 'maintenance');
SELECT check_all('{p50}', 'a new one', '{SELECT,INSERT,UPDATE,DELETE}', '{}', current_user);
SELECT check_all('{p0,p10,p20,p30,p40,default}', 'before reapply', '{SELECT,INSERT,UPDATE}', all_of(), current_user);
SELECT partman.apply_privileges('Priv Test', 'Id Set', 'Priv Test', 'Id Set_p0');
SELECT check_all('{p0}', 'apply', '{SELECT,INSERT,UPDATE,DELETE}', '{}', current_user);
SELECT check_all('{p10}', 'not applied', '{SELECT,INSERT,UPDATE}', all_of(), current_user);
SELECT partman.reapply_privileges('Priv Test.Id Set');
SELECT check_all('{p0,p10,p20,p30,p40,p50,default}', 'reapply', '{SELECT,INSERT,UPDATE,DELETE}', '{}', current_user);

-- The owner, too.
ALTER TABLE "Priv Test"."Id Set" OWNER TO "dialect Owner";
SELECT check_all('{p0,p40,default}', 'given away', '{SELECT,INSERT,UPDATE,DELETE}', '{}', current_user);
SELECT partman.reapply_privileges('Priv Test.Id Set');
SELECT check_all('{p0,p10,p20,p30,p40,p50,default}', 'given away and reapplied', '{SELECT,INSERT,UPDATE,DELETE}', '{}', 'dialect Owner');

-- A superuser goes on maintaining a set whose owner has no rights on the schema.
SELECT ok(NOT has_schema_privilege('dialect Owner', 'Priv Test', 'USAGE'), 'the owner may not use the schema');
INSERT INTO "Priv Test"."Id Set" SELECT generate_series(16, 35);
SELECT lives_ok($$SELECT partman.run_maintenance('Priv Test.Id Set')$$, 'maintenance for him');
SELECT check_all('{p60,p70}', 'new ones for him', '{SELECT,INSERT,UPDATE,DELETE}', '{}', 'dialect Owner');
INSERT INTO "Priv Test"."Id Set" VALUES (201);
SELECT is(partman.partition_data_id('Priv Test.Id Set'), 1::bigint, 'rows are moved');
SELECT check_all('{p200}', 'to one that is made for them', '{SELECT,INSERT,UPDATE,DELETE}', '{}', 'dialect Owner');
SELECT is(partman.partition_gap_fill('Priv Test.Id Set'), 12, 'gaps are filled');
SELECT check_all('{p80,p190}', 'in a gap', '{SELECT,INSERT,UPDATE,DELETE}', '{}', 'dialect Owner');
SELECT is(partman.drop_partition_id('Priv Test.Id Set', 120, false), 8, 'old ones are dropped');
SELECT hasnt_table('Priv Test', 'Id Set_p0', 'dropped');
SELECT ok(partman.create_partition_id('Priv Test.Id Set', ARRAY[0, 10, 20, 30, 40, 50]), 'and made again');

-- Whatever inherit_privileges says.
UPDATE partman.part_config SET inherit_privileges = false WHERE parent_table = 'Priv Test.Id Set';
REVOKE ALL ON "Priv Test"."Id Set" FROM dialect_basic;
GRANT TRUNCATE ON "Priv Test"."Id Set" TO dialect_revoke;
SELECT partman.reapply_privileges('Priv Test.Id Set');
SELECT check_all('{p0,p10,p20,p30,p40,p50,default}', 'false and reapplied', '{}', '{TRUNCATE}', 'dialect Owner');

-- Grants on a partition alone go.
GRANT SELECT ON "Priv Test"."Id Set_p20" TO dialect_other, PUBLIC;
SELECT partman.apply_privileges('Priv Test', 'Id Set', 'Priv Test', 'Id Set_p20', 42);
SELECT table_privs_are('Priv Test', 'Id Set_p20', 'dialect_other', '{}', 'a grant that the parent has not is revoked');

-- Every combination of privileges, from every other.
CREATE TABLE "Priv Test".combined (id int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('Priv Test.combined', 'id', '10', p_premake := 1, p_default_table := false, p_template_table := 'false');
SELECT is((SELECT array_agg(p.partition_tablename) FROM partman.show_partitions('Priv Test.combined') p), '{combined_p0,combined_p10}', 'two partitions');
CREATE FUNCTION combination(bits int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(p, ', ') FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) WITH ORDINALITY u(p, n) WHERE bits >> (n - 1)::int & 1 = 1 $$;
CREATE FUNCTION check_combination(have int, want int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    REVOKE ALL ON "Priv Test".combined, "Priv Test".combined_p10 FROM dialect_basic;
    IF have > 0 THEN EXECUTE format('GRANT %s ON "Priv Test".combined_p10 TO dialect_basic', combination(have)); END IF;
    IF want > 0 THEN EXECUTE format('GRANT %s ON "Priv Test".combined TO dialect_basic', combination(want)); END IF;
    PERFORM partman.apply_privileges('Priv Test', 'combined', 'Priv Test', 'combined_p10');
    RETURN table_privs_are('Priv Test', 'combined_p10', 'dialect_basic', coalesce(string_to_array(combination(want), ', '), '{}')::name[],
        format('%s becomes %s', coalesce(combination(have), 'nothing'), coalesce(combination(want), 'nothing')));
END $$;
SELECT check_combination(have, want) FROM generate_series(0, 31, 5) have, generate_series(0, 31) want;

-- What is not managed.
SELECT throws_like($$SELECT partman.reapply_privileges('Priv Test.nothing')$$, '%not managed%', 'no such set');
SELECT throws_like($$SELECT partman.apply_privileges('Priv Test', 'nothing', 'Priv Test', 'Id Set_p0')$$, '%not managed%', 'no such parent');

-- The view.
SELECT columns_are('partman', 'table_privs', '{grantor,grantee,table_schema,table_name,privilege_type}', 'columns of table_privs');
GRANT SELECT ON "Priv Test"."Id Set_p30" TO dialect_other WITH GRANT OPTION;
CREATE VIEW "Priv Test".look AS SELECT 1 AS one;
GRANT SELECT ON "Priv Test".look TO PUBLIC;
SELECT is((SELECT string_agg(grantor || ' ' || grantee || ' ' || privilege_type, ', ' ORDER BY grantee) FROM partman.table_privs
    WHERE table_schema = 'Priv Test' AND table_name = 'Id Set_p30' AND grantee <> 'dialect Owner'),
    'dialect Owner dialect_other SELECT, dialect Owner dialect_revoke TRUNCATE', 'grants of a table');
SELECT is((SELECT array_agg(privilege_type::name ORDER BY privilege_type) FROM partman.table_privs
    WHERE table_schema = 'Priv Test' AND table_name = 'Id Set_p30' AND grantee = 'dialect Owner'), (SELECT array_agg(x.privilege_type::name ORDER BY x.privilege_type) FROM aclexplode(acldefault('r', 10)) x),
    'the owner has all, although nobody has granted it');
CREATE FUNCTION shown(who name, what text, OUT grantees text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', who);
    SELECT string_agg(DISTINCT grantee::text, ' ' ORDER BY grantee::text) INTO grantees FROM partman.table_privs WHERE table_schema = 'Priv Test' AND table_name = what;
    RESET ROLE;
END $$;
GRANT USAGE ON SCHEMA partman TO dialect_other, dialect_basic, "dialect Owner";
SELECT is(shown('dialect_other', 'Id Set_p30'), 'dialect_other', 'a role sees what was granted to it');
SELECT is(shown('dialect Owner', 'Id Set_p30'), 'dialect Owner dialect_other dialect_revoke', 'and what it has granted');
SELECT is(shown('dialect_basic', 'Id Set_p30'), NULL, 'and nothing else');
SELECT is(shown('dialect_basic', 'look'), 'PUBLIC', 'but what is everybody''s');

SELECT * FROM finish();
ROLLBACK;
