# Procedures that move rows and are interrupted: what is known of them, how they go on, and how they are given up.
# Without the preloaded library, which none of it needs.
use strict;
use warnings FATAL => 'all';

use FindBin;
use IPC::Run;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Strata qw(crash);
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('jobs');
$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'\nrestart_after_crash = on\nautovacuum = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE ROLE owner;
CREATE ROLE stranger;
CREATE ROLE watcher IN ROLE pg_monitor;
GRANT USAGE ON SCHEMA partman TO owner, stranger, watcher;
GRANT CREATE ON SCHEMA public TO owner;
CREATE TABLE items (id int NOT NULL CHECK (id <> 1002500), note text) PARTITION BY RANGE (id);
ALTER TABLE items OWNER TO owner;
SELECT partman.create_parent('public.items', 'id', '1000', p_premake := 2);
UPDATE partman.part_config SET infinite_time_partitions = false;
CREATE VIEW content AS SELECT count(*), sum(hashtextextended(i::text, 0)) FROM items i;
SQL

# psql in the background; its output comes with what the server says.
sub session
{
	my ($sql) = @_;
	my $out = '';
	my $handle = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', $sql ], '>', \$out, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	return { handle => $handle, out => \$out };
}

sub sql { return $node->safe_psql('postgres', $_[0]); }
sub waits { my ($condition, $name) = @_; return ok($node->poll_query_until('postgres', $condition), $name); }
sub fails_with { my ($sql, $pattern, $name) = @_; my (undef, undef, $error) = $node->psql('postgres', $sql); return like($error, $pattern, $name); }
my $last = 'SELECT max(job_id) FROM partman.jobs';
sub job { my ($columns) = @_; return sql("SELECT $columns FROM partman.jobs WHERE job_id = ($last)"); }
# Its first transaction is committed, and it pauses for long.
sub is_pausing { my ($count, $name) = @_; return waits("SELECT state = 'running' AND (SELECT count(*) FROM partman.job_steps s WHERE s.job_id = j.job_id) = $count FROM partman.jobs j WHERE job_id = ($last)", $name); }
my $partitions = q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.items'::regclass};

# One that comes to its end; one that has nothing to do.
sql('INSERT INTO items SELECT i, i FROM generate_series(100000, 103999) i');
my $content = sql('SELECT content FROM content');
sql(q{CALL partman.partition_data_proc('public.items', p_wait := 0)});
is(job('what, parent_table, state, calls, rows_done, rows_estimated, pid IS NULL, finished_at >= started_at'), 'partition_data_proc|public.items|done|1|4000|4000|t|t', 'a job that is done');
is(sql('SELECT piece, partitions, rows FROM partman.job_steps'), q{FROM ('100000') TO ('104000')|4|4000}, 'in one transaction');
sql(q{CALL partman.partition_data_proc('public.items', p_wait := 0)});
is(sql('SELECT count(*) FROM partman.jobs'), '1', 'where nothing is moved, nothing is noted');
is(sql('SELECT content FROM content'), $content, 'nothing is lost');

# Interrupted between two transactions.
sql('INSERT INTO items SELECT i, i FROM generate_series(200000, 203999) i');
$content = sql('SELECT content FROM content');
my $call = q{CALL partman.partition_data_proc('public.items', p_loop_count := 10, p_wait := 600)};
my $mover = session($call);
is_pausing(1, 'one transaction is committed');
is(job(q{rows_done, rows_estimated, pid = (SELECT pid FROM pg_stat_activity WHERE query LIKE 'CALL%'), parameters ->> 'p_wait'}), '1000|4000|t|600', 'the job says how far it is');
is(sql('SELECT what, parent_table, rows_done, rows_estimated, pid IS NOT NULL FROM partman.progress'), 'partition_data_proc|public.items|1000|4000|t', 'and so does progress');
my (undef, undef, $notice) = $node->psql('postgres', q{CALL partman.partition_data_proc('public.items', p_wait := 0)});
like($notice, qr/NOTICE:  Partman partition_data_proc already running for given parent table: public.items\nDETAIL:  Process \d+ works on it/, 'a second one returns at once and says who is at it');
unlike($notice, qr/ERROR/, 'without an error');
(undef, undef, $notice) = $node->psql('postgres', q{CREATE TABLE plain (LIKE items); CALL partman.undo_partition_proc('public.items', 'public.plain', p_wait := 0)});
like($notice, qr/NOTICE:  Partman partition_data_proc already running for given parent table: public.items/, 'nor can the set be undone meanwhile');
is(job('rows_done, calls'), '1000|1', 'neither has done anything');
sql(q{UPDATE partman.part_config SET default_rows = 'skip_range'});
my $count = sql($partitions);
sql(q{UPDATE partman.part_config SET premake = premake + 2; SELECT partman.run_maintenance('public.items')});
is(sql($partitions), $count + 1, 'maintenance makes partitions beside it, of ranges that it has no rows for');
sql(q{SELECT pg_terminate_backend(pid) FROM partman.jobs WHERE state = 'running'});
$mover->{handle}->finish;
waits("SELECT state = 'interrupted' AND pid IS NULL FROM partman.jobs WHERE job_id = ($last)", 'a session that was terminated leaves it interrupted');
is(sql('SELECT count(*) FROM partman.progress'), '0', 'and is no progress');
sql(q{UPDATE partman.part_config SET premake = premake + 1; SELECT partman.run_maintenance('public.items')});
is(sql($partitions), $count + 2, 'maintenance goes on while the job is open');
(undef, undef, $notice) = $node->psql('postgres', q{CALL partman.partition_data_proc('public.items', p_wait := 0)});
like($notice, qr/NOTICE:  going on with job 3 for table public.items\nDETAIL:  It was interrupted after 1000 rows/, 'the next call goes on with it');
is(job(q{job_id, state, calls, rows_done, (SELECT sum(rows) FROM partman.job_steps s WHERE s.job_id = jobs.job_id)}), '3|done|2|4000|4000', 'to its end');
is(sql('SELECT content FROM content'), $content, 'nothing is lost');
is(sql('SELECT count(*) FROM items_default'), '0', 'and everything in place');

# Cancelled, and gone on with by its number, under another name of the table.
sql('CREATE TABLE incoming (id int, note text); ALTER TABLE incoming OWNER TO owner; INSERT INTO incoming SELECT i, i FROM generate_series(300000, 302999) i');
$mover = session(q{CALL partman.partition_data_proc('public.items', p_loop_count := 2, p_wait := 600, p_source_table := 'public.incoming', p_order := 'DESC')});
is_pausing(1, 'from another table');
is(sql(qq{SELECT piece FROM partman.job_steps WHERE job_id = ($last)}), q{FROM ('302000') TO ('303000')}, 'the latest rows first');
sql(q{SELECT pg_cancel_backend(pid) FROM partman.jobs WHERE state = 'running'});
$mover->{handle}->finish;
like(${ $mover->{out} }, qr/canceling statement due to user request/, 'it is cancelled');
is(job('state, message'), 'interrupted|', 'and interrupted');
my $id = sql($last);
sql('ALTER TABLE items RENAME TO things');
is(job('parent_table'), 'public.things', 'the table has another name');
fails_with("BEGIN; CALL partman.resume_job($id)", qr/resume_job\(\) cannot be called in a transaction block/, 'it needs transactions of its own');
$mover = session("CALL partman.resume_job($id)");
is_pausing(2, 'resume_job goes on');
is(job('calls, rows_done, parent_table'), '2|2000|public.things', 'where it had stopped');
sql(q{SELECT pg_cancel_backend(pid) FROM partman.jobs WHERE state = 'running'});
$mover->{handle}->finish;
sql('ALTER TABLE things RENAME TO items');

# The server dies.
$mover = session("CALL partman.resume_job($id)");
is_pausing(3, 'once more');
crash($node, sql(q{SELECT pid FROM partman.jobs WHERE state = 'running'}), 'it is killed');
$mover->{handle}->finish;
waits("SELECT state = 'interrupted' FROM partman.jobs WHERE job_id = $id", 'after a crash it is interrupted');
is(job('calls, rows_done'), '3|3000', 'and knows what is committed');
is(sql('SELECT (SELECT count(*) FROM incoming) + (SELECT count(*) FROM items)'), '11000', 'nothing is lost');
sql("CALL partman.resume_job($id)");
is(job('state, calls, rows_done'), 'done|4|3000', 'it ends where nothing is left');
fails_with("CALL partman.resume_job($id)", qr/job $id has ended/, 'which is an end');
fails_with("SELECT partman.abort_job($id)", qr/job $id has ended/, 'for good');
fails_with('SELECT partman.abort_job(4711)', qr/job 4711 does not exist/, 'there is no such job');
fails_with('SELECT partman.abort_job(NULL)', qr/p_job_id must not be null/, 'nor any without a number');

# An error is remembered.
sql('INSERT INTO incoming SELECT i, i FROM generate_series(1000000, 1002999) i');
my $error;
(undef, undef, $error) = $node->psql('postgres', q{CALL partman.partition_data_proc('public.items', p_loop_count := 10, p_wait := 0, p_source_table := 'public.incoming')});
like($error, qr/ERROR:  .*violates check constraint/, 'a row that does not fit');
is(job('state, rows_done, sqlstate'), 'interrupted|2000|23514', 'ends the call, and the job knows why');
like(job('message'), qr/violates check constraint/, 'in words');
sql('DELETE FROM incoming WHERE id = 1002500');
sql(q{CALL partman.partition_data_proc('public.items', p_wait := 0, p_source_table := 'public.incoming')});
is(job('state, calls, rows_done, message IS NULL'), 'done|2|2999|t', 'once it is gone the job ends well');

# Other tables are another job.
sql('INSERT INTO incoming SELECT i, i FROM generate_series(2000000, 2001999) i; INSERT INTO items SELECT i, i FROM generate_series(2500000, 2501999) i');
$mover = session(q{CALL partman.partition_data_proc('public.items', p_loop_count := 10, p_wait := 600, p_source_table := 'public.incoming')});
is_pausing(1, 'a job');
sql(q{SELECT pg_terminate_backend(pid) FROM partman.jobs WHERE state = 'running'});
$mover->{handle}->finish;
waits("SELECT state = 'interrupted' FROM partman.jobs WHERE job_id = ($last)", 'is interrupted');
$id = sql($last);
sql(q{CALL partman.partition_data_proc('public.items', p_wait := 0)});
is(sql("SELECT string_agg(state, ',' ORDER BY job_id) FROM partman.jobs WHERE job_id >= $id"), 'aborted,done', 'and given up for one of other tables');
sql(q{CALL partman.partition_data_proc('public.items', p_wait := 0, p_source_table := 'public.incoming')});
$content = sql('SELECT content FROM content');

# A session at work is cancelled by abort_job.
sql('INSERT INTO items SELECT i, i FROM generate_series(3000000, 3001999) i');
$mover = session($call);
is_pausing(1, 'a job at work');
$id = sql($last);
is(sql("SET ROLE stranger; SELECT count(*) FROM partman.jobs"), '0', 'others do not see it');
is(sql("SET ROLE stranger; SELECT count(*) FROM partman.job_steps"), '0', 'nor its steps');
is(sql("SET ROLE owner; SELECT count(*) FROM partman.jobs WHERE job_id = $id"), '1', 'the owner of the table does');
is(sql("SET ROLE watcher; SELECT count(*) FROM partman.job_steps WHERE job_id = $id"), '1', 'and who watches the server');
fails_with("SET ROLE stranger; SELECT partman.abort_job($id)", qr/must be owner of table/, 'a stranger cannot abort it');
fails_with("SET ROLE watcher; SELECT partman.abort_job($id)", qr/must be owner of table/, 'nor who only watches');
fails_with("SET ROLE stranger; CALL partman.resume_job($id)", qr/must be owner of table/, 'nor go on with it');
fails_with('SET ROLE stranger; SELECT * FROM partman.job', qr/permission denied/, 'nor read the table');
is(job('state'), 'running', 'it is still at work');
sql("SELECT partman.abort_job($id)");
$mover->{handle}->finish;
like(${ $mover->{out} }, qr/canceling statement due to user request/, 'abort_job cancels the session');
is(job('state, rows_done, finished_at IS NOT NULL'), 'aborted|1000|t', 'and the job is closed');
sql(q{CALL partman.partition_data_proc('public.items', p_wait := 0)});
is(job('state, calls, rows_done'), 'done|1|1000', 'what is left is another job');
is(sql('SELECT count(*) FROM items'), sql("SELECT (content).count + 2000 FROM (SELECT '$content'::content AS content) c"), 'nothing is lost');

# The way out, given up: maintenance looks after the set again.
sql('TRUNCATE plain; ANALYZE items');
$content = sql('SELECT content FROM content');
$mover = session(q{CALL partman.undo_partition_proc('public.items', 'public.plain', p_wait := 600)});
is_pausing(1, 'undo has begun');
like(sql("SELECT piece FROM partman.job_steps WHERE job_id = ($last)"), qr/^public\.items_p\d+$/, 'with a partition');
sql(q{SELECT pg_terminate_backend(pid) FROM partman.jobs WHERE state = 'running'});
$mover->{handle}->finish;
waits("SELECT state = 'interrupted' FROM partman.jobs WHERE job_id = ($last)", 'and is interrupted');
$count = sql($partitions);
sql(q{UPDATE partman.part_config SET premake = premake + 5; SELECT partman.run_maintenance('public.items')});
is(sql($partitions), $count, 'maintenance leaves a set alone that is being undone');
sql("SELECT partman.abort_job(($last))");
is(job('state'), 'aborted', 'it is given up');
is(sql('SELECT undo_in_progress FROM partman.part_config'), 'f', 'nothing is left of it');
sql(q{SELECT partman.run_maintenance('public.items')});
cmp_ok(sql($partitions), '>', $count, 'maintenance looks after the set again');
is(sql('SELECT count(*) FROM (TABLE items UNION ALL TABLE plain) x'), sql("SELECT (content).count FROM (SELECT '$content'::content AS content) c"), 'nothing is lost');
sql(q{CALL partman.undo_partition_proc('public.items', 'public.plain', p_wait := 0)});
is(job('state, calls'), 'done|1', 'undone after all');
is(sql('SELECT count(*), sum(hashtextextended(p::text, 0)) FROM plain p'), sql("SELECT (content).* FROM (SELECT '$content'::content AS content) c"), 'with all rows');

# A table that others hold for too long ends the call, not the job.
sql(q{CREATE TABLE hours (at timestamptz NOT NULL) PARTITION BY RANGE (at); SELECT partman.create_parent('public.hours', 'at', '1 day', p_premake := 1);
      UPDATE partman.part_config SET lock_timeout = 50, lock_retries = 0; INSERT INTO hours SELECT '2024-03-05'::timestamptz + i * interval '1 minute' FROM generate_series(0, 1439) i});
my $in = "BEGIN; LOCK TABLE hours_default IN ROW EXCLUSIVE MODE;\n";
my $holder = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
$holder->pump while length $in;
waits(q{SELECT count(*) = 1 FROM pg_locks WHERE relation = 'hours_default'::regclass AND mode = 'RowExclusiveLock'}, 'somebody uses the table');
(undef, undef, $error) = $node->psql('postgres', q{CALL partman.partition_data_async('public.hours', p_interval := '6 hours', p_lock_wait_tries := 0)});
like($error, qr/ERROR:  Quitting due to inability to get lock on next batch of rows to be moved/, 'so that no lock can be had');
is(job('what, state, rows_done, sqlstate, message'), 'partition_data_async|interrupted|0|55P03|Quitting due to inability to get lock on next batch of rows to be moved', 'as the job says');
$holder->finish;
waits(q{SELECT count(*) = 0 FROM pg_locks WHERE relation = 'hours_default'::regclass}, 'when it is free again');
$id = sql($last);
sql("CALL partman.resume_job($id)");
is(job('what, state, calls, rows_done, message IS NULL'), 'partition_data_async|done|2|1440|t', 'the job goes on, with the interval that it was given');
is(sql('SELECT count(*) FROM hours_default'), '0', 'to its end');

# Jobs are of this server: a dump has none of them.
my ($dump) = run_command([ 'pg_dump', '-d', $node->connstr('postgres') ]);
like($dump, qr/^COPY partman\.part_config /m, 'a dump has the configuration');
unlike($dump, qr/^COPY partman\.job/m, 'and no jobs');

# They are pruned with the history, open ones never.
sql(q{CREATE TABLE t (at timestamptz NOT NULL) PARTITION BY RANGE (at); SELECT partman.create_parent('public.t', 'at', '1 day', p_premake := 1);
      INSERT INTO partman.job (what, parent_oid, parent_table, parameters, state, role_name, pid, calls, rows_done, started_at, updated_at)
      VALUES ('partition_data_proc', 'public.t'::regclass, 'public.t', '{}', 'open', 'postgres', 1, 1, 0, now(), now())});
sql(q{UPDATE partman.job SET updated_at = now() - interval '40 days'});
sql(q{UPDATE partman.part_config SET premake = 2; SELECT partman.run_maintenance()});
is(sql('SELECT string_agg(state, $$,$$) FROM partman.jobs'), 'interrupted', 'what has ended is pruned');
is(sql('SELECT count(*) FROM partman.job_step'), '0', 'with all steps');
sql('DROP TABLE t');
is(sql('SELECT string_agg(state, $$,$$) FROM partman.jobs'), 'aborted', 'one ends with its table');
sql(q{UPDATE partman.job SET updated_at = now() - interval '40 days'});
sql(q{CREATE TABLE u (at timestamptz NOT NULL) PARTITION BY RANGE (at); SELECT partman.create_parent('public.u', 'at', '1 day', p_premake := 1);
      UPDATE partman.part_config SET premake = 2; SELECT partman.run_maintenance()});
is(sql('SELECT count(*) FROM partman.jobs'), '0', 'and is pruned, too');

$node->stop;
done_testing();
