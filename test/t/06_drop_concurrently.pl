# drop_partition(p_concurrently => true): the worker takes the partition out beside those who use the set, whatever the
# retention says, and goes on with it after whatever ended it.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Retiring qw(touch reader leave pending);
use Strata qw(new_server worker_pid crash wait_for wait_for_state partitions);
use Test::More;

my $node = new_server('dropper');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata; CREATE ROLE stranger LOGIN; GRANT USAGE ON SCHEMA partman TO stranger');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# A set by id with ten partitions, a row in each, and no retention.
sub set
{
	my ($table, $default) = @_;
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE $table (id bigint NOT NULL, value int) PARTITION BY RANGE (id);
SELECT partman.create_parent('$table', 'id', '10', p_premake := 2, p_start_partition := '0', p_default_table := $default);
SELECT partman.create_partition_id('$table', ARRAY[0, 10, 20, 30, 40, 50, 60, 70, 80, 90]::bigint[]);
INSERT INTO $table SELECT i * 10, 0 FROM generate_series(0, 9) AS i;
SQL
	return;
}

sub drop_call
{
	my ($partition, $keep) = @_;
	return "SELECT partman.drop_partition('$partition', " . ($keep // 'false') . ', p_concurrently := true)';
}

sub gone
{
	my ($partition) = @_;
	return "SELECT to_regclass('$partition') IS NULL";
}

sub is_partition
{
	my ($partition) = @_;
	return "SELECT relispartition FROM pg_class WHERE oid = '$partition'::regclass";
}

set('public.calm', 'false');
is($node->safe_psql('postgres', 'BEGIN; ' . drop_call('public.calm_p0') . q{;
SELECT action, partition, reason FROM partman.plan_maintenance('public.calm') WHERE action <> 'create';
SELECT reasons FROM partman.health WHERE parent_table = 'public.calm';
ROLLBACK}), <<'TEXT' =~ s/\n\z//r, 'plan and health show what waits');
t
drop|public.calm_p0|drop_partition() was called for it
{"1 partition waits for the worker, as drop_partition() was called"}
TEXT
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.managed_partition WHERE asked_since IS NOT NULL}), '0', 'what is rolled back is not asked for');
is($node->safe_psql('postgres', drop_call('public.calm_p0')), 't', 'it is asked for');
wait_for($node, 'postgres', gone('public.calm_p0'), 'and done');
is($node->safe_psql('postgres', drop_call('public.calm_p10', 'true')), 't', 'one that is kept');
wait_for($node, 'postgres', 'SELECT NOT (' . is_partition('public.calm_p10') . ')', 'leaves the set');
is($node->safe_psql('postgres', q{SELECT count(*) FROM public.calm_p10}), '1', 'with its row');
wait_for($node, 'postgres', q{SELECT count(*) = 0 FROM partman.managed_partition WHERE asked_since IS NOT NULL OR retiring_as IS NOT NULL}, 'nothing is left to do');
is($node->safe_psql('postgres', q{SELECT count(DISTINCT partition) FROM partman.maintenance_history WHERE parent_table = 'public.calm' AND partition IN ('public.calm_p0', 'public.calm_p10') AND outcome = 'ok'}), '2', 'the history knows');
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.maintenance_history WHERE parent_table = 'public.calm' AND outcome = 'failed'}), '0', 'of no failure');
is($node->safe_psql('postgres', 'SELECT ' . partitions('public.calm')), $node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname ~ '^calm_p\d+$' AND relispartition}), 'the others stay');

# Two at once, one of them foreign, and beside a switch that is off.
$node->safe_psql('postgres', q{UPDATE partman.part_config SET retire_enabled = false WHERE parent_table = 'public.calm';
CREATE TABLE public.foreign_part (id bigint NOT NULL, value int);
ALTER TABLE public.calm ATTACH PARTITION public.foreign_part FOR VALUES FROM (-100) TO (-50)});
$node->safe_psql('postgres', 'BEGIN; ' . drop_call('public.calm_p20') . '; ' . drop_call('public.foreign_part') . '; ' . drop_call('public.calm_p30', 'true') . '; COMMIT');
wait_for($node, 'postgres', q{SELECT to_regclass('public.calm_p20') IS NULL AND to_regclass('public.foreign_part') IS NULL AND NOT relispartition FROM pg_class WHERE oid = 'public.calm_p30'::regclass}, 'several');

# The last word counts.
$node->safe_psql('postgres', 'BEGIN; ' . drop_call('public.calm_p40') . q{; SELECT partman.hold_retention('public.calm_p40'); COMMIT});
$node->safe_psql('postgres', 'BEGIN; ' . q{SELECT partman.hold_retention('public.calm_p50'); } . drop_call('public.calm_p50') . '; COMMIT');
wait_for($node, 'postgres', gone('public.calm_p50'), 'what was held before goes');
is($node->safe_psql('postgres', is_partition('public.calm_p40')), 't', 'what is held since stays');
$node->safe_psql('postgres', q{SELECT partman.hold_retention('public.calm_p40', false)});
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.plan_maintenance('public.calm') WHERE action = 'drop'}), '0', 'and is not asked for any more');

# Beside a reader: nobody waits, and a crash in the middle is no matter.
foreach my $keep ('false', 'true')
{
	my $table = "public.busy_$keep";
	set($table, 'false');
	my $reader = reader($node, $table);
	is($node->safe_psql('postgres', drop_call("${table}_p20", $keep)), 't', "$table: the call returns at once");
	wait_for($node, 'postgres', pending($table), "$table: the detach has begun");
	is($node->safe_psql('postgres', "SELECT count(*) FROM $table"), '9', "$table: its row is out of sight");
	is($node->psql('postgres', "SET lock_timeout = '60s'; INSERT INTO $table VALUES (5, 1); UPDATE $table SET value = 2"), 0, "$table: others write");
	like($node->safe_psql('postgres', "SELECT reason FROM partman.plan_maintenance('$table') WHERE action = 'finalize'"), qr/as drop_partition\(\) was to do/, "$table: the plan says why");
	crash($node, worker_pid($node, 'postgres'), "$table: the worker is killed");
	eval { $reader->quit };
	wait_for($node, 'postgres', $keep eq 'true' ? "SELECT NOT (" . is_partition("${table}_p20") . ')' : gone("${table}_p20"), "$table: it is completed");
	is($node->safe_psql('postgres', "SELECT count(*) FROM ${table}_p20"), '1', 'the table is kept') if $keep eq 'true';
	wait_for($node, 'postgres', q{SELECT count(*) = 0 FROM partman.managed_partition WHERE asked_since IS NOT NULL}, "$table: nothing is left to do");
}

# With a default partition it takes the locks that retention takes, as often as it needs.
set('public.fallback', 'true');
my $reader = reader($node, 'public.fallback');
$node->safe_psql('postgres', drop_call('public.fallback_p20'));
wait_for($node, 'postgres', q{SELECT count(*) > 0 FROM partman.maintenance_history WHERE parent_table = 'public.fallback' AND action = 'drop' AND outcome = 'deferred'}, 'with a default: it is put off beside a reader');
is($node->psql('postgres', q{SET lock_timeout = '60s'; INSERT INTO public.fallback VALUES (5, 1)}), 0, 'who holds up nobody else');
leave($reader);
touch($node, 'public.fallback');
wait_for($node, 'postgres', gone('public.fallback_p20'), 'and done when he has gone');

# Who may, and where it cannot be.
sub refused
{
	my ($sql, $pattern, $name, @more) = @_;
	my (undef, undef, $error) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql", @more);
	like($error, $pattern, $name);
	return;
}
refused(drop_call('public.fallback_p30'), qr/42501.*must be owner/, 'somebody else', extra_params => [ '-U', 'stranger' ]);
$node->safe_psql('postgres', q{CREATE TABLE public.plain (id int) PARTITION BY RANGE (id); CREATE TABLE public.plain_1 PARTITION OF public.plain FOR VALUES FROM (1) TO (2)});
refused(drop_call('public.plain_1'), qr/0A000.*DETAIL:  .*is not managed.*HINT:  .*ALTER TABLE public\.plain DETACH PARTITION public\.plain_1 CONCURRENTLY;/s, 'a table that is not managed');
$node->safe_psql('postgres', q{UPDATE partman.part_config SET automatic_maintenance = 'off' WHERE parent_table = 'public.fallback'});
refused(drop_call('public.fallback_p30'), qr/0A000.*DETAIL:  .*automatic_maintenance of public\.fallback is off/s, 'a set that the worker leaves alone');
$node->safe_psql('postgres', q{UPDATE partman.part_config SET automatic_maintenance = 'on' WHERE parent_table = 'public.fallback'});
$node->safe_psql('postgres', $_) foreach 'ALTER SYSTEM SET pg_strata.worker_enabled = off', 'SELECT pg_reload_conf()';
wait_for($node, 'postgres', q{SELECT count(*) = 0 FROM partman.worker_status WHERE state = 'running' AND database = 'postgres'}, 'the worker leaves');
refused(drop_call('public.fallback_p30'), qr/0A000.*DETAIL:  .*No worker is running.*HINT:  .*ALTER TABLE public\.fallback DETACH PARTITION public\.fallback_p30 CONCURRENTLY;/s, 'without a worker');
is($node->safe_psql('postgres', is_partition('public.fallback_p30')), 't', 'nothing has changed');

$node->stop;
done_testing();
