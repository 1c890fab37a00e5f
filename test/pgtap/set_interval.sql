-- A set gets another interval.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
SET TimeZone = 'UTC';

BEGIN;
SELECT no_plan();
UPDATE partman.part_config SET automatic_maintenance = 'off';
\ir lib/try.sql
CREATE FUNCTION pg_temp.parts(p_parent text) RETURNS TABLE (lower timestamptz, upper timestamptz) LANGUAGE sql AS $$
    SELECT lower_time, upper_time FROM partman.partitions WHERE parent_table = p_parent AND NOT is_default ORDER BY 1
$$;
-- What must be so after each change: no hole, present and future covered, old partitions and rows untouched.
CREATE FUNCTION pg_temp.check_pair(p_old text, p_new text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    t text := 'pair';
    old_parts text[];
    present timestamptz := now();
    reach timestamptz;
BEGIN
    CREATE TABLE public.pair (at timestamptz NOT NULL, v int) PARTITION BY RANGE (at);
    PERFORM partman.create_parent('public.pair', 'at', p_old, p_premake := 3, p_time_zone := 'Europe/Berlin', p_start_partition := (now() - 2 * p_old::interval)::text);
    INSERT INTO public.pair SELECT now() - i * p_old::interval, i FROM generate_series(0, 2) AS i;
    old_parts := ARRAY(SELECT format('%s %s', lower, upper) FROM pg_temp.parts('public.pair') WHERE lower <= present);
    PERFORM partman.set_interval('public.pair', p_new);
    RETURN NEXT is(ARRAY(SELECT format('%s %s', lower, upper) FROM pg_temp.parts('public.pair') WHERE lower <= present), old_parts,
        format('%s -> %s: what holds rows stays', p_old, p_new));
    RETURN NEXT is((SELECT count(*) FROM (SELECT lower, lag(upper) OVER (ORDER BY lower) AS before FROM pg_temp.parts('public.pair')) AS p WHERE lower <> before), 0::bigint, 'no hole and no overlap');
    SELECT max(upper) INTO reach FROM pg_temp.parts('public.pair');
    RETURN NEXT is((SELECT count(*) FROM pg_temp.parts('public.pair') WHERE lower > present), 3::bigint, 'three more are premade');
    -- The last one begins and ends on the new grid.
    RETURN NEXT is((SELECT (lower AT TIME ZONE 'Europe/Berlin') + p_new::interval FROM pg_temp.parts('public.pair') ORDER BY lower DESC LIMIT 1), reach AT TIME ZONE 'Europe/Berlin', 'in steps of the new interval');
    RETURN NEXT is((SELECT date_trunc(CASE p_new WHEN '1 hour' THEN 'hour' WHEN '1 day' THEN 'day' WHEN '1 week' THEN 'day' WHEN '1 month' THEN 'month' WHEN '3 months' THEN 'month' ELSE 'year' END,
        reach AT TIME ZONE 'Europe/Berlin')), reach AT TIME ZONE 'Europe/Berlin', 'aligned as by create_parent()');
    RETURN NEXT is((SELECT count(*) FROM public.pair), 3::bigint, 'no row is lost');
    RETURN NEXT is((SELECT partition_interval::interval FROM partman.part_config WHERE parent_table = 'public.pair'), p_new::interval, 'what is stored');
    RETURN NEXT is((SELECT count(*) FROM partman.plan_maintenance('public.pair')), 0::bigint, 'and nothing is left to do');
    RETURN NEXT is(partman.set_interval('public.pair', p_new), 0::bigint, 'twice is once');
    -- And back.
    PERFORM partman.set_interval('public.pair', p_old);
    RETURN NEXT is((SELECT count(*) FROM (SELECT lower, lag(upper) OVER (ORDER BY lower) AS before FROM pg_temp.parts('public.pair')) AS p WHERE lower <> before), 0::bigint, 'and back without a hole');
    RETURN NEXT is(ARRAY(SELECT format('%s %s', lower, upper) FROM pg_temp.parts('public.pair') WHERE lower <= present), old_parts, 'what holds rows stays');
    DELETE FROM partman.part_config WHERE parent_table = 'public.pair';
    DROP TABLE public.pair;
    DROP TABLE partman.template_public_pair;
END $$;
SELECT pg_temp.check_pair(a, b)
FROM unnest(ARRAY['1 hour', '1 day', '1 week', '1 month', '3 months', '1 year']) AS a, unnest(ARRAY['1 hour', '1 day', '1 week', '1 month', '3 months', '1 year']) AS b
WHERE a <> b;

-- From a moment on, with rows ahead.
CREATE TABLE public.i_from (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.i_from', 'at', '1 month', p_premake := 6, p_time_zone := 'UTC', p_name_template := '{table}_{YYYY}_{MM}_{DD}');
INSERT INTO public.i_from VALUES (date_trunc('month', now()) + interval '3 months 3 days');
SELECT isnt(partman.set_interval('public.i_from', '1 year', (date_trunc('month', now()) + interval '1 month 3 days')::text), 0::bigint, 'from a moment on');
SELECT is((SELECT count(*) FROM pg_temp.parts('public.i_from') WHERE upper <= date_trunc('month', now()) + interval '2 months' AND lower >= date_trunc('month', now())), 2::bigint, 'the months before it stay');
SELECT ok(EXISTS (SELECT FROM pg_temp.parts('public.i_from') WHERE lower = date_trunc('month', now()) + interval '3 months' AND upper = lower + interval '1 month'), 'and so does one with rows');
SELECT is((SELECT count(*) FROM (SELECT lower, lag(upper) OVER (ORDER BY lower) AS before FROM pg_temp.parts('public.i_from')) AS p WHERE lower <> before), 0::bigint, 'no hole');
SELECT is((SELECT max(upper) FROM pg_temp.parts('public.i_from')), date_trunc('year', (SELECT max(upper) FROM pg_temp.parts('public.i_from'))), 'to the end of a year');
SELECT is((SELECT count(*) FROM public.i_from), 1::bigint, 'no row is lost');

-- What somebody attached, and what somebody holds, stays.
CREATE TABLE public.i_kept (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.i_kept', 'at', '1 month', p_premake := 4, p_time_zone := 'UTC');
CREATE TABLE public.i_mine (at timestamptz NOT NULL);
SELECT format('ALTER TABLE public.i_kept ATTACH PARTITION public.i_mine FOR VALUES FROM (%L) TO (%L)', max(upper), max(upper) + interval '1 month') AS attach FROM pg_temp.parts('public.i_kept') \gset
:attach;
SELECT lives_ok($$SELECT partman.set_interval('public.i_kept', '1 day')$$, 'a set with a partition of somebody else''s');
SELECT ok(EXISTS (SELECT FROM pg_inherits WHERE inhrelid = 'public.i_mine'::regclass), 'which stays');

-- By id.
CREATE TABLE public.i_id (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.i_id', 'id', '10', p_premake := 3);
INSERT INTO public.i_id SELECT generate_series(0, 14);
SELECT is(partman.set_interval('public.i_id', '100'), 3::bigint, 'ids');
SELECT results_eq($$SELECT lower_id, upper_id FROM partman.partitions WHERE parent_table = 'public.i_id' AND NOT is_default$$,
    $$VALUES (0::bigint, 10::bigint), (10, 20), (20, 100), (100, 200), (200, 300)$$, 'a bridging one, and the new grid');
CREATE TABLE public.i_none (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.i_none', 'id', '10', p_premake := 2);
SELECT is(partman.set_interval('public.i_none', '25'), 0::bigint, 'ids without rows: what is there stays');
SELECT is((SELECT count(*) FROM partman.partitions WHERE parent_table = 'public.i_none' AND NOT is_default), 3::bigint, 'until there are some');
SELECT is(partman.set_interval('public.i_none', '100', '10'), 3::bigint, 'or it is said from where');
SELECT results_eq($$SELECT lower_id, upper_id FROM partman.partitions WHERE parent_table = 'public.i_none' AND NOT is_default$$,
    $$VALUES (0::bigint, 10::bigint), (10, 100), (100, 200), (200, 300)$$, 'is replaced');

-- Bad input.
CREATE TABLE public.i_hash (id int) PARTITION BY HASH (id);
SELECT partman.create_parent('public.i_hash', 'id', p_type := 'hash', p_modulus := 2);
SELECT matches(pg_temp.try(sql), expected, expected) FROM (VALUES
    ($$SELECT partman.set_interval('public.i_none', '0')$$, '^22023 '),
    ($$SELECT partman.set_interval('public.i_none', 'often')$$, '^22'),
    ($$SELECT partman.set_interval('public.i_kept', '-1 day')$$, '^22023 '),
    ($$SELECT partman.set_interval('public.i_kept', '5 years', '2999-01-01')$$, '^22023 "2999-01-01 .* lies beyond the last partition'),
    ($$SELECT partman.set_interval('public.i_kept', '5 years', 'soon')$$, '^22007 '),
    ($$SELECT partman.set_interval('public.i_from', '1 hour')$$, '^22023 .*template'),
    ($$SELECT partman.set_interval('public.i_hash', '5')$$, '^42809 the partitions of table "public.i_hash" have no interval'),
    ($$SELECT partman.set_interval('public.nothing', '5')$$, '^42704 '),
    ($$SELECT partman.set_interval(NULL, '5')$$, '^22'),
    ($$SELECT partman.set_interval('public.i_none', NULL)$$, '^22')
) AS bad (sql, expected);
SELECT is((SELECT partition_interval FROM partman.part_config WHERE parent_table = 'public.i_none'), '100', 'and changes nothing');
CREATE ROLE i_other;
GRANT USAGE ON SCHEMA partman TO i_other;
SET ROLE i_other;
SELECT matches(pg_temp.try($$SELECT partman.set_interval('public.i_none', '5')$$), '^42501 ', 'somebody else changes nothing');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
