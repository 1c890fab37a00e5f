-- Drops 200 of the 400 daily partitions of a set, with two indexes.
-- By hand: DROP TABLE in a loop, in one transaction.
-- target: retire 200 of 400 partitions|1.2
--@ setup
SET client_min_messages = warning;
--@ measure
SET client_min_messages = warning;
SELECT 'ours_' || :round AS ours, 'hand_' || :round AS hand \gset
SELECT format('CREATE TABLE %I (id bigint, at timestamptz NOT NULL, note text, PRIMARY KEY (id, at))
               PARTITION BY RANGE (at)', name),
       format('CREATE INDEX ON %I (at)', name),
       format('SELECT partman.create_parent(%L, ''at'', ''1 day'', p_premake := 2,
               p_start_partition := (now() - interval ''397 days'')::text)', 'public.' || name)
  FROM unnest(ARRAY[:'ours', :'hand']) name \gexec
-- With their names the two tables differ in nothing, so maintenance and the loop below drop the same.
UPDATE partman.part_config SET retention = '197 days', retention_keep_table = false
 WHERE parent_table = 'public.' || :'ours';
DELETE FROM partman.part_config WHERE parent_table = 'public.' || :'hand';
CHECKPOINT;

\c
\timing on
\echo @ retire 200 of 400 partitions: ours
SELECT partman.run_maintenance('public.' || :'ours');
\timing off

\c
SELECT set_config('bench.hand', :'hand', false);
\timing on
\echo @ retire 200 of 400 partitions: by hand
DO $$
DECLARE
    partition regclass;
BEGIN
    FOR partition IN
        SELECT inhrelid FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
         WHERE inhparent = current_setting('bench.hand')::regclass AND relname NOT LIKE '%default'
         ORDER BY relname LIMIT 200
    LOOP
        EXECUTE 'DROP TABLE ' || partition;
    END LOOP;
END $$;
\timing off

SELECT count(*) = 2 AND min(left_over) = max(left_over) AND min(left_over) BETWEEN 200 AND 202 AS as_wanted
  FROM (SELECT inhparent, count(*) AS left_over FROM pg_inherits
         WHERE inhparent IN (:'ours'::regclass, :'hand'::regclass) GROUP BY inhparent) counted \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'the two sides did not drop the same 200 partitions'; END$$;
\endif
