# Hooks in the worker: nothing of ours is locked while one is asked, what is said counts whichever way a partition goes, and
# none of them keeps the worker from the others.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Retiring qw(touch);
use Strata qw(new_server worker_pid wait_for wait_for_state);
use Test::More;

my $node = new_server('hooks');
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE ROLE keeper;
GRANT USAGE ON SCHEMA partman TO keeper;
CREATE SCHEMA h AUTHORIZATION keeper;
SET ROLE keeper;
CREATE TABLE h.asked (n int GENERATED ALWAYS AS IDENTITY, hook text, parent text, partition text, who text);
CREATE TABLE h.answers (hook text, partition text, answer text);
-- `wait`: until the row is gone, in which lock_timeout is no concern.
CREATE FUNCTION h.answer(p_hook text, p_parent regclass, p_partition regclass) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE v_answer text;
BEGIN
	INSERT INTO h.asked (hook, parent, partition, who) VALUES (p_hook, p_parent, p_partition, current_user);
	LOOP
		SELECT answer INTO v_answer FROM h.answers AS a WHERE a.hook = p_hook AND p_partition::text LIKE a.partition;
		EXIT WHEN v_answer IS DISTINCT FROM 'wait';
		PERFORM pg_sleep(0.05);
	END LOOP;
	IF v_answer = 'once' THEN
		RETURN (SELECT count(*) = 1 FROM h.asked AS a WHERE a.hook = p_hook AND a.partition = p_partition::text);
	ELSIF v_answer = 'error' THEN
		RAISE EXCEPTION 'not archived yet';
	ELSIF v_answer = 'sleep' THEN
		LOOP
			BEGIN
				PERFORM pg_sleep(600);
			EXCEPTION WHEN query_canceled OR OTHERS THEN NULL;
			END;
		END LOOP;
	END IF;
	RETURN coalesce(v_answer, 'true')::boolean;
END $$;
CREATE FUNCTION h.detach(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE sql AS $$ SELECT h.answer('detach', $1, $2) $$;
CREATE FUNCTION h.drop(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE sql AS $$ SELECT h.answer('drop', $1, $2) $$;
CREATE FUNCTION h.create(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE sql AS $$ SELECT h.answer('create', $1, $2) $$;
SQL
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# Ten numbers a partition, of which retention keeps the last; it is off yet.
sub old_set
{
	my ($table, $default) = @_;
	$node->safe_psql('postgres', <<"SQL");
SET ROLE keeper;
CREATE TABLE h.$table (id int NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('h.$table', 'id', '10', p_premake := 1, p_start_partition := '0', p_default_table := $default);
SELECT partman.create_partition_id('h.$table', '{10, 20, 30, 40, 50}');
INSERT INTO h.$table SELECT generate_series(0, 59, 5);
UPDATE partman.part_config SET retention = '15', retention_keep_table = false, retention_max_fraction = NULL, retire_enabled = false, before_detach = 'h.detach', before_drop = 'h.drop',
	infinite_time_partitions = false WHERE parent_table = 'h.$table';
SQL
	return;
}

sub config
{
	my ($table, $assignment) = @_;
	$node->safe_psql('postgres', "UPDATE partman.part_config SET $assignment WHERE parent_table = 'h.$table'");
	return;
}

# answer HOOK, PARTITION, WHAT: from now on; undef: it agrees again.
sub answer
{
	my ($hook, $partition, $what) = @_;
	my $sql = "DELETE FROM h.answers WHERE hook = '$hook' AND partition = 'h.$partition';";
	$sql .= "INSERT INTO h.answers VALUES ('$hook', 'h.$partition', '$what')" if defined $what;
	$node->safe_psql('postgres', "BEGIN; $sql; COMMIT");
	return;
}

# SQL: those of the first four that are attached, and those that are tables of their own.
sub attached
{
	my ($table) = @_;
	return "(SELECT coalesce(string_agg(right(inhrelid::regclass::text, 2), ' ' ORDER BY inhrelid::regclass::text), '') FROM pg_inherits WHERE inhparent = 'h.$table'::regclass AND NOT inhdetachpending
		AND inhrelid::regclass::text ~ '_p[0-3]?0\$')";
}

sub there
{
	my ($table) = @_;
	return "(SELECT coalesce(string_agg(right(relname, 2), ' ' ORDER BY relname), '') FROM pg_class WHERE relnamespace = 'h'::regnamespace AND relkind = 'r' AND relname ~ '^${table}_p[0-3]?0\$')";
}

sub said
{
	my ($partition, $message) = @_;
	return "SELECT EXISTS (SELECT FROM partman.maintenance_history WHERE partition = 'h.$partition' AND message LIKE '$message')";
}

# One after the other asked, some with reasons to stay: the others go, with a default partition and without.
foreach my $case ([ 'batch', 'true' ], [ 'gentle', 'false' ])
{
	my ($table, $default) = @$case;
	old_set($table, $default);
	answer('detach', "${table}_p0", 'false');
	answer('drop', "${table}_p10", 'error');
	answer('detach', "${table}_p20", 'sleep');
	config($table, 'retire_enabled = true, hook_timeout = 300');
	wait_for($node, 'postgres', 'SELECT ' . there($table), "$table: the one whose hooks agree goes", 'p0 10 20');
	is($node->safe_psql('postgres', 'SELECT ' . attached($table)), 'p0 10 20', "$table: the others stay in the set");
	wait_for($node, 'postgres', said("${table}_p0", "hook before_detach keeps \"h.${table}_p0\""), "$table: false is recorded");
	wait_for($node, 'postgres', said("${table}_p10", "hook before_drop failed for \"h.${table}_p10\": not archived yet"), "$table: so is an error");
	wait_for($node, 'postgres', said("${table}_p20", "hook before_detach failed for \"h.${table}_p20\": it did not end within 300 ms"), "$table: and one that would never end");
	answer(@$_) foreach [ 'detach', "${table}_p0" ], [ 'drop', "${table}_p10" ], [ 'detach', "${table}_p20" ];
	touch($node, "h.$table");
	wait_for($node, 'postgres', 'SELECT ' . there($table), "$table: they go when they may", '');
	is($node->safe_psql('postgres', "SELECT count(*) FROM h.asked WHERE hook = 'drop' AND partition = 'h.${table}_p30'"), '1', "$table: who agrees is asked once");
	is($node->safe_psql('postgres', "SELECT DISTINCT who FROM h.asked"), 'keeper', "$table: as the owner");
}

# While a hook is asked nothing is locked, and what is committed meanwhile counts.
foreach my $case ([ 'slow', 'true' ], [ 'calm', 'false' ])
{
	my ($table, $default) = @$case;
	old_set($table, $default);
	answer('detach', "${table}_p0", 'wait');
	config($table, 'retire_enabled = true, hook_timeout = 3600000');
	my $pid = worker_pid($node, 'postgres');
	wait_for($node, 'postgres', "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $pid", "$table: the hook takes its time");
	is($node->safe_psql('postgres', "SELECT count(*) FROM pg_locks WHERE pid = $pid AND mode <> 'AccessShareLock' AND relation IN (SELECT relid FROM pg_partition_tree('h.$table'))"), '0',
		"$table: nothing is locked meanwhile");
	$node->safe_psql('postgres', "BEGIN; LOCK TABLE h.$table; INSERT INTO h.$table VALUES (3), (55); COMMIT");
	config($table, 'retire_enabled = false');
	answer('detach', "${table}_p0");
	wait_for($node, 'postgres', said("${table}_p0", 'partition is not due for retirement any more'), "$table: somebody has changed his mind meanwhile");
	is($node->safe_psql('postgres', 'SELECT ' . attached($table)), 'p0 10 20 30', "$table: nothing has gone");
	is($node->safe_psql('postgres', "SELECT count(*) FROM h.asked WHERE parent = 'h.$table'"), '0', "$table: what the hook had done is undone");
	$node->safe_psql('postgres', "INSERT INTO h.answers VALUES ('detach', 'h.${table}_p0', 'wait')");
	config($table, 'retire_enabled = true');
	wait_for($node, 'postgres', "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $pid", "$table: it is asked again");

	# A cancel is one, and not the hook's timeout.
	$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
	wait_for($node, 'postgres', "SELECT last_error LIKE 'canceling statement%' FROM partman.health WHERE parent_table = 'h.$table'", "$table: cancelled");
	is(worker_pid($node, 'postgres'), $pid, "$table: the worker goes on");
	touch($node, "h.$table");
	wait_for($node, 'postgres', "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $pid", "$table: and asks once more");
	$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
	answer('detach', "${table}_p0");
	wait_for($node, 'postgres', 'SELECT ' . there($table), "$table: the next worker brings it to its end", '');
}

# A detach that was begun when both agreed, and is ended when before_drop does not any more.
old_set('pending', 'false');
answer('drop', 'pending_p0', 'once');
my $reader = $node->background_psql('postgres');
$reader->query_safe('BEGIN; SELECT count(*) FROM h.pending');
config('pending', q{retire_enabled = true, retention = '45'});
wait_for($node, 'postgres', said('pending_p0', 'transactions that use the set have not ended%'), 'a detach is begun beside a reader');
$reader->query_safe('COMMIT');
$reader->quit;
touch($node, 'h.pending');
wait_for($node, 'postgres', said('pending_p0', 'hook before_drop keeps "h.pending_p0"'), 'when it can be ended before_drop is asked again');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_inherits WHERE inhrelid = 'h.pending_p0'::regclass"), '0', 'the detach is ended');
is($node->safe_psql('postgres', "SELECT retired_as FROM partman.managed_partition WHERE partition_table = 'pending_p0'"), 'detached', 'and the table is kept');
answer('drop', 'pending_p0');
touch($node, 'h.pending');
wait_for($node, 'postgres', "SELECT to_regclass('h.pending_p0') IS NULL", 'until it may go');

# Dropped later
old_set('later', 'true');
answer('drop', 'later_p0', 'false');
config('later', q{retire_enabled = true, retention_drop_after = '1 second'});
wait_for($node, 'postgres', 'SELECT ' . there('later'), 'when the time is over those go that may', 'p0');
is($node->safe_psql('postgres', 'SELECT ' . attached('later')), '', 'all have been detached');
wait_for($node, 'postgres', said('later_p0', 'hook before_drop keeps "h.later_p0"'), 'the reason is recorded');
answer('drop', 'later_p0');
touch($node, 'h.later');
wait_for($node, 'postgres', 'SELECT ' . there('later'), 'then it goes, too', '');

# Made
old_set('made', 'true');
answer('create', 'made_p80', 'error');
config('made', q{after_create = 'h.create', premake = 4});
wait_for($node, 'postgres', said('made_p80', 'hook after_create failed for "h.made_p80": not archived yet'), 'an error of after_create is recorded');
wait_for($node, 'postgres', "SELECT string_agg(partition, ' ' ORDER BY n) = 'h.made_p70 h.made_p90' FROM h.asked WHERE hook = 'create'", 'the others are called');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_inherits WHERE inhparent = 'h.made'::regclass AND inhrelid::regclass::text ~ '_p(70|80|90)\$'"), '3', 'all partitions are there');

# What somebody else drops while we are about to retire it is gone, as it was to be.
old_set('gone', 'false');
answer('detach', 'gone_p0', 'wait');
config('gone', 'retire_enabled = true, hook_timeout = 3600000');
my $asks = worker_pid($node, 'postgres');
wait_for($node, 'postgres', "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $asks", 'the worker asks about one');
$node->safe_psql('postgres', 'DROP TABLE h.gone_p0');
answer('detach', 'gone_p0', undef);
wait_for($node, 'postgres', 'SELECT ' . attached('gone'), 'which somebody drops: the others are retired', '');
is($node->safe_psql('postgres', q{SELECT DISTINCT outcome FROM partman.maintenance_history WHERE partition = 'h.gone_p0'}), 'skipped', 'and that one is no failure');

$node->stop;
done_testing();
