# Every function of the extension, and every view, called by a superuser for a table that is full of its owner's code:
# none of that runs with the rights of the caller.  A function that nobody has added here fails the test.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Lair qw(furnish attack witnesses no_breach);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# Name, what mallory sets up (times, ids, codes, values: managed, with rows; make: not), and the call, where SET stands for it.
my @calls = (
	[ 'create_partition', 'make', q{SELECT partman.create_partition('SET', 'at', '1 day', p_premake => 1, p_template_table => 'lair.model')} ],
	[ 'create_parent', 'make', q{SELECT partman.create_parent('SET', 'at', '1 day', p_premake => 1, p_template_table => 'lair.model', p_constraint_cols => '{v,m,d}')} ],
	[ 'ensure_set', 'make', q{SELECT partman.ensure_set(pg_catalog.jsonb_build_object('parent_table', 'SET', 'control', 'at', 'interval', '1 day', 'premake', 1, 'template_table', 'lair.model', 'constraint_cols', ARRAY['v', 'm', 'd']))} ],
	[ 'ensure_set.change', 'times', q{SELECT partman.ensure_set(pg_catalog.jsonb_build_object('parent_table', 'SET', 'premake', 9, 'retention', '1 day'), true)} ],
	[ 'create_parent.encoders', 'make-code', q{SELECT partman.create_parent('SET', 'code', '1 day', p_premake => 1, p_time_encoder => 'lair.encode', p_time_decoder => 'lair.decode')} ],
	[ 'create_sub_partition', 'times', q{SELECT partman.create_sub_partition('SET', 'id', '10', p_premake => 1, p_declarative_check => 'yes')} ],
	[ 'create_sub_parent', 'times', q{SELECT partman.create_sub_parent('SET', 'id', '10', p_premake => 1, p_declarative_check => 'yes')} ],
	[ 'create_sub_parent.hash', 'times', q{SELECT partman.create_sub_parent('SET', 'id', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes')} ],
	[ 'create_sub_parent.list', 'times', q{SELECT partman.create_sub_parent('SET', 'id', p_type => 'list', p_values => '{1,2}', p_declarative_check => 'yes')} ],
	[ 'stop_sub_partition', 'times', q{SELECT partman.create_sub_parent('SET', 'id', '10', p_premake => 1, p_declarative_check => 'yes'); SELECT partman.stop_sub_partition('SET')} ],
	[ 'manage', 'given', q{SELECT partman.manage('SET')} ],
	[ 'plan_manage', 'given', q{SELECT partman.plan_manage('SET')} ],
	[ 'create_partition_time', 'times', q{SELECT partman.create_partition_time('SET', '{2020-01-01}')} ],
	[ 'create_partition_id', 'ids', q{SELECT partman.create_partition_id('SET', '{500}')} ],
	[ 'run_maintenance', 'times', q{UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'SET'; SELECT partman.run_maintenance('SET', p_analyze => true)} ],
	[ 'run_maintenance.codes', 'codes', q{UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'SET'; SELECT partman.run_maintenance('SET')} ],
	[ 'run_maintenance.drop', 'times', q{UPDATE partman.part_config SET retention = '1 day', retention_keep_table = false WHERE parent_table = 'SET'; SELECT partman.run_maintenance('SET')} ],
	[ 'run_maintenance.move', 'times', q{UPDATE partman.part_config SET retention = '1 day', retention_schema = 'attic' WHERE parent_table = 'SET'; SELECT partman.run_maintenance('SET')} ],
	[ 'run_maintenance.all', 'ids', q{UPDATE partman.part_config SET premake = 2; SELECT partman.run_maintenance()} ],
	[ 'run_maintenance_proc', 'times', q{UPDATE partman.part_config SET premake = 4; CALL partman.run_maintenance_proc(p_analyze => true)} ],
	[ 'apply_plan', 'times', q{UPDATE partman.part_config SET premake = 3, retention = '1 day', retention_keep_table = false WHERE parent_table = 'SET'; SELECT min(fingerprint) AS shown FROM partman.plan_maintenance('SET') \gset
CALL partman.apply_plan(:'shown', 'SET')} ],
	[ 'plan_maintenance', 'times read_times', q{SELECT * FROM partman.plan_maintenance()} ],
	[ 'apply_constraints', 'times', q{SELECT partman.apply_constraints('SET', p_analyze => true)} ],
	[ 'drop_constraints', 'times', q{SELECT partman.drop_constraints('SET', FIRST)} ],
	[ 'reapply_constraints_proc', 'ids', q{CALL partman.reapply_constraints_proc('SET', p_drop_constraints => true, p_apply_constraints => true)} ],
	[ 'drop_partition_time', 'times', q{SELECT partman.drop_partition_time('SET', '1 day', p_keep_table => false)} ],
	[ 'drop_partition_time.keep', 'times', q{SELECT partman.drop_partition_time('SET', '1 day', p_keep_table => true, p_keep_index => false)} ],
	[ 'drop_partition_time.move', 'times', q{SELECT partman.drop_partition_time('SET', '1 day', p_retention_schema => 'attic')} ],
	[ 'drop_partition_id', 'ids', q{SELECT partman.drop_partition_id('SET', 1, p_keep_table => false)} ],
	[ 'confirm_retention', 'times', q{UPDATE partman.part_config SET retention = '1 day', retention_keep_table = false WHERE parent_table = 'SET'; SELECT partman.confirm_retention('SET')} ],
	[ 'undo_retention', 'times', q{SELECT partman.drop_partition_time('SET', '1 day', p_keep_table => true); SELECT partman.undo_retention((SELECT pg_catalog.concat('lair.', c.relname) FROM pg_catalog.pg_class c WHERE c.relname OPERATOR(pg_catalog.~) '^undo_retention_p' AND c.relkind OPERATOR(pg_catalog.=) 'r' ORDER BY 1 LIMIT 1))} ],
	[ 'hold_retention', 'times', q{SELECT partman.hold_retention((SELECT pg_catalog.concat('lair.', c.relname) FROM pg_catalog.pg_class c WHERE c.relname OPERATOR(pg_catalog.~) '^hold_retention_p' AND c.relkind OPERATOR(pg_catalog.=) 'r' ORDER BY 1 LIMIT 1))} ],
	[ 'partition_data_time', 'times', q{SELECT partman.partition_data_time('SET', 100)} ],
	[ 'partition_data_time.codes', 'codes', q{SELECT partman.partition_data_time('SET', 100)} ],
	[ 'partition_data_time.source', 'times', q{SELECT partman.partition_data_time('SET', 100, p_source_table => 'lair.source')} ],
	[ 'partition_data_id', 'ids', q{SELECT partman.partition_data_id('SET', 100)} ],
	[ 'partition_data_proc', 'ids', q{CALL partman.partition_data_proc('SET', p_wait => 0)} ],
	[ 'partition_data_async', 'times', q{CALL partman.partition_data_async('SET', p_wait => 0, p_interval => '1 hour')} ],
	[ 'undo_partition', 'ids', q{SELECT partman.undo_partition('SET', 'lair.source', 100, p_keep_table => false, p_ignored_columns => '{g}')} ],
	[ 'undo_partition_proc', 'ids', q{CALL partman.undo_partition_proc('SET', 'lair.source', p_wait => 0, p_keep_table => false, p_ignored_columns => '{g}')} ],
	[ 'show_partitions', 'codes read_codes', q{SELECT partman.show_partitions('SET', 'DESC', true)} ],
	[ 'show_partition_info', 'codes read_codes', q{SELECT partman.show_partition_info(FIRST)} ],
	[ 'show_partition_name', 'codes read_codes', q{SELECT partman.show_partition_name('SET', '2026-01-01')} ],
	[ 'list_partitions', 'codes read_codes', q{SELECT partman.list_partitions('SET')} ],
	[ 'partition_bytes', 'times read_times', q{SELECT partman.partition_bytes('SET'::pg_catalog.regclass)} ],
	[ 'dump_partitioned_table_definition', 'times read_times', q{SELECT partman.dump_partitioned_table_definition('SET')} ],
	[ 'generate_ddl', 'times read_times', q{SELECT partman.generate_ddl('SET', true)} ],
	[ 'check_subpart_sameconfig', 'times read_times', q{SELECT partman.check_subpart_sameconfig('SET')} ],
	[ 'check_subpartition_limits', 'times read_times', q{SELECT partman.check_subpartition_limits('SET', 'time')} ],
	[ 'check_default', 'times read_times', q{SELECT * FROM partman.check_default()} ],
	[ 'check_default.any', 'times read_times', q{SELECT * FROM partman.check_default(p_exact_count => false)} ],
	[ 'check_control_type', 'times read_times', q{SELECT partman.check_control_type('lair', 'read_times', 'at')} ],
	[ 'check_name_length', undef, q{SELECT partman.check_name_length('x', '_p1')} ],
	[ 'partman_safe_obj_name', undef, q{SELECT partman.partman_safe_obj_name('x.Y')} ],
	[ 'calculate_time_partition_info', undef, q{SELECT partman.calculate_time_partition_info('1 day', '2026-01-01')} ],
	[ 'uuid7_time_encoder', undef, q{SELECT partman.uuid7_time_encoder('2026-01-01')} ],
	[ 'uuid7_time_decoder', undef, q{SELECT partman.uuid7_time_decoder('018cc251-f400-7000-8000-000000000000')} ],
	[ 'check_automatic_maintenance_value', undef, q{SELECT partman.check_automatic_maintenance_value('on')} ],
	[ 'check_epoch_type', undef, q{SELECT partman.check_epoch_type('none')} ],
	[ 'check_partition_type', undef, q{SELECT partman.check_partition_type('range')} ],
	[ 'health', 'times read_times', q{SELECT * FROM partman.health()} ],
	[ 'check_health', 'times read_times', q{SELECT partman.check_health('critical')} ],
	[ 'partition_gap_fill', 'ids', q{SELECT partman.partition_gap_fill('SET')} ],
	[ 'config_cleanup', 'times', q{UPDATE partman.part_config SET template_table = 'lair.spare' WHERE parent_table = 'SET'; SELECT partman.config_cleanup('SET')} ],
	[ 'run_analyze', 'times read_times', q{CALL partman.run_analyze(p_parent_table => 'SET')} ],
	[ 'run_analyze.all', 'times read_times', q{CALL partman.run_analyze()} ],
	[ 'apply_cluster', undef, q{SELECT partman.apply_cluster('lair', 'model', 'lair', 'copy')} ],
	[ 'autovacuum_off', 'times read_times', q{SELECT partman.autovacuum_off('lair', 'read_times')} ],
	[ 'autovacuum_reset', 'times read_times', q{SELECT partman.autovacuum_reset('lair', 'read_times')} ],
	[ 'apply_privileges', 'times read_times', q{SELECT partman.apply_privileges('lair', 'read_times', 'lair', LEAF)} ],
	[ 'reapply_privileges', 'times read_times', q{SELECT partman.reapply_privileges('SET')} ],
	[ 'inherit_template_properties', 'times read_times', q{SELECT partman.inherit_template_properties('SET', 'lair', LEAF)} ],
	[ 'inherit_parent_properties', 'times read_times', q{SELECT partman.inherit_parent_properties('lair', 'read_times', LEAF, 'lair')} ],
	[ 'inherit_replica_identity', 'times read_times', q{SELECT partman.inherit_replica_identity('lair', 'read_times', LEAF)} ],
	[ 'import_pg_partman', 'given', q{SELECT partman.import_pg_partman('lair.old_config')} ],
	[ 'resume_job', 'ids', q{CALL partman.undo_partition_proc('SET', 'lair.failing', p_wait => 0, p_ignored_columns => '{g}'); ALTER TABLE lair.failing DROP CONSTRAINT limited; SELECT max(job_id) AS job FROM partman.jobs \gset
CALL partman.resume_job(:job)} ],
	[ 'abort_job', 'ids', q{ALTER TABLE lair.failing ADD CONSTRAINT limited CHECK (id < 30) NOT VALID; CALL partman.undo_partition_proc('SET', 'lair.failing', p_wait => 0, p_ignored_columns => '{g}'); SELECT max(job_id) AS job FROM partman.jobs \gset
SELECT partman.abort_job(:job)} ],
	[ 'add_range_partition', 'times', q{SELECT partman.add_range_partition('SET', '2020-01-01', '2020-02-01')} ],
	[ 'add_list_partition', 'values', q{SELECT partman.add_list_partition('SET', '{2,9}')} ],
	[ 'set_interval', 'times', q{SELECT partman.set_interval('SET', '12 hours')} ],
	[ 'add_hash_partition', 'hashed', q{SELECT partman.drop_partition(FIRST); SELECT partman.add_hash_partition('SET', 4, 0)} ],
	[ 'plan_modulus', 'exchanged read_exchanged', q{SELECT * FROM partman.plan_modulus('SET', 6)} ],
	[ 'set_modulus', 'exchanged', q{CALL partman.set_modulus('SET', 8)} ],
	[ 'set_modulus.fewer', 'exchanged', q{CALL partman.set_modulus('SET', 2)} ],
	[ 'set_modulus.others', 'exchanged', q{CALL partman.set_modulus('SET', 6)} ],
	[ 'run_maintenance.hashed', 'hashed', q{SELECT partman.drop_partition(FIRST); SELECT partman.run_maintenance('SET')} ],
	[ 'retire_list_value', 'values', q{SELECT partman.retire_list_value('SET', '7', p_keep_table => false)} ],
	[ 'run_maintenance.values', 'values', q{SELECT partman.run_maintenance('SET')} ],
	[ 'add_default_partition', 'times', q{SELECT partman.drop_default_partition('SET', true); SELECT partman.add_default_partition('SET')} ],
	[ 'drop_default_partition', 'times', q{SELECT partman.drop_default_partition('SET', p_drop_rows => true)} ],
	[ 'drop_partition', 'times', q{SELECT partman.drop_partition(FIRST)} ],
	# These run or plan what the caller himself has written.
	[ 'explain_pruning', undef, q{SELECT partman.explain_pruning('SELECT FROM safe.events')} ],
	[ 'assert_pruned', undef, q{SELECT partman.assert_pruned('SELECT FROM safe.events', 1)} ],
	[ 'progress', undef, q{SELECT * FROM partman.progress()} ],
	[ 'worker_status', undef, q{SELECT * FROM partman.worker_status()} ],
	[ 'confirm_live', undef, q{SELECT partman.confirm_live()} ]);
# Statements that our triggers and event triggers follow.
my @statements = (
	[ 'ddl.rename', 'times', q{ALTER TABLE lair.ddl_rename RENAME TO ddl_renamed} ],
	[ 'ddl.rename_index', 'times', q{ALTER INDEX lair.ddl_rename_index RENAME TO ddl_renamed_index} ],
	[ 'ddl.rename_partition', 'times', q{ALTER TABLE lair.LEAFNAME RENAME TO ddl_renamed_partition} ],
	[ 'ddl.rename_column', 'times', q{ALTER TABLE lair.ddl_rename_column RENAME COLUMN at TO moment} ],
	[ 'ddl.rename_other_column', 'times', q{ALTER TABLE lair.ddl_rename_other_column RENAME COLUMN v TO w} ],
	[ 'ddl.template', 'times', q{ALTER TABLE lair.other_model RENAME TO another_model} ],
	[ 'ddl.set_schema', 'times', q{ALTER TABLE lair.ddl_set_schema SET SCHEMA attic} ],
	[ 'ddl.detach', 'times', q{ALTER TABLE lair.ddl_detach DETACH PARTITION lair.LEAFNAME} ],
	[ 'ddl.rename_schema', undef, q{ALTER SCHEMA attic RENAME TO loft} ],
	[ 'ddl.drop_partition', 'times', q{DROP TABLE lair.LEAFNAME} ],
	[ 'ddl.drop', 'times', q{DROP TABLE lair.ddl_drop} ],
	[ 'ddl.drop_schema', undef, q{DROP SCHEMA loft CASCADE} ],
	[ 'dml.update', 'times', q{UPDATE partman.part_config SET premake = 3, retention = '2 days', template_table = 'lair.model', constraint_cols = '{v}', retention_schema = 'lair' WHERE parent_table OPERATOR(pg_catalog.=) 'lair.dml_update'} ],
	[ 'dml.rename', 'times', q{UPDATE partman.part_config SET parent_table = 'lair.dml_renamed' WHERE parent_table OPERATOR(pg_catalog.=) 'lair.dml_rename'} ],
	[ 'dml.delete', 'times', q{DELETE FROM partman.part_config WHERE parent_table OPERATOR(pg_catalog.=) 'lair.dml_delete'} ],
	[ 'dml.insert', 'given', q{INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('lair.dml_insert', 'at', '1 day', 'range')} ],
	[ 'dml.insert_sub', 'times', q{INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type) VALUES ('lair.dml_insert_sub', 'id', '10', 'range')} ],
	[ 'dml.update_sub', 'times', q{SELECT partman.create_sub_parent('SET', 'id', '10', p_premake => 1, p_declarative_check => 'yes'); UPDATE partman.part_config_sub SET sub_premake = 3, sub_retention = '10' WHERE sub_parent OPERATOR(pg_catalog.=) 'lair.dml_update_sub'} ],
	[ 'dml.delete_sub', 'times', q{SELECT partman.create_sub_parent('SET', 'id', '10', p_premake => 1, p_declarative_check => 'yes'); DELETE FROM partman.part_config_sub WHERE sub_parent OPERATOR(pg_catalog.=) 'lair.dml_delete_sub'} ],
	[ 'dml.insert_override', 'times', q{INSERT INTO partman.part_config_override (root, value, settings) VALUES ('lair.dml_insert_override', 'a', '{"premake": 3}')} ]);
# What only triggers may call.
my @internal = qw(capture_change follow_ddl follow_drop installation_check managed_partition_check part_config_cascade part_config_check part_config_override_check part_config_override_follow part_config_sub_check wake_worker);

my $node = PostgreSQL::Test::Cluster->new('functions');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nlog_line_prefix = '%m [%p] %a '\nlog_statement = none\ntimezone = 'UTC'\nmax_locks_per_transaction = 512\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE lair');
$node->safe_psql('lair', 'CREATE EXTENSION pg_strata');
furnish($node, 'lair');

# The sets, one for each call.
my $setup = <<'SQL';
CREATE TABLE lair.source (at timestamptz, id int, code text, v int, g int, d lair.dom, m lair.mood, o int, CHECK (lair.f('check of the source', id) IS NOT NULL));
CREATE INDEX ON lair.source (lair.f('index of the source', id));
CREATE TRIGGER source BEFORE INSERT OR DELETE ON lair.source FOR EACH ROW EXECUTE FUNCTION lair.fire();
CREATE TABLE lair.copy (at timestamptz, id int, v int);
CREATE INDEX clustered ON lair.model (lair.f('clustered index', v)); CLUSTER lair.model USING clustered;
CREATE TABLE lair.other_model (LIKE lair.model INCLUDING ALL);
CREATE TABLE lair.spare (LIKE lair.model INCLUDING ALL);
CREATE TABLE lair.old_config (parent_table text, control text, partition_interval text, partition_type text, premake int, automatic_maintenance text, epoch text, datetime_string text,
    d lair.dom DEFAULT 1, g int GENERATED ALWAYS AS (lair.f('generated', 2)) STORED);
CREATE INDEX ON lair.old_config (lair.f('index', d));
INSERT INTO lair.old_config VALUES ('lair.import_pg_partman', 'at', '1 day', 'range', 4, 'on', 'none', 'YYYYMMDD');
ALTER TABLE lair.old_config ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON lair.old_config USING (lair.f('policy', d) = 1);
SQL
$setup .= "CREATE TABLE lair.failing (LIKE lair.source, CONSTRAINT limited CHECK (id < 30));\n";
my (%made, @prepared);
foreach my $call (@calls, @statements)
{
	my ($name, $kind, $sql) = @$call;
	my ($how, $table) = split / /, $kind // '';
	$table //= $name =~ tr/./_/r;
	my $set = "lair.$table";
	$sql =~ s/SET'/$set'/g;
	push @prepared, [ $name, $sql, $set ];
	next if !defined $kind || $made{$set}++;
	$setup .= $how =~ /^make(.*)/ ? "SELECT lair.make('$table', '" . ($1 ne '' ? 'code' : 'at') . "');\n" : "SELECT lair.$how('$table');\n";
}
$setup .= "UPDATE partman.part_config SET template_table = 'lair.other_model' WHERE parent_table = 'lair.ddl_template'; CREATE TABLE lair.dml_renamed (at timestamptz NOT NULL) PARTITION BY RANGE (at);";
# What maintains all sets need not do it with so many.
$setup .= "UPDATE partman.part_config SET automatic_maintenance = 'off' WHERE parent_table !~ '^lair.run_maintenance|^lair.stop_sub';";
$node->safe_psql('lair', $setup, extra_params => [ '-U', 'mallory' ]);
my %leaf = map { split /\|/ } split /\n/, $node->safe_psql('lair', q{SELECT inhparent::regclass, min(relname) FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE relkind = 'r' AND relname !~ 'default' GROUP BY 1});
foreach my $call (@prepared)
{
	$call->[1] =~ s/FIRST/'lair.$leaf{$call->[2]}'/g if $leaf{$call->[2]};
	$call->[1] =~ s/LEAFNAME/$leaf{$call->[2]}/g if $leaf{$call->[2]};
	$call->[1] =~ s/LEAF/'$leaf{$call->[2]}'/g if $leaf{$call->[2]};
}

my %here = map { s/\..*//r => 1 } (@internal, map { $_->[0] } @calls);
is( join(' ', sort grep { !$here{$_} } split /\n/, $node->safe_psql('lair', q{SELECT DISTINCT p.proname FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
		AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid WHERE e.extname = 'pg_strata'})),
	'', 'every function of the extension has a call here');
push @prepared, map { [ "view.$_", "SELECT * FROM partman.$_" ] }
  split(/\n/, $node->safe_psql('lair', q{SELECT relname FROM pg_class WHERE relnamespace = 'partman'::regnamespace AND relkind = 'v'}));
my @names = map { $_->[0] } @prepared;
$node->safe_psql('lair', slurp_file("$FindBin::RealBin/lib/shadows.sql"), extra_params => [ '-U', 'mallory' ]);
$node->safe_psql('postgres', "CREATE DATABASE $_ TEMPLATE lair") foreach qw(plain path owner member stranger definer);
# Copies of a database retire nothing until somebody says that they are in use.
$node->safe_psql($_, "SELECT partman.confirm_live(); GRANT CREATE ON DATABASE $_ TO mallory") foreach qw(plain path owner member stranger definer);

# A superuser calls.
my $offset = -s $node->logfile;
my $states = attack($node, 'plain', 'postgres', '', @prepared);
is($states->{$_}, '00000', "$_ is called") foreach @names;
no_breach($node, $offset, 'all code ran as its owner');
my %places = map { $_->[1] => 1 } witnesses($node, $offset);
ok($places{$_}, "$_: was run at all")
  foreach 'check', 'constant check', 'operator', 'generated', 'index', 'predicate', 'index of a partition', 'statistics', 'template', 'encoder', 'decoder', 'check of the source', 'registry';

# The same with a search path that leads to mallory first: whatever our queries do not qualify is his.
my $shadows = "'shadow, pg_catalog, pg_temp'";
$offset = -s $node->logfile;
$states = attack($node, 'path', 'postgres', $shadows, @prepared);
is($states->{$_}, '00000', "$_ is called with another search path") foreach @names;
no_breach($node, $offset, 'and nothing was found on it');

is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_roles WHERE rolsuper}), '1', 'there is no new superuser');

# mallory himself: what he may not do, the extension's owner does for him.
$offset = -s $node->logfile;
$states = attack($node, 'owner', 'mallory', $shadows, [ 'haunt', 'SELECT lair.haunt()' ], grep { $_->[0] ne 'confirm_live' } @prepared);
is($states->{$_}, '00000', "$_ is called by the owner") foreach grep { $_ ne 'confirm_live' } @names;
no_breach($node, $offset, 'which makes him nobody else');

# A member of mallory has rights that mallory has not.
$offset = -s $node->logfile;
$states = attack($node, 'member', 'member', '', grep { $_->[0] ne 'confirm_live' } @prepared);
is($states->{$_}, '00000', "$_ is called by a member") foreach grep { $_ ne 'confirm_live' } @names;
no_breach($node, $offset, 'and all code ran as its owner');

# eve has nothing to do with any of it: she changes nothing, and learns no more than the catalog says.
my $state = q{SELECT x::text FROM (SELECT c.oid, c.relname, c.relowner, c.relacl, c.reloptions, c.relhastriggers, c.relkind, pg_get_expr(c.relpartbound, c.oid), concat(c.relfilenode, pg_relation_size(c.oid)) FROM pg_class c WHERE c.relnamespace <> 'pg_catalog'::regnamespace AND c.relname !~ '^(maintenance|job)_'
	UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, p::text FROM partman.part_config p UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, p::text FROM partman.part_config_sub p) AS x ORDER BY 1};
my $before = $node->safe_psql('stranger', $state);
$offset = -s $node->logfile;
$states = attack($node, 'stranger', 'eve', '', map { [ $_->[0], $_->[1] =~ s/^.*(?:;|gset)\s//sr =~ s/:job/1/r =~ s/:'shown'/'0123456789abcdef'/r ] } @prepared);
my %harmless = map { $_ => 1 } qw(show_partitions show_partition_info show_partition_name list_partitions partition_bytes dump_partitioned_table_definition generate_ddl check_subpart_sameconfig check_subpartition_limits
  check_control_type check_name_length partman_safe_obj_name calculate_time_partition_info uuid7_time_encoder uuid7_time_decoder check_automatic_maintenance_value check_epoch_type check_partition_type
  stop_sub_partition dml.update_sub dml.delete_sub run_analyze inherit_parent_properties inherit_replica_identity
  generate_ddl health check_health progress worker_status explain_pruning assert_pruned run_maintenance.all run_maintenance_proc plan_maintenance run_analyze.all check_default check_default.any);
like($states->{$_}, $harmless{$_} || /^view/ ? qr/^00000|^42501/ : $_ =~ /_job$/ ? qr/^42704/ : $_ eq 'ddl.drop_schema' ? qr/^3F000/ : qr/^42501/, "$_ is refused to a stranger, or harmless") foreach @names;
my %was = map { $_ => 1 } split /\n/, $before;
is(join("\n", grep { !delete $was{$_} } split /\n/, $node->safe_psql('stranger', $state)), '', 'there is nothing new');
is(join("\n", sort keys %was), '', 'and nothing is gone');
no_breach($node, $offset, 'nor is any code run as she');
is($node->safe_psql('stranger', "SELECT count(*) FROM partman.$_", extra_params => [ '-U', 'eve' ]), '0', "she sees nothing in $_") foreach qw(health maintenance_history jobs job_steps progress);

# A superuser's SECURITY DEFINER function around each: the session is eve's, the caller is a superuser.
$node->safe_psql('definer', q{CREATE FUNCTION safe.run(command text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN EXECUTE command; END $$});
$offset = -s $node->logfile;
$states = attack($node, 'definer', 'eve', '', map { [ $_->[0], "SELECT safe.run(\$run\$$_->[1]\$run\$)" ] } grep { $_->[1] !~ /CALL|gset/ } @prepared);
is($states->{$_}, '00000', "$_ is called by a SECURITY DEFINER function") foreach sort keys %$states;
no_breach($node, $offset, 'and all code ran as its owner');

# That all this would be seen: a superuser who does plainly what he must not.
$offset = -s $node->logfile;
attack($node, 'plain', 'postgres', '', [ 'control', q{
	INSERT INTO lair.read_times (at, id) VALUES (now(), 1);
	INSERT INTO lair.read_times (id) VALUES (1);
	SELECT m::text FROM lair.read_times;
	SELECT lair.encode(now()), lair.decode('20260101000000');
	DELETE FROM lair.read_times;
	CREATE TABLE lair.likeness (LIKE lair.read_times INCLUDING ALL);
	SET search_path = shadow, pg_catalog;
	SELECT 'a'::text = 'b'::text, lower('A'::text), 'a'::text::name FROM pg_class LIMIT 1} ]);
my %gained = map { $_->[1] => 1 } grep { $_->[2] ne 'mallory' && $_->[4] =~ /ALTER ROLE mallory SUPERUSER.*COPY .* TO PROGRAM/ } witnesses($node, $offset);
ok($gained{$_}, "positive control, $_: would have made mallory a superuser")
  foreach 'check', 'constant check', 'operator', 'domain', 'generated', 'default', 'default of the key', 'index', 'predicate', 'rule', 'cast', 'encoder', 'decoder',
  'trigger before_row', 'trigger after_row', 'trigger deferred', 'trigger statement', 'operator =', 'function lower', 'relation pg_class', 'type name';
is($node->safe_psql('postgres', q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'}), 't', 'which he is by now');

$node->stop;
done_testing();
