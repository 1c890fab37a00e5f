-- Maintenance that finds nothing to do in one set of 5,000 partitions, in a new session and again in the same one.
-- By hand: one statement that prints the bounds of all these partitions, in the same states of a session.
-- target: nothing to do, one set x 5,000, fresh|1
-- target: nothing to do, one set x 5,000, warm|0.02
--@ setup
CREATE TABLE t (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.t', 'at', '1 hour', p_premake := 4,
                             p_start_partition := (now() - interval '4995 hours')::text);
SELECT partman.run_maintenance();
VACUUM ANALYZE;
SELECT count(*) AS partitions FROM pg_inherits WHERE inhparent = 't'::regclass \gset
CREATE TABLE expected AS SELECT :partitions AS partitions;
--@ measure
\c
\timing on
\echo @ nothing to do, one set x 5,000, fresh: ours
SELECT partman.run_maintenance();
\echo @ first warm-up: ours
SELECT partman.run_maintenance();
\echo @ nothing to do, one set x 5,000, warm: ours
SELECT partman.run_maintenance();
\timing off

\c
\timing on
\echo @ nothing to do, one set x 5,000, fresh: by hand
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
 WHERE p.relkind = 'p';
\echo @ first warm-up: by hand
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
 WHERE p.relkind = 'p';
\echo @ nothing to do, one set x 5,000, warm: by hand
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
 WHERE p.relkind = 'p';
\timing off

SELECT (SELECT count(*) FROM pg_inherits WHERE inhparent = 't'::regclass) = partitions AND partitions > 5000
       AS as_wanted FROM expected \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'there are not 5,000 partitions, or maintenance had something to do'; END$$;
\endif
