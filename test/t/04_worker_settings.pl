# What ALTER DATABASE and ALTER ROLE set does not reach the worker.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server worker_pid wait_for wait_for_state wait_for_log partitions daily_set);
use Test::More;

my $node = new_server('settings');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata; CREATE ROLE weak LOGIN');
wait_for_state($node, 'postgres', 'running', 'the worker is there');
my $directory = PostgreSQL::Test::Utils::tempdir;
$node->safe_psql('postgres', "CREATE TABLESPACE trap LOCATION '$directory'");

# A table of a name that unqualified statements could hit.
$node->safe_psql('postgres', 'CREATE SCHEMA trap; CREATE TABLE trap.part_config (parent_table text); CREATE TABLE trap.pg_class (oid oid)');
# Days of a zone that is not the server's, and in which none ends meanwhile.
my $zone = (gmtime)[2] >= 21 ? 'America/New_York' : 'Europe/Berlin';
$node->safe_psql('postgres', <<"SQL");
CREATE TABLE public.abroad (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
SET TimeZone = '$zone';
SELECT partman.create_parent('public.abroad', 'at', '1 day', p_premake := 2);
SQL

my @settings = (
	"search_path = 'trap, pg_catalog'",
	"TimeZone = 'Pacific/Chatham'",
	"DateStyle = 'German, DMY'",
	"IntervalStyle = 'sql_standard'",
	"statement_timeout = '1ms'",
	"lock_timeout = '1ms'",
	"idle_in_transaction_session_timeout = '1ms'",
	"idle_session_timeout = '1ms'",
	'default_transaction_read_only = on',
	"default_transaction_isolation = 'serializable'",
	'default_transaction_deferrable = on',
	"default_tablespace = 'trap'",
	'row_security = off',
	"session_replication_role = 'replica'",
	'standard_conforming_strings = off',
	'quote_all_identifiers = on',
	'transform_null_equals = on',
	"role = 'weak'");
my $premake = 2;
foreach my $setting (@settings)
{
	my $pid = worker_pid($node, 'postgres');
	# Each in its own transaction, by a session that ignores them itself.
	local $ENV{PGOPTIONS} =
	  '-c search_path=public -c statement_timeout=0 -c lock_timeout=0 -c default_transaction_read_only=off'
	  . ' -c role=none -c session_replication_role=origin -c idle_session_timeout=0'
	  . ' -c idle_in_transaction_session_timeout=0 -c default_tablespace=';
	$node->safe_psql('postgres', "ALTER DATABASE postgres SET $setting; ALTER ROLE CURRENT_USER SET $setting")
	  if $setting !~ /^role/;
	$node->safe_psql('postgres', "ALTER DATABASE postgres SET $setting") if $setting =~ /^role/;
	$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
	wait_for($node, 'postgres',
		"SELECT count(*) = 1 FROM partman.worker_status WHERE database = 'postgres' AND state = 'running' AND pid <> $pid",
		"a worker that starts with $setting");
	$premake++;
	$node->safe_psql('postgres', "UPDATE partman.part_config SET premake = $premake");
	wait_for($node, 'postgres', 'SELECT ' . partitions('public.abroad') . " = 2 + $premake + 1 + 1", 'maintains');
	$node->safe_psql('postgres', 'ALTER DATABASE postgres RESET ALL; ALTER ROLE CURRENT_USER RESET ALL');
}

is( $node->safe_psql('postgres', q{SELECT count(*) FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace WHERE t.spcname = 'trap'}),
	'0', 'no partition went into the tablespace of a setting');
is( $node->safe_psql('postgres', <<"SQL"), 't', "all bounds are midnights of $zone");
SELECT bool_and((lower AT TIME ZONE '$zone')::time = '00:00')
  FROM (SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM \$\$FROM \\('([^']+)'\$\$)::timestamptz AS lower
          FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
         WHERE i.inhparent = 'public.abroad'::regclass AND pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT') AS b
SQL
is( $node->safe_psql('postgres', q{SELECT failures FROM partman.worker_status WHERE database = 'postgres'}),
	'0', 'without a single failure');

$node->stop;
done_testing();
