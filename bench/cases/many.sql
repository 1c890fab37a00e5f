-- Maintenance that finds nothing to do in 1,000 sets of 15 partitions, in a new session and again in the same one.
-- By hand: one statement that prints the bounds of all these partitions, in the same states of a session.
-- target: nothing to do, 1,000 sets x 15, fresh|1
-- target: nothing to do, 1,000 sets x 15, warm|0.02
--@ setup
SELECT format('CREATE TABLE t%s (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at)', n)
  FROM generate_series(1, 1000) n \gexec
SELECT format('SELECT partman.create_parent(%L, ''at'', ''1 day'', p_premake := 7)', 'public.t' || n)
  FROM generate_series(1, 1000) n \gexec
SELECT partman.run_maintenance();
VACUUM ANALYZE;
--@ measure
\c
\timing on
\echo @ nothing to do, 1,000 sets x 15, fresh: ours
SELECT partman.run_maintenance();
\echo @ first warm-up: ours
SELECT partman.run_maintenance();
\echo @ nothing to do, 1,000 sets x 15, warm: ours
SELECT partman.run_maintenance();
\timing off

\c
\timing on
\echo @ nothing to do, 1,000 sets x 15, fresh: by hand
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
 WHERE p.relkind = 'p';
\echo @ first warm-up: by hand
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
 WHERE p.relkind = 'p';
\echo @ nothing to do, 1,000 sets x 15, warm: by hand
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
 WHERE p.relkind = 'p';
\timing off

-- With defaults there are 16 tables per set.
SELECT count(*) = 16000 AS as_wanted FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent AND c.relkind = 'p' \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'not 15 partitions and a default in each set: maintenance had something to do'; END$$;
\endif
