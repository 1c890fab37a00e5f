-- What pg_strata reads of Citus, and as much of its behaviour as the tests need: one shard a table, on this server.
\echo Use "CREATE EXTENSION citus" to load this file. \quit

SET LOCAL allow_system_table_mods = on;

CREATE TABLE pg_catalog.pg_dist_partition (
    logicalrelid regclass NOT NULL PRIMARY KEY,
    partmethod "char" NOT NULL,
    partkey text,
    colocationid int NOT NULL DEFAULT 0,
    repmodel "char" NOT NULL DEFAULT 's',
    autoconverted boolean NOT NULL DEFAULT false
);
CREATE TABLE pg_catalog.pg_dist_local_group (groupid int PRIMARY KEY);
INSERT INTO pg_catalog.pg_dist_local_group VALUES (0);
GRANT SELECT ON pg_catalog.pg_dist_partition, pg_catalog.pg_dist_local_group TO PUBLIC;

-- Of the stand-in alone.
CREATE SCHEMA citus_stand_in;
GRANT USAGE ON SCHEMA citus_stand_in TO PUBLIC;
CREATE TABLE citus_stand_in.shards (logicalrelid oid PRIMARY KEY, shard oid NOT NULL);
GRANT SELECT ON citus_stand_in.shards TO PUBLIC;

-- Loads the library.
CREATE FUNCTION citus_stand_in.shard_of(regclass) RETURNS regclass AS 'MODULE_PATHNAME', 'citus_stand_in_shard_of' LANGUAGE C STRICT;

CREATE FUNCTION pg_catalog.column_to_column_name(table_name regclass, column_var_text text) RETURNS text
    LANGUAGE sql STABLE STRICT AS 'SELECT column_var_text';

CREATE FUNCTION pg_catalog.citus_total_relation_size(logicalrelid regclass, fail_on_error boolean DEFAULT true) RETURNS bigint
    LANGUAGE sql STRICT AS 'SELECT pg_catalog.pg_total_relation_size(citus_stand_in.shard_of(logicalrelid))';

-- The shard of a table, with whatever rows the table has.
CREATE FUNCTION citus_stand_in.make_shard(relation regclass, key text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    shard text;
    class pg_class;
BEGIN
    SELECT * INTO class FROM pg_class WHERE oid = relation;
    shard := format('%I.%I', class.relnamespace::regnamespace::text, left(class.relname, 48) || '_' || class.oid);
    EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING IDENTITY) %s', shard, relation,
                   'PARTITION BY ' || pg_get_partkeydef(relation));
    EXECUTE format('ALTER TABLE %s OWNER TO %I', shard, class.relowner::regrole::text);
    IF class.relkind = 'r' THEN
        EXECUTE format('INSERT INTO %s SELECT * FROM %s', shard, relation);
    END IF;
    INSERT INTO pg_dist_partition (logicalrelid, partmethod, partkey) VALUES (relation, 'h', key);
    INSERT INTO citus_stand_in.shards VALUES (relation, shard::regclass);
END $$;

CREATE FUNCTION pg_catalog.create_distributed_table(table_name regclass, distribution_column text,
    colocate_with text DEFAULT 'default') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF colocate_with <> 'default' THEN
        PERFORM FROM pg_catalog.pg_dist_partition WHERE logicalrelid = colocate_with::regclass;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'relation % is not distributed', colocate_with;
        END IF;
    END IF;
    PERFORM citus_stand_in.make_shard(table_name, distribution_column);
END $$;

-- Does to the shards what has been done to their tables.
CREATE FUNCTION citus_stand_in.follow() RETURNS event_trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    one record;
BEGIN
    IF current_setting('citus_stand_in.following', true) = 'on' THEN
        RETURN;
    END IF;
    PERFORM set_config('citus_stand_in.following', 'on', true);
    FOR one IN SELECT s.* FROM citus_stand_in.shards s WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = s.logicalrelid) LOOP
        EXECUTE format('DROP TABLE IF EXISTS %s', one.shard::regclass);
        DELETE FROM citus_stand_in.shards WHERE logicalrelid = one.logicalrelid;
        DELETE FROM pg_dist_partition WHERE logicalrelid = one.logicalrelid;
    END LOOP;
    FOR one IN SELECT i.inhrelid::regclass AS child, d.partkey FROM pg_inherits i JOIN pg_dist_partition d ON d.logicalrelid = i.inhparent
        WHERE NOT EXISTS (SELECT FROM pg_dist_partition e WHERE e.logicalrelid = i.inhrelid) LOOP
        PERFORM citus_stand_in.make_shard(one.child, one.partkey);
    END LOOP;
    FOR one IN SELECT p.shard::regclass AS above, c.shard::regclass AS below FROM citus_stand_in.shards c
        JOIN pg_inherits i ON i.inhrelid = c.shard JOIN citus_stand_in.shards p ON p.shard = i.inhparent
        WHERE NOT EXISTS (SELECT FROM pg_inherits l WHERE l.inhrelid = c.logicalrelid) LOOP
        EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', one.above, one.below);
    END LOOP;
    FOR one IN SELECT p.shard::regclass AS above, c.shard::regclass AS below, pg_get_expr(t.relpartbound, t.oid) AS bound
        FROM citus_stand_in.shards c JOIN pg_inherits i ON i.inhrelid = c.logicalrelid
        JOIN citus_stand_in.shards p ON p.logicalrelid = i.inhparent JOIN pg_class t ON t.oid = c.logicalrelid
        WHERE NOT EXISTS (SELECT FROM pg_inherits l WHERE l.inhrelid = c.shard) LOOP
        EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s %s', one.above, one.below, one.bound);
    END LOOP;
    PERFORM set_config('citus_stand_in.following', 'off', true);
END $$;

CREATE EVENT TRIGGER citus_stand_in_follow ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE', 'DROP TABLE')
    EXECUTE FUNCTION citus_stand_in.follow();
