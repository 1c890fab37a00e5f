# Partitions of a set that refers to other tables are replaced beside those who use all of them: nobody's statement fails
# that would not have failed anyway, the new partitions have the foreign keys of the set as if they had been made as
# partitions, and no row is looked at with anything locked.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server strike);
use PostgreSQL::Test::Utils;
use Strata qw(said_by started_by);
use Test::More;

my $node = fault_server('rebuild_references', "fsync = off\nautovacuum = off\npg_strata.lock_timeout = 500\n");

sub sql { my ($sql) = @_; return $node->safe_psql('postgres', $sql); }

sub said { my ($sql) = @_; return said_by($node, $sql); }

sub start
{
	my ($sql, $isolation) = @_;
	return started_by($node, $sql, "default_transaction_isolation = '" . ($isolation // 'read committed') . q{'});
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
	is(sql(qq{SELECT count(*), count(*) FILTER (WHERE pg_get_expr(relpartbound, oid) LIKE '%(modulus $modulus,%') FROM pg_class JOIN pg_inherits ON oid = inhrelid WHERE inhparent = 'public.$table'::regclass}),
		"$modulus|$modulus", "$table: $modulus partitions");
	return;
}

sub in_order { my ($table, $name) = @_; return is(sql("SELECT troubles('$table')"), '', "$table: $name"); }

sql(<<'SQL');
CREATE TABLE region (id int PRIMARY KEY);
CREATE SCHEMA "Other ""one";
CREATE TABLE "Other ""one"."custo mer" (id int, code int, PRIMARY KEY (id, code));
CREATE TABLE agent (id int PRIMARY KEY);
CREATE TABLE shop (id int PRIMARY KEY);
CREATE VIEW customer AS SELECT * FROM "Other ""one"."custo mer";
INSERT INTO region SELECT n FROM generate_series(1, 100) n;
INSERT INTO customer SELECT n, n FROM generate_series(1, 100) n;
INSERT INTO agent SELECT n FROM generate_series(0, 100) n;
INSERT INTO shop SELECT n FROM generate_series(1, 100) n;
CREATE TABLE stop ();
CREATE TABLE rounds (who text, number bigint);
-- Foreign keys and their triggers, as the catalog has them, but for oids and names of triggers.  An attached one says NO
-- INHERIT, of which nothing follows.
CREATE FUNCTION looks(leaf regclass) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws('/', k.conname, to_jsonb(k) - '{oid,conrelid,conparentid,conindid,connoinherit}'::text[], p.conname, p.conrelid = i.inhparent,
        (SELECT string_agg(concat_ws(' ', t.tgrelid = leaf, t.tgfoid::regproc, t.tgtype, t.tgenabled, t.tgisinternal, t.tgdeferrable, t.tginitdeferred, t.tgconstrrelid::regclass, u.tgfoid::regproc, u.tgrelid = i.inhparent, u.tgconstraint = p.oid),
                ',' ORDER BY t.tgfoid::regproc::text)
           FROM pg_trigger t LEFT JOIN pg_trigger u ON u.oid = t.tgparentid WHERE t.tgconstraint = k.oid)), E'\n' ORDER BY k.conkey)
      FROM pg_inherits i JOIN pg_constraint k ON k.conrelid = i.inhrelid AND k.contype = 'f' LEFT JOIN pg_constraint p ON p.oid = k.conparentid WHERE i.inhrelid = leaf
$$;
-- Nothing, where all is well: each partition looks as one of the table `model`, all rows refer to something, nothing is left.
CREATE FUNCTION troubles(top regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE lost bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s s WHERE (region IS NOT NULL AND NOT EXISTS (SELECT FROM region r WHERE r.id = s.region))'
                   ' OR (customer IS NOT NULL AND NOT EXISTS (SELECT FROM customer c WHERE (c.id, c.code) = (s.customer, s.code)))'
                   ' OR (agent IS NOT NULL AND NOT EXISTS (SELECT FROM agent a WHERE a.id = s.agent))'
                   ' OR (shop IS NOT NULL AND NOT EXISTS (SELECT FROM shop h WHERE h.id = s.shop))', top) INTO lost;
    RETURN concat_ws(', ', nullif(lost, 0) || ' rows refer to nothing',
        (SELECT string_agg(inhrelid::regclass || ' is not as it should be: ' || replace(looks(inhrelid), top::text || '_', 'model_'), ', ') FROM pg_inherits
          WHERE inhparent = top AND replace(looks(inhrelid), top::text || '_', 'model_') IS DISTINCT FROM looks('model_p0')),
        (SELECT 'actions for ' || string_agg(k.conrelid::regclass::text, ', ') FROM pg_trigger t JOIN pg_constraint k ON k.oid = t.tgconstraint AND k.confrelid = t.tgrelid WHERE k.conrelid NOT IN (SELECT partrelid FROM pg_partitioned_table)),
        (SELECT 'a trigger that is switched off: ' || string_agg(tgname, ', ') FROM pg_trigger WHERE tgenabled <> 'O' AND tgname LIKE 'RI%'),
        (SELECT 'foreign keys of ' || string_agg(conrelid::regclass::text, ', ') FROM pg_constraint WHERE contype = 'f' AND conrelid NOT IN (SELECT partrelid FROM pg_partitioned_table UNION SELECT inhrelid FROM pg_inherits)),
        (SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relispartition AND relname NOT IN ('region', 'agent', 'shop', 'stop', 'rounds')),
        (SELECT 'under way' FROM partman.rebuild LIMIT 1));
END $$;
CREATE FUNCTION make_set(name text, bound text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (id bigint PRIMARY KEY, v bigint NOT NULL, region int DEFAULT 1 REFERENCES region ON UPDATE CASCADE, customer int DEFAULT 1, code int DEFAULT 1, agent int DEFAULT 0 REFERENCES agent ON DELETE SET NULL ON UPDATE SET DEFAULT,'
                   ' shop int DEFAULT 1 REFERENCES shop DEFERRABLE INITIALLY DEFERRED, pad text, CONSTRAINT "of a ""customer" FOREIGN KEY (customer, code) REFERENCES "Other ""one"."custo mer" MATCH FULL ON DELETE CASCADE) PARTITION BY %s (id)', name, bound);
    EXECUTE format('CREATE INDEX ON %1$I (region); CREATE INDEX ON %1$I (customer); CREATE INDEX ON %1$I (agent)', name);
END $$;
SELECT make_set('model', 'HASH'), make_set('sales', 'HASH'), make_set('small', 'HASH'), make_set('late', 'RANGE');
CREATE TABLE model_p0 PARTITION OF model FOR VALUES WITH (modulus 1, remainder 0);
SELECT partman.create_parent('public.' || name, 'id', p_type => 'hash', p_modulus => 4) FROM unnest('{sales,small}'::text[]) name;
INSERT INTO sales SELECT n, 1, 1 + n % 100, 1 + n % 100, 1 + n % 100, 1 + n % 100, 1 + n % 100, repeat('x', 100) FROM generate_series(1, 5000) n;
INSERT INTO small SELECT n, 1, 1 + n % 100, 1 + n % 100, 1 + n % 100, 1 + n % 100, 1 + n % 100 FROM generate_series(1, 2000) n;
-- Between two rounds each of them leaves the tables alone for a moment, as nearly everybody does.
-- A customer comes with sales, and takes them along when he goes.
CREATE PROCEDURE cascade_deletes(pause float) LANGUAGE plpgsql AS $$
DECLARE done int := 0;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        INSERT INTO customer VALUES (1000000, done);
        INSERT INTO sales SELECT 1000000 + n, 0, 1, 1000000, done FROM generate_series(1, 3) n;
        COMMIT;
        DELETE FROM customer WHERE id = 1000000;
        COMMIT;
        done := done + 1;
        PERFORM pg_sleep(pause);
        COMMIT;
    END LOOP;
    INSERT INTO rounds VALUES ('cascade_deletes', done);
END $$;
-- A region gets another number, and its sales with it.
CREATE PROCEDURE cascade_updates(pause float) LANGUAGE plpgsql AS $$
DECLARE done int := 0; one int;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        one := 2 + done % 99;
        UPDATE region SET id = id + 5000 WHERE id = one;
        COMMIT;
        UPDATE region SET id = id - 5000 WHERE id = one + 5000;
        COMMIT;
        done := done + 1;
        PERFORM pg_sleep(pause);
        COMMIT;
    END LOOP;
    INSERT INTO rounds VALUES ('cascade_updates', done);
END $$;
-- Agents leave, and new ones take over; or get another number and lose their sales to agent 0.
CREATE PROCEDURE sets(pause float) LANGUAGE plpgsql AS $$
DECLARE done int := 0; one int; n bigint;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        one := 1 + done % 100;
        DELETE FROM agent WHERE id = one;
        COMMIT;
        INSERT INTO agent VALUES (one);
        UPDATE sales SET agent = one WHERE agent IS NULL;
        COMMIT;
        UPDATE agent SET id = id + 5000 WHERE id = one;
        SELECT count(*) INTO n FROM sales WHERE agent = 0 AND id <= 5000;
        IF n <> 50 THEN
            RAISE 'agent % has left % sales to agent 0', one, n;
        END IF;
        COMMIT;
        UPDATE agent SET id = id - 5000 WHERE id = one + 5000;
        UPDATE sales SET agent = one WHERE agent = 0 AND id <= 5000;
        COMMIT;
        done := done + 1;
        PERFORM pg_sleep(pause);
        COMMIT;
    END LOOP;
    INSERT INTO rounds VALUES ('sets', done);
END $$;
-- A region can go when its sales have gone, in an earlier transaction or by the same statement, and not before.  A shop may
-- come after its sales, and go before them, until the transaction ends.
CREATE PROCEDURE no_action(pause float) LANGUAGE plpgsql AS $$
DECLARE done int := 0; one int;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        one := 10000 + done % 1000;
        INSERT INTO region VALUES (one), (one + 1000);
        INSERT INTO sales (id, v, region) VALUES (2000000, 0, one), (2000001, 0, one + 1000);
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
            INSERT INTO sales (id, v, region) VALUES (2000002, 0, one);
            RAISE 'a sale in region %, which is none', one;
        EXCEPTION WHEN foreign_key_violation THEN
            NULL;
        END;
        COMMIT;
        INSERT INTO sales (id, v, shop) VALUES (2000003, 0, one);
        UPDATE sales SET v = 0 WHERE id = 2000003;
        INSERT INTO shop VALUES (one);
        COMMIT;
        DELETE FROM shop WHERE id = one;
        DELETE FROM sales WHERE id = 2000003;
        COMMIT;
        BEGIN
            INSERT INTO sales (id, v, shop) VALUES (2000004, 0, one);
            SET CONSTRAINTS ALL IMMEDIATE;
            RAISE 'a sale in shop %, which is none', one;
        EXCEPTION WHEN foreign_key_violation THEN
            NULL;
        END;
        COMMIT;
        done := done + 1;
        PERFORM pg_sleep(pause);
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
in_order($_, 'to begin with') foreach qw(sales small);

#
# Beside those who use all of the tables
#
my @others = ((map { start("CALL $_(0.05)") } qw(cascade_deletes cascade_updates sets no_action)), start('CALL watch()'), start('CALL watch()', 'repeatable read'));
reaches($_, 'sales') foreach 8, 6;
sql('INSERT INTO stop DEFAULT VALUES');
foreach my $session (@others)
{
	$session->{handle}->finish;
	is(${ $session->{out} }, '', 'nobody has seen anything of it');
}
is(sql(q{SELECT count(*) FROM rounds WHERE number > 0}), 6, 'though everybody was at work');
in_order('sales', 'the foreign keys are as they would be without it');
is(sql(q{SELECT count(*) || ' ' || sum(v) FROM sales}), '5000 5000', 'all rows are there');
foreach my $partition (split /\n/, sql(q{SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'sales'::regclass}))
{
	# By the root's condition or, where the row is not for it, by the partition's.
	like(said("UPDATE $partition SET region = -1"), qr/23503: .*sales_region_fkey/, "$partition: refers to what is there");
	like(said("DELETE FROM region WHERE id IN (SELECT region FROM $partition)"), qr/23503: .*sales_region_fkey/, "$partition: which has to stay");
}

#
# The server has checked the rows before the swap, which looks at none.
#
strike($node, 'rebuild.locked', 'error', q{CALL partman.set_modulus('public.sales', 4)});
is(sql(q{SELECT count(*) FROM pg_constraint JOIN partman.rebuild ON conrelid = ANY (piece_oids) WHERE contype = 'f' AND convalidated}), 16, 'the new tables have valid foreign keys before they are partitions');
is(sql(q{SELECT count(*), count(*) FILTER (WHERE k.conrelid = ANY (r.piece_oids) AND k.confrelid = t.tgrelid AND t.tgisinternal) FROM pg_trigger t LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint, partman.rebuild r WHERE t.tgenabled = 'D'}), '32|32', 'whose actions are switched off, and no other trigger');
my $out = said(q{SET client_min_messages = debug1; CALL partman.set_modulus('public.sales', 4)});
like($out, qr/partition constraint for table "sales_p0" is implied/, 'the server says what it does');
unlike($out, qr/validating foreign key constraint/, 'no row is checked in the swap');
unlike($out, qr/ERROR/, 'which succeeds');
in_order('sales', 'and nothing is missing');

#
# Ended by a crash at each step, with everybody going on for as long as nobody goes on with it
#
sql('TRUNCATE sales');
my $modulus = 4;
foreach my $point ('rebuild.filled', 'rebuild.mirrored', 'rebuild.referring', 'rebuild.validated', 'rebuild.locked', 'rebuild.swapped')
{
	$modulus = 12 - $modulus;
	strike($node, $point, 'kill', "CALL partman.set_modulus('public.small', $modulus)");
	is(said(q{UPDATE region SET id = 7000 WHERE id = 7; DELETE FROM customer WHERE id = 50; INSERT INTO region VALUES (7) ON CONFLICT DO NOTHING; DELETE FROM agent WHERE id = 20;
		WITH gone AS (DELETE FROM small WHERE region = 33) DELETE FROM region WHERE id = 33; DELETE FROM small WHERE shop = 70; DELETE FROM shop WHERE id = 70}), "\n", "$point: nothing fails");
	is(sql(q{SELECT count(*) FROM small WHERE customer = 50 OR region IN (7, 33) OR agent = 20 OR shop = 70}), 0, "$point: rows follow what they refer to");
	like(said('DELETE FROM region WHERE id = 8'), qr/23503: .*small/, "$point: what is referred to stays");
	like(said('INSERT INTO small (id, v, region) VALUES (-1, 1, -1)'), qr/23503: /, "$point: no row refers to nothing");
	reaches($modulus, 'small');
	in_order('small', "$point: and then everything is in order");
	sql(q{INSERT INTO customer VALUES (50, 50); INSERT INTO region VALUES (33); INSERT INTO agent VALUES (20); INSERT INTO shop VALUES (70);
		UPDATE region SET id = 7001 WHERE id = 7; UPDATE region SET id = 7 WHERE id = 7000; INSERT INTO small SELECT n, 1, 1 + n % 100, 50, 50, 20, 70 FROM generate_series(1, 2000) n ON CONFLICT DO NOTHING; DELETE FROM region WHERE id = 7001});
}
is(sql('SELECT count(*) FROM small'), 2000, 'all rows are there');

#
# What it refers to is locked for the swap, so somebody who holds on to it puts that off.
#
my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN; SELECT count(*) FROM region');
like(said(q{CALL partman.set_modulus('public.small', 2)}), qr/55P03: could not lock table "public.region"/, 'a reader of a table that is referred to is not interrupted');
like(said(q{SELECT partman.abort_job(job_id) FROM partman.jobs WHERE state = 'interrupted'}), qr/55P03: could not lock table "public.region"/, 'nor by whoever gives it up');
$holder->query_safe('COMMIT');
sql(q{SELECT partman.abort_job(job_id) FROM partman.jobs WHERE state = 'interrupted'});
in_order('small', 'what has been given up leaves nothing behind');
$holder->query_safe('BEGIN; UPDATE shop SET id = id WHERE id = 1');
like(said(q{CALL partman.set_modulus('public.small', 2)}), qr/55P03: could not lock table "public.shop"/, 'nor is a writer');
is(sql(q{SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid NOT IN (SELECT partrelid FROM pg_partitioned_table UNION SELECT inhrelid FROM pg_inherits)}), 0, 'before there are foreign keys');
$holder->query_safe('COMMIT');
$holder->quit;
reaches(2, 'small');
in_order('small', 'and then it goes on');

#
# Changes meanwhile: with the foreign keys there, it begins again, with those that are there then.
#
foreach my $change (
	'ALTER TABLE small DROP CONSTRAINT small_region_fkey; ALTER TABLE small ADD CONSTRAINT small_region_fkey FOREIGN KEY (region) REFERENCES region ON UPDATE CASCADE',
	'ALTER TABLE region ENABLE TRIGGER ALL',
	'ALTER TABLE region ALTER id TYPE bigint',
	'ALTER TABLE region ALTER id TYPE int',
	'ALTER TABLE region RENAME TO "reg ion"; ALTER TABLE "reg ion" RENAME TO region')
{
	$modulus = $modulus == 2 ? 4 : 2;
	$modulus = 4 if sql(q{SELECT modulus FROM partman.part_config WHERE parent_table = 'public.small'}) == 2;
	strike($node, 'rebuild.locked', 'error', "CALL partman.set_modulus('public.small', $modulus)");
	sql($change);
	reaches($modulus, 'small');
	in_order('small', "after: $change");
}
strike($node, 'rebuild.locked', 'error', q{CALL partman.set_modulus('public.small', 8)});
sql('CREATE TABLE gone AS TABLE shop; DROP TABLE shop CASCADE');
sql(q{SET client_min_messages = error; CALL partman.set_modulus('public.small', 8)});
is(sql(q{SELECT count(*), count(DISTINCT conname) FROM pg_constraint WHERE contype = 'f' AND conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'small'::regclass)}), '24|3', 'without a table that it referred to it has fewer');
sql('ALTER TABLE gone RENAME TO shop; ALTER TABLE shop ADD PRIMARY KEY (id); ALTER TABLE model ADD FOREIGN KEY (shop) REFERENCES shop DEFERRABLE INITIALLY DEFERRED; ALTER TABLE small ADD FOREIGN KEY (shop) REFERENCES shop DEFERRABLE INITIALLY DEFERRED;
	ALTER TABLE sales ADD FOREIGN KEY (shop) REFERENCES shop DEFERRABLE INITIALLY DEFERRED; ALTER TABLE late ADD FOREIGN KEY (shop) REFERENCES shop DEFERRABLE INITIALLY DEFERRED');

#
# Rows that refer to nothing, written past the triggers
#
sql(q{SET session_replication_role = replica; INSERT INTO small (id, v, region) VALUES (-5, 1, -5)});
like(said(q{CALL partman.set_modulus('public.small', 4)}), qr/ERROR:  23503: .*\n.*Key \(region\)=\(-5\) is not present/, 'are found');
like(said(q{CALL partman.set_modulus('public.small', 4)}), qr/ERROR:  23503: /, 'each time');
sql('DELETE FROM small WHERE id = -5');
reaches(4, 'small');
in_order('small', 'when they are gone it goes on');

#
# An owner who has not got what he refers to
#
sql(<<'SQL');
CREATE ROLE seller;
GRANT CREATE ON SCHEMA public TO seller;
CREATE SCHEMA guarded;
CREATE TABLE guarded.thing (id int PRIMARY KEY);
INSERT INTO guarded.thing SELECT generate_series(0, 9);
GRANT USAGE ON SCHEMA guarded TO seller;
GRANT SELECT, REFERENCES ON guarded.thing TO seller;
GRANT USAGE ON SCHEMA partman TO seller;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA partman TO seller;
SET ROLE seller;
CREATE TABLE sold (id int PRIMARY KEY, thing int REFERENCES guarded.thing) PARTITION BY HASH (id);
SELECT partman.create_parent('public.sold', 'id', p_type => 'hash', p_modulus => 2);
RESET ROLE;
INSERT INTO sold SELECT n, n % 10 FROM generate_series(1, 100) n;
SQL
is(said(q{SET ROLE seller; CALL partman.set_modulus('public.sold', 4)}), "\n", 'he can have another modulus');
is(sql(q{SELECT count(*) FROM pg_constraint JOIN pg_inherits ON inhrelid = conrelid WHERE inhparent = 'sold'::regclass AND contype = 'f' AND convalidated AND conparentid <> 0}), 4, 'with the foreign key');
foreach my $right ([ 'REFERENCES', 'may not refer any more' ], [ 'SELECT', 'may not read all rows' ])
{
	my ($privilege, $reason) = @$right;
	my $new = 12 - sql(q{SELECT modulus FROM partman.part_config WHERE parent_table = 'public.sold'});
	strike($node, 'rebuild.mirrored', 'error', "SET ROLE seller; CALL partman.set_modulus('public.sold', $new)");
	sql("REVOKE $privilege ON guarded.thing FROM seller");
	like(said("SET ROLE seller; CALL partman.set_modulus('public.sold', $new)"), qr/0A000: .*\n.*public.sold_p\d has foreign keys to a table .* the owner $reason/, "without $privilege: refused");
	my ($when) = split /\|/, sql(q{SELECT coalesce(max(run_id), 0) FROM partman.maintenance_run});
	said('CALL partman.run_maintenance_proc()');
	like(sql("SELECT string_agg(concat_ws(' ', message, detail), ' ') FROM partman.maintenance_history WHERE run_id > $when AND parent_table = 'public.sold'"), qr/$reason/, 'maintenance says the same');
	sql("GRANT $privilege ON guarded.thing TO seller");
	is(said("SET client_min_messages = error; SET ROLE seller; CALL partman.set_modulus('public.sold', $new)"), "\n", 'and goes on when he has it again');
}
sql('DELETE FROM partman.part_config WHERE parent_table = $$public.sold$$; DROP TABLE sold; DROP TABLE IF EXISTS template_public_sold, partman.template_public_sold');

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
in_order('late', 'and all partitions have the foreign keys');
is(sql(q{SELECT count(*) > 0 FROM partman.jobs WHERE what = 'rebuild' AND parent_table = 'public.late' AND state = 'done'}), 't', 'that was done beside those who use it');

#
# What is dropped in the middle
#
strike($node, 'rebuild.locked', 'error', q{CALL partman.set_modulus('public.small', 8)});
sql('DROP EXTENSION pg_strata');
is(sql(q{SELECT count(*) FROM pg_trigger WHERE (tgname LIKE 'RI%' AND tgenabled <> 'O') OR tgname LIKE 'pg_strata%'}), 0, 'DROP EXTENSION takes all triggers along');
is(sql(q{SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid NOT IN (SELECT partrelid FROM pg_partitioned_table UNION SELECT inhrelid FROM pg_inherits)}), 0, 'and the foreign keys');
sql('CREATE EXTENSION pg_strata');
sql(q{SELECT partman.create_parent('public.small', 'id', p_type => 'hash')});
strike($node, 'rebuild.validated', 'error', q{CALL partman.set_modulus('public.small', 8)});
sql('DROP TABLE small');
is(sql(q{SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'RI%' AND tgenabled <> 'O'}), 0, 'and so does DROP TABLE');

$node->stop;
done_testing();
