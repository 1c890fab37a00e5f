# Whatever ends the conversion of a partition to a set of its own, at whichever step: every row is there once, what is changed
# in between is not lost, and the next run comes to the end, or clears away what nobody wants any more.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Converting qw(converting_server $maintain $quietly $level sql said holds interrupted);
use Faults qw(strike);
use PostgreSQL::Test::Utils;
use Test::More;

my $node = converting_server('convert_ends');

#
# Ended at each step
#
# Every step is ended by a crash and by one of the other ways in turn; FAULTS=all in the environment tries all of them.
my @others = qw(postmaster error terminate cancel timeout);
my @points = qw(rebuild.begun rebuild.filled rebuild.followed rebuild.mirrored rebuild.waits rebuild.referring rebuild.validated rebuild.excluded rebuild.locked rebuild.swapped rebuild.discarded);
my $statistics = 10;
foreach my $number (0 .. $#points)
{
	my $point = $points[$number];
	foreach my $fault ('kill', ($ENV{FAULTS} // '') eq 'all' ? @others : $others[ $number % @others ])
	{
		my $name = "$fault at $point";
		sql('SELECT next_leaf()');
		my $reader;
		if ($point eq 'rebuild.waits')
		{
			$reader = $node->background_psql('postgres', on_error_stop => 0);
			$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM turn');
		}
		if ($point eq 'rebuild.discarded')
		{
			strike($node, 'rebuild.filled', 'error', $maintain);
			sql('ALTER TABLE small ALTER pad SET STATISTICS ' . $statistics++);
		}
		strike($node, $point, $fault, $maintain);
		if ($reader)
		{
			eval { $reader->query_safe('COMMIT') };
			eval { $reader->quit };
		}
		holds('same', 'same', "$name: every row is there once");
		sql('SELECT change()');
		holds('same', 'same', "$name: and can be changed");
		my $staged = $point =~ /filled|followed|mirrored|locked/ ? sql('SELECT staged_oid FROM partman.rebuild') : '';
		sql($quietly);
		holds('same', 'state', "$name: the next run comes to the end");
		is(sql('SELECT leaf()::regclass::oid'), $staged, "$name: with what had been made") if $staged;
	}
}

#
# What nobody wants any more
#
foreach my $point (qw(rebuild.filled rebuild.locked))
{
	interrupted($point);
	sql(q{SELECT partman.stop_sub_partition('public.small'); SELECT change()});
	sql($quietly);
	holds('same', 'untouched', "$point: without the level the leaf stays");
	sql("$level; $quietly");
	holds('same', 'state', "$point: until there is one again");

	interrupted($point);
	sql(q{SELECT partman.hold_retention(leaf()); SELECT change()});
	sql($quietly);
	holds('same', 'untouched', "$point: a leaf that is held stays");
	sql("SELECT partman.hold_retention(leaf(), false); $quietly");
	holds('same', 'state', "$point: as long as it is held");

	# Another level below: what has been made for the first is of no use.
	interrupted($point);
	sql(q{SELECT partman.stop_sub_partition('public.small'), change(); INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_premake) VALUES ('public.small', 'id', '100', 'range', 1)});
	said($maintain);
	is(sql('SELECT partstrat FROM pg_partitioned_table WHERE partrelid = leaf()::regclass'), 'r', "$point: the level is what it is at the end");
	is(sql('SELECT same() || leavings()'), 'same', "$point: nothing is left of the other");
	sql("SELECT partman.stop_sub_partition('public.small'); $level");

	interrupted($point);
	sql(q{ALTER TABLE small ADD COLUMN more int DEFAULT 5; SELECT change()});
	sql($quietly);
	holds('same', 'state', "$point: with another column it begins again");
	sql('ALTER TABLE small DROP COLUMN more');

	interrupted($point);
	sql(q{DELETE FROM expected USING turn WHERE id BETWEEN at AND at + 999; DO $$ BEGIN EXECUTE 'DROP TABLE ' || leaf(); END $$});
	sql($quietly);
	is(sql(q{SELECT same() || leavings()}), 'same', "$point: when the leaf is dropped nothing is left");
}

# It goes with the set, of which nothing is ours then.
interrupted('rebuild.locked');
sql(q{DELETE FROM partman.part_config WHERE parent_table = 'public.small'; SELECT change()});
sql($quietly);
holds('same', 'untouched', 'of a set that is not managed any more nothing is left');

$node->stop;
done_testing();
