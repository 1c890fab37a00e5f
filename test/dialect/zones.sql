-- Sets that are made in one time zone and maintained from sessions in others go on with the days of the first.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
CREATE SCHEMA dialect;

CREATE FUNCTION check_zones(number int, kind text, step interval, made_in text, run_in text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'zone_' || number;
    parent text := 'dialect.' || name;
    about text := format('%s, %s made in %s, maintained in %s: ', kind, step, made_in, run_in);
    base timestamptz;
    wanted text[];
    newest timestamptz;
BEGIN
    PERFORM set_config('TimeZone', made_in, true);
    EXECUTE format('CREATE TABLE dialect.%I (at %s NOT NULL) PARTITION BY RANGE (at)', name, kind);
    PERFORM partman.create_parent(parent, 'at', step::text, p_premake := 2);
    base := date_trunc(CASE step WHEN '1 month' THEN 'month' ELSE 'day' END, now());
    wanted := ARRAY(SELECT name || '_p' || to_char(base + step * n, 'YYYYMMDD') FROM generate_series(-2, 6) n);
    newest := base + step * 4;
    EXECUTE format('INSERT INTO dialect.%I VALUES ($1)', name) USING base + step * 2;

    PERFORM set_config('TimeZone', run_in, true);
    PERFORM partman.run_maintenance(parent);
    PERFORM set_config('DateStyle', 'German', true), set_config('IntervalStyle', 'sql_standard', true);
    UPDATE partman.part_config SET premake = 4 WHERE parent_table = parent;
    PERFORM partman.run_maintenance();
    RETURN NEXT is(ARRAY(SELECT partition_tablename FROM partman.show_partitions(parent)), wanted, about || 'one after the other');
    RETURN NEXT is((SELECT count(*) FROM pg_inherits WHERE inhparent = parent::regclass), 10::bigint, about || 'nothing between');
    RETURN NEXT is(partman.partition_gap_fill(parent), 0, about || 'no gap');
    PERFORM set_config('DateStyle', 'ISO', true), set_config('IntervalStyle', 'postgres', true);
END $$;
SELECT check_zones((row_number() OVER ())::int, k.kind, s.step, z.made_in, z.run_in)
FROM (VALUES ('timestamptz'), ('timestamp'), ('date')) k (kind), (VALUES ('1 day'::interval), ('1 month')) s (step),
    (VALUES ('UTC', 'America/New_York'), ('UTC', 'Asia/Kathmandu'), ('Pacific/Auckland', 'UTC'), ('Europe/Berlin', 'Australia/Lord_Howe'), ('America/New_York', 'America/New_York')) z (made_in, run_in);

SELECT * FROM finish();
ROLLBACK;
