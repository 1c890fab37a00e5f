# Between roles: what a blocker was running, schemas, tablespaces and event triggers of others, encoders that turn out to
# be something else, and superusers who have put on mallory's role.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run;
use Lair qw(as new_lair attack witnesses no_breach);
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_lair('others', "log_statement = none\nallow_in_place_tablespaces = on\npg_strata.lock_timeout = 20\npg_strata.lock_retries = 1\n");
my $offset = -s $node->logfile;

# Somebody's query holds a lock that maintenance needs.  mallory, whose set it is, hears that there is one, not what it says.
as($node, 'mallory', q{SELECT lair.times('blocked')});
as($node, 'mallory', q{GRANT SELECT ON ALL TABLES IN SCHEMA lair TO eve; UPDATE partman.part_config SET retention = '1 day', retention_keep_table = false, premake = 3 WHERE parent_table = 'lair.blocked'});
my ($in, $out) = ("BEGIN; LOCK TABLE lair.blocked IN ACCESS SHARE MODE; SELECT 'the password is swordfish' AS held, count(*) FROM pg_class;\n", '');
my $holder = IPC::Run::start([ 'psql', '-XAtq', '-U', 'eve', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
IPC::Run::pump($holder) until $out =~ /swordfish|ERROR/;
my $said = '';
foreach my $role (qw(mallory member postgres))
{
	my (undef, $stdout, $stderr) = $node->psql('postgres', "\\set VERBOSITY verbose\nLISTEN pg_strata;\nCALL partman.run_maintenance_proc();\nSELECT partman.run_maintenance('lair.blocked');\nSELECT partman.drop_partition_time('lair.blocked', '1 day', p_keep_table => false);\nSELECT partman.check_health('warning');", extra_params => [ '-U', $role ], on_error_stop => 0);
	$said .= "$stdout\n$stderr\n";
}
like($said, qr/could not lock|skipped|deferred/, 'maintenance says that somebody is in the way');
unlike($said, qr/swordfish/, 'and not what he was running');
like(as($node, 'postgres', q{SELECT string_agg(blocker_query, ' ') FROM partman.maintenance_history}), qr/swordfish/, 'which is in the history, for a superuser');
like(as($node, 'victim', q{SELECT string_agg(blocker_query, ' ') FROM partman.maintenance_history}), qr/swordfish/, 'and for a member of pg_monitor');
foreach my $role (qw(mallory member))
{
	my $all = as($node, $role, q{SELECT string_agg(format('SELECT t::text FROM partman.%I t', relname), ' UNION ALL ') FROM pg_class WHERE relnamespace = 'partman'::regnamespace AND relkind IN ('r', 'v') AND has_table_privilege(oid, 'SELECT')});
	my $rows = as($node, $role, $all);
	like($rows, qr/lair\.blocked/, "$role: what he can read is read here");
	unlike($rows, qr/swordfish/, "$role: the query is in none of it");
}
is(as($node, 'eve', 'SELECT count(*) FROM partman.maintenance_history'), '0', 'eve does not even see the history of it');
$in .= "ROLLBACK;\n\\q\n";
$holder->finish;

# A process without a role, such as autovacuum, is shown to those who see it in pg_stat_activity.
as($node, 'postgres', q{UPDATE partman.maintenance_step SET blocker_role = NULL, blocker_query = 'of nobody' WHERE blocker_query IS NOT NULL; UPDATE partman.maintenance_set SET blocker_role = NULL, blocker_query = 'of nobody' WHERE blocker_query IS NOT NULL});
is(as($node, 'mallory', q{SELECT count(*) FROM partman.maintenance_history WHERE blocker_query = 'of nobody'}), '0', 'nor is one without a role');
as($node, 'postgres', q{UPDATE partman.maintenance_step SET blocker_pid = NULL WHERE blocker_query IS NOT NULL});
cmp_ok(as($node, 'mallory', q{SELECT count(*) FROM partman.maintenance_history WHERE blocker_query = 'of nobody'}), '>', 0, 'a prepared transaction is: pg_prepared_xacts shows it to everybody');

# A tablespace and schemas in which mallory has no rights: nothing is made there in somebody else's name.
as($node, 'postgres', q{CREATE TABLESPACE vault LOCATION ''});
as($node, 'mallory', q{CREATE TABLE lair.placed (at timestamptz NOT NULL) PARTITION BY RANGE (at); SELECT partman.create_parent('lair.placed', 'at', '1 day', p_premake => 1, p_template_table => 'false', p_start_partition => (now() - interval '5 days')::text)});
as($node, 'postgres', 'ALTER TABLE lair.placed SET TABLESPACE vault');
as($node, 'mallory', q{UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'lair.placed'});
foreach my $role (qw(postgres mallory member))
{
	my (undef, undef, $err) = $node->psql('postgres', q{SELECT partman.run_maintenance('lair.placed')}, extra_params => [ '-U', $role ]);
	like($err, qr/permission denied for tablespace vault/, "$role: no partitions in a tablespace that the owner may not use");
}
is(as($node, 'postgres', q{SELECT count(*) FROM pg_class WHERE reltablespace = (SELECT oid FROM pg_tablespace WHERE spcname = 'vault') AND relkind = 'r'}), '0', 'there is nothing in it');
as($node, 'postgres', 'GRANT CREATE ON TABLESPACE vault TO mallory');
as($node, 'postgres', q{SELECT partman.run_maintenance('lair.placed')});
cmp_ok(as($node, 'postgres', q{SELECT count(*) FROM pg_class WHERE reltablespace = (SELECT oid FROM pg_tablespace WHERE spcname = 'vault') AND relkind = 'r'}), '>', 0, 'with the right to it there is');
# Of a retired partition: neither a schema of the victim's, nor one that is renamed to what the configuration says.
as($node, 'mallory', q{CREATE TABLE lair.retired (at timestamptz NOT NULL) PARTITION BY RANGE (at); SELECT partman.create_parent('lair.retired', 'at', '1 day', p_premake => 1, p_template_table => 'false', p_start_partition => (now() - interval '5 days')::text)});
$node->psql('postgres', q{UPDATE partman.part_config SET retention = '1 day', retention_schema = 'cellar' WHERE parent_table = 'lair.retired'}, extra_params => [ '-U', 'mallory' ]);
as($node, 'postgres', 'CREATE SCHEMA cellar AUTHORIZATION victim');
$node->psql('postgres', q{UPDATE partman.part_config SET retention = '1 day', retention_schema = 'cellar' WHERE parent_table = 'lair.retired'}, extra_params => [ '-U', 'mallory' ]);
$node->psql('postgres', q{SELECT partman.run_maintenance('lair.retired')}, extra_params => [ '-U', $_ ]) foreach qw(postgres mallory member);
$node->psql('postgres', q{SELECT partman.drop_partition_time('lair.retired', '1 day', p_keep_table => true, p_retention_schema => 'cellar')}, extra_params => [ '-U', $_ ]) foreach qw(postgres mallory member);
is(as($node, 'postgres', q{SELECT count(*) FROM pg_class WHERE relnamespace = 'cellar'::regnamespace}), '0', "nothing comes into the victim's schema");

# An event trigger of a superuser that runs on our statements does so as whom they run as: the owner, confined.
as($node, 'postgres', <<'SQL');
CREATE FUNCTION public.audit() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'AUDIT % by %', tg_tag, current_user; END $$;
CREATE EVENT TRIGGER audit ON ddl_command_end EXECUTE FUNCTION public.audit();
SQL
my $from = -s $node->logfile;
as($node, 'mallory', q{UPDATE partman.part_config SET premake = 5 WHERE parent_table = 'lair.placed'});
as($node, 'postgres', q{SELECT partman.run_maintenance('lair.placed')});
my %by = map { $_ => 1 } slurp_file($node->logfile, $from) =~ /AUDIT (?:CREATE|ALTER) TABLE by (\w+)/g;
is(join(' ', sort keys %by), 'mallory', 'a superuser\'s event trigger sees the owner make them');
as($node, 'postgres', 'DROP EVENT TRIGGER audit');

# An encoder that becomes a function of other types, under the same name.
as($node, 'mallory', q{SELECT lair.codes('turned')});
foreach my $turned ('CREATE FUNCTION lair.encode(t timestamptz) RETURNS bigint LANGUAGE sql AS $$ SELECT 1::bigint $$', 'CREATE FUNCTION lair.encode(t timestamptz) RETURNS SETOF text LANGUAGE sql AS $$ SELECT 1::text $$',
	'CREATE FUNCTION lair.encode(t timestamptz) RETURNS internal LANGUAGE internal AS $$int4in$$', 'CREATE PROCEDURE lair.encode(t timestamptz) LANGUAGE sql AS $$ SELECT 1 $$', 'CREATE FUNCTION lair.encode(t timestamptz) RETURNS TABLE (a text, b text) LANGUAGE sql AS $$ SELECT 1::text, 2::text $$',
	'CREATE FUNCTION lair.encode(t timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT NULL::text $$')
{
	$node->psql('postgres', "BEGIN; DROP ROUTINE lair.encode(timestamptz); $turned; COMMIT", extra_params => [ '-U', 'mallory' ]);
	my ($status, undef, $err) = $node->psql('postgres', q{UPDATE partman.part_config SET premake = premake + 1 WHERE parent_table = 'lair.turned'; SELECT partman.run_maintenance('lair.turned')});
	unlike($err, qr/server closed|internal|cache lookup/, "no harm is done by: $turned");
}

# A superuser who has put on mallory's role, or is mallory for the session: code of the set cannot take it off.
as($node, 'mallory', <<'SQL');
CREATE OR REPLACE FUNCTION lair.encode(t timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT to_char(t AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS') $$;
SELECT lair.times('role'), lair.ids('role_ids'), lair.times('session'), lair.ids('session_ids');
CREATE TABLE lair.role_target (at timestamptz, id int, code text, v int, g int, d lair.dom, m lair.mood, o int);
CREATE TABLE lair.session_target (LIKE lair.role_target);
UPDATE partman.part_config SET automatic_maintenance = 'off';
SQL
foreach my $way ('role', 'session')
{
	my $put_on = $way eq 'role' ? 'SET ROLE mallory' : 'SET SESSION AUTHORIZATION mallory';
	my @calls = (
		[ 'wish', "UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'lair.$way'" ],
		[ 'maintain', "SELECT partman.run_maintenance('lair.$way', p_analyze => true)" ],
		[ 'constraints', "SELECT partman.apply_constraints('lair.$way', p_analyze => true)" ],
		[ 'move', "SELECT partman.partition_data_time('lair.$way', 100)" ],
		[ 'retire', "SELECT partman.drop_partition_time('lair.$way', '1 day', p_keep_table => false)" ],
		[ 'sub', "SELECT partman.create_sub_parent('lair.$way', 'id', '10', p_premake => 1, p_declarative_check => 'yes')" ],
		[ 'undo', "SELECT partman.undo_partition('lair.${way}_ids', 'lair.${way}_target', 100, p_keep_table => false, p_ignored_columns => '{g}')" ]);
	my $states = attack($node, 'postgres', 'postgres', '', [ 'put_on', $put_on ], @calls);
	is($states->{ $_->[0] }, '00000', "$way: $_->[0]") foreach @calls;
}
no_breach($node, $offset, 'no code could do what mallory cannot');
ok((grep { $_->[3] eq 'postgres' } witnesses($node, $offset)), 'though the session was that of a superuser');
is(as($node, 'postgres', q{SELECT count(*) FROM pg_roles WHERE rolsuper}), '1', 'there is no other superuser');

$node->stop;
done_testing();
