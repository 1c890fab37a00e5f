-- Levels of other strategies: partitions of a set that are partitioned by hash, by lists of values, or below these.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
SET TimeZone = 'UTC';

BEGIN;
SELECT no_plan();
UPDATE partman.part_config SET automatic_maintenance = 'off';
\ir lib/try.sql
CREATE SCHEMA lv;
-- All tables of a tree but the topmost, with their bounds; months are counted from this one.
CREATE FUNCTION lv.month(months int) RETURNS text LANGUAGE sql AS $$ SELECT to_char(date_trunc('month', now()) + make_interval(months => $1), 'YYYYMM01') $$;
CREATE FUNCTION lv.names(above text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(regexp_replace(c.relname, '^' || $1 || '_', ''), ' ' ORDER BY c.relname COLLATE "C")
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = ('lv.' || $1)::regclass $$;

--
-- Months, each of them by hash
--
CREATE TABLE lv.m (at timestamptz NOT NULL, tenant int NOT NULL, v text, PRIMARY KEY (at, tenant)) PARTITION BY RANGE (at);
CREATE INDEX ON lv.m (v);
SELECT partman.create_parent('lv.m', 'at', '1 month', p_premake => 1);
INSERT INTO lv.m SELECT now(), i FROM generate_series(1, 100) AS i;
SELECT ok(partman.create_sub_parent('lv.m', 'tenant', p_type => 'hash', p_modulus => 3, p_declarative_check => 'yes'), 'hash below months');
SELECT is(lv.names('m'), format('default p%s p%s p%s', lv.month(-1), lv.month(0), lv.month(1)), 'the same months');
SELECT is(lv.names('m_p' || lv.month(1)), 'p0 p1 p2', 'with all remainders');
SELECT is((SELECT string_agg(pg_get_expr(relpartbound, oid), ', ' ORDER BY relname) FROM pg_class WHERE relname LIKE 'm_p' || lv.month(0) || '_p_' AND relkind = 'r'),
    'FOR VALUES WITH (modulus 3, remainder 0), FOR VALUES WITH (modulus 3, remainder 1), FOR VALUES WITH (modulus 3, remainder 2)', 'that are bounds of them');
SELECT is((SELECT count(*) FROM lv.m WHERE tableoid::regclass::text LIKE 'lv.m\_p' || lv.month(0) || '\_p_'), 100::bigint, 'rows have moved along');
SELECT is((SELECT count(DISTINCT tableoid) FROM lv.m), 3::bigint, 'by their hash');
SELECT ok(bool_and(n = 2), 'indexes are everywhere')
FROM (SELECT (SELECT count(*) FROM pg_index i WHERE i.indrelid = t.relid) AS n FROM pg_partition_tree('lv.m') t) x;
SELECT is((SELECT (sub_control, sub_partition_interval, sub_partition_type, sub_modulus)::text FROM partman.part_config_sub WHERE sub_parent = 'lv.m'),
    '(tenant,0,hash,3)', 'the description');
SELECT results_eq($$ SELECT DISTINCT partition_type, partition_interval, modulus, set_root FROM partman.part_config WHERE parent_table LIKE 'lv.m\_%' $$,
    $$ VALUES ('hash', '0', 3, 'lv.m') $$, 'each month is a set');

-- Maintenance makes a month with all that is below it; the plan shows it.
UPDATE partman.part_config SET premake = 2 WHERE parent_table = 'lv.m';
SELECT results_eq($$ SELECT parent_table, action, partition, regexp_replace(bounds, 'FROM.*', 'FROM') FROM partman.plan_maintenance('lv.m') $$,
    format($$ VALUES ('lv.m', 'create', 'lv.m_p%1$s', 'FROM'), ('lv.m_p%1$s', 'create', 'lv.m_p%1$s_p0', 'WITH (modulus 3, remainder 0)'),
        ('lv.m_p%1$s', 'create', 'lv.m_p%1$s_p1', 'WITH (modulus 3, remainder 1)'), ('lv.m_p%1$s', 'create', 'lv.m_p%1$s_p2', 'WITH (modulus 3, remainder 2)') $$, lv.month(2)),
    'the plan shows the remainders');
SELECT ok((SELECT sql FROM partman.plan_maintenance('lv.m') LIMIT 1) LIKE '%PARTITION BY HASH (tenant)%', 'and the key');
SELECT partman.run_maintenance('lv.m');
SELECT is(lv.names('m_p' || lv.month(2)), 'p0 p1 p2', 'maintenance makes them');
SELECT is_empty($$ SELECT * FROM partman.plan_maintenance('lv.m') $$, 'and has nothing left to do');
UPDATE partman.part_config_sub SET sub_modulus = 4 WHERE sub_parent = 'lv.m';
SELECT ok(partman.create_partition_time('lv.m', ARRAY[date_trunc('month', now()) + interval '5 months']), 'create_partition_time()');
SELECT is(lv.names('m_p' || lv.month(5)), 'p0 p1 p2 p3', 'another modulus is for new months');
SELECT is(lv.names('m_p' || lv.month(0)), 'p0 p1 p2', 'and not for others');

-- A month whose rows are in the default partition.
INSERT INTO lv.m SELECT date_trunc('month', now()) + interval '3 months', i FROM generate_series(1, 20) AS i;
UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'lv.m';
SELECT partman.run_maintenance('lv.m');
SELECT is((SELECT count(*) FROM lv.m WHERE tableoid::regclass::text LIKE 'lv.m\_p' || lv.month(3) || '\_p_'), 20::bigint, 'rows of the default partition find their remainder');

-- A hole is seen and filled.
SELECT is((SELECT count(*) FROM partman.health WHERE parent_table LIKE 'lv.m%' AND severity = 'critical'), 0::bigint, 'no hole');
SELECT lives_ok(format('DROP TABLE lv.m_p%s_p1', lv.month(1)), 'a partition is lost');
SELECT results_eq($$ SELECT parent_table, severity, reasons[1] FROM partman.health WHERE parent_table LIKE 'lv.m%' AND severity = 'critical' $$,
    format($$ VALUES ('lv.m_p%s', 'critical', '1 remainder has no partition: rows that belong there are refused') $$, lv.month(1)), 'the health names its month');
UPDATE partman.part_config SET automatic_maintenance = 'on' WHERE parent_table LIKE 'lv.m%';
SELECT partman.run_maintenance();
SELECT is(lv.names('m_p' || lv.month(1)), 'p0 p1 p2', 'maintenance fills it');

-- Retention takes a month with all that is below it.
CREATE TABLE lv.old (at timestamptz NOT NULL, tenant text NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('lv.old', 'at', '1 month', p_premake => 1, p_start_partition => (now() - interval '4 months')::text);
SELECT partman.create_sub_parent('lv.old', 'tenant', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes');
UPDATE partman.part_config SET retention = '2 months', retention_keep_table = false WHERE parent_table = 'lv.old';
SELECT partman.run_maintenance('lv.old');
SELECT is(lv.names('old') ~ ('p' || lv.month(-4)), false, 'a month is gone');
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'lv.old_p' || lv.month(-4)), 0::bigint, 'and its configuration');
SELECT is((SELECT count(*) FROM pg_class WHERE relname LIKE 'old_p' || lv.month(-4) || '%'), 0::bigint, 'with its partitions');

--
-- Months, each of them by lists of values
--
CREATE TABLE lv.l (at timestamptz NOT NULL, campaign text NOT NULL, v int) PARTITION BY RANGE (at);
SELECT partman.create_parent('lv.l', 'at', '1 month', p_premake => 1);
INSERT INTO lv.l SELECT now(), c, i FROM unnest(ARRAY['spring', 'summer', 'other']) AS c, generate_series(1, 10) AS i;
SELECT ok(partman.create_sub_parent('lv.l', 'campaign', p_type => 'list', p_values => '{spring,summer}', p_declarative_check => 'yes'), 'lists below months');
SELECT is(lv.names('l_p' || lv.month(1)), 'default pspring psummer', 'with a partition for each value, and a default partition');
SELECT results_eq($$ SELECT tableoid::regclass::text, count(*) FROM lv.l GROUP BY 1 ORDER BY 1 $$,
    format($$ VALUES ('lv.l_p%1$s_default', 10::bigint), ('lv.l_p%1$s_pspring', 10), ('lv.l_p%1$s_psummer', 10) $$, lv.month(0)), 'rows have moved along');
SELECT results_eq($$ SELECT DISTINCT partition_type, partition_interval, list_mode, set_root FROM partman.part_config WHERE parent_table LIKE 'lv.l\_%' $$,
    $$ VALUES ('list', '0', 'values', 'lv.l') $$, 'each month is a set of listed values');
SELECT partman.run_maintenance('lv.l_p' || lv.month(0));
SELECT is(lv.names('l_p' || lv.month(0)), 'default pother pspring psummer', 'values that are found get a partition');
SELECT is((SELECT count(*) FROM lv.l WHERE tableoid::regclass::text LIKE '%_pother'), 10::bigint, 'and their rows');
SELECT is(partman.add_list_partition('lv.l_p' || lv.month(1), '{autumn,winter}'), format('lv.l_p%1$s_pautumn_winter', lv.month(1)), 'add_list_partition() in a month');
UPDATE partman.part_config SET premake = 2 WHERE parent_table = 'lv.l';
SELECT results_eq($$ SELECT partition, regexp_replace(bounds, 'FROM.*', 'FROM') FROM partman.plan_maintenance('lv.l') $$,
    format($$ VALUES ('lv.l_p%1$s', 'FROM'), ('lv.l_p%1$s_pspring', 'IN (''spring'')'), ('lv.l_p%1$s_psummer', 'IN (''summer'')'), ('lv.l_p%1$s_default', 'DEFAULT') $$, lv.month(2)),
    'the plan shows a new month');
SELECT partman.run_maintenance('lv.l');
SELECT is(lv.names('l_p' || lv.month(2)), 'default pspring psummer', 'maintenance makes it');
CREATE TABLE lv.registry (campaign text);
INSERT INTO lv.registry VALUES ('easter');
UPDATE partman.part_config_sub SET sub_value_query = 'SELECT campaign FROM lv.registry' WHERE sub_parent = 'lv.l';
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'lv.l\_%' AND value_query IS NOT NULL), 4::bigint, 'the sets follow the query');
SELECT partman.run_maintenance('lv.l_p' || lv.month(2));
SELECT is(lv.names('l_p' || lv.month(2)), 'default peaster pspring psummer', 'and make partitions for its values');
UPDATE partman.part_config SET retention = '2 months', retention_keep_table = false WHERE parent_table = 'lv.l';
SELECT is(partman.retire_list_value('lv.l_p' || lv.month(2), 'spring', false), format('lv.l_p%s_pspring', lv.month(2)), 'a value of one month is retired');

--
-- Listed values, each of them by months
--
CREATE TABLE lv.c (campaign text NOT NULL, at timestamptz NOT NULL, tenant int NOT NULL DEFAULT 1) PARTITION BY LIST (campaign);
SELECT partman.create_parent('lv.c', 'campaign', p_type => 'list');
SELECT partman.add_list_partition('lv.c', '{old}');
INSERT INTO lv.c SELECT c, now(), i FROM unnest(ARRAY['old', 'new']) AS c, generate_series(1, 10) AS i;
SELECT ok(partman.create_sub_parent('lv.c', 'at', '1 month', p_premake => 1, p_declarative_check => 'yes'), 'months below listed values');
SELECT is(lv.names('c_pold'), format('default p%s p%s p%s', lv.month(-1), lv.month(0), lv.month(1)), 'of a value that was there');
SELECT is((SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = 'lv.c_pold'::regclass), 'FOR VALUES IN (''old'')', 'which it keeps');
SELECT is((SELECT count(*) FROM lv.c WHERE tableoid::regclass::text = 'lv.c_pold_p' || lv.month(0)), 10::bigint, 'with its rows');
SELECT is((SELECT relkind FROM pg_class WHERE oid = 'lv.c_default'::regclass), 'r', 'the default partition stays plain');
SELECT is(partman.add_list_partition('lv.c', '{x,y}'), 'lv.c_px_y', 'add_list_partition()');
SELECT is(lv.names('c_px_y'), format('default p%s p%s p%s', lv.month(-1), lv.month(0), lv.month(1)), 'makes the months of the new values');
SELECT results_eq($$ SELECT parent_table, action, partition FROM partman.plan_maintenance('lv.c') $$,
    format($$ VALUES ('lv.c', 'heal', 'lv.c_pnew'), ('lv.c_pnew', 'create', 'lv.c_pnew_p%s'), ('lv.c_pnew', 'create', 'lv.c_pnew_p%s'), ('lv.c_pnew', 'create', 'lv.c_pnew_p%s'),
        ('lv.c_pnew', 'create', 'lv.c_pnew_default') $$, lv.month(-1), lv.month(0), lv.month(1)), 'the plan shows the months of a value that was found');
SELECT partman.run_maintenance('lv.c');
SELECT is((SELECT count(*) FROM lv.c WHERE tableoid::regclass::text = 'lv.c_pnew_p' || lv.month(0)), 10::bigint, 'maintenance makes them, and moves its rows there');
SELECT results_eq($$ SELECT DISTINCT set_root, partition_type, premake FROM partman.part_config WHERE parent_table LIKE 'lv.c\_%' $$, $$ VALUES ('lv.c', 'range', 1) $$, 'each value is a set');
-- Retention within the values: for all, and for one of them.
SELECT partman.create_partition_time(parent_table, ARRAY[date_trunc('month', now()) - interval '5 months']) FROM partman.part_config WHERE parent_table IN ('lv.c_pold', 'lv.c_pnew');
UPDATE partman.part_config_sub SET sub_retention = '3 months', sub_retention_keep_table = false, sub_premake = 2 WHERE sub_parent = 'lv.c';
UPDATE partman.part_config SET retention = '9 months' WHERE parent_table = 'lv.c_pnew';
SELECT partman.run_maintenance();
SELECT is(lv.names('c_pold'), format('default p%s p%s p%s p%s', lv.month(-1), lv.month(0), lv.month(1), lv.month(2)), 'retention and premake of the months of a value');
SELECT is(lv.names('c_pnew') ~ ('p' || lv.month(-5)), true, 'another one has its own');
SELECT is(partman.retire_list_value('lv.c', 'old', false), 'lv.c_pold', 'a value is retired');
SELECT is((SELECT count(*) FROM pg_class WHERE relname LIKE 'c\_pold%') + (SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'lv.c\_pold%'), 0::bigint, 'with its months and their configuration');

-- Without default partitions below, each row gets a month.
CREATE TABLE lv.n (dropped int, campaign text NOT NULL, at timestamptz NOT NULL) PARTITION BY LIST (campaign);
ALTER TABLE lv.n DROP COLUMN dropped;
SELECT partman.create_parent('lv.n', 'campaign', p_type => 'list');
SELECT partman.create_sub_parent('lv.n', 'at', '1 month', p_premake => 1, p_default_table => false, p_declarative_check => 'yes');
INSERT INTO lv.n SELECT c, date_trunc('month', now()) - make_interval(months => m) FROM unnest(ARRAY['a', 'b', 'c']) AS c, generate_series(3, 5) AS m;
SELECT partman.add_list_partition('lv.n', '{a,b}');
SELECT is(lv.names('n_pa_b'), format('p%s p%s p%s p%s p%s p%s', lv.month(-5), lv.month(-4), lv.month(-3), lv.month(-1), lv.month(0), lv.month(1)), 'add_list_partition() makes the months of the rows');
SELECT is((SELECT count(*) FROM lv.n_pa_b), 6::bigint, 'and moves them there');
SELECT partman.run_maintenance('lv.n');
SELECT is((SELECT count(*) FROM lv.n_pc), 3::bigint, 'so does maintenance');

--
-- Settings of single values
--
CREATE TABLE lv.o (campaign text NOT NULL, at timestamptz NOT NULL) PARTITION BY LIST (campaign);
SELECT partman.create_parent('lv.o', 'campaign', p_type => 'list');
SELECT partman.create_sub_parent('lv.o', 'at', '1 month', p_premake => 1, p_declarative_check => 'yes');
SELECT partman.add_list_partition('lv.o', '{short}');
CREATE FUNCTION lv.settings() RETURNS text LANGUAGE sql AS $$ SELECT string_agg(format('%s %s %s', substr(parent_table, 7), premake, retention), ', ' ORDER BY parent_table COLLATE "C")
    FROM partman.part_config WHERE parent_table LIKE 'lv.o\_%' $$;
INSERT INTO partman.part_config_override VALUES ('lv.o', 'short', '{"retention": "2 months", "retention_keep_table": false}'), ('lv.o', 'long', '{"retention": "9 months", "premake": 3}');
SELECT is(lv.settings(), 'short 1 2 months', 'a set that is there follows');
SELECT partman.add_list_partition('lv.o', '{long,longer}'), partman.add_list_partition('lv.o', '{plain}');
SELECT is(lv.settings(), 'long_longer 3 9 months, plain 1 , short 1 2 months', 'a set that is made later gets them');
UPDATE partman.part_config_sub SET sub_retention = '4 months', sub_premake = 2 WHERE sub_parent = 'lv.o';
SELECT is(lv.settings(), 'long_longer 3 9 months, plain 2 4 months, short 2 2 months', 'and they stay when those of the level change');
SELECT partman.create_partition_time(parent_table, ARRAY[date_trunc('month', now()) - interval '6 months', date_trunc('month', now()) - interval '3 months'])
FROM partman.part_config WHERE parent_table LIKE 'lv.o\_%';
UPDATE partman.part_config SET retention_keep_table = false, retention_max_fraction = NULL WHERE parent_table LIKE 'lv.o\_%';
SELECT partman.run_maintenance();
SELECT is(lv.names('o_plong_longer'), format('default p%s p%s p%s p%s p%s p%s p%s', lv.month(-6), lv.month(-3), lv.month(-1), lv.month(0), lv.month(1), lv.month(2), lv.month(3)), 'kept longest, and furthest ahead');
SELECT is(lv.names('o_pplain') ~ ('p' || lv.month(-6)) OR lv.names('o_pplain') !~ ('p' || lv.month(-3)), false, 'as the level says');
SELECT is(lv.names('o_pshort') ~ ('p' || lv.month(-3)), false, 'kept shortest');
UPDATE partman.part_config_override SET settings = '{"premake": 5}' WHERE value = 'long';
DELETE FROM partman.part_config_override WHERE value = 'short';
UPDATE partman.part_config SET premake = 7 WHERE parent_table = 'lv.o_pplain';
INSERT INTO partman.part_config_override VALUES ('lv.o', 'plain', '{"premake": 3}');
SELECT is((SELECT premake FROM partman.part_config WHERE parent_table = 'lv.o_pplain'), 7, 'a value of its own stays');
UPDATE partman.part_config SET premake = 2 WHERE parent_table = 'lv.o_pplain';
DELETE FROM partman.part_config_override WHERE value = 'plain';
SELECT is(lv.settings(), 'long_longer 5 4 months, plain 2 4 months, short 2 4 months', 'what is not said any more is as the level has it');
SELECT matches(pg_temp.try(sql), expected, expected) FROM (VALUES
    ($$INSERT INTO partman.part_config_override VALUES ('lv.nothing', 'a', '{}')$$, '^23503 table "lv.nothing" is not managed'),
    ($$INSERT INTO partman.part_config_override VALUES ('lv.o', 'a', '{"retentoin": "1 month"}')$$, '^22023 unknown setting "retentoin" in part_config_override\n.*\nDid you mean "retention"'),
    ($$INSERT INTO partman.part_config_override VALUES ('lv.o', 'a', '{"premake": "5"}')$$, '^42804 setting "premake" in part_config_override must be a number'),
    ($$INSERT INTO partman.part_config_override VALUES ('lv.o', 'a', '{"premake": 0}')$$, '^22023 setting "premake" in part_config_override is out of range'),
    ($$INSERT INTO partman.part_config_override VALUES ('lv.o', 'a', '{"premake": 1.5}')$$, '^22023 setting "premake" in part_config_override is out of range'),
    ($$INSERT INTO partman.part_config_override VALUES ('lv.o', 'a', '{"premake": null}')$$, '^42804 setting "premake"'),
    ($$INSERT INTO partman.part_config_override VALUES ('lv.o', 'a', '{"retention": "soon"}')$$, '^22\d{3} '),
    ($$INSERT INTO partman.part_config_override VALUES ('lv.o', 'plain', '{"retention": "90"}')$$, '^22\d{3} '),
    ($$INSERT INTO partman.part_config_override VALUES ('lv.o', 'a', '{"retention_keep_table": "no"}')$$, '^42804 '),
    ($$INSERT INTO partman.part_config_override VALUES ('lv.o', 'a', '[]')$$, '^23514 |^22023 '),
    ($$INSERT INTO partman.part_config_override VALUES ('lv.o', 'long', '{}')$$, '^23505 '),
    ($$UPDATE partman.part_config_override SET value = 'other'$$, '^0A000 an override belongs to its value'),
    ($$UPDATE partman.part_config_override SET owner_role = 'other'$$, '^42501 column "owner_role"')
) AS bad (sql, expected);
ALTER TABLE lv.o RENAME TO o2;
SELECT results_eq('SELECT root, value FROM partman.part_config_override', $$VALUES ('lv.o2', 'long')$$, 'a rename is followed');
-- A value that is written in another way than partitions list it, at the top and further down; and retention by it.
CREATE TABLE lv.typed (at timestamptz NOT NULL, campaign int) PARTITION BY LIST (campaign);
SELECT partman.create_parent('lv.typed', 'campaign', p_type => 'list', p_control_not_null => false);
SELECT partman.add_list_partition('lv.typed', '{1}'), partman.add_list_partition('lv.typed', '{2,3}', 'typed_two'), partman.add_list_partition('lv.typed', '{4}'), partman.add_list_partition('lv.typed', '{NULL}');
SELECT partman.create_sub_parent('lv.typed', 'at', '1 month', p_premake => 1, p_start_partition => date_trunc('month', now() - interval '8 months')::text, p_declarative_check => 'yes');
UPDATE partman.part_config_sub SET sub_retention = '6 months', sub_retention_keep_table = false WHERE sub_parent = 'lv.typed';
INSERT INTO partman.part_config_override VALUES ('lv.typed', '01', '{"retention": "1 month"}'), ('lv.typed', ' 3', '{"retention": "3 months"}'), ('lv.typed', '4', '{"retention": null}');
SELECT results_eq($$ SELECT value FROM partman.part_config_override WHERE root = 'lv.typed' ORDER BY value $$, $$ VALUES ('1'), ('3'), ('4') $$, 'values are stored as partitions list them');
SELECT matches(pg_temp.try($$INSERT INTO partman.part_config_override VALUES ('lv.typed', '1', '{}')$$), '^23505 ', 'each once');
SELECT matches(pg_temp.try($$INSERT INTO partman.part_config_override VALUES ('lv.typed', 'one', '{}')$$), '^22P02 ', 'one that is no value of the column');
SELECT partman.run_maintenance('lv.typed_p1'), partman.run_maintenance('lv.typed_two'), partman.run_maintenance('lv.typed_p4'), partman.run_maintenance('lv.typed_pnull');
SELECT is((SELECT string_agg(format('%s %s', t.name, (SELECT count(*) FROM pg_inherits WHERE inhparent = ('lv.' || t.name)::regclass
        AND EXISTS (SELECT FROM pg_class p WHERE p.oid = inhrelid AND pg_get_expr(p.relpartbound, p.oid) <> 'DEFAULT'))), ', ' ORDER BY t.place)
    FROM (VALUES (1, 'typed_p1'), (2, 'typed_two'), (3, 'typed_p4'), (4, 'typed_pnull')) AS t (place, name) JOIN pg_class c ON c.relname = t.name AND c.relnamespace = 'lv'::regnamespace),
    'typed_p1 3, typed_two 5, typed_p4 10, typed_pnull 8', 'each value is kept for as long as it says, or as the level does');
CREATE TABLE lv.typed_below (at timestamptz NOT NULL, day date NOT NULL, id int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('lv.typed_below', 'id', '100', p_premake => 1);
SELECT partman.create_sub_parent('lv.typed_below', 'day', p_type => 'list', p_values => '{2030-01-01}', p_declarative_check => 'yes');
SET LOCAL DateStyle = 'German';
INSERT INTO partman.part_config_override VALUES ('lv.typed_below', '1.2.2030', '{"premake": 3}');
SET LOCAL DateStyle = 'ISO';
SELECT is((SELECT value FROM partman.part_config_override WHERE root = 'lv.typed_below'), '2030-02-01', 'also of lists below other sets');
CREATE ROLE lv_other;
GRANT USAGE ON SCHEMA partman TO lv_other;
SET ROLE lv_other;
SELECT matches(pg_temp.try($$INSERT INTO partman.part_config_override VALUES ('lv.o2', 'a', '{}')$$), '^42501', 'somebody else adds nothing');
SELECT matches(pg_temp.try($$DELETE FROM partman.part_config_override$$), '^42501', 'and deletes nothing');
RESET ROLE;
SELECT partman.config_cleanup('lv.o2');
SELECT is_empty($$ SELECT * FROM partman.part_config_override WHERE root LIKE 'lv.o%' $$, 'they go with their set');

--
-- By hash, each of them by months
--
CREATE TABLE lv.h (id bigint NOT NULL, at timestamptz NOT NULL, kind text NOT NULL DEFAULT 'a') PARTITION BY HASH (id);
SELECT partman.create_parent('lv.h', 'id', p_type => 'hash', p_modulus => 2);
INSERT INTO lv.h SELECT i, now() FROM generate_series(1, 50) AS i;
CREATE TABLE lv.h_before AS SELECT * FROM lv.h;
SELECT ok(partman.create_sub_parent('lv.h', 'at', '1 month', p_premake => 1, p_declarative_check => 'yes'), 'months below a hash');
SELECT results_eq('SELECT * FROM lv.h ORDER BY id', 'SELECT * FROM lv.h_before ORDER BY id', 'rows are kept');
SELECT is((SELECT count(*) FROM lv.h WHERE tableoid::regclass::text ~ ('^lv.h_p[01]_p' || lv.month(0) || '$')), 50::bigint, 'in their months');
SELECT is(lv.names('h'), 'p0 p1', 'the remainders are as they were');
SELECT is(lv.names('h_p1'), format('default p%s p%s p%s', lv.month(-1), lv.month(0), lv.month(1)), 'each with its months');
DELETE FROM lv.h;
DROP TABLE lv.h_p1;
SELECT is((SELECT reasons[1] FROM partman.health WHERE parent_table = 'lv.h'), '1 remainder has no partition: rows that belong there are refused', 'a remainder is lost');
SELECT is((SELECT count(*) FROM partman.plan_maintenance('lv.h')), 5::bigint, 'the plan shows it with its months');
SELECT partman.run_maintenance('lv.h');
SELECT is(lv.names('h_p1'), format('default p%s p%s p%s', lv.month(-1), lv.month(0), lv.month(1)), 'maintenance makes them again');
CREATE TABLE lv.hi (id bigint NOT NULL) PARTITION BY HASH (id);
SELECT partman.create_parent('lv.hi', 'id', p_type => 'hash', p_modulus => 2);
INSERT INTO lv.hi SELECT i FROM generate_series(1, 250) AS i;
SELECT ok(partman.create_sub_parent('lv.hi', 'id', '100', p_premake => 1, p_declarative_check => 'yes'), 'ids below their hash');
SELECT is(lv.names('hi_p0'), 'default p0 p100 p200 p300', 'go as far as the rows do');
SELECT is((SELECT count(*) FROM lv.hi WHERE tableoid::regclass::text !~ '_default'), 250::bigint, 'which are in them');

--
-- Three levels
--
SELECT ok(bool_and(partman.create_sub_parent(parent_table, 'tenant', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes')), 'hash below months below values')
FROM partman.part_config WHERE parent_table IN ('lv.c_pnew', 'lv.c_px_y');
SELECT partman.add_list_partition('lv.c', '{z}');
SELECT is(lv.names('c_pz_p' || lv.month(0)), 'p0 p1', 'a new value gets all levels');
SELECT is((SELECT count(*) FROM pg_partition_tree('lv.c_pz') WHERE isleaf), (SELECT 2 * count(*) + 1 FROM pg_inherits WHERE inhparent = 'lv.c_pz'::regclass) - 2, 'on the whole');
SELECT results_eq($$ SELECT DISTINCT set_root FROM partman.part_config WHERE parent_table LIKE 'lv.c\_pz%' $$, $$ VALUES ('lv.c') $$, 'of one tree');
UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'lv.c_pz';
SELECT partman.run_maintenance('lv.c_pz');
SELECT is(lv.names('c_pz_p' || lv.month(3)), 'p0 p1', 'and so does a new month');
INSERT INTO lv.c SELECT 'z', now(), i FROM generate_series(1, 30) AS i;
SELECT is((SELECT count(*) FROM lv.c WHERE tableoid::regclass::text ~ ('^lv.c_pz_p' || lv.month(0) || '_p[01]$')), 30::bigint, 'rows find their place');
SELECT ok(bool_and(partman.create_sub_parent('lv.h_p' || r, 'kind', p_type => 'list', p_values => '{a,b}', p_declarative_check => 'yes')), 'lists below months below a hash') FROM generate_series(0, 1) AS r;
SELECT is(lv.names('h_p0_p' || lv.month(1)), 'default pa pb', 'in each month');
SELECT is_empty($$ SELECT parent_table, reasons FROM partman.health WHERE (parent_table LIKE 'lv.c%' OR parent_table LIKE 'lv.h%') AND severity = 'critical' $$, 'no hole anywhere');

-- A partition that somebody makes beside the others, and puts under management, joins the tree.
CREATE TABLE lv.h3 (at timestamptz NOT NULL, tenant int NOT NULL, kind text NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('lv.h3', 'at', '1 month', p_premake => 1);
SELECT partman.create_sub_parent('lv.h3', 'tenant', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes');
SELECT partman.create_sub_parent(parent_table, 'kind', p_type => 'list', p_values => '{a}', p_declarative_check => 'yes')
FROM partman.part_config WHERE set_root = 'lv.h3';
SELECT results_eq($$ SELECT sub_control, sub_partition_type, sub_modulus, sub_values, sub_value_query FROM partman.check_subpart_sameconfig('lv.h3') $$,
    $$ VALUES ('kind', 'list', NULL::int, '{a}'::text[], NULL::text) $$, 'check_subpart_sameconfig() shows the values of a level');
SAVEPOINT other_values;
UPDATE partman.part_config_sub SET sub_values = '{a,b}' WHERE sub_parent = 'lv.h3_p' || lv.month(0);
SELECT is((SELECT count(*) FROM partman.check_subpart_sameconfig('lv.h3')), 2::bigint, 'and other ones');
ROLLBACK TO other_values;
CREATE TABLE lv.h3_own PARTITION OF lv.h3 FOR VALUES FROM ('2020-01-01') TO ('2020-02-01') PARTITION BY HASH (tenant);
SELECT partman.create_parent('lv.h3_own', 'tenant', p_type => 'hash', p_modulus => 2);
SELECT is((SELECT set_root FROM partman.part_config WHERE parent_table = 'lv.h3_own'), 'lv.h3', 'a set that is put beside others joins their tree');
SELECT is(lv.names('h3_own_p1'), 'default pa', 'and has their levels');

-- Switched off, and partitions that are partitioned already.
SELECT partman.stop_sub_partition('lv.old');
SELECT ok(partman.create_partition_time('lv.old', ARRAY[date_trunc('month', now()) + interval '5 months']), 'stopped');
SELECT is((SELECT relkind FROM pg_class WHERE relname = 'old_p' || lv.month(5)), 'r', 'new months are plain');
CREATE TABLE lv.had (id int NOT NULL, k int) PARTITION BY RANGE (id);
CREATE TABLE lv.had_p0 PARTITION OF lv.had FOR VALUES FROM (0) TO (100) PARTITION BY HASH (k);
CREATE TABLE lv.had_p0_x PARTITION OF lv.had_p0 FOR VALUES WITH (modulus 2, remainder 1);
SELECT partman.create_parent('lv.had', 'id', '100', p_premake => 1);
SELECT ok(partman.create_sub_parent('lv.had', 'k', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes'), 'a partition that is partitioned so already');
SELECT is((SELECT (modulus, set_root)::text FROM partman.part_config WHERE parent_table = 'lv.had_p0'), '(2,lv.had)', 'is managed');
SELECT partman.run_maintenance('lv.had_p0');
SELECT is(lv.names('had_p0'), 'p0 x', 'and completed');
SELECT is(lv.names('had_p100'), 'p0 p1', 'beside new ones');

-- What is refused.
CREATE TABLE lv.bad (id int NOT NULL, tenant int, doc json, at timestamptz NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('lv.bad', 'id', '100', p_premake => 1);
SELECT matches(pg_temp.try(sql), expected, expected) FROM (VALUES
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', p_type => 'hash', p_declarative_check => 'yes')$$, '^22023 p_modulus must be given for sub-partitions by hash'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', p_type => 'hash', p_modulus => 0, p_declarative_check => 'yes')$$, '^22023 modulus must be between 1 and 100000\nIt is 0'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', p_type => 'hash', p_modulus => 100001, p_declarative_check => 'yes')$$, '^22023 modulus must be between'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', '10', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes')$$, '^22023 p_interval cannot be used for sub-partitions by hash'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', '10', p_type => 'hash', p_declarative_check => 'yes')$$, 'hash is not a valid partitioning type'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', '10', p_modulus => 2, p_declarative_check => 'yes')$$, '^22023 p_modulus is for sub-partitions by hash'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', p_declarative_check => 'yes')$$, '^22023 p_interval must not be null'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', p_type => 'hash', p_modulus => 2, p_values => '{1}', p_declarative_check => 'yes')$$, '^22023 p_values is for sub-partitions by lists of values'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', p_type => 'hash', p_modulus => 2, p_start_partition => '1', p_declarative_check => 'yes')$$, '^22023 p_start_partition cannot be used for a table partitioned by hash'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'nothing', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes')$$, '^42703 column "nothing" of table "lv.bad" does not exist'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'doc', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes')$$, '^42804 column "doc" cannot be the key of sub-partitions by hash\nValues of type json cannot be hashed'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', p_type => 'hash', p_modulus => 2)$$, 'Subpartitioning is a DESTRUCTIVE process'),
    ($$SELECT partman.create_sub_parent('lv.bad_default', 'tenant', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes')$$, 'not partitioned|not managed|default'),
    ($$SELECT partman.create_sub_parent('lv.m', 'tenant', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes')$$, '^23505 '),
    ($$SELECT partman.create_sub_parent('lv.bad', 'at', p_type => 'list', p_modulus => 2, p_declarative_check => 'yes')$$, '^22023 p_modulus is for sub-partitions by hash'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', p_type => 'list', p_declarative_check => 'yes')$$, '^23502 Control column given \(tenant\)'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', p_type => 'list', p_control_not_null => false, p_values => '{1,01}', p_declarative_check => 'yes')$$, '^22023 value ''1'' is given twice'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', p_type => 'list', p_control_not_null => false, p_values => '{1,NULL}', p_declarative_check => 'yes')$$, '^22004 '),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', p_type => 'list', p_control_not_null => false, p_values => '{x}', p_declarative_check => 'yes')$$, '^22P02 '),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', '1', p_type => 'list', p_control_not_null => false, p_values => '{1}', p_declarative_check => 'yes')$$, '^22023 p_values is for'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'doc', p_type => 'list', p_control_not_null => false, p_declarative_check => 'yes')$$, '^42804 column "doc" cannot be the key of sub-partitions by list'),
    ($$SELECT partman.create_sub_parent('lv.bad', 'tenant', p_type => 'list', p_control_not_null => false, p_epoch => 'seconds', p_declarative_check => 'yes')$$, '^22023 p_epoch cannot be used for a table partitioned by lists of values'),
    ($$UPDATE partman.part_config_sub SET sub_modulus = 2 WHERE sub_parent = 'lv.l'$$, '^22023 sub_modulus is not for sub-partitions by lists of values'),
    ($$UPDATE partman.part_config_sub SET sub_value_query = 'DELETE FROM lv.registry' WHERE sub_parent = 'lv.l'$$, '^22023 value_query must be one SELECT|^22023 invalid value_query'),
    ($$UPDATE partman.part_config_sub SET sub_values = ARRAY[NULL] WHERE sub_parent = 'lv.l'$$, '^22004 '),
    ($$UPDATE partman.part_config_sub SET sub_modulus = NULL WHERE sub_parent = 'lv.m'$$, '^22023 sub_modulus must be given'),
    ($$UPDATE partman.part_config_sub SET sub_modulus = 0 WHERE sub_parent = 'lv.m'$$, '^22023 |^23514 '),
    ($$UPDATE partman.part_config_sub SET sub_retention = '1 month' WHERE sub_parent = 'lv.m'$$, '^22023 sub_retention is not for sub-partitions by hash'),
    ($$UPDATE partman.part_config_sub SET sub_values = '{1}' WHERE sub_parent = 'lv.m'$$, '^22023 sub_values is not for sub-partitions by hash'),
    ($$UPDATE partman.part_config_sub SET sub_partition_interval = '5' WHERE sub_parent = 'lv.m'$$, '^22023 sub_partition_interval must be 0'),
    ($$UPDATE partman.part_config_sub SET sub_partition_type = 'range', sub_partition_interval = '5' WHERE sub_parent = 'lv.m'$$, '^22023 sub_modulus is for sub-partitions by hash'),
    ($$UPDATE partman.part_config_sub SET sub_epoch = 'seconds' WHERE sub_parent = 'lv.m'$$, '^22023 sub_epoch must be none')
) AS bad (sql, expected);
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'lv.bad_%'), 0::bigint, 'and changes nothing');

SELECT * FROM finish();
ROLLBACK;
