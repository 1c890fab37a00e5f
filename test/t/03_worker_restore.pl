# A dump is restored while the worker is about: it does not get in the way, and retires nothing of a copy.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state partitions daily_set);
use Test::More;

my $node = new_server('restore');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# A dump with a configuration that asks for more than is there, and for less of the past.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.events (id bigint NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX events_at ON public.events (at);
SELECT partman.create_parent('public.events', 'at', '1 day', p_premake := 2);
INSERT INTO public.events SELECT i, now() - i % 3 * interval '1 day' FROM generate_series(1, 3000) AS i;
UPDATE partman.part_config SET automatic_maintenance = 'off', premake = 6, retention = '1 day', retention_keep_table = false;
SQL
my $dump = PostgreSQL::Test::Utils::tempdir . '/events.dump';
$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, $node->connstr('postgres') ], 'dumped');

# In three steps, as it happens when tables are large; the session of pg_restore stays for the whole time.
$node->safe_psql('postgres', 'CREATE DATABASE restored');
my $restoring = $node->background_psql('restored');
$restoring->query_safe(q{SET application_name = 'pg_restore'});
my @restore = ('pg_restore', '-d', $node->connstr('restored'));
$node->command_ok([ @restore, '--section=pre-data', $dump ], 'tables');
$node->command_ok([ @restore, '--section=data', $dump ], 'rows and configuration');
$restoring->query_safe(q{UPDATE partman.part_config SET automatic_maintenance = 'on'});
wait_for($node, 'postgres',
	q{SELECT note LIKE '%is being restored%' FROM partman.worker_status WHERE database = 'restored'},
	'the worker sees it');
is($node->safe_psql('restored', 'SELECT ' . partitions('public.events')), '6', 'and makes nothing');
$node->command_ok([ @restore, '--section=post-data', $dump ], 'indexes');
$restoring->quit;
wait_for($node, 'restored', 'SELECT ' . partitions('public.events') . ' = 2 + 6 + 1 + 1',
	'afterwards it makes what is missing');
is( $node->safe_psql('restored', q{SELECT count(*), bool_and(indisvalid) FROM pg_index WHERE indrelid = 'public.events'::regclass}),
	'2|t', 'the indexes of the parent are valid');

# It is a copy: nothing is retired until somebody says so.
wait_for($node, 'postgres',
	q{SELECT note LIKE '%confirm_live()%' FROM partman.worker_status WHERE database = 'restored'},
	'the status says what is missing');
is($node->safe_psql('restored', 'SELECT count(*) FROM public.events'), '3000', 'no row is lost');
$node->safe_psql('restored', 'SELECT partman.confirm_live()');
wait_for($node, 'restored', 'SELECT ' . partitions('public.events') . ' < 10', 'confirm_live() wakes the worker, which retires');

$node->stop;
done_testing();
