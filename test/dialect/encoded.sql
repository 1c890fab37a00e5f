-- Sets by text and by uuid: keys that a function of the user's makes from times.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;
CREATE SCHEMA attic;

CREATE FUNCTION dialect.encode_time(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'key' || lpad(floor(extract(epoch FROM at))::bigint::text, 12, '0') || '-' $$;
CREATE FUNCTION dialect.decode_time(key text) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT to_timestamp(substr(key, 4, 12)::bigint) $$;
CREATE FUNCTION dialect."Encode Time"(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT dialect.encode_time(at) $$;
CREATE FUNCTION dialect."Decode Time"(key text) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT dialect.decode_time(key) $$;

SELECT is(partman.uuid7_time_encoder('2024-02-29 12:34:56.789+00')::text, '018df4dc-5495-0000-0000-000000000000', 'a time in a uuid');
SELECT is(partman.uuid7_time_decoder('018df4dc-5495-7abc-8def-0123456789ab'), '2024-02-29 12:34:56.789+00'::timestamptz, 'the time of a uuid');
SELECT is(partman.uuid7_time_decoder(partman.uuid7_time_encoder(t)::text), t, 'there and back: ' || t) FROM unnest('{1970-01-01 00:00Z,2000-01-01 00:00Z,2026-11-21 07:08:09.123Z,2999-12-31 23:59:59.999Z}'::timestamptz[]) t;

CREATE FUNCTION names(set text, step interval, trunc_to text, pattern text, low int, high int) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(set || '_p' || to_char(date_trunc(trunc_to, now()) + step * n, pattern) ORDER BY n) FROM generate_series(low, high) n
$$;

CREATE FUNCTION check_life(number int, kind text, encoder text, decoder text, encode text, step interval, trunc_to text, pattern text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'coded_' || number;
    parent text := 'dialect.' || name;
    about text := format('%s by %s, %s: ', kind, encoder, step);
    present timestamptz := date_trunc(trunc_to, now());
    put text := format('INSERT INTO dialect.%I SELECT %s($1 + $2 * (n / 10.0)) FROM generate_series($3, $4) n', name, encode);
    total bigint;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (key %s NOT NULL) PARTITION BY RANGE (key)', name, kind);
    EXECUTE format('CREATE TABLE dialect.%I (key %s)', name || '_target', kind);
    RETURN NEXT ok(partman.create_parent(parent, 'key', step::text, p_time_encoder := encoder, p_time_decoder := decoder), about || 'made');
    RETURN NEXT is((SELECT (c.time_encoder, c.time_decoder, c.epoch, c.partition_interval::interval, c.datetime_string)::text FROM partman.part_config c WHERE c.parent_table = parent),
        (encoder, decoder, 'none'::text, step, pattern)::text, about || 'configuration');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 4), about || 'four on each side');
    EXECUTE put USING present, step, -20, 39;
    PERFORM partman.run_maintenance(parent);
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 7), about || 'rows three ahead');
    EXECUTE format('SELECT count(*) FROM dialect.%I', (names(name, step, trunc_to, pattern, 0, 0))[1]) INTO total;
    RETURN NEXT is(total, 10::bigint, about || 'rows of the present');
    RETURN NEXT is((SELECT (i.child_start_time, i.child_end_time, i.child_start_id)::text FROM partman.show_partition_info('dialect.' || (names(name, step, trunc_to, pattern, 2, 2))[1]) i),
        (present + step * 2, present + step * 3, NULL::bigint)::text, about || 'times of a partition');
    RETURN NEXT is((SELECT (n.partition_table, n.suffix_timestamp, n.table_exists)::text FROM partman.show_partition_name(parent, (present + step * 3.5)::text) n),
        ((names(name, step, trunc_to, pattern, 3, 3))[1], present + step * 3, true)::text, about || 'partition of a time');
    EXECUTE put USING present, step, 80, 99;
    RETURN NEXT is((SELECT count FROM partman.check_default() WHERE default_table = parent || '_default'), 20::bigint, about || 'rows in the default');
    RETURN NEXT is(partman.partition_data_time(parent, 1), 10::bigint, about || 'one batch');
    RETURN NEXT is(partman.partition_data_time(parent, 5), 10::bigint, about || 'another');
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), names(name, step, trunc_to, pattern, -4, 9), about || 'partitions for them');
    EXECUTE format('DROP TABLE dialect.%I', (names(name, step, trunc_to, pattern, 5, 5))[1]);
    RETURN NEXT is(partman.partition_gap_fill(parent), 1, about || 'a gap');
    RETURN NEXT is(partman.drop_partition_time(parent, step * 2, p_keep_table := false, p_reference_timestamp := present + interval '1 microsecond'), 2, about || 'retired');
    RETURN NEXT hasnt_table('dialect'::name, (names(name, step, trunc_to, pattern, -3, -3))[1]::name, about || 'dropped');
    UPDATE partman.part_config SET retention = step::text, retention_schema = 'attic' WHERE parent_table = parent;
    RETURN NEXT is(partman.drop_partition_time(parent, p_reference_timestamp := present + interval '1 microsecond'), 1, about || 'retired by configuration');
    RETURN NEXT has_table('attic'::name, (names(name, step, trunc_to, pattern, -2, -2))[1]::name, about || 'in the attic');
    RETURN NEXT is((SELECT rows_undone FROM partman.undo_partition(parent, parent || '_target', 100, p_keep_table := false)), 70::bigint, about || 'undone');
    RETURN NEXT is_empty(format('SELECT 1 FROM partman.part_config WHERE parent_table = %L', parent), about || 'forgotten');
END $$;
SELECT check_life((row_number() OVER ())::int, k.kind, k.encoder, k.decoder, k.encode, i.step, i.trunc_to, i.pattern)
FROM (VALUES ('text', 'dialect.encode_time', 'dialect.decode_time', 'dialect.encode_time'), ('varchar(40)', 'dialect.encode_time', 'dialect.decode_time', 'dialect.encode_time'),
        ('text COLLATE "C"', 'dialect.Encode Time', 'dialect.Decode Time', 'dialect.encode_time'),
        ('uuid', 'partman.uuid7_time_encoder', 'partman.uuid7_time_decoder', 'partman.uuid7_time_encoder'),
        ('uuid', 'uuid7_time_encoder', 'uuid7_time_decoder', 'partman.uuid7_time_encoder')) k (kind, encoder, decoder, encode),
    (VALUES ('1 day'::interval, 'day', 'YYYYMMDD'), ('1 month', 'month', 'YYYYMMDD'), ('1 hour', 'hour', 'YYYYMMDD_HH24MISS')) i (step, trunc_to, pattern);

-- What it refuses.
CREATE TABLE dialect.texts (key text NOT NULL) PARTITION BY RANGE (key);
CREATE TABLE dialect.times (key timestamptz NOT NULL) PARTITION BY RANGE (key);
SELECT throws_like($$ SELECT partman.create_parent('dialect.texts', 'key', '1 day') $$, 'p_time_encoder and p_time_decoder needs to be set for text/uuid type control column%', 'text without functions');
SELECT throws_like($$ SELECT partman.create_parent('dialect.texts', 'key', '1 day', p_time_encoder := 'dialect.encode_time') $$,
    'p_time_encoder and p_time_decoder needs to be set for text/uuid type control column%', 'text with one function');
SELECT throws_like($$ SELECT partman.create_parent('dialect.times', 'key', '1 day', p_time_encoder := 'dialect.encode_time', p_time_decoder := 'dialect.decode_time') $$,
    '%can only be used with text/uuid type control column%', 'functions for a time');
SELECT throws_ok($$ SELECT partman.create_parent('dialect.texts', 'key', '1 day', p_time_encoder := 'dialect.nowhere', p_time_decoder := 'dialect.decode_time') $$, NULL, NULL, 'no such function');

SELECT * FROM finish();
ROLLBACK;
