# Strings that mean something to whoever forgets to quote them, and a function that tells if one was ever run.
package Payload;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use FindBin;
use lib "$FindBin::RealBin/lib";
use Lair qw(witnesses);
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT_OK = qw(arm injections oddities quoted none_injected would_inject);

# In a database that Lair::furnish() has been at.
sub arm
{
	my ($node, $database) = @_;
	$node->safe_psql($database, <<'SQL', extra_params => [ '-U', 'mallory' ]);
CREATE FUNCTION lair.boom() RETURNS int LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN PERFORM lair.tell('injected'); RETURN 1; END $$;
SQL
	return;
}

# Each gets out of some quotes, brackets, comment or format.
sub injections
{
	my $run = 'SELECT lair.boom(); --';
	return (
		"'; $run", "\\'; $run", "''; $run", "')); $run", "'\n); $run", "\"; $run", "x\"; $run", "lair.x\"; $run", "lair.\"; $run", "x\" (a int); $run", "\$\$; $run", "\$x\$; $run", "*/ $run", "\n$run", "; $run",
		"0; $run", "at; $run", "lair.plain; $run", "'||lair.boom()||'", '"||lair.boom()||"', 'lair.boom()', '(SELECT lair.boom())', '1 day\' + lair.boom() * interval \'1 day', "{table}\"; $run", "%s'; $run");
}

# What is too long, empty, no name, out of range, or some other language.
sub oddities
{
	return ('', ' ', "\n", "a\nb\t\x7f", "'", '"', '""', '\\', '.', 'a.b.c', '"lair"."plain"', 'pg_temp.x', '%s%I%L%n%1$s', '%', '{}', '{table}', '({[', '{NULL}', '{"', '0', '-1', '1e400', 'NaN', '-infinity', '1000000000 years',
		'-1 day', '0.0000001 seconds', '294276-12-31 23:59:59+00', '* * * * *', '@every 1ms', '<+00>-99', 'Etc/../../../../etc/passwd', "\xc3\xa4" x 40, "\xf0\x9f\x98\x80" x 16, 'x' x 63, 'x' x 64, 'x' x 100000, '{' x 2000, '(' x 2000);
}

sub quoted
{
	my ($text) = @_;
	return "E'" . ($text =~ s/([\\'])/\\$1/gr) . "'";
}

sub none_injected
{
	my ($node, $offset, $name) = @_;
	return is(join("\n", map { "$_->[0] as $_->[2]" } grep { $_->[1] eq 'injected' } witnesses($node, $offset)), '', $name);
}

# Positive control: somebody who forgets to quote runs each of them.
sub would_inject
{
	my ($node, $database) = @_;
	my @careless = ("SELECT '%'", "SELECT E'%'", "SELECT '''%'", 'SELECT 1 AS "x%"', 'SELECT "at%at" FROM lair.tempting', 'SELECT (lower(\'%\'))', 'SELECT lower(\'%\')', 'SELECT $$%$$', 'SELECT $x$%$x$', 'SELECT 1; /* % */', 'SELECT 1; -- %', 'SELECT 1 %',
		'SELECT %', 'SELECT count(*) FROM %', 'CREATE TABLE "%"', "SELECT interval '%'", 'SELECT at, % FROM lair.tempting', 'SELECT % FROM lair.tempting');
	$node->safe_psql($database, <<'SQL');
CREATE TABLE lair.tempting (at text);
INSERT INTO lair.tempting VALUES (1);
CREATE FUNCTION public.careless(payload text, places text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE place text;
BEGIN
	FOREACH place IN ARRAY places LOOP
		BEGIN
			EXECUTE replace(place, '%', payload);
		EXCEPTION WHEN OTHERS THEN NULL;
		END;
	END LOOP;
END $$;
SQL
	my @payloads = injections();
	my $places = 'ARRAY[' . join(', ', map { quoted($_) } @careless) . ']';
	my $offset = -s $node->logfile;
	$node->safe_psql($database, join('', map { "SET application_name = 'payload.$_'; SELECT public.careless(" . quoted($payloads[$_]) . ", $places);\n" } 0 .. $#payloads));
	my %ran = map { $_->[0] => 1 } grep { $_->[1] eq 'injected' && $_->[2] eq 'postgres' } witnesses($node, $offset);
	ok($ran{"payload.$_"}, 'positive control: ' . ($payloads[$_] =~ s/\n/\\n/gr)) foreach 0 .. $#payloads;
	return;
}

1;
