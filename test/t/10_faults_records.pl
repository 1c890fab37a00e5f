# What is recorded of jobs and of runs, spoilt by a superuser: the views can be read, an interrupted job is brought to its
# end by the next call, maintenance goes on, and nothing crashes.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server);
use Garbage qw(columns_of garbage);
use PostgreSQL::Test::Utils;
use Strata qw(wait_for wait_for_state);
use Test::More;

my $node = fault_server('faults_records', "fsync = off\n");
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE moved (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE failing (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE other (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.' || name, 'id', '10', p_premake := 1, p_start_partition := '0') FROM unnest(ARRAY['moved', 'failing', 'other']) AS name;
UPDATE partman.part_config SET infinite_time_partitions = false;
-- One that fails each time, and leaves its traces in the history.
UPDATE partman.part_config SET default_rows = 'error' WHERE parent_table = 'public.failing';
INSERT INTO failing VALUES (15), (25);
INSERT INTO other VALUES (5);
SQL
my $start = $node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()');

# The views, each to its end.
my @views = map { "SELECT '$_' FROM (SELECT count(v) FROM partman.$_ AS v) AS rows;\n" } qw(jobs job_steps progress maintenance_history health part_config);
my $read = 'jobs job_steps progress maintenance_history health part_config';

# Statements with no more than the errors that are meant, and what the views and the last of the statements said.
sub said
{
	my ($sql, $meant) = @_;
	my ($status, $out, $err) = $node->psql('postgres', "SET client_min_messages = error;\n$sql", on_error_stop => 0);
	my @errors = grep { /ERROR|FATAL|PANIC|server closed/ && !(defined $meant && /$meant/) } split /\n/, $err;
	return join(' ', split(/\s+/, $out), @errors);
}

sub spoil
{
	my ($table, $column, $value) = @_;
	my ($status, $out, $err) = $node->psql('postgres', <<"SQL");
SET session_replication_role = replica;
UPDATE partman.$table SET $column = $value RETURNING 'spoilt';
SQL
	die "$table.$column = $value: $err" if $err && $err !~ /violates (?:check|not-null|unique) constraint|can only be updated to DEFAULT/;
	return $out =~ /spoilt/;
}

# The worst for each column; FAULTS=all in the environment tries all there is.
sub some
{
	my @all = garbage(@_);
	return ($ENV{FAULTS} // '') eq 'all' ? @all : grep { defined } $all[-1];
}

# Every column of a table: PREPARE makes the rows that are spoilt, and JUDGE finds out what is wrong afterwards.
sub try_table
{
	my ($table, $prepare, $judge) = @_;
	my $tried = 0;
	foreach my $line (columns_of($node, $table))
	{
		my ($column, $type) = @$line;
		my @values = some($column, $type);
		ok(@values > 0, "there is garbage of type $type for $table.$column") or next;
		my @wrong;
		foreach my $value (@values)
		{
			$prepare->();
			next if !spoil($table, $column, $value);
			$tried++;
			push @wrong, map { "$value: $_" } $judge->();
		}
		is(join("\n", @wrong), '', "$table.$column: all can be read, and the next run completes");
	}
	cmp_ok($tried, '>', 2, "$table: constraints did not refuse it all");
	return;
}

# A job as one is that was interrupted behind its first transaction.
my $move = q{CALL partman.partition_data_proc('public.moved', p_wait := 0)};
my $lowest = 0;
sub interrupted_job
{
	$lowest -= 20;
	$node->safe_psql('postgres', "DELETE FROM partman.job; DELETE FROM partman.job_step; INSERT INTO moved SELECT generate_series($lowest, $lowest + 19)");
	$node->safe_psql('postgres', q{SET client_min_messages = error; CALL partman.partition_data_proc('public.moved', p_loop_count := 1, p_wait := 0); UPDATE partman.job SET state = 'open', finished_at = NULL});
	die 'the job has nothing left to do' if $node->safe_psql('postgres', 'SELECT count(*) FROM moved_default') eq '0';
	return;
}

sub job_is_ended
{
	my @wrong;
	my $views = said(join('', @views));
	push @wrong, "read: $views" if $views ne $read;
	# These may say that there is no such thing, and nothing worse.
	push @wrong, grep { /PANIC|server closed/ } said('CALL partman.resume_job(0); SELECT partman.abort_job(0)');
	push @wrong, grep { $_ ne '' } said($move);
	my $rows = $node->safe_psql('postgres', 'SELECT count(*), count(DISTINCT id), (SELECT count(*) FROM moved_default) FROM moved');
	my $expected = join('|', -$lowest, -$lowest, 0);
	push @wrong, "rows: $rows instead of $expected" if $rows ne $expected;
	return @wrong;
}
try_table('job', \&interrupted_job, \&job_is_ended);
try_table('job_step', \&interrupted_job, \&job_is_ended);

# With each job as it stands after that it can be given up, or gone on with.
foreach my $column (columns_of($node, 'job'))
{
	my ($name, $type) = @$column;
	my @wrong;
	foreach my $value (some($name, $type))
	{
		interrupted_job();
		my $job = $node->safe_psql('postgres', 'SELECT job_id FROM partman.job');
		next if !spoil('job', $name, $value);
		push @wrong, "$value: crashed" if said("CALL partman.resume_job($job); SELECT partman.abort_job($job)") =~ /server closed|PANIC|XX000/;
		push @wrong, map { "$value: $_" } grep { $_ ne '' } said($move);
		push @wrong, "$value: rows are left" if $node->safe_psql('postgres', 'SELECT count(*) FROM moved_default') ne '0';
	}
	is(join("\n", @wrong), '', "job.$name: the job is ended by hand, or refused");
}

# The history, and how each set stands.
my $position = 5;
my $run = 'CALL partman.run_maintenance_proc()';
sub a_history
{
	$position += 10;
	$node->psql('postgres', "INSERT INTO other VALUES ($position); $run");
	return;
}

sub history_goes_on
{
	my @wrong;
	my $views = said(join('', @views));
	push @wrong, "read: $views" if $views ne $read;
	$position += 10;
	my $after = $position + 10;
	my $ran = said("INSERT INTO other VALUES ($position);\n$run;\nSELECT 'maintained' FROM partman.partitions WHERE parent_table = 'public.other' HAVING max(upper_id) >= $after",
		qr/maintenance failed for 1 of \d partition sets: public\.failing/);
	push @wrong, "run: $ran" if $ran ne 'maintained';
	$views = said(join('', @views));
	push @wrong, "read again: $views" if $views ne $read;
	return @wrong;
}
try_table($_, \&a_history, \&history_goes_on) foreach qw(maintenance_run maintenance_set maintenance_step maintenance_state);

is($node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()'), $start, 'nothing has crashed');
$node->stop;
done_testing();
