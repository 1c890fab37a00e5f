-- How long an INSERT waits at worst while a partition is retired beside a reader whose transaction takes 4 s.
-- By hand: DROP TABLE, which waits for the reader, and everybody else behind it.
-- target: longest stall beside a reader of 4 s|0.12
--@ setup
CREATE PROCEDURE insert_for(parent text, duration interval, INOUT worst_ms float8 DEFAULT 0) LANGUAGE plpgsql AS $$
DECLARE
    until timestamptz := clock_timestamp() + duration;
    began timestamptz;
BEGIN
    WHILE clock_timestamp() < until LOOP
        began := clock_timestamp();
        EXECUTE format('INSERT INTO %I VALUES (now())', parent);
        COMMIT;
        worst_ms := greatest(worst_ms, extract(epoch FROM clock_timestamp() - began) * 1000);
        PERFORM pg_sleep(0.005);
    END LOOP;
END $$;
--@ measure
SET client_min_messages = warning;
SELECT 'ours_' || :round AS ours, 'hand_' || :round AS hand \gset
SELECT format('CREATE TABLE %I (at timestamptz NOT NULL) PARTITION BY RANGE (at)', name),
       format('SELECT partman.create_parent(%L, ''at'', ''1 day'', p_premake := 2)', 'public.' || name)
  FROM unnest(ARRAY[:'ours', :'hand']) name \gexec
SELECT min(inhrelid::regclass::text) AS oldest FROM pg_inherits
 WHERE inhparent = :'hand'::regclass AND inhrelid::regclass::text !~ 'default' \gset
UPDATE partman.part_config SET retention = '1 day', retention_keep_table = false
 WHERE parent_table = 'public.' || :'ours';
\setenv PGHOST :HOST
\setenv PGPORT :PORT
\setenv PGUSER :USER
\setenv PGDATABASE :DBNAME

SELECT 'SELECT count(*) FROM ' || :'ours' || '; SELECT pg_sleep(4)' AS read,
       format('SELECT partman.run_maintenance(%L)', 'public.' || :'ours') AS retire \gset
\setenv READ :read
\setenv RETIRE :retire
\! psql -Xqc "$READ" >/dev/null & sleep 0.3; psql -Xqc "$RETIRE" >/dev/null 2>&1 &
CALL insert_for(:'ours', '4 s') \gset
\echo @ longest stall beside a reader of 4 s: ours
\echo Time: :worst_ms ms

SELECT 'SELECT count(*) FROM ' || :'hand' || '; SELECT pg_sleep(4)' AS read,
       'DROP TABLE ' || :'oldest' AS retire \gset
\setenv READ :read
\setenv RETIRE :retire
\! psql -Xqc "$READ" >/dev/null & sleep 0.3; psql -Xqc "$RETIRE" >/dev/null &
CALL insert_for(:'hand', '4 s') \gset
\echo @ longest stall beside a reader of 4 s: by hand
\echo Time: :worst_ms ms

-- The reader has let go: now it is no trouble.
SELECT pg_sleep(1);
SELECT partman.run_maintenance('public.' || :'ours');
SELECT count(*) = 2 AND min(left_over) = max(left_over) AS as_wanted
  FROM (SELECT inhparent, count(*) AS left_over FROM pg_inherits
         WHERE inhparent IN (:'ours'::regclass, :'hand'::regclass) GROUP BY inhparent) counted \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'the two sides did not retire the same'; END$$;
\endif
