# The worker keeps to windows and schedules.  That it does nothing is seen by what it does elsewhere meanwhile.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state partitions daily_set);
use Test::More;

my $node = new_server('switches');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');
daily_set($node, 'postgres', "public.$_", 2) for qw(shut turn other);
# A day of the week that is neither today nor tomorrow, whenever this runs.
my $later = $node->safe_psql('postgres', q{SELECT to_char(now() AT TIME ZONE 'UTC' + interval '3 days', 'Dy')});
wait_for($node, 'postgres', 'SELECT bool_and(maintenance_last_run IS NOT NULL) FROM partman.part_config', 'all sets were looked at');
is($node->safe_psql('postgres', q{SELECT bool_and(ok AND worker_alive AND scheduler_last_seen > now() - interval '1 hour') FROM partman.health}),
	't', 'and are well, with a worker');

$node->safe_psql('postgres', <<"SQL");
UPDATE partman.part_config SET maintenance_order = CASE parent_table WHEN 'public.other' THEN 9 ELSE 1 END, premake = 5,
    time_zone = 'UTC', create_window = CASE parent_table WHEN 'public.shut' THEN '$later' END,
    schedule = CASE parent_table WHEN 'public.turn' THEN '$later 12:00' END;
SQL
my $made = '= 2 + 5 + 1 + 1';
wait_for($node, 'postgres', 'SELECT ' . partitions('public.other') . " $made", 'a set without either is maintained');
is($node->safe_psql('postgres', 'SELECT ' . partitions('public.shut')), '6', 'one whose window is shut is not');
is($node->safe_psql('postgres', 'SELECT ' . partitions('public.turn')), '6', 'nor one that waits for its turn');
wait_for($node, 'postgres', q{SELECT next_due > now() FROM partman.worker_status WHERE database = 'postgres'}, 'the worker does not come back at once');

$node->safe_psql('postgres', 'UPDATE partman.part_config SET create_window = NULL');
wait_for($node, 'postgres', 'SELECT ' . partitions('public.shut') . " $made", 'the window opens');
is($node->safe_psql('postgres', 'SELECT ' . partitions('public.turn')), '6', 'the other one still waits');
$node->safe_psql('postgres', q{UPDATE partman.part_config SET schedule = '1 second' WHERE parent_table = 'public.turn'});
wait_for($node, 'postgres', 'SELECT ' . partitions('public.turn') . " $made", 'until it is its turn');
my $seen = $node->safe_psql('postgres', q{SELECT maintenance_last_run FROM partman.part_config WHERE parent_table = 'public.turn'});
wait_for($node, 'postgres', "SELECT maintenance_last_run > '$seen' FROM partman.part_config WHERE parent_table = 'public.turn'",
	'which comes again and again');

$node->stop;
done_testing();
