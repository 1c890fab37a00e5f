# Partitions of a set that refers to other tables are replaced beside those who use all of them: nobody's statement fails
# that would not have failed anyway, the new partitions have the foreign keys of the set, and no row is looked at for that.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server strike);
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = fault_server('rebuild_references', "fsync = off\nautovacuum = off\npg_strata.lock_timeout = 500\n");

sub sql { my ($sql) = @_; return $node->safe_psql('postgres', $sql); }

sub said
{
	my ($sql) = @_;
	my ($status, $stdout, $stderr) = $node->psql('postgres', $sql, on_error_stop => 0, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
	return "$stdout\n$stderr";
}

sub start
{
	my ($sql, $isolation) = @_;
	my $out = '';
	my $handle = IPC::Run::start(
		[ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-c', "SET default_transaction_isolation = '" . ($isolation // 'read committed') . q{'}, '-c', $sql ],
		'<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(5 * $PostgreSQL::Test::Utils::timeout_default));
	return { handle => $handle, out => \$out };
}

# Put off by a lock or an old snapshot it is called again, as its hint says.
sub reaches
{
	my ($modulus, $table) = @_;
	my $out = '';
	for (1 .. 50)
	{
		$out = said("CALL partman.set_modulus('public.$table', $modulus)");
		last if $out !~ /could not lock|old snapshots/;
	}
	unlike($out, qr/ERROR|WARNING/, "$table: the call for $modulus comes to its end");
	return;
}

sql(<<'SQL');
CREATE TABLE region (id int PRIMARY KEY);
CREATE TABLE customer (id int, code int, PRIMARY KEY (id, code));
INSERT INTO region SELECT n FROM generate_series(1, 100) n;
INSERT INTO customer SELECT n, n FROM generate_series(1, 100) n;
CREATE TABLE stop ();
CREATE TABLE rounds (who text, number bigint);
-- Nothing, where all is well: each partition has the foreign keys of its set, as parts of those, valid, and all rows refer to something.
CREATE FUNCTION troubles(top regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE lost bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s s WHERE (region IS NOT NULL AND NOT EXISTS (SELECT FROM region r WHERE r.id = s.region))'
                   ' OR (customer IS NOT NULL AND NOT EXISTS (SELECT FROM customer c WHERE (c.id, c.code) = (s.customer, s.code)))', top) INTO lost;
    RETURN concat_ws(', ', nullif(lost, 0) || ' rows refer to nothing',
        (SELECT string_agg(i.inhrelid::regclass || ' lacks ' || p.conname, ', ') FROM pg_inherits i JOIN pg_constraint p ON p.conrelid = top AND p.contype = 'f'
          WHERE i.inhparent = top AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = i.inhrelid AND k.conparentid = p.oid AND k.convalidated AND k.conname = p.conname)),
        (SELECT string_agg(k.conname, ', ') FROM pg_constraint k JOIN pg_inherits i ON i.inhrelid = k.conrelid WHERE i.inhparent = top AND k.contype = 'f' AND k.conparentid = 0),
        (SELECT 'triggers of ' || string_agg(t.tgconstrrelid::regclass::text, ', ') FROM pg_trigger t WHERE t.tgrelid IN ('region'::regclass, 'customer'::regclass) AND t.tgconstrrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = top)),
        (SELECT 'under way' FROM partman.rebuild));
END $$;
CREATE FUNCTION make_set(name text, bound text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (id bigint PRIMARY KEY, v bigint NOT NULL, region int DEFAULT 1 REFERENCES region ON UPDATE CASCADE, customer int DEFAULT 1, code int DEFAULT 1, pad text,'
                   ' FOREIGN KEY (customer, code) REFERENCES customer MATCH FULL ON DELETE CASCADE) PARTITION BY %s (id)', name, bound);
    EXECUTE format('CREATE INDEX ON %I (region)', name);
    EXECUTE format('CREATE INDEX ON %I (customer)', name);
END $$;
SELECT make_set('sales', 'HASH'), make_set('small', 'HASH'), make_set('late', 'RANGE');
SELECT partman.create_parent('public.' || name, 'id', p_type => 'hash', p_modulus => 4) FROM unnest('{sales,small}'::text[]) name;
INSERT INTO sales SELECT n, 1, 1 + n % 100, 1 + n % 100, 1 + n % 100, repeat('x', 100) FROM generate_series(1, 5000) n;
INSERT INTO small SELECT n, 1, 1 + n % 100, 1 + n % 100, 1 + n % 100 FROM generate_series(1, 2000) n;
-- Between two rounds each of them leaves the tables alone for a moment, as nearly everybody does.
-- A customer comes with sales, and takes them along when he goes.
CREATE PROCEDURE cascade_deletes() LANGUAGE plpgsql AS $$
DECLARE done int := 0;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        INSERT INTO customer VALUES (1000000, done);
        INSERT INTO sales SELECT 1000000 + n, 0, 1, 1000000, done FROM generate_series(1, 3) n;
        COMMIT;
        DELETE FROM customer WHERE id = 1000000;
        COMMIT;
        done := done + 1;
        PERFORM pg_sleep(0.05);
        COMMIT;
    END LOOP;
    INSERT INTO rounds VALUES ('cascade_deletes', done);
END $$;
-- A region gets another number, and its sales with it.
CREATE PROCEDURE cascade_updates() LANGUAGE plpgsql AS $$
DECLARE done int := 0; one int;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        one := 2 + done % 99;
        UPDATE region SET id = id + 5000 WHERE id = one;
        COMMIT;
        UPDATE region SET id = id - 5000 WHERE id = one + 5000;
        COMMIT;
        done := done + 1;
        PERFORM pg_sleep(0.05);
        COMMIT;
    END LOOP;
    INSERT INTO rounds VALUES ('cascade_updates', done);
END $$;
-- A region can go when its sales have gone, in an earlier transaction or by the same statement, and not before.
CREATE PROCEDURE no_action() LANGUAGE plpgsql AS $$
DECLARE done int := 0; one int;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        one := 10000 + done % 1000;
        INSERT INTO region VALUES (one), (one + 1000);
        INSERT INTO sales VALUES (2000000, 0, one), (2000001, 0, one + 1000);
        COMMIT;
        BEGIN
            DELETE FROM region WHERE id = one;
            RAISE 'region % went though it had sales', one;
        EXCEPTION WHEN foreign_key_violation THEN
            NULL;
        END;
        COMMIT;
        DELETE FROM sales WHERE id = 2000000;
        COMMIT;
        DELETE FROM region WHERE id = one;
        WITH gone AS (DELETE FROM sales WHERE id = 2000001) DELETE FROM region WHERE id = one + 1000;
        COMMIT;
        BEGIN
            INSERT INTO sales VALUES (2000002, 0, one);
            RAISE 'a sale in region %, which is none', one;
        EXCEPTION WHEN foreign_key_violation THEN
            NULL;
        END;
        COMMIT;
        done := done + 1;
        PERFORM pg_sleep(0.05);
        COMMIT;
    END LOOP;
    INSERT INTO rounds VALUES ('no_action', done);
END $$;
CREATE PROCEDURE watch() LANGUAGE plpgsql AS $$
DECLARE done int := 0; seen text;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        COMMIT;
        FOR look IN 1 .. 2 LOOP
            SELECT sum(v) || ' ' || count(*) FILTER (WHERE id < 1000000) FROM sales INTO seen;
            IF seen <> '5000 5000' THEN
                RAISE 'saw % in look % of %', seen, look, current_setting('transaction_isolation');
            END IF;
        END LOOP;
        done := done + 1;
    END LOOP;
    COMMIT;
    INSERT INTO rounds VALUES ('watch', done);
END $$;
SQL

#
# Beside those who use all three tables
#
my @others = (start('CALL cascade_deletes()'), start('CALL cascade_updates()'), start('CALL no_action()'), start('CALL watch()'), start('CALL watch()', 'repeatable read'));
foreach my $modulus (8, 6)
{
	reaches($modulus, 'sales');
	is(sql(q{SELECT count(*) || ' ' || (SELECT count(*) FROM pg_constraint k JOIN pg_inherits h ON h.inhrelid = k.conrelid WHERE h.inhparent = 'sales'::regclass AND k.contype = 'f') FROM pg_inherits WHERE inhparent = 'sales'::regclass}),
		"$modulus " . 2 * $modulus, 'with two foreign keys for each partition');
}
sql('INSERT INTO stop DEFAULT VALUES');
foreach my $session (@others)
{
	$session->{handle}->finish;
	is(${ $session->{out} }, '', 'nobody has seen anything of it');
}
is(sql(q{SELECT count(*) FROM rounds WHERE number > 0}), 5, 'though everybody was at work');
is(sql(q{SELECT troubles('sales')}), '', 'the foreign keys are those of the table');
is(sql(q{SELECT count(*) || ' ' || sum(v) FROM sales}), '5000 5000', 'all rows are there');

#
# Without a look at the rows
#
my $out = said(q{SET client_min_messages = debug1; CALL partman.set_modulus('public.sales', 3)});
like($out, qr/partition constraint for table "sales_p0" is implied/, 'the server says what it does');
unlike($out, qr/validating foreign key constraint/, 'no row is checked in the swap');
unlike($out, qr/ERROR/, 'which succeeds');
is(sql(q{SELECT troubles('sales')}), '', 'and nothing is missing');

#
# Ended by a crash around the swap
#
my $modulus = 4;
foreach my $point ('rebuild.mirrored', 'rebuild.locked', 'rebuild.swapped')
{
	$modulus = 12 - $modulus;
	strike($node, $point, 'kill', "CALL partman.set_modulus('public.small', $modulus)");
	sql(q{UPDATE region SET id = 7000 WHERE id = 7; DELETE FROM customer WHERE id = 50; INSERT INTO region VALUES (7) ON CONFLICT DO NOTHING});
	is(sql(q{SELECT count(*) FROM small WHERE customer = 50 OR region = 7}), 0, "$point: rows follow what they refer to");
	reaches($modulus, 'small');
	is(sql(q{SELECT troubles('small')}), '', "$point: and then everything is in order");
	sql(q{INSERT INTO customer VALUES (50, 50); UPDATE region SET id = 7001 WHERE id = 7; UPDATE region SET id = 7 WHERE id = 7000; INSERT INTO small SELECT n, 1, 7, 50, 50 FROM generate_series(1, 2000) n ON CONFLICT DO NOTHING; DELETE FROM region WHERE id = 7001});
}
is(sql('SELECT count(*) FROM small'), 2000, 'all rows are there');

#
# What it refers to is locked for the swap, so somebody who holds on to it puts that off.
#
my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN; SELECT count(*) FROM region');
like(said(q{CALL partman.set_modulus('public.small', 2)}), qr/55P03: could not lock table "public.region"/, 'a reader of a table that is referred to is not interrupted');
$holder->query_safe('COMMIT');
$holder->quit;
reaches(2, 'small');
is(sql(q{SELECT troubles('small')}), '', 'and then it goes on');

# A foreign key that goes, or comes, meanwhile
strike($node, 'rebuild.locked', 'error', q{CALL partman.set_modulus('public.small', 4)});
sql('ALTER TABLE small DROP CONSTRAINT small_region_fkey; ALTER TABLE small ADD FOREIGN KEY (code, code) REFERENCES customer');
reaches(4, 'small');
is(sql(q{SELECT troubles('small')}), '', 'it begins again for other foreign keys');
is(sql(q{SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'small'::regclass)}), 8, 'and has those');

#
# A default partition that is emptied
#
sql(<<'SQL');
SELECT partman.create_parent('public.late', 'id', '5000', p_premake := 1);
INSERT INTO late (id, v, region, customer, code, pad) SELECT n, 1, 1 + n % 100, 1 + n % 100, 1 + n % 100, repeat('x', 1900) FROM generate_series(10000, 29999, 2) n;
INSERT INTO late (id, v) SELECT n, 1 FROM generate_series(0, 9999, 100) n;
SQL
$out = said('CALL partman.run_maintenance_proc()');
unlike($out, qr/ERROR|WARNING/, 'maintenance empties a large default partition');
is(sql('SELECT count(*) FROM late_default'), 0, 'which is empty then');
is(sql('SELECT count(*) || $$ $$ || sum(v) FROM late'), '10100 10100', 'all rows are there');
is(sql(q{SELECT troubles('late')}), '', 'and all partitions have the foreign keys');
is(sql(q{SELECT count(*) > 0 FROM partman.jobs WHERE what = 'rebuild' AND parent_table = 'public.late' AND state = 'done'}), 't', 'that was done beside those who use it');

$node->stop;
done_testing();
