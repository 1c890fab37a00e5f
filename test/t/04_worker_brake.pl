# The brake of retention, when it is the worker that retires: one word of a person lets it through once.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Retiring qw(touch);
use Strata qw(new_server wait_for wait_for_state partitions);
use Test::More;

my $node = new_server('brake');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# Twenty days of the past, of which retention would take all but two.
my @days = map { "date_trunc('day', now()) - interval '$_ days'" } 3 .. 20;
my $days = join(', ', @days);
$node->safe_psql('postgres', <<"SQL");
CREATE TABLE public.events (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.events', 'at', '1 day', p_premake := 2);
SELECT partman.create_partition_time('public.events', ARRAY[$days]);
UPDATE partman.part_config SET retention = '2 days', retention_keep_table = false;
SQL
my $all = $node->safe_psql('postgres', 'SELECT ' . partitions('public.events'));
my $held = q{SELECT count(*) > 0 FROM partman.maintenance_history WHERE outcome = 'needs_confirmation'};
wait_for($node, 'postgres', $held, 'the worker stops at the brake');
is($node->safe_psql('postgres', 'SELECT ' . partitions('public.events')), $all, 'nothing is retired');

$node->safe_psql('postgres', q{SELECT partman.confirm_retention('public.events')});
wait_for($node, 'postgres', 'SELECT ' . partitions('public.events') . ' = 2 + 2 + 1 + 1', 'confirmed, it retires');
wait_for($node, 'postgres', 'SELECT retention_confirmed_at IS NULL FROM partman.part_config', 'the word is used up');

# As many again, without any change of the configuration.
$node->safe_psql('postgres', "SELECT partman.create_partition_time('public.events', ARRAY[$days])");
my $runs = $node->safe_psql('postgres', q{SELECT runs FROM partman.worker_status WHERE database = 'postgres'});
touch($node, 'public.events');
wait_for($node, 'postgres', qq{SELECT runs > $runs FROM partman.worker_status WHERE database = 'postgres'},
	'the worker looks again');
is($node->safe_psql('postgres', 'SELECT ' . partitions('public.events')), $all, 'and stops again');

$node->stop;
done_testing();
