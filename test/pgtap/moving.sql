-- partition_data_time, partition_data_id: out of the default partition and out of other tables
BEGIN;
SELECT plan(62);

SET LOCAL client_min_messages = warning;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA shop;

-- What a set holds: rows, and a sum that changes with any value of any row.
CREATE FUNCTION content(p_table text, OUT rows bigint, OUT hash numeric) LANGUAGE plpgsql AS
$$ BEGIN EXECUTE format('SELECT count(*), sum(hashtextextended(t::text, 0)) FROM %s t', p_table) INTO rows, hash; END $$;
CREATE FUNCTION failing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a trigger has fired'; END $$;

-- Out of the default partition, with all that could go wrong there: triggers, row-level security for everybody, a
-- dropped column, generated and identity columns, large values, NULLs.
CREATE TABLE shop.orders (id bigint GENERATED ALWAYS AS IDENTITY, gone int, at timestamptz NOT NULL, note text,
    twice bigint GENERATED ALWAYS AS (id * 2) STORED, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
ALTER TABLE shop.orders DROP COLUMN gone;
CREATE INDEX ON shop.orders (left(note, 20));
SELECT partman.create_parent('shop.orders', 'at', '1 day', p_premake := 1);
INSERT INTO shop.orders (at, note)
    SELECT timestamptz '2025-03-01 00:00' + i * interval '1 hour', CASE WHEN i % 3 = 0 THEN NULL ELSE 'n' || i END FROM generate_series(0, 239) i;
INSERT INTO shop.orders (at, note)
    SELECT timestamptz '2025-03-04 12:00', string_agg(md5(i::text), '') FROM generate_series(1, 3000) i;
ALTER TABLE shop.orders_default ALTER note SET STORAGE EXTERNAL;
INSERT INTO shop.orders (at, note) SELECT timestamptz '2025-03-04 13:00', repeat('long ', 20000);
CREATE TRIGGER row_before BEFORE INSERT OR DELETE ON shop.orders FOR EACH ROW EXECUTE FUNCTION failing();
CREATE TRIGGER row_after AFTER INSERT OR DELETE ON shop.orders FOR EACH ROW EXECUTE FUNCTION failing();
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.orders FORCE ROW LEVEL SECURITY;
ALTER TABLE shop.orders_default ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.orders_default FORCE ROW LEVEL SECURITY;
CREATE TEMP TABLE before AS SELECT * FROM content('shop.orders');

SELECT is(partman.partition_data_time('shop.orders'), 24::bigint, 'one batch is one partition');
SELECT is((SELECT array_agg(partition_tablename) FROM partman.show_partitions('shop.orders') WHERE partition_tablename LIKE '%2025%'), '{orders_p20250301}', 'the oldest');
SELECT is(partman.partition_data_time('shop.orders', 2, p_order := 'DESC'), 48::bigint, 'two from the other end');
SELECT results_eq('SELECT * FROM content(''shop.orders'')', 'SELECT * FROM before', 'nothing is lost or changed');
SELECT is((SELECT count(*) FROM shop.orders_p20250310), 24::bigint, 'the newest');
SELECT is(partman.partition_data_time('shop.orders', 100), 170::bigint, 'the rest');
SELECT results_eq('SELECT * FROM content(''shop.orders'')', 'SELECT * FROM before', 'still nothing is lost or changed');
SELECT is((SELECT count(*) FROM shop.orders_default), 0::bigint, 'the default partition is empty');
SELECT is(pg_relation_size('shop.orders_default'), 0::bigint, 'and takes no space');
SELECT is(partman.partition_data_time('shop.orders'), 0::bigint, 'then there is nothing to do');
SELECT is((SELECT count(*) FROM partman.partitions WHERE parent_table = 'shop.orders' AND lower_time < '2025-04-01' AND provenance = 'made'), 10::bigint, 'the partitions are ours');
SELECT is((SELECT count(*) FROM pg_constraint WHERE conname LIKE 'pg_strata%'), 0::bigint, 'no constraint of the move is left');
SELECT is((SELECT array_agg(indexrelid::regclass::text ORDER BY indexrelid::regclass::text) FROM pg_index WHERE indrelid = 'shop.orders_p20250304'::regclass),
    '{shop.orders_p20250304_left_idx,shop.orders_p20250304_pkey}', 'indexes are there');
SELECT is((SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = 'shop.orders_p20250304'::regclass), true, 'and row-level security');
SET LOCAL enable_seqscan = off;
SELECT is((SELECT count(*) FROM shop.orders WHERE left(note, 20) = 'n100'), 1::bigint, 'an index finds a row');
RESET enable_seqscan;

-- Infinite times stay.
CREATE TABLE shop.visits (at timestamp NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('shop.visits', 'at', '1 month');
INSERT INTO shop.visits VALUES ('-infinity'), ('infinity'), ('2024-02-29 12:00'), ('2024-02-01'), ('2024-03-01');
SELECT is(partman.partition_data_time('shop.visits', 10, p_ignore_infinity := true), 3::bigint, 'finite rows are moved');
SELECT is((SELECT count(*) FROM shop.visits_default), 2::bigint, 'infinite ones stay');
SELECT is((SELECT count(*) FROM shop.visits_p20240201), 2::bigint, 'a month');

-- Dates, under a strange DateStyle and zone
CREATE TABLE shop.days (on_day date) PARTITION BY RANGE (on_day);
SELECT partman.create_parent('shop.days', 'on_day', '1 week', p_control_not_null := false, p_date_trunc_interval := 'week');
INSERT INTO shop.days SELECT date '2025-12-29' + i FROM generate_series(0, 20) i;
INSERT INTO shop.days VALUES (NULL);
SET LOCAL DateStyle = 'German';
SET LOCAL TimeZone = 'Asia/Kathmandu';
SELECT is(partman.partition_data_time('shop.days', 10), 21::bigint, 'dates are moved');
SELECT is((SELECT array_agg(n ORDER BY n) FROM (SELECT count(*) AS n FROM shop.days GROUP BY tableoid) c), '{1,7,7,7}', 'by weeks; NULL stays');
RESET DateStyle;
SET LOCAL TimeZone = 'UTC';

-- Rows whose partition exists: a foreign key of others refers to the set, and their rows must survive.
CREATE TABLE shop.items (id bigint PRIMARY KEY, note text) PARTITION BY RANGE (id);
SELECT partman.create_parent('shop.items', 'id', '100', p_premake := 1);
INSERT INTO shop.items SELECT i, 'i' || i FROM generate_series(1000, 1250) i;
CREATE TABLE shop.parts (item bigint REFERENCES shop.items ON DELETE CASCADE);
INSERT INTO shop.parts SELECT i FROM generate_series(1000, 1250) i;
SELECT is(partman.partition_data_id('shop.items', 10), 251::bigint, 'rows that others refer to are moved');
SELECT is((SELECT count(*) FROM shop.parts), 251::bigint, 'and nothing cascades');
SELECT is((SELECT count(*) FROM shop.items_p1200), 51::bigint, 'they are where they belong');
DELETE FROM shop.items WHERE id = 1250;
SELECT is((SELECT count(*) FROM shop.parts), 250::bigint, 'the foreign key works on the new partitions');

-- Out of another table: other order of columns, other types, a column to be ignored, defaults, foreign keys.
CREATE TABLE shop.kinds (kind int PRIMARY KEY);
INSERT INTO shop.kinds SELECT generate_series(0, 9);
CREATE TABLE shop.events (id bigint NOT NULL CHECK (id > -1000), kind int REFERENCES shop.kinds, note text, made text DEFAULT 'by default',
    half numeric GENERATED ALWAYS AS (id / 2.0) STORED) PARTITION BY RANGE (id);
CREATE UNIQUE INDEX ON shop.events (id);
SELECT partman.create_parent('shop.events', 'id', '100', p_premake := 1);
CREATE TRIGGER row_before BEFORE INSERT ON shop.events FOR EACH ROW EXECUTE FUNCTION failing();
CREATE TABLE shop.old_events (note varchar(20), extra int, kind smallint, id int);
INSERT INTO shop.old_events SELECT 'e' || i, i, abs(i) % 10, i FROM generate_series(-150, 449) i;
CREATE TRIGGER row_before BEFORE DELETE ON shop.old_events FOR EACH ROW EXECUTE FUNCTION failing();
SELECT throws_ok($$ SELECT partman.partition_data_id('shop.events', p_source_table := 'shop.old_events') $$, '42703',
    'column "extra" of table shop.old_events does not exist in table shop.events', 'a column without a counterpart is not dropped silently');
SELECT is(partman.partition_data_id('shop.events', p_source_table := 'shop.old_events', p_ignored_columns := '{extra}'), 50::bigint, 'the lowest partition');
SELECT is((SELECT count(*) FROM shop."events_p-200"), 50::bigint, 'negative ids');
SELECT is(partman.partition_data_id('shop.events', 3, 40, p_source_table := 'shop.old_events', p_ignored_columns := '{extra}', p_order := 'DESC'),
    90::bigint, 'three batches of 40 at most from the top: a partition is not exceeded');
SELECT is((SELECT max(id) FROM shop.old_events), 359, 'the newest went first');
UPDATE shop.old_events SET kind = 77 WHERE id = 0;
SELECT throws_ok($$ SELECT partman.partition_data_id('shop.events', 100, p_source_table := 'shop.old_events', p_ignored_columns := '{extra}') $$, '23503',
    NULL, 'foreign keys hold');
UPDATE shop.old_events SET kind = 7, id = 359 WHERE id = 0;
SELECT throws_ok($$ SELECT partman.partition_data_id('shop.events', 100, p_source_table := 'shop.old_events', p_ignored_columns := '{extra}') $$, '23505',
    NULL, 'unique keys hold');
SELECT is((SELECT count(*) FROM shop.old_events) + (SELECT count(*) FROM shop.events), 600::bigint, 'and an error loses nothing');
UPDATE shop.old_events SET id = 0 WHERE kind = 7 AND note = 'e0';
SELECT is(partman.partition_data_id('shop.events', 100, p_source_table := 'shop.old_events', p_ignored_columns := '{extra}'), 460::bigint, 'all the rest');
SELECT results_eq('SELECT count(*), sum(id), sum(half), count(*) FILTER (WHERE made = ''by default''), count(DISTINCT note) FROM shop.events',
    'SELECT count(*), sum(i)::numeric, sum(i / 2.0), count(*), count(*) FROM generate_series(-150, 449) i', 'every value is there');
SELECT is((SELECT count(*) FROM shop.old_events), 0::bigint, 'the source is empty');

-- Bad input changes nothing.
CREATE TABLE shop.loose (id bigint, note text);
INSERT INTO shop.loose VALUES (1, 'a'), (NULL, 'b');
CREATE TABLE shop.textual (id text, note text);
CREATE TABLE shop.wanted (id bigint PRIMARY KEY);
CREATE TABLE shop.wanting (id bigint REFERENCES shop.wanted);
SELECT throws_like($$ SELECT partman.partition_data_id('shop.events', p_source_table := 'shop.loose') $$, '1 rows of table shop.loose have no value in the control column', 'NULL keys');
SELECT is((SELECT count(*) FROM shop.loose), 2::bigint, 'nothing was moved');
SELECT throws_like($$ SELECT partman.partition_data_id('shop.events', p_source_table := 'shop.textual') $$, 'column "id" of table shop.textual does not convert%', 'types that do not convert');
SELECT throws_like($$ SELECT partman.partition_data_id('shop.events', p_source_table := 'shop.wanted') $$, 'cannot move rows out of table shop.wanted, which a foreign key refers to', 'a source that others refer to');
SELECT throws_like($$ SELECT partman.partition_data_id('shop.events', p_source_table := 'shop.events') $$, 'p_source_table is the partitioned table itself%', 'the parent as source');
SELECT throws_like($$ SELECT partman.partition_data_id('shop.events', p_source_table := 'shop.events_default') $$, 'p_source_table is the default partition%', 'the default as source');
SELECT throws_like($$ SELECT partman.partition_data_id('shop.events', p_source_table := 'shop.events_p0') $$, 'p_source_table is a partition of the set%', 'a partition as source');
SELECT throws_like($$ SELECT partman.partition_data_id('shop.events', p_source_table := 'shop.nowhere') $$, 'p_source_table does not exist%', 'no such source');
SELECT throws_like($$ SELECT partman.partition_data_id('shop.events', p_order := 'up') $$, 'Invalid value for p_order. Must be ASC or DESC', 'p_order');
SELECT throws_like($$ SELECT partman.partition_data_id('shop.events', p_order := 'desc') $$, 'Invalid value for p_order. Must be ASC or DESC', 'p_order in lower case');
SELECT throws_like($$ SELECT partman.partition_data_id('shop.events', p_source_table := 'shop.loose', p_ignored_columns := '{nothing}') $$, 'column "nothing" of p_ignored_columns does not exist', 'p_ignored_columns');
SELECT throws_like($$ SELECT partman.partition_data_time('shop.events') $$, '%partitioned by id, not by time', 'the wrong function for an id set');
SELECT throws_like($$ SELECT partman.partition_data_id('shop.orders') $$, '%partitioned by time, not by id', 'the wrong function for a time set');
SELECT throws_like($$ SELECT partman.partition_data_id('shop.nowhere') $$, 'Given parent table not managed by pg_partman: shop.nowhere', 'no such set');
SELECT throws_like($$ SELECT partman.partition_data_time('shop.orders', p_batch_interval := '1 hour') $$, 'If any interval smaller than the partition interval must be used for moving data out of the default%', 'pieces out of the default');
SELECT throws_like($$ CALL partman.partition_data_proc('shop.orders') $$, 'partition_data_proc() cannot be called in a transaction block', 'the procedure in a transaction');
CREATE ROLE moving_other;
GRANT USAGE ON SCHEMA partman, shop TO moving_other;
SET LOCAL ROLE moving_other;
SELECT throws_ok($$ SELECT partman.partition_data_id('shop.events') $$, '42501', NULL, 'somebody else''s set');
RESET ROLE;
ALTER TABLE shop.orders OWNER TO moving_other;
SET LOCAL ROLE moving_other;
SELECT throws_ok($$ SELECT partman.partition_data_time('shop.orders', p_source_table := 'shop.loose') $$, '42501', NULL, 'somebody else''s source');
RESET ROLE;
ALTER TABLE shop.loose OWNER TO moving_other;
DELETE FROM shop.loose WHERE id IS NULL;
ALTER TABLE shop.loose ALTER id TYPE int;
SELECT throws_ok($$ SELECT partman.partition_data_id('shop.events', p_source_table := 'shop.loose') $$, '42501',
    'column "id" of table shop.loose would be converted for a table of another owner', 'conversions between owners');
ALTER TABLE shop.loose ALTER id TYPE bigint;
UPDATE shop.loose SET id = 100001;
SELECT is(partman.partition_data_id('shop.events', p_source_table := 'shop.loose'), 1::bigint, 'without conversions the owners may differ');

-- A foreign key that is checked at the end of the transaction
CREATE TABLE shop.late (id bigint NOT NULL, kind int REFERENCES shop.kinds DEFERRABLE INITIALLY DEFERRED) PARTITION BY RANGE (id);
SELECT partman.create_parent('shop.late', 'id', '10');
CREATE TABLE shop.old_late AS SELECT i::bigint AS id, 5 AS kind FROM generate_series(1, 30) i;
SELECT is(partman.partition_data_id('shop.late', 2, p_source_table := 'shop.old_late'), 19::bigint, 'deferred foreign keys do not stand in the way');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is(partman.partition_data_id('shop.late', 5, p_source_table := 'shop.old_late'), 11::bigint, 'and hold');

-- Without a default partition
CREATE TABLE shop.bare (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('shop.bare', 'id', '10', p_default_table := false);
SELECT is(partman.partition_data_id('shop.bare'), 0::bigint, 'no default and no source: nothing to move');

-- Statistics
INSERT INTO shop.items SELECT i, 'i' || i FROM generate_series(5000, 5010) i;
SELECT is(partman.partition_data_id('shop.items', 1, p_ignored_columns := '{}'), 11::bigint, 'an empty list of ignored columns');
INSERT INTO shop.items SELECT i, 'i' || i FROM generate_series(6000, 6010) i;
SELECT is(partman.partition_data_id('shop.items', 1, p_analyze := false), 11::bigint, 'without ANALYZE');
SELECT is((SELECT count(*) FROM pg_statistic WHERE starelid = 'shop.items_p5000'::regclass), 2::bigint, 'the one before was analyzed');
SELECT is((SELECT count(*) FROM pg_statistic WHERE starelid = 'shop.items_p6000'::regclass), 0::bigint, 'this one was not');

SELECT * FROM finish();
ROLLBACK;
