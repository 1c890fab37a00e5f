# Every column of the configuration that a tenant may write, and every text argument of every function, with strings that
# are meant to get out of quotes, to be too long, too many or too large.  None of them is run as SQL, ends in an internal
# error or in a statement that PostgreSQL cannot parse, or brings the server down.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Lair qw(furnish no_breach);
use Payload qw(arm injections oddities quoted none_injected would_inject);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('values');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "autovacuum = off\nlog_line_prefix = '%m [%p] %a '\nlog_statement = none\nlog_min_error_statement = panic\ntimezone = 'UTC'\nmax_locks_per_transaction = 64\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
furnish($node, 'postgres');
arm($node, 'postgres');
$node->safe_psql('postgres', <<'SQL', extra_params => [ '-U', 'mallory' ]);
CREATE TABLE lair.plain (at timestamptz NOT NULL, id int NOT NULL, value int) PARTITION BY RANGE (at);
SELECT partman.create_parent('lair.plain', 'at', '1 day', p_premake => 1, p_start_partition => (now() - interval '2 days')::text, p_template_table => 'false', p_constraint_cols => '{value}');
INSERT INTO lair.plain SELECT now() - n * interval '1 day', n FROM generate_series(0, 6) n;
CREATE TABLE lair.first PARTITION OF lair.plain FOR VALUES FROM ('2020-01-01') TO ('2020-01-02');
CREATE TABLE lair.listed (tag text NOT NULL, at timestamptz NOT NULL) PARTITION BY LIST (tag);
SELECT partman.create_parent('lair.listed', 'tag', p_type => 'list', p_template_table => 'false');
SELECT partman.create_sub_parent('lair.listed', 'at', '1 day', p_premake => 1, p_declarative_check => 'yes');
SELECT partman.add_list_partition('lair.listed', '{a}');
INSERT INTO partman.part_config_override (root, value, settings) VALUES ('lair.listed', 'a', '{"premake": 1}');
CREATE TABLE lair.deep (at timestamptz NOT NULL, id int NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('lair.deep', 'at', '1 day', p_premake => 1, p_template_table => 'false');
SELECT partman.create_sub_parent('lair.deep', 'id', '10', p_premake => 1, p_declarative_check => 'yes');
CREATE TABLE lair.numbers (id int NOT NULL, v int) PARTITION BY RANGE (id);
SELECT partman.create_parent('lair.numbers', 'id', '10', p_premake => 1, p_start_partition => '0', p_template_table => 'false');
INSERT INTO lair.numbers SELECT n FROM generate_series(0, 50, 5) n;
CREATE TABLE lair.items (kind text NOT NULL, id int) PARTITION BY LIST (kind);
SELECT partman.create_parent('lair.items', 'kind', p_type => 'list', p_template_table => 'false');
SELECT partman.add_list_partition('lair.items', '{a}');
CREATE TABLE lair.hashed (id int NOT NULL) PARTITION BY HASH (id);
CREATE TABLE lair.exchanged (id int PRIMARY KEY) PARTITION BY HASH (id);
SELECT partman.create_parent('lair.exchanged', 'id', p_type => 'hash', p_modulus => 2, p_template_table => 'false');
CREATE TABLE lair.fresh (at timestamptz NOT NULL, id int NOT NULL, value int) PARTITION BY RANGE (at);
CREATE TABLE lair.days (at timestamptz NOT NULL, id int NOT NULL, value int) PARTITION BY RANGE (at);
CREATE TABLE lair.days_p20260101 PARTITION OF lair.days FOR VALUES FROM ('2026-01-01') TO ('2026-01-02');
CREATE TABLE lair.source (id int, v int, at timestamptz);
CREATE INDEX clustered ON lair.source (v); CLUSTER lair.source USING clustered;
CREATE TABLE lair.copy (LIKE lair.source INCLUDING ALL);
CREATE TABLE lair.bare (at timestamptz NOT NULL, id int, v int) PARTITION BY RANGE (at);
SELECT partman.create_parent('lair.bare', 'at', '1 day', p_premake => 1, p_default_table => false, p_template_table => 'lair.source');
CREATE TABLE lair.old_config (parent_table text, control text, partition_interval text, partition_type text, premake int, automatic_maintenance text, epoch text, datetime_string text);
SQL

# What a superuser does with what mallory has written, or with mallory's argument; all of it is undone for the next one.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE public.tried (target text, id text, what text, state text, message text);
CREATE FUNCTION public.try_duties(target text, id text, duties text[]) RETURNS public.tried[] LANGUAGE plpgsql AS $$
DECLARE
	duty text;
	reports public.tried[] := '{}';
BEGIN
	FOREACH duty IN ARRAY duties LOOP
		BEGIN
			EXECUTE duty;
			reports := reports || ROW(target, id, duty, '00000', '')::public.tried;
		EXCEPTION WHEN OTHERS THEN
			reports := reports || ROW(target, id, duty, SQLSTATE, left(SQLERRM, 200))::public.tried;
		END;
	END LOOP;
	RETURN reports;
END $$;
CREATE FUNCTION public.try(target text, id text, assignment text, duties text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	reports public.tried[] := '{}';
BEGIN
	BEGIN
		IF assignment IS NOT NULL THEN
			BEGIN
				SET LOCAL ROLE mallory;
				EXECUTE assignment;
				RESET ROLE;
			EXCEPTION WHEN OTHERS THEN
				RAISE EXCEPTION USING ERRCODE = 'P0099', MESSAGE = SQLSTATE || ' ' || SQLERRM;
			END;
			reports := reports || ROW(target, id, 'write', '00000', '')::public.tried;
		END IF;
		reports := reports || public.try_duties(target, id, duties);
		RAISE EXCEPTION USING ERRCODE = 'P0098', MESSAGE = 'undo';
	EXCEPTION
		WHEN SQLSTATE 'P0098' THEN INSERT INTO public.tried SELECT * FROM unnest(reports);
		WHEN SQLSTATE 'P0099' THEN INSERT INTO public.tried VALUES (target, id, 'write', left(SQLERRM, 5), left(SQLERRM, 200));
	END;
END $$;
SQL

sub list_of
{
	return 'ARRAY[' . join(', ', map { quoted($_) } @_) . ']::text[]';
}

# Syntax errors, internal errors, and what did not end.
my $bad = q{state IN ('42601', '57014') OR state LIKE 'XX%'};

my %values = (
	integer => [ -2147483648, -1, 0, 1, 2147483647 ],
	bigint => [ -1, 0, 1, "'-9223372036854775808'", "'9223372036854775807'" ],
	oid => [ 0, 1, 1259, 4294967295 ],
	'double precision' => [ "'NaN'", "'infinity'", "'-infinity'", 0, -1, '1e-300', '1e300', 1 ],
	'timestamp with time zone' => [ "'infinity'", "'-infinity'", "'294276-12-31'", "'4713-01-01 BC'" ],
	interval => [ "'0'", "'-1 day'", "'1 microsecond'", "'178000000 years'", "'1 month -30 days'" ],
	boolean => [qw(true false NULL)],
	text => [ map { quoted($_) } injections(), oddities() ],
	jsonb => [ q{'{"retention": "1 day"}'}, map { my $text = quoted($_); map { "pg_catalog.jsonb_build_object($_)" } "'retention', $text", "'retention_schema', $text", "$text, 1" } injections(), grep { $_ ne '' } oddities() ],
	'text[]' => [ map { 'ARRAY[' . quoted($_) . ']' } injections(), (oddities())[ 0 .. 15 ] ]);

foreach my $case ([ 'part_config', 'parent_table', 'lair.plain' ], [ 'part_config', 'parent_table', 'lair.items' ], [ 'part_config_sub', 'sub_parent', 'lair.deep' ], [ 'part_config_override', 'root', 'lair.listed' ])
{
	my ($table, $key, $set) = @$case;
	my $target = "$table of $set";
	my $script = "SET client_min_messages = error; SET statement_timeout = '180s';\n";
	my $n = 0;
	foreach my $column (split /\n/, $node->safe_psql('postgres', "SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid = 'partman.$table'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"))
	{
		my ($name, $type) = split /\|/, $column;
		ok($values{$type}, "$target: there are values of $type to try for $name");
		my @duties = map { $_ =~ s/SET/$set/gr } (q{SELECT partman.run_maintenance('SET')}, q{SELECT partman.plan_maintenance('SET')}, q{SELECT partman.dump_partitioned_table_definition('SET')});
		push @duties, map { $_ =~ s/SET/$set/gr }
		  (q{SELECT partman.create_partition_time('SET', '{2019-01-01}')}, q{SELECT partman.drop_partition_time('SET', '1 day')}, q{SELECT partman.partition_data_time('SET', 2)}, q{SELECT partman.show_partitions('SET')},
			q{SELECT partman.show_partition_name('SET', '2026-01-01')}, q{SELECT partman.apply_constraints('SET')}, q{SELECT partman.reapply_privileges('SET')}, q{SELECT FROM partman.health}, q{SELECT FROM partman.partitions})
		  if $type =~ /^text/;
		foreach my $value (@{ $values{$type} })
		{
			# A hundred thousand partitions: that is allowed, and takes its time.
			next if $name eq 'set_up_from' && $value =~ /BC/;
			$n++;
			$script .= 'SELECT public.try(' . join(', ', map { quoted($_) } $target, substr("$name = $value", 0, 80) =~ s{[^\x20-\x7e]}{?}gr, "UPDATE partman.$table SET $name = $value WHERE $key = '$set'") . ', ' . list_of(@duties) . ");\n";
		}
	}
	my $offset = -s $node->logfile;
	$node->safe_psql('postgres', $script);
	is($node->safe_psql('postgres', "SELECT count(*) FROM public.tried WHERE target = '$target' AND what = 'write'"), $n, "$target: all $n values were tried");
	cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM public.tried WHERE target = '$target' AND what = 'write' AND state = '00000'"), '>', $table =~ /override/ ? 0 : 50, 'some of them are stored');
	is($node->safe_psql('postgres', "SELECT DISTINCT id, what, state, message FROM public.tried WHERE target = '$target' AND ($bad) ORDER BY 1"), '', 'none becomes a statement or an internal error, or takes for ever');
	none_injected($node, $offset, 'nor is any of them run');
	no_breach($node, $offset, 'and mallory gets nothing by it');
}

# Arguments: what a call needs for its first steps to succeed, for all functions or for one of them.
my $day = $node->safe_psql('postgres', q{SELECT relname FROM pg_class WHERE relnamespace = 'lair'::regnamespace AND relname ~ '^plain_p\d+$' ORDER BY 1 LIMIT 1});
my %argument = (
	p_parent_table => "'lair.plain'", p_top_parent => "'lair.plain'", p_control => "'at'", p_interval => "'1 day'", p_partition_times => "'{2024-01-01}'", p_partition_ids => "'{500}'", p_from => "'2021-01-01'",
	p_to => "'2021-02-01'", p_values => "'{b}'", p_value => "'a'", p_partition => "'lair.$day'", p_fingerprint => "'0123456789abcdef'", p_child_table => "'lair.$day'", p_retention => "'1 day'", p_target_table => "'lair.source'",
	p_parent_schema => "'lair'", p_parent_schemaname => "'lair'", p_parent_tablename => "'plain'", p_child_schema => "'lair'", p_child_tablename => "'$day'", p_object_name => "'x'", p_time_interval => "'1 day'", p_start_time => "'2026-01-01'",
	p_query => "'SELECT FROM lair.plain'", p_at_most => 100, p_config_table => "'lair.old_config'", p_automatic_maintenance => "'on'", p_type => "'range'", uuidv7 => "'018cc251-f400-7000-8000-000000000000'", p_suffix => "'_p1'", p_declarative_check => "'yes'");
my %sub = (p_declarative_check => "'yes'", p_control => "'id'", p_interval => "'10'", p_premake => 1);
my %argument_of = (
	create_partition => { p_parent_table => "'lair.fresh'", p_interval => "'1 day'", p_template_table => "'false'", p_premake => 1 },
	create_parent => { p_parent_table => "'lair.fresh'", p_interval => "'1 day'", p_template_table => "'false'", p_premake => 1 },
	manage => { p_parent_table => "'lair.days'", p_interval => 'NULL' },
	plan_manage => { p_parent_table => "'lair.days'", p_interval => 'NULL' },
	create_sub_partition => \%sub,
	create_sub_parent => \%sub,
	stop_sub_partition => { p_parent_table => "'lair.deep'" },
	(map { $_ => { p_parent_table => "'lair.numbers'" } } qw(create_partition_id partition_data_id partition_gap_fill undo_partition undo_partition_proc)),
	drop_partition_id => { p_parent_table => "'lair.numbers'", p_retention => 1 },
	(map { $_ => { p_parent_table => "'lair.items'" } } qw(add_list_partition retire_list_value)),
	add_default_partition => { p_parent_table => "'lair.bare'" },
	drop_default_partition => { p_drop_rows => 'true' },
	drop_partition_time => { p_retention => "'1 day'" },
	apply_cluster => { p_parent_tablename => "'source'", p_child_tablename => "'copy'" },
	inherit_template_properties => { p_parent_table => "'lair.bare'", p_child_tablename => "'copy'" },
	plan_modulus => { p_parent_table => "'lair.exchanged'", p_modulus => 8 },
	set_modulus => { p_parent_table => "'lair.exchanged'", p_modulus => 8 },
	add_hash_partition => { p_parent_table => "'lair.hashed'", p_modulus => 4, p_remainder => 0 },
	show_partition_name => { p_value => "'2026-01-01'" },
	check_epoch_type => { p_type => "'none'" },
	check_subpartition_limits => { p_type => "'time'" },
	check_health => { p_min_severity => "'critical'" },
	apply_plan => { p_atomic => 'true' });
# There is nothing yet to undo, or to apply.
my %fails = map { $_ => 1 } qw(undo_retention apply_plan);

my $script = "SET client_min_messages = error; SET statement_timeout = '180s';\n";
my ($procedures, $n, %called) = ($script, 0);
foreach my $function (
	split /\n/, $node->safe_psql('postgres', q{
	SELECT p.proname, p.prokind, p.pronargs - p.pronargdefaults, string_agg(a.name || ' ' || a.type::regtype, ',' ORDER BY a.n)
	  FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'pg_strata',
	       unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) WITH ORDINALITY AS a (name, type, n) GROUP BY p.oid, 1, 2, 3 ORDER BY 1}))
{
	my ($name, $kind, $needed, $list) = split /\|/, $function;
	my @arguments = map { [ split / /, $_, 2 ] } split /,/, $list;
	next if !grep { $_->[1] =~ /^text/ } @arguments;
	my %given = (map({ $_->[0] => $argument{ $_->[0] } } @arguments[ 0 .. $needed - 1 ]), %{ $argument_of{$name} // {} });
	$given{p_wait} = 0 if grep { $_->[0] eq 'p_wait' } @arguments;
	ok(!(grep { !defined $given{$_} } keys %given), "$name: all that it needs is known here");
	my $call = sub {
		my %all = (%given, @_);
		return ($kind eq 'p' ? 'CALL' : 'SELECT * FROM') . " partman.$name(" . join(', ', map { "$_ => $all{$_}" } sort keys %all) . ')';
	};
	$called{$name} = 1;
	$script .= "SELECT public.try('function', '$name', NULL, " . list_of($call->()) . ");\n" if $kind eq 'f';
	foreach my $argument (grep { $_->[1] =~ /^text/ } @arguments)
	{
		my @calls = map { $call->($argument->[0] => $_) } @{ $values{ $argument->[1] } };
		$n += @calls if $kind eq 'f';
		$script .= "SELECT public.try('function', " . quoted("$name.$argument->[0]") . ', NULL, ' . list_of($_) . ");\n" foreach $kind eq 'f' ? @calls : ();
		# They commit: what they do stays.
		$procedures .= join('', map { "$_;\n\\if :ERROR\n\\echo \@\@$name.$argument->[0] :SQLSTATE :LAST_ERROR_MESSAGE\n\\endif\n" } grep { length($_) < 10000 } @calls) if $kind eq 'p';
	}
}
my $offset = -s $node->logfile;
$node->safe_psql('postgres', $script);
is($node->safe_psql('postgres', "SELECT count(*) FROM public.tried WHERE target = 'function' AND id LIKE '%.%'"), $n, "all $n calls were made");
is($node->safe_psql('postgres', "SELECT id, state, message FROM public.tried WHERE target = 'function' AND id NOT LIKE '%.%' AND state <> '00000' AND id <> ALL ('{" . join(',', keys %fails) . "}') ORDER BY 1"),
	'', 'each function succeeds with ordinary arguments');
# Whoever writes a query of his own may get it wrong.
is($node->safe_psql('postgres', "SELECT DISTINCT id, what, state, message FROM public.tried WHERE target = 'function' AND id !~ '[.]p_query\$' AND ($bad) ORDER BY 1"), '', 'no argument becomes a statement or an internal error');
my (undef, $out, $err) = $node->psql('postgres', $procedures, on_error_stop => 0);
cmp_ok(scalar(() = $out =~ /^\@\@/mg), '>', 100, 'procedures refuse what they are called with');
is(join("\n", grep { /^\@\@\S+ (42601|57014|XX)/ } split /\n/, $out), '', 'none of it becomes a statement or an internal error');
none_injected($node, $offset, 'and none of it was run');
no_breach($node, $offset, 'mallory got nothing');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_roles WHERE rolsuper}), '1', 'there is no other superuser');

# Bytes that are no characters.
foreach my $value (q{E'\000'}, q{E'\xff'}, q{E'\xc3\x28'})
{
	my ($result, undef, $complaint) = $node->psql('postgres', "UPDATE partman.part_config SET retention_schema = $value", extra_params => [ '-U', 'mallory' ]);
	like($complaint, qr/invalid byte sequence/, "$value is refused by the server");
}

would_inject($node, 'postgres');

$node->stop;
done_testing();
