# Whatever moves rows of mallory's, takes his sets over or undoes them, for a superuser, a member of his role or the worker:
# his code runs where it has to, and as nobody but himself.  A table says which code each of them reaches.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Lair qw(as furnish attack witnesses no_breach);
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state);
use Test::More;

my $node = new_server('moving', "log_line_prefix = '%m [%p] %a '\nfsync = off\nmax_locks_per_transaction = 512\npg_strata.worker_enabled = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
furnish($node, 'postgres');

as($node, 'mallory', <<'SQL');
GRANT USAGE, CREATE ON SCHEMA lair TO member;
CREATE FUNCTION lair.hook(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lair.tell('hook');
	RETURN true;
END $$;
-- Where rows come from, and where they go when a set is undone.
CREATE FUNCTION lair.plain(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format($sql$CREATE TABLE lair.%I (at timestamptz NOT NULL, id int NOT NULL, code text NOT NULL DEFAULT 'x', v int DEFAULT lair.f('default of a plain table', 1), d lair.dom, m lair.mood, o int,
		g int GENERATED ALWAYS AS (lair.f('generated of a plain table', 2)) STORED, CHECK (lair.f('check of a plain table', id) IS NOT NULL))$sql$, name);
	EXECUTE format('CREATE INDEX ON lair.%I (lair.f(''index of a plain table'', id))', name);
	EXECUTE format('CREATE TRIGGER plain BEFORE INSERT OR DELETE ON lair.%I FOR EACH ROW EXECUTE FUNCTION lair.fire()', name);
	EXECUTE format('CREATE CONSTRAINT TRIGGER plain_deferred AFTER INSERT OR DELETE ON lair.%I DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lair.fire()', name);
	EXECUTE format('INSERT INTO lair.%I (at, id, d, m, o) SELECT now() - (20 + n) * interval ''1 day'', 100 + n, 1, ''calm'', 1 FROM generate_series(0, 5) AS n', name);
	SET CONSTRAINTS ALL IMMEDIATE;
END $$;
-- A default partition that is too large to be emptied at once; for that it must have a key, and nothing deferrable.
CREATE FUNCTION lair.large(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM lair.make(name, 'id');
	EXECUTE format('DROP TRIGGER deferred ON lair.%I; ALTER TABLE lair.%I ADD PRIMARY KEY (id), ADD pad text; ALTER TABLE lair.%I ALTER pad SET STORAGE PLAIN', name, name, name);
	PERFORM partman.create_parent('lair.' || name, 'id', '1000', p_premake => 1, p_start_partition => '0', p_template_table => 'false');
	EXECUTE format('ALTER TABLE lair.%I DISABLE TRIGGER USER', name);
	EXECUTE format('INSERT INTO lair.%I (id, pad) VALUES (1999, '''')', name);
	EXECUTE format('INSERT INTO lair.%I (id, pad) SELECT n, repeat(''x'', 8000) FROM generate_series(2000, 4199) AS n', name);
	EXECUTE format('ALTER TABLE lair.%I ENABLE TRIGGER USER', name);
END $$;
CREATE FUNCTION lair.old(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM lair.given(name);
	EXECUTE format($sql$CREATE TABLE lair.%I (parent_table text, control text, partition_interval text, partition_type text, premake int, automatic_maintenance text, epoch text, datetime_string text,
		d lair.dom DEFAULT 1, g int GENERATED ALWAYS AS (lair.f('generated of a plain table', 2)) STORED)$sql$, name || '_config');
	EXECUTE format('CREATE INDEX ON lair.%I (lair.f(''index of a plain table'', d))', name || '_config');
	EXECUTE format('INSERT INTO lair.%I VALUES (%L, ''at'', ''1 day'', ''range'', 4, ''off'', ''none'', ''YYYYMMDD'')', name || '_config', 'lair.' || name);
	EXECUTE format('ALTER TABLE lair.%I ENABLE ROW LEVEL SECURITY', name || '_config');
	EXECUTE format('CREATE POLICY p ON lair.%I USING (lair.f(''policy'', d) = 1)', name || '_config');
END $$;
SQL

# Function, kind of set, call.
my @calls = (
	[ 'partition_data_time', 'times', q{SELECT partman.partition_data_time('<set>', 100)} ],
	[ 'partition_data_time.codes', 'codes', q{SELECT partman.partition_data_time('<set>', 100)} ],
	[ 'partition_data_time.source', 'times', q{SELECT partman.partition_data_time('<set>', 100, p_source_table => '<set>_plain', p_ignored_columns => '{g}')} ],
	[ 'partition_data_id', 'ids', q{SELECT partman.partition_data_id('<set>', 100)} ],
	[ 'partition_data_proc', 'ids', q{CALL partman.partition_data_proc('<set>', p_wait => 0)} ],
	[ 'partition_data_async', 'times', q{CALL partman.partition_data_async('<set>', p_wait => 0, p_interval => '1 hour')} ],
	[ 'undo_partition', 'ids', q{SELECT partman.undo_partition('<set>', '<set>_plain', 100, p_keep_table => false, p_ignored_columns => '{g}')} ],
	[ 'undo_partition_proc', 'codes', q{CALL partman.undo_partition_proc('<set>', '<set>_plain', p_wait => 0, p_keep_table => false, p_ignored_columns => '{g}')} ],
	[ 'import_pg_partman', 'old', q{SELECT partman.import_pg_partman('<set>_config'); SELECT partman.run_maintenance('<set>')} ],
	[ 'rebuild', 'large', q{CALL partman.run_maintenance_proc()} ]);

# A set of its own for each victim.
my %prepared;
foreach my $victim (qw(postgres member worker))
{
	foreach my $call (@calls)
	{
		my ($name, $kind, $sql) = @$call;
		next if $victim eq 'worker' && $name ne 'rebuild';
		my $set = 'lair.' . ($name =~ tr/./_/r) . "_$victim";
		as($node, 'mallory', "SELECT lair.$kind('" . $set =~ s/lair\.//r . "')" . ($sql =~ /<set>_plain/ ? ", lair.plain('" . $set =~ s/lair\.//r . "_plain')" : ''));
		push @{ $prepared{$victim} }, [ $name, $sql =~ s/<set>/$set/gr ];
	}
}
as($node, 'mallory', q{UPDATE partman.part_config SET automatic_maintenance = 'off', after_create = 'lair.hook', before_detach = 'lair.hook', before_drop = 'lair.hook'});

sub automatic { my ($set) = @_; return as($node, 'mallory', "UPDATE partman.part_config SET automatic_maintenance = CASE parent_table WHEN 'lair.$set' THEN 'on' ELSE 'off' END"); }

my $offset = -s $node->logfile;
my %reached;
foreach my $victim (qw(postgres member))
{
	my $from = -s $node->logfile;
	automatic("rebuild_$victim");
	my $states = attack($node, 'postgres', $victim, '', @{ $prepared{$victim} });
	is($states->{ $_->[0] }, '00000', "$_->[0] is called by $victim") foreach @{ $prepared{$victim} };
	is(as($node, 'mallory', "SELECT count(*) FROM lair.rebuild_${victim}_default"), '0', "and has emptied the default partition for $victim");
	$reached{"$_->[0] $victim"}{ $_->[1] } = 1 foreach grep { $_->[3] eq $victim } witnesses($node, $from);
}
automatic('rebuild_worker');
my $from = -s $node->logfile;
$node->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = on');
$node->reload;
# Whoever looks at the rows himself runs mallory's code himself.  The hook is called after the partitions are there.
wait_for($node, 'postgres', q{SELECT NOT EXISTS (SELECT FROM partman.rebuild) AND pg_relation_size('lair.rebuild_worker_default') = 0 AND EXISTS (
	SELECT FROM partman.maintenance_step s JOIN partman.maintenance_run r USING (run_id) WHERE s.parent_table = 'lair.rebuild_worker' AND s.action = 'after_create' AND r.finished_at IS NOT NULL)},
	'and the worker does');
$reached{'rebuild worker'}{ $_->[1] } = 1 foreach grep { $_->[0] eq '' } witnesses($node, $from);
no_breach($node, $offset, 'all code ran as its owner, who got nothing from it');

# Which code each of them reaches.  What stands nowhere here (triggers, defaults, policies, rules, casts) they have no use for.
my @table = ('predicate', 'constant check');
my @new = (@table, 'index', 'template');
my @checked = (@table, 'index', 'check', 'operator');
my @plain = map { "$_ of a plain table" } qw(check generated index);
my %reaches = (
	'partition_data_time' => [ @new, 'index of a partition', 'statistics' ],
	'partition_data_time.codes' => [ @new, 'index of a partition', 'statistics', 'encoder', 'decoder' ],
	'partition_data_time.source' => [ @new, @checked, 'index of a partition', 'statistics', 'generated' ],
	'partition_data_id' => [ @new, 'index of a partition', 'statistics' ],
	'partition_data_proc' => \@new,
	'partition_data_async' => \@new,
	'undo_partition' => [ @checked, @plain ],
	'undo_partition_proc' => [ @checked, @plain, 'encoder', 'decoder' ],
	'import_pg_partman' => \@table,
	'rebuild' => [ @checked, 'generated', 'statistics', 'hook' ]);
foreach my $who (sort keys %reached)
{
	my ($name, $victim) = split / /, $who;
	is(join(', ', sort grep { !$reached{$who}{$_} } @{ $reaches{$name} }), '', "$name reaches what it has to for $victim");
	is(join(', ', grep { /trigger|default|rule|cast|policy/ } sort keys %{ $reached{$who} }), '', 'and nothing that it has no use for');
}
is(scalar keys %reached, 2 * @calls + 1, 'everybody was a victim of everything');

# Whoever writes to a table that is being emptied writes to the new tables, too, and may nothing there: that is done as the
# owner.  What his own statement evaluates he evaluates himself, as ever.
my $snapshot = $node->background_psql('postgres');
$snapshot->set_query_timer_restart;
$snapshot->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
as($node, 'mallory', q{SELECT lair.large('rebuild_written'); GRANT INSERT ON lair.rebuild_written TO eve});
automatic('rebuild_written');
wait_for($node, 'postgres', q{SELECT EXISTS (SELECT FROM partman.rebuild WHERE phase = 'mirroring')}, 'each change is made in the new tables as well');
$from = -s $node->logfile;
my $states = attack($node, 'postgres', 'eve', '', [ 'written', q{INSERT INTO lair.rebuild_written (id, pad) VALUES (4500, 'x')} ]);
is($states->{written}, '00000', 'eve writes to it');
my %by;
$by{ $_->[2] }{ $_->[1] } = 1 foreach grep { $_->[0] eq 'written' } witnesses($node, $from);
is(join(' ', sort keys %by), 'eve mallory', 'she runs code of it, and mallory does');
ok($by{mallory}{$_}, "$_ for the new tables: as mallory") foreach 'index', 'predicate', 'check';
is(join('', grep { $_ ne '' } map { $_->[4] } grep { $_->[2] eq 'mallory' } witnesses($node, $from)), '', 'who gets nothing from it');
$snapshot->query_safe('COMMIT');
$snapshot->quit;
wait_for($node, 'postgres', q{SELECT NOT EXISTS (SELECT FROM partman.rebuild) AND pg_relation_size('lair.rebuild_written_default') = 0}, 'it is emptied');
is(as($node, 'mallory', 'SELECT count(*) FROM lair.rebuild_written WHERE id = 4500'), '1', 'and her row is there');

is(as($node, 'postgres', q{SELECT count(*) FROM pg_roles WHERE rolsuper}), '1', 'there is no other superuser');
is( as($node, 'postgres', q{SELECT string_agg(DISTINCT r.rolname, ',') FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE relnamespace IN ('lair'::regnamespace, 'attic'::regnamespace)}),
	'mallory', 'all that was made belongs to mallory');
$node->stop;
done_testing();
