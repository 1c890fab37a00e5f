-- The same in one line, where the picture cannot be redrawn.
SELECT format('%s s: %s partitions hold rows, %s are ahead; the worker has made %s and retired %s; %s rows stored, slowest insert %s ms',
              :second,
              (SELECT count(DISTINCT tableoid) FROM live),
              (SELECT count(*) FROM partman.partitions
                WHERE parent_table = 'public.live' AND lower_time > clock_timestamp()),
              count(*) FILTER (WHERE action = 'create'), count(*) FILTER (WHERE action = 'drop'),
              (SELECT count(*) FROM receipts), :'worst')
  FROM partman.maintenance_history
 WHERE parent_table = 'public.live' AND caller = 'worker' AND outcome = 'ok';
