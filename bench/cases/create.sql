-- Sets up a table with 400 daily partitions, a primary key and a second index.
-- By hand: CREATE TABLE ... PARTITION OF in a loop, default included, in one transaction.
-- target: create 400 daily partitions, 2 indexes|1.15
--@ setup
CREATE FUNCTION new_table(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I', name);
    EXECUTE format('CREATE TABLE %I (id bigint, at timestamptz NOT NULL, note text, PRIMARY KEY (id, at))
                    PARTITION BY RANGE (at)', name);
    EXECUTE format('CREATE INDEX ON %I (at)', name);
END $$;
--@ measure
SET client_min_messages = warning;
SELECT 'ours_' || :round AS ours, 'hand_' || :round AS hand \gset
SELECT new_table(:'ours'), new_table(:'hand');
CHECKPOINT;

\c
\timing on
\echo @ create 400 daily partitions, 2 indexes: ours
SELECT partman.create_parent('public.' || :'ours', 'at', '1 day', p_premake := 200,
                             p_start_partition := (date_trunc('day', now()) - interval '199 days')::text);
\timing off

\c
SELECT set_config('bench.hand', :'hand', false);
\timing on
\echo @ create 400 daily partitions, 2 indexes: by hand
DO $$
DECLARE
    parent text := current_setting('bench.hand');
    first timestamptz := date_trunc('day', now()) - interval '199 days';
BEGIN
    FOR n IN 0 .. 399 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                       parent || to_char(first + n * interval '1 day', '"_p"YYYYMMDD'), parent,
                       first + n * interval '1 day', first + (n + 1) * interval '1 day');
    END LOOP;
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', parent || '_default', parent);
END $$;
\timing off

SELECT count(*) = 2 AND bool_and(partitions = 401) AS as_wanted
  FROM (SELECT inhparent, count(*) AS partitions FROM pg_inherits
         WHERE inhparent IN (:'ours'::regclass, :'hand'::regclass) GROUP BY inhparent) counted \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'not 400 partitions and a default on both sides'; END$$;
\endif
