# The worker constrains old partitions: each constraint is validated in a transaction of its own, a partition that is
# in use holds up nothing else, and it is made up for.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state);
use Test::More;

my $node = new_server('constraints', "pg_strata.lock_timeout = 50ms\npg_strata.lock_retries = 1\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# As an owner who may nothing else.
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE regress_owner LOGIN;
CREATE SCHEMA shop AUTHORIZATION regress_owner;
GRANT USAGE ON SCHEMA partman TO regress_owner;
SET ROLE regress_owner;
-- At once: a worker that has read the configuration in between would go by that.
BEGIN;
CREATE TABLE shop.orders (id bigint NOT NULL, a int) PARTITION BY RANGE (id);
SELECT partman.create_parent('shop.orders', 'id', '10', p_premake := 2, p_start_partition := '0', p_constraint_cols := '{a}');
UPDATE partman.part_config SET optimize_constraint = 1, infinite_time_partitions = false WHERE parent_table = 'shop.orders';
COMMIT;
INSERT INTO shop.orders SELECT n, n FROM generate_series(0, 29) n;
SQL

sub constrained
{
	my ($partition) = @_;
	return "SELECT EXISTS (SELECT FROM pg_constraint WHERE conname = 'partmanconstr_orders_p${partition}_a' AND convalidated)";
}
wait_for($node, 'postgres', constrained(0), 'the oldest partition has a valid constraint');
is($node->safe_psql('postgres', q{SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'partmanconstr_orders_p0_a'}),
	'((a >= 0) AND (a <= 9))', 'with its values');

my $writer = $node->background_psql('postgres');
$writer->query_safe('BEGIN; INSERT INTO shop.orders VALUES (11, 1000)');
$node->safe_psql('postgres', 'INSERT INTO shop.orders VALUES (31, 31)');
wait_for($node, 'postgres', q{SELECT EXISTS (SELECT FROM partman.maintenance_history WHERE action = 'constrain' AND outcome = 'deferred' AND partition = 'shop.orders_p10')},
	'a writer in the next one holds its constraint up');
wait_for($node, 'postgres', q{SELECT to_regclass('shop.orders_p50') IS NOT NULL}, 'but not the new partition');
$writer->query_safe('COMMIT');
$writer->quit;
$node->safe_psql('postgres', 'INSERT INTO shop.orders VALUES (41, 41)');
wait_for($node, 'postgres', constrained(20), 'the one after it is next');
wait_for($node, 'postgres', constrained(10), 'and what was held up is made up for');
is($node->safe_psql('postgres', q{SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'partmanconstr_orders_p10_a'}),
	'((a >= 10) AND (a <= 1000))', 'with what the writer wrote');

$node->stop;
done_testing();
