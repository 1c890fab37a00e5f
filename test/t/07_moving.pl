# Rows that are moved are neither lost nor doubled nor hidden: beside readers and writers, and when the server is
# killed in the middle of it.
use strict;
use warnings FATAL => 'all';

use FindBin;
use IPC::Run;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Strata qw(wait_until_up);
use Test::More;
use Time::HiRes qw(sleep);

my $node = PostgreSQL::Test::Cluster->new('moving');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
wal_level = logical
timezone = 'UTC'
max_connections = 20
restart_after_crash = on
pg_strata.lock_timeout = 100
CONF
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE TABLE orders (id bigint, at timestamptz NOT NULL, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.orders', 'at', '1 day', p_premake := 1);
-- Whoever looks again and again leaves a moment in between, for which there is time.
UPDATE partman.part_config SET lock_retries = 100, lock_timeout = 1000;
CREATE VIEW content AS SELECT count(*), sum(hashtextextended(o::text, 0)) FROM orders o;
-- Looks n times, each time in a transaction of its own.
CREATE PROCEDURE look(n int, wanted text) LANGUAGE plpgsql AS $$
DECLARE
    seen text;
BEGIN
    FOR i IN 1 .. n LOOP
        SELECT content::text INTO seen FROM content;
        IF seen <> wanted THEN
            RAISE EXCEPTION 'look % saw % instead of %', i, seen, wanted;
        END IF;
        COMMIT;
        PERFORM pg_sleep(0.05);
        COMMIT;
    END LOOP;
END $$;
SQL

sub fill
{
	my ($day, $days) = @_;
	$node->safe_psql('postgres', <<"SQL");
INSERT INTO orders SELECT i, timestamptz '$day' + i * interval '1 day' / 6000, repeat('x', 80) FROM generate_series(0, $days * 6000 - 1) i;
SQL
	return $node->safe_psql('postgres', 'SELECT content FROM content');
}

sub in_background
{
	my ($sql, $out) = @_;
	local $ENV{PGAPPNAME} = 'background';
	return IPC::Run::start(
		[ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-c', $sql ],
		'>', $out, '2>', $out);
}

# A reader sees one content all the time.
my $content = fill('2025-01-01', 10);
my ($read, $moved) = ('', '');
my $reader = in_background("CALL look(60, '$content')", \$read);
my $mover = in_background("CALL partman.partition_data_proc('public.orders', p_loop_count := 11, p_wait := 0)", \$moved);
ok($mover->finish, 'the procedure ends') or diag $moved;
ok($reader->finish, 'and a reader has seen nothing of it') or diag $read;
like($moved, qr/Loop: 10, Rows moved: 6000\n.*Total rows moved: 60000/s, 'ten partitions were moved');
is($node->safe_psql('postgres', 'SELECT count(*) FROM orders_default'), '0', 'the default partition is empty');

# Writers wait, and their rows arrive.
$content = fill('2025-02-01', 10);
my $written = '';
my $writer = in_background(
	q{DO $$ BEGIN FOR i IN 1 .. 300 LOOP
	    INSERT INTO orders VALUES (i, '2025-02-03 01:00', 'late');
	    COMMIT;
	  END LOOP; END $$}, \$written);
$moved = '';
$mover = in_background("CALL partman.partition_data_proc('public.orders', p_wait := 0)", \$moved);
ok($mover->finish, 'beside a writer too') or diag $moved;
ok($writer->finish, 'the writer has no error') or diag $written;
is($node->safe_psql('postgres', q{SELECT count(*) FROM orders WHERE note = 'late'}), '300', 'and all rows');
$node->safe_psql('postgres', q{DELETE FROM orders WHERE note = 'late'});
is($node->safe_psql('postgres', 'SELECT content FROM content'), $content, 'nothing else has changed');

# Whoever uses the table for long makes us give up, and is named.
$node->safe_psql('postgres', q{UPDATE partman.part_config SET lock_retries = 1; INSERT INTO orders VALUES (1, '2025-03-01', 'x')});
my $holder = $node->background_psql('postgres');
$holder->query_safe(q{BEGIN; INSERT INTO orders VALUES (2, '2025-03-01', 'x')});
my ($status, $stdout, $stderr) = $node->psql('postgres', q{SELECT partman.partition_data_time('public.orders')},
	on_error_stop => 0, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
like($stderr, qr/ERROR:  55P03.*Process \d+ holds RowExclusiveLock/s, 'a busy table is an error that names who is busy');
($status, $stdout, $stderr) = $node->psql('postgres', q{SELECT partman.partition_data_time('public.orders', p_lock_wait := 0.2)});
is($stdout, '-1', 'or -1 with p_lock_wait');
($status, $stdout, $stderr) = $node->psql('postgres',
	q{CALL partman.partition_data_proc('public.orders', p_lock_wait_tries := 1, p_wait := 0)}, on_error_stop => 0);
like($stderr, qr/ERROR:  Quitting due to inability to get lock on next batch of rows to be moved/, 'the procedure tries again, then gives up');
$holder->query_safe('COMMIT');
$holder->quit;
is($node->safe_psql('postgres', q{SELECT partman.partition_data_time('public.orders')}), '2', 'afterwards it works');

# Published: the rows must be changes of the attached partition, so that a subscriber gets them.
$node->safe_psql('postgres', <<'SQL');
UPDATE partman.part_config SET lock_retries = 100;
CREATE PUBLICATION all_orders FOR TABLE orders;
INSERT INTO orders SELECT i, '2025-04-01', 'published' FROM generate_series(1, 5) i;
SELECT pg_create_logical_replication_slot('changes', 'test_decoding');
SELECT partman.partition_data_time('public.orders');
SQL
is( $node->safe_psql('postgres', q{SELECT string_agg(split_part(data, ':', 1) || split_part(data, ':', 2), ',' ORDER BY n) FROM (
	    SELECT data, row_number() OVER () AS n FROM pg_logical_slot_get_changes('changes', NULL, NULL) WHERE data LIKE 'table public.orders%') changes}),
	join(',', ('table public.orders_default DELETE') x 5, ('table public.orders_p20250401 INSERT') x 5), 'in a published set they are');
$node->safe_psql('postgres', q{DROP PUBLICATION all_orders; SELECT pg_drop_replication_slot('changes')});

# Published: subscribers have the rows, and would get them again in sub-partitions.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE sent (id bigint NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.sent', 'id', '100', p_premake := 1);
INSERT INTO sent VALUES (1, '2026-01-01');
CREATE PUBLICATION sending FOR TABLE sent;
SQL
($status, $stdout, $stderr) = $node->psql('postgres', q{SELECT partman.create_sub_parent('public.sent', 'at', '1 month', p_declarative_check := 'yes')});
like($stderr, qr/cannot move the rows of partition public\.sent_p0, which is published/, 'published rows do not go into sub-partitions');
is($node->safe_psql('postgres', q{SELECT tableoid::regclass FROM sent}), 'sent_p0', 'and stay where they are');
$node->safe_psql('postgres', q{DROP PUBLICATION sending; DROP TABLE sent});

# Killed again and again, with more to do than it gets done before that.
$content = fill('2025-05-01', 60);
my $kills = 0;
for my $round (1 .. 12)
{
	$moved = '';
	$mover = in_background("CALL partman.partition_data_proc('public.orders', p_wait := 0)", \$moved);
	$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'background' AND query LIKE 'CALL%'});
	sleep(rand(0.3));
	if ($round % 3 == 0)
	{
		my $pid = $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE application_name = 'background'});
		$kills += kill('KILL', $pid) if $pid;
	}
	else
	{
		$kills += $node->safe_psql('postgres',
			q{SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'background'});
	}
	$mover->finish;
	wait_until_up($node);
	my $now = $node->safe_psql('postgres', 'SELECT content FROM content');
	last unless is($now, $content, "round $round: nothing is lost or doubled");
}
cmp_ok($kills, '>', 3, 'it was killed in the middle');
$node->safe_psql('postgres', q{CALL partman.partition_data_proc('public.orders', p_wait := 0)});
is($node->safe_psql('postgres', 'SELECT content FROM content'), $content, 'it can be ended');
is($node->safe_psql('postgres', 'SELECT count(*) FROM orders_default'), '0', 'with an empty default partition');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_constraint WHERE conname LIKE 'pg_strata%'}), '0', 'and without leftovers');

# And back into one table.
$node->safe_psql('postgres', 'CREATE TABLE plain (LIKE orders INCLUDING ALL)');
($status, $stdout, $stderr) = $node->psql('postgres', q{CALL partman.undo_partition_proc('public.orders', 'public.plain', p_wait := 0, p_keep_table := false)});
is($status, 0, 'undone') or diag $stderr;
is( $node->safe_psql('postgres', 'SELECT (count(*), sum(hashtextextended(o::text, 0))) FROM plain o'), $content, 'every row is in the plain table');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'orders'::regclass}), '0', 'no partition is left');
is($node->safe_psql('postgres', 'SELECT count(*) FROM partman.part_config'), '0', 'nor the configuration');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname LIKE 'template_public_orders'}), '0', 'nor the template table');

# A set by hash below a month, batch after batch, interrupted and resumed.
$node->safe_psql('postgres', q{
	CREATE TABLE months (id int NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at);
	SELECT partman.create_parent('public.months', 'at', '1 month', p_premake => 1);
	SELECT partman.create_sub_parent('public.months', 'id', p_type => 'hash', p_modulus => 4, p_declarative_check => 'yes');
	INSERT INTO months SELECT i, now() FROM generate_series(1, 1000) AS i;
	CREATE TABLE plain_months (LIKE months)});
my $month = $node->safe_psql('postgres', q{SELECT parent_table FROM partman.part_config WHERE set_root = 'public.months' AND parent_table::regclass = (SELECT i.inhparent FROM months m JOIN pg_inherits i ON i.inhrelid = m.tableoid LIMIT 1)});
$node->safe_psql('postgres', qq{CALL partman.undo_partition_proc('$month', 'public.plain_months', p_loop_count := 2, p_wait := 0)});
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_inherits WHERE inhparent = '$month'::regclass"), '2', 'two remainders are undone');
is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM months) + (SELECT count(*) FROM plain_months)'), '1000', 'with their rows');
$node->safe_psql('postgres', 'ALTER TABLE plain_months ADD CHECK (id IS NULL) NOT VALID');
($status, undef, $stderr) = $node->psql('postgres', qq{CALL partman.undo_partition_proc('$month', 'public.plain_months', p_wait := 0)});
isnt($status, 0, 'the next one cannot be');
$node->safe_psql('postgres', 'ALTER TABLE plain_months DROP CONSTRAINT plain_months_id_check');
my $job = $node->safe_psql('postgres', qq{SELECT job_id FROM partman.jobs WHERE parent_table = '$month' AND state = 'interrupted'});
$node->safe_psql('postgres', "CALL partman.resume_job($job)");
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_inherits WHERE inhparent = '$month'::regclass"), '0', 'the job is resumed');
is($node->safe_psql('postgres', 'SELECT count(DISTINCT id) FROM plain_months'), '1000', 'and brings all rows');

$node->stop;
done_testing();
