# From an older major to this one, by pg_upgrade and by a dump: the configuration and what is known of the partitions
# come along, nothing is retired unasked, and the sets live on.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Majors qw(old_cluster restored upgraded);
use PostgreSQL::Test::Utils;
use Test::More;

my $old = old_cluster();
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

-- By hash and by values; names that need quotes.
CREATE TABLE shop."The Users" (id uuid NOT NULL, name text) PARTITION BY HASH (id);
SELECT partman.create_parent('shop.The Users', 'id', p_type := 'hash', p_modulus := 4);
INSERT INTO shop."The Users" SELECT gen_random_uuid(), 'user ' || n FROM generate_series(1, 100) n;
CREATE TABLE shop.tenants (name text) PARTITION BY LIST (name);
SELECT partman.create_parent('shop.tenants', 'name', p_type := 'list', p_control_not_null := false, p_default_table := false);
SELECT partman.add_list_partition('shop.tenants', ARRAY['north', NULL]);
UPDATE partman.part_config SET value_query = $$SELECT unnest(ARRAY['north', 'south'])$$ WHERE parent_table = 'shop.tenants';

-- An archive that has one day, and hooks.
CREATE TABLE shop.asked (hook text, partition text);
CREATE FUNCTION shop.ask(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE sql AS
    $$INSERT INTO shop.asked VALUES ('before_detach', p_partition::text) RETURNING true$$;
CREATE FUNCTION shop.tell(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE sql AS
    $$INSERT INTO shop.asked VALUES ('after_create', p_partition::text) RETURNING true$$;
CREATE TABLE shop.logs (at timestamptz NOT NULL, line text) PARTITION BY RANGE (at);
CREATE INDEX ON shop.logs (line);
CREATE TABLE shop.old_logs (LIKE shop.logs INCLUDING ALL) PARTITION BY RANGE (at);
SELECT partman.create_parent('shop.logs', 'at', '1 day', p_premake := 2, p_time_zone := 'UTC', p_start_partition := (now() - interval '9 days')::text);
INSERT INTO shop.logs SELECT at, 'line' FROM generate_series(now() - interval '9 days', now(), interval '6 hours') at;
UPDATE partman.part_config SET retention = '8 days', retention_keep_table = false, retention_archive_table = 'shop.old_logs',
    before_detach = 'shop.ask', after_create = 'shop.tell', retention_max_fraction = NULL WHERE parent_table = 'shop.logs';
SELECT partman.run_maintenance('shop.logs');
UPDATE partman.part_config SET retention = '5 days', premake = 3 WHERE parent_table = 'shop.logs';
SQL

my $facts = <<'SQL';
SELECT parent_table, control, partition_interval, premake, retention, time_zone, anchor, template_table, owner_role, parent_oid::regclass FROM partman.part_config ORDER BY parent_table;
SELECT sub_parent, sub_control, sub_partition_interval FROM partman.part_config_sub ORDER BY sub_parent;
SELECT parent_table, partition_table, provenance, created_at FROM partman.managed_partition
    WHERE database_oid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY partition_table;
SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'partman.%' AND NOT tgisinternal ORDER BY 1;
SELECT evtname, evtenabled FROM pg_event_trigger ORDER BY 1;
SELECT count(*), min(at), max(id) FROM shop.events;
SELECT parent_table, partition_type, modulus, value_query, retention_archive_table, before_detach, after_create FROM partman.part_config ORDER BY parent_table;
SELECT partition_table, retired_as, detached_at, bound FROM partman.managed_partition WHERE retired_as IS NOT NULL;
SELECT c.oid::regclass, pg_get_expr(c.relpartbound, c.oid) FROM pg_class c WHERE c.relispartition AND c.relkind = 'r'
    AND c.relnamespace = 'shop'::regnamespace ORDER BY c.relname;
SELECT tableoid::regclass, count(*), sum(hashtext(name)) FROM shop."The Users" GROUP BY tableoid ORDER BY tableoid::regclass::text;
SELECT * FROM shop.asked ORDER BY partition, hook;
SELECT min(at), count(*) FROM shop.logs;
SELECT min(at), count(*) FROM shop.old_logs;
SQL
my $count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'shop.events'::regclass";
my $expected = $old->safe_psql('shop', $facts);
like($expected, qr/^shop\.events\|at\|/m, 'sets are there');
my $before = $old->safe_psql('shop', $count);

like($expected, qr/^shop\."?The Users"?\|hash\|4\|/m, 'by hash too');
like($expected, qr/\|archived\|/, 'something is in the archive');

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

sub special_sets_live_on
{
	my ($node, $how) = @_;
	my $sql = sub { return $node->safe_psql('shop', "SET client_min_messages = error; $_[0]"); };
	$sql->(q{DROP TABLE shop."The Users_p1"; SELECT partman.run_maintenance('shop.The Users')});
	is($sql->(q{SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'The Users_p1'}),
		'FOR VALUES WITH (modulus 4, remainder 1)', "$how: a remainder that is missing is made");
	$sql->(q{SELECT partman.run_maintenance('shop.tenants')});
	is($sql->(q{INSERT INTO shop.tenants VALUES ('south'), ('north'), (NULL) RETURNING tableoid::regclass}) =~ tr/\n//,
		2, "$how: a value that the query finds has its partition");
	my $rows = 'SELECT (SELECT count(*) FROM shop.logs) + (SELECT count(*) FROM shop.old_logs)';
	my $all = $sql->($rows);
	my $archived = q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'shop.old_logs'::regclass};
	my $few = $sql->($archived);
	$sql->(q{SELECT partman.run_maintenance('shop.logs')});
	cmp_ok($sql->($archived), '>=', $few + 2, "$how: the archive is added to");
	is($sql->($rows), $all, "$how: and no row is lost");
	is($sql->(q{SELECT count(*) FROM shop.asked WHERE hook = 'before_detach'}), $sql->($archived), "$how: as its hook has said");
	my $latest = $sql->(q{SELECT max(i.inhrelid::regclass::text) FROM pg_inherits i WHERE i.inhparent = 'shop.old_logs'::regclass});
	my $first = $sql->(q{SELECT min(i.inhrelid::regclass::text) FROM pg_inherits i WHERE i.inhparent = 'shop.old_logs'::regclass});
	$sql->("SELECT partman.undo_retention('$_')") foreach $first, $latest;
	is($sql->("SELECT string_agg(inhparent::regclass::text, ' ') FROM pg_inherits WHERE inhrelid IN ('$first'::regclass, '$latest'::regclass)"),
		'shop.logs shop.logs', "$how: what is in the archive can come back");
	cmp_ok($sql->(q{SELECT count(*) FROM shop.asked WHERE hook = 'after_create'}), '>', 0, "$how: the other one hears of new ones");
	is($sql->(q{SELECT string_agg(parent_table || ' ' || array_to_string(reasons, ', '), '; ') FROM partman.health WHERE severity = 'critical'}),
		'', "$how: nothing is in a bad way");
	return;
}

my $restored = restored($old);
lives_on($restored, 'dump');
special_sets_live_on($restored, 'dump');
$restored->stop;

my $new = upgraded($old);
lives_on($new, 'pg_upgrade');
special_sets_live_on($new, 'pg_upgrade');
$new->stop;
done_testing();
