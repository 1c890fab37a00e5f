# What conversions of partitions to sets of their own must not spoil, and what must not spoil them: other work of maintenance,
# sets without a default partition, sets that are full, levels that change, rows that come and go, values that nobody has listed.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Converting qw(converting_server $maintain $quietly $level sql said holds interrupted);
use Faults qw(go order strike wait_until_fired);
use IPC::Run;
use PostgreSQL::Test::Utils;
use Strata qw(wait_for wait_for_state);
use Test::More;
use Time::HiRes qw(sleep time);

my $node = converting_server('convert_found');

# A set beside the one of Converting, for one test.
sub other
{
	my ($columns, $by, $more) = @_;
	return sql("CREATE TABLE other ($columns) PARTITION BY $by; ALTER TABLE other ALTER pad SET STORAGE PLAIN; $more");
}

sub other_goes
{
	sql(q{DROP TABLE other; DELETE FROM partman.part_config WHERE parent_table LIKE 'public.other%'; DELETE FROM partman.part_config_sub WHERE sub_parent LIKE 'public.other%'});
	holds('', 'leavings', 'nothing is left behind');
	return;
}

# How the partitions of `other` are divided.
sub level
{
	my (%is) = (sub_parent => 'public.other', sub_control => 'k', sub_partition_interval => '0', sub_premake => 1, @_);
	return sql('INSERT INTO partman.part_config_sub (' . join(', ', sort keys %is) . ') VALUES (' . join(', ', map { "\$\$$is{$_}\$\$" } sort keys %is) . ')');
}

sub stopped
{
	my ($point) = @_;
	strike($node, $point, 'error', $maintain);
	return is(sql('SELECT count(*) FROM partman.rebuild'), 1, "$point: interrupted");
}

sub maintained { return unlike(said($quietly), qr/ERROR/, 'maintenance has no error'); }
sub count_of { my ($table) = @_; return sql("SELECT count(*) FROM $table"); }
sub partitions_of { my ($table) = @_; return sql("SELECT count(*) FROM pg_inherits WHERE inhparent = '$table'::regclass"); }
sub staged { return sql('SELECT staged_oid FROM partman.rebuild'); }

my $keyed = "id bigint, k int NOT NULL, v int, pad text, PRIMARY KEY (id, k)";
my $by_ids = q{SELECT partman.create_parent('public.other', 'id', '100', p_premake => 1, p_start_partition => '0');};

#
# Partitions ahead are made as always
#
foreach my $rows (qw(drain skip_range error))
{
	other($keyed, 'RANGE (id)', "$by_ids UPDATE partman.part_config SET default_rows = '$rows' WHERE parent_table = 'public.other'; INSERT INTO other SELECT n, n % 5, 0, '' FROM generate_series(0, 150) n");
	level(sub_partition_type => 'hash', sub_modulus => 2);
	stopped('rebuild.mirrored');
	sql(q{UPDATE partman.part_config SET premake = 4 WHERE parent_table = 'public.other'});
	is(sql(q{SELECT string_agg(DISTINCT action, ' ') FROM partman.plan_maintenance('public.other') WHERE partition ~ '_p[345]00$'}), 'create', "$rows: the plan has them");
	strike($node, 'rebuild.locked', 'error', $maintain);
	is(sql(q{SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relname ~ '^other_p[2-6]00$'}), 'other_p200 other_p300 other_p400 other_p500', "$rows: they come before the conversion is done");
	is(count_of('partman.rebuild'), 1, "$rows: which is still under way");
	maintained();
	is(sql(q{SELECT string_agg(relkind, '' ORDER BY relname) FROM pg_class WHERE relname ~ '^other_p[0-9]+$'}), 'pppppp', "$rows: and comes to its end");
	other_goes();
}

#
# Sets without a default partition and without steps are cleared up after, too
#
my %made = (
	list => [ 'LIST (k)', q{SELECT partman.create_parent('public.other', 'k', p_type => 'list', p_default_table => false); SELECT partman.add_list_partition('public.other', ARRAY[n::text]) FROM generate_series(0, 1) n; } ],
	hash => [ 'HASH (k)', q{SELECT partman.create_parent('public.other', 'k', p_type => 'hash', p_modulus => 2); } ]);
my $leaves_of_it = q{SELECT 'public.' || unnest(source_oids)::regclass AS name FROM partman.rebuild}; # that are being replaced
my %acts = (
	'stop_sub_partition' => q{SELECT partman.stop_sub_partition('public.other')},
	'hold_retention' => q{SELECT partman.hold_retention(name) FROM (LEAVES) p},
	'drop_partition' => q{SELECT partman.drop_partition(name) FROM (LEAVES) p},
	'create_enabled' => q{UPDATE partman.part_config SET create_enabled = false WHERE parent_table = 'public.other'});
sub unwanted
{
	my ($type, $act) = @_;
	my ($by, $make) = @{ $made{$type} };
	other($keyed, $by, "$make INSERT INTO other SELECT n, n % 2, 0, '' FROM generate_series(1, 200) n");
	level(sub_control => 'id', sub_partition_type => 'range', sub_partition_interval => '1000');
	# Only one of them is under way; the other one stays out of it.
	sql(q{DO $$ BEGIN PERFORM partman.hold_retention('public.' || inhrelid::regclass) FROM pg_inherits WHERE inhparent = 'other'::regclass AND inhrelid <> (SELECT tableoid FROM other WHERE k = 1 LIMIT 1); END $$});
	stopped('rebuild.mirrored');
	sql($acts{$act} =~ s/LEAVES/$leaves_of_it/r);
	return $type eq 'hash' || $act ne 'drop_partition' ? 200 : 100;
}
foreach my $type (sort keys %made)
{
	foreach my $act (qw(stop_sub_partition hold_retention drop_partition))
	{
		# A remainder cannot be dropped: there would be a hole.
		next if $type eq 'hash' && $act eq 'drop_partition';
		my $rows = unwanted($type, $act);
		maintained();
		holds('', 'leavings', "$type, $act: nothing is left");
		is(count_of('other'), $rows, "$type, $act: nor any row lost, or there that is dropped");
		is(sql(q{SELECT count(*) FROM pg_partitioned_table JOIN pg_inherits ON inhrelid = partrelid WHERE inhparent = 'other'::regclass}), 0, "$type, $act: and nothing divided");
		other_goes();
	}
}

#
# A large default partition is closed to the rows of the leaf only as long as that is there
#
sub beside { return sql(q{SELECT count(*) FROM pg_constraint WHERE conname = 'pg_strata_beside'}); }
interrupted('rebuild.locked');
is(beside(), 1, 'the default partition knows that it has no rows of the leaf');
sql('DELETE FROM expected USING turn WHERE id BETWEEN at AND at + 999');
sql('SELECT partman.drop_partition(leaf())');
is(beside(), 0, 'drop_partition: it may have some from then on');
sql('INSERT INTO small SELECT at + 1, 1, 0 FROM turn');
is(sql('SELECT small.tableoid::regclass FROM small JOIN turn ON id = at + 1'), 'small_default', 'drop_partition: where they go');
sql('DELETE FROM small USING turn WHERE id = at + 1');
maintained();
is(sql('SELECT same() || leavings()'), 'same', 'drop_partition: nothing is left');

interrupted('rebuild.locked');
sql('DELETE FROM expected USING turn WHERE id BETWEEN at AND at + 999');
my $detached = sql('SELECT leaf()');
sql("ALTER TABLE small DETACH PARTITION $detached");
maintained();
is(beside(), 0, 'DETACH: it may have some after the next run');
is(sql("SELECT count(*) FROM pg_trigger WHERE tgrelid = '$detached'::regclass AND NOT tgisinternal"), 0, 'DETACH: and what was the leaf has no trigger any more');
is(count_of($detached), 100, 'DETACH: and all its rows');
sql('INSERT INTO small SELECT at + 1, 1, 0 FROM turn');
is(sql('SELECT small.tableoid::regclass FROM small JOIN turn ON id = at + 1'), 'small_default', 'DETACH: they go there');
sql("DELETE FROM small USING turn WHERE id = at + 1; DROP TABLE $detached");
is(sql('SELECT same() || leavings()'), 'same', 'DETACH: nothing is left');

#
# Another modulus begins anew
#
foreach my $modulus (8, 6)
{
	other($keyed, 'RANGE (id)', "$by_ids INSERT INTO other SELECT n, n, 0, '' FROM generate_series(0, 99) n");
	level(sub_partition_type => 'hash', sub_modulus => 4);
	stopped('rebuild.mirrored');
	my $staged = staged();
	sql("UPDATE partman.part_config_sub SET sub_modulus = $modulus WHERE sub_parent = 'public.other'; UPDATE other SET v = 1, k = k + 1 WHERE id < 50; DELETE FROM other WHERE id = 77");
	maintained();
	is(partitions_of('other_p0'), $modulus, "sub_modulus 4 to $modulus: as many partitions");
	is(sql(q{SELECT modulus FROM partman.part_config WHERE parent_table = 'public.other_p0'}), $modulus, "sub_modulus 4 to $modulus: and so it is managed");
	is(sql(qq{SELECT 'other_p0'::regclass::oid <> $staged}), 't', "sub_modulus 4 to $modulus: it began anew");
	is(sql('SELECT count(*), sum(v), sum(k) FROM other'), '99|50|' . (4950 + 50 - 77), "sub_modulus 4 to $modulus: all rows are there");
	other_goes();
}

#
# A row without a place that does not stay
#
other($keyed, 'RANGE (id)', "$by_ids INSERT INTO other SELECT n, n, 0, '' FROM generate_series(0, 99) n");
level(sub_partition_type => 'range', sub_partition_interval => '50', sub_default_table => 'false');
my $before;
foreach my $point (qw(rebuild.begun rebuild.filled rebuild.locked))
{
	# An error at its beginning would undo that.
	stopped($point eq 'rebuild.begun' ? 'rebuild.filled' : $point);
	$before //= staged();
	is(staged(), $before, "$point: it is of use still");
	sql('INSERT INTO other VALUES (5, 1000000), (6, 1000000); UPDATE other SET k = 2000000 WHERE k = 1000000 AND id = 5; DELETE FROM other WHERE k >= 1000000') if $point ne 'rebuild.locked';
}
maintained();
is(sql(q{SELECT 'other_p0'::regclass::oid}), $before, 'rows without a place that are gone again do not spoil it');
is(count_of('other'), 100, 'all others are there');
other_goes();

#
# Given up while somebody looks at what was made
#
interrupted('rebuild.mirrored');
my $job = sql(q{SELECT job_id FROM partman.jobs WHERE state = 'interrupted' AND what = 'convert'});
my $piece = sql('SELECT piece_oids[1]::regclass FROM partman.rebuild');
my $holder = $node->background_psql('postgres');
$holder->query_safe("BEGIN; SELECT count(*) FROM $piece");
my $out = '';
my $abort = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', q{SET pg_strata.lock_timeout = 300; SET pg_strata.lock_retries = 1; SET statement_timeout = '30s'}, '-c', "SELECT partman.abort_job($job)" ], '<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(5 * $PostgreSQL::Test::Utils::timeout_default));
my ($written, $slowest, $errors) = (0, 0, '');
while ($abort->pumpable || !$written)
{
	my $began = time;
	$errors .= said(q{SET lock_timeout = '20s'; UPDATE small SET v = v FROM turn WHERE id = at}) =~ s/\s//gr;
	$slowest = time - $began if time - $began > $slowest;
	$written++;
	$abort->pump_nb;
}
$abort->finish;
unlike($out, qr/statement timeout/, 'abort_job: it does not wait for one who reads what was made');
like($out, qr/could not lock/, 'abort_job: and says so');
is($errors, '', 'abort_job: writers go on');
cmp_ok($slowest, '<', 15, 'abort_job: and do not wait either');
$holder->query_safe('COMMIT');
$holder->quit;
sql("SELECT partman.abort_job($job)");
holds('same', 'untouched', 'abort_job: afterwards all of it goes');
sql('SELECT partman.hold_retention(leaf())');

#
# Values that nobody has listed
#
my $texts = 'id bigint, k text NOT NULL, v int, pad text, PRIMARY KEY (id, k)';
other($texts, 'RANGE (id)', qq{$by_ids INSERT INTO other SELECT row_number() OVER (), k, 0, '' FROM (VALUES (\$\$it's\$\$, 5), ('Mixed Case', 9), ('mixed case', 3), ('"quoted"', 2), ('', 4), ('listed', 20)) f (k, n), generate_series(1, n)});
level(sub_partition_type => 'list', sub_values => '{listed,absent}');
maintained();
is(sql(q{SELECT string_agg(pg_get_expr(relpartbound, c.oid), '; ' ORDER BY pg_get_expr(relpartbound, c.oid) COLLATE "C") FROM pg_class c JOIN pg_inherits ON inhrelid = c.oid WHERE inhparent = 'other_p0'::regclass}),
	q{DEFAULT; FOR VALUES IN ('"quoted"'); FOR VALUES IN (''); FOR VALUES IN ('Mixed Case'); FOR VALUES IN ('absent'); FOR VALUES IN ('it''s'); FOR VALUES IN ('listed'); FOR VALUES IN ('mixed case')}, 'list: each value has a partition, listed or not');
is(count_of('other_p0_default'), 0, 'list: no row is left for the default partition');
is(count_of('other_p0'), 43, 'list: all are there');
other_goes();

other('id bigint, k char(8) NOT NULL, v int, pad text, PRIMARY KEY (id, k)', 'RANGE (id)', qq{$by_ids INSERT INTO other SELECT n, (ARRAY['spring', 'summer'])[1 + n % 2], 0, '' FROM generate_series(0, 99) n});
level(sub_partition_type => 'list', sub_values => '{spring}');
maintained();
is(partitions_of('other_p0'), 3, 'list: values of a type with a length are not listed twice');
other_goes();

# As it is listed it has another text.
other("id bigint, k int NOT NULL, v int, pad text, PRIMARY KEY (id, k)", 'RANGE (id)', qq{$by_ids INSERT INTO other SELECT n, 7 + n % 2, 0, '' FROM generate_series(0, 99) n});
level(sub_partition_type => 'list', sub_values => '{007}');
maintained();
is(partitions_of('other_p0'), 3, 'list: nor are those that are listed by another text');
is(count_of('other_p0_default'), 0, 'list: and all have a partition');
other_goes();

#
# More partitions than can be made at once
#
other($keyed, 'RANGE (id)', q{SELECT partman.create_parent('public.other', 'id', '10000', p_premake => 1, p_start_partition => '0'); INSERT INTO other SELECT n, n % 600, 0, '' FROM generate_series(0, 1199) n; INSERT INTO other SELECT n, 1 + n % 300, 0, '' FROM generate_series(1200, 1799) n});
level(sub_partition_type => 'list', sub_values => '{1,2,3}');
maintained();
is(sql(q{SELECT relkind FROM pg_class WHERE oid = 'other_p0'::regclass}), 'p', "600 values: the leaf is divided");
is(partitions_of('other_p0'), 501, "600 values: into as many as can be made, and the default partition");
is(count_of('other_p0'), 1800, "600 values: all rows are there");
is(sql('SELECT count(*) FROM other_p0_default WHERE k BETWEEN 1 AND 300'), 0, "600 values: the most frequent have theirs");
other_goes();

my $by_many = q{SELECT partman.create_parent('public.other', 'id', '10000', p_premake => 1, p_start_partition => '0'); INSERT INTO other SELECT n, n * 10, 0, '' FROM generate_series(0, 599) n; INSERT INTO other SELECT n, n % 100, 0, '' FROM generate_series(10000, 10020) n};
other($keyed, 'RANGE (id)', $by_many);
level(sub_partition_type => 'range', sub_partition_interval => '10');
maintained();
is(sql(q{SELECT count(*) <= 501 AND count(*) > 495 FROM pg_inherits WHERE inhparent = 'other_p0'::regclass}), 't', '600 ranges: as many as can be made');
is(count_of('other'), 621, '600 ranges: all rows are there');
is(sql('SELECT (SELECT max(k) FROM other_p0_default) < min(k) FROM other WHERE id < 10000 AND tableoid NOT IN (SELECT oid FROM pg_class WHERE relname = $$other_p0_default$$)'), 't', '600 ranges: the newest have theirs');
is(sql('SELECT count(*) BETWEEN 100 AND 105 FROM other_p0_default'), 't', '600 ranges: the others wait in the default partition');
other_goes();

other($keyed, 'RANGE (id)', $by_many);
level(sub_partition_type => 'range', sub_partition_interval => '10', sub_default_table => 'false');
foreach my $run (1, 2)
{
	$out = said($maintain);
	is(() = $out =~ /WARNING: .*other_p0 /g, 1, "600 ranges, no default partition, run $run: said once");
	like($out, qr/DETAIL: [^\n]*60\d partitions at once/, "600 ranges, no default partition, run $run: with the reason");
	is(sql(q{SELECT relkind FROM pg_class WHERE relname = 'other_p0'}), 'r', "600 ranges, no default partition, run $run: it stays");
	is(sql(q{SELECT relkind FROM pg_class WHERE relname = 'other_p10000'}), 'p', "600 ranges, no default partition, run $run: the other one does not wait for it");
}
is(count_of('other'), 621, '600 ranges, no default partition: all rows are there');
holds('', 'leavings', '600 ranges, no default partition: nothing is under way');
other_goes();

# Identity columns come down to the partitions where the server has them there, from 17 on.
other("id bigint GENERATED BY DEFAULT AS IDENTITY, k int NOT NULL, v int, pad text, PRIMARY KEY (id, k)", 'RANGE (id)', "$by_ids INSERT INTO other SELECT n, n % 5, 0, '' FROM generate_series(0, 150) n");
level(sub_partition_type => 'range', sub_partition_interval => 2, sub_premake => 1);
maintained();
cmp_ok(partitions_of('other_p0'), '>', 2, 'a table with an identity column is converted');
is(sql(q{SELECT string_agg(DISTINCT quote_literal(attidentity::text), ' ') FROM pg_partition_tree('other') JOIN pg_attribute ON attrelid = relid WHERE attname = 'id' AND parentrelid = 'other_p0'::regclass}),
	sql('SHOW server_version_num') >= 170000 ? "'d'" : "''", 'its partitions have it as any others');
unlike(said('ALTER TABLE other ALTER id DROP IDENTITY'), qr/ERROR/, 'so that it can be dropped');
is(count_of('other'), 151, 'and all rows are there');
other_goes();

#
# Work that is gone
#
$job = sql(q{INSERT INTO partman.job (what, parent_oid, parent_table, parameters, state, role_name, pid, calls, rows_done, started_at, updated_at) VALUES ('rebuild', 'small'::regclass, 'public.small', '{}', 'open', current_user, 0, 1, 0, now(), now()) RETURNING job_id});
like(said("CALL partman.resume_job($job)"), qr/ERROR:  55000: there is nothing to go on with in job $job/, 'an old job without work is not gone on with');
sql("SELECT partman.abort_job($job)");
holds('', 'leavings', 'but can be closed');

#
# A level below a set that has all its partitions
#
other('id bigint, at timestamptz NOT NULL, k int NOT NULL, pad text, PRIMARY KEY (id, at, k)', 'RANGE (at)', q{
	SELECT partman.create_parent('public.other', 'at', '1 year', p_premake => 1, p_time_zone => 'UTC', p_start_partition => (date_trunc('year', now()) - interval '2 years')::text);
	SELECT partman.create_sub_parent('public.other', 'at', '1 month', p_premake => 1, p_declarative_check => 'yes');});
my $year = sql(q{SELECT 'public.' || inhrelid::regclass FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'other'::regclass AND relname ~ 'p\d+$' ORDER BY relname LIMIT 1});
sql(qq{SET timezone = 'UTC'; SELECT partman.create_partition_time('$year', ARRAY(SELECT date_trunc('year', now()) - interval '2 years' + n * interval '1 month' FROM generate_series(0, 11) n))});
sql(q{SET timezone = 'UTC'; INSERT INTO other SELECT n, date_trunc('year', now()) - interval '2 years' + (10 + n % 2) * interval '1 month' + interval '3 days', n % 5, repeat('x', 8000) FROM generate_series(1, 4400) n});
maintained();
is(sql(qq{SELECT sub_partition_set_full FROM partman.part_config WHERE parent_table = '$year'}), 't', 'the set has all its partitions');
sql(qq{SET client_min_messages = error; SELECT partman.create_sub_parent('$year', 'k', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes')});
my @months = split /\n/, sql(q{SELECT DISTINCT 'public.' || tableoid::regclass FROM other ORDER BY 1});
is(sql(q{SELECT string_agg(partition, ' ' ORDER BY partition) FROM partman.plan_maintenance() WHERE action = 'convert'}), "@months", 'its large partitions are planned');
sql("SELECT partman.hold_retention('$months[1]')");
maintained();
is(partitions_of($months[0]), 2, 'and converted by the procedure');
is(sql("SELECT relkind FROM pg_class WHERE oid = '$months[1]'::regclass"), 'r', 'but for what is held');

#
# The worker
#
sql('ALTER SYSTEM SET pg_strata.worker_enabled = on; SELECT pg_reload_conf()');
wait_for_state($node, 'postgres', 'running', 'the worker is there');
sql("SELECT partman.hold_retention('$months[1]', false); UPDATE partman.part_config SET premake = premake");
wait_for($node, 'postgres', "SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass('$months[1]')", 'the worker converts in a set that has all its partitions');
is(count_of('other'), 4400, 'all rows are there');

# When nothing waits any more the job is done, also where the turn of the set ends with the last of them.
foreach my $leaves (1, 3)
{
	wait_for($node, 'postgres', q{SELECT NOT EXISTS (SELECT FROM partman.jobs WHERE state = 'running')}, "$leaves: nobody is at work");
	my $last = sql('SELECT coalesce(max(job_id), 0) FROM partman.jobs');
	order($node, 'rebuild.locked', 'worker', 'wait');
	sql('BEGIN; ' . 'SELECT next_leaf(); ' x $leaves . 'UPDATE partman.part_config SET premake = premake; COMMIT');
	foreach my $number (1 .. $leaves)
	{
		ok(wait_until_fired($node), "$leaves: number $number takes longer than a turn");
		sleep(1.2);
		order($node, 'rebuild.locked', 'worker', 'wait') if $number < $leaves;
		go($node);
	}
	wait_for($node, 'postgres', "SELECT count(*) = $leaves FROM turn, generate_series(0, $leaves - 1) n JOIN pg_class ON true JOIN pg_partitioned_table ON partrelid = pg_class.oid WHERE relname = 'small_p' || at - n * 1000", "$leaves: the worker converts them");
	wait_for($node, 'postgres', q{SELECT NOT EXISTS (SELECT FROM partman.jobs WHERE state = 'running')}, "$leaves: and has ended");
	is(sql("SELECT string_agg(DISTINCT state, ' ') FROM partman.jobs WHERE job_id > $last"), 'done', "$leaves: so has its job");
}
other_goes();

# What nobody wants any more it clears away, also where it has had nothing to do with the set before.
foreach my $type (sort keys %made)
{
	sql('ALTER SYSTEM SET pg_strata.worker_enabled = off; SELECT pg_reload_conf()');
	wait_for($node, 'postgres', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'pg_strata worker')}, "$type: without the worker");
	unwanted($type, 'create_enabled');
	sql('ALTER SYSTEM SET pg_strata.worker_enabled = on; SELECT pg_reload_conf()');
	wait_for_state($node, 'postgres', 'running', "$type: the worker is there");
	my $seen = sql(q{SELECT clock_timestamp()});
	wait_for($node, 'postgres', "SELECT last_run > timestamptz '$seen' + interval '1 second' FROM partman.worker_status WHERE process = 'worker' AND database = 'postgres'", "$type: and has looked at all sets");
	is(count_of('partman.rebuild'), 1, "$type: what may not be gone on with is left as it is");
	sql('SELECT partman.hold_retention(name) FROM (' . $leaves_of_it . ') p');
	wait_for($node, 'postgres', 'SELECT leavings()', "$type: until nobody wants it any more", '');
	is(count_of('other'), 200, "$type: but all rows");
	other_goes();
}

$node->stop;
done_testing();
