-- Moves 3 million rows of 30 daily partitions (bigint, timestamptz, 80 bytes of text, a primary key) into one table that has the
-- primary key, and drops the partitions.
-- By hand: for each partition INSERT INTO ... SELECT, DROP TABLE.
-- target: undo 30 partitions, 3,000,000 rows, one call|1
-- target: undo 30 partitions, 3,000,000 rows, procedure|1
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
    partition regclass;
BEGIN
    FOR partition IN SELECT inhrelid FROM pg_inherits WHERE inhparent = parent::regclass ORDER BY inhrelid LOOP
        EXECUTE format('INSERT INTO %I SELECT * FROM %s', parent || '_plain', partition);
        EXECUTE format('DROP TABLE %s', partition);
    END LOOP;
END $$;
--@ measure
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SELECT format('CREATE TABLE %I (id bigint, at timestamptz NOT NULL, note text, PRIMARY KEY (id, at))
               PARTITION BY RANGE (at)', name),
       format('SELECT partman.create_parent(%L, ''at'', ''1 day'', p_premake := 1, p_start_partition := ''2026-01-01'')', 'public.' || name),
       format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name || '_plain', name),
       format('INSERT INTO %I SELECT * FROM source', name), format('VACUUM ANALYZE %I', name)
  FROM unnest(ARRAY['call_' || :round, 'proc_' || :round, 'hand_' || :round, 'same_' || :round]) name \gexec
SELECT format('CALL partman.undo_partition_proc(%L, %L, p_wait := 0, p_keep_table := false, p_quiet := true)',
              'public.proc_' || :round, 'public.proc_' || :round || '_plain') AS call \gset
CHECKPOINT;

SELECT pg_current_wal_insert_lsn() AS wal_start \gset
\timing on
\echo @ undo 30 partitions, 3,000,000 rows, one call: ours
SELECT partman.undo_partition('public.call_' || :round, 'public.call_' || :round || '_plain', 1000, p_keep_table := false);
\timing off
SELECT round(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'wal_start') / 1e6, 1) AS wal \gset
\echo @ the same, one call, MB of WAL: ours
\echo Time: :wal
CHECKPOINT;

SELECT pg_current_wal_insert_lsn() AS wal_start \gset
\timing on
\echo @ undo 30 partitions, 3,000,000 rows, procedure: ours
:call;
\timing off
SELECT round(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'wal_start') / 1e6, 1) AS wal \gset
\echo @ the same, procedure, MB of WAL: ours
\echo Time: :wal
CHECKPOINT;

SELECT pg_current_wal_insert_lsn() AS wal_start \gset
\timing on
\echo @ undo 30 partitions, 3,000,000 rows, one call: by hand
SELECT by_hand('hand_' || :round);
\timing off
SELECT round(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'wal_start') / 1e6, 1) AS wal \gset
\echo @ the same, one call, MB of WAL: by hand
\echo Time: :wal
CHECKPOINT;

SELECT pg_current_wal_insert_lsn() AS wal_start \gset
\timing on
\echo @ undo 30 partitions, 3,000,000 rows, procedure: by hand
SELECT by_hand('same_' || :round);
\timing off
SELECT round(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'wal_start') / 1e6, 1) AS wal \gset
\echo @ the same, procedure, MB of WAL: by hand
\echo Time: :wal

SELECT count(*) = 4 AND min(moved) = 3000000 AND max(moved) = 3000000 AS as_wanted
  FROM (SELECT (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I', name || '_plain'), false, true, '')))[1]::text::int AS moved
          FROM unnest(ARRAY['call_' || :round, 'proc_' || :round, 'hand_' || :round, 'same_' || :round]) name) counted \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'rows are missing'; END$$;
\endif
SELECT format('DROP TABLE %I, %I', name, name || '_plain') FROM unnest(ARRAY['call_' || :round, 'proc_' || :round, 'hand_' || :round, 'same_' || :round]) name \gexec
