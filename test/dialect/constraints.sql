-- constraint_cols: which partition gets constraints, of what values, and how they are dropped and made again.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;

CREATE FUNCTION hasnt_check(name text, about text) RETURNS text LANGUAGE sql AS $$
    SELECT is(count(*), 0::bigint, about) FROM pg_constraint WHERE conrelid = format('dialect.%I', name)::regclass AND contype = 'c'
$$;

-- Sets of ids with a row in every partition up to `filled`; position 0 is the newest one with a row.
CREATE FUNCTION check_ids(number int, kind text, behind int, filled int, valid boolean) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'ids_' || number;
    parent text := 'dialect.' || name;
    about text := format('%s, optimize_constraint %s, %s filled, valid %s: ', kind, behind, filled, valid);
    position int;
    child text;
    wanted boolean;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id %s NOT NULL, a int, b text, "C d" timestamptz) PARTITION BY RANGE (id)', name, kind);
    RETURN NEXT ok(partman.create_parent(parent, 'id', '10', p_start_partition := '0', p_premake := 9, p_constraint_cols := ARRAY['a', 'b', 'C d']),
        about || 'create_parent');
    RETURN NEXT is((SELECT ARRAY[constraint_cols::text, optimize_constraint::text, constraint_valid::text] FROM partman.part_config WHERE parent_table = parent),
        ARRAY['{a,b,"C d"}', '30', 'true'], about || 'stored');
    UPDATE partman.part_config SET optimize_constraint = behind, constraint_valid = valid WHERE parent_table = parent;
    EXECUTE format('INSERT INTO dialect.%I SELECT n, n * 2, ''b'' || (n %% 10), timestamptz ''2026-01-01'' + n * interval ''1 hour'' FROM generate_series(0, %s) n',
        name, filled * 10 - 1);
    RETURN NEXT is(partman.apply_constraints(parent)::text, '', about || 'returns void');
    FOR position IN 0 .. 9 LOOP
        child := name || '_p' || (filled - 1 - position) * 10;
        CONTINUE WHEN position >= filled;
        wanted := position = behind + 1;
        RETURN NEXT is((SELECT array_agg(c.conname::text ORDER BY c.conname::text COLLATE "C") FROM pg_constraint c
                        WHERE c.conrelid = format('dialect.%I', child)::regclass AND c.contype = 'c' AND c.convalidated = valid),
            CASE WHEN wanted THEN ARRAY['partmanconstr_' || child || '_C d', 'partmanconstr_' || child || '_a', 'partmanconstr_' || child || '_b'] END,
            about || 'constraints at position ' || position);
        CONTINUE WHEN NOT wanted;
        RETURN NEXT throws_ok(format('INSERT INTO dialect.%I (id, a) VALUES (%s, -1)', name, (filled - 1 - position) * 10), '23514', NULL,
            about || 'a value below is refused');
        RETURN NEXT lives_ok(format('INSERT INTO dialect.%I (id, a) VALUES (%s, %s)', name, (filled - 1 - position) * 10, ((filled - 1 - position) * 10 + 9) * 2),
            about || 'the greatest one is not');
        RETURN NEXT lives_ok(format('INSERT INTO dialect.%I (id) VALUES (%s)', name, (filled - 1 - position) * 10), about || 'nor is NULL');
        RETURN NEXT is(partman.drop_constraints(parent, 'dialect.' || child)::text, '', about || 'drop_constraints returns void');
        RETURN NEXT hasnt_check(child, about || 'dropped');
        EXECUTE format('INSERT INTO dialect.%I (id, a) VALUES (%s, -1)', name, (filled - 1 - position) * 10);
        PERFORM partman.apply_constraints(parent, 'dialect.' || child);
        RETURN NEXT matches((SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = ('partmanconstr_' || child || '_a')::name),
            'a >= ''?-1', about || 'made again with the values of now');
    END LOOP;
END $$;

SELECT check_ids((row_number() OVER ())::int, k.kind, c.behind, c.filled, c.valid)
FROM (VALUES ('int'), ('bigint'), ('numeric')) k (kind),
    (VALUES (0, 1, true), (0, 2, true), (0, 5, true), (1, 5, true), (3, 5, true), (4, 5, true), (30, 5, true), (2, 6, false)) c (behind, filled, valid);

-- Sets of times, treated by maintenance when it makes partitions.
CREATE FUNCTION check_times(number int, kind text, behind int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'times_' || number;
    parent text := 'dialect.' || name;
    about text := format('%s, optimize_constraint %s, by maintenance: ', kind, behind);
    position int;
    child text;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (at %s NOT NULL, a bigint) PARTITION BY RANGE (at)', name, kind);
    PERFORM partman.create_parent(parent, 'at', '1 day', p_premake := 2, p_start_partition := (current_date - 9)::text, p_constraint_cols := '{a}');
    EXECUTE format('INSERT INTO dialect.%I SELECT current_date - n, n FROM generate_series(0, 9) n', name);
    UPDATE partman.part_config SET optimize_constraint = behind, premake = 4 WHERE parent_table = parent;
    PERFORM partman.run_maintenance(parent);
    FOR position IN 0 .. 9 LOOP
        child := name || '_p' || to_char(current_date - position, 'YYYYMMDD');
        RETURN NEXT is((SELECT array_agg(c.conname::text) FROM pg_constraint c WHERE c.conrelid = format('dialect.%I', child)::regclass AND c.contype = 'c'),
            CASE WHEN position = behind + 1 THEN ARRAY['partmanconstr_' || child || '_a'] END, about || 'position ' || position);
    END LOOP;
END $$;

SELECT check_times((row_number() OVER ())::int, k.kind, b) FROM (VALUES ('timestamptz'), ('timestamp'), ('date')) k (kind), generate_series(0, 9) b;

-- Sets of integers that count time.
CREATE FUNCTION check_epochs(number int, unit text, per_second bigint, behind int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'epochs_' || number;
    parent text := 'dialect.' || name;
    today timestamptz := date_trunc('day', now());
    child text;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (at bigint NOT NULL, a int) PARTITION BY RANGE (at)', name);
    PERFORM partman.create_parent(parent, 'at', '1 day', p_epoch := unit, p_premake := 2, p_start_partition := (today - interval '5 days')::text, p_constraint_cols := '{a}');
    EXECUTE format('INSERT INTO dialect.%I SELECT extract(epoch FROM $1 - n * interval ''1 day'')::bigint * $2, n FROM generate_series(0, 5) n', name) USING today, per_second;
    UPDATE partman.part_config SET optimize_constraint = behind, premake = 3 WHERE parent_table = parent;
    PERFORM partman.run_maintenance(parent);
    FOR position IN 0 .. 5 LOOP
        child := name || '_p' || to_char(today - position * interval '1 day', 'YYYYMMDD');
        RETURN NEXT is((SELECT array_agg(pg_get_expr(c.conbin, c.conrelid)) FROM pg_constraint c
                        WHERE c.conrelid = format('dialect.%I', child)::regclass AND c.conname LIKE 'partmanconstr%'),
            CASE WHEN position = behind + 1 THEN ARRAY[format('((a >= %1$s) AND (a <= %1$s))', position)] END,
            format('%s, optimize_constraint %s: position %s', unit, behind, position));
    END LOOP;
END $$;

SELECT check_epochs((row_number() OVER ())::int, e.unit, e.per_second, b)
FROM (VALUES ('seconds', 1::bigint), ('milliseconds', 1000), ('microseconds', 1000000), ('nanoseconds', 1000000000)) e (unit, per_second), (VALUES (0), (2), (4)) v (b);

-- Nothing to do, and errors.
CREATE TABLE dialect.none (id int NOT NULL, a int) PARTITION BY RANGE (id);
SELECT partman.create_parent('dialect.none', 'id', '10');
INSERT INTO dialect.none SELECT n, n FROM generate_series(0, 40) n;
SELECT lives_ok($$SELECT partman.apply_constraints('dialect.none')$$, 'constraint_cols NULL: nothing happens');
SELECT hasnt_check('none_p0', 'really');
SELECT throws_ok($$SELECT partman.drop_constraints('dialect.none', 'dialect.none_p0')$$, NULL, NULL, 'drop_constraints fails then');
SELECT throws_ok($$UPDATE partman.part_config SET constraint_cols = '{id}' WHERE parent_table = 'dialect.none'$$, '23514', NULL, 'control is no constraint column');
UPDATE partman.part_config SET constraint_cols = '{a}' WHERE parent_table = 'dialect.none';
SELECT lives_ok($$SELECT partman.apply_constraints('dialect.none', 'dialect.none_p1000')$$, 'a child that does not exist: nothing happens');
SELECT partman.apply_constraints(p_parent_table := 'dialect.none', p_child_table := 'wrong.none_p10', p_analyze := true, p_job_id := NULL);
SELECT col_has_check('dialect'::name, 'none_p10'::name, 'a'::name, 'the name of the table counts');
SELECT partman.drop_constraints(p_parent_table := 'dialect.none', p_child_table := 'dialect.none_p10', p_debug := true);
SELECT hasnt_check('none_p10', 'p_debug');

SELECT * FROM finish();
ROLLBACK;
