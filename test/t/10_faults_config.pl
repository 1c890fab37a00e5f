# A configuration that a superuser has spoilt with the triggers off: whatever is in whichever column of the tables that
# maintenance rests on, nothing crashes, it is said which set is meant, and the other sets are maintained.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Garbage qw(columns_of garbage);
use PostgreSQL::Test::Utils;
use Strata qw(new_server);
use Test::More;

my $node = new_server('faults_config', "pg_strata.worker_enabled = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE TABLE bad (id bigint NOT NULL, at timestamptz) PARTITION BY RANGE (id);
CREATE TABLE good (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.' || name, 'id', '10', p_premake := 2, p_start_partition := '0') FROM unnest(ARRAY['bad', 'good']) AS name;
INSERT INTO bad SELECT generate_series(0, 25);
INSERT INTO good VALUES (5);
CREATE TABLE tree (id bigint NOT NULL, device int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.tree', 'id', '10', p_premake := 1, p_start_partition := '0');
SELECT partman.create_sub_parent('public.tree', 'device', '5', p_declarative_check := 'yes', p_premake := 1);
INSERT INTO tree VALUES (5, 5), (12, 3);
INSERT INTO partman.part_config_override (root, value, settings) VALUES ('public.tree', '5', '{"premake": 1}');
SQL

# Which row is spoilt, and which rows are not: those of the other set.
my %spoilt = (
	part_config => [ q{parent_table = 'public.bad'}, q{parent_table = 'public.good'} ],
	part_config_sub => [ 'true', 'false' ],
	part_config_override => [ q{root = 'public.tree'}, 'false' ],
	managed_partition => [ q{partition_table = 'bad_p10'}, q{parent_table = 'public.good'} ],
	installation => [ 'true', 'false' ]);
my @columns;
foreach my $table (sort keys %spoilt)
{
	$node->safe_psql('postgres', "CREATE TABLE kept_$table AS SELECT * FROM partman.$table WHERE NOT $spoilt{$table}[1]");
	push @columns, map { [ $table, @$_ ] } columns_of($node, $table);
}

my $position = 5;
my $start = $node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()');
# Whatever retention does by mistake: what it takes out it keeps.
$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION rows_in_all(OUT rows bigint) LANGUAGE plpgsql AS $$
DECLARE part regclass; n bigint;
BEGIN
	rows := 0;
	FOR part IN SELECT oid FROM pg_class WHERE relname ~ '^(bad|tree)_(p\d|default)' AND relkind = 'r' LOOP
		EXECUTE format('SELECT count(*) FROM %s', part) INTO n;
		rows := rows + n;
	END LOOP;
END $$;
SQL
my $all = 'SELECT rows_in_all()';
my $rows = $node->safe_psql('postgres', $all);
my $tried = 0;
foreach my $line (@columns)
{
	my ($table, $column, $type) = @$line;
	my ($row, $others) = @{ $spoilt{$table} };
	my @values = garbage($column, $type);
	ok(@values > 0, "there is garbage of type $type for $table.$column") or next;
	my @wrong;
	foreach my $value (@values)
	{
		$position += 10;
		my $after = $position + 20;
		my ($status, $out, $err) = $node->psql('postgres', <<"SQL", on_error_stop => 0);
SET client_min_messages = error;
SET session_replication_role = replica;
UPDATE partman.$table SET $column = $value WHERE $row RETURNING 'spoilt';
RESET session_replication_role;
INSERT INTO good VALUES ($position);
CALL partman.run_maintenance_proc();
SELECT 'maintained' FROM partman.partitions WHERE parent_table = 'public.good' HAVING max(upper_id) >= $after;
SELECT 'configuration' FROM (SELECT count(part_config) FROM partman.part_config) AS rows;
SELECT 'health' FROM (SELECT count(health) FROM partman.health) AS rows;
SELECT 'plan' FROM (SELECT count(plan) FROM partman.plan_maintenance() AS plan) AS rows;
SET session_replication_role = replica;
DELETE FROM partman.$table WHERE ($others) IS NOT TRUE;
INSERT INTO partman.$table SELECT * FROM kept_$table;
SQL
		if ($out !~ /spoilt/)
		{
			fail("$table.$column = $value: $err") if $err !~ /violates (?:check|not-null) constraint/;
			next;
		}
		$tried++;
		my $seen = join(' ', grep { $_ ne 'spoilt' } split(/\s+/, $out));
		my @unexpected = grep { /ERROR/ && !/maintenance failed for \d of \d partition sets: public\.(?!good)/ } split(/\n/, $err);
		push @wrong, "$value: $seen @unexpected" if $seen ne 'maintained configuration health plan' || @unexpected;
	}
	is("@wrong", '', "$table.$column: the other set is maintained, and all can be read");
}
cmp_ok($tried, '>', 30, 'constraints did not refuse it all');
is($node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()'), $start, 'nothing has crashed');
is($node->safe_psql('postgres', $all), $rows, 'no row is lost');
$node->safe_psql('postgres', 'CALL partman.run_maintenance_proc()');
is($node->safe_psql('postgres', 'SELECT count(*) FROM partman.plan_maintenance()'), '0', 'with the old configuration all is in order');
$node->stop;
done_testing();
