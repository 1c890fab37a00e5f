-- bounds_function: a function of the user's says where partitions begin and end.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
SET TimeZone = 'UTC';

BEGIN;
SELECT plan(92);
UPDATE partman.part_config SET automatic_maintenance = 'off';
\ir lib/try.sql
CREATE ROLE bf_owner;
CREATE ROLE bf_other;
GRANT CREATE, USAGE ON SCHEMA public TO bf_owner, bf_other;

-- A fiscal year of quarters of 4, 4 and 5 weeks, in days since a Monday; and stretches of 10, 20 and 30 ids.
CREATE FUNCTION public.bf_days(p_day int, OUT lower int, OUT upper int) LANGUAGE sql IMMUTABLE AS $$
    SELECT (q * 13 + CASE WHEN w < 4 THEN 0 WHEN w < 8 THEN 4 ELSE 8 END) * 7, (q * 13 + CASE WHEN w < 4 THEN 4 WHEN w < 8 THEN 8 ELSE 13 END) * 7
      FROM (SELECT floor(p_day / 91.0)::int AS q) AS quarter, LATERAL (SELECT floor((p_day - q * 91) / 7.0)::int AS w) AS week
$$;
CREATE FUNCTION public.bf_fiscal(p_parent regclass, p_value date) RETURNS TABLE (lower date, upper date) LANGUAGE sql STABLE AS $$
    SELECT date '2024-01-01' + d.lower, date '2024-01-01' + d.upper FROM public.bf_days(p_value - date '2024-01-01') AS d
$$;
CREATE FUNCTION public.bf_fiscal(p_parent regclass, p_value timestamptz) RETURNS TABLE (lower timestamptz, upper timestamptz) LANGUAGE sql STABLE AS $$
    SELECT d.lower::timestamptz, d.upper::timestamptz FROM public.bf_fiscal(p_parent, p_value::date) AS d
$$;
CREATE FUNCTION public.bf_fiscal(p_parent regclass, p_value timestamp) RETURNS TABLE (lower timestamp, upper timestamp) LANGUAGE sql STABLE AS $$
    SELECT d.lower::timestamp, d.upper::timestamp FROM public.bf_fiscal(p_parent, p_value::date) AS d
$$;
CREATE FUNCTION public.bf_ids(p_parent regclass, p_value bigint, OUT lower bigint, OUT upper bigint) LANGUAGE sql IMMUTABLE AS $$
    SELECT s * 60 + CASE WHEN r < 10 THEN 0 WHEN r < 30 THEN 10 ELSE 30 END, s * 60 + CASE WHEN r < 10 THEN 10 WHEN r < 30 THEN 30 ELSE 60 END
      FROM (SELECT floor(p_value / 60.0)::bigint AS s) AS stretch, LATERAL (SELECT p_value - s * 60 AS r) AS rest
$$;
CREATE FUNCTION pg_temp.parts(p_set text) RETURNS TABLE (name text, lower text, upper text) LANGUAGE sql AS $$
    SELECT c.relname::text, b[1], b[2] FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid,
           regexp_match(pg_get_expr(c.relpartbound, c.oid), $r$FROM \('?(.*?)'?\) TO \('?(.*?)'?\)$r$) AS b
     WHERE i.inhparent = p_set::regclass AND b IS NOT NULL
$$;

-- Each kind of key: what is made is what the function says, without a hole, from before now to premake after it.
CREATE TEMP TABLE cases (name text, type text, extra text);
INSERT INTO cases VALUES ('tz', 'timestamptz', ''), ('ts', 'timestamp', ''), ('d', 'date', ''), ('sec', 'bigint', ', p_epoch := ''seconds'''), ('berlin', 'timestamptz', ', p_time_zone := ''Europe/Berlin''');
SELECT pg_temp.try(format('CREATE TABLE public.b_%s (k %s NOT NULL, v int) PARTITION BY RANGE (k)', name, type)) FROM cases;
SELECT is(pg_temp.try(format('SELECT partman.create_parent(%L, %L, %L, p_premake := 3, p_bounds_function := %L%s)', 'public.b_' || name, 'k', '1 month', 'public.bf_fiscal', extra)), 'no error', name || ' is set up') FROM cases;
CREATE FUNCTION pg_temp.check_set(p_set text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', min(lower_time) <= now(), max(upper_time) > now(), sum((lower_time > now())::int), string_agg(DISTINCT (lower_time IS NOT DISTINCT FROM before OR before IS NULL)::text, ','))
      FROM (SELECT *, lag(upper_time) OVER (ORDER BY lower_time) AS before FROM partman.partitions WHERE parent_table = p_set AND lower_time IS NOT NULL) AS p
$$;
SELECT is(pg_temp.check_set('public.b_' || name), 't t 3 true', name || ': from before now to premake after it, without a hole') FROM cases;
SELECT is((SELECT count(*) FROM partman.partitions AS p, public.bf_fiscal('public.b_tz', p.lower_time) AS f WHERE p.parent_table = 'public.b_tz' AND p.lower_time IS NOT NULL AND (f.lower, f.upper) IS DISTINCT FROM (p.lower_time, p.upper_time)), 0::bigint, 'as the function says');
SELECT set_eq($$SELECT DISTINCT upper_time - lower_time FROM partman.partitions WHERE parent_table = 'public.b_tz' AND lower_time IS NOT NULL$$, ARRAY[interval '28 days', interval '35 days'], 'of 4 and of 5 weeks');
SELECT is((SELECT min(extract(hour FROM lower_time AT TIME ZONE 'Europe/Berlin')) + max(extract(hour FROM lower_time AT TIME ZONE 'Europe/Berlin')) FROM partman.partitions WHERE parent_table = 'public.b_berlin'), 0::numeric, 'it is called in the zone of the set');
SELECT is_empty(format('SELECT * FROM partman.plan_maintenance(%L)', 'public.b_' || name), name || ': nothing is left to do') FROM cases;
SELECT lives_ok(format('SELECT partman.run_maintenance(%L)', 'public.b_' || name), name || ': maintenance') FROM cases;
SELECT is((SELECT count(*) FROM partman.health WHERE parent_table ~ '^public.b_' AND (missing_ranges > 0 OR gaps_behind > 0 OR covered_until IS NULL)), 0::bigint, 'health has nothing to say');

-- What is missing is made again.
SELECT is(pg_temp.try('DROP TABLE public.' || (SELECT name FROM pg_temp.parts('public.b_tz') ORDER BY lower::timestamptz DESC LIMIT 1)), 'no error', 'the last one goes');
SELECT is((SELECT count(*) FROM partman.plan_maintenance('public.b_tz') WHERE action = 'create'), 1::bigint, 'the plan wants it back');
SELECT partman.run_maintenance('public.b_tz');
SELECT is(pg_temp.check_set('public.b_tz'), 't t 3 true', 'maintenance brings it');
SELECT is(pg_temp.try('DROP TABLE public.' || (SELECT name FROM pg_temp.parts('public.b_tz') ORDER BY lower::timestamptz DESC LIMIT 1 OFFSET 1)), 'no error', 'one in the middle goes');
SELECT is(partman.partition_gap_fill('public.b_tz'), 1, 'partition_gap_fill()');
SELECT is(pg_temp.check_set('public.b_tz'), 't t 3 true', 'brings it, too');

-- Rows of the past, and the names of their partitions.
INSERT INTO public.b_d SELECT current_date - i * 20 FROM generate_series(0, 40) AS i;
SELECT cmp_ok(partman.partition_data_time('public.b_d', 1000), '>', 20::bigint, 'partition_data_time()');
SELECT is((SELECT count(*) FROM public.b_d WHERE tableoid = 'public.b_d_default'::regclass), 0::bigint, 'leaves nothing behind');
SELECT is((SELECT count(*) FROM partman.partitions AS p, public.bf_fiscal('public.b_d', (p.lower_time AT TIME ZONE 'UTC')::date) AS f WHERE p.parent_table = 'public.b_d' AND p.lower_time IS NOT NULL
    AND (f.lower, f.upper) IS DISTINCT FROM ((p.lower_time AT TIME ZONE 'UTC')::date, (p.upper_time AT TIME ZONE 'UTC')::date)), 0::bigint, 'in partitions of the function');
SELECT results_eq($$SELECT partition_table, table_exists FROM partman.show_partition_name('public.b_tz', '2024-02-10')$$, $$VALUES ('b_tz_p20240129', false)$$, 'show_partition_name()');
SELECT ok(partman.create_partition_time('public.b_tz', ARRAY['2024-01-29'::timestamptz]), 'create_partition_time()');
SELECT is((SELECT upper_time FROM partman.partitions WHERE partition_table = 'b_tz_p20240129'), '2024-02-26'::timestamptz, 'is as long as the function says');
UPDATE partman.part_config SET retention = '1 year', retention_keep_table = false WHERE parent_table = 'public.b_tz';
SELECT partman.run_maintenance('public.b_tz');
SELECT is(to_regclass('public.b_tz_p20240129'), NULL, 'retention');

-- Ids.
CREATE TABLE public.b_i (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.b_i', 'id', '20', p_premake := 4, p_bounds_function := 'public.bf_ids');
SELECT set_eq($$SELECT lower || '-' || upper FROM pg_temp.parts('public.b_i')$$, ARRAY['0-10', '10-30', '30-60', '60-70', '70-90'], 'ids');
INSERT INTO public.b_i VALUES (75), (200);
SELECT partman.run_maintenance('public.b_i');
SELECT set_eq($$SELECT lower || '-' || upper FROM pg_temp.parts('public.b_i')$$, ARRAY['0-10', '10-30', '30-60', '60-70', '70-90', '90-120', '120-130', '130-150', '150-180'], 'follow the data');
SELECT is(partman.partition_data_id('public.b_i', 10), 1::bigint, 'partition_data_id()');
SELECT set_eq($$SELECT lower || '-' || upper FROM pg_temp.parts('public.b_i') WHERE lower::int > 150$$, ARRAY['190-210'], 'makes what the function says');

-- A beginning in the middle of a partition.
CREATE TABLE public.b_start (k date NOT NULL) PARTITION BY RANGE (k);
SELECT partman.create_parent('public.b_start', 'k', '1 month', p_premake := 2, p_bounds_function := 'public.bf_fiscal', p_start_at := (current_date + 3)::text);
SELECT is((SELECT min(lower::date) FROM pg_temp.parts('public.b_start')), current_date + 3, 'start_at');

-- Changed later, and taken away: the grids meet in a bridge.
CREATE TABLE public.b_late (k date NOT NULL) PARTITION BY RANGE (k);
SELECT partman.create_parent('public.b_late', 'k', '1 month', p_premake := 1);
UPDATE partman.part_config SET bounds_function = 'public.bf_fiscal', premake = 4 WHERE parent_table = 'public.b_late';
SELECT partman.run_maintenance('public.b_late');
SELECT cmp_ok((SELECT count(*) FROM pg_temp.parts('public.b_late') AS p, public.bf_fiscal('public.b_late', p.lower::date) AS f WHERE (f.lower, f.upper) = (p.lower::date, p.upper::date)), '>=', 2::bigint, 'set later');
SELECT results_eq($$SELECT setting, new_value FROM partman.ensure_set('{"parent_table": "public.b_late", "bounds_function": null}')$$, $$VALUES ('bounds_function', NULL::text)$$, 'ensure_set() takes it away');
SELECT is_empty($$SELECT * FROM partman.ensure_set('{"parent_table": "public.b_late", "bounds_function": null}')$$, 'once');
SELECT matches(partman.dump_partitioned_table_definition('public.b_i'), 'p_bounds_function := ''public.bf_ids''', 'the definition');
SELECT matches(pg_temp.try($$SELECT partman.set_interval('public.b_i', '50')$$), '^42809 the bounds of table "public.b_i" do not follow its interval\nFunction "public.bf_ids"', 'set_interval() has nothing to change');

-- Functions that are no good, one after the other in the place of the same one: an error that says what, and nothing is changed.
CREATE TABLE public.b_bad (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE public.b_was (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE FUNCTION public.bf_bad(p_parent regclass, p_value bigint, OUT lower bigint, OUT upper bigint) LANGUAGE sql AS $$ SELECT p_value / 10 * 10, p_value / 10 * 10 + 10 $$;
SELECT partman.create_parent('public.b_was', 'id', '10', p_premake := 2, p_bounds_function := 'public.bf_bad');
INSERT INTO public.b_was VALUES (25);
CREATE TEMP TABLE bodies (body text, error text);
INSERT INTO bodies VALUES
    ('SELECT NULL::bigint, 10::bigint', '^22004 bounds function public.bf_bad returned no lower bound\nThe value was [0-9]+\.\nEach partition needs both'),
    ('SELECT p_value, NULL::bigint', '^22004 bounds function public.bf_bad returned no upper bound'),
    ('SELECT p_value + 5, p_value + 10', '^42P17 bounds function public.bf_bad leaves a hole at [0-9]+\nIt returned [0-9]+ to [0-9]+ for it, which does not hold it\.'),
    ('SELECT p_value - 10, p_value', '^42P17 bounds function public.bf_bad leaves a hole'),
    ('SELECT p_value + 5, p_value', '^42P17 bounds function public.bf_bad returned bounds in the wrong order'),
    ('SELECT p_value, p_value', '^42P17 bounds function public.bf_bad returned bounds in the wrong order'),
    ('SELECT p_value - 3, p_value + 10', '^42P17 bounds function public.bf_bad returned partitions that overlap\nFor [0-9]+ it returned '),
    ('SELECT 0::bigint, 9223372036854775807', '^22003 bounds function public.bf_bad returned a bound that no partition can have'),
    ('SELECT p_value / 0, 1::bigint', '^42P17 bounds function public.bf_bad failed: division by zero\nThe value was'),
    ('SELECT 1::bigint, 2::bigint WHERE false', '^22004 bounds function public.bf_bad returned no lower bound');
CREATE FUNCTION pg_temp.with_body(p_body text, p_call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION public.bf_bad(p_parent regclass, p_value bigint, OUT lower bigint, OUT upper bigint) LANGUAGE sql AS %L', p_body);
    RETURN pg_temp.try(p_call);
END $$;
SELECT matches(pg_temp.with_body(body, $$SELECT partman.create_parent('public.b_bad', 'id', '10', p_bounds_function := 'public.bf_bad')$$), error, 'set-up: ' || body) FROM bodies;
SELECT matches(pg_temp.with_body(body, $$SELECT partman.run_maintenance('public.b_was')$$), error, 'maintenance: ' || body) FROM bodies WHERE body !~ '- 3|9223';
SELECT is((SELECT count(*) FROM pg_inherits WHERE inhparent IN ('public.b_bad'::regclass, 'public.b_was'::regclass)), 4::bigint, 'nothing was made');
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.b_bad'), 0::bigint, 'and nothing is managed');
SELECT matches((SELECT reason FROM partman.plan_maintenance() WHERE parent_table = 'public.b_was' AND action = 'failed'), '^bounds function public.bf_bad returned no lower bound', 'a plan of all sets says so');
CREATE FUNCTION public.bf_slow(p_parent regclass, p_value bigint, OUT lower bigint, OUT upper bigint) LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(600); lower := 0; upper := 10; END $$;
UPDATE partman.part_config SET bounds_function = 'public.bf_slow', hook_timeout = 50 WHERE parent_table = 'public.b_was';
SELECT matches(pg_temp.try($$SELECT partman.run_maintenance('public.b_was')$$), '^55000 bounds function public.bf_slow did not end within 50 ms', 'one that does not end');
CREATE FUNCTION public.bf_tiny(p_parent regclass, p_value timestamptz, OUT lower timestamptz, OUT upper timestamptz) LANGUAGE sql AS
    $$SELECT date_trunc('second', p_value), date_trunc('second', p_value) + interval '1 second'$$;
CREATE TABLE public.b_tiny (k timestamptz NOT NULL) PARTITION BY RANGE (k);
-- 20,000 calls take as long as the machine takes.
SET pg_strata.hook_timeout = '1h';
SELECT matches(pg_temp.try($$SELECT partman.create_parent('public.b_tiny', 'k', '1 year', p_premake := 1, p_bounds_function := 'public.bf_tiny')$$),
    '^54000 bounds function public.bf_tiny returned more than 20000 partitions', 'one whose partitions are too many to look at');
RESET pg_strata.hook_timeout;
-- Each answer comes in time, and there would be many.
CREATE FUNCTION public.bf_tiny(p_parent regclass, p_value bigint, OUT lower bigint, OUT upper bigint) LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.1); lower := p_value; upper := p_value + 1; END $$;
CREATE TABLE public.b_far PARTITION OF public.b_was FOR VALUES FROM (1000000000) TO (1000000010);
UPDATE partman.part_config SET bounds_function = 'public.bf_tiny', hook_timeout = 300 WHERE parent_table = 'public.b_was';
SET statement_timeout = '120s';
SELECT matches(pg_temp.try($$SELECT partman.partition_gap_fill('public.b_was')$$), '^55000 bounds function public.bf_tiny did not end within 300 ms\nThe value was [0-9]+, after [0-9]+ partitions', 'one that is asked without end');
SELECT matches(pg_temp.try($$SELECT partman.partition_gap_fill('public.b_was')$$), '^55000 ', 'and once more');
RESET statement_timeout;
DROP TABLE public.b_far;
SELECT is((SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.b_was'::regclass), 4::bigint, 'nothing was made by that either');
UPDATE partman.part_config SET bounds_function = 'public.bf_slow' WHERE parent_table = 'public.b_was';
DROP FUNCTION public.bf_slow;
SELECT matches(pg_temp.try($$SELECT partman.run_maintenance('public.b_was')$$), '^42704 function "public.bf_slow" does not exist\n.*\(regclass, bigint\)', 'one that is gone');
CREATE FUNCTION public.bf_two(p_parent regclass, p_value bigint) RETURNS TABLE (a bigint, b bigint) LANGUAGE sql AS 'VALUES (p_value, p_value + 1), (p_value, p_value + 1)';
CREATE FUNCTION public.bf_none(p_parent regclass, p_value bigint) RETURNS TABLE (a bigint, b bigint) LANGUAGE sql AS 'SELECT 1::bigint, 2::bigint WHERE false';
CREATE FUNCTION public.bf_one(p_parent regclass, p_value bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION public.bf_type(p_parent regclass, p_value bigint, OUT a boolean, OUT b point) LANGUAGE sql AS $$SELECT true, point '(1,1)'$$;
CREATE FUNCTION public.bf_mine(p_parent regclass, p_value bigint, OUT a bigint, OUT b bigint) LANGUAGE sql AS 'SELECT 0::bigint, 100000::bigint';
ALTER FUNCTION public.bf_mine OWNER TO bf_other;
CREATE FUNCTION public.bf_inf(p_parent regclass, p_value timestamptz, OUT a timestamptz, OUT b timestamptz) LANGUAGE sql AS $$SELECT '2020-01-01'::timestamptz, 'infinity'::timestamptz$$;
CREATE FUNCTION public.bf_half(p_parent regclass, p_value timestamptz, OUT a timestamptz, OUT b timestamptz) LANGUAGE sql AS $$SELECT '2020-01-01'::timestamptz, '2030-01-01 00:00:00.5'::timestamptz$$;
CREATE TABLE public.b_time (k timestamptz NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE public.b_list (k int NOT NULL) PARTITION BY LIST (k);
CREATE TABLE public.b_own (id bigint NOT NULL) PARTITION BY RANGE (id);
ALTER TABLE public.b_own OWNER TO bf_owner;
CREATE TEMP TABLE bad (call text, error text);
INSERT INTO bad VALUES
    ($$SELECT partman.create_parent('public.b_bad', 'id', '10', p_bounds_function := 'public.bf_two')$$, '^42P17 bounds function public.bf_two returned more than one row'),
    ($$SELECT partman.create_parent('public.b_bad', 'id', '10', p_bounds_function := 'public.bf_none')$$, '^42P17 bounds function public.bf_none returned nothing'),
    ($$SELECT partman.create_parent('public.b_bad', 'id', '10', p_bounds_function := 'public.bf_one')$$, '^42P17 bounds function public.bf_one failed: '),
    ($$SELECT partman.create_parent('public.b_bad', 'id', '10', p_bounds_function := 'public.bf_type')$$, '^42P17 bounds function public.bf_type failed: cannot cast'),
    ($$SELECT partman.create_parent('public.b_bad', 'id', '10', p_bounds_function := 'public.bf_nowhere')$$, '^42704 function "public.bf_nowhere" does not exist\n.*\nIt has to be \(p_parent regclass, p_value bigint\)'),
    ($$SELECT partman.create_parent('public.b_time', 'k', '1 day', p_bounds_function := 'public.bf_ids')$$, '^42704 function "public.bf_ids" does not exist\n.*timestamp with time zone'),
    ($$SELECT partman.create_parent('public.b_time', 'k', '1 day', p_bounds_function := 'public.bf_inf')$$, '^22008 bounds function public.bf_inf returned a bound that no partition can have'),
    ($$SELECT partman.create_parent('public.b_time', 'k', '1 day', p_bounds_function := 'public.bf_half')$$, '^42P17 .*, which is no whole second'),
    ($$SELECT partman.create_parent('public.b_time', 'k', '1 day', p_bounds_function := 'public.bf_fiscal', p_date_trunc_interval := 'week')$$, '^22023 p_bounds_function cannot be combined with p_date_trunc_interval'),
    ($$SELECT partman.create_parent('public.b_bad', 'id', '10', p_bounds_function := 'public.bf_ids', p_offset_id := 3)$$, '^22023 p_bounds_function cannot be combined with p_offset_id'),
    ($$SELECT partman.create_parent('public.b_list', 'k', '1', p_type := 'list', p_bounds_function := 'public.bf_ids')$$, '^22023 p_bounds_function is for tables partitioned by range'),
    ($$SELECT partman.create_parent('public.b_list', 'k', p_type := 'list', p_bounds_function := 'public.bf_ids')$$, '^22023 p_bounds_function cannot be used for a table partitioned by lists'),
    ($$SELECT partman.create_parent('public.b_own', 'id', '10', p_bounds_function := 'public.bf_mine')$$, '^42501 function "public.bf_mine" belongs to somebody else than the table'),
    ($$UPDATE partman.part_config SET bounds_function = 'public.bf_nowhere' WHERE parent_table = 'public.b_i'$$, '^42704 '),
    ($$UPDATE partman.part_config SET bounds_function = 'public.bf_fiscal' WHERE parent_table = 'public.b_i'$$, '^42704 ');
SELECT matches(pg_temp.try(call), error, call) FROM bad;

-- Who it runs as.
CREATE TABLE public.bf_seen (who text, session text, path text);
ALTER TABLE public.bf_seen OWNER TO bf_owner;
CREATE FUNCTION public.bf_spy(p_parent regclass, p_value bigint, OUT lower bigint, OUT upper bigint) LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.bf_seen VALUES (current_user, session_user, current_setting('search_path'));
    lower := floor(p_value / 10.0) * 10; upper := lower + 10;
    PERFORM set_config('search_path', 'public', false);
    BEGIN
        EXECUTE 'SET ROLE ' || session_user;
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
    INSERT INTO public.bf_seen VALUES (current_user, session_user, 'pg_catalog, pg_temp');
END $$;
ALTER FUNCTION public.bf_spy OWNER TO bf_owner;
SELECT is(pg_temp.try($$SELECT partman.create_parent('public.b_own', 'id', '10', p_bounds_function := 'public.bf_spy')$$), 'no error', 'the owner''s function');
SELECT cmp_ok((SELECT count(*) FROM public.bf_seen), '>', 5::bigint, 'is called');
SELECT is((SELECT count(*) FROM public.bf_seen WHERE who <> 'bf_owner' OR path <> 'pg_catalog, pg_temp'), 0::bigint, 'it runs as the owner, with a search_path of its own');

SELECT * FROM finish();
ROLLBACK;
