# A set-up for which the lock table has no room is completed by the worker, which then does not look back.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state partitions);
use Test::More;

my $node = new_server('set_up', "max_connections = 20\nmax_locks_per_transaction = 10\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

my ($status, $stdout, $stderr) = $node->psql('postgres', <<'SQL');
CREATE TABLE public.past (at timestamptz NOT NULL, note text, PRIMARY KEY (at)) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.past', 'at', '1 day', p_premake := 3,
    p_start_partition := (date_trunc('day', now()) - interval '299 days')::text);
SQL
like($stderr, qr/WARNING:  only \d+ of 30[0-9] partitions of table public.past are made now/, 'not all fit');
wait_for($node, 'postgres', 'SELECT ' . partitions('public.past') . ' >= 304', 'the worker makes the others');
wait_for($node, 'postgres', q{SELECT set_up_from IS NULL FROM partman.part_config}, 'and knows that this is done');
is($node->safe_psql('postgres', q{SELECT partman.partition_gap_fill('public.past')}), '0', 'there is no hole');

my $oldest = $node->safe_psql('postgres', q{SELECT partition_schema || '.' || partition_table FROM partman.partitions
	WHERE NOT is_default ORDER BY lower_time LIMIT 1});
# Nothing tells the worker of a change in the configuration here; what it knows must be right by itself.
my $runs = $node->safe_psql('postgres', q{SELECT runs FROM partman.worker_status WHERE database = 'postgres'});
$node->safe_psql('postgres', "DROP TABLE $oldest");
wait_for($node, 'postgres', qq{SELECT runs > $runs FROM partman.worker_status WHERE database = 'postgres'},
	'the worker looks at a set that has lost a partition');
is($node->safe_psql('postgres', "SELECT to_regclass('$oldest')"), '', 'and does not look back');
$node->safe_psql('postgres', 'UPDATE partman.part_config SET premake = premake + 1');
my $newest = q{(SELECT max(upper_time) FROM partman.partitions)};
wait_for($node, 'postgres', "SELECT $newest >= date_trunc('day', now()) + interval '5 days'", 'the set goes on');
is($node->safe_psql('postgres', "SELECT to_regclass('$oldest')"), '', 'without what somebody has dropped since');
# That it had to wait for the statements above is counted as one by the status, too.
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.maintenance_history WHERE outcome = 'failed'}), '0', 'and without a failure');
$node->stop;
done_testing();
