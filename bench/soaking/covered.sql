-- Does each set have partitions from its oldest one to a quarter of a minute ahead, without a hole, and none that
-- expired long ago?
SELECT count(*) = 50 AND bool_and(covered) FROM (
    SELECT b.number, max(upper) > now() + interval '15 s' AND min(upper) > now() - interval '25 s' AND bool_and(previous IS NULL OR previous = lower) AS covered
      FROM (SELECT number, lower, upper, lag(upper) OVER (PARTITION BY number ORDER BY lower) AS previous
              FROM (SELECT s.number,
                           substring(pg_get_expr(c.relpartbound, c.oid) FROM $$FROM \('([^']+)'$$)::timestamptz AS lower,
                           substring(pg_get_expr(c.relpartbound, c.oid) FROM $$TO \('([^']+)'$$)::timestamptz AS upper
                      FROM soak.sets AS s JOIN pg_inherits AS i ON i.inhparent = s.parent JOIN pg_class AS c ON c.oid = i.inhrelid) AS a
             WHERE lower IS NOT NULL) AS b
     GROUP BY b.number) AS c;
