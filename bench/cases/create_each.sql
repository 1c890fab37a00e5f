-- 200 sets that need one partition each, with two indexes.
-- By hand: 200 times CREATE TABLE ... PARTITION OF, in one transaction.
-- target: 200 sets make one partition each|1.5
--@ setup
SELECT format('CREATE TABLE %s%s (id bigint, at timestamptz NOT NULL, note text, PRIMARY KEY (id, at))
               PARTITION BY RANGE (at)', side, n), format('CREATE INDEX ON %s%s (at)', side, n)
  FROM generate_series(1, 200) n, unnest(ARRAY['t', 'hand']) side \gexec
SELECT format('SELECT partman.create_parent(%L, ''at'', ''1 day'', p_premake := 7)', 'public.t' || n)
  FROM generate_series(1, 200) n \gexec
-- The tables of the other side: the same partitions.
SELECT format('CREATE TABLE hand%s_%s PARTITION OF hand%s FOR VALUES FROM (%L) TO (%L)', n, day, n,
              today + (day - 8) * interval '1 day', today + (day - 7) * interval '1 day')
  FROM generate_series(1, 200) n, generate_series(1, 15) day, date_trunc('day', now()) today \gexec
SELECT format('CREATE TABLE hand%s_default PARTITION OF hand%s DEFAULT', n, n) FROM generate_series(1, 200) n \gexec
SELECT partman.run_maintenance();
VACUUM ANALYZE;
--@ measure
SELECT count(*) AS before FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent AND c.relkind = 'p' \gset
UPDATE partman.part_config SET premake = premake + 1;
CHECKPOINT;

\c
\timing on
\echo @ 200 sets make one partition each: ours
SELECT partman.run_maintenance();
\timing off

\c
SELECT set_config('bench.day', (15 + :round)::text, false);
\timing on
\echo @ 200 sets make one partition each: by hand
DO $$
DECLARE
    day int := current_setting('bench.day')::int;
    lower timestamptz := date_trunc('day', now()) + (day - 8) * interval '1 day';
BEGIN
    FOR n IN 1 .. 200 LOOP
        EXECUTE format('CREATE TABLE hand%s_%s PARTITION OF hand%s FOR VALUES FROM (%L) TO (%L)', n, day, n, lower,
                       lower + interval '1 day');
    END LOOP;
END $$;
\timing off

SELECT count(*) = :before + 400 AS as_wanted
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent AND c.relkind = 'p' \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'not one new partition in each table'; END$$;
\endif
