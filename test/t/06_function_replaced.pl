# Who owns a schema puts a function of his own in the place of one that maintenance is about to call, after a look at whose
# that was: it is not called, with the rights of the owner of the table least of all.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server order go wait_until_fired);
use IPC::Run;
use PostgreSQL::Test::Utils;
use Strata qw(wait_for);
use Test::More;

my $node = fault_server('function_replaced', "fsync = off\n");
sub ask { my ($sql) = @_; return $node->safe_psql('postgres', "SET client_min_messages = error; $sql"); }

# The functions are the keeper's, as are the tables; the schema is somebody else's.
my %functions = (
	hook => [ 'hook(regclass, regclass, text, text) RETURNS boolean', 'true' ],
	bounds => [ 'bounds(regclass, v bigint) RETURNS TABLE (lower bigint, upper bigint)', 'v / 10 * 10, v / 10 * 10 + 10' ],
	encoder => [ 'encoder(t timestamptz) RETURNS text', q{to_char(t AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS')} ],
	decoder => [ 'decoder(t text) RETURNS timestamptz', q{to_timestamp(t, 'YYYYMMDDHH24MISS')::timestamp AT TIME ZONE 'UTC'} ]);
sub honest
{
	my ($what) = @_;
	my ($head, $body) = @{ $functions{$what} };
	return "CREATE FUNCTION lair.$head LANGUAGE sql AS \$\$ SELECT $body \$\$;";
}
sub evil
{
	my ($what) = @_;
	my ($head, $body) = @{ $functions{$what} };
	return "CREATE FUNCTION lair.$head LANGUAGE sql AS \$\$ INSERT INTO public.caught VALUES (current_user) RETURNING 1; SELECT $body \$\$;";
}
ask('CREATE ROLE keeper; CREATE ROLE thief; GRANT CREATE ON SCHEMA public TO keeper; GRANT USAGE ON SCHEMA partman TO keeper; GRANT CREATE ON DATABASE postgres TO thief;'
	  . 'CREATE TABLE public.caught (who text); GRANT ALL ON public.caught TO PUBLIC; CREATE SCHEMA lair AUTHORIZATION thief; GRANT ALL ON SCHEMA lair TO keeper');
ask('SET ROLE keeper; ' . join(' ', map { honest($_) } sort keys %functions));
ask(<<'SQL');
SET ROLE keeper;
CREATE TABLE public.hooked (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.hooked', 'id', '10', p_premake := 1, p_start_partition := '0');
SELECT partman.create_partition_id('public.hooked', '{10, 20, 30}');
INSERT INTO public.hooked SELECT generate_series(0, 39);
UPDATE partman.part_config SET retention = '15', retention_keep_table = false, create_enabled = false, before_drop = 'lair.hook' WHERE parent_table = 'public.hooked';
CREATE TABLE public.bounded (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.bounded', 'id', '10', p_premake := 1, p_start_partition := '0', p_bounds_function := 'lair.bounds');
INSERT INTO public.bounded VALUES (5), (15), (25);
CREATE TABLE public.encoded (id text COLLATE "C" NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.encoded', 'id', '1 day', p_premake := 1, p_time_encoder := 'lair.encoder', p_time_decoder := 'lair.decoder');
UPDATE partman.part_config SET premake = 3 WHERE parent_table = 'public.encoded';
SQL

# The schema's owner drops it, or moves the whole schema out of the way.
my %ways = (
	'another function' => sub {
		my ($what) = @_;
		my ($name, $arguments) = $functions{$what}[0] =~ /^(\w+)\((.*?)\)/;
		return ("DROP FUNCTION lair.$name; " . evil($what), "DROP FUNCTION lair.$name");
	},
	'another schema' => sub {
		my ($what) = @_;
		return ('ALTER SCHEMA lair RENAME TO den; CREATE SCHEMA lair; GRANT USAGE ON SCHEMA lair TO PUBLIC; ' . evil($what),
			'DROP SCHEMA lair CASCADE; ALTER SCHEMA den RENAME TO lair');
	});
foreach my $case ([ 'hooked', 'hook' ], [ 'bounded', 'bounds' ], [ 'encoded', 'decoder' ])
{
	my ($table, $what) = @$case;
	foreach my $way (sort keys %ways)
	{
		my ($sql, $undo) = $ways{$way}->($what);
		my $before = ask("SELECT array_agg(inhrelid::regclass ORDER BY 1) FROM pg_inherits WHERE inhparent = 'public.$table'::regclass");
		order($node, 'call.checked', 'client', 'wait');
		my $said = '';
		my $run = IPC::Run::start([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-c', "SELECT partman.run_maintenance('public.$table')" ],
			'<', \undef, '>', \$said, '2>&1', IPC::Run::timeout(4 * $PostgreSQL::Test::Utils::timeout_default));
		ok(wait_until_fired($node), "$what, $way: about to be called");
		ask("SET ROLE thief; $sql");
		go($node);
		$run->finish;
		# Of two functions the other one may be missed first.
		like($said, qr/has changed meanwhile|function "lair.encoder" does not exist/, "$what, $way: that is noticed");
		is(ask('SELECT count(*) FROM public.caught'), '0', "$what, $way: and not called");
		is(ask("SELECT array_agg(inhrelid::regclass ORDER BY 1) FROM pg_inherits WHERE inhparent = 'public.$table'::regclass"), $before, "$what, $way: nothing is done");
		my (undef, undef, $error) = $node->psql('postgres', "SELECT partman.run_maintenance('public.$table')");
		like($error, qr/belongs to somebody else than the table|function "lair.encoder" does not exist/, "$what, $way: the next run sees whose it is");
		is(ask('SELECT count(*) FROM public.caught'), '0', "$what, $way: and does not call it either");
		ask("SET ROLE thief; $undo");
		ask('SET ROLE keeper; ' . honest($what)) if $way eq 'another function';
	}
}
# Left alone, all of them do their work.
ask('SELECT partman.run_maintenance()');
is(ask("SELECT count(*) FROM partman.part_config AS c WHERE EXISTS (SELECT FROM partman.plan_maintenance(c.parent_table))"), '0', 'and then everything is done');
is(ask('SELECT min(id) FROM public.hooked'), '20', 'the hook has let go what was due');
is(ask('SELECT count(*) FROM public.caught'), '0', 'nobody has been caught');
$node->stop;
done_testing();
