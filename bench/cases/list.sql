-- Lists the 5,000 partitions of a set with their bounds, in a new session and again in the same one.
-- By hand: one statement that prints the bounds as text.
-- target: list 5,000 partitions, fresh|1
-- target: list 5,000 partitions, warm|1
--@ setup
CREATE TABLE t (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.t', 'at', '1 hour', p_premake := 4,
                             p_start_partition := (now() - interval '4995 hours')::text);
VACUUM ANALYZE;
--@ measure
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
