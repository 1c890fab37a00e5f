# The smallest lock table, and far more expired partitions than it has room for: maintenance takes what fits, says what is
# left, never fails for want of locks, and completes.  PARTITIONS in the environment says how many a set has, SETS how many
# such sets there are.  The server reads the bounds of all partitions of a set for each that is made: ten sets of 1000
# take a minute or two, one set of 10000 some ten minutes, nearly all of it to make them.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state);
use Test::More;

my $many = $ENV{PARTITIONS} // 1000;
my @sets = ('many', map { "more$_" } 2 .. $ENV{SETS} // 1);
my $node = new_server('faults_locks', "fsync = off\nmax_locks_per_transaction = 64\nmax_connections = 10\npg_strata.worker_enabled = off\nmax_wal_senders = 0\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
$node->safe_psql('postgres', <<"SQL") foreach @sets;
CREATE TABLE $_ (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
-- Whoever touches all of them needs more locks than there are.
DO \$\$
BEGIN
    FOR i IN 0 .. $many - 1 LOOP
        EXECUTE format('CREATE TABLE ${_}_p%s PARTITION OF $_ FOR VALUES FROM (%s) TO (%s)', i * 10, i * 10, i * 10 + 10);
        EXECUTE format('INSERT INTO ${_}_p%s VALUES (%s)', i * 10, i * 10 + 5);
        IF i % 30 = 29 THEN
            COMMIT;
        END IF;
    END LOOP;
END \$\$;
SET client_min_messages = error;
SELECT partman.manage('public.$_');
UPDATE partman.part_config SET premake = 2, retention = '100', retention_keep_table = false, retention_max_fraction = NULL;
SQL
my $children = q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'many'::regclass};
is($node->safe_psql('postgres', $children), $many, "$many partitions");

# What retention leaves: ten behind the newest row, the newest, and two ahead.
my $rest = 10 + 1;
my $last = ($many - 1) * 10 + 5;
my $gone = "SELECT count(*) FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE inhparent = 'many'::regclass AND substring(relname FROM '\\d+\$')::bigint < $last - 110";

sub run
{
	my ($sql, $name) = @_;
	my ($status, $out, $err) = $node->psql('postgres', $sql, on_error_stop => 0);
	unlike($err, qr/out of shared memory|max_locks_per_transaction.*ERROR|ERROR/, "$name: no error");
	return $err;
}

# All in one transaction: what fits.
my $before = $node->safe_psql('postgres', $children);
like(run('SELECT partman.run_maintenance()', 'the function'), qr/are still to be retired/, 'the function says that more are to be retired');
my $after = $node->safe_psql('postgres', $children);
cmp_ok($after, '<', $before, 'some are');
is($node->safe_psql('postgres', q{SELECT DISTINCT outcome || ' ' || sqlstate FROM partman.maintenance_history WHERE action = 'maintain' AND outcome <> 'ok'}), 'deferred 53200', 'the history says it, too');

# Somebody else has most of the lock table.
my $other = $node->background_psql('postgres', on_error_stop => 0);
$other->query_safe(q{BEGIN; SELECT count(pg_advisory_xact_lock(n)) FROM generate_series(1, 900) AS n});
run('CALL partman.run_maintenance_proc()', 'the procedure beside somebody with 900 locks');
cmp_ok($node->safe_psql('postgres', $children), '<', $after, 'it goes on');
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.maintenance_history WHERE outcome = 'failed'}), '0', 'and nothing has failed');
$other->query_safe('COMMIT');
$other->quit;

# The worker does the rest.
$node->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = on');
$node->reload;
wait_for($node, 'postgres', "SELECT ($gone) = 0", 'the worker comes to the end');
wait_for($node, 'postgres', 'SELECT NOT EXISTS (SELECT FROM partman.plan_maintenance())', 'and nothing is left to do');
is($node->safe_psql('postgres', "SELECT count(*), min(id), max(id) FROM $_"), join('|', $rest, $last - 100, $last), "$_: the rows that retention keeps are there") foreach @sets;
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname ~ '^many_p\d+$'}), $node->safe_psql('postgres', $children), 'no table is left over');
unlike(slurp_file($node->logfile), qr/out of shared memory/, 'nobody ran out of locks');
$node->stop;
done_testing();
