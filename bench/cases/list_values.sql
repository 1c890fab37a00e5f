-- Makes 1,000 list partitions that a registry names, with a primary key and a second index each; then finds that
-- nothing is left to do.
-- By hand: CREATE TABLE ... PARTITION OF in a loop, in one transaction; the bounds of all partitions.
-- Ours is the procedure: with default settings one transaction of ours stops before the server's locks are used up.
-- target: create 1,000 list values|1.5
-- target: nothing to do, 1,000 list values|1
--@ setup
CREATE FUNCTION new_table(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I', name);
    EXECUTE format('CREATE TABLE %I (id bigint, campaign text NOT NULL, at timestamptz, PRIMARY KEY (id, campaign))
                    PARTITION BY LIST (campaign)', name);
    EXECUTE format('CREATE INDEX ON %I (at)', name);
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', name || '_default', name);
END $$;
--@ measure
SET client_min_messages = warning;
SELECT 'ours_' || :round AS ours, 'hand_' || :round AS hand \gset
SELECT new_table(:'ours'), new_table(:'hand');
SELECT partman.create_parent('public.' || :'ours', 'campaign', p_type := 'list');
UPDATE partman.part_config SET value_query = 'SELECT ''c'' || n FROM pg_catalog.generate_series(1, 1000) AS n'
 WHERE parent_table = 'public.' || :'ours';
CHECKPOINT;

\c
\timing on
\echo @ create 1,000 list values: ours
CALL partman.run_maintenance_proc();
\timing off

\c
SELECT set_config('bench.hand', :'hand', false);
\timing on
\echo @ create 1,000 list values: by hand
DO $$
DECLARE
    parent text := current_setting('bench.hand');
BEGIN
    FOR n IN 1 .. 1000 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES IN (%L)', parent || '_pc' || n, parent, 'c' || n);
    END LOOP;
END $$;
\timing off

SELECT count(*) = 2002 AS as_wanted FROM pg_inherits
 WHERE inhparent IN (('public.' || :'ours')::regclass, ('public.' || :'hand')::regclass) \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'not 1,000 partitions and a default on both sides'; END$$;
\endif

\c
\timing on
\echo @ nothing to do, 1,000 list values: ours
SELECT partman.run_maintenance('public.' || :'ours');
\timing off

\c
\timing on
\echo @ nothing to do, 1,000 list values: by hand
SELECT sum(length(pg_get_expr(relpartbound, oid))) FROM pg_class
 WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = ('public.' || :'hand')::regclass);
\timing off
