-- apply_privileges() and reapply_privileges() beyond what the dialect says: columns, grant options, grants passed on,
-- and whose rights they need.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT plan(24);

CREATE ROLE regress_priv_owner;
CREATE ROLE regress_priv_former;
CREATE ROLE regress_priv_both;
CREATE ROLE regress_priv_a;
CREATE ROLE regress_priv_b;
CREATE ROLE regress_priv_c;
GRANT regress_priv_owner, regress_priv_former TO regress_priv_both;
CREATE SCHEMA priv;
GRANT USAGE, CREATE ON SCHEMA priv TO regress_priv_owner, regress_priv_former;
GRANT USAGE ON SCHEMA priv, partman TO PUBLIC;

CREATE FUNCTION priv.grants(t regclass) RETURNS TABLE (col name, grantor text, grantee text, privilege text, grantable boolean) LANGUAGE sql AS $$
    SELECT s.col, (s.a).grantor::regrole::text, CASE (s.a).grantee WHEN 0 THEN 'PUBLIC' ELSE (s.a).grantee::regrole::text END, (s.a).privilege_type, (s.a).is_grantable
    FROM (SELECT NULL::name AS col, aclexplode(coalesce(relacl, acldefault('r', relowner))) AS a FROM pg_class WHERE oid = t
          UNION ALL SELECT attname, aclexplode(attacl) FROM pg_attribute WHERE attrelid = t AND attnum > 0) s $$;
-- The same but for who granted it: the owner did.
CREATE FUNCTION priv.differences(t regclass, parent regclass) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT 'too much: ' || x FROM (SELECT * FROM priv.grants(t) EXCEPT SELECT DISTINCT col, relowner::regrole::text, grantee, privilege, max(grantable::int) = 1 FROM priv.grants(parent), pg_class WHERE oid = parent GROUP BY col, relowner, grantee, privilege) x
    UNION ALL
    SELECT 'missing: ' || x FROM (SELECT DISTINCT col, relowner::regrole::text, grantee, privilege, max(grantable::int) = 1 FROM priv.grants(parent), pg_class WHERE oid = parent GROUP BY col, relowner, grantee, privilege EXCEPT SELECT * FROM priv.grants(t)) x $$;
CREATE FUNCTION priv.as_role(who name, sql text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', who);
    EXECUTE sql;
    RESET ROLE;
END $$;

SET LOCAL ROLE regress_priv_owner;
CREATE TABLE priv.t (dropped int, k date NOT NULL, "A b" int, c int) PARTITION BY RANGE (k);
ALTER TABLE priv.t DROP COLUMN dropped;
SELECT ok(partman.create_parent('priv.t', 'k', '1 month', p_premake => 1), 'a set');
GRANT SELECT ON priv.t TO regress_priv_a WITH GRANT OPTION;
GRANT INSERT ON priv.t TO PUBLIC;
GRANT UPDATE ("A b", c), REFERENCES (c) ON priv.t TO regress_priv_b;
GRANT UPDATE (k) ON priv.t TO regress_priv_b WITH GRANT OPTION;
REVOKE DELETE ON priv.t FROM regress_priv_owner;
RESET ROLE;
SELECT isnt_empty($$SELECT priv.differences('priv.t_default', 'priv.t')$$, 'the partitions have other grants');
SELECT priv.as_role('regress_priv_owner', $$SELECT partman.reapply_privileges('priv.t')$$);
SELECT is_empty($$SELECT i.inhrelid::regclass, d FROM pg_inherits i, priv.differences(i.inhrelid, 'priv.t') d WHERE i.inhparent = 'priv.t'::regclass$$,
    'the owner brings them all: columns, grant options, PUBLIC, and what the owner has taken from himself');

-- Grants that others passed on.
SELECT priv.as_role('regress_priv_a', 'GRANT SELECT ON priv.t TO regress_priv_b');
SELECT priv.as_role('regress_priv_a', 'GRANT SELECT ON priv.t_default TO regress_priv_c WITH GRANT OPTION');
SELECT priv.as_role('regress_priv_c', 'GRANT SELECT ON priv.t_default TO PUBLIC');
SELECT priv.as_role('regress_priv_b', 'GRANT UPDATE (k) ON priv.t_default TO regress_priv_a');
SELECT priv.as_role('regress_priv_owner', $$SELECT partman.reapply_privileges('priv.t')$$);
SELECT is_empty($$SELECT i.inhrelid::regclass, d FROM pg_inherits i, priv.differences(i.inhrelid, 'priv.t') d WHERE i.inhparent = 'priv.t'::regclass$$,
    'what was passed on, on the parent, is there; what was passed on on a partition alone is gone');
SELECT is((SELECT string_agg(DISTINCT grantor, ' ') FROM priv.grants('priv.t_default')), 'regress_priv_owner', 'all of it granted by the owner');

-- A table privilege that is revoked takes those on columns along, which must come back.
SELECT priv.as_role('regress_priv_owner', 'GRANT UPDATE ON priv.t_default TO regress_priv_b');
SELECT priv.as_role('regress_priv_owner', $$SELECT partman.reapply_privileges('priv.t')$$);
SELECT is_empty($$SELECT priv.differences('priv.t_default', 'priv.t')$$, 'columns keep what the table loses');
SELECT priv.as_role('regress_priv_owner', 'REVOKE UPDATE ("A b"), REFERENCES (c) ON priv.t FROM regress_priv_b; GRANT UPDATE ON priv.t TO regress_priv_b WITH GRANT OPTION; REVOKE GRANT OPTION FOR UPDATE (k) ON priv.t FROM regress_priv_b; REVOKE GRANT OPTION FOR SELECT ON priv.t FROM regress_priv_a CASCADE');
SELECT priv.as_role('regress_priv_owner', $$SELECT partman.reapply_privileges('priv.t')$$);
SELECT is_empty($$SELECT i.inhrelid::regclass, d FROM pg_inherits i, priv.differences(i.inhrelid, 'priv.t') d WHERE i.inhparent = 'priv.t'::regclass$$, 'and lose what the parent has lost');

-- Nothing is said where nothing is to be done.
CREATE TABLE priv.said (tag text);
GRANT INSERT ON priv.said TO PUBLIC;
CREATE FUNCTION priv.note() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO priv.said VALUES (tg_tag); END$$;
CREATE EVENT TRIGGER regress_priv_note ON ddl_command_end EXECUTE FUNCTION priv.note();
SELECT priv.as_role('regress_priv_owner', $$SELECT partman.reapply_privileges('priv.t')$$);
SELECT is_empty('TABLE priv.said', 'no statement where all is equal');
DROP EVENT TRIGGER regress_priv_note;

-- Whose rights.
SELECT throws_ok($$SELECT priv.as_role('regress_priv_a', $q$SELECT partman.reapply_privileges('priv.t')$q$)$$, '42501', NULL, 'somebody else may not reapply');
SELECT throws_ok($$SELECT priv.as_role('regress_priv_a', $q$SELECT partman.apply_privileges('priv', 't', 'priv', 't_default')$q$)$$, '42501', NULL, 'nor apply');
CREATE TABLE priv.foreigner (k date);
SELECT throws_ok($$SELECT priv.as_role('regress_priv_owner', $q$SELECT partman.apply_privileges('priv', 't', 'priv', 'foreigner')$q$)$$,
    '42501', 'must be owner of table foreigner', 'nobody takes a table that is not his');
SELECT table_owner_is('priv', 'foreigner', current_user, 'it has kept its owner');
ALTER TABLE priv.t_default OWNER TO regress_priv_former;
SELECT throws_ok($$SELECT priv.as_role('regress_priv_owner', $q$SELECT partman.reapply_privileges('priv.t')$q$)$$, '42501', NULL,
    'a partition that is somebody else''s needs the rights of both');
SELECT lives_ok($$SELECT priv.as_role('regress_priv_both', $q$SELECT partman.reapply_privileges('priv.t')$q$)$$, 'who has them may');
SELECT table_owner_is('priv', 't_default', 'regress_priv_owner', 'and the owner is the parent''s');
SELECT is_empty($$SELECT priv.differences('priv.t_default', 'priv.t')$$, 'with the parent''s grants');

-- Errors.
SELECT throws_ok($$SELECT partman.apply_privileges('priv', 't', 'priv', 'missing')$$, '42P01', 'Unable to find given child table in system catalogs: priv.missing', 'no such child');
SELECT throws_ok($$SELECT partman.apply_privileges('priv', 'foreigner', 'priv', 't_default')$$, '42704', 'Given table is not managed by this extension: priv.foreigner', 'no set');
SELECT throws_ok($$SELECT partman.reapply_privileges('priv.none')$$, '42704', 'Given table is not managed by this extension: priv.none', 'no set either');
SELECT throws_ok($$SELECT partman.reapply_privileges(NULL)$$, '42704', 'Given table is not managed by this extension: <NULL>', 'no name');
SELECT throws_ok($$SELECT partman.apply_privileges(NULL, 't', 'priv', 't_default')$$, '42704', 'Given table is not managed by this extension: <NULL>.t', 'no schema');

-- Names.
CREATE SCHEMA "Pr iv""1";
CREATE ROLE "regress Priv ""x";
CREATE TABLE "Pr iv""1"."T 1" ("K 1" date NOT NULL) PARTITION BY RANGE ("K 1");
SELECT ok(partman.create_parent('Pr iv"1.T 1', 'K 1', '1 month', p_premake => 1), 'names that need quotes');
GRANT SELECT ("K 1") ON "Pr iv""1"."T 1" TO "regress Priv ""x" WITH GRANT OPTION;
SELECT partman.reapply_privileges('Pr iv"1.T 1');
SELECT is_empty($$SELECT d FROM pg_inherits i, priv.differences(i.inhrelid, i.inhparent) d WHERE i.inhparent = '"Pr iv""1"."T 1"'::regclass$$, 'all the same');
SELECT is((SELECT count(*)::int FROM partman.table_privs WHERE table_schema = 'Pr iv"1' AND table_name = 'T 1' AND grantee = current_user), 7 + (current_setting('server_version_num')::int >= 170000)::int, 'in the view, too');

SELECT * FROM finish();
ROLLBACK;
