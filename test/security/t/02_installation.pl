# Who owns the schema that the extension is installed into can put anything there before: neither the script nor what
# it calls finds any of that.  The extension is trusted, so he may be the one who installs it, as the bootstrap superuser.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Lair qw(witnesses no_breach);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('installation');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nlog_line_prefix = '%m [%p] %a '\ntimezone = 'UTC'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE mallory LOGIN; CREATE ROLE eve LOGIN; CREATE DATABASE planted OWNER mallory');
$node->safe_psql('planted', 'CREATE SCHEMA partman;' . slurp_file("$FindBin::RealBin/lib/planted.sql"), extra_params => [ '-U', 'mallory' ]);
$node->safe_psql('postgres', "CREATE DATABASE $_ TEMPLATE planted") foreach qw(of_superuser);
$node->safe_psql('postgres', 'ALTER DATABASE of_superuser OWNER TO mallory');

foreach my $case ([ 'of_superuser', 'postgres' ], [ 'planted', 'mallory' ])
{
	my ($database, $user) = @$case;
	my $offset = -s $node->logfile;
	my ($result, undef, $err) = $node->psql($database, 'CREATE EXTENSION pg_strata', extra_params => [ '-U', $user ]);
	is($result, 0, "$user installs the extension") or diag($err);
	like($err, qr/WARNING:  schema "partman" holds objects that do not belong to the extension/, 'and is warned');
	is(join("\n", map { $_->[1] } witnesses($node, $offset)), '', 'nothing of what was there ran');
	# Nor will it ever: what views, functions, constraints and defaults mean was settled then.
	is( $node->safe_psql($database, <<'SQL'), '', 'nor does anything of the extension refer to it');
SELECT string_agg(DISTINCT pg_describe_object(d.refclassid, d.refobjid, 0), ', ')
  FROM pg_depend d JOIN pg_proc p ON d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_class'::regclass) AND p.proname = 'tell'
  JOIN (SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
        UNION SELECT 'pg_rewrite'::regclass, r.oid FROM pg_rewrite r JOIN pg_depend m ON m.objid = r.ev_class AND m.classid = 'pg_class'::regclass AND m.deptype = 'e'
        UNION SELECT 'pg_constraint'::regclass, c.oid FROM pg_constraint c JOIN pg_depend m ON m.objid = c.conrelid AND m.classid = 'pg_class'::regclass AND m.deptype = 'e'
        UNION SELECT 'pg_attrdef'::regclass, a.oid FROM pg_attrdef a JOIN pg_depend m ON m.objid = a.adrelid AND m.classid = 'pg_class'::regclass AND m.deptype = 'e') AS ours USING (classid, objid)
 WHERE EXISTS (SELECT FROM pg_shdepend s WHERE s.classid = d.refclassid AND s.objid = d.refobjid AND s.refobjid = 'mallory'::regrole AND s.deptype = 'o')
SQL

	# The extension in use: set-up, maintenance, views.
	$offset = -s $node->logfile;
	$node->safe_psql($database, <<'SQL');
CREATE TABLE public.events (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
SET search_path = partman, public;
SELECT partman.create_parent('public.events', 'at', '1 day');
UPDATE partman.part_config SET premake = 7, retention = '2 days', constraint_cols = '{value}';
SELECT partman.run_maintenance('public.events');
CALL partman.run_maintenance_proc();
SELECT * FROM partman.partitions; SELECT * FROM partman.health; SELECT * FROM partman.maintenance_history; SELECT * FROM partman.table_privs;
SELECT * FROM partman.check_subpart_sameconfig('public.events'); SELECT * FROM partman.partman_safe_obj_name('a.b'); SELECT * FROM partman.jobs; SELECT * FROM partman.job_steps;
SELECT * FROM partman.progress; SELECT * FROM partman.worker_status;
ALTER TABLE public.events RENAME COLUMN at TO moment;
ALTER TABLE public.events RENAME TO occurrences;
CREATE SCHEMA other; ALTER TABLE public.occurrences SET SCHEMA other; ALTER SCHEMA other RENAME TO another;
SELECT partman.config_cleanup('another.occurrences');
DROP SCHEMA another CASCADE;
SQL
	is(join("\n", map { $_->[1] } witnesses($node, $offset)), '', 'nor does it run while the extension is in use');

	# The installer adds a table of his own to the extension, under the name of ours.
	if ($user eq 'mallory')
	{
		$node->safe_psql($database, <<'SQL', extra_params => [ '-U', 'mallory' ]);
CREATE SCHEMA lair; GRANT USAGE ON SCHEMA lair TO PUBLIC;
CREATE FUNCTION lair.fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM partman.tell('trigger'); RETURN NEW; END $$;
CREATE TABLE lair.part_config (LIKE partman.part_config INCLUDING ALL);
CREATE TRIGGER t BEFORE INSERT OR UPDATE ON lair.part_config FOR EACH ROW EXECUTE FUNCTION lair.fire();
CREATE TABLE lair.managed_partition (LIKE partman.managed_partition INCLUDING ALL);
CREATE TRIGGER t BEFORE INSERT OR UPDATE ON lair.managed_partition FOR EACH ROW EXECUTE FUNCTION lair.fire();
ALTER EXTENSION pg_strata ADD TABLE lair.part_config;
ALTER EXTENSION pg_strata ADD TABLE lair.managed_partition;
DO $$ BEGIN FOR i IN 1..40 LOOP EXECUTE format('CREATE TABLE partman.filler_%s ()', i); EXECUTE format('ALTER EXTENSION pg_strata ADD TABLE partman.filler_%s', i); END LOOP; END $$;
SQL
		foreach my $object ('TABLE partman.part_config', 'FUNCTION partman.run_maintenance(text, boolean, boolean)', 'TABLE partman.installation')
		{
			my ($refused) = $node->psql($database, "ALTER EXTENSION pg_strata DROP $object", extra_params => [ '-U', 'mallory' ]);
			isnt($refused, 0, "mallory cannot take $object out of the extension");
		}
		foreach my $statement ('CREATE TRIGGER t BEFORE INSERT ON partman.part_config FOR EACH ROW EXECUTE FUNCTION lair.fire()', 'ALTER TABLE partman.part_config ADD CHECK (true)',
			'CREATE RULE r AS ON INSERT TO partman.part_config DO ALSO NOTHING', 'CREATE POLICY p ON partman.part_config', 'ALTER TABLE partman.part_config RENAME TO old_config',
			'DROP TABLE partman.part_config', 'ALTER EVENT TRIGGER pg_strata_follow_drop DISABLE', 'CREATE OR REPLACE FUNCTION partman.follow_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$',
			'CREATE OR REPLACE VIEW partman.health AS SELECT 1 AS parent_table', 'TRUNCATE partman.part_config', 'DELETE FROM partman.installation', 'DELETE FROM partman.maintenance_step')
		{
			my ($refused) = $node->psql($database, $statement, extra_params => [ '-U', 'mallory' ]);
			isnt($refused, 0, "nor $statement");
		}
		$offset = -s $node->logfile;
		$node->safe_psql($database, <<'SQL');
CREATE TABLE public.more (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.more', 'at', '1 day');
UPDATE partman.part_config SET premake = 9 WHERE parent_table = 'public.more';
SELECT partman.run_maintenance('public.more');
SQL
		is(join("\n", map { $_->[1] } witnesses($node, $offset)), '', 'the tables that he added are not taken for ours');
		is($node->safe_psql($database, 'SELECT (SELECT count(*) FROM lair.part_config), (SELECT count(*) FROM partman.part_config)'), '0|1', 'nor written to');
	}
}

# That the witnesses would tell.
my $offset = -s $node->logfile;
$node->psql('planted', q{SET search_path = partman; SELECT 'a'::name || 'b'::varchar; SELECT 1 WHERE 5::oid = 'pg_class'::regclass; SELECT lower('a'::name)});
is(join(', ', map { "$_->[1] as $_->[2]" } witnesses($node, $offset)),
	'operator || (name, varchar) as postgres, operator = (oid, regclass) as postgres, function lower(name) as postgres', 'positive control');

$node->stop;
done_testing();
