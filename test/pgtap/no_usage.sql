-- An owner who may not even name his own table, for want of USAGE on its schema: a superuser who calls stands in for him,
-- unless that would run code that somebody else can change.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT no_plan();

CREATE ROLE regress_usage_owner;
CREATE ROLE regress_usage_member;
CREATE ROLE regress_usage_schema;
GRANT regress_usage_owner TO regress_usage_member;
CREATE SCHEMA usage;
CREATE SCHEMA usage_attic AUTHORIZATION regress_usage_owner;
CREATE SCHEMA regress_code AUTHORIZATION regress_usage_owner;
GRANT USAGE ON SCHEMA partman, regress_code TO PUBLIC;

-- A set with everything that can be made without anybody's code but the server's and the superuser's.
CREATE FUNCTION usage.plus(int) RETURNS int LANGUAGE sql IMMUTABLE RETURN $1 + 1;
CREATE TABLE usage.referenced (id int PRIMARY KEY);
INSERT INTO usage.referenced VALUES (7);
CREATE TABLE usage.t (
    id int NOT NULL, at timestamptz NOT NULL DEFAULT now(), n int DEFAULT usage.plus(6) REFERENCES usage.referenced, note text COLLATE "C" DEFAULT 'x',
    twice int GENERATED ALWAYS AS (n * 2) STORED, CHECK (n > 0)
) PARTITION BY RANGE (id);
CREATE INDEX ON usage.t (usage.plus(n)) WHERE n > 2;
ALTER TABLE usage.t ADD PRIMARY KEY (id);
COMMENT ON TABLE usage.t IS 'a table';
COMMENT ON COLUMN usage.t.note IS 'a note';
CREATE STATISTICS usage.t_stat (ndistinct) ON n, note FROM usage.t;
ALTER TABLE usage.t REPLICA IDENTITY USING INDEX t_pkey;
GRANT SELECT ON usage.t TO regress_usage_schema;
CREATE TABLE usage.referring (t int REFERENCES usage.t);
CREATE TABLE usage.target (LIKE usage.t INCLUDING ALL);
ALTER TABLE usage.t OWNER TO regress_usage_owner;

SELECT ok(partman.create_parent('usage.t', 'id', '10', p_premake => 2), 'create_parent');
INSERT INTO usage.t SELECT generate_series(1, 9);
SELECT lives_ok($$SELECT partman.run_maintenance('usage.t')$$, 'run_maintenance');
INSERT INTO usage.t SELECT generate_series(11, 15);
SELECT lives_ok($$SELECT partman.run_maintenance()$$, 'run_maintenance of all');
SELECT ok(partman.create_partition_id('usage.t', ARRAY[50]), 'create_partition_id');
SELECT is(partman.partition_gap_fill('usage.t'), 1, 'partition_gap_fill');
INSERT INTO usage.t SELECT generate_series(63, 78, 5);
SELECT is(partman.partition_data_id('usage.t', 5), 4::bigint, 'partition_data_id');
CREATE FUNCTION usage.look_of(t oid) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(', ', c.relowner::regrole, c.relreplident, (SELECT count(*) FROM pg_index WHERE indrelid = t), (SELECT count(*) FROM pg_constraint WHERE conrelid = t),
        has_table_privilege('regress_usage_schema', t, 'SELECT'), obj_description(t, 'pg_class'), col_description(t, 4), (SELECT count(*) FROM pg_statistic_ext WHERE stxrelid = t))
    FROM pg_class c WHERE c.oid = t $$;
SELECT is((SELECT string_agg(DISTINCT usage.look_of(inhrelid), '; ') FROM pg_inherits WHERE inhparent = 'usage.t'::regclass), usage.look_of('usage.t'::regclass),
    'all partitions are like their parent and belong to its owner');
SELECT is((SELECT string_agg(partition_tablename, ' ') FROM partman.show_partitions('usage.t', 'ASC', true)),
    't_default t_p0 t_p10 t_p20 t_p30 t_p40 t_p50 t_p60 t_p70', 'with these names');

ALTER TABLE usage.t_p0 OWNER TO regress_usage_schema;
SELECT is(partman.drop_partition_id('usage.t', 60, false), 1, 'drop, also of a partition that belongs to somebody else');
SELECT lives_ok($$SELECT partman.reapply_privileges('usage.t')$$, 'reapply_privileges');
SELECT is(partman.drop_partition_id('usage.t', 50, true, false), 1, 'detach, without indexes');
SELECT is(partman.drop_partition_id('usage.t', 40, p_retention_schema => 'usage_attic'), 1, 'move');
SELECT hasnt_table('usage', 't_p0', 'dropped');
SELECT is_empty($$SELECT FROM pg_index WHERE indrelid = 'usage.t_p10'::regclass$$, 'detached');
SELECT has_table('usage_attic', 't_p20', 'moved');
SELECT is((SELECT rows_undone FROM partman.undo_partition('usage.t', 'usage.target', 20, p_keep_table => false, p_ignored_columns => '{twice}')), 4::bigint, 'undo');
SELECT is_empty($$SELECT FROM pg_inherits WHERE inhparent = 'usage.t'::regclass$$, 'no partition is left');
SELECT is((SELECT count(*)::int FROM usage.target WHERE twice = 14), 4, 'all rows are there');

-- Who calls must be a superuser, and the schema a superuser's.
CREATE FUNCTION usage.make(name text, columns text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE usage.%I (k date NOT NULL%s) PARTITION BY RANGE (k)', name, columns);
    EXECUTE format('ALTER TABLE usage.%I OWNER TO regress_usage_owner', name);
END $$;
CREATE FUNCTION usage.set_up(name text) RETURNS boolean LANGUAGE sql AS $$
    SELECT partman.create_parent('usage.' || name, 'k', '1 month', p_premake => 1, p_template_table => 'false') $$;
SELECT usage.make('plain', '');
SELECT throws_ok($$DO $do$BEGIN SET LOCAL ROLE regress_usage_member; PERFORM partman.create_parent('usage.plain', 'k', '1 month', p_template_table => 'false'); END$do$ $$,
    '42501', 'permission denied for schema usage', 'a member of the owner cannot stand in');
ALTER SCHEMA usage OWNER TO regress_usage_schema;
SELECT throws_ok($$SELECT usage.set_up('plain')$$, '42501', 'permission denied for schema usage', 'nobody stands in where another may rename the schema');
ALTER SCHEMA usage OWNER TO CURRENT_USER;
SELECT ok(usage.set_up('plain'), 'otherwise a superuser does');

-- Code of others is never reached, wherever it stands.
SET LOCAL ROLE regress_usage_owner;
-- What a sequence has counted outlasts the error.
CREATE SEQUENCE regress_code.runs_as_owner;
CREATE SEQUENCE regress_code.runs_as_other;
GRANT UPDATE ON SEQUENCE regress_code.runs_as_other TO PUBLIC;
CREATE FUNCTION regress_code.note(what text) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval(CASE current_user WHEN 'regress_usage_owner' THEN 'regress_code.runs_as_owner' ELSE 'regress_code.runs_as_other' END::regclass);
    RETURN 1;
END $$;
CREATE VIEW regress_code.witness AS
    SELECT 'owner' AS who FROM regress_code.runs_as_owner WHERE is_called UNION ALL SELECT 'other' FROM regress_code.runs_as_other WHERE is_called;
CREATE FUNCTION regress_code.forget() RETURNS void LANGUAGE sql AS $$
    SELECT setval('regress_code.runs_as_owner', 1, false), setval('regress_code.runs_as_other', 1, false) $$;
GRANT SELECT ON regress_code.witness TO PUBLIC;
CREATE FUNCTION regress_code.evil(what text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN regress_code.note(what); END$$;
CREATE FUNCTION regress_code.evil_plus(int, int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN regress_code.note('operator') + $1 + $2; END$$;
CREATE OPERATOR regress_code.@+@ (FUNCTION = regress_code.evil_plus, LEFTARG = int, RIGHTARG = int);
CREATE OPERATOR regress_code.+@ (FUNCTION = pg_catalog.int4pl, LEFTARG = int, RIGHTARG = int);
CREATE DOMAIN regress_code.evil_domain AS int CHECK (VALUE > -regress_code.evil('domain'));
CREATE DOMAIN regress_code.innocent AS int;
CREATE TYPE regress_code.mood AS ENUM ('sad', 'happy');
RESET ROLE;
CREATE DOMAIN usage.outer_domain AS regress_code.evil_domain;

CREATE FUNCTION usage.refused(name text, about text, columns text DEFAULT NULL) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    IF columns IS NOT NULL THEN PERFORM usage.make(name, columns); END IF;
    PERFORM regress_code.forget();
    RETURN NEXT throws_ok(format('SELECT usage.set_up(%L)', name), '42501', 'permission denied for schema usage', about || ': refused');
    RETURN NEXT is_empty('SELECT * FROM regress_code.witness', about || ': nothing ran');
END $$;

SELECT usage.refused('in_default', 'a default', $$, n int DEFAULT regress_code.evil('default')$$);
SELECT usage.refused('in_generated', 'a generated column', $$, n int, g int GENERATED ALWAYS AS (n + regress_code.evil('generated')) STORED$$);
SELECT usage.refused('in_check', 'a CHECK', $$, n int CHECK (n > regress_code.evil('check'))$$);
SELECT usage.refused('in_operator', 'an operator', ', n int CHECK (n OPERATOR(regress_code.@+@) 1 > 0)');
SELECT usage.refused('in_alias', 'an operator that can be changed', ', n int CHECK (n OPERATOR(regress_code.+@) 1 > 0)');
SELECT usage.refused('in_domain', 'a domain', ', n regress_code.evil_domain DEFAULT 1');
SELECT usage.refused('in_outer', 'an array of a domain over a domain', ', n usage.outer_domain[] DEFAULT ''{1}''');
SELECT usage.refused('in_innocent', 'a domain that can get a CHECK', ', n regress_code.innocent DEFAULT 1');
SELECT usage.refused('in_cast', 'a cast to it', ', n int CHECK (n::text::regress_code.innocent > 0)');
SELECT usage.make('in_index', ', n int');
CREATE INDEX ON usage.in_index ((n + regress_code.evil('index')));
SELECT usage.refused('in_index', 'an index');
SELECT usage.make('in_predicate', ', n int');
CREATE INDEX ON usage.in_predicate (n) WHERE n > regress_code.evil('predicate');
SELECT usage.refused('in_predicate', 'a predicate');
SELECT usage.make('in_policy', ', n int');
CREATE POLICY p ON usage.in_policy USING (n > regress_code.evil('policy'));
SELECT usage.refused('in_policy', 'a policy');
SELECT usage.make('in_statistics', ', n int');
CREATE STATISTICS usage.s ON (n + regress_code.evil('statistics')) FROM usage.in_statistics;
SELECT usage.refused('in_statistics', 'extended statistics');

-- In tables that foreign keys lead to, either way, also by another table.
CREATE TABLE usage.far (id int PRIMARY KEY, n int DEFAULT regress_code.evil('far default'));
CREATE TABLE usage.near (id int PRIMARY KEY REFERENCES usage.far);
SELECT usage.refused('with_reference', 'a table behind a foreign key', ', n int REFERENCES usage.near');
SELECT usage.make('is_referenced', ', PRIMARY KEY (k)');
CREATE TABLE usage.refers (k date REFERENCES usage.is_referenced, n int);
SELECT ok(usage.set_up('is_referenced'), 'a foreign key of another table is no obstacle');
CREATE INDEX ON usage.refers ((n + regress_code.evil('referring')));
SELECT throws_ok($$SELECT partman.create_partition_time('usage.is_referenced', ARRAY['2020-01-01'::timestamptz])$$, '42501', NULL, 'but an expression in that table is');

-- In a partition.
SELECT usage.make('of_partition', ', n int');
SELECT ok(usage.set_up('of_partition'), 'nothing evil at first');
CREATE INDEX ON usage.of_partition_default ((n + regress_code.evil('partition')));
SELECT regress_code.forget();
SELECT throws_ok($$SELECT partman.create_partition_time('usage.of_partition', ARRAY['2020-01-01'::timestamptz])$$, '42501', 'permission denied for schema usage', 'code of a partition: refused');
SELECT throws_like($$SELECT partman.drop_partition_time('usage.of_partition', '1 second', false, p_reference_timestamp => '2100-01-01')$$, '%permission denied for schema usage%', 'also when something is to go');
SELECT is_empty('SELECT * FROM regress_code.witness', 'code of a partition: nothing ran');
GRANT USAGE, CREATE ON SCHEMA usage TO regress_usage_owner;
CREATE INDEX ON usage.of_partition ((n + regress_code.evil('parent')));
SELECT regress_code.forget();
SELECT ok(partman.create_partition_time('usage.of_partition', ARRAY['2020-01-01'::timestamptz]), 'the GRANT of the hint helps');
SELECT results_eq('SELECT who FROM regress_code.witness', ARRAY['owner'::text], 'and the code runs as the owner only');
REVOKE USAGE, CREATE ON SCHEMA usage FROM regress_usage_owner;

-- Types without code, and triggers, which no maintenance fires.
CREATE FUNCTION regress_code.fire() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM regress_code.note('trigger'); RETURN NULL; END$$;
ALTER FUNCTION regress_code.fire() OWNER TO regress_usage_owner;
SELECT usage.make('harmless', ', m regress_code.mood DEFAULT ''sad'', ms regress_code.mood[] DEFAULT ''{happy}''');
CREATE TRIGGER r BEFORE INSERT ON usage.harmless FOR EACH ROW EXECUTE FUNCTION regress_code.fire();
SELECT regress_code.forget();
SELECT ok(usage.set_up('harmless'), 'enums and triggers are no obstacle');
SELECT is_empty('SELECT * FROM regress_code.witness', 'no trigger fired');

SELECT * FROM finish();
ROLLBACK;
