-- import_pg_partman: what it takes over, changes and refuses, from copies of the tables of versions 4.7 and 5.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
SET timezone = 'Europe/Berlin';
SELECT plan(58);

CREATE ROLE regress_import_owner;
CREATE ROLE regress_import_other;
GRANT USAGE ON SCHEMA partman TO regress_import_owner, regress_import_other;
CREATE SCHEMA imp;
GRANT ALL ON SCHEMA imp TO PUBLIC;

-- The columns of pg_partman's own tables.
CREATE TABLE imp.config_4 (parent_table text, control text, partition_type text, partition_interval text, constraint_cols text[], premake int DEFAULT 4,
    optimize_trigger int DEFAULT 4, optimize_constraint int DEFAULT 30, epoch text DEFAULT 'none', inherit_fk boolean DEFAULT true, retention text, retention_schema text,
    retention_keep_table boolean DEFAULT true, retention_keep_index boolean DEFAULT true, infinite_time_partitions boolean DEFAULT false, datetime_string text,
    automatic_maintenance text DEFAULT 'on', jobmon boolean DEFAULT true, sub_partition_set_full boolean DEFAULT false, undo_in_progress boolean DEFAULT false,
    trigger_exception_handling boolean DEFAULT false, upsert text DEFAULT '', trigger_return_null boolean DEFAULT true, template_table text, publications text[],
    inherit_privileges boolean DEFAULT false, constraint_valid boolean DEFAULT true, subscription_refresh text, drop_cascade_fk boolean DEFAULT false,
    ignore_default_data boolean DEFAULT false);
CREATE TABLE imp.config_5 (parent_table text, control text, time_encoder text, time_decoder text, partition_interval text, partition_type text, premake int DEFAULT 4,
    automatic_maintenance text DEFAULT 'on', template_table text, retention text, retention_schema text, retention_keep_index boolean DEFAULT true,
    retention_keep_table boolean DEFAULT true, epoch text DEFAULT 'none', constraint_cols text[], optimize_constraint int DEFAULT 30,
    infinite_time_partitions boolean DEFAULT false, datetime_string text, jobmon boolean DEFAULT true, sub_partition_set_full boolean DEFAULT false,
    undo_in_progress boolean DEFAULT false, inherit_privileges boolean DEFAULT false, constraint_valid boolean DEFAULT true, ignore_default_data boolean DEFAULT true,
    date_trunc_interval text, maintenance_order int, retention_keep_publication boolean DEFAULT false, maintenance_last_run timestamptz,
    detach_before_drop boolean DEFAULT false, maintenance_role text, async_partitioning_in_progress text);

-- A partitioned table of months, with names made by a pattern.
CREATE FUNCTION imp.months(name text, pattern text DEFAULT '"_p"YYYY_MM', type text DEFAULT 'timestamptz') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE imp.%I (at %s NOT NULL, id int) PARTITION BY RANGE (at)', name, type);
    FOR i IN -3..4 LOOP
        EXECUTE format('CREATE TABLE imp.%I PARTITION OF imp.%I FOR VALUES FROM (%L) TO (%L)', name || to_char(date_trunc('month', now()) + i * interval '1 month', pattern), name,
            date_trunc('month', now()) + i * interval '1 month', date_trunc('month', now()) + (i + 1) * interval '1 month');
    END LOOP;
    EXECUTE format('CREATE TABLE imp.%I PARTITION OF imp.%I DEFAULT', name || '_default', name);
END $$;
CREATE FUNCTION imp.try(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
GRANT EXECUTE ON FUNCTION imp.try(text) TO PUBLIC;

--
-- Version 4.7
--
SELECT imp.months(name) FROM unnest(ARRAY['plain', 'Mixed Case', 'losses', 'no_unit', 'odd_retention', 'short', 'templates', 'no_template']) AS name \g /dev/null
SELECT imp.months('own_names', '"_y"YYYY"m"MM') \g /dev/null
SELECT imp.months('odd_pattern') \g /dev/null
CREATE TABLE imp.ids (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE imp.ids_p500 PARTITION OF imp.ids FOR VALUES FROM (500) TO (1500);
CREATE TABLE imp.ids_p1500 PARTITION OF imp.ids FOR VALUES FROM (1500) TO (2500);
CREATE TABLE imp.the_template (at timestamptz, id int);
INSERT INTO imp.config_4 (parent_table, control, partition_type, partition_interval, datetime_string)
SELECT 'imp.' || name, 'at', 'native', '1 mon', 'YYYY_MM' FROM unnest(ARRAY['plain', 'Mixed Case', 'losses', 'no_unit', 'odd_retention', 'short', 'templates', 'no_template', 'own_names']) AS name;
INSERT INTO imp.config_4 (parent_table, control, partition_type, partition_interval, datetime_string) VALUES ('imp.odd_pattern', 'at', 'native', '1 mon', 'J');
INSERT INTO imp.config_4 (parent_table, control, partition_type, partition_interval, retention, retention_schema, retention_keep_index, premake) VALUES ('imp.ids', 'id', 'native', '1000', '10000', 'imp', false, 2);
UPDATE imp.config_4 SET optimize_trigger = 8, inherit_fk = false, trigger_exception_handling = true, upsert = 'ON CONFLICT DO NOTHING', trigger_return_null = false,
    publications = ARRAY['pub'], subscription_refresh = 'sub', drop_cascade_fk = true WHERE parent_table = 'imp.losses';
UPDATE imp.config_4 SET retention = '30' WHERE parent_table = 'imp.no_unit';
UPDATE imp.config_4 SET retention = '-3 months' WHERE parent_table = 'imp.odd_retention';
UPDATE imp.config_4 SET retention = '1 year 15 days', retention_keep_table = false, infinite_time_partitions = true WHERE parent_table = 'imp.short';
UPDATE imp.config_4 SET template_table = 'imp.the_template' WHERE parent_table = 'imp.templates';
UPDATE imp.config_4 SET template_table = 'imp.nothing' WHERE parent_table = 'imp.no_template';

CREATE TEMPORARY TABLE report AS SELECT * FROM partman.import_pg_partman('imp.config_4');
SELECT bag_eq($$ SELECT parent_table FROM report WHERE topic = 'set' $$, 'SELECT parent_table FROM imp.config_4', 'all sets of version 4.7 are taken over, each with one line');
SELECT bag_eq('SELECT parent_table FROM partman.part_config', 'SELECT parent_table FROM imp.config_4', 'and stored');
SELECT is_empty($$ SELECT * FROM report WHERE topic = 'refused' $$, 'none is refused');
SELECT is_empty($$ SELECT c.parent_table, p.topic FROM imp.config_4 c LEFT JOIN report p USING (parent_table) WHERE p.topic = 'set' AND p.note !~ '^taken over with (8 partitions of 1 mon in time zone Europe/Berlin|2 partitions of 1000)' $$,
    'the line says what was found');
SELECT bag_eq($$ SELECT subject, old_value FROM report WHERE parent_table = 'imp.losses' AND topic = 'lost' $$,
    $$ VALUES ('optimize_trigger', '8'), ('inherit_fk', 'false'), ('trigger_exception_handling', 'true'), ('upsert', 'ON CONFLICT DO NOTHING'), ('trigger_return_null', 'false'),
              ('publications', '{pub}'), ('subscription_refresh', 'sub'), ('drop_cascade_fk', 'true') $$, 'what has no counterpart is said with its value');
SELECT is((SELECT count(*)::int FROM report WHERE topic = 'unused' AND parent_table = 'imp.plain'), 8, 'also where it did nothing');
SELECT is_empty($$ SELECT * FROM report WHERE topic = 'lost' AND parent_table <> 'imp.losses' $$, 'which is not a loss');
SELECT is((SELECT count(*)::int FROM report WHERE subject = 'infinite_time_partitions' AND (topic, old_value, new_value) = ('changed', 'false', 'true')), 10, 'the clock drives sets, and that is said where it did not');
SELECT is((SELECT count(*)::int FROM partman.part_config WHERE infinite_time_partitions), 11, 'of all sets');
SELECT bag_eq($$ SELECT parent_table, retention, retire_enabled, retention_keep_table, retention_keep_index, retention_schema FROM partman.part_config WHERE retention IS NOT NULL OR NOT retire_enabled $$,
    $$ VALUES ('imp.no_unit', NULL, false, true, true, NULL), ('imp.odd_retention', NULL, false, true, true, NULL), ('imp.short', '1 year 15 days', true, false, true, NULL),
              ('imp.ids', '10000', true, true, false, 'imp') $$, 'retention is taken over where it is clear, and else nothing is retired');
SELECT bag_eq($$ SELECT parent_table, subject, old_value, new_value FROM report WHERE topic = 'changed' AND subject IN ('retention', 'retire_enabled') $$,
    $$ VALUES ('imp.no_unit', 'retention', '30', NULL), ('imp.no_unit', 'retire_enabled', NULL, 'false'), ('imp.odd_retention', 'retention', '-3 months', NULL), ('imp.odd_retention', 'retire_enabled', NULL, 'false') $$,
    'which is said');
SELECT is((SELECT note FROM report WHERE parent_table = 'imp.no_unit' AND subject = 'retention'), 'retention "30" has no unit; say what was meant, with a unit', 'with the reason');
SELECT bag_eq($$ SELECT parent_table, template_table FROM partman.part_config WHERE template_table IS NOT NULL $$, $$ VALUES ('imp.templates', 'imp.the_template') $$, 'the template is the old one, and none where there was none');
SELECT bag_eq($$ SELECT parent_table, old_value FROM report WHERE subject = 'template_table' $$, $$ VALUES ('imp.no_template', 'imp.nothing') $$, 'one that is gone is reported');
SELECT bag_eq($$ SELECT parent_table, datetime_string, name_template FROM partman.part_config WHERE parent_table IN ('imp.plain', 'imp.own_names', 'imp.odd_pattern') $$,
    $$ VALUES ('imp.plain', 'YYYY_MM', NULL), ('imp.own_names', 'YYYY_MM', '{table}_y{YYYY}m{MM}'), ('imp.odd_pattern', 'YYYYMMDD', '{table}_p{YYYY}_{MM}') $$, 'new names follow those that are there');
SELECT bag_eq($$ SELECT parent_table FROM report WHERE subject = 'datetime_string' $$, $$ VALUES ('imp.own_names'), ('imp.odd_pattern') $$, 'which is said where the pattern is another');
SELECT is((SELECT offset_id FROM partman.part_config WHERE parent_table = 'imp.ids'), 500::bigint, 'the offset of ids is seen');
SELECT is_empty($$ SELECT * FROM partman.partitions WHERE parent_table LIKE 'imp.%' AND provenance <> 'adopted' $$, 'what is there is adopted');
SELECT bag_eq($$ SELECT DISTINCT topic FROM partman.import_pg_partman('imp.config_4') $$, $$ VALUES ('refused') $$, 'a second time all of them are managed already');
SELECT matches(note, 'is managed already') FROM partman.import_pg_partman('imp.config_4') WHERE parent_table = 'imp.plain';

-- It goes on as it was.
INSERT INTO imp.ids VALUES (600);
UPDATE partman.part_config SET premake = 6;
SELECT partman.run_maintenance() \g /dev/null
SELECT is((SELECT count(*)::int FROM partman.partitions WHERE provenance = 'made'), 10 * 2 + 5, 'maintenance goes on');
SELECT ok(to_regclass(format('imp.%I', 'Mixed Case_p' || to_char(date_trunc('month', now()) + interval '6 months', 'YYYY_MM'))) IS NOT NULL, 'with the same names');
SELECT ok(to_regclass('imp.own_names_y' || to_char(date_trunc('month', now()) + interval '6 months', 'YYYY"m"MM')) IS NOT NULL, 'whatever they were');
DELETE FROM partman.part_config;

--
-- Version 5
--
SELECT imp.months('five', '"_p"YYYYMMDD') \g /dev/null
SELECT imp.months('stopped', '"_p"YYYYMMDD', 'date') \g /dev/null
CREATE TABLE imp.listed (id int NOT NULL) PARTITION BY LIST (id);
CREATE TABLE imp.listed_p1 PARTITION OF imp.listed FOR VALUES IN (1);
CREATE TABLE imp.listed_p2 PARTITION OF imp.listed FOR VALUES IN (2);
INSERT INTO imp.config_5 (parent_table, control, partition_interval, partition_type, datetime_string, maintenance_order, retention_keep_publication, detach_before_drop,
    date_trunc_interval, constraint_cols, optimize_constraint, constraint_valid, automatic_maintenance, infinite_time_partitions, undo_in_progress, premake, sub_partition_set_full) VALUES
    ('imp.five', 'at', '1 mon', 'range', 'YYYYMMDD', 7, true, true, 'month', ARRAY['id'], 9, false, 'off', true, true, 11, true);
INSERT INTO imp.config_5 (parent_table, control, partition_interval, partition_type, datetime_string, async_partitioning_in_progress) VALUES
    ('imp.stopped', 'at', '1 mon', 'range', 'YYYYMMDD', '2026-01-01');
INSERT INTO imp.config_5 (parent_table, control, partition_interval, partition_type) VALUES ('imp.listed', 'id', '1', 'list');
ALTER TABLE imp.config_5 ADD COLUMN from_the_future int;
TRUNCATE report;
INSERT INTO report SELECT * FROM partman.import_pg_partman('imp.config_5');
SELECT bag_eq($$ SELECT parent_table FROM report WHERE topic = 'set' $$, 'SELECT parent_table FROM imp.config_5', 'all sets of version 5 are taken over');
SELECT results_eq($$ SELECT maintenance_order, retention_keep_publication, detach_before_drop, date_trunc_interval, constraint_cols, optimize_constraint, constraint_valid,
        automatic_maintenance, undo_in_progress, premake, datetime_string, name_template, sub_partition_set_full FROM partman.part_config WHERE parent_table = 'imp.five' $$,
    $$ SELECT maintenance_order, retention_keep_publication, detach_before_drop, date_trunc_interval, constraint_cols, optimize_constraint, constraint_valid,
        automatic_maintenance, undo_in_progress, premake, datetime_string, NULL, sub_partition_set_full FROM imp.config_5 WHERE parent_table = 'imp.five' $$, 'with all of their settings');
SELECT is_empty($$ SELECT * FROM report WHERE parent_table = 'imp.five' AND topic <> 'set' $$, 'and nothing more to say');
SELECT results_eq($$ SELECT topic, old_value FROM report WHERE subject = 'async_partitioning_in_progress' $$, $$ VALUES ('lost', '2026-01-01') $$, 'a move that was under way is reported');
SELECT results_eq($$ SELECT partition_type, partition_interval, control FROM partman.part_config WHERE parent_table = 'imp.listed' $$, $$ VALUES ('list', '1', 'id') $$, 'a list of numbers');
SELECT results_eq($$ SELECT topic, parent_table, old_value FROM report WHERE subject = 'from_the_future' $$, $$ VALUES ('lost', NULL::text, NULL::text) $$, 'a column that nobody knows is reported');
DELETE FROM partman.part_config;

-- UUIDs by the functions that pg_partman brought along, from whatever schema.
CREATE TABLE imp.uuids (id uuid NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE imp.uuids_p20260101 PARTITION OF imp.uuids FOR VALUES FROM (partman.uuid7_time_encoder('2026-01-01 00:00 Europe/Berlin')) TO (partman.uuid7_time_encoder('2026-02-01 00:00 Europe/Berlin'));
CREATE TABLE imp.uuids_p20260201 PARTITION OF imp.uuids FOR VALUES FROM (partman.uuid7_time_encoder('2026-02-01 00:00 Europe/Berlin')) TO (partman.uuid7_time_encoder('2026-03-01 00:00 Europe/Berlin'));
TRUNCATE imp.config_5;
INSERT INTO imp.config_5 (parent_table, control, partition_interval, partition_type, datetime_string, time_encoder, time_decoder) VALUES
    ('imp.uuids', 'id', '1 mon', 'range', 'YYYYMMDD', 'another.uuid7_time_encoder', 'another.uuid7_time_decoder');
SELECT bag_eq($$ SELECT parent_table, left(note, 31) FROM partman.import_pg_partman('imp.config_5') WHERE topic IN ('set', 'refused') $$,
    $$ VALUES ('imp.uuids', 'taken over with 2 partitions of') $$, 'keys that hold times');
SELECT partman.run_maintenance('imp.uuids') \g /dev/null
SELECT ok(to_regclass('imp.uuids_p' || to_char(date_trunc('month', now()) + interval '4 months', 'YYYYMMDD')) IS NOT NULL, 'which goes on');
SELECT is_empty($$ SELECT partition_table FROM partman.partitions WHERE parent_table = 'imp.uuids' AND lower_time <> date_trunc('month', lower_time) $$, 'month by month');
DELETE FROM partman.part_config;

--
-- What is not taken over
--
CREATE TABLE imp.refusals (LIKE imp.config_4 INCLUDING DEFAULTS);
CREATE TABLE imp.flat (at timestamptz NOT NULL);
CREATE TABLE imp.nothing_yet (at timestamptz NOT NULL) PARTITION BY RANGE (at);
INSERT INTO imp.refusals (parent_table, control, partition_type, partition_interval) VALUES
    ('imp.plain', 'at', 'native', '1 mon'), ('imp.plain', 'at', 'native', '1 mon'), (NULL, 'at', 'native', '1 mon'), ('imp.five', 'id', 'native', '1 mon'), ('imp.gone', 'at', 'native', '1 mon'),
    ('imp.flat', 'at', 'native', '1 mon'), ('imp.losses', 'at', 'partman', '1 mon'), ('imp.own_names', 'at', 'time-custom', '1 mon'), ('imp.nothing_yet', 'at', 'native', '1 mon'),
    ('imp.short', 'at', 'native', 'a while'), ('no dot', 'at', 'native', '1 mon'), ('imp.x''; DROP TABLE flat; --', 'at', 'native', '1 mon'), ('imp.ids', NULL, 'native', '1000'),
    ('imp.plain_default', 'at', 'native', '1 mon');
SELECT results_eq($$ SELECT parent_table, topic, split_part(note, '.  ', 1) FROM partman.import_pg_partman('imp.refusals') WHERE topic IN ('set', 'refused') ORDER BY parent_table COLLATE "C", topic DESC $$, $$ VALUES
    ('imp.five', 'refused', 'Control column and type given in arguments (id, integer) does not match the control column and type of the given partition set (at, timestamp with time zone)'),
    ('imp.flat', 'refused', 'You must have created the given parent table as ranged or list partitioned already: imp.flat'),
    ('imp.gone', 'refused', 'Unable to find given parent table in system catalogs. Please create parent table first: imp.gone'),
    ('imp.ids', 'refused', 'control is null'),
    ('imp.losses', 'refused', 'it is partitioned by triggers and inheritance'),
    ('imp.nothing_yet', 'refused', 'table "imp.nothing_yet" has no partitions to go on from'),
    ('imp.own_names', 'refused', 'it is partitioned by triggers and inheritance'),
    ('imp.plain', 'set', 'taken over with 10 partitions of 1 mon in time zone Europe/Berlin, named by {table}_p{YYYY}_{MM}'),
    ('imp.plain', 'refused', 'duplicate key value violates unique constraint "part_config_parent_table_pkey"'),
    ('imp.plain_default', 'refused', 'You must have created the given parent table as ranged or list partitioned already: imp.plain_default'),
    ('imp.short', 'refused', 'partition interval "a while" is not a valid interval'),
    ('imp.x''; DROP TABLE flat; --', 'refused', 'Unable to find given parent table in system catalogs. Please create parent table first: imp.x''; DROP TABLE flat; --'),
    ('no dot', 'refused', 'Parent table must be schema qualified: no dot'),
    (NULL, 'refused', 'parent_table is null') $$, 'a row that cannot be taken over is reported and stops no other');
SELECT is((SELECT count(*)::int FROM partman.part_config), 1, 'nothing else is stored');

-- The copy itself.
CREATE VIEW imp.a_view AS SELECT * FROM imp.config_4;
CREATE TABLE imp.incomplete AS SELECT parent_table, control FROM imp.config_4;
CREATE TABLE imp.other_types AS SELECT parent_table, control, partition_type, partition_interval, retention_keep_table::text FROM imp.config_4;
SELECT is(imp.try('SELECT partman.import_pg_partman(NULL)'), '22004: p_config_table must not be null', 'no table');
SELECT is(imp.try('SELECT partman.import_pg_partman(''imp.nothing'')'), '42P01: table "imp.nothing" does not exist', 'one that is not there');
SELECT is(imp.try('SELECT partman.import_pg_partman(''imp.config_4; DROP TABLE imp.flat'')'), '42P01: table "imp.config_4; DROP TABLE imp.flat" does not exist', 'a name is nothing but a name');
SELECT is(imp.try('SELECT partman.import_pg_partman(''imp.a_view'')'), '42809: "imp.a_view" is not an ordinary table', 'a view, which could run anything');
SELECT is(imp.try('SELECT partman.import_pg_partman(''imp.plain'')'), '42809: "imp.plain" is not an ordinary table', 'a partitioned table');
SELECT is(imp.try('SELECT partman.import_pg_partman(''imp.flat'')'), '42703: table "imp.flat" has no column "parent_table"', 'another table');
SELECT is(imp.try('SELECT partman.import_pg_partman(''imp.incomplete'')'), '42703: table "imp.incomplete" has no column "partition_interval"', 'half of one');
SELECT is(imp.try('SELECT partman.import_pg_partman(''imp.other_types'')'), '42804: column "retention_keep_table" of table "imp.other_types" has type text', 'other types');
SELECT is(imp.try('SELECT partman.import_pg_partman(''imp.config_4'', ''imp.config_4'')'), '42703: table "imp.config_4" has no column "sub_parent"', 'and so for the second one');
BEGIN READ ONLY;
SELECT is(imp.try('SELECT partman.import_pg_partman(''imp.config_4'')'), '25006: cannot execute import_pg_partman() in a read-only transaction', 'a read-only transaction');
COMMIT;

--
-- Sub-partitions
--
DELETE FROM partman.part_config;
CREATE TABLE imp.tree (id int NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE imp.tree_p0 PARTITION OF imp.tree FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (at);
CREATE TABLE imp.tree_p10 PARTITION OF imp.tree FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (at);
CREATE TABLE imp.tree_p0_p2026_01_01 PARTITION OF imp.tree_p0 FOR VALUES FROM ('2026-01-01 00:00 Europe/Berlin') TO ('2026-01-02 00:00 Europe/Berlin');
CREATE TABLE imp.tree_p10_p2026_01_01 PARTITION OF imp.tree_p10 FOR VALUES FROM ('2026-01-01 00:00 Europe/Berlin') TO ('2026-01-02 00:00 Europe/Berlin');
CREATE TABLE imp.tree_config (LIKE imp.config_4 INCLUDING DEFAULTS);
INSERT INTO imp.tree_config (parent_table, control, partition_type, partition_interval, datetime_string) VALUES ('imp.tree_p0', 'at', 'native', '1 day', 'YYYY_MM_DD'), ('imp.tree', 'id', 'native', '10', NULL);
CREATE TABLE imp.tree_sub AS SELECT 'imp.tree' AS sub_parent, 'native' AS sub_partition_type, 'at' AS sub_control, 'daily' AS sub_partition_interval, '30' AS sub_retention, 7 AS sub_premake,
    'ON CONFLICT DO NOTHING' AS sub_upsert, true AS sub_inherit_fk, false AS sub_infinite_time_partitions;
INSERT INTO imp.tree_sub VALUES ('imp.nobody', 'native', 'at', 'daily');
SELECT bag_eq($$ SELECT parent_table, topic, note FROM partman.import_pg_partman('imp.tree_config') $$, $$ VALUES
    ('imp.tree', 'refused', 'its partitions are partitioned themselves.  part_config_sub says how.  Give a copy of it as p_config_sub_table.'),
    ('imp.tree_p0', 'refused', 'it is a partition of a table that was not taken over.  Only whole sets are taken over, with their sub-partition sets.') $$, 'sub-partitions need both tables');
TRUNCATE report;
INSERT INTO report SELECT * FROM partman.import_pg_partman('imp.tree_config', 'imp.tree_sub');
SELECT bag_eq($$ SELECT parent_table FROM report WHERE topic = 'set' $$, $$ VALUES ('imp.tree'), ('imp.tree_p0') $$, 'both are taken over');
SELECT bag_eq($$ SELECT parent_table, note FROM report WHERE topic = 'refused' $$, $$ VALUES ('imp.nobody', 'part_config_sub names it, but part_config does not') $$, 'a level of no set is reported');
SELECT bag_eq($$ SELECT parent_table, set_root, datetime_string FROM partman.part_config $$, $$ VALUES ('imp.tree', NULL, NULL), ('imp.tree_p0', 'imp.tree', 'YYYY_MM_DD') $$, 'as one tree');
SELECT results_eq($$ SELECT sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_retention, sub_premake, sub_infinite_time_partitions, sub_default_table, sub_time_zone FROM partman.part_config_sub $$,
    $$ VALUES ('imp.tree', 'at', '1 day', 'range', NULL, 7, true, true, 'Europe/Berlin') $$, 'with its level');
SELECT bag_eq($$ SELECT topic, subject, old_value FROM report WHERE parent_table = 'imp.tree' AND (subject LIKE 'sub\_%' OR subject = 'datetime_string') $$, $$ VALUES
    ('changed', 'sub_retention', '30'), ('changed', 'sub_infinite_time_partitions', 'false'), ('lost', 'sub_upsert', 'ON CONFLICT DO NOTHING'), ('unused', 'sub_inherit_fk', 'true'),
    ('changed', 'datetime_string', '{table}_p{YYYY}_{MM}_{DD}') $$, 'what is another way is said of the level too');
DELETE FROM partman.part_config;
UPDATE imp.tree_sub SET sub_control = 'id';
SELECT matches(note, '^Control column and type given in arguments') FROM partman.import_pg_partman('imp.tree_config', 'imp.tree_sub') WHERE parent_table = 'imp.tree' AND topic = 'refused';
SELECT is((SELECT count(*)::int FROM partman.part_config), 0, 'a level that does not fit refuses the set');

--
-- Rights
--
DELETE FROM partman.part_config;
SET ROLE regress_import_owner;
SELECT imp.months('theirs') \g /dev/null
SELECT is(imp.try('SELECT partman.import_pg_partman(''imp.config_4'')'), '42501: permission denied for table "imp.config_4"', 'the copy is read with the rights of the caller');
RESET ROLE;
CREATE TABLE imp.secret AS SELECT * FROM imp.config_4;
ALTER TABLE imp.secret ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON imp.secret, imp.config_4 TO PUBLIC;
INSERT INTO imp.config_4 (parent_table, control, partition_type, partition_interval, datetime_string) VALUES ('imp.theirs', 'at', 'native', '1 mon', 'YYYY_MM');
SET ROLE regress_import_owner;
SELECT is(imp.try('SELECT partman.import_pg_partman(''imp.secret'')'), '42501: query would be affected by row-level security policy for table "secret"', 'all of it or nothing');
SELECT bag_eq($$ SELECT parent_table FROM partman.import_pg_partman('imp.config_4') WHERE topic = 'set' $$, $$ VALUES ('imp.theirs') $$, 'everybody takes over his own sets');
SELECT is((SELECT array_agg(parent_table) FROM partman.part_config), ARRAY['imp.theirs'], 'and no others');
DELETE FROM partman.part_config;
SET ROLE regress_import_other;
SELECT is_empty($$ SELECT parent_table FROM partman.import_pg_partman('imp.config_4') WHERE topic <> 'refused' $$, 'those of others are refused');
SELECT matches(note, '^must be owner of table') FROM partman.import_pg_partman('imp.config_4') WHERE parent_table = 'imp.theirs';
RESET ROLE;

SELECT * FROM finish();
DROP TABLE report;
SELECT format('DROP TABLE %s CASCADE', oid::regclass) FROM pg_class WHERE relnamespace = 'imp'::regnamespace AND relkind = 'p' AND NOT relispartition \gexec
DROP SCHEMA imp CASCADE;
DROP OWNED BY regress_import_owner, regress_import_other;
DROP ROLE regress_import_owner, regress_import_other;
