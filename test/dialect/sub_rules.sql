-- Rules that only sets below sets have, and those that hold for them as for all: names, last partitions, kinds of keys, owners.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;

CREATE FUNCTION parts(set text) RETURNS text[] LANGUAGE sql AS $$ SELECT ARRAY(SELECT partition_tablename FROM partman.show_partitions(set)) $$;

-- Every pair of kinds: the level below holds what the level above leaves to it.
CREATE FUNCTION column_of(kind text) RETURNS text LANGUAGE sql AS $$ SELECT CASE kind WHEN 'time' THEN 'at' WHEN 'date' THEN 'day' WHEN 'id' THEN 'id' WHEN 'numeric' THEN 'num' WHEN 'epoch' THEN 'tick' WHEN 'list' THEN 'kind' END $$;
CREATE FUNCTION call_of(kind text, wide boolean) RETURNS text LANGUAGE sql AS $$
    SELECT CASE kind WHEN 'time' THEN format('%L, %L', 'at', CASE WHEN wide THEN '1 month' ELSE '1 day' END) WHEN 'date' THEN format('%L, %L', 'day', CASE WHEN wide THEN '1 month' ELSE '1 day' END)
        WHEN 'id' THEN format('%L, %L', 'id', CASE WHEN wide THEN '1000' ELSE '100' END) WHEN 'numeric' THEN format('%L, %L', 'num', CASE WHEN wide THEN '1000' ELSE '100' END)
        WHEN 'epoch' THEN format('%L, %L, p_epoch := %L', 'tick', CASE WHEN wide THEN '1 month' ELSE '1 day' END, 'seconds') WHEN 'list' THEN $q$'kind', '1', 'list'$q$ END
$$;
CREATE FUNCTION check_pair(number int, above text, below text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'pair_' || number;
    parent text := 'dialect.' || name;
    about text := format('%s below %s: ', below, above);
    child text;
    grandchild text;
    total bigint;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id bigint NOT NULL, kind int NOT NULL, num numeric NOT NULL, at timestamptz NOT NULL, day date NOT NULL, tick bigint NOT NULL) PARTITION BY %s (%s)', name,
        CASE above WHEN 'list' THEN 'LIST' ELSE 'RANGE' END, column_of(above));
    EXECUTE format('SELECT partman.create_parent(%L, %s, p_premake := 2)', parent, call_of(above, true));
    EXECUTE format('SELECT partman.create_sub_parent(%L, %s, p_premake := 2, p_declarative_check := ''yes'')', parent, call_of(below, false)) INTO STRICT child;
    RETURN NEXT is(child, 'true', about || 'made');
    FOREACH child IN ARRAY parts(parent) LOOP
        RETURN NEXT ok(cardinality(parts('dialect.' || child)) >= 1, about || 'something below ' || child);
        RETURN NEXT is((SELECT (c.control, c.premake)::text FROM partman.part_config c WHERE c.parent_table = 'dialect.' || child), (column_of(below), 2)::text, about || 'configuration of ' || child);
        RETURN NEXT has_table('dialect'::name, (child || '_default')::name, about || 'default of ' || child);
    END LOOP;
    EXECUTE format('INSERT INTO dialect.%I VALUES (5, 1, 5, now(), now(), extract(epoch FROM now()))', name);
    EXECUTE format('SELECT relname FROM dialect.%I t JOIN pg_class c ON c.oid = t.tableoid', name) INTO grandchild;
    RETURN NEXT unalike(grandchild, '%default', about || 'a row finds its place');
    RETURN NEXT is((SELECT count(*) FROM regexp_matches(grandchild, '_p[0-9]+', 'g')), 2::bigint, about || 'which has two suffixes');
    RETURN NEXT lives_ok(format('SELECT partman.run_maintenance(%L)', parent), about || 'maintained above');
    RETURN QUERY SELECT lives_ok(format('SELECT partman.run_maintenance(%L)', 'dialect.' || p), about || 'maintained below: ' || p) FROM unnest(parts(parent)) p;
    EXECUTE format('SELECT count(*) FROM dialect.%I', name) INTO total;
    RETURN NEXT is(total, 1::bigint, about || 'the row is there');
END $$;
SELECT check_pair((row_number() OVER ())::int, a.kind, b.kind)
FROM (VALUES ('time'), ('date'), ('id'), ('numeric'), ('epoch'), ('list')) a (kind), (VALUES ('time'), ('date'), ('id'), ('numeric'), ('epoch'), ('list')) b (kind) 
-- Numbers below numbers are always smaller than those above, so nothing is smaller than a LIST.
WHERE a.kind <> 'list' OR b.kind NOT IN ('list', 'id', 'numeric');

-- Names that are too long are cut, and then some would be alike.
CREATE TABLE dialect."a table with a name that is as long as it can be without a suff" (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('dialect.a table with a name that is as long as it can be without a suff', 'id', '1000', p_premake := 1);
SELECT partman.create_sub_parent('dialect.a table with a name that is as long as it can be without a suff', 'id', '100', p_declarative_check := 'yes', p_premake := 1);
SELECT is((SELECT count(*) FROM pg_partition_tree('dialect."a table with a name that is as long as it can be without a suff"') WHERE isleaf), (2 + 1 + 1 + 1 + 1)::bigint, 'as many as with short names');

-- The last partition may go where the partitions are sets, and only there.
CREATE TABLE dialect.last (id int NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('dialect.last', 'at', '1 day', p_premake := 1);
SELECT partman.create_sub_parent('dialect.last', 'id', '10', p_declarative_check := 'yes', p_premake := 1);
SELECT is(partman.drop_partition_time('dialect.last', '1 day', false, p_reference_timestamp := now() + interval '1 year'), 3, 'all days go');
SELECT is((SELECT count(*) FROM partman.show_partitions('dialect.last')), 0::bigint, 'none is left');

-- Owners below owners.
CREATE ROLE regress_dialect_owner;
GRANT ALL ON SCHEMA dialect, partman TO regress_dialect_owner;
GRANT ALL ON partman.part_config, partman.part_config_sub TO regress_dialect_owner;
SET LOCAL ROLE regress_dialect_owner;
CREATE TABLE dialect.owned (id int NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (id);
SELECT ok(partman.create_parent('dialect.owned', 'id', '10'), 'a set of somebody''s');
SELECT ok(partman.create_sub_parent('dialect.owned', 'at', '1 day', p_declarative_check := 'yes'), 'sets below it');
INSERT INTO dialect.owned VALUES (15, now());
SELECT lives_ok('SELECT partman.run_maintenance()', 'maintained by the owner');
RESET ROLE;
INSERT INTO dialect.owned VALUES (25, now() + interval '1 day');
SELECT lives_ok('SELECT partman.run_maintenance()', 'maintained by a superuser');
SELECT is((SELECT array_agg(DISTINCT relowner::regrole::text) FROM pg_partition_tree('dialect.owned') t JOIN pg_class c ON c.oid = t.relid), '{regress_dialect_owner}', 'all tables are the owner''s');
SELECT is(cardinality(parts('dialect.owned')), 7, 'as many as there should be');

SELECT * FROM finish();
ROLLBACK;
