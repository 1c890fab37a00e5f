# A worker whose memory has grown makes room for a fresh one, since the caches of PostgreSQL never shrink.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server worker_pid wait_for wait_for_state partitions daily_set);
use Test::More;

my $node = new_server('memory');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
# Id sets are looked at every naptime, so that there is an occasion to measure.
$node->safe_psql('postgres', "CREATE TABLE public.ids_$_ (id bigint NOT NULL) PARTITION BY RANGE (id);
	SELECT partman.create_parent('public.ids_$_', 'id', '1000', p_premake := 1)") foreach 1 .. 40;
daily_set($node, 'postgres', 'public.events', 2);
wait_for_state($node, 'postgres', 'running', 'the worker is there');
wait_for($node, 'postgres', q{SELECT runs > 5 FROM partman.worker_status WHERE database = 'postgres'}, 'it has looked around');
my $pid = worker_pid($node, 'postgres');

# A long function stays in the memory of whoever has called it.
$node->safe_psql('postgres', <<'SQL');
DO $body$BEGIN
	EXECUTE 'CREATE FUNCTION public.long() RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$DECLARE x int; BEGIN IF false THEN '
		|| repeat('x := 1; ', 300000) || 'END IF; RETURN true; END$$';
END$body$;
CREATE TABLE public.heavy (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
CREATE INDEX ON public.heavy (value) WHERE public.long();
SELECT partman.create_parent('public.heavy', 'at', '1 day', p_premake := 2);
SQL
is(worker_pid($node, 'postgres'), $pid, 'so far it is the same worker');
$node->safe_psql('postgres', q{UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'public.heavy'});
wait_for($node, 'postgres', 'SELECT ' . partitions('public.heavy') . ' = 2 + 3 + 1 + 1', 'it does what needs much memory');
wait_for($node, 'postgres', "SELECT state = 'running' AND pid <> $pid FROM partman.worker_status WHERE database = 'postgres'",
	'and is replaced');
$pid = worker_pid($node, 'postgres');
$node->safe_psql('postgres', q{UPDATE partman.part_config SET premake = 4 WHERE parent_table = 'public.events'});
wait_for($node, 'postgres', 'SELECT ' . partitions('public.events') . ' = 2 + 4 + 1 + 1', 'the fresh one works');
wait_for($node, 'postgres', q{SELECT runs > 5 FROM partman.worker_status WHERE database = 'postgres'}, 'and goes on');
is(worker_pid($node, 'postgres'), $pid, 'without being replaced again');
unlike(PostgreSQL::Test::Utils::slurp_file($node->logfile), qr/terminated by signal|FATAL|PANIC/, 'nothing has crashed');
$node->stop;
done_testing();
