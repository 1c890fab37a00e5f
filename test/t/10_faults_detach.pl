# Whatever ends the concurrent detach, at whichever step of it or of its finishing, and whatever ends the drop of what was
# retired or the way back: no row is lost, no hole is left, nothing stays half detached, and the next run completes.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server order wait_until_fired strike recover state_is);
use PostgreSQL::Test::Utils;
use Retiring qw(reader leave touch);
use Strata qw(wait_for wait_for_state);
use Test::More;

my $node = fault_server('faults_detach', "pg_strata.worker_enabled = on\npg_strata.lock_timeout = 50\n");

# Each advance fills ten ids more, which makes one partition due and one expire.  What is dropped is known to the
# table; everything else must be found, in the set or in what was detached.
$node->safe_psql('postgres', <<'SQL');
CREATE SCHEMA faults;
CREATE TABLE faults.position (at bigint NOT NULL, dropped bigint NOT NULL);
INSERT INTO faults.position VALUES (100, 0);
CREATE TABLE faults.gentle (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
SELECT partman.create_parent('faults.gentle', 'id', '10', p_premake := 2, p_start_partition := '50', p_default_table := false);
SELECT partman.create_partition_id('faults.gentle', ARRAY(SELECT generate_series(50, 100, 10)::bigint));
INSERT INTO faults.gentle SELECT generate_series(50, 100);
UPDATE partman.part_config SET infinite_time_partitions = false, retention = '50', retention_max_fraction = NULL, retention_keep_table = false;
CREATE FUNCTION faults.advance() RETURNS void LANGUAGE sql AS $$
    UPDATE faults.position SET at = at + 10, dropped = dropped + (SELECT (NOT retention_keep_table)::int FROM partman.part_config);
    INSERT INTO faults.gentle SELECT generate_series(at - 9, at) FROM faults.position;
$$;
CREATE FUNCTION faults.state() RETURNS text LANGUAGE plpgsql SET client_min_messages = error AS $$
DECLARE
    at bigint; dropped bigint; lowest bigint; rows bigint; found bigint; part regclass; result text := '';
BEGIN
    SELECT p.at, p.dropped INTO at, dropped FROM faults.position AS p;
    CREATE TEMP TABLE bounds ON COMMIT DROP AS
        SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$FROM \('(\d+)'$re$)::bigint AS lower,
               substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$TO \('(\d+)'$re$)::bigint AS upper, i.inhdetachpending AS pending
          FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = 'faults.gentle'::regclass;
    lowest := (SELECT min(lower) FROM bounds);
    SELECT count(*) INTO rows FROM faults.gentle;
    FOR part IN SELECT oid FROM pg_class WHERE relkind = 'r' AND NOT relispartition AND relname ~ '^gentle_p' AND relnamespace = 'faults'::regnamespace LOOP
        EXECUTE format('SELECT count(*) FROM %s', part) INTO found;
        rows := rows + found;
    END LOOP;
    RETURN CASE WHEN rows + 10 * dropped <> at - 49 THEN format('%s rows and %s dropped at %s; ', rows, dropped, at) ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM (SELECT lower, lag(upper) OVER (ORDER BY lower) AS before FROM bounds) AS b WHERE before <> lower) THEN 'a hole; ' ELSE '' END
        || CASE WHEN (SELECT max(upper) FROM bounds) < at + 20 THEN 'not covered; ' ELSE '' END
        || CASE WHEN lowest > at - 50 OR lowest <= at - 60 - 9 THEN format('begins with %s at %s; ', lowest, at) ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM bounds WHERE pending) THEN 'a pending detach; ' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.managed_partition WHERE retiring_as IS NOT NULL) THEN 'an intent; ' ELSE '' END
        || CASE WHEN (SELECT count(DISTINCT partition) FROM partman.maintenance_history WHERE action IN ('drop', 'detach') AND outcome = 'ok')
                     <> dropped + (SELECT count(*) FROM pg_class WHERE relkind = 'r' AND NOT relispartition AND relname ~ '^gentle_p' AND relnamespace = 'faults'::regnamespace)
                THEN 'the history lacks something; ' ELSE '' END
        || CASE WHEN (SELECT count(*) FROM partman.part_config) <> 1 THEN 'configuration; ' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.plan_maintenance()) THEN 'something is left to do; ' ELSE '' END
        || 'complete';
END $$;
SQL
wait_for_state($node, 'postgres', 'running', 'the worker is there');
wait_for($node, 'postgres', 'SELECT faults.state()', 'to begin with all is well', 'complete');

sub look_now { return touch($node, 'faults.gentle'); }

my $pending = q{SELECT EXISTS (SELECT FROM pg_inherits WHERE inhparent = 'faults.gentle'::regclass AND inhdetachpending)};
my $given_up = q{SELECT count(*) FROM partman.maintenance_history WHERE action = 'detach concurrently' AND outcome = 'deferred'};

# The worker waits for a reader for a second, which may be over before he has left.  Then it completes the detach later, and
# is watched at the next one.
sub again_if_late
{
	my ($name) = @_;
	foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		select(undef, undef, undef, 0.1);
		return if !-e $node->data_dir . '/pg_strata_fault';
		my (undef, $state) = $node->psql('postgres', 'SELECT faults.state()');
		next if ($state // '') ne 'complete';
		my $reader = reader($node, 'faults.gentle');
		$node->psql('postgres', 'SELECT faults.advance()');
		look_now();
		wait_for($node, 'postgres', $pending, "$name: another detach has begun") or return;
		eval { leave($reader) };
	}
	return;
}

# A reader keeps the worker from the plain way.  Where the step comes after the wait for him, he leaves when the detach
# has begun; of what is finished later he has to outlast the wait first.  Another one, who came when the partition was out
# of sight, keeps the worker from dropping it without a detach.
my @steps = (
	[ 'detach.locked', 'before' ],
	[ 'detach.left', 'during' ],
	[ 'detach.over', 'before' ],
	[ 'detach.over', 'during' ],
	[ 'finish.locked', 'later' ],
	[ 'finish.detached', 'later' ],
	[ 'finish.d*', 'alone' ]);    # finish.dropped; finish.detached of what is kept
# Each step is ended by a crash and in one of the other ways; FAULTS=all in the environment tries all of them.
my @others = qw(postmaster terminate cancel error timeout launcher);
foreach my $keep ('false', 'true')
{
	$node->safe_psql('postgres', "UPDATE partman.part_config SET retention_keep_table = $keep");
	my $what = $keep eq 'true' ? 'kept' : 'dropped';
	foreach my $number (0 .. $#steps)
	{
		my ($point, $when) = @{ $steps[$number] };
		my @faults = $keep eq 'true' ? $others[$number % @others] : 'kill';
		@faults = ('kill', @others) if ($ENV{FAULTS} // '') eq 'all';
		foreach my $fault (@faults)
		{
			my $reader = reader($node, 'faults.gentle');
			my $before = $node->safe_psql('postgres', $given_up);
			my $offset = -s $node->logfile;
			my $other;
			order($node, $point, 'worker', $fault) if $when eq 'before' || $when eq 'during';
			# The worker may be there, and the server gone, before the answer comes.
			$node->psql('postgres', 'SELECT faults.advance()');
			look_now();
			wait_for($node, 'postgres', $pending, "$what, $fault at $point: the detach has begun") if $when ne 'before';
			if ($when eq 'later' || $when eq 'alone')
			{
				wait_for($node, 'postgres', "SELECT ($given_up) > $before", "$what, $fault at $point: the reader is not waited for any more");
				order($node, $point, 'worker', $fault);
			}
			if ($when eq 'later')
			{
				$other = reader($node, 'faults.gentle');
			}
			# The worker may be at the step before the word is through.
			eval { $reader->query_safe('COMMIT') } if $when ne 'before';
			look_now() if $when eq 'later' || $when eq 'alone';
			again_if_late("$what, $fault at $point") if $when eq 'during';
			recover($node, $point, $fault, $offset);
			foreach my $session (grep { defined } $reader, $other)
			{
				eval { $session->query_safe('COMMIT') };
				eval { $session->quit };
			}
			look_now();
			wait_for($node, 'postgres', 'SELECT faults.state()', "$what, $fault at $point: it completes by itself", 'complete')
			  or state_is($node, 'complete', 'what is wrong');
		}
	}
}
$node->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = off');
$node->reload;
wait_for($node, 'postgres', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'pg_strata worker')}, 'the worker has gone');

# The first of them, and another one each time.
my $turn = 0;
sub some
{
	my ($first, @more) = @_;
	return ($first, ($ENV{FAULTS} // '') eq 'all' ? @more : $more[ $turn++ % @more ]);
}

# The way back.  One that was kept returns and is held; let go, it is retired again.
my $retired = $node->safe_psql('postgres', q{SELECT min(partition_schema || '.' || partition_table) FROM partman.managed_partition WHERE detached_at IS NOT NULL});
my $is_back = "SELECT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = '$retired'::regclass)";
my $number = $node->safe_psql('postgres', "SELECT count(*) FROM $retired");
is($number, '10', "$retired has its rows");
foreach my $point (qw(return.checked return.locked return.attached))
{
	foreach my $fault (some(qw(kill postmaster cancel error timeout)))
	{
		my $back = "SELECT partman.undo_retention('$retired')";
		strike($node, $point, $fault, $back);
		is($node->safe_psql('postgres', $is_back), 'f', "undo_retention, $fault at $point: nothing has happened");
		state_is($node, 'complete', "undo_retention, $fault at $point: all is as it was");
		$node->safe_psql('postgres', $back);
		is($node->safe_psql('postgres', "$is_back AND (SELECT count(*) FROM $retired) = $number"), 't', "undo_retention, $fault at $point: the next call brings it back");
		$node->safe_psql('postgres', "SELECT partman.hold_retention('$retired', false); CALL partman.run_maintenance_proc()");
		state_is($node, 'complete', "undo_retention, $fault at $point: and it is retired again");
	}
}

# What was retired is dropped later: a first run retires a partition, and the next one has its table to drop.
$node->safe_psql('postgres', q{UPDATE partman.part_config SET retention_drop_after = '1 millisecond', retention_keep_table = false});
my $due = q{SELECT partition_schema || '.' || partition_table FROM partman.managed_partition WHERE detached_at IS NOT NULL ORDER BY detached_at DESC LIMIT 1};
foreach my $point (qw(drop.locked drop.dropped))
{
	foreach my $fault (some(qw(kill postmaster cancel error timeout)))
	{
		$node->safe_psql('postgres', 'SELECT faults.advance(); CALL partman.run_maintenance_proc()');
		my $table = $node->safe_psql('postgres', $due);
		strike($node, $point, $fault, 'CALL partman.run_maintenance_proc()');
		is($node->safe_psql('postgres', "SELECT count(*) FROM $table"), '10', "drop_after, $fault at $point: the table is still there");
		$node->safe_psql('postgres', 'CALL partman.run_maintenance_proc()');
		is($node->safe_psql('postgres', "SELECT to_regclass('$table') IS NULL"), 't', "drop_after, $fault at $point: the next run drops it");
		state_is($node, 'complete', "drop_after, $fault at $point: and nothing else");
	}
}
$node->stop;
done_testing();
