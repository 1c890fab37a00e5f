-- create_parent = create_partition: first partitions, stored configuration, names, templates, adoption.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
BEGIN;
SELECT plan(84);

CREATE SCHEMA cp;
CREATE SCHEMA "Sch Ä";
SET LOCAL TimeZone = 'UTC';

-- Partitions of a set in the order of their lower bounds, the default last.
CREATE FUNCTION cp.bounds(t regclass) RETURNS TABLE (name text, bound text) LANGUAGE sql AS $$
    SELECT name, bound
    FROM (SELECT relname::text COLLATE "default" AS name, pg_get_expr(relpartbound, c.oid) AS bound
          FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = t) p,
         substring(bound FROM 'FROM \(''?([^'',)]*)') AS lower
    ORDER BY bound = 'DEFAULT', CASE WHEN lower ~ '^-?\d+$' THEN lower::numeric END, lower $$;
-- Whether each partition begins where the one before it ends.
CREATE FUNCTION cp.contiguous(t regclass) RETURNS boolean LANGUAGE sql AS $$
    WITH p AS (SELECT regexp_match(bound, 'FROM \(''?(.*?)''?\) TO \(''?(.*?)''?\)') AS b, row_number() OVER () AS n
               FROM cp.bounds(t) WHERE bound <> 'DEFAULT')
    SELECT bool_and(b[1] = before) IS NOT FALSE AND count(*) > 1
    FROM (SELECT b, lag(b[2]) OVER (ORDER BY n) AS before FROM p) x $$;

--
-- The signature of the dialect, with what is new at the end
--
SELECT has_function('partman', f, ARRAY['text', 'text', 'text', 'text', 'text', 'integer', 'text', 'boolean', 'text',
    'text[]', 'text', 'boolean', 'text', 'boolean', 'text', 'text', 'bigint', 'text', 'text', 'text', 'text', 'integer', 'text', 'text'], f || ' has its arguments')
FROM unnest(ARRAY['create_parent', 'create_partition']) f;
SELECT is(proargnames[1:24], ARRAY['p_parent_table', 'p_control', 'p_interval', 'p_type', 'p_epoch', 'p_premake',
    'p_start_partition', 'p_default_table', 'p_automatic_maintenance', 'p_constraint_cols', 'p_template_table', 'p_jobmon',
    'p_date_trunc_interval', 'p_control_not_null', 'p_time_encoder', 'p_time_decoder', 'p_offset_id', 'p_time_zone',
    'p_name_template', 'p_codec', 'p_partition_schema', 'p_modulus', 'p_start_at', 'p_bounds_function'], proname || ' names its arguments as the dialect does')
FROM pg_proc WHERE pronamespace = 'partman'::regnamespace AND proname IN ('create_parent', 'create_partition');

--
-- Every kind of key
--
DO $$
DECLARE k text;
BEGIN
    FOREACH k IN ARRAY ARRAY['timestamptz', 'timestamp', 'date', 'smallint', 'integer', 'bigint'] LOOP
        EXECUTE format('CREATE TABLE cp.key_%s (k %s NOT NULL, v text) PARTITION BY RANGE (k)', k, k);
    END LOOP;
END $$;
SELECT ok(partman.create_parent('cp.key_' || k, 'k', '1 month', p_premake => 3), 'a monthly set on ' || k)
FROM unnest(ARRAY['timestamptz', 'timestamp', 'date']) k;
SELECT ok(partman.create_parent('cp.key_' || k, 'k', '100', p_premake => 3), 'a set of hundreds on ' || k)
FROM unnest(ARRAY['smallint', 'integer', 'bigint']) k;
SELECT ok(cp.contiguous(('cp.key_' || k)::regclass), 'bounds adjoin on ' || k)
FROM unnest(ARRAY['timestamptz', 'timestamp', 'date', 'smallint', 'integer', 'bigint']) k;
SELECT is((SELECT count(*)::int FROM cp.bounds(('cp.key_' || k)::regclass)), 8, 'three behind, the current one, three ahead and a default on ' || k)
FROM unnest(ARRAY['timestamptz', 'timestamp', 'date']) k;
SELECT results_eq($$SELECT name, bound FROM cp.bounds('cp.key_timestamp') LIMIT 1$$,
    $$SELECT to_char(date_trunc('month', now()) - interval '3 months', '"key_timestamp_p"YYYYMMDD'),
             format('FOR VALUES FROM (%L) TO (%L)', (date_trunc('month', now()) - interval '3 months')::timestamp,
                    (date_trunc('month', now()) - interval '2 months')::timestamp)$$,
    'named after its lower bound, aligned to the month');
SELECT results_eq($$SELECT * FROM cp.bounds('cp.key_bigint')$$, $$VALUES
    ('key_bigint_p0', $a$FOR VALUES FROM ('0') TO ('100')$a$), ('key_bigint_p100', $a$FOR VALUES FROM ('100') TO ('200')$a$),
    ('key_bigint_p200', $a$FOR VALUES FROM ('200') TO ('300')$a$), ('key_bigint_p300', $a$FOR VALUES FROM ('300') TO ('400')$a$),
    ('key_bigint_default', 'DEFAULT')$$, 'ids begin at zero, none before');
INSERT INTO cp.key_timestamptz SELECT now() + n * interval '1 month' FROM generate_series(-3, 3) n;
SELECT is_empty('SELECT * FROM ONLY cp.key_timestamptz_default', 'all of it is covered');

--
-- What is stored
--
SELECT results_eq($$SELECT control, partition_interval, partition_type, premake, automatic_maintenance, template_table, datetime_string,
        epoch, infinite_time_partitions, time_zone, anchor, retention_max_fraction, parent_oid, owner_role
        FROM partman.part_config WHERE parent_table = 'cp.key_timestamp'$$,
    $$SELECT 'k', '1 mon', 'range', 3, 'on', 'partman.template_cp_key_timestamp', 'YYYYMMDD', 'none', true, 'UTC',
        to_char(date_trunc('month', now()) - interval '3 months', 'YYYY-MM-DD HH24:MI:SS'), 0.5::float8, 'cp.key_timestamp'::regclass::oid, current_user::text COLLATE "default"$$,
    'the configuration of a time set');
SELECT results_eq($$SELECT partition_interval, datetime_string, time_zone, anchor, offset_id FROM partman.part_config WHERE parent_table = 'cp.key_bigint'$$,
    $$VALUES ('100', NULL, NULL, '0', 0::bigint)$$, 'the configuration of an id set');
SELECT set_eq($$SELECT partition_oid::regclass::text, provenance FROM partman.managed_partition WHERE parent_oid = 'cp.key_bigint'::regclass$$,
    $$SELECT 'cp.' || name AS a, 'made' AS b FROM cp.bounds('cp.key_bigint')$$, 'its partitions are known as ours');

SET LOCAL IntervalStyle = 'iso_8601';
CREATE TABLE cp.weekly (k date NOT NULL) PARTITION BY RANGE (k);
SELECT ok(partman.create_partition('cp.weekly', 'k', '1 week', p_start_partition => '2026-01-05', p_date_trunc_interval => 'week', p_automatic_maintenance => 'off',
    p_template_table => 'false', p_jobmon => false), 'create_partition() is the same');
SELECT results_eq($$SELECT partition_interval, date_trunc_interval, automatic_maintenance, template_table, jobmon, anchor FROM partman.part_config WHERE parent_table = 'cp.weekly'$$,
    $$VALUES ('7 days', 'week', 'off', NULL, false, '2026-01-05')$$, 'intervals are stored in one form, whatever the session''s style');
RESET IntervalStyle;

CREATE TABLE cp.seconds (k timestamptz NOT NULL) PARTITION BY RANGE (k);
DO $do$ BEGIN PERFORM partman.create_parent('cp.seconds', 'k', '10 seconds', p_premake => 2); END $do$;
SELECT results_eq($$SELECT retention_max_fraction, datetime_string FROM partman.part_config WHERE parent_table = 'cp.seconds'$$,
    $$VALUES (NULL::float8, 'YYYYMMDD_HH24MISS')$$, 'below an hour the brake is off');

--
-- Time zones: the bounds lie in the calendar of the set, whatever the session has
--
CREATE TABLE cp.berlin (k timestamptz NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE cp.berlin_day (k timestamptz NOT NULL) PARTITION BY RANGE (k);
SET LOCAL TimeZone = 'America/New_York';
SET LOCAL DateStyle = 'German';
DO $do$ BEGIN PERFORM partman.create_parent('cp.berlin', 'k', '1 month', p_premake => 1, p_time_zone => 'Europe/Berlin',
    p_start_partition => '2026-03-01 00:00:00'); END $do$;
DO $do$ BEGIN PERFORM partman.create_parent('cp.berlin_day', 'k', '1 day', p_premake => 1, p_time_zone => 'Europe/Berlin'); END $do$;
SET LOCAL TimeZone = 'Asia/Kathmandu';
DO $do$ BEGIN PERFORM partman.create_partition_time('cp.berlin_day', ARRAY['2026-03-28 23:00+00'::timestamptz]); END $do$;
SET LOCAL DateStyle = 'ISO';
SET LOCAL TimeZone = 'UTC';
SELECT is((SELECT bound FROM cp.bounds('cp.berlin') LIMIT 1), $$FOR VALUES FROM ('2026-02-28 23:00:00+00') TO ('2026-03-31 22:00:00+00')$$,
    'a month in Berlin with a change of clocks');
SELECT is((SELECT bound FROM cp.bounds('cp.berlin_day') WHERE name = 'berlin_day_p20260329'), $$FOR VALUES FROM ('2026-03-28 23:00:00+00') TO ('2026-03-29 22:00:00+00')$$,
    'a day of 23 hours');
SELECT is((SELECT name FROM cp.bounds('cp.berlin') LIMIT 1), 'berlin_p20260301', 'named by Berlin''s calendar');
SELECT is((SELECT time_zone || ' ' || anchor FROM partman.part_config WHERE parent_table = 'cp.berlin'), 'Europe/Berlin 2026-02-28 23:00:00+00',
    'its zone is stored, its anchor in UTC');
SET LOCAL TimeZone = 'Pacific/Apia';
CREATE TABLE cp.apia (k timestamptz NOT NULL) PARTITION BY RANGE (k);
DO $do$ BEGIN PERFORM partman.create_parent('cp.apia', 'k', '1 day', p_premake => 1); END $do$;
DO $do$ BEGIN PERFORM partman.create_partition_time('cp.apia', ARRAY['2011-12-28 00:00', '2011-12-29 00:00', '2011-12-31 00:00']::timestamptz[]); END $do$;
SELECT is((SELECT time_zone FROM partman.part_config WHERE parent_table = 'cp.apia'), 'Pacific/Apia', 'without p_time_zone the session''s zone is stored');
SET LOCAL TimeZone = 'UTC';
SELECT results_eq($$SELECT name, bound FROM cp.bounds('cp.apia') LIMIT 3$$, $$VALUES
    ('apia_p20111228', $a$FOR VALUES FROM ('2011-12-28 10:00:00+00') TO ('2011-12-29 10:00:00+00')$a$),
    ('apia_p20111229', $a$FOR VALUES FROM ('2011-12-29 10:00:00+00') TO ('2011-12-30 10:00:00+00')$a$),
    ('apia_p20111231', $a$FOR VALUES FROM ('2011-12-30 10:00:00+00') TO ('2011-12-31 10:00:00+00')$a$)$$,
    'a day that a zone skipped is no partition');

--
-- Version 4
--
CREATE TABLE cp.v4 (k timestamptz NOT NULL) PARTITION BY RANGE (k);
SELECT ok(partman.create_parent('cp.v4', 'k', 'native', 'daily'), 'type and interval in the old order, an interval by name');
SELECT is((SELECT partition_interval || ' ' || partition_type FROM partman.part_config WHERE parent_table = 'cp.v4'), '1 day range', 'stored as version 5 has it');
CREATE TABLE cp.v4_named (k timestamptz NOT NULL) PARTITION BY RANGE (k);
SELECT ok(partman.create_parent(p_parent_table := 'cp.v4_named', p_control := 'k', p_type := 'native', p_interval := 'quarter-hour', p_premake := 2), 'with names');
SELECT is((SELECT partition_interval FROM partman.part_config WHERE parent_table = 'cp.v4_named'), '00:15:00', 'a quarter of an hour');

--
-- Ids: start, offset, data
--
CREATE TABLE cp.ids (k int NOT NULL) PARTITION BY RANGE (k);
DO $do$ BEGIN PERFORM partman.create_parent('cp.ids', 'k', '10', p_premake => 1, p_start_partition => '23', p_offset_id => 5, p_default_table => false); END $do$;
SELECT results_eq($$SELECT * FROM cp.bounds('cp.ids')$$, $$VALUES ('ids_p25', $a$FOR VALUES FROM (25) TO (35)$a$), ('ids_p35', $a$FOR VALUES FROM (35) TO (45)$a$)$$,
    'from the start and the offset on, without a default');
CREATE TABLE cp.negative (k bigint NOT NULL) PARTITION BY RANGE (k);
DO $do$ BEGIN PERFORM partman.create_parent('cp.negative', 'k', '10', p_premake => 1, p_start_partition => '-25'); END $do$;
SELECT is((SELECT array_agg(name) FROM cp.bounds('cp.negative') WHERE name <> 'negative_default'), ARRAY['negative_p-30', 'negative_p-20'], 'negative ids');

-- The newest value is found through a btree or by a scan, and row-level security hides it from nobody.
CREATE TABLE cp.filled (k bigint NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE cp.filled_low PARTITION OF cp.filled FOR VALUES FROM (0) TO (1000);
CREATE TABLE cp.filled_rest PARTITION OF cp.filled DEFAULT;
INSERT INTO cp.filled SELECT generate_series(1, 950);
CREATE INDEX ON cp.filled_low (k DESC);
ALTER TABLE cp.filled_low ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SELECT ok(partman.create_parent('cp.filled', 'k', '1000', p_premake => 1), 'a set with data');
SELECT results_eq($$SELECT name FROM cp.bounds('cp.filled') ORDER BY 1$$, $$VALUES ('filled_low'), ('filled_p1000'), ('filled_rest')$$,
    'what is there is kept, also the default under another name');
SELECT set_eq($$SELECT partition_table, provenance FROM partman.managed_partition WHERE parent_oid = 'cp.filled'::regclass$$,
    $$VALUES ('filled_low', 'adopted'), ('filled_rest', 'adopted'), ('filled_p1000', 'made')$$, 'and adopted');
CREATE TABLE cp.beyond (k bigint NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE cp.beyond_rest PARTITION OF cp.beyond DEFAULT;
INSERT INTO cp.beyond VALUES (7), (100);
DELETE FROM cp.beyond WHERE k = 100;
SELECT throws_ok($$SELECT partman.create_parent('cp.beyond', 'k', '10', p_premake => 1)$$, '23514', NULL, 'rows in the default are in the way');
SELECT is((SELECT count(*)::int FROM partman.part_config WHERE parent_table = 'cp.beyond'), 0, 'and nothing is left behind');

--
-- Sets that are there already
--
CREATE TABLE cp.whole (k bigint NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE cp.whole_a PARTITION OF cp.whole FOR VALUES FROM (0) TO (10);
CREATE TABLE cp.whole_b PARTITION OF cp.whole FOR VALUES FROM (10) TO (20);
SELECT ok(NOT partman.create_parent('cp.whole', 'k', '10', p_premake => 1), 'false when there was nothing to make');
SELECT results_eq($$SELECT name FROM cp.bounds('cp.whole')$$, $$VALUES ('whole_a'), ('whole_b')$$, 'no default either, as in the dialect');
SELECT is((SELECT count(*)::int FROM partman.part_config WHERE parent_table = 'cp.whole'), 1, 'but managed');

-- Open ends, infinite bounds, and a partition that is on its way out.
CREATE TABLE cp.ends (k timestamptz NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE cp.ends_past PARTITION OF cp.ends FOR VALUES FROM (MINVALUE) TO ('2020-01-01 00:00+00');
CREATE TABLE cp.ends_eternal PARTITION OF cp.ends FOR VALUES FROM ('9999-01-01 00:00+00') TO ('infinity');
CREATE TABLE cp.ends_rest PARTITION OF cp.ends FOR VALUES FROM ('infinity') TO (MAXVALUE);
SELECT ok(partman.create_parent('cp.ends', 'k', '1 year', p_premake => 1), 'open ends and infinite bounds');
SELECT is((SELECT count(*)::int FROM cp.bounds('cp.ends')), 7, 'are left alone');
CREATE TABLE cp.far (k date NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE cp.far_away PARTITION OF cp.far FOR VALUES FROM ('5000000-01-01') TO (MAXVALUE);
SELECT ok(partman.create_parent('cp.far', 'k', '1 year', p_premake => 1), 'a date beyond the reach of timestamps');
CREATE TABLE cp.leaving (k int NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE cp.leaving_old PARTITION OF cp.leaving FOR VALUES FROM (-100) TO (-50);
SET LOCAL allow_system_table_mods = on;
UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = 'cp.leaving_old'::regclass;
COMMENT ON TABLE cp.leaving IS 'tells the relation cache';
ALTER TABLE cp.leaving ALTER k SET STATISTICS 7;
DO $do$ BEGIN PERFORM partman.create_parent('cp.leaving', 'k', '10', p_premake => 1); END $do$;
SELECT is((SELECT count(*)::int FROM partman.managed_partition WHERE partition_table = 'leaving_old'), 0, 'a partition whose detach is pending is not part of the set');

-- A key of several columns, the control first.
CREATE TABLE cp.pair (k date NOT NULL, tenant int NOT NULL) PARTITION BY RANGE (k, tenant);
CREATE TABLE cp.pair_old PARTITION OF cp.pair FOR VALUES FROM ('2026-01-01', 5) TO ('2026-01-31', 7);
SELECT ok(partman.create_parent('cp.pair', 'k', '1 month', p_premake => 1, p_start_partition => '2026-02-01'), 'several key columns');
SELECT is((SELECT bound FROM cp.bounds('cp.pair') WHERE name = 'pair_p20260201'), $$FOR VALUES FROM ('2026-02-01', MINVALUE) TO ('2026-03-01', MINVALUE)$$,
    'the others are unbounded');

--
-- Names
--
CREATE TABLE "Sch Ä"."My Table" ("Käy ""1" date NOT NULL) PARTITION BY RANGE ("Käy ""1");
SELECT ok(partman.create_parent('Sch Ä.My Table', 'Käy "1', '1 month', p_premake => 1, p_start_partition => '2026-01-01'), 'names that need quotes');
SELECT has_table('Sch Ä'::name, 'My Table_p20260101'::name, 'a partition beside its parent');
SELECT has_table('partman'::name, 'template_Sch Ä_My Table'::name, 'its template');
CREATE TABLE cp.täääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää (k date NOT NULL) PARTITION BY RANGE (k);
SELECT is(octet_length(c.relname), 63, 'a name of 63 bytes that are not 63 characters') FROM pg_class c WHERE relname LIKE 'tää%';
SELECT ok(partman.create_parent('cp.' || relname, 'k', '1 month', p_premake => 1, p_start_partition => '2026-01-01'), 'is no trouble')
FROM pg_class WHERE relname LIKE 'tää%' AND relkind = 'p';
SELECT ok(bool_and(octet_length(name) <= 63) AND bool_or(name LIKE '%_p20260101'), 'its partitions are cut at a character')
FROM pg_class p, cp.bounds(p.oid) WHERE relname LIKE 'tää%' AND relkind = 'p';
CREATE TABLE cp.a_very_long_name_of_a_table_that_leaves_no_room_for_a_suffix_1 (k date NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE cp.a_very_long_name_of_a_table_that_leaves_no_room_for_a_suffix_2 (k date NOT NULL) PARTITION BY RANGE (k);
SELECT ok(partman.create_parent('cp.a_very_long_name_of_a_table_that_leaves_no_room_for_a_suffix_' || n, 'k', '1 month', p_premake => 1, p_start_partition => '2026-01-01'),
    'two long names with one beginning: ' || n) FROM generate_series(1, 2) n;
CREATE TABLE cp.taken (k date NOT NULL) PARTITION BY RANGE (k);
CREATE VIEW cp.taken_p20260101 AS SELECT 1;
CREATE TYPE cp.taken_default AS ENUM ();
SELECT ok(partman.create_parent('cp.taken', 'k', '1 month', p_premake => 1, p_start_partition => '2026-01-01'), 'names that are taken');
SELECT results_eq($$SELECT name FROM cp.bounds('cp.taken') WHERE name ~ '_2$' ORDER BY 1$$, $$VALUES ('taken_default_2'), ('taken_p20260101_2')$$, 'get a number');
CREATE TABLE cp.templated (k date NOT NULL) PARTITION BY RANGE (k);
SELECT ok(partman.create_parent('cp.templated', 'k', '1 month', p_premake => 1, p_start_partition => '2026-01-01', p_name_template => '{table}_y{YYYY}m{MM}'), 'a template for names');
SELECT is((SELECT name FROM cp.bounds('cp.templated') LIMIT 1), 'templated_y2026m01', 'is followed');
SELECT is((SELECT name_template FROM partman.part_config WHERE parent_table = 'cp.templated'), '{table}_y{YYYY}m{MM}', 'and stored');

--
-- The template table
--
SELECT is((SELECT relowner::regrole::text FROM pg_class WHERE oid = 'partman.template_cp_key_date'::regclass), current_user::text, 'belongs to the owner');
CREATE TABLE cp.model (k date NOT NULL, code text PRIMARY KEY WITH (fillfactor = 60), n int) WITH (fillfactor = 50, autovacuum_enabled = false, toast.autovacuum_vacuum_threshold = 9);
CREATE UNIQUE INDEX ON cp.model (n, lower(code)) WHERE n > 0;
CREATE INDEX ON cp.model (code);
CREATE UNIQUE INDEX ON cp.model (k, n);
ALTER TABLE cp.model SET UNLOGGED;
CREATE TABLE cp.modelled (k date NOT NULL, code text, n int) PARTITION BY RANGE (k);
CREATE UNIQUE INDEX ON cp.modelled (k, n);
SELECT ok(partman.create_parent('cp.modelled', 'k', '1 month', p_premake => 1, p_start_partition => '2026-01-01', p_template_table => 'cp.model'), 'a template of one''s own');
DO $do$ BEGIN PERFORM partman.create_partition_time('cp.modelled', ARRAY['2025-01-01'::timestamptz]); END $do$;
SELECT is_empty($$SELECT inhrelid::regclass, c.relpersistence, c.reloptions, t.reloptions FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
    WHERE inhparent = 'cp.modelled'::regclass AND NOT (c.relpersistence = 'u' AND c.reloptions = '{fillfactor=50,autovacuum_enabled=false}' AND t.reloptions = '{autovacuum_vacuum_threshold=9}')$$,
    'storage parameters and UNLOGGED come from it');
SELECT is((SELECT count(*)::int FROM pg_inherits JOIN pg_class ON oid = inhrelid AND relpersistence = 'u' WHERE inhparent = 'cp.modelled'::regclass) > 3, true, 'for all of them');
SELECT results_eq($$SELECT regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', '') FROM pg_index WHERE indrelid = 'cp.modelled_p20250101'::regclass ORDER BY 1$$,
    $$VALUES ('btree (code) WITH (fillfactor=''60'')'), ('btree (k, n)'), ('btree (n, lower(code)) WHERE (n > 0)')$$, 'and its unique indexes, each once');
SELECT results_eq($$SELECT regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', '') FROM pg_index WHERE indrelid = 'cp.modelled_p20260101'::regclass ORDER BY 1$$,
    $$VALUES ('btree (code) WITH (fillfactor=''60'')'), ('btree (k, n)'), ('btree (n, lower(code)) WHERE (n > 0)')$$, 'whichever way they are made');

--
-- Partitions by name
--
SELECT ok(partman.create_partition_time('cp.templated', ARRAY['2030-01-01', '2030-02-01', '2026-01-01']::timestamptz[]), 'create_partition_time makes what is missing');
SELECT ok(NOT partman.create_partition_time('cp.templated', ARRAY['2030-01-01']::timestamptz[]), 'and says when nothing was');
SELECT has_table('cp'::name, 'templated_y2030m02'::name, 'by the set''s rules');
SELECT ok(partman.create_partition_id('cp.ids', ARRAY[105]), 'create_partition_id');
SELECT is((SELECT bound FROM cp.bounds('cp.ids') WHERE name = 'ids_p105'), 'FOR VALUES FROM (105) TO (115)', 'likewise');
SELECT throws_like($$SELECT partman.create_partition_id('cp.templated', ARRAY[1])$$, 'ERROR: Given parent table is not set up for id/serial partitioning%', 'ids for a time set');
SELECT throws_like($$SELECT partman.create_partition_time('cp.ids', ARRAY[now()])$$, 'Cannot run on partition set without time based control column%', 'times for an id set');
SELECT throws_like($$SELECT partman.create_partition_id('cp.unknown', ARRAY[1])$$, 'ERROR: no config found for%', 'an unknown set');

-- Sub-partitions stay within the bounds of their table.
CREATE TABLE cp.top (k date NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE cp.top_2026 PARTITION OF cp.top FOR VALUES FROM ('2026-01-01') TO ('2026-03-01') PARTITION BY RANGE (k);
DO $do$ BEGIN PERFORM partman.create_parent('cp.top_2026', 'k', '1 month', p_premake => 4, p_start_partition => '2025-11-01'); END $do$;
SELECT results_eq($$SELECT name FROM cp.bounds('cp.top_2026')$$, $$VALUES ('top_2026_p20260101'), ('top_2026_p20260201'), ('top_2026_default')$$, 'a table that is a partition itself');

-- Settings of the session that would put tables elsewhere.
CREATE TABLE cp.plain (k date NOT NULL) PARTITION BY RANGE (k);
SET LOCAL default_tablespace = 'pg_global';
SET LOCAL search_path = cp, partman, public;
SELECT ok(partman.create_parent('cp.plain', 'k', '1 month', p_premake => 1), 'default_tablespace does not count');
SELECT is((SELECT count(*)::int FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'cp.plain'::regclass AND reltablespace <> 0), 0, 'for partitions');

SELECT * FROM finish();
ROLLBACK;
