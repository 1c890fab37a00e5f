# The worker makes partitions with all that belongs below them, looks after the new sets, and retires whole trees.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server worker_pid wait_for wait_for_state);
use Test::More;

my $node = new_server('tree');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');
# All in one, lest the worker comes in between and has to wait for a lock.
$node->safe_psql('postgres', <<'SQL');
BEGIN;
CREATE TABLE public.tree (id int NOT NULL, at timestamptz NOT NULL DEFAULT now(), value text) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.tree', 'id', '1000', p_premake := 2);
SELECT partman.create_sub_parent('public.tree', 'id', '100', p_declarative_check := 'yes', p_premake := 2);
SELECT partman.create_sub_parent('public.tree_p0', 'at', '1 day', p_declarative_check := 'yes', p_premake := 1);
SELECT partman.create_sub_parent(parent_table, 'at', '1 day', p_declarative_check := 'yes', p_premake := 1)
FROM partman.part_config WHERE parent_table IN ('public.tree_p1000', 'public.tree_p2000');
COMMIT;
SQL
my $pid = worker_pid($node, 'postgres');

sub exists_all
{
	return 'SELECT ' . join(' AND ', map { "to_regclass('public.$_') IS NOT NULL" } @_);
}

# The sets below have two partitions ahead; so ids go on by one partition at a time.
foreach my $hundred (0 .. 11)
{
	my $id = $hundred * 100 + 50;
	$node->safe_psql('postgres', "INSERT INTO public.tree (id) VALUES ($id)");
	my $thousand = int($id / 1000) * 1000;
	my @ahead = grep { $_ < $thousand + 1000 } map { ($hundred + $_) * 100 } 1, 2;
	wait_for($node, 'postgres', exists_all(map { "tree_p${thousand}_p$_" } @ahead), "partitions ahead of $id") if @ahead;
}
wait_for($node, 'postgres', exists_all('tree_p3000', 'tree_p3000_p3000', 'tree_p3000_default'), 'a new partition with what is below it');
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'public.tree\_p3000%' AND set_root = 'public.tree'}),
	'2', 'two levels of sets');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.tree_p3000_p3000'::regclass}),
	'4', 'and the third');
wait_for($node, 'postgres', q{SELECT sub_partition_set_full FROM partman.part_config WHERE parent_table = 'public.tree_p0'},
	'a set that reaches the end of its table is full');
is($node->safe_psql('postgres', q{SELECT count(*) FROM public.tree_default}), '0', 'no row missed its partition');
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'public.tree\_p0\_p%'}),
	'10', 'each of its partitions is a set');

$node->safe_psql('postgres', q{UPDATE partman.part_config SET retention = '100', retention_keep_table = false WHERE parent_table = 'public.tree'});
wait_for($node, 'postgres', q{SELECT NOT EXISTS (SELECT FROM pg_class WHERE relname LIKE 'tree\_p0%')}, 'a tree is retired');
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.part_config WHERE parent_table LIKE 'public.tree\_p0%'}), '0', 'its sets are forgotten');
is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.part_config_sub WHERE sub_parent LIKE 'public.tree\_p0%'}), '0', 'and their descriptions');

# Levels of other strategies: a value that is found gets its months, and each of these all remainders.
$node->safe_psql('postgres', <<'SQL');
BEGIN;
CREATE TABLE public.mixed (campaign text NOT NULL, at timestamptz NOT NULL DEFAULT now(), tenant int NOT NULL) PARTITION BY LIST (campaign);
SELECT partman.create_parent('public.mixed', 'campaign', p_type := 'list');
SELECT partman.add_list_partition('public.mixed', '{first}');
SELECT partman.create_sub_parent('public.mixed', 'at', '1 month', p_declarative_check := 'yes', p_premake := 1);
SELECT partman.create_sub_parent('public.mixed_pfirst', 'tenant', p_type := 'hash', p_modulus := 2, p_declarative_check := 'yes');
INSERT INTO partman.part_config_override VALUES ('public.mixed', 'second', '{"premake": 3}');
INSERT INTO public.mixed SELECT 'second', now(), i FROM generate_series(1, 20) AS i;
SELECT partman.run_maintenance('public.mixed');
COMMIT;
SQL
is($node->safe_psql('postgres', 'SELECT count(*) FROM public.mixed_psecond'), '20', 'a value that was found has its rows');
wait_for($node, 'postgres', q{SELECT count(*) = 5 FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'public.mixed_psecond'::regclass AND relkind = 'p'},
	'and as many months ahead as its override says');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_inherits AS month JOIN pg_inherits AS part ON part.inhparent = month.inhrelid WHERE month.inhparent = 'public.mixed_psecond'::regclass}),
	'10', 'each by hash');

# The worker has not stumbled over what it has retired itself.
$node->safe_psql('postgres', 'INSERT INTO public.tree (id) VALUES (1250)');
wait_for($node, 'postgres', exists_all('tree_p1000_p1400'), 'it goes on');
is(worker_pid($node, 'postgres'), $pid, 'the worker is the same');
# That it had to wait for the locks of this test is counted, too, but no failure.
is($node->safe_psql('postgres', q{SELECT string_agg(parent_table || ': ' || coalesce(message, ''), E'\n') FROM partman.maintenance_history WHERE outcome = 'failed'}), '', 'and has not failed');

$node->stop;
done_testing();
