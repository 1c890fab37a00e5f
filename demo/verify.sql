-- Compares each set with what a calendar says, computed here by plain SQL: as many partitions as there are months or
-- days, and not one row in a default partition.  Takes made_at, and retired: whether retention has been applied.
CREATE TEMP VIEW checked AS
WITH wanted (parent_table, unit, back, premake, retention) AS (
    VALUES ('public.orders', 'month', interval '30 months', 3, interval '24 months'),
           ('public.journal_entries', 'month', interval '5 years', 3, interval '24 months'),
           ('public.audit_logs', 'month', interval '18 months', 3, interval '12 months'),
           ('public.trades', 'day', interval '14 months', 7, interval '12 months'),
           ('public.workflow_logs', 'day', interval '9 months', 7, interval '6 months')
), bounds AS (
    SELECT parent_table, count(*) AS computed
      FROM wanted,
           CAST('1 ' || unit AS interval) AS step,
           CAST(:'made_at' AS timestamptz) AS made_at,
           generate_series(date_trunc(unit, made_at - back), made_at + premake * step, step) AS bound
     WHERE bound < made_at + premake * step
       AND (NOT :retired OR bound + step >= made_at - retention)
     GROUP BY parent_table
), there AS (
    SELECT parent_table, count(*) AS partitions
      FROM wanted, partman.show_partitions(parent_table)
     GROUP BY parent_table
), loaded (parent_table, rows) AS (
    SELECT 'public.orders', count(*) FROM orders
    UNION ALL SELECT 'public.journal_entries', count(*) FROM journal_entries
    UNION ALL SELECT 'public.audit_logs', count(*) FROM audit_logs
    UNION ALL SELECT 'public.trades', count(*) FROM trades
    UNION ALL SELECT 'public.workflow_logs', count(*) FROM workflow_logs
), defaults AS (
    SELECT sum(count) AS rows FROM partman.check_default()
)
SELECT parent_table AS "table", loaded.rows, computed, partitions,
       computed = partitions AND defaults.rows IS NULL AS ok
  FROM bounds JOIN there USING (parent_table) JOIN loaded USING (parent_table), defaults
 ORDER BY parent_table;

SELECT "table", rows, computed AS "computed partitions", partitions AS "partitions there",
       CASE WHEN ok THEN 'yes, default empty' ELSE 'NO' END AS "as expected"
  FROM checked;
SELECT count(*) = 5 AND bool_and(ok) AS good FROM checked \gset
\if :good
\else
DO $$BEGIN RAISE EXCEPTION 'the partitions are not as computed'; END$$;
\endif
