-- The SQL that people bring along must run as it stands: the first set of the introduction, and the usual migration by
-- hand of a table that has grown too large.
\set QUIET 1
\set ON_ERROR_STOP 1
SET client_min_messages = error;
SELECT plan(20);

--
-- A table made with PARTITION BY RANGE
--
CREATE TABLE public.journal_entries (
    id bigint GENERATED ALWAYS AS IDENTITY,
    created_at timestamptz NOT NULL DEFAULT now(),
    account int NOT NULL,
    amount numeric(12, 2) NOT NULL,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);

SELECT partman.create_parent(p_parent_table := 'public.journal_entries', p_control := 'created_at', p_type := 'native', p_interval := '1 month', p_premake := 3) AS made \gset
SELECT ok(:'made', 'create_parent makes partitions');
UPDATE partman.part_config SET retention = '24 months', retention_keep_table = false WHERE parent_table = 'public.journal_entries';
SELECT results_eq('SELECT * FROM partman.show_partitions(''public.journal_entries'')',
    $$SELECT 'public', 'journal_entries_p' || to_char(date_trunc('month', now()) + n * interval '1 month', 'YYYYMMDD') FROM generate_series(-3, 3) n$$,
    'show_partitions lists three behind, the current one and three ahead');

-- Old months, made by hand, that the retention is to take away.
SELECT partman.create_partition_time('public.journal_entries', ARRAY(SELECT date_trunc('month', now()) - n * interval '1 month' FROM unnest(ARRAY[24, 26]) n)) AS more \gset
INSERT INTO public.journal_entries (created_at, account, amount)
SELECT now() - n * interval '1 month', n, 10 * n FROM generate_series(0, 26) n;
CALL partman.run_maintenance_proc();
SELECT is((SELECT count(*)::int FROM partman.show_partitions('public.journal_entries')), 8, 'run_maintenance_proc retires what has ended two years ago');
SELECT is_empty($$SELECT FROM partman.show_partitions('public.journal_entries') WHERE to_regclass(format('%I.%I', partition_schemaname, partition_tablename)) IS NULL$$, 'and leaves the rest');
SELECT is((SELECT min(partition_tablename) FROM partman.show_partitions('public.journal_entries')),
    'journal_entries_p' || to_char(date_trunc('month', now()) - interval '24 months', 'YYYYMMDD'), 'a month that ended within the retention stays');
SELECT ok(maintenance_last_run IS NOT NULL, 'the run is noted') FROM partman.part_config WHERE parent_table = 'public.journal_entries';

--
-- A table of years of rows, in one transaction
--
CREATE TABLE public.audit_logs (
    id bigserial,
    run_at timestamptz NOT NULL,
    message text DEFAULT 'nothing',
    CONSTRAINT audit_logs_message_check CHECK (message <> ''),
    PRIMARY KEY (id, run_at)
);
CREATE INDEX audit_logs_message_idx ON public.audit_logs (message);
GRANT SELECT ON public.audit_logs TO PUBLIC;
INSERT INTO public.audit_logs (run_at, message)
SELECT now() - n * interval '12 hours', 'entry ' || n FROM generate_series(0, 2200) n;

BEGIN;
ALTER TABLE public.audit_logs RENAME TO audit_logs_old;
CREATE TABLE public.audit_logs (LIKE public.audit_logs_old INCLUDING ALL) PARTITION BY RANGE (run_at);
GRANT SELECT ON public.audit_logs TO PUBLIC;
SELECT partman.create_parent(p_parent_table := 'public.audit_logs', p_control := 'run_at', p_type := 'native', p_interval := '1 month', p_premake := 12) AS made \gset
INSERT INTO public.audit_logs SELECT * FROM public.audit_logs_old;
SELECT (SELECT count(*) FROM public.audit_logs) = (SELECT count(*) FROM public.audit_logs_old) AS complete,
       (SELECT count(*) FROM public.audit_logs_old) AS before \gset
ALTER SEQUENCE public.audit_logs_id_seq OWNED BY public.audit_logs.id;
DROP TABLE public.audit_logs_old;
COMMIT;

SELECT ok(:'made', 'a set in the transaction that renames the old table away');
SELECT ok(:'complete', 'all rows are there');
SELECT is((SELECT count(*)::int FROM public.audit_logs), 2201, 'also afterwards');
SELECT is((SELECT count(*)::int FROM partman.show_partitions('public.audit_logs')), 25, 'a year behind, the current month, a year ahead');
SELECT is((SELECT count(*)::int FROM public.audit_logs_default),
    (SELECT count(*)::int FROM public.audit_logs WHERE run_at < date_trunc('month', now()) - interval '12 months'), 'older rows are in the default');
SELECT cmp_ok((SELECT count(*)::int FROM public.audit_logs_default), '>', 0, 'there are some');
SELECT results_eq($$SELECT default_table, count FROM partman.check_default() WHERE default_table = 'public.audit_logs_default'$$,
    $$SELECT 'public.audit_logs_default', count(*) FROM public.audit_logs_default$$, 'and check_default says so');

-- Maintenance goes on covering.
UPDATE partman.part_config SET premake = 14 WHERE parent_table = 'public.audit_logs';
SELECT count(*)::int AS planned FROM partman.plan_maintenance('public.audit_logs') \gset
SELECT is(:planned, 2, 'the plan: two more months');
SELECT partman.run_maintenance() \gset
SELECT is((SELECT count(*)::int FROM partman.show_partitions('public.audit_logs')), 27, 'run_maintenance makes them beside a default with rows');
SELECT is((SELECT max(partition_tablename) FROM partman.show_partitions('public.audit_logs')),
    'audit_logs_p' || to_char(date_trunc('month', now()) + interval '14 months', 'YYYYMMDD'), 'up to the new horizon');
INSERT INTO public.audit_logs (run_at) VALUES (now() + interval '14 months');
SELECT is((SELECT count(*)::int FROM ONLY public.audit_logs_default WHERE run_at > now()), 0, 'where new rows find their place');
SELECT ok(has_table_privilege('public', partition_schemaname || '.' || partition_tablename, 'SELECT'), 'with the grants of the set')
FROM partman.show_partitions('public.audit_logs', 'DESC') LIMIT 1;
SELECT is((SELECT count(*)::int FROM partman.part_config WHERE parent_table LIKE 'public.audit_logs%'), 1, 'one set, under its name');
SELECT is((SELECT parent_oid FROM partman.part_config WHERE parent_table = 'public.audit_logs'), 'public.audit_logs'::regclass::oid, 'which is the new table');

SELECT * FROM finish();

DELETE FROM partman.part_config WHERE parent_table IN ('public.journal_entries', 'public.audit_logs');
DROP TABLE public.journal_entries, public.audit_logs, partman.template_public_journal_entries, partman.template_public_audit_logs;
