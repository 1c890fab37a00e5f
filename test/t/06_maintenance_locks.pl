# More partitions than the lock table holds: a function does what fits and says so, a procedure does all of it.  And
# what the SQL functions say on a standby.  Without the worker, which would be faster than the test.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Strata qw(quiet_zone);
use Test::More;

my $zone = quiet_zone();
my $node = PostgreSQL::Test::Cluster->new('small');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', <<"CONF");
max_connections = 20
max_locks_per_transaction = 10
autovacuum = off
timezone = '$zone'
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');

my $count = q{(SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.many'::regclass)};
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.many (at timestamptz NOT NULL, note text) PARTITION BY RANGE (at);
CREATE INDEX ON public.many (note);
SELECT partman.create_parent('public.many', 'at', '1 day', p_premake := 1, p_default_table := false);
UPDATE partman.part_config SET premake = 301, retention_max_fraction = NULL;
SQL
my $before = $node->safe_psql('postgres', "SELECT $count");

my ($status, $stdout, $stderr) = $node->psql('postgres', q{SELECT partman.run_maintenance('public.many')});
is($status, 0, 'the function succeeds');
like($stderr, qr/WARNING:  .*partitions of table "public.many" are still to be made/, 'and says that more is to be done');
like($stderr, qr/max_locks_per_transaction/, 'and what helps');
my $after = $node->safe_psql('postgres', "SELECT $count");
cmp_ok($after, '>', $before, 'it made some');
cmp_ok($after, '<', $before + 300, 'not all');
is( $node->safe_psql('postgres',
		q{SELECT outcome FROM partman.maintenance_history WHERE action = 'maintain' ORDER BY run_id DESC LIMIT 1}),
	'deferred', 'the rest is deferred');

$node->safe_psql('postgres', 'CALL partman.run_maintenance_proc()');
is($node->safe_psql('postgres', "SELECT $count"), $before + 300, 'the procedure makes them all');

# The same for retirement: 200 days of the past, a few at a time.
foreach my $i (0 .. 39)
{
	$node->safe_psql('postgres', <<"SQL");
SELECT partman.create_partition_time('public.many',
    ARRAY(SELECT date_trunc('day', now()) - make_interval(days => 3 + 5 * $i + n) FROM generate_series(0, 4) n))
SQL
}
$before = $node->safe_psql('postgres', "SELECT $count");
$node->safe_psql('postgres', q{UPDATE partman.part_config SET retention = '2 days', retention_keep_table = false});
($status, $stdout, $stderr) = $node->psql('postgres', q{SELECT partman.drop_partition_time('public.many')});
is($status, 0, 'a function retires what fits');
like($stderr, qr/partitions of table public.many are left for another transaction/, 'and says so');
cmp_ok($stdout, '>', 0, 'that is some');
cmp_ok($stdout, '<', 200, 'but not all');
$node->safe_psql('postgres', 'CALL partman.run_maintenance_proc()');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM partman.plan_maintenance('public.many')}),
	'0', 'the procedure retires them all');
is($node->safe_psql('postgres', "SELECT $count"), 303, 'and nothing that is to be kept');

# A set-up that does not fit either: what is ahead comes first, and maintenance makes the rest of the past.
($status, $stdout, $stderr) = $node->psql('postgres', <<'SQL');
CREATE TABLE public.past (at timestamptz NOT NULL, note text, PRIMARY KEY (at)) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.past', 'at', '1 day', p_premake := 3,
    p_start_partition := (date_trunc('day', now()) - interval '299 days')::text);
SQL
is($status, 0, 'a set-up makes what fits');
like($stderr, qr/WARNING:  only \d+ of 30[0-9] partitions of table public.past are made now/, 'and says so');
my $past = q{(SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.past'::regclass)};
cmp_ok($node->safe_psql('postgres', "SELECT $past"), '<', 250, 'that is not all');
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.partitions
    WHERE parent_table = 'public.past' AND NOT is_default AND upper_time > now()}),
	'4', 'but all from today on');
isnt($node->safe_psql('postgres', q{SELECT set_up_from FROM partman.part_config WHERE parent_table = 'public.past'}),
	'', 'it is known that more is wanted');
$node->safe_psql('postgres', q{SELECT partman.run_maintenance('public.past')});
$node->safe_psql('postgres', 'CALL partman.run_maintenance_proc()');
is($node->safe_psql('postgres', "SELECT $past"), 304, 'maintenance makes the rest');
is($node->safe_psql('postgres', q{SELECT set_up_from FROM partman.part_config WHERE parent_table = 'public.past'}),
	'', 'and then no more is wanted');
is($node->safe_psql('postgres', q{SELECT partman.partition_gap_fill('public.past')}), '0', 'there is no hole');
$node->safe_psql('postgres', q{DO $$ BEGIN EXECUTE (SELECT 'DROP TABLE ' || min(inhrelid::regclass::text)
    FROM pg_inherits WHERE inhparent = 'public.past'::regclass); END $$});
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.plan_maintenance('public.past')}), '0',
	'whoever drops an old partition later means it');
$node->safe_psql('postgres', q{DELETE FROM partman.part_config WHERE parent_table = 'public.past'});

# With the settings as they come, a year of days is no trouble, with all that a table may have.
my $usual = PostgreSQL::Test::Cluster->new('usual');
$usual->init;
$usual->append_conf('postgresql.conf', <<"CONF");
max_connections = 100
max_locks_per_transaction = 64
timezone = '$zone'
CONF
$usual->start;
($status, $stdout, $stderr) = $usual->psql('postgres', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE days (id bigint REFERENCES customers, at timestamptz NOT NULL, note text, PRIMARY KEY (id, at))
    PARTITION BY RANGE (at);
CREATE INDEX ON days (at);
SELECT partman.create_parent('public.days', 'at', '1 day',
    p_start_partition := (date_trunc('day', now()) - interval '433 days')::text);
UPDATE partman.part_config SET retention = '100 days', retention_keep_table = false;
SQL
is($stderr, '', 'more than 400 partitions are made at once');
is($usual->safe_psql('postgres', q{SELECT partman.run_maintenance('public.days');
    SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.days'::regclass}),
	"\n106", 'and 333 of them retired at once');
$usual->stop;

# A large gap.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.holes (id bigint NOT NULL PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE public.holes_first PARTITION OF public.holes FOR VALUES FROM (0) TO (10);
CREATE TABLE public.holes_last PARTITION OF public.holes FOR VALUES FROM (5000) TO (5010);
SELECT partman.create_parent('public.holes', 'id', '10', p_premake := 1, p_start_partition := '0', p_default_table := false);
SQL
my $filled = 0;
($status, $stdout, $stderr) = $node->psql('postgres', q{SELECT partman.partition_gap_fill('public.holes')});
like($stderr, qr/WARNING:  \d+ partitions of table public.holes are left for another transaction/, 'a gap is filled as far as it fits');
while ($stdout > 0)
{
	$filled += $stdout;
	($status, $stdout, $stderr) = $node->psql('postgres', q{SELECT partman.partition_gap_fill('public.holes')});
}
is($filled, 498, 'and then the rest');
$node->safe_psql('postgres', q{DELETE FROM partman.part_config WHERE parent_table = 'public.holes'});

# A standby.
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->safe_psql('postgres', 'UPDATE partman.part_config SET premake = 303');
$node->wait_for_catchup($standby);
($status, $stdout, $stderr) = $standby->psql('postgres', 'SELECT partman.run_maintenance()');
is($status, 0, 'on a standby the function succeeds');
like($stderr, qr/NOTICE:  nothing is maintained on a standby/, 'and says that it does nothing');
($status, $stdout, $stderr) = $standby->psql('postgres', 'CALL partman.run_maintenance_proc()');
is($status, 0, 'so does the procedure');
like($stderr, qr/NOTICE:  nothing is maintained on a standby/, 'with the same words');
is($standby->safe_psql('postgres', 'SELECT count(*) FROM partman.plan_maintenance()'),
	'2', 'the plan can be asked for');
foreach my $call (q{partman.drop_partition_time('public.many', '1 day')}, q{partman.confirm_retention('public.many')})
{
	($status, $stdout, $stderr) =
	  $standby->psql('postgres', "\\set VERBOSITY verbose\nSELECT $call");
	like($stderr, qr/ERROR:  25006/, "$call is an error");
}
$standby->stop;
$node->stop;
done_testing();
