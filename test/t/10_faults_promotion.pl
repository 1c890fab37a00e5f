# The primary crashes in the middle of a step and its standby is promoted: the standby's worker goes on where the other one
# was.  No row is lost, no hole is left, nothing is left behind.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server order wait_until_fired);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Strata qw(wait_for wait_for_state);
use Test::More;

my $node = fault_server('first');
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE t (id bigint PRIMARY KEY, pad text) PARTITION BY RANGE (id);
ALTER TABLE t ALTER pad SET STORAGE PLAIN;
CREATE TABLE expected (id bigint PRIMARY KEY);
SELECT partman.create_parent('public.t', 'id', '1000', p_premake := 2, p_start_partition := '0');
INSERT INTO t VALUES (0, '');
INSERT INTO expected VALUES (0);
UPDATE partman.part_config SET infinite_time_partitions = false, retention = '100000', retention_keep_table = false, retention_max_fraction = NULL;
-- The next partition is due, and the oldest one may be.
CREATE FUNCTION fill(ids bigint, far boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    last bigint := (SELECT max(upper_id) FROM partman.partitions);
BEGIN
    INSERT INTO t VALUES (last - 1, '');
    INSERT INTO expected VALUES (last - 1);
    IF far THEN
        -- A row a page: too much to be moved at once.
        INSERT INTO t SELECT n, repeat('x', 8000) FROM generate_series(last, last + ids - 1) AS n;
        INSERT INTO expected SELECT n FROM generate_series(last, last + ids - 1) AS n;
    END IF;
END $$;
CREATE FUNCTION state() RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN EXISTS ((SELECT id FROM expected WHERE id >= (SELECT min(lower_id) FROM partman.partitions) EXCEPT ALL SELECT id FROM t)
                             UNION ALL (SELECT id FROM t EXCEPT ALL SELECT id FROM expected)) THEN 'rows differ' ELSE 'same' END
        || CASE WHEN (SELECT min(lower_id) FROM partman.partitions) > greatest((SELECT max(id) FROM expected) - (SELECT retention::bigint FROM partman.part_config), 0) THEN ', too much is gone' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM (SELECT lower_id, lag(upper_id) OVER (ORDER BY lower_id) AS before FROM partman.partitions WHERE NOT is_default) AS p WHERE before <> lower_id) THEN ', a hole' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM t_default) THEN ', rows in the default partition' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.rebuild) OR EXISTS (SELECT FROM pg_trigger WHERE tgname LIKE 'pg_strata%') THEN ', under way' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.plan_maintenance()) THEN ', something is left to do' ELSE '' END
        || coalesce((SELECT ', ' || string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                        AND NOT relispartition AND relname <> 'expected'), '')
$$;
SQL

my @crashes = (
	[ 'work is due', undef, 0, 100000 ],
	[ 'a crash before new partitions are committed', 'create.made', 0, 100000 ],
	[ 'a crash behind a commit', 'run.committed', 0, 100000 ],
	[ 'a crash after the copy of a default partition', 'rebuild.followed', 1, 100000 ],
	[ 'a crash in the swap', 'rebuild.swapped', 1, 100000 ],
	[ 'a crash in retention', 'retire.left', 0, 3000 ]);
foreach my $number (0 .. $#crashes)
{
	my ($what, $point, $far, $retention) = @{ $crashes[$number] };
	$node->backup("backup$number");
	my $standby = PostgreSQL::Test::Cluster->new("standby$number");
	$standby->init_from_backup($node, "backup$number", has_streaming => 1);
	$standby->start;
	# What is committed is on the standby.
	$node->safe_psql('postgres', q{ALTER SYSTEM SET synchronous_standby_names = '*'});
	$node->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = on') if $point;
	$node->reload;
	wait_for($node, 'postgres', q{SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')}, "$what: there is a standby");
	wait_for_state($node, 'postgres', 'running', "$what: the worker is there") if $point;
	order($node, $point, 'worker', 'postmaster') if $point;
	$node->psql('postgres', "SELECT fill(2200, ${far}::int::bool); UPDATE partman.part_config SET retention = '$retention'");
	if ($point)
	{
		ok(wait_until_fired($node), "$what: it has come to $point");
		$node->{_pid} = undef;
	}
	else
	{
		$node->stop;
	}
	$standby->promote;
	$standby->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = on');
	$standby->reload;
	wait_for($standby, 'postgres', 'SELECT state()', "$what: the promoted standby completes", 'same')
	  or diag($standby->safe_psql('postgres', 'SELECT state()'));
	is($standby->safe_psql('postgres', q{SELECT pg_is_in_recovery() OR EXISTS (SELECT FROM partman.maintenance_history WHERE outcome = 'failed')}), 'f', "$what: and nothing has failed");
	# The next standby is made while nothing goes on.
	$standby->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = off');
	$standby->reload;
	wait_for($standby, 'postgres', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'pg_strata worker')}, "$what: the worker has gone");
	$node = $standby;
}
cmp_ok($node->safe_psql('postgres', 'SELECT min(lower_id) FROM partman.partitions'), '>', 0, 'retention was at work');
$node->stop;
done_testing();
