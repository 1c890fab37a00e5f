# Another modulus for sets by hash of mallory's, beside those who use them: planned, made and gone on with by a superuser, a
# member of his role or the worker.  His code runs where it has to, and as nobody but himself, also for somebody else who writes
# meanwhile; and nothing that he does to the new tables between two steps makes the server mistake them.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run;
use Lair qw(as furnish attack witnesses no_breach);
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state);
use Test::More;

my $node = new_server('rehash', "log_line_prefix = '%m [%p] %a '\nfsync = off\nrestart_after_crash = off\nmax_locks_per_transaction = 512\npg_strata.worker_enabled = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
furnish($node, 'postgres');

as($node, 'mallory', <<'SQL');
GRANT USAGE, CREATE ON SCHEMA lair TO member;
CREATE FUNCTION lair.hook(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lair.tell('hook');
	RETURN true;
END $$;
-- All that can be on a set whose partitions are exchanged, and a domain with code as the key.
CREATE FUNCTION lair.ready(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM lair.exchanged(name);
	UPDATE partman.part_config SET automatic_maintenance = 'off', after_create = 'lair.hook', before_detach = 'lair.hook', before_drop = 'lair.hook' WHERE parent_table = 'lair.' || name;
END $$;
SQL

# What a set holds, for a look that is not mallory's: nobody else runs his policy.
sub rows { my ($set) = @_; return as($node, 'mallory', "SELECT count(*), count(DISTINCT id), sum(id) FROM lair.$set"); }
sub modulus_is
{
	my ($set, $modulus, $name) = @_;
	return is(
		as($node, 'postgres', qq{SELECT c.modulus, count(*), count(*) FILTER (WHERE pg_get_expr(relpartbound, t.oid) LIKE '%(modulus $modulus,%') FROM partman.part_config c JOIN pg_inherits ON inhparent = 'lair.$set'::regclass
			JOIN pg_class t ON t.oid = inhrelid WHERE parent_table = 'lair.$set' GROUP BY 1}), "$modulus|$modulus|$modulus", $name);
}

sub automatic { my ($set, $switch) = @_; return as($node, 'mallory', "UPDATE partman.part_config SET automatic_maintenance = '$switch' WHERE parent_table = 'lair.$set'"); }
sub under_way { my ($set, $phase) = @_; return "SELECT EXISTS (SELECT FROM partman.rebuild WHERE parent_oid = 'lair.$set'::regclass AND phase = '$phase')"; }

# mallory begins it himself and is held up by an old snapshot before the last step.  Gives what lets it go on, and what ends
# it instead.
sub begin
{
	my ($set, $modulus) = @_;
	my $snapshot = $node->background_psql('postgres');
	$snapshot->set_query_timer_restart;
	$snapshot->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class');
	my $out = '';
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') . ' user=mallory application_name=mallory', '-c', "CALL partman.set_modulus('lair.$set', $modulus)" ],
		'<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	wait_for($node, 'postgres', under_way($set, 'mirroring'), "$set: each change is made in the new tables as well");
	my $release = sub { $snapshot->query_safe('COMMIT'); $snapshot->quit; $run->finish; return; };
	my $interrupt = sub { as($node, 'postgres', q{SELECT pg_cancel_backend(pid) FROM partman.jobs WHERE state = 'running'}); $run->finish; $snapshot->query_safe('COMMIT'); $snapshot->quit; return; };
	return ($release, $interrupt);
}

#
# As the victim
#
my @calls = (
	[ 'plan_modulus', q{SELECT count(*) FROM partman.plan_modulus('<set>', 8)} ],
	[ 'set_modulus', q{CALL partman.set_modulus('<set>', 8)} ],
	[ 'set_modulus.fewer', q{CALL partman.set_modulus('<set>', 2)} ],
	[ 'set_modulus.others', q{CALL partman.set_modulus('<set>', 6)} ],
	[ 'set_modulus.hidden', q{CALL partman.set_modulus('<set>', 8)} ],
	[ 'set_modulus.again', q{CALL partman.set_modulus('<set>', 8)} ],
	[ 'set_modulus.another', q{CALL partman.set_modulus('<set>', 2)} ],
	[ 'resume_job', qq{SELECT job_id AS job FROM partman.jobs WHERE parent_table = '<set>' \\gset\nCALL partman.resume_job(:job)} ],
	[ 'run_maintenance_proc', q{CALL partman.run_maintenance_proc()} ],
	[ 'abort_job', q{SELECT partman.abort_job(job_id) FROM partman.jobs WHERE parent_table = '<set>'} ]);
my %interrupted = map { $_ => 1 } qw(set_modulus.again set_modulus.another resume_job run_maintenance_proc abort_job);
my %becomes = ('plan_modulus' => 4, 'set_modulus.fewer' => 2, 'set_modulus.others' => 6, 'set_modulus.another' => 2, 'abort_job' => 4);

my $offset = -s $node->logfile;
my %reached;
foreach my $victim (qw(postgres member))
{
	my @prepared;
	foreach my $call (@calls)
	{
		my ($name, $sql) = @$call;
		my $set = ($name =~ tr/./_/r) . "_$victim";
		as($node, 'mallory', "SELECT lair.ready('$set')");
		# Even from their owner.
		as($node, 'mallory', "CREATE POLICY nobody ON lair.$set AS RESTRICTIVE USING (false); ALTER TABLE lair.$set FORCE ROW LEVEL SECURITY") if $name eq 'set_modulus.hidden';
		(begin($set, 8))[1]->() if $interrupted{$name};
		automatic($set, 'on') if $name eq 'run_maintenance_proc';
		push @prepared, [ $name, $sql =~ s/<set>/lair.$set/gr ];
	}
	my $from = -s $node->logfile;
	my $states = attack($node, 'postgres', $victim, '', @prepared);
	foreach my $call (@calls)
	{
		my $name = $call->[0];
		my $set = ($name =~ tr/./_/r) . "_$victim";
		is($states->{$name}, '00000', "$name is called by $victim");
		modulus_is($set, $becomes{$name} // 8, "$name: as many partitions as it says");
		as($node, 'mallory', "ALTER TABLE lair.$set NO FORCE ROW LEVEL SECURITY");
		is(rows($set), '31|31|465', "$name: with all rows");
	}
	$reached{"$_->[0] $victim"}{ $_->[1] } = 1 foreach grep { $_->[3] eq $victim } witnesses($node, $from);
}
# The worker goes on with what mallory had begun.
as($node, 'mallory', q{SELECT lair.ready('left_to_worker')});
(begin('left_to_worker', 8))[1]->();
automatic('left_to_worker', 'on');
my $from = -s $node->logfile;
$node->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = on');
$node->reload;
# The hook is called when the last partitions are there.
wait_for($node, 'postgres', q{SELECT NOT EXISTS (SELECT FROM partman.rebuild) AND NOT EXISTS (SELECT FROM partman.jobs WHERE state NOT IN ('done', 'aborted')) AND EXISTS (
	SELECT FROM partman.maintenance_step s JOIN partman.maintenance_run r USING (run_id) WHERE s.parent_table = 'lair.left_to_worker' AND s.action = 'after_create' AND r.finished_at IS NOT NULL)}, 'the worker goes on with it');
modulus_is('left_to_worker', 8, 'the worker: as many partitions as mallory has asked for');
$reached{'the worker'}{ $_->[1] } = 1 foreach grep { $_->[0] eq '' } witnesses($node, $from);
is(rows('left_to_worker'), '31|31|465', 'the worker: with all rows');
automatic('left_to_worker', 'off');
no_breach($node, $offset, 'all code ran as its owner, who got nothing from it');
# Defaults, policies, triggers, rules, the domain and the cast it has no use for.
my $needed = 'check, constant check, generated, hook, index, operator, predicate, statistics, unique index';
foreach my $victim (qw(postgres member))
{
	is(join(', ', sort keys %{ $reached{"$_ $victim"} // {} }), /^plan|^abort/ ? '' : $needed, "$_ reaches what it has to for $victim, and nothing else") foreach map { $_->[0] } @calls;
}
is(join(', ', sort keys %{ $reached{'the worker'} }), $needed, 'the worker reaches the same');

#
# Somebody who writes meanwhile: to each of the partitions, of which one is being divided
#
as($node, 'mallory', q{SELECT lair.ready('written'); GRANT INSERT, UPDATE, DELETE, SELECT ON lair.written TO eve; CREATE POLICY all_for_eve ON lair.written TO eve USING (true)});
my ($release) = begin('written', 8);
$from = -s $node->logfile;
my $states = attack($node, 'postgres', 'eve', '',
	[ 'inserted', q{INSERT INTO lair.written (id) SELECT generate_series(101, 120)} ],
	[ 'updated', q{UPDATE lair.written SET id = id + 200, o = 2 WHERE id BETWEEN 1 AND 10} ],
	[ 'deleted', q{DELETE FROM lair.written WHERE id BETWEEN 21 AND 30} ]);
is($states->{$_}, '00000', "eve may do what she may: $_") foreach qw(inserted updated deleted);
foreach my $what (qw(inserted updated))
{
	my %by;
	$by{ $_->[2] }{ $_->[1] } = 1 foreach grep { $_->[0] eq $what } witnesses($node, $from);
	is(join(' ', sort keys %by), 'eve mallory', "$what: she runs code of the table, and mallory does");
	is(join(', ', grep { !$by{mallory}{$_} } 'check', 'constant check', 'generated', 'index', 'operator', 'predicate', 'unique index'), '', "$what: as mallory what is for the new tables");
}
is(join('', map { $_->[4] } grep { $_->[2] eq 'mallory' } witnesses($node, $from)), '', 'who gets nothing from it');
$release->();
# Unless the old snapshot has outlasted its patience it has.
as($node, 'mallory', q{CALL partman.set_modulus('lair.written', 8)});
modulus_is('written', 8, 'it comes to its end');
is(rows('written'), '41|41|' . (465 + 2210 + 2000 - 255), 'with what she wrote');

#
# New tables and the log, altered between two steps: whoever writes, and a superuser who goes on
#
as($node, 'mallory', q{CREATE FUNCTION lair.big(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE lair.%I (id text COLLATE "C" NOT NULL, n int NOT NULL, pad text, PRIMARY KEY (n, id)) PARTITION BY HASH (n)', name);
	PERFORM partman.create_parent('lair.' || name, 'n', p_type => 'hash', p_modulus => 2, p_template_table => 'false', p_automatic_maintenance => 'off');
	EXECUTE format('INSERT INTO lair.%I SELECT ''key '' || i, i, ''x'' FROM generate_series(1, 1000) AS i', name);
END $$});
# Those that are not partitions yet.
my $new = q{SELECT string_agg(oid::regclass::text, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'lair'::regnamespace AND relkind = 'r' AND NOT relispartition AND relname ~ '^big\d'};
my $number = 0;
foreach my $change ('ALTER TABLE <new> ALTER id TYPE bigint USING 1', 'ALTER TABLE <new> ALTER n TYPE text', 'ALTER TABLE <new> DROP pad', 'ALTER TABLE <new> ADD more text NOT NULL', 'DROP TABLE <new>', 'TRUNCATE <new>',
	'ALTER TABLE <new> DISABLE ROW LEVEL SECURITY; INSERT INTO <new> (n) VALUES (77)')
{
	my $set = 'big' . $number++;
	as($node, 'mallory', "SELECT lair.big('$set')");
	my ($go_on, $interrupt) = begin($set, 4);
	my @tables = split / /, as($node, 'postgres', $new);
	cmp_ok(scalar @tables, '>', 1, "$set: there are new tables");
	# Some of these make no sense to one or the other of the tables.
	$node->psql('postgres', "SET lock_timeout = '10s';\n" . join('', map { ($change =~ s/<new>/$_/gr) . ";\n" } @tables), on_error_stop => 0, extra_params => [ '-U', 'mallory' ]);
	as($node, 'mallory', "INSERT INTO lair.$set SELECT 'new ' || i, i, 'x' FROM generate_series(1, 20) AS i; UPDATE lair.$set SET n = n + 5000, pad = 'moved' WHERE n = 500; DELETE FROM lair.$set WHERE n IN (600, 601)");
	pass("$set: rows can be written after: $change");
	($number % 2 ? $go_on : $interrupt)->();
	my (undef, undef, $said) = $node->psql('postgres', "SET client_min_messages = error; CALL partman.set_modulus('lair.$set', 4)", on_error_stop => 0);
	modulus_is($set, 4, "$set: the next call comes to the end") or diag($said);
	is(as($node, 'mallory', "SELECT count(*), count(DISTINCT id), sum(n), count(*) FILTER (WHERE pad = 'moved') FROM lair.$set"), join('|', 1018, 1018, 500500 + 210 + 5000 - 1201, 1), "$set: no row is lost or there twice");
	is(as($node, 'postgres', $new), '', "$set: nothing is left over");
}

is(as($node, 'postgres', q{SELECT count(*) FROM pg_roles WHERE rolsuper}), '1', 'there is no other superuser');
is(as($node, 'postgres', q{SELECT string_agg(DISTINCT r.rolname, ',') FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE relnamespace = 'lair'::regnamespace}), 'mallory', 'all that was made belongs to mallory');

$node->stop;
done_testing();
