# Whoever renames a table wakes the worker a moment before the worker's caches know the new name.  It must not take
# the configuration back to the old one.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state daily_set);
use Test::More;

my $node = new_server('renames');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');
daily_set($node, 'postgres', 'public.events', 2);
my $session = $node->background_psql('postgres');
$session->set_query_timer_restart;
# For query_safe() a warning is a failure.
$session->query_safe('SET client_min_messages = error');
my $offset = -s $node->logfile;

# Nobody waits for long for the worker to be done with the row; then the rename says so.
sub not_followed { return scalar(() = slurp_file($node->logfile, $offset) =~ /could not follow the rename/g); }
my @wrong;
my $late = 0;
foreach my $i (1 .. 300)
{
	my ($from, $to) = $i % 2 ? ('events', 'happenings') : ('happenings', 'events');
	$session->query_safe("ALTER TABLE public.$from RENAME TO $to");
	# The worker needs a moment to do harm.
	$session->query_safe('SELECT pg_sleep(0.01)');
	my $name = $session->query_safe('SELECT parent_table FROM partman.part_config');
	next if $name eq "public.$to";
	if (not_followed() > $late)
	{
		$late = not_followed();
		$session->query_safe('UPDATE partman.part_config SET premake = premake');
		wait_for($node, 'postgres', "SELECT parent_table = 'public.$to' FROM partman.part_config", "$i: what the rename could not do is made up for");
		next;
	}
	push @wrong, "$i: $name";
}
$session->quit;
is_deeply(\@wrong, [], 'each of 300 renames is in the configuration');

$node->stop;
done_testing();
