# Whatever ends maintenance of sets by list and by hash, or a call that changes a set: as long as it is in one transaction
# nothing has happened, every row is where it was, and the same call comes to its end afterwards.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server strike);
use PostgreSQL::Test::Utils;
use Test::More;

my $node = fault_server('faults_calls', "fsync = off\n");
my $all = ($ENV{FAULTS} // '') eq 'all';

sub ask { my ($sql) = @_; return $node->safe_psql('postgres', "SET client_min_messages = error;\n$sql"); }

# All that a call may change, in one text: partitions with bounds, rows of each table, and our own tables.
ask(<<'SQL');
CREATE FUNCTION content() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    part record;
    rows bigint;
    result text := '';
BEGIN
    FOR part IN SELECT c.oid, c.oid::regclass AS name, coalesce(pg_get_expr(c.relpartbound, c.oid), '-') AS bound FROM pg_class AS c
                 WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname LOOP
        EXECUTE format('SELECT count(*) FROM ONLY %s', part.name) INTO rows;
        result := result || format('%s %s %s; ', part.name, part.bound, rows);
    END LOOP;
    RETURN result
        || coalesce((SELECT string_agg(md5(c::text), ' ' ORDER BY parent_table) FROM partman.part_config AS c), '')
        || coalesce((SELECT ' ' || string_agg(partition_table || coalesce(' retired as ' || retired_as, ''), ', ' ORDER BY partition_table) FROM partman.managed_partition), '');
END $$;
CREATE FUNCTION clear() RETURNS void LANGUAGE plpgsql SET client_min_messages = error AS $$
DECLARE
    name regclass;
BEGIN
    LOOP
        SELECT oid INTO name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relispartition LIMIT 1;
        EXIT WHEN NOT FOUND;
        EXECUTE format('DROP TABLE %s CASCADE', name);
    END LOOP;
    TRUNCATE partman.managed_partition;
    DELETE FROM partman.part_config;
END $$;
SQL

my $values = <<'SQL';
CREATE TABLE tags (tag text, n int) PARTITION BY LIST (tag);
SELECT partman.create_parent('public.tags', 'tag', p_type := 'list', p_control_not_null := false);
SELECT partman.add_list_partition('public.tags', ARRAY['a']);
INSERT INTO tags SELECT tag, n FROM unnest(ARRAY['a', 'b', 'c', NULL]) AS tag, generate_series(1, 10) AS n;
SQL
my $remainders = <<'SQL';
CREATE TABLE carts (id int NOT NULL) PARTITION BY HASH (id);
SELECT partman.create_parent('public.carts', 'id', p_type := 'hash', p_modulus := 4);
INSERT INTO carts SELECT generate_series(1, 100);
SQL
my $numbers = <<'SQL';
CREATE TABLE ids (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.ids', 'id', '10', p_premake := 4, p_start_partition := '0');
INSERT INTO ids SELECT generate_series(0, 25);
SQL
my $run = 'CALL partman.run_maintenance_proc()';
my $referred = <<'SQL';
CREATE TABLE ids (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.ids', 'id', '10', p_premake := 2, p_start_partition := '0');
INSERT INTO ids SELECT generate_series(0, 25);
SELECT partman.run_maintenance();
CREATE TABLE notes (id bigint REFERENCES ids);
INSERT INTO notes SELECT generate_series(0, 25);
UPDATE partman.part_config SET retention = '5', retention_max_fraction = NULL, retention_keep_table = false, referencing = 'delete'
SQL
my @bounded = qw(bounded.locked bounded.made);
my $apply = <<'SQL';
SELECT fingerprint AS f FROM partman.plan_maintenance() LIMIT 1 \gset
CALL partman.apply_plan(:'f', p_atomic := ATOMIC)
SQL
my $due = "$numbers UPDATE partman.part_config SET retention = '5', retention_max_fraction = NULL, premake = 6;";

# What is there before, the call, its steps, and what there is in the end.
my @calls = (
	[ 'maintenance by list', $values, $run, [ @bounded, qw(list.taken list.given run.commit) ], q{SELECT count(*) = 0 FROM tags_default} ],
	[ 'add_list_partition', $values, q{SELECT partman.add_list_partition('public.tags', ARRAY['b', NULL])}, [ @bounded, qw(list.taken list.given) ], q{SELECT count(*) = 10 FROM tags_default} ],
	[ 'retire_list_value', $values, q{SELECT partman.retire_list_value('public.tags', 'a', p_keep_table := false)}, [qw(away.locked away.taken)], q{SELECT count(*) = 30 FROM tags} ],
	[ 'maintenance by hash', "$remainders DROP TABLE carts_p1; INSERT INTO carts SELECT i FROM generate_series(1, 0) AS i", $run, [ @bounded, 'run.commit' ], q{SELECT count(*) = 4 FROM pg_inherits WHERE inhparent = 'carts'::regclass} ],
	[ 'add_hash_partition', "$remainders DROP TABLE carts_p1", q{SELECT partman.add_hash_partition('public.carts', 4, 1)}, \@bounded, q{SELECT count(*) = 4 FROM pg_inherits WHERE inhparent = 'carts'::regclass} ],
	[ 'create_parent by hash', 'CREATE TABLE carts (id int NOT NULL) PARTITION BY HASH (id)', q{SELECT partman.create_parent('public.carts', 'id', p_type := 'hash', p_modulus := 4)}, \@bounded, q{SELECT count(*) = 4 FROM partman.managed_partition} ],
	[ 'create_parent', 'CREATE TABLE ids (id bigint NOT NULL) PARTITION BY RANGE (id)', q{SELECT partman.create_parent('public.ids', 'id', '10')}, [qw(create.locked create.made)], q{SELECT count(*) = 1 FROM partman.part_config} ],
	[ 'set_interval', $numbers, q{SELECT partman.set_interval('public.ids', '20')}, [qw(away.locked away.taken interval.set create.locked create.made)], q{SELECT partition_interval = '20' FROM partman.part_config} ],
	[ 'maintenance with referencing rows', $referred, $run, ['referencing.deleted'], q{SELECT min(id) = 20 AND (SELECT min(id) = 20 AND count(*) = 6 FROM notes) FROM ids} ],
	[ 'drop_partition', $numbers, q{SELECT partman.drop_partition('public.ids_p0')}, [qw(away.locked away.taken)], q{SELECT count(*) = 16 FROM ids} ],
	[ 'apply_plan at once', $due, $apply =~ s/ATOMIC/true/r, [qw(create.locked create.made retire.locked retire.left)], q{SELECT count(*) = 0 FROM partman.plan_maintenance()} ],
	[ 'apply_plan in steps', $due, $apply =~ s/ATOMIC/false/r, [qw(create.locked create.made run.commit)], q{SELECT count(*) = 0 FROM partman.plan_maintenance()} ]);

# Each step is ended by a crash and by one of the other ways in turn; FAULTS=all in the environment tries all of them.
# After an error maintenance does the rest by itself.
my @others = qw(cancel timeout postmaster terminate);
my $turn = 0;
foreach my $call (@calls)
{
	my ($what, $before, $sql, $points, $after) = @$call;
	my @ways = $what =~ /maintenance|plan/ ? @others : (@others, 'error');
	foreach my $point (@$points)
	{
		foreach my $fault ('kill', $all ? @ways : $ways[ $turn++ % @ways ])
		{
			my $name = "$what, $fault at $point";
			ask("$before;");
			my $content = ask('SELECT content()');
			strike($node, $point, $fault, $sql);
			is(ask('SELECT content()'), $content, "$name: nothing has happened");
			ask("$sql;");
			is(ask($after), 't', "$name: the next call completes");
			is(ask('SELECT count(*) FROM partman.plan_maintenance()'), '0', "$name: and nothing is left to do") if $what =~ /maintenance|plan/;
			ask('SELECT clear()');
		}
	}
}
$node->stop;
done_testing();
