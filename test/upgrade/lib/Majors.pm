# A cluster of an older major, and the two ways from there to this one.
package Majors;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT_OK = qw(old_cluster restored upgraded);

# Started.
sub old_cluster
{
	my ($conf) = @_;
	my $old = PostgreSQL::Test::Cluster->new('old', install_path => $ENV{OLD_SERVER});
	$old->init;
	$old->append_conf('postgresql.conf', "timezone = 'UTC'\nallow_system_table_mods = on\n" . ($conf // ''));
	$old->start;
	note('from ' . $old->safe_psql('postgres', 'SELECT version()'));
	return $old;
}

# Debian's 15.20 stamps columns with an option of its own, which no later major accepts.
sub forget_stamps
{
	my ($old) = @_;
	foreach my $database (split /\n/, $old->safe_psql('postgres', 'SELECT datname FROM pg_database WHERE datallowconn'))
	{
		$old->safe_psql($database, "UPDATE pg_attribute SET attoptions = NULL WHERE attoptions::text LIKE '{pg_attver=%'");
		$old->safe_psql($database, 'VACUUM FREEZE pg_attribute');
	}
	return;
}

sub new_cluster
{
	my ($old, $name, $conf) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	# From 18 on initdb turns checksums on, and pg_upgrade wants both the same.
	$node->init(extra => $node->pg_version >= 18 && $old->pg_version < 18 ? ['--no-data-checksums'] : []);
	$node->append_conf('postgresql.conf', "timezone = 'UTC'\n" . ($conf // ''));
	return $node;
}

# By a dump that the new major takes, as is recommended; the new cluster is started.
sub restored
{
	my ($old, $conf) = @_;
	forget_stamps($old);
	my $node = new_cluster($old, 'restored', $conf);
	$node->start;
	my $file = $node->basedir . '/dump.sql';
	$node->command_ok([ 'pg_dumpall', '-h', $old->host, '-p', $old->port, '--no-sync', '-f', $file ], 'pg_dumpall of the old major');
	my ($out, $err) = ('', '');
	$node->psql('postgres', "\\i $file", stdout => \$out, stderr => \$err, on_error_stop => 0);
	is(join("\n", grep { /ERROR|FATAL/ && !/role "\w+" already exists/ } split /\n/, $err), '', 'and restored without an error');
	return $node;
}

# By pg_upgrade: the old cluster is stopped, the new one started.
sub upgraded
{
	my ($old, $conf) = @_;
	forget_stamps($old);
	$old->stop;
	my $node = new_cluster($old, 'new', $conf);
	chdir $node->basedir or die;
	command_ok(
		[
			'pg_upgrade', '--no-sync', '-d', $old->data_dir, '-D', $node->data_dir, '-b', $old->config_data('--bindir'),
			'-B', $node->config_data('--bindir'), '-s', $node->host, '-p', $old->port, '-P', $node->port
		],
		'pg_upgrade');
	$node->start;
	return $node;
}

1;
