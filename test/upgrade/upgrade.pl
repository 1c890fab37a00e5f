# From an older major to this one, by pg_upgrade and by a dump: the configuration and what is known of the partitions
# come along, nothing is retired unasked, and the sets live on.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $old = PostgreSQL::Test::Cluster->new('old', install_path => $ENV{OLD_SERVER});
$old->init;
$old->append_conf('postgresql.conf', "timezone = 'UTC'\nallow_system_table_mods = on\n");
$old->start;
note('from ' . $old->safe_psql('postgres', 'SELECT version()'));
$old->safe_psql('postgres', <<'SQL');
CREATE ROLE owner LOGIN;
CREATE DATABASE shop;
\c shop
CREATE SCHEMA shop AUTHORIZATION owner;
CREATE EXTENSION pg_strata;
GRANT USAGE, CREATE ON SCHEMA partman TO owner;
SET ROLE owner;
CREATE TABLE shop.events (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
SELECT partman.create_parent('shop.events', 'at', '1 month', p_premake := 2, p_time_zone := 'Europe/Berlin',
    p_start_partition := (now() - interval '2 years')::text);
UPDATE partman.part_config SET retention = '3 months', retention_keep_table = false, premake = 4;
INSERT INTO shop.events (at, note) SELECT at, 'old' FROM generate_series(now() - interval '20 months', now(), interval '1 week') at;
CREATE TABLE shop.by_hand (id bigint NOT NULL, at timestamptz NOT NULL, note text);
ALTER TABLE shop.events ATTACH PARTITION shop.by_hand FOR VALUES FROM ('2015-01-01') TO ('2015-02-01');
CREATE TABLE shop.tree (id int NOT NULL, device int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('shop.tree', 'id', '1000', p_premake := 1);
SELECT partman.create_sub_parent('shop.tree', 'device', '10', p_declarative_check := 'yes', p_premake := 1);
SQL

my $facts = <<'SQL';
SELECT parent_table, control, partition_interval, premake, retention, time_zone, anchor, template_table, owner_role, parent_oid::regclass FROM partman.part_config ORDER BY parent_table;
SELECT sub_parent, sub_control, sub_partition_interval FROM partman.part_config_sub ORDER BY sub_parent;
SELECT parent_table, partition_table, provenance, created_at FROM partman.managed_partition
    WHERE database_oid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY partition_table;
SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'partman.%' AND NOT tgisinternal ORDER BY 1;
SELECT evtname, evtenabled FROM pg_event_trigger ORDER BY 1;
SELECT count(*), min(at), max(id) FROM shop.events;
SQL
my $count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'shop.events'::regclass";
my $expected = $old->safe_psql('shop', $facts);
like($expected, qr/^shop\.events\|at\|/m, 'sets are there');
my $before = $old->safe_psql('shop', $count);

# Debian's 15.20 stamps columns with an option of its own, which no later major accepts.
$old->safe_psql('shop', "UPDATE pg_attribute SET attoptions = NULL WHERE attoptions::text LIKE '{pg_attver=%'");
$old->safe_psql('shop', 'VACUUM FREEZE pg_attribute');

# What must hold however the database came here.
sub lives_on
{
	my ($node, $how) = @_;
	is($node->safe_psql('shop', $facts), $expected, "$how: configuration, provenance, triggers and rows are the same");
	$node->safe_psql('shop', "SET client_min_messages = error; SELECT partman.run_maintenance('shop.events')");
	is($node->safe_psql('shop', $count), $before + 2, "$how: maintenance makes partitions, and retires nothing");
	is($node->safe_psql('shop', "SELECT count(*) FROM partman.partitions WHERE provenance = 'foreign'"),
		'1', "$how: it knows which ones it made");
	$node->safe_psql('shop', 'SELECT partman.confirm_live()');
	$node->safe_psql('shop', "SELECT partman.run_maintenance('shop.events')");
	cmp_ok($node->safe_psql('shop', $count), '<', $before - 15, "$how: retention works once it is confirmed");
	is($node->safe_psql('shop', "SELECT to_regclass('shop.by_hand')"), 'shop.by_hand', "$how: what was attached by hand stays");
	is( $node->safe_psql('shop', "INSERT INTO shop.events (at) VALUES (now()) RETURNING tableoid::regclass <> 'shop.events_default'::regclass"),
		't', "$how: rows find their partition");
	$node->safe_psql('shop', 'SET ROLE owner; CREATE TABLE shop.later (at timestamptz NOT NULL) PARTITION BY RANGE (at)');
	is($node->safe_psql('shop', "SET ROLE owner; SELECT partman.create_parent('shop.later', 'at', '1 day')"), 't', "$how: new sets can be made");
	$node->safe_psql('shop', 'ALTER TABLE shop.tree RENAME TO forest');
	is($node->safe_psql('shop', 'SELECT sub_parent FROM partman.part_config_sub'), 'shop.forest', "$how: renames are followed");
	return;
}

sub new_cluster
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	# From 18 on initdb turns checksums on, and pg_upgrade wants both the same.
	$node->init(extra => $node->pg_version >= 18 && $old->pg_version < 18 ? ['--no-data-checksums'] : []);
	$node->append_conf('postgresql.conf', "timezone = 'UTC'\n");
	return $node;
}

# By the dump of the new major, as is recommended.
my $restored = new_cluster('restored');
$restored->start;
my $file = $restored->basedir . '/dump.sql';
$restored->command_ok([ 'pg_dumpall', '-h', $old->host, '-p', $old->port, '--no-sync', '-f', $file ], 'pg_dumpall of the old major');
my ($out, $err) = ('', '');
$restored->psql('postgres', "\\i $file", stdout => \$out, stderr => \$err, on_error_stop => 0);
is(join("\n", grep { /ERROR|FATAL/ && !/role "\w+" already exists/ } split /\n/, $err), '', 'and restored without an error');
lives_on($restored, 'dump');
$restored->stop;
$old->stop;

my $new = new_cluster('new');
chdir $new->basedir or die;
command_ok(
	[
		'pg_upgrade', '--no-sync', '-d', $old->data_dir, '-D', $new->data_dir, '-b', $old->config_data('--bindir'),
		'-B', $new->config_data('--bindir'), '-s', $new->host, '-p', $old->port, '-P', $new->port
	],
	'pg_upgrade');
$new->start;
lives_on($new, 'pg_upgrade');
$new->stop;
done_testing();
