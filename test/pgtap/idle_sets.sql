-- A session remembers which sets had nothing to do.  Whatever changes that must be noticed by the next run.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT plan(17);
SET timezone = 'UTC';
SET pg_strata_clock.now = '2026-03-10 12:00:00+00';
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE FUNCTION pg_temp.newest(p_set text) RETURNS text LANGUAGE sql AS $$
    SELECT max(substring(c.relname FROM '_p(\d+)$')) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = p_set::regclass
$$;
-- Several runs: the first plans, the others remember.
CREATE FUNCTION pg_temp.run() RETURNS void LANGUAGE sql AS $$
    SELECT partman.run_maintenance(); SELECT partman.run_maintenance(); SELECT partman.run_maintenance();
$$;

CREATE TABLE public.i_set (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.i_set', 'at', '1 day', p_premake := 2, p_time_zone := 'UTC');
CREATE TABLE public.i_other (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.i_other', 'at', '1 day', p_premake := 2, p_time_zone := 'UTC');
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_set'), '20260312', 'to begin with');

INSERT INTO public.i_set VALUES ('2026-03-11 10:00+00');
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_set'), '20260313', 'rows in a partition that was made ahead');

SAVEPOINT before;
INSERT INTO public.i_set VALUES ('2026-03-12 10:00+00');
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_set'), '20260314', 'once more');
ROLLBACK TO before;
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_set'), '20260313', 'what is rolled back does not count');

TRUNCATE public.i_set_p20260312;
SELECT pg_temp.run();
INSERT INTO public.i_set VALUES ('2026-03-12 10:00+00');
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_set'), '20260314', 'rows after a TRUNCATE, in a new file');

DROP TABLE public.i_set_p20260314;
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_set'), '20260314', 'a partition that somebody drops');
ALTER TABLE public.i_set DETACH PARTITION public.i_set_p20260314;
ALTER TABLE public.i_set_p20260314 RENAME TO i_aside;
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_set'), '20260314', 'or detaches');

SAVEPOINT before;
DROP TABLE public.i_set_p20260314;
SELECT pg_temp.run();
ROLLBACK TO before;
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_set'), '20260314', 'or drops and takes it back');

SET pg_strata_clock.now = '2026-03-13 00:00:00+00';
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_set'), '20260315', 'the clock');
SELECT is(pg_temp.newest('public.i_other'), '20260315', 'for every set');
SET pg_strata_clock.now = '2026-03-12 23:59:59+00';
SELECT pg_temp.run();
SET pg_strata_clock.now = '2026-03-14 00:00:00+00';
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_set'), '20260316', 'even one that was set back');

UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'public.i_set';
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_set'), '20260317', 'the configuration');
UPDATE partman.part_config SET retention = '1 day', retention_keep_table = false
 WHERE parent_table = 'public.i_set';
SELECT pg_temp.run();
SELECT ok(to_regclass('public.i_set_p20260311') IS NULL AND to_regclass('public.i_set_p20260312') IS NOT NULL,
          'a new retention');
SET pg_strata_clock.now = '2026-03-14 00:00:00.000001+00';
SELECT pg_temp.run();
SELECT ok(to_regclass('public.i_set_p20260312') IS NULL, 'and the moment at which the next one is due');

UPDATE partman.part_config SET automatic_maintenance = 'off' WHERE parent_table = 'public.i_other';
SELECT pg_temp.run();
SET pg_strata_clock.now = '2026-03-15 12:00:00+00';
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_other'), '20260316', 'a set that is off');
UPDATE partman.part_config SET automatic_maintenance = 'on' WHERE parent_table = 'public.i_other';
SELECT pg_temp.run();
SELECT is(pg_temp.newest('public.i_other'), '20260317', 'and on again');

ALTER TABLE public.i_other RENAME TO i_renamed;
SELECT pg_temp.run();
SET pg_strata_clock.now = '2026-03-16 12:00:00+00';
SELECT pg_temp.run();
SELECT ok(to_regclass('public.i_renamed_p20260318') IS NOT NULL, 'another name');

SELECT * FROM finish();
ROLLBACK;
