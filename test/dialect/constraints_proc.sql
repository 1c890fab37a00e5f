-- reapply_constraints_proc(): from the oldest partition to the one at position optimize_constraint, dropped, made, or both.
-- It commits, so it tidies up by itself.
\set ON_ERROR_STOP 1
SET client_min_messages = error;
CREATE SCHEMA dialect_cons;
SELECT no_plan();

CREATE TABLE dialect_cons.cases (number int, behind int, filled int, drops boolean, applies boolean, dry boolean);
INSERT INTO dialect_cons.cases SELECT row_number() OVER (), b, f, d, a, r
FROM (VALUES (0, 1), (0, 4), (1, 2), (2, 6), (5, 6), (6, 6), (30, 6), (1, 0)) c (b, f), (VALUES (false), (true)) x (d), (VALUES (false), (true)) y (a),
    (VALUES (false), (true)) z (r);
CREATE TABLE dialect_cons.ids (id int NOT NULL, a int) PARTITION BY RANGE (id);
SELECT ok(partman.create_parent('dialect_cons.ids', 'id', '10', p_start_partition := '0', p_premake := 7, p_constraint_cols := '{a}', p_automatic_maintenance := 'off'), 'create_parent');

-- The state before: a constraint that is too narrow for what was put in since, on each of the partitions.
CREATE PROCEDURE dialect_cons.prepare(filled int) LANGUAGE plpgsql AS $$
BEGIN
    FOR low IN 0 .. 70 BY 10 LOOP
        EXECUTE format('ALTER TABLE dialect_cons.%1$I DROP CONSTRAINT IF EXISTS %2$I', 'ids_p' || low, 'partmanconstr_ids_p' || low || '_a');
    END LOOP;
    TRUNCATE dialect_cons.ids;
    INSERT INTO dialect_cons.ids SELECT n, n FROM generate_series(0, filled * 10 - 1) n;
    FOR low IN 0 .. 70 BY 10 LOOP
        EXECUTE format('ALTER TABLE dialect_cons.%1$I ADD CONSTRAINT %2$I CHECK (a > -1000)', 'ids_p' || low, 'partmanconstr_ids_p' || low || '_a');
    END LOOP;
END $$;

CREATE FUNCTION dialect_cons.check_case(c dialect_cons.cases) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    about text := format('optimize_constraint %s, %s filled, drop %s, apply %s, dry run %s: ', c.behind, c.filled, c.drops, c.applies, c.dry);
    position int;
    definition text;
BEGIN
    FOR low IN 0 .. 70 BY 10 LOOP
        position := c.filled - 1 - low / 10;
        SELECT pg_get_expr(conbin, conrelid) INTO definition FROM pg_constraint
        WHERE conrelid = format('dialect_cons.%I', 'ids_p' || low)::regclass AND conname = 'partmanconstr_ids_p' || low || '_a';
        RETURN NEXT is(definition,
            CASE WHEN NOT c.drops OR c.dry OR position < c.behind THEN '(a > ''-1000''::integer)'
                 WHEN c.applies THEN format('((a >= %s) AND (a <= %s))', low, low + 9) END,
            about || 'partition from ' || low);
    END LOOP;
END $$;

SELECT format('CALL dialect_cons.prepare(%s)', filled),
    format('UPDATE partman.part_config SET optimize_constraint = %s WHERE parent_table = %L', behind, 'dialect_cons.ids'),
    format('CALL partman.reapply_constraints_proc(%L, p_drop_constraints := %L, p_apply_constraints := %L, p_analyze := true, p_wait := 0, p_dryrun := %L)',
        'dialect_cons.ids', drops, applies, dry),
    format('SELECT dialect_cons.check_case(c) FROM dialect_cons.cases c WHERE number = %s', number)
FROM dialect_cons.cases ORDER BY number
\gexec
SELECT ok(EXISTS (SELECT FROM pg_stats WHERE schemaname = 'dialect_cons' AND tablename = 'ids' AND inherited), 'p_analyze');

SELECT * FROM finish();
DELETE FROM partman.part_config WHERE parent_table = 'dialect_cons.ids';
DROP SCHEMA dialect_cons CASCADE;
DROP TABLE partman.template_dialect_cons_ids;
