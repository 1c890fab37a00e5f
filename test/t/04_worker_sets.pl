# The worker keeps its sets covered and relieved: on its own schedule, on changes, in each database.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server worker_pid wait_for wait_for_state wait_for_log partitions daily_set);
use Test::More;

my $node = new_server('sets');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');
$node->safe_psql('postgres', 'CREATE DATABASE other');
$node->safe_psql('other', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'other', 'running', 'in the other database as well');

# From here on only events wake anybody.
$node->safe_psql('postgres', "ALTER SYSTEM SET pg_strata.naptime = '1h'");
$node->reload;

# Two databases at once.
foreach my $database ('postgres', 'other')
{
	daily_set($node, $database, 'public.events', 2);
	$node->safe_psql($database, 'UPDATE partman.part_config SET premake = 5');
}
foreach my $database ('postgres', 'other')
{
	wait_for($node, $database, 'SELECT ' . partitions('public.events') . ' = 2 + 5 + 1 + 1',
		"a change of the configuration wakes the worker of $database");
	wait_for($node, $database, q{SELECT count(*) > 0 FROM partman.maintenance_history WHERE caller = 'worker'},
		'which writes its history there');
}

# Rolled back: nothing is done.
$node->safe_psql('postgres', 'BEGIN; UPDATE partman.part_config SET premake = 50; ROLLBACK');
$node->safe_psql('other', 'UPDATE partman.part_config SET premake = 6');
wait_for($node, 'other', 'SELECT ' . partitions('public.events') . ' = 2 + 6 + 1 + 1', 'later in the other database');
is($node->safe_psql('postgres', 'SELECT ' . partitions('public.events')), '9', 'a change that is rolled back does nothing');

# automatic_maintenance = off and on; paused.
$node->safe_psql('postgres', q{UPDATE partman.part_config SET automatic_maintenance = 'off', premake = 7});
wait_for($node, 'postgres', q{SELECT sets = 0 FROM partman.worker_status WHERE database = 'postgres'}, 'a set that is switched off is not counted');
$node->safe_psql('postgres', q{UPDATE partman.part_config SET automatic_maintenance = 'on', paused_until = clock_timestamp() + '1 hour'});
wait_for($node, 'postgres', q{SELECT sets = 1 FROM partman.worker_status WHERE database = 'postgres'}, 'switched on, but paused');
is($node->safe_psql('postgres', 'SELECT ' . partitions('public.events')), '9', 'meanwhile nothing happens');
$node->safe_psql('postgres', q{UPDATE partman.part_config SET paused_until = clock_timestamp() + '1 s'});
wait_for($node, 'postgres', 'SELECT ' . partitions('public.events') . ' = 2 + 7 + 1 + 1', 'afterwards it is maintained');

# Somebody drops a partition that is needed: noticed at the next wake.
$node->safe_psql('postgres', "ALTER SYSTEM SET pg_strata.naptime = '1s'");
$node->reload;
my $missing = $node->safe_psql('postgres',
	q{SELECT max(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'public.events'::regclass AND inhrelid::regclass::text !~ 'default'});
$node->safe_psql('postgres', "DROP TABLE $missing");
wait_for($node, 'postgres', 'SELECT ' . partitions('public.events') . ' = 2 + 7 + 1 + 1', 'a dropped partition is made again');

# Ids: nobody announces new rows.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.trades (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.trades', 'id', '1000', p_premake := 2);
INSERT INTO public.trades SELECT 2500;
SQL
wait_for($node, 'postgres', q{SELECT count(*) = 1 FROM pg_inherits WHERE inhparent = 'public.trades'::regclass AND inhrelid::regclass::text = 'trades_p4000'},
	'an id set grows with its data');

# A set that fails does not keep the others from theirs.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.stuck (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.stuck', 'at', '1 day', p_premake := 2);
SQL
my $blocker = $node->background_psql('postgres');
$blocker->query_safe('BEGIN; LOCK TABLE public.stuck IN ACCESS EXCLUSIVE MODE');
$node->safe_psql('postgres', 'UPDATE partman.part_config SET premake = 9');
wait_for($node, 'postgres', 'SELECT ' . partitions('public.events') . ' = 2 + 9 + 1 + 1', 'the others are maintained');
wait_for($node, 'postgres', q{SELECT count(*) > 0 FROM partman.maintenance_history WHERE parent_table = 'public.stuck' AND outcome = 'deferred'},
	'the blocked one is deferred');
$blocker->query_safe('COMMIT');
$blocker->quit;
wait_for($node, 'postgres', 'SELECT ' . partitions('public.stuck') . ' = 2 + 9 + 1 + 1', 'and made up for when the lock is free');

# A table that somebody else has partitioned, from the moment on at which it is taken over.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.found (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT format('CREATE TABLE public.%I PARTITION OF public.found FOR VALUES FROM (%L) TO (%L)', to_char(m, '"found_y"YYYY"m"MM'), m, m + interval '1 month')
FROM generate_series(date_trunc('month', now()) - interval '2 months', now(), '1 month') m
\gexec
SELECT partman.manage('public.found', p_premake := 3);
SQL
wait_for($node, 'postgres', 'SELECT ' . partitions('public.found') . ' = 3 + 3', 'a table that was taken over is maintained');
is($node->safe_psql('postgres', q{SELECT to_regclass(to_char(date_trunc('month', now()) + interval '3 months', '"public.found_y"YYYY"m"MM')) IS NOT NULL}),
	't', 'with the names that it had');

# Listed values: nobody announces new ones.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.campaign (name text NOT NULL) PARTITION BY LIST (name);
SELECT partman.create_parent('public.campaign', 'name', p_type := 'list');
UPDATE partman.part_config SET value_query = $$SELECT 'known'$$ WHERE parent_table = 'public.campaign';
INSERT INTO public.campaign SELECT 'new ' || n % 3 FROM generate_series(1, 30) n;
SQL
wait_for($node, 'postgres', 'SELECT ' . partitions('public.campaign') . ' = 4 + 1', 'values get partitions, named ones and those with rows');
is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM ONLY public.campaign_default), (SELECT count(*) FROM public.campaign)'), '0|30', 'where their rows are');

$node->stop;
done_testing();
