-- ensure_set(): the values of a set and the levels below it.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
SET TimeZone = 'UTC';
BEGIN;
SELECT no_plan();
UPDATE partman.part_config SET automatic_maintenance = 'off';
\ir lib/try.sql
CREATE SCHEMA el;
CREATE FUNCTION pg_temp.rows(p_spec jsonb, p_dry_run boolean DEFAULT false) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', setting || ':', coalesce(old_value, '-'), coalesce(new_value, '-')), E'\n') FROM partman.ensure_set(p_spec, p_dry_run) $$;
CREATE FUNCTION pg_temp.refused(p_spec jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.try(format('SELECT * FROM partman.ensure_set(%L)', p_spec)) $$;
-- What there is, but for what only time changes.
CREATE FUNCTION pg_temp.state() RETURNS text LANGUAGE sql AS $$
    SELECT md5(concat((SELECT string_agg(c::text, '|' ORDER BY parent_table) FROM partman.part_config c),
                      (SELECT string_agg(c::text, '|' ORDER BY sub_parent) FROM partman.part_config_sub c),
                      (SELECT string_agg(m.partition_table, '|' ORDER BY m.partition_schema, m.partition_table) FROM partman.managed_partition m),
                      (SELECT string_agg(c.oid::text, '|' ORDER BY oid) FROM pg_class c WHERE c.relkind IN ('r', 'p', 'i', 'I')))) $$;
CREATE FUNCTION el.month(months int) RETURNS text LANGUAGE sql AS $$ SELECT to_char(date_trunc('month', now()) + make_interval(months => $1), 'YYYYMM01') $$;
CREATE FUNCTION el.names(above text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(regexp_replace(c.relname, '^' || $1 || '_', ''), ' ' ORDER BY c.relname COLLATE "C")
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = ('el.' || $1)::regclass $$;

--
-- A level
--
CREATE TABLE el.m (at timestamptz NOT NULL, tenant int NOT NULL, campaign text) PARTITION BY RANGE (at);
\set spec '{"parent_table": "el.m", "control": "at", "interval": "1 month", "premake": 1, "sub": {"type": "hash", "control": "tenant", "modulus": 2}}'
SELECT pg_temp.state() AS before \gset
SELECT is(pg_temp.rows(:'spec', true), E'parent_table: - el.m\ncontrol: - at\ninterval: - 1 mon\npremake: - 1\nsub.control: - tenant\nsub.type: - hash\nsub.modulus: - 2', 'a dry run says what would be made');
SELECT is(pg_temp.state(), :'before', 'and leaves nothing behind');
SELECT is((SELECT count(*) FROM partman.ensure_set(:'spec')), 7::bigint, 'without it the same');
SELECT is(el.names('m_p' || el.month(1)), 'p0 p1', 'is made');
SELECT pg_temp.state() AS before \gset
SELECT is(pg_temp.rows(:'spec'), NULL, 'a second call finds nothing to do');
SELECT is(pg_temp.rows('{"parent_table": "el.m", "sub": {"sub_control": "tenant", "sub_partition_type": "hash", "interval": null, "epoch": "none", "date_trunc_interval": null, "time_encoder": null, "premake": 4,
    "declarative_check": "yes", "control_not_null": true, "start_partition": null, "default_table": true, "retention": null}}'), NULL, 'nor by other names, and what there is by default');
SELECT is(pg_temp.rows('{"parent_table": "el.m", "sub": {}}'), NULL, 'or with nothing to say');
SELECT is(pg_temp.state(), :'before', 'and does nothing');

-- Changes
SELECT is(pg_temp.rows('{"parent_table": "el.m", "premake": 2, "sub": {"modulus": 4, "maintenance_order": 3, "inherit_privileges": true}}', true),
    E'premake: 1 2\nsub.modulus: 2 4\nsub.inherit_privileges: false true\nsub.maintenance_order: - 3', 'changes');
SELECT is(pg_temp.state(), :'before', 'not in a dry run');
SELECT is((SELECT count(*) FROM partman.ensure_set('{"parent_table": "el.m", "premake": 2, "sub": {"modulus": 4, "maintenance_order": 3}}')), 3::bigint, 'are made');
SELECT results_eq($$ SELECT DISTINCT modulus, maintenance_order FROM partman.part_config WHERE parent_table LIKE 'el.m\_%' $$, $$ VALUES (2, 3) $$, 'in the sets that are there, but for the modulus');
SELECT partman.run_maintenance('el.m');
SELECT is(el.names('m_p' || el.month(2)), 'p0 p1 p2 p3', 'which is that of new ones');
SELECT is(pg_temp.rows('{"parent_table": "el.m", "premake": 2, "sub": {"modulus": 4, "maintenance_order": 3}}'), NULL, 'once');

-- What cannot be changed
SELECT pg_temp.state() AS before \gset
SELECT matches(pg_temp.refused(spec), expected, expected) FROM (VALUES
    ('{"parent_table": "el.m", "premake": 9, "sub": {"control": "at", "type": "range", "premake": 9}}'::jsonb, '^42P17 "sub.control" of set "el.m" cannot be changed\nIn this set sub.control is "tenant", and "at" was asked for; sub.type is "hash", and "range" was asked for'),
    ('{"parent_table": "el.m", "sub": {"interval": "1 day"}}', '^42P17 "sub.interval" of set "el.m"'),
    ('{"parent_table": "el.m", "sub": {"epoch": "seconds"}}', '^42P17 "sub.epoch" of set "el.m"'),
    ('{"parent_table": "el.m", "sub": {"modulus": 0}}', '^23514 |^22023 '),
    ('{"parent_table": "el.m", "sub": {"retention": "1 month"}}', '^22023 sub_retention is not for sub-partitions by hash'),
    ('{"parent_table": "el.m", "sub": {"values": ["a"]}}', '^22023 sub_values is not for sub-partitions by hash'),
    ('{"parent_table": "el.m", "sub": {"contrl": "at"}}', '^22023 "sub.contrl" is no setting of a level\n.*create_sub_parent\(\).*\nDid you mean "control"'),
    ('{"parent_table": "el.m", "sub": {"parent_table": "el.m"}}', '^22023 "sub.parent_table" is no setting of a level'),
    ('{"parent_table": "el.m", "sub": {"time_zone": "UTC"}}', '^22023 "sub.time_zone" is no setting'),
    ('{"parent_table": "el.m", "sub": {"sub": {"contrl": "at"}}}', '^22023 "sub.sub.contrl" is no setting'),
    ('{"parent_table": "el.m", "subb": {"modulus": 4}}', '^22023 "subb" is no setting of a partition set\n.*\nDid you mean "sub"'),
    ('{"parent_table": "el.m", "sub": {"modulus": 4, "sub_modulus": 4}}', '^22023 "sub.modulus" is given twice'),
    ('{"parent_table": "el.m", "sub": "hash"}', '^42804 "sub" must be an object of settings\nIt is the string "hash"'),
    ('{"parent_table": "el.m", "sub": {"modulus": "4"}}', '^42804 "sub.modulus" must be a whole number'),
    ('{"parent_table": "el.m", "sub": {"control": null}}', '^22004 "sub.control" must not be null'),
    ('{"parent_table": "el.m", "sub": {"sub": {"type": "list"}}}', '^22023 p_spec must have a key "sub.sub.control"'),
    ('{"parent_table": "el.m", "sub": {"sub": {"control": "campaign", "type": "list", "values": ["a", null]}}}', '^22004 "sub.sub.values" must not have null among its values'),
    ('{"parent_table": "el.m", "sub": {"sub": {"control": "campaign", "type": "list", "values": ["a", ["b"]]}}}', '^42804 "sub.sub.values" must be an array of values'),
    ('{"parent_table": "el.m", "sub": {"sub": {"control": "campaign", "type": "list"}}}', '^23502 Control column given'),
    ('{"parent_table": "el.m", "sub": {"sub": {"control": "campaign", "type": "list", "declarative_check": "no"}}}', '^22023 Subpartitioning is a DESTRUCTIVE process'),
    ('{"parent_table": "el.m", "values": ["a"]}', '^22023 "values" cannot be used for table "el.m"\nIts partitions do not list values'),
    ('{"parent_table": "el.m", "partitions": {"a": ["a"]}}', '^22023 "partitions" cannot be used for table "el.m"'),
    (('{"parent_table": "el.m", "sub": ' || repeat('{"sub": ', 40) || '{}' || repeat('}', 40) || '}')::jsonb, '^22023 p_spec is nested too deeply')
) AS bad (spec, expected);
SELECT is(pg_temp.state(), :'before', 'changes nothing');

-- A third level, in all sets of the second one
\set spec '{"parent_table": "el.m", "sub": {"sub": {"control": "campaign", "type": "list", "control_not_null": false, "values": ["spring", "summer"], "value_query": "SELECT ''easter''"}}}'
SELECT is(pg_temp.rows(:'spec'), E'sub.sub.control: - campaign\nsub.sub.type: - list\nsub.sub.control_not_null: - false\nsub.sub.values: - {spring,summer}\nsub.sub.value_query: - SELECT ''easter''', 'each difference is told once');
SELECT is(el.names(format('m_p%s_p%s', el.month(months), remainder)), 'default pspring psummer', 'and is in every set') FROM (VALUES (-1, 0), (0, 1), (1, 1), (2, 3)) AS t (months, remainder);
SELECT is((SELECT count(*) FROM partman.check_subpart_sameconfig('el.m')), 1::bigint, 'alike');
SELECT is(pg_temp.rows(:'spec'), NULL, 'once');
UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'el.m';
SELECT partman.run_maintenance('el.m');
SELECT is(el.names(format('m_p%s_p3', el.month(3))), 'default pspring psummer', 'new ones get all levels');
SELECT is(pg_temp.rows(:'spec'), NULL, 'and nothing is left to do');
SELECT is(pg_temp.rows('{"parent_table": "el.m", "sub": {"sub": {"values": ["spring"]}}}'), 'sub.sub.values: {spring,summer} {spring}', 'other values');
SELECT is((SELECT count(*) FROM partman.check_subpart_sameconfig('el.m')), 1::bigint, 'for all');

-- What is stopped
SELECT is(pg_temp.rows('{"parent_table": "el.m", "sub": {"sub": null}}'), 'sub.sub: list (campaign) -', 'no third level any more');
SELECT is_empty($$ SELECT FROM partman.part_config_sub WHERE sub_parent LIKE 'el.m\_%' $$, 'for new sets');
SELECT is(pg_temp.rows('{"parent_table": "el.m", "sub": null}', true), 'sub: hash (tenant) -', 'nor a second one');
SELECT is(pg_temp.rows('{"parent_table": "el.m", "sub": null}'), 'sub: hash (tenant) -', 'are stopped');
SELECT is(pg_temp.rows('{"parent_table": "el.m", "sub": null}'), NULL, 'once');
UPDATE partman.part_config SET premake = 4 WHERE parent_table = 'el.m';
SELECT partman.run_maintenance('el.m');
SELECT is((SELECT relkind FROM pg_class WHERE relname = 'm_p' || el.month(4)), 'r', 'new partitions are plain');
INSERT INTO el.m SELECT date_trunc('month', now()) + interval '4 months', i, 'x' FROM generate_series(1, 50) AS i;
SELECT is(pg_temp.rows('{"parent_table": "el.m", "sub": {"type": "hash", "control": "tenant", "modulus": 4}}'), E'sub.control: - tenant\nsub.type: - hash\nsub.modulus: - 4', 'and begin again');
SELECT is(el.names('m_p' || el.month(4)), 'p0 p1 p2 p3', 'with those that are there');
SELECT is((SELECT (count(*), count(DISTINCT tableoid))::text FROM el.m), '(50,4)', 'and their rows');

--
-- Values, and levels below them
--
CREATE TABLE el.l (at timestamptz NOT NULL, tenant int NOT NULL, campaign int) PARTITION BY LIST (campaign);
\set spec '{"parent_table": "el.l", "control": "campaign", "type": "list", "control_not_null": false, "values": [1, "02", null, 1], "partitions": {"l_poles": [10, 20]}, "sub": {"control": "at", "interval": "1 month", "premake": 1, "retention": "6 months", "retention_keep_table": false, "sub": {"control": "tenant", "type": "hash", "modulus": 2}}}'
SELECT is(pg_temp.rows(:'spec', true), E'parent_table: - el.l\ncontrol: - campaign\ntype: - list\ncontrol_not_null: - false\npartitions: - el.l_poles FOR VALUES IN (''10'', ''20'')\nvalues: - el.l_p1 FOR VALUES IN (''1'')\n'
    || E'values: - el.l_p2 FOR VALUES IN (''2'')\nvalues: - el.l_pnull FOR VALUES IN (NULL)\nsub.control: - at\nsub.interval: - 1 month\nsub.premake: - 1\nsub.retention: - 6 months\nsub.retention_keep_table: - false\n'
    || E'sub.sub.control: - tenant\nsub.sub.type: - hash\nsub.sub.modulus: - 2', 'partitions of values, months and remainders');
SELECT is((SELECT count(*) FROM partman.ensure_set(:'spec')), 16::bigint, 'are made');
SELECT is(el.names('l'), 'default p1 p2 pnull poles', 'values');
SELECT is(el.names('l_poles'), format('default p%s p%s p%s', el.month(-1), el.month(0), el.month(1)), 'months');
SELECT is(el.names('l_pnull_p' || el.month(0)), 'p0 p1', 'remainders');
SELECT results_eq($$ SELECT DISTINCT retention, retention_keep_table FROM partman.part_config WHERE set_root = 'el.l' AND partition_type = 'range' $$, $$ VALUES ('6 months', false) $$, 'with their settings');
SELECT is(pg_temp.rows(:'spec'), NULL, 'once');
SELECT is(pg_temp.rows('{"parent_table": "el.l", "values": [10, 1, "3"], "partitions": {"l_poles": ["20", "10"], "el.equator": [30]}, "sub": {"retention": "3 months", "interval": "monthly"}}'),
    E'partitions: - el.equator FOR VALUES IN (''30'')\nvalues: - el.l_p3 FOR VALUES IN (''3'')\nsub.retention: 6 months 3 months', 'what is missing is added');
SELECT is(el.names('l_p3_p' || el.month(1)), 'p0 p1', 'with all levels');
SELECT results_eq($$ SELECT DISTINCT retention FROM partman.part_config WHERE set_root = 'el.l' AND partition_type = 'range' $$, $$ VALUES ('3 months') $$, 'and the new settings');
SELECT pg_temp.state() AS before \gset
SELECT matches(pg_temp.refused(spec), expected, expected) FROM (VALUES
    ('{"parent_table": "el.l", "values": [77], "partitions": {"l_poles": [10, 20, 40]}}'::jsonb, '^42P17 the values of partition el.l_poles cannot be changed\nIt is FOR VALUES IN \(10, 20\), and IN \(''10'', ''20'', ''40''\) was asked for'),
    ('{"parent_table": "el.l", "partitions": {"l_poles": [10]}}', '^42P17 the values of partition el.l_poles cannot be changed'),
    ('{"parent_table": "el.l", "values": [77], "partitions": {"l_other": [10, 40]}}', '^42P17 value ''10'' of table "el.l" has a partition already\nPartition el.l_poles lists it'),
    ('{"parent_table": "el.l", "partitions": {"l_other": [40, "040"]}}', '^22023 value ''40'' is given twice'),
    ('{"parent_table": "el.l", "partitions": {"m": [40]}}', '^42P07 '),
    ('{"parent_table": "el.l", "partitions": {"l_none": []}}', '^22023 p_values must name at least one value'),
    ('{"parent_table": "el.l", "partitions": {"l_one": 1}}', '^42804 "partitions" must be an object such as'),
    ('{"parent_table": "el.l", "partitions": [1]}', '^42804 "partitions" must be an object such as .*\nIt is an array'),
    ('{"parent_table": "el.l", "values": 1}', '^42804 "values" must be an array of values'),
    ('{"parent_table": "el.l", "values": [77, [78]]}', '^42804 "values" must be an array of values'),
    ('{"parent_table": "el.l", "values": [77, "x"]}', '^22P02 '),
    ('{"parent_table": "el.l", "max_partitions": 7, "values": [77, 78]}', '^54000 ')
) AS bad (spec, expected);
SELECT is(pg_temp.state(), :'before', 'changes nothing');
CREATE TABLE el.none (at timestamptz NOT NULL, tenant int NOT NULL, campaign text NOT NULL) PARTITION BY LIST (campaign);
SELECT matches(pg_temp.refused('{"parent_table": "el.none", "control": "campaign", "type": "list", "sub": {"control": "at", "interval": "1 month", "sub": {"control": "tenant", "type": "hash", "modulus": 2}}}'),
    '^55000 table "el.none" has no partition yet for "sub.sub"', 'a third level needs a second one');
SELECT is_empty($$ SELECT FROM partman.part_config WHERE parent_table = 'el.none' $$, 'else nothing is made');
SELECT is(pg_temp.rows('{"parent_table": "el.none", "control": "campaign", "type": "list", "sub": {"control": "at", "interval": "1 month", "premake": 1}}'), E'parent_table: - el.none\ncontrol: - campaign\ntype: - list\nsub.control: - at\nsub.interval: - 1 month\nsub.premake: - 1', 'a second one needs no first one');
SELECT is(pg_temp.rows('{"parent_table": "el.none", "values": ["a"]}'), 'values: - el.none_pa FOR VALUES IN (''a'')', 'which comes later');
SELECT is(el.names('none_pa'), format('default p%s p%s p%s', el.month(-1), el.month(0), el.month(1)), 'and has its months');

-- By hash, months below, values below these; rows that are there
CREATE TABLE el.h (id bigint NOT NULL, at timestamptz NOT NULL, kind text NOT NULL) PARTITION BY HASH (id);
SELECT partman.create_parent('el.h', 'id', p_type => 'hash', p_modulus => 2);
INSERT INTO el.h SELECT i, now(), (ARRAY['a', 'b', 'c'])[1 + i % 3] FROM generate_series(1, 90) AS i;
CREATE TABLE el.h_before AS SELECT * FROM el.h;
\set spec '{"parent_table": "el.h", "sub": {"control": "at", "interval": "1 month", "premake": 1, "sub": {"control": "kind", "type": "list", "values": ["a", "b"]}}}'
SELECT is(pg_temp.rows(:'spec', true), E'sub.control: - at\nsub.interval: - 1 month\nsub.premake: - 1\nsub.sub.control: - kind\nsub.sub.type: - list\nsub.sub.values: - {a,b}', 'levels below a set with rows');
SELECT is(el.names('h'), 'p0 p1', 'not in a dry run');
SELECT is((SELECT count(*) FROM partman.ensure_set(:'spec')), 6::bigint, 'are made');
SELECT results_eq('SELECT * FROM el.h ORDER BY id', 'SELECT * FROM el.h_before ORDER BY id', 'rows are kept');
SELECT is((SELECT count(*) FROM el.h WHERE tableoid::regclass::text ~ ('^el.h_p[01]_p' || el.month(0) || '_p[ab]$')), 60::bigint, 'in their places');
SELECT is(pg_temp.rows(:'spec'), NULL, 'once');

-- Values are compared as they are stored.
CREATE TABLE el.days (id int NOT NULL, day date NOT NULL) PARTITION BY RANGE (id);
\set spec '{"parent_table": "el.days", "control": "id", "interval": 100, "premake": 1, "sub": {"control": "day", "type": "list", "values": ["2030-1-1", "2030-02-01"]}}'
SELECT matches(pg_temp.rows(:'spec'), 'sub.values: - \{2030-01-01,2030-02-01\}$', 'dates');
SELECT is(pg_temp.rows(:'spec'), NULL, 'once');

-- A level that was made by create_sub_parent() in one set only is made in the others.
CREATE TABLE el.part (at timestamptz NOT NULL, tenant int NOT NULL, kind text NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('el.part', 'at', '1 month', p_premake => 1);
SELECT partman.create_sub_parent('el.part', 'tenant', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes');
SELECT partman.create_sub_parent('el.part_p' || el.month(0), 'kind', p_type => 'list', p_declarative_check => 'yes');
SELECT is(pg_temp.rows('{"parent_table": "el.part", "sub": {"sub": {"control": "kind", "type": "list"}}}'), E'sub.sub.control: - kind\nsub.sub.type: - list', 'sets that lack it');
SELECT is((SELECT count(*) FROM partman.part_config_sub WHERE sub_parent LIKE 'el.part\_%'), 3::bigint, 'get it');

-- Whose
CREATE ROLE regress_levels;
GRANT USAGE ON SCHEMA partman, el TO regress_levels;
SET LOCAL ROLE regress_levels;
SELECT matches(pg_temp.refused('{"parent_table": "el.m", "sub": {"modulus": 8}}'), '^42501 must be owner', 'somebody else changes nothing');
RESET ROLE;
CREATE TABLE el.own (at timestamptz NOT NULL, tenant int NOT NULL) PARTITION BY RANGE (at);
ALTER TABLE el.own OWNER TO regress_levels;
GRANT CREATE ON SCHEMA el TO regress_levels;
SET LOCAL ROLE regress_levels;
SELECT is(pg_temp.rows('{"parent_table": "el.own", "control": "at", "interval": "1 month", "premake": 1, "sub": {"type": "hash", "control": "tenant", "modulus": 2}}'),
    E'parent_table: - el.own\ncontrol: - at\ninterval: - 1 mon\npremake: - 1\nsub.control: - tenant\nsub.type: - hash\nsub.modulus: - 2', 'the owner does');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
