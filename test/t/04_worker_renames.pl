# Whoever renames a table wakes the worker a moment before the worker's caches know the new name.  It must not take
# the configuration back to the old one.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for_state daily_set);
use Test::More;

my $node = new_server('renames');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
wait_for_state($node, 'postgres', 'running', 'the worker is there');
daily_set($node, 'postgres', 'public.events', 2);
my $session = $node->background_psql('postgres');
$session->set_query_timer_restart;
my @wrong;
foreach my $i (1 .. 300)
{
	my ($from, $to) = $i % 2 ? ('events', 'happenings') : ('happenings', 'events');
	$session->query_safe("ALTER TABLE public.$from RENAME TO $to");
	# The worker needs a moment to do harm.
	$session->query_safe('SELECT pg_sleep(0.01)');
	my $name = $session->query_safe('SELECT parent_table FROM partman.part_config');
	push @wrong, "$i: $name" if $name ne "public.$to";
}
$session->quit;
is_deeply(\@wrong, [], 'each of 300 renames is in the configuration');

$node->stop;
done_testing();
