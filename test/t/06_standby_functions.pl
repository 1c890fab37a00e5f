# Every function of the extension on a standby: what only looks works, maintenance says that there is nothing to do,
# and all the others are refused with 25006, whatever else is wrong with the call.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', "autovacuum = off\ntimezone = 'UTC'\n");
$primary->start;
$primary->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE TABLE public.events (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.events', 'at', '1 day', p_premake := 2);
UPDATE partman.part_config SET retention = '1 day', premake = 4;
CREATE TABLE public.carts (id int PRIMARY KEY) PARTITION BY HASH (id);
SELECT partman.create_parent('public.carts', 'id', p_type := 'hash', p_modulus := 2);
CREATE TABLE public.found (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.found_2026 PARTITION OF public.found FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
SQL
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);

# Volatile only because what they say changes by the moment.
my %looks = map { $_ => 1 } qw(assert_pruned check_health explain_pruning health progress worker_status);
my %maintains = map { $_ => 1 } qw(run_maintenance run_maintenance_proc);

# Those for which our table is no example.
my %needs_another = map { $_ => 1 } qw(plan_manage plan_modulus);

# A value for each argument that has no default.
my %by_name = (
	p_parent_table => q{'public.events'}, p_child_table => q{'public.events_default'}, p_control => q{'at'},
	p_interval => q{'1 day'}, p_parent_schema => q{'public'}, p_parent_tablename => q{'events'}, p_query => q{'SELECT FROM public.events'}, p_at_most => '1000', p_value => q{'2026-01-01'},
	uuidv7 => q{'019b76da-a800-7000-8000-000000000000'});
$by_name{"p_$_"} = $by_name{p_parent_table} foreach qw(top_parent table);
my %by_type = (
	'text' => q{'public.events'}, 'timestamp with time zone' => 'now()', 'timestamp with time zone[]' => 'ARRAY[now()]',
	'bigint' => '1', 'bigint[]' => 'ARRAY[1]', 'integer' => '1', 'boolean' => 'true', 'interval' => q{'1 day'},
	'oid' => q{'public.events'::regclass}, 'jsonb' => q{'{"parent_table": "public.events"}'}, 'text[]' => q{ARRAY['at']});

my @functions = map { [ split /\|/ ] } split /\n/, $primary->safe_psql('postgres', <<'SQL');
SELECT p.proname, p.prokind, p.provolatile, p.pronargs - p.pronargdefaults AS required,
       array_to_string(p.proargnames[1:p.pronargs], ','), array_to_string(ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY a(t, n) ORDER BY n), ',')
FROM pg_depend d JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'pg_strata') AND d.deptype = 'e'
  AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
ORDER BY p.proname, p.pronargs
SQL
cmp_ok(scalar @functions, '>', 25, 'the functions are found');

foreach my $function (@functions)
{
	my ($name, $kind, $volatile, $required, $names, $types) = @$function;
	my @names = split /,/, $names // '';
	my @types = split /,/, $types // '';
	my $arguments = join ', ', map { $by_name{ $names[$_] // '' } // ($by_type{ $types[$_] } // "NULL::$types[$_]") } 0 .. $required - 1;
	my $call = ($kind eq 'p' ? 'CALL' : 'SELECT * FROM') . " partman.$name($arguments)";
	my ($status, $out, $err) = $standby->psql('postgres', "\\set VERBOSITY verbose\n$call");
	if ($maintains{$name})
	{
		is($status, 0, "$call returns");
		like($err, qr/NOTICE:  .*nothing is maintained on a standby/, 'and says why it does nothing');
	}
	elsif ($volatile eq 'v' && !$looks{$name})
	{
		like($err, qr/^(\S+: )?ERROR:  25006:/m, "$call is refused");
		like($err, qr/during recovery/, 'and told why');
	}
	else
	{
		unlike($err, qr/25006|XX000/, "$call looks only");
		is($err, '', 'without complaint') unless $needs_another{$name};
	}
}

# With a table that nobody manages yet.
like($standby->safe_psql('postgres', q{SELECT * FROM partman.plan_manage('public.found')}), qr/^setting\|partition_interval\|1 year/m, 'plan_manage() tells what manage() would find');
my ($status, $out, $err) = $standby->psql('postgres', "\\set VERBOSITY verbose\nSELECT partman.manage('public.found')");
like($err, qr/ERROR:  25006/, 'which is for the primary to do');
($status, $out, $err) = $standby->psql('postgres', "\\set VERBOSITY verbose\nUPDATE partman.part_config SET premake = 5");
like($err, qr/ERROR:  25006/, 'so is the configuration');
is($standby->safe_psql('postgres', "SELECT count(*) FROM partman.plan_maintenance('public.events') WHERE action = 'create'"), '2', 'the plan is that of the primary');
is($standby->safe_psql('postgres', q{SELECT count(*) FROM partman.plan_modulus('public.carts', 4)}), '2', 'that of another modulus is shown, too');
foreach my $view (qw(partitions maintenance_history health jobs job_steps progress worker_status))
{
	is(($standby->psql('postgres', "SELECT count(*) FROM partman.$view"))[0], 0, "the view $view can be read");
}

# Promoted, it goes on.
$primary->stop;
$standby->promote;
$standby->safe_psql('postgres', q{SELECT partman.run_maintenance('public.events')});
is($standby->safe_psql('postgres', q{SELECT count(*) FROM partman.plan_maintenance('public.events')}), '0', 'after the promotion maintenance works');
$standby->stop;
done_testing();
