# Whatever ends the moving of rows, undo or an import, at whichever step: every row is there once, nothing is left behind,
# and the next call goes on.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server strike);
use PostgreSQL::Test::Utils;
use Test::More;

# Rows of a published set take another way.
my $node = fault_server('faults_moving', "wal_level = logical\n");
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE plain (id bigint PRIMARY KEY, note text);
CREATE TABLE staged (LIKE plain INCLUDING ALL) PARTITION BY RANGE (id);
CREATE TABLE spooled (LIKE plain INCLUDING ALL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.' || name, 'id', '10', p_premake := 1, p_start_partition := '0') FROM unnest(ARRAY['staged', 'spooled']) AS name;
CREATE PUBLICATION everything FOR TABLE spooled WITH (publish_via_partition_root);
CREATE FUNCTION content(of regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('SELECT format(''%%s rows, %%s ids, sum %%s'', count(*), count(DISTINCT id), sum(id)) FROM %s', of) INTO result;
    RETURN result;
END $$;
CREATE FUNCTION left_behind() RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(name, ', '), 'nothing') FROM (
        SELECT conname AS name FROM pg_constraint WHERE conname LIKE 'pg_strata%'
        UNION ALL SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relispartition
           AND relname NOT IN ('plain', 'old_config')) AS names
$$;
SQL

# Rows far behind, of two partitions that are not there yet.
my $lowest = 0;
my %steps = (
	staged => [qw(move.locked move.loaded move.attached move.committed)],
	spooled => [qw(move.locked create.locked create.made move.committed)]);
foreach my $table (sort keys %steps)
{
	my $move = "CALL partman.partition_data_proc('public.$table', p_wait := 0)";
	foreach my $point (@{ $steps{$table} })
	{
		foreach my $fault (qw(kill postmaster cancel error timeout))
		{
			$lowest -= 20;
			$node->safe_psql('postgres', "INSERT INTO $table SELECT i, 'moved' FROM generate_series($lowest, $lowest + 19) AS i");
			my $content = $node->safe_psql('postgres', "SELECT content('$table')");
			strike($node, $point, $fault, $move);
			is($node->safe_psql('postgres', "SELECT content('$table')"), $content, "$table, $fault at $point: every row is there once");
			$node->safe_psql('postgres', "SET client_min_messages = error; $move");
			is($node->safe_psql('postgres', "SELECT content('$table'), content('${table}_default'), left_behind()"),
				"$content|0 rows, 0 ids, sum |nothing", "$table, $fault at $point: the next call completes");
		}
	}
}

# Undo: a partition at a time.
my $undo = q{CALL partman.undo_partition_proc('public.undone', 'public.plain', p_keep_table := false, p_wait := 0)};
my $all = q{(SELECT count(*) FROM plain) + (SELECT count(*) FROM undone)};
foreach my $point (qw(undo.moved undo.left))
{
	foreach my $fault (qw(kill postmaster cancel error timeout))
	{
		$node->safe_psql('postgres', <<'SQL');
TRUNCATE plain;
CREATE TABLE undone (LIKE plain INCLUDING ALL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.undone', 'id', '10', p_premake := 3, p_start_partition := '0');
INSERT INTO undone SELECT i, 'undone' FROM generate_series(0, 39) AS i;
SQL
		strike($node, $point, $fault, $undo);
		is($node->safe_psql('postgres', "SELECT $all, (SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.undone')"),
			'40|1', "undo, $fault at $point: every row is there once");
		$node->safe_psql('postgres', "SET client_min_messages = error; $undo");
		is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM plain), (SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.undone')}),
			'40|0', "undo, $fault at $point: the next call completes");
		$node->safe_psql('postgres', 'DROP TABLE undone');
	}
}

# An import is all or nothing.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE old_config (parent_table text, control text, partition_interval text, partition_type text, premake int DEFAULT 4, datetime_string text);
INSERT INTO old_config VALUES ('public.old', 'at', '1 mon', 'native', 4, 'YYYY_MM');
CREATE TABLE old (at timestamptz NOT NULL) PARTITION BY RANGE (at);
DO $$
BEGIN
    FOR i IN 0 .. 2 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF old FOR VALUES FROM (%L) TO (%L)', 'old_p' || to_char(date_trunc('month', now()) + i * interval '1 month', 'YYYY_MM'),
            date_trunc('month', now()) + i * interval '1 month', date_trunc('month', now()) + (i + 1) * interval '1 month');
    END LOOP;
END $$;
SQL
my $imported = q{SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.old'};
foreach my $fault (qw(kill postmaster cancel timeout))
{
	strike($node, 'import.set', $fault, q{SELECT * FROM partman.import_pg_partman('public.old_config')});
	is($node->safe_psql('postgres', $imported), '0', "import, $fault: nothing is taken over by half");
}
$node->safe_psql('postgres', q{SELECT * FROM partman.import_pg_partman('public.old_config')});
is($node->safe_psql('postgres', $imported), '1', 'the next import takes the set over');
$node->safe_psql('postgres', 'SELECT partman.run_maintenance()');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'old'::regclass}), '5', 'and it is maintained');
$node->stop;
done_testing();
