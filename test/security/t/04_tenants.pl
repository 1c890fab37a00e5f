# One database, several owners of tables: what mallory writes into the configuration, the history and the like reaches
# nobody else's tables, whatever name or oid he gives, and whoever runs maintenance then.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Lair qw(as furnish attack witnesses no_breach);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('tenants');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nlog_line_prefix = '%m [%p] %a '\ntimezone = 'UTC'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
furnish($node, 'postgres');

# victim: a set with old partitions, one that is not managed, and one with sub-partitions.
as($node, 'victim', <<'SQL');
CREATE TABLE safe.days (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
SELECT partman.create_parent('safe.days', 'at', '1 day', p_premake => 1, p_start_partition => (now() - interval '5 days')::text);
INSERT INTO safe.days SELECT now() - n * interval '1 day', n FROM generate_series(0, 5) n;
CREATE TABLE safe.unmanaged (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
CREATE TABLE safe.unmanaged_old PARTITION OF safe.unmanaged FOR VALUES FROM ('2020-01-01') TO ('2020-01-02');
CREATE TABLE safe.deep (at timestamptz NOT NULL, value int NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('safe.deep', 'at', '1 day', p_premake => 1);
SELECT partman.create_sub_parent('safe.deep', 'value', '10', p_premake => 1, p_declarative_check => 'yes');
CREATE TABLE safe.listed (tag text NOT NULL, at timestamptz NOT NULL) PARTITION BY LIST (tag);
SELECT partman.create_parent('safe.listed', 'tag', p_type => 'list');
SELECT partman.create_sub_parent('safe.listed', 'at', '1 day', p_premake => 1, p_declarative_check => 'yes');
SELECT partman.add_list_partition('safe.listed', '{a}');
INSERT INTO partman.part_config_override (root, value, settings) VALUES ('safe.listed', 'a', '{"premake": 2}');
CREATE FUNCTION safe.encode(timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT to_char($1, 'YYYYMMDD') $$;
SQL
as($node, 'mallory', <<'SQL');
SELECT lair.times('own');
CREATE TABLE lair.listed (tag text NOT NULL, at timestamptz NOT NULL) PARTITION BY LIST (tag);
SELECT partman.create_parent('lair.listed', 'tag', p_type => 'list');
SELECT partman.create_sub_parent('lair.listed', 'at', '1 day', p_premake => 1, p_declarative_check => 'yes');
SELECT partman.add_list_partition('lair.listed', '{a}');
INSERT INTO partman.part_config_override (root, value, settings) VALUES ('lair.listed', 'a', '{"premake": 1}');
CREATE TABLE lair.plain (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
SQL
as($node, 'postgres', q{CREATE SCHEMA common; GRANT ALL ON SCHEMA common TO PUBLIC});

my $everything = q{SELECT p::text FROM partman.part_config p WHERE parent_table LIKE 'safe.%' UNION ALL SELECT s::text FROM partman.part_config_sub s WHERE sub_parent LIKE 'safe.%' UNION ALL SELECT o::text FROM partman.part_config_override o WHERE root LIKE 'safe.%'
	UNION ALL SELECT concat_ws(' ', c.oid, n.nspname, relname, relowner, pg_get_expr(relpartbound, c.oid), c.relfilenode) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'safe' OR relowner = 'victim'::regrole
	UNION ALL SELECT count(*)::text FROM safe.days UNION ALL SELECT m::text FROM partman.managed_partition m WHERE parent_table LIKE 'safe.%' ORDER BY 1};
my $before = as($node, 'postgres', $everything);
my $row = as($node, 'postgres', q{SELECT p FROM partman.part_config p WHERE parent_table = 'safe.days'});
my $columns = 'parent_table, control, partition_interval, partition_type, retention, retention_keep_table';
my $values = q{'at', '1 day', 'range', '1 hour', false};
my $oid = as($node, 'postgres', q{SELECT 'safe.days'::regclass::oid});
my $identity = as($node, 'postgres', q{SELECT format('%s, %s', system_identifier, database_oid) FROM partman.part_config WHERE parent_table = 'safe.days'});

# What has to be refused, with the SQLSTATE.
my @refused = (
	[ '42501', "INSERT INTO partman.part_config ($columns) VALUES ('safe.unmanaged', $values)" ],
	[ '42501', "INSERT INTO partman.part_config ($columns) VALUES ('safe.days', $values)" ],
	[ '42501', "INSERT INTO partman.part_config ($columns) VALUES ('safe.days', $values) ON CONFLICT (parent_table) DO UPDATE SET retention = '1 hour'" ],
	[ '42501', "INSERT INTO partman.part_config ($columns) VALUES ('safe.days', $values) ON CONFLICT (parent_table) DO NOTHING" ],
	[ '42501', q{UPDATE partman.part_config SET retention = '1 hour', retention_keep_table = false WHERE parent_table = 'safe.days'} ],
	[ '42501', q{UPDATE partman.part_config SET retention = '1 hour', retention_keep_table = false} ],
	[ '42501', q{UPDATE partman.part_config SET parent_table = 'safe.unmanaged' WHERE parent_table = 'lair.own'} ],
	[ '42501', q{UPDATE partman.part_config SET parent_table = 'safe.days' WHERE parent_table = 'lair.own'} ],
	[ '42501', "UPDATE partman.part_config SET parent_oid = $oid WHERE parent_table = 'lair.own'" ],
	[ '42501', q{UPDATE partman.part_config SET parent_oid = NULL, system_identifier = NULL, database_oid = NULL WHERE parent_table = 'lair.own'} ],
	[ '42501', q{UPDATE partman.part_config SET system_identifier = 1 WHERE parent_table = 'lair.own'} ],
	[ '42501', q{UPDATE partman.part_config SET owner_role = 'victim' WHERE parent_table = 'lair.own'} ],
	[ '22023', q{UPDATE partman.part_config SET set_root = 'safe.days' WHERE parent_table = 'lair.own'} ],
	[ '42501', q{DELETE FROM partman.part_config WHERE parent_table = 'safe.days'} ],
	[ '42501', q{DELETE FROM partman.part_config} ],
	[ '42501', q{MERGE INTO partman.part_config USING (VALUES ('safe.days')) AS v (t) ON parent_table = t WHEN MATCHED THEN DELETE} ],
	[ '42501', q{MERGE INTO partman.part_config USING (VALUES ('safe.days')) AS v (t) ON parent_table = t WHEN MATCHED THEN UPDATE SET retention = '1 hour'} ],
	[ '42501', "MERGE INTO partman.part_config USING (VALUES ('safe.unmanaged')) AS v (t) ON parent_table = t WHEN NOT MATCHED THEN INSERT ($columns) VALUES (t, $values)" ],
	[ '42501', q{WITH gone AS (DELETE FROM partman.part_config WHERE parent_table = 'safe.days' RETURNING *) SELECT count(*) FROM gone} ],
	[ '42501', q{INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type) VALUES ('safe.days', 'value', '10', 'range')} ],
	[ '42501', q{INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_owner_role) VALUES ('safe.days', 'value', '10', 'range', 'victim')} ],
	[ '42501', q{UPDATE partman.part_config_sub SET sub_retention = '1' WHERE sub_parent = 'safe.deep'} ],
	[ '42501', q{DELETE FROM partman.part_config_sub WHERE sub_parent = 'safe.deep'} ],
	[ '42501', q{DELETE FROM partman.part_config_sub} ],
	[ '42501', q{INSERT INTO partman.part_config_override (root, value, settings) VALUES ('safe.listed', 'b', '{"retention": "1 hour", "retention_keep_table": false}')} ],
	[ '42501', q{INSERT INTO partman.part_config_override (root, value, settings, owner_role) VALUES ('safe.listed', 'b', '{"retention": "1 hour"}', 'victim')} ],
	[ '42501', q{INSERT INTO partman.part_config_override (root, value, settings) VALUES ('safe.listed', 'a', '{"retention": "1 hour"}') ON CONFLICT (root, value) DO UPDATE SET settings = excluded.settings} ],
	[ '42501', q{UPDATE partman.part_config_override SET settings = '{"retention": "1 hour"}' WHERE root = 'safe.listed'} ],
	[ '0A000', q{UPDATE partman.part_config_override SET root = 'safe.listed' WHERE root = 'lair.listed'} ],
	[ '42501', q{UPDATE partman.part_config_override SET owner_role = 'victim' WHERE root = 'lair.listed'} ],
	[ '42501', q{DELETE FROM partman.part_config_override} ],
	[ '42501', q{MERGE INTO partman.part_config_override USING (VALUES ('safe.listed')) AS v (t) ON root = t WHEN MATCHED THEN DELETE} ],
	[ '42501', q{TRUNCATE partman.part_config_override} ],
	[ '42501', q{CREATE TRIGGER t BEFORE INSERT ON partman.part_config_override FOR EACH ROW EXECUTE FUNCTION lair.fire()} ],
	[ '42501', q{CREATE TRIGGER t AFTER INSERT ON lair.source FOR EACH ROW EXECUTE FUNCTION partman.part_config_override_follow()} ],
	[ '42501', q{SELECT partman.add_list_partition('safe.listed', '{b}')} ],
	[ '42501', q{SELECT partman.drop_partition('safe.unmanaged_old')} ],
	[ '42501', q{SELECT partman.drop_partition('safe.unmanaged_old', true, true)} ],
	[ '42501', q{SELECT partman.drop_partition('safe.listed_pa', false, true)} ],
	[ '42501', q{SELECT partman.stop_sub_partition('safe.deep')} ],
	[ '42501', q{TRUNCATE partman.part_config} ],
	[ '42501', q{CREATE TABLE lair.fk (t text REFERENCES partman.part_config)} ],
	[ '42501', q{CREATE TRIGGER t BEFORE INSERT ON partman.part_config FOR EACH ROW EXECUTE FUNCTION lair.fire()} ],
	[ '42501', q{CREATE RULE r AS ON UPDATE TO partman.part_config DO ALSO NOTHING} ],
	[ '42501', q{CREATE POLICY p ON partman.part_config} ],
	[ '42501', q{ALTER TABLE partman.part_config DISABLE TRIGGER ALL} ],
	[ '42501', q{SET session_replication_role = replica} ],
	[ '42501', q{ALTER EVENT TRIGGER pg_strata_follow_drop DISABLE} ],
	[ '42501', q{DROP EXTENSION pg_strata} ],
	[ '42501', q{ALTER EXTENSION pg_strata UPDATE} ],
	[ '42501', q{SELECT partman.confirm_live()} ],
	[ '42501', q{SELECT partman.part_config_check()} ],
	[ '42501', q{SELECT partman.follow_drop()} ],
	[ '42501', q{CREATE TRIGGER t AFTER INSERT ON lair.source FOR EACH STATEMENT EXECUTE FUNCTION partman.wake_worker()} ],
	[ '42501', q{CREATE TRIGGER t BEFORE INSERT ON lair.source FOR EACH ROW EXECUTE FUNCTION partman.part_config_check()} ],
	[ '42501', q{CREATE TRIGGER t AFTER INSERT ON lair.source FOR EACH ROW EXECUTE FUNCTION partman.capture_change()} ],
	(map { [ '42501', "SELECT * FROM partman.$_" ], [ '42501', "DELETE FROM partman.$_" ], [ '42501', "INSERT INTO partman.$_ DEFAULT VALUES" ], [ '42501', "SELECT FROM partman.$_ FOR SHARE" ] }
		qw(maintenance_run maintenance_set maintenance_step maintenance_state job job_step rebuild)),
	(map { [ '42501', "DELETE FROM partman.$_" ], [ '42501', "UPDATE partman.$_ SET system_identifier = 1" ], [ '42501', "INSERT INTO partman.$_ DEFAULT VALUES" ] } qw(managed_partition installation)),
	(map { [ '55000', "DELETE FROM partman.$_" ] } qw(maintenance_history jobs progress health partitions worker_status)),
	[ q{42501}, q{DELETE FROM partman.job_steps} ],
	[ '42501', q{UPDATE partman.part_config SET time_encoder = 'safe.encode' WHERE parent_table = 'lair.own'} ],
	[ '42501', q{SELECT partman.create_parent('lair.plain', 'at', '1 day', p_template_table => 'safe.secret')} ],
	[ '42501', q{SELECT partman.undo_partition('safe.days', 'lair.source', 100)} ],
	[ '42501', q{SELECT partman.undo_partition('lair.own', 'safe.secret', 100)} ],
	[ '42501', q{SELECT partman.partition_data_time('lair.own', 100, p_source_table => 'safe.days')} ],
	[ '42501', q{SELECT partman.drop_partition_time('lair.own', '1 hour', p_retention_schema => 'safe', p_keep_table => true)} ],
	[ '42501', q{SELECT partman.apply_privileges('lair', 'own', 'safe', 'unmanaged_old')} ],
	[ '00000', q{SELECT partman.apply_constraints('lair.own', 'safe.unmanaged_old')} ],
	[ '42501', q{SELECT partman.inherit_template_properties('lair.own', 'safe', 'unmanaged_old')} ]);
my $offset = -s $node->logfile;
my $number = 0;
my $states = attack($node, 'postgres', 'mallory', '', [ 'source', 'CREATE TABLE lair.source (at timestamptz, id int)' ], map { [ 'attack.' . $number++, $_->[1] ] } @refused);
$number = 0;
like($states->{ 'attack.' . $number++ } // 'not run', qr/^$_->[0]/, "refused: $_->[1]") foreach @refused;
my ($copied, undef, $complaint) = $node->psql('postgres', "COPY partman.part_config ($columns) FROM STDIN WITH (FORMAT csv);\nsafe.unmanaged,at,1 day,range,1 hour,f\n\\.\n", extra_params => [ '-U', 'mallory' ]);
like($complaint, qr/must be owner of table "safe.unmanaged"/, 'refused: COPY');
is(as($node, 'postgres', $everything), $before, 'nothing of the victim has changed');

# Who may switch triggers off, as roles that are no superusers may in some hosted databases, is judged as before.
as($node, 'postgres', 'GRANT SET ON PARAMETER session_replication_role TO mallory');
$number = 0;
my @writes = grep { $_->[0] ne '55000' && $_->[1] =~ /^(?:INSERT|UPDATE|DELETE|MERGE|WITH)/ } @refused;
$states = attack($node, 'postgres', 'mallory', '', [ 'off', 'SET session_replication_role = replica' ], map { [ 'replica.' . $number++, $_->[1] ] } @writes);
is($states->{off}, '00000', 'triggers are off');
$number = 0;
like($states->{ 'replica.' . $number++ } // 'not run', qr/^$_->[0]/, "refused with triggers off: $_->[1]") foreach @writes;
is(as($node, 'postgres', $everything), $before, 'nothing of the victim has changed then either');
as($node, 'postgres', 'REVOKE SET ON PARAMETER session_replication_role FROM mallory');

# What is accepted means nothing.  A dump gives owner_role and parent_oid; mallory imitates one.
my $warned = attack($node, 'postgres', 'mallory', '',
	[ 'orphan', "INSERT INTO partman.part_config ($columns, owner_role, parent_oid, system_identifier, database_oid) VALUES ('safe.unmanaged', $values, 'victim', $oid, $identity)" ],
	[ 'squat', "INSERT INTO partman.part_config ($columns) VALUES ('common.later', $values), ('common.later_by_superuser', $values)" ],
	[ 'waits', q{INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_owner_role) VALUES ('common.later', 'value', '10', 'range', 'victim')} ],
	[ 'override', q{INSERT INTO partman.part_config_override (root, value, settings, owner_role) VALUES ('common.later', 'a', '{"retention": "1 hour", "retention_keep_table": false}', 'victim')} ],
	# A row that waits for a table of his own, which then becomes somebody else's.
	[ 'table', q{CREATE TABLE common.swapped (tag text NOT NULL, at timestamptz NOT NULL) PARTITION BY LIST (tag)} ],
	[ 'early', q{INSERT INTO partman.part_config_override (root, value, settings, owner_role) VALUES ('common.swapped', 'a', '{"retention": "1 hour", "retention_keep_table": false}', 'victim')} ],
	[ 'swap', q{DROP TABLE common.swapped} ]);
is($warned->{orphan}, '00000', 'a row for a table of the victim as in a dump');
is(as($node, 'postgres', q{SELECT concat_ws(' ', coalesce(parent_oid::text, 'none'), owner_role) FROM partman.part_config WHERE parent_table = 'safe.unmanaged'}), 'none mallory', 'is an orphan of mallory');
is($warned->{squat}, '00000', 'rows for tables that are not there');
as($node, 'victim', <<'SQL');
CREATE TABLE common.later (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
CREATE TABLE common.later_old PARTITION OF common.later FOR VALUES FROM ('2020-01-01') TO ('2020-01-02');
SQL
as($node, 'postgres', <<'SQL');
CREATE TABLE common.later_by_superuser (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
CREATE TABLE common.superuser_old PARTITION OF common.later_by_superuser FOR VALUES FROM ('2020-01-01') TO ('2020-01-02');
SELECT partman.run_maintenance();
CALL partman.run_maintenance_proc();
SQL
is(as($node, 'postgres', q{SELECT to_regclass('common.later_old') IS NOT NULL AND to_regclass('common.superuser_old') IS NOT NULL AND to_regclass('safe.unmanaged_old') IS NOT NULL}),
	't', 'tables of others that come to have the name are not touched');
is(as($node, 'postgres', q{SELECT count(*) FROM pg_inherits WHERE inhparent IN ('common.later'::regclass, 'common.later_by_superuser'::regclass, 'safe.unmanaged'::regclass)}), '3', 'nor do they get partitions');
foreach my $case ([ 'victim', 'common.later' ], [ 'postgres', 'common.later_by_superuser' ], [ 'victim', 'safe.unmanaged' ])
{
	my ($role, $table) = @$case;
	as($node, $role, "SELECT partman.create_parent('$table', 'at', '1 day')");
	is(as($node, 'postgres', "SELECT concat_ws(' ', owner_role, coalesce(retention, 'keeps')) FROM partman.part_config WHERE parent_table = '$table'"), "$role keeps", "$table can be set up, with nothing of mallory's");
	is(as($node, 'postgres', "SELECT count(*) FROM partman.part_config_sub WHERE sub_parent = '$table'"), '0', 'and no sub-partitions');
}

foreach my $role ('victim', 'postgres')
{
	as($node, 'mallory', q{CREATE TABLE common.swapped (tag text NOT NULL, at timestamptz NOT NULL) PARTITION BY LIST (tag);
		INSERT INTO partman.part_config_override (root, value, settings, owner_role) VALUES ('common.swapped', 'a', '{"retention": "1 hour", "retention_keep_table": false}', 'victim'); DROP TABLE common.swapped}) if $role eq 'postgres';
	is(as($node, 'postgres', q{SELECT string_agg(owner_role, ' ') FROM partman.part_config_override WHERE root = 'common.swapped'}), 'mallory', 'what waits for a table says who wrote it');
	as($node, $role, <<'SQL');
CREATE TABLE common.swapped (tag text NOT NULL, at timestamptz NOT NULL) PARTITION BY LIST (tag);
SELECT partman.create_parent('common.swapped', 'tag', p_type => 'list');
SELECT partman.create_sub_parent('common.swapped', 'at', '1 day', p_premake => 1, p_declarative_check => 'yes');
SELECT partman.add_list_partition('common.swapped', '{a}');
SQL
	is(as($node, 'postgres', q{SELECT count(*) FROM partman.part_config_override WHERE root = 'common.swapped'}), '0', "a set of $role has no overrides of mallory's");
	is(as($node, 'postgres', q{SELECT string_agg(coalesce(retention, 'keeps') || ' ' || retention_keep_table, ', ') FROM partman.part_config WHERE parent_table = 'common.swapped_pa'}), 'keeps true', 'and what is below it keeps everything');
	as($node, $role, 'DROP TABLE common.swapped');
}

# The same name, made again by somebody else, and nobody noticed as the event triggers were off.
as($node, 'mallory', <<'SQL');
CREATE TABLE common.again (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
SELECT partman.create_parent('common.again', 'at', '1 day', p_premake => 1, p_template_table => 'false');
UPDATE partman.part_config SET retention = '1 hour', retention_keep_table = false WHERE parent_table = 'common.again';
SQL
my $again = q{CREATE TABLE common.again (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at); ALTER TABLE common.again OWNER TO victim;
	CREATE TABLE common.again_old PARTITION OF common.again FOR VALUES FROM ('2020-01-01') TO ('2020-01-02'); ALTER TABLE common.again_old OWNER TO victim};
as($node, 'postgres', "SET session_replication_role = replica; DROP TABLE common.again; $again; RESET session_replication_role; SELECT partman.run_maintenance()");
is(as($node, 'postgres', q{SELECT to_regclass('common.again_old')}), 'common.again_old', 'a table with the name of a set that is gone is not taken for it');
is(as($node, 'postgres', q{SELECT coalesce(parent_oid::text, 'none') FROM partman.part_config WHERE parent_table = 'common.again'}), 'none', 'the row is an orphan');
# The same oid, which some day comes round again.
foreach my $by ('maintenance', 'a rename')
{
	as($node, 'postgres', qq{DELETE FROM partman.part_config WHERE parent_table LIKE 'common.again%'});
	as($node, 'postgres', "SET session_replication_role = replica; DROP TABLE common.again; $again");
	as($node, 'mallory', <<'SQL');
CREATE TABLE common.mine (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
SELECT partman.create_parent('common.mine', 'at', '1 day', p_premake => 1, p_template_table => 'false');
UPDATE partman.part_config SET retention = '1 hour', retention_keep_table = false WHERE parent_table = 'common.mine';
SQL
	as($node, 'postgres', q{SET session_replication_role = replica; UPDATE partman.part_config SET parent_oid = 'common.again'::regclass WHERE parent_table = 'common.mine'; DROP TABLE common.mine});
	as($node, 'victim', 'ALTER TABLE common.again_old RENAME TO a; ALTER TABLE common.a RENAME TO again_old; ALTER TABLE common.again RENAME TO b; ALTER TABLE common.b RENAME TO again') if $by eq 'a rename';
	as($node, 'postgres', 'SELECT partman.run_maintenance()');
	is(as($node, 'postgres', q{SELECT to_regclass('common.again_old')}), 'common.again_old', "an oid that came to another table ($by): its partitions stay");
	is(as($node, 'postgres', q{SELECT string_agg(coalesce(parent_oid::text, 'none'), ' ') FROM partman.part_config WHERE parent_table IN ('common.mine', 'common.again', 'common.b')}), 'none', 'the row is an orphan');
	is(as($node, 'postgres', q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'common.again'::regclass}), '1', 'the table gets nothing');
	as($node, 'postgres', q{DELETE FROM partman.part_config WHERE parent_table IN ('common.mine', 'common.again')});
}
# But who has renamed a table or given it away keeps its configuration, even if nobody noticed.
as($node, 'mallory', q{CREATE TABLE common.kept (at timestamptz NOT NULL) PARTITION BY RANGE (at); SELECT partman.create_parent('common.kept', 'at', '1 day', p_template_table => 'false')});
as($node, 'postgres', q{SET session_replication_role = replica; ALTER TABLE common.kept OWNER TO victim; RESET session_replication_role; SELECT partman.run_maintenance()});
is(as($node, 'postgres', q{SELECT owner_role FROM partman.part_config WHERE parent_table = 'common.kept' AND parent_oid = 'common.kept'::regclass}), 'victim', 'a table that was given away keeps its row');
as($node, 'postgres', q{SET session_replication_role = replica; ALTER TABLE common.kept RENAME TO kept_on; RESET session_replication_role; SELECT partman.run_maintenance()});
is(as($node, 'postgres', q{SELECT owner_role FROM partman.part_config WHERE parent_table = 'common.kept_on' AND parent_oid = 'common.kept_on'::regclass}), 'victim', 'and so does one that was renamed');

# mallory's settings that lead to others' schemas and tables, and a superuser who runs maintenance.
foreach my $case ([ "partition_schema = 'safe', premake = 5", 'makes no partitions' ], [ "retention = '1 hour', retention_schema = 'safe'", 'moves no partitions' ],
	[ "template_table = 'safe.secret', premake = 6", 'takes nothing from a template' ])
{
	as($node, 'mallory', "UPDATE partman.part_config SET partition_schema = NULL, retention_schema = NULL, retention = NULL, template_table = NULL WHERE parent_table = 'lair.own'");
	my $result = attack($node, 'postgres', 'mallory', '', [ 'set', "UPDATE partman.part_config SET $case->[0] WHERE parent_table = 'lair.own'" ]);
	$node->psql('postgres', "SELECT partman.run_maintenance('lair.own')");
	is( as($node, 'postgres', q{SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'safe'::regnamespace AND relowner = 'mallory'::regrole}), '', "maintenance for $case->[0] $case->[1]");
}
attack($node, 'postgres', 'mallory', '', [ 'set', q{UPDATE partman.part_config_override SET settings = '{"retention": "1 hour", "retention_schema": "safe"}' WHERE root = 'lair.listed'} ],
	[ 'old', q{SELECT partman.create_partition_time('lair.listed_pa', ARRAY['2020-01-01'::timestamptz])} ]);
$node->psql('postgres', 'SELECT partman.run_maintenance()');
is(as($node, 'postgres', q{SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'safe'::regnamespace AND relowner = 'mallory'::regrole}), '', 'nor does an override move any');
as($node, 'postgres', q{CREATE UNIQUE INDEX ON safe.secret (what)});
$node->psql('postgres', q{SELECT partman.config_cleanup('lair.own')});
is(as($node, 'postgres', q{SELECT to_regclass('safe.secret')}), 'safe.secret', "a template of somebody else's is not dropped with the set");
as($node, 'postgres', 'SELECT partman.run_maintenance()');
no_breach($node, $offset, 'and no code of anybody ran as somebody else');

$node->stop;
done_testing();
