-- reapply_constraints_proc(), and moving rows into partitions that have constraints.  Not in a transaction, so it
-- tidies up by itself.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';
SET timezone = 'UTC';
SET pg_strata_clock.now = '2026-03-20 12:00:00+00';
SELECT plan(18);

CREATE TABLE public.rc_days (at timestamptz NOT NULL, a int) PARTITION BY RANGE (at);
CREATE FUNCTION public.rc_constrained() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(right(c.relname, 2) || CASE WHEN n.convalidated THEN '' ELSE '?' END, ' ' ORDER BY c.relname)
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_constraint n ON n.conrelid = c.oid
     WHERE i.inhparent = 'public.rc_days'::regclass AND n.conname LIKE 'partmanconstr\_%'
$$;
SELECT partman.create_parent('public.rc_days', 'at', '1 day', p_premake := 2, p_start_partition := '2026-03-10', p_time_zone := 'UTC',
                             p_constraint_cols := '{a}', p_automatic_maintenance := 'off');
UPDATE partman.part_config SET optimize_constraint = 4 WHERE parent_table = 'public.rc_days';

CALL partman.reapply_constraints_proc('public.rc_days', true, true);
SELECT is(public.rc_constrained(), NULL, 'no rows: nothing to do');
INSERT INTO public.rc_days SELECT d, 1 FROM generate_series('2026-03-10'::timestamptz, '2026-03-18', '1 day') d;
CALL partman.reapply_constraints_proc('public.rc_days');
SELECT is(public.rc_constrained(), NULL, 'neither argument: nothing');
CALL partman.reapply_constraints_proc('public.rc_days', p_drop_constraints := true, p_apply_constraints := true, p_dryrun := true);
SELECT is(public.rc_constrained(), NULL, 'a dry run does nothing');
CALL partman.reapply_constraints_proc('public.rc_days', p_apply_constraints := true);
SELECT is(public.rc_constrained(), '10 11 12 13 14', 'up to the one at position optimize_constraint');
SELECT is((SELECT count(*) FROM pg_stats WHERE tablename = 'rc_days' AND inherited), 2::bigint, 'the set is analyzed');
SELECT is((SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()), 0::bigint, 'no advisory lock stays behind');

-- Old rows change: away, change, anew.
SELECT throws_ok($$UPDATE public.rc_days SET a = 9 WHERE at = '2026-03-11'$$, '23514', NULL, 'the constraints hold');
CALL partman.reapply_constraints_proc('public.rc_days', p_drop_constraints := true, p_analyze := false);
SELECT is(public.rc_constrained(), NULL, 'all dropped');
UPDATE public.rc_days SET a = 9 WHERE at = '2026-03-11';
CALL partman.reapply_constraints_proc('public.rc_days', true, true, false);
SELECT is((SELECT string_agg(pg_get_expr(conbin, conrelid), ' ') FROM pg_constraint WHERE conrelid = 'public.rc_days_p20260311'::regclass AND contype = 'c'),
          '((a >= 9) AND (a <= 9))', 'and made anew');

-- One that fails does not stop the others.
ALTER TABLE public.rc_days_p20260312 DROP CONSTRAINT partmanconstr_rc_days_p20260312_a;
ALTER TABLE public.rc_days_p20260312 ADD CONSTRAINT "partmanconstr_rc_days_p20260312_a" CHECK (at > '2000-01-01');
SELECT partman.drop_constraints('public.rc_days', 'rc_days_p20260313');
\set ON_ERROR_STOP 0
CALL partman.reapply_constraints_proc('public.rc_days', p_apply_constraints := true);
\set state :LAST_ERROR_SQLSTATE
\set message :LAST_ERROR_MESSAGE
BEGIN;
CALL partman.reapply_constraints_proc('public.rc_days', p_apply_constraints := true);
\set blocked :LAST_ERROR_SQLSTATE
ROLLBACK;
\set ON_ERROR_STOP 1
SELECT is(:'state'::text, 'P0001', 'a failure is raised at the end');
SELECT is(:'message'::text, 'constraints of 1 of 5 partitions were not changed', 'with the number');
SELECT is(:'blocked'::text, '25001', 'in a transaction block it cannot be called');
SELECT ok(EXISTS (SELECT FROM pg_constraint WHERE conname = 'partmanconstr_rc_days_p20260313_a' AND convalidated), 'the others are done');
ALTER TABLE public.rc_days_p20260312 DROP CONSTRAINT partmanconstr_rc_days_p20260312_a;

-- Rows that are moved to a partition need not fit its constraints.
CREATE TABLE public.rc_source (at timestamptz NOT NULL, a int);
INSERT INTO public.rc_source VALUES ('2026-03-10 05:00', 77), ('2026-03-11 05:00', -3);
SELECT is(partman.partition_data_time('public.rc_days', 5, p_source_table := 'public.rc_source'), 2::bigint, 'rows are moved beside constraints');
SELECT is((SELECT string_agg(pg_get_expr(conbin, conrelid), ' ' ORDER BY conname) FROM pg_constraint
           WHERE conrelid IN ('public.rc_days_p20260310'::regclass, 'public.rc_days_p20260311'::regclass) AND contype = 'c' AND convalidated),
          '((a >= 1) AND (a <= 77)) ((a >= ''-3''::integer) AND (a <= 9))', 'which are made anew with these rows');

-- Maintenance in steps that are committed: the constraint is validated in a transaction of its own.
SELECT partman.apply_constraints('public.rc_days', 'rc_days_p20260312');
UPDATE partman.part_config SET automatic_maintenance = 'off';
UPDATE partman.part_config SET automatic_maintenance = 'on', optimize_constraint = 2 WHERE parent_table = 'public.rc_days';
SET pg_strata_clock.now = '2026-03-21 12:00:00+00';
CALL partman.run_maintenance_proc();
SELECT is(public.rc_constrained(), '10 11 12 13 14 15', 'run_maintenance_proc() makes it and validates it');
SELECT is((SELECT count(*) FROM partman.maintenance_history WHERE action = 'constrain' AND outcome = 'ok' AND partition = 'public.rc_days_p20260315'), 1::bigint,
          'and tells');
UPDATE partman.part_config SET constraint_valid = false WHERE parent_table = 'public.rc_days';
INSERT INTO public.rc_days VALUES ('2026-03-19', 1);
SET pg_strata_clock.now = '2026-03-22 12:00:00+00';
CALL partman.run_maintenance_proc();
SELECT is(public.rc_constrained(), '10 11 12 13 14 15 16?', 'unless it shall not be valid');

SELECT * FROM finish();
DELETE FROM partman.part_config WHERE parent_table = 'public.rc_days';
DROP TABLE public.rc_days, public.rc_source;
DROP FUNCTION public.rc_constrained();
TRUNCATE partman.maintenance_run, partman.maintenance_set, partman.maintenance_step;
