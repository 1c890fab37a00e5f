# The table, the extension or the database is dropped while maintenance stands in the middle of a step: the drop succeeds,
# nothing of the dropped is left, whatever stays has all its rows, and the next run completes.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server order go wait_until_fired);
use IPC::Run;
use PostgreSQL::Test::Utils;
use Strata qw(wait_for wait_for_state);
use Test::More;

my $node = fault_server('faults_drop', "fsync = off\npg_strata.databases = 'doomed'\npg_strata.lock_timeout = 2000\n");

# What is to be in the middle of something: a set, the call, and the steps at which it is stopped.
my $few_rows = q{INSERT INTO t SELECT n, '' FROM generate_series(0, 39) AS n};
my $run = 'CALL partman.run_maintenance_proc()';
my $many_rows = q{INSERT INTO t SELECT n, repeat('x', 8000) FROM generate_series(40, 2239) AS n; INSERT INTO t VALUES (39, ''); UPDATE partman.part_config SET premake = 1 WHERE parent_table = 'public.t'};
my %scenes = (
	create => {
		set => "$few_rows; UPDATE partman.part_config SET premake = 5 WHERE parent_table = 'public.t'",
		call => $run,
		points => [qw(create.locked create.made run.commit)]
	},
	retire => {
		set => "$few_rows; UPDATE partman.part_config SET retention = '15', retention_max_fraction = NULL, retention_keep_table = true, premake = 1 WHERE parent_table = 'public.t'",
		call => $run,
		points => [qw(retire.locked retire.left)]
	},
	move => {
		set => "$few_rows; INSERT INTO t SELECT n, '' FROM generate_series(-20, -1) AS n",
		call => q{CALL partman.partition_data_proc('public.t', p_wait := 0)},
		points => [qw(move.locked move.loaded move.attached move.committed)]
	},
	undo => {
		set => "$few_rows; TRUNCATE plain",
		call => q{CALL partman.undo_partition_proc('public.t', 'public.plain', p_keep_table := false, p_wait := 0)},
		points => [qw(undo.moved undo.left)]
	},
	drain => {
		set => $many_rows,
		call => $run,
		points => [qw(rebuild.begun rebuild.filled rebuild.followed rebuild.mirrored rebuild.waits rebuild.locked rebuild.swapped)]
	},
	refer => {
		set => "$many_rows; CREATE TABLE IF NOT EXISTS plain (id bigint PRIMARY KEY, pad text); INSERT INTO plain VALUES (1); ALTER TABLE t ADD ref bigint DEFAULT 1 REFERENCES plain",
		call => $run,
		# Each of them for both ways to drop it.
		points => [qw(rebuild.referring rebuild.referring rebuild.validated rebuild.validated)]
	});

sub make_set
{
	my ($database, $more) = @_;
	$node->safe_psql($database, <<"SQL");
SET client_min_messages = error;
CREATE TABLE t (id bigint PRIMARY KEY, pad text) PARTITION BY RANGE (id);
ALTER TABLE t ALTER pad SET STORAGE PLAIN;
SELECT partman.create_parent('public.t', 'id', '10', p_premake := 3, p_start_partition := '0');
$more;
SQL
	return;
}

sub start
{
	my ($sql) = @_;
	my $out = '';
	my $handle = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-c', 'SET client_min_messages = error', '-c', $sql ],
		'<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	return { handle => $handle, out => \$out };
}

# Whether it ended well.
sub finish
{
	my ($session) = @_;
	$session->{handle}->finish;
	return $session->{handle}->result(0) == 0;
}

sub ask { my ($sql) = @_; return $node->safe_psql('postgres', "SET client_min_messages = error; $sql"); }

ask(<<'SQL');
CREATE TABLE plain (id bigint PRIMARY KEY, pad text);
CREATE TABLE other (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.other', 'id', '10', p_premake := 1, p_start_partition := '0');
UPDATE partman.part_config SET infinite_time_partitions = false;
INSERT INTO other VALUES (5);
CREATE FUNCTION content() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    part regclass;
    rows bigint := 0;
    found bigint;
BEGIN
    -- A partition that retention has kept is one of them, the new tables of a default partition that is emptied are not.
    FOR part IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND (relname = 'plain' OR relname ~ '^t_' AND (relispartition OR relname ~ '_p-?\d+$' AND NOT relrowsecurity)) LOOP
        EXECUTE format('SELECT count(*) FROM %s', part) INTO found;
        rows := rows + found;
    END LOOP;
    RETURN rows;
END $$;
CREATE FUNCTION left_behind() RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(name, ', '), 'nothing') FROM (
        SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
           AND relname NOT IN ('t', 'plain', 'other') AND relname !~ '^t_p\d+$'
        UNION ALL SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pg_strata%' OR tgenabled = 'D'
        UNION ALL SELECT 'dependency' FROM pg_depend WHERE deptype = 'x') AS names
$$;
SQL
my $ours_left = <<'SQL';
SELECT concat_ws(', ', (SELECT 'configuration' FROM partman.part_config WHERE parent_table = 'public.t'), (SELECT DISTINCT 'partitions' FROM partman.managed_partition WHERE parent_table = 'public.t'),
    (SELECT 'rebuild' FROM partman.rebuild), (SELECT DISTINCT 'open job' FROM partman.jobs WHERE state NOT IN ('done', 'aborted')), left_behind())
SQL

# The one and the other in turn; FAULTS=all in the environment tries both at every step.
my @drops = ('DROP TABLE public.t', 'DROP EXTENSION pg_strata');
my $turn = 0;
foreach my $scene (sort keys %scenes)
{
	my ($set, $call) = @{ $scenes{$scene} }{qw(set call)};
	foreach my $point (@{ $scenes{$scene}{points} })
	{
		foreach my $drop (($ENV{FAULTS} // '') eq 'all' ? @drops : $drops[ $turn++ % @drops ])
		{
			my $name = "$drop at $point of $scene";
			make_set('postgres', $set);
			my $content = ask('SELECT content()');
			my $reader;
			if ($point eq 'rebuild.waits')
			{
				$reader = $node->background_psql('postgres', on_error_stop => 0);
				$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
			}
			order($node, $point, 'client', 'wait');
			my $caller = start($call);
			ok(wait_until_fired($node), "$name: the step is reached");
			my $dropper = start($drop);
			# He waits for the transaction that stands there, or is done.
			wait_for($node, 'postgres', "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE query = '$drop' AND state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock')", "$name: the drop has begun");
			go($node);
			if ($reader)
			{
				$reader->query_safe('COMMIT');
				$reader->quit;
			}
			ok(finish($dropper), "$name: it succeeds") or diag ${ $dropper->{out} };
			finish($caller);
			if ($drop =~ /TABLE/)
			{
				is(ask("SELECT to_regclass('public.t') IS NULL"), 't', "$name: the table is gone");
				is(ask($ours_left), 'nothing', "$name: and nothing is left of it");
			}
			else
			{
				is(ask('SELECT content(), left_behind()'), "$content|nothing", "$name: all rows are there, and nothing else");
				ask(q{CREATE EXTENSION pg_strata; SELECT partman.manage('public.other')});
				ask(q{SELECT partman.manage('public.t')}) if $scene ne 'undo';
			}
			ask("INSERT INTO other SELECT max(id) + 10 FROM other; $run");
			is(ask(q{SELECT count(*) FROM partman.plan_maintenance() WHERE parent_table = 'public.other'}), '0', "$name: the next run completes");
			if ($drop !~ /TABLE/)
			{
				is(ask('SELECT content()'), $content, "$name: with all rows");
				ask('DROP TABLE public.t');
			}
			ask(q{DO $$ DECLARE name regclass; BEGIN FOR name IN SELECT oid FROM pg_class WHERE relname ~ '^t_p\d+$' AND relkind = 'r' LOOP EXECUTE format('DROP TABLE %s', name); END LOOP; TRUNCATE plain; END $$});
		}
	}
}

# Nobody manages the set any more: what was made to empty its default partition goes, too.
make_set('postgres', $scenes{drain}{set});
Faults::strike($node, 'rebuild.followed', 'error', $run);
is(ask('SELECT count(*) FROM partman.rebuild'), '1', 'a rebuild is under way');
ask(q{DELETE FROM partman.part_config WHERE parent_table = 'public.t'});
my $content = ask('SELECT content()');
ask($run);
is(ask($ours_left), 'nothing', 'without its configuration it is cleared away by the next run');
is(ask('SELECT content()'), $content, 'and the rows are where they were');
ask('DROP TABLE t');

# A database goes with the worker in the middle of a step.
$node->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = on');
$node->reload;
foreach my $strike ([ 'create', 'create.made' ], [ 'retire', 'retire.left' ], [ 'retire', 'run.commit' ], [ 'drain', 'rebuild.filled' ], [ 'drain', 'rebuild.mirrored' ], [ 'refer', 'rebuild.referring' ], [ 'refer', 'rebuild.validated' ])
{
	my ($scene, $point) = @$strike;
	my $name = "DROP DATABASE at $point of $scene";
	ask('CREATE DATABASE doomed');
	$node->safe_psql('doomed', 'CREATE EXTENSION pg_strata');
	wait_for_state($node, 'doomed', 'running', "$name: the worker is there");
	order($node, $point, 'worker', 'wait');
	make_set('doomed', $scenes{$scene}{set});
	ok(wait_until_fired($node), "$name: the step is reached");
	my ($status, $out, $err) = $node->psql('postgres', 'DROP DATABASE doomed');
	is($status, 0, "$name: it succeeds") or diag $err;
	unlink $node->data_dir . '/pg_strata_go';
}
wait_for($node, 'postgres', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'pg_strata worker')}, 'no worker is left');
is(ask('SELECT id FROM other ORDER BY id LIMIT 1'), '5', 'the server goes on');
$node->stop;
done_testing();
