# No space left: whatever is being moved or made ends with a clean error, no row is lost, and the next run completes.
#
# A limit on the size of files, set for one session, makes the server's writes fail where a full disk would, and as exactly
# as is wanted: a write that would pass it is cut short or refused.  09_disk_full_small.pl has a full disk.
use strict;
use warnings FATAL => 'all';

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $has_prlimit = eval { IPC::Run::run([ 'prlimit', '--version' ], '>', \my $out, '2>', \my $err) };
plan skip_all => 'prlimit (util-linux) is needed to take the space away' unless $has_prlimit;

# A session may write files of 1.2 MB and half a block; segments of the WAL are smaller.
my $limit = 150 * 8192 + 4096;
my $node = PostgreSQL::Test::Cluster->new('disk_full');
$node->init(extra => ['--wal-segsize=1']);
$node->append_conf('postgresql.conf', <<'CONF');
timezone = 'UTC'
autovacuum = off
shared_buffers = 64MB
CONF
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE TABLE orders (id bigint, at timestamptz NOT NULL, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.orders', 'at', '1 day', p_premake := 1);
-- A small day first, then one that does not fit into what is left.
INSERT INTO orders SELECT i, timestamptz '2025-01-01' + i * interval '1 second', repeat('x', 80) FROM generate_series(1, 3000) i;
INSERT INTO orders SELECT i, timestamptz '2025-01-02' + i * interval '1 second', repeat('y', 80) FROM generate_series(1, 30000) i;
CREATE TABLE incoming AS SELECT i AS id, timestamptz '2025-01-02' + i * interval '1 second' AS at, 'z' AS note FROM generate_series(30001, 60000) i;
CREATE TABLE plain (LIKE orders INCLUDING ALL);
CREATE VIEW content AS SELECT count(*), sum(hashtextextended(o::text, 0)) FROM (TABLE orders UNION ALL TABLE incoming UNION ALL TABLE plain) o;
SQL
my $content = $node->safe_psql('postgres', 'SELECT content FROM content');

# Runs statements in a session that has no space, one by one, and returns what it said.
sub without_space
{
	my @statements = @_;
	my $out = '';
	IPC::Run::run(
		[
			'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'),
			'-c', qq{COPY (SELECT) TO PROGRAM 'prlimit --pid \$PPID --fsize=$limit:$limit'},
			map { ('-c', $_) } @statements
		],
		'>', \$out, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	return $out;
}

my $no_space = qr/ERROR:  \w{5}: could not (?:extend|write)/;

sub intact
{
	my ($name) = @_;
	is($node->safe_psql('postgres', 'SELECT content FROM content'), $content, "$name: every row is there once");
	is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_constraint WHERE conname LIKE 'pg_strata%'}), '0', "$name: nothing is left behind");
	return;
}

my $partitions = q{SELECT count(*) FROM partman.partitions WHERE parent_table = 'public.orders'};

# The function: all or nothing.
my $before = $node->safe_psql('postgres', $partitions);
like(without_space(q{SELECT partman.partition_data_time('public.orders', 2)}), $no_space, 'partition_data_time says what is missing');
intact('partition_data_time');
is($node->safe_psql('postgres', $partitions), $before, 'no partition was made');

# The procedure: what is committed stays.
like(without_space(q{CALL partman.partition_data_proc('public.orders', p_interval := '1 day', p_wait := 0)}), $no_space, 'partition_data_proc');
intact('partition_data_proc');

# Then there is space again.
$node->safe_psql('postgres', q{CALL partman.partition_data_proc('public.orders', p_wait := 0)});
intact('the next run');
is($node->safe_psql('postgres', 'SELECT count(*) FROM orders_default'), '0', 'and it completes');
like(without_space(q{CALL partman.partition_data_proc('public.orders', p_source_table := 'public.incoming', p_wait := 0)}),
	$no_space, 'into a partition with rows');
intact('into a partition with rows');
$node->safe_psql('postgres', q{CALL partman.partition_data_proc('public.orders', p_source_table := 'public.incoming', p_wait := 0)});
intact('the run after that');
is($node->safe_psql('postgres', 'SELECT count(*) FROM incoming'), '0', 'it completes, too');

# Out of the set
like(without_space(q{SELECT partman.undo_partition('public.orders', 'public.plain', 100, p_keep_table := false)}), $no_space, 'undo_partition');
intact('undo_partition');
$node->safe_psql('postgres', 'VACUUM plain');    # of what was rolled back
like(without_space(q{CALL partman.undo_partition_proc('public.orders', 'public.plain', p_wait := 0, p_keep_table := false)}), $no_space, 'undo_partition_proc');
intact('undo_partition_proc');
is($node->safe_psql('postgres', q{SELECT undo_in_progress FROM partman.part_config WHERE parent_table = 'public.orders'}), 't', 'it has begun');
$node->safe_psql('postgres', q{CALL partman.undo_partition_proc('public.orders', 'public.plain', p_wait := 0, p_keep_table := false)});
intact('undo');
is($node->safe_psql('postgres', 'SELECT count(*) FROM plain'), '63000', 'and it completes');

# Partitions: the catalog itself cannot grow.
my $columns = join(', ', map { "c$_ int" } 1 .. 60);
$node->safe_psql('postgres', "CREATE TABLE wide (at timestamptz NOT NULL, $columns) PARTITION BY RANGE (at)");
like(without_space(q{SELECT partman.create_parent('public.wide', 'at', '1 day', p_premake := 200)}), $no_space, 'create_parent');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'wide'::regclass}), '0', 'makes nothing then');
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.wide'}), '0', 'and remembers nothing');
$node->safe_psql('postgres', q{SELECT partman.create_parent('public.wide', 'at', '1 day', p_premake := 2)});
$node->safe_psql('postgres', q{UPDATE partman.part_config SET premake = 200 WHERE parent_table = 'public.wide'});
my $children = q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'wide'::regclass};
for my $run (q{SELECT partman.run_maintenance()}, q{CALL partman.run_maintenance_proc()})
{
	my $said = without_space($run);
	like($said, qr/could not extend/, "$run says what is missing");
	my $lower = $node->safe_psql('postgres', $children);
	cmp_ok($lower, '<', 204, 'not all partitions are there');
	is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.maintenance_history WHERE outcome = 'failed' AND message ~ 'could not extend'}) > 0, 1,
		'the history knows why') or diag $said;
}
$node->safe_psql('postgres', q{SELECT partman.run_maintenance()});
is($node->safe_psql('postgres', $children), '204', 'with space all are made');
$node->stop;
done_testing();
