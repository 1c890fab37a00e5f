# Two who move rows of one set, and a set that is dropped or renamed while its rows are moved.
use strict;
use warnings FATAL => 'all';

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('beside');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
timezone = 'UTC'
autovacuum = off
pg_strata.lock_timeout = 100
pg_strata.lock_retries = 1
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');

sub make_set
{
	my ($table) = @_;
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE $table (id bigint, at timestamptz NOT NULL, note text) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.$table', 'at', '1 day', p_premake := 1);
INSERT INTO $table SELECT i, timestamptz '2025-01-01' + i * interval '1 hour', 'x' FROM generate_series(0, 719) i;
CREATE TABLE plain_$table (LIKE $table);
SQL
	return;
}

sub session
{
	my ($sql) = @_;
	my $out = '';
	local $ENV{PGAPPNAME} = 'background';
	my $handle = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-c', $sql ],
		'>', \$out, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	return { handle => $handle, out => \$out };
}

# What a statement says, whether it fails or not.
sub said
{
	my ($sql) = @_;
	my ($status, $stdout, $stderr) =
	  $node->psql('postgres', $sql, on_error_stop => 0, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
	return "$stdout\n$stderr";
}

sub paused { return $node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Extension' AND application_name = 'background'}); }
sub content { my ($table) = @_; return $node->safe_psql('postgres', "SELECT count(*), count(DISTINCT id) FROM $table"); }

# What makes no sense is refused before anything is moved.
make_set('orders');
like(said(q{CALL partman.partition_data_proc('public.orders', p_order := 'up')}), qr/ERROR:  22023: Invalid value for p_order. Must be ASC or DESC/, 'p_order');
like(said(q{CALL partman.partition_data_async('public.orders', p_interval := '1 hour', p_order := 'DESC')}),
	qr/ERROR:  22023: Invalid value for p_order. Must be ASC/, 'p_order of partition_data_async');
like(said(q{CALL partman.partition_data_async('public.orders', p_interval := '2 days')}), qr/ERROR:  22023: p_interval must be smaller/, 'p_interval');
is($node->safe_psql('postgres', 'SELECT count(*) FROM orders_default'), '720', 'nothing was moved');

# The second one gets an answer: who is at it.
my $in = "BEGIN; SELECT partman.partition_data_time('public.orders');\n";
my $mine = '';
my $first = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$mine, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
$first->pump until $mine =~ /^24$/m;
my $pid = $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction'});
for my $call (
	q{SELECT partman.partition_data_time('public.orders')},
	q{CALL partman.partition_data_proc('public.orders', p_lock_wait_tries := 1, p_wait := 0)},
	q{SELECT partman.undo_partition('public.orders', 'public.plain_orders')})
{
	like(said($call), qr/ERROR:  55P03.*Process $pid holds/s, "$call: the first one is named");
}
like(said(q{SELECT partman.partition_data_time('public.orders', p_lock_wait := 0.2)}), qr/^-1\n.*NOTICE.*Process $pid holds/s, 'or -1, and a NOTICE names him');
like(said(q{SELECT partman.undo_partition('public.orders', 'public.plain_orders', p_lock_wait := 0.2)}), qr/^\(-1,\)\n.*NOTICE.*Process $pid holds/s, 'undo_partition too');
unlike(said(q{SELECT partman.run_maintenance()}), qr/ERROR/, 'maintenance of all goes on');
$in .= "COMMIT;\n\\q\n";
$first->finish;
is($node->safe_psql('postgres', q{SELECT partman.partition_data_time('public.orders')}), '24', 'then it is the turn of the next');
is(content('orders'), '720|720', 'and every row is there once');

# Dropped between two batches
my $mover = session(q{CALL partman.partition_data_proc('public.orders', p_interval := '1 day', p_wait := 1, p_loop_count := 20)});
ok(paused(), 'the procedure is between two batches');
$node->safe_psql('postgres', 'SET lock_timeout = 0; DROP TABLE orders CASCADE');
ok(!$mover->{handle}->finish, 'it ends');
like(${ $mover->{out} }, qr/ERROR:  (?!XX)\w{5}: .*(orders|does not exist any more)/, 'and says why');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname LIKE 'orders%'}), '0', 'nothing of the table comes back');

# Renamed
make_set('visits');
$mover = session(q{CALL partman.partition_data_proc('public.visits', p_interval := '1 day', p_wait := 1, p_loop_count := 20)});
ok(paused(), 'the procedure is between two batches');
$node->safe_psql('postgres', 'SET lock_timeout = 0; ALTER TABLE visits RENAME TO calls');
ok(!$mover->{handle}->finish, 'it ends');
like(${ $mover->{out} }, qr/ERROR:  (?!XX)\w{5}: .*public\.visits/, 'and says why');
is(content('calls'), '720|720', 'no row is lost');
$node->safe_psql('postgres', q{CALL partman.partition_data_proc('public.calls', p_wait := 0)});
is($node->safe_psql('postgres', 'SELECT count(*) FROM visits_default'), '0', 'under its new name it goes on');
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.partitions WHERE parent_table = 'public.calls' AND lower_time < '2025-02-01'}), '30', 'and completes');

# The target of an undoing is dropped, then the set is.
$mover = session(q{CALL partman.undo_partition_proc('public.calls', 'public.plain_visits', p_wait := 1)});
ok(paused(), 'undoing is between two batches');
$node->safe_psql('postgres', 'SET lock_timeout = 0; ALTER TABLE plain_visits RENAME TO plain_calls');
ok(!$mover->{handle}->finish, 'it ends');
like(${ $mover->{out} }, qr/ERROR:  42P01: Given target table not found/, 'without its target');
is(content('(TABLE calls UNION ALL TABLE plain_calls) c'), '720|720', 'no row is lost');
$mover = session(q{CALL partman.undo_partition_proc('public.calls', 'public.plain_calls', p_wait := 1)});
ok(paused(), 'undoing is between two batches');
my $moved = content('plain_calls');
$node->safe_psql('postgres', 'SET lock_timeout = 0; DROP TABLE calls CASCADE');
ok(!$mover->{handle}->finish, 'it ends');
like(${ $mover->{out} }, qr/ERROR:  (?!XX)\w{5}: .*(calls|does not exist any more)/, 'without the set');
cmp_ok((split /\|/, content('plain_calls'))[0], '>=', (split /\|/, $moved)[0], 'what was moved is in the target');
is($node->safe_psql('postgres', 'SELECT count(*) FROM partman.part_config'), '0', 'no configuration is left');

$node->stop;
done_testing();
