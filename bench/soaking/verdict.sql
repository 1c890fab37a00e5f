-- One line for each promise: was it kept, which one, figures.  The worker is off by now.
SET client_min_messages = error;
CREATE TEMP TABLE bounds AS
    SELECT s.number, i.inhrelid AS oid, i.inhdetachpending AS pending,
           substring(pg_get_expr(c.relpartbound, c.oid) FROM $$FROM \('([^']+)'$$)::timestamptz AS lower,
           substring(pg_get_expr(c.relpartbound, c.oid) FROM $$TO \('([^']+)'$$)::timestamptz AS upper
      FROM soak.sets AS s JOIN pg_inherits AS i ON i.inhparent = s.parent JOIN pg_class AS c ON c.oid = i.inhrelid;
CREATE TEMP TABLE found (number int, source text, rows bigint, sum numeric);
DO $$
DECLARE
    set record;
    part regclass;
BEGIN
    FOR set IN SELECT s.*, (SELECT min(lower) FROM bounds AS b WHERE b.number = s.number) AS oldest FROM soak.sets AS s LOOP
        EXECUTE format('INSERT INTO found SELECT %L, ''parent'', count(*), coalesce(sum(value), 0) FROM %s WHERE %L OR at >= %L',
            set.number, set.parent, set.archived, set.oldest);
        FOR part IN SELECT oid FROM pg_class WHERE relnamespace = 'archive'::regnamespace AND relkind = 'r'
                       AND relname ~ format('^s_%s_p', set.number) LOOP
            EXECUTE format('INSERT INTO found SELECT %L, ''archive'', count(*), coalesce(sum(value), 0) FROM %s', set.number, part);
        END LOOP;
    END LOOP;
END $$;

-- What is kept is all there; of what is dropped, all that is younger than the oldest partition.
WITH expected AS (
    SELECT s.number, s.archived, coalesce(sum(l.rows), 0) AS rows, coalesce(sum(l.sum), 0) AS sum
      FROM soak.sets AS s LEFT JOIN soak.ledger AS l
        ON l.number = s.number AND (s.archived OR l.at >= (SELECT min(lower) FROM bounds AS b WHERE b.number = s.number))
     GROUP BY s.number),
there AS (SELECT number, sum(rows) AS rows, sum(sum) AS sum FROM found GROUP BY number)
SELECT bool_and(e.rows = t.rows AND e.sum = t.sum), 'no row is lost or doubled' || CASE WHEN e.archived THEN ' where all are kept' ELSE ' where retention drops' END,
       format('%s rows in %s sets, difference %s', sum(e.rows), count(*), sum(abs(e.rows - t.rows)))
  FROM expected AS e JOIN there AS t USING (number) GROUP BY e.archived;

SELECT bool_and(oldest <= now() - kept), 'nothing was retired too early', 'closest ' || min(now() - kept - oldest)
  FROM soak.sets JOIN (SELECT number, min(lower) AS oldest FROM bounds GROUP BY number) AS b USING (number);

-- That was expired when the last run began, however long that took.
SELECT bool_and(ends > :'last_run'::timestamptz - kept - interval '30 s'), 'what has expired is gone', 'oldest ' || max(:'last_run'::timestamptz - ends)
  FROM soak.sets JOIN (SELECT number, min(upper) AS ends FROM bounds GROUP BY number) AS b USING (number);

SELECT count(*) = 0, 'there is no hole', count(*) || ' sets with one'
  FROM (SELECT number FROM (SELECT number, lower, lag(upper) OVER (PARTITION BY number ORDER BY lower) AS previous FROM bounds WHERE lower IS NOT NULL) AS b
         WHERE previous <> lower GROUP BY number) AS holes;

SELECT count(*) = 0, 'no detach is pending', count(*)::text FROM bounds WHERE pending;

SELECT count(*) = 0, 'no table is orphaned', coalesce(string_agg(relname, ', '), 'none')
  FROM pg_class AS c WHERE relnamespace = 'soak'::regnamespace AND relkind IN ('r', 'p')
   AND oid NOT IN (SELECT oid FROM bounds UNION SELECT parent FROM soak.sets) AND relname NOT IN ('ledger', 'sets', 'customers') AND relname !~ '^template_soak_s_';

SELECT count(*) = 50, 'each set has its one sequence', count(*)::text FROM pg_class WHERE relkind = 'S'
   AND relnamespace IN ('soak'::regnamespace, 'archive'::regnamespace);

SELECT count(*) = 0, 'nothing in pg_depend points nowhere', count(*)::text
  FROM pg_depend WHERE classid = 'pg_class'::regclass AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = objid);

SELECT count(*) = 0, 'no index is invalid', count(*)::text FROM pg_index WHERE NOT indisvalid;

SELECT count(*) = 0, 'all partitions belong to the owner of the set', count(*)::text
  FROM bounds JOIN pg_class USING (oid) WHERE relowner <> 'keeper'::regrole;
