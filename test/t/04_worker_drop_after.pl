# What the worker retires it drops by itself when the time to keep it is over, without anything else to do; what is
# held it leaves alone.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state);
use Test::More;

my $node = new_server('drop_after');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# Three days of the past: two to be dropped soon, and one to be held.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.events (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.events', 'at', '1 day', p_premake := 2);
SELECT partman.create_partition_time('public.events', ARRAY(SELECT date_trunc('day', now()) - n * interval '1 day' FROM generate_series(8, 10) n));
INSERT INTO public.events SELECT date_trunc('day', now()) - n * interval '1 day' FROM generate_series(8, 10) n;
SQL
my ($first, @others) = split /\n/, $node->safe_psql('postgres', q{SELECT partition_table FROM partman.partitions WHERE upper_time < now() - interval '6 days' ORDER BY 1});
is(scalar @others, 2, 'three are old');
my $gone = join(' AND ', map { "to_regclass('public.$_') IS NULL" } @others);
my $detached = join(' + ', map { "(SELECT count(*) FROM partman.maintenance_history WHERE partition = 'public.$_' AND action = 'detach' AND outcome = 'ok')" } @others);

$node->safe_psql('postgres', "SELECT partman.hold_retention('public.$first')");
$node->safe_psql('postgres', q{UPDATE partman.part_config SET retention = '5 days', retention_keep_table = false, retention_drop_after = '2 seconds'});
wait_for($node, 'postgres', "SELECT $gone", 'two are dropped');
is($node->safe_psql('postgres', "SELECT $detached"), 2, 'after they were detached');
is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT caller || ' ' || outcome, ', ') FROM partman.maintenance_history WHERE action = 'drop_retired'}), 'worker ok', 'by the worker');
is($node->safe_psql('postgres', "SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = 'public.$first'::regclass"), 'events', 'the third is still a partition');

# Without the hold it goes the same way, though the configuration is as it was.
$node->safe_psql('postgres', "SELECT partman.hold_retention('public.$first', false)");
wait_for($node, 'postgres', "SELECT to_regclass('public.$first') IS NULL", 'and goes when it is let go');

$node->stop;
done_testing();
