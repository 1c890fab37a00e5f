-- What has become of it all.  A row of the live table is lost if the client was told that it is stored, it is not there
-- any more, and its partition has not been retired, or was before its time.  Takes acknowledged and worst from pgbench.
CREATE TEMP TABLE gone AS
SELECT id, created_at
  FROM receipts r
 WHERE NOT EXISTS (SELECT FROM live l WHERE l.id = r.id AND l.created_at = r.created_at);

-- The worker goes on meanwhile, and a drop stands in the history a moment after it happened.
SELECT pg_sleep(1) \gset

CREATE TEMP TABLE facts AS
WITH history AS (
    SELECT count(*) FILTER (WHERE action <> 'create') AS retired,
           count(*) FILTER (WHERE caller = 'worker' AND action = 'create') AS made_by_worker,
           count(*) FILTER (WHERE caller = 'worker' AND action <> 'create') AS retired_by_worker
      FROM partman.maintenance_history
     WHERE action <> 'maintain' AND outcome = 'ok'
), dropped AS (
    SELECT tstzrange(substring(bounds FROM 'FROM \(''(.*)''\) TO')::timestamptz,
                     substring(bounds FROM 'TO \(''(.*)''\)')::timestamptz) AS bounds, finished_at
      FROM partman.maintenance_history
     WHERE parent_table = 'public.live' AND action = 'drop' AND outcome = 'ok'
), retired AS (
    SELECT count(*) AS rows
      FROM gone JOIN dropped ON created_at <@ bounds AND finished_at > upper(bounds) + interval '12 seconds'
)
SELECT history.*, receipts.rows AS receipts, retired.rows AS retired_rows,
       (SELECT count(*) FROM gone) - retired.rows + greatest(:acknowledged - receipts.rows, 0) AS lost,
       (SELECT count(*) FROM partman.part_config) AS sets,
       (SELECT count(*) FROM partman.partitions WHERE NOT is_default) AS present
  FROM history, retired, (SELECT count(*) AS rows FROM receipts) AS receipts;

SELECT format('%-22s %s', label, value)
  FROM facts,
       LATERAL (VALUES (1, 'sets', sets::text),
                       (2, 'partitions made', format('%s, %s of them by the worker', present + retired, made_by_worker)),
                       (3, 'partitions retired', format('%s, %s of them by the worker', retired, retired_by_worker)),
                       (4, 'rows written live', format('%s, of which %s were retired when their time had come', receipts,
                                                       retired_rows)),
                       (5, 'rows lost', lost::text),
                       (6, 'worst insert latency', format('%s ms', :'worst'))) AS line (place, label, value)
 ORDER BY place;

SELECT lost = 0 AND made_by_worker > 0 AND retired_by_worker > 0 AS good FROM facts \gset
\if :good
\else
DO $$BEGIN RAISE EXCEPTION 'rows were lost, or the worker did not work'; END$$;
\endif
