-- undo_partition
BEGIN;
SELECT plan(24);

SET LOCAL client_min_messages = warning;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA shop;
CREATE FUNCTION failing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a trigger has fired'; END $$;

CREATE TABLE shop.orders (id bigint GENERATED ALWAYS AS IDENTITY, at timestamp NOT NULL, note text, size int GENERATED ALWAYS AS (length(note)) STORED,
    PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE shop.orders_default PARTITION OF shop.orders DEFAULT;
CREATE TABLE shop.orders_a PARTITION OF shop.orders FOR VALUES FROM ('2025-01-01') TO ('2025-01-02');
CREATE TABLE shop.orders_b PARTITION OF shop.orders FOR VALUES FROM ('2025-01-02') TO ('2025-01-03');
CREATE TABLE shop.orders_c PARTITION OF shop.orders FOR VALUES FROM ('2025-01-03') TO ('2025-01-04');
CREATE TABLE shop.own_template (LIKE shop.orders);
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type, anchor, template_table)
    VALUES ('shop.orders', 'at', '1 day', 'range', '2025-01-01 00:00:00', 'shop.own_template');
INSERT INTO shop.orders (at, note) SELECT timestamp '2025-01-01' + i * interval '1 hour', repeat('x', i) FROM generate_series(0, 23) i;
INSERT INTO shop.orders (at, note) SELECT timestamp '2025-01-03' + i * interval '1 hour', 'c' FROM generate_series(0, 23) i;
INSERT INTO shop.orders (at, note) VALUES ('2030-01-01', 'stray'), ('infinity', 'never');
CREATE TRIGGER row_before BEFORE INSERT OR DELETE ON shop.orders FOR EACH ROW EXECUTE FUNCTION failing();
CREATE TABLE shop.plain (size int, note text, at timestamptz, id bigint PRIMARY KEY);
CREATE TABLE shop.narrow (id bigint, at timestamp);

SELECT throws_like($$ SELECT partman.undo_partition('shop.nowhere', 'shop.plain') $$, 'Given parent table not managed by pg_partman: shop.nowhere', 'no such set');
SELECT throws_like($$ SELECT partman.undo_partition('shop.orders', NULL) $$, 'The p_target_table option must be set when undoing a partitioned table', 'no target');
SELECT throws_like($$ SELECT partman.undo_partition('shop.orders', 'shop.nowhere') $$, 'Given target table not found in system catalogs: shop.nowhere', 'no such target');
SELECT throws_like($$ SELECT partman.undo_partition('shop.orders', 'shop.orders') $$, 'Target table cannot be the parent table%', 'the parent as target');
SELECT throws_like($$ SELECT partman.undo_partition('shop.orders', 'shop.orders_b') $$, 'Target table cannot be the parent table%', 'a partition as target');
SELECT throws_like($$ SELECT partman.undo_partition('shop.orders', 'shop.narrow') $$, 'column "note" of table shop.orders_default does not exist in table shop.narrow', 'a column would be lost');
SELECT throws_like($$ SELECT partman.undo_partition('shop.orders', 'shop.plain', p_batch_interval := '90') $$, '%', 'an interval without a unit');
SELECT is((SELECT undo_in_progress FROM partman.part_config), false, 'nothing has begun');

SELECT results_eq($$ SELECT * FROM partman.undo_partition('shop.orders', 'shop.plain') $$, $$ VALUES (1, 2::bigint) $$, 'the default partition first');
SELECT is((SELECT undo_in_progress FROM partman.part_config), true, 'maintenance leaves the set alone');
SELECT has_table('shop'::name, 'orders_default'::name, 'it is kept');
SELECT is((SELECT count(*) FROM shop.orders_default), 0::bigint, 'and empty');
SELECT results_eq($$ SELECT * FROM partman.undo_partition('shop.orders', 'shop.plain', 2, '10 hours') $$, $$ VALUES (0, 22::bigint) $$, 'two batches of ten hours, both ends counted');
SELECT is((SELECT count(*) FROM shop.orders), 26::bigint, 'the rest is still in the set');
SELECT results_eq($$ SELECT * FROM partman.undo_partition('shop.orders', 'shop.plain', 1, '10 hours', false) $$, $$ VALUES (2, 2::bigint) $$, 'an emptied one and an empty one');
SELECT hasnt_table('shop'::name, 'orders_a'::name, 'dropped');
SELECT hasnt_table('shop'::name, 'orders_b'::name, 'the empty one too');
SELECT results_eq($$ SELECT * FROM partman.undo_partition('shop.orders', 'shop.plain', 10, p_keep_table := false) $$, $$ VALUES (1, 24::bigint) $$, 'the last one');
SELECT hasnt_table('shop'::name, 'orders_c'::name, 'is gone');
SELECT is((SELECT count(*) FROM partman.part_config), 0::bigint, 'the set is not managed any more');
SELECT hasnt_table('shop'::name, 'own_template'::name, 'its template is gone');
SELECT results_eq('SELECT count(*), count(DISTINCT id), sum(size), sum(length(note)), max(at) FROM shop.plain',
    $$ VALUES (50::bigint, 50::bigint, 310::bigint, 310::bigint, 'infinity'::timestamptz) $$, 'every row is in the plain table, in its own shape');
SELECT is((SELECT count(*) FROM pg_inherits WHERE inhparent = 'shop.orders'::regclass), 0::bigint, 'the parent has no partition');
SELECT throws_like($$ CALL partman.undo_partition_proc('shop.orders', 'shop.plain') $$, 'undo_partition_proc() cannot be called in a transaction block', 'the procedure in a transaction');

SELECT * FROM finish();
ROLLBACK;
