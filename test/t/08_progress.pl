# The view progress: what is being moved now, before it is committed, and nothing of sessions that are gone.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run;
use PostgreSQL::Test::Utils;
use Strata qw(new_server crash wait_for);
use Test::More;

my $node = new_server('progress', "pg_strata.worker_enabled = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE ROLE owner;
CREATE ROLE watcher IN ROLE pg_monitor;
CREATE ROLE stranger;
GRANT USAGE ON SCHEMA partman TO owner, watcher, stranger;

-- Stops at the gates that somebody has closed: those that hold a number of rows read.
CREATE TABLE gate (at_row bigint);
CREATE SEQUENCE rows_read;
CREATE FUNCTION pass_gate() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    place bigint := nextval('public.rows_read');
BEGIN
    IF EXISTS (SELECT FROM public.gate WHERE at_row = place) THEN
        PERFORM pg_advisory_xact_lock_shared(place);
    END IF;
    RETURN 1;
END $$;
GRANT ALL ON gate, rows_read TO owner;
CREATE TABLE items (id int NOT NULL, passed int DEFAULT pass_gate()) PARTITION BY RANGE (id);
ALTER TABLE items OWNER TO owner;
GRANT CREATE ON SCHEMA public TO owner;
SELECT partman.create_parent('public.items', 'id', '1000', p_premake := 2);
CREATE TABLE incoming (id int);
ALTER TABLE incoming OWNER TO owner;
INSERT INTO incoming SELECT generate_series(10000, 12999);
SQL

sub session
{
	my @commands = map { ('-c', $_) } @_;
	my $out = '';
	my $handle = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), @commands ], '>', \$out, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	return { handle => $handle, out => \$out };
}

# A session that keeps the gates closed until it is told to end.
sub close_gates
{
	my @rows = @_;
	my $in = '';
	my $handle = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, '>', \my $out, IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	$in .= "INSERT INTO gate VALUES ($_); SELECT pg_advisory_lock($_);\n" for @rows;
	$handle->pump while length $in;
	wait_for($node, 'postgres', "SELECT count(*) = " . scalar(@rows) . " FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted",
		'gates are closed');
	return { handle => $handle, in => \$in };
}

sub open_gate { my ($keeper, $row) = @_; ${ $keeper->{in} } .= "SELECT pg_advisory_unlock($row);\n"; $keeper->{handle}->pump while length ${ $keeper->{in} }; }
sub let_go { my ($keeper) = @_; $keeper->{handle}->finish; $node->safe_psql('postgres', 'TRUNCATE gate'); }

my $shown = q{SELECT string_agg(concat_ws('|', what, parent_table, phase, rows_done, coalesce(rows_estimated::text, '-')), ',') FROM partman.progress};
sub shows { my ($expected, $name) = @_; return wait_for($node, 'postgres', $shown, $name, $expected); }
my $stopped = q{SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted};

is($node->safe_psql('postgres', 'SELECT count(*) FROM partman.progress'), '0', 'nothing is moved, nothing is shown');

# A function: nothing of what it does is committed, and still it is seen.
my $gates = close_gates(500, 4001);
my $mover = session(q{SELECT partman.partition_data_id('public.items', 10, p_source_table := 'public.incoming')});
wait_for($node, 'postgres', $stopped, 'it has come to the first gate');
shows('partition_data_id|public.items|looking at rows|0|-', 'rows are looked at');
open_gate($gates, 500);
shows('partition_data_id|public.items|moving rows|1000|3000', 'and moved');
is($node->safe_psql('postgres', 'SELECT count(*) FROM incoming'), '3000', 'which nobody else sees yet');
is($node->safe_psql('postgres', q{SELECT pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)
    AND started BETWEEN pg_postmaster_start_time() AND now() FROM partman.progress}), 't', 'by that session, since then');
for my $role (qw(watcher owner))
{
	is($node->safe_psql('postgres', "SET ROLE $role; SELECT count(*) FROM partman.progress"), '1', "$role may see it");
}
is($node->safe_psql('postgres', 'SET ROLE stranger; SELECT count(*) FROM partman.progress'), '0', 'somebody else may not');
$node->safe_psql('postgres', 'CREATE DATABASE other');
is($node->safe_psql('other', 'CREATE EXTENSION pg_strata; SELECT count(*) FROM partman.progress'), '0', 'nor is it of concern in another database');
open_gate($gates, 4001);
ok($mover->{handle}->finish, 'the function ends');
is(${ $mover->{out} }, "3000\n", 'with all rows');
shows('', 'and is not shown any more');
let_go($gates);

# One that is cancelled, in a session that goes on.
$node->safe_psql('postgres', q{INSERT INTO incoming SELECT generate_series(20000, 22999); SELECT setval('rows_read', 1, false)});
$gates = close_gates(3011, 7);
$node->safe_psql('postgres', 'DELETE FROM gate WHERE at_row = 7');
$mover = session(q{SELECT partman.partition_data_id('public.items', 10, p_source_table := 'public.incoming')}, 'SELECT pg_advisory_xact_lock(7)');
shows('partition_data_id|public.items|moving rows|10|3000', 'another one');
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM partman.progress});
wait_for($node, 'postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query = 'SELECT pg_advisory_xact_lock(7)' AND state = 'active'}, 'is cancelled, and the session does something else');
shows('', 'which is not shown');
let_go($gates);
$mover->{handle}->finish;

# A procedure shows what all of its transactions have done.
$mover = session(q{CALL partman.partition_data_proc('public.items', p_source_table := 'public.incoming', p_loop_count := 10, p_wait := 600)});
shows('partition_data_proc|public.items|pausing|1000|3000', 'a procedure pauses between two transactions');
is($node->safe_psql('postgres', 'SELECT count(*) FROM items'), '4000', 'and what it has done is there');
$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM partman.progress});
shows('', 'a session that was terminated is not shown');
$mover->{handle}->finish;

$node->safe_psql('postgres', 'CREATE TABLE plain (LIKE items); ANALYZE items');
$mover = session(q{CALL partman.undo_partition_proc('public.items', 'public.plain', p_wait := 600)});
shows('undo_partition_proc|public.items|pausing|1000|4000', 'the way back too');

# Shared memory is new after a crash.
$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM partman.progress});
shows('', 'until it is terminated');
$mover->{handle}->finish;
$mover = session(q{CALL partman.undo_partition_proc('public.items', 'public.plain', p_wait := 600)});
wait_for($node, 'postgres', "SELECT count(*) = 1 FROM partman.progress WHERE phase = 'pausing'", 'and again');
my $pid = $node->safe_psql('postgres', 'SELECT pid FROM partman.progress');
crash($node, $pid, 'it is killed');
$mover->{handle}->finish;
ok($node->poll_query_until('postgres', 'SELECT count(*) = 0 FROM partman.progress'), 'nothing is left of a session that was killed');
is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM items) + (SELECT count(*) FROM incoming) + (SELECT count(*) FROM plain)'), '6000', 'no row is lost');

$node->stop;
done_testing();
