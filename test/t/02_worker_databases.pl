# The launcher finds databases by itself, and our workers are in nobody's way.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server worker_pid wait_for wait_for_state wait_for_log partitions daily_set);
use Test::More;

my $node = new_server('databases');
$node->start;

# Nobody has the extension yet.
my $offset = -s $node->logfile;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'CREATE EXTENSION brings a worker');
is( $node->safe_psql('postgres', "SELECT state FROM partman.worker_status WHERE process = 'launcher'"),
	'running', 'the launcher is running');
is( $node->safe_psql('postgres', "SELECT count(*) FROM partman.worker_status WHERE database LIKE 'template%'"),
	'0', 'templates are left alone');

# A database that is made while the launcher is asleep for long.
$node->safe_psql('postgres', "ALTER SYSTEM SET pg_strata.naptime = '1h'");
$node->reload;
$node->safe_psql('postgres', 'CREATE DATABASE shop');
wait_for_state($node, 'shop', 'no extension', 'a new database is asked at once, not after the naptime');
$node->safe_psql('shop', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'shop', 'running', 'CREATE EXTENSION there is noticed at once');
my $queries = $node->safe_psql('postgres',
	"SELECT string_agg(DISTINCT backend_type, ',' ORDER BY backend_type) FROM pg_stat_activity WHERE backend_type LIKE 'pg_strata%'"
);
is($queries, 'pg_strata launcher,pg_strata worker', 'the processes can be told from others');

# Rolled back: no worker may be left behind.
$node->safe_psql('postgres', 'CREATE DATABASE undecided');
wait_for_state($node, 'undecided', 'no extension', 'another new database');
$node->safe_psql('undecided', 'BEGIN; CREATE EXTENSION pg_strata; ROLLBACK');
is( $node->safe_psql('postgres', "SELECT starts FROM partman.worker_status WHERE database = 'undecided'"),
	'1', 'a CREATE EXTENSION that is rolled back starts nothing');

# As a template, while its worker lives.  Whoever is connected makes these statements fail, after five seconds.
my $pid = worker_pid($node, 'shop');
$node->safe_psql('postgres', 'CREATE DATABASE shop2 TEMPLATE shop');
pass('CREATE DATABASE .. TEMPLATE is not refused for the sake of the worker');
wait_for_state($node, 'shop2', 'running', 'a database from a template that has the extension gets a worker');
wait_for_state($node, 'shop', 'running', 'and the template gets its own back');
isnt(worker_pid($node, 'shop'), $pid, 'which is a new process');

# Renamed.
$pid = worker_pid($node, 'shop2');
$node->safe_psql('postgres', 'ALTER DATABASE shop2 RENAME TO "Shop two"');
pass('nor is ALTER DATABASE .. RENAME');
wait_for_state($node, 'Shop two', 'running', 'the renamed database has a worker');
isnt(worker_pid($node, 'Shop two'), $pid, 'a new one');

# Moved.
my $directory = PostgreSQL::Test::Utils::tempdir;
$node->safe_psql('postgres', "CREATE TABLESPACE elsewhere LOCATION '$directory'");
$node->safe_psql('postgres', 'ALTER DATABASE "Shop two" SET TABLESPACE elsewhere');
pass('nor is ALTER DATABASE .. SET TABLESPACE');
wait_for_state($node, 'Shop two', 'running', 'the moved database has a worker');

# Who may not do it does not disturb the worker.
$pid = worker_pid($node, 'Shop two');
$node->safe_psql('postgres', 'CREATE ROLE nobody LOGIN; CREATE ROLE maker LOGIN CREATEDB');
foreach my $statement ('DROP DATABASE "Shop two"', 'ALTER DATABASE "Shop two" RENAME TO mine',
	'ALTER DATABASE "Shop two" SET TABLESPACE pg_default')
{
	my ($result, $stdout, $stderr) =
	  $node->psql('postgres', $statement, extra_params => [ '-U', 'nobody' ]);
	like($stderr, qr/must be owner of database/, "refused: $statement");
}
my ($result, $stdout, $stderr) =
  $node->psql('postgres', 'CREATE DATABASE mine TEMPLATE "Shop two"', extra_params => [ '-U', 'maker' ]);
like($stderr, qr/permission denied to copy database/, 'refused: CREATE DATABASE .. TEMPLATE');
is(worker_pid($node, 'Shop two'), $pid, 'and the worker is still the same');

# Fails after the worker has gone: it comes back.
my $session = $node->background_psql('Shop two');
$session->query_safe('SELECT 1');
($result, $stdout, $stderr) = $node->psql('postgres', 'DROP DATABASE "Shop two"');
like($stderr, qr/is being accessed by other users/, 'a session of somebody else still is in the way');
wait_for_state($node, 'Shop two', 'running', 'the worker is back after a DROP DATABASE that failed');
$session->quit;

# Dropped.
$node->safe_psql('postgres', 'DROP DATABASE "Shop two"');
pass('nor is DROP DATABASE');
wait_for($node, 'postgres', q{SELECT count(*) = 0 FROM partman.worker_status WHERE database IS NULL AND process = 'worker'},
	'its line goes away');
$node->safe_psql('postgres', 'DROP DATABASE shop WITH (FORCE)');
pass('DROP DATABASE WITH (FORCE)');
wait_for($node, 'postgres', 'SELECT count(*) = 2 FROM partman.worker_status WHERE process = \'worker\'',
	'two are left');

# The extension goes and comes.
$node->safe_psql('undecided', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'undecided', 'running', 'undecided has it now');
$node->safe_psql('undecided', 'DROP EXTENSION pg_strata');
wait_for_state($node, 'undecided', 'no extension', 'DROP EXTENSION ends the worker');
$node->safe_psql('undecided', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'undecided', 'running', 'it is back');
$node->safe_psql('undecided', 'DROP SCHEMA partman CASCADE');
$node->safe_psql('postgres', "ALTER SYSTEM SET pg_strata.naptime = '1s'");
$node->reload;
wait_for_state($node, 'undecided', 'no extension', 'also when it goes with its schema');

# Templates and databases without connections.
$node->safe_psql('undecided', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'undecided', 'running', 'again');
$node->safe_psql('postgres', 'ALTER DATABASE undecided IS_TEMPLATE true');
my $gone = q{SELECT count(*) = 0 FROM partman.worker_status WHERE database = 'undecided'};
wait_for($node, 'postgres', $gone, 'a template loses its worker');
$node->safe_psql('postgres', 'ALTER DATABASE undecided IS_TEMPLATE false');
wait_for_state($node, 'undecided', 'running', 'and has it back afterwards');
$node->safe_psql('postgres', 'ALTER DATABASE undecided ALLOW_CONNECTIONS false');
wait_for($node, 'postgres', $gone, 'so does one without connections');
$node->safe_psql('postgres', 'ALTER DATABASE undecided ALLOW_CONNECTIONS true');
wait_for_state($node, 'undecided', 'running', 'and has it back');

# Chosen by name, switched off.
$node->safe_psql('postgres', "ALTER SYSTEM SET pg_strata.databases = 'postgres, other'");
$node->reload;
wait_for($node, 'postgres', $gone, 'pg_strata.databases restricts');
$node->safe_psql('postgres', 'ALTER SYSTEM SET pg_strata.worker_enabled = off');
$node->reload;
wait_for($node, 'postgres',
	q{SELECT array_agg(state) = '{disabled}' FROM partman.worker_status},
	'pg_strata.worker_enabled = off ends all workers and says so');
$node->safe_psql('postgres', 'ALTER SYSTEM RESET ALL');
$node->reload;
wait_for_state($node, 'undecided', 'running', 'and back');

my $log = slurp_file($node->logfile, $offset);
unlike($log, qr/PANIC|TRAP|was terminated by signal/, 'nothing crashed');

$node->stop;
done_testing();
