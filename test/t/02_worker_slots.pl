# The launcher survives a lack of slots, of PostgreSQL's and of our own, and reports it.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state wait_for_log);
use Test::More;

# Room for the launchers (PostgreSQL's own and ours) and two more: three databases cannot all be served.
my $node = new_server('slots', "max_worker_processes = 4\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the first database has its worker');
my $offset = -s $node->logfile;
$node->safe_psql('postgres', "CREATE DATABASE $_ TEMPLATE postgres") foreach 'one', 'two';
wait_for($node, 'postgres',
	q{SELECT count(*) = 2 FROM partman.worker_status WHERE state = 'running' AND process = 'worker'},
	'as many workers as there is room for');
wait_for($node, 'postgres',
	q{SELECT count(*) = 1 FROM partman.worker_status WHERE state = 'waiting for a worker slot' AND slots_refused > 1},
	'the one left over waits, and is tried again');
like(
	$node->safe_psql('postgres', q{SELECT note FROM partman.worker_status WHERE process = 'launcher'}),
	qr/max_worker_processes/,
	'the launcher says what to do');
# Once, or again where a slot was free for a moment while a database was made.
sub complaints
{
	my ($pattern) = @_;
	return scalar(() = slurp_file($node->logfile, $offset) =~ /$pattern/g);
}
my $refused = $node->safe_psql('postgres', 'SELECT max(slots_refused) FROM partman.worker_status');
my $before = complaints('finds no free background worker slot');
ok($before >= 1, 'the log has it');
wait_for($node, 'postgres', "SELECT max(slots_refused) > $refused + 1 FROM partman.worker_status", 'two tries later');
is(complaints('finds no free background worker slot'), $before, 'it does not have it again');

# A slot comes free.
my $waiting = $node->safe_psql('postgres', q{SELECT database FROM partman.worker_status WHERE process = 'worker' AND state <> 'running'});
my ($served, $other) = grep { $_ ne $waiting } 'one', 'two';
$other //= $waiting;
$node->safe_psql('postgres', "DROP DATABASE $served");
wait_for_state($node, $waiting, 'running', 'the one that waited gets it');
wait_for_log($node, qr/finds free background worker slots again/, $offset, 'the log says that it is over');
is( $node->safe_psql('postgres', q{SELECT note IS NULL FROM partman.worker_status WHERE process = 'launcher'}),
	't', 'and the status does not complain any more');
$node->stop;

# Our own table.
$node->append_conf('postgresql.conf', "max_worker_processes = 12\npg_strata.max_databases = 2\n");
$offset = -s $node->logfile;
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE three TEMPLATE postgres');
wait_for($node, 'postgres',
	q{SELECT note LIKE '1 databases have no place: raise pg_strata.max_databases%' FROM partman.worker_status WHERE process = 'launcher'},
	'a full table is reported');
wait_for($node, 'postgres', q{SELECT count(*) = 2 FROM partman.worker_status WHERE state = 'running' AND process = 'worker'},
	'those that have a place are served');
# Once, or again where a place was free for a moment while the third database was made.
my $full = 'more databases than pg_strata.max_databases allows';
$before = complaints($full);
ok($before >= 1, 'the log has it');
sleep 4;
is(complaints($full), $before, 'and does not have it again at the next scans');

# Databases without the extension do not take places away.
$node->safe_psql('postgres', 'DROP DATABASE three');
$node->safe_psql('postgres', "CREATE DATABASE plain$_") foreach 1 .. 4;
$node->safe_psql($other, 'DROP EXTENSION pg_strata');
$node->safe_psql('plain4', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'plain4', 'running', 'the place of a database without the extension is given away');
wait_for_state($node, 'postgres', 'running', 'the other keeps its own');

$node->stop;
done_testing();
