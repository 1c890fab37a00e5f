# Hooks and an archive table together, killed at each step in between: a hook that agreed is asked again where the step
# was lost, what it did in the database is undone with the step, and every row is in the set or in the archive.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server order strike recover came);
use PostgreSQL::Test::Utils;
use Retiring qw(reader pending);
use Strata qw(wait_for wait_for_state);
use Test::More;

my $node = fault_server('faults_archive', "fsync = off\npg_strata.lock_timeout = 2000\n");
my $run = 'CALL partman.run_maintenance_proc()';
sub ask { my ($sql) = @_; return $node->safe_psql('postgres', "SET client_min_messages = error; $sql"); }

# `asked` is written by the hook, and so is committed or undone with what was decided.
ask(<<'SQL');
CREATE TABLE asked (partition text NOT NULL);
CREATE TABLE kept (partition text NOT NULL);
CREATE FUNCTION agree(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.kept WHERE partition = p_partition::text) THEN
        RETURN false;
    END IF;
    INSERT INTO public.asked VALUES (p_partition::text);
    RETURN true;
END $$;
CREATE PROCEDURE make_set(with_default boolean) LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE t (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
    CREATE TABLE t_old (LIKE t INCLUDING ALL) PARTITION BY RANGE (id);
    PERFORM partman.create_parent('public.t', 'id', '10', p_premake := 1, p_start_partition := '0', p_default_table := with_default);
    PERFORM partman.create_partition_id('public.t', '{10, 20, 30}');
    INSERT INTO t SELECT generate_series(0, 39);
    UPDATE partman.part_config SET retention = '15', retention_max_fraction = NULL, retention_keep_table = false, retire_enabled = false,
           retention_archive_table = 'public.t_old', before_detach = 'public.agree', before_drop = 'public.agree';
    TRUNCATE asked, kept;
END $$;
CREATE FUNCTION rows() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    part regclass;
    found bigint;
    rows bigint := 0;
BEGIN
    FOR part IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relname ~ '^t_p\d+$' LOOP
        EXECUTE format('SELECT count(*) FROM %s', part) INTO found;
        rows := rows + found;
    END LOOP;
    RETURN rows;
END $$;
SQL
my $archived = q{SELECT coalesce(string_agg(inhrelid::regclass::text, ' ' ORDER BY inhrelid::regclass::text), 'none') FROM pg_inherits WHERE inhparent = 't_old'::regclass};
my $in_set = q{SELECT string_agg(inhrelid::regclass::text, ' ' ORDER BY inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 't'::regclass AND NOT inhdetachpending AND inhrelid::regclass::text ~ '_p\d+$'};
my $unsettled = q{SELECT count(*) FROM partman.managed_partition WHERE retiring_as IS NOT NULL};
# Nothing is dropped of what is archived, so before_drop is not asked.
my $once = q{SELECT string_agg(DISTINCT partition, ' ' ORDER BY partition) || ' ' || count(*) FROM asked};

# By whoever calls.
foreach my $fault (qw(kill error cancel timeout))
{
	foreach my $point (qw(retire.locked retire.left run.commit))
	{
		next if $point eq 'run.commit' && $fault ne 'kill';
		my $name = "$fault at $point";
		ask(q{CALL make_set(true); UPDATE partman.part_config SET retire_enabled = true; INSERT INTO kept VALUES ('public.t_p10')});
		strike($node, $point, $fault, $run);
		is(ask('SELECT rows()'), '40', "$name: all rows are there");
		is(ask('SELECT count(*) FROM asked'), ask("SELECT count(*) FROM pg_inherits WHERE inhparent = 't_old'::regclass"), "$name: what a hook has done stays with what was archived");
		ask($run);
		is(ask($archived) . '|' . ask($in_set), 't_p0|t_p10 t_p20 t_p30 t_p40', "$name: the next run archives what it may");
		ask("DELETE FROM kept; $run");
		is(ask($archived) . '|' . ask($in_set), 't_p0 t_p10|t_p20 t_p30 t_p40', "$name: and the other when it may");
		is(ask($once), 'public.t_p0 public.t_p10 2', "$name: each was agreed to once");
		is(ask($unsettled) . ask('SELECT rows()'), '040', "$name: with all rows, and nothing is left to do");
		ask('DROP TABLE t, t_old');
	}
}

my $given_up = q{SELECT EXISTS (SELECT FROM partman.maintenance_history WHERE parent_table = 'public.t' AND action = 'detach concurrently' AND outcome = 'deferred' AND started_at > (SELECT min(created_at) FROM partman.managed_partition WHERE parent_table = 'public.t'))};

# By the worker, concurrently: the detach is one transaction, and what follows another.
ask(q{ALTER SYSTEM SET pg_strata.worker_enabled = on});
$node->reload;
wait_for_state($node, 'postgres', 'running', 'the worker is there');
foreach my $strike ([ 'detach.locked', 'before' ], [ 'detach.left', 'during' ], [ 'detach.over', 'before' ], [ 'finish.locked', 'later' ], [ 'finish.detached', 'later' ])
{
	foreach my $fault (qw(kill error))
	{
		my ($point, $when) = @$strike;
		my $name = "worker, $fault at $point";
		ask('CALL make_set(false)');
		my ($reader, $other) = (reader($node, 't'));
		my $offset = -s $node->logfile;
		order($node, $point, 'worker', $fault) if $when ne 'later';
		$node->psql('postgres', 'UPDATE partman.part_config SET retire_enabled = true');
		if ($when ne 'before')
		{
			wait_for($node, 'postgres', pending('t'), "$name: the detach has begun");
			if ($when eq 'later')
			{
				wait_for($node, 'postgres', $given_up, "$name: the reader is not waited for any more");
				$other = reader($node, 't');
				order($node, $point, 'worker', $fault);
			}
			eval { $reader->query_safe('COMMIT') };
			$node->psql('postgres', 'UPDATE partman.part_config SET premake = premake') if $when eq 'later';
		}
		# The worker waits for the reader for five seconds, which may be over before he has left.
		if ($when eq 'during' && !came($node, $given_up))
		{
			$reader->quit;
			ask('DROP TABLE t, t_old');
			redo;
		}
		recover($node, $point, $fault, $offset);
		foreach my $session (grep { defined } $reader, $other)
		{
			eval { $session->query_safe('COMMIT') };
			eval { $session->quit };
		}
		$node->psql('postgres', 'UPDATE partman.part_config SET premake = premake');
		wait_for($node, 'postgres', "SELECT ($archived) = 't_p0 t_p10' AND ($unsettled) = 0", "$name: the worker archives them by itself");
		is(ask('SELECT rows()'), '40', "$name: all rows are there");
		is(ask('SELECT string_agg(DISTINCT partition, $$ $$ ORDER BY partition) FROM asked'), 'public.t_p0 public.t_p10', "$name: the hook was asked about both");
		is(ask('SELECT count(*) FROM t_old'), '20', "$name: and the archive has them");
		ask('DROP TABLE t, t_old');
	}
}
$node->stop;
done_testing();
