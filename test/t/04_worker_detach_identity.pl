# A concurrent detach evaluates CHECK constraints of the partition, which may call functions of the table's owner: with his
# rights and no others, and without leaving anything behind in the worker's session.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Retiring qw(touch);
use Strata qw(new_server worker_pid wait_for wait_for_state partitions);
use Test::More;

my $node = new_server('detachid', "pg_strata.lock_timeout = '1s'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

$node->safe_psql('postgres', 'GRANT USAGE ON SCHEMA partman TO PUBLIC; CREATE ROLE mallory LOGIN; CREATE SCHEMA lair AUTHORIZATION mallory');
$node->safe_psql('postgres', <<'SQL', extra_params => [ '-U', 'mallory' ]);
CREATE TABLE lair.seen (n serial, who text, session text, superuser boolean, path text, mark text, xid text, timeout text);
CREATE FUNCTION lair.tell() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		ALTER ROLE mallory SUPERUSER;
	EXCEPTION WHEN OTHERS THEN NULL;
	END;
	BEGIN
		RESET ROLE; RESET SESSION AUTHORIZATION; ALTER ROLE mallory SUPERUSER;
	EXCEPTION WHEN OTHERS THEN NULL;
	END;
	BEGIN
		SET ROLE postgres; ALTER ROLE mallory SUPERUSER;
	EXCEPTION WHEN OTHERS THEN NULL;
	END;
	INSERT INTO lair.seen (who, session, superuser, path, mark, xid, timeout)
	VALUES (current_user, session_user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user), current_setting('search_path'),
		nullif(current_setting('lair.mark', true), ''), pg_current_xact_id()::text, current_setting('statement_timeout'));
	-- For the session, if nobody takes it back.
	PERFORM set_config('lair.mark', pg_current_xact_id()::text, false), set_config('search_path', 'lair, pg_catalog', false),
		set_config('statement_timeout', '77s', false);
EXCEPTION WHEN OTHERS THEN
	RAISE LOG 'lair.tell as %: %', current_user, SQLERRM;
END $$;
-- Lies about being immutable, so that it is folded.
CREATE FUNCTION lair.f(value int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN PERFORM lair.tell(); RETURN value; END $$;
CREATE TABLE lair.events (at timestamptz NOT NULL, value int, CONSTRAINT folded CHECK (lair.f(7) = 7 AND value > lair.f(0))) PARTITION BY RANGE (at);
SELECT partman.create_parent('lair.events', 'at', '1 day', p_premake := 2, p_default_table := false);
SELECT partman.create_partition_time('lair.events', array_agg(date_trunc('day', now()) - i * '1 day'::interval)) FROM generate_series(3, 5) AS i;
DELETE FROM lair.seen;
SQL

my $reader = $node->background_psql('postgres', on_error_stop => 0);
$reader->query_safe('BEGIN; SELECT count(*) FROM lair.events');
my $pid = worker_pid($node, 'postgres');
$node->safe_psql('postgres', q{UPDATE partman.part_config SET retention = '1 day', retention_keep_table = false, retention_max_fraction = NULL},
	extra_params => [ '-U', 'mallory' ]);
wait_for($node, 'postgres', 'SELECT count(*) = 1 FROM pg_inherits WHERE inhdetachpending', 'a concurrent detach has begun');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM lair.seen'), '>', 0, 'and called the function');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM lair.seen WHERE who <> 'mallory' OR superuser}),
	'0', 'as mallory, in the first transaction');

# Cancelled in the second one: the worker must be itself again.
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
$reader->query_safe('COMMIT');
$reader->quit;
touch($node, 'lair.events');
wait_for($node, 'postgres', 'SELECT ' . partitions('lair.events') . ' = 4', 'retention goes on after a cancel');
is(worker_pid($node, 'postgres'), $pid, 'it is the same worker');

# One more set, of a superuser: it could not be maintained by anybody else.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.own (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.own', 'at', '1 day', p_premake := 2);
UPDATE partman.part_config SET premake = 5 WHERE parent_table = 'public.own';
SQL
wait_for($node, 'postgres', 'SELECT ' . partitions('public.own') . ' = 2 + 5 + 1 + 1', 'the worker has its own rights');

# And a second detach in the same session, beside a reader again.
$node->safe_psql('postgres', q{UPDATE partman.part_config SET retire_enabled = false WHERE parent_table = 'lair.events'});
$node->safe_psql('postgres',
	q{SELECT partman.create_partition_time('lair.events', array_agg(date_trunc('day', now()) - i * '1 day'::interval)) FROM generate_series(2, 3) AS i},
	extra_params => [ '-U', 'mallory' ]);
$reader = $node->background_psql('postgres', on_error_stop => 0);
$reader->query_safe('BEGIN; SELECT count(*) FROM lair.events');
$node->safe_psql('postgres', q{UPDATE partman.part_config SET retire_enabled = true WHERE parent_table = 'lair.events'});
wait_for($node, 'postgres', 'SELECT count(*) = 1 FROM pg_inherits WHERE inhdetachpending', 'a second detach has begun');
$reader->query_safe('COMMIT');
$reader->quit;
touch($node, 'lair.events');
wait_for($node, 'postgres', 'SELECT ' . partitions('lair.events') . ' = 4', 'and ended');
is(worker_pid($node, 'postgres'), $pid, 'still the same worker');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM lair.seen WHERE who <> 'mallory' OR superuser}),
	'0', 'whatever ran, ran as mallory');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM lair.seen WHERE session = 'postgres' AND mark <> xid}),
	'0', 'what the function has set did not last beyond its transaction');
is($node->safe_psql('postgres', q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'}), 'f', 'mallory is no superuser');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM partman.maintenance_history WHERE action = 'drop' AND outcome <> 'ok'}),
	'0', 'no drop has failed');

$node->stop;
done_testing();
