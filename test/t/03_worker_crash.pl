# Whatever ends a worker or the launcher, they come back.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server worker_pid crash wait_for wait_for_state wait_for_log partitions daily_set);
use Test::More;

my $node = new_server('crash');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');
daily_set($node, 'postgres', 'public.events', 2);

sub premake
{
	my ($premake, $name) = @_;
	$node->safe_psql('postgres', "UPDATE partman.part_config SET premake = $premake");
	# The one of today, those ahead and behind it, and the default.
	return wait_for($node, 'postgres', 'SELECT ' . partitions('public.events') . " = 2 + $premake + 1 + 1", $name);
}

premake(3, 'it works');

# kill -9: the postmaster restarts all.
my $pid = worker_pid($node, 'postgres');
crash($node, $pid, 'the worker is killed, and the postmaster restarts all');
wait_for_state($node, 'postgres', 'running', 'the worker is back');
isnt(worker_pid($node, 'postgres'), $pid, 'as a new process');
premake(4, 'and works');

# A plain stop of the worker, and of the launcher.
$pid = worker_pid($node, 'postgres');
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
wait_for($node, 'postgres',
	"SELECT count(*) = 1 FROM partman.worker_status WHERE database = 'postgres' AND state = 'running' AND pid <> $pid",
	'a terminated worker comes back');
premake(5, 'and works');

$pid = worker_pid($node, 'postgres');
my $launcher = $node->safe_psql('postgres', q{SELECT pid FROM partman.worker_status WHERE process = 'launcher'});
$node->safe_psql('postgres', "SELECT pg_terminate_backend($launcher)");
wait_for($node, 'postgres',
	"SELECT count(*) = 1 FROM partman.worker_status WHERE process = 'launcher' AND state = 'running' AND pid <> $launcher",
	'a terminated launcher comes back');
is(worker_pid($node, 'postgres'), $pid, 'the worker did not notice');
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
wait_for($node, 'postgres',
	"SELECT count(*) = 1 FROM partman.worker_status WHERE database = 'postgres' AND state = 'running' AND pid <> $pid",
	'the new launcher looks after workers that it did not start');

# Cancelled while idle.
$pid = worker_pid($node, 'postgres');
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid), pg_cancel_backend(pid) FROM partman.worker_status WHERE process = 'launcher'");
premake(6, 'a cancel while idle does no harm');
is(worker_pid($node, 'postgres'), $pid, 'the worker is the same');

# Restart in the middle of a run: the second set waits for a lock that is held, so the run is under way.
daily_set($node, 'postgres', 'public.blocked', 2);
my $blocker = $node->background_psql('postgres');
$blocker->query_safe('BEGIN; LOCK TABLE public.blocked IN ACCESS EXCLUSIVE MODE');
$node->safe_psql('postgres', "UPDATE partman.part_config SET premake = 9, lock_timeout = 60000");
wait_for($node, 'postgres',
	q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'pg_strata worker' AND wait_event_type = 'Lock'},
	'a run is under way');
my $offset = -s $node->logfile;
$node->stop('fast');
unlike(slurp_file($node->logfile, $offset), qr/PANIC|was terminated by signal/, 'a fast shutdown ends the run');
eval { $blocker->quit };
$node->start;
wait_for($node, 'postgres',
	'SELECT ' . partitions('public.events') . ' = 2 + 9 + 1 + 1 AND ' . partitions('public.blocked') . ' = 2 + 9 + 1 + 1',
	'after the restart both sets are complete');

# The same with an immediate shutdown.
$blocker = $node->background_psql('postgres');
$blocker->query_safe('BEGIN; LOCK TABLE public.blocked IN ACCESS EXCLUSIVE MODE');
$node->safe_psql('postgres', 'UPDATE partman.part_config SET premake = 11');
wait_for($node, 'postgres',
	q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'pg_strata worker' AND wait_event_type = 'Lock'},
	'a run is under way again');
$node->stop('immediate');
eval { $blocker->quit };
$node->start;
wait_for($node, 'postgres',
	'SELECT ' . partitions('public.events') . ' = 2 + 11 + 1 + 1 AND ' . partitions('public.blocked') . ' = 2 + 11 + 1 + 1',
	'complete after an immediate shutdown as well');

$node->stop;
done_testing();
