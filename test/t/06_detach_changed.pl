# Somebody changes the configuration, or his mind, while a partition is being detached concurrently: what counts is what
# is wanted by then.  What is still to go goes where it goes by now; what is to stay is back in the set, with its rows.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server order go came recover);
use PostgreSQL::Test::Utils;
use Retiring qw(retire reader leave touch pending);
use Strata qw(wait_for wait_for_state);
use Test::More;

my $node = fault_server('detach_changed', "fsync = off\npg_strata.worker_enabled = on\n");
sub ask { my ($sql) = @_; return $node->safe_psql('postgres', "SET client_min_messages = error; $sql"); }
wait_for_state($node, 'postgres', 'running', 'the worker is there');
ask('CREATE FUNCTION no(regclass, regclass, text, text) RETURNS bool LANGUAGE sql AS $$ SELECT false $$; CREATE SCHEMA elsewhere;');

# Forty rows in four partitions, of which one is due; for so many seconds the worker waits for those who use it.
sub make_set
{
	my ($name, $patience) = @_;
	ask(<<"SQL");
CREATE TABLE $name (id bigint PRIMARY KEY, value text) PARTITION BY RANGE (id);
CREATE INDEX ON $name (value);
CREATE TABLE archive_$name (LIKE $name INCLUDING INDEXES) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.$name', 'id', '10', p_premake := 1, p_start_partition := '0', p_default_table := false);
SELECT partman.create_partition_id('public.$name', '{10, 20, 30}');
INSERT INTO $name SELECT i, 'row ' || i FROM generate_series(0, 39) AS i;
UPDATE partman.part_config SET retention = '25', retention_max_fraction = NULL, retention_keep_table = false, retire_enabled = false,
       lock_timeout = 1000 * $patience, lock_retries = 0 WHERE parent_table = 'public.$name';
SQL
	return;
}

# What the partition is and what is said of it: where it is, with how many rows, whether anything is remembered that is
# still to be done, and what health says.  No table: it is gone.
sub fate
{
	my ($name) = @_;
	return <<"SQL";
SELECT CASE WHEN to_regclass('public.${name}_p0') IS NULL AND to_regclass('elsewhere.${name}_p0') IS NULL THEN 'dropped'
            WHEN to_regclass('elsewhere.${name}_p0') IS NOT NULL THEN 'moved'
            ELSE coalesce((SELECT CASE WHEN inhdetachpending THEN 'half detached' ELSE 'in ' || inhparent::regclass END
                             FROM pg_inherits WHERE inhrelid = to_regclass('public.${name}_p0')), 'detached') END
    || ', ' || (SELECT count(*) FROM $name) || ' rows'
    || coalesce((SELECT ', to be ' || retiring_as FROM partman.managed_partition WHERE partition_table = '${name}_p0' AND retiring_as IS NOT NULL), '')
    || coalesce((SELECT ', held' FROM partman.managed_partition WHERE partition_table = '${name}_p0' AND held_since IS NOT NULL), '')
    || coalesce((SELECT ', ' || array_to_string(reasons, '; ') FROM partman.health WHERE parent_table = 'public.$name' AND NOT ok), '')
SQL
}

# In the set as it was before: its CHECK and its indexes are those that it had.
sub is_whole
{
	my ($name, $case) = @_;
	is(ask("SELECT count(*) FROM pg_constraint WHERE conrelid = '${name}_p0'::regclass AND contype = 'c'"), '0', "$case: no constraint is left behind");
	is(ask("SELECT count(*) FROM pg_inherits JOIN pg_index ON indexrelid = inhrelid WHERE indrelid = '${name}_p0'::regclass"), '2', "$case: its indexes are those of the set");
	# It is written in the next transaction.
	wait_for($node, 'postgres', "SELECT count(*) FROM partman.maintenance_history WHERE partition = 'public.${name}_p0' AND action = 'attach' AND outcome = 'ok'", "$case: the history says so", '1');
	is(ask("INSERT INTO $name VALUES (5, 'again') ON CONFLICT DO NOTHING; SELECT count(*) FROM $name WHERE id BETWEEN 0 AND 9"), '10', "$case: it takes rows");
	return;
}

my $back = 'in %s, 40 rows';
# What is done meanwhile, and what has become of the partition at the end.
my @changes = (
	[ 'other', q{UPDATE partman.part_config SET premake = 2 WHERE parent_table = 'public.%s'}, 'dropped, 30 rows' ],
	[ 'kept', q{UPDATE partman.part_config SET retention_keep_table = true WHERE parent_table = 'public.%s'}, 'detached, 30 rows' ],
	[ 'moved', q{UPDATE partman.part_config SET retention_schema = 'elsewhere' WHERE parent_table = 'public.%s'}, 'moved, 30 rows' ],
	[ 'archive', q{UPDATE partman.part_config SET retention_archive_table = 'public.archive_' || substr(parent_table, 8) WHERE parent_table = 'public.%s'}, 'in archive_%s, 30 rows' ],
	[ 'longer', q{UPDATE partman.part_config SET retention = '35' WHERE parent_table = 'public.%s'}, $back ],
	[ 'never', q{UPDATE partman.part_config SET retention = NULL WHERE parent_table = 'public.%s'}, $back ],
	[ 'last', q{UPDATE partman.part_config SET retention_keep_last = 10 WHERE parent_table = 'public.%s'}, $back ],
	[ 'off', q{UPDATE partman.part_config SET retire_enabled = false WHERE parent_table = 'public.%s'}, 'in %s, 40 rows, 1 partition should be retired by now; maintenance is switched off in part' ],
	[ 'held', q{SELECT partman.hold_retention('public.%s_p0')}, 'in %s, 40 rows, held' ],
	[ 'hooked', q{UPDATE partman.part_config SET before_drop = 'public.no' WHERE parent_table = 'public.%s'}, undef ],
	[ 'gone', q{DELETE FROM partman.part_config WHERE parent_table = 'public.%s'}, $back ]);

# While the worker stands in the second transaction of the detach, and while it has given up waiting for a reader.
foreach my $change (@changes)
{
	my ($what, $sql, $expected) = @$change;
	foreach my $when ('beside', 'later')
	{
		my $name = "${what}_$when";
		my $case = "$what, $when";
		make_set($name, $when eq 'beside' ? 5 : 1);
		my $reader = reader($node, $name);
		my $given_up = "SELECT count(*) > 0 FROM partman.maintenance_history WHERE parent_table = 'public.$name' AND action = 'detach concurrently' AND outcome = 'deferred'";
		order($node, 'detach.left', 'worker', 'wait') if $when eq 'beside';
		retire($node, "public.$name");
		wait_for($node, 'postgres', pending($name), "$case: the detach has begun");
		wait_for($node, 'postgres', $given_up, "$case: the reader is not waited for any more") if $when eq 'later';
		if ($when eq 'beside')
		{
			leave($reader);
			# The worker's patience may have been over before he left.
			if (!came($node, $given_up))
			{
				ask("DROP TABLE $name, archive_$name");
				redo;
			}
		}
		ask(sprintf($sql, $name));
		if ($when eq 'later')
		{
			leave($reader);
			touch($node, "public.$name");
		}
		go($node) if $when eq 'beside';
		if ($what eq 'hooked')
		{
			# Asked before the drop, whenever it was configured, it keeps the table, and health tells; it says yes by and by.
			wait_for($node, 'postgres', 'SELECT (' . fate($name) . ") LIKE 'detached, 30 rows, to be drop, %not yet dropped%'", "$case: the hook keeps it");
			ask('CREATE OR REPLACE FUNCTION no(regclass, regclass, text, text) RETURNS bool LANGUAGE sql AS $$ SELECT true $$');
			touch($node, "public.$name");
			wait_for($node, 'postgres', "SELECT to_regclass('public.${name}_p0') IS NULL", "$case: and lets it go");
			ask('CREATE OR REPLACE FUNCTION no(regclass, regclass, text, text) RETURNS bool LANGUAGE sql AS $$ SELECT false $$');
			next;
		}
		my $end = $expected =~ s{%s}{$name}r;
		wait_for($node, 'postgres', fate($name), "$case: $end", $end);
		wait_for($node, 'postgres', "SELECT NOT EXISTS (SELECT FROM partman.plan_maintenance() WHERE parent_table = 'public.$name')", "$case: nothing is left to do");
		is_whole($name, $case) if $expected =~ /^in %s/;
	}
}
# Killed when it is back in the set, but not for good.
make_set('crashed', 1);
my $reader = reader($node, 'crashed');
retire($node, 'public.crashed');
wait_for($node, 'postgres', pending('crashed'), 'a detach is begun');
ask(q{UPDATE partman.part_config SET retention = NULL WHERE parent_table = 'public.crashed'});
my $offset = -s $node->logfile;
order($node, 'return.attached', 'worker', 'kill');
eval { leave($reader) };
touch($node, 'public.crashed');
recover($node, 'return.attached', 'kill', $offset);
wait_for($node, 'postgres', fate('crashed'), 'killed on its way back: it is back in the end', 'in crashed, 40 rows');
is_whole('crashed', 'killed on its way back');
$node->stop;
done_testing();
