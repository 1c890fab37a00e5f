# While a default partition is emptied beside its users, the tables that it is copied to belong to mallory, and he can
# alter them between two transactions or two statements.  What the library writes to them, below SQL, must not take the
# memory of one type for another: neither his statements nor the maintenance of a superuser bring the server down, and no
# row is lost.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run;
use Lair qw(as new_lair no_breach);
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_lair('rebuild', "restart_after_crash = off\n");
my $offset = -s $node->logfile;

# A session that goes on by itself; ended() waits for it.
sub start
{
	my ($sql) = @_;
	my $out = '';
	my $handle = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres') . ' application_name=copying', '-c', $sql ], '<', \undef, '>', \$out, '2>&1',
		IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	return { handle => $handle, out => \$out };
}

sub ended
{
	my ($session) = @_;
	$session->{handle}->finish;
	return $session->{handle}->result(0) == 0;
}

# A session that stays until it is told to go.
sub hold
{
	my ($sql) = @_;
	my ($in, $out) = ("$sql;\n\\echo held\n", '');
	my $handle = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	IPC::Run::pump($handle) until $out =~ /held/;
	return sub { $in .= "\\q\n"; $handle->finish; };
}

# Twenty thousand rows where no partition is.  While somebody holds the advisory lock 1, whoever copies the middle one waits.
as($node, 'mallory', <<'SQL');
CREATE FUNCTION lair.turnstile(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
	IF n = 25000 AND pg_catalog.current_setting('application_name') = 'copying' THEN
		-- Not by waiting for the lock: that ends soon, as any wait for a lock in maintenance.
		WHILE NOT pg_catalog.pg_try_advisory_xact_lock_shared(1) LOOP
			PERFORM pg_catalog.pg_sleep(0.01);
		END LOOP;
	END IF;
	RETURN n;
END $$;
CREATE FUNCTION lair.big(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE lair.%I (id text COLLATE "C" NOT NULL, n int NOT NULL, pad text, PRIMARY KEY (n, id)) PARTITION BY RANGE (n)', name);
	EXECUTE format('CREATE INDEX ON lair.%I (lair.turnstile(n))', name);
	PERFORM partman.create_parent('lair.' || name, 'n', '10000', p_premake => 1, p_start_partition => '0', p_template_table => 'false');
	EXECUTE format('INSERT INTO lair.%I SELECT ''key '' || i, i, repeat(''x'', 1000) FROM generate_series(0, 19999, 100) AS i', name);
	EXECUTE format('INSERT INTO lair.%I SELECT ''key '' || i, i, repeat(''x'', 1000) FROM generate_series(20000, 40000) AS i', name);
	EXECUTE format('ANALYZE lair.%I', name);
END $$;
SQL

# Everything goes on: rows can be written, and are there; after some runs the default partition is empty.
sub writes
{
	my ($table, $after) = @_;
	as($node, 'mallory', <<"SQL");
INSERT INTO lair.$table SELECT 'new ' || nextval('lair.written'), i, 'x' FROM generate_series(20500, 39500, 1000) AS i;
UPDATE lair.$table SET n = n + 10000, pad = 'moved' WHERE n = 25500 AND id LIKE 'new%';
DELETE FROM lair.$table WHERE n = 35500 AND id LIKE 'new%';
SQL
	pass("$table: rows can be written after: $after");
	return;
}

sub comes_to_an_end
{
	my ($table) = @_;
	my $said = '';
	for (1 .. 20)
	{
		(undef, undef, $said) = $node->psql('postgres', 'CALL partman.run_maintenance_proc()');
		last if as($node, 'postgres', "SELECT NOT EXISTS (SELECT FROM partman.rebuild) AND NOT EXISTS (SELECT FROM lair.${table}_default)") eq 't';
	}
	is(as($node, 'postgres', "SELECT count(*) FROM lair.${table}_default"), '0', "$table: the default partition is emptied in the end") or diag($said);
	is(as($node, 'postgres', "SELECT count(*), count(DISTINCT id), sum(length(pad)) FROM lair.$table WHERE id LIKE 'key%'"), '20201|20201|20201000', 'no row is lost or there twice');
	is(as($node, 'postgres', "SELECT count(*) FROM lair.$table WHERE id LIKE 'new%'"), $_[1], 'nor are those that came meanwhile');
	is(as($node, 'postgres', q{SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'lair'::regnamespace AND relname ~ '_(new|log)$'}), '', 'nothing is left over');
	return;
}
as($node, 'mallory', q{CREATE SEQUENCE lair.written; SELECT lair.big('logged'), lair.big('emptied'), lair.big('pieces'), lair.big('mirrored')});
as($node, 'mallory', q{UPDATE partman.part_config SET automatic_maintenance = 'off'});

# Begins to empty the default partition and stops in the phase; gives what ends that.
sub begin
{
	my ($table, $phase) = @_;
	as($node, 'mallory', "UPDATE partman.part_config SET automatic_maintenance = CASE parent_table WHEN 'lair.$table' THEN 'on' ELSE 'off' END");
	my $release = hold($phase eq 'filling' ? 'SELECT pg_advisory_lock(1)' : 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class');
	my $run = start('CALL partman.run_maintenance_proc()');
	$node->poll_query_until('postgres', $phase eq 'filling' ? q{SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'copying' AND wait_event = 'PgSleep')} : q{SELECT EXISTS (SELECT FROM partman.rebuild WHERE phase = 'mirroring')})
	  or BAIL_OUT("$table: not $phase");
	is(as($node, 'postgres', 'SELECT phase, parent_oid::regclass FROM partman.rebuild'), "$phase|lair.$table", "$table is being emptied: $phase");
	return sub { $release->(); ended($run); return; };
}

# The log of changes: other types, which its writer and its reader would take for what was there.
my $go_on = begin('logged', 'filling');
foreach my $change ('ALTER TABLE lair.logged_default_log ALTER k1 TYPE text', 'ALTER TABLE lair.logged_default_log ALTER k2 TYPE bigint USING 1', 'ALTER TABLE lair.logged_default_log ALTER what TYPE text',
	'ALTER TABLE lair.logged_default_log DROP what', 'ALTER TABLE lair.logged_default_log ADD more text', 'ALTER TABLE lair.logged_default_log DROP k1, DROP k2',
	q{DO $$ BEGIN DROP TABLE IF EXISTS lair.another; ALTER TABLE lair.logged_default_log DISABLE ROW LEVEL SECURITY; TRUNCATE lair.logged_default_log; CREATE RULE "_RETURN" AS ON SELECT TO lair.logged_default_log DO INSTEAD SELECT NULL::text AS more;
		EXCEPTION WHEN feature_not_supported OR wrong_object_type OR object_not_in_prerequisite_state OR invalid_object_definition THEN NULL; END $$},
	q{DO $$ BEGIN EXECUTE format('DROP %s lair.logged_default_log', CASE WHEN EXISTS (SELECT FROM pg_views WHERE viewname = 'logged_default_log') THEN 'VIEW' ELSE 'TABLE' END); END $$})
{
	as($node, 'mallory', $change);
	writes('logged', $change =~ s/\s+/ /gr);
}
$go_on->();
comes_to_an_end('logged', 8 * 18);

# Keys that are none.
$go_on = begin('emptied', 'filling');
as($node, 'mallory', q{INSERT INTO lair.emptied_default_log VALUES ('k', NULL, NULL), ('k', 25001, NULL), (NULL, 1, 'x'), ('b', NULL, NULL), ('k', 2147483647, 'no such row')});
writes('emptied', 'keys without values');
$go_on->();
comes_to_an_end('emptied', 18);

# A new table that is altered after the copying has begun, and before it comes to it.
$go_on = begin('pieces', 'filling');
as($node, 'mallory', q{SET lock_timeout = '10s'; ALTER TABLE lair.pieces_p30000 ALTER pad TYPE bigint USING 1});
writes('pieces', 'another type in a new table');
$go_on->();
comes_to_an_end('pieces', 18);

# New tables that each statement writes to as well.
$go_on = begin('mirrored', 'mirroring');
my $times = 0;
foreach my $change ('ALTER TABLE lair.mirrored_p20000 ALTER id TYPE bigint USING 1', 'ALTER TABLE lair.mirrored_p20000 DROP pad', 'ALTER TABLE lair.mirrored_default_new ALTER pad TYPE bigint USING 1', 'DROP TABLE lair.mirrored_p20000',
	'DROP TABLE lair.mirrored_default_new', 'ALTER TABLE lair.mirrored DROP CONSTRAINT mirrored_pkey')
{
	as($node, 'mallory', $change);
	writes('mirrored', $change);
	$times++;
}
as($node, 'mallory', 'ALTER TABLE lair.mirrored ADD PRIMARY KEY (n, id)');
$go_on->();
comes_to_an_end('mirrored', $times * 18);

is(as($node, 'postgres', q{SELECT count(*) FROM pg_roles WHERE rolsuper}), '1', 'there is no other superuser');

$node->stop;
done_testing();
