# Maintenance beside those who hold locks for long: it goes on where it can, gives up where it cannot and says who was
# in the way, and nobody else has to wait for its sake.  Whoever waited as long as the holder stays would fail here:
# holders stay until the test lets them go.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state partitions);
use Test::More;

my $node = new_server('polite', "max_prepared_transactions = 5\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# Two sets that refer to another table, one with a default partition, each with nine days behind it.
my @days = map { "date_trunc('day', now()) - interval '$_ days'" } 1 .. 9;
my $days = join(', ', @days);
$node->safe_psql('postgres', <<"SQL");
CREATE TABLE public.customers (id int PRIMARY KEY, seen timestamptz);
INSERT INTO public.customers SELECT generate_series(1, 10);
CREATE TABLE public.plain (at timestamptz NOT NULL, customer int REFERENCES public.customers) PARTITION BY RANGE (at);
CREATE TABLE public.spare (at timestamptz NOT NULL, customer int REFERENCES public.customers) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.plain', 'at', '1 day', p_premake := 2, p_default_table := false);
SELECT partman.create_parent('public.spare', 'at', '1 day', p_premake := 2, p_default_table := true);
SELECT partman.create_partition_time('public.plain', ARRAY[$days]), partman.create_partition_time('public.spare', ARRAY[$days]);
UPDATE partman.part_config SET retention_max_fraction = NULL, retention_keep_table = parent_table = 'public.plain';
SQL
$node->append_conf('postgresql.conf', "pg_strata.lock_timeout = '100ms'\npg_strata.lock_retries = 2\n");
$node->reload;

# What the application does meanwhile.  A statement that waits for longer than ours may make it wait is an error; the
# limit leaves room for a machine that is busy with other things.
my $work = PostgreSQL::Test::Utils::tempdir;
append_to_file("$work/application", <<'SQL');
SET lock_timeout = '10s';
INSERT INTO public.plain VALUES (now(), 2);
INSERT INTO public.spare VALUES (now(), 3);
SELECT count(*) FROM public.plain WHERE at > now() - interval '1 hour';
SELECT count(*) FROM public.spare;
BEGIN;
UPDATE public.customers SET seen = now() WHERE id = 4;
INSERT INTO public.plain VALUES (now(), 4);
ROLLBACK;
SQL

sub application
{
	return IPC::Run::start(
		[ 'pgbench', '-n', '-c', '3', '-T', '600', '-f', "$work/application", $node->connstr('postgres') ],
		'>' => "$work/out", '2>' => "$work/errors");
}

# What is to be made and retired in the course of the test.
my ($premake, $retention) = (2, 6);

sub reached
{
	my ($table) = @_;
	return 'SELECT max(upper) > now() + interval \'' . ($premake - 1) . " days' AND min(lower) > now() - interval '" . ($retention + 2) . " days'"
	  . " FROM (SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM \$\$FROM \\('([^']+)'\$\$)::timestamptz AS lower,"
	  . " substring(pg_get_expr(c.relpartbound, c.oid) FROM \$\$TO \\('([^']+)'\$\$)::timestamptz AS upper"
	  . " FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = 'public.$table'::regclass) AS b";
}

# beside NAME, HOLDER, TABLES...: somebody has done what HOLDER says and has not ended his transaction; the sets that must
# be deferred for him, and say so.
sub beside
{
	my ($name, $begin, $end, @deferred) = @_;
	my $run = $node->safe_psql('postgres', 'SELECT coalesce(max(run_id), 0) FROM partman.maintenance_history');
	my $holder = $node->background_psql('postgres', on_error_stop => 1);
	$holder->query_safe($begin);
	my $pid = $begin =~ /PREPARE/ ? 'NULL' : $holder->query_safe('SELECT pg_backend_pid()');
	my $application = application();
	$premake++;
	$retention--;
	$node->safe_psql('postgres', "UPDATE partman.part_config SET premake = $premake, retention = '$retention days'");
	foreach my $table (@deferred)
	{
		wait_for($node, 'postgres',
			"SELECT count(*) > 0 FROM partman.maintenance_history WHERE run_id > $run AND parent_table = 'public.$table'"
			  . " AND outcome = 'deferred' AND blocker_pid IS NOT DISTINCT FROM $pid AND blocker_mode IS NOT NULL",
			"$name: $table is deferred, and the history names the one in the way");
	}
	wait_for($node, 'postgres', reached($_), "$name: $_ is maintained all the same")
	  foreach grep { my $table = $_; !grep { $_ eq $table } @deferred } 'plain', 'spare';
	$holder->query_safe($end);
	$holder->quit;
	wait_for($node, 'postgres', reached($_), "$name: afterwards $_ is maintained") foreach @deferred;
	$application->kill_kill;
	is(slurp_file("$work/errors"), '', "$name: the application has not waited for long");
	return;
}

beside('a reader of both sets', 'BEGIN; SELECT count(*) FROM public.plain, public.spare', 'COMMIT', 'plain', 'spare');
beside('a row in the default partition', q{BEGIN; INSERT INTO public.spare VALUES ('2100-01-01', 1)}, 'ROLLBACK', 'spare');
beside('a writer of the referenced table', 'BEGIN; UPDATE public.customers SET seen = now() WHERE id = 9', 'COMMIT', 'plain', 'spare');
beside('a prepared transaction', q{BEGIN; SELECT count(*) FROM public.plain, public.spare; PREPARE TRANSACTION 'forgotten'},
	q{COMMIT PREPARED 'forgotten'}, 'plain', 'spare');

$node->stop;
done_testing();
