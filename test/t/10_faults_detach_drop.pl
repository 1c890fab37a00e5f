# The set, or the partition, is dropped or altered while the worker is detaching it concurrently: that succeeds, nothing of
# the dropped is left, the worker goes on with what is there, and nothing of it is called a failure.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server order go wait_until_fired came);
use IPC::Run;
use PostgreSQL::Test::Utils;
use Retiring qw(retire reader pending);
use Strata qw(wait_for wait_for_state);
use Test::More;

my $node = fault_server('faults_detach_drop', "fsync = off\npg_strata.worker_enabled = on\npg_strata.lock_timeout = 2000\n");
sub ask { my ($sql) = @_; return $node->safe_psql('postgres', "SET client_min_messages = error; $sql"); }
sub make_set
{
	my ($name) = @_;
	ask(<<"SQL");
CREATE TABLE $name (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.$name', 'id', '10', p_premake := 1, p_start_partition := '0', p_default_table := false);
SELECT partman.create_partition_id('public.$name', '{10, 20, 30}');
INSERT INTO $name SELECT generate_series(0, 39);
UPDATE partman.part_config SET retention = '15', retention_max_fraction = NULL, retention_keep_table = false, retire_enabled = false WHERE parent_table = 'public.$name';
SQL
	return;
}
# Without a lock on the table, which the worker may hold already.
sub look_now
{
	my ($name) = @_;
	ask("UPDATE partman.part_config SET premake = premake WHERE parent_table = 'public.$name'");
	return;
}
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# `before`: the step comes before the wait for the reader; `during`: when he leaves, within the worker's patience or in the
# next look; `later`: when the worker has given up waiting for him.
my @steps = (
	[ 'detach.locked', 'before' ],
	[ 'detach.left', 'during' ],
	[ 'detach.over', 'before' ],
	[ 'finish.locked', 'later' ],
	[ 'finish.detached', 'later' ]);
my $number = 0;
foreach my $step (@steps)
{
	my ($point, $when) = @$step;
	foreach my $what ('set', 'partition')
	{
		my $name = 't' . $number++;
		my $case = "$what at $point";
		make_set($name);
		my $drop = 'DROP TABLE public.' . ($what eq 'set' ? $name : "${name}_p0");
		my ($reader, $other) = (reader($node, $name));
		my $given_up = "SELECT count(*) > 0 FROM partman.maintenance_history WHERE parent_table = 'public.$name' AND action = 'detach concurrently' AND outcome = 'deferred'";
		order($node, $point, 'worker', 'wait') if $when ne 'later';
		retire($node, "public.$name");
		if ($when ne 'before')
		{
			wait_for($node, 'postgres', pending($name), "$case: the detach has begun");
			wait_for($node, 'postgres', $given_up, "$case: the reader is not waited for any more") if $when eq 'later';
			if ($when eq 'later')
			{
				# Who came when the partition was out of sight keeps the worker from dropping it without a detach.
				$other = reader($node, $name);
				order($node, $point, 'worker', 'wait');
			}
			$reader->query_safe('COMMIT');
			look_now($name);
		}
		# The worker waits for the reader for five seconds, which may be over before he has left.
		if ($when eq 'during' && !came($node, $given_up))
		{
			$reader->quit;
			ask("DROP TABLE $name");
			redo;
		}
		ok(wait_until_fired($node), "$case: the step is reached");
		my $out = '';
		my $dropper = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-c', $drop ],
			'<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(4 * $PostgreSQL::Test::Utils::timeout_default));
		wait_for($node, 'postgres', "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE query = '$drop' AND state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock')", "$case: the drop has begun");
		go($node);
		foreach my $session (grep { defined } $reader, $other)
		{
			eval { $session->query_safe('COMMIT') };
			$session->quit;
		}
		$dropper->finish;
		# The worker may have dropped it before.
		my $dropped = $dropper->result(0) == 0 || $out =~ /table "${name}_p0" does not exist/;
		ok($dropped, "$case: it succeeds") or diag $out;
		if ($what eq 'set')
		{
			is(ask("SELECT count(*) FROM pg_class WHERE relname ~ '^${name}(_p\\d+)?\$'"), '0', "$case: nothing is left of it");
			is(ask("SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.$name'"), '0', "$case: nor of its configuration");
		}
		else
		{
			look_now($name);
			wait_for($node, 'postgres', "SELECT NOT EXISTS (SELECT FROM partman.plan_maintenance('public.$name')) AND to_regclass('public.${name}_p0') IS NULL AND to_regclass('public.${name}_p10') IS NULL",
				"$case: the worker retires the rest");
			is(ask("SELECT count(*), min(id) FROM $name"), '20|20', "$case: all other rows are there");
			is(ask("SELECT count(*) FROM pg_inherits WHERE inhparent = '$name'::regclass AND inhdetachpending"), '0', "$case: nothing is half detached");
			is(ask("SELECT coalesce(string_agg(DISTINCT concat_ws(' ', action, partition, sqlstate, message, detail), E'\n'), 'nothing') FROM partman.maintenance_history WHERE parent_table = 'public.$name' AND outcome = 'failed'"), 'nothing', "$case: has failed");
			ask("DROP TABLE $name");
		}
	}
}
# DDL that came when the detach was about to begin has seen the partition as one: it goes first.
make_set('altered');
my $reading = reader($node, 'altered');
order($node, 'detach.locked', 'worker', 'wait');
retire($node, 'public.altered');
ok(wait_until_fired($node), 'a detach is about to begin');
my $alter = 'ALTER TABLE altered ALTER id SET STATISTICS 50';
my $said = '';
my $altering = IPC::Run::start([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-c', $alter ],
	'<', \undef, '>', \$said, '2>&1', IPC::Run::timeout(4 * $PostgreSQL::Test::Utils::timeout_default));
wait_for($node, 'postgres', "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query = '$alter' AND wait_event_type = 'Lock')", 'DDL on the set waits for it');
go($node);
$altering->finish;
is($said, '', 'it succeeds');
is(ask(q{SELECT min(attstattarget) FROM pg_attribute WHERE attname = 'id' AND attrelid IN (SELECT relid FROM pg_partition_tree('altered') WHERE isleaf)}), '50', 'for all partitions');
$reading->query_safe('COMMIT');
$reading->quit;
look_now('altered');
wait_for($node, 'postgres', q{SELECT NOT EXISTS (SELECT FROM partman.plan_maintenance('public.altered'))}, 'and the worker comes to its detach');
ask('DROP TABLE altered');

is(ask('SELECT count(*) FROM partman.managed_partition'), '0', 'nothing is remembered of any of them');
make_set('after');
retire($node, 'public.after');
wait_for($node, 'postgres', q{SELECT to_regclass('public.after_p0') IS NULL}, 'the worker goes on');
is(ask('SELECT count(*) FROM after'), '20', 'and retires no more than it should');
$node->stop;
done_testing();
