# An archive table beside users of the set: the worker detaches concurrently and attaches to the archive in a second
# step; what ends it in between, or is in its way, a later look makes up for.  So it does with a drop that fails.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Retiring qw(retire touch reader leave pending);
use Strata qw(new_server worker_pid crash wait_for wait_for_state);
use Test::More;

my $node = new_server('archive');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# old_set TABLE, CONFIGURATION: three days are older than retention, which is off yet; the archive is TABLE_old.
sub old_set
{
	my ($table, $more) = @_;
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE $table (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
CREATE TABLE ${table}_old (LIKE $table) PARTITION BY RANGE (at);
SELECT partman.create_parent('$table', 'at', '1 day', p_premake := 2, p_default_table := false);
SELECT partman.create_partition_time('$table', array_agg(date_trunc('day', now()) - i * '1 day'::interval)) FROM generate_series(3, 4) AS i;
INSERT INTO $table (at) SELECT date_trunc('day', now()) - i * '1 day'::interval FROM generate_series(0, 4) AS i;
UPDATE partman.part_config SET retention = '1 day', retention_max_fraction = NULL, retention_keep_table = false, retire_enabled = false, $more
 WHERE parent_table = '$table';
SQL
	return;
}

sub steps
{
	my ($table, $action, $outcome) = @_;
	return "SELECT count(*) > 0 FROM partman.maintenance_history WHERE parent_table = '$table' AND action = '$action' AND outcome = '$outcome'";
}

sub archived
{
	my ($table) = @_;
	return "SELECT count(*) = 3 FROM ${table}_old" . " WHERE NOT EXISTS (SELECT FROM partman.managed_partition WHERE parent_table = '$table' AND retiring_as IS NOT NULL)";
}

sub rows
{
	my ($table) = @_;
	return $node->safe_psql('postgres', "SELECT count(*) FROM (SELECT at FROM $table UNION ALL SELECT at FROM ${table}_old) AS t");
}

# waiting TABLE: the worker waits in the middle of a detach, for a reader, who is returned.
sub waiting
{
	my ($table) = @_;
	old_set($table, "retention_archive_table = '${table}_old'");
	my $session = reader($node, $table);
	retire($node, $table);
	wait_for($node, 'postgres', pending($table), "$table: the detach has begun");
	return $session;
}

my $reader = waiting('public.read');
is($node->safe_psql('postgres', q{SELECT DISTINCT retiring_as FROM partman.managed_partition WHERE retiring_as IS NOT NULL}), 'archive', 'the intent is on record');
like($node->safe_psql('postgres', q{SELECT sql FROM partman.plan_maintenance('public.read') WHERE action = 'finalize'}),
	qr/DETACH PARTITION public\.read_p\d+ FINALIZE;\nALTER TABLE public\.read_old ATTACH PARTITION/, 'the plan says what will follow');
leave($reader);
touch($node, 'public.read');
wait_for($node, 'postgres', archived('public.read'), 'all of them are in the archive');
is(rows('public.read'), '5', 'no row is lost');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'public.read_old'::regclass)}),
	'0', 'no CHECK is left behind');

# Cancelled, killed and restarted while it is pending
$reader = waiting('public.canceled');
$node->safe_psql('postgres', 'SELECT pg_cancel_backend(' . worker_pid($node, 'postgres') . ')');
leave($reader);
touch($node, 'public.canceled');
wait_for($node, 'postgres', archived('public.canceled'), 'a later look completes what was cancelled');
$reader = waiting('public.killed');
crash($node, worker_pid($node, 'postgres'), 'the worker is killed');
eval { $reader->quit };
wait_for($node, 'postgres', archived('public.killed'), 'killed: after the crash it is completed');
$reader = waiting('public.stopped');
$node->stop('fast');
eval { $reader->quit };
$node->start;
wait_for($node, 'postgres', archived('public.stopped'), 'restarted: it is completed');
is(rows('public.stopped'), '5', 'no row is lost');

# The archive cannot be had while the second step wants it: the partition is out of the set, and not lost.
$reader = waiting('public.taken');
my $holder = $node->background_psql('postgres', on_error_stop => 0);
$holder->query_safe('BEGIN; LOCK TABLE public.taken_old IN ACCESS EXCLUSIVE MODE');
leave($reader);
touch($node, 'public.taken');
wait_for($node, 'postgres', steps('public.taken', 'archive', 'deferred'), 'the archive is in use: the second step is put off');
is($node->safe_psql('postgres', pending('public.taken')), 'f', 'the first one is done');
like($node->safe_psql('postgres', q{SELECT DISTINCT blocker_query FROM partman.maintenance_history WHERE parent_table = 'public.taken' AND action = 'archive' AND outcome = 'deferred'}),
	qr/LOCK TABLE public\.taken_old/, 'the history says who is in the way');
is($node->safe_psql('postgres', q{SELECT count(*) FROM public.taken}), '4', 'nobody waits for it');
leave($holder);
touch($node, 'public.taken');
wait_for($node, 'postgres', archived('public.taken'), 'and done when it is free');

# A partition of the archive has its range.
$reader = waiting('public.full');
my $half = $node->safe_psql('postgres', q{SELECT relname, pg_get_expr(relpartbound, oid) FROM pg_class JOIN pg_inherits ON inhrelid = oid WHERE inhdetachpending});
my ($name, $bound) = split /\|/, $half;
$node->safe_psql('postgres', "CREATE TABLE public.in_the_way PARTITION OF public.full_old $bound");
leave($reader);
touch($node, 'public.full');
wait_for($node, 'postgres', steps('public.full', 'archive', 'failed'), 'a range that is taken: the second step fails');
is($node->safe_psql('postgres', "SELECT count(*) FROM public.$name"), '1', 'the table is there');
like($node->safe_psql('postgres', q{SELECT reasons::text FROM partman.health WHERE parent_table = 'public.full'}), qr/1 partition is detached, but not yet dropped, moved, archived or attached again/, 'health tells');
like($node->safe_psql('postgres', q{SELECT action || ': ' || reason FROM partman.plan_maintenance('public.full')}), qr/^archive: was detached at .*, but not archived yet$/m, 'the plan has it');
$node->safe_psql('postgres', "ALTER TABLE public.full_old DETACH PARTITION public.in_the_way; ALTER TABLE public.$name DROP CONSTRAINT IF EXISTS ${name}_at_check");
touch($node, 'public.full');
wait_for($node, 'postgres', archived('public.full'), 'it is archived when it can be, though somebody has dropped its CHECK');
is(rows('public.full'), '5', 'no row is lost');

# The same with a drop: something depends on what is detached.  The second step may come in the run that began the detach, or
# in a later one, when the reader has stayed for longer than the worker waits.
foreach my $table ('public.seen', 'public.seen_late')
{
	old_set($table, 'retention_archive_table = NULL');
	my $oldest = $node->safe_psql('postgres', "SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = '$table'::regclass");
	$node->safe_psql('postgres', "CREATE VIEW public.view AS SELECT * FROM public.$oldest");
	$reader = reader($node, $table);
	retire($node, $table);
	wait_for($node, 'postgres', pending($table), "$table: the detach has begun");
	wait_for($node, 'postgres', steps($table, 'detach concurrently', 'deferred'), "$table: the reader is not waited for any more") if $table =~ /late/;
	leave($reader);
	touch($node, $table);
	wait_for($node, 'postgres', steps($table, 'drop', 'failed'), "$table: a view depends on the table: it is not dropped");
	is($node->safe_psql('postgres', pending($table)), 'f', "$table: but detached");
	wait_for($node, 'postgres', "SELECT reasons::text LIKE '%detached, but not yet dropped%' FROM partman.health WHERE parent_table = '$table'", "$table: health tells");
	wait_for($node, 'postgres', "SELECT count(*) = 4 FROM pg_inherits WHERE inhparent = '$table'::regclass", "$table: the others are retired");
	$node->safe_psql('postgres', "DROP VIEW public.view");
	touch($node, $table);
	wait_for($node, 'postgres', "SELECT to_regclass('public.$oldest') IS NULL", "$table: without the view it is dropped");
	wait_for($node, 'postgres', "SELECT count(*) = 0 FROM partman.managed_partition WHERE partition_table = '$oldest'", "$table: and forgotten");
}

# Who changes his mind keeps the table.
old_set('public.kept', 'retention_archive_table = NULL');
my $oldest = $node->safe_psql('postgres', q{SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'public.kept'::regclass});
$node->safe_psql('postgres', "CREATE VIEW public.view AS SELECT * FROM public.$oldest");
$reader = reader($node, 'public.kept');
retire($node, 'public.kept');
wait_for($node, 'postgres', pending('public.kept'), 'kept: the detach has begun');
leave($reader);
touch($node, 'public.kept');
wait_for($node, 'postgres', steps('public.kept', 'drop', 'failed'), 'it cannot be dropped');
$node->safe_psql('postgres', q{UPDATE partman.part_config SET retention = '1 year' WHERE parent_table = 'public.kept'; DROP VIEW public.view});
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.plan_maintenance('public.kept')}), '0', 'with a longer retention nothing is left to do');
$node->safe_psql('postgres', q{CALL partman.run_maintenance_proc()});
is($node->safe_psql('postgres', "SELECT count(*) FROM public.$oldest"), '1', 'the table is kept');

$node->stop;
done_testing();
