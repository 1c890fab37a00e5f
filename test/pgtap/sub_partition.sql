-- create_sub_parent = create_sub_partition: levels, names, bounds, properties, configuration.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT no_plan();

SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA sp;
CREATE ROLE regress_sub_owner;
CREATE ROLE regress_sub_reader;

-- All tables of a tree but the topmost, with their bounds.
CREATE FUNCTION sp.tree(top text) RETURNS TABLE (above text, name text, bound text) LANGUAGE sql AS $$
    SELECT p.relname::text COLLATE "C", c.relname::text COLLATE "C", pg_get_expr(c.relpartbound, c.oid)
    FROM pg_partition_tree(('sp.' || top)::regclass) t JOIN pg_class c ON c.oid = t.relid JOIN pg_class p ON p.oid = t.parentrelid
    ORDER BY 1, 2 $$;
CREATE FUNCTION sp.names(above text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(regexp_replace(name, '^' || $1 || '_', ''), ' ' ORDER BY name) FROM sp.tree($1) t WHERE t.above = $1 $$;
CREATE FUNCTION sp.day(offset_days int) RETURNS text LANGUAGE sql AS $$ SELECT to_char(now() + make_interval(days => $1), 'YYYYMMDD') $$;

--
-- The signatures of the dialect
--
SELECT is(proargnames, ARRAY['p_top_parent', 'p_control', 'p_interval', 'p_type', 'p_default_table', 'p_declarative_check', 'p_constraint_cols',
    'p_premake', 'p_start_partition', 'p_epoch', 'p_jobmon', 'p_date_trunc_interval', 'p_control_not_null', 'p_time_encoder', 'p_time_decoder', 'p_modulus', 'p_values'],
    proname || ' names its arguments as the dialect does, ours last')
FROM pg_proc WHERE pronamespace = 'partman'::regnamespace AND proname IN ('create_sub_parent', 'create_sub_partition');
SELECT has_function('partman', f, ARRAY['text', 'text', 'text', 'text', 'boolean', 'text', 'text[]', 'integer', 'text', 'text', 'boolean', 'text',
    'boolean', 'text', 'text', 'integer', 'text[]'], f || ' has its arguments') FROM unnest(ARRAY['create_sub_parent', 'create_sub_partition']) f;
SELECT has_function('partman', 'stop_sub_partition', ARRAY['text', 'boolean'], 'stop_sub_partition');
SELECT is((SELECT proargnames FROM pg_proc WHERE proname = 'check_subpartition_limits'), ARRAY['p_parent_table', 'p_type', 'sub_min', 'sub_max'],
    'check_subpartition_limits');

--
-- Ids below ids
--
CREATE TABLE sp.ii (id int NOT NULL, v text) PARTITION BY RANGE (id);
SELECT ok(partman.create_parent('sp.ii', 'id', '100', p_premake := 2), 'ids');
SELECT ok(partman.create_sub_parent('sp.ii', 'id', '30', p_declarative_check := 'yes', p_premake := 2), 'ids below ids');
SELECT results_eq($$ SELECT * FROM sp.tree('ii') $$, $$ VALUES
    ('ii', 'ii_default', 'DEFAULT'), ('ii', 'ii_p0', 'FOR VALUES FROM (0) TO (100)'), ('ii', 'ii_p100', 'FOR VALUES FROM (100) TO (200)'),
    ('ii', 'ii_p200', 'FOR VALUES FROM (200) TO (300)'),
    ('ii_p0', 'ii_p0_default', 'DEFAULT'), ('ii_p0', 'ii_p0_p0', 'FOR VALUES FROM (0) TO (30)'), ('ii_p0', 'ii_p0_p30', 'FOR VALUES FROM (30) TO (60)'),
    ('ii_p0', 'ii_p0_p60', 'FOR VALUES FROM (60) TO (90)'),
    ('ii_p100', 'ii_p100_default', 'DEFAULT'), ('ii_p100', 'ii_p100_p100', 'FOR VALUES FROM (100) TO (120)'),
    ('ii_p200', 'ii_p200_default', 'DEFAULT'), ('ii_p200', 'ii_p200_p200', 'FOR VALUES FROM (200) TO (210)') $$,
    'each set begins where its table does and follows one grid');
SELECT results_eq($$ SELECT control, partition_interval, partition_type, premake, template_table, set_root, anchor, sub_partition_set_full
    FROM partman.part_config WHERE parent_table = 'sp.ii_p0' $$,
    $$ VALUES ('id', '30', 'range', 2, 'partman.template_sp_ii', 'sp.ii', '0', false) $$, 'a set of its own');
SELECT is((SELECT count(*)::int FROM partman.part_config WHERE set_root = 'sp.ii'), 3, 'each partition is a set');
SELECT set_eq($$ SELECT partition_table, provenance FROM partman.managed_partition WHERE parent_table LIKE 'sp.ii%' $$,
    $$ SELECT name, 'made' FROM sp.tree('ii') $$, 'all of it is known as ours');
SELECT results_eq($$ SELECT sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_premake, sub_template_table, sub_default_table, sub_epoch
    FROM partman.part_config_sub WHERE sub_parent = 'sp.ii' $$,
    $$ VALUES ('sp.ii', 'id', '30', 'range', 2, 'partman.template_sp_ii', true, 'none') $$, 'part_config_sub');
INSERT INTO sp.ii SELECT generate_series(0, 89);
SELECT lives_ok($$ SELECT partman.run_maintenance() $$, 'maintenance');
SELECT is(sp.names('ii_p0'), 'default p0 p30 p60 p90', 'up to the end of the table');
SELECT is((SELECT bound FROM sp.tree('ii') WHERE name = 'ii_p0_p90'), 'FOR VALUES FROM (90) TO (100)', 'and no further');
SELECT is((SELECT sub_partition_set_full FROM partman.part_config WHERE parent_table = 'sp.ii_p0'), true, 'then the set is full');
INSERT INTO sp.ii VALUES (95), (105);
SELECT lives_ok($$ SELECT partman.run_maintenance() $$, 'a full set is no trouble');
SELECT is(sp.names('ii_p100'), 'default p100 p120 p150', 'the next one goes on');
INSERT INTO sp.ii VALUES (201);
SELECT partman.run_maintenance('sp.ii');
SELECT is(sp.names('ii'), 'default p0 p100 p200 p300 p400', 'new partitions of the set above');
SELECT is(sp.names('ii_p400'), 'default p400', 'are partitioned, too');
SELECT is((SELECT (control, partition_interval, premake, set_root, anchor)::text FROM partman.part_config WHERE parent_table = 'sp.ii_p400'),
    '(id,30,2,sp.ii,0)', 'and are sets like the others');
SELECT is((SELECT bound FROM sp.tree('ii') WHERE name = 'ii_p400_p400'), 'FOR VALUES FROM (400) TO (420)', 'on the same grid');

--
-- Time below time
--
CREATE TABLE sp.tt (ts timestamptz NOT NULL, v text) PARTITION BY RANGE (ts);
SELECT ok(partman.create_parent('sp.tt', 'ts', '1 year', p_premake := 1), 'years');
SELECT ok(partman.create_sub_partition('sp.tt', 'ts', '1 month', p_declarative_check := 'YES', p_premake := 2), 'months below years');
SELECT is(sp.names('tt_p' || to_char(now() - interval '1 year', 'YYYY0101')),
    'default ' || string_agg('p' || to_char(m, 'YYYYMMDD'), ' ' ORDER BY m), 'last year has what premake reaches, or its first month')
FROM (SELECT m FROM generate_series(date_trunc('month', now()) - interval '2 months', date_trunc('month', now()), '1 month') m
      WHERE date_trunc('year', m) < date_trunc('year', now())
      UNION ALL SELECT date_trunc('year', now()) - interval '1 year'
      WHERE date_trunc('year', date_trunc('month', now()) - interval '2 months') = date_trunc('year', now())) x;
SELECT is(sp.names('tt_p' || to_char(now(), 'YYYY0101')),
    'default ' || string_agg('p' || to_char(m, 'YYYYMMDD'), ' ' ORDER BY m), 'this year has premake months on both sides of now')
FROM generate_series(date_trunc('month', now()) - interval '2 months', now() + interval '2 months' - interval '1 microsecond', '1 month') m
WHERE date_trunc('year', m) = date_trunc('year', now());
SELECT is((SELECT time_zone FROM partman.part_config WHERE parent_table = 'sp.tt_p' || to_char(now(), 'YYYY0101')), 'UTC', 'with the zone of the set above');
SELECT is((SELECT sub_time_zone FROM partman.part_config_sub WHERE sub_parent = 'sp.tt'), 'UTC', 'which is stored');
CREATE TEMP TABLE before AS SELECT * FROM sp.tree('tt');
SELECT lives_ok($$ SELECT partman.run_maintenance() $$, 'maintenance of sets whose time is over or has not come');
SELECT set_eq($$ SELECT * FROM sp.tree('tt') $$, $$ SELECT * FROM before $$, 'has nothing to do');
SELECT results_eq(format($$ SELECT * FROM partman.check_subpartition_limits('sp.tt_p%s', 'time') $$, to_char(now(), 'YYYY0101')),
    $$ SELECT date_trunc('year', now())::text, (date_trunc('year', now()) + interval '1 year')::text $$, 'limits of a time set');
SELECT results_eq($$ SELECT * FROM partman.check_subpartition_limits('sp.ii_p100', 'id') $$, $$ VALUES ('100', '200') $$, 'limits of an id set');
SELECT results_eq($$ SELECT * FROM partman.check_subpartition_limits('sp.ii_p100', 'time') $$, $$ VALUES (NULL::text, NULL::text) $$, 'none of another kind');
SELECT results_eq($$ SELECT * FROM partman.check_subpartition_limits('sp.ii', 'id') $$, $$ VALUES (NULL::text, NULL::text) $$, 'none of the topmost table');

--
-- Ids below time, lists below time, time below ids
--
CREATE TABLE sp.ti (ts date NOT NULL, id bigint NOT NULL) PARTITION BY RANGE (ts);
SELECT partman.create_parent('sp.ti', 'ts', '1 day', p_premake := 1, p_start_partition := now()::date::text);
SELECT ok(partman.create_sub_parent('sp.ti', 'id', '10', p_declarative_check := 'yes', p_premake := 2), 'ids below days');
SELECT is(sp.names('ti_p' || sp.day(0)), 'default p0 p10 p20', 'each day has ids of its own');
INSERT INTO sp.ti VALUES (now()::date, 25);
SELECT partman.run_maintenance();
SELECT is(sp.names('ti_p' || sp.day(0)), 'default p0 p10 p20 p30 p40', 'driven by the ids in it');
SELECT is(sp.names('ti_p' || sp.day(1)), 'default p0 p10 p20', 'and only by these');
SELECT is((SELECT sub_partition_set_full FROM partman.part_config WHERE parent_table = 'sp.ti_p' || sp.day(0)), false, 'it has no end');

CREATE TABLE sp.tl (ts timestamp NOT NULL, region int NOT NULL) PARTITION BY RANGE (ts);
SELECT partman.create_parent('sp.tl', 'ts', '1 month', p_premake := 1);
SELECT ok(partman.create_sub_parent('sp.tl', 'region', '1', 'list', p_declarative_check := 'yes', p_premake := 3), 'a list below months');
SELECT results_eq(format($$ SELECT name, bound FROM sp.tree('tl') WHERE above = 'tl_p%s' $$, to_char(now(), 'YYYYMM01')),
    format($$ VALUES ('tl_p%1$s_default', 'DEFAULT'), ('tl_p%1$s_p0', 'FOR VALUES IN (0)'), ('tl_p%1$s_p1', 'FOR VALUES IN (1)'),
        ('tl_p%1$s_p2', 'FOR VALUES IN (2)'), ('tl_p%1$s_p3', 'FOR VALUES IN (3)') $$, to_char(now(), 'YYYYMM01')), 'single values');
SELECT is((SELECT DISTINCT partition_type FROM partman.part_config WHERE set_root = 'sp.tl'), 'list', 'known as lists');

CREATE TABLE sp.it (id int NOT NULL, ts timestamptz NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('sp.it', 'id', '100', p_premake := 1);
SELECT ok(partman.create_sub_parent('sp.it', 'ts', '1 day', p_declarative_check := 'yes', p_premake := 1, p_default_table := false), 'days below ids');
SELECT is(sp.names('it_p100'), format('p%s p%s p%s', sp.day(-1), sp.day(0), sp.day(1)), 'the same days everywhere, without a default');
SELECT is((SELECT count(*)::int FROM partman.part_config WHERE set_root = 'sp.it' AND time_zone = 'UTC'), 2, 'in the zone of the session that made them');
SET LOCAL TimeZone = 'America/New_York';
INSERT INTO sp.it VALUES (101, now());
SELECT partman.run_maintenance('sp.it');
SELECT is(sp.names('it_p200'), sp.names('it_p100'), 'also those that another session made');
SET LOCAL TimeZone = 'UTC';

--
-- Three levels
--
CREATE TABLE sp.three (ts timestamptz NOT NULL, id int NOT NULL) PARTITION BY RANGE (ts);
SELECT partman.create_parent('sp.three', 'ts', '1 year', p_premake := 1, p_start_partition := date_trunc('year', now())::text);
SELECT partman.create_sub_parent('sp.three', 'id', '1000', p_declarative_check := 'yes', p_premake := 1);
SELECT ok(partman.create_sub_parent('sp.three_p' || to_char(now(), 'YYYY0101'), 'ts', '1 month', p_declarative_check := 'yes', p_premake := 1), 'a third level');
SELECT is((SELECT count(*)::int FROM partman.check_subpart_sameconfig('sp.three')), 1, 'one description of the third level');
SELECT ok(bool_and(t.bound LIKE format('%%FROM (''%s%%', to_char(now(), 'YYYY'))), 'limited by the first level across the second')
FROM sp.tree('three') t WHERE t.above = format('three_p%s_p0', to_char(now(), 'YYYY0101')) AND t.bound <> 'DEFAULT';
SELECT is((SELECT count(DISTINCT set_root)::int FROM partman.part_config WHERE parent_table LIKE 'sp.three\_%'), 1, 'all of one tree');
SELECT ok(partman.create_partition_time('sp.three', ARRAY[date_trunc('year', now()) + interval '2 years']), 'another year');
SELECT results_eq(format($$ SELECT above, name FROM sp.tree('three') WHERE above LIKE 'three\_p%s%%' $$, to_char(now() + interval '2 years', 'YYYY')),
    format($$ VALUES ('three_p%1$s', 'three_p%1$s_default'), ('three_p%1$s', 'three_p%1$s_p0'), ('three_p%1$s', 'three_p%1$s_p1000'),
        ('three_p%1$s_p0', 'three_p%1$s_p0_default'), ('three_p%1$s_p0', 'three_p%1$s_p0_p%1$s'),
        ('three_p%1$s_p1000', 'three_p%1$s_p1000_default'), ('three_p%1$s_p1000', 'three_p%1$s_p1000_p%1$s') $$, to_char(now() + interval '2 years', 'YYYY0101')),
    'has all levels');
SELECT is((SELECT count(*)::int FROM partman.check_subpart_sameconfig('sp.three')), 1, 'and the same description');
UPDATE partman.part_config_sub SET sub_premake = 7 WHERE sub_parent = 'sp.three_p' || to_char(now(), 'YYYY0101');
SELECT is((SELECT count(*)::int FROM partman.check_subpart_sameconfig('sp.three')), 2, 'different descriptions are seen');
SELECT throws_ok(format($$ SELECT partman.create_partition_time('sp.three', ARRAY[%L::timestamptz]) $$, date_trunc('year', now()) + interval '3 years'),
    '55000', NULL, 'and nothing is made by them');

--
-- Every way to make partitions
--
SELECT ok(partman.create_partition_id('sp.ii', ARRAY[700]), 'create_partition_id');
SELECT is(sp.names('ii_p700'), 'default p700', 'makes what is below');
SELECT is(partman.partition_gap_fill('sp.ii'), 2, 'partition_gap_fill');
SELECT is(sp.names('ii_p500'), 'default p500', 'too');
SELECT is(partman.partition_gap_fill('sp.ii_p400'), 0, 'a set below has no gap');
INSERT INTO sp.ii VALUES (650);
SELECT results_eq($$ SELECT parent_table, action, partition, bounds FROM partman.plan_maintenance('sp.ii') $$, $$ VALUES
    ('sp.ii', 'create', 'sp.ii_p800', 'FROM (''800'') TO (''900'')'), ('sp.ii_p800', 'create', 'sp.ii_p800_p800', 'FROM (''800'') TO (''810'')'),
    ('sp.ii_p800', 'create', 'sp.ii_p800_default', 'DEFAULT') $$, 'plan_maintenance shows what is below');
SELECT ok((SELECT sql FROM partman.plan_maintenance('sp.ii') LIMIT 1) LIKE '%PARTITION BY RANGE (id)%', 'with its key');

--
-- Properties
--
CREATE TABLE sp.props (id int NOT NULL, ts timestamptz NOT NULL, v text DEFAULT 'x' CHECK (v <> ''), PRIMARY KEY (id, ts)) PARTITION BY RANGE (id);
CREATE INDEX ON sp.props (v);
CREATE TABLE sp.template (id int, ts timestamptz, v text UNIQUE) WITH (fillfactor = 77);
ALTER TABLE sp.template SET UNLOGGED;
GRANT CREATE, USAGE ON SCHEMA sp TO regress_sub_owner;
ALTER TABLE sp.props OWNER TO regress_sub_owner;
ALTER TABLE sp.template OWNER TO regress_sub_owner;
GRANT SELECT ON sp.props TO regress_sub_reader;
SELECT partman.create_parent('sp.props', 'id', '100', p_premake := 1, p_template_table := 'sp.template');
SELECT partman.create_sub_parent('sp.props', 'ts', '1 day', p_declarative_check := 'yes', p_premake := 1);
SELECT is((SELECT DISTINCT relowner::regrole::text FROM pg_class c JOIN pg_partition_tree('sp.props') t ON t.relid = c.oid), 'regress_sub_owner', 'one owner');
SELECT ok(bool_and(has_table_privilege('regress_sub_reader', relid, 'SELECT') AND NOT has_table_privilege('regress_sub_reader', relid, 'INSERT')),
    'the same grants') FROM pg_partition_tree('sp.props');
SELECT results_eq($$ SELECT DISTINCT c.relpersistence, c.reloptions::text COLLATE "default" FROM pg_partition_tree('sp.props') t JOIN pg_class c ON c.oid = t.relid WHERE isleaf $$,
    $$ VALUES ('u'::"char", '{fillfactor=77}') $$, 'leaves are like the template');
SELECT results_eq($$ SELECT DISTINCT c.relpersistence, c.reloptions::text COLLATE "default" FROM pg_partition_tree('sp.props') t JOIN pg_class c ON c.oid = t.relid WHERE NOT isleaf $$,
    $$ VALUES ('p'::"char", NULL::text) $$, 'tables in between are not');
SELECT results_eq($$ SELECT isleaf, count(*) FILTER (WHERE indisprimary) > 0, count(*) FILTER (WHERE indisunique AND NOT indisprimary), count(*) FILTER (WHERE NOT indisunique)
    FROM pg_partition_tree('sp.props') t JOIN pg_index i ON i.indrelid = t.relid WHERE level > 0 GROUP BY relid, isleaf
    ORDER BY 1 LIMIT 1 $$, $$ VALUES (false, true, 0::bigint, 1::bigint) $$, 'indexes of the parent in between');
SELECT ok(bool_and(n = 3), 'and those of the template on leaves')
FROM (SELECT (SELECT count(*) FROM pg_index i WHERE i.indrelid = t.relid) AS n FROM pg_partition_tree('sp.props') t WHERE isleaf) x;
SELECT is((SELECT count(*)::int FROM pg_partition_tree('sp.props') t JOIN pg_constraint c ON c.conrelid = t.relid AND contype = 'c'),
    (SELECT count(*)::int FROM pg_partition_tree('sp.props')), 'CHECKs everywhere');

--
-- stop_sub_partition
--
SELECT ok(partman.stop_sub_partition('sp.ii'), 'stop');
SELECT is_empty($$ SELECT FROM partman.part_config_sub WHERE sub_parent = 'sp.ii' $$, 'nothing is described any more');
SELECT ok(partman.stop_sub_partition('sp.ii'), 'stopping again is true');
SELECT partman.run_maintenance('sp.ii');
SELECT is((SELECT relkind FROM pg_class WHERE oid = 'sp.ii_p800'::regclass), 'r', 'new partitions are plain tables');
SELECT is((SELECT relkind FROM pg_class WHERE oid = 'sp.ii_p700'::regclass), 'p', 'those that are there stay');
SELECT is((SELECT count(*)::int FROM partman.part_config WHERE parent_table = 'sp.ii_p700'), 1, 'and stay managed');
SELECT ok(partman.create_sub_parent('sp.ii', 'id', '30', p_declarative_check := 'yes', p_premake := 2), 'and on again');
SELECT is(sp.names('ii_p800'), 'default p800', 'the plain one is replaced');

--
-- Partitions that are partitioned already
--
CREATE TABLE sp.had (id int NOT NULL, k int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE sp.had_p0 PARTITION OF sp.had FOR VALUES FROM (0) TO (100) PARTITION BY RANGE (k);
CREATE TABLE sp.had_p0_a PARTITION OF sp.had_p0 FOR VALUES FROM (5) TO (15);
SELECT partman.create_parent('sp.had', 'id', '100', p_premake := 1);
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.had', 'id', '10', p_declarative_check := 'yes') $$, '42P17', NULL, 'by another column');
INSERT INTO sp.had VALUES (1, 7);
SELECT ok(partman.create_sub_parent('sp.had', 'k', '10', p_declarative_check := 'yes', p_premake := 1), 'by that column');
SELECT is((SELECT (anchor, set_root)::text FROM partman.part_config WHERE parent_table = 'sp.had_p0'), '(5,sp.had)', 'is managed, on its own grid');
SELECT is(sp.names('had_p0'), 'a', 'as it is');
SELECT is(sp.names('had_p100'), 'default p0 p10', 'beside the new ones');

--
-- Odd names, other keys, sets by hand beside others
--
CREATE SCHEMA "Sub Schema";
CREATE TABLE "Sub Schema"."My Table" ("The Key" int NOT NULL, "At" timestamptz NOT NULL) PARTITION BY RANGE ("The Key");
SELECT partman.create_parent('Sub Schema.My Table', 'The Key', '10', p_premake := 1);
SELECT ok(partman.create_sub_parent('Sub Schema.My Table', 'At', '1 day', p_declarative_check := 'yes', p_premake := 1), 'names that need quotes');
SELECT has_table('Sub Schema', 'My Table_p10_p' || sp.day(0), 'with their partitions');
CREATE TABLE sp.epoch (at bigint NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('sp.epoch', 'at', '1 month', p_epoch := 'seconds', p_premake := 1);
SELECT ok(partman.create_sub_parent('sp.epoch', 'at', '1 day', p_epoch := 'seconds', p_declarative_check := 'yes', p_premake := 1), 'an epoch below an epoch');
INSERT INTO sp.epoch VALUES (extract(epoch FROM now()));
SELECT is((SELECT tableoid::regclass::text FROM sp.epoch), format('sp.epoch_p%s_p%s', to_char(now(), 'YYYYMM01'), sp.day(0)), 'has days');
SELECT is(sp.names('epoch_p' || to_char(now() - interval '1 month', 'YYYYMM01')) LIKE '%' || sp.day(0) || '%', false, 'only those of its month');
CREATE TABLE sp.uuids (id int NOT NULL, u uuid NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('sp.uuids', 'id', '100', p_premake := 1);
SELECT ok(partman.create_sub_parent('sp.uuids', 'u', '1 day', p_declarative_check := 'yes', p_premake := 1,
    p_time_encoder := 'uuid7_time_encoder', p_time_decoder := 'uuid7_time_decoder'), 'times in uuids below ids');
SELECT is((SELECT string_agg(DISTINCT time_encoder || ' ' || time_decoder, ',') FROM partman.part_config WHERE set_root = 'sp.uuids'),
    'uuid7_time_encoder uuid7_time_decoder', 'by their functions');
INSERT INTO sp.uuids VALUES (1, partman.uuid7_time_encoder(now()));
SELECT is((SELECT tableoid::regclass::text FROM sp.uuids), 'sp.uuids_p0_p' || sp.day(0), 'have days');
CREATE TABLE sp.ulids (u text COLLATE "C" NOT NULL) PARTITION BY RANGE (u);
SELECT partman.create_parent('sp.ulids', 'u', '1 month', p_codec := 'ulid', p_premake := 1);
SELECT ok(partman.create_sub_parent('sp.ulids', 'u', '1 day', p_declarative_check := 'yes', p_premake := 1), 'the same column holds the same below');
SELECT is((SELECT DISTINCT codec FROM partman.part_config WHERE set_root = 'sp.ulids'), 'ulid', 'in the same form');
SELECT is(sp.names('ulids_p' || to_char(now(), 'YYYYMM01')) LIKE '%p' || sp.day(0) || '%', true, 'in days');
CREATE TABLE sp.lists (region int NOT NULL, at timestamp NOT NULL) PARTITION BY LIST (region);
SELECT partman.create_parent('sp.lists', 'region', '1', 'list', p_premake := 1);
SELECT ok(partman.create_sub_parent('sp.lists', 'at', '1 day', p_declarative_check := 'yes', p_premake := 1), 'days below a list');
SELECT is(sp.names('lists_p1'), format('default p%s p%s p%s', sp.day(-1), sp.day(0), sp.day(1)), 'in each of its values');
CREATE TABLE sp.beside (a int NOT NULL, b int NOT NULL, c int NOT NULL) PARTITION BY RANGE (a);
SELECT partman.create_parent('sp.beside', 'a', '100', p_premake := 1);
SELECT partman.create_sub_parent('sp.beside', 'b', '10', p_declarative_check := 'yes', p_premake := 1);
SELECT partman.create_sub_parent('sp.beside_p0', 'c', '5', p_declarative_check := 'yes', p_premake := 1);
UPDATE partman.part_config_sub SET sub_retention_keep_table = false WHERE sub_parent = 'sp.beside_p0';
CREATE TABLE sp.beside_x PARTITION OF sp.beside FOR VALUES FROM (1000) TO (1100) PARTITION BY RANGE (b);
SELECT ok(partman.create_parent('sp.beside_x', 'b', '10', p_premake := 1), 'create_parent on a partition');
SELECT results_eq($$ SELECT sub_control, sub_retention_keep_table, sub_retention_keep_index FROM partman.part_config_sub WHERE sub_parent = 'sp.beside_x' $$,
    $$ VALUES ('c', false, true) $$, 'takes the level of the tables beside it');
SELECT is(sp.names('beside_x_p10'), 'default p0 p5', 'and makes it');
SELECT is((SELECT set_root FROM partman.part_config WHERE parent_table = 'sp.beside_x'), 'sp.beside', 'as a part of the tree');
CREATE TABLE sp.a_table_whose_name_is_as_long_as_names_can_be_in_this_database_ (id int NOT NULL, k int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('sp.a_table_whose_name_is_as_long_as_names_can_be_in_this_database_', 'id', '100', p_premake := 1);
SELECT ok(partman.create_sub_parent('sp.a_table_whose_name_is_as_long_as_names_can_be_in_this_database_', 'k', '10', p_declarative_check := 'yes', p_premake := 1),
    'names that must be cut');
SELECT is((SELECT count(*)::int FROM pg_partition_tree('sp.a_table_whose_name_is_as_long_as_names_can_be_in_this_database_')), 10, 'are told apart');

--
-- What is refused
--
CREATE TABLE sp.bad (ts timestamptz NOT NULL, id int NOT NULL, n int, v text NOT NULL, e int NOT NULL) PARTITION BY RANGE (ts);
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.bad', 'id', '10', p_declarative_check := 'yes') $$, '42704', NULL, 'a table that is not managed');
SELECT partman.create_parent('sp.bad', 'ts', '1 month', p_premake := 1);
SELECT throws_like($$ SELECT partman.create_sub_parent('sp.bad', 'id', '10') $$, 'Subpartitioning is a DESTRUCTIVE process%', 'without consent');
SELECT throws_like($$ SELECT partman.create_sub_parent('sp.bad', 'id', '10', p_declarative_check := 'no') $$, 'Subpartitioning is a DESTRUCTIVE process%', 'refused consent');
SELECT throws_like($$ SELECT partman.create_sub_parent('sp.none', 'id', '10', p_declarative_check := 'yes') $$, 'Unable to find given parent table%', 'no such table');
SELECT throws_like($$ SELECT partman.create_sub_parent('sp.bad', 'ts', '1 month', p_declarative_check := 'yes') $$,
    'Sub-partition interval cannot be greater than or equal to the given parent interval%', 'as wide as the parent');
SELECT throws_like($$ SELECT partman.create_sub_parent('sp.bad', 'ts', '1 year', p_declarative_check := 'yes') $$,
    'Sub-partition interval cannot be greater than or equal to the given parent interval%', 'wider than the parent');
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.bad', 'ts', '1 week', p_declarative_check := 'yes') $$, '22023', NULL, 'weeks of months');
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.bad', 'ts', '1 day', p_declarative_check := 'yes', p_date_trunc_interval := 'week') $$, '22023', NULL, 'days from Mondays on');
SELECT throws_like($$ SELECT partman.create_sub_parent('sp.ii', 'id', '100', p_declarative_check := 'yes') $$, 'duplicate key value%', 'a second time');
SELECT throws_like($$ SELECT partman.create_sub_parent('sp.ii_p0', 'id', '30', p_declarative_check := 'yes') $$,
    'Sub-partition interval cannot be greater than or equal to the given parent interval%', 'ids as wide as the parent');
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.bad', 'nope', '10', p_declarative_check := 'yes') $$, '42703', NULL, 'no such column');
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.bad', 'n', '10', p_declarative_check := 'yes') $$, '23502', NULL, 'a column that may be NULL');
CREATE TABLE sp.nullable (LIKE sp.bad) PARTITION BY RANGE (ts);
SELECT partman.create_parent('sp.nullable', 'ts', '1 month', p_premake := 1);
SELECT ok(partman.create_sub_parent('sp.nullable', 'n', '10', p_declarative_check := 'yes', p_control_not_null := false), 'unless that is allowed');
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.bad', 'id', '1 day', p_declarative_check := 'yes') $$, '22023', NULL, 'an interval of time for ids');
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.bad', 'id', '1', p_declarative_check := 'yes') $$, NULL, NULL, 'ranges of one id');
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.bad', 'id', '10', 'nonsense', p_declarative_check := 'yes') $$, '22023', NULL, 'no such type');
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.bad', 'id', '10', 'hash', p_declarative_check := 'yes') $$, '0A000', NULL, 'hash');
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.bad', 'id', '10', p_declarative_check := 'yes', p_premake := 0) $$, '22023', NULL, 'nothing premade');
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.bad', 'id', '10', p_declarative_check := 'yes', p_constraint_cols := ARRAY['id']) $$, '22023', NULL, 'constraints on the key');
SELECT is_empty($$ SELECT FROM partman.part_config_sub WHERE sub_parent = 'sp.bad' $$, 'nothing of it is left');
CREATE TABLE sp.pk (id int PRIMARY KEY, k int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('sp.pk', 'id', '100', p_premake := 1);
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.pk', 'k', '10', p_declarative_check := 'yes') $$, '0A000', NULL, 'a primary key without the column');
SET LOCAL ROLE regress_sub_reader;
SELECT throws_ok($$ SELECT partman.create_sub_parent('sp.props', 'ts', '1 hour', p_declarative_check := 'yes') $$, '42501', NULL, 'a table of others');
RESET ROLE;
SELECT ok(partman.create_sub_parent('sp.bad', 'ts', 'native', 'daily', p_declarative_check := 'yes'), 'version 4: type and interval the other way round');
SELECT is((SELECT DISTINCT partition_interval FROM partman.part_config WHERE set_root = 'sp.bad'), '1 day', 'and named intervals');

SELECT * FROM finish();
ROLLBACK;
