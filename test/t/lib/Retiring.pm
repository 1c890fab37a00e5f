# Helpers of tests that watch the worker retire partitions: when it begins, and who is in its way.
package Retiring;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use PostgreSQL::Test::Cluster;

our @EXPORT_OK = qw(retire touch reader leave pending);

# Retention of the table is switched on; MORE are other assignments.
sub retire
{
	my ($node, $table, $more) = @_;
	$more = defined $more ? ", $more" : '';
	$node->safe_psql('postgres', "UPDATE partman.part_config SET retire_enabled = true$more WHERE parent_table = '$table'");
	return;
}

# Looked at now and not only when the back-off says so, with the configuration that it has: others see that the table has
# changed, which a comment would not tell them.  The server may be gone before the answer comes.
sub touch
{
	my ($node, $table) = @_;
	$node->psql('postgres', <<"SQL");
DO \$\$
BEGIN
    EXECUTE (SELECT format('ALTER TABLE ONLY %s ALTER %I SET STATISTICS %s', attrelid::regclass, attname, 1 + floor(random() * 1000))
               FROM pg_attribute WHERE attrelid = '$table'::regclass AND attnum = 1);
END \$\$
SQL
	return;
}

# A session in a transaction that has read the table; leave() ends both.
sub reader
{
	my ($node, $table) = @_;
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	$session->query_safe("BEGIN; SELECT count(*) FROM $table");
	return $session;
}

sub leave
{
	my ($session) = @_;
	$session->query_safe('COMMIT');
	$session->quit;
	return;
}

# SQL: a partition of the table is half detached.
sub pending
{
	my ($table) = @_;
	return "SELECT count(*) = 1 FROM pg_inherits WHERE inhparent = '$table'::regclass AND inhdetachpending";
}

1;
