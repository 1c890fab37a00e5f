# Policies that hide every row from everybody, forced on the owner too: a row that cannot be seen is there all the same.
# Whoever moves rows, counts them or takes tables away, superuser, owner or member, finds all of them, or fails; and
# no policy runs as anybody but its owner.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Lair qw(as new_lair no_breach);
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_lair('row_security');
my $offset = -s $node->logfile;

sub works
{
	my ($role, $sql, $what) = @_;
	my ($status, $out, $err) = $node->psql('postgres', $sql, extra_params => [ '-U', $role ]);
	is($status, 0, "$role: $what") or diag($err);
	return $out;
}

sub fails
{
	my ($role, $sql, $error, $what) = @_;
	my ($status, undef, $err) = $node->psql('postgres', $sql, extra_params => [ '-U', $role ]);
	like($err, $error, "$role: $what");
	return;
}

as($node, 'mallory', <<'SQL');
GRANT ALL ON SCHEMA lair TO member;
CREATE FUNCTION lair.hide(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE target regclass;
BEGIN
	FOR target IN SELECT relid FROM pg_partition_tree(format('lair.%I', name)::regclass) UNION SELECT format('lair.%I', name)::regclass LOOP
		EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
		EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
		IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = target AND polname = 'nothing') THEN
			EXECUTE format('CREATE POLICY nothing ON %s USING (lair.f(''policy'', id) < 0) WITH CHECK (lair.f(''policy'', id) < 0)', target);
		END IF;
	END LOOP;
END $$;
CREATE FUNCTION lair.hidden(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE lair.%I (id int NOT NULL, v int NOT NULL, kind text) PARTITION BY RANGE (id)', name);
	PERFORM partman.create_parent('lair.' || name, 'id', '10', p_premake => 1, p_start_partition => '0', p_constraint_cols => '{v}', p_template_table => 'false');
	EXECUTE format('INSERT INTO lair.%I SELECT n, n FROM generate_series(0, 59) n', name);
	PERFORM lair.hide(name);
END $$;
CREATE FUNCTION lair.hidden_list(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE lair.%I (kind text NOT NULL, id int) PARTITION BY LIST (kind)', name);
	PERFORM partman.create_parent('lair.' || name, 'kind', p_type => 'list', p_template_table => 'false');
	EXECUTE format('INSERT INTO lair.%I SELECT ''k'' || n %% 3, n FROM generate_series(0, 29) n', name);
	PERFORM lair.hide(name);
END $$;
SQL

my $number = 0;
foreach my $role (qw(postgres mallory member))
{
	my $set = 'hidden_' . $role;
	my $count = "SELECT count(*), sum(id), count(DISTINCT id) FROM lair.$set";
	my $all = '60|1770|60';
	as($node, 'mallory', "SELECT lair.hidden('$set'), lair.hidden('whole_$role'), lair.hidden_list('${set}_list')");
	is(as($node, 'mallory', "SELECT count(*) FROM lair.$set"), '0', 'the owner himself sees nothing');
	is(as($node, 'postgres', $count), $all, 'and there are sixty');

	# Who asks for the rows in the default partition is told, or refused.
	my ($status, $out, $err) = $node->psql('postgres', "SELECT count FROM partman.check_default() WHERE default_table = 'lair.${set}_default'", extra_params => [ '-U', $role ]);
	like("$out$err", $role eq 'postgres' ? qr/^40$/ : qr/^(40|1)$|row-level security/, "$role: rows of the default partition are counted, or that is refused");
	fails($role, "SELECT partman.drop_default_partition('lair.$set')", qr/has rows/, 'a default partition with hidden rows is not empty');
	works($role, "SELECT partman.add_range_partition('lair.$set', '1000', '2000')", 'a partition by hand');
	works($role, "UPDATE partman.part_config SET premake = 2, optimize_constraint = 1 WHERE parent_table = 'lair.$set'; SELECT partman.run_maintenance('lair.$set', p_analyze => true)", 'maintenance moves rows of the default partition');
	is(as($node, 'postgres', $count), $all, "$role: nothing is lost by maintenance");
	works($role, "SELECT partman.partition_data_id('lair.$set', 2)", 'rows are moved');
	works($role, "CALL partman.partition_data_proc('lair.$set', p_wait => 0)", 'all of them');
	is(as($node, 'postgres', "SELECT count(*) FROM lair.${set}_default"), '0', "$role: the default partition is empty");
	is(as($node, 'postgres', $count), $all, "$role: nothing is lost on the way");
	is(as($node, 'postgres', "SELECT count(*) FROM lair.${set}_p20"), '10', "$role: rows are where they belong");
	is( as($node, 'postgres', "SELECT count(*) FROM pg_class WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'lair.$set'::regclass) AND NOT relforcerowsecurity AND relname <> '${set}_p1000'"),
		'0', "$role: new partitions hide them as well");
	works($role, "SELECT partman.partition_gap_fill('lair.$set'); CALL partman.run_analyze(p_parent_table => 'lair.$set')", 'gaps are filled, statistics are made');
	works($role, "CALL partman.reapply_constraints_proc('lair.$set', p_drop_constraints => true, p_apply_constraints => true)", 'constraints are made anew');
	works($role, "SELECT partman.apply_constraints('lair.$set', 'lair.${set}_p0')", 'one more time for one');
	is(as($node, 'postgres', "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'lair.${set}_p0'::regclass AND conname ~ 'partmanconstr'"), 'CHECK (((v >= 0) AND (v <= 9)))', "$role: additional constraints know the hidden rows");
	works($role, "SELECT partman.create_sub_parent('lair.$set', 'v', '5', p_premake => 1, p_declarative_check => 'yes')", 'partitions are partitioned');
	is(as($node, 'postgres', $count), $all, "$role: nothing is lost in sub-partitions");
	works($role, "SELECT partman.run_maintenance('lair.$set')", 'these are maintained');
	works($role, "CALL partman.partition_data_proc('lair.$set', p_wait => 0)", 'and filled');
	is(as($node, 'postgres', $count), $all, "$role: nothing is lost below");

	# From one table, and to one table, that hide rows themselves.
	as($node, 'mallory', "CREATE TABLE lair.source_$role (id int NOT NULL, v int NOT NULL, kind text); INSERT INTO lair.source_$role SELECT n, n FROM generate_series(60, 79) n; SELECT lair.hide('source_$role'); CREATE TABLE lair.target_$role (id int, v int, kind text); SELECT lair.hide('target_$role')");
	works($role, "SELECT partman.partition_data_id('lair.$set', 100, p_source_table => 'lair.source_$role')", 'rows of another table come');
	is(as($node, 'postgres', "SELECT (SELECT count(*) FROM lair.$set), (SELECT count(*) FROM lair.source_$role)"), '80|0', "$role: all of them");
	works($role, "SELECT partman.undo_partition('lair.whole_$role', 'lair.target_$role', 1000, p_keep_table => false)", 'all is undone');
	is(as($node, 'postgres', "SELECT count(*), sum(id), count(DISTINCT id) FROM lair.target_$role"), '60|1770|60', "$role: and is in the other table");

	# Lists.
	works($role, "SELECT partman.run_maintenance('lair.${set}_list')", 'values are found');
	is(as($node, 'postgres', "SELECT count(*), count(DISTINCT tableoid), (SELECT count(*) FROM lair.${set}_list_default) FROM lair.${set}_list"), '30|3|0', "$role: each has its partition with its rows");
	works($role, "SELECT partman.retire_list_value('lair.${set}_list', 'k1')", 'one is retired');
	is(as($node, 'postgres', "SELECT count(*) FROM lair.${set}_list"), '20', "$role: the others are there");
}
no_breach($node, $offset, 'no policy ran as somebody else');

# A default partition that is large enough to be emptied beside its users.
as($node, 'mallory', <<'SQL');
CREATE TABLE lair.big (id int PRIMARY KEY, pad text) PARTITION BY RANGE (id);
SELECT lair.hide('big');
ALTER TABLE lair.big DISABLE ROW LEVEL SECURITY;
SELECT partman.create_parent('lair.big', 'id', '10000', p_premake => 1, p_start_partition => '0', p_template_table => 'false');
INSERT INTO lair.big SELECT i, repeat('x', 1000) FROM generate_series(0, 19999, 100) AS i;
INSERT INTO lair.big SELECT i, repeat('x', 1000) FROM generate_series(20000, 40000) AS i;
ANALYZE lair.big;
SELECT lair.hide('big');
CREATE TABLE lair.other (id int PRIMARY KEY, pad text) PARTITION BY RANGE (id);
SELECT partman.create_parent('lair.other', 'id', '10000', p_premake => 1, p_start_partition => '0', p_template_table => 'false');
SQL
for (1 .. 10)
{
	$node->psql('postgres', 'CALL partman.run_maintenance_proc()');
	last if as($node, 'postgres', 'SELECT NOT EXISTS (SELECT FROM lair.big_default) AND NOT EXISTS (SELECT FROM partman.rebuild)') eq 't';
}
is(as($node, 'postgres', q{SELECT count(*) FROM pg_policy JOIN pg_class c ON c.oid = polrelid WHERE relname ~ '^big' AND relrowsecurity AND relforcerowsecurity AND relkind = 'r'}), as($node, 'postgres', q{SELECT count(*) FROM pg_class WHERE relname ~ '^big' AND relkind = 'r'}), 'all of its partitions hide their rows');
is(as($node, 'postgres', 'SELECT count(*), count(DISTINCT id), (SELECT count(*) FROM lair.big_default), (SELECT count(*) FROM partman.jobs WHERE parent_table = $$lair.big$$) > 0 FROM lair.big'), '20201|20201|0|t', 'a large default partition is emptied, and nothing is lost');
no_breach($node, $offset, 'and no policy ran as somebody else then');

# A policy that only the default partition has would be lost with it.
as($node, 'mallory', <<'SQL');
INSERT INTO lair.other SELECT i, repeat('x', 1000) FROM generate_series(0, 19999, 100) AS i;
INSERT INTO lair.other SELECT i, repeat('x', 1000) FROM generate_series(20000, 40000) AS i;
ANALYZE lair.other;
SQL
foreach my $own ('CREATE POLICY own ON lair.other_default USING (true)', 'DROP POLICY own ON lair.other_default; ALTER TABLE lair.other_default ENABLE ROW LEVEL SECURITY')
{
	as($node, 'mallory', $own);
	fails('postgres', 'CALL partman.run_maintenance_proc()', qr/policies or row-level security of its own/, "not emptied beside its users: $own");
	is(as($node, 'postgres', 'SELECT count(*) FROM lair.other_default'), '20001', 'nothing has been moved');
}

# That the policies would tell.
as($node, 'victim', 'SELECT 1');
as($node, 'mallory', 'GRANT SELECT ON lair.big TO victim');
as($node, 'victim', 'SELECT count(*) FROM lair.big');
ok((grep { $_->[1] eq 'policy' && $_->[2] eq 'victim' } Lair::witnesses($node, $offset)), 'positive control: a policy runs as whoever reads');

$node->stop;
done_testing();
