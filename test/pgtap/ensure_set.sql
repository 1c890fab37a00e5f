-- ensure_set(): what a set shall be like, said once and called as often as one likes.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
SET TimeZone = 'UTC';
BEGIN;
SELECT plan(72);
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE SCHEMA ens;
CREATE FUNCTION pg_temp.try(p_spec jsonb, p_dry_run boolean DEFAULT false) RETURNS text LANGUAGE plpgsql AS $$
DECLARE message text; detail text; hint text;
BEGIN
    PERFORM partman.ensure_set(p_spec, p_dry_run);
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN rtrim(concat_ws(E'\n', SQLSTATE || ' ' || message, detail, hint), E'\n');
END $$;
CREATE FUNCTION pg_temp.rows(p_spec jsonb, p_dry_run boolean DEFAULT false) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', setting || ':', coalesce(old_value, '-'), coalesce(new_value, '-')), E'\n') FROM partman.ensure_set(p_spec, p_dry_run) $$;
-- What there is, but for what only time changes.
CREATE FUNCTION pg_temp.state() RETURNS text LANGUAGE sql AS $$
    SELECT md5(concat((SELECT string_agg(c::text, '|' ORDER BY parent_table) FROM partman.part_config c),
                      (SELECT string_agg(m.partition_table, '|' ORDER BY m.partition_schema, m.partition_table) FROM partman.managed_partition m),
                      (SELECT string_agg(c.oid::text, '|' ORDER BY oid) FROM pg_class c WHERE c.relkind IN ('r', 'p', 'i', 'I')))) $$;

--
-- A set that is not there yet
--
CREATE TABLE ens.events (at timestamptz NOT NULL, kind text, n int) PARTITION BY RANGE (at);
SELECT pg_temp.state() AS before \gset
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "control": "at", "interval": "1 month", "premake": 2, "retention": "2 years", "retention_keep_table": false, "time_zone": "Europe/Berlin",
    "constraint_cols": ["n"], "retention_drop_after": null}', true),
    E'parent_table: - ens.events\ncontrol: - at\ninterval: - 1 mon\npremake: - 2\nconstraint_cols: - {n}\ntime_zone: - Europe/Berlin\nretention: - 2 years\nretention_keep_table: - false',
    'a dry run says what would be stored');
SELECT is(pg_temp.state(), :'before', 'and leaves nothing behind');
SELECT results_eq($$SELECT count(*) FROM partman.ensure_set('{"parent_table": "ens.events", "control": "at", "interval": "1 month", "premake": 2, "retention": "2 years", "retention_keep_table": false,
    "time_zone": "Europe/Berlin", "constraint_cols": ["n"]}')$$, ARRAY[8::bigint], 'without it the same differences');
SELECT results_eq($$SELECT control, partition_interval, premake, retention, retention_keep_table, time_zone, constraint_cols FROM partman.part_config WHERE parent_table = 'ens.events'$$,
    $$VALUES ('at', '1 mon', 2, '2 years', false, 'Europe/Berlin', '{n}'::text[])$$, 'are stored');
SELECT is((SELECT count(*)::int FROM partman.list_partitions('ens.events')), 6, 'and the partitions are made');
SELECT pg_temp.state() AS before \gset
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "control": "at", "interval": "monthly", "type": "range", "premake": 2, "retention": "2 years", "retention_keep_table": false, "time_zone": "Europe/Berlin",
    "constraint_cols": ["n"], "epoch": "none", "codec": null, "default_table": true, "start_partition": "2020-01-01", "offset_id": 0, "control_not_null": true, "template_table": null}'), NULL, 'a second call finds nothing to do');
SELECT is(pg_temp.state(), :'before', 'and does nothing');
SELECT is((SELECT count(*) FROM partman.ensure_set('{"parent_table": "ens.events"}')), 0::bigint, 'what is not named stays');

--
-- Changes
--
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "premake": 5, "retention": null, "retention_drop_after": "7 days", "constraint_cols": null, "retention_max_fraction": 0.25, "schedule": "02:00",
    "paused_until": "2026-12-31 22:00+00", "lock_retries": 3, "retire_enabled": false, "max_partition_bytes": 1000000000000}', true),
    E'premake: 2 5\nconstraint_cols: {n} -\nretention: 2 years -\nretire_enabled: true false\npaused_until: - 2026-12-31 22:00:00+00\nretention_max_fraction: 0.5 0.25\nlock_retries: - 3\nmax_partition_bytes: - 1000000000000\nschedule: - 02:00\nretention_drop_after: - 7 days',
    'a dry run says what would change');
SELECT is(pg_temp.state(), :'before', 'and changes nothing');
SELECT is((SELECT count(*)::int FROM partman.ensure_set('{"parent_table": "ens.events", "premake": 5, "retention": null, "paused_until": "2026-12-31 22:00+00"}')), 3, 'without it the same differences');
SELECT results_eq($$SELECT premake, retention, paused_until, retention_keep_table FROM partman.part_config WHERE parent_table = 'ens.events'$$,
    $$VALUES (5, NULL::text, '2026-12-31 22:00+00'::timestamptz, false)$$, 'are written');
SELECT is((SELECT count(*)::int FROM partman.ensure_set('{"parent_table": "ens.events", "premake": 5, "retention": null, "paused_until": "2026-12-31 23:00+01"}')), 0, 'once');
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "retention_drop_after": "1 day"}'), 'retention_drop_after: - 1 day', 'an interval');
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "retention_drop_after": "24 hours"}'), 'retention_drop_after: 1 day 24:00:00', 'a day is not 24 hours');
SELECT isnt((SELECT template_table FROM partman.part_config WHERE parent_table = 'ens.events'), NULL, 'a template table was made');
SELECT matches(pg_temp.rows('{"parent_table": "ens.events", "template_table": "false"}'), 'template_table: .*template_ens_events -', 'and can be given up');
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "template_table": "false"}'), NULL, 'once');

-- The default partition
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "default_table": false}', true), 'default_table: true false', 'the default partition');
SELECT isnt(to_regclass('ens.events_default'), NULL, 'stays in a dry run');
INSERT INTO ens.events VALUES ('1999-01-01');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "default_table": false}'), '^55000 ', 'stays while it has rows');
DELETE FROM ens.events;
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "default_table": false}'), 'default_table: true false', 'is dropped');
SELECT is(to_regclass('ens.events_default'), NULL, 'for good');
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "default_table": true, "premake": 1}'), E'default_table: false true\npremake: 5 1', 'and made');
SELECT isnt(to_regclass('ens.events_default'), NULL, 'again');
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "default_table": true, "premake": 1}'), NULL, 'once');

-- What a set is made with stays as it is.
SELECT is(pg_temp.try('{"parent_table": "ens.events", "epoch": "seconds", "interval": "1 day", "premake": 9}'), E'42P17 "epoch" of set "ens.events" cannot be changed\nIn this set epoch is "none", and "seconds" was asked for.\nWrite p_spec as the set is, or make another table and move the rows there.', 'another epoch');
SELECT is((SELECT premake FROM partman.part_config WHERE parent_table = 'ens.events'), 1, 'then nothing else is changed');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "control": "n", "type": "list", "epoch": "seconds"}'), 'In this set control is "at", and "n" was asked for; type is "range", and "list" was asked for; epoch is "none", and "seconds"', 'all differences are named');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "date_trunc_interval": "year"}'), 'date_trunc_interval is none, and "year" was asked for', 'a unit');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "time_encoder": "x.y"}', true), '^42P17 "time_encoder" of set', 'also in a dry run');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "interval": "soon"}'), '^22', 'no interval');
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "interval": "1 week", "premake": 2}', true), E'interval: 1 mon 7 days\npremake: 1 2', 'another interval, in a dry run');
SELECT is((SELECT partition_interval FROM partman.part_config WHERE parent_table = 'ens.events'), '1 mon', 'is not there afterwards');
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "interval": "1 week", "premake": 2}'), E'interval: 1 mon 7 days\npremake: 1 2', 'another interval');
SELECT is((SELECT partition_interval FROM partman.part_config WHERE parent_table = 'ens.events'), '7 days', 'is given to the set');
SELECT is(pg_temp.rows('{"parent_table": "ens.events", "interval": "7 days", "premake": 2}'), NULL, 'once');

--
-- Ids, keys with a codec, lists
--
CREATE TABLE ens.ids (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT is(pg_temp.rows('{"parent_table": "ens.ids", "control": "id", "interval": 1000, "retention": 5000, "offset_id": 7}'), E'parent_table: - ens.ids\ncontrol: - id\ninterval: - 1000\noffset_id: - 7\nretention: - 5000', 'numbers');
SELECT is(pg_temp.rows('{"parent_table": "ens.ids", "control": "id", "interval": "1000", "retention": "5000", "offset_id": 7}'), NULL, 'or their texts');
SELECT matches(pg_temp.try('{"parent_table": "ens.ids", "offset_id": 8}'), 'offset_id is "7", and "8" was asked for', 'another offset');
CREATE TABLE ens.snow (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT ok(pg_temp.rows('{"parent_table": "ens.snow", "control": "id", "partition_interval": "1 day", "codec": "snowflake(1288834974657,22)", "default_table": false, "partition_schema": "ens"}') ~ 'codec: - snowflake\(1288834974657, 22\)\n', 'a codec');
SELECT is(to_regclass('ens.snow_default'), NULL, 'without a default partition');
SELECT is(pg_temp.rows('{"parent_table": "ens.snow", "codec": "snowflake( 1288834974657,22 )", "default_table": false, "partition_schema": "ens"}'), NULL, 'again');
SELECT matches(pg_temp.try('{"parent_table": "ens.snow", "codec": null}'), 'codec is "snowflake\(1288834974657, 22\)", and none was asked for', 'without it');
CREATE TABLE ens.list (k text NOT NULL) PARTITION BY LIST (k);
SELECT is(pg_temp.rows('{"parent_table": "ens.list", "control": "k", "type": "list", "max_partitions": 5, "value_min_rows": 100}'), E'parent_table: - ens.list\ncontrol: - k\ntype: - list\nvalue_min_rows: - 100\nmax_partitions: - 5', 'lists of values');
SELECT is(pg_temp.rows('{"parent_table": "ens.list", "control": "k", "type": "list", "max_partitions": 5, "value_min_rows": 100, "interval": null}'), NULL, 'again');
SELECT matches(pg_temp.try('{"parent_table": "ens.list", "interval": "1"}'), '^42P17 "interval" of set', 'lists have no interval');

CREATE TABLE ens.hash (id bigint NOT NULL) PARTITION BY HASH (id);
SELECT is(pg_temp.rows('{"parent_table": "ens.hash", "control": "id", "type": "hash", "modulus": 4}'), E'parent_table: - ens.hash\ncontrol: - id\ntype: - hash\nmodulus: - 4', 'a set by hash');
SELECT is(pg_temp.rows('{"parent_table": "ens.hash", "control": "id", "type": "hash", "modulus": 4, "interval": null}'), NULL, 'again');
SELECT matches(pg_temp.try('{"parent_table": "ens.hash", "modulus": 8}'), 'modulus is "4", and "8" was asked for', 'another modulus');
SELECT matches(pg_temp.try('{"parent_table": "ens.hash", "interval": "1"}'), '^42P17 "interval" of set', 'has no interval');

-- A setting for each column but those that are kept by pg_strata, or for its runs.
SELECT is_empty($$
    SELECT attname FROM pg_attribute WHERE attrelid = 'partman.part_config'::regclass AND attnum > 0 AND NOT attisdropped
       AND attname NOT IN ('maintenance_last_run', 'async_partitioning_in_progress', 'sub_partition_set_full', 'undo_in_progress', 'parent_oid', 'system_identifier', 'database_oid', 'owner_role',
           'set_root', 'anchor', 'disabled_since', 'retention_confirmed_at', 'set_up_from', 'seen_id', 'seen_at', 'seen_rate', 'list_mode')
       AND pg_temp.try(jsonb_build_object('parent_table', 'ens.nowhere', attname, '{}'::jsonb)) !~ ('^42804 "(' || attname || '|' || replace(attname, 'partition_', '') || ')" must be ')
       AND attname <> 'parent_table' $$, 'every other column has a setting');

--
-- Bad input
--
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "premakes": 3}'), E'^22023 "premakes" is no setting.*\n.*\nDid you mean "premake"\\?', 'an unknown key');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "p_interval": "1 day"}'), 'Did you mean "interval"', 'or an argument as it is');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "parent_oid": 3}'), '^22023 "parent_oid" is no setting', 'what we keep');
SELECT is(pg_temp.try('{"parent_table": "ens.events", "premake": "ten"}'), E'42804 "premake" must be a whole number\nIt is the string "ten".', 'a string for a number');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "retention": [1]}'), '^42804 "retention" must be a string, or a whole number', 'an array');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "constraint_cols": ["n", 3]}'), '^42804 "constraint_cols" must be an array of strings', 'an array of something else');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "retention_drop_after": "soon"}'), '^22023 "retention_drop_after" has a value that it cannot have', 'no interval');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "retention": "12"}', true), '^22023 ', 'a retention without a unit, also in a dry run');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "premake": 0}'), '^23514 ', 'a value out of range');
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "default_rows": "maybe"}'), '^23514 ', 'a word that is none');
SELECT matches(pg_temp.try('{"control": "at"}'), '^22023 p_spec must have a key "parent_table"', 'no table');
SELECT matches(pg_temp.try('{"parent_table": "ens.nowhere", "control": "at"}'), '^42P01 ', 'a table that is not there');
SELECT matches(pg_temp.try('[]'), '^42804 p_spec must be an object', 'no object');
SELECT matches(pg_temp.try(NULL), '^22023 p_spec must not be null', 'null');
CREATE TABLE ens.fresh (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT matches(pg_temp.try('{"parent_table": "ens.fresh", "interval": "1 day"}'), '^22023 p_spec must have a key "control"', 'a new set needs its column');
SELECT matches(pg_temp.try('{"parent_table": "ens.fresh", "control": "at", "interval": "1 day", "retention": "x"}'), '^22023 ', 'a new set with a bad setting');
SELECT is((SELECT count(*) FROM partman.part_config WHERE parent_table = 'ens.fresh'), 0::bigint, 'is not made');

--
-- Whose
--
CREATE ROLE regress_ensure;
GRANT USAGE ON SCHEMA partman, ens TO regress_ensure;
SET LOCAL ROLE regress_ensure;
SELECT matches(pg_temp.try('{"parent_table": "ens.events", "premake": 3}'), '^42501 must be owner', 'somebody else changes nothing');
SELECT matches(pg_temp.try('{"parent_table": "ens.fresh", "control": "at", "interval": "1 day"}'), '^42501 must be owner', 'and makes nothing');
RESET ROLE;
ALTER TABLE ens.fresh OWNER TO regress_ensure;
GRANT CREATE ON SCHEMA ens TO regress_ensure;
SET LOCAL ROLE regress_ensure;
SELECT is(pg_temp.rows('{"parent_table": "ens.fresh", "control": "at", "interval": "1 day", "maintenance_order": 4}'), E'parent_table: - ens.fresh\ncontrol: - at\ninterval: - 1 day\nmaintenance_order: - 4', 'the owner does');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
