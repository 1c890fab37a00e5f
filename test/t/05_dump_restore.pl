# Dump and restore keep the configuration and what is known of the partitions, and retire nothing by themselves.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('dump');
$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'\n");
$node->start;
my $dir = $node->basedir;

# A database whose owner is no superuser made everything in it, the extension too.
$node->safe_psql('postgres', 'CREATE ROLE dba LOGIN CREATEDB; CREATE ROLE tenant LOGIN');
$node->safe_psql('postgres', 'CREATE DATABASE source OWNER dba');
sub as_dba { my ($database, $sql) = @_; return $node->safe_psql($database, $sql, extra_params => [ '-U', 'dba' ]); }

as_dba('source', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE TABLE public.events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.events_found PARTITION OF public.events FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
SELECT partman.create_parent('public.events', 'at', '1 month', p_premake := 3, p_time_zone := 'Europe/Berlin',
    p_start_partition := (now() - interval '2 years')::text);
UPDATE partman.part_config SET retention = '3 months', retention_keep_table = false, max_partition_bytes = 1000000000, max_partition_rows = 5000000,
    create_window = '00:00-24:00', retire_window = 'Mon-Sun', schedule = '1 day', default_rows = 'skip_range', start_at = '2000-01-01 12:00';
-- Attached by hand: it is nobody's but the user's.
CREATE TABLE public.foreign_part (id bigint, at timestamptz NOT NULL);
ALTER TABLE public.events ATTACH PARTITION public.foreign_part FOR VALUES FROM ('2019-01-01') TO ('2019-02-01');
CREATE TABLE public."Odd Näme" (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.Odd Näme', 'id', '1000', p_premake := 2);
-- Its table will be missing.
CREATE TABLE public.gone (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.gone', 'id', '1000', p_premake := 2, p_template_table := 'false');
INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type)
    SELECT parent_table, 'other', '1000', 'range' FROM partman.part_config;
SQL
$node->safe_psql('source', 'SET session_replication_role = replica; DROP TABLE public.gone CASCADE');
as_dba('source', 'SET client_min_messages = error; SELECT partman.run_maintenance()');

# Listed values.
as_dba('source', <<'SQL');
CREATE TABLE public.tags (tag text) PARTITION BY LIST (tag);
SELECT partman.create_parent('public.tags', 'tag', p_type := 'list', p_control_not_null := false, p_automatic_maintenance := 'off');
SELECT partman.add_list_partition('public.tags', ARRAY['a', NULL]);
UPDATE partman.part_config SET value_query = $$SELECT 'a'$$, value_min_rows = 7, max_partitions = 9 WHERE parent_table = 'public.tags';
SQL

# Hooks: of one the function is no longer there.
as_dba('source', <<'SQL');
CREATE FUNCTION public.gone_hook(regclass, regclass, text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION public.kept_hook(regclass, regclass, text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
UPDATE partman.part_config SET before_detach = 'public.gone_hook', after_create = 'public.kept_hook', hook_timeout = 77 WHERE parent_table = 'public.tags';
CREATE FUNCTION public.gone_bounds(p_parent regclass, p_value bigint, OUT lower bigint, OUT upper bigint) LANGUAGE sql AS 'SELECT p_value / 100 * 100, p_value / 100 * 100 + 100';
CREATE TABLE public.fiscal (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.fiscal', 'id', '100', p_premake := 1, p_automatic_maintenance := 'off', p_bounds_function := 'public.gone_bounds');
DROP FUNCTION public.gone_hook;
DROP FUNCTION public.gone_bounds;
SQL

# By hash.
as_dba('source', <<'SQL');
CREATE TABLE public.hashed (id uuid) PARTITION BY HASH (id);
SELECT partman.create_parent('public.hashed', 'id', p_type := 'hash', p_modulus := 3, p_automatic_maintenance := 'off');
SQL

# A level below listed values, and settings for one of them.
as_dba('source', <<'SQL');
CREATE TABLE public.mixed (tag text NOT NULL, at timestamptz NOT NULL) PARTITION BY LIST (tag);
SELECT partman.create_parent('public.mixed', 'tag', p_type := 'list');
SELECT partman.create_sub_parent('public.mixed', 'at', '1 month', p_premake := 1, p_declarative_check := 'yes');
SELECT partman.add_list_partition('public.mixed', '{own}'), partman.add_list_partition('public.mixed', '{a}');
INSERT INTO partman.part_config_override VALUES ('public.mixed', 'own', '{"premake": 2}'), ('public.mixed', 'a', '{"premake": 3}');
UPDATE partman.part_config SET premake = 5 WHERE parent_table = 'public.mixed_pown';
CREATE TABLE public.by_hash (at timestamptz NOT NULL, id int) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.by_hash', 'at', '1 month', p_premake := 1);
SELECT partman.create_sub_parent('public.by_hash', 'id', p_type := 'hash', p_modulus := 2, p_declarative_check := 'yes');
UPDATE partman.part_config SET automatic_maintenance = 'off' WHERE parent_table LIKE 'public.mixed%' OR parent_table LIKE 'public.by_hash%';
SQL

# Retired: one that is kept for a while yet, and one whose time is over.
as_dba('source', <<'SQL');
CREATE TABLE public.kept (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.kept', 'at', '1 month', p_premake := 3, p_time_zone := 'UTC', p_start_partition := (now() - interval '5 months')::text);
UPDATE partman.part_config SET retention = '3 months', retention_drop_after = '1 mon 2 days 03:00:00', before_drop = 'public.kept_hook' WHERE parent_table = 'public.kept';
SELECT partman.run_maintenance('public.kept');
SQL
$node->safe_psql('source', q{UPDATE partman.managed_partition SET detached_at = now() - interval '1 year', drop_due = now() - interval '1 hour'
    WHERE partition_table = (SELECT min(partition_table) FROM partman.managed_partition WHERE drop_due IS NOT NULL)});

# In an archive, whose partition it is now.
as_dba('source', <<'SQL');
CREATE TABLE public.logs (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.old_logs (LIKE public.logs) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.logs', 'at', '1 month', p_premake := 3, p_time_zone := 'UTC', p_start_partition := (now() - interval '5 months')::text);
UPDATE partman.part_config SET retention = '3 months', retention_archive_table = 'public.old_logs' WHERE parent_table = 'public.logs';
SELECT partman.run_maintenance('public.logs');
SQL

# What must be the same everywhere; the owner is not, where he is left out.
my $facts = <<'SQL';
SELECT parent_table, control, partition_interval, premake, retention, retention_keep_table, time_zone, anchor,
       max_partition_bytes, max_partition_rows, create_window, retire_window, schedule, default_rows, retention_drop_after,
       list_mode, value_query, value_min_rows, max_partitions, before_detach, before_drop, after_create, hook_timeout, modulus, start_at, bounds_function,
       template_table, parent_oid::regclass,
       system_identifier = (SELECT system_identifier FROM pg_control_system()) AS server,
       database_oid = (SELECT oid FROM pg_database WHERE datname = current_database()) AS database
FROM partman.part_config ORDER BY parent_table COLLATE "C";
SELECT root, value, settings FROM partman.part_config_override ORDER BY root COLLATE "C", value COLLATE "C";
SELECT sub_parent, sub_control, sub_modulus FROM partman.part_config_sub ORDER BY sub_parent COLLATE "C";
SELECT parent_oid::regclass, partition_oid::regclass, provenance, created_at, bound, detached_at, retired_as, retired_from, drop_due, held_since FROM partman.managed_partition
WHERE parent_table <> 'public.gone' AND database_oid = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY parent_table COLLATE "C", partition_table COLLATE "C";
SQL
my $expected = $node->safe_psql('source', $facts);
like($expected, qr/^public\.events\|at\|.*\|events\|t\|t$/m, 'the set is as it should be');
like($expected, qr/^public\.gone\|id\|.*\|\|\|$/m, 'and so is the orphan');
like($expected, qr/^public\.tags\|tag\|.*\|values\|SELECT 'a'\|7\|9\|public.gone_hook\|\|public.kept_hook\|77\|/m, 'so are listed values');
like($expected, qr/^public\.mixed_pown\|at\|1 mon\|5\|/m, 'a set below a value has its own setting');
like($expected, qr/^public\.mixed\|own\|\{"premake": 2\}$/m, 'beside what is said for the value');
like($expected, qr/^logs\|logs_p\d+\|made\|.*\|archived\|/m, 'what is in an archive belongs to its set');
like($expected, qr/^events\|events_found\|adopted/m, 'what was there is adopted');
unlike($expected, qr/foreign_part/, 'what was attached by hand is foreign');

my $count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.events'::regclass";
my $before = $node->safe_psql('source', $count);
my $kept = 'SELECT count(*) FROM partman.managed_partition WHERE drop_due IS NOT NULL AND to_regclass(partition_schema || chr(46) || partition_table) IS NOT NULL';
my $user_partitions = "SELECT string_agg(c, ' ') FROM unnest(ARRAY['public.events_found', 'public.foreign_part']) c WHERE to_regclass(c) IS NOT NULL";

# A restored database maintains its sets, but retires nothing until somebody says so.
sub check_restored
{
	my ($database, $name, $wanted) = @_;
	is($node->safe_psql($database, $facts), $wanted // $expected, "$name: configuration and provenance");
	my ($status, $out, $err) = $node->psql($database, "SELECT partman.run_maintenance('public.events')");
	is($status, 0, "$name: maintenance runs");
	is($node->safe_psql($database, $count), $before, "$name: and retires nothing");
	$node->psql($database, "SELECT partman.run_maintenance('public.kept')");
	is($node->safe_psql($database, $kept), 2, "$name: nor drops what is retired");
	$node->safe_psql($database, 'SELECT partman.confirm_live()');
	$node->safe_psql($database, "SELECT partman.run_maintenance('public.events')");
	$node->safe_psql($database, "SELECT partman.run_maintenance('public.kept')");
	is($node->safe_psql($database, $kept), 1, "$name: what is due is dropped when it is confirmed");
	cmp_ok($node->safe_psql($database, $count), '<', $before - 15, "$name: until it is confirmed");
	is($node->safe_psql($database, $user_partitions), 'public.foreign_part', "$name: foreign partitions stay");
	my $archived = $node->safe_psql($database, "SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'public.old_logs'::regclass");
	$node->safe_psql($database, "SELECT partman.undo_retention('public.$archived')");
	is($node->safe_psql($database, "SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = 'public.$archived'::regclass"),
		'logs', "$name: what is in the archive can come back");
	is( $node->safe_psql($database, "SELECT reason FROM partman.health, unnest(reasons) AS reason WHERE parent_table IN ('public.tags', 'public.kept') AND reason LIKE 'hook %'"),
		'hook before_detach cannot be asked: function "public.gone_hook" does not exist', "$name: health tells of the hook whose function is missing");
	return;
}

# As superuser.
command_ok([ 'pg_dump', '-d', $node->connstr('source'), '-f', "$dir/plain.sql" ], 'plain dump');
command_ok([ 'pg_dump', '-d', $node->connstr('source'), '-Fc', '-f', "$dir/custom" ], 'custom dump');
command_ok([ 'pg_dump', '-d', $node->connstr('source'), '--inserts', '-f', "$dir/inserts.sql" ], 'dump as INSERTs');
$node->safe_psql('postgres', "CREATE DATABASE $_ TEMPLATE template0") for qw(plain inserts noowner);
command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('plain'), '-f', "$dir/plain.sql" ], 'plain restore');
check_restored('plain', 'plain');
command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('inserts'), '-f', "$dir/inserts.sql" ], 'restore of INSERTs');
check_restored('inserts', 'INSERTs');
command_ok([ 'pg_restore', '-e', '-d', $node->connstr('noowner'), '--no-owner', "$dir/custom" ], 'restore without owners');
check_restored('noowner', 'without owners');

# As the owner of the database, dump and restore both.
command_ok([ 'pg_dump', '-U', 'dba', '-d', $node->connstr('source'), '-Fc', '-f', "$dir/dba" ], 'dump as owner of the database');
$node->safe_psql('postgres', 'CREATE DATABASE owned TEMPLATE template0 OWNER dba');
command_ok([ 'pg_restore', '-e', '-U', 'dba', '-d', $node->connstr('owned'), '--no-owner', "$dir/dba" ],
	'restore as owner of the database');
check_restored('owned', 'owner');
is(as_dba('owned', "SELECT DISTINCT owner_role FROM partman.part_config"), 'dba', 'owner: answers for all rows');

# In parallel the tables are loaded in any order, so once says nothing.
foreach my $try (1 .. 8)
{
	my @as_owner = $try % 2 ? () : ('-U', 'dba');
	my $who = @as_owner ? 'owner' : 'superuser';
	$node->safe_psql('postgres', "CREATE DATABASE jobs$try TEMPLATE template0 OWNER dba");
	command_ok([ 'pg_restore', '-e', @as_owner, '-d', $node->connstr("jobs$try"), '--no-owner', '--jobs', '4', "$dir/dba" ],
		"parallel restore $try as $who");
	my $subs = $node->safe_psql("jobs$try", "SELECT string_agg(sub_parent, ' ' ORDER BY sub_parent COLLATE \"C\") FROM partman.part_config_sub");
	# The table of public.gone is missing, so that only a superuser may bring its second row before its first.
	like($subs, @as_owner ? qr/^public\.Odd Näme public\.by_hash public\.events( public\.gone)? public\.mixed$/ : qr/^public\.Odd Näme public\.by_hash public\.events public\.gone public\.mixed$/,
		"parallel restore $try as $who: the sub-partitions are described");
}
check_restored('jobs1', 'parallel');

# In the order that the foreign key of the dialect did not survive.
$node->safe_psql('postgres', 'CREATE DATABASE sub_first TEMPLATE template0');
{
	my $list = "$dir/list";
	command_ok([ 'pg_restore', '-l', '-f', $list, "$dir/dba" ], 'contents of the dump');
	my @lines = split /\n/, slurp_file($list);
	my @data = grep { /TABLE DATA partman part_config/ } @lines;
	my @rest = grep { !/TABLE DATA partman part_config/ } @lines;
	append_to_file("$dir/sub_first", join("\n", @rest, (grep { /part_config_sub/ } @data), (grep { !/part_config_sub/ } @data)) . "\n");
	command_ok([ 'pg_restore', '-e', '-d', $node->connstr('sub_first'), '--no-owner', '-L', "$dir/sub_first", "$dir/dba" ],
		'restore with part_config_sub first');
}
check_restored('sub_first', 'part_config_sub first');

# Schema first, then data past all triggers: the oids are the old ones, and other tables may have them now.
command_ok([ 'pg_dump', '-d', $node->connstr('source'), '--schema-only', '-f', "$dir/schema.sql" ], 'dump of the schema');
command_ok([ 'pg_dump', '-d', $node->connstr('source'), '--data-only', '--disable-triggers', '-Fc', '-f', "$dir/data" ], 'dump of the data');
$node->safe_psql('postgres', 'CREATE DATABASE silent TEMPLATE template0');
$node->safe_psql('silent', 'CREATE TABLE public.victim (id bigint NOT NULL) PARTITION BY RANGE (id)');
command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('silent'), '-f', "$dir/schema.sql" ], 'restore of the schema');
command_ok([ 'pg_restore', '-e', '-a', '--disable-triggers', '-d', $node->connstr('silent'), "$dir/data" ], 'restore of the data');
is( $node->safe_psql('silent',
		"SELECT count(*) FROM partman.part_config WHERE database_oid = (SELECT oid FROM pg_database WHERE datname = current_database())"),
	'0', 'triggers off: the oids are those of the dump');
# A table whose oid stands in the configuration of another database.
$node->safe_psql('silent', <<'SQL');
SET session_replication_role = replica;
UPDATE partman.part_config SET parent_oid = 'public.victim'::regclass WHERE parent_table = 'public.gone';
SQL
$node->safe_psql('silent', "SET client_min_messages = error; SELECT partman.run_maintenance()");
is($node->safe_psql('silent', "SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.victim'::regclass"),
	'0', 'triggers off: no other table is touched');
check_restored('silent', 'triggers off');

# A clone inside the server.
$node->safe_psql('postgres', 'CREATE DATABASE clone TEMPLATE source');
is($node->safe_psql('clone', $count), $before, 'a clone has the partitions');
$node->safe_psql('clone', "SET client_min_messages = error; SELECT partman.run_maintenance()");
check_restored('clone', 'clone');

# An orphan of one role never becomes the configuration of another's table.
$node->safe_psql('source', <<'SQL');
GRANT USAGE ON SCHEMA partman TO tenant;
SET ROLE tenant;
SET client_min_messages = error;
INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('public.later', 'id', '1000', 'range');
SQL
command_ok([ 'pg_dump', '-d', $node->connstr('source'), '-Fc', '-f', "$dir/trap" ], 'dump with the orphan of a tenant');
$node->safe_psql('postgres', 'CREATE DATABASE trap TEMPLATE template0');
$node->safe_psql('trap', 'CREATE TABLE public.later (id bigint NOT NULL) PARTITION BY RANGE (id)');
command_ok([ 'pg_restore', '-e', '-d', $node->connstr('trap'), "$dir/trap" ], 'restore beside a table of that name');
is($node->safe_psql('trap', "SELECT parent_oid IS NULL, owner_role FROM partman.part_config WHERE parent_table = 'public.later'"),
	't|tenant', 'the row stays an orphan');
$node->safe_psql('trap', "SET client_min_messages = error; SELECT partman.run_maintenance()");
is($node->safe_psql('trap', "SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.later'::regclass"),
	'0', 'and does nothing to the table');
$node->safe_psql('trap', "UPDATE partman.part_config SET owner_role = current_user WHERE parent_table = 'public.later'");
is($node->safe_psql('trap', "SELECT parent_oid::regclass FROM partman.part_config WHERE parent_table = 'public.later'"),
	'later', 'until a superuser gives it to the table');

# A rename in the source is in the dump, and the identity of a restarted server is its old one.
as_dba('source', 'ALTER TABLE public.events RENAME TO happenings');
$node->restart;
is($node->safe_psql('source', "SELECT parent_table FROM partman.part_config WHERE parent_oid = 'public.happenings'::regclass"),
	'public.happenings', 'a rename is followed');
$node->safe_psql('source', "SELECT partman.run_maintenance('public.happenings')");
cmp_ok($node->safe_psql('source', "SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.happenings'::regclass"),
	'<', $before - 15, 'retention never stopped in the database that was dumped');

$node->stop;
done_testing();
