-- One set of 5,000 partitions, in a new session and again in the same one: maintenance that finds nothing to do, and
-- the list of the partitions with their bounds.
-- By hand: one statement that prints the bounds of all these partitions, in the same states of a session.
-- target: nothing to do, one set x 5,000, fresh|1
-- target: nothing to do, one set x 5,000, warm|0.02
-- target: list 5,000 partitions, fresh|1
-- target: list 5,000 partitions, warm|1
--@ setup
CREATE TABLE t (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
-- More than one transaction has locks for: the procedure makes the rest.
SET client_min_messages = error;
SELECT partman.create_parent('public.t', 'at', '1 hour', p_premake := 4,
                             p_start_partition := (now() - interval '4995 hours')::text);
CALL partman.run_maintenance_proc();
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

\c
\timing on
\echo @ list 5,000 partitions, fresh: ours
SELECT partition_table, bound FROM partman.partitions WHERE parent_table = 'public.t';
\echo @ list 5,000 partitions, warm: ours
SELECT partition_table, bound FROM partman.partitions WHERE parent_table = 'public.t';
\timing off

\c
\timing on
\echo @ list 5,000 partitions, fresh: by hand
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 't'::regclass;
\echo @ list 5,000 partitions, warm: by hand
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 't'::regclass;
\timing off

SELECT (SELECT count(*) FROM pg_inherits WHERE inhparent = 't'::regclass) = partitions AND partitions > 5000
       AS as_wanted FROM expected \gset
\if :as_wanted
\else
DO $$BEGIN RAISE EXCEPTION 'there are not 5,000 partitions, or maintenance had something to do'; END$$;
\endif
