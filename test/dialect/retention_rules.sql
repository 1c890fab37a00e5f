-- Retention beyond ages: what is kept of a partition, what stays whatever its age, and which setting wins.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;
CREATE SCHEMA attic;
CREATE SCHEMA "Other Attic";

CREATE FUNCTION indexes(child text) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM pg_index WHERE indrelid = child::regclass $$;

-- Indexes are kept or dropped with what depends on them.
CREATE FUNCTION check_keeping(number int, call text, settings text, kept boolean, indexed boolean, schema text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'keeping_' || number;
    about text := format('%s with %s: ', call, coalesce(settings, 'defaults'));
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id int PRIMARY KEY, v text, w text UNIQUE, x int CHECK (x > 0)) ', name || '_model');
    EXECUTE format('CREATE TABLE dialect.%I (id int PRIMARY KEY, v text, w text, x int CHECK (x > 0)) PARTITION BY RANGE (id)', name);
    EXECUTE format('CREATE INDEX ON dialect.%I (v)', name);
    PERFORM partman.create_parent('dialect.' || name, 'id', '10', p_template_table := 'dialect.' || name || '_model');
    EXECUTE format('INSERT INTO dialect.%I SELECT n, n::text, n::text, 1 FROM generate_series(0, 49) n', name);
    IF settings IS NOT NULL THEN
        EXECUTE format('UPDATE partman.part_config SET %s WHERE parent_table = %L', settings, 'dialect.' || name);
    END IF;
    RETURN NEXT is(indexes('dialect.' || name || '_p0'), 3::bigint, about || 'indexes before');
    EXECUTE format('SELECT partman.' || call, 'dialect.' || name);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions('dialect.' || name) LIMIT 1), ARRAY[name || '_p20'], about || 'two are gone');
    RETURN NEXT is(to_regclass(format('%I.%I', coalesce(schema, 'dialect'), name || '_p0')) IS NOT NULL, kept, about || 'table');
    IF schema IS NOT NULL THEN
        RETURN NEXT hasnt_table('dialect'::name, (name || '_p0')::name, about || 'not in its old schema');
    END IF;
    IF kept THEN
        RETURN NEXT is(indexes(format('%I.%I', coalesce(schema, 'dialect'), name || '_p0')), CASE WHEN indexed THEN 3::bigint ELSE 0 END, about || 'indexes after');
        EXECUTE format('SELECT array_agg(id) FROM %I.%I', coalesce(schema, 'dialect'), name || '_p0') INTO STRICT about;
        RETURN NEXT is(about, '{0,1,2,3,4,5,6,7,8,9}', 'rows after');
    END IF;
END $$;
SELECT check_keeping((row_number() OVER ())::int, c.call, c.settings, c.kept, c.indexed, c.schema)
FROM (VALUES ('drop_partition_id(%L, 20)', NULL, true, true, NULL),
    ('drop_partition_id(%L, 20, p_keep_index := true)', 'retention_keep_index = false', true, true, NULL),
    ('drop_partition_id(%L, 20, true, false)', NULL, true, false, NULL),
    ('drop_partition_id(%L, 20, p_keep_table := false)', NULL, false, NULL, NULL),
    ('drop_partition_id(%L, 20, p_keep_table := false)', 'retention = ''5'', retention_keep_table = true', false, NULL, NULL),
    ('drop_partition_id(%L, 20, p_keep_table := true)', 'retention_keep_table = false', true, true, NULL),
    ('drop_partition_id(%L, 20, p_retention_schema := ''attic'')', NULL, true, true, 'attic'),
    ('drop_partition_id(%L, 20, p_keep_table := false, p_retention_schema := ''Other Attic'')', NULL, true, true, 'Other Attic'),
    ('drop_partition_id(%L, 20, p_keep_index := false, p_retention_schema := ''attic'')', NULL, true, false, 'attic'),
    ('drop_partition_id(%L)', 'retention = ''20''', true, true, NULL),
    ('drop_partition_id(%L)', 'retention = ''20'', retention_keep_index = false', true, false, NULL),
    ('drop_partition_id(%L)', 'retention = ''20'', retention_keep_table = false', false, NULL, NULL),
    ('drop_partition_id(%L)', 'retention = ''20'', retention_keep_table = false, detach_before_drop = true', false, NULL, NULL),
    ('drop_partition_id(%L)', 'retention = ''20'', retention_schema = ''attic''', true, true, 'attic'),
    ('drop_partition_id(%L)', 'retention = ''20'', retention_schema = ''attic'', retention_keep_table = false, retention_keep_index = false', true, false, 'attic'),
    ('run_maintenance(%L)', 'retention = ''20''', true, true, NULL),
    ('run_maintenance(%L)', 'retention = ''20'', retention_keep_index = false', true, false, NULL),
    ('run_maintenance(%L)', 'retention = ''20'', retention_keep_table = false', false, NULL, NULL),
    ('run_maintenance(%L)', 'retention = ''20'', retention_schema = ''attic''', true, true, 'attic')) c (call, settings, kept, indexed, schema);

-- The last partition stays, and so does the default.
CREATE TABLE dialect.last (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('dialect.last', 'at', '1 day');
INSERT INTO dialect.last VALUES (now() - interval '10 years');
SELECT is(partman.drop_partition_time('dialect.last', '1 day', false, p_reference_timestamp := now() + interval '1 year'), 8, 'all but one go');
SELECT is((SELECT array_agg(partition_tablename) FROM partman.show_partitions('dialect.last')), ARRAY['last_p' || to_char(now() + interval '4 days', 'YYYYMMDD')], 'the newest stays');
SELECT is((SELECT count(*) FROM ONLY dialect.last_default), 1::bigint, 'old rows of the default stay');
SELECT is(partman.drop_partition_time('dialect.last', '1 day', false, p_reference_timestamp := now() + interval '1 year'), 0, 'it stays again');

-- Ids without rows have no age.
CREATE TABLE dialect.empty (id int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('dialect.empty', 'id', '10');
SELECT is(partman.drop_partition_id('dialect.empty', 0, false), 0, 'no rows, no age');

-- The reference time is an argument.
CREATE TABLE dialect.past (at date NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('dialect.past', 'at', '1 month', p_start_partition := '2015-01-01');
SELECT is(partman.drop_partition_time('dialect.past', '1 year', false, p_reference_timestamp := '2017-03-01 00:00'), 13, 'older than March 2016 but ending in it');
SELECT is((SELECT partition_tablename FROM partman.show_partitions('dialect.past') LIMIT 1), 'past_p20160201', 'what ends at the limit stays');
SELECT is(partman.drop_partition_time('dialect.past', '1 year', false, p_reference_timestamp := '2017-03-01 00:00:00.000001'), 1, 'one microsecond later it goes');
SELECT is(partman.drop_partition_time('dialect.past', '0 seconds', true, p_reference_timestamp := '2016-06-15'), 3, 'no retention at all');

-- Publications are left unless they are to be kept.
CREATE FUNCTION check_publication(number int, keep boolean) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'published_' || number;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id int PRIMARY KEY) PARTITION BY RANGE (id)', name);
    PERFORM partman.create_parent('dialect.' || name, 'id', '10');
    EXECUTE format('CREATE PUBLICATION %I FOR TABLE dialect.%I, dialect.%I', name, name || '_p0', name || '_p10');
    EXECUTE format('INSERT INTO dialect.%I SELECT generate_series(0, 49)', name);
    UPDATE partman.part_config SET retention = '20', retention_keep_publication = keep WHERE parent_table = 'dialect.' || name;
    PERFORM partman.run_maintenance('dialect.' || name);
    RETURN NEXT has_table('dialect'::name, (name || '_p0')::name, 'published partition is kept');
    RETURN NEXT is((SELECT count(*) FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE p.pubname = name), CASE WHEN keep THEN 2::bigint ELSE 0 END,
        'published, to be kept: ' || keep);
END $$;
SELECT check_publication(1, false);
SELECT check_publication(2, true);

-- Configured retention of a set by time in a run.
CREATE FUNCTION check_run(number int, step interval, retention text, left_over int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'run_' || number;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (at timestamptz NOT NULL) PARTITION BY RANGE (at)', name);
    PERFORM partman.create_parent('dialect.' || name, 'at', step::text, p_start_partition := (now() - step * 10)::text);
    EXECUTE format('INSERT INTO dialect.%I VALUES (now())', name);
    UPDATE partman.part_config SET retention = check_run.retention, retention_keep_table = false WHERE parent_table = 'dialect.' || name;
    PERFORM partman.run_maintenance('dialect.' || name);
    RETURN NEXT is((SELECT count(*)::int FROM partman.show_partitions('dialect.' || name)), 5 + left_over, format('%s with retention %s', step, retention));
    RETURN NEXT is((SELECT count(*)::int FROM pg_class WHERE relnamespace = 'dialect'::regnamespace AND relname LIKE name || '\_p%'), 5 + left_over, 'dropped tables are gone');
END $$;
SELECT check_run((row_number() OVER ())::int, c.step, c.retention, c.left_over)
FROM (VALUES ('1 day'::interval, '3 days', 3), ('1 day', '1 week', 7), ('1 day', '100 days', 10), ('1 hour', '2 hours', 2), ('1 month', '2 months', 2), ('1 year', '5 years', 5)) c (step, retention, left_over);

SELECT * FROM finish();
ROLLBACK;
