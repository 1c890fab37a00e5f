-- Calls without the schema's name, as scripts write them that put it on the search_path; names that need quotes everywhere; and
-- objects on the search_path that must not be mistaken for what a call means.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
SELECT set_config('search_path', 'partman, public', true);
CREATE SCHEMA "Sch-1 ""x""";
CREATE SCHEMA "Attic's";
CREATE ROLE "Regress-dialect Owner";
GRANT ALL ON SCHEMA "Sch-1 ""x""", "Attic's" TO "Regress-dialect Owner";

CREATE TABLE "Sch-1 ""x"""."Time-Table" ("Col-1" int, "Col 2" text DEFAULT 'x', "Col'3" timestamptz NOT NULL DEFAULT now(), PRIMARY KEY ("Col'3", "Col-1")) PARTITION BY RANGE ("Col'3");
CREATE INDEX "Idx-1" ON "Sch-1 ""x"""."Time-Table" ("Col 2");
CREATE TABLE "Sch-1 ""x"""."Id-Table" ("Col-1" bigint PRIMARY KEY, "Col 2" text) PARTITION BY RANGE ("Col-1");
CREATE TABLE "Sch-1 ""x"""."Target-Table" ("Col-1" bigint PRIMARY KEY, "Col 2" text);
ALTER TABLE "Sch-1 ""x"""."Time-Table" OWNER TO "Regress-dialect Owner";
-- A table of the same name that comes first on the path.
CREATE TABLE public."Time-Table" (at timestamptz);

SELECT ok(create_parent('Sch-1 "x".Time-Table', 'Col''3', '1 day'), 'create_parent by time');
SELECT ok(create_parent('Sch-1 "x".Id-Table', 'Col-1', '10'), 'create_parent by id');
SELECT has_table('Sch-1 "x"'::name, ('Time-Table_p' || to_char(now() + n * interval '1 day', 'YYYYMMDD'))::name, 'day ' || n) FROM generate_series(-4, 4) n;
SELECT has_table('Sch-1 "x"'::name, ('Id-Table_p' || n)::name, 'ids from ' || n) FROM generate_series(0, 40, 10) n;
SELECT has_table('Sch-1 "x"', 'Id-Table_default', 'default');
SELECT has_table('partman', 'template_Sch-1 "x"_Id-Table', 'template');
SELECT is((SELECT array_agg(parent_table || ' ' || control ORDER BY parent_table) FROM part_config), ARRAY['Sch-1 "x".Id-Table Col-1', 'Sch-1 "x".Time-Table Col''3'], 'configuration without quotes');
SELECT col_is_pk('Sch-1 "x"'::name, ('Time-Table_p' || to_char(now(), 'YYYYMMDD'))::name, ARRAY['Col''3', 'Col-1']::name[], 'primary key');

INSERT INTO "Sch-1 ""x"""."Time-Table" ("Col-1", "Col'3") SELECT n, now() + n * interval '1 day' FROM generate_series(-10, 10) n;
INSERT INTO "Sch-1 ""x"""."Id-Table" SELECT generate_series(0, 99);
SELECT is((SELECT count FROM check_default() WHERE default_table = 'Sch-1 "x".Time-Table_default'), 12::bigint, 'check_default by time');
SELECT is((SELECT count FROM check_default() WHERE default_table = 'Sch-1 "x".Id-Table_default'), 50::bigint, 'check_default by id');
SELECT is(partition_data_time('Sch-1 "x".Time-Table', 20), 12::bigint, 'partition_data_time');
SELECT is(partition_data_id('Sch-1 "x".Id-Table', 20), 50::bigint, 'partition_data_id');
SELECT run_maintenance();
SELECT has_table('Sch-1 "x"', 'Id-Table_p130', 'maintained');
SELECT is((SELECT partition_tablename FROM show_partitions('Sch-1 "x".Time-Table', 'DESC') LIMIT 1), 'Time-Table_p' || to_char(now() + interval '14 days', 'YYYYMMDD'), 'maintained by time');
SELECT table_owner_is('Sch-1 "x"'::name, ('Time-Table_p' || to_char(now() + interval '14 days', 'YYYYMMDD'))::name, 'Regress-dialect Owner'::name, 'owner');
SELECT is((SELECT partition_schema || '|' || partition_table FROM show_partition_name('Sch-1 "x".Id-Table', '57')), 'Sch-1 "x"|Id-Table_p50', 'show_partition_name');
SELECT is((SELECT child_start_id FROM show_partition_info('Sch-1 "x".Id-Table_p50')), 50::bigint, 'show_partition_info');
SELECT ok(create_partition_id('Sch-1 "x".Id-Table', '{500}'), 'create_partition_id');
SELECT is(partition_gap_fill('Sch-1 "x".Id-Table'), 36, 'partition_gap_fill');
SELECT is(drop_partition_time('Sch-1 "x".Time-Table', '8 days', p_keep_table := false), 2, 'drop_partition_time');
UPDATE part_config SET retention = '60', retention_schema = 'Attic''s' WHERE parent_table = 'Sch-1 "x".Id-Table';
SELECT run_maintenance('Sch-1 "x".Id-Table');
SELECT has_table('Attic''s', 'Id-Table_p20', 'retired to a schema');
SELECT hasnt_table('Sch-1 "x"', 'Id-Table_p20', 'and away from its own');
SELECT is((SELECT (u.partitions_undone, u.rows_undone)::text FROM undo_partition('Sch-1 "x".Id-Table', 'Sch-1 "x".Target-Table', 100, p_keep_table := false) u), '(49,70)', 'undo_partition');
SELECT lives_ok($$ SELECT config_cleanup('Sch-1 "x".Time-Table') $$, 'config_cleanup');
SELECT is_empty('SELECT * FROM part_config', 'nothing is left');

-- Nothing that a user puts before pg_catalog is called.
CREATE SCHEMA trap;
CREATE FUNCTION trap.now() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap.to_char(timestamptz, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap.date_trunc(text, timestamptz) RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap.format(text, VARIADIC text[]) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap.hashtext(text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE TABLE public.plain_days (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.plain_target (at timestamptz NOT NULL);
SELECT set_config('search_path', 'trap, pg_catalog, public', true);
SELECT ok(partman.create_parent('public.plain_days', 'at', '1 day'), 'set up beside a trap');
INSERT INTO public.plain_days VALUES (pg_catalog.now() + interval '3 days'), (pg_catalog.now() + interval '5 days');
SELECT is(partman.partition_data_time('public.plain_days'), 1::bigint, 'rows moved beside a trap');
SELECT lives_ok('SELECT partman.run_maintenance()', 'maintained beside a trap');
SELECT is((SELECT count(*) FROM partman.show_partitions('public.plain_days')), (4 + 10)::bigint, 'partitions made beside a trap');
SELECT is(partman.drop_partition_time('public.plain_days', '2 days'), 2, 'retired beside a trap');
SELECT is((SELECT rows_undone FROM partman.undo_partition('public.plain_days', 'public.plain_target', 20)), 2::bigint, 'undone beside a trap');

SELECT * FROM finish();
ROLLBACK;
