# Whatever ends the emptying of a large default partition beside its users, at whichever step: every row is there once,
# what is changed in between is not lost, and the next run comes to the end and leaves nothing behind.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server order strike recover);
use PostgreSQL::Test::Utils;
use Strata qw(wait_for wait_for_state);
use Test::More;

my $node = fault_server('faults_rebuild', "fsync = off\npg_strata.lock_timeout = 2000\n");

# A row fills a page, so that few make a default partition that is too large to be emptied at once.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE stray (id bigint PRIMARY KEY, v bigint NOT NULL, pad text) PARTITION BY RANGE (id);
ALTER TABLE stray ALTER pad SET STORAGE PLAIN;
SELECT partman.create_parent('public.stray', 'id', '1000', p_premake := 1, p_start_partition := '0');
UPDATE partman.part_config SET infinite_time_partitions = false;
INSERT INTO stray VALUES (0, 0, '');
CREATE TABLE expected (id bigint PRIMARY KEY, v bigint NOT NULL);
INSERT INTO expected VALUES (0, 0);
CREATE TABLE position (at bigint NOT NULL);
INSERT INTO position VALUES (3000);
-- Rows right behind the last partition, and one in that, so that the next is due.
CREATE FUNCTION advance() RETURNS void LANGUAGE sql AS $$
    UPDATE position SET at = (SELECT max(upper_id) FROM partman.partitions WHERE parent_table = 'public.stray');
    INSERT INTO stray SELECT at - 1, 0, '' FROM position;
    INSERT INTO stray SELECT n, 0, repeat('x', 8000) FROM position, generate_series(at, at + 2199) AS n;
    INSERT INTO expected SELECT n, 0 FROM position, generate_series(at - 1, at + 2199) AS n;
$$;
CREATE FUNCTION change() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
    first bigint := (SELECT at FROM position);
BEGIN
    FOREACH name IN ARRAY ARRAY['stray', 'expected'] LOOP
        EXECUTE format('UPDATE %I SET v = v + 1 WHERE id BETWEEN %s AND %s', name, first + 100, first + 120);
        EXECUTE format('UPDATE %I SET id = id + 500, v = v + 1 WHERE id BETWEEN %s AND %s', name, first + 1701, first + 1710);
        EXECUTE format('DELETE FROM %I WHERE id IN (%s, %s, %s)', name, first, first + 1001, first + 1150);
    END LOOP;
END $$;
CREATE FUNCTION same() RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN EXISTS ((TABLE expected EXCEPT ALL SELECT id, v FROM stray) UNION ALL (SELECT id, v FROM stray EXCEPT ALL TABLE expected)) THEN 'rows differ' ELSE 'same' END
$$;
CREATE FUNCTION state() RETURNS text LANGUAGE sql AS $$
    SELECT same()
        || CASE WHEN EXISTS (SELECT FROM stray_default) THEN ', rows in the default partition' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.rebuild) THEN ', under way' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.jobs WHERE state <> 'done') THEN ', a job' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM pg_trigger WHERE tgname LIKE 'pg_strata%') THEN ', a trigger' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM pg_depend WHERE deptype = 'x') THEN ', a dependency' ELSE '' END
        || CASE WHEN (SELECT count(*) FROM partman.part_config) <> 1 THEN ', configuration' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.plan_maintenance()) THEN ', something is left to do' ELSE '' END
        || coalesce((SELECT ', ' || string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                        AND NOT relispartition AND relname NOT IN ('expected', 'position')), '')
$$;
SQL

sub holds
{
	my ($expected, $function, $name) = @_;
	my ($status, $out, $err) = $node->psql('postgres', "SELECT $function()");
	return is("$out$err", $expected, $name);
}

my $run = 'CALL partman.run_maintenance_proc()';

# Every step is ended by a crash and by one of the other ways in turn; FAULTS=all in the environment tries all of them.
my @others = qw(postmaster error terminate cancel timeout);
my @points = qw(rebuild.begun rebuild.filled rebuild.followed rebuild.mirrored rebuild.waits rebuild.discarded rebuild.locked rebuild.swapped);
foreach my $number (0 .. $#points)
{
	my $point = $points[$number];
	foreach my $fault ('kill', ($ENV{FAULTS} // '') eq 'all' ? @others : $others[$number % @others])
	{
		my $name = "$fault at $point";
		$node->safe_psql('postgres', 'SELECT advance()');
		my $reader;
		if ($point eq 'rebuild.waits')
		{
			$reader = $node->background_psql('postgres', on_error_stop => 0);
			$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM position');
		}
		if ($point eq 'rebuild.discarded')
		{
			strike($node, 'rebuild.filled', 'error', $run);
			$node->safe_psql('postgres', 'ALTER TABLE stray ALTER pad SET STATISTICS ' . (10 + $number++));
		}
		strike($node, $point, $fault, $run);
		if ($reader)
		{
			eval { $reader->query_safe('COMMIT') };
			eval { $reader->quit };
		}
		holds('same', 'same', "$name: every row is there once");
		$node->safe_psql('postgres', 'SELECT change()');
		holds('same', 'same', "$name: and can be changed");
		$node->safe_psql('postgres', "SET client_min_messages = error; $run");
		holds('same', 'state', "$name: the next run comes to the end");
	}
}

# What is begun again is the same, although the partitions behind it have been made meanwhile.
$node->safe_psql('postgres', 'SELECT advance()');
strike($node, 'rebuild.filled', 'error', $run);
$node->safe_psql('postgres', q{SELECT partman.create_partition_id('public.stray', ARRAY[(SELECT at + 3000 FROM position)]); ALTER TABLE stray ALTER pad SET STATISTICS 40});
$node->safe_psql('postgres', 'SELECT change()');
$node->safe_psql('postgres', "SET client_min_messages = error; $run");
holds('same', 'state', 'begun again behind a gap: the run comes to the end');

# The worker goes on by itself.
$node->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = on');
$node->reload;
wait_for_state($node, 'postgres', 'running', 'the worker is there');
foreach my $strike ([ 'rebuild.begun', 'kill' ], [ 'rebuild.filled', 'terminate' ], [ 'rebuild.mirrored', 'cancel' ], [ 'rebuild.locked', 'launcher' ])
{
	my ($point, $fault) = @$strike;
	my $offset = -s $node->logfile;
	order($node, $point, 'worker', $fault);
	$node->psql('postgres', 'SELECT advance(); UPDATE partman.part_config SET premake = premake');
	recover($node, $point, $fault, $offset);
	$node->safe_psql('postgres', 'SELECT change(); UPDATE partman.part_config SET premake = premake');
	wait_for($node, 'postgres', 'SELECT state()', "worker, $fault at $point: it comes to the end", 'same')
	  or holds('same', 'state', 'what is wrong');
}
$node->stop;
done_testing();
