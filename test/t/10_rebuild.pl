# A large default partition is emptied beside those who use it: everybody sees every row once, and nobody's statement
# fails.
use strict;
use warnings FATAL => 'all';

use FindBin;
use IPC::Run;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Strata qw(crash);
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('rebuild');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
timezone = 'UTC'
max_prepared_transactions = 2
max_connections = 30
fsync = off
pg_strata.lock_timeout = 2000
shared_preload_libraries = 'pg_strata'
pg_strata.worker_enabled = off
pg_strata.naptime = 1s
restart_after_crash = on
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');

sub sql { my ($sql) = @_; return $node->safe_psql('postgres', $sql); }

# What a statement says, whether it fails or not.
sub said
{
	my ($sql) = @_;
	my ($status, $stdout, $stderr) = $node->psql('postgres', $sql, on_error_stop => 0, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
	return "$stdout\n$stderr";
}

my @running;

sub start
{
	my ($sql, $role) = @_;
	my $out = '';
	my $handle = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres') . ($role ? " user=$role" : ''), '-c', $sql ],
		'<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	my $session = { handle => $handle, out => \$out };
	push @running, $session;
	return $session;
}

# One and the same sum, twice in each transaction, until the table stop has a row.
sub watch
{
	my ($table, $isolation) = @_;
	my $expected = state_of($table);
	my $look = "SELECT concat_ws('|', count(*), sum(v), sum(w)) = '$expected' AS same, EXISTS (SELECT FROM public.stop) AS stop FROM public.$table \\gset\n"
	  . "\\if :same\n\\else\nSELECT 'saw', count(*), sum(v), sum(w), '$isolation' FROM public.$table;\nSELECT 1/0;\n\\endif\n";
	my $round = "BEGIN ISOLATION LEVEL $isolation;\n$look$look" . "COMMIT;\n\\if :stop\n\\q\n\\endif\n";
	my $script = "$PostgreSQL::Test::Utils::tmp_check/watch_" . ($isolation =~ s/ .*//r) . '.sql';
	PostgreSQL::Test::Utils::append_to_file($script, $round x 5000);
	my $out = '';
	my $handle = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', $script ], '<', \undef, '>', \$out, '2>&1',
		IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	return { handle => $handle, out => \$out };
}

# 1: it went well.
sub ended
{
	my ($session) = @_;
	$session->{handle}->finish;
	my $good = $session->{handle}->result(0) == 0;
	diag(${ $session->{out} }) unless $good;
	return $good;
}

# Two hundred thousand rows where no partition is, 34 MB of them.
sub make_set
{
	my ($table, $rows) = @_;
	$rows //= 200_000;
	my $last = 2 * $rows - 2;
	return sql(<<"SQL");
CREATE TABLE public.$table (id bigint PRIMARY KEY, v bigint NOT NULL, w bigint NOT NULL, pad text) PARTITION BY RANGE (id);
CREATE INDEX ON public.$table (v);
SELECT partman.create_parent('public.$table', 'id', '50000', p_premake := 1);
INSERT INTO public.$table SELECT n, 0, hashint8(n), repeat('x', 100) FROM generate_series(0, 99999, 1000) n;
INSERT INTO public.$table SELECT 100000 + n, 0, hashint8(n), repeat('x', 100) FROM generate_series(0, $last, 2) n;
ANALYZE public.$table;
SQL
}

sub state_of { my ($table) = @_; return sql("SELECT count(*), sum(v), sum(w) FROM public.$table"); }
sub leftovers { return sql(q{SELECT string_agg(relname, ' ') FROM pg_class WHERE relname ~ '_(new|log)(_\d+)?$' AND relnamespace = 'public'::regnamespace}); }

sql(<<'SQL');
CREATE TABLE public.stop ();
CREATE SEQUENCE public.fresh;
-- Moves value from row to row and rows from id to id: number and sums stay what they are, in each snapshot.
CREATE PROCEDURE public.churn(p_table text) LANGUAGE plpgsql AS $$
DECLARE
    a bigint; changed int; lost record; number bigint;
BEGIN
    WHILE NOT EXISTS (SELECT FROM public.stop) LOOP
        a := 100000 + floor(random() * 390000);
        IF random() < 0.6 THEN
            EXECUTE format('UPDATE public.%I SET v = v + 1 WHERE id = (SELECT min(id) FROM public.%I WHERE id >= $1)', p_table, p_table) USING a;
            GET DIAGNOSTICS changed = ROW_COUNT;
            IF changed = 1 THEN
                EXECUTE format('UPDATE public.%I SET v = v - 1 WHERE id = (SELECT min(id) FROM public.%I WHERE id >= $1)', p_table, p_table) USING a + 5000;
                GET DIAGNOSTICS changed = ROW_COUNT;
            END IF;
            IF changed <> 1 THEN ROLLBACK; ELSE COMMIT; END IF;
        ELSE
            number := nextval('public.fresh');
            EXECUTE format('DELETE FROM public.%I WHERE id = (SELECT min(id) FROM public.%I WHERE id >= $1) RETURNING *', p_table, p_table) INTO lost USING a;
            IF lost.id IS NOT NULL THEN
                EXECUTE format('INSERT INTO public.%I VALUES ($1, $2, $3, $4)', p_table) USING 100001 + 2 * ((number * 7919) % 200000), lost.v, lost.w, lost.pad;
            END IF;
            COMMIT;
        END IF;
    END LOOP;
END $$;
SQL

# Locks may be busy for some runs; each goes on where the last one had to end.
sub drained
{
	my ($table) = @_;
	my $said = '';
	for (1 .. 30)
	{
		$said = said('CALL partman.run_maintenance_proc()');
		return 1 if sql("SELECT NOT EXISTS (SELECT FROM partman.rebuild) AND NOT EXISTS (SELECT FROM public.${table}_default LIMIT 1)") eq 't';
		last if $said !~ /could not lock|old snapshots/;
	}
	diag($said);
	return 0;
}

#
# Beside writers and readers
#
make_set('busy');
my $before = state_of('busy');
my @others = map { start(q{CALL public.churn('busy')}) } 1 .. 3;
push @others, watch('busy', 'READ COMMITTED'), watch('busy', 'REPEATABLE READ');
like(said(q{SELECT partman.run_maintenance('public.busy')}), qr/too many rows to be moved while others wait/, 'a function leaves it to the procedure');
ok(drained('busy'), 'the procedure does it');
sql('INSERT INTO public.stop DEFAULT VALUES');
is((scalar grep { !ended($_) } @others), 0, 'nobody has seen anything of it');
sql('TRUNCATE public.stop');
is(state_of('busy'), $before, 'all rows are there');
is(sql('SELECT count(*) FROM public.busy_default'), '0', 'the default partition is empty');
is(sql(q{SELECT count(*) FROM public.busy b JOIN partman.partitions p ON p.partition_oid = b.tableoid WHERE b.id < p.lower_id OR b.id > p.upper_id}), '0', 'each row is in its place');
is(leftovers(), '', 'nothing is left behind');
is(sql(q{SELECT count(*) FROM pg_trigger WHERE tgname = 'pg_strata_capture'}), '0', 'no trigger either');
is(sql(q{SELECT string_agg(DISTINCT provenance, ' ') FROM partman.partitions WHERE parent_table = 'public.busy'}), 'made', 'all partitions are ours');
is(sql(q{SELECT count(*) FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indrelid WHERE h.inhparent = 'public.busy'::regclass AND NOT EXISTS (SELECT FROM pg_inherits x WHERE x.inhrelid = i.indexrelid)}),
	'0', 'their indexes are those of the table');
is(sql(q{SELECT count(*) FROM pg_constraint WHERE conname = 'pg_strata_bounds'}), '0', 'no constraint stays');
is(sql(q{SELECT relname FROM pg_class JOIN pg_index ON indexrelid = oid WHERE indrelid = 'public.busy_default'::regclass AND indisprimary}), 'busy_default_pkey', 'the new default partition has the names of the old one');
cmp_ok(sql(q{SELECT count(*) FROM partman.maintenance_history WHERE parent_table = 'public.busy' AND action = 'heal' AND outcome = 'ok'}), '>', 5, 'the history tells');

#
# By the worker, which is cancelled, terminated and killed
#
sub begun { my ($table) = @_; return "SELECT EXISTS (SELECT FROM partman.rebuild) OR NOT EXISTS (SELECT FROM public.${table}_default LIMIT 1)"; }
sub over { my ($table) = @_; return "SELECT NOT EXISTS (SELECT FROM partman.rebuild) AND NOT EXISTS (SELECT FROM public.${table}_default LIMIT 1)"; }

make_set('driven', 150_000);
$before = state_of('driven');
sql('UPDATE partman.part_config SET automatic_maintenance = $$off$$ WHERE parent_table = $$public.busy$$');
$node->append_conf('postgresql.conf', 'pg_strata.worker_enabled = on');
$node->reload;
my $pid;
for my $blow ('pg_cancel_backend', 'pg_terminate_backend')
{
	ok($node->poll_query_until('postgres', begun('driven')), "begun, before $blow");
	$pid = sql(q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_strata worker'});
	sql("SELECT $blow($pid)") if $pid;
}
ok($node->poll_query_until('postgres', begun('driven')), 'begun, before it is killed');
my $next = q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_strata worker' AND pid <> } . ($pid || 0);
ok($node->poll_query_until('postgres', "SELECT EXISTS ($next)"), 'by the next worker');
crash($node, sql($next), 'that is killed');
ok($node->poll_query_until('postgres', over('driven')), 'the worker comes to the end all the same');
is(state_of('driven'), $before, 'all rows are there');
is(leftovers(), '', 'nothing is left behind');

done_testing();
