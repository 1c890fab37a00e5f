-- inherit_template_properties(), inherit_parent_properties() and inherit_replica_identity() bring to a table what a new
-- partition has; and what a new partition has of its template.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
SET allow_in_place_tablespaces = on;
DROP TABLESPACE IF EXISTS regress_inherit_space;
CREATE TABLESPACE regress_inherit_space LOCATION '';
BEGIN;
SELECT no_plan();

CREATE ROLE regress_inherit_owner;
CREATE ROLE regress_inherit_other;
CREATE SCHEMA "In herit";
GRANT USAGE, CREATE ON SCHEMA "In herit" TO regress_inherit_owner;
GRANT USAGE ON SCHEMA "In herit", partman TO PUBLIC;
GRANT CREATE ON TABLESPACE regress_inherit_space TO regress_inherit_owner;

CREATE FUNCTION pg_temp.as_role(who name, sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', who);
    EXECUTE sql INTO result;
    RESET ROLE;
    RETURN result;
END $$;

-- What a template can say, as text.
CREATE FUNCTION pg_temp.look(t regclass) RETURNS text LANGUAGE sql AS $$
    SELECT c.relpersistence::text || ' ' || coalesce((SELECT string_agg(o, ',' ORDER BY o) FROM unnest(c.reloptions) o), '-') || ' '
        || coalesce((SELECT string_agg(o, ',' ORDER BY o) FROM unnest(toast.reloptions) o), '-')
        || coalesce((SELECT string_agg(E'\n' || CASE WHEN x.indisprimary THEN 'PRIMARY ' ELSE '' END || substring(pg_get_indexdef(x.indexrelid) FROM ' USING .*')
                || coalesce(' IN ' || s.spcname, ''), '' ORDER BY substring(pg_get_indexdef(x.indexrelid) FROM ' USING .*') COLLATE "C") FROM pg_index x JOIN pg_class ic ON ic.oid = x.indexrelid
            LEFT JOIN pg_tablespace s ON s.oid = ic.reltablespace WHERE x.indrelid = c.oid AND x.indisunique), '')
    FROM pg_class c LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid WHERE c.oid = t $$;

SET LOCAL ROLE regress_inherit_owner;
CREATE TABLE "In herit"."T t" (k date NOT NULL, "I d" int NOT NULL, a int, b int, note text) PARTITION BY RANGE (k);
CREATE UNIQUE INDEX ON "In herit"."T t" (k, "I d");
CREATE TABLE "In herit".model (LIKE "In herit"."T t");
ALTER TABLE "In herit".model ADD PRIMARY KEY ("I d") INCLUDE (a) WITH (fillfactor = 80) USING INDEX TABLESPACE regress_inherit_space;
CREATE UNIQUE INDEX ON "In herit".model (k, "I d");
CREATE UNIQUE INDEX ON "In herit".model (a, b) NULLS NOT DISTINCT WITH (fillfactor = 70) TABLESPACE regress_inherit_space;
CREATE UNIQUE INDEX ON "In herit".model (lower(note) COLLATE "C" DESC) INCLUDE (b) WHERE a > 5;
CREATE INDEX ON "In herit".model (b);
ALTER TABLE "In herit".model SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.5, toast.autovacuum_enabled = false), SET UNLOGGED;
CREATE TABLE "In herit".late (LIKE "In herit"."T t" INCLUDING INDEXES);
CREATE TABLE "In herit".later (LIKE "In herit"."T t" INCLUDING INDEXES) WITH (fillfactor = 99, parallel_workers = 3);
SELECT ok(partman.create_parent('In herit.T t', 'k', '1 month', p_premake => 1, p_template_table => 'In herit.model'), 'a set with a template of its owner''s');
CREATE TABLE "In herit".latest (LIKE "In herit"."T t" INCLUDING INDEXES);
RESET ROLE;

SELECT is(pg_temp.look(inhrelid::regclass), pg_temp.look('"In herit".model'), 'partition ' || inhrelid::regclass || ' is like the template')
    FROM pg_inherits WHERE inhparent = '"In herit"."T t"'::regclass;
SELECT is((SELECT count(*)::int FROM pg_index WHERE indrelid = '"In herit"."T t_default"'::regclass), 4, 'only unique indexes are taken over, and none twice');

SELECT ok(pg_temp.as_role('regress_inherit_owner', $$SELECT partman.inherit_template_properties('In herit.T t', 'In herit', 'late')$$)::boolean, 'a table that is no partition (yet)');
SELECT is(pg_temp.look('"In herit".late'), pg_temp.look('"In herit".model'), 'is like the template now');
SELECT ok(partman.inherit_template_properties('In herit.T t', 'In herit', 'late'), 'once more');
SELECT is(pg_temp.look('"In herit".late'), pg_temp.look('"In herit".model'), 'changes nothing');
SELECT ok(partman.inherit_template_properties('In herit.T t', 'In herit', 'T t_default'), 'nor does it for a partition');
SELECT is(pg_temp.look('"In herit"."T t_default"'), pg_temp.look('"In herit".model'), 'that has it all');

-- What is changed in the template later.
ALTER TABLE "In herit".model SET LOGGED, SET (fillfactor = 50), RESET (autovacuum_vacuum_scale_factor);
CREATE UNIQUE INDEX ON "In herit".model (b, "I d");
SELECT ok(partman.inherit_template_properties('In herit.T t', 'In herit', 'later'), 'a table with storage parameters of its own');
SELECT is((SELECT array_agg(o ORDER BY o) FROM pg_class, unnest(reloptions) o WHERE oid = '"In herit".later'::regclass), '{fillfactor=50,parallel_workers=3}', 'keeps those that the template does not set');
SELECT ok(partman.inherit_template_properties('In herit.T t', 'In herit', 'late'), 'a table that has followed the template');
SELECT is((SELECT array_agg(o ORDER BY o) FROM pg_class, unnest(reloptions) o WHERE oid = '"In herit".late'::regclass), '{autovacuum_vacuum_scale_factor=0.5,fillfactor=50}', 'keeps what the template has given up');
SELECT is(split_part(pg_temp.look('"In herit".late'), ' ', 1), 'p', 'but is logged now');
SELECT is((SELECT count(*)::int FROM pg_index WHERE indrelid = '"In herit".late'::regclass), 5, 'and has the new index');

-- A primary key of the parent leaves the template's uniqueness.
CREATE TABLE "In herit".keyed (k date PRIMARY KEY, id int NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE "In herit".keyed_model (LIKE "In herit".keyed);
ALTER TABLE "In herit".keyed_model ADD PRIMARY KEY (id);
SELECT ok(partman.create_parent('In herit.keyed', 'k', '1 month', p_premake => 1, p_template_table => 'In herit.keyed_model'), 'a parent with a primary key');
SELECT ok(partman.inherit_template_properties('In herit.keyed', 'In herit', 'keyed_default'), 'whose partitions have that of the template');
SELECT is(pg_temp.look('"In herit".keyed_default'), E'p - -\n USING btree (id)\nPRIMARY  USING btree (k)', 'as a unique index');

-- A partition that is partitioned itself.
CREATE TABLE "In herit".split PARTITION OF "In herit".keyed FOR VALUES FROM ('1990-01-01') TO ('1991-01-01') PARTITION BY RANGE (k);
SELECT is(partman.inherit_template_properties('In herit.keyed', 'In herit', 'split'), false, 'gets nothing');

-- Whose table and whose template.
CREATE TABLE "In herit".foreigner (LIKE "In herit"."T t");
SELECT throws_ok($$SELECT pg_temp.as_role('regress_inherit_owner', $q$SELECT partman.inherit_template_properties('In herit.T t', 'In herit', 'foreigner')$q$)$$,
    '42501', 'must be owner of table foreigner', 'nobody''s table is changed but the owner''s');
SELECT throws_ok($$SELECT partman.inherit_template_properties('In herit.T t', 'In herit', 'foreigner')$$, '42501', 'must be owner of table foreigner', 'also when a superuser calls');
SELECT throws_ok($$SELECT pg_temp.as_role('regress_inherit_other', $q$SELECT partman.inherit_template_properties('In herit.T t', 'In herit', 'late')$q$)$$,
    '42501', 'must be owner of table T t', 'somebody else may not call');
ALTER TABLE "In herit".model OWNER TO regress_inherit_other;
SELECT throws_ok($$SELECT partman.inherit_template_properties('In herit.T t', 'In herit', 'late')$$, '42501',
    'inherit_template_properties: caller regress_inherit_owner does not own template table "In herit".model', 'a template of somebody else');
SELECT throws_ok($$SELECT partman.create_partition_time('In herit.T t', ARRAY['1990-01-01'::timestamptz])$$, '42501',
    'inherit_template_properties: caller regress_inherit_owner does not own template table "In herit".model', 'which new partitions do not follow either');
GRANT regress_inherit_other TO regress_inherit_owner;
SELECT throws_like($$SELECT partman.inherit_template_properties('In herit.T t', 'In herit', 'latest')$$, 'index % of template table "In herit".model has an expression or a predicate',
    'with his rights, but not with his code');
DROP INDEX "In herit".model_lower_b_idx;
SELECT ok(partman.inherit_template_properties('In herit.T t', 'In herit', 'latest'), 'without it it is taken');
ALTER TABLE "In herit".model OWNER TO regress_inherit_owner;

-- Errors.
SELECT throws_ok($$SELECT partman.inherit_template_properties('In herit.nothing', 'In herit', 'late')$$, '42704', 'Given parent table is not managed by pg_partman: In herit.nothing', 'no set');
SELECT throws_ok($$SELECT partman.inherit_template_properties(NULL, 'In herit', 'late')$$, '42704', 'Given parent table is not managed by pg_partman: <NULL>', 'no name');
SELECT throws_ok($$SELECT partman.inherit_template_properties('In herit.T t', 'In herit', 'missing')$$, '42P01', 'Unable to find given child table in system catalogs: In herit.missing', 'no child');
UPDATE partman.part_config SET template_table = 'In herit.keyed_model' WHERE parent_table = 'In herit.T t';
DROP TABLE "In herit".keyed_model;
SELECT throws_ok($$SELECT partman.inherit_template_properties('In herit.keyed', 'In herit', 'keyed_default')$$, '42P01', 'Unable to find configured template table: In herit.keyed_model', 'the template is gone');
UPDATE partman.part_config SET template_table = NULL WHERE parent_table LIKE 'In herit.%';
SELECT throws_ok($$SELECT partman.inherit_template_properties('In herit.keyed', 'In herit', 'keyed_default')$$, '42704', 'No template table set in configuration for given parent table: In herit.keyed', 'no template');

-- Statistics targets.
CREATE FUNCTION pg_temp.targets(t regclass) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(attname || '=' || coalesce(attstattarget, -1), ' ' ORDER BY attname) FROM pg_attribute WHERE attrelid = t AND attnum > 0 AND NOT attisdropped $$;
ALTER TABLE "In herit"."T t" ALTER COLUMN "I d" SET STATISTICS 0, ALTER COLUMN a SET STATISTICS 1234, ALTER COLUMN note SET (n_distinct = 5);
ALTER TABLE "In herit"."T t_default" ALTER COLUMN b SET STATISTICS 77;
SELECT lives_ok($$SELECT pg_temp.as_role('regress_inherit_owner', $q$SELECT partman.inherit_parent_properties('In herit', 'T t', 'T t_default')$q$)$$, 'inherit_parent_properties');
SELECT is(pg_temp.targets('"In herit"."T t_default"'), 'I d=0 a=1234 b=77 k=-1 note=-1', 'what the parent sets is set, nothing else');
CREATE SCHEMA elsewhere AUTHORIZATION regress_inherit_owner;
CREATE TABLE elsewhere.other (note text, a int, "I d" int);
SELECT partman.inherit_parent_properties('In herit', 'T t', 'other', 'elsewhere');
SELECT is(pg_temp.targets('elsewhere.other'), 'I d=0 a=1234 note=-1', 'by name, in another schema');
ALTER TABLE "In herit"."T t" ALTER COLUMN a SET STATISTICS 4321;
SELECT throws_ok($$SELECT pg_temp.as_role('regress_inherit_owner', $q$SELECT partman.inherit_parent_properties('In herit', 'T t', 'other', 'elsewhere')$q$)$$,
    '42501', 'must be owner of table other', 'for the owner only');
SELECT throws_ok($$SELECT partman.inherit_parent_properties('In herit', 'T t', 'missing')$$, '42P01', 'Unable to find given child table in system catalogs: In herit.missing', 'no child');
SELECT throws_ok($$SELECT partman.inherit_parent_properties('In herit', 'missing', 'T t')$$, '42P01', 'Unable to find given parent table in system catalogs: In herit.missing', 'no parent');

-- Replica identity: from each kind to each other.
CREATE TABLE "In herit".r (k date NOT NULL, id int NOT NULL) PARTITION BY RANGE (k);
CREATE UNIQUE INDEX "r One" ON "In herit".r (k);
CREATE UNIQUE INDEX r_two ON "In herit".r (k, id);
CREATE TABLE "In herit"."r Child" PARTITION OF "In herit".r DEFAULT;
CREATE UNIQUE INDEX r_own ON "In herit"."r Child" (id);
ALTER TABLE "In herit".r OWNER TO regress_inherit_owner;
ALTER TABLE "In herit"."r Child" OWNER TO regress_inherit_owner;
CREATE FUNCTION pg_temp.identity(t regclass) RETURNS text LANGUAGE sql AS $$
    SELECT relreplident::text || coalesce((SELECT pg_get_indexdef(indexrelid, 1, true) || pg_get_indexdef(indexrelid, 2, true) FROM pg_index WHERE indrelid = t AND indisreplident), '') FROM pg_class WHERE oid = t $$;
CREATE FUNCTION pg_temp.check_identity(parent text, child text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'ALTER TABLE "In herit".r REPLICA IDENTITY ' || parent;
    EXECUTE 'ALTER TABLE "In herit"."r Child" REPLICA IDENTITY ' || child;
    PERFORM pg_temp.as_role('regress_inherit_owner', $q$SELECT partman.inherit_replica_identity('In herit', 'r', 'r Child')$q$);
    RETURN NEXT is(pg_temp.identity('"In herit"."r Child"'), pg_temp.identity('"In herit".r'), format('%s becomes %s', child, parent));
END $$;
SELECT pg_temp.check_identity(parent, child) FROM unnest(ARRAY['DEFAULT', 'FULL', 'NOTHING', 'USING INDEX "r One"', 'USING INDEX r_two']) parent,
    unnest(ARRAY['DEFAULT', 'FULL', 'NOTHING', 'USING INDEX r_own']) child;
ALTER TABLE "In herit"."r Child" REPLICA IDENTITY FULL;
SELECT throws_ok($$SELECT pg_temp.as_role('regress_inherit_other', $q$SELECT partman.inherit_replica_identity('In herit', 'r', 'r Child')$q$)$$, '42501', 'must be owner of table r Child', 'for the owner only');
CREATE TABLE "In herit".alone (k date NOT NULL, id int NOT NULL);
SELECT throws_ok($$SELECT partman.inherit_replica_identity('In herit', 'r', 'alone')$$, '42704', 'partition "In herit".alone has no index for index "In herit".r_two of its parent', 'a table without that index');
SELECT throws_ok($$SELECT partman.inherit_replica_identity('In herit', 'missing', 'r')$$, '42P01', 'Unable to find given parent table in system catalogs: In herit.missing', 'no parent');

SELECT * FROM finish();
ROLLBACK;
DROP TABLESPACE regress_inherit_space;
