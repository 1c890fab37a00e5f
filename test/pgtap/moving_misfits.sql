-- Rows that fit no partition
BEGIN;
SELECT plan(17);

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA shop;

-- Infinite times, and the last day there is
CREATE TABLE shop.visits (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
SELECT partman.create_parent('shop.visits', 'at', '1 day', p_premake := 1);
INSERT INTO shop.visits VALUES ('infinity', 1), ('2020-01-01', 2), ('-infinity', 3), ('294276-12-30 12:00', 4);
SELECT is(partman.partition_data_time('shop.visits', 10), 2::bigint, 'finite times find partitions, at the end of all times too');
SELECT is((SELECT array_agg(n ORDER BY n) FROM shop.visits_default), '{1,3}', 'infinite ones stay where they are');
SELECT is((SELECT count(*) FROM shop.visits), 4::bigint, 'and in the set');
CREATE TABLE shop.old_visits (at timestamptz, n int);
INSERT INTO shop.old_visits VALUES ('2021-01-01', 5), ('infinity', 6), ('2021-01-02', 7);
SELECT is(partman.partition_data_time('shop.visits', 10, p_source_table := 'shop.old_visits'), 2::bigint, 'out of another table');
SELECT is((SELECT array_agg(n) FROM shop.old_visits), '{6}', 'an infinite one stays there');

-- Numbers beyond the type of the key: an error, and nothing is moved.
CREATE TABLE shop.small (id smallint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('shop.small', 'id', '10000', p_premake := 1);
CREATE TABLE shop.big (id int);
INSERT INTO shop.big VALUES (1), (29999), (70000);
SELECT throws_ok($$ SELECT partman.partition_data_id('shop.small', 10, p_source_table := 'shop.big') $$, '22003', NULL, 'a number that the key cannot hold');
SELECT is((SELECT count(*) FROM shop.big), 3::bigint, 'every row is where it was');
SELECT is((SELECT count(*) FROM shop.small), 0::bigint, 'and nowhere else');
DELETE FROM shop.big WHERE id = 70000;
SELECT is(partman.partition_data_id('shop.small', 10, p_source_table := 'shop.big'), 2::bigint, 'without it the others are moved');

-- A CHECK of the set that the rows of a source violate
CREATE TABLE shop.checked (id int NOT NULL, n int CHECK (n > 0)) PARTITION BY RANGE (id);
SELECT partman.create_parent('shop.checked', 'id', '10', p_premake := 1);
CREATE TABLE shop.unchecked (id int, n int);
INSERT INTO shop.unchecked VALUES (1, 1), (11, -1);
SELECT throws_ok($$ SELECT partman.partition_data_id('shop.checked', 10, p_source_table := 'shop.unchecked') $$, '23514', NULL, 'a row that a CHECK refuses');
SELECT is((SELECT count(*) FROM shop.unchecked), 2::bigint, 'nothing is moved');

-- One that was added NOT VALID: rows of the default partition may violate it, and a query leaves out partitions by it.
CREATE TABLE shop.doubted (id int NOT NULL, n int) PARTITION BY RANGE (id);
SELECT partman.create_parent('shop.doubted', 'id', '10', p_premake := 1);
INSERT INTO shop.doubted SELECT n, n - 21 FROM generate_series(19, 39) n;
ALTER TABLE shop.doubted ADD CONSTRAINT not_negative CHECK (n >= 0) NOT VALID;
SELECT throws_ok($$ SELECT partman.partition_data_id('shop.doubted', 10) $$, '23514', NULL, 'a row that a CHECK would have refused');
SELECT is((SELECT count(*) FROM shop.doubted_default), 20::bigint, 'nothing is moved');
SELECT is((SELECT count(*) FROM shop.doubted WHERE n < 0), 2::bigint, 'and all are seen');
SELECT partman.run_maintenance('shop.doubted');
SELECT is((SELECT count(*) FROM shop.doubted WHERE n < 0), 2::bigint, 'after maintenance, too');
DELETE FROM shop.doubted WHERE n < 0;
SELECT is(partman.partition_data_id('shop.doubted', 10), 19::bigint, 'all others are moved');
SELECT is((SELECT count(*) FROM shop.doubted WHERE n >= 0 AND tableoid <> 'shop.doubted_default'::regclass), 19::bigint, 'into new partitions');

SELECT * FROM finish();
ROLLBACK;
