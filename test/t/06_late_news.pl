# A session for which the news of another partition came while the server was reading the partitions of the table goes on
# without that one, until there is other news of the table.  Such a session, of which the worker can be one, must
# make nothing that overlaps.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server);
use Test::More;

my $node = fault_server('late_news');
$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION keep_partitions(regclass) RETURNS void LANGUAGE c AS 'pg_strata_faults';
CREATE FUNCTION put_partitions_back(regclass) RETURNS void LANGUAGE c AS 'pg_strata_faults';
CREATE FUNCTION bounds(p_table text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(pg_get_expr(c.relpartbound, c.oid), ', ' ORDER BY c.relname COLLATE "C") FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
     WHERE i.inhparent = p_table::regclass
$$;
SQL

# A session that knows the table as it is before SQL was run in another one.
sub late_session
{
	my ($table, $sql) = @_;
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	$session->query_safe("SELECT keep_partitions('$table')");
	$node->safe_psql('postgres', $sql);
	# Whatever comes with the news is read before.
	$session->query_safe("SELECT count(*) FROM $table");
	$session->query_safe("SELECT put_partitions_back('$table')");
	return $session;
}

sub bounds { my ($table) = @_; return $node->safe_psql('postgres', "SELECT bounds('$table')"); }
sub rows_of { my ($table) = @_; return $node->safe_psql('postgres', "SELECT count(*) FROM $table"); }

my $ranges = q{FOR VALUES FROM ('0') TO ('10'), FOR VALUES FROM ('10') TO ('20'), FOR VALUES FROM ('20') TO ('30')};
foreach my $case (
	[ 'create_partition_id', q{SELECT partman.create_partition_id('public.TABLE', '{20}')} ],
	[ 'run_maintenance', q{SELECT partman.run_maintenance('public.TABLE')} ],
	[ 'add_range_partition', q{SELECT partman.add_range_partition('public.TABLE', '25', '28')} ])
{
	my ($name, $sql) = @$case;
	my $table = "late_$name";
	$sql =~ s/TABLE/$table/g;
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE $table (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.$table', 'id', '10', p_premake := 1, p_start_partition := '0', p_default_table := false);
SQL
	my $session = late_session($table, "SELECT partman.create_partition_id('public.$table', '{20}'); INSERT INTO $table SELECT generate_series(0, 29)");
	is($session->query("SELECT count(*) FROM $table"), '20', "$name: a session that does not know the newest partition");
	$session->query($sql);
	$session->quit;
	my $expected = $name eq 'run_maintenance' ? qr/^\Q$ranges\E(, FOR VALUES FROM \('30'\) TO \('40'\))?$/ : qr/^\Q$ranges\E$/;
	like(bounds($table), $expected, "$name: nothing overlaps");
	is(rows_of($table), '30', "$name: all rows can be seen");
}

# Listed values
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE late_list (k text) PARTITION BY LIST (k);
SELECT partman.create_parent('public.late_list', 'k', p_type => 'list', p_control_not_null => false, p_default_table => false);
SELECT partman.add_list_partition('public.late_list', '{a}');
SQL
my $session = late_session('late_list', q{SELECT partman.add_list_partition('public.late_list', '{b}'); INSERT INTO late_list VALUES ('b')});
is($session->query('SELECT count(*) FROM late_list'), '0', 'add_list_partition: a session that does not know the newest partition');
$session->query(q{SELECT partman.add_list_partition('public.late_list', '{b}')});
$session->quit;
is(bounds('late_list'), q{FOR VALUES IN ('a'), FOR VALUES IN ('b')}, 'add_list_partition: nothing overlaps');
is(rows_of('late_list'), '1', 'add_list_partition: all rows can be seen');

$node->stop;
done_testing();
