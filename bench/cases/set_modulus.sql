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
CREATE TABLE stop ();
CREATE TABLE told (who text, worst_ms float8, rounds int, failures int);
CREATE PROCEDURE write_beside(parent text) LANGUAGE plpgsql AS $$
DECLARE
    worst float8 := 0; began timestamptz; place bigint; failures int := 0; rounds int := 0;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        place := 1 + floor(random() * 1999999);
        COMMIT;
        began := clock_timestamp();
        BEGIN
            EXECUTE format('UPDATE %I SET v = v + 1 WHERE id = $1', parent) USING place;
            -- to another partition: what it has got is in both columns
            EXECUTE format('UPDATE %I SET id = id + 10000000, v = v + 10000000 WHERE id = $1', parent) USING place + 1;
            EXECUTE format('WITH gone AS (DELETE FROM %1$I WHERE id = $1 RETURNING *) INSERT INTO %1$I SELECT id + 20000000, v + 20000000, note FROM gone', parent) USING place;
        EXCEPTION WHEN OTHERS THEN
            failures := failures + 1;
        END;
        COMMIT;
        worst := greatest(worst, extract(epoch FROM clock_timestamp() - began) * 1000);
        rounds := rounds + 1;
        PERFORM pg_sleep(0.002);
    END LOOP;
    INSERT INTO told VALUES ('writer', worst, rounds, failures);
END $$;
CREATE PROCEDURE look_beside(parent text) LANGUAGE plpgsql AS $$
DECLARE
    expected text; seen text; rounds int := 0; failures int := 0;
    -- The first kind of change is of v alone, and small.
    sums text := format('SELECT concat_ws('' '', count(*), sum(hashint8((id - v / 10000000 * 10000000)))) FROM %I', parent);
BEGIN
    EXECUTE sums INTO expected;
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        COMMIT;
        FOR i IN 1..2 LOOP
            EXECUTE sums INTO seen;
            failures := failures + (seen <> expected)::int;
        END LOOP;
        COMMIT;
        rounds := rounds + 1;
    END LOOP;
    INSERT INTO told VALUES ('looker', 0, rounds, failures);
END $$;
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
-- Waits until so many have told what they saw.
CREATE PROCEDURE hear(wanted int) LANGUAGE plpgsql AS $$
BEGIN
    WHILE (SELECT count(*) FROM told) < wanted LOOP
        COMMIT;
        PERFORM pg_sleep(0.1);
    END LOOP;
END $$;
--@ measure
SET client_min_messages = warning;
SELECT 'ours_' || :round AS ours, 'hand_' || :round AS hand \gset
SELECT format('CREATE TABLE %I (id bigint PRIMARY KEY, v bigint, note text) PARTITION BY HASH (id)', name),
       format('SELECT partman.create_parent(%L, ''id'', p_type := ''hash'', p_modulus := 4)', 'public.' || name),
       format('INSERT INTO %I SELECT * FROM source', name), format('VACUUM ANALYZE %I', name)
  FROM unnest(ARRAY[:'ours', :'hand']) name \gexec
TRUNCATE stop, told;
\setenv PGHOST :HOST
\setenv PGPORT :PORT
\setenv PGUSER :USER
\setenv PGDATABASE :DBNAME
CHECKPOINT;

SELECT 'CALL write_beside(''' || :'ours' || ''')' AS write, 'CALL look_beside(''' || :'ours' || ''')' AS look \gset
\setenv WRITE :write
\setenv LOOK :look
\! (psql -Xqc "$WRITE" & PGOPTIONS='-c default_transaction_isolation=repeatable\ read' psql -Xqc "$LOOK" &) >/dev/null 2>&1; sleep 0.5
SELECT 'public.' || :'ours' AS set \gset
\timing on
\echo @ give 2,000,000 rows another modulus: ours
CALL partman.set_modulus(:'set', 8);
\timing off
INSERT INTO stop DEFAULT VALUES;
CALL hear(2);
SELECT worst_ms, failures = 0 AND (SELECT failures = 0 AND rounds > 0 FROM told WHERE who = 'looker') AS unseen FROM told WHERE who = 'writer' \gset
\echo @ longest wait of a writer beside that: ours
\echo Time: :worst_ms ms
\if :unseen
\else
TABLE told;
DO $$BEGIN RAISE EXCEPTION 'somebody has noticed'; END$$;
\endif
TRUNCATE stop, told;
CHECKPOINT;

SELECT 'CALL write_beside(''' || :'hand' || ''')' AS write \gset
\setenv WRITE :write
\! (psql -Xqc "$WRITE" &) >/dev/null 2>&1; sleep 0.5
\timing on
\echo @ give 2,000,000 rows another modulus: by hand
CALL by_hand(:'hand');
\timing off
INSERT INTO stop DEFAULT VALUES;
CALL hear(1);
SELECT worst_ms FROM told \gset
\echo @ longest wait of a writer beside that: by hand
\echo Time: :worst_ms ms
SELECT count(*) = 8 AS as_wanted FROM pg_inherits WHERE inhparent = (:'set')::regclass \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'not 8 partitions'; END$$;
\endif
SELECT format('DROP TABLE %I', name) FROM unnest(ARRAY[:'ours', :'hand']) name \gexec
DELETE FROM partman.part_config;
