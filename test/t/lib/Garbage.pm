# Values that a superuser can put into a column of our tables and that nobody ever meant, by type.
package Garbage;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';

our @EXPORT_OK = qw(columns_of garbage);

# COLUMN stands for the column's own value.
my %garbage = (
	text => [ "''", q{'garbage "''; DROP TABLE kept; --'}, "'-1'" ],
	'text[]' => [ "ARRAY['garbage']", "ARRAY[NULL]::text[]", "'{}'" ],
	integer => [ '-1', '2147483647' ],
	bigint => [ '-1', '9223372036854775807' ],
	'integer[]' => [ "'{}'", 'ARRAY[NULL]::int[]', 'ARRAY[0]', 'COLUMN || -1' ],
	'bigint[]' => [ "'{}'", 'ARRAY[NULL]::bigint[]', 'COLUMN || 9223372036854775807' ],
	boolean => [ 'NOT coalesce(COLUMN, false)' ],
	oid => [ '1', "'pg_class'::regclass" ],
	'oid[]' => [ "'{}'", 'ARRAY[NULL]::oid[]', "ARRAY['pg_class'::regclass]::oid[]" ],
	numeric => [ "'NaN'", '-1', '1e100' ],
	'double precision' => [ "'NaN'", "'Infinity'", '-1' ],
	real => [ "'NaN'", "'Infinity'", '-1' ],
	interval => [ "'-1 day'", "'0'", "'178000000 years'" ],
	jsonb => [ q{'{}'}, q{'[1]'}, q{'{"p_interval": {"garbage": -1}, "garbage": null}'} ],
	'timestamp with time zone' => [ "'infinity'", "'-infinity'", "'4713-01-01 BC'" ]);

# [ column, type ] of each column of one of our tables.
sub columns_of
{
	my ($node, $table) = @_;
	return map { [ split /\|/ ] } split /\n/, $node->safe_psql('postgres', <<"SQL");
SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'partman.$table'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
SQL
}

# SQL expressions; nothing where no garbage of that type is known.
sub garbage
{
	my ($column, $type) = @_;
	return map { (my $expression = $_) =~ s/COLUMN/$column/g; $expression } @{ $garbage{$type} // [] };
}

1;
