-- Measures :work on the table :ours and by_hand() on the table :hand, each beside a client that writes there, and beside ours
-- another one that looks; fails if that sees anything change or a statement of the writer fails.
TRUNCATE stop, told;
\setenv PGHOST :HOST
\setenv PGPORT :PORT
\setenv PGUSER :USER
\setenv PGDATABASE :DBNAME
CHECKPOINT;

SELECT 'CALL write_beside(''' || :'ours' || ''')' AS write, 'CALL look_beside(''' || :'ours' || ''')' AS look \gset
\setenv WRITE :write
\setenv LOOK :look
\! (psql -Xqc "$WRITE" & PGOPTIONS='-c default_transaction_isolation=repeatable\ read' psql -Xqc "$LOOK" &) >/dev/null 2>&1; sleep 0.5
\timing on
\echo @ :name: ours
:work;
\timing off
INSERT INTO stop DEFAULT VALUES;
CALL hear(2);
SELECT worst_ms, failures = 0 AND (SELECT failures = 0 AND rounds > 0 FROM told WHERE who = 'looker') AS unseen FROM told WHERE who = 'writer' \gset
\echo @ longest wait of a writer beside that: ours
\echo Time: :worst_ms ms
\if :unseen
\else
TABLE told;
DO $$BEGIN RAISE EXCEPTION 'somebody has noticed'; END$$;
\endif
TRUNCATE stop, told;
CHECKPOINT;

SELECT 'CALL write_beside(''' || :'hand' || ''')' AS write \gset
\setenv WRITE :write
\! (psql -Xqc "$WRITE" &) >/dev/null 2>&1; sleep 0.5
\timing on
\echo @ :name: by hand
CALL by_hand(:'hand');
\timing off
INSERT INTO stop DEFAULT VALUES;
CALL hear(1);
SELECT worst_ms FROM told \gset
\echo @ longest wait of a writer beside that: by hand
\echo Time: :worst_ms ms
