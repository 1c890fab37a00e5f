# A server with mallory in it, who owns tables that are full of code, and others who are to be his victims.
package Lair;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Strata qw(quiet_zone);
use Test::More;

our @EXPORT_OK = qw(new_lair furnish as attack witnesses breaches no_breach);

# A server whose database postgres is furnished; started.
sub new_lair
{
	my ($name, $conf) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init;
	$node->append_conf('postgresql.conf', "autovacuum = off\nlog_line_prefix = '%m [%p] %a '\ntimezone = '" . quiet_zone() . "'\nfsync = off\n" . ($conf // ''));
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
	furnish($node, 'postgres');
	return $node;
}

# Roles, schemas and mallory's functions in a database that has the extension.
sub furnish
{
	my ($node, $database) = @_;
	$node->safe_psql($database, <<'SQL');
DO $$
BEGIN
	IF to_regrole('mallory') IS NULL THEN
		CREATE ROLE mallory LOGIN;
		CREATE ROLE victim LOGIN;
		CREATE ROLE member LOGIN IN ROLE mallory;
		CREATE ROLE eve LOGIN;
		GRANT pg_monitor TO victim;
	END IF;
END $$;
GRANT USAGE ON SCHEMA partman TO PUBLIC;
CREATE SCHEMA lair AUTHORIZATION mallory;
CREATE SCHEMA attic AUTHORIZATION mallory;
CREATE SCHEMA shadow AUTHORIZATION mallory;
CREATE SCHEMA safe AUTHORIZATION victim;
GRANT USAGE ON SCHEMA safe TO PUBLIC;
CREATE TABLE safe.secret (what text);
GRANT SELECT ON safe.secret TO member;
CREATE TABLE safe.events (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE safe.events_old PARTITION OF safe.events FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
GRANT SELECT ON safe.events TO PUBLIC;
ALTER TABLE safe.secret OWNER TO victim;
ALTER TABLE safe.events OWNER TO victim;
SQL
	$node->safe_psql($database, 'GRANT USAGE ON SCHEMA lair TO PUBLIC;' . slurp_file("$FindBin::RealBin/lib/lair.sql"), extra_params => [ '-U', 'mallory' ]);
	return;
}

# Runs SQL as this role in the database postgres.
sub as
{
	my ($node, $role, $sql) = @_;
	return $node->safe_psql('postgres', $sql, extra_params => [ '-U', $role ]);
}

# Makes calls one by one in one session: of several statements the last one, which is what it is about, with the search
# path that is given.  Returns for each name its SQLSTATE, with the message of an error.  The log tells the calls from
# each other by application_name.
sub attack
{
	my ($node, $database, $user, $path, @calls) = @_;
	my $script = "\\set ON_ERROR_STOP off\n";
	foreach my $call (@calls)
	{
		my ($name, $sql) = @$call;
		my ($before, $last) = $sql =~ /^(.*(?:;|gset)\s)?(.*)$/s;
		$script .= "SET application_name = '$name';\n" . ($before // '') . "\n";
		$script .= "SELECT set_config('search_path', $path, false);\n" if $path;
		$script .= "$last;\n\\echo \@\@$name :SQLSTATE :LAST_ERROR_MESSAGE\nRESET search_path;\n";
	}
	my ($result, $out, $err) = $node->psql($database, $script, extra_params => [ '-U', $user ], on_error_stop => 0);
	my %states;
	foreach my $line (split /\n/, $out)
	{
		$states{$1} = $2 eq '00000' ? '00000' : "$2 $3" if $line =~ /^\@\@(\S+) (\w{5}) ?(.*)$/;
	}
	return \%states;
}

# What the log has of lair.tell() since the offset: [application, place, current_user, session_user, gains].
sub witnesses
{
	my ($node, $offset) = @_;
	my @found;
	my $log = slurp_file($node->logfile, $offset);
	push @found, [ $1, $2, $3, $4, $5 ] while $log =~ /^[^\n]*? \[\d+\] (\S*) LOG:  WITNESS\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t/mg;
	return @found;
}

# Those that ran as somebody else, or got something: each one once.
sub breaches
{
	my ($node, $offset) = @_;
	my %seen;
	$seen{"$_->[0]: $_->[1] as $_->[2]" . ($_->[4] ne '' ? ", and could: $_->[4]" : '')} = 1
	  foreach grep { $_->[2] ne 'mallory' || $_->[4] ne '' } witnesses($node, $offset);
	my @all = sort keys %seen;
	return @all;
}

sub no_breach
{
	my ($node, $offset, $name) = @_;
	return is(join("\n", breaches($node, $offset)), '', $name);
}

1;
