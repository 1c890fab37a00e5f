-- Gives a set by hash of 2 million rows (a bigint, a number, 80 bytes of text, a primary key) modulus 8 instead of 4 beside a
-- client that updates, deletes and inserts there: how long that takes, and how long the client waits at worst.  Beside ours
-- another client compares number and hash of all rows again and again, twice in each transaction in REPEATABLE READ; the case
-- fails if they ever change, or if a statement of the first client fails.
-- By hand: a new table by hash that INSERT ... SELECT fills and that takes the name of the old one, all in one transaction with
-- the old table locked against writers, so that no row is missed.
-- target: give 2,000,000 rows another modulus|3
-- target: longest wait of a writer beside that|0.2
--@ setup
SET client_min_messages = warning;
CREATE TABLE source AS SELECT i AS id, 0::bigint AS v, repeat('x', 80) AS note FROM generate_series(1, 2000000) i;
CREATE FUNCTION change_beside(parent text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    place bigint := 1 + floor(random() * 1999999);
BEGIN
    EXECUTE format('UPDATE %I SET v = v + 1 WHERE id = $1', parent) USING place;
    -- to another partition: what it has got is in both columns
    EXECUTE format('UPDATE %I SET id = id + 10000000, v = v + 10000000 WHERE id = $1', parent) USING place + 1;
    EXECUTE format('WITH gone AS (DELETE FROM %1$I WHERE id = $1 RETURNING *)
                    INSERT INTO %1$I SELECT id + 20000000, v + 20000000, note FROM gone', parent) USING place;
END $$;
-- The first kind of change is of v alone, and small.
CREATE FUNCTION sums_beside(parent text) RETURNS text LANGUAGE sql AS
    $$SELECT format('SELECT concat_ws('' '', count(*), sum(hashint8((id - v / 10000000 * 10000000)))) FROM %I', parent)$$;
CREATE PROCEDURE by_hand(parent text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', parent);
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL) PARTITION BY HASH (id)', parent || '_new', parent);
    FOR n IN 0 .. 7 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (modulus 8, remainder %s)', parent || '_new_' || n, parent || '_new', n);
    END LOOP;
    EXECUTE format('INSERT INTO %I SELECT * FROM %I', parent || '_new', parent);
    EXECUTE format('DROP TABLE %I', parent);
    EXECUTE format('ALTER TABLE %I RENAME TO %I', parent || '_new', parent);
END $$;
\i beside/setup.sql
--@ measure
SET client_min_messages = warning;
SELECT 'ours_' || :round AS ours, 'hand_' || :round AS hand \gset
SELECT format('CREATE TABLE %I (id bigint PRIMARY KEY, v bigint, note text) PARTITION BY HASH (id)', name),
       format('SELECT partman.create_parent(%L, ''id'', p_type := ''hash'', p_modulus := 4)', 'public.' || name),
       format('INSERT INTO %I SELECT * FROM source', name), format('VACUUM ANALYZE %I', name)
  FROM unnest(ARRAY[:'ours', :'hand']) name \gexec
\set name 'give 2,000,000 rows another modulus'
SELECT 'public.' || :'ours' AS set \gset
SELECT format('CALL partman.set_modulus(%L, 8)', :'set') AS work \gset
\i beside/measure.sql
SELECT count(*) = 8 AS as_wanted FROM pg_inherits WHERE inhparent = (:'set')::regclass \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'not 8 partitions'; END$$;
\endif
SELECT format('DROP TABLE %I', name) FROM unnest(ARRAY[:'ours', :'hand']) name \gexec
DELETE FROM partman.part_config;
