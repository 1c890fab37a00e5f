# Hooks are code that its owner wants to be run by others: by the worker, by a superuser, by a member of his role.  They run as
# him alone, leave nothing behind, end when they have to, and are nobody else's.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Lair qw(as furnish witnesses no_breach);
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state);
use Test::More;

my $node = new_server('hooks', "log_line_prefix = '%m [%p] %a '\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
furnish($node, 'postgres');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# What the statement fails with, as SQLSTATE.
sub fails
{
	my ($role, $sql) = @_;
	my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY sqlstate\n$sql", extra_params => [ '-U', $role ]);
	return $err =~ /ERROR:\s+(\w{5})/ ? $1 : 'nothing';
}

as($node, 'mallory', <<'SQL');
-- Older minor releases of PostgreSQL let code that it restricts make types in pg_temp.  That is no finding of ours.
CREATE FUNCTION lair.makes_type() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	CREATE TYPE pg_temp.probe AS ENUM ();
	RETURN true;
EXCEPTION WHEN insufficient_privilege THEN
	RETURN false;
END $$;
CREATE MATERIALIZED VIEW lair.server AS SELECT lair.makes_type() AS lets_types_in;
CREATE TABLE lair.ledger (id int);
CREATE CONSTRAINT TRIGGER deferred AFTER INSERT ON lair.ledger DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lair.fire();
-- Every attempt of its own, since an error undoes the others.  What succeeds is told with whoever it succeeded as.
CREATE FUNCTION lair.hook(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	attempt text;
	gains text := '';
	as_others constant boolean := session_user <> 'mallory';
BEGIN
	FOREACH attempt IN ARRAY ARRAY['RESET ROLE', 'SET ROLE postgres', 'SET ROLE NONE', 'RESET SESSION AUTHORIZATION', 'SET SESSION AUTHORIZATION postgres', 'SET SESSION AUTHORIZATION DEFAULT',
		'DISCARD ALL', 'CREATE TEMP TABLE pg_class (oid oid)', 'CREATE TEMP VIEW part_config AS SELECT 1', 'CREATE DOMAIN pg_temp.text AS int', 'CREATE TYPE pg_temp.int8 AS ENUM ()',
		'PREPARE planted AS SELECT 1', 'DECLARE planted CURSOR WITH HOLD FOR SELECT 1', 'LISTEN planted', 'COMMIT', 'ROLLBACK', 'SAVEPOINT planted', 'ABORT',
		'SET SESSION session_replication_role = replica', 'ALTER ROLE mallory SUPERUSER', 'COPY (SELECT 1) TO PROGRAM ''read x''', 'SELECT * FROM safe.secret',
		'UPDATE partman.part_config SET retention = NULL WHERE parent_table LIKE ''safe.%'' AND 1/count(*) OVER () = 1', 'DELETE FROM partman.managed_partition', 'DROP EXTENSION pg_strata',
		'ALTER SYSTEM SET work_mem = ''1MB''', 'LOAD ''auto_explain''']
	LOOP
		BEGIN
			EXECUTE attempt;
			IF current_user <> 'mallory' OR attempt !~ '^(RE)?SET|^UPDATE' AND (as_others OR attempt !~ 'TEMP|PREPARE|DECLARE|LISTEN|pg_temp') THEN
				CONTINUE WHEN current_user = 'mallory' AND attempt ~ '^CREATE (DOMAIN|TYPE) pg_temp' AND (SELECT lets_types_in FROM lair.server);
				gains := gains || attempt || ' as ' || current_user || '; ';
			END IF;
		EXCEPTION WHEN OTHERS THEN NULL;
		END;
	END LOOP;
	-- Queued for the commit, when somebody else is there.
	BEGIN
		INSERT INTO lair.ledger VALUES (1);
	EXCEPTION WHEN OTHERS THEN NULL;
	END;
	PERFORM set_config('search_path', 'lair, shadow', false), set_config('work_mem', '64kB', false), set_config('lair.planted', 'yes', false), set_config('lock_timeout', '0', false),
		set_config('statement_timeout', '3600000', false);
	RAISE LOG E'WITNESS\t%\t%\t%\t%\t', 'hook', current_user, session_user, gains;
	RETURN true;
END $$;
CREATE FUNCTION lair.keep(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM lair.hook($1, $2, $3, $4);
	LOOP
		BEGIN
			PERFORM pg_sleep(600);
		EXCEPTION WHEN query_canceled OR OTHERS THEN NULL;
		END;
	END LOOP;
END $$;
CREATE FUNCTION lair.hooked(name text, with_default boolean, hook text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE lair.%I (at timestamptz NOT NULL) PARTITION BY RANGE (at)', name);
	PERFORM partman.create_parent('lair.' || name, 'at', '1 day', p_premake => 1, p_start_partition => (now() - interval '4 days')::text, p_default_table => with_default);
	UPDATE partman.part_config SET automatic_maintenance = 'off', retention = '1 day', retention_keep_table = false, before_detach = hook, before_drop = hook, after_create = hook, premake = 2,
		hook_timeout = 5000 WHERE parent_table = 'lair.' || name;
END $$;
SELECT lair.hooked('batch', true, 'lair.hook'), lair.hooked('gentle', false, 'lair.hook'), lair.hooked('grace', true, 'lair.hook'), lair.hooked('superuser', true, 'lair.hook'),
	lair.hooked('procedure', true, 'lair.hook'), lair.hooked('member', true, 'lair.hook'), lair.hooked('hand', true, 'lair.hook'), lair.hooked('given', true, 'lair.hook'),
	lair.hooked('stubborn', true, 'lair.keep');
SQL
my $left = q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'lair.%s'::regclass AND NOT inhrelid::regclass::text ~ 'default'};

# The worker
my $offset = -s $node->logfile;
as($node, 'mallory', q{UPDATE partman.part_config SET retention_drop_after = '1 second' WHERE parent_table = 'lair.grace';
	UPDATE partman.part_config SET automatic_maintenance = 'on' WHERE parent_table IN ('lair.batch', 'lair.gentle', 'lair.grace')});
wait_for($node, 'postgres', sprintf($left, $_), "the worker has maintained lair.$_", 4) foreach qw(batch gentle);
wait_for($node, 'postgres', q{SELECT count(*) FROM pg_class WHERE relnamespace = 'lair'::regnamespace AND relkind = 'r' AND relname ~ '^grace_p\d'}, 'and what it keeps for a while is gone', 4);
# Each session on its own line: the calls by hand.
my $settings = q{SELECT string_agg(coalesce(current_setting(name, true), ''), ' ') FROM unnest(ARRAY['search_path', 'work_mem', 'lair.planted', 'lock_timeout', 'statement_timeout', 'session_replication_role']) AS name};
foreach my $case ([ 'superuser', 'postgres', q{SELECT partman.run_maintenance('lair.superuser')} ], [ 'procedure', 'postgres', q{CALL partman.run_maintenance_proc()} ],
	[ 'member', 'member', q{SELECT partman.run_maintenance('lair.member')} ], [ 'hand', 'postgres', q{SELECT partman.drop_partition_time('lair.hand')} ])
{
	my ($table, $role, $call) = @$case;
	as($node, 'mallory', q{UPDATE partman.part_config SET automatic_maintenance = 'on' WHERE parent_table = 'lair.procedure'}) if $table eq 'procedure';
	my $before = as($node, $role, "SET client_min_messages = error; $settings");
	my $after = as($node, $role, "SET client_min_messages = error; $call; $settings");
	is((split /\n/, $after)[-1], $before, "$table: nothing of what it has set is left");
	# The worker may come to lair.procedure first.
	wait_for($node, 'postgres', sprintf($left, $table), "$table: maintained", $table eq 'hand' ? 3 : 4);
}
my %sessions = map { $_->[3] => 1 } grep { $_->[1] eq 'hook' } witnesses($node, $offset);
is(join(' ', sort keys %sessions), 'member postgres', 'hooks were called by others');
no_breach($node, $offset, 'as mallory, who got nothing from it');
is(as($node, 'postgres', q{SELECT count(*) FROM pg_roles WHERE rolsuper}), '1', 'there is no other superuser');

# What would not end, even cancelled, does not keep a superuser.
as($node, 'postgres', q{SET client_min_messages = error; SELECT partman.run_maintenance('lair.stubborn')});
is(as($node, 'postgres', q{SELECT DISTINCT sqlstate FROM partman.maintenance_history WHERE partition ~ '^lair.stubborn_p' AND action = 'drop'}), '57014', 'a hook that catches its cancel is ended');
no_breach($node, $offset, 'and gets nothing from that');

# A function that says where partitions begin and end, which does the same on the side.
as($node, 'mallory', <<'SQL');
CREATE FUNCTION lair.bounds(p_parent regclass, p_value timestamptz, OUT lower timestamptz, OUT upper timestamptz) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM lair.hook(p_parent, p_parent, NULL, NULL);
	lower := date_trunc('day', p_value);
	upper := lower + interval '1 day';
END $$;
CREATE TABLE lair.bounded (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('lair.bounded', 'at', '1 day', p_premake => 1, p_bounds_function => 'lair.bounds', p_automatic_maintenance => 'off');
INSERT INTO lair.bounded VALUES (now() - interval '100 days');
UPDATE partman.part_config SET premake = 2, hook_timeout = 600000 WHERE parent_table = 'lair.bounded';
SQL
$offset = -s $node->logfile;
foreach my $call (q{SELECT count(*) FROM partman.plan_maintenance('lair.bounded')}, q{SELECT partman.run_maintenance('lair.bounded')}, q{SELECT count(*) FROM partman.health}, q{SELECT partman.partition_data_time('lair.bounded', 10)},
	q{SELECT partman.partition_gap_fill('lair.bounded')}, q{SELECT partman_schema FROM (SELECT (partman.show_partition_name('lair.bounded', '2020-01-01')).partition_schema AS partman_schema) AS x})
{
	my $asked = scalar(witnesses($node, $offset));
	my $before = as($node, 'postgres', "SET client_min_messages = error; $settings");
	my $after = as($node, 'postgres', "SET client_min_messages = error; $call; $settings");
	is((split /\n/, $after)[-1], $before, "$call: nothing of what the function has set is left");
	cmp_ok(scalar(witnesses($node, $offset)), '>', $asked, 'and it was asked');
}
as($node, 'mallory', q{UPDATE partman.part_config SET premake = 3, automatic_maintenance = 'on' WHERE parent_table = 'lair.bounded'});
wait_for($node, 'postgres', q{SELECT count(*) = 3 FROM partman.partitions WHERE parent_table = 'lair.bounded' AND lower_time > now()}, 'the worker asks it, too');
no_breach($node, $offset, 'as mallory, who got nothing from that either');

# One that catches its cancel, one that asks while it is asked, one that takes the table away, and one that was given away since.
$offset = -s $node->logfile;
as($node, 'mallory', q{UPDATE partman.part_config SET automatic_maintenance = 'off', premake = 4 WHERE parent_table = 'lair.bounded'});
my $bounds = q{CREATE OR REPLACE FUNCTION lair.bounds(p_parent regclass, p_value timestamptz, OUT lower timestamptz, OUT upper timestamptz) LANGUAGE plpgsql AS $$
BEGIN
	%s;
	lower := date_trunc('day', p_value);
	upper := lower + interval '1 day';
END $$};
my $managed = q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'lair.bounded'::regclass};
my $partitions = as($node, 'postgres', $managed);
foreach my $case ([ q{PERFORM lair.keep(p_parent, p_parent, NULL, NULL)}, '55000' ], [ q{PERFORM partman.run_maintenance('lair.bounded')}, '42P17' ], [ q{DROP TABLE lair.bounded}, '42P17' ],
	[ q{EXECUTE 'SET ROLE postgres'}, '42P17' ])
{
	as($node, 'mallory', sprintf($bounds, $case->[0]));
	as($node, 'mallory', sprintf(q{UPDATE partman.part_config SET hook_timeout = %d WHERE parent_table = 'lair.bounded'}, $case->[1] eq '55000' ? 2000 : 600000));
	is(fails('postgres', q{SELECT partman.run_maintenance('lair.bounded')}), $case->[1], "bounds_function: $case->[0]");
	is(as($node, 'postgres', $managed), $partitions, 'nothing was made or lost');
}
as($node, 'mallory', sprintf($bounds, 'PERFORM lair.hook(p_parent, p_parent, NULL, NULL)'));
as($node, 'postgres', 'ALTER FUNCTION lair.bounds OWNER TO eve');
my $asked = scalar(witnesses($node, $offset));
is(fails('postgres', q{SELECT partman.run_maintenance('lair.bounded')}), '42501', 'bounds_function: given to another tenant since');
is(scalar(witnesses($node, $offset)), $asked, 'and not called');
as($node, 'postgres', 'ALTER FUNCTION lair.bounds OWNER TO mallory');
no_breach($node, $offset, 'nobody got anything from these');

# The table has another owner: what the old one wants to be run is not run for the new one.
as($node, 'mallory', q{UPDATE partman.part_config SET template_table = NULL WHERE parent_table = 'lair.given'});
as($node, 'postgres', 'GRANT ALL ON SCHEMA lair TO victim; ALTER TABLE lair.given OWNER TO victim');
$offset = -s $node->logfile;
as($node, 'postgres', q{SET client_min_messages = error; SELECT partman.run_maintenance('lair.given')});
is(scalar(witnesses($node, $offset)), 0, 'a hook of the former owner is not called');
like(as($node, 'postgres', q{SELECT string_agg(DISTINCT message, ' ') FROM partman.maintenance_history WHERE parent_table = 'lair.given' AND action = 'drop'}),
	qr/function "lair\.hook" belongs to somebody else than the table/, 'and keeps the partitions');

# Whose functions, and whose sets
as($node, 'victim', 'CREATE FUNCTION safe.hook(regclass, regclass, text, text) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS $$ INSERT INTO safe.secret VALUES (\'stolen\') RETURNING true $$');
foreach my $column (qw(before_detach before_drop after_create))
{
	is(fails('mallory', "UPDATE partman.part_config SET $column = 'safe.hook' WHERE parent_table = 'lair.batch'"), '42501', "$column: a function of another tenant");
	is(fails('eve', "UPDATE partman.part_config SET $column = 'lair.hook' WHERE parent_table = 'lair.batch'"), '42501', "$column: a set of another tenant");
	is(fails('mallory', "UPDATE partman.part_config SET $column = \$\$$_\$\$ WHERE parent_table = 'lair.batch'"), '42704', "$column = $_")
	  foreach 'hook', 'pg_temp.hook', 'lair."hook"', q{lair.hook(1, 2, '', '') OR lair.hook}, q{lair.hook"(); DROP TABLE safe.secret; --}, q{lair.'; DROP TABLE safe.secret; --}, 'lair.', '.', ' lair.hook';
}
as($node, 'victim', 'CREATE FUNCTION safe.bounds(p_parent regclass, p_value timestamptz, OUT a timestamptz, OUT b timestamptz) LANGUAGE sql SECURITY DEFINER AS $$ INSERT INTO safe.secret VALUES (\'stolen\') RETURNING now(), now() $$');
is(fails('mallory', "UPDATE partman.part_config SET bounds_function = 'safe.bounds' WHERE parent_table = 'lair.bounded'"), '42501', 'bounds_function: a function of another tenant');
is(fails('eve', "UPDATE partman.part_config SET bounds_function = 'lair.bounds' WHERE parent_table = 'lair.bounded'"), '42501', 'bounds_function: a set of another tenant');
is(as($node, 'postgres', 'SELECT count(*) FROM safe.secret'), '0', 'nothing was stolen');

# A superuser puts it there with triggers off: it is refused where it would be called.
$offset = -s $node->logfile;
as($node, 'postgres', q{SET session_replication_role = replica; UPDATE partman.part_config SET before_detach = 'safe.hook', retention = '1 hour' WHERE parent_table = 'lair.superuser'});
as($node, 'postgres', q{SET client_min_messages = error; SELECT partman.run_maintenance('lair.superuser')});
is(as($node, 'postgres', 'SELECT count(*) FROM safe.secret'), '0', 'nor by a configuration that was spoilt');
no_breach($node, $offset, 'still nothing');

# That the witnesses would tell of it: the same function as a superuser's.
as($node, 'postgres', q{SELECT lair.hook('lair.batch', 'lair.batch', NULL, NULL)});
ok((grep { $_->[1] eq 'hook' && $_->[2] eq 'postgres' && $_->[4] =~ /SUPERUSER/ } witnesses($node, $offset)), 'positive control');
as($node, 'postgres', 'ALTER ROLE mallory NOSUPERUSER');

$node->stop;
done_testing();
