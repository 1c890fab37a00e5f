# META.json by the rules of the PGXN meta specification 1.0.0, and in step with the control file.
use strict;
use warnings FATAL => 'all';

use JSON::PP;
use Test::More;

my $source = $ENV{STRATA_SOURCE};

sub slurp { local (@ARGV, $/) = "$source/$_[0]"; return <>; }

my $meta = eval { JSON::PP->new->utf8->decode(slurp('META.json')) };
is($@, '', 'META.json is JSON');
is(ref $meta, 'HASH', 'an object');

my $number = qr/(?:0|[1-9][0-9]*)/;
my $version = qr/^$number\.$number\.$number(?:-[A-Za-z][0-9A-Za-z-]*)?$/;
my $term = qr/^[^\s\/\\\x00-\x1f]{2,}$/;

# Required keys and those that are known.
ok(defined $meta->{$_}, "$_ is there") foreach qw(abstract maintainer license name provides version meta-spec);
my %known = map { $_ => 1 } qw(abstract description generated_by license maintainer meta-spec name no_index prereqs
  provides release_status resources tags version);
is_deeply([ grep { !$known{$_} && !/^x_/i } sort keys %$meta ], [], 'no other keys than those of the specification');

like($meta->{name}, $term, 'name');
like($meta->{version}, $version, 'version is a semantic one');
foreach my $key (qw(abstract description generated_by))
{
	ok(!exists $meta->{$key} || (!ref $meta->{$key} && length $meta->{$key}), "$key is text");
}
my @maintainers = ref $meta->{maintainer} ? @{ $meta->{maintainer} } : $meta->{maintainer};
ok((!grep { ref || !length } @maintainers) && @maintainers, 'maintainer');
my %licence = map { $_ => 1 } qw(agpl_3 apache_1_1 apache_2_0 artistic_1 artistic_2 bsd freebsd gfdl_1_2 gfdl_1_3 gpl_1
  gpl_2 gpl_3 lgpl_2_1 lgpl_3_0 mit mozilla_1_0 mozilla_1_1 openssl perl_5 postgresql qpl_1_0 ssleay sun zlib open_source
  restricted unrestricted unknown);
ok($licence{ $meta->{license} }, 'license is one of the list');
like(slurp('LICENSE'), qr/PERMISSION TO USE, COPY, MODIFY, AND DISTRIBUTE|Permission to use, copy, modify, and distribute/i,
	'and that of the file LICENSE');
like($meta->{release_status} // 'stable', qr/^(stable|testing|unstable)$/, 'release_status');
ok(ref $meta->{tags} eq 'ARRAY' && !(grep { ref || length > 255 || m{[/\\\x00-\x1f]} || !length } @{ $meta->{tags} }), 'tags');
my %tags = map { lc $_ => 1 } @{ $meta->{tags} };
is(scalar keys %tags, scalar @{ $meta->{tags} }, 'no tag comes twice');
is($meta->{'meta-spec'}{version}, '1.0.0', 'the specification has a version');
like($meta->{'meta-spec'}{url} // 'https://pgxn.org/meta/spec.txt', qr{^https?://pgxn\.org/meta/spec\.txt$}, 'and an address');

# What it provides is there.
cmp_ok(scalar keys %{ $meta->{provides} }, '>', 0, 'it provides something');
foreach my $name (sort keys %{ $meta->{provides} })
{
	my $provided = $meta->{provides}{$name};
	like($name, $term, "provides $name");
	like($provided->{version}, $version, "$name: version");
	ok(-f "$source/$provided->{file}", "$name: file");
	ok(!exists $provided->{docfile} || -f "$source/$provided->{docfile}", "$name: docfile");
	is_deeply([ grep { !/^(file|version|abstract|docfile)$/ && !/^x_/i } keys %$provided ], [], "$name: no other keys");
}

# Prerequisites: phase, relation, name, version.
foreach my $phase (sort keys %{ $meta->{prereqs} })
{
	like($phase, qr/^(configure|build|test|runtime|develop)$/, "phase $phase");
	foreach my $relation (sort keys %{ $meta->{prereqs}{$phase} })
	{
		like($relation, qr/^(requires|recommends|suggests|conflicts)$/, "$phase: $relation");
		my $wanted = $meta->{prereqs}{$phase}{$relation};
		like($wanted->{$_}, qr/^(0|(?:[<>]=?|[!=]=)?\s*$number\.$number\.$number(?:,\s*(?:[<>]=?|[!=]=)?\s*$number\.$number\.$number)*)$/,
			"$phase $relation $_: version") foreach sort keys %$wanted;
	}
}

# One version everywhere: the control file has its first two parts.
my ($default) = slurp('pg_strata.control') =~ /^default_version = '([^']+)'/m;
ok(defined $default, 'the control file has a version');
is($meta->{provides}{pg_strata}{version}, $meta->{version}, 'extension and distribution have one version');
is($meta->{version} =~ s/\.\d+(-.*)?$//r, $default, 'which is that of the control file');
my ($plain) = $meta->{version} =~ /^([0-9.]+)/;
like(slurp('CMakeLists.txt'), qr/VERSION \Q$plain\E /, 'and of CMakeLists.txt');
like(slurp('CHANGELOG.md'), qr/^## \Q$default\E /m, 'and the changelog has it');
ok(-f "$source/sql/pg_strata--$default.sql" || glob("'$source'/sql/pg_strata--*--$default.sql"), 'a script leads to it');

done_testing();
