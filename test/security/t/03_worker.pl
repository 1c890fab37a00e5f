# The worker is a superuser.  It looks after mallory's sets, of every kind, and never runs his code as itself; nor does
# it stop looking after others because of what he does.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Lair qw(as furnish witnesses no_breach);
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state wait_for_log worker_pid);
use Test::More;

my $node = new_server('worker', "log_line_prefix = '%m [%p] %a '\nmax_locks_per_transaction = 512\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
furnish($node, 'postgres');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

as($node, 'mallory', <<'SQL');
UPDATE partman.part_config SET automatic_maintenance = 'off';
SELECT lair.times('dropped'), lair.times('moved'), lair.times('kept'), lair.times('without_default'), lair.times('deep'), lair.ids('numbers'), lair.codes('encoded');
-- What is in the way of the partitions to come.
SELECT partman.partition_data_id('lair.numbers', 100);
SELECT partman.create_sub_parent('lair.deep', 'id', '10', p_premake => 1, p_declarative_check => 'yes');
DROP TABLE lair.without_default_default;
-- Listed values below days, which a query of his names.
SELECT lair.times('named');
DELETE FROM lair.named;
SELECT partman.create_sub_parent('lair.named', 'id', p_type => 'list', p_values => '{1}', p_declarative_check => 'yes');
UPDATE partman.part_config_sub SET sub_value_query = 'SELECT n FROM pg_catalog.generate_series(5, 6) AS n WHERE lair.registry(n)' WHERE sub_parent = 'lair.named';
-- One of which single partitions are left to the worker to drop.
SELECT lair.times('asked');
SQL
my $offset = -s $node->logfile;
as($node, 'mallory', <<'SQL');
UPDATE partman.part_config SET premake = 3;
UPDATE partman.part_config_sub SET sub_premake = 2;
UPDATE partman.part_config SET retention = '1 day', retention_keep_table = (parent_table <> 'lair.dropped'), retention_schema = CASE parent_table WHEN 'lair.moved' THEN 'attic' END,
	retention_keep_index = false WHERE parent_table IN ('lair.dropped', 'lair.moved', 'lair.kept', 'lair.without_default', 'lair.encoded');
UPDATE partman.part_config SET retention = '20' WHERE parent_table = 'lair.numbers';
UPDATE partman.part_config SET automatic_maintenance = 'on' WHERE parent_table LIKE 'lair.named%' OR parent_table = 'lair.asked';
SQL
my $asked = as($node, 'postgres', q{SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'lair.asked'::regclass AND inhrelid::regclass::text !~ 'default'});
as($node, 'mallory', "SELECT partman.drop_partition('$asked', false, true)");
wait_for($node, 'postgres', q{SELECT count(*) = 7 FROM partman.health WHERE parent_table ~ '^lair\.[a-z_]+$' AND missing_ranges = 0 AND expired_attached = 0 AND pending_detach = 0
	AND parent_table IN ('lair.dropped', 'lair.moved', 'lair.kept', 'lair.without_default', 'lair.deep', 'lair.numbers', 'lair.encoded')}, 'the worker has maintained all of them');
wait_for($node, 'postgres', "SELECT to_regclass('$asked') IS NULL", 'and dropped what was left to it');
wait_for($node, 'postgres', q{SELECT count(*) > 0 FROM pg_class WHERE relnamespace = 'lair'::regnamespace AND relname ~ '^named_p\d+_p[56]'}, 'and asked for values');
my @seen = witnesses($node, $offset);
my %places = map { $_->[1] => 1 } grep { $_->[0] ne '03_worker.pl' } @seen;
ok($places{$_}, "$_: the worker ran it") foreach 'constant check', 'predicate', 'encoder', 'decoder', 'registry';
no_breach($node, $offset, 'as mallory, who got nothing from it');
is(as($node, 'postgres', q{SELECT count(*) FROM pg_roles WHERE rolsuper}), '1', 'there is no other superuser');
is( as($node, 'postgres', q{SELECT string_agg(DISTINCT r.rolname, ',') FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE relnamespace IN ('lair'::regnamespace, 'attic'::regnamespace)}),
	'mallory', 'all that was made belongs to mallory');
is(as($node, 'postgres', q{SELECT state FROM partman.worker_status WHERE process = 'worker' AND database = 'postgres'}), 'running', 'the worker is well');

# Whoever may write to part_config may lock it, and the rows of others by a foreign key or a cursor: nobody waits for long.
as($node, 'postgres', <<'SQL');
CREATE TABLE safe.days (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
ALTER TABLE safe.days OWNER TO victim;
CREATE TABLE safe.other (a int);
ALTER TABLE safe.other OWNER TO victim;
SELECT partman.create_parent('safe.days', 'at', '1 day', p_premake => 2);
SQL
my $pid = worker_pid($node, 'postgres');
my ($in, $out, $timer, $handle) = ('', '', IPC::Run::timer($PostgreSQL::Test::Utils::timeout_default));
$handle = IPC::Run::start([ 'psql', '-XAtq', '-U', 'mallory', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$out, $timer);
$in = "BEGIN; LOCK TABLE partman.part_config, partman.part_config_sub IN ACCESS EXCLUSIVE MODE; SELECT 'locked';\n";
IPC::Run::pump($handle) until $out =~ /locked|ERROR/;
like($out, qr/locked/, 'mallory locks the configuration');
foreach my $case (
	[ 'ALTER TABLE safe.other RENAME TO another', 'a rename' ],
	[ 'ALTER TABLE safe.another RENAME COLUMN a TO b', 'a rename of a column' ],
	[ 'DROP TABLE safe.another', 'a drop' ],
	[ 'CREATE TABLE safe.another (a int)', 'a new table' ],
	[ "INSERT INTO safe.days VALUES (now(), 1)", 'an insert' ])
{
	my ($result, undef, $err) = $node->psql('postgres', "SET statement_timeout = '30s'; $case->[0]", extra_params => [ '-U', 'victim' ]);
	is($result, 0, "$case->[1] of somebody else goes on meanwhile") or diag($err);
}
foreach my $call (q{partman.run_maintenance('safe.days')}, q{partman.show_partitions('safe.days')}, q{partman.create_partition_time('safe.days', ARRAY['2020-01-01'::timestamptz])})
{
	my ($result, undef, $err) = $node->psql('postgres', "SET statement_timeout = '50s'; SELECT $call", extra_params => [ '-U', 'victim' ]);
	like($err, qr/lock timeout/, "$call says that it is locked, and does not wait for long");
}
# The worker comes to it, and goes on afterwards: the same process.
as($node, 'postgres', 'SELECT pg_reload_conf()');
$in .= "ROLLBACK;\n\\q\n";
$handle->finish;
as($node, 'victim', q{UPDATE partman.part_config SET premake = 6 WHERE parent_table = 'safe.days'});
wait_for($node, 'postgres', q{SELECT partitions_ahead >= 6 FROM partman.health WHERE parent_table = 'safe.days'}, 'when it is free the worker goes on');
is(worker_pid($node, 'postgres'), $pid, 'it is still the same');

# Settings that would take very much of everything, and code that fails or takes long, are the trouble of their sets.
as($node, 'mallory', <<'SQL');
CREATE OR REPLACE FUNCTION lair.encode(t timestamptz) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
UPDATE partman.part_config SET premake = 4 WHERE parent_table = 'lair.encoded';
ALTER TABLE lair.kept ADD CONSTRAINT fails CHECK (lair.f('check', v) > 1000) NOT VALID;
SQL
as($node, 'victim', q{UPDATE partman.part_config SET premake = 8 WHERE parent_table = 'safe.days'});
wait_for($node, 'postgres', q{SELECT partitions_ahead >= 8 FROM partman.health WHERE parent_table = 'safe.days'}, 'others are maintained');
wait_for($node, 'postgres', q{SELECT EXISTS (SELECT FROM partman.maintenance_history WHERE parent_table = 'lair.encoded' AND message = 'not today')}, 'the error is in the history');
no_breach($node, $offset, 'still nothing');

# That the witnesses would tell of the worker: its function as a superuser's.
as($node, 'postgres', q{SELECT lair.f('control', 1)});
ok((grep { $_->[1] eq 'control' && $_->[2] eq 'postgres' && $_->[4] =~ /SUPERUSER/ } witnesses($node, $offset)), 'positive control');

$node->stop;
done_testing();
