# What is half done when the database goes to another major: rows that a procedure moves, a large default partition that
# is being replaced, a partition that is half detached.  Whatever comes of it there, no row is lost and maintenance ends
# well.
use strict;
use warnings FATAL => 'all';

use FindBin;
use IPC::Run;
use lib "$FindBin::RealBin/lib";
use Majors qw(old_cluster restored upgraded);
use PostgreSQL::Test::Utils;
use Test::More;

my $conf = "pg_strata.lock_timeout = 500\npg_strata.lock_retries = 2\nautovacuum = off\n";
my $old = old_cluster($conf);
sub sql { my ($sql) = @_; return $old->safe_psql('postgres', "SET client_min_messages = error; $sql"); }
sub waits { my ($condition, $name) = @_; return ok($old->poll_query_until('postgres', $condition), $name); }

sub session
{
	my ($sql) = @_;
	my $out = '';
	my $handle = IPC::Run::start([ 'psql', '-XAtq', '-d', $old->connstr('postgres'), '-c', $sql ], '<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(300));
	return { handle => $handle, out => \$out };
}

sub terminate
{
	my ($session, $query) = @_;
	sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '$query%'");
	$session->{handle}->finish;
	return;
}

sql('CREATE EXTENSION pg_strata');

# Rows that a procedure moves, a thousand in a transaction.
sql(<<'SQL');
CREATE TABLE items (id int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.items', 'id', '1000', p_premake := 2);
INSERT INTO items SELECT generate_series(100000, 103999);
SQL
my $mover = session(q{CALL partman.partition_data_proc('public.items', p_loop_count := 10, p_wait := 600)});
waits(q{SELECT count(*) = 1 FROM partman.job_steps}, 'a thousand rows are moved');
terminate($mover, 'CALL partman.partition_data_proc');
waits(q{SELECT state = 'interrupted' FROM partman.jobs}, 'and the rest is not');

# Default partitions that are being replaced: one is copied to, one has been.
foreach my $phase ('filling', 'following')
{
	sql(<<"SQL");
CREATE TABLE $phase (id bigint PRIMARY KEY, v bigint NOT NULL, pad text) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.$phase', 'id', '5000', p_premake := 1);
INSERT INTO $phase (id, v, pad) SELECT n, 0, 'x' FROM generate_series(0, 9999, 100) n;
INSERT INTO $phase (id, v, pad) SELECT n, 0, repeat('x', 1900) FROM generate_series(10000, 29999, 2) n;
CREATE TABLE ${phase}_plain AS SELECT id, v FROM $phase;
SQL
	# What the copy has done cannot be noted; then the table cannot be locked against writers.
	stop_behind($phase, 'filling', 'LOCK TABLE partman.job_step IN ACCESS EXCLUSIVE MODE');
	stop_behind($phase, 'following', "LOCK TABLE ${phase}_default IN ROW EXCLUSIVE MODE") if $phase eq 'following';
	sql(qq{UPDATE partman.part_config SET automatic_maintenance = 'off' WHERE parent_table = 'public.$phase'});
	change('old', $old, $phase, 1);
}

# Maintenance gets as far as to that phase while somebody holds a lock.
sub stop_behind
{
	my ($table, $phase, $lock) = @_;
	my $holder = session("BEGIN; $lock; SELECT pg_sleep(600)");
	waits(q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK%' AND wait_event = 'PgSleep'}, "$table: somebody holds a lock");
	$old->psql('postgres', 'CALL partman.run_maintenance_proc()');
	is(sql("SELECT phase FROM partman.rebuild WHERE parent_oid = '$table'::regclass"), $phase, "$table: maintenance stops behind $phase");
	terminate($holder, 'BEGIN; LOCK');
	return;
}

# A change while it is so.
sub change
{
	my ($how, $node, $phase, $number) = @_;
	foreach my $table ($phase, "${phase}_plain")
	{
		$node->safe_psql('postgres', <<"SQL");
UPDATE $table SET v = v + 1 WHERE id % 1000 = 0;
DELETE FROM $table WHERE id BETWEEN 10200 + 100 * $number AND 10250 + 100 * $number;
UPDATE $table SET id = id + 5001 WHERE id BETWEEN 16000 + 100 * $number AND 16020 + 100 * $number;
INSERT INTO $table (id, v) SELECT n, $number FROM generate_series(20001 + 100 * $number, 20051 + 100 * $number, 2) n;
SQL
	}
	return;
}

# A partition that is half detached by hand.
sql(<<'SQL');
CREATE TABLE days (at timestamptz NOT NULL, note text) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.days', 'at', '1 day', p_premake := 2, p_default_table := false, p_time_zone := 'UTC', p_start_partition := (now() - interval '5 days')::text);
INSERT INTO days SELECT now() - n * interval '1 day' FROM generate_series(0, 5) n;
SQL
my $reader = session('BEGIN; SELECT count(*) FROM days; SELECT pg_sleep(600)');
waits(q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'BEGIN; SELECT count%' AND wait_event = 'PgSleep'}, 'somebody reads');
my $half = sql(q{SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'days'::regclass});
my $detacher = session("ALTER TABLE days DETACH PARTITION $half CONCURRENTLY");
waits(q{SELECT count(*) = 1 FROM pg_inherits WHERE inhdetachpending}, 'a partition is half detached');
terminate($detacher, 'ALTER TABLE days DETACH');
terminate($reader, 'BEGIN; SELECT count');

sub same
{
	my ($node, $phase) = @_;
	return $node->safe_psql('postgres', "SELECT count(*) FROM ((TABLE ${phase}_plain EXCEPT ALL SELECT id, v FROM $phase) UNION ALL (SELECT id, v FROM $phase EXCEPT ALL TABLE ${phase}_plain)) d");
}

sub lives_on
{
	my ($node, $how) = @_;
	my $sql = sub { return $node->safe_psql('postgres', "SET client_min_messages = error; $_[0]"); };
	is($sql->('SELECT count(*), sum(id) FROM items'), '4000|407998000', "$how: all rows are there");
	is($sql->('SELECT count(*) FROM days'), '6', "$how: and those of the partition that was half detached");
	foreach my $phase ('filling', 'following')
	{
		is(same($node, $phase), '0', "$how: $phase: and of the default partition that was being replaced");
		change($how, $node, $phase, 2);
		is(same($node, $phase), '0', "$how: $phase: rows can be changed");
	}
	$sql->(q{UPDATE partman.part_config SET automatic_maintenance = 'on'});
	$sql->(q{CALL partman.partition_data_proc('public.items', p_wait := 0)});
	is($sql->('SELECT (SELECT count(*) FROM items_default), (SELECT count(*) FROM items)'), '0|4000', "$how: the procedure ends what it began");
	$sql->('CALL partman.run_maintenance_proc()') foreach 1 .. 2;
	foreach my $phase ('filling', 'following')
	{
		is(same($node, $phase), '0', "$how: $phase: no row is lost in the end");
		is($sql->("SELECT count(*) FROM ${phase}_default"), '0', "$how: $phase: the default partition is empty");
		change($how, $node, $phase, 3);
		is(same($node, $phase), '0', "$how: $phase: and rows can be changed as ever");
	}
	is($sql->(q{SELECT (SELECT count(*) FROM partman.rebuild), (SELECT count(*) FROM partman.jobs WHERE state <> 'done')}), '0|0', "$how: nothing is half done");
	# Nothing ties them to the set any more.
	is($sql->(q{SELECT string_agg(relname, ' ' ORDER BY relname), bool_and(relrowsecurity) FROM pg_class WHERE relname ~ '_(new|log)(_\d+)?$' AND relnamespace = 'public'::regnamespace}),
		'filling_default_log filling_default_new following_default_log following_default_new|t', "$how: what was made before is left over, and closed");
	is($sql->(q{SELECT string_agg(tgrelid::regclass::text, ' ') FROM pg_trigger WHERE tgname LIKE 'pg_strata%' AND tgrelid::regclass::text NOT LIKE 'partman.%'}), '', "$how: nor a trigger");
	is($sql->(q{SELECT count(*) FROM pg_inherits WHERE inhdetachpending}), '0', "$how: no partition is half detached");
	$sql->('SELECT partman.confirm_live()');
	$sql->(q{UPDATE partman.part_config SET retention = '1 day', retention_keep_table = false, retention_max_fraction = NULL WHERE parent_table = 'public.days'});
	$sql->('SELECT partman.run_maintenance()');
	is($sql->("SELECT to_regclass('$half') IS NULL, (SELECT count(*) <= 3 FROM days)"), 't|t', "$how: and retention goes on");
	return;
}

my $restored = restored($old, $conf);
lives_on($restored, 'dump');
$restored->stop;

my $new = upgraded($old, $conf);
lives_on($new, 'pg_upgrade');
$new->stop;
done_testing();
