-- Large partitions that create_sub_parent leaves to maintenance, until that comes to them.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT no_plan();

SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA wl;

-- A set with a large partition, a small one and empty ones.  Values that are not compressed make it large at once.
CREATE FUNCTION wl.make(name text, key text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE wl.%I (id int NOT NULL, tenant int NOT NULL, body text%s) PARTITION BY RANGE (id)', name, key);
    EXECUTE format('ALTER TABLE wl.%I ALTER body SET STORAGE EXTERNAL', name);
END $$;
CREATE FUNCTION wl.fill(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM partman.create_parent('wl.' || name, 'id', '1000', p_premake := 2);
    EXECUTE format($q$INSERT INTO wl.%I SELECT i, i %% 7, repeat('x', 20000) FROM generate_series(0, 999) i$q$, name);
    EXECUTE format($q$INSERT INTO wl.%I SELECT i, i %% 7, 'x' FROM generate_series(1000, 1099) i$q$, name);
    PERFORM partman.run_maintenance('wl.' || name);
END $$;
CREATE FUNCTION wl.kinds(name text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(c.relname || ' ' || c.relkind::text, ', ' ORDER BY c.relname) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
    WHERE inhparent = ('wl.' || name)::regclass
$$;
CREATE FUNCTION wl.planned(name text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(action || ' ' || partition || ' ' || bounds, ', ') FROM partman.plan_maintenance('wl.' || name)
$$;

SELECT wl.make('fit', ', PRIMARY KEY (id, tenant)');
SELECT wl.fill('fit');
SELECT wl.make('keyless', '');
SELECT wl.fill('keyless');
SELECT wl.make('manual', ', PRIMARY KEY (id, tenant)');
SELECT wl.fill('manual');
UPDATE partman.part_config SET automatic_maintenance = 'off' WHERE parent_table = 'wl.manual';

SELECT ok(partman.create_sub_parent('wl.' || name, 'tenant', p_type := 'hash', p_modulus := 2, p_declarative_check := 'yes'), name || ' gets a level')
    FROM unnest(ARRAY['fit', 'keyless', 'manual']) AS name;

--
-- Which ones wait
--
SELECT is(wl.kinds('fit'), 'fit_default r, fit_p0 r, fit_p1000 p, fit_p2000 p, fit_p3000 p', 'the large one is a plain table still');
SELECT is(wl.kinds('keyless'), 'keyless_default r, keyless_p0 p, keyless_p1000 p, keyless_p2000 p, keyless_p3000 p', 'unless there is no key to find its rows by');
SELECT is(wl.kinds('manual'), 'manual_default r, manual_p0 p, manual_p1000 p, manual_p2000 p, manual_p3000 p', 'or nothing maintains it');
SELECT is((SELECT count(*) FROM wl.fit), 1100::bigint, 'no row is lost');

--
-- How that is shown
--
SELECT is(wl.planned('fit'), 'convert wl.fit_p0 FROM (''0'') TO (''1000'')', 'it is planned');
SELECT results_eq($$ SELECT sql, locks, estimated_bytes > 20000000 FROM partman.plan_maintenance('wl.fit') $$,
    $$ VALUES ('CALL partman.run_maintenance_proc();', 'at the end AccessExclusiveLock on wl.fit, AccessExclusiveLock on wl.fit_default, AccessExclusiveLock on wl.fit_p0', true) $$,
    'with its locks and its size');
SELECT ok((SELECT reasons @> ARRAY['1 partition waits for maintenance to give it partitions of its own'] FROM partman.health WHERE parent_table = 'wl.fit'), 'health says so');
SELECT is((SELECT count(*) FROM partman.health WHERE parent_table LIKE 'wl.%' AND array_to_string(reasons, ' ') LIKE '%of its own%'), 1::bigint, 'of nothing else');
SELECT is(wl.planned('keyless'), NULL, 'what was done at once is done');

--
-- A function cannot do it
--
DELETE FROM wl.fit WHERE id = 1000;
DROP TABLE wl.fit_p3000;
SELECT lives_ok($$ SELECT partman.run_maintenance('wl.fit') $$, 'a function leaves it alone');
SELECT is(wl.kinds('fit'), 'fit_default r, fit_p0 r, fit_p1000 p, fit_p2000 p, fit_p3000 p', 'and does everything else');
SELECT throws_like(format('CALL partman.apply_plan(%L, %L, p_atomic => true)', (SELECT fingerprint FROM partman.plan_maintenance('wl.fit')), 'wl.fit'),
    '%waits to be partitioned itself', 'nor can a plan that is all or nothing');

--
-- What keeps it from being done
--
UPDATE partman.part_config SET create_enabled = false WHERE parent_table = 'wl.fit';
SELECT is(wl.planned('fit'), NULL, 'not while making is switched off');
UPDATE partman.part_config SET create_enabled = true, paused_until = 'infinity' WHERE parent_table = 'wl.fit';
SELECT is(wl.planned('fit'), NULL, 'nor while the set is paused');
UPDATE partman.part_config SET paused_until = NULL WHERE parent_table = 'wl.fit';
SELECT partman.hold_retention('wl.fit_p0');
SELECT is(wl.planned('fit'), NULL, 'nor while it is held');
SELECT partman.hold_retention('wl.fit_p0', false);
SELECT is(wl.planned('fit'), 'convert wl.fit_p0 FROM (''0'') TO (''1000'')', 'then it is due again');
UPDATE partman.part_config SET retention = '1', retention_keep_table = false WHERE parent_table = 'wl.fit';
SELECT is(split_part(wl.planned('fit'), ' ', 1), 'drop', 'what is to be retired is not converted before');
UPDATE partman.part_config SET retention = NULL WHERE parent_table = 'wl.fit';
CREATE TABLE wl.guest (LIKE wl.fit INCLUDING ALL);
ALTER TABLE wl.fit ATTACH PARTITION wl.guest FOR VALUES FROM (8000) TO (9000);
INSERT INTO wl.fit VALUES (8000, 1, 'x');
SELECT unalike(coalesce(wl.planned('fit'), ''), '%guest%', 'what somebody else has attached stays as it is');
SELECT ok(partman.stop_sub_partition('wl.fit'), 'the level is given up');
SELECT unalike(coalesce(wl.planned('fit'), ''), '%convert%', 'and nothing waits any more');

--
-- Sets along which nothing is stepped
--
CREATE TABLE wl.shop (shop int NOT NULL, at date NOT NULL, body text, PRIMARY KEY (shop, at)) PARTITION BY LIST (shop);
ALTER TABLE wl.shop ALTER body SET STORAGE EXTERNAL;
SELECT partman.create_parent('wl.shop', 'shop', p_type := 'list');
SELECT partman.add_list_partition('wl.shop', ARRAY['1', '2']), partman.add_list_partition('wl.shop', ARRAY['3']);
INSERT INTO wl.shop SELECT 1 + i % 2, date '2020-01-01' + i, repeat('x', 20000) FROM generate_series(0, 999) i;
SELECT partman.create_sub_parent('wl.shop', 'at', '1 year', p_declarative_check := 'yes');
SELECT is((SELECT count(*) FROM partman.plan_maintenance('wl.shop') WHERE action = 'convert' AND bounds = 'IN (1, 2)'), 1::bigint, 'a partition of a list waits');
UPDATE partman.part_config SET create_enabled = false WHERE parent_table = 'wl.shop';
SELECT is((SELECT count(*) FROM partman.plan_maintenance('wl.shop')), 0::bigint, 'unless making is switched off');

CREATE TABLE wl.spread (id int NOT NULL, at date NOT NULL, body text, PRIMARY KEY (id, at)) PARTITION BY HASH (id);
ALTER TABLE wl.spread ALTER body SET STORAGE EXTERNAL;
SELECT partman.create_parent('wl.spread', 'id', p_type := 'hash', p_modulus := 2);
INSERT INTO wl.spread SELECT i, date '2020-01-01' + i % 100, repeat('x', 20000) FROM generate_series(0, 1999) i;
SELECT partman.create_sub_parent('wl.spread', 'at', '1 month', p_declarative_check := 'yes');
SELECT is((SELECT string_agg(bounds, ', ' ORDER BY bounds) FROM partman.plan_maintenance('wl.spread') WHERE action = 'convert'),
    'WITH (modulus 2, remainder 0), WITH (modulus 2, remainder 1)', 'so do those by hash');
SELECT is((SELECT count(DISTINCT fingerprint) FROM partman.plan_maintenance('wl.spread')), 1::bigint, 'as one plan');

SELECT * FROM finish();
ROLLBACK;
