-- Sets whose partitions are sets: what create_sub_parent() makes of partitions that are there, and maintenance of those to come.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;

CREATE FUNCTION parts(set text) RETURNS text[] LANGUAGE sql AS $$ SELECT ARRAY(SELECT partition_tablename FROM partman.show_partitions(set)) $$;
-- Days that a month gets at once: those of the eight around the present that it has, or else its first.
CREATE FUNCTION days_of(month timestamptz) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(ARRAY(SELECT to_char(d, 'YYYYMMDD') FROM generate_series(date_trunc('day', now()) - interval '4 days', date_trunc('day', now()) + interval '4 days', interval '1 day') d
        WHERE d >= month AND d < month + interval '1 month'), '{}'), ARRAY[to_char(month, 'YYYYMMDD')])
$$;

-- Days below months.
CREATE TABLE dialect.months (id int NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
SELECT ok(partman.create_parent('dialect.months', 'at', '1 month'), 'months');
SELECT throws_like($$ SELECT partman.create_sub_parent('dialect.months', 'at', '1 day') $$, 'Subpartitioning is a DESTRUCTIVE process%', 'it has to be wanted');
SELECT ok(partman.create_sub_parent('dialect.months', 'at', '1 day', p_declarative_check := 'yes'), 'days below months');
SELECT is(parts('dialect.months'), ARRAY(SELECT 'months_p' || to_char(date_trunc('month', now()) + n * interval '1 month', 'YYYYMMDD') FROM generate_series(-4, 4) n), 'months are as they were');
SELECT is((SELECT relkind FROM pg_class WHERE oid = ('dialect.' || p)::regclass), 'p'::"char", p || ' is partitioned') FROM unnest(parts('dialect.months')) p;
SELECT has_table('dialect'::name, (p || '_default')::name, 'default of ' || p) FROM unnest(parts('dialect.months')) p;
SELECT is(parts('dialect.' || p), ARRAY(SELECT p || '_p' || d FROM unnest(days_of(i.child_start_time)) d), 'days of ' || p)
FROM unnest(parts('dialect.months')) p, partman.show_partition_info('dialect.' || p) i;
SELECT col_is_pk('dialect'::name, (p || '_p' || days[1])::name, ARRAY['id', 'at']::name[], 'primary key below ' || p)
FROM unnest(parts('dialect.months')) p, partman.show_partition_info('dialect.' || p) i, days_of(i.child_start_time) days;
SELECT is((SELECT (c.control, c.partition_interval::interval, c.partition_type, c.premake, c.template_table, c.datetime_string)::text FROM partman.part_config c WHERE parent_table = 'dialect.' || p),
    ('at', interval '1 day', 'range', 4, 'partman.template_dialect_months', 'YYYYMMDD')::text, 'configuration of ' || p) FROM unnest(parts('dialect.months')) p;
SELECT is((SELECT (s.sub_control, s.sub_partition_interval::interval, s.sub_partition_type, s.sub_premake, s.sub_automatic_maintenance, s.sub_epoch, s.sub_jobmon, s.sub_default_table)::text
           FROM partman.part_config_sub s WHERE sub_parent = 'dialect.months'), ('at', interval '1 day', 'range', 4, 'on', 'none', true, true)::text, 'configuration of what is below');
INSERT INTO dialect.months SELECT n, now() + n * interval '1 day' FROM generate_series(0, 3) n;
SELECT is((SELECT count(*) FROM dialect.months), 4::bigint, 'rows find their place');
INSERT INTO dialect.months VALUES (100, date_trunc('month', now()) + interval '3 months');
SELECT lives_ok('SELECT partman.run_maintenance()', 'maintained');
SELECT is((parts('dialect.months'))[12], 'months_p' || to_char(date_trunc('month', now()) + interval '7 months', 'YYYYMMDD'), 'three more months');
SELECT is((SELECT relkind FROM pg_class WHERE oid = ('dialect.' || (parts('dialect.months'))[n])::regclass), 'p'::"char", 'new month ' || n || ' is partitioned') FROM generate_series(10, 12) n;
SELECT is(cardinality(parts('dialect.' || (parts('dialect.months'))[n])), 1, 'new month ' || n || ' has its first day') FROM generate_series(10, 12) n;
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'dialect.months%'), 13::bigint, 'each has a configuration');

-- No more partitions of partitions from now on.
SELECT is(partman.stop_sub_partition('dialect.months'), true, 'stop_sub_partition');
SELECT is_empty($$ SELECT 1 FROM partman.part_config_sub WHERE sub_parent = 'dialect.months' $$, 'no row is left');
INSERT INTO dialect.months VALUES (101, date_trunc('month', now()) + interval '4 months');
SELECT partman.run_maintenance('dialect.months');
SELECT is((SELECT relkind FROM pg_class WHERE oid = ('dialect.' || (parts('dialect.months'))[13])::regclass), 'r'::"char", 'the next month is a plain table');
SELECT is((SELECT relkind FROM pg_class WHERE oid = ('dialect.' || (parts('dialect.months'))[1])::regclass), 'p'::"char", 'the first is as it was');

-- Ids below ids, and below those.
CREATE TABLE dialect.thousands (id bigint NOT NULL, v text) PARTITION BY RANGE (id);
SELECT ok(partman.create_parent('dialect.thousands', 'id', '1000'), 'thousands');
SELECT throws_like($$ SELECT partman.create_sub_parent('dialect.thousands', 'id', '1000', p_declarative_check := 'yes') $$, '%Sub-partition interval cannot be greater than or equal to the given parent interval%', 'as wide as the parent''s');
SELECT throws_like($$ SELECT partman.create_sub_parent('dialect.thousands', 'id', '5000', p_declarative_check := 'yes') $$, '%Sub-partition interval cannot be greater than or equal to the given parent interval%', 'wider than the parent''s');
SELECT ok(partman.create_sub_parent('dialect.thousands', 'id', '100', p_declarative_check := 'YES'), 'hundreds');
SELECT is(parts('dialect.thousands_p0'), '{thousands_p0_p0,thousands_p0_p100,thousands_p0_p200,thousands_p0_p300,thousands_p0_p400}', 'hundreds of the first');
SELECT is(parts('dialect.thousands_p' || n), ARRAY[format('thousands_p%s_p%s', n, n)], 'hundreds of ' || n) FROM generate_series(1000, 4000, 1000) n;
SELECT ok(partman.create_sub_parent('dialect.' || p, 'id', '10', p_declarative_check := 'yes', p_premake := 2), 'tens of ' || p) FROM unnest(parts('dialect.thousands')) p;
SELECT is(parts('dialect.thousands_p0_p0'), '{thousands_p0_p0_p0,thousands_p0_p0_p10,thousands_p0_p0_p20}', 'tens of the first hundred');
SELECT is(parts('dialect.thousands_p0_p300'), '{thousands_p0_p300_p300}', 'tens of another');
INSERT INTO dialect.thousands SELECT n, 'x' FROM generate_series(0, 29) n;
SELECT lives_ok('SELECT partman.run_maintenance()', 'maintained on three levels');
SELECT is(parts('dialect.thousands_p0_p0'), ARRAY(SELECT 'thousands_p0_p0_p' || n FROM generate_series(0, 40, 10) n), 'two more tens');
SELECT is((SELECT count(*) FROM partman.check_default()), 0::bigint, 'nothing in any default');
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'dialect.thousands%'), (1 + 5 + 9)::bigint, 'one configuration each');
SELECT is((SELECT count(*) FROM partman.part_config_sub WHERE sub_parent LIKE 'dialect.thousands%'), 6::bigint, 'one description per partitioned level');

-- Ids below times, times below ids.
CREATE TABLE dialect.mixed (id bigint NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('dialect.mixed', 'at', '1 day', p_premake := 2);
SELECT ok(partman.create_sub_partition('dialect.mixed', 'id', '10', p_declarative_check := 'yes', p_premake := 3), 'ids below days');
SELECT is(parts('dialect.' || p), ARRAY(SELECT p || '_p' || n FROM generate_series(0, 30, 10) n), 'ids below ' || p) FROM unnest(parts('dialect.mixed')) p;
CREATE TABLE dialect.mixed_too (id bigint NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('dialect.mixed_too', 'id', '10', p_premake := 2);
SELECT ok(partman.create_sub_parent('dialect.mixed_too', 'at', '1 day', p_declarative_check := 'yes', p_premake := 2, p_default_table := false, p_date_trunc_interval := 'day'), 'days below ids');
SELECT is(parts('dialect.' || p), ARRAY(SELECT p || '_p' || to_char(now() + n * interval '1 day', 'YYYYMMDD') FROM generate_series(-2, 2) n), 'days below ' || p) FROM unnest(parts('dialect.mixed_too')) p;
SELECT hasnt_table('dialect'::name, (p || '_default')::name, 'no default below ' || p) FROM unnest(parts('dialect.mixed_too')) p;
INSERT INTO dialect.mixed_too VALUES (5, now()), (15, now()), (25, now() + interval '1 day');
SELECT partman.run_maintenance();
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect.mixed_too', 'DESC') LIMIT 1), 'mixed_too_p40', 'more ids');
SELECT is(cardinality(parts('dialect.mixed_too_p40')), 5, 'and days below them');
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect.mixed_too_p20', 'DESC') LIMIT 1), 'mixed_too_p20_p' || to_char(now() + interval '3 days', 'YYYYMMDD'), 'more days');

-- Limits, and one description for all siblings.
SELECT is((SELECT (l.sub_min, l.sub_max)::text FROM partman.check_subpartition_limits('dialect.thousands_p1000', 'id') l), '(1000,2000)', 'limits of ids');
SELECT is((SELECT (l.sub_min::timestamptz, l.sub_max::timestamptz)::text FROM partman.check_subpartition_limits('dialect.' || (parts('dialect.months'))[2], 'time') l),
    (SELECT (i.child_start_time, i.child_end_time)::text FROM partman.show_partition_info('dialect.' || (parts('dialect.months'))[2]) i), 'limits of times');
SELECT is((SELECT (l.sub_min, l.sub_max)::text FROM partman.check_subpartition_limits(c.parent, c.kind) l), '(,)', 'no limits by ' || c.kind || ' of ' || c.parent)
FROM (VALUES ('dialect.mixed_too_p0', 'time'), ('dialect.thousands', 'id')) c (parent, kind);
SELECT is((SELECT count(*) FROM partman.check_subpart_sameconfig('dialect.thousands')), 1::bigint, 'siblings are alike');
SELECT is((SELECT (s.sub_control, s.sub_partition_interval, s.sub_premake)::text FROM partman.check_subpart_sameconfig('dialect.thousands') s), '(id,10,2)', 'what they are like');
SELECT is((SELECT count(*) FROM partman.check_subpart_sameconfig('dialect.mixed')), 0::bigint, 'nothing below');

-- Retention of the upper level takes what is below along.
UPDATE partman.part_config SET retention = '1 day', retention_keep_table = false WHERE parent_table = 'dialect.mixed';
SELECT is(partman.drop_partition_time('dialect.mixed', '1 hour', false, p_reference_timestamp := date_trunc('day', now()) + interval '1 hour 1 second'), 2, 'two days with their ids');
SELECT is((SELECT count(*) FROM pg_class WHERE relnamespace = 'dialect'::regnamespace AND relname LIKE 'mixed\_p' || to_char(now() - interval '1 day', 'YYYYMMDD') || '%'), 0::bigint, 'their tables are gone');
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'dialect.mixed\_p%'), 3::bigint, 'and so are their configurations');

-- Undo goes from below.
CREATE TABLE dialect.target (id bigint, at timestamptz);
SELECT throws_like($$ SELECT partman.undo_partition('dialect.mixed', 'dialect.target') $$, 'Child table for this parent has child table(s) itself%', 'not from above');
SELECT lives_ok(format($$ SELECT partman.undo_partition('dialect.%s', 'dialect.target', 100, p_keep_table := false) $$, p), 'undone: ' || p) FROM unnest(parts('dialect.mixed')) p;

-- What it refuses.
SELECT throws_ok($$ SELECT partman.create_sub_parent('dialect.nowhere', 'id', '10', p_declarative_check := 'yes') $$, NULL, NULL, 'not managed');
CREATE TABLE dialect.weeks (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('dialect.weeks', 'at', '1 month');
SELECT throws_ok($$ SELECT partman.create_sub_parent('dialect.weeks', 'at', '1 week', p_declarative_check := 'yes') $$, NULL, NULL, 'weeks below months');
SELECT throws_ok($$ SELECT partman.create_sub_parent('dialect.weeks', 'at', '1 month', p_declarative_check := 'yes') $$, NULL, NULL, 'months below months');

SELECT * FROM finish();
ROLLBACK;
