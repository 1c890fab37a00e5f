-- Constraints on further columns of partitions behind the newest data.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;

-- Names of partitions with constraints of this kind on a column.
CREATE FUNCTION constrained(set text, col text) RETURNS text[] LANGUAGE sql AS $$
    SELECT ARRAY(SELECT c.relname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_attribute a ON a.attrelid = c.oid AND k.conkey = ARRAY[a.attnum]
        WHERE k.contype = 'c' AND k.conname LIKE 'partmanconstr\_%' AND a.attname = col AND c.relname LIKE set || '\_p%' AND c.relnamespace = 'dialect'::regnamespace
        ORDER BY length(c.relname), c.relname)
$$;

CREATE TABLE dialect.ids (id bigint NOT NULL, a int, b text, at timestamptz, "D-e" date, always_null int) PARTITION BY RANGE (id);
SELECT ok(partman.create_parent('dialect.ids', 'id', '10', p_constraint_cols := '{a,b,at,D-e,always_null}'), 'made');
SELECT is((SELECT constraint_cols FROM partman.part_config WHERE parent_table = 'dialect.ids'), '{a,b,at,D-e,always_null}', 'columns are written down');
UPDATE partman.part_config SET optimize_constraint = 2, infinite_time_partitions = false WHERE parent_table = 'dialect.ids';
CREATE FUNCTION put(low int, high int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO dialect.ids SELECT n, n * 3, 'b''' || n, now() + n * interval '1 hour', current_date + n FROM generate_series(low, high) n
$$;
SELECT put(0, 39);
SELECT is(constrained('ids', 'a'), '{}', 'nothing without a new partition or a call');
SELECT lives_ok($$ SELECT partman.apply_constraints('dialect.ids') $$, 'apply_constraints');
-- The newest with rows is p30: two behind it are free, the third is taken.
SELECT is(constrained('ids', c), '{ids_p0}', 'third partition behind the newest rows: ' || c) FROM unnest('{a,b,at,D-e}'::text[]) c;
SELECT is(constrained('ids', 'always_null'), '{}', 'none for a column without values');
SELECT is((SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'partmanconstr_ids_p0_a'), 'CHECK (((a >= 0) AND (a <= 27)))', 'least and greatest value');
SELECT is((SELECT convalidated FROM pg_constraint WHERE conname = 'partmanconstr_ids_p0_a'), true, 'valid');
SELECT throws_ok('INSERT INTO dialect.ids (id, a) VALUES (5, 28)', '23514', NULL, 'a value beyond');
SELECT lives_ok('INSERT INTO dialect.ids (id, a) VALUES (5, 27), (6, NULL)', 'a value within');
SELECT lives_ok($$ SELECT partman.apply_constraints('dialect.ids') $$, 'twice');
SELECT is(constrained('ids', 'a'), '{ids_p0}', 'once');

-- By maintenance, one for each partition that is made.
SELECT put(40, 49);
SELECT partman.run_maintenance('dialect.ids');
SELECT is(constrained('ids', 'a'), '{ids_p0,ids_p10}', 'with a new partition');
SELECT put(50, 59);
SELECT partman.run_maintenance();
SELECT is(constrained('ids', c), '{ids_p0,ids_p10,ids_p20}', 'with another: ' || c) FROM unnest('{a,b,at,D-e}'::text[]) c;

-- Of a partition that is named.
SELECT lives_ok($$ SELECT partman.apply_constraints('dialect.ids', 'dialect.ids_p50') $$, 'a partition that is named');
SELECT is(constrained('ids', 'a'), '{ids_p0,ids_p10,ids_p20,ids_p50}', 'only that one');
SELECT lives_ok($$ SELECT partman.apply_constraints('dialect.ids', 'dialect.ids_p990') $$, 'one that does not exist');
SELECT lives_ok($$ SELECT partman.drop_constraints('dialect.ids', 'dialect.ids_p50') $$, 'drop_constraints');
SELECT is(constrained('ids', c), '{ids_p0,ids_p10,ids_p20}', 'dropped: ' || c) FROM unnest('{a,b,at,D-e}'::text[]) c;
SELECT lives_ok($$ SELECT partman.apply_constraints(p_parent_table := 'dialect.ids', p_child_table := 'dialect.ids_p50', p_analyze := true, p_job_id := NULL) $$, 'all arguments');

-- Not validated when configured so.
UPDATE partman.part_config SET constraint_valid = false WHERE parent_table = 'dialect.ids';
SELECT partman.apply_constraints('dialect.ids', 'dialect.ids_p40');
SELECT is((SELECT convalidated FROM pg_constraint WHERE conname = 'partmanconstr_ids_p40_a'), false, 'not valid');

-- None configured.
UPDATE partman.part_config SET constraint_cols = NULL WHERE parent_table = 'dialect.ids';
SELECT lives_ok($$ SELECT partman.apply_constraints('dialect.ids') $$, 'no columns, nothing to do');
SELECT throws_ok($$ SELECT partman.drop_constraints('dialect.ids', 'dialect.ids_p40') $$, NULL, NULL, 'no columns to drop for');

-- Too few partitions.
CREATE TABLE dialect.days (at timestamptz NOT NULL, v int) PARTITION BY RANGE (at);
SELECT partman.create_parent('dialect.days', 'at', '1 day', p_constraint_cols := '{v}');
INSERT INTO dialect.days SELECT now() + n * interval '1 day', n FROM generate_series(-4, 1) n;
SELECT partman.apply_constraints('dialect.days');
SELECT is(constrained('days', 'v'), '{}', 'thirty are free by default');
UPDATE partman.part_config SET optimize_constraint = 4 WHERE parent_table = 'dialect.days';
SELECT partman.apply_constraints('dialect.days');
SELECT is(constrained('days', 'v'), ARRAY['days_p' || to_char(now() - interval '4 days', 'YYYYMMDD')], 'the fifth behind the newest rows');
SELECT partman.run_maintenance();
SELECT is(constrained('days', 'v'), ARRAY['days_p' || to_char(now() - interval '4 days', 'YYYYMMDD')], 'again by maintenance');
INSERT INTO dialect.days VALUES (now() + interval '2 days', 2);
UPDATE partman.part_config SET premake = 6 WHERE parent_table = 'dialect.days';
SELECT partman.run_maintenance();
SELECT is(cardinality(constrained('days', 'v')), 2, 'and one more');

SELECT throws_ok($$ SELECT partman.create_parent('dialect.other', 'id', '10', p_constraint_cols := '{id}') $$, NULL, NULL, 'the control column needs none');

SELECT * FROM finish();
ROLLBACK;
