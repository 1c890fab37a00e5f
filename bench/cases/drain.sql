-- Empties a default partition of 5 million rows (two bigints, 80 bytes of text, a primary key) into 25 partitions beside a
-- client that updates, deletes and inserts there: how long that takes, and how long the client waits at worst.  Beside ours
-- another client compares number and sum of all rows again and again, twice in each transaction in REPEATABLE READ; the case
-- fails if they ever change, or if a statement of the first client fails.
-- By hand: for each partition CREATE TABLE, DELETE ... RETURNING into INSERT, ATTACH, all in one transaction with the table locked
-- against writers, so that no row is missed and nobody's statement fails.
-- target: empty a default partition of 5,000,000 rows|2
-- target: longest wait of a writer beside that|0.1
--@ setup
SET client_min_messages = warning;
CREATE TABLE source AS SELECT i AS id, 0::bigint AS v, repeat('x', 80) AS note FROM generate_series(200000, 5199999) i;
CREATE TABLE stop ();
CREATE TABLE told (who text, worst_ms float8, rounds int, failures int);
CREATE SEQUENCE fresh START 10000000;
CREATE PROCEDURE write_beside(parent text) LANGUAGE plpgsql AS $$
DECLARE
    worst float8 := 0; began timestamptz; place bigint; failures int := 0; rounds int := 0;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        place := 200000 + floor(random() * 4800000);
        COMMIT;
        began := clock_timestamp();
        BEGIN
            EXECUTE format('UPDATE %I SET v = v + 1 WHERE id = $1', parent) USING place;
            EXECUTE format('UPDATE %1$I SET v = v - (SELECT count(*) FROM %1$I WHERE id = $1) WHERE id = 100000', parent) USING place;
            EXECUTE format('WITH gone AS (DELETE FROM %1$I WHERE id = $1 RETURNING v, note)
                            INSERT INTO %1$I SELECT nextval(''fresh''), v, note FROM gone', parent) USING place + 100000;
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
BEGIN
    EXECUTE format('SELECT concat_ws('' '', count(*), sum(v)) FROM %I', parent) INTO expected;
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        COMMIT;
        FOR i IN 1..2 LOOP
            EXECUTE format('SELECT concat_ws('' '', count(*), sum(v)) FROM %I', parent) INTO seen;
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
    FOR start IN 200000..5000000 BY 200000 LOOP
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', parent || '_' || start, parent);
        EXECUTE format('WITH moved AS (DELETE FROM %I WHERE id >= %s AND id < %s RETURNING *) INSERT INTO %I SELECT * FROM moved',
                       parent || '_default', start, start + 200000, parent || '_' || start);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', parent, parent || '_' || start, start, start + 200000);
    END LOOP;
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
SELECT format('CREATE TABLE %I (id bigint PRIMARY KEY, v bigint, note text) PARTITION BY RANGE (id)', name),
       format('SELECT partman.create_parent(%L, ''id'', ''200000'', p_start_partition := ''0'', p_premake := 1)', 'public.' || name),
       format('DROP TABLE IF EXISTS %I', name || '_p200000'),
       format('INSERT INTO %I VALUES (100000, 0, '''')', name), format('INSERT INTO %I SELECT * FROM source', name), format('VACUUM ANALYZE %I', name)
  FROM unnest(ARRAY[:'ours', :'hand']) name \gexec
UPDATE partman.part_config SET automatic_maintenance = CASE WHEN parent_table = 'public.' || :'ours' THEN 'on' ELSE 'off' END;
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
\timing on
\echo @ empty a default partition of 5,000,000 rows: ours
CALL partman.run_maintenance_proc();
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
\echo @ empty a default partition of 5,000,000 rows: by hand
CALL by_hand(:'hand');
\timing off
INSERT INTO stop DEFAULT VALUES;
CALL hear(1);
SELECT worst_ms FROM told \gset
\echo @ longest wait of a writer beside that: by hand
\echo Time: :worst_ms ms
SELECT (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I WHERE id BETWEEN 200000 AND 5199999', :'ours' || '_default'), false, true, '')))[1]::text::int = 0
   AND (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I WHERE id BETWEEN 200000 AND 5199999', :'hand' || '_default'), false, true, '')))[1]::text::int = 0 AS as_wanted \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'rows are left in a default partition'; END$$;
\endif
SELECT format('DROP TABLE %I', name) FROM unnest(ARRAY[:'ours', :'hand']) name \gexec
DELETE FROM partman.part_config;
