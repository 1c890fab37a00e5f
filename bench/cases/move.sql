-- Moves 3 million rows (bigint, timestamptz, 80 bytes of text, a primary key) from the default partition into 30
-- daily partitions.
-- By hand: for each day CREATE TABLE, DELETE ... RETURNING into INSERT, ATTACH.
-- target: move 3,000,000 rows, one call|0.35
-- target: move 3,000,000 rows, procedure|0.35
-- target: the same, one call, MB of WAL|1
-- target: the same, procedure, MB of WAL|1
--@ setup
SET client_min_messages = warning;
SET TimeZone = 'UTC';
CREATE TABLE source AS
SELECT i AS id, timestamptz '2026-01-01' + i * interval '30 days' / 3000000 AS at, repeat('x', 80) AS note
  FROM generate_series(0, 2999999) i;
CREATE FUNCTION by_hand(parent text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    day timestamptz;
BEGIN
    FOR day IN SELECT generate_series(timestamptz '2026-01-01', '2026-01-30', '1 day') LOOP
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', parent || to_char(day, '_MMDD'), parent);
        EXECUTE format('WITH moved AS (DELETE FROM %I WHERE at >= %L AND at < %L RETURNING *)
                        INSERT INTO %I SELECT * FROM moved',
                       parent || '_default', day, day + interval '1 day', parent || to_char(day, '_MMDD'));
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent,
                       parent || to_char(day, '_MMDD'), day, day + interval '1 day');
    END LOOP;
END $$;
--@ measure
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SELECT format('CREATE TABLE %I (id bigint, at timestamptz NOT NULL, note text, PRIMARY KEY (id, at))
               PARTITION BY RANGE (at)', name),
       format('SELECT partman.create_parent(%L, ''at'', ''1 day'', p_premake := 1)', 'public.' || name),
       format('INSERT INTO %I SELECT * FROM source', name), format('VACUUM ANALYZE %I', name)
  FROM unnest(ARRAY['call_' || :round, 'proc_' || :round, 'hand_' || :round, 'same_' || :round]) name \gexec
CHECKPOINT;

SELECT pg_current_wal_insert_lsn() AS wal_start \gset
\timing on
\echo @ move 3,000,000 rows, one call: ours
SELECT partman.partition_data_time('public.call_' || :round, 30, p_analyze := false);
\timing off
SELECT round(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'wal_start') / 1e6, 1) AS wal \gset
\echo @ the same, one call, MB of WAL: ours
\echo Time: :wal
CHECKPOINT;
SELECT 'CALL partman.partition_data_proc(' || quote_literal('public.proc_' || :round) || ', p_wait := 0, p_quiet := true)' AS call \gset
SELECT pg_current_wal_insert_lsn() AS wal_start \gset
\timing on
\echo @ move 3,000,000 rows, procedure: ours
:call;
\timing off
SELECT round(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'wal_start') / 1e6, 1) AS wal \gset
\echo @ the same, procedure, MB of WAL: ours
\echo Time: :wal
CHECKPOINT;

SELECT pg_current_wal_insert_lsn() AS wal_start \gset
\timing on
\echo @ move 3,000,000 rows, one call: by hand
SELECT by_hand('hand_' || :round);
\timing off
SELECT round(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'wal_start') / 1e6, 1) AS wal \gset
\echo @ the same, one call, MB of WAL: by hand
\echo Time: :wal
CHECKPOINT;
SELECT pg_current_wal_insert_lsn() AS wal_start \gset
\timing on
\echo @ move 3,000,000 rows, procedure: by hand
SELECT by_hand('same_' || :round);
\timing off
SELECT round(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'wal_start') / 1e6, 1) AS wal \gset
\echo @ the same, procedure, MB of WAL: by hand
\echo Time: :wal

SELECT count(*) = 4 AND min(moved) = 3000000 AND max(moved) = 3000000 AS as_wanted
  FROM (SELECT (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I', name), false, true, '')))[1]::text::int AS moved
          FROM unnest(ARRAY['call_' || :round, 'proc_' || :round, 'hand_' || :round, 'same_' || :round]) name) counted \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'rows are missing'; END$$;
\endif
SELECT format('DROP TABLE %I', name) FROM unnest(ARRAY['call_' || :round, 'proc_' || :round, 'hand_' || :round, 'same_' || :round]) name \gexec
