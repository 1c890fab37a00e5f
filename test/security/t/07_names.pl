# Whatever has a name is called something hostile: schema, table, columns, partitions, template, constraints, indexes,
# triggers, policies, statistics, sequences, types and their labels, values, roles, publications, tablespaces, retention
# schema.  A set of such a kind goes through all of its life, by the hand of a superuser and of its owner: every step
# succeeds, rows stay what they are, statements that are printed can be run, and nothing that is part of a name is.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Encode qw(encode_utf8);
use Lair qw(furnish no_breach);
use Payload qw(arm quoted none_injected);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# NAMES_SEED tries others, and more of them.
my $seed = $ENV{NAMES_SEED} // 1;
srand($seed);

# Of characters that mean something, and others of one to four bytes.
sub random_name
{
	my @characters = (split(//, q{'"\\$;-/*%(){}[]:,&|>=!?@#^~`_ }), "\n", "\t", "\r", "\x01", 'a', 'Z', '9', "\xe4", "\x{20ac}", "\x{1f600}", "\x{200b}", "\x{301}", "\x{feff}", "\x{85}");
	my $length = 1 + int rand 70;
	return encode_utf8(join '', map { $characters[ rand @characters ] } 1 .. $length);
}
my @names = ('"; SELECT boom(); --', q{'; SELECT boom(); --}, q{"'$$\\%s%I%L{table}{YYYY}}, "new\nline\ttab;\nSELECT boom()", encode_utf8("\x{e4}" x 31), map { random_name() } 1 .. ($ENV{NAMES_SEED} ? 12 : 1));

# At most 63 bytes of whole characters, as an identifier, beginning with the letter that says what it names.
sub named
{
	my ($letter, $name) = @_;
	# The dialect has no way to write the name of a table or schema with a period.
	my $bytes = $letter . ($letter =~ /^[stmzlyjw]$/ ? '' : '.') . $name;
	$bytes = substr($bytes, 0, 63);
	$bytes =~ s/(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})$//;
	return $bytes;
}

sub identifier
{
	my ($text) = @_;
	return '"' . ($text =~ s/"/""/gr) . '"';
}

# <x> is the identifier of what the letter stands for, <'x'> the literal of it, <x:N> that of another one, <x.y> and <'x.y'> with a schema.
sub fill
{
	my ($sql, $name) = @_;
	# A name that has the name of the table in it, as in the definition that it is part of.
	my $table = join '.', map { $_ =~ /^[a-z_][a-z0-9_]*$/ ? $_ : identifier($_) } named('s', $name), named('t', $name);
	my $on = identifier(substr("a ON $table b", 0, 62) =~ s{[^\x20-\x7e]}{?}gr);
	my $one = sub {
		my ($as, @letters) = @_;
		my @parts = map { named($_, $name) } @letters;
		return $as ? quoted(join '.', @parts) : join '.', map { identifier($_) } @parts;
	};
	$sql =~ s/<(?:(ON)|('?)(\w+)(?:\.(\w+))?'?)>/defined $1 ? $on : $one->($2, grep { defined } $3, $4)/ge;
	return $sql;
}

my $node = PostgreSQL::Test::Cluster->new('names');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "autovacuum = off\nlog_line_prefix = '%m [%p] %a '\nlog_statement = none\ntimezone = 'UTC'\nfsync = off\nwal_level = logical\nallow_in_place_tablespaces = on\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
furnish($node, 'postgres');
arm($node, 'postgres');
$node->safe_psql('postgres', 'CREATE FUNCTION public.boom() RETURNS int LANGUAGE sql AS $$ SELECT lair.boom() $$');
my $offset = -s $node->logfile;

# One step by the one or the other; fails if it says anything else than it should.
sub step
{
	my ($what, $name, $role, $sql) = @_;
	my $script = ($role eq 'owner' ? fill("SET SESSION AUTHORIZATION <r>;\n", $name) : '') . "SET client_min_messages = warning;\n" . fill($sql, $name);
	my ($status, $out, $err) = $node->psql('postgres', $script);
	ok($status == 0 && $err eq '', $what) or diag("by the $role: $err");
	return $out;
}

# By the owner of a set: names of all kinds.
my $setup = <<'SQL';
CREATE TYPE <s.e> AS ENUM (<'e'>, <'f'>);
CREATE SEQUENCE <s.q>;
CREATE FUNCTION <s.f>() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE <s.o> (<i> int, CONSTRAINT <op> PRIMARY KEY (<i>));
INSERT INTO <s.o> VALUES (1);
CREATE TABLE <s.t> (<k> timestamptz NOT NULL, <i> int NOT NULL, <c> bigint DEFAULT nextval(<'sq'>::text::regclass), <d> <s.e> DEFAULT <'e'>, <g> int GENERATED ALWAYS AS (<i> + 1) STORED, <v> text COLLATE "C" DEFAULT <'v'>, <n> int CONSTRAINT <nc> CHECK (<n> > 0), CONSTRAINT <cc> CHECK (<v> <> <'no'>),
	CONSTRAINT <fc> FOREIGN KEY (<n>) REFERENCES <s.o>) PARTITION BY RANGE (<k>);
CREATE INDEX <x> ON <s.t> (<v>, lower(<v>)) WHERE <v> <> <'w'>;
CREATE STATISTICS <s.st> ON <i>, <v> FROM <s.t>;
CREATE TRIGGER <tr> BEFORE INSERT ON <s.t> FOR EACH ROW EXECUTE FUNCTION <s.f>();
CREATE TRIGGER <ON> BEFORE UPDATE OF <v> ON <s.t> FOR EACH ROW EXECUTE FUNCTION <s.f>();
CREATE POLICY <p> ON <s.t> TO <r> USING (<v> <> <'w'>) WITH CHECK (EXISTS (SELECT FROM <s.o> WHERE <s.o>.<i> > 0));
COMMENT ON TABLE <s.t> IS <'comment'>;
COMMENT ON COLUMN <s.t>.<v> IS <'comment'>;
COMMENT ON CONSTRAINT <cc> ON <s.t> IS <'comment'>;
COMMENT ON POLICY <p> ON <s.t> IS <'comment'>;
COMMENT ON TRIGGER <tr> ON <s.t> IS <'comment'>;
GRANT SELECT (<v>), INSERT (<i>) ON <s.t> TO <b> WITH GRANT OPTION;
SQL
$setup =~ s/nextval\(<'sq'>::text::regclass\)/nextval(format('%I.%I', <'s'>::text, <'q'>::text)::regclass)/;
my $template = <<'SQL';
CREATE TABLE <s.m> (LIKE <s.t>);
ALTER TABLE <s.m> ADD CONSTRAINT <mk> PRIMARY KEY (<k>, <i>);
CREATE UNIQUE INDEX <mx> ON <s.m> (<k>, <i>, <v>);
SQL
my $fill = q{INSERT INTO <s.t> (<k>, <i>, <n>) SELECT now() - n * interval '6 hours', n, 1 FROM generate_series(-16, 40) AS n};
my $sum = q{SELECT count(*), sum(<i>), sum(<g>), count(<d>), max(<v>) = <'v'> FROM <s.t>};
my $kinds = q{SELECT (SELECT count(*) FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal), (SELECT count(*) FROM pg_constraint WHERE conrelid = c.oid AND contype IN ('c', 'f')), (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid), (SELECT count(*) FROM pg_attrdef WHERE adrelid = c.oid), (SELECT count(*) FROM pg_index WHERE indrelid = c.oid),
	obj_description(c.oid, 'pg_class') = <'comment'> FROM pg_class c WHERE c.oid = format('%I.%I', <'s'>::text, <'t'>::text)::regclass};
my $has = '2|3|1|3|1|t';
my $same = '57|684|741|57|t';

my $number = 0;
foreach my $name (@names)
{
	$number++;
	note("$number, seed $seed: " . ($name =~ s/[^\x20-\x7e]/?/gr));
	$node->safe_psql('postgres', fill(<<'SQL', $name));
CREATE ROLE <r> LOGIN; CREATE ROLE <b>; CREATE ROLE <h>;
CREATE SCHEMA <s> AUTHORIZATION <r>; CREATE SCHEMA <z> AUTHORIZATION <r>; CREATE SCHEMA <y> AUTHORIZATION <h>;
CREATE TABLESPACE <ts> LOCATION ''; GRANT CREATE ON TABLESPACE <ts> TO <r>;
SQL
	step("$number: names are given", $name, 'owner', $setup);
	# By turns.
	foreach my $role ($number % 2 ? 'superuser' : 'owner')
	{
		my $id = "$number by the $role";
		step("$id: template", $name, 'owner', $template);
		step("$id: set-up", $name, $role, q{SELECT partman.create_parent(<'s.t'>, <'k'>, '1 day', p_premake => 2, p_start_partition => (now() - interval '5 days')::text, p_template_table => <'s.m'>, p_constraint_cols => ARRAY[<'v'>, <'i'>])});
		$node->safe_psql('postgres', fill("ALTER TABLE <s.t> SET TABLESPACE <ts>; CREATE PUBLICATION <u> FOR TABLE <s.t>;" . ($role eq 'owner' ? 'GRANT CREATE ON DATABASE postgres TO <r>; ALTER PUBLICATION <u> OWNER TO <r>;' : ''), $name));
		step("$id: rows", $name, 'owner', $fill);
		step("$id: maintenance", $name, $role, q{UPDATE partman.part_config SET premake = 4, optimize_constraint = 2, inherit_privileges = true WHERE parent_table = <'s.t'>; SELECT partman.run_maintenance(<'s.t'>, p_analyze => true); CALL partman.run_analyze(p_parent_table => <'s.t'>)});
		step("$id: rows of the default partition", $name, $role, q{SELECT partman.partition_data_time(<'s.t'>, 100); CALL partman.partition_data_proc(<'s.t'>, p_wait => 0)});
		is(step("$id: counting", $name, $role, $sum), $same, "$id: all rows are there");
		step("$id: properties", $name, $role, q{SELECT partman.reapply_privileges(<'s.t'>); CALL partman.reapply_constraints_proc(<'s.t'>, p_drop_constraints => true, p_apply_constraints => true); SELECT FROM partman.check_default(); SELECT partman.show_partitions(<'s.t'>), partman.partition_gap_fill(<'s.t'>);
			SELECT partman.show_partition_name(<'s.t'>, now()::text), partman.check_subpart_sameconfig(<'s.t'>), partman.list_partitions(<'s.t'>); SELECT FROM partman.health; SELECT FROM partman.partitions; SELECT FROM partman.maintenance_history});
		# What a plan shows can be run as it is.
		step("$id: a wish for more", $name, $role, q{UPDATE partman.part_config SET premake = 6, retention = '4 days', retention_schema = <'z'> WHERE parent_table = <'s.t'>});
		my $before = step("$id: partitions", $name, $role, q{SELECT count(*) FROM pg_inherits WHERE inhparent = format('%I.%I', <'s'>::text, <'t'>::text)::regclass});
		my $plan = step("$id: its plan", $name, $role, q{SELECT concat_ws(E'\n', count(*), string_agg(sql, E'\n')) FROM partman.plan_maintenance(<'s.t'>) WHERE action = 'create'});
		$plan =~ s/^(\d+)//;
		my $more = $1;
		cmp_ok($more, '>=', 2, "$id: there are some to make");
		step("$id: the plan, by hand", $name, 'owner', $plan);
		is(step("$id: partitions by hand", $name, $role, q{SELECT count(*) FROM pg_inherits WHERE inhparent = format('%I.%I', <'s'>::text, <'t'>::text)::regclass}) - $before, $more, "$id: it has made what it said");
		step("$id: to the retention schema", $name, $role, q{SELECT partman.run_maintenance(<'s.t'>)});
		cmp_ok(step("$id: what is there", $name, $role, q{SELECT count(*) FROM pg_class WHERE relnamespace = quote_ident(<'z'>)::regnamespace AND relkind = 'r'}), '>', 3, "$id: partitions are there");
		step("$id: back again", $name, $role, q{SELECT partman.undo_retention(<'z'> || '.' || relname) FROM pg_class WHERE relnamespace = quote_ident(<'z'>)::regnamespace AND relkind = 'r'});
		is(step("$id: counting again", $name, $role, $sum), $same, "$id: all rows are there again");
		step("$id: without a table", $name, $role, q{UPDATE partman.part_config SET retention = NULL, retention_schema = NULL WHERE parent_table = <'s.t'>; SELECT partman.drop_constraints(<'s.t'>, partition_schemaname || '.' || partition_tablename) FROM partman.show_partitions(<'s.t'>) LIMIT 1});
		# Its definition, run by somebody who has it only as a text.
		my $definition = step("$id: definition", $name, $role, q{SELECT partman.dump_partitioned_table_definition(<'s.t'>)});
		my $config = q{SELECT to_jsonb(c) - '{maintenance_last_run,seen_at,set_up_from,anchor,parent_oid,maintenance_role}'::text[] FROM partman.part_config c WHERE parent_table = <'s.t'>};
		my $was = step("$id: configuration", $name, $role, $config);
		step("$id: a table", $name, 'owner', q{CREATE TABLE <s.l> (LIKE <s.t>)});
		step("$id: to one table", $name, $role, q{SELECT partman.undo_partition(<'s.t'>, <'s.l'>, 1000, p_keep_table => false, p_ignored_columns => ARRAY[<'g'>])});
		is(step("$id: counting there", $name, $role, $sum =~ s/<s\.t>/<s.l>/r), '57|684||57|t', "$id: rows are in one table");
		is(step("$id: what it has", $name, $role, $kinds =~ s/<'t'>/<'l'>/r), $has, "$id: it has got what the set had");
		step("$id: template again", $name, 'owner', $template);
		step("$id: the definition, by hand", $name, 'owner', $definition);
		is(step("$id: configuration again", $name, $role, $config), $was, "$id: it is configured as it was");
		# Partitions with partitions.  What is published cannot be moved to others.
		$node->safe_psql('postgres', fill('DROP PUBLICATION <u>', $name));
		step("$id: rows again", $name, 'owner', $fill);
		step("$id: a copy", $name, 'owner', q{CREATE TABLE <s.a> AS SELECT * FROM <s.t>});
		step("$id: sub-partitions", $name, $role, q{SELECT partman.create_sub_parent(<'s.t'>, <'i'>, '10', p_premake => 1, p_declarative_check => 'yes'); SELECT partman.run_maintenance(); CALL partman.partition_data_proc(<'s.t'>, p_wait => 0)});
		is(step("$id: counting below", $name, $role, $sum), $same, "$id: rows are all there in sub-partitions");
		cmp_ok(step("$id: sub-partitions that are there", $name, $role, q{SELECT count(*) FROM partman.part_config WHERE set_root = <'s.t'>}), '>', 5, "$id: there are such sets");
		step("$id: retirement", $name, $role, q{UPDATE partman.part_config SET retention = '3 days', retention_keep_table = false WHERE parent_table = <'s.t'>; SELECT partman.run_maintenance(<'s.t'>)});
		is(step("$id: counting the rest", $name, $role, q{SELECT count(*) FROM <s.t> WHERE <k> < date_trunc('day', now()) - interval '6 days'}), '0', "$id: old rows are gone");
		is(step("$id: counting the others", $name, $role, q{SELECT (SELECT count(*) FROM <s.t> WHERE <k> >= now() - interval '2 days') = (SELECT count(*) FROM <s.a> WHERE <k> >= now() - interval '2 days')}), 't', "$id: and no others");
		step("$id: the end", $name, $role, q{SELECT partman.config_cleanup(<'s.t'>)});
		# All of it as text, and made again from that.
		step("$id: an index of a hostile name", $name, 'owner', q{CREATE INDEX "a ON ONLY x USING y" ON <s.t> (<v>)});
		my $ddl = step("$id: statements", $name, $role, q{SELECT partman.generate_ddl(<'s.t'>, true)});
		# From 18 on the copy has the names of constraints, too, and a new table would get others.
		$node->safe_psql('postgres', fill('DROP TABLE <s.t>, <s.l>', $name));
		step("$id: the statements, by hand", $name, 'superuser', $ddl);
		is(step("$id: statements again", $name, $role, q{SELECT partman.generate_ddl(<'s.t'>, true)}), $ddl, "$id: they make what they were made from");
		# Lists: labels of a type, and texts.
		step("$id: lists", $name, 'owner', q{CREATE TABLE <s.j> (<d> <s.e>, <i> int) PARTITION BY LIST (<d>); CREATE TABLE <s.w> (<v> text COLLATE "C", <i> int) PARTITION BY LIST (<v>)});
		step("$id: sets of lists", $name, $role, q{SELECT partman.create_parent(<'s.j'>, <'d'>, p_type => 'list', p_control_not_null => false, p_template_table => 'false'), partman.create_parent(<'s.w'>, <'v'>, p_type => 'list', p_control_not_null => false, p_template_table => 'false')});
		step("$id: values", $name, 'owner', q{INSERT INTO <s.j> VALUES (<'e'>, 1), (<'f'>, 2), (NULL, 3); INSERT INTO <s.w> VALUES (<'v'>, 1), (<'a'>, 2), ('', 3), (NULL, 4), ('NULL', 5), (repeat(<'v'>, 20), 6)});
		step("$id: partitions of values", $name, $role, q{SELECT partman.run_maintenance(<'s.j'>), partman.run_maintenance(<'s.w'>); SELECT partman.add_list_partition(<'s.w'>, ARRAY[<'x'>, 'null', <'y'>])});
		is(step("$id: counting values", $name, $role, q{SELECT (SELECT concat(count(*), ' ', count(DISTINCT tableoid)) FROM <s.j>), (SELECT concat(count(*), ' ', count(DISTINCT tableoid)) FROM <s.w>)}), '3 3|6 6', "$id: each value has a partition of its own");
		my $values = step("$id: plan of values", $name, 'owner', q{UPDATE partman.part_config SET value_query = format('SELECT %L::text', <'q'>::text) WHERE parent_table = <'s.w'>; SELECT string_agg(sql, E'\n') FROM partman.plan_maintenance(<'s.w'>) WHERE action = 'create'});
		step("$id: the plan of values, by hand", $name, 'owner', $values);
		step("$id: a value is retired", $name, $role, q{SELECT partman.run_maintenance(<'s.w'>); SELECT partman.retire_list_value(<'s.w'>, <'v'>, p_keep_table => false), partman.retire_list_value(<'s.j'>, <'e'>)});
		is(step("$id: counting what is left", $name, $role, q{SELECT (SELECT sum(<i>) FROM <s.j>), (SELECT sum(<i>) FROM <s.w>)}), '5|20', "$id: it and nothing else is gone");
		step("$id: lists as definitions", $name, $role, q{SELECT partman.dump_partitioned_table_definition(<'s.w'>); SELECT partman.config_cleanup(<'s.j'>), partman.config_cleanup(<'s.w'>)});
		$node->safe_psql('postgres', fill('DROP SCHEMA <s> CASCADE; DROP SCHEMA <z> CASCADE', $name));
	}
}
none_injected($node, $offset, 'nothing that was part of a name was run');

$node->stop;
done_testing();
