# Partitions so old that autovacuum must freeze them, which gives way to nobody: maintenance defers what is in its way and
# says why, never hangs, never ends the vacuum, and completes when that is over.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for);
use Test::More;

my $node = new_server('faults_wraparound', <<'CONF');
fsync = off
autovacuum = on
autovacuum_naptime = 1s
autovacuum_freeze_max_age = 100000
autovacuum_vacuum_cost_delay = 0
pg_strata.worker_enabled = off
pg_strata.lock_timeout = 50
pg_strata.lock_retries = 3
CONF
$node->start;

# The vacuum of the oldest partition takes half a minute.
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE TABLE old (id bigint PRIMARY KEY, pad text) PARTITION BY RANGE (id);
ALTER TABLE old ALTER pad SET STORAGE PLAIN;
SELECT partman.create_parent('public.old', 'id', '1000', p_premake := 2, p_start_partition := '0');
SELECT partman.create_partition_id('public.old', ARRAY[1000, 2000, 3000]);
INSERT INTO old SELECT n, repeat('x', 8000) FROM generate_series(0, 79) AS n;
INSERT INTO old VALUES (1500, ''), (2500, ''), (3500, '');
ALTER TABLE old_p0 SET (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
SQL

my $vacuum = q{SELECT pid FROM pg_stat_activity WHERE query ~ '^autovacuum: VACUUM( ANALYZE)? public.old_p0 .to prevent wraparound'};

# Each inserting subtransaction takes a transaction id.
$node->safe_psql('postgres', <<'SQL');
CREATE TEMP TABLE burnt ();
DO $$ BEGIN FOR i IN 1 .. 120000 LOOP BEGIN INSERT INTO burnt DEFAULT VALUES; EXCEPTION WHEN division_by_zero THEN NULL; END; IF i % 1000 = 0 THEN COMMIT; END IF; END LOOP; END $$;
SQL
wait_for($node, 'postgres', "SELECT EXISTS ($vacuum)", 'it is vacuumed to prevent wraparound');
my $pid = $node->safe_psql('postgres', $vacuum);

# Something to retire, which is that, and something to make.
$node->safe_psql('postgres', q{UPDATE partman.part_config SET retention = '2000', retention_keep_table = false, premake = 4});
foreach my $run ('SELECT partman.run_maintenance()', 'CALL partman.run_maintenance_proc()')
{
	my ($status, $out, $err) = $node->psql('postgres', $run);
	is($status, 0, "$run comes to its end") or diag $err;
}
SKIP:
{
	skip 'the vacuum was quicker', 3 if $pid eq '' || $node->safe_psql('postgres', $vacuum) ne $pid;
	is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT action || ' ' || outcome, ', ') FROM partman.maintenance_history WHERE action = 'drop'}), 'drop deferred', 'what it is in the way of is deferred');
	is($node->safe_psql('postgres', q{SELECT bool_and(blocker_query ~ 'to prevent wraparound') FROM partman.maintenance_history WHERE action = 'drop'}), 't', 'and the history says why');
	is($node->safe_psql('postgres', q{SET lock_timeout = '10s'; INSERT INTO old VALUES (3600, ''); SELECT count(*) FROM old WHERE id IN (0, 1500, 3600)}), '3', 'others read and write');
}
$node->safe_psql('postgres', q{INSERT INTO old VALUES (3600, '') ON CONFLICT DO NOTHING});
my $left = '?';
foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
{
	$node->psql('postgres', 'CALL partman.run_maintenance_proc()');
	$left = $node->safe_psql('postgres', 'SELECT count(*) FROM partman.plan_maintenance()');
	last if $left eq '0';
	select(undef, undef, undef, 0.1);
}
is($left, '0', 'when it is over, maintenance completes');
is($node->safe_psql('postgres', q{SELECT to_regclass('old_p0') IS NULL, count(*) FROM old}), 't|4', 'the oldest partition is gone, every other row is there');
unlike(slurp_file($node->logfile), qr/canceling autovacuum task\nCONTEXT:.*old_p0/, 'the vacuum was not ended');
$node->stop;
done_testing();
