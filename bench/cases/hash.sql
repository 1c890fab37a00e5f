-- Makes 64 hash partitions with a primary key and a second index each.
-- By hand: CREATE TABLE ... PARTITION OF in a loop, in one transaction.
-- target: create 64 hash partitions|1.3
--@ setup
CREATE FUNCTION new_table(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I', name);
    EXECUTE format('CREATE TABLE %I (id bigint PRIMARY KEY, at timestamptz) PARTITION BY HASH (id)', name);
    EXECUTE format('CREATE INDEX ON %I (at)', name);
END $$;
--@ measure
SET client_min_messages = warning;
SELECT 'ours_' || :round AS ours, 'hand_' || :round AS hand \gset
SELECT new_table(:'ours'), new_table(:'hand');
CHECKPOINT;

\c
\timing on
\echo @ create 64 hash partitions: ours
SELECT partman.create_parent('public.' || :'ours', 'id', p_type := 'hash', p_modulus := 64, p_template_table := 'false');
\timing off

\c
SELECT set_config('bench.hand', :'hand', false);
\timing on
\echo @ create 64 hash partitions: by hand
DO $$
DECLARE
    parent text := current_setting('bench.hand');
BEGIN
    FOR n IN 0 .. 63 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (modulus 64, remainder %s)', parent || '_p' || n, parent, n);
    END LOOP;
END $$;
\timing off

SELECT count(*) = 128 AS as_wanted FROM pg_inherits
 WHERE inhparent IN (('public.' || :'ours')::regclass, ('public.' || :'hand')::regclass) \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'not 64 partitions on both sides'; END$$;
\endif
