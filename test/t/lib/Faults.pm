# Faults at the steps of maintenance: orders for the library in test/faults, and what must hold afterwards.
package Faults;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_until_up wait_for_log);
use Test::More;

our @EXPORT_OK = qw(fault_server order go wait_until_fired came strike recover state_is);

# Without the worker, unless a test switches it on.
sub fault_server
{
	my ($name, $conf) = @_;
	my $node = new_server($name, "shared_preload_libraries = 'pg_strata, pg_strata_faults'\npg_strata.worker_enabled = off\n" . ($conf // ''));
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
	return $node;
}

# The next process of that type that comes to the point acts.  `launcher`: it stands there while the launcher is killed.
sub order
{
	my ($node, $point, $type, $action) = @_;
	my $file = $node->data_dir . '/pg_strata_fault';
	$action = 'wait' if $action eq 'launcher';
	append_to_file("$file.new", "$point $type $action\n");
	rename "$file.new", $file or die "could not rename $file.new: $!";
	return;
}

sub go
{
	my ($node) = @_;
	append_to_file($node->data_dir . '/pg_strata_go', '');
	return;
}

sub wait_until_fired
{
	my ($node) = @_;
	foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		return 1 if !-e $node->data_dir . '/pg_strata_fault';
		select(undef, undef, undef, 0.1);
	}
	return 0;
}

# Whether somebody came to the step, and not too late, which a query tells: then the order is withdrawn.
sub came
{
	my ($node, $too_late) = @_;
	my $file = $node->data_dir . '/pg_strata_fault';
	foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		return 1 if !-e $file;
		my (undef, $late) = $node->psql('postgres', $too_late);
		return !unlink $file if ($late // '') eq 't';
		select(undef, undef, undef, 0.1);
	}
	return 1;
}

# Lets a fault strike a statement, and brings the server back where it takes that down.
sub strike
{
	my ($node, $point, $action, $sql) = @_;
	my $offset = -s $node->logfile;
	order($node, $point, 'client', $action);
	$node->psql('postgres', "SET client_min_messages = error;\n$sql");
	return recover($node, $point, $action, $offset);
}

sub recover
{
	my ($node, $point, $action, $offset) = @_;
	my $fired = wait_until_fired($node);
	fail("$point: the step is never reached") if !$fired;
	unlink $node->data_dir . '/pg_strata_fault';
	if ($fired && ($action eq 'kill' || $action eq 'launcher'))
	{
		kill 'KILL', $node->safe_psql('postgres', q{SELECT pid FROM partman.worker_status WHERE process = 'launcher'}) if $action eq 'launcher';
		wait_for_log($node, qr/all server processes terminated; reinitializing/, $offset, "$point: a crash")
		  or return;
	}
	elsif ($fired && $action eq 'postmaster')
	{
		# Nobody is left behind when a new one can start.
		my $tries = 10 * $PostgreSQL::Test::Utils::timeout_default;
		for (;;)
		{
			$node->{_pid} = undef;
			last if $node->start(fail_ok => 1);
			die "$point: the server does not start again" if $tries-- == 0;
			select(undef, undef, undef, 0.1);
		}
	}
	wait_until_up($node);
	return;
}

# One line that says all is well, or what is not.
sub state_is
{
	my ($node, $expected, $name) = @_;
	my ($status, $out, $err) = $node->psql('postgres', 'SELECT faults.state()');
	return is("$out$err", $expected, $name);
}

1;
