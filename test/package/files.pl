# What `make install` puts where, and that `make uninstall` takes all of it away again.
use strict;
use warnings FATAL => 'all';

use File::Find;
use File::Temp qw(tempdir);
use Test::More;

my ($source, $pg_config) = @ENV{qw(STRATA_SOURCE PG_CONFIG)};
my $dest = tempdir(CLEANUP => 1);

sub ask { my $answer = qx("$pg_config" --$_[0]); chomp $answer; return $answer; }

sub make
{
	my ($target) = @_;
	my $said = qx(make -s -C "$source" PG_CONFIG="$pg_config" DESTDIR="$dest" $target 2>&1);
	is($?, 0, "make $target") or diag($said);
	return;
}

sub files
{
	my @found;
	find({ no_chdir => 1, wanted => sub { push @found, $_ =~ s/^\Q$dest\E//r if -f } }, $dest);
	return [ sort @found ];
}

my $extensions = ask('sharedir') . '/extension';
my @scripts = map { s{.*/}{}r } glob("'$source'/sql/pg_strata--*.sql");
ok((grep { $_ eq 'pg_strata--1.0.sql' } @scripts), 'there is a script to install');
my @expected = sort(ask('pkglibdir') . '/pg_strata.so', map { "$extensions/$_" } 'pg_strata.control', @scripts);

make('install');
is_deeply(files(), \@expected, 'library, control file and scripts are installed, and nothing else');
make('install');
is_deeply(files(), \@expected, 'a second time is no different');

# What is installed is what is here, readable for the server and not writable for others.
foreach my $file ('pg_strata.control', @scripts)
{
	my $of = $file =~ /\.control$/ ? $file : "sql/$file";
	is(qx(cmp "$source/$of" "$dest$extensions/$file" 2>&1), '', "$file is that of the checkout");
}
foreach my $file (@expected)
{
	my $mode = (stat "$dest$file")[2] & 07777;
	is($mode & 0444, 0444, "$file can be read");
	is($mode & 0022, 0, "$file cannot be written by others");
}

# Besides what C++ itself shares, nothing but the entry points is visible, so that it clashes with no other library.
my @visible = map { (split)[2] } grep { !/ [Ww] / } split /\n/,
  qx(nm -D --defined-only "$dest@{[ask('pkglibdir')]}/pg_strata.so");
ok((grep { $_ eq 'Pg_magic_func' } @visible), 'the library is one of the server');
is_deeply([ grep { !/^(pg_finfo_)?strata_\w+$/ && !/^(Pg_magic_func|_PG_init)$/ && !/^_Z/ } @visible ],
	[], 'it shows entry points only');

# Every function of the script is in the library, and no entry point is left over.
my $script = do { local (@ARGV, $/) = "$source/sql/pg_strata--1.0.sql"; <> };
my %named = map { $_ => 1 } $script =~ /'MODULE_PATHNAME', '(strata_\w+)'/g;
my %defined = map { $_ => 1 } map { /^pg_finfo_(strata_\w+)/ } @visible;
is_deeply([ sort grep { !$defined{$_} } keys %named ], [], 'all functions of the script are in the library');
SKIP:
{
	skip 'updates name entry points of their own', 1 if @scripts > 1;
	is_deeply([ sort grep { !$named{$_} } keys %defined ], [], 'and all of its entry points are used');
}

make('uninstall');
is_deeply(files(), [], 'uninstall takes everything away');

done_testing();
