# A large default partition that is being emptied: stopped in each phase, changed in every way meanwhile, given up, and
# what it is not done for.
use strict;
use warnings FATAL => 'all';

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('rebuild_ends');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
timezone = 'UTC'
max_prepared_transactions = 2
fsync = off
autovacuum = off
wal_level = logical
pg_strata.lock_timeout = 500
pg_strata.lock_retries = 2
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata; CREATE ROLE writer LOGIN; CREATE ROLE owner LOGIN');

sub sql { my ($sql, %options) = @_; return $node->safe_psql('postgres', $sql, %options); }

sub said
{
	my ($sql) = @_;
	my ($status, $stdout, $stderr) = $node->psql('postgres', $sql, on_error_stop => 0, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
	return "$stdout\n$stderr";
}

# A session that stays; what it says is read when it is done.
sub session
{
	my $session = { in => '', out => '' };
	$session->{handle} =
	  IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres') ], '<', \$session->{in}, '>', \$session->{out}, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	return $session;
}

sub ask
{
	my ($session, $sql) = @_;
	$session->{asked}++;
	$session->{in} .= "$sql;\n\\echo done $session->{asked}\n";
	$session->{handle}->pump until $session->{out} =~ /^done $session->{asked}$/m;
	return;
}

sub leave
{
	my ($session) = @_;
	$session->{in} .= "\\q\n";
	$session->{handle}->finish;
	return;
}

# Ten thousand rows of two kilobytes where no partition is, and a plain table that has the same.
sub make_set
{
	my ($table, $columns) = @_;
	$columns //= 'id bigint PRIMARY KEY, v bigint NOT NULL, pad text';
	return sql(<<"SQL");
SET SESSION AUTHORIZATION owner;
CREATE TABLE app.$table ($columns) PARTITION BY RANGE (id);
SELECT partman.create_parent('app.$table', 'id', '5000', p_premake := 1);
INSERT INTO app.$table (id, v, pad) SELECT n, 0, 'x' FROM generate_series(0, 9999, 100) n;
INSERT INTO app.$table (id, v, pad) SELECT n, 0, repeat('x', 1900) FROM generate_series(10000, 29999, 2) n;
INSERT INTO app.$table (id, v, pad) SELECT n, 0, 'far away' FROM generate_series(900000, 900009) n;
CREATE TABLE app.${table}_plain (id bigint, v bigint, pad text);
INSERT INTO app.${table}_plain SELECT id, v, pad FROM app.$table;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.$table, app.${table}_plain TO writer;
SQL
}

# The same done to both of them.
sub both
{
	my ($table, $statement, %options) = @_;
	for my $target ($table, "${table}_plain")
	{
		(my $one = $statement) =~ s/TABLE/app.$target/g;
		sql($one, %options);
	}
	return;
}

sub same
{
	my ($table) = @_;
	return sql("SELECT count(*) FROM ((TABLE app.${table}_plain EXCEPT ALL SELECT id, v, pad FROM app.$table) UNION ALL (SELECT id, v, pad FROM app.$table EXCEPT ALL TABLE app.${table}_plain)) d") eq '0';
}

sub phase { return sql('SELECT phase FROM partman.rebuild'); }
sub run_all { return said('CALL partman.run_maintenance_proc()'); }
sub misplaced { my ($table) = @_; return sql("SELECT count(*) FROM app.$table b JOIN partman.partitions p ON p.partition_oid = b.tableoid WHERE b.id < p.lower_id OR b.id > p.upper_id"); }
sub leftovers { return sql(q{SELECT string_agg(relname, ' ') FROM pg_class WHERE relname ~ '_(new|log)(_\d+)?$' AND relnamespace = 'app'::regnamespace}) . phase(); }
sub waits { my ($query, $name) = @_; return ok($node->poll_query_until('postgres', $query), $name); }

# All that can happen to rows.  `$number` keeps the rounds apart.
sub change_all
{
	my ($table, $number) = @_;
	both($table, "UPDATE TABLE SET v = v + 1 WHERE id % 1000 = 0");
	both($table, "DELETE FROM TABLE WHERE id BETWEEN " . (10200 + 100 * $number) . " AND " . (10250 + 100 * $number));
	both($table, "INSERT INTO TABLE SELECT n, $number, 'new' FROM generate_series(20001 + 100 * $number, 20051 + 100 * $number, 2) n");
	# from one new partition to another, to what stays in the default partition, and out of it and back in one transaction
	both($table, "UPDATE TABLE SET id = id + 5001 WHERE id BETWEEN " . (16000 + 100 * $number) . " AND " . (16020 + 100 * $number));
	both($table, "UPDATE TABLE SET id = id + 1000000 WHERE id BETWEEN " . (17000 + 100 * $number) . " AND " . (17020 + 100 * $number));
	both($table, "BEGIN; UPDATE TABLE SET id = id + 7000001 WHERE id = 18000; UPDATE TABLE SET id = id - 7000001 WHERE id = 7018001; COMMIT");
	both($table, "BEGIN; DELETE FROM TABLE WHERE id = 18002; INSERT INTO TABLE VALUES (18002, $number, 'again'); UPDATE TABLE SET v = v + 1 WHERE id = 18002; COMMIT");
	both($table, "BEGIN; SAVEPOINT s; UPDATE TABLE SET v = -1 WHERE id < 20000; ROLLBACK TO s; UPDATE TABLE SET v = v + 10 WHERE id = 18004; COMMIT");
	both($table, "BEGIN; DELETE FROM TABLE; ROLLBACK");
	# somebody without rights on anything but the table, and what replication does
	both($table, "SET SESSION AUTHORIZATION writer; UPDATE TABLE SET v = v + 5, pad = 'writer' WHERE id IN (12000, 19000, 29998); INSERT INTO TABLE VALUES (29001 + 2 * $number, 0, 'writer')");
	both($table, "SET session_replication_role = replica; UPDATE TABLE SET v = v + 7 WHERE id IN (12002, 19002); DELETE FROM TABLE WHERE id = 24000 + 2 * $number");
	# as the default partition itself
	sql("COPY app.${table}_default FROM STDIN;\n" . (28001 + 2 * $number) . "\t1\tcopied\n\\.\n");
	sql("INSERT INTO app.${table}_plain VALUES (" . (28001 + 2 * $number) . ", 1, 'copied')");
	# TOAST
	both($table, "UPDATE TABLE SET pad = (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 5000) n) WHERE id = 18006");
	both($table, "UPDATE TABLE SET v = v + 1 WHERE id = 18006");
	# two phases
	both($table, "BEGIN; UPDATE TABLE SET v = v + 3 WHERE id IN (18008, 28008); PREPARE TRANSACTION 'two'; COMMIT PREPARED 'two'");
	return;
}

sql('CREATE SCHEMA app AUTHORIZATION owner; GRANT USAGE ON SCHEMA app TO writer; GRANT USAGE ON SCHEMA partman TO owner');

#
# Stopped in each phase
#
make_set('t');
my $holder = session();
ask($holder, 'BEGIN; LOCK TABLE partman.job_step IN ACCESS EXCLUSIVE MODE');
unlike(run_all(), qr/ERROR/, 'the copy cannot be recorded, so there is none');
is(phase(), 'filling', 'stopped before it');
ask($holder, 'COMMIT');
change_all('t', 1);
ok(same('t'), 'changes are only logged');
cmp_ok(sql('SELECT count(*) FROM app.t_default_log'), '>', 100, 'by key');

my $writer = session();
ask($writer, 'BEGIN; UPDATE app.t SET v = v + 1000 WHERE id = 20000; UPDATE app.t_plain SET v = v + 1000 WHERE id = 20000');
like(run_all(), qr/could not lock table "app.t_default"/, 'a writer is not interrupted');
is(phase(), 'following', 'stopped behind the copy');
is(sql('SELECT count(*) FROM app.t_default_log'), '0', 'what was logged has been brought over');
ask($writer, 'COMMIT');
leave($writer);
change_all('t', 2);
ok(same('t'), 'changes are logged again');

my $reader = session();
ask($reader, 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM app.t_plain');
my $runner = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', 'CALL partman.run_maintenance_proc()' ], '<', \undef, '>', \my $ran, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
waits(q{SELECT EXISTS (SELECT FROM partman.rebuild WHERE phase = 'mirroring')}, 'an old snapshot is waited for');
is(sql(q{SELECT what, state FROM partman.jobs}), 'rebuild|running', 'the job is shown');
change_all('t', 3);
ok(same('t'), 'beside that everybody goes on');
sql(q{SELECT pg_terminate_backend(pid) FROM partman.jobs WHERE state = 'running'});
$runner->finish;
waits(q{SELECT state = 'interrupted' FROM partman.jobs}, 'and ended by an administrator it is interrupted');
is(phase(), 'mirroring', 'stopped before the swap');
change_all('t', 4);
is(sql('SELECT count(*) FROM app.t_default_log'), '0', 'nothing is logged any more');
ok(same('t'), 'each change is in the new tables as well');
ask($reader, 'SELECT count(*) FROM app.t');
like($reader->{out}, qr/^(\d+)\ndone 1\n\1\ndone 2$/m, 'the reader sees what was there when he began');
ask($reader, 'COMMIT');
leave($reader);
sql('GRANT USAGE ON SCHEMA partman TO writer');
my $job = sql('SELECT job_id FROM partman.jobs');
like(said(qq{SET SESSION AUTHORIZATION writer; CALL partman.resume_job($job)}), qr/must be owner/, 'not everybody may go on with it');
unlike(said(qq{SET SESSION AUTHORIZATION owner; CALL partman.resume_job($job)}), qr/ERROR|WARNING/, 'its owner may, and ends it');
like(said(qq{CALL partman.resume_job($job)}), qr/nothing to go on with/, 'once');
is(leftovers(), '', 'nothing is left behind');
is(sql('SELECT state, calls FROM partman.jobs'), 'done|4', 'the job is done');
ok(same('t'), 'all rows are what they should be');
is(misplaced('t'), '0', 'and where they should be');
is(sql('SELECT count(*) FROM app.t_default WHERE id < 30000'), '0', 'what stays is what was far away');
cmp_ok(sql('SELECT count(*) FROM app.t_default'), '>', 10, 'and that stays');
is(sql(q{SELECT count(*) FROM pg_class c JOIN pg_inherits i ON c.oid = i.inhrelid WHERE i.inhparent = 'app.t'::regclass AND (c.relrowsecurity OR c.relowner <> 'owner'::regrole)}), '0', 'the new tables belong to the owner and are open');
is(sql(q{SELECT count(*) FROM app.t WHERE id = 10000}, extra_params => [ '-U', 'writer' ]), '1', 'as ever');
leave($holder);

sql('DELETE FROM partman.part_config; DROP TABLE app.t');

#
# Given up
#
for my $phase ('filling', 'following', 'mirroring')
{
	make_set("u_$phase");
	my $other = session();
	ask($other, { filling => 'BEGIN; LOCK TABLE partman.job_step IN ACCESS EXCLUSIVE MODE', following => 'SELECT 1', mirroring => 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class' }->{$phase});
	my $out = '';
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', 'CALL partman.run_maintenance_proc()' ], '<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default))
	  if $phase eq 'mirroring';
	if ($phase eq 'following')
	{
		ask($other, 'BEGIN; LOCK TABLE partman.job_step IN ACCESS EXCLUSIVE MODE');
		run_all();
		ask($other, "COMMIT; BEGIN; UPDATE app.u_following SET v = v WHERE id = 20000");
	}
	run_all() unless $run;
	waits("SELECT phase = '$phase' FROM partman.rebuild", "stopped while $phase");
	change_all("u_$phase", 1) unless $phase eq 'following';
	ask($other, 'COMMIT') unless $run;
	sql(q{SELECT partman.abort_job(job_id) FROM partman.jobs WHERE state IN ('running', 'interrupted')});
	$run->finish if $run;
	ask($other, 'COMMIT') if $run;
	leave($other);
	is(leftovers(), '', 'given up, nothing is left');
	is(sql("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'app.u_${phase}_default'::regclass AND tgname LIKE 'pg_strata%'"), '0', 'and no trigger');
	is(sql(q{SELECT state FROM partman.jobs ORDER BY job_id DESC LIMIT 1}), 'aborted', 'the job is aborted');
	ok(same("u_$phase"), 'all rows are there');
	sql("DELETE FROM partman.part_config; DROP TABLE app.u_$phase");
}

#
# Tables that change under it
#
my @strokes = (
	[ 'TRUNCATE of the default partition', 'TRUNCATE app.%s_default; DELETE FROM app.%s_plain WHERE id >= 10000' ],
	[ 'a new column', 'ALTER TABLE app.%s ADD COLUMN more int DEFAULT 5' ],
	[ 'a new index', 'CREATE INDEX ON app.%s (v, id)' ],
	[ 'a rewrite', 'VACUUM FULL app.%s_default' ],
	[ 'a trigger that was off', 'ALTER TABLE app.%s_default DISABLE TRIGGER ALL; UPDATE app.%s SET v = 77 WHERE id = 20002; UPDATE app.%s_plain SET v = 77 WHERE id = 20002; ALTER TABLE app.%s_default ENABLE TRIGGER ALL' ],
	[ 'a table that is gone', 'DROP TABLE app.%s_default_log' ],
	[ 'a trigger of ours that a dump has brought', 'DELETE FROM partman.rebuild; DROP TABLE app.%s_default_log, app.%s_default_new' ],);
my $strokes = 0;
for my $stroke (@strokes)
{
	my ($what, $statement) = @$stroke;
	my $table = 'v' . ++$strokes;
	make_set($table);
	my $other = session();
	ask($other, 'BEGIN; LOCK TABLE partman.job_step IN ACCESS EXCLUSIVE MODE');
	run_all();
	is(phase(), 'filling', "$what: begun");
	ask($other, 'COMMIT');
	leave($other);
	sql("UPDATE app.$table SET v = 3 WHERE id = 20004; UPDATE app.${table}_plain SET v = 3 WHERE id = 20004");
	$statement =~ s/%s/$table/g;
	for my $one (split /; /, $statement) { $node->safe_psql('postgres', $one); }
	sql("UPDATE app.$table SET v = 4 WHERE id = 20006; UPDATE app.${table}_plain SET v = 4 WHERE id = 20006");
	my $out = run_all();
	unlike($out, qr/ERROR/, "$what: no error");
	run_all() if phase() ne '';
	is(leftovers(), '', "$what: nothing is left behind");
	ok(same($table), "$what: all rows are there");
	is(sql("SELECT count(*) FROM app.${table}_default WHERE id < 30000"), '0', "$what: it has begun again and come to its end");
	sql("DELETE FROM partman.part_config; DROP TABLE app.$table");
}

#
# What it is not done for, and who may not do what
#
like(said('SET SESSION AUTHORIZATION writer; CREATE TEMP TABLE mine (id int); CREATE TRIGGER t AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION partman.capture_change()'),
	qr/permission denied for function partman.capture_change/, 'nobody makes triggers of his own of it');
sql('CREATE TABLE app.ref (id int PRIMARY KEY); INSERT INTO app.ref VALUES (1)');
for my $unfit (
	[ 'keyless', 'id bigint NOT NULL, v bigint, pad text', '', qr/no unique key/ ],
	[ 'pointing', 'id bigint PRIMARY KEY, v bigint, pad text, r int DEFAULT 1', 'ALTER TABLE app.pointing_default ADD FOREIGN KEY (r) REFERENCES app.ref', qr/foreign keys of its own/ ],
	[ 'pointed', 'id bigint PRIMARY KEY, v bigint, pad text', 'CREATE TABLE app.pointing_at (id bigint REFERENCES app.pointed)', qr/foreign keys of other tables/ ],
	[ 'published', 'id bigint PRIMARY KEY, v bigint, pad text', 'CREATE PUBLICATION all_of_it FOR TABLE app.published', qr/published/ ],
	[ 'watched', 'id bigint PRIMARY KEY, v bigint, pad text', 'CREATE VIEW app.view_of AS SELECT * FROM app.watched_default', qr/objects that depend on it alone/ ],
	[ 'indexed', 'id bigint PRIMARY KEY, v bigint, pad text', 'CREATE INDEX ON app.indexed_default (pad)', qr/indexes of its own/ ],
	[ 'deferred', 'id bigint PRIMARY KEY DEFERRABLE, v bigint, pad text', '', qr/deferrable/ ],)
{
	my ($table, $columns, $more, $reason) = @$unfit;
	$node->safe_psql('postgres', 'GRANT REFERENCES ON app.ref TO owner');
	make_set($table, $columns);
	sql($more) if $more;
	my $out = run_all();
	like($out, qr/cannot be emptied beside those who use it/, "$table: refused");
	like($out, $reason, "$table: with the reason");
	is(phase(), '', "$table: nothing was begun");
	ok(same($table), "$table: nothing is lost");
	sql('DELETE FROM partman.part_config');
}
is(sql('SELECT count(*) FROM partman.rebuild'), '0', 'nothing is under way at the end');

done_testing();
