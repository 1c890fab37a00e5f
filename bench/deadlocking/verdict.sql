-- One line for each promise: was it kept, which one, figures.
SET client_min_messages = error;
SELECT bool_and(upper >= at + 40), 'every set is covered', string_agg((upper - at)::text, ', ')
  FROM position JOIN (SELECT number, max(upper) AS upper FROM bounds GROUP BY number) AS b USING (number);

SELECT bool_and(upper > at - 110), 'what has expired is gone', string_agg((at - upper)::text, ', ')
  FROM position JOIN (SELECT number, min(upper) AS upper FROM bounds GROUP BY number) AS b USING (number);

SELECT count(*) = 0, 'there is no hole in what is kept', count(*) || ' holes'
  FROM (SELECT at, lower, lag(upper) OVER (PARTITION BY number ORDER BY lower) AS previous FROM bounds WHERE lower IS NOT NULL) AS b WHERE previous <> lower AND lower < at + 40;

SELECT count(*) = 0, 'no detach is pending', count(*)::text FROM bounds WHERE pending;

-- The writers' rows that are too young to have been retired.
SELECT count(*) = 0, 'no row is lost or doubled', (SELECT count(*) FROM ledger) || ' rows, ' || count(*) || ' differences'
  FROM (SELECT number, id, count(*) AS rows FROM ledger JOIN position USING (number) WHERE id > at - 80 GROUP BY 1, 2) AS expected
  JOIN LATERAL (SELECT CASE number WHEN 1 THEN (SELECT count(*) FROM s_1 WHERE id = expected.id)
                                   WHEN 2 THEN (SELECT count(*) FROM s_2 WHERE id = expected.id)
                                   WHEN 3 THEN (SELECT count(*) FROM s_3 WHERE id = expected.id) END AS rows) AS there ON true
 WHERE there.rows - (expected.id % 10 = 0)::int <> expected.rows;

SELECT count(*) = 0, 'nothing has failed', coalesce(string_agg(DISTINCT message, '; '), 'nothing')
  FROM partman.maintenance_history WHERE outcome = 'failed';
