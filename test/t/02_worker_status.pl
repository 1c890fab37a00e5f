# worker_status: who sees what, and what it says where the library is not preloaded.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state daily_set);
use Test::More;

my $node = new_server('status');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata; GRANT USAGE ON SCHEMA partman TO PUBLIC; CREATE ROLE somebody LOGIN; CREATE ROLE watcher LOGIN IN ROLE pg_monitor');
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# A set that cannot be maintained: its owner may not create in the schema.
$node->safe_psql('postgres', <<'SQL');
CREATE SCHEMA closed;
CREATE ROLE keeper;
GRANT USAGE, CREATE ON SCHEMA closed TO keeper;
CREATE TABLE closed.events (at timestamptz NOT NULL) PARTITION BY RANGE (at);
ALTER TABLE closed.events OWNER TO keeper;
SELECT partman.create_parent('closed.events', 'at', '1 day', p_premake := 2);
CREATE FUNCTION closed.no_more() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	IF current_user = 'keeper' THEN RAISE EXCEPTION 'no more tables'; END IF;
END $$;
CREATE EVENT TRIGGER no_more ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION closed.no_more();
UPDATE partman.part_config SET premake = 5;
SQL
wait_for($node, 'postgres', q{SELECT count(*) = 1 FROM partman.worker_status WHERE failures > 0 AND last_error LIKE '%no more tables%'},
	'a failure is recorded with its message');
is( $node->safe_psql('postgres', q{SELECT sets FROM partman.worker_status WHERE database = 'postgres'}),
	'1', 'the set is counted');

sub as
{
	my ($role, $query) = @_;
	return $node->safe_psql('postgres', $query, extra_params => [ '-U', $role ]);
}
my $query = q{SELECT last_error IS NOT NULL, last_error_at IS NOT NULL, failures > 0 FROM partman.worker_status WHERE database = 'postgres'};
is(as('watcher', $query), 't|t|t', 'pg_monitor reads the text of errors');
is(as('somebody', $query), 'f|t|t', 'others see that there was one');

# The launcher's own loop goes on, and the failing set does not spin.
my $spins = q{SELECT failures > 3 + extract(epoch FROM clock_timestamp() - (SELECT min(started_at) FROM partman.maintenance_history WHERE outcome = 'failed')) FROM partman.worker_status WHERE database = 'postgres'};
is($node->safe_psql('postgres', $spins), 'f', 'a failing set is retried with back-off');
$node->safe_psql('postgres', 'DROP EVENT TRIGGER no_more; UPDATE partman.part_config SET premake = 6');
wait_for($node, 'postgres', q{SELECT count(*) = 10 FROM pg_inherits WHERE inhparent = 'closed.events'::regclass},
	'and is maintained as soon as the reason is gone and somebody touches its configuration');
$node->stop;

$node->append_conf('postgresql.conf', "shared_preload_libraries = ''\n");
$node->start;
is( $node->safe_psql('postgres', 'SELECT process, state, pid IS NULL FROM partman.worker_status'),
	'launcher|not preloaded|t', 'without preload there is one line');
like(
	$node->safe_psql('postgres', 'SELECT note FROM partman.worker_status'),
	qr/shared_preload_libraries.*run_maintenance_proc/, 'that says what to do');
$node->safe_psql('postgres', 'UPDATE partman.part_config SET premake = 7');
$node->safe_psql('postgres', 'CALL partman.run_maintenance_proc()');
is( $node->safe_psql('postgres', q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'closed.events'::regclass}),
	'11', 'and maintenance by SQL works');
$node->stop;
done_testing();
