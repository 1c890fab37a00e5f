# A file system of 80 MB that is full, for everybody: catalogs, tables, indexes and the worker.  Whatever cannot be done says
# so, the configuration can be read, no row is lost, and with space again all is completed.
#
# It is mounted in a namespace of this test's own, which most plain users may have.  Where nobody may mount anything,
# 09_disk_full.pl alone takes the space away, by a limit on the size of files.
use strict;
use warnings FATAL => 'all';

my ($mount, $why_not);

# Before anything is loaded that has open files.
BEGIN
{
	require IPC::Run;
	$mount = $ENV{TESTDATADIR} . '/small_disk';
	if (!$ENV{STRATA_SMALL_DISK})
	{
		mkdir $mount;
		my @namespace = ('unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', 'mount -t tmpfs -o size=80m,mode=0777 tmpfs "$1" && shift && exec "$@"', 'sh', $mount);
		# PostgreSQL does not run as root, so whoever he is in there is himself again further in.
		push @namespace, 'unshare', '--user', "--map-user=$>", '--map-group=' . (split ' ', $))[0];
		my ($out, $err) = ('', '');
		if (eval { IPC::Run::run([ @namespace, 'true' ], '>', \$out, '2>', \$err) })
		{
			$ENV{STRATA_SMALL_DISK} = 1;
			exec(@namespace, $^X, (map { "-I$_" } @INC), $0) or die "could not run unshare: $!";
		}
		($why_not = $err || $@) =~ s/\s+/ /g;
	}
}

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_log);
use Test::More;

plan skip_all => "nothing can be mounted here ($why_not): 09_disk_full.pl limits the size of files instead" if defined $why_not;

my $node = new_server('disk_full_small', "shared_buffers = 64MB\nfsync = off\npg_strata.worker_enabled = off\n");
$node->start;
mkdir "$mount/small" or die "could not make a directory: $!";
$node->safe_psql('postgres', "CREATE TABLESPACE small LOCATION '$mount/small'");
$node->safe_psql('postgres', 'CREATE DATABASE small TABLESPACE small');
$node->safe_psql($_, 'CREATE EXTENSION pg_strata') foreach qw(small postgres);

sub ask { my ($sql) = @_; return $node->safe_psql('small', "SET client_min_messages = error; $sql"); }

# Takes all space but so many kilobytes.
my $ballast = "$mount/ballast";
sub leave_only
{
	my ($kilobytes) = @_;
	ask('CHECKPOINT');    # what was dropped is gone then
	open(my $file, '>', $ballast) or die "could not make a file: $!";
	binmode $file;
	my $block = 'x' x 65536;
	my $size = 0;
	for (;;)
	{
		my $written = syswrite($file, $block);
		last if !defined $written || $written == 0;
		$size += $written;
	}
	truncate($file, $size > $kilobytes * 1024 ? $size - $kilobytes * 1024 : 0);
	close $file;
	return;
}
sub space_again { return unlink $ballast; }

my $no_space = qr/No space left on device/;

# Fails for want of space, and can be read.
sub fails
{
	my ($sql, $name) = @_;
	my ($status, $out, $err) = $node->psql('small', $sql);
	like($err, $no_space, "$name: it says what is missing");
	is(ask('SELECT count(c) > 0 FROM partman.part_config AS c'), 't', "$name: the configuration can be read");
	is(ask('SELECT count(h) > 0 FROM partman.health AS h'), 't', "$name: so can the health");
	return;
}

ask(<<'SQL');
CREATE TABLE orders (id bigint PRIMARY KEY, pad text) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.orders', 'id', '10000', p_premake := 1, p_start_partition := '0');
INSERT INTO orders SELECT n, repeat('x', 80) FROM generate_series(-40000, -1) AS n;
CREATE TABLE plain (LIKE orders INCLUDING ALL);
CREATE VIEW content AS SELECT count(*), sum(id) FROM (TABLE orders UNION ALL TABLE plain) AS o;
SQL
my $content = ask('TABLE content');

my $move = q{CALL partman.partition_data_proc('public.orders', p_wait := 0)};
leave_only(1000);
fails($move, 'rows into partitions');
is(ask('TABLE content'), $content, 'every row is there once');
space_again();
ask($move);
is(ask('TABLE content') . ask('SELECT count(*) FROM orders_default'), "${content}0", 'with space they are moved');

my $undo = q{CALL partman.undo_partition_proc('public.orders', 'public.plain', p_wait := 0, p_keep_table := false)};
leave_only(1000);
fails($undo, 'rows out of partitions');
is(ask('TABLE content'), $content, 'every row is there once');
space_again();
ask($undo);
is(ask('TABLE content') . ask('SELECT count(*) FROM plain'), "${content}40000", 'with space all are taken out');
ask('DROP VIEW content; DROP TABLE orders; TRUNCATE plain');

# Nothing else can be made either.
my $columns = join(', ', map { "c$_ int" } 1 .. 60);
ask("CREATE TABLE another (id bigint PRIMARY KEY, $columns) PARTITION BY RANGE (id); CREATE TABLE wide (id bigint PRIMARY KEY, $columns) PARTITION BY RANGE (id); SELECT partman.create_parent('public.wide', 'id', '10', p_premake := 2, p_start_partition := '0'); UPDATE partman.part_config SET premake = 150; INSERT INTO wide (id) VALUES (1)");
my $children = q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'wide'::regclass};
leave_only(400);
fails('CALL partman.run_maintenance_proc()', 'partitions');
cmp_ok(ask($children), '<', 152, 'not all partitions are there');
fails('SELECT partman.run_maintenance()', 'partitions in one transaction');
fails(q{SELECT partman.create_parent('public.another', 'id', '10', p_premake := 150)}, 'a set');
is(ask(q{SELECT count(*) FROM partman.part_config WHERE parent_table = 'public.another'}), '0', 'which is not remembered');
space_again();
ask('CALL partman.run_maintenance_proc()');
is(ask('SELECT count(*) FROM partman.plan_maintenance()'), '0', 'with space all are made');
is(ask(q{SELECT count(*) FROM (SELECT upper_id, lead(lower_id) OVER (ORDER BY lower_id) AS next FROM partman.partitions WHERE NOT is_default) AS p WHERE next <> upper_id}), '0', 'and leave no gap');
ask('DROP TABLE wide, another');

# The worker tries again by itself.
ask(<<'SQL');
CREATE TABLE stray (id bigint PRIMARY KEY, pad text) PARTITION BY RANGE (id);
ALTER TABLE stray ALTER pad SET STORAGE PLAIN;
SELECT partman.create_parent('public.stray', 'id', '1000', p_premake := 1, p_start_partition := '0');
INSERT INTO stray SELECT n, repeat('x', 8000) FROM generate_series(1999, 4199) AS n;
SQL
leave_only(6000);
my $offset = -s $node->logfile;
$node->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = on');
$node->reload;
# Its history and the health have no space either.
wait_for_log($node, qr/skipped partition set for parent table public\.stray: could not extend file/, $offset, 'the worker has no space to empty a default partition');
is(ask('SELECT count(*), sum(id) FROM stray'), ask('SELECT count(*), sum(n) FROM generate_series(1999, 4199) AS n'), 'every row is there once');
space_again();
ask(q{COMMENT ON TABLE stray IS 'look again'});
wait_for($node, 'small', q{SELECT NOT EXISTS (SELECT FROM stray_default) AND NOT EXISTS (SELECT FROM partman.rebuild)}, 'with space the worker completes it');
is(ask('SELECT count(*), sum(id) FROM stray'), ask('SELECT count(*), sum(n) FROM generate_series(1999, 4199) AS n'), 'with every row');
is(ask(q{SELECT count(*) FROM pg_class WHERE relname ~ '^stray' AND relkind = 'r' AND NOT relispartition}), '0', 'and nothing is left over');
$node->stop;
done_testing();
