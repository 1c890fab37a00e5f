# drop_partition(p_concurrently => true) of sets whose partitions have remainders of a hash or list values: the worker takes
# the partition out beside those who use the set, and goes on with it after whatever ended it.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Retiring qw(touch reader leave pending);
use Strata qw(new_server worker_pid crash wait_for wait_for_state);
use Test::More;
use Time::HiRes qw(usleep);

my $node = new_server('bounded_dropper');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

sub ask { my ($sql) = @_; return $node->safe_psql('postgres', "SET client_min_messages = error; $sql"); }

# Twelve rows in partitions of two kinds; `default` for lists alone.
my %make = (
	hash => sub {
		my ($table) = @_;
		ask(<<"SQL");
CREATE TABLE $table (id int PRIMARY KEY, value int) PARTITION BY HASH (id);
SELECT partman.create_parent('$table', 'id', p_type := 'hash', p_modulus := 3);
INSERT INTO $table SELECT i, 0 FROM generate_series(1, 12) AS i;
SQL
		return;
	},
	list => sub {
		my ($table, $default) = @_;
		$default //= 'false';
		ask(<<"SQL");
CREATE TABLE $table (id int, value int) PARTITION BY LIST (id);
SELECT partman.create_parent('$table', 'id', p_type := 'list', p_default_table := $default, p_control_not_null := false);
SELECT partman.add_list_partition('$table', ARRAY[i::text]) FROM generate_series(1, 12) AS i;
INSERT INTO $table SELECT i, 0 FROM generate_series(1, 12) AS i;
SQL
		return;
	});

sub drop_call
{
	my ($partition, $keep) = @_;
	return "SELECT partman.drop_partition('$partition', " . ($keep // 'false') . ', p_concurrently := true)';
}

sub gone { my ($oid) = @_; return "SELECT count(*) = 0 FROM pg_class WHERE oid = $oid"; }

sub is_attached { my ($oid) = @_; return "SELECT relispartition FROM pg_class WHERE oid = $oid"; }

# The bounds of a partition, and whether the set has one with them.
sub bounds { my ($oid) = @_; return ask("SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = $oid"); }

sub has_bounds
{
	my ($table, $bounds) = @_;
	return "SELECT count(*) = 1 FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = '$table'::regclass AND NOT inhdetachpending AND pg_get_expr(relpartbound, oid) = '" . $bounds =~ s/'/''/gr . "'";
}

sub nothing_left
{
	my ($table) = @_;
	return "SELECT count(*) = 0 FROM partman.managed_partition WHERE parent_oid = '$table'::regclass AND (asked_since IS NOT NULL OR retiring_as IS NOT NULL)";
}

sub failures { my ($table) = @_; return ask("SELECT string_agg(message, '; ') FROM partman.maintenance_history WHERE parent_table = '$table' AND outcome = 'failed'"); }

foreach my $kind ('hash', 'list')
{
	my $table = "public.calm_$kind";
	$make{$kind}->($table);
	my $oid = ask("SELECT '${table}_p1'::regclass::oid");
	my $bounds = bounds($oid);
	my $inside = ask("SELECT count(*) FROM ${table}_p1");
	is(ask('BEGIN; ' . drop_call("${table}_p1") . qq{;
SELECT action, partition, bounds, reason, sql, locks ~ 'detach concurrently' FROM partman.plan_maintenance('$table');
SELECT reasons FROM partman.health WHERE parent_table = '$table';
ROLLBACK}), "t\ndrop|${table}_p1|" . $bounds =~ s/FOR VALUES //r . qq{|drop_partition() was called for it|DROP TABLE ${table}_p1;|t
{"1 partition waits for the worker, as drop_partition() was called"}}, "$kind: plan and health show what waits");
	# What a plan shows is done by whoever applies it, or maintains the set, and not without the word.
	my $shown = "SELECT max(fingerprint) AS shown FROM partman.plan_maintenance('$table') \\gset\n";
	my $apply = "CALL partman.apply_plan(:'shown', '$table', p_atomic := true";
	foreach my $run ([ 'maintenance', "SELECT partman.run_maintenance('$table');", 'f' ], [ 'the plan', "$shown$apply);", 'f' ], [ 'the plan without what it retires', "$shown$apply, p_skip_retire := true);", 't' ])
	{
		my ($what, $sql, $expected) = @$run;
		is(ask('BEGIN; ' . drop_call("${table}_p1", 'true') . ";\n$sql SELECT relispartition FROM pg_class WHERE oid = $oid; ROLLBACK") =~ s/.*\n//sr, $expected, "$kind: $what");
	}
	my ($ret, undef, $error) = $node->psql('postgres', 'BEGIN; ' . drop_call("${table}_p2") . ";\n$shown" . drop_call("${table}_p1") . "; $apply);");
	like($error, qr/is not the one that was approved/, "$kind: a plan from before is not applied");

	is(ask(drop_call("${table}_p1")), 't', "$kind: it is asked for");
	wait_for($node, 'postgres', gone($oid), "$kind: and done");
	if ($kind eq 'hash')
	{
		wait_for($node, 'postgres', has_bounds($table, $bounds), 'hash: maintenance makes the remainder again');
		is(ask("INSERT INTO $table SELECT i, 0 FROM generate_series(1, 12) AS i ON CONFLICT DO NOTHING; SELECT count(*) FROM $table"), '12', 'hash: and it takes rows');
	}
	else
	{
		is(ask("SELECT count(*) FROM $table"), 12 - $inside, 'list: its rows are gone');
	}
	my $kept = ask("SELECT '${table}_p2'::regclass::oid");
	is(ask(drop_call("${table}_p2", 'true')), 't', "$kind: one that is kept");
	wait_for($node, 'postgres', 'SELECT NOT (' . is_attached($kept) . ')', "$kind: leaves the set");
	wait_for($node, 'postgres', nothing_left($table), "$kind: nothing is left to do");
	cmp_ok(ask("SELECT count(*) FROM ${table}_p2"), '>', 0, "$kind: with its rows");
	wait_for($node, 'postgres', "SELECT count(DISTINCT partition) = 2 FROM partman.maintenance_history WHERE parent_table = '$table' AND action IN ('drop', 'detach') AND partition IN ('${table}_p1', '${table}_p2') AND bounds ~ '^(IN|WITH)' AND outcome = 'ok'", "$kind: the history knows");
	is(failures($table), '', "$kind: of no failure");
}

# Beside a reader: nobody waits, nothing is made in its place yet, and a crash in the middle is no matter.
foreach my $kind ('hash', 'list')
{
	foreach my $keep ('false', 'true')
	{
		my $table = "public.busy_${kind}_$keep";
		my $case = "$kind, keep $keep";
		$make{$kind}->($table);
		ask("UPDATE partman.part_config SET value_query = 'SELECT 1' WHERE parent_table = '$table'") if $kind eq 'list';
		my $oid = ask("SELECT '${table}_p1'::regclass::oid");
		my $bounds = bounds($oid);
		my $inside = ask("SELECT count(*) FROM ${table}_p1");
		my $reader = reader($node, $table);
		is(ask(drop_call("${table}_p1", $keep)), 't', "$case: the call returns at once");
		wait_for($node, 'postgres', pending($table), "$case: the detach has begun");
		is(ask("SELECT count(*) FROM $table"), 12 - $inside, "$case: its rows are out of sight");
		is($node->psql('postgres', "SET lock_timeout = '60s'; UPDATE $table SET value = 2"), 0, "$case: others write");
		wait_for($node, 'postgres', "SELECT count(*) > 0 FROM partman.maintenance_history WHERE parent_table = '$table' AND action = 'detach concurrently' AND outcome = 'deferred'", "$case: the reader is not waited for any more");
		like(ask("SELECT string_agg(action || ' ' || reason, ', ') FROM partman.plan_maintenance('$table')"), qr/^finalize is half detached, as drop_partition\(\) was to do$/, "$case: the plan says why, and makes nothing");
		is(ask("SELECT pending_detach FROM partman.health WHERE parent_table = '$table'"), '1', "$case: health counts it");
		crash($node, worker_pid($node, 'postgres'), "$case: the worker is killed");
		eval { $reader->quit };
		wait_for($node, 'postgres', $keep eq 'true' ? 'SELECT NOT (' . is_attached($oid) . ')' : gone($oid), "$case: it is completed");
		is(ask("SELECT count(*) FROM ${table}_p1"), $inside, "$case: the table is kept with its rows") if $keep eq 'true';
		wait_for($node, 'postgres', nothing_left($table), "$case: nothing is left to do");
		wait_for($node, 'postgres', has_bounds($table, $bounds), "$case: what belongs there is made again");
		is(failures($table), '', "$case: nothing has failed");
	}
}

# Who changes his mind has it back, with its rows.
foreach my $kind ('hash', 'list')
{
	my $table = "public.back_$kind";
	$make{$kind}->($table);
	my $oid = ask("SELECT '${table}_p2'::regclass::oid");
	my $reader = reader($node, $table);
	ask(drop_call("${table}_p2"));
	wait_for($node, 'postgres', pending($table), "$kind: the detach has begun");
	ask("SELECT partman.hold_retention('${table}_p2')");
	leave($reader);
	touch($node, $table);
	wait_for($node, 'postgres', "SELECT count(*) = 12 FROM $table", "$kind: held, it returns");
	is(ask(is_attached($oid)), 't', "$kind: the same table");
	is(ask("SELECT count(*) FROM pg_constraint WHERE conrelid = $oid AND contype = 'c'"), '0', "$kind: no constraint is left behind");
	wait_for($node, 'postgres', nothing_left($table), "$kind: nothing is left to do");
	is(failures($table), '', "$kind: nothing has failed");
}

# With a default partition it takes the locks that retention takes, as often as it needs.
$make{list}->('public.fallback', 'true');
my $reader = reader($node, 'public.fallback');
ask(drop_call('public.fallback_p2'));
wait_for($node, 'postgres', q{SELECT count(*) > 0 FROM partman.maintenance_history WHERE parent_table = 'public.fallback' AND action = 'drop' AND outcome = 'deferred'}, 'with a default: it is put off beside a reader');
is($node->psql('postgres', q{SET lock_timeout = '60s'; INSERT INTO public.fallback VALUES (5, 1)}), 0, 'who holds up nobody else');
leave($reader);
touch($node, 'public.fallback');
wait_for($node, 'postgres', q{SELECT to_regclass('public.fallback_p2') IS NULL}, 'with a default: and done when he has gone');

# What somebody has begun by hand is ended too, and kept.
$make{hash}->('public.by_hand');
my $by_hand = ask(q{SELECT 'public.by_hand_p1'::regclass::oid});
$reader = reader($node, 'public.by_hand');
# It cannot come to its end beside the reader, and is to come so far before its time is over.
foreach my $timeout (map { 500 * 2**$_ } 0 .. 7)
{
	$node->psql('postgres', "SET statement_timeout = $timeout; ALTER TABLE public.by_hand DETACH PARTITION public.by_hand_p1 CONCURRENTLY");
	last if ask(pending('public.by_hand')) eq 't';
}
is(ask(pending('public.by_hand')), 't', 'by hand: half detached');
leave($reader);
touch($node, 'public.by_hand');
wait_for($node, 'postgres', 'SELECT NOT (' . is_attached($by_hand) . ')', 'by hand: it is ended');
wait_for($node, 'postgres', q{SELECT count(*) = 3 FROM pg_inherits WHERE inhparent = 'public.by_hand'::regclass}, 'by hand: the remainder has a partition again');

# Levels: below a set by range, and with sets by range below.
ask(<<'SQL');
CREATE TABLE public.upper (day date NOT NULL, id int NOT NULL) PARTITION BY RANGE (day);
SELECT partman.create_parent('public.upper', 'day', '1 day', p_premake := 1, p_start_partition := '2026-01-01', p_default_table := false);
SELECT partman.create_sub_partition('public.upper', 'id', p_type := 'hash', p_modulus := 2, p_declarative_check := 'yes');
CREATE TABLE public.regions (region text, id bigint NOT NULL) PARTITION BY LIST (region);
SELECT partman.create_parent('public.regions', 'region', p_type := 'list', p_default_table := false, p_control_not_null := false);
SELECT partman.add_list_partition('public.regions', ARRAY[r]) FROM unnest('{eu,us}'::text[]) AS r;
SELECT partman.create_sub_partition('public.regions', 'id', '10', p_premake := 1, p_default_table := false, p_declarative_check := 'yes');
SQL
my ($leaf, $above) = split /\|/, ask(q{SELECT inhrelid || '|' || inhparent::regclass FROM pg_inherits WHERE inhparent IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'public.upper'::regclass) ORDER BY inhrelid LIMIT 1});
my $its_bounds = bounds($leaf);
$reader = reader($node, 'public.upper');
ask(drop_call(ask("SELECT 'public.' || relname FROM pg_class WHERE oid = $leaf")));
wait_for($node, 'postgres', pending($above), 'a remainder below a range: half detached beside a reader');
leave($reader);
touch($node, $above);
wait_for($node, 'postgres', gone($leaf), 'a remainder below a range: gone');
wait_for($node, 'postgres', has_bounds($above, $its_bounds), 'a remainder below a range: made again');

$reader = reader($node, 'public.regions');
ask(drop_call('public.regions_peu'));
wait_for($node, 'postgres', pending('public.regions'), 'a value above ranges: half detached beside a reader');
leave($reader);
touch($node, 'public.regions');
wait_for($node, 'postgres', q{SELECT to_regclass('public.regions_peu') IS NULL}, 'a value above ranges: gone');
is(ask(q{SELECT string_agg(parent_table, ',' ORDER BY parent_table) FROM partman.part_config WHERE parent_table ~ 'regions'}), 'public.regions,public.regions_pus', 'a value above ranges: so is the set that it was');
is(ask(q{SELECT count(*) FROM partman.maintenance_history WHERE outcome = 'failed'}), '0', 'nothing has failed');

# The set is managed no longer: whoever maintains the others puts its partition back.
foreach my $kind ('hash', 'list')
{
	my $table = "public.left_$kind";
	$make{$kind}->($table);
	my $oid = ask("SELECT '${table}_p1'::regclass::oid");
	my $bystander = reader($node, $table);
	ask(drop_call("${table}_p1"));
	wait_for($node, 'postgres', "SELECT count(*) > 0 FROM partman.maintenance_history WHERE parent_table = '$table' AND action = 'detach concurrently' AND outcome = 'deferred'", "$kind, managed no longer: half detached");
	ask($_) foreach 'ALTER SYSTEM SET pg_strata.worker_enabled = off', 'SELECT pg_reload_conf()';
	wait_for($node, 'postgres', q{SELECT count(*) = 0 FROM partman.worker_status WHERE state = 'running' AND database = 'postgres'}, 'the worker leaves');
	ask("DELETE FROM partman.part_config WHERE parent_table = '$table'; SELECT partman.run_maintenance()");
	is(ask(pending($table)), 't', "$kind, managed no longer: not while it is in use");
	is(ask("SELECT count(asked_since) FROM partman.managed_partition WHERE parent_oid = '$table'::regclass"), '0', "$kind, managed no longer: nobody wants it to go any more");
	# Of a session that knows by then that no set needs anything.
	my $knowing = $node->background_psql('postgres');
	$knowing->query_safe('SELECT partman.run_maintenance()') foreach 1 .. 2;
	leave($bystander);
	# Any session with an older snapshot puts it off.
	my $rows = '';
	foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		$knowing->query_safe('SELECT partman.run_maintenance()');
		$rows = ask("SELECT count(*) FROM $table");
		last if $rows eq '12';
		usleep(100_000);
	}
	$knowing->quit;
	is($rows, '12', "$kind, managed no longer: it is back, with its rows");
	is(ask(is_attached($oid)), 't', "$kind, managed no longer: the same table");
	is(ask("SELECT count(*) FROM partman.managed_partition WHERE parent_oid = '$table'::regclass"), '0', "$kind, managed no longer: nothing is remembered of it");
	is(ask("SELECT count(*) FROM partman.maintenance_history WHERE parent_table = '$table' AND action = 'attach' AND outcome = 'ok'"), '1', "$kind, managed no longer: but in the history");
	ask($_) foreach 'ALTER SYSTEM RESET pg_strata.worker_enabled', 'SELECT pg_reload_conf()';
	wait_for_state($node, 'postgres', 'running', 'the worker is back');
}

$node->stop;
done_testing();
