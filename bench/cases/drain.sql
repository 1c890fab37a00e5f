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
CREATE SEQUENCE fresh START 10000000;
CREATE FUNCTION change_beside(parent text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    place bigint := 200000 + floor(random() * 4800000);
BEGIN
    EXECUTE format('UPDATE %I SET v = v + 1 WHERE id = $1', parent) USING place;
    EXECUTE format('UPDATE %1$I SET v = v - (SELECT count(*) FROM %1$I WHERE id = $1) WHERE id = 100000', parent) USING place;
    EXECUTE format('WITH gone AS (DELETE FROM %1$I WHERE id = $1 RETURNING v, note)
                    INSERT INTO %1$I SELECT nextval(''fresh''), v, note FROM gone', parent) USING place + 100000;
END $$;
CREATE FUNCTION sums_beside(parent text) RETURNS text LANGUAGE sql AS
    $$SELECT format('SELECT concat_ws('' '', count(*), sum(v)) FROM %I', parent)$$;
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
\i beside/setup.sql
--@ measure
SET client_min_messages = warning;
SELECT 'ours_' || :round AS ours, 'hand_' || :round AS hand \gset
SELECT format('CREATE TABLE %I (id bigint PRIMARY KEY, v bigint, note text) PARTITION BY RANGE (id)', name),
       format('SELECT partman.create_parent(%L, ''id'', ''200000'', p_start_partition := ''0'', p_premake := 1)', 'public.' || name),
       format('DROP TABLE IF EXISTS %I', name || '_p200000'),
       format('INSERT INTO %I VALUES (100000, 0, '''')', name), format('INSERT INTO %I SELECT * FROM source', name), format('VACUUM ANALYZE %I', name)
  FROM unnest(ARRAY[:'ours', :'hand']) name \gexec
UPDATE partman.part_config SET automatic_maintenance = CASE WHEN parent_table = 'public.' || :'ours' THEN 'on' ELSE 'off' END;
\set name 'empty a default partition of 5,000,000 rows'
\set work 'CALL partman.run_maintenance_proc()'
\i beside/measure.sql
SELECT (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I WHERE id BETWEEN 200000 AND 5199999', :'ours' || '_default'), false, true, '')))[1]::text::int = 0
   AND (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I WHERE id BETWEEN 200000 AND 5199999', :'hand' || '_default'), false, true, '')))[1]::text::int = 0 AS as_wanted \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'rows are left in a default partition'; END$$;
\endif
SELECT format('DROP TABLE %I', name) FROM unnest(ARRAY[:'ours', :'hand']) name \gexec
DELETE FROM partman.part_config;
