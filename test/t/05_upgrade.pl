# pg_upgrade keeps the configuration and what is known of the partitions.  The new cluster has another system
# identifier, as a copy has: nothing is retired until somebody confirms it.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $old = PostgreSQL::Test::Cluster->new('old');
$old->init;
$old->append_conf('postgresql.conf', "timezone = 'UTC'\n");
$old->start;
$old->safe_psql('postgres', <<'SQL');
CREATE ROLE owner LOGIN;
CREATE SCHEMA shop AUTHORIZATION owner;
CREATE EXTENSION pg_strata;
GRANT USAGE, CREATE ON SCHEMA partman TO owner;
SET ROLE owner;
CREATE TABLE shop.events (at timestamptz NOT NULL, note text) PARTITION BY RANGE (at);
SELECT partman.create_parent('shop.events', 'at', '1 month', p_premake := 2, p_time_zone := 'Europe/Berlin',
    p_start_partition := (now() - interval '2 years')::text);
UPDATE partman.part_config SET retention = '3 months', retention_keep_table = false, premake = 4;
CREATE TABLE shop.by_hand (at timestamptz NOT NULL, note text);
ALTER TABLE shop.events ATTACH PARTITION shop.by_hand FOR VALUES FROM ('2015-01-01') TO ('2015-02-01');
CREATE TABLE shop.tree (id int NOT NULL, device int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('shop.tree', 'id', '1000', p_premake := 1);
SELECT partman.create_sub_parent('shop.tree', 'device', '10', p_declarative_check := 'yes', p_premake := 1);
CREATE TABLE shop.readings (id int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('shop.readings', 'id', '1000', p_premake := 1);
INSERT INTO shop.readings SELECT generate_series(100000, 100500);
CALL partman.partition_data_proc('shop.readings', p_wait := 0);
SQL

my $facts = <<'SQL';
SELECT parent_table, control, partition_interval, premake, retention, time_zone, anchor, template_table, owner_role, parent_oid::regclass FROM partman.part_config;
SELECT sub_parent, sub_control, sub_owner_role FROM partman.part_config_sub;
SELECT job_id, what, parent_table, state, rows_done, started_at FROM partman.jobs;
SELECT job_id, piece, rows FROM partman.job_steps;
SELECT parent_table, partition_table, provenance, created_at FROM partman.managed_partition ORDER BY partition_table;
SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'partman.%' ORDER BY 1;
SELECT evtname, evtenabled FROM pg_event_trigger ORDER BY 1;
SQL
my $expected = $old->safe_psql('postgres', $facts);
my $count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'shop.events'::regclass";
like($expected, qr/^1\|partition_data_proc\|shop\.readings\|done\|501\|/m, 'with a job');
my $before = $old->safe_psql('postgres', $count);
$old->stop;

my $new = PostgreSQL::Test::Cluster->new('new');
$new->init;
$new->append_conf('postgresql.conf', "timezone = 'UTC'\n");
my $bindir = $new->config_data('--bindir');
chdir $new->basedir or die;
command_ok(
	[
		'pg_upgrade', '--no-sync', '-d', $old->data_dir, '-D', $new->data_dir, '-b', $bindir, '-B', $bindir,
		'-s', $new->host, '-p', $old->port, '-P', $new->port
	],
	'pg_upgrade');
$new->start;

is($new->safe_psql('postgres', $facts), $expected, 'configuration, provenance and triggers are the same');
$new->safe_psql('postgres', "SET client_min_messages = error; SELECT partman.run_maintenance('shop.events')");
is($new->safe_psql('postgres', $count), $before + 2, 'maintenance makes partitions, and retires nothing');
is( $new->safe_psql('postgres', "SELECT count(*) FROM partman.partitions WHERE provenance = 'foreign'"),
	'1', 'it knows which ones it made');
$new->safe_psql('postgres', 'SELECT partman.confirm_live()');
$new->safe_psql('postgres', "SELECT partman.run_maintenance('shop.events')");
cmp_ok($new->safe_psql('postgres', $count), '<', $before - 15, 'retention works once the cluster is confirmed');
is($new->safe_psql('postgres', "SELECT to_regclass('shop.by_hand')"), 'shop.by_hand', 'what was attached by hand stays');
$new->safe_psql('postgres', 'ALTER TABLE shop.tree RENAME TO forest');
is($new->safe_psql('postgres', 'SELECT sub_parent FROM partman.part_config_sub'), 'shop.forest', 'renames are followed');

$new->stop;
done_testing();
