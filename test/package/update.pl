# ALTER EXTENSION pg_strata UPDATE.  Every script that is released is walked; and as long as there is none, or for what
# the released ones do not do, a made-up next version that does what releases do: columns, a table that dumps carry, a
# function with other arguments, a view.  Runs on a copy of the server of its own, named by STRATA_SHAREDIR, in which it
# installs that version at its time.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $extensions = "$ENV{STRATA_SHAREDIR}/extension";
my ($current) = slurp_file("$extensions/pg_strata.control") =~ /^default_version = '([^']+)'/m;
my $next = "$current.next";

my $node = PostgreSQL::Test::Cluster->new('update');
$node->init;
# Where no day ends while its partitions are counted.
my $zone = (gmtime)[2] == 23 ? 'Etc/GMT+6' : 'UTC';
$node->append_conf('postgresql.conf', <<"CONF");
shared_preload_libraries = 'pg_strata'
pg_strata.naptime = 1s
autovacuum = off
timezone = '$zone'
CONF
$node->start;

# All that the extension consists of, and what its relations look like.
my $everything = <<'SQL';
SELECT pg_describe_object(classid, objid, 0) AS member FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'pg_strata') AND deptype = 'e'
UNION ALL
SELECT format('%s.%s %s %s %s %s', c.relname, a.attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), col_description(c.oid, attnum))
FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
WHERE relnamespace = 'partman'::regnamespace AND relkind IN ('r', 'v', 'c')
UNION ALL
SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'partman'::regnamespace
UNION ALL
SELECT pg_get_viewdef(oid) FROM pg_class WHERE relnamespace = 'partman'::regnamespace AND relkind = 'v'
UNION ALL
SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'partman'::regnamespace
UNION ALL
SELECT format('%s %s', oid::regclass, relacl) FROM pg_class WHERE relnamespace = 'partman'::regnamespace
UNION ALL
SELECT format('config: %s', t::regclass) FROM pg_extension, unnest(extconfig) t WHERE extname = 'pg_strata'
ORDER BY 1
SQL

sub version { return $node->safe_psql($_[0], "SELECT extversion FROM pg_extension WHERE extname = 'pg_strata'"); }

sub is_like_fresh
{
	my ($database, $name) = @_;
	$node->safe_psql('postgres', 'DROP DATABASE IF EXISTS fresh', on_error_stop => 1);
	$node->safe_psql('postgres', 'CREATE DATABASE fresh');
	$node->safe_psql('fresh', 'CREATE EXTENSION pg_strata');
	is(version('fresh'), version($database), "$name: the version that CREATE EXTENSION takes");
	my %found = map { $_ => 1 } split /\n/, $node->safe_psql($database, $everything);
	my %fresh = map { $_ => 1 } split /\n/, $node->safe_psql('fresh', $everything);
	cmp_ok(scalar keys %fresh, '>', 500, "$name: there is something to compare");
	is_deeply([ sort grep { !$fresh{$_} } keys %found ], [], "$name: nothing that is not there when installed afresh");
	is_deeply([ sort grep { !$found{$_} } keys %fresh ], [], "$name: and nothing is missing");
	return;
}

# Each released version leads to the present one.
my @bases = sort map { /pg_strata--([^-]+)\.sql$/ ? $1 : () } glob("'$extensions'/pg_strata--*.sql");
ok((grep { $_ eq '1.0' } @bases), 'the first version is among them');
foreach my $base (@bases)
{
	my $database = 'from_' . $base =~ tr/./_/r;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE EXTENSION pg_strata VERSION '$base'");
	$node->safe_psql($database, 'ALTER EXTENSION pg_strata UPDATE');
	is(version($database), $current, "$base leads to $current");
	is_like_fresh($database, "from $base");
}

# A database in use.
$node->safe_psql('postgres', 'CREATE DATABASE used');
$node->safe_psql('used', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE TABLE public.events (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.events', 'at', '1 day', p_premake := 2, p_template_table := 'false');
UPDATE partman.part_config SET retention = '30 days', retention_keep_table = false;
CREATE TABLE public.ids (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE public.ids_0 PARTITION OF public.ids FOR VALUES FROM (0) TO (1000);
SELECT partman.manage('public.ids', p_premake := 2, p_automatic_maintenance := 'off');
INSERT INTO public.events SELECT now();
SELECT partman.run_maintenance('public.ids');
SQL
my $count = "(SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.events'::regclass)";
sub worker { return $node->safe_psql('used', "SELECT pid FROM partman.worker_status WHERE database = 'used' AND state = 'running'"); }
ok($node->poll_query_until('used', "SELECT count(*) = 1 FROM partman.worker_status WHERE database = 'used' AND state = 'running'"),
	'the worker runs');
my $facts = <<'SQL';
SELECT parent_table, control, partition_interval, premake, retention, retention_keep_table, anchor, parent_oid, automatic_maintenance FROM partman.part_config ORDER BY 1;
SELECT parent_oid, partition_oid, provenance, created_at FROM partman.managed_partition ORDER BY 2;
SQL
my $before = $node->safe_psql('used', $facts);

# The next version is installed: its script, and the control file that names it.
append_to_file("$extensions/pg_strata--$current--$next.sql", <<'SQL');
\echo Use "ALTER EXTENSION pg_strata UPDATE" to load this file. \quit
ALTER TABLE @extschema@.part_config ADD COLUMN made_up text DEFAULT 'nothing',
    ADD CONSTRAINT part_config_made_up_check CHECK (made_up OPERATOR(pg_catalog.<>) '');
COMMENT ON COLUMN @extschema@.part_config.made_up IS 'Made up.';
ALTER TABLE @extschema@.managed_partition ADD COLUMN made_up int;
COMMENT ON COLUMN @extschema@.managed_partition.made_up IS 'Made up.';
CREATE TABLE @extschema@.made_up (name text PRIMARY KEY, value text);
COMMENT ON TABLE @extschema@.made_up IS 'Made up.';
SELECT pg_catalog.pg_extension_config_dump('@extschema@.made_up'::pg_catalog.regclass, '');
GRANT SELECT ON @extschema@.made_up TO PUBLIC;
DROP FUNCTION @extschema@.confirm_retention(text);
CREATE FUNCTION @extschema@.confirm_retention(p_parent_table text, p_made_up text DEFAULT NULL) RETURNS int
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'strata_confirm_retention';
COMMENT ON FUNCTION @extschema@.confirm_retention(text, text) IS 'Made up.';
CREATE OR REPLACE VIEW @extschema@.partitions WITH (security_invoker = true) AS
    SELECT s.parent_table, p.partition_schema, p.partition_table, p.partition_oid, p.level,
           p.lower_time, p.upper_time, p.lower_id, p.upper_id, p.bound, p.is_default, p.is_leaf, p.rows_estimate,
           @extschema@.partition_bytes(p.partition_oid) AS bytes, p.tablespace, p.provenance, s.made_up
    FROM @extschema@.part_config AS s CROSS JOIN LATERAL @extschema@.list_partitions(s.parent_table) AS p;
SQL
my $control = slurp_file("$extensions/pg_strata.control");
$control =~ s/^default_version = .*/default_version = '$next'/m;
unlink "$extensions/pg_strata.control";
append_to_file("$extensions/pg_strata.control", $control);

is($node->safe_psql('used', q{SELECT path FROM pg_extension_update_paths('pg_strata') WHERE source = '1.0' AND target = (SELECT default_version FROM pg_available_extensions WHERE name = 'pg_strata')}) =~ s/.*--//r,
	$next, 'there is a path from the first version');
my $worker = worker();
# Beside a session that has used the extension before, as applications do.
my ($status, $out, $err) = $node->psql('used', "SELECT partman.run_maintenance('public.ids')");
like($err, qr/WARNING:  extension pg_strata has version \Q$current\E in this database, and the server has version \Q$next\E/,
	'maintenance says what was forgotten');
my $session = $node->background_psql('used');
$session->query_safe('SET client_min_messages = error');
$session->query_safe("SELECT partman.run_maintenance('public.ids')");
$node->safe_psql('used', 'ALTER EXTENSION pg_strata UPDATE');
is(version('used'), $next, 'the extension is updated');
is($node->safe_psql('used', $facts), $before, 'the configuration and what is known of partitions stay');
is($session->query_safe("SELECT made_up FROM partman.part_config WHERE parent_table = 'public.ids'"), 'nothing', 'other sessions see the new column');
$session->query_safe("SELECT partman.run_maintenance('public.ids')");
$session->quit;
is_like_fresh('used', 'the made-up version');

# Triggers, event triggers and the worker go on.
$node->safe_psql('used', 'ALTER TABLE public.ids RENAME TO numbers');
is($node->safe_psql('used', "SELECT parent_table FROM partman.part_config WHERE parent_oid = 'public.numbers'::regclass"), 'public.numbers',
	'a rename is followed');
($status, $out, $err) = $node->psql('used', "UPDATE partman.part_config SET retention = '90'");
like($err, qr/has no unit/, 'what is written is checked');
$node->safe_psql('used', "UPDATE partman.part_config SET premake = 7, made_up = 'kept' WHERE parent_table = 'public.events'");
ok($node->poll_query_until('used', "SELECT $count = 2 + 1 + 7 + 1"), 'the worker goes on');
is(worker(), $worker, 'it is the same one');
# The worker of a database that was dropped may have been ended in the middle of a look around.
unlike(slurp_file($node->logfile), qr/(ERROR|FATAL):.*(pg_strata|partman)(?!.*(has no unit|due to administrator command))/, 'and did not complain');
$node->safe_psql('used', 'DROP TABLE public.numbers');
is($node->safe_psql('used', "SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.numbers'"), '0', 'a drop is followed');

# Also after a restart, when the library is loaded anew.
$node->restart;
$node->safe_psql('used', "UPDATE partman.part_config SET premake = 9");
ok($node->poll_query_until('used', "SELECT $count = 2 + 1 + 9 + 1"), 'the worker goes on after a restart');

# A dump carries the old tables and the new one.
$node->safe_psql('used', "INSERT INTO partman.made_up VALUES ('a', 'b')");
my $dump = $node->basedir . '/used.sql';
command_ok([ 'pg_dump', '-d', $node->connstr('used'), '-f', $dump ], 'dump after the update');
$node->safe_psql('postgres', 'CREATE DATABASE restored TEMPLATE template0');
command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-f', $dump ], 'it can be restored');
is($node->safe_psql('restored', 'SELECT parent_table, premake, retention, made_up, parent_oid::regclass FROM partman.part_config'),
	'public.events|9|30 days|kept|events', 'the configuration is in it');
is($node->safe_psql('restored', 'SELECT * FROM partman.made_up'), 'a|b', 'and so is the new table');

# What the README says of a library that is taken away too early.
$node->stop;
$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', undef);
unlink "$ENV{STRATA_PKGLIBDIR}/pg_strata.so" or die "pg_strata.so: $!";
$node->start;
($status, $out, $err) = $node->psql('used', 'ALTER TABLE public.events ADD COLUMN note text');
like($err, qr/could not access file/, 'without the library DDL fails');
$node->safe_psql('used', 'INSERT INTO public.events SELECT now(); CREATE TABLE public.other (id int)');
is($node->safe_psql('used', 'SELECT count(*) FROM public.events'), '2', 'reading, writing and creating go on');
$node->safe_psql('used', 'DROP EXTENSION pg_strata');
$node->safe_psql('used', 'ALTER TABLE public.events ADD COLUMN note text');
is($node->safe_psql('used', "SELECT $count"), 2 + 1 + 9 + 1, 'without the extension the table is an ordinary one, with all its partitions');

$node->stop;
done_testing();
