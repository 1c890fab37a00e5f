# Retention beside those who use the set all the time: nobody waits for it, and nothing of it is lost.  The worker detaches
# concurrently where the set is in use, which takes two transactions and a wait between them; whatever ends it in
# between, a later look completes.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Retiring qw(retire touch reader leave pending);
use Strata qw(new_server worker_pid crash wait_for wait_for_state partitions);
use Test::More;

my $node = new_server('gentle');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# old_set TABLE, DAYS, COLUMNS: a set with so many days behind what retention will keep, which is off yet.
sub old_set
{
	my ($table, $days, $columns) = @_;
	$columns //= '';
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE $table (at timestamptz NOT NULL, value int $columns) PARTITION BY RANGE (at);
SELECT partman.create_parent('$table', 'at', '1 day', p_premake := 2, p_default_table := false);
SELECT partman.create_partition_time('$table', array_agg(date_trunc('day', now()) - i * '1 day'::interval))
  FROM generate_series(3, $days + 1) AS i;
INSERT INTO $table (at) SELECT date_trunc('day', now()) - i * '1 day'::interval FROM generate_series(0, $days + 1) AS i;
UPDATE partman.part_config SET retention = '1 day', retention_max_fraction = NULL, retention_keep_table = false,
       retire_enabled = false WHERE parent_table = '$table';
SQL
	return;
}

# What is left: today, yesterday and two days ahead; and of the tables that are gone, nothing.
my $rest = 4;

sub retired
{
	my ($table) = @_;
	my ($schema, $name) = split(/\./, $table);
	return 'SELECT ' . partitions($table) . " = $rest AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = '$table'::regclass AND inhdetachpending)"
	  . " AND (SELECT count(*) FROM pg_class WHERE relname LIKE '${name}_p2%' AND relkind = 'r') = $rest";
}

sub steps
{
	my ($table, $action, $outcome) = @_;
	return "SELECT count(*) FROM partman.maintenance_history WHERE parent_table = '$table' AND action = '$action' AND outcome = '$outcome'";
}

# A hundred partitions go while the set is never without a reader, and beside writers.
old_set('public.busy', 100);
my $work = PostgreSQL::Test::Utils::tempdir;
append_to_file("$work/application", <<'SQL');
SET lock_timeout = '60s';
INSERT INTO public.busy VALUES (now(), 1);
SELECT count(*) FROM public.busy;
SELECT count(*) FROM public.busy WHERE at > now() - interval '1 hour';
UPDATE public.busy SET value = value + 1 WHERE at > now() - interval '1 second';
SQL
my $application = IPC::Run::start(
	[ 'pgbench', '-n', '-c', '3', '-T', '1000', '-f', "$work/application", $node->connstr('postgres') ],
	'>' => "$work/out", '2>' => "$work/errors");
my @readers = map { $node->background_psql('postgres', on_error_stop => 1) } 0 .. 1;
my $observer = $node->background_psql('postgres', on_error_stop => 1);
$_->set_query_timer_restart foreach @readers, $observer;
# From 17 on query_safe() takes a warning for a failure, and the one that is told of below is none.
$_->query_safe('SET client_min_messages = error') foreach @readers, $observer;
$readers[0]->query_safe('BEGIN; SELECT count(*) FROM public.busy');
retire($node, 'public.busy');
# As long as it takes, if only they become fewer.
my ($waiting, $looks, $left, $fewest) = (0, 0, 1, 1_000);
my $end = time + 2 * $PostgreSQL::Test::Utils::timeout_default;
for (my $turn = 1; $left && time < $end; $turn = 1 - $turn)
{
	$readers[$turn]->query_safe('BEGIN; SELECT count(*) FROM public.busy');
	$readers[1 - $turn]->query_safe('COMMIT');
	($waiting, $left) = split /\|/, $observer->query_safe(<<'SQL');
SELECT (SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
         WHERE NOT l.granted AND l.locktype = 'relation' AND a.backend_type = 'client backend'),
       (SELECT count(*) - 4 FROM pg_inherits WHERE inhparent = 'public.busy'::regclass)
SQL
	($fewest, $end) = ($left, time + 2 * $PostgreSQL::Test::Utils::timeout_default) if $left < $fewest;
	$looks++;
	last if $waiting;
}
is($waiting, 0, "no client was seen waiting for a table in $looks looks");
ok(!$left, 'a hundred partitions went beside them');
# The history of a step is written when it is done.
wait_for($node, 'postgres', steps('public.busy', 'drop', 'ok'), 'each one in a step of the history', '100');
cmp_ok($node->safe_psql('postgres', steps('public.busy', 'detach concurrently', 'ok')), '>', 0, 'detached concurrently');
$_->quit foreach @readers, $observer;
$application->kill_kill;
# Who loads the table's definition while PostgreSQL commits the constraint that takes the bound's place reads one catalog
# before and the other after it.  PostgreSQL says so, and loads it again.
is(join('', grep { !/^WARNING:  unexpected pg_constraint record found for relation/ } slurp_file("$work/errors") =~ /.*\n?/g),
	'', 'the application had no trouble');

# A reader stays.  The partition is out of sight at once; everything else waits for him, and nobody for us.
old_set('public.read', 5);
old_set('public.other', 2);
my $plan = $node->safe_psql('postgres', q{SELECT string_agg(DISTINCT action, ',') FROM partman.plan_maintenance('public.read')});
is($plan, '', 'nothing is planned while it is switched off');
my $reader = reader($node, 'public.read');
retire($node, 'public.read');
wait_for($node, 'postgres', pending('public.read'), 'the detach has begun');
is($node->safe_psql('postgres', 'SELECT count(*) FROM public.read'), '6', 'its row is out of sight');
my ($code, undef, $error) = $node->psql('postgres',
	q{SET lock_timeout = '60s'; INSERT INTO public.read VALUES (now(), 1); UPDATE public.read SET value = 2; SELECT count(*) FROM public.read});
is($code, 0, 'others read and write') or diag($error);
retire($node, 'public.other');
wait_for($node, 'postgres', retired('public.other'), 'the other set goes on');
wait_for($node, 'postgres', steps('public.read', 'finalize', 'deferred') =~ s/count\(\*\)/count(*) > 0/r, 'the worker tries again and says so');
is( $node->safe_psql('postgres', q{SELECT pending_detach FROM partman.health WHERE parent_table = 'public.read'}),
	'1', 'health knows');
like($node->safe_psql('postgres', q{SELECT sql FROM partman.plan_maintenance('public.read') WHERE action = 'finalize'}),
	qr/DETACH PARTITION public\.read_p\d+ FINALIZE;\nDROP TABLE public\.read_p\d+;/, 'the plan says what will follow');
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.managed_partition WHERE parent_table = 'public.read' AND retiring_as = 'drop'}), '1', 'the intent is on record');
leave($reader);
touch($node, 'public.read');
wait_for($node, 'postgres', retired('public.read'), 'all goes when he has gone');
wait_for($node, 'postgres', q{SELECT count(*) FROM partman.managed_partition WHERE retiring_as IS NOT NULL}, 'no intent is left', '0');

# waiting TABLE: the worker waits in the middle of a detach, for a reader, who is returned.
sub waiting
{
	my ($table) = @_;
	old_set($table, 3);
	my $session = reader($node, $table);
	retire($node, $table);
	wait_for($node, 'postgres', pending($table), "$table: the detach has begun");
	return $session;
}

# Cancelled while it waits for the reader, in the statement or after it.
$reader = waiting('public.canceled');
$node->safe_psql('postgres', 'SELECT pg_cancel_backend(' . worker_pid($node, 'postgres') . ')');
is($node->safe_psql('postgres', pending('public.canceled')), 't', 'a cancel leaves it pending');
leave($reader);
touch($node, 'public.canceled');
wait_for($node, 'postgres', retired('public.canceled'), 'a later look completes what was cancelled');

# Killed, and the server restarted.
$reader = waiting('public.killed');
crash($node, worker_pid($node, 'postgres'), 'the worker is killed');
eval { $reader->quit };
wait_for($node, 'postgres', retired('public.killed'), 'killed: after the crash it is completed');
$reader = waiting('public.stopped');
$node->stop('fast');
eval { $reader->quit };
$node->start;
wait_for($node, 'postgres', retired('public.stopped'), 'restarted: it is completed');
$reader = waiting('public.crashed');
$node->stop('immediate');
eval { $reader->quit };
$node->start;
wait_for($node, 'postgres', retired('public.crashed'), 'crashed: it is completed');

# A change of mind while it is pending: nothing is retired any more, and what was on its way comes back.
$reader = waiting('public.kept');
my $half = $node->safe_psql('postgres', q{SELECT inhrelid::regclass FROM pg_inherits WHERE inhdetachpending});
$node->safe_psql('postgres', q{UPDATE partman.part_config SET retention = '1 year' WHERE parent_table = 'public.kept'});
leave($reader);
touch($node, 'public.kept');
wait_for($node, 'postgres', 'SELECT NOT EXISTS (SELECT FROM pg_inherits WHERE inhdetachpending)', 'the pending detach is ended');
is($node->safe_psql('postgres', "SELECT count(*) FROM public.kept WHERE tableoid = '$half'::regclass"), '1', 'its row is in the set again');
is($node->safe_psql('postgres', 'SELECT ' . partitions('public.kept')), $rest + 3, 'as are the others');

# A move, and a table that nobody but the set refers to: concurrently too.
$node->safe_psql('postgres', 'CREATE SCHEMA archive; CREATE TABLE public.target (id int PRIMARY KEY)');
old_set('public.moved', 3, 'REFERENCES public.target');
$reader = reader($node, 'public.moved');
retire($node, 'public.moved', q{retention_schema = 'archive'});
wait_for($node, 'postgres', pending('public.moved'), 'a move has begun');
leave($reader);
touch($node, 'public.moved');
wait_for($node, 'postgres', 'SELECT ' . partitions('public.moved') . " = $rest AND (SELECT count(*) FROM pg_class WHERE relnamespace = 'archive'::regnamespace AND relkind = 'r') = 3",
	'the partitions are in the other schema');

# What somebody began by hand is ended and kept.
old_set('public.byhand', 2);
$reader = reader($node, 'public.byhand');
my $hand = $node->background_psql('postgres', on_error_stop => 0);
$half = $node->safe_psql('postgres', q{SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'public.byhand'::regclass});
$hand->query_until(qr/begun/, "\\echo begun\nALTER TABLE public.byhand DETACH PARTITION $half CONCURRENTLY;\n");
wait_for($node, 'postgres', pending('public.byhand'), 'somebody detaches by hand');
touch($node, 'public.byhand');
wait_for($node, 'postgres', steps('public.byhand', 'finalize', 'deferred') =~ s/count\(\*\)/count(*) > 0/r, 'while he is at it he is left alone');
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND query LIKE 'ALTER%CONCURRENTLY;'});
leave($reader);
retire($node, 'public.byhand');
wait_for($node, 'postgres', 'SELECT ' . partitions('public.byhand') . " = $rest", 'the set is relieved of the others');
is($node->safe_psql('postgres', "SELECT count(*) FROM $half"), '1', 'his table is kept');
eval { $hand->quit };

$node->stop;
done_testing();
