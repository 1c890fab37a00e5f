# Tables that Citus distributes.  Citus itself is in no Debian, so something stands in for it (test/citus): it keeps the
# rows of such a table in another one, as shards do, and refuses what Citus refuses.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state wait_for_log partitions);
use Test::More;

my $node = new_server('citus', "shared_preload_libraries = 'pg_strata, citus_stand_in'\npg_strata.lock_timeout = 222\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
$node->safe_psql('postgres', 'CREATE EXTENSION citus');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# The lines that the stand-in has written since then.
sub statements
{
	my ($offset) = @_;
	return grep { /citus: / } split /\n/, slurp_file($node->logfile, $offset);
}

my $offset = -s $node->logfile;
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE tenant;
CREATE SCHEMA app AUTHORIZATION tenant;
SET ROLE tenant;
CREATE TABLE app.events (tenant int NOT NULL, at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
SELECT create_distributed_table('app.events', 'tenant');
RESET ROLE;
SELECT partman.create_parent('app.events', 'at', '1 day', p_premake := 2);
SQL
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_dist_partition WHERE logicalrelid = ANY (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'app.events'::regclass)"),
	'6', 'partitions are distributed');
my @lines = statements($offset);
cmp_ok(scalar(@lines), '>=', 6, 'Citus has seen the statements');
is(scalar(grep { !/mode=sequential shards' lock_timeout=222: / } @lines), 0, 'in sequential mode, with the limit for locks')
  or diag(join("\n", @lines));

# The worker does the same in its transactions.
$offset = -s $node->logfile;
$node->safe_psql('postgres', "UPDATE partman.part_config SET premake = 4, retention = '4 days', retention_keep_table = false");
$node->safe_psql('postgres', "SELECT partman.create_partition_time('app.events', ARRAY[now() - interval '5 days'])");
wait_for($node, 'postgres', 'SELECT ' . partitions('app.events') . " = 8 AND to_regclass('app.events_p' || to_char(now() - interval '5 days', 'YYYYMMDD')) IS NULL",
	'the worker makes partitions and retires them');
@lines = statements($offset);
is(scalar(grep { !/mode=sequential shards' lock_timeout=222: / } @lines), 0, 'in the same way')
  or diag(join("\n", @lines));
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_dist_partition d WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = d.logicalrelid)'),
	'0', 'shards of dropped partitions are gone');

# ANALYZE has a transaction of its own, or is left to the caller.
my ($out, $err);
$node->psql('postgres', "UPDATE partman.part_config SET automatic_maintenance = 'off', premake = 5", on_error_die => 1);
$node->psql('postgres', "SELECT partman.run_maintenance('app.events', p_analyze => true)", on_error_die => 1, stderr => \$err);
like($err, qr/NOTICE:  table "app\.events" was not analyzed.*HINT:  CALL partman\.run_analyze/s, 'a function leaves ANALYZE out');
is($node->safe_psql('postgres', 'SELECT ' . partitions('app.events')), '9', 'and does the rest');
$node->safe_psql('postgres', 'UPDATE partman.part_config SET premake = 6');
$node->psql('postgres', 'CALL partman.run_maintenance_proc(p_analyze => true)', on_error_die => 1, stderr => \$err);
$node->psql('postgres', 'CALL partman.run_analyze()', on_error_die => 1, stderr => \$err);

# What Citus does not do.
is($node->psql('postgres', "SELECT partman.create_sub_parent('app.events', 'at', '1 hour', p_declarative_check => 'yes')", stderr => \$err),
	3, 'sub-partitions are refused');
like($err, qr/cannot partition the partitions of table "app\.events", which Citus distributes/, 'in our words');

# A worker node of the cluster.
$node->safe_psql('postgres', "UPDATE pg_dist_local_group SET groupid = 7; UPDATE partman.part_config SET automatic_maintenance = 'on', premake = 9");
wait_for($node, 'postgres', "SELECT sets = 0 AND state = 'running' FROM partman.worker_status WHERE database = 'postgres'", 'a worker node looks after no set');
$node->safe_psql('postgres', 'UPDATE pg_dist_local_group SET groupid = 0');
wait_for($node, 'postgres', 'SELECT ' . partitions('app.events') . ' = 13', 'a coordinator does');

# What the rows say is found in the shards, not in the tables, which are empty here.
$offset = -s $node->logfile;
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE app.items (tenant int NOT NULL, id bigint NOT NULL, value int) PARTITION BY RANGE (id);
ALTER TABLE app.items OWNER TO tenant;
SELECT create_distributed_table('app.items', 'tenant');
SELECT partman.create_parent('app.items', 'id', '10', p_premake := 2, p_constraint_cols := ARRAY['value'],
    p_automatic_maintenance := 'off');
UPDATE partman.part_config SET optimize_constraint = 1 WHERE parent_table = 'app.items';
INSERT INTO app.items SELECT 1, i, i % 7 FROM generate_series(0, 25) AS i;
SQL
is($node->safe_psql('postgres', 'SELECT count(*) FROM app.items') . ' ' . $node->safe_psql('postgres', 'SELECT pg_relation_size(inhrelid) FROM pg_inherits WHERE inhparent = \'app.items\'::regclass GROUP BY 1'),
	"26 0", 'rows are in shards');
$node->safe_psql('postgres', "SELECT partman.run_maintenance('app.items')");
is($node->safe_psql('postgres', 'SELECT ' . partitions('app.items') . ", to_regclass('app.items_p40') IS NOT NULL"), '6|t', 'ids drive');
is($node->safe_psql('postgres', "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'app.items_p0'::regclass AND contype = 'c'"),
	'CHECK (((value >= 0) AND (value <= 6)))', 'additional constraints have the values');
is($node->safe_psql('postgres', "SELECT (partman.plan_maintenance('app.items')).action"), '', 'nothing is left to do');
$node->safe_psql('postgres', 'INSERT INTO app.items VALUES (1, 31, 1)');
is($node->safe_psql('postgres', "SELECT string_agg(action || ' ' || partition, ',') FROM partman.plan_maintenance('app.items')"),
	'create app.items_p50,constrain app.items_p10', 'new rows are seen');
$node->safe_psql('postgres', 'INSERT INTO app.items VALUES (1, 1001, 1), (1, 1002, 1)');
is($node->safe_psql('postgres', "SELECT * FROM partman.check_default()"), 'app.items_default|2', 'check_default counts');
is($node->safe_psql('postgres', "SELECT partman.partition_bytes('app.items_default'::regclass) > 0"), 't', 'sizes are those of shards');

# Rows that are in the way of a new partition.
$node->safe_psql('postgres', "INSERT INTO app.items VALUES (1, 61, 1); UPDATE partman.part_config SET premake = 4 WHERE parent_table = 'app.items'");
$node->safe_psql('postgres', "SELECT partman.run_maintenance('app.items')");
is($node->safe_psql('postgres', 'SELECT string_agg(id::text, \',\' ORDER BY id) FROM app.items_p60'), '61', 'they move into it');

# Rows move by SQL, and partitions are distributed before they get any.
$node->safe_psql('postgres', <<'SQL');
INSERT INTO app.items SELECT i % 3, i, i % 7 FROM generate_series(2000, 2024) AS i;
GRANT CREATE ON SCHEMA app TO tenant;
SQL
$offset = -s $node->logfile;
is($node->safe_psql('postgres', "SELECT partman.partition_data_id('app.items', p_batch_count := 10)"), '27', 'rows leave the default partition');
@lines = statements($offset);
is(scalar(grep { !/mode=sequential shards' lock_timeout=222: / } @lines), 0, 'in sequential mode as well') or diag(join("\n", @lines));
is($node->safe_psql('postgres', "SELECT (SELECT count(*) FROM app.items_default), (SELECT count(*) FROM app.items_p2010), (SELECT count(*) FROM app.items),
    (SELECT count(*) FROM pg_dist_partition WHERE logicalrelid = 'app.items_p2010'::regclass), (SELECT sum(pg_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'app.items'::regclass)"),
	'0|10|55|1|0', 'and are in the shards of new partitions');
$node->safe_psql('postgres', <<'SQL');
SET ROLE tenant;
CREATE TABLE app.more (id bigint NOT NULL, value int, tenant int NOT NULL);
INSERT INTO app.more SELECT i, 1, 1 FROM generate_series(2005, 2064) AS i;
SQL
$node->safe_psql('postgres', "CALL partman.partition_data_proc('app.items', p_source_table := 'app.more')");
is($node->safe_psql('postgres', "SELECT (SELECT count(*) FROM app.more), (SELECT count(*) FROM app.items), (SELECT count(*) FROM app.items_p2060)"),
	'0|115|5', 'rows of a table of this server go into shards');

# Nothing is lost when a set is undone.
$node->safe_psql('postgres', 'CREATE TABLE app.whole (LIKE app.items); ALTER TABLE app.whole OWNER TO tenant');
$node->safe_psql('postgres', "SELECT partman.undo_partition('app.items', 'app.whole', p_loop_count := 2, p_batch_interval := '3', p_keep_table := false)");
is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM app.whole), (SELECT count(*) FROM app.items)'), '8|107', 'a part of a partition is moved');
$node->safe_psql('postgres', "CALL partman.undo_partition_proc('app.items', 'app.whole', p_keep_table := false)");
is($node->safe_psql('postgres', "SELECT count(*), count(DISTINCT id), to_regclass('app.items_p0') IS NULL FROM app.whole"), '115|95|t', 'all rows are in the target');

# Keys that encode times are looked at in the shards, too.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE app.logs (tenant int NOT NULL, id uuid NOT NULL) PARTITION BY RANGE (id);
ALTER TABLE app.logs OWNER TO tenant;
SELECT create_distributed_table('app.logs', 'tenant');
CREATE TABLE app.logs_old PARTITION OF app.logs FOR VALUES FROM (MINVALUE) TO ('10000000-0000-0000-0000-000000000000');
ALTER TABLE app.logs_old OWNER TO tenant;
INSERT INTO app.logs VALUES (1, '00000000-0000-4000-8000-000000000000');
SQL
is($node->psql('postgres', "SELECT partman.create_parent('app.logs', 'id', '1 day')", stderr => \$err), 3, 'a UUID of another kind is found');
like($err, qr/do not hold times as uuidv7/, 'and named');

# A table that Citus manages without distributing it.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE app.lists (tenant int NOT NULL, id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT create_distributed_table('app.lists', 'tenant');
SELECT partman.create_parent('app.lists', 'id', '10', p_premake := 1, p_automatic_maintenance := 'off');
UPDATE pg_dist_partition SET partmethod = 'n', partkey = NULL WHERE logicalrelid = 'app.lists'::regclass;
INSERT INTO app.lists VALUES (1, 901);
SQL
is($node->psql('postgres', "SELECT partman.partition_data_id('app.lists')", stderr => \$err), 3, 'without a column to distribute by no rows are moved');
like($err, qr/cannot move rows of table "app\.lists" into new partitions/, 'in our words');
is($node->psql('postgres', "SELECT partman.partition_data_id('app.lists', p_ignored_columns := ARRAY['tenant'])", stderr => \$err), 3, 'nor without all columns');
like($err, qr/cannot move rows out of the default partition of table "?app"?\."?lists"?, which Citus distributes/, 'either');
is($node->safe_psql('postgres', 'SELECT count(*) FROM app.lists_default'), '1', 'they stay where they are');

$node->stop;
done_testing();
