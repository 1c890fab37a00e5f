-- Properties as the dialect has them: what a partition takes over from its parent, and what from the template table, for
-- sets by time, by id and by list, for the first partitions, the default one and those that maintenance makes.
\set QUIET 1
SET client_min_messages = error;
SET allow_in_place_tablespaces = on;
DROP TABLESPACE IF EXISTS dialect_space;
DROP TABLESPACE IF EXISTS dialect_index_space;
CREATE TABLESPACE dialect_space LOCATION '';
CREATE TABLESPACE dialect_index_space LOCATION '';
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
CREATE SCHEMA "Prop Test";
CREATE TABLE "Prop Test".customer (id int PRIMARY KEY);
INSERT INTO "Prop Test".customer VALUES (1), (2);
CREATE FUNCTION "Prop Test".note() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.seen := 'yes'; RETURN NEW; END$$;

-- Three kinds of sets over one table of everything.
CREATE FUNCTION make_parent(name text, key text, strategy text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($q$CREATE TABLE "Prop Test".%I (
            k %s NOT NULL, id int NOT NULL, "Customer" int DEFAULT 1 REFERENCES "Prop Test".customer, amount numeric DEFAULT 5 CHECK (amount > 0),
            twice numeric GENERATED ALWAYS AS (amount * 2) STORED, seen text, note text COMPRESSION pglz DEFAULT 'none'
        ) PARTITION BY %s (k) TABLESPACE dialect_space$q$, name, key, strategy);
    EXECUTE format('ALTER TABLE "Prop Test".%I ALTER COLUMN note SET STORAGE EXTERNAL, ALTER COLUMN amount SET STATISTICS 321', name);
    EXECUTE format('COMMENT ON COLUMN "Prop Test".%I.amount IS ''in euros''', name);
    EXECUTE format('ALTER TABLE "Prop Test".%I ADD PRIMARY KEY (k, id)', name);
    EXECUTE format('CREATE INDEX ON "Prop Test".%I ("Customer", amount DESC)', name);
    EXECUTE format('CREATE STATISTICS "Prop Test".%I (dependencies) ON id, amount FROM "Prop Test".%I', name || ' stat', name);
    EXECUTE format('CREATE TRIGGER note BEFORE INSERT ON "Prop Test".%I FOR EACH ROW EXECUTE FUNCTION "Prop Test".note()', name);
    EXECUTE format('ALTER TABLE "Prop Test".%I REPLICA IDENTITY FULL', name);
END $$;
CREATE FUNCTION set_up(name text, kind text, template text DEFAULT NULL) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM make_parent(name, CASE kind WHEN 'time' THEN 'timestamptz' ELSE 'int' END, CASE kind WHEN 'list' THEN 'LIST' ELSE 'RANGE' END);
    RETURN partman.create_parent('Prop Test.' || name, 'k', CASE kind WHEN 'time' THEN '1 day' WHEN 'list' THEN '1' ELSE '10' END,
        CASE kind WHEN 'list' THEN 'list' ELSE 'range' END, p_premake := 2, p_template_table := template);
END $$;
-- One more, made later.
CREATE FUNCTION one_more(name text, kind text) RETURNS boolean LANGUAGE sql AS $$
    SELECT CASE kind WHEN 'time' THEN partman.create_partition_time('Prop Test.' || name, ARRAY[date_trunc('day', now()) + '40 days'])
                     ELSE partman.create_partition_id('Prop Test.' || name, ARRAY[990]) END $$;
CREATE FUNCTION members(name text) RETURNS TABLE (part regclass) LANGUAGE sql AS $$
    SELECT format('%I.%I', s.partition_schemaname, s.partition_tablename)::regclass FROM partman.show_partitions('Prop Test.' || name, 'ASC', true) s $$;

-- What must be the same in a partition and its parent.
CREATE FUNCTION look(t regclass) RETURNS TABLE (what text, how text) LANGUAGE sql AS $$
    SELECT 'column ' || attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attstorage, attcompression, attgenerated, coalesce(attstattarget, -1), col_description(t, attnum),
        (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = t AND adnum = attnum)) FROM pg_attribute WHERE attrelid = t AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT 'constraint', pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = t
    UNION ALL SELECT 'index', substring(pg_get_indexdef(indexrelid) FROM ' USING .*') || indisunique || indisprimary FROM pg_index WHERE indrelid = t
    UNION ALL SELECT 'trigger', tgname || tgfoid::regproc FROM pg_trigger WHERE tgrelid = t AND NOT tgisinternal
    UNION ALL SELECT 'statistics', stxkeys::text || stxkind::text FROM pg_statistic_ext WHERE stxrelid = t
    UNION ALL SELECT 'tablespace', spcname FROM pg_class c JOIN pg_tablespace s ON s.oid = c.reltablespace WHERE c.oid = t
    UNION ALL SELECT 'replica identity', relreplident::text FROM pg_class WHERE oid = t $$;
CREATE FUNCTION check_like_parent(name text, about text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE p regclass;
BEGIN
    FOR p IN SELECT part FROM members(name) LOOP
        RETURN NEXT is_empty(format('SELECT * FROM look(%L) EXCEPT ALL SELECT * FROM look(%L)', p, format('"Prop Test".%I', name)), about || ': nothing more in ' || p);
        RETURN NEXT is_empty(format('SELECT * FROM look(%2$L) EXCEPT ALL SELECT * FROM look(%1$L)', p, format('"Prop Test".%I', name)), about || ': nothing less in ' || p);
    END LOOP;
END $$;

SELECT ok(set_up('From parent ' || kind, kind, 'false'), kind || ': create_parent') FROM unnest('{time,id,list}'::text[]) kind;
SELECT ok(one_more('From parent ' || kind, kind), kind || ': a partition later') FROM unnest('{time,id,list}'::text[]) kind;
-- And two that rows are moved into out of the default one.
INSERT INTO "Prop Test"."From parent time" (k, id) SELECT now() + n * '1 day'::interval, n FROM generate_series(50, 51) n;
INSERT INTO "Prop Test"."From parent id" (k, id) SELECT 500 + n, n FROM generate_series(0, 19) n;
INSERT INTO "Prop Test"."From parent list" (k, id) VALUES (500, 1), (501, 1);
SELECT is(partman.partition_data_time('Prop Test.From parent time', 5), 2::bigint, 'time: rows are moved');
SELECT is(partman.partition_data_id('Prop Test.From parent id', 5), 20::bigint, 'id: rows are moved');
SELECT is(partman.partition_data_id('Prop Test.From parent list', 5), 2::bigint, 'list: rows are moved');
SELECT cmp_ok((SELECT count(*)::int FROM members('From parent ' || kind)), '>=', 5, kind || ': several partitions') FROM unnest('{time,id,list}'::text[]) kind;
SELECT check_like_parent('From parent ' || kind, kind) FROM unnest('{time,id,list}'::text[]) kind;
SELECT is((SELECT template_table FROM partman.part_config WHERE parent_table = 'Prop Test.From parent ' || kind), NULL, kind || ': no template') FROM unnest('{time,id,list}'::text[]) kind;
SELECT hasnt_table('partman', 'template_Prop Test_From parent ' || kind, kind || ': no table for one') FROM unnest('{time,id,list}'::text[]) kind;
-- They work, too.
INSERT INTO "Prop Test"."From parent id" VALUES (5, 1);
SELECT is((SELECT (tableoid::regclass, seen, twice)::text FROM "Prop Test"."From parent id" WHERE k = 5), '("""Prop Test"".""From parent id_p0""",yes,10)', 'defaults, generated column and trigger work');
SELECT throws_ok($$INSERT INTO "Prop Test"."From parent id" (k, id, "Customer") VALUES (5, 2, 3)$$, '23503', NULL, 'the foreign key does');
SELECT throws_ok($$INSERT INTO "Prop Test"."From parent id" VALUES (5, 1)$$, '23505', NULL, 'so does the primary key');

-- What the parent is given later is in the partitions that are made later.
ALTER TABLE "Prop Test"."From parent id" ADD COLUMN "late Column" text DEFAULT 'late' NOT NULL, ALTER COLUMN amount SET STATISTICS 500, REPLICA IDENTITY NOTHING;
CREATE UNIQUE INDEX ON "Prop Test"."From parent id" (k, "late Column");
SELECT ok(partman.create_partition_id('Prop Test.From parent id', ARRAY[1000]), 'one more after a change of the parent');
SELECT is_empty($$SELECT * FROM look('"Prop Test"."From parent id_p1000"') EXCEPT ALL SELECT * FROM look('"Prop Test"."From parent id"')$$, 'it has nothing more');
SELECT is_empty($$SELECT * FROM look('"Prop Test"."From parent id"') EXCEPT ALL SELECT * FROM look('"Prop Test"."From parent id_p1000"')$$, 'and nothing less');

-- Replica identity by an index.
SELECT make_parent('By index', 'int', 'RANGE');
ALTER TABLE "Prop Test"."By index" REPLICA IDENTITY USING INDEX "By index_pkey";
SELECT ok(partman.create_parent('Prop Test.By index', 'k', '10', p_premake := 1), 'replica identity by an index');
SELECT is((SELECT c.relreplident::text || ' ' || (SELECT pg_get_indexdef(indexrelid) LIKE '%(k, id)' FROM pg_index WHERE indrelid = part AND indisreplident)
    FROM pg_class c WHERE c.oid = part), 'i true', 'replica identity of ' || part) FROM members('By index');

-- The template.
CREATE TABLE "Prop Test"."My Template" (LIKE "Prop Test"."From parent time");
ALTER TABLE "Prop Test"."My Template" ADD PRIMARY KEY (id) USING INDEX TABLESPACE dialect_index_space;
CREATE UNIQUE INDEX "Uniq" ON "Prop Test"."My Template" (lower(note), "Customer") WHERE amount > 3;
CREATE UNIQUE INDEX ON "Prop Test"."My Template" (k DESC, id) TABLESPACE dialect_index_space;
ALTER TABLE "Prop Test"."My Template" SET (fillfactor = 44, autovacuum_enabled = false, toast.autovacuum_enabled = false), SET UNLOGGED;
CREATE FUNCTION check_like_template(name text, about text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE p regclass;
BEGIN
    FOR p IN SELECT part FROM members(name) LOOP
        RETURN NEXT is((SELECT relpersistence::text FROM pg_class WHERE oid = p), 'u', about || ': UNLOGGED ' || p);
        RETURN NEXT is((SELECT array_agg(o ORDER BY o) FROM pg_class, unnest(reloptions) o WHERE oid = p), '{autovacuum_enabled=false,fillfactor=44}', about || ': storage parameters ' || p);
        RETURN NEXT is((SELECT t.reloptions FROM pg_class c JOIN pg_class t ON t.oid = c.reltoastrelid WHERE c.oid = p), '{autovacuum_enabled=false}', about || ': those of TOAST ' || p);
        RETURN NEXT set_eq(format($q$SELECT substring(pg_get_indexdef(x.indexrelid) FROM ' USING .*')::text, coalesce(s.spcname::text, '') FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
            LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace WHERE x.indrelid = %L::regclass AND x.indisunique$q$, p),
            $q$SELECT substring(pg_get_indexdef(x.indexrelid) FROM ' USING .*')::text, coalesce(s.spcname::text, '') FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
            LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace WHERE x.indrelid = '"Prop Test"."My Template"'::regclass AND x.indisunique$q$, about || ': unique indexes ' || p);
        RETURN NEXT col_is_pk('Prop Test', (SELECT relname FROM pg_class WHERE oid = p), 'id', about || ': primary key ' || p);
    END LOOP;
END $$;
CREATE FUNCTION make_plain(name text, kind text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE "Prop Test".%I (k %s NOT NULL, id int NOT NULL, "Customer" int, amount numeric, twice numeric, seen text, note text) PARTITION BY %s (k)',
        name, CASE kind WHEN 'time' THEN 'timestamptz' ELSE 'int' END, CASE kind WHEN 'list' THEN 'LIST' ELSE 'RANGE' END);
    PERFORM partman.create_parent('Prop Test.' || name, 'k', CASE kind WHEN 'time' THEN '1 day' WHEN 'list' THEN '1' ELSE '10' END,
        CASE kind WHEN 'list' THEN 'list' ELSE 'range' END, p_premake := 2, p_template_table := 'Prop Test.My Template');
END $$;
SELECT make_plain('From template ' || kind, kind) FROM unnest('{time,id,list}'::text[]) kind;
SELECT ok(one_more('From template ' || kind, kind), kind || ': a partition later') FROM unnest('{time,id,list}'::text[]) kind;
INSERT INTO "Prop Test"."From template time" (k, id) SELECT now() + n * '1 day'::interval, n FROM generate_series(50, 51) n;
INSERT INTO "Prop Test"."From template id" (k, id) SELECT 500 + n, n FROM generate_series(0, 19) n;
INSERT INTO "Prop Test"."From template list" (k, id) VALUES (500, 1), (501, 2);
SELECT is(partman.partition_data_time('Prop Test.From template time', 5), 2::bigint, 'time: rows are moved');
SELECT is(partman.partition_data_id('Prop Test.From template id', 5), 20::bigint, 'id: rows are moved');
SELECT is(partman.partition_data_id('Prop Test.From template list', 5), 2::bigint, 'list: rows are moved');
SELECT check_like_template('From template ' || kind, kind) FROM unnest('{time,id,list}'::text[]) kind;
SELECT is((SELECT template_table FROM partman.part_config WHERE parent_table = 'Prop Test.From template ' || kind), 'Prop Test.My Template', kind || ': stored as given') FROM unnest('{time,id,list}'::text[]) kind;

-- One that is made, and filled later.
SELECT make_parent('Own', 'int', 'RANGE');
SELECT ok(partman.create_parent('Prop Test.Own', 'k', '10', p_premake := 1), 'a template of its own');
SELECT is((SELECT template_table FROM partman.part_config WHERE parent_table = 'Prop Test.Own'), 'partman.template_Prop Test_Own', 'its name');
SELECT set_eq($$SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'partman."template_Prop Test_Own"'::regclass AND attnum > 0$$,
    $$SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '"Prop Test"."Own"'::regclass AND attnum > 0$$, 'its columns');
SELECT table_owner_is('partman', 'template_Prop Test_Own', current_user, 'its owner');
SELECT is_empty($$SELECT FROM pg_index WHERE indrelid = 'partman."template_Prop Test_Own"'::regclass$$, 'nothing else');
CREATE UNIQUE INDEX ON partman."template_Prop Test_Own" (id);
SELECT ok(partman.create_partition_id('Prop Test.Own', ARRAY[500]), 'one more');
SELECT is((SELECT count(*)::int FROM pg_index WHERE indrelid = '"Prop Test"."Own_p500"'::regclass AND indisunique AND pg_get_indexdef(indexrelid) LIKE '% (id)'), 1, 'unique as in the template');
SELECT is((SELECT count(*)::int FROM pg_index WHERE indrelid = '"Prop Test"."Own_p0"'::regclass), 2, 'those that are there do not change');
SELECT is(partman.inherit_template_properties('Prop Test.Own', 'Prop Test', 'Own_p0'), true, 'before inherit_template_properties');
SELECT is((SELECT count(*)::int FROM pg_index WHERE indrelid = '"Prop Test"."Own_p0"'::regclass), 3, 'brings it');

-- The same index in both is made once.
SELECT make_parent('Both', 'int', 'RANGE');
CREATE TABLE "Prop Test".both_template (LIKE "Prop Test"."Both");
ALTER TABLE "Prop Test".both_template ADD PRIMARY KEY (k, id);
SELECT ok(partman.create_parent('Prop Test.Both', 'k', '10', p_premake := 1, p_template_table := 'Prop Test.both_template'), 'parent and template have the same primary key');
SELECT is((SELECT count(*)::int FROM pg_index WHERE indrelid = part AND indisunique), 1, 'one of it in ' || part) FROM members('Both');

-- No template, and one that does not exist.
CREATE FUNCTION template_of_new(given text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE name text := 'None ' || translate(given, '.', ' ');
BEGIN
    PERFORM make_parent(name, 'int', 'RANGE');
    PERFORM partman.create_parent('Prop Test.' || name, 'k', '10', p_premake := 1, p_template_table := given);
    RETURN coalesce((SELECT template_table FROM partman.part_config WHERE parent_table = 'Prop Test.' || name), 'NULL');
END $$;
SELECT is(template_of_new(given), 'NULL', given || ' is no template') FROM unnest('{false,False,FALSE,f,F}'::text[]) given;
SELECT throws_like($$SELECT template_of_new('Prop Test.nowhere')$$, 'Unable to find given template table%', 'a template that does not exist');
SELECT throws_like($$SELECT partman.inherit_template_properties('Prop Test.nothing', 'Prop Test', 'Own_p0')$$, '%', 'no set');
SELECT throws_ok($$SELECT partman.inherit_template_properties('Prop Test.From parent id', 'Prop Test', 'From parent id_p0')$$, NULL, NULL, 'no template');
DROP TABLE "Prop Test".both_template;
SELECT throws_like($$SELECT partman.inherit_template_properties('Prop Test.Both', 'Prop Test', 'Both_p0')$$, 'Unable to find configured template table%', 'the template is gone');

-- Statistics and replica identity by hand.
ALTER TABLE "Prop Test"."Own" ALTER COLUMN note SET STATISTICS 77, REPLICA IDENTITY USING INDEX "Own_pkey";
SELECT partman.inherit_parent_properties('Prop Test', 'Own', 'Own_p0');
SELECT is((SELECT coalesce(attstattarget, -1)::int FROM pg_attribute WHERE attrelid = '"Prop Test"."Own_p0"'::regclass AND attname = 'note'), 77, 'inherit_parent_properties');
SELECT partman.inherit_parent_properties('Prop Test', 'Own', 'Own_p10', 'Prop Test');
SELECT is((SELECT coalesce(attstattarget, -1)::int FROM pg_attribute WHERE attrelid = '"Prop Test"."Own_p10"'::regclass AND attname = 'note'), 77, 'with a schema');
SELECT partman.inherit_replica_identity('Prop Test', 'Own', 'Own_p0');
SELECT is((SELECT relreplident::text FROM pg_class WHERE oid = '"Prop Test"."Own_p0"'::regclass), 'i', 'inherit_replica_identity');

-- Publications: those of the parent have new partitions, and a partition that is kept leaves those that name it.
CREATE PUBLICATION dialect_parent FOR TABLE "Prop Test"."Own";
SELECT ok(partman.create_partition_id('Prop Test.Own', ARRAY[600]), 'a published parent');
SELECT is((SELECT count(*)::int FROM pg_publication_tables WHERE pubname = 'dialect_parent' AND tablename LIKE 'Own\_%'), (SELECT count(*)::int FROM members('Own')), 'all partitions are published');
CREATE FUNCTION kept(name text, keep boolean) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM make_parent(name, 'int', 'RANGE');
    PERFORM partman.create_parent('Prop Test.' || name, 'k', '10', p_premake := 1, p_start_partition := '0', p_template_table := 'false', p_default_table := false);
    UPDATE partman.part_config SET retention = '5', retention_keep_publication = keep WHERE parent_table = 'Prop Test.' || name;
    EXECUTE format('CREATE PUBLICATION %I FOR TABLE "Prop Test".%I', name, name || '_p0');
    EXECUTE format('INSERT INTO "Prop Test".%I (k, id) VALUES (19, 1)', name);
    PERFORM partman.run_maintenance('Prop Test.' || name);
    RETURN EXISTS (SELECT FROM pg_publication_tables t WHERE t.pubname = name AND tablename = name || '_p0');
END $$;
SELECT is(kept('Not kept', false), false, 'a retired partition leaves its publication');
SELECT is(kept('Kept', true), true, 'unless it is to stay there');

SELECT * FROM finish();
ROLLBACK;
DROP TABLESPACE dialect_space;
DROP TABLESPACE dialect_index_space;
