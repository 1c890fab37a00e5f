-- The health of 10,000 partitions, half of them in one set and half in 500 sets, in a new session and again in the same one.
-- By hand: one statement that prints the bounds of all these partitions, in the same states of a session.
-- target: health of 10,000 partitions, fresh|1
-- target: health of 10,000 partitions, warm|0.5
--@ setup
CREATE TABLE t (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
-- More than one transaction has locks for: the procedure makes the rest.
SET client_min_messages = error;
SELECT partman.create_parent('public.t', 'at', '1 hour', p_premake := 4,
                             p_start_partition := (now() - interval '4995 hours')::text);
SELECT format('CREATE TABLE t%s (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at)', n)
  FROM generate_series(1, 500) n \gexec
SELECT format('SELECT partman.create_parent(%L, ''at'', ''1 day'', p_premake := 5)', 'public.t' || n)
  FROM generate_series(1, 500) n \gexec
CALL partman.run_maintenance_proc();
VACUUM ANALYZE;
--@ measure
\c
\timing on
\echo @ health of 10,000 partitions, fresh: ours
SELECT * FROM partman.health;
\echo @ health of 10,000 partitions, warm: ours
SELECT * FROM partman.health;
\timing off

\c
\timing on
\echo @ health of 10,000 partitions, fresh: by hand
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
 WHERE p.relkind = 'p';
\echo @ health of 10,000 partitions, warm: by hand
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
 WHERE p.relkind = 'p';
\timing off

SELECT count(*) = 501 AND sum(partitions) >= 10000 AND bool_and(ok) AS as_wanted FROM partman.health \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'there are not 10,000 healthy partitions in 501 sets'; END$$;
\endif
