# A worker that is not wanted any more comes to the end of what it is at: nothing is cut off, and nothing in the server's log
# alarms whoever switched it off.  One that does not come to the end is terminated.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server order go wait_until_fired);
use PostgreSQL::Test::Utils;
use Strata qw(wait_for wait_for_state partitions daily_set);
use Test::More;

my $node = fault_server('leaves', "pg_strata.worker_enabled = on\n");
$node->safe_psql('postgres', q{CREATE TABLE public.ids (id bigint NOT NULL) PARTITION BY RANGE (id);
	SELECT partman.create_parent('public.ids', 'id', '10', p_premake := 1, p_start_partition := '0', p_automatic_maintenance := 'on')});
daily_set($node, 'postgres', 'public.events', 2);
wait_for_state($node, 'postgres', 'running', 'the worker is there');
my $premake = 2;
my $left = q{SELECT count(*) = 0 FROM partman.worker_status WHERE database = 'postgres'};

sub count { return $node->safe_psql('postgres', 'SELECT ' . partitions('public.events')); }

# The worker stands at the step while the launcher looks around and finds that it is not wanted any more.
sub switch_off_at
{
	my ($point, $setting) = @_;
	order($node, $point, 'worker', 'wait');
	$premake++;
	$node->safe_psql('postgres', "UPDATE partman.part_config SET premake = $premake WHERE parent_table = 'public.events'");
	ok(wait_until_fired($node), "$point, $setting: the worker is in the middle of work");
	$node->safe_psql('postgres', "ALTER SYSTEM SET pg_strata.$setting");
	my $now = $node->safe_psql('postgres', 'SELECT pg_reload_conf(), clock_timestamp()') =~ s/.*\|//r;
	wait_for($node, 'postgres', "SELECT last_run > '$now'::timestamptz + '1 s' FROM partman.worker_status WHERE process = 'launcher'", "$point, $setting: the launcher has looked around");
	return;
}

sub switch_on
{
	my ($name) = @_;
	$node->safe_psql('postgres', 'ALTER SYSTEM RESET ALL');
	$node->reload;
	wait_for_state($node, 'postgres', 'running', "$name: it is back");
	wait_for($node, 'postgres', 'SELECT ' . partitions('public.events') . " = $premake + 4", "$name: and works");
	return;
}

is(count(), $premake + 4, 'there is what is wanted');
foreach my $point ('create.locked', 'create.made')
{
	foreach my $setting ('worker_enabled = off', q{databases = 'template1'})
	{
		my $offset = -s $node->logfile;
		switch_off_at($point, $setting);
		my (undef, undef, $error) = $node->psql('postgres', q{SELECT partman.drop_partition('public.ids_p0', p_concurrently := true)});
		like($error, qr/No worker is running/, "$point, $setting: nothing is left to it any more");
		go($node);
		wait_for($node, 'postgres', $left, "$point, $setting: it leaves");
		is(count(), $premake + 4, "$point, $setting: what was under way is done");
		unlike(slurp_file($node->logfile, $offset), qr/FATAL|terminat/, "$point, $setting: no word in the log");
		switch_on("$point, $setting");
	}
}

# It does not come to the end.
my $offset = -s $node->logfile;
switch_off_at('create.made', 'worker_enabled = off');
wait_for($node, 'postgres', $left, 'it is ended by and by');
is(count(), $premake + 3, 'what was under way is not done');
is(() = slurp_file($node->logfile, $offset) =~ /FATAL:  terminating background worker "pg_strata worker" due to administrator command/g, 1, 'which the log says');
switch_on('what was cut off');

# Who changes his mind in time has the worker go on, or a fresh one.
$offset = -s $node->logfile;
switch_off_at('create.made', 'worker_enabled = off');
$node->safe_psql('postgres', 'ALTER SYSTEM RESET ALL');
$node->reload;
go($node);
wait_for($node, 'postgres', 'SELECT ' . partitions('public.events') . " = $premake + 4", 'switched on again: what was under way is done');
switch_on('switched on again');
unlike(slurp_file($node->logfile, $offset), qr/FATAL|terminat/, 'switched on again: no word in the log');

$node->stop;
done_testing();
