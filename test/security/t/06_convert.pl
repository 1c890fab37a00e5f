# Partitions of sets of mallory's become sets of their own, beside those who use them: begun, gone on with and ended by a
# superuser, a member of his role, the worker or himself.  His code runs as nobody but himself, and nothing that he or
# somebody else does to the tables that are made apart, whose names they can see, gives anybody a right or a row that the set
# does not give him, takes a row away or brings the server down.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server strike);
use Lair qw(as attack furnish no_breach witnesses);
use Payload qw(arm injections none_injected);
use PostgreSQL::Test::Utils;
use Strata qw(wait_for);
use Test::More;

my $node = fault_server('security_convert', "log_line_prefix = '%m [%p] %a '\nfsync = off\nautovacuum = off\nmax_locks_per_transaction = 1024\npg_strata.lock_timeout = 1000\n");
furnish($node, 'postgres');
arm($node, 'postgres');
$node->safe_psql('postgres', 'GRANT CREATE ON DATABASE postgres TO mallory, eve');
as($node, 'mallory', 'GRANT USAGE, CREATE ON SCHEMA lair TO member');
my $offset = -s $node->logfile;

as($node, 'mallory', <<'SQL');
CREATE FUNCTION lair.hook(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lair.tell('hook');
	RETURN true;
END $$;
-- A set full of code, of which one partition waits to be divided by that column.
CREATE FUNCTION lair.waiting(name text, control text, kind text, modulus int DEFAULT NULL, step text DEFAULT '0') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM lair.make(name, 'id');
	EXECUTE format('DROP TRIGGER deferred ON lair.%1$I; ALTER TABLE lair.%1$I ALTER %2$I SET NOT NULL, ADD UNIQUE (id, %2$I); CREATE UNIQUE INDEX ON lair.%1$I (id, %2$I, (lair.f(''unique index'', v)))', name, control);
	PERFORM partman.create_parent('lair.' || name, 'id', '10', p_premake => 1, p_start_partition => '0', p_template_table => 'false');
	UPDATE partman.part_config SET after_create = 'lair.hook', before_detach = 'lair.hook', before_drop = 'lair.hook' WHERE parent_table = 'lair.' || name;
	EXECUTE format('INSERT INTO lair.%I (id) SELECT generate_series(0, 9)', name);
	INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_premake, sub_modulus) VALUES ('lair.' || name, control, step, kind, 1, modulus);
END $$;
CREATE FUNCTION lair.quiet(name text) RETURNS void LANGUAGE sql AS $$ UPDATE partman.part_config SET automatic_maintenance = 'off' WHERE parent_table LIKE 'lair.' || name || '%' $$;
-- Plain tables, so that all that happens to them is about what is done to them.
CREATE FUNCTION lair.plain_set(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE lair.%I (id int NOT NULL, k text COLLATE "C" NOT NULL, pad text, PRIMARY KEY (id, k)) PARTITION BY RANGE (id)', name);
	PERFORM partman.create_parent('lair.' || name, 'id', '1000', p_premake => 1, p_start_partition => '0', p_template_table => 'false');
	EXECUTE format('INSERT INTO lair.%I SELECT n, chr(97 + n %% 4), ''x'' FROM generate_series(0, 999) n', name);
	INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_premake, sub_values) VALUES ('lair.' || name, 'k', '0', 'list', 1, '{a,b,c}');
END $$;
SQL

my $maintain = 'CALL partman.run_maintenance_proc()';

sub rows { my ($set) = @_; return as($node, 'mallory', "SELECT count(*), count(DISTINCT id), sum(id) FROM lair.$set"); }
sub quiet { my ($set) = @_; return as($node, 'mallory', "SELECT lair.quiet('$set')"); }
sub is_divided
{
	my ($leaf, $name) = @_;
	return is($node->safe_psql('postgres', "SELECT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = 'lair.$leaf'::regclass) AND EXISTS (SELECT FROM partman.part_config WHERE parent_oid = 'lair.$leaf'::regclass)"), 't', "$name: it has partitions of its own");
}
# Of the one that is under way.
sub staged { return $node->safe_psql('postgres', 'SELECT r.staged_oid::regclass, r.log_oid::regclass, (SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = r.staged_oid ORDER BY inhrelid LIMIT 1) FROM partman.rebuild r'); }
# Of what is called so.
sub nothing_left
{
	my ($name, $pattern) = @_;
	return is(
		$node->safe_psql('postgres', <<"SQL"), '', "$name: nothing is left over");
SELECT concat_ws(', ', (SELECT 'under way' FROM partman.rebuild LIMIT 1), (SELECT 'a trigger' FROM pg_trigger WHERE tgname = 'pg_strata_capture' LIMIT 1),
	(SELECT 'a CHECK' FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.conname = 'pg_strata_beside' AND c.relname ~ '$pattern' LIMIT 1),
	(SELECT string_agg(oid::regclass::text, ' ') FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relname ~ '$pattern' AND relname ~ '_(new|log)\\d*\$'))
SQL
}
sub abort_it { my ($role) = @_; return $node->psql('postgres', q{SELECT partman.abort_job(job_id) FROM partman.jobs WHERE state NOT IN ('done', 'aborted')}, extra_params => [ '-U', $role ]); }

sub call
{
	my ($role, $sql) = @_;
	my (undef, $out, $said) = $node->psql('postgres', $sql // $maintain, on_error_stop => 0, extra_params => [ '-U', $role, '-v', 'VERBOSITY=verbose' ]);
	return "$out$said";
}

#
# Code of the owner, called by others
#
my %kinds = (by_hash => [ 'd', q{'hash', 2} ], by_list => [ 'm', q{'list'} ], by_range => [ 'v', q{'range', NULL, '10'} ]);
my %reached;
foreach my $victim (qw(postgres member))
{
	foreach my $kind (sort keys %kinds)
	{
		my ($control, $level) = @{ $kinds{$kind} };
		foreach my $way (qw(maintained resumed aborted))
		{
			my $set = "${kind}_${way}_$victim";
			as($node, 'mallory', "SELECT lair.waiting('$set', '$control', $level)");
			# Even from their owner.
			as($node, 'mallory', "CREATE POLICY nobody ON lair.$set AS RESTRICTIVE USING (false); ALTER TABLE lair.$set FORCE ROW LEVEL SECURITY") if $kind eq 'by_list';
			strike($node, 'rebuild.filled', 'error', "SET ROLE mallory; $maintain") if $way ne 'maintained';
			my $from = -s $node->logfile;
			my $sql = $way eq 'maintained' ? $maintain
			  : $way eq 'resumed' ? "SELECT job_id AS job FROM partman.jobs WHERE parent_table = 'lair.$set' \\gset\nCALL partman.resume_job(:job)"
			  :   "SELECT partman.abort_job(job_id) FROM partman.jobs WHERE parent_table = 'lair.$set'";
			my $states = attack($node, 'postgres', $victim, '', [ $set, $sql ]);
			is($states->{$set}, '00000', "$set: called by $victim");
			as($node, 'mallory', "ALTER TABLE lair.$set NO FORCE ROW LEVEL SECURITY");
			is_divided("${set}_p0", $set) if $way ne 'aborted';
			is(rows($set), '10|10|45', "$set: with all rows");
			quiet($set);
			nothing_left($set, '');
			$reached{"$kind $way"}{$victim}{ $_->[1] } = 1 foreach grep { $_->[0] eq $set } witnesses($node, $from);
		}
	}
}
as($node, 'mallory', q{SELECT lair.waiting('left_to_worker', 'm', 'list')});
my $from = -s $node->logfile;
$node->append_conf('postgresql.conf', 'pg_strata.worker_enabled = on');
$node->reload;
wait_for($node, 'postgres', q{SELECT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = 'lair.left_to_worker_p0'::regclass) AND NOT EXISTS (SELECT FROM partman.jobs WHERE state NOT IN ('done', 'aborted'))}, 'the worker does it');
$node->append_conf('postgresql.conf', 'pg_strata.worker_enabled = off');
$node->reload;
is(rows('left_to_worker'), '10|10|45', 'the worker: with all rows');
quiet('left_to_worker');
nothing_left('the worker', '');
$reached{'by_list maintained'}{'the worker'}{ $_->[1] } = 1 foreach grep { $_->[0] eq '' } witnesses($node, $from);
no_breach($node, $offset, 'all code ran as its owner, who got nothing from it');
foreach my $what (sort keys %reached)
{
	my $needed = $what =~ /aborted/ ? '' : 'check';
	foreach my $who (sort keys %{ $reached{$what} })
	{
		my @places = sort keys %{ $reached{$what}{$who} };
		note("$what by $who reaches " . join(', ', @places));
		is(join(', ', grep { /^trigger|policy|rule|default/ } @places), '', "$what by $who: nothing is run that there is no use for");
		ok($reached{$what}{$who}{$needed}, "$what by $who: what has to be run is") if $needed;
	}
}

#
# Names and values
#
my @names = injections();
my $values = join(', ', map { Payload::quoted($_) } @names);
foreach my $i (0 .. $#names)
{
	# The dialect has no way to write the name of a table or schema with a period.
	my ($name, $column) = map { substr($_, 0, 50) . $i } $names[$i] =~ tr/./_/r, $names[$i];
	# At the limit there is no room for what is appended.
	$name .= 'x' x (63 - length($name)) if $i % 2;
	my ($of_table, $of_column) = map { '"' . ($_ =~ s/"/""/gr) . '"' } $name, $column;
	my ($set, $text) = map { Payload::quoted($_) } "$of_table.$of_table", $column;
	my ($kind, $settings) = $i % 3 == 0 ? ('hash', "'0', 2, NULL") : ('list', "'0', NULL, ARRAY[$values]");
	as($node, 'mallory', <<"SQL");
CREATE SCHEMA $of_table;
CREATE TABLE $of_table.$of_table (id int NOT NULL, $of_column text NOT NULL, CONSTRAINT $of_column UNIQUE (id, $of_column)) PARTITION BY RANGE (id);
SELECT partman.create_parent(@{[ Payload::quoted("$name.$name") ]}, 'id', '1000', p_premake => 1, p_start_partition => '0', p_template_table => 'false');
INSERT INTO $of_table.$of_table SELECT n, v || e FROM unnest(ARRAY[$values]) WITH ORDINALITY AS u (v, n), unnest('{"",found}'::text[]) e;
INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_type, sub_premake, sub_partition_interval, sub_modulus, sub_values)
	SELECT parent_table, $text, '$kind', 1, $settings FROM partman.part_config WHERE parent_oid = $set\::regclass;
SQL
	unlike(call($i % 2 ? 'postgres' : 'member'), qr/ERROR|WARNING/, "names: a call comes to its end: " . ($name =~ s/\n/\\n/gr));
	is(as($node, 'mallory', "SELECT count(*), (SELECT count(*) FROM pg_partition_tree($set) WHERE level = 2) FROM $of_table.$of_table"), 2 * @names . '|' . ($kind eq 'hash' ? 4 : 3 * @names + 2), 'names: all rows are in partitions of partitions');
	as($node, 'mallory', "UPDATE partman.part_config SET automatic_maintenance = 'off'");
}
nothing_left('names', '');
none_injected($node, $offset, 'nothing in a name or a value is run');

#
# What mallory does to the tables between two steps
#
as($node, 'postgres', q{CREATE ROLE gang; GRANT gang TO mallory; GRANT USAGE, CREATE ON SCHEMA lair TO gang});
my %changes = (
	'the new set renamed, and another in its place' => 'ALTER TABLE <staged> RENAME TO <set>_away; CREATE TABLE <staged> (id int NOT NULL, k text COLLATE "C" NOT NULL, pad text, PRIMARY KEY (id, k)) PARTITION BY LIST (k)',
	'the new set given away' => 'ALTER TABLE <staged> OWNER TO gang',
	'a piece given away' => 'ALTER TABLE <piece> OWNER TO gang',
	'the log given away' => 'ALTER TABLE <log> OWNER TO gang',
	'a piece renamed, and another in its place' => 'ALTER TABLE <piece> RENAME TO <set>_away; CREATE TABLE <piece> (id int NOT NULL, k text COLLATE "C" NOT NULL, pad text, PRIMARY KEY (id, k))',
	'another piece attached in the place of one' => q{ALTER TABLE <staged> DETACH PARTITION <piece>; ALTER TABLE <piece> RENAME TO <set>_away; CREATE TABLE <piece> (id int NOT NULL, k text COLLATE "C" NOT NULL, pad text, PRIMARY KEY (id, k)); ALTER TABLE <piece> ENABLE ROW LEVEL SECURITY; ALTER TABLE <staged> ATTACH PARTITION <piece> FOR VALUES IN ('a')},
	'a piece taken out and put in' => q{ALTER TABLE <staged> DETACH PARTITION <piece>; ALTER TABLE <staged> ATTACH PARTITION <piece> FOR VALUES IN ('a')},
	'a piece taken out' => q{ALTER TABLE <staged> DETACH PARTITION <piece>},
	'one more piece, of his own' => q{CREATE TABLE lair.<set>_more PARTITION OF <staged> FOR VALUES IN ('more'); INSERT INTO lair.<set>_more SELECT 500, 'more', 'mine' WHERE false},
	'one more piece, of his gang' => q{CREATE TABLE lair.<set>_more (id int NOT NULL, k text COLLATE "C" NOT NULL, pad text); INSERT INTO lair.<set>_more VALUES (5000, 'more', 'mine'); ALTER TABLE <staged> ATTACH PARTITION lair.<set>_more FOR VALUES IN ('more'); ALTER TABLE lair.<set>_more OWNER TO gang},
	'the log dropped' => 'DROP TABLE <log>',
	'the log is something else' => 'DROP TABLE <log>; CREATE VIEW <log> AS SELECT lair.f(\'view\', 1)',
	'the log hidden from him' => 'ALTER TABLE <log> FORCE ROW LEVEL SECURITY; CREATE POLICY p ON <log> USING (lair.f(\'policy of the log\', 1) = 2)',
	'the new set dropped' => 'DROP TABLE <staged>',
	'pieces emptied' => 'TRUNCATE <staged>',
	'rows of his own in a piece' => q{INSERT INTO <piece> VALUES (7777, 'a', 'mine')},
	'row-level security switched off' => 'ALTER TABLE <staged> DISABLE ROW LEVEL SECURITY; ALTER TABLE <piece> DISABLE ROW LEVEL SECURITY; ALTER TABLE <log> DISABLE ROW LEVEL SECURITY',
	'triggers' => q{CREATE TRIGGER own BEFORE INSERT OR DELETE ON <piece> FOR EACH ROW EXECUTE FUNCTION lair.fire(); ALTER TABLE <piece> ENABLE ALWAYS TRIGGER own; CREATE TRIGGER own AFTER INSERT OR DELETE ON <log> FOR EACH ROW EXECUTE FUNCTION lair.fire()},
	'rules' => q{CREATE RULE own AS ON INSERT TO <piece> DO INSTEAD NOTHING; CREATE RULE own AS ON INSERT TO <log> DO ALSO SELECT lair.f('rule', 1)},
	'policies' => q{CREATE POLICY own ON <piece> USING (lair.f('policy', 1) = 2); ALTER TABLE <piece> FORCE ROW LEVEL SECURITY; GRANT ALL ON <piece>, <staged>, <log> TO PUBLIC},
	'an inherited decoy of our CHECK' => q{ALTER TABLE lair.<set> ADD CONSTRAINT pg_strata_beside CHECK (lair.f('decoy', id) > -1)},
	'a decoy of our CHECK' => q{ALTER TABLE lair.<set>_default ADD CONSTRAINT pg_strata_beside CHECK (lair.f('decoy', id) > -1) NOT VALID},
	'an index that depends on the extension' => q{CREATE INDEX <set>_decoy ON lair.<set> (pad); ALTER INDEX lair.<set>_decoy DEPENDS ON EXTENSION pg_strata},
	'columns of the new set renamed' => 'ALTER TABLE <staged> RENAME k TO tmp; ALTER TABLE <staged> RENAME id TO k; ALTER TABLE <staged> RENAME tmp TO id',
	'columns renamed but in the last piece' => q{DO $do$ DECLARE last regclass := (SELECT inhrelid FROM pg_inherits WHERE inhparent = '<staged>'::regclass ORDER BY inhrelid DESC LIMIT 1);
		BEGIN EXECUTE format('ALTER TABLE <staged> DETACH PARTITION %s', last); ALTER TABLE <staged> RENAME k TO tmp; ALTER TABLE <staged> RENAME id TO k; ALTER TABLE <staged> RENAME tmp TO id; END $do$},
	'columns renamed in a piece alone' => q{ALTER TABLE <staged> DETACH PARTITION <piece>; ALTER TABLE <piece> RENAME k TO tmp; ALTER TABLE <piece> RENAME id TO k; ALTER TABLE <piece> RENAME tmp TO id; CREATE UNIQUE INDEX ON <piece> (id, k)},
	'the old partition taken out, its columns renamed' => q{ALTER TABLE lair.<set> DETACH PARTITION lair.<set>_p0; ALTER TABLE lair.<set>_p0 RENAME k TO tmp; ALTER TABLE lair.<set>_p0 RENAME id TO k; ALTER TABLE lair.<set>_p0 RENAME tmp TO id},
	'another column for the level' => q{UPDATE partman.part_config_sub SET sub_control = 'pad' WHERE sub_parent = 'lair.<set>'},
	'another kind of level' => q{UPDATE partman.part_config_sub SET sub_partition_type = 'range', sub_control = 'id', sub_partition_interval = '100' WHERE sub_parent = 'lair.<set>'},
	"a template of eve's for the level" => q{UPDATE partman.part_config_sub SET sub_template_table = 'eves.template' WHERE sub_parent = 'lair.<set>'},
	'another level' => q{DELETE FROM partman.part_config_sub WHERE sub_parent = 'lair.<set>'; INSERT INTO partman.part_config_sub (sub_parent, sub_control, sub_partition_interval, sub_partition_type, sub_premake) VALUES ('lair.<set>', 'id', '100', 'range', 1)},
	'a query for values of the level' => q{UPDATE partman.part_config_sub SET sub_value_query = 'SELECT lair.f(''value query'', ''x''::text)' WHERE sub_parent = 'lair.<set>'},
	'the schema out of his reach' => q{REVOKE USAGE, CREATE ON SCHEMA lair FROM mallory, PUBLIC});
as($node, 'postgres', q{CREATE SCHEMA eves AUTHORIZATION eve});
as($node, 'eve', q{CREATE FUNCTION eves.f(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RAISE LOG E'WITNESS\teve''s\t%\t%\t\t', current_user, session_user; RETURN v; END $$; CREATE TABLE eves.template (id int, k text, pad text); CREATE INDEX ON eves.template (eves.f(pad)); GRANT USAGE ON SCHEMA eves TO PUBLIC});
my $only = $ENV{CHANGE};
my $number = 0;
foreach my $what (sort keys %changes)
{
	foreach my $point ($number % 4 ? 'rebuild.followed' : 'rebuild.filled', 'rebuild.locked')
	{
		my $set = 'set' . ++$number;
		my $name = "$what, before $point";
		as($node, 'mallory', "SELECT lair.plain_set('$set')");
		strike($node, $point, 'error', $number % 2 ? $maintain : "SET ROLE mallory; $maintain");
		my ($staged, $log, $piece) = split /\|/, staged();
		my $sql = $changes{$what} =~ s/<staged>/$staged/gr =~ s/<log>/$log/gr =~ s/<piece>/$piece/gr =~ s/<set>/$set/gr;
		# Some of these are refused.
		my (undef, undef, $refused) = $node->psql('postgres', "BEGIN;\n$sql;\nCOMMIT", on_error_stop => 0, extra_params => [ '-U', 'mallory' ]);
		note("$name: $refused") if $refused;
		# Of a set that he cannot reach he cannot change a row either.
		my $writer = $what =~ /reach/ ? 'postgres' : 'mallory';
		my $leaf = "lair.${set}_p0";
		my $swapped = $node->safe_psql('postgres', "SELECT atttypid = 'text'::regtype FROM pg_attribute WHERE attrelid = '$leaf'::regclass AND attname = 'id'") eq 't';
		my ($id, $k) = $swapped ? ('k', 'id') : ('id', 'k');
		as($node, $writer, "UPDATE $leaf SET pad = 'changed' WHERE $id < 10; UPDATE $leaf SET $k = 'zz' WHERE $id BETWEEN 10 AND 19; DELETE FROM $leaf WHERE $id BETWEEN 20 AND 29; INSERT INTO $leaf ($id, $k, pad) SELECT n, 'b', 'new' FROM generate_series(20, 24) n");
		if ($number % 5 == 0)
		{
			my (undef, undef, $said) = abort_it('postgres');
			note("$name: abort_job: $said") if $said;
		}
		my $said = '';
		for (1 .. 10)
		{
			$said = call($number % 3 ? 'postgres' : $writer eq 'mallory' ? 'member' : 'postgres');
			last if $said !~ /could not lock|old snapshots|next run/;
		}
		note("$name: $said") if $said;
		as($node, 'postgres', 'GRANT ALL ON SCHEMA lair TO mallory; GRANT USAGE ON SCHEMA lair TO PUBLIC') if $what =~ /reach/;
		if ($what =~ /old partition taken out/)
		{
			is(as($node, 'mallory', "SELECT count(*), sum($id), count(*) FILTER (WHERE pad = 'changed'), count(*) FILTER (WHERE $k = 'zz') FROM $leaf"), '995|' . (499500 - 245 + 110) . '|10|10', "$name: no row is lost or there twice");
		}
		else
		{
			is(as($node, 'mallory', "SELECT count(*), sum(id), count(*) FILTER (WHERE pad = 'changed'), count(*) FILTER (WHERE k = 'zz') FROM lair.$set WHERE pad <> 'mine'"), '995|' . (499500 - 245 + 110) . '|10|10', "$name: no row is lost or there twice");
			if ($node->safe_psql('postgres', "SELECT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = '$leaf'::regclass)") eq 't') { pass("$name: it comes to its end"); }
			else { like($said, qr/WARNING|ERROR|plain|stays/, "$name: or says why it does not"); diag("$name: $said"); }
		}
		as($node, 'postgres', q{UPDATE partman.part_config SET automatic_maintenance = 'off'});
		# What goes no further is given up.
		if ($node->safe_psql('postgres', 'SELECT EXISTS (SELECT FROM partman.rebuild)') eq 't')
		{
			my (undef, undef, $err) = abort_it('mallory');
			is($node->safe_psql('postgres', 'SELECT count(*) FROM partman.rebuild'), 0, "$name: it can be given up") or diag("$name: $said / $err");
			$node->safe_psql('postgres', 'DELETE FROM partman.rebuild');
		}
	}
}

#
# Somebody else, to whom mallory gives all that he makes, and who has no right in his set
#
as($node, 'mallory', 'ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC');
my %tries = ('reads' => 'SELECT 1/(count(*) = 0)::int FROM <table>', 'writes' => 'INSERT INTO <table> SELECT * FROM <table>', 'empties' => 'TRUNCATE <table>', 'drops' => 'DROP TABLE <table>', 'alters' => 'ALTER TABLE <table> DISABLE ROW LEVEL SECURITY');
foreach my $point (qw(rebuild.followed rebuild.locked))
{
	my $set = 'eves_prey_' . substr($point, 8);
	as($node, 'mallory', "SELECT lair.plain_set('$set'); REVOKE ALL ON lair.$set, lair.${set}_p0 FROM PUBLIC");
	strike($node, $point, 'error', $maintain);
	my ($staged, $log, $piece) = split /\|/, staged();
	my $counted = as($node, 'mallory', "SELECT count(*) FROM $staged");
	as($node, 'mallory', "UPDATE lair.$set SET pad = 'changed' WHERE id = 1");
	foreach my $table ($staged, $piece, $log)
	{
		foreach my $what (sort keys %tries)
		{
			# She may empty them, which is no row of the set's.
			next if $what eq 'empties';
			my (undef, $out, $err) = $node->psql('postgres', ($tries{$what} =~ s/<table>/$table/gr), on_error_stop => 0, extra_params => [ '-U', 'eve' ]);
			unlike($err, qr/division by zero/, "$point: eve sees no row of $table") if $what eq 'reads';
			like($err, qr/must be owner/, "$point: nor does she alter it: $what") if $what =~ /drops|alters/;
		}
	}
	# Its number she would have to guess.
	my $job = as($node, 'postgres', q{SELECT job_id FROM partman.jobs WHERE state NOT IN ('done', 'aborted')});
	like(call('eve', "CALL partman.resume_job($job)"), qr/42501/, "$point: eve does not go on with it");
	like(call('eve', "SELECT partman.abort_job($job)"), qr/42501/, "$point: nor does she end it");
	call('eve');
	call('eve', "SELECT partman.run_maintenance('lair.$set')");
	call('eve', "UPDATE partman.part_config_sub SET sub_control = 'pad'; DELETE FROM partman.part_config_sub; DELETE FROM partman.rebuild");
	is($node->safe_psql('postgres', 'SELECT count(*) FROM partman.rebuild'), 1, "$point: it is where it was");
	is(as($node, 'mallory', "SELECT count(*) FROM $staged"), $counted, "$point: with all rows");
	call('eve', "TRUNCATE $staged");
	call('eve', "TRUNCATE $log");
	my $said = '';
	for (1 .. 10) { $said = call('postgres'); last if $said !~ /could not lock|old snapshots|next run/; }
	is_divided("${set}_p0", "$point, when she has emptied them");
	is(rows($set), '1000|1000|499500', "$point: with all rows");
	nothing_left("$point, for eve", '^eves');
	is($node->safe_psql('postgres', "SELECT count(DISTINCT relacl::text) FROM pg_class WHERE relname ~ '^${set}_p0' AND relkind IN ('r', 'p') UNION ALL SELECT count(*) FROM pg_class WHERE relname ~ '^${set}_p0' AND relrowsecurity"), "1\n0", "$point: all have the rights of any new partition");
	quiet($set);
}
as($node, 'mallory', 'ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC');

#
# Settings of the caller
#
as($node, 'mallory', slurp_file("$FindBin::RealBin/lib/shadows.sql"));
foreach my $role (qw(postgres member))
{
	my $set = "shadowed_$role";
	as($node, 'mallory', "SELECT lair.plain_set('$set')");
	my $settings = $role eq 'postgres' ? "SET session_replication_role = replica; " : '';
	attack($node, 'postgres', $role, "'shadow, pg_catalog, partman'", [ $set, "${settings}SET row_security = off; SET standard_conforming_strings = off; SET transform_null_equals = on; SET default_table_access_method = 'heap'; SET lock_timeout = 0; SET DateStyle = 'German, DMY'; $maintain" ]);
	is_divided("${set}_p0", "with settings of $role\'s");
	is(rows($set), '1000|1000|499500', "with settings of $role\'s: all rows");
	quiet($set);
}

my %others;
$others{"$_->[1] as $_->[2], called by $_->[3]" . ($_->[4] ne '' ? ", and could: $_->[4]" : '')} = 1 foreach grep { $_->[2] ne 'mallory' || $_->[4] ne '' } witnesses($node, $offset);
is(join("\n", sort keys %others), '', "nobody else has run code of mallory's, nor has he run eve's");

$node->stop;
done_testing();
