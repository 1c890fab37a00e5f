-- A test that a query on a set of 5,000 partitions reads one of them.
-- By hand: EXPLAIN of the same query.
-- target: assert_pruned, 1 of 5,000, fresh session|2
-- target: assert_pruned, 1 of 5,000, warm session|2
--@ setup
CREATE TABLE pruned (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT format('CREATE TABLE pruned_%s PARTITION OF pruned FOR VALUES FROM (%L) TO (%L)', n,
              timestamptz '2020-01-01' + n * interval '1 day', timestamptz '2020-01-01' + (n + 1) * interval '1 day')
  FROM generate_series(1, 5000) n \gexec
--@ measure
\c
\timing on
\echo @ assert_pruned, 1 of 5,000, fresh session: ours
SELECT partman.assert_pruned($$SELECT * FROM pruned WHERE at = '2026-11-01'$$, 1);

\timing off
SELECT partman.assert_pruned($$SELECT * FROM pruned WHERE at = '2026-11-01'$$, 1);
\timing on
\echo @ assert_pruned, 1 of 5,000, warm session: ours
SELECT partman.assert_pruned($$SELECT * FROM pruned WHERE at = '2026-11-01'$$, 1);
\timing off

\c
\timing on
\echo @ assert_pruned, 1 of 5,000, fresh session: by hand
EXPLAIN SELECT * FROM pruned WHERE at = '2026-11-01';
\timing off
EXPLAIN SELECT * FROM pruned WHERE at = '2026-11-01';
\timing on
\echo @ assert_pruned, 1 of 5,000, warm session: by hand
EXPLAIN SELECT * FROM pruned WHERE at = '2026-11-01';
\timing off
