# Another modulus for a set by hash, beside those who use it: everybody sees every row once, nobody's statement fails,
# and whatever ends it, at whichever step, the next call or maintenance comes to the end and leaves nothing behind.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server order recover strike);
use PostgreSQL::Test::Utils;
use Strata qw(said_by started_by wait_for wait_for_state);
use Test::More;

my $node = fault_server('rehash', "fsync = off\npg_strata.lock_timeout = 500\nmax_prepared_transactions = 2\n");
my $rows = $ENV{REHASH_ROWS} // 20_000;
# What a row has got is in both its columns: the difference says which rows there are, wherever they have gone.
my $sum = q{concat_ws('|', count(*), sum(hashint8extended(id - v, 0)))};

sub sql { my ($sql) = @_; return $node->safe_psql('postgres', $sql); }

sub said { my ($sql) = @_; return said_by($node, $sql); }

sub start
{
	my ($sql, $isolation) = @_;
	return started_by($node, $sql, "default_transaction_isolation = '" . ($isolation // 'read committed') . q{'});
}

sub ended
{
	my ($session, $name) = @_;
	$session->{handle}->finish;
	return is(${ $session->{out} }, '', $name);
}

# Deferred by a lock or an old snapshot it is called again, as its hint says.
sub reaches
{
	my ($modulus) = @_;
	my $out = '';
	for (1 .. 50)
	{
		$out = said("CALL partman.set_modulus('public.busy', $modulus)");
		last if $out !~ /could not lock|old snapshots/;
	}
	unlike($out, qr/ERROR|WARNING/, "the call for $modulus comes to its end");
	is(sql(qq{SELECT count(*), count(*) FILTER (WHERE pg_get_expr(relpartbound, oid) LIKE '%(modulus $modulus,%') FROM pg_class JOIN pg_inherits ON oid = inhrelid WHERE inhparent = 'public.busy'::regclass}),
		"$modulus|$modulus", "$modulus partitions");
	is(sql(q{SELECT modulus FROM partman.part_config WHERE parent_table = 'public.busy'}), $modulus, 'as the configuration says');
	return;
}

sql(<<"SQL");
CREATE TABLE busy (id bigint, v bigint NOT NULL, pad text, PRIMARY KEY (id), UNIQUE (v, id)) PARTITION BY HASH (id);
CREATE INDEX ON busy (v);
SELECT partman.create_parent('public.busy', 'id', p_type => 'hash', p_modulus => 4);
INSERT INTO busy SELECT n, 0, repeat('x', 100) FROM generate_series(1, $rows) n;
CREATE TABLE stop ();
CREATE TABLE rounds (who text, number bigint);
-- Rows get other keys, so that they go from partition to partition, are deleted and made again; new ones come and go.
-- Each transaction leaves number and sum what they are.  Each writer has rows of his own: a statement that waits for one
-- that somebody else takes to another partition fails in any set.
CREATE PROCEDURE churn(writer bigint) LANGUAGE plpgsql AS \$\$
DECLARE
    done bigint := 0; a bigint; one record;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        a := writer + 3 * floor(random() * ($rows / 3));
        CASE floor(random() * 4)
        WHEN 0 THEN
            UPDATE busy SET id = id + 1000000, v = v + 1000000 WHERE id = a;
            COMMIT;
            UPDATE busy SET id = id - 1000000, v = v - 1000000 WHERE id = a + 1000000;
        WHEN 1 THEN
            DELETE FROM busy WHERE id = a RETURNING * INTO one;
            IF one.id IS NOT NULL THEN
                INSERT INTO busy VALUES (one.id, one.v, one.pad);
            END IF;
        WHEN 2 THEN
            UPDATE busy SET pad = pad || 'y' WHERE id = a;
        ELSE
            INSERT INTO busy VALUES (a + 5000000, 0, 'short') ON CONFLICT DO NOTHING;
            UPDATE busy SET pad = 'shorter' WHERE id = a + 5000000;
            DELETE FROM busy WHERE id = a + 5000000;
        END CASE;
        COMMIT;
        done := done + 1;
    END LOOP;
    INSERT INTO rounds VALUES ('churn', done);
END \$\$;
-- One and the same sum, twice in each transaction.
CREATE PROCEDURE watch() LANGUAGE plpgsql AS \$\$
DECLARE
    done bigint := 0; expected text; seen text;
BEGIN
    SELECT $sum FROM busy INTO expected;
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        COMMIT;
        FOR look IN 1 .. 2 LOOP
            SELECT $sum FROM busy INTO seen;
            IF seen <> expected THEN
                RAISE EXCEPTION 'saw % instead of % in look % of %', seen, expected, look, current_setting('transaction_isolation');
            END IF;
        END LOOP;
        done := done + 1;
    END LOOP;
    COMMIT;
    INSERT INTO rounds VALUES ('watch', done);
END \$\$;
SQL

#
# Beside writers and readers
#
my $before = sql("SELECT $sum FROM busy");
my @others = ((map { start("CALL churn($_)") } 1 .. 3), start('CALL watch()'), start('CALL watch()', 'repeatable read'));
reaches($_) foreach 8, 4, 6, 2;
sql('INSERT INTO stop DEFAULT VALUES');
ended($_, 'nobody has seen anything of it') foreach @others;
is(sql(q{SELECT count(*) FROM rounds WHERE number > 0}), 5, 'though everybody was at work');
is(sql("SELECT $sum FROM busy"), $before, 'all rows are there');
is(sql(q{SELECT count(*) FROM busy WHERE tableoid <> ((partman.show_partition_name('public.busy', id::text)).partition_table)::regclass}), 0, 'where they belong');

#
# Ended at each step
#
sql(<<'SQL');
CREATE TABLE small (id bigint PRIMARY KEY, v bigint NOT NULL) PARTITION BY HASH (id);
SELECT partman.create_parent('public.small', 'id', p_type => 'hash', p_modulus => 2);
INSERT INTO small SELECT n, 0 FROM generate_series(1, 2000) n;
CREATE TABLE expected AS SELECT * FROM small;
CREATE FUNCTION change() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
    at bigint := 1 + floor(random() * 1900);
    last bigint := (SELECT max(id) FROM expected);
BEGIN
    FOREACH name IN ARRAY ARRAY['small', 'expected'] LOOP
        EXECUTE format('UPDATE %I SET v = v + 1 WHERE id BETWEEN %s AND %s', name, at, at + 20);
        EXECUTE format('UPDATE %I SET id = id + %s WHERE id BETWEEN %s AND %s', name, last + 100, at + 50, at + 60);
        EXECUTE format('DELETE FROM %I WHERE id IN (%s, %s)', name, at + 30, at + 40);
        EXECUTE format('INSERT INTO %I SELECT n, 7 FROM generate_series(%s, %s) n', name, last + 1, last + 10);
    END LOOP;
END $$;
CREATE FUNCTION same() RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN EXISTS ((TABLE expected EXCEPT ALL TABLE small) UNION ALL (TABLE small EXCEPT ALL TABLE expected)) THEN 'rows differ' ELSE 'same' END
$$;
CREATE FUNCTION state(modulus int) RETURNS text LANGUAGE sql AS $$
    SELECT same()
        || CASE WHEN (SELECT count(*) FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'small'::regclass
                         AND pg_get_expr(relpartbound, oid) LIKE 'FOR VALUES WITH (modulus ' || modulus || ',%') <> modulus THEN ', other partitions' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.part_config c WHERE parent_table = 'public.small' AND c.modulus <> state.modulus) THEN ', configuration' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.rebuild) THEN ', under way' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM partman.jobs WHERE state <> 'done') THEN ', a job' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM pg_trigger WHERE tgname LIKE 'pg_strata%') THEN ', a trigger' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM pg_depend WHERE deptype = 'x') THEN ', a dependency' ELSE '' END
        || coalesce((SELECT ', ' || string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                        AND NOT relispartition AND relname NOT IN ('expected', 'stop', 'rounds')), '')
$$;
SQL

sub holds
{
	my ($wanted, $function, $name) = @_;
	my ($status, $out, $err) = $node->psql('postgres', "SELECT $function");
	return is("$out$err", $wanted, $name);
}

# Every step is ended by a crash and by one of the other ways in turn; FAULTS=all in the environment tries all of them.
# Dividing and making one of two take turns.
my @ways = qw(error terminate cancel postmaster);
my @points = qw(rebuild.begun rebuild.filled rebuild.followed rebuild.mirrored rebuild.locked rebuild.swapped);
my $modulus = 2;
foreach my $number (0 .. $#points)
{
	my $point = $points[$number];
	foreach my $fault ('kill', ($ENV{FAULTS} // '') eq 'all' ? @ways : $ways[ $number % @ways ])
	{
		my $name = "$fault at $point";
		$modulus = { 2 => 4, 4 => 6, 6 => 2 }->{$modulus};
		my $call = "CALL partman.set_modulus('public.small', $modulus)";
		strike($node, $point, $fault, $call);
		holds('same', 'same()', "$name: every row is there once");
		sql('SELECT change()');
		holds('same', 'same()', "$name: and can be changed");
		sql("SET client_min_messages = error; $call");
		holds('same', "state($modulus)", "$name: the next call comes to the end");
	}
}

# Another modulus than that of the call that was interrupted.
strike($node, 'rebuild.filled', 'error', q{CALL partman.set_modulus('public.small', 8)});
sql('SELECT change()');
is(sql('SELECT piece_moduli[1] FROM partman.rebuild'), 8, 'begun for 8');
sql(q{SET client_min_messages = error; CALL partman.set_modulus('public.small', 4)});
holds('same', 'state(4)', 'a call for 4 does not go on with that');

# As a job.
strike($node, 'rebuild.mirrored', 'error', q{CALL partman.set_modulus('public.small', 8)});
is(sql(q{SELECT what, state, parameters ->> 'p_modulus' FROM partman.jobs WHERE state <> 'done'}), 'set_modulus|interrupted|8', 'it is an interrupted job');
my $job = sql(q{SELECT job_id FROM partman.jobs WHERE state <> 'done'});
my $told = q{SELECT severity <> 'ok' AND array_to_string(reasons, ' ') LIKE '%another modulus was interrupted%' FROM partman.health WHERE parent_table = 'public.small'};
is(sql($told), 't', 'the health tells of it');
sql('SELECT change()');
sql("SET client_min_messages = error; CALL partman.resume_job($job)");
holds('same', 'state(8)', 'which can be resumed');
is(sql($told), 'f', 'and then tells no more');
like(said("CALL partman.resume_job($job)"), qr/nothing to go on with/, 'once');
strike($node, 'rebuild.swapped', 'error', q{CALL partman.set_modulus('public.small', 4)});
sql(q{SELECT partman.abort_job(job_id) FROM partman.jobs WHERE state = 'interrupted'; DELETE FROM partman.job WHERE state = 'aborted'});
holds('same', 'state(8)', 'or given up');

# Somebody has the table for longer than the lock budget.
my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN; SELECT count(*) FROM small');
like(said(q{CALL partman.set_modulus('public.small', 4)}), qr/55P03: could not lock table "public.small"/, 'a reader is not interrupted');
like(sql(q{SELECT string_agg(message, ' ') FROM partman.maintenance_history WHERE parent_table = 'public.small' AND action = 'rehash' AND outcome = 'deferred'}), qr/could not lock/, 'that is recorded');
$holder->query_safe('COMMIT');
# What is changed below cannot be gone on with.
sql('ALTER TABLE small ADD COLUMN more int DEFAULT 5; ALTER TABLE expected ADD COLUMN more int DEFAULT 5');
sql(q{SET client_min_messages = error; CALL partman.set_modulus('public.small', 4)});
holds('same', 'state(4)', 'with another column it begins again');
strike($node, 'rebuild.filled', 'error', q{CALL partman.set_modulus('public.small', 2)});
sql('DELETE FROM expected WHERE id IN (SELECT id FROM small_p2); DROP TABLE small_p2');
sql(q{SET client_min_messages = error; CALL partman.set_modulus('public.small', 2)});
holds('same', 'state(2)', 'and without one of two partitions, too');
strike($node, 'rebuild.filled', 'error', q{CALL partman.set_modulus('public.small', 4)});
sql('ALTER TABLE small DETACH PARTITION small_p0; ALTER TABLE small ATTACH PARTITION small_p0 FOR VALUES WITH (modulus 2, remainder 0)');
sql('SELECT change()');
sql(q{SET client_min_messages = error; CALL partman.set_modulus('public.small', 4)});
holds('same', 'state(4)', 'one that was away for a while is a partition as well');
$holder->quit;

# Maintenance beside it, and a second call.
$holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM expected');
my $first = start(q{CALL partman.set_modulus('public.small', 8)});
wait_for($node, 'postgres', q{SELECT EXISTS (SELECT FROM partman.rebuild WHERE phase = 'mirroring')}, 'an old snapshot is waited for');
like(said(q{CALL partman.set_modulus('public.small', 2)}), qr/set_modulus already running for given parent table: public.small/, 'one call at a time');
unlike(said(q{SELECT partman.run_maintenance('public.small')}), qr/ERROR|WARNING/, 'maintenance goes on');
sql('SELECT change()');
holds('same', 'same()', 'and so does everybody');
is($holder->query_safe('SELECT count(*) - (SELECT count(*) FROM expected) FROM small'), 0, 'who has it sees what was');
$holder->query_safe('COMMIT');
$holder->quit;
$first->{handle}->finish;
like(${ $first->{out} }, qr/^$|old snapshots/, 'it goes on, unless it has run out of patience');
sql(q{SET client_min_messages = error; CALL partman.set_modulus('public.small', 8)});
holds('same', 'state(8)', 'with all that happened meanwhile');

#
# Maintenance goes on with what was interrupted
#
my $maintain = 'SET client_min_messages = error; CALL partman.run_maintenance_proc()';
sub next_modulus { $modulus = { 2 => 4, 4 => 6, 6 => 2, 8 => 4 }->{$modulus}; return "CALL partman.set_modulus('public.small', $modulus)"; }
sub interrupted { return sql(q{SELECT job_id || ' ' || calls FROM partman.jobs WHERE state = 'interrupted'}); }
sub pause { my ($until) = @_; return sql("UPDATE partman.part_config SET paused_until = $until WHERE parent_table = 'public.small'"); }
$modulus = 8;

# Before anything is committed but the job itself there is nothing to go on with.
strike($node, 'rebuild.begun', 'terminate', next_modulus());
my $left = interrupted();
like($left, qr/^\d+ 1$/, 'interrupted before it has begun');
sql($maintain);
is(interrupted(), $left, 'maintenance leaves it alone');
holds('same', 'same()', 'and the rows');
$modulus = 8;

# From then on it comes to the modulus that was asked for, whatever ends it in turn.
foreach my $number (1 .. $#points)
{
	my $point = $points[$number];
	foreach my $fault ('kill', $ways[ $number % @ways ])
	{
		my $name = "maintenance, $fault at $point";
		strike($node, $point, $fault, next_modulus());
		sql('SELECT change()');
		my ($job, $calls) = split / /, interrupted();
		strike($node, $point, $fault, $maintain);
		is(interrupted(), "$job " . ($calls + 1), "$name: it goes on with the same job");
		sql('SELECT change()');
		sql($maintain);
		holds('same', "state($modulus)", "$name: the next run comes to the end");
	}
}
is(sql(q{SELECT count(*) > 0 FROM partman.maintenance_history WHERE parent_table = 'public.small' AND action = 'rehash' AND outcome = 'ok' AND caller = 'procedure'}), 't', 'the history has that as work of maintenance');

# Between two exchanges nothing but the job tells that there is more to do.
next_modulus() while $modulus != 6;
sql("SET client_min_messages = error; CALL partman.set_modulus('public.small', 6)");
strike($node, 'rebuild.filled', 'terminate', next_modulus());
strike($node, 'rebuild.begun', 'terminate', "CALL partman.set_modulus('public.small', $modulus)");
is(sql('SELECT count(*) FROM partman.rebuild'), 0, 'ended between two exchanges');
sql($maintain);
holds('same', "state($modulus)", 'maintenance makes the others');

# While the set is paused, or in the transaction of a caller, it does not; abort_job() ends it.
my $present = $modulus;
strike($node, 'rebuild.filled', 'terminate', q{CALL partman.set_modulus('public.small', 8)});
strike($node, 'rebuild.mirrored', 'terminate', q{CALL partman.set_modulus('public.small', 8)});
$left = interrupted();
pause(q{'infinity'});
sql($maintain);
is(interrupted(), $left, 'a set that is paused is left alone');

# A dump takes along what is half done, and comes back whole.
my $dump = PostgreSQL::Test::Utils::tempdir() . '/half_done';
command_ok([ 'pg_dump', '-Fc', '-f', $dump, '-d', $node->connstr('postgres') ], 'a dump in the middle');
sql('CREATE DATABASE restored');
command_ok([ 'pg_restore', '-1', '-d', $node->connstr('restored'), $dump ], 'it is restored in one transaction');
is($node->safe_psql('restored', 'SELECT count(*) FROM public.small'), sql('SELECT count(*) FROM public.small'), 'with all rows');
sql('DROP DATABASE restored');

pause('NULL');
sql(q{SELECT partman.run_maintenance('public.small')});
is(interrupted(), $left, 'a function cannot go on with it');
like(sql(q{SELECT array_to_string(reasons, ' ') FROM partman.health WHERE parent_table = 'public.small'}), qr/until maintenance goes on with it/, 'the health says who will');
sql(q{SELECT partman.abort_job(job_id) FROM partman.jobs WHERE state = 'interrupted'; DELETE FROM partman.job WHERE state = 'aborted'});
sql($maintain);
holds('same', "state($present)", 'what is given up is over');

# What cannot go on says so, and what would end it.
strike($node, 'rebuild.swapped', 'terminate', q{CALL partman.set_modulus('public.busy', 4)});
sql('CREATE TABLE referring (id bigint REFERENCES busy)');
like(said('CALL partman.run_maintenance_proc()'), qr/the modulus of table public\.busy cannot be changed.*partman\.abort_job\(\d+\)/s, 'a reason that does not go away is a failure of maintenance');
sql('DROP TABLE referring');
sql($maintain);
is(sql(q{SELECT modulus FROM partman.part_config WHERE parent_table = 'public.busy'}), 4, 'until it has gone');

# The worker does the same with nobody asking it to.
sql('ALTER SYSTEM SET pg_strata.worker_enabled = on; SELECT pg_reload_conf()');
wait_for_state($node, 'postgres', 'running', 'the worker is there');
foreach my $point (@points[ 1 .. $#points ])
{
	my $name = "worker, killed at $point";
	pause(q{'infinity'});
	# Its last transaction is committed before it lets the set go.
	wait_for($node, 'postgres', q{SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'object' AND classid = 'partman.job'::regclass)}, "$name: nobody is at it");
	strike($node, 'rebuild.filled', 'terminate', next_modulus());
	my $offset = -s $node->logfile;
	order($node, $point, 'worker', 'kill');
	sql('SELECT change()');
	pause('NULL');
	recover($node, $point, 'kill', $offset);
	sql('SELECT change()');
	wait_for($node, 'postgres', "SELECT state($modulus)", "$name: it comes to the end by itself", 'same');
}

$node->stop;
done_testing();
