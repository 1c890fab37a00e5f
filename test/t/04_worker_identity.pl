# The worker runs code of a table's owner with the owner's rights, never with its own.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state partitions);
use Test::More;

my $node = new_server('identity');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# mallory owns a set whose every expression tells who evaluates it, and tries to become a superuser.
$node->safe_psql('postgres', 'GRANT USAGE ON SCHEMA partman TO PUBLIC; CREATE ROLE mallory LOGIN; CREATE SCHEMA lair AUTHORIZATION mallory');
$node->safe_psql('postgres', <<'SQL', extra_params => [ '-U', 'mallory' ]);
CREATE TABLE lair.seen (place text, who text, session text, superuser boolean, began timestamptz DEFAULT now());
CREATE FUNCTION lair.tell(place text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		ALTER ROLE mallory SUPERUSER;
	EXCEPTION WHEN OTHERS THEN NULL;
	END;
	BEGIN
		RESET ROLE; RESET SESSION AUTHORIZATION; ALTER ROLE mallory SUPERUSER;
	EXCEPTION WHEN OTHERS THEN NULL;
	END;
	-- The setting is_superuser tells of the session; what counts is the role that is checked.
	INSERT INTO lair.seen (place, who, session, superuser) VALUES (place, current_user, session_user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user));
EXCEPTION WHEN OTHERS THEN
	RAISE LOG 'lair.tell at % as %: %', place, current_user, SQLERRM;
END $$;
-- Lies about being immutable, so that it may stand anywhere.
CREATE FUNCTION lair.f(place text, value int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN PERFORM lair.tell(place); RETURN value; END $$;
CREATE FUNCTION lair.t() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM lair.tell('trigger'); RETURN NULL; END $$;

CREATE TABLE lair.events (
	at timestamptz NOT NULL,
	value int DEFAULT lair.f('default', 1),
	doubled int GENERATED ALWAYS AS (lair.f('generated', 2)) STORED,
	CONSTRAINT value_check CHECK (lair.f('check', value) IS NOT NULL),
	CONSTRAINT constant_check CHECK (lair.f('constant check', 7) = 7)
) PARTITION BY RANGE (at);
CREATE INDEX ON lair.events (lair.f('index', value)) WHERE lair.f('predicate', 3) = 3;
CREATE STATISTICS lair.events_stx ON (lair.f('statistics', value)), at FROM lair.events;
CREATE TRIGGER tell AFTER INSERT ON lair.events FOR EACH ROW EXECUTE FUNCTION lair.t();
CREATE CONSTRAINT TRIGGER tell_late AFTER INSERT OR UPDATE OR DELETE ON lair.events
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lair.t();
SELECT partman.create_parent('lair.events', 'at', '1 day', p_premake := 2);
INSERT INTO lair.events (at) SELECT now() - i * '12 hours'::interval FROM generate_series(0, 3) AS i;
DELETE FROM lair.seen;
SQL

my $offset = -s $node->logfile;
$node->safe_psql('postgres', 'UPDATE partman.part_config SET premake = 6', extra_params => [ '-U', 'mallory' ]);
wait_for($node, 'postgres', 'SELECT ' . partitions('lair.events') . ' = 2 + 6 + 1 + 1', 'the set is maintained');

# Dropping partitions with rows, as well.
$node->safe_psql('postgres',
	q{UPDATE partman.part_config SET retention = '1 day', retention_keep_table = false},
	extra_params => [ '-U', 'mallory' ]);
wait_for($node, 'postgres', 'SELECT ' . partitions('lair.events') . ' < 10', 'and relieved of its oldest');

is($node->safe_psql('postgres', q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'}),
	'f', 'mallory is no superuser');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM lair.seen WHERE who <> 'mallory' OR superuser}),
	'0', 'whatever ran, ran as mallory');
my $log = slurp_file($node->logfile, $offset);
unlike($log, qr/LOG:  lair\.tell at .* as (?!mallory)/, 'nor does the log know of another role');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM lair.seen'), '>', 0, 'and something did run');
is( $node->safe_psql('postgres', q{SELECT string_agg(DISTINCT rolname, ',') FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = 'lair.events'::regclass}),
	'mallory', 'the partitions belong to mallory');

# A key that is an expression: even reading the bounds would run it.
$node->safe_psql('postgres', <<'SQL', extra_params => [ '-U', 'mallory' ]);
DELETE FROM lair.seen;
CREATE FUNCTION lair.key(at timestamptz) RETURNS timestamptz IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN PERFORM lair.tell('key'); RETURN at; END $$;
CREATE TABLE lair.sly (at timestamptz NOT NULL) PARTITION BY RANGE (at, lair.key(at));
SQL
my ($result, $stdout, $stderr) = $node->psql('postgres',
	q{SELECT partman.create_parent('lair.sly', 'at', '1 day')}, extra_params => [ '-U', 'mallory' ]);
isnt($result, 0, 'a set with an expression key is refused');
# Forced into the configuration by hand.
$node->psql('postgres',
	q{INSERT INTO partman.part_config (parent_table, control, partition_interval, partition_type) VALUES ('lair.sly', 'at', '1 day', 'range')},
	extra_params => [ '-U', 'mallory' ]);
$node->safe_psql('postgres', q{UPDATE partman.part_config SET premake = 7 WHERE parent_table = 'lair.events'});
wait_for($node, 'postgres', 'SELECT ' . partitions('lair.events') . ' = 7 + 1 + 1 + 1', 'the other set is maintained');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM lair.seen WHERE who <> 'mallory' OR superuser}),
	'0', 'and the key was not evaluated by the worker');
is($node->safe_psql('postgres', q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'}), 'f', 'still no superuser');

# Functions that encode the key are code of the owner, too.
$node->safe_psql('postgres', <<'SQL', extra_params => [ '-U', 'mallory' ]);
DELETE FROM lair.seen;
CREATE FUNCTION lair.encode(t timestamptz) RETURNS text LANGUAGE plpgsql AS $$
BEGIN PERFORM lair.tell('encoder'); RETURN to_char(t, 'YYYYMMDDHH24MISS'); END $$;
CREATE FUNCTION lair.decode(v text) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN PERFORM lair.tell('decoder'); RETURN to_timestamp(v, 'YYYYMMDDHH24MISS'); END $$;
CREATE TABLE lair.coded (id text NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('lair.coded', 'id', '1 day', p_premake := 2, p_time_zone := current_setting('TimeZone'),
	p_time_encoder := 'lair.encode', p_time_decoder := 'lair.decode');
DELETE FROM lair.seen;
UPDATE partman.part_config SET premake = 5 WHERE parent_table = 'lair.coded';
SQL
wait_for($node, 'postgres', 'SELECT ' . partitions('lair.coded') . ' = 2 + 5 + 1 + 1', 'a set with an encoder is maintained');
is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT place, ' ' ORDER BY place) FROM lair.seen WHERE place ~ 'coder' AND session <> 'mallory'}),
	'decoder encoder', 'the worker calls both functions');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM lair.seen WHERE who <> 'mallory' OR superuser}),
	'0', 'as mallory');

# Without USAGE on the schema the worker stands in for mallory: not where that reaches his code.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE lair.plain (at timestamptz NOT NULL, value int) PARTITION BY RANGE (at);
ALTER TABLE lair.plain OWNER TO mallory;
SELECT partman.create_parent('lair.plain', 'at', '1 day', p_premake := 2);
ALTER SCHEMA lair OWNER TO CURRENT_USER;
REVOKE ALL ON SCHEMA lair FROM mallory;
SQL
# What the worker had begun before that may well end as it began, however long it takes.
my $revoked = $node->safe_psql('postgres', 'SELECT clock_timestamp()');
my $ran_since = qq{FROM lair.seen WHERE session <> 'mallory' AND began > '$revoked'};
$node->safe_psql('postgres', 'UPDATE partman.part_config SET premake = 9');
wait_for($node, 'postgres', 'SELECT ' . partitions('lair.plain') . ' = 2 + 9 + 1 + 1', 'a set without code is maintained');
foreach my $table ('lair.events', 'lair.coded')
{
	wait_for($node, 'postgres',
		qq{SELECT EXISTS (SELECT FROM partman.maintenance_history WHERE parent_table = '$table' AND sqlstate = '42501' AND caller = 'worker')},
		"$table is refused");
}
is( $node->safe_psql('postgres', q{SELECT string_agg(DISTINCT rolname, ',') FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = 'lair.plain'::regclass}),
	'mallory', 'the partitions belong to mallory all the same');
is($node->safe_psql('postgres', "SELECT count(*) $ran_since"), '0', 'nothing of his ran');

# It would have been seen.
$node->safe_psql('postgres', q{GRANT USAGE, CREATE ON SCHEMA lair TO mallory; UPDATE partman.part_config SET premake = 10});
foreach my $table ('lair.events', 'lair.coded')
{
	wait_for($node, 'postgres', 'SELECT ' . partitions($table) . ' >= 10 + 1 + 1', "$table is maintained with USAGE");
}
wait_for($node, 'postgres', "SELECT bool_or(place ~ 'coder') AND bool_or(place !~ 'coder') $ran_since", 'and his code runs');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM lair.seen WHERE who <> 'mallory' OR superuser}),
	'0', 'as mallory');
is($node->safe_psql('postgres', q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'}), 'f', 'and he is no superuser');

$node->stop;
done_testing();
