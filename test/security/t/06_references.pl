# Partitions of a set of mallory's are replaced that refers to tables of eve's and of his own.  One statement of that is a
# superuser's: it switches off triggers of the server on the tables that are referred to.  Whatever these and their triggers
# are called, and whatever becomes of them between two steps, it meets the triggers of the new tables and no others, after
# abort_job() none is switched off, and nobody's code runs as a superuser.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server order go strike wait_until_fired);
use IPC::Run;
use Lair qw(as attack furnish witnesses);
use Payload qw(arm injections none_injected);
use PostgreSQL::Test::Utils;
use Test::More;

my $node = fault_server('security_references', "log_line_prefix = '%m [%p] %a '\nfsync = off\nautovacuum = off\nmax_locks_per_transaction = 512\n");
furnish($node, 'postgres');
arm($node, 'postgres');
$node->safe_psql('postgres', 'GRANT CREATE ON DATABASE postgres TO mallory, eve');
as($node, 'mallory', 'GRANT USAGE, CREATE ON SCHEMA lair TO member; GRANT USAGE ON SCHEMA lair TO eve');
my $offset = -s $node->logfile;

# A table that is referred to, full of code, and as its triggers some that are called like the server's.
as($node, 'mallory', <<'SQL');
CREATE FUNCTION lair.referenced(name text, key text DEFAULT 'id') RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE decoy name;
BEGIN
	EXECUTE format('CREATE TABLE %1$s (%2$I int PRIMARY KEY, v int DEFAULT lair.f(''default'', 1), g int GENERATED ALWAYS AS (lair.f(''generated'', 2)) STORED, CHECK (lair.f(''check'', v) IS NOT NULL))', name, key);
	EXECUTE format('CREATE INDEX ON %s (lair.f(''index'', v)) WHERE lair.f(''predicate'', 3) = 3', name);
	EXECUTE format('INSERT INTO %s SELECT generate_series(0, 9)', name);
	FOREACH decoy IN ARRAY ARRAY['RI_ConstraintTrigger_a_', 'RI_ConstraintTrigger_a_1', 'RI_ConstraintTrigger_c_1', 'ALL', 'USER', '"; ALTER ROLE mallory SUPERUSER; --', 'x, DISABLE TRIGGER ALL'] LOOP
		EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s EXECUTE FUNCTION lair.fire()', decoy, name);
	END LOOP;
	EXECUTE format('CREATE POLICY p ON %s USING (lair.f(''policy'', v) IS NOT NULL)', name);
END $$;
CREATE FUNCTION lair.referring(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE lair.%I (id int PRIMARY KEY, r int DEFAULT 1) PARTITION BY HASH (id)', name);
	PERFORM partman.create_parent('lair.' || name, 'id', p_type => 'hash', p_modulus => 2, p_template_table => 'false', p_automatic_maintenance => 'off');
	EXECUTE format('INSERT INTO lair.%I SELECT n, n %% 10 FROM generate_series(1, 100) n', name);
END $$;
SQL

# Triggers that act for tables that are not partitions yet: all, those that are switched off, and any others that are.
sub switched_off
{
	my ($expected, $name) = @_;
	return is(
		$node->safe_psql('postgres', <<'SQL'), $expected, $name);
WITH ours AS (SELECT t.oid FROM pg_trigger t JOIN pg_constraint k ON k.oid = t.tgconstraint JOIN pg_class c ON c.oid = k.conrelid
	 WHERE k.contype = 'f' AND t.tgrelid = k.confrelid AND t.tgisinternal AND c.relkind = 'r' AND NOT c.relispartition AND c.relnamespace = 'lair'::regnamespace)
SELECT count(*) FILTER (WHERE oid IN (TABLE ours)), count(*) FILTER (WHERE oid IN (TABLE ours) AND tgenabled = 'D'), count(*) FILTER (WHERE oid NOT IN (TABLE ours) AND tgenabled = 'D') FROM pg_trigger
SQL
}

sub abort_it { my ($set) = @_; return as($node, 'mallory', "SELECT partman.abort_job(job_id) FROM partman.jobs WHERE parent_table = 'lair.$set' AND state NOT IN ('done', 'aborted')"); }

# Put off by a lock or an old snapshot it is called again, as its hint says.
sub call
{
	my ($set, $role) = @_;
	my $said = '';
	for (1 .. 50)
	{
		(undef, undef, $said) = $node->psql('postgres', "SET client_min_messages = warning; CALL partman.set_modulus('lair.$set', 4)", extra_params => [ '-U', $role, '-v', 'VERBOSITY=verbose' ]);
		last if $said !~ /could not lock|old snapshots/;
	}
	return $said;
}

sub comes_to_its_end
{
	my ($set, $keys, $name) = @_;
	my $said = call($set, 'postgres');
	# Where it had to begin again it says so, as a warning.
	unlike($said, qr/ERROR/, "$name: a superuser's call comes to its end");
	is($node->safe_psql('postgres', qq{SELECT count(*), count(*) FILTER (WHERE convalidated AND conparentid <> 0) FROM pg_inherits LEFT JOIN pg_constraint ON conrelid = inhrelid AND contype = 'f' WHERE inhparent = 'lair.$set'::regclass}),
		4 * ($keys || 1) . '|' . 4 * $keys, "$name: all foreign keys are there");
	is(as($node, 'mallory', "SELECT count(*), sum(id) FROM lair.$set"), '100|5050', "$name: and all rows");
	return switched_off('0|0|0', "$name: no trigger is switched off");
}

# Stops before that step is committed; called by a superuser or by mallory, in turn.
my $turn = 0;

sub stop_at
{
	my ($set, $point) = @_;
	my $role = $turn++ % 2 ? 'SET ROLE mallory; ' : '';
	return strike($node, $point, 'error', "${role}CALL partman.set_modulus('lair.$set', 4)");
}

#
# Names
#
my @names = injections();
my $script = "SELECT lair.referring('named');\n";
foreach my $i (0 .. $#names)
{
	# Names are of 63 bytes: what follows the quotes is as long as that.
	my $name = substr($names[$i], 0, 58) . $i;
	my $ident = '"' . ($name =~ s/"/""/gr) . '"';
	my $table = "$ident.$ident";
	my $literal = "'" . ($table =~ s/'/''/gr) . "'";
	$script .= "SET standard_conforming_strings = on;\nCREATE SCHEMA $ident;\nSELECT lair.referenced($literal, '" . ($name =~ s/'/''/gr) . "');\nALTER TABLE lair.named ADD CONSTRAINT $ident FOREIGN KEY (r) REFERENCES $table;\n";
}
as($node, 'mallory', $script);
# One partition after the other is divided into two, and each of these needs two triggers for a foreign key.
my $new = 2 * 2 * @names;
stop_at('named', 'rebuild.validated');
switched_off("$new|$new|0", 'names with quotes: those of the new tables are switched off, and no others');
abort_it('named');
switched_off('0|0|0', 'names with quotes: after abort_job() none');
comes_to_its_end('named', scalar @names, 'names with quotes');
none_injected($node, $offset, 'nothing in a name is run');

#
# What becomes of eve's table between two steps.  `spare` is one like it.
#
my %changes = (
	'renamed, with another in its place' => [ 1, 'ALTER TABLE <schema>.thing RENAME TO moved; ALTER TABLE <schema>.spare RENAME TO thing' ],
	'its schema renamed, with another in its place' => [ 1, 'ALTER SCHEMA <schema> RENAME TO <schema>_moved; ALTER SCHEMA <schema>_spare RENAME TO <schema>' ],
	'dropped and made again' => [ 0, q{DROP TABLE <schema>.thing CASCADE; SELECT lair.referenced('<schema>.thing')} ],
	'dropped and made again, and referred to' => [ 1, q{DROP TABLE <schema>.thing CASCADE; SELECT lair.referenced('<schema>.thing'); GRANT SELECT, REFERENCES ON <schema>.thing TO mallory}, 'ALTER TABLE lair.<set> ADD FOREIGN KEY (r) REFERENCES <schema>.thing' ],
	# As if these were ours.
	'the other one with triggers of the same names' => [
		1, q{DO $do$ DECLARE name name; BEGIN FOR name IN SELECT tgname FROM pg_trigger WHERE tgrelid = '<schema>.thing'::regclass AND tgisinternal LOOP
			EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON <schema>.spare EXECUTE FUNCTION lair.fire()', name); END LOOP; END $do$;
			ALTER TABLE <schema>.thing RENAME TO moved; ALTER TABLE <schema>.spare RENAME TO thing} ],
	'a constraint trigger for the set' => [ 1, 'CREATE CONSTRAINT TRIGGER "RI_ConstraintTrigger_a_2" AFTER DELETE ON <schema>.thing FROM lair.<set> FOR EACH ROW EXECUTE FUNCTION lair.fire()' ]);
my $number = 0;

sub pair
{
	my $set = 'set' . ++$number;
	as($node, 'eve', <<"SQL");
CREATE SCHEMA "Of ""eve$number";
CREATE SCHEMA "Of ""eve${number}_spare";
SELECT lair.referenced(format('%I.%I', 'Of "eve$number' || s, t)) FROM unnest('{"",_spare}'::text[]) s, unnest('{thing,spare}'::text[]) t;
GRANT USAGE ON SCHEMA "Of ""eve$number", "Of ""eve${number}_spare" TO mallory;
GRANT SELECT, REFERENCES ON ALL TABLES IN SCHEMA "Of ""eve$number" TO mallory;
SQL
	as($node, 'mallory', qq{SELECT lair.referring('$set'); ALTER TABLE lair.$set ADD FOREIGN KEY (r) REFERENCES "Of ""eve$number".thing ON DELETE CASCADE ON UPDATE CASCADE; GRANT TRIGGER ON lair.$set TO eve});
	return $set;
}

sub filled_in
{
	my ($sql, $set) = @_;
	return $sql =~ s/<schema>(\w*)/"Of ""eve$number$1"/gr =~ s/<set>/$set/gr =~ s/'"Of ""eve(\d+)"\.thing'/'"Of ""eve$1".thing'/gr;
}

foreach my $what (sort keys %changes)
{
	my ($keys, $eves, $mallorys) = @{ $changes{$what} };
	foreach my $point (qw(rebuild.referring rebuild.validated rebuild.locked))
	{
		my $name = "$what, before $point";
		my $set = pair();
		stop_at($set, $point);
		my $there = $point eq 'rebuild.referring' ? 0 : 4;
		switched_off("$there|$there|0", "$name: switched off is what is to be");
		as($node, 'eve', filled_in($eves, $set));
		as($node, 'mallory', filled_in($mallorys, $set)) if $mallorys;
		if ($number % 3 == 0)
		{
			abort_it($set);
			switched_off('0|0|0', "$name: after abort_job() none");
		}
		comes_to_its_end($set, $keys, $name);
	}
}

# While the step stands there: nothing keeps eve from giving her schema another name.
{
	my $set = pair();
	order($node, 'rebuild.referring', 'client', 'wait');
	my $out = '';
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', "CALL partman.set_modulus('lair.$set', 4)" ], '<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(10 * $PostgreSQL::Test::Utils::timeout_default));
	ok(wait_until_fired($node), 'the step is reached');
	as($node, 'eve', filled_in($changes{'its schema renamed, with another in its place'}[1], $set));
	go($node);
	$run->finish;
	comes_to_its_end($set, 1, 'its schema renamed in the middle of the step');
}

#
# Rights that are taken away
#
foreach my $point (qw(rebuild.referring rebuild.validated rebuild.locked))
{
	my $set = pair();
	stop_at($set, $point);
	as($node, 'eve', filled_in('REVOKE REFERENCES ON <schema>.thing FROM mallory', $set));
	like(call($set, $_), qr/ERROR:  0A000: .*\n.*may not refer any more/, "REFERENCES revoked before $point: refused to $_") foreach qw(postgres member mallory);
	my $there = $point eq 'rebuild.referring' ? 0 : 4;
	switched_off("$there|$there|0", "REFERENCES revoked before $point: nothing else is switched off");
	abort_it($set);
	switched_off('0|0|0', "REFERENCES revoked before $point: after abort_job() nothing");
	as($node, 'eve', filled_in('GRANT REFERENCES ON <schema>.thing TO mallory', $set));
	comes_to_its_end($set, 1, 'REFERENCES granted again');
}

#
# Another search path than ours
#
as($node, 'mallory', slurp_file("$FindBin::RealBin/lib/shadows.sql"));
foreach my $role (qw(postgres member))
{
	my $set = pair();
	is(attack($node, 'postgres', $role, "'shadow, pg_catalog, partman'", [ "shadowed.$role", "CALL partman.set_modulus('lair.$set', 4)" ])->{"shadowed.$role"}, '00000', "with a search path of mallory's it is called by $role");
	comes_to_its_end($set, 1, "with a search path of mallory's");
}

# In their own sessions they are who they are; the calls are those of others.
my %seen;
$seen{"$_->[1] as $_->[2], called by $_->[3]" . ($_->[4] ne '' ? ", and could: $_->[4]" : '')} = 1 foreach grep { $_->[2] !~ /^(mallory|eve)$/ || $_->[4] ne '' && $_->[2] eq 'mallory' } witnesses($node, $offset);
is(join("\n", sort keys %seen), '', 'nobody else has run their code, nor have they got anything by it');
cmp_ok(scalar(witnesses($node, $offset)), '>', 0, 'which tells when it is run');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_roles WHERE rolsuper}), '1', 'there is no other superuser');
is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT r.rolname, ',') FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE relnamespace = 'lair'::regnamespace}), 'mallory', 'all that was made belongs to mallory');

$node->stop;
done_testing();
