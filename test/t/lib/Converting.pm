# A set of which one partition after the other is to become a set of its own, beside a large default partition and with a
# foreign key; and what must hold afterwards.
package Converting;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use Faults qw(fault_server strike);
use Strata qw(said_by);
use Test::More;

our @EXPORT_OK = qw(converting_server $maintain $quietly $level sql said holds interrupted);

our $maintain = 'CALL partman.run_maintenance_proc()';
our $quietly = "SET client_min_messages = error; $maintain";
our $level = q{INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_premake, sub_modulus) VALUES ('public.small', 'k', '0', 'hash', 1, 2)};
my $node;

sub sql { my ($sql) = @_; return $node->safe_psql('postgres', $sql); }

sub said { my ($sql) = @_; return said_by($node, $sql); }

sub holds
{
	my ($wanted, $function, $name) = @_;
	my ($status, $out, $err) = $node->psql('postgres', "SELECT $function()");
	return is("$out$err", $wanted, $name);
}

# The conversion of the next leaf ends there.
sub interrupted
{
	my ($point) = @_;
	sql('SELECT next_leaf()');
	strike($node, $point, 'error', $maintain);
	return is(sql('SELECT count(*) FROM partman.rebuild'), 1, "$point: interrupted");
}

sub converting_server
{
	my ($name) = @_;
	$node = fault_server($name, "fsync = off\nwal_level = logical\npg_strata.lock_timeout = 2000\n");
	my $setup = <<'SQL';
CREATE TABLE kind (k int PRIMARY KEY);
INSERT INTO kind SELECT generate_series(0, 9);
CREATE TABLE small (id bigint, k int NOT NULL REFERENCES kind ON DELETE CASCADE, v bigint NOT NULL, pad text, PRIMARY KEY (id, k)) PARTITION BY RANGE (id);
ALTER TABLE small ALTER pad SET STORAGE PLAIN;
SELECT partman.create_parent('public.small', 'id', '1000', p_premake => 1, p_start_partition => '0');
SELECT partman.create_partition_id('public.small', ARRAY(SELECT generate_series(0, 59000, 1000)));
-- The swap cannot look at a default partition of this size in a moment.  A row fills a page.
INSERT INTO small SELECT -n, 0, 0, repeat('x', 8000) FROM generate_series(1, 2200) n;
INSERT INTO small SELECT n, n % 3, 0, '' FROM generate_series(0, 59999, 10) n;
-- Each waits until its turn.
SELECT partman.hold_retention(partition_schema || '.' || partition_table) FROM partman.managed_partition WHERE parent_table = 'public.small' AND partition_table <> 'small_default';
LEVEL;
CALL partman.run_maintenance_proc();
CREATE TABLE expected AS SELECT id, k, v FROM small;
ALTER TABLE expected ADD PRIMARY KEY (id, k);
CREATE TABLE turn (at bigint NOT NULL);
INSERT INTO turn VALUES (-1000);
CREATE FUNCTION leaf() RETURNS text LANGUAGE sql AS $$ SELECT 'public.small_p' || at FROM turn $$;
CREATE FUNCTION next_leaf() RETURNS text LANGUAGE sql AS $$
    UPDATE turn SET at = at + 1000;
    SELECT partman.hold_retention(leaf(), false);
    SELECT leaf();
$$;
-- Rows change, go from one new partition to the other, leave for another leaf, come, go, and are there already.
CREATE FUNCTION change() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
    first bigint := (SELECT at FROM turn);
BEGIN
    FOREACH name IN ARRAY ARRAY['small', 'expected'] LOOP
        EXECUTE format('UPDATE %I SET v = v + 1 WHERE id BETWEEN %s AND %s', name, first + 100, first + 200);
        EXECUTE format('UPDATE %I SET k = (k + 1) %% 10 WHERE id BETWEEN %s AND %s', name, first + 150, first + 250);
        EXECUTE format('UPDATE %I SET id = id + 1000 - 7 WHERE id BETWEEN %s AND %s', name, first + 300, first + 320);
        EXECUTE format('UPDATE %I SET id = id + 1 WHERE id %% 10 > 0 AND id BETWEEN %s AND %s', name, first + 900, first + 980);
        EXECUTE format('DELETE FROM %I WHERE id IN (%s, %s, %s)', name, first, first + 410, first + 120);
        EXECUTE format('INSERT INTO %I (id, k, v) SELECT n, 4, 7 FROM generate_series(%s, %s, 5) n ON CONFLICT (id, k) DO UPDATE SET v = %1$I.v + 1', name, first + 500, first + 600);
    END LOOP;
END $$;
CREATE FUNCTION same() RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN EXISTS ((TABLE expected EXCEPT ALL SELECT id, k, v FROM small) UNION ALL (SELECT id, k, v FROM small EXCEPT ALL TABLE expected)) THEN 'rows differ' ELSE 'same' END
$$;
-- Nothing, or what is left behind.
CREATE FUNCTION leavings() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(', ', NULL, (SELECT 'under way' FROM partman.rebuild LIMIT 1),
        (SELECT 'a job ' || state FROM partman.jobs WHERE state IN ('running', 'interrupted') LIMIT 1),
        (SELECT 'a trigger' FROM pg_trigger WHERE tgname LIKE 'pg_strata%' LIMIT 1),
        (SELECT 'a trigger that is switched off' FROM pg_trigger WHERE tgenabled <> 'O' AND tgname LIKE 'RI%' LIMIT 1),
        (SELECT 'a CHECK' FROM pg_constraint WHERE conname = 'pg_strata_beside' LIMIT 1),
        (SELECT 'a dependency' FROM pg_depend WHERE deptype = 'x' LIMIT 1),
        (SELECT 'a record of ' || partition_table FROM partman.managed_partition m WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = partition_oid) LIMIT 1),
        (SELECT 'a set without a table ' || parent_table FROM partman.part_config WHERE to_regclass(parent_table) IS NULL LIMIT 1),
        (SELECT 'a foreign key of ' || conrelid::regclass FROM pg_constraint WHERE contype = 'f' AND conrelid NOT IN (SELECT partrelid FROM pg_partitioned_table UNION SELECT inhrelid FROM pg_inherits) LIMIT 1),
        (SELECT 'row-level security of ' || oid::regclass FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace LIMIT 1),
        (SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT IN ('small', 'expected', 'turn', 'kind', 'other', 'plain')))
$$;
CREATE FUNCTION state() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(', ', same(), nullif(leavings(), ''),
        (SELECT 'partitions' WHERE (SELECT count(*) FROM pg_inherits WHERE inhparent = leaf()::regclass) <> 2),
        (SELECT 'no set' WHERE NOT EXISTS (SELECT FROM partman.part_config WHERE parent_table = leaf() AND parent_oid = leaf()::regclass AND control = 'k' AND modulus = 2)),
        (SELECT 'no record' WHERE NOT EXISTS (SELECT FROM partman.managed_partition WHERE partition_oid = leaf()::regclass AND provenance = 'made' AND held_since IS NULL)),
        (SELECT 'no foreign key' WHERE (SELECT count(*) FROM pg_constraint JOIN pg_partition_tree(leaf()::regclass) ON conrelid = relid WHERE contype = 'f' AND convalidated) <> 3),
        (SELECT 'something is left to do' FROM partman.plan_maintenance() LIMIT 1))
$$;
-- It is as it was.
CREATE FUNCTION untouched() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(', ', same(), nullif(leavings(), ''), (SELECT 'partitioned' FROM pg_partitioned_table WHERE partrelid = leaf()::regclass))
$$;
SQL
	sql($setup =~ s/^LEVEL;$/$level;/mr);
	is(sql('SELECT count(*) FROM partman.plan_maintenance()'), 0, 'what is held does not wait');
	return $node;
}

1;
