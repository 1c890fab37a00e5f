# A standby does nothing until it is promoted.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state partitions daily_set);
use Test::More;

my $primary = new_server('primary');
$primary->start;
$primary->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
daily_set($primary, 'postgres', 'public.events', 2);
$primary->backup('base');

my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
is( $standby->safe_psql('postgres', 'SELECT process, state, pid IS NULL FROM partman.worker_status'),
	'launcher|standby|t', 'the status says standby');

# Several naptimes of the primary's worker later.
$primary->safe_psql('postgres', 'UPDATE partman.part_config SET premake = 5');
wait_for($primary, 'postgres', 'SELECT ' . partitions('public.events') . ' = 2 + 5 + 1 + 1', 'the primary works');
$primary->wait_for_catchup($standby);
is($standby->safe_psql('postgres', 'SELECT ' . partitions('public.events')), '9', 'the standby follows');
is( $standby->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'pg_strata%'}),
	'0', 'and has no process of ours');
unlike(slurp_file($standby->logfile), qr/ERROR|FATAL.*pg_strata/, 'nor complains');

$primary->stop;
$standby->promote;
wait_for_state($standby, 'postgres', 'running', 'after the promotion the worker starts');
$standby->safe_psql('postgres', 'UPDATE partman.part_config SET premake = 7');
wait_for($standby, 'postgres', 'SELECT ' . partitions('public.events') . ' = 2 + 7 + 1 + 1', 'and works');
$standby->stop;
done_testing();
