# Helpers of the TAP tests: servers with the library preloaded, and waiting by polling.
package Strata;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT_OK = qw(new_server quiet_zone worker_pid wait_until_up crash wait_for wait_for_state wait_for_log partitions daily_set said_by started_by);

# A time zone in which no day ends while a test counts partitions of days.
sub quiet_zone { return (gmtime)[2] == 23 ? 'Etc/GMT+6' : 'UTC'; }

# A server with the library preloaded and a short naptime; not started.
sub new_server
{
	my ($name, $conf) = @_;
	my $zone = quiet_zone();
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(allows_streaming => 1);
	$node->append_conf('postgresql.conf', <<"CONF");
shared_preload_libraries = 'pg_strata'
pg_strata.naptime = 1s
max_worker_processes = 12
restart_after_crash = on
autovacuum = off
timezone = '$zone'
CONF
	$node->append_conf('postgresql.conf', $conf) if defined $conf;
	return $node;
}

# The server lets sessions in again after a crash.  poll_query_until would write its query to a psql that may be gone.
sub wait_until_up
{
	my ($node) = @_;
	foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		return
		  if PostgreSQL::Test::Utils::run_log([ 'psql', '-XAtq', '-h', $node->host, '-p', $node->port, '-d', 'postgres', '-c', 'SELECT true' ]);
		select(undef, undef, undef, 0.1);
	}
	die 'the server does not come up again';
}

# Kills a process of the server, which ends all others and lets sessions in again.
sub crash
{
	my ($node, $pid, $name) = @_;
	my $offset = -s $node->logfile;
	kill('KILL', $pid) == 1 or return fail("$name: there is no process $pid");
	wait_for_log($node, qr/all server processes terminated; reinitializing/, $offset, $name);
	wait_until_up($node);
	return;
}

# The condition becomes true, or the test fails and says what the workers were doing.
sub wait_for
{
	my ($node, $database, $condition, $name, $expected) = @_;
	my $reached = $node->poll_query_until($database, $condition, $expected // 't');
	ok($reached, $name)
	  or diag($node->safe_psql('postgres', 'SELECT * FROM partman.worker_status'));
	return $reached;
}

# One that is running may be about to leave: it came before the extension did.  One that has looked around stays.
sub wait_for_state
{
	my ($node, $database, $state, $name) = @_;
	my $stays = $state eq 'running' ? 'AND heartbeat > since' : '';
	return wait_for($node, 'postgres',
		"SELECT count(*) = 1 FROM partman.worker_status WHERE database = '$database' AND state = '$state' $stays", $name);
}

sub worker_pid
{
	my ($node, $database) = @_;
	return $node->safe_psql('postgres', "SELECT pid FROM partman.worker_status WHERE database = '$database'");
}

sub wait_for_log
{
	my ($node, $pattern, $offset, $name) = @_;
	my $found = 0;
	foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		$found = PostgreSQL::Test::Utils::slurp_file($node->logfile, $offset) =~ $pattern;
		last if $found;
		select(undef, undef, undef, 0.1);
	}
	return ok($found, $name);
}

# SQL: how many partitions a table has.
sub partitions
{
	my ($table) = @_;
	return "(SELECT count(*) FROM pg_inherits WHERE inhparent = '$table'::regclass)";
}

# A set of daily partitions, `premake` of them ahead.
sub daily_set
{
	my ($node, $database, $table, $premake) = @_;
	$node->safe_psql($database, <<"SQL");
CREATE TABLE $table (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
SELECT partman.create_parent('$table', 'at', '1 day', p_premake := $premake);
SQL
	return;
}

# What a statement says, whether it fails or not.
sub said_by
{
	my ($node, $sql) = @_;
	my ($status, $stdout, $stderr) = $node->psql('postgres', $sql, on_error_stop => 0, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
	return "$stdout\n$stderr";
}

# A session that goes on by itself, with these settings: its handle, and what it has said.
sub started_by
{
	my ($node, $sql, @settings) = @_;
	my $out = '';
	my $handle = IPC::Run::start(
		[ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), (map { ('-c', "SET $_") } @settings), '-c', $sql ],
		'<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(5 * $PostgreSQL::Test::Utils::timeout_default));
	return { handle => $handle, out => \$out };
}

1;
