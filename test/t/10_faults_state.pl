# What work in many transactions is kept in, spoilt by a superuser in the middle of it: rows of `rebuild`, of jobs and of
# the history.  Nothing crashes, no row is lost, nobody's table is taken for one of ours, and maintenance completes.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server strike);
use Garbage qw(columns_of garbage);
use PostgreSQL::Test::Utils;
use Strata qw(wait_for wait_for_state);
use Test::More;

my $node = fault_server('faults_state', "fsync = off\npg_strata.lock_timeout = 2000\n");

# A row fills a page, so that few make a default partition that is too large to be emptied at once.
$node->safe_psql('postgres', <<'SQL');
SET check_function_bodies = off;
CREATE TABLE bystander (id bigint PRIMARY KEY, v bigint NOT NULL, pad text);
INSERT INTO bystander VALUES (1, 1, 'not ours');
CREATE TABLE expected (id bigint PRIMARY KEY, v bigint NOT NULL);
CREATE PROCEDURE make_set() LANGUAGE plpgsql AS $$
BEGIN
    DROP TABLE IF EXISTS stray;
    CREATE TABLE stray (id bigint PRIMARY KEY, v bigint NOT NULL, pad text) PARTITION BY RANGE (id);
    ALTER TABLE stray ALTER pad SET STORAGE PLAIN;
    PERFORM partman.create_parent('public.stray', 'id', '1000', p_premake := 1, p_start_partition := '0');
    INSERT INTO stray SELECT n, 0, repeat('x', 8000) FROM generate_series(1999, 4199) AS n;
    TRUNCATE expected;
    INSERT INTO expected SELECT id, v FROM stray;
END $$;
CREATE FUNCTION change() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['stray', 'expected'] LOOP
        EXECUTE format('UPDATE %I SET v = v + 1 WHERE id BETWEEN 2100 AND 2105', name);
        EXECUTE format('UPDATE %I SET id = id + 2500, v = v + 1 WHERE id BETWEEN 2201 AND 2203', name);
        EXECUTE format('DELETE FROM %I WHERE id IN (2301, 3301)', name);
    END LOOP;
END $$;
CREATE FUNCTION same() RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN EXISTS ((TABLE expected EXCEPT ALL SELECT id, v FROM stray) UNION ALL (SELECT id, v FROM stray EXCEPT ALL TABLE expected)) THEN 'rows differ' ELSE 'same' END
        || coalesce((SELECT CASE WHEN count(*) <> 1 OR min(pad) <> 'not ours' THEN ', a bystander was hit' END FROM bystander), '')
$$;
CREATE FUNCTION state() RETURNS text LANGUAGE sql AS $$
    SELECT same()
        || CASE WHEN EXISTS (SELECT FROM stray_default) THEN ', rows in the default partition' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.rebuild) THEN ', under way' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.jobs WHERE state NOT IN ('done', 'aborted')) THEN ', a job' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM pg_trigger WHERE tgname LIKE 'pg_strata%') THEN ', a trigger' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM pg_depend WHERE deptype = 'x') THEN ', a dependency' ELSE '' END
        || CASE WHEN (SELECT count(*) FROM partman.part_config) <> 1 THEN ', configuration' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.plan_maintenance()) THEN ', something is left to do' ELSE '' END
        || coalesce((SELECT ', ' || string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                        AND NOT relispartition AND relname NOT IN ('expected', 'bystander')), '')
$$;
SQL
my $run = "SET client_min_messages = error;\nCALL partman.run_maintenance_proc()";
my $start = $node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()');

sub holds
{
	my ($function) = @_;
	my ($status, $out, $err) = $node->psql('postgres', "SET client_min_messages = error; SELECT $function()");
	return "$out$err" eq 'same' ? () : ("$out$err");
}

# Whether a superuser may write that; triggers and foreign keys do not keep him from it, constraints do.
sub spoil
{
	my ($table, $column, $value, $where) = @_;
	my ($status, $out, $err) = $node->psql('postgres', <<"SQL");
SET session_replication_role = replica;
UPDATE partman.$table SET $column = $value$where RETURNING 'spoilt';
SQL
	die "$table.$column = $value: $err" if $err && $err !~ /violates (?:check|not-null|unique) constraint|bigint out of range/;
	return $out =~ /spoilt/;
}

# A rebuild that was interrupted in each of its phases in turn, with one bad value for each column, and one that names
# somebody's table; FAULTS=all in the environment tries all values in all phases.
my $all = ($ENV{FAULTS} // '') eq 'all';
my @points = qw(rebuild.filled rebuild.followed rebuild.waits);
my %hostile = (oid => [ "'bystander'::regclass", "'stray'::regclass", "'stray_default'::regclass" ], 'oid[]' => [ "ARRAY['bystander'::regclass]::oid[]", "COLUMN || 'bystander'::regclass::oid" ]);
my ($tried, $turn) = (0, 0);
foreach my $line (columns_of($node, 'rebuild'))
{
	my ($column, $type) = @$line;
	my @values = garbage($column, $type);
	ok(@values > 0, "there is garbage of type $type for rebuild.$column") or next;
	my @hostile = map { (my $value = $_) =~ s/COLUMN/$column/; $value } @{ $hostile{$type} // [] };
	@values = $all ? (@values, @hostile) : grep { defined } $values[-1], $hostile[0];
	my @wrong;
	foreach my $value (@values)
	{
		foreach my $point ($all ? @points : $points[ $turn++ % @points ])
		{
			$node->safe_psql('postgres', 'SET client_min_messages = error; CALL make_set()');
			my $reader;
			if ($point eq 'rebuild.waits')
			{
				$reader = $node->background_psql('postgres', on_error_stop => 0);
				$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
			}
			strike($node, $point, 'error', $run);
			if ($reader)
			{
				$reader->query_safe('COMMIT');
				$reader->quit;
			}
			my $where = "$value at $point";
			push @wrong, map { "$where: $_" } holds('same');
			next if !spoil('rebuild', $column, $value, '');
			$tried++;
			# Who writes meanwhile may be refused, but then has changed nothing.
			my ($status, $out, $err) = $node->psql('postgres', 'SELECT change()');
			push @wrong, map { "$where, $err: $_" } holds('same');
			$node->psql('postgres', $run);
			push @wrong, map { "$where, after a run: $_" } holds('same');
			$node->psql('postgres', $run);
			push @wrong, map { "$where, after two: $_" } holds('state');
		}
	}
	is(join("\n", @wrong), '', "rebuild.$column: the second run at the latest completes");
}
cmp_ok($tried, '>', 15, 'constraints did not refuse it all');
is($node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()'), $start, 'nothing has crashed');
$node->stop;
done_testing();
