# Rows that refer to a partition that is due go in batches, each in a transaction of its own: what was done when
# something ends it stays done, and a later look goes on.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server worker_pid crash wait_for wait_for_state);
use Test::More;

my $node = new_server('referencing');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# refers TABLE: 2,000 rows of TABLE_ref refer to its oldest partition, and ten to others.  What is deleted is counted by
# transaction, and nobody gets beyond the tables `most`.
sub refers
{
	my ($table, $automatic) = @_;
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE $table (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
SELECT partman.create_parent('$table', 'id', '10', p_premake := 2, p_start_partition := '0', p_default_table := false, p_automatic_maintenance := 'off');
SELECT partman.create_partition_id('$table', ARRAY[0, 10, 20, 30, 40, 50]::bigint[]);
INSERT INTO $table SELECT generate_series(0, 49);
CREATE TABLE ${table}_ref (n int PRIMARY KEY, id bigint REFERENCES $table);
INSERT INTO ${table}_ref SELECT i, i % 10 FROM generate_series(1, 2000) AS i;
INSERT INTO ${table}_ref SELECT -i, 40 + i % 10 FROM generate_series(1, 10) AS i;
CREATE TABLE ${table}_done (transaction xid8, rows int);
CREATE TABLE ${table}_most (rows int);
INSERT INTO ${table}_most VALUES (1000);
CREATE FUNCTION ${table}_count() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN
    INSERT INTO ${table}_done SELECT pg_current_xact_id(), count(*) FROM gone;
    IF (SELECT sum(rows) FROM ${table}_done) > (SELECT rows FROM ${table}_most) THEN
        RAISE EXCEPTION 'enough';
    END IF;
    RETURN NULL;
END \$\$;
CREATE TRIGGER counting AFTER DELETE ON ${table}_ref REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ${table}_count();
UPDATE partman.part_config SET retention = '30', retention_keep_table = false, retention_max_fraction = NULL, referencing = 'delete', automatic_maintenance = '$automatic'
 WHERE parent_table = '$table';
SQL
	return;
}

sub state_of
{
	my ($table) = @_;
	return "SELECT (SELECT count(*) FROM ${table}_ref WHERE n > 0) || ' ' || (SELECT count(*) FROM ${table}_ref WHERE n < 0) || ' ' || (SELECT min(id) FROM $table)";
}

sub apply
{
	my ($table) = @_;
	return "CALL partman.apply_plan('" . $node->safe_psql('postgres', "SELECT max(fingerprint) FROM partman.plan_maintenance('$table')") . "', '$table')";
}

# A procedure commits after each batch.
refers('public.called', 'off');
my ($code, undef, $error) = $node->psql('postgres', apply('public.called'));
isnt($code, 0, 'the third batch fails') or diag($error);
is($node->safe_psql('postgres', state_of('public.called')), '1000 10 0', 'two are done, and the partition stays');
is($node->safe_psql('postgres', 'SELECT count(DISTINCT transaction) FROM public.called_done'), '2', 'each in its own transaction');
is($node->safe_psql('postgres', q{SELECT outcome || ' ' || rows || ' ' || message FROM partman.maintenance_history WHERE parent_table = 'public.called' AND action = 'delete_referencing'}),
	'failed 1000 enough', 'the history counts them and says what happened');
$node->safe_psql('postgres', 'UPDATE public.called_most SET rows = NULL');
$node->safe_psql('postgres', apply('public.called'));
is($node->safe_psql('postgres', state_of('public.called')), '0 10 10', 'the next one goes on to the end');

# So does the worker.
refers('public.worked', 'on');
wait_for($node, 'postgres', q{SELECT count(*) > 0 FROM partman.maintenance_history WHERE parent_table = 'public.worked' AND action = 'delete_referencing' AND outcome = 'failed'}, 'the worker meets the same');
is($node->safe_psql('postgres', state_of('public.worked')), '1000 10 0', 'and has done as much');
crash($node, worker_pid($node, 'postgres'), 'the worker is killed');
$node->safe_psql('postgres', 'UPDATE public.worked_most SET rows = NULL');
wait_for($node, 'postgres', state_of('public.worked'), 'after a crash it goes on to the end', '0 10 10');
is($node->safe_psql('postgres', q{SELECT count(*) FROM public.worked_ref LEFT JOIN public.worked USING (id) WHERE worked.id IS NULL}), '0', 'nothing dangles');

$node->stop;
done_testing();
