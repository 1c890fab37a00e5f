# Who converts partitions to sets of their own, and when: maintenance that may commit, the worker, whoever has seen the plan; and
# what becomes of those that cannot be, or whose rows have no place in what was planned.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Converting qw(converting_server $maintain $quietly $level sql said holds interrupted);
use Faults qw(order recover strike);
use IPC::Run;
use PostgreSQL::Test::Utils;
use Strata qw(wait_for wait_for_state);
use Test::More;

my $node = converting_server('convert_runs');

#
# Who does it, and when
#
my $leaf = sql('SELECT next_leaf()');
my $plan = q{SELECT string_agg(concat_ws(' ', action, partition, sql), ',') FROM partman.plan_maintenance()};
is(sql($plan), "convert $leaf CALL partman.run_maintenance_proc();", 'the plan has it');
like(said(q{SELECT partman.run_maintenance('public.small')}), qr/(NOTICE|WARNING): .*$leaf.*HINT:.*run_maintenance_proc/s, 'a function says who can');
holds('same', 'untouched', 'and does nothing');
foreach my $switch (q{paused_until = 'infinity'}, q{create_enabled = false})
{
	sql("UPDATE partman.part_config SET $switch WHERE parent_table = 'public.small'");
	sql($quietly);
	holds('same', 'untouched', "$switch: it waits");
	sql(q{UPDATE partman.part_config SET paused_until = NULL, create_enabled = true WHERE parent_table = 'public.small'});
}
my $fingerprint = q{SELECT max(fingerprint) FROM partman.plan_maintenance('public.small')};
sub apply { my ($more) = @_; return said("SELECT max(fingerprint) AS shown FROM partman.plan_maintenance('public.small') \\gset\nCALL partman.apply_plan(:'shown', 'public.small'$more)"); }
unlike(apply(', p_skip_create => true'), qr/ERROR/, 'who skips what is to be made');
holds('same', 'untouched', 'skips this');
unlike(apply(''), qr/ERROR|WARNING/, 'who has seen the plan');
holds('same', 'state', 'gets it');
is(sql(qq{SELECT string_agg(DISTINCT concat_ws(' ', action, outcome, caller), ',') FROM partman.maintenance_history WHERE partition = '$leaf'}), 'convert ok procedure', 'the history has it');

# As a job.
interrupted('rebuild.mirrored');
my $interrupted = q{SELECT job_id FROM partman.jobs WHERE state = 'interrupted' AND what = 'convert'};
sql('SELECT change()');
foreach my $switch (q{paused_until = 'infinity'}, q{create_enabled = false})
{
	sql("UPDATE partman.part_config SET $switch WHERE parent_table = 'public.small'");
	my $before = sql('SELECT staged_oid FROM partman.rebuild');
	sql($quietly);
	is(sql('SELECT staged_oid FROM partman.rebuild'), $before, "$switch: what is half done stays half done");
	sql(q{UPDATE partman.part_config SET paused_until = NULL, create_enabled = true WHERE parent_table = 'public.small'});
}
sql("SELECT partman.abort_job(job_id) FROM ($interrupted) j");
holds('same', 'untouched', 'what is given up leaves nothing behind');
strike($node, 'rebuild.mirrored', 'error', $maintain);
sql('SELECT change()');
my $job = sql($interrupted);
sql("SET client_min_messages = error; CALL partman.resume_job($job)");
holds('same', 'state', 'what is resumed comes to the end');

#
# While it goes on
#
# An old snapshot holds it between mirroring and the swap.
foreach my $act (
	[ q{SELECT partman.stop_sub_partition('public.small')}, $level ],
	[ 'SELECT partman.hold_retention(leaf())', 'SELECT partman.hold_retention(leaf(), false)' ],
	[ 'ALTER TABLE small ALTER pad SET STATISTICS 70', '' ])
{
	my ($sql, $back) = @$act;
	sql('SELECT next_leaf()');
	my $holder = $node->background_psql('postgres');
	$holder->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM kind');
	my $out = '';
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', $maintain ], '<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(5 * $PostgreSQL::Test::Utils::timeout_default));
	wait_for($node, 'postgres', q{SELECT EXISTS (SELECT FROM partman.rebuild WHERE phase = 'mirroring')}, 'an old snapshot is waited for');
	sql($sql);
	sql('SELECT change()');
	is($holder->query_safe('SELECT count(*) - (SELECT count(*) FROM expected) FROM small'), 0, "$sql: who has it sees what was");
	$holder->query_safe('COMMIT');
	$holder->quit;
	$run->finish;
	unlike($out, qr/server closed|XX000|PANIC/, "$sql: nobody falls");
	sql($quietly);
	holds('same', $back ? 'untouched' : 'state', "$sql: it is heeded");
	next if !$back;
	sql("$back; $quietly");
	holds('same', 'state', "$sql: as long as that is so");
}

#
# Rows that come after the planning, and have no place in the new partitions
#
sql(<<'SQL');
CREATE TABLE other (id bigint, at bigint NOT NULL, PRIMARY KEY (id, at)) PARTITION BY HASH (id);
SELECT partman.create_parent('public.other', 'id', p_type => 'hash', p_modulus => 2);
INSERT INTO other SELECT n, n % 300 FROM generate_series(1, 1000) n;
INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_premake, sub_default_table) VALUES ('public.other', 'at', '100', 'range', 1, false);
SQL
foreach my $point (qw(rebuild.filled rebuild.locked))
{
	strike($node, $point, 'error', $maintain);
	is(sql('SELECT count(*) FROM partman.rebuild'), 1, "$point: interrupted");
	is(said(q{INSERT INTO other SELECT n, 100000 FROM generate_series(5001, 5010) n}), "\n", "$point: a row that has no place is no error");
	sql('UPDATE other SET at = at + 1 WHERE id < 20');
	last if $point eq 'rebuild.locked';
	sql($quietly);
	is(sql(q{SELECT count(*) FROM pg_partitioned_table JOIN pg_inherits ON inhrelid = partrelid WHERE inhparent = 'other'::regclass}), 2, "$point: it has got one");
	sql(q{DROP TABLE other; DELETE FROM partman.part_config WHERE parent_table LIKE 'public.other%'; CREATE TABLE other (id bigint, at bigint NOT NULL, PRIMARY KEY (id, at)) PARTITION BY HASH (id);
		SELECT partman.create_parent('public.other', 'id', p_type => 'hash', p_modulus => 2); INSERT INTO other SELECT n, n % 300 FROM generate_series(1, 1000) n;
		INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_premake, sub_default_table) VALUES ('public.other', 'at', '100', 'range', 1, false) ON CONFLICT DO NOTHING});
}
# A set by hash has no default partition and no steps, and is cleared up after all the same.
sql(q{SELECT partman.stop_sub_partition('public.other')});
sql($quietly);
holds('', 'leavings', 'of a set by hash that is not divided any more nothing is left');
sql(q{INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_premake, sub_default_table) VALUES ('public.other', 'at', '100', 'range', 1, false)});
sql($quietly);
is(sql(q{SELECT count(*) FROM pg_partitioned_table JOIN pg_inherits ON inhrelid = partrelid WHERE inhparent = 'other'::regclass}), 2, 'and divided again it is');
is(sql('SELECT count(*), count(DISTINCT id) FROM other'), '1010|1010', 'all rows are there');

#
# Leaves that are not fit for it
#
sql(<<'SQL');
CREATE FUNCTION unfit(name text, key text, extra text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (id bigint NOT NULL, k int NOT NULL, pad text %s) PARTITION BY RANGE (id)', name, key);
    PERFORM partman.create_parent('public.' || name, 'id', '1000000', p_premake => 1, p_start_partition => '0');
    EXECUTE format('INSERT INTO %I SELECT n, n %% 3, repeat(''x'', 1900) FROM generate_series(1, 10000) n', name);
    EXECUTE replace(extra, 'LEAF', quote_ident(name || '_p0'));
    PERFORM partman.create_sub_parent('public.' || name, 'k', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes');
END $$;
SQL
foreach my $case ([ 'keyless', '', '' ], [ 'checked', ', PRIMARY KEY (id, k)', 'ALTER TABLE LEAF ADD CHECK (k < 10)' ], [ 'indexed', ', PRIMARY KEY (id, k)', 'CREATE INDEX ON LEAF (pad)' ], [ 'fit', ', PRIMARY KEY (id, k)', '' ])
{
	my ($name, $key, $extra) = @$case;
	my $out = said("SELECT unfit('$name', '$key', '$extra')");
	is(sql("SELECT relkind FROM pg_class WHERE relname = '${name}_p0'"), $name eq 'fit' ? 'r' : 'p', "$name: " . ($name eq 'fit' ? 'left to maintenance' : 'divided at once'));
	is(sql("SELECT count(*) FROM $name"), 10000, "$name: with all rows");
}
# One that becomes so later is told of, and in nobody's way.
sql(q{INSERT INTO fit SELECT n, n % 3 FROM generate_series(1000000, 1000010) n; UPDATE partman.part_config SET automatic_maintenance = 'on'});
foreach my $obstacle (
	[ 'CREATE INDEX more ON fit_p0 (pad)', 'DROP INDEX more', qr/index/ ],
	[ 'ALTER TABLE fit_p0 ADD CONSTRAINT more CHECK (k < 10)', 'ALTER TABLE fit_p0 DROP CONSTRAINT more', qr/has CHECK constraints of its own/ ],
	[ 'CREATE VIEW more AS TABLE fit_p0', 'DROP VIEW more', qr/view/ ],
	[ 'SET client_min_messages = error; CREATE PUBLICATION more FOR TABLE fit', 'DROP PUBLICATION more', qr/is published/ ])
{
	my ($make, $drop, $reason) = @$obstacle;
	sql($make);
	$leaf = sql('SELECT next_leaf()');
	my $out = said($maintain);
	is(() = $out =~ /WARNING: .*fit/g, 1, "$make: told once");
	like($out, qr/fit.*DETAIL: [^\n]*$reason/s, "$make: with the reason");
	is(sql(q{SELECT relkind FROM pg_class WHERE relname = 'fit_p0'}), 'r', "$make: it stays");
	is(sql(q{SELECT count(*) FROM pg_inherits WHERE inhparent = leaf()::regclass}), 2, "$make: others do not wait for it");
	sql($drop);
}
sql($maintain);
is(sql(q{SELECT relkind FROM pg_class WHERE relname = 'fit_p0'}), 'p', 'until it is mended');

#
# The worker does it with nobody asking it to
#
sql('ALTER SYSTEM SET pg_strata.worker_enabled = on; SELECT pg_reload_conf()');
wait_for_state($node, 'postgres', 'running', 'the worker is there');
foreach my $point (undef, 'rebuild.filled', 'rebuild.mirrored', 'rebuild.locked')
{
	my $offset = -s $node->logfile;
	order($node, $point, 'worker', 'kill') if $point;
	sql('SELECT next_leaf(); UPDATE partman.part_config SET premake = premake');
	recover($node, $point, 'kill', $offset) if $point;
	sql('SELECT change()');
	wait_for($node, 'postgres', 'SELECT concat_ws($$, $$, same(), (SELECT $$partitions$$ WHERE (SELECT count(*) FROM pg_inherits WHERE inhparent = leaf()::regclass) <> 2), (SELECT $$a job$$ FROM partman.jobs WHERE state IN ($$running$$, $$interrupted$$) LIMIT 1))', ($point // 'undisturbed') . ': the worker comes to the end by itself', 'same');
}
$node->stop;
done_testing();
