-- explain_pruning and assert_pruned: what of a partitioned table a query reads.
BEGIN;
SELECT plan(47);
SET LOCAL client_min_messages = warning;
SET LOCAL plan_cache_mode = auto;

CREATE SCHEMA pruning;
CREATE TABLE pruning.events (at timestamptz NOT NULL, tenant int NOT NULL, note text) PARTITION BY RANGE (at);
CREATE TABLE pruning.d1 PARTITION OF pruning.events FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-01-02 00:00+00');
CREATE TABLE pruning."D 2" PARTITION OF pruning.events FOR VALUES FROM ('2026-01-02 00:00+00') TO ('2026-01-03 00:00+00');
CREATE TABLE pruning.d3 PARTITION OF pruning.events FOR VALUES FROM ('2026-01-03 00:00+00') TO ('2026-01-04 00:00+00') PARTITION BY LIST (tenant);
CREATE TABLE pruning.d3a PARTITION OF pruning.d3 FOR VALUES IN (1);
CREATE TABLE pruning.d3b PARTITION OF pruning.d3 FOR VALUES IN (2);
INSERT INTO pruning.events SELECT timestamptz '2026-01-01 00:00+00' + n * interval '12 hours', 1 + n % 2 FROM generate_series(0, 5) n;
CREATE TABLE pruning.days (day timestamptz NOT NULL);
INSERT INTO pruning.days VALUES ('2026-01-02 00:00+00');
CREATE TABLE pruning.plain (id int);
CREATE TABLE pruning.lists (id int NOT NULL) PARTITION BY LIST (id);
CREATE TABLE pruning.l1 PARTITION OF pruning.lists FOR VALUES IN (1);
CREATE TABLE pruning.l2 PARTITION OF pruning.lists FOR VALUES IN (2);

CREATE FUNCTION pruning.see(query text, params text[] DEFAULT NULL, run boolean DEFAULT false) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format('%s %s/%s/%s {%s} %s', parent_table, partitions, planned, scanned, array_to_string(scanned_partitions, ','), decided_at), '; ' ORDER BY parent_table)
    FROM partman.explain_pruning(query, params, run) $$;

-- at plan time
SELECT is(pruning.see('SELECT * FROM pruning.events'), 'pruning.events 4/4/4 {pruning.d1,pruning."D 2",pruning.d3a,pruning.d3b} plan time', 'everything is read');
SELECT is(pruning.see($$SELECT * FROM pruning.events WHERE at = '2026-01-02 10:00+00'$$), 'pruning.events 4/1/1 {pruning."D 2"} plan time', 'a constant leaves one');
SELECT is(pruning.see($$SELECT * FROM pruning.events WHERE at >= '2026-01-03 00:00+00' AND tenant = 2$$), 'pruning.events 4/1/1 {pruning.d3b} plan time', 'two levels are pruned');
SELECT is(pruning.see($$SELECT * FROM pruning.events WHERE at < '2020-01-01'$$), 'pruning.events 4/0/0 {} plan time', 'nothing is left');
SELECT is(pruning.see($$SELECT * FROM pruning.events WHERE date_trunc('day', at) = '2026-01-02 00:00+00'$$), 'pruning.events 4/4/4 {pruning.d1,pruning."D 2",pruning.d3a,pruning.d3b} plan time', 'an expression prunes nothing');
SELECT is(pruning.see($$SELECT * FROM pruning.d3 WHERE tenant = 1$$), 'pruning.d3 2/1/1 {pruning.d3a} plan time', 'a partition with partitions of its own, by itself');
SELECT is(pruning.see($$SELECT * FROM pruning.events e JOIN pruning.lists l ON l.id = 2 WHERE e.at < '2026-01-02 00:00+00'$$),
    'pruning.events 4/1/1 {pruning.d1} plan time; pruning.lists 2/1/1 {pruning.l2} plan time', 'two tables');
SELECT is(pruning.see($$SELECT * FROM pruning.lists a, pruning.lists b WHERE a.id = 1 AND b.id = 2$$), 'pruning.lists 2/2/2 {pruning.l1,pruning.l2} plan time', 'one table twice: both count');
SELECT is(pruning.see($$WITH w AS MATERIALIZED (SELECT * FROM pruning.lists WHERE id = 1) SELECT (SELECT count(*) FROM w)$$), 'pruning.lists 2/1/1 {pruning.l1} plan time', 'in a WITH query');
SELECT is(pruning.see($$DELETE FROM pruning.lists WHERE id = 1$$), 'pruning.lists 2/1/1 {pruning.l1} plan time', 'DELETE');
SELECT is(pruning.see($$UPDATE pruning.events SET note = 'x' WHERE at < '2026-01-02 00:00+00'$$), 'pruning.events 4/1/1 {pruning.d1} plan time', 'UPDATE');
SELECT is(pruning.see($$INSERT INTO pruning.lists SELECT 1 FROM pruning.events WHERE at < '2026-01-02 00:00+00'$$), 'pruning.events 4/1/1 {pruning.d1} plan time', 'what INSERT writes into is not read');
SELECT is(pruning.see('SELECT * FROM pruning.plain'), NULL, 'no partitioned table: no row');
SELECT is(pruning.see('SELECT * FROM pruning.d1'), NULL, 'nor for a partition that is named itself');

-- whatever the plan is made of
CREATE TABLE pruning.wide (id int NOT NULL, a int, b int) PARTITION BY RANGE (id);
CREATE TABLE pruning.w1 PARTITION OF pruning.wide FOR VALUES FROM (0) TO (1000);
CREATE TABLE pruning.w2 PARTITION OF pruning.wide FOR VALUES FROM (1000) TO (2000);
CREATE TABLE pruning.w3 PARTITION OF pruning.wide FOR VALUES FROM (2000) TO (3000);
CREATE INDEX ON pruning.wide (a);
CREATE INDEX ON pruning.wide (b);
INSERT INTO pruning.wide SELECT i, i % 100, i % 70 FROM generate_series(0, 2999) i;
ANALYZE pruning.wide;
CREATE FUNCTION pruning.nodes(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; nodes text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP nodes := nodes || line || E'\n'; END LOOP;
    RETURN nodes;
END $$;
SET LOCAL enable_seqscan = off;
CREATE TEMP TABLE shapes (node text, query text);
INSERT INTO shapes VALUES
    ('Merge Append', 'SELECT a FROM pruning.wide WHERE id < 2000 ORDER BY a'),
    ('BitmapOr', 'SELECT * FROM pruning.wide WHERE id < 2000 AND (a = 1 OR b = 2)'),
    ('Subquery Scan', 'SELECT x.n, random() FROM (SELECT a, row_number() OVER (ORDER BY a) AS n FROM pruning.wide WHERE id < 2000) x WHERE x.n > 3'),
    ('Recursive Union', 'WITH RECURSIVE r AS (SELECT id FROM pruning.plain UNION SELECT w.id FROM r JOIN pruning.wide w ON w.a = r.id AND w.id < 2000) SELECT * FROM r');
SELECT ok(strpos(pruning.nodes(query), node) > 0, node || ' is what is looked at') FROM shapes;
SELECT is(pruning.see(query), 'pruning.wide 3/2/2 {pruning.w1,pruning.w2} plan time', node) FROM shapes;
RESET enable_seqscan;
CREATE TABLE pruning.ruled (id int);
CREATE RULE tells AS ON INSERT TO pruning.ruled DO ALSO NOTIFY pruning;
SELECT is(pruning.see('INSERT INTO pruning.ruled SELECT id FROM pruning.wide WHERE id < 2000'), 'pruning.wide 3/2/2 {pruning.w1,pruning.w2} plan time', 'what a rule adds is no query');

-- parameters
SELECT is(pruning.see('SELECT * FROM pruning.events WHERE at >= $1 AND at < $2', ARRAY['2026-01-01 00:00+00', '2026-01-02 00:00+00']), 'pruning.events 4/1/1 {pruning.d1} plan time', 'values of parameters prune');
SELECT is(pruning.see('SELECT * FROM pruning.lists WHERE id = $1', ARRAY[NULL]), 'pruning.lists 2/0/0 {} plan time', 'NULL is a value');
SELECT throws_ok($$SELECT pruning.see('SELECT * FROM pruning.lists WHERE id = $1')$$, '22023', 'wrong number of values for the parameters of the query', 'a missing value');
SELECT throws_ok($$SELECT pruning.see('SELECT * FROM pruning.lists', ARRAY['1'])$$, '22023', 'wrong number of values for the parameters of the query', 'a value too many');
SELECT throws_ok($$SELECT pruning.see('SELECT * FROM pruning.lists WHERE id = $1', ARRAY['one'])$$, '22P02', NULL, 'a value of the wrong type');
SELECT throws_ok($$SELECT pruning.see('SELECT * FROM pruning.lists WHERE id = $2', ARRAY[NULL, '1'])$$, '42P18', 'could not determine data type of parameter $1', 'a parameter that is not used');

-- at run time
SELECT is(pruning.see($$SELECT * FROM pruning.events WHERE at >= '2026-01-02 00:00+00'::timestamptz + (now() - now()) AND at < '2026-01-03 00:00+00'::timestamptz + (now() - now())$$),
    'pruning.events 4/4/1 {pruning."D 2"} run time', 'what is stable is known when execution starts');
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL enable_material = off;
SET LOCAL enable_memoize = off;
SELECT is(pruning.see('SELECT e.* FROM pruning.events e WHERE e.at = (SELECT max(day) FROM pruning.days)'), 'pruning.events 4/4/4 {pruning.d1,pruning."D 2",pruning.d3a,pruning.d3b} run time', 'a subquery prunes at run time: not known before');
SELECT is(pruning.see('SELECT e.* FROM pruning.events e WHERE e.at = (SELECT max(day) FROM pruning.days)', NULL, true), 'pruning.events 4/4/1 {pruning."D 2"} run time', 'and seen when it is run');

-- it is run only when that is asked for
SELECT lives_ok($$SELECT * FROM partman.explain_pruning('DELETE FROM pruning.lists')$$, 'a DELETE is looked at');
INSERT INTO pruning.lists VALUES (1), (2);
SELECT lives_ok($$SELECT * FROM partman.explain_pruning('DELETE FROM pruning.lists WHERE id = 1')$$, 'a DELETE is looked at');
SELECT is((SELECT count(*) FROM pruning.lists), 2::bigint, 'and nothing is deleted');
SELECT lives_ok($$SELECT * FROM partman.explain_pruning('DELETE FROM pruning.lists WHERE id = 1', p_analyze => true)$$, 'a DELETE is run');
SELECT is((SELECT count(*) FROM pruning.lists), 1::bigint, 'and its row is gone');

-- assert_pruned
SELECT lives_ok($$SELECT partman.assert_pruned('SELECT * FROM pruning.lists WHERE id = 2', 1)$$, 'one partition of one allowed');
SELECT throws_ok($$SELECT partman.assert_pruned('SELECT * FROM pruning.lists', 1)$$, 'P0004', 'query reads 2 of 2 partitions of "pruning.lists", more than 1', 'two of one allowed');
SELECT throws_ok($$SELECT partman.assert_pruned('SELECT * FROM pruning.plain', 1)$$, '22023', 'query reads no partitioned table', 'nothing to assert');
SELECT throws_ok($$SELECT partman.assert_pruned('SELECT * FROM pruning.lists', -1)$$, '22023', 'p_at_most must not be negative: -1', 'a negative number');
SELECT lives_ok($$SELECT partman.assert_pruned('SELECT e.* FROM pruning.events e WHERE e.at = (SELECT max(day) FROM pruning.days)', 1, p_analyze => true)$$, 'pruned when it is run');

-- what is refused
SELECT throws_ok($$SELECT pruning.see('SELECT 1; SELECT 2')$$, '22023', 'a query whose partitions are looked at must be one statement', 'two statements');
SELECT throws_ok($$SELECT pruning.see('DROP TABLE pruning.lists')$$, '22023', 'a query whose partitions are looked at must be one statement', 'a utility statement');
SELECT throws_ok($$SELECT pruning.see('')$$, '22023', NULL, 'nothing at all');

-- the caller's rights
CREATE ROLE pruning_reader;
GRANT USAGE ON SCHEMA partman, pruning TO pruning_reader;
GRANT EXECUTE ON FUNCTION pruning.see TO pruning_reader;
SET LOCAL ROLE pruning_reader;
SELECT throws_ok($$SELECT partman.assert_pruned('SELECT * FROM pruning.lists', 5)$$, '42501', NULL, 'a table that the caller cannot read');
RESET ROLE;
GRANT SELECT ON pruning.lists TO pruning_reader;
SET LOCAL ROLE pruning_reader;
SELECT lives_ok($$SELECT partman.assert_pruned('SELECT * FROM pruning.lists', 5)$$, 'one that he can');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
