-- start_at: nothing is made for values before it.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
SET TimeZone = 'UTC';

BEGIN;
SELECT plan(64);
UPDATE partman.part_config SET automatic_maintenance = 'off';
\ir lib/try.sql
-- The lower bounds of a set's partitions.
CREATE FUNCTION pg_temp.lowers(p_set text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM $r$FROM \('?(.*?)'?\) TO$r$) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = p_set::regclass AND pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT' ORDER BY 1
$$;

-- By argument, for each kind of key: whatever is called after that, nothing begins before.
CREATE TEMP TABLE cases (name text, type text, step text, start text, old text);
INSERT INTO cases VALUES
    ('tz', 'timestamptz', '1 day', (date_trunc('day', now()) + interval '30 hours')::text, (now() - interval '3 days')::text),
    ('ts', 'timestamp', '1 month', (date_trunc('month', now()) + interval '40 days')::timestamp::text, (now()::timestamp - interval '3 months')::text),
    ('d', 'date', '7 days', (now() + interval '2 days')::date::text, (now() - interval '30 days')::date::text),
    ('i', 'int', '100', '1050', '20'),
    ('b', 'bigint', '1000', '-1500', '-9000');
SELECT pg_temp.try(format('CREATE TABLE public.s_%s (k %s NOT NULL) PARTITION BY RANGE (k)', name, type)) FROM cases;
SELECT ok(partman.create_parent('public.s_' || name, 'k', step, p_premake := 3, p_start_at := start), name || ' is set up') FROM cases;
SELECT is(pg_temp.try(format('INSERT INTO public.s_%s VALUES (%L)', name, old)), 'no error', name || ': an old row') FROM cases;
INSERT INTO public.s_i VALUES (1060);
INSERT INTO public.s_b VALUES (-1500), (700);
SELECT is(partman.partition_gap_fill('public.s_' || name), 0, name || ': there is no gap') FROM cases;
SELECT lives_ok(format('SELECT partman.run_maintenance(%L)', 'public.s_' || name), name || ': maintenance') FROM cases;
SELECT is(partman.partition_data_time('public.s_' || name, 100), 0::bigint, name || ': the old row stays where it is') FROM cases WHERE step ~ ' ';
SELECT is(partman.partition_data_id('public.s_' || name, 100), CASE name WHEN 'b' THEN 1 ELSE 0 END::bigint, name || ': the old row stays where it is') FROM cases WHERE step !~ ' ';
SELECT is((SELECT min(b::timestamptz) FROM pg_temp.lowers('public.s_tz') b), (SELECT start::timestamptz FROM cases WHERE name = 'tz'), 'timestamptz: the first begins there');
SELECT is((SELECT min(b::timestamp) FROM pg_temp.lowers('public.s_ts') b), (SELECT start::timestamp FROM cases WHERE name = 'ts'), 'timestamp: so it does');
SELECT is((SELECT min(b::date) FROM pg_temp.lowers('public.s_d') b), (SELECT start::date FROM cases WHERE name = 'd'), 'date: so it does');
SELECT set_eq($$SELECT pg_temp.lowers('public.s_i')$$, ARRAY['1050', '1100', '1200', '1300'], 'ids: so it does, and premake follow');
SELECT is((SELECT min(b::int) FROM pg_temp.lowers('public.s_b') b), -1500, 'negative ids');
SELECT is((SELECT count(*) FROM public.s_b WHERE tableoid = 'public.s_b_default'::regclass), 1::bigint, 'only what is older is in the default partition');
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.s_' || name) WHERE action <> 'skip'), 0::bigint, name || ': nothing is left to do') FROM cases;

-- Set later, and taken away again: a set that is behind.
CREATE TABLE public.s_late (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.s_late', 'at', '1 day', p_premake := 3, p_default_table := false);
DO $$
DECLARE
    v_part text;
BEGIN
    FOR v_part IN SELECT partition_schemaname || '.' || partition_tablename FROM partman.show_partitions('public.s_late') OFFSET 2 LOOP
        EXECUTE 'DROP TABLE ' || v_part;
    END LOOP;
END $$;
SELECT cmp_ok((SELECT count(*) FROM partman.plan_maintenance('public.s_late')), '>=', 4::bigint, 'days are missing');
UPDATE partman.part_config SET start_at = (date_trunc('day', now()) + interval '2 days')::date WHERE parent_table = 'public.s_late';
SELECT results_eq($$SELECT action, count(*) FROM partman.plan_maintenance('public.s_late') GROUP BY 1 ORDER BY 1$$, $$VALUES ('create', 2::bigint), ('skip', 1)$$, 'the plan shows what is left out');
SELECT matches((SELECT reason FROM partman.plan_maintenance('public.s_late') WHERE action = 'skip'), '^nothing is made before start_at, 20', 'and why');
SELECT is((SELECT partition FROM partman.plan_maintenance('public.s_late') WHERE action = 'skip'), NULL, 'it is no partition');
SELECT partman.run_maintenance('public.s_late');
SELECT is((SELECT min(lower_time) FROM partman.partitions WHERE parent_table = 'public.s_late' AND lower_time > now()), date_trunc('day', now()) + interval '2 days', 'nothing before it is made');
SELECT is(partman.partition_gap_fill('public.s_late'), 0, 'nor is the gap before it filled');
SELECT is((SELECT missing_ranges::text || gaps_behind FROM partman.health WHERE parent_table = 'public.s_late'), '00', 'which is none');
SELECT is((SELECT severity FROM partman.health WHERE parent_table = 'public.s_late' AND reasons::text ~ 'partition'), NULL, 'and nothing to worry about');
SELECT ok(partman.create_partition_time('public.s_late', ARRAY[date_trunc('day', now())]), 'by hand it can be made');
UPDATE partman.part_config SET start_at = NULL WHERE parent_table = 'public.s_late';
SELECT cmp_ok(partman.partition_gap_fill('public.s_late'), '>=', 1, 'without the limit the gap is filled');

-- Another interval.
CREATE TABLE public.s_side (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.s_side', 'at', '1 month', p_premake := 2, p_start_at := (date_trunc('month', now()) + interval '10 days')::text);
SELECT lives_ok($$SELECT partman.set_interval('public.s_side', '1 week')$$, 'set_interval()');
SELECT is((SELECT min(lower_time) FROM partman.partitions WHERE parent_table = 'public.s_side'), date_trunc('month', now()) + interval '10 days', 'makes nothing before it');

-- ensure_set(), and the definition.
CREATE TABLE public.s_spec (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT results_eq($$SELECT setting, new_value FROM partman.ensure_set('{"parent_table": "public.s_spec", "control": "at", "interval": "1 year", "start_at": "2099-01-01"}') WHERE setting = 'start_at'$$,
    $$VALUES ('start_at', '2099-01-01')$$, 'ensure_set() knows it');
SELECT is_empty($$SELECT * FROM partman.ensure_set('{"parent_table": "public.s_spec", "start_at": "2099-01-01"}')$$, 'and that it is so');
SELECT is((SELECT severity FROM partman.health WHERE parent_table = 'public.s_spec' AND reasons::text ~ 'new rows'), NULL, 'that the first partition is far ahead is as it should be');
SELECT results_eq($$SELECT setting, old_value, new_value FROM partman.ensure_set('{"parent_table": "public.s_spec", "start_at": null}')$$, $$VALUES ('start_at', '2099-01-01', NULL::text)$$, 'it can be taken away');
SELECT matches(partman.dump_partitioned_table_definition('public.s_i'), 'p_start_at := ''1050''', 'the definition');

-- Bad input
CREATE TABLE public.s_bad (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.s_list (v text NOT NULL) PARTITION BY LIST (v);
CREATE TABLE public.s_hash (v int NOT NULL) PARTITION BY HASH (v);
CREATE TEMP TABLE bad (call text, error text);
INSERT INTO bad VALUES
    ($$SELECT partman.create_parent('public.s_bad', 'at', '1 day', p_start_at := 'tomorrow')$$, '^22023 start_at "tomorrow" is not a time\n.*\nWrite it as '),
    ($$SELECT partman.create_parent('public.s_bad', 'at', '1 day', p_start_at := '')$$, '^22023 start_at "" is not a time'),
    ($$SELECT partman.create_parent('public.s_bad', 'at', '1 day', p_start_at := '01.02.2027')$$, '^22023 start_at'),
    ($$SELECT partman.create_parent('public.s_bad', 'at', '1 day', p_start_at := '2027-02-30')$$, '^22023 start_at'),
    ($$SELECT partman.create_parent('public.s_bad', 'at', '1 day', p_start_at := '999999-01-01')$$, '^22008 '),
    ($$SELECT partman.create_parent('public.s_list', 'v', p_type := 'list', p_start_at := '5')$$, '^22023 p_start_at cannot be used'),
    ($$SELECT partman.create_parent('public.s_hash', 'v', p_type := 'hash', p_modulus := 2, p_start_at := '5')$$, '^22023 p_start_at cannot be used'),
    ($$UPDATE partman.part_config SET start_at = 'now' WHERE parent_table = 'public.s_late'$$, '^22023 start_at "now" is not a time'),
    ($$UPDATE partman.part_config SET start_at = 'x' WHERE parent_table = 'public.s_i'$$, '^22023 '),
    ($$UPDATE partman.part_config SET start_at = '3000000000' WHERE parent_table = 'public.s_i'$$, '^22003 ');
SELECT matches(pg_temp.try(call), error, call) FROM bad;
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table IN ('public.s_bad', 'public.s_list', 'public.s_hash')), 0::bigint, 'nothing is managed');

SELECT * FROM finish();
ROLLBACK;
