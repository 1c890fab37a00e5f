# What keeps a worker busy does not keep it from its work for long: code of a set's owner that does not come to an end,
# and a lock on the configuration.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server worker_pid wait_for wait_for_state wait_for_log partitions daily_set);
use Test::More;

my $node = new_server('busy', "pg_strata.set_timeout = '2s'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.asleep (yes boolean);
INSERT INTO public.asleep VALUES (false);
-- Lies about being immutable, so that it is evaluated where an index is made.
CREATE FUNCTION public.dawdle() RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
	IF (SELECT yes FROM public.asleep) THEN PERFORM pg_sleep(1000); END IF;
	RETURN true;
END $$;
CREATE TABLE public.slow (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
CREATE INDEX ON public.slow (value) WHERE public.dawdle();
SELECT partman.create_parent('public.slow', 'at', '1 day', p_premake := 2);
SQL
daily_set($node, 'postgres', 'public.events', 2);
my $pid = worker_pid($node, 'postgres');
my $offset = -s $node->logfile;
$node->safe_psql('postgres', <<'SQL');
UPDATE public.asleep SET yes = true;
UPDATE partman.part_config SET maintenance_order = 1 WHERE parent_table = 'public.slow';
UPDATE partman.part_config SET premake = 5;
SQL
wait_for($node, 'postgres', 'SELECT ' . partitions('public.events') . ' = 2 + 5 + 1 + 1', 'the other set is maintained');
wait_for($node, 'postgres', q{SELECT failures > 0 AND last_error LIKE '%public.slow%' FROM partman.worker_status WHERE database = 'postgres'},
	'the status tells which one was not');
wait_for_log($node, qr/could not go on with partition set for parent table public\.slow: canceling statement due to statement timeout/,
	$offset, 'and the log says why');
wait_for($node, 'postgres', q{SELECT count(*) > 0 FROM partman.maintenance_history WHERE parent_table = 'public.slow' AND outcome = 'failed' AND sqlstate = '57014'},
	'the history says so');
wait_for($node, 'postgres', q{SELECT failures > 0 AND last_outcome = 'failed' AND last_error LIKE '%statement timeout%' AND NOT ok FROM partman.health WHERE parent_table = 'public.slow'},
	'and so does health');
is($node->safe_psql('postgres', 'SELECT ' . partitions('public.slow')), '6', 'nothing is half done');
is(worker_pid($node, 'postgres'), $pid, 'it is the same worker');

$node->safe_psql('postgres', 'UPDATE public.asleep SET yes = false; UPDATE partman.part_config SET premake = 6');
wait_for($node, 'postgres', 'SELECT ' . partitions('public.slow') . ' = 2 + 6 + 1 + 1', 'later it is done, too');
wait_for($node, 'postgres', q{SELECT failures = 0 AND last_outcome = 'ok' FROM partman.health WHERE parent_table = 'public.slow'}, 'which health tells');

# A set with thousands of partitions to make takes turns with the others.  To plan them takes a slow machine seconds.
$node->append_conf('postgresql.conf', "pg_strata.set_timeout = '60s'");
$node->reload;
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.many (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.many', 'at', '1 hour', p_premake := 2);
UPDATE partman.part_config SET premake = 20000, maintenance_order = 1 WHERE parent_table = 'public.many';
SQL
wait_for($node, 'postgres', 'SELECT ' . partitions('public.many') . ' > 20', 'the worker begins with a large set');
$node->safe_psql('postgres', q{UPDATE partman.part_config SET premake = 7 WHERE parent_table = 'public.events'});
wait_for($node, 'postgres', 'SELECT ' . partitions('public.events') . ' = 2 + 7 + 1 + 1', 'the other one has its turn');
my $many = $node->safe_psql('postgres', 'SELECT ' . partitions('public.many'));
cmp_ok($many, '<', 20000, 'before the large one is done');
wait_for($node, 'postgres', 'SELECT ' . partitions('public.many') . " > $many", 'which goes on');
$node->safe_psql('postgres', q{UPDATE partman.part_config SET premake = 2 WHERE parent_table = 'public.many'});

# Whoever may delete his rows may also lock the table.
$node->safe_psql('postgres', 'CREATE ROLE stranger LOGIN; GRANT USAGE ON SCHEMA partman TO stranger');
my $holder = $node->background_psql('postgres', extra_params => [ '-U', 'stranger' ]);
$holder->query_safe('BEGIN; LOCK TABLE partman.part_config, partman.part_config_sub IN ACCESS EXCLUSIVE MODE');
my $last = $node->safe_psql('postgres', "SELECT max(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'public.events'::regclass AND inhrelid::regclass::text !~ 'default'");
my ($status, undef, $error) = $node->psql('postgres', "SET lock_timeout = '60s'; DROP TABLE $last");
is($status, 0, 'a table is dropped while somebody has locked the configuration');
wait_for($node, 'postgres', 'SELECT ' . partitions('public.events') . ' = 2 + 6 + 1 + 1', 'and made again meanwhile');
$holder->query_safe('COMMIT');
$holder->quit;
$node->safe_psql('postgres', 'UPDATE partman.part_config SET premake = 7');
wait_for($node, 'postgres', 'SELECT ' . partitions('public.events') . ' = 2 + 7 + 1 + 1', 'the worker reads the configuration when it is free');

$node->stop;
done_testing();
