-- One picture of the live table: a line per partition, then what has happened so far.
SELECT count(*) AS receipts FROM receipts \gset
WITH counted AS (
    SELECT tableoid AS oid, count(*) AS rows FROM live GROUP BY tableoid
), shown AS (
    SELECT partition_table, lower_time, upper_time, coalesce(rows, 0) AS rows,
           CASE WHEN upper_time < clock_timestamp() - interval '12 seconds' THEN 'expired'
                WHEN upper_time <= clock_timestamp()
                    THEN 'goes in ' || ceil(extract(epoch FROM upper_time + interval '12 seconds' - clock_timestamp())) || ' s'
                WHEN lower_time <= clock_timestamp() THEN '<- now'
                ELSE 'ahead' END AS state
      FROM partman.partitions LEFT JOIN counted ON oid = partition_oid
     WHERE parent_table = 'public.live' AND NOT is_default
)
SELECT line FROM (
    SELECT 0 AS part, NULL::timestamptz AS lower_time,
           format('%s  %s', to_char(clock_timestamp(), 'HH24:MI:SS'), rpad('', least(:second, :seconds), '='))
               || rpad('', :seconds - :second, '.') AS line
    UNION ALL
    SELECT 1, NULL, format('%-28s %-8s   %-8s %6s', 'partition', 'from', 'to', 'rows')
    UNION ALL
    SELECT 2, lower_time,
           format('%-28s %s - %s %6s  %-20s %s', partition_table, to_char(lower_time, 'HH24:MI:SS'),
                  to_char(upper_time, 'HH24:MI:SS'), rows, rpad('', (rows / 30)::int, '#'), state)
      FROM shown
    UNION ALL
    SELECT 3, NULL,
           format('made by the worker: %s   retired: %s   rows stored: %s   slowest insert: %s ms',
                  count(*) FILTER (WHERE action = 'create'), count(*) FILTER (WHERE action = 'drop'), :receipts,
                  :'worst')
      FROM partman.maintenance_history
     WHERE parent_table = 'public.live' AND caller = 'worker' AND outcome = 'ok'
) AS picture
ORDER BY part, lower_time;
