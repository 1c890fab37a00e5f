-- Code that the owner of a set has put into its definition never runs with the rights of a superuser who calls.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT plan(17);

CREATE ROLE regress_code_owner;
CREATE ROLE regress_code_member;
CREATE ROLE regress_code_stranger;
GRANT regress_code_owner TO regress_code_member;
CREATE SCHEMA code;
GRANT USAGE, CREATE ON SCHEMA code TO regress_code_owner;
GRANT USAGE ON SCHEMA code, partman TO PUBLIC;

-- An immutable function that is folded at planning: it tells who it ran as, and tries to become somebody else.
CREATE TABLE code.witness (who name, what text);
GRANT INSERT, SELECT ON code.witness TO PUBLIC;
CREATE FUNCTION code.note(what text) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO code.witness VALUES (current_user, what);
    BEGIN
        RESET ROLE;
        INSERT INTO code.witness VALUES (current_user, what || ' after RESET ROLE');
    EXCEPTION WHEN insufficient_privilege THEN NULL;
    END;
    RETURN 1;
END $$;
CREATE FUNCTION code.evil(what text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN code.note(what);
END $$;

CREATE FUNCTION code.make(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($sql$
        CREATE TABLE code.%I (
            k date NOT NULL, n int DEFAULT code.evil('default'), g int GENERATED ALWAYS AS (n + code.evil('generated')) STORED,
            CHECK (n > -code.evil('check'))
        ) PARTITION BY RANGE (k)$sql$, name);
    EXECUTE format('CREATE INDEX ON code.%I ((n + code.evil(''index''))) WHERE n > code.evil(''predicate'')', name);
    EXECUTE format('ALTER TABLE code.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY p ON code.%I USING (n = code.evil(''policy''))', name);
    EXECUTE format('ALTER TABLE code.%I OWNER TO regress_code_owner', name);
    TRUNCATE code.witness;
END $$;

SELECT code.make('plain');
SELECT ok(partman.create_parent('code.plain', 'k', '1 month', p_premake => 1), 'a superuser sets up the owner''s table');
SELECT ok(partman.create_partition_time('code.plain', ARRAY['2020-01-01'::timestamptz]), 'and adds a partition');
SELECT is_empty('SELECT * FROM code.witness WHERE who <> ''regress_code_owner''', 'all code ran as the owner');
SELECT isnt_empty('SELECT * FROM code.witness', 'some did run');

-- An owner who may not create tables in the schema: a superuser makes the table, the owner what is in it.
SELECT code.make('bare');
REVOKE CREATE ON SCHEMA code FROM regress_code_owner;
SELECT ok(partman.create_parent('code.bare', 'k', '1 month', p_premake => 1), 'a superuser helps an owner who may not create tables');
SELECT is_empty('SELECT * FROM code.witness WHERE who <> ''regress_code_owner''', 'all code ran as the owner');
GRANT CREATE ON SCHEMA code TO regress_code_owner;

-- Settings that the owner's code changes, not only for its own time, do not stay behind in the caller's session.
CREATE FUNCTION code.settings() RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('search_path', 'code, pg_catalog', false), set_config('TimeZone', 'Asia/Tokyo', false), set_config('code.left_behind', 'yes', false);
    RETURN 1;
END $$;
CREATE TABLE code.lasting (k date NOT NULL, n int) PARTITION BY RANGE (k);
CREATE INDEX ON code.lasting (n) WHERE code.settings() = 1;
ALTER TABLE code.lasting OWNER TO regress_code_owner;
SET search_path = public;
SET TimeZone = 'Europe/Berlin';
SELECT partman.create_parent('code.lasting', 'k', '1 month', p_premake => 1);
SELECT partman.create_partition_time('code.lasting', ARRAY['2020-01-01'::timestamptz]);
SELECT current_setting('search_path') AS path, current_setting('TimeZone') AS zone, coalesce(current_setting('code.left_behind', true), '') AS other \gset
RESET search_path;
RESET TimeZone;
SELECT is(:'path'::text, 'public', 'the search path is the caller''s');
SELECT is(:'zone'::text, 'Europe/Berlin', 'and so is the time zone');
SELECT is(:'other'::text, '', 'nothing new is there');

-- A template with an expression.
SELECT code.make('modelled');
CREATE TABLE code.model (k date NOT NULL, n int);
CREATE UNIQUE INDEX ON code.model ((n + code.evil('template'))) WHERE n > code.evil('template predicate');
ALTER TABLE code.model OWNER TO regress_code_owner;
TRUNCATE code.witness;
SELECT ok(partman.create_parent('code.modelled', 'k', '1 month', p_premake => 1, p_template_table => 'code.model'), 'a template of the owner''s');
SELECT is_empty('SELECT * FROM code.witness WHERE who <> ''regress_code_owner''', 'its code too');

-- What planning a key that is an expression would run.
CREATE TABLE code.expression (k date NOT NULL, n int NOT NULL) PARTITION BY RANGE (k, (n + code.evil('key')));
ALTER TABLE code.expression OWNER TO regress_code_owner;
TRUNCATE code.witness;
SELECT throws_ok($$SELECT partman.create_parent('code.expression', 'k', '1 month')$$, '0A000', NULL, 'keys with expressions are refused');
SELECT is_empty('TABLE code.witness', 'before anything of them runs');

-- A member of the owner acts for it; somebody else does not.
SELECT code.make('shared');
CREATE FUNCTION code.as_role(who name, sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', who);
    EXECUTE sql INTO result;
    RETURN result;
END $$;
SELECT code.as_role('regress_code_member', $$SELECT partman.create_parent('code.shared', 'k', '1 month', p_premake => 1)$$) AS made \gset
RESET ROLE;
SELECT is(:'made'::text, 'true'::text, 'a member of the owner may set up its table');
SELECT is_empty($$SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'code.shared'::regclass AND relowner <> 'regress_code_owner'::regrole$$,
    'and the partitions are the owner''s');
SELECT is_empty('SELECT * FROM code.witness WHERE who <> ''regress_code_owner''', 'as is all that ran');
SELECT throws_ok($$DO $do$BEGIN PERFORM code.as_role('regress_code_stranger', $q$SELECT partman.create_partition_time('code.shared', ARRAY['2020-01-01'::timestamptz])$q$); END$do$ $$,
    '42501', NULL, 'somebody else may not');

SELECT * FROM finish();
ROLLBACK;
