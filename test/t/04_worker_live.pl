# Partitions of seconds: covered ahead and retired behind while a client writes, and the worker does not grow.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server worker_pid wait_for wait_for_state partitions);
use Test::More;
use Time::HiRes qw(time sleep);

my $node = new_server('live');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.live (at timestamptz NOT NULL DEFAULT clock_timestamp(), value int) PARTITION BY RANGE (at);
CREATE INDEX ON public.live (value);
SELECT partman.create_parent('public.live', 'at', '1 second', p_premake := 30, p_default_table := false);
UPDATE partman.part_config SET retention = '3 seconds', retention_keep_table = false, retention_max_fraction = NULL;
SQL

# Bytes in PostgreSQL's memory contexts of a process; it writes them to the log when asked.
sub memory
{
	my ($pid) = @_;
	my $offset = -s $node->logfile;
	$node->safe_psql('postgres', "SELECT pg_log_backend_memory_contexts($pid)");
	foreach (1 .. 20 * $PostgreSQL::Test::Utils::timeout_default)
	{
		return $1 if slurp_file($node->logfile, $offset) =~ /Grand total: (\d+) bytes/;
		sleep(0.05);
	}
	die 'the process did not answer';
}

my $pid = worker_pid($node, 'postgres');
my ($inserts, $worst) = (0, 0);
my $session = $node->background_psql('postgres', on_error_stop => 1);
$session->set_query_timer_restart;
my $status = q{FROM partman.worker_status WHERE database = 'postgres'};
my $start = time;
my $done;
# Long enough to see it at work; for as long as a slow machine takes.
while (time - $start < 15 || !$done && time - $start < $PostgreSQL::Test::Utils::timeout_default)
{
	my $before = time;
	$session->query_safe('INSERT INTO public.live (value) SELECT generate_series(1, 10)');
	my $took = time - $before;
	$worst = $took if $took > $worst;
	$inserts++;
	$done = $session->query_safe("SELECT created >= 12 AND retired >= 8 $status") eq 't';
}
my $seconds = time - $start;
$session->quit;
pass("$inserts inserts went through without an error, the slowest took " . int($worst * 1000) . ' ms');
is(worker_pid($node, 'postgres'), $pid, 'the worker is the same');

my ($created, $retired, $runs) = split /\|/, $node->safe_psql('postgres', "SELECT created, retired, runs $status");
cmp_ok($created, '>=', 12, "partitions were made ahead ($created)");
cmp_ok($retired, '>=', 8, "and retired behind ($retired)");
# That it had to wait for somebody is counted as one by the status, too.
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.maintenance_history WHERE outcome = 'failed'}), '0', 'without a failure');
cmp_ok($runs, '<', 12 * ($seconds + 2), "in $runs runs: the worker is no busy loop");
wait_for($node, 'postgres', q{SELECT max(upper) > now() + interval '25 s' AND min(upper) > now() - interval '8 s' FROM (SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM $$TO \('([^']+)'$$)::timestamptz AS upper FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE inhparent = 'public.live'::regclass) AS b},
	'the partitions stand around the present');

# Hundreds of runs that find nothing to do leave no memory behind.
sub run_often
{
	my ($times) = @_;
	$node->safe_psql('postgres', <<"SQL");
DO \$\$
BEGIN
	FOR i IN 1 .. $times LOOP
		UPDATE partman.part_config SET optimize_constraint = 30 + i % 2;
		COMMIT;
		PERFORM pg_sleep(0.02);
	END LOOP;
END \$\$
SQL
	return $node->safe_psql('postgres', "SELECT runs $status");
}
$node->safe_psql('postgres', 'UPDATE partman.part_config SET create_enabled = false, retire_enabled = false');
my $runs_before = run_often(100);
my $memory_before = memory($pid);
my $runs_after = $runs_before;
# On a slow machine one run answers several changes.
foreach (1 .. 40)
{
	$runs_after = run_often(100);
	last if $runs_after - $runs_before > 200;
}
my $memory_after = memory($pid);
cmp_ok($runs_after - $runs_before, '>', 200, 'that many runs: ' . ($runs_after - $runs_before));
cmp_ok($memory_after, '<', $memory_before + 65536, "memory: $memory_before, then $memory_after bytes");
is(worker_pid($node, 'postgres'), $pid, 'and it is still the same process');

$node->stop;
done_testing();
