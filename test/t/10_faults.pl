# Whatever ends maintenance, at whichever step: no row is lost, no hole is left, the configuration can be read, nothing
# is left behind, and the next run completes.  A table of steps and faults, tried one after another.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server order strike recover state_is);
use PostgreSQL::Test::Utils;
use Strata qw(wait_for wait_for_state);
use Test::More;

my $node = fault_server('faults');

# Three sets whose retired partitions are dropped, kept and moved.  Each advance fills ten ids more, which makes one
# partition due and one expire; state() looks for every row that was ever stored and was not dropped.  How fast the ids grow,
# which decides about what is made once it has been seen for five minutes, is no concern here.
$node->safe_psql('postgres', <<'SQL');
CREATE SCHEMA faults;
CREATE SCHEMA archive;
CREATE TABLE faults.position (at bigint NOT NULL);
INSERT INTO faults.position VALUES (100);
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['faults.dropped', 'faults.kept', 'faults.moved'] LOOP
        EXECUTE format('CREATE TABLE %s (id bigint PRIMARY KEY) PARTITION BY RANGE (id)', name);
        PERFORM partman.create_parent(name, 'id', '10', p_premake := 2, p_start_partition := '0', p_default_table := name <> 'faults.dropped');
        PERFORM partman.create_partition_id(name, ARRAY(SELECT generate_series(10, 100, 10)::bigint));
        EXECUTE format('INSERT INTO %s SELECT generate_series(0, 100)', name);
        UPDATE partman.part_config SET retention = '50', retention_max_fraction = NULL, infinite_time_partitions = false, retention_keep_table = name <> 'faults.dropped',
               retention_schema = CASE name WHEN 'faults.moved' THEN 'archive' END WHERE parent_table = name;
    END LOOP;
END $$;
CREATE FUNCTION faults.advance() RETURNS void LANGUAGE sql AS $$
    UPDATE faults.position SET at = at + 10;
    INSERT INTO faults.dropped SELECT generate_series(at - 9, at) FROM faults.position;
    INSERT INTO faults.kept SELECT generate_series(at - 9, at) FROM faults.position;
    INSERT INTO faults.moved SELECT generate_series(at - 9, at) FROM faults.position;
$$;
CREATE FUNCTION faults.state() RETURNS text LANGUAGE plpgsql SET client_min_messages = error AS $$
DECLARE
    at bigint := (SELECT p.at FROM faults.position AS p);
    name text;
    part regclass;
    lowest bigint;
    rows bigint;
    found bigint;
    result text := '';
BEGIN
    FOREACH name IN ARRAY ARRAY['dropped', 'kept', 'moved'] LOOP
        CREATE TEMP TABLE bounds ON COMMIT DROP AS
            SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$FROM \('(\d+)'$re$)::bigint AS lower,
                   substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$TO \('(\d+)'$re$)::bigint AS upper, i.inhdetachpending AS pending
              FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = ('faults.' || name)::regclass;
        lowest := (SELECT min(lower) FROM bounds);
        EXECUTE format('SELECT count(*) FROM faults.%I', name) INTO rows;
        IF name = 'dropped' THEN
            rows := rows + lowest;
        ELSE
            FOR part IN SELECT oid FROM pg_class AS c WHERE relkind = 'r' AND NOT relispartition AND relname ~ ('^' || name || '_p\d+$')
                           AND relnamespace IN ('faults'::regnamespace, 'archive'::regnamespace) LOOP
                EXECUTE format('SELECT count(*) FROM %s', part) INTO found;
                rows := rows + found;
            END LOOP;
        END IF;
        result := result || CASE WHEN rows <> at + 1 THEN format('%s: %s rows of %s; ', name, rows, at + 1) ELSE '' END
            || CASE WHEN EXISTS (SELECT FROM (SELECT lower, lag(upper) OVER (ORDER BY lower) AS before FROM bounds WHERE lower IS NOT NULL) AS b WHERE before <> lower) THEN name || ': a hole; ' ELSE '' END
            || CASE WHEN (SELECT max(upper) FROM bounds) < at + 20 THEN name || ': not covered; ' ELSE '' END
            || CASE WHEN lowest > at - 50 OR lowest <= at - 60 - 9 THEN format('%s: begins with %s at %s; ', name, lowest, at) ELSE '' END
            || CASE WHEN EXISTS (SELECT FROM bounds WHERE pending) THEN name || ': a pending detach; ' ELSE '' END;
        DROP TABLE bounds;
    END LOOP;
    RETURN result
        || CASE WHEN (SELECT count(*) FROM partman.part_config) <> 3 THEN 'configuration; ' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.plan_maintenance()) THEN 'something is left to do; ' ELSE '' END
        || coalesce((SELECT 'left over: ' || string_agg(relname, ', ') FROM pg_class WHERE relnamespace = 'faults'::regnamespace AND relkind = 'r'
                        AND NOT relispartition AND relname !~ '^(position|kept_p\d+)$'), '')
        || 'complete';
END $$;
SQL
$node->safe_psql('postgres', 'CALL partman.run_maintenance_proc()');
state_is($node, 'complete', 'to begin with all is well');

my %call = (
	procedure => 'CALL partman.run_maintenance_proc()',
	function => 'SELECT partman.run_maintenance()',
	'function for the set that moves' => q{SELECT partman.run_maintenance('faults.moved')},
	'function for the set that keeps' => q{SELECT partman.run_maintenance('faults.kept')});
my @create = qw(create.locked create.made);
my @retire = qw(retire.locked retire.left);
my @commit = qw(run.commit run.committed);
my @matrix = (
	[ 'procedure', [ @create, @retire, @commit ], [qw(kill postmaster terminate cancel error timeout)] ],
	[ 'function', [ @create, @retire ], [qw(kill cancel error timeout)] ],
	[ 'function for the set that moves', \@retire, [qw(kill error)] ],
	[ 'function for the set that keeps', \@retire, [qw(kill error)] ]);
foreach my $row (@matrix)
{
	my ($way, $points, $faults) = @$row;
	foreach my $point (@$points)
	{
		foreach my $fault (@$faults)
		{
			$node->safe_psql('postgres', 'SELECT faults.advance()');
			strike($node, $point, $fault, $call{$way});
			$node->safe_psql('postgres', 'CALL partman.run_maintenance_proc()');
			state_is($node, 'complete', "$way, $fault at $point: the next run completes");
		}
	}
}

# The worker needs nobody to call it again.  Killing the launcher is the same as killing any other process.
$node->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = on');
$node->reload;
wait_for_state($node, 'postgres', 'running', 'the worker is there');
foreach my $point (@create, @retire, @commit)
{
	foreach my $fault (qw(kill terminate cancel error launcher))
	{
		my $offset = -s $node->logfile;
		order($node, $point, 'worker', $fault);
		$node->psql('postgres', 'SELECT faults.advance(); UPDATE partman.part_config SET premake = premake');
		recover($node, $point, $fault, $offset);
		wait_for($node, 'postgres', 'SELECT faults.state()', "worker, $fault at $point: it completes by itself", 'complete')
		  or state_is($node, 'complete', 'what is wrong');
	}
}
$node->stop;
done_testing();
