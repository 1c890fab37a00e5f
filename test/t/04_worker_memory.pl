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

# What a long run leaves behind each time it reads the partitions would pile up until the call is over.
$node->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = off');
$node->reload;
wait_for($node, 'postgres', q{SELECT array_agg(state) = '{disabled}' FROM partman.worker_status}, 'the worker leaves');
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.memory_used (bytes bigint, at bigint GENERATED ALWAYS AS IDENTITY);
CREATE FUNCTION public.measure(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE sql AS $$
	INSERT INTO public.memory_used (bytes) SELECT sum(total_bytes) FROM pg_backend_memory_contexts RETURNING true
$$;
CREATE TABLE public.many (id bigint NOT NULL) PARTITION BY RANGE (id);
DO $$
BEGIN
	FOR i IN 0 .. 399 LOOP
		EXECUTE format('CREATE TABLE public.many_p%s PARTITION OF public.many FOR VALUES FROM (%s) TO (%s)', i * 10, i * 10, i * 10 + 10);
		IF i % 50 = 49 THEN
			COMMIT;
		END IF;
	END LOOP;
END $$;
INSERT INTO public.many VALUES (3995);
SELECT partman.manage('public.many');
UPDATE partman.part_config SET retention = '100', retention_max_fraction = NULL, before_detach = 'public.measure' WHERE parent_table = 'public.many';
CALL partman.run_maintenance_proc();
SQL
is($node->safe_psql('postgres', 'SELECT count(*) > 300 FROM public.memory_used'), 't', 'hundreds of partitions are detached by one call');
my ($first, $last) = split /\|/, $node->safe_psql('postgres', 'SELECT (array_agg(bytes ORDER BY at))[50], (array_agg(bytes ORDER BY at DESC))[1] FROM public.memory_used');
cmp_ok($last - $first, '<', 8 * 1024 * 1024, "without piling up memory ($first bytes, $last in the end)");
unlike(PostgreSQL::Test::Utils::slurp_file($node->logfile), qr/terminated by signal|FATAL|PANIC/, 'nothing has crashed');
$node->stop;
done_testing();
