-- The move from pg_partman 4.7, with that extension itself: what README says is run as it stands there.
\set QUIET 1
SET client_min_messages = error;
SELECT EXISTS (SELECT FROM pg_available_extension_versions WHERE name = 'pg_partman' AND version LIKE '4.7.%') AS available \gset
\if :available
\else
    \echo 1..0 # SKIP pg_partman 4.7 is not installed
    \quit
\endif
\set ON_ERROR_STOP 1
DROP DATABASE IF EXISTS strata_partman;
CREATE DATABASE strata_partman;
ALTER DATABASE strata_partman SET timezone = 'Asia/Kolkata';
\c strata_partman
SET client_min_messages = error;
CREATE EXTENSION pgtap;
CREATE SCHEMA partman;
CREATE EXTENSION pg_partman SCHEMA partman;
SELECT no_plan();

--
-- What pg_partman has made
--
CREATE TABLE public.kind (nr serial, type text, interval text, pattern text, epoch text DEFAULT 'none');
INSERT INTO public.kind (type, interval, pattern) VALUES
    ('timestamptz', 'yearly', 'YYYY'), ('timestamptz', 'monthly', 'YYYY_MM'), ('timestamptz', 'daily', 'YYYY_MM_DD'), ('timestamptz', 'hourly', 'YYYY_MM_DD_HH24MI'),
    ('timestamp', 'quarterly', 'YYYY"q"Q'), ('timestamp', 'half-hour', 'YYYY_MM_DD_HH24MI'), ('timestamp', 'quarter-hour', 'YYYY_MM_DD_HH24MI'),
    ('date', 'weekly', 'IYYY"w"IW'), ('date', 'monthly', 'YYYY_MM'), ('date', '3 days', 'YYYY_MM_DD');
INSERT INTO public.kind (type, interval, pattern, epoch) VALUES
    ('bigint', 'daily', 'YYYY_MM_DD', 'seconds'), ('bigint', 'weekly', 'IYYY"w"IW', 'milliseconds'), ('bigint', 'monthly', 'YYYY_MM', 'nanoseconds'), ('int', 'hourly', 'YYYY_MM_DD_HH24MI', 'seconds');
SELECT format('CREATE TABLE public.time_%s (id bigint, at %s NOT NULL, note text) PARTITION BY RANGE (at)', nr, type) FROM public.kind \gexec
SELECT count(partman.create_parent('public.time_' || nr, 'at', 'native', interval, p_premake => 3, p_epoch => epoch)) AS made FROM public.kind \gset
SELECT format('INSERT INTO public.time_%s SELECT i, %s, ''row '' || i FROM (SELECT i, now() - i * interval ''1 second'' AS at FROM generate_series(1, 100) i) t', nr,
    CASE epoch WHEN 'none' THEN 'at' WHEN 'seconds' THEN 'extract(epoch FROM at)' WHEN 'milliseconds' THEN 'extract(epoch FROM at) * 1000' ELSE 'extract(epoch FROM at) * 1000000000' END)
FROM public.kind \gexec

CREATE TABLE public."The Ids" ("Id" bigint NOT NULL, note text) PARTITION BY RANGE ("Id");
CREATE TABLE public.ids_template (LIKE public."The Ids");
ALTER TABLE public.ids_template ADD PRIMARY KEY ("Id");
ALTER TABLE public.ids_template SET (autovacuum_vacuum_scale_factor = 0.05);
SELECT partman.create_parent('public.The Ids', 'Id', 'native', '1000', p_premake => 3, p_template_table => 'public.ids_template') AS made \gset
INSERT INTO public."The Ids" SELECT i, 'row' FROM generate_series(1, 1500) i;

-- Sub-partitions: every kind below every other.
CREATE TABLE public.time_id (id bigint NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.id_time (id bigint NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE public.time_time (id bigint NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.id_id (id bigint NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.time_id', 'at', 'native', 'daily', p_premake => 1), partman.create_parent('public.id_time', 'id', 'native', '1000', p_premake => 1),
    partman.create_parent('public.time_time', 'at', 'native', 'monthly', p_premake => 1), partman.create_parent('public.id_id', 'id', 'native', '1000', p_premake => 1) \g /dev/null
SELECT partman.create_sub_parent('public.time_id', 'id', 'native', '1000', p_native_check => 'yes', p_premake => 1), partman.create_sub_parent('public.id_time', 'at', 'native', 'daily', p_native_check => 'yes', p_premake => 1),
    partman.create_sub_parent('public.time_time', 'at', 'native', 'daily', p_native_check => 'yes', p_premake => 1), partman.create_sub_parent('public.id_id', 'id', 'native', '100', p_native_check => 'yes', p_premake => 1) \g /dev/null
INSERT INTO public.time_id SELECT i, now() - i * interval '1 second' FROM generate_series(1, 500) i;
INSERT INTO public.id_time SELECT i, now() - i * interval '1 second' FROM generate_series(1, 500) i;
INSERT INTO public.time_time SELECT i, now() - i * interval '1 second' FROM generate_series(1, 500) i;
INSERT INTO public.id_id SELECT i, now() FROM generate_series(1, 150) i;

-- Columns that decide something, and some that never did.
UPDATE partman.part_config SET infinite_time_partitions = true, retention = '10 years', retention_keep_table = false, retention_keep_index = false,
    premake = 5, automatic_maintenance = 'off', optimize_constraint = 7, ignore_default_data = true WHERE parent_table = 'public.time_2';
UPDATE partman.part_config SET retention = '30', drop_cascade_fk = true, publications = ARRAY['some'] WHERE parent_table = 'public.time_3';
UPDATE partman.part_config SET retention = '5000', retention_schema = 'public' WHERE parent_table = 'public.The Ids';

-- By triggers; a table that is gone.
CREATE TABLE public.by_triggers (id int, at timestamptz NOT NULL);
SELECT partman.create_parent('public.by_triggers', 'at', 'partman', 'daily', p_premake => 1) AS made \gset
CREATE TABLE public.gone (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.gone', 'at', 'native', 'daily', p_premake => 1) AS made \gset
SELECT partman.run_maintenance() \gset
DROP TABLE public.gone CASCADE;

CREATE VIEW public.sets AS SELECT 'public.' || relname AS parent_table, c.oid FROM pg_class c WHERE relkind = 'p' AND relnamespace = 'public'::regnamespace;
CREATE TABLE public.before AS SELECT i.inhrelid, c.relname, c.relfilenode, pg_get_expr(c.relpartbound, c.oid) AS bound
    FROM public.sets s JOIN pg_inherits i ON i.inhparent = s.oid JOIN pg_class c ON c.oid = i.inhrelid;
CREATE TABLE public.config_before AS SELECT * FROM partman.part_config;
CREATE TABLE public.config_sub_before AS SELECT * FROM partman.part_config_sub;
CREATE FUNCTION public.content() RETURNS TABLE (parent_table text, rows bigint, sum numeric) LANGUAGE plpgsql AS $$
DECLARE s record;
BEGIN
    FOR s IN SELECT * FROM public.sets LOOP
        RETURN QUERY EXECUTE format('SELECT %L, count(*), sum(hashtext(t::text)::numeric) FROM %s t', s.parent_table, s.oid::regclass);
    END LOOP;
END $$;
CREATE TABLE public.content_before AS SELECT * FROM public.content();

--
-- README
--
\set file `f=$(mktemp) && cd "${STRATA_SOURCE:-.}" && awk -v name=README.md -v only=pg_partman -f test/pgtap/sql_examples.awk README.md >"$f" && echo "$f"`
\i :file
\setenv EXAMPLES :file
\! rm "$EXAMPLES"
SELECT hasnt_extension('pg_partman', 'README: the old extension is gone');
SELECT has_extension('pg_strata', 'README: the new one is there');
SELECT set_eq('SELECT parent_table FROM partman.part_config', $$ SELECT parent_table FROM public.config_before WHERE parent_table NOT IN ('public.by_triggers', 'public.gone') $$, 'README: with all sets but those that cannot be one');

--
-- What became of it
--
SELECT results_eq('TABLE public.before ORDER BY relname', $$ SELECT i.inhrelid, c.relname, c.relfilenode, pg_get_expr(c.relpartbound, c.oid)
    FROM public.sets s JOIN pg_inherits i ON i.inhparent = s.oid JOIN pg_class c ON c.oid = i.inhrelid ORDER BY relname $$, 'no partition was touched');
SELECT bag_eq('SELECT * FROM public.content()', 'TABLE public.content_before', 'nor a row');
SELECT is_empty($$ SELECT parent_table, partition_table FROM partman.partitions WHERE provenance <> 'adopted' $$, 'all partitions are ours from now on');
SELECT results_eq($$ SELECT n.parent_table, n.control, n.partition_interval, n.premake, n.automatic_maintenance, n.template_table, n.datetime_string, n.retention_schema,
        n.retention_keep_table, n.retention_keep_index, n.epoch, n.optimize_constraint, n.jobmon, n.ignore_default_data, n.constraint_valid
        FROM partman.part_config n ORDER BY parent_table $$,
    $$ SELECT o.parent_table, o.control, o.partition_interval, o.premake, o.automatic_maintenance, o.template_table, o.datetime_string, o.retention_schema,
        o.retention_keep_table, o.retention_keep_index, o.epoch, o.optimize_constraint, o.jobmon, o.ignore_default_data, o.constraint_valid
        FROM public.config_before o WHERE o.parent_table NOT IN ('public.by_triggers', 'public.gone') ORDER BY parent_table $$, 'what has a counterpart is the same');
SELECT is_empty($$ SELECT parent_table FROM partman.part_config WHERE NOT infinite_time_partitions $$, 'the clock drives all sets');
SELECT bag_eq($$ SELECT parent_table, retention, retire_enabled FROM partman.part_config WHERE retention IS NOT NULL OR NOT retire_enabled $$,
    $$ VALUES ('public.The Ids', '5000', true), ('public.time_2', '10 years', true), ('public.time_3', NULL, false) $$, 'a retention without a unit is not taken over');
SELECT is_empty($$ SELECT parent_table, time_zone FROM partman.part_config WHERE time_zone IS DISTINCT FROM CASE WHEN datetime_string IS NOT NULL THEN 'Asia/Kolkata' END $$,
    'the time zone is that of the sessions that made the partitions');
SELECT is_empty($$ SELECT parent_table, name_template FROM partman.part_config WHERE name_template IS NOT NULL $$, 'names go on as they were');

-- It goes on.
UPDATE partman.part_config SET premake = 9;
SELECT count(*) AS made, count(DISTINCT parent_table) FILTER (WHERE parent_table ~ '^public.(time_\d|The)') AS sets FROM partman.plan_maintenance() WHERE action = 'create' \gset
SELECT is(:sets::int, 14, 'all automatic sets are to get more partitions');
SELECT partman.run_maintenance() \gset
SELECT cmp_ok((SELECT count(*) FROM partman.partitions WHERE provenance = 'made'), '>=', :made::bigint, 'and get them');
SELECT is_empty($$ SELECT p.parent_table, p.partition_table, k.pattern FROM partman.partitions p JOIN public.kind k ON p.parent_table = 'public.time_' || k.nr
    WHERE NOT is_default AND partition_table <> format('time_%s_p%s', k.nr, to_char(lower_time, k.pattern)) $$, 'all time partitions are named by one pattern');
SELECT is_empty($$ SELECT partition_table FROM partman.partitions WHERE parent_table = 'public.The Ids' AND NOT is_default AND partition_table <> 'The Ids_p' || lower_id $$, 'and those of ids by theirs');
SELECT is_empty($$ SELECT b.parent_table, b.partition_table FROM partman.partitions a JOIN LATERAL (SELECT * FROM partman.partitions b WHERE b.parent_table = a.parent_table
        AND (b.lower_time > a.lower_time OR b.lower_id > a.lower_id) ORDER BY b.lower_time, b.lower_id LIMIT 1) b ON true
    WHERE NOT a.is_default AND (a.upper_time <> b.lower_time OR a.upper_id <> b.lower_id) $$, 'without a hole');
SELECT is_empty($$ SELECT partition_table FROM partman.partitions p WHERE parent_table = 'public.The Ids' AND NOT is_default
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = p.partition_oid AND i.indisprimary) $$, 'the template goes on giving the primary key');
SELECT bag_eq('SELECT * FROM public.content() WHERE parent_table IN (SELECT parent_table FROM public.content_before)', 'TABLE public.content_before', 'the rows are the same');

-- The levels too.
SELECT results_eq($$ SELECT sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_premake, sub_template_table, sub_infinite_time_partitions, sub_default_table, sub_time_zone
        FROM partman.part_config_sub ORDER BY sub_parent $$,
    $$ SELECT sub_parent, sub_control, CASE sub_partition_interval WHEN 'daily' THEN '1 day' ELSE sub_partition_interval END, 'range', sub_premake, sub_template_table, true, true, CASE WHEN sub_control = 'at' THEN 'Asia/Kolkata' END
        FROM public.config_sub_before ORDER BY sub_parent $$, 'the levels are those of before');
SELECT set_eq($$ SELECT parent_table, set_root FROM partman.part_config WHERE set_root IS NOT NULL $$,
    $$ SELECT p.partition_schema || '.' || p.partition_table, p.parent_table FROM partman.partitions p JOIN partman.part_config_sub ON sub_parent = p.parent_table WHERE p.level = 1 AND NOT p.is_default $$,
    'each of their partitions is a set of the tree, old or new');
SELECT cmp_ok((SELECT count(*) FROM partman.part_config WHERE set_root IS NOT NULL), '>', (SELECT count(*) FROM public.config_before WHERE parent_table ~ '_p2?'), 'there are new ones');
SELECT is_empty($$ SELECT c.parent_table FROM partman.part_config c WHERE set_root IS NOT NULL AND NOT EXISTS (SELECT FROM partman.partitions p WHERE p.parent_table = c.parent_table AND NOT p.is_default) $$,
    'with partitions of their own');
SELECT is_empty($$ SELECT c.parent_table FROM partman.part_config c WHERE set_root IS NOT NULL AND NOT EXISTS (SELECT FROM partman.partitions p WHERE p.parent_table = c.parent_table AND p.is_default) $$,
    'and a default partition');
INSERT INTO public.id_time SELECT i, now() FROM generate_series(1000, 1500) i;
SELECT is((SELECT count(*)::int FROM public.id_time_p1000), 501, 'rows find their way');

SELECT * FROM finish();
\c postgres
DROP DATABASE strata_partman;
