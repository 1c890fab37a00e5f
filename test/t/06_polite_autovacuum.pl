# Maintenance beside an autovacuum of the partition that is to go, and one of the default partition: autovacuum yields, the
# run gets through, and the application does not wait.  The autovacuum is made so slow that it is there for as long as the
# test takes, unless it is told to go.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_log wait_for_state);
use Test::More;

my $node = new_server('polite_autovacuum', <<'CONF');
autovacuum = on
autovacuum_naptime = 1s
autovacuum_vacuum_threshold = 0
autovacuum_vacuum_scale_factor = 0
autovacuum_vacuum_insert_threshold = -1
autovacuum_vacuum_cost_delay = 50ms
autovacuum_vacuum_cost_limit = 1
pg_strata.lock_timeout = '100ms'
pg_strata.lock_retries = 3
CONF
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE TABLE plain (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE spare (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.plain', 'id', '10', p_premake := 2, p_start_partition := '0', p_default_table := false);
SELECT partman.create_parent('public.spare', 'id', '10', p_premake := 2, p_start_partition := '0');
INSERT INTO plain VALUES (25);
INSERT INTO spare VALUES (25);
SQL
wait_for_state($node, 'postgres', 'running', 'the worker is there');

my $work = PostgreSQL::Test::Utils::tempdir;
append_to_file("$work/application", <<'SQL');
SET lock_timeout = '10s';
INSERT INTO plain VALUES (25);
INSERT INTO spare VALUES (25);
SELECT count(*) FROM plain WHERE id = 25;
SELECT count(*) FROM spare;
SQL

sub is_vacuumed
{
	my ($table, $name) = @_;
	return wait_for($node, 'postgres', "SELECT count(*) > 0 FROM pg_stat_progress_vacuum WHERE relid = to_regclass('$table')", $name);
}

# What is to go, then the default partition.
my @cases = (
	[ 'plain_p0', 'plain', q{UPDATE partman.part_config SET retention = '10', retention_keep_table = false WHERE parent_table = 'public.plain'},
		q{SELECT to_regclass('plain_p0') IS NULL} ],
	[ 'spare_p0', 'spare', q{UPDATE partman.part_config SET retention = '10', retention_keep_table = false WHERE parent_table = 'public.spare'},
		q{SELECT to_regclass('spare_p0') IS NULL} ],
	[ 'spare_default', 'spare', q{UPDATE partman.part_config SET premake = 5 WHERE parent_table = 'public.spare'},
		q{SELECT to_regclass('spare_p70') IS NOT NULL} ]);
foreach my $case (@cases)
{
	my ($table, $set, $order, $done) = @$case;
	# Hundreds of pages of dead rows, of which each takes a while: minutes, if nobody is in the way.
	my $id = $table =~ /default/ ? -1 : 1;
	$node->safe_psql('postgres', "INSERT INTO $set SELECT $id FROM generate_series(1, 120000); DELETE FROM $set WHERE id = $id");
	is_vacuumed($table, "an autovacuum of $table");
	my $offset = -s $node->logfile;
	my $errors = "$work/errors_$table";
	my $application = IPC::Run::start(
		[ 'pgbench', '-n', '-c', '2', '-T', '600', '-f', "$work/application", $node->connstr('postgres') ],
		'>' => "$work/out", '2>' => $errors);
	$node->safe_psql('postgres', $order);
	wait_for($node, 'postgres', $done, "maintenance gets through beside it");
	wait_for_log($node, qr/canceling autovacuum task.*?automatic vacuum of table "postgres\.public\.$table"/s, $offset, 'since autovacuum yields');
	$application->kill_kill;
	is(slurp_file($errors), '', 'the application has not waited for long');
}
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.maintenance_history WHERE outcome = 'failed'}), '0', 'nothing has failed');
$node->stop;
done_testing();
