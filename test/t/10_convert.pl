# Partitions with rows become sets of their own beside those who use them: what comes out is what create_sub_parent makes of
# them at once, everybody sees every row once, and no row is looked at with anything locked.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Faults qw(fault_server strike);
use PostgreSQL::Test::Utils;
use Strata qw(said_by started_by);
use Test::More;

my $node = fault_server('convert', "fsync = off\npg_strata.lock_timeout = 500\n");
my $maintain = 'CALL partman.run_maintenance_proc()';

sub sql { my ($sql) = @_; return $node->safe_psql('postgres', $sql); }

sub said { my ($sql) = @_; return said_by($node, $sql); }

sub start
{
	my ($sql, $isolation) = @_;
	return started_by($node, $sql, "default_transaction_isolation = '" . ($isolation // 'read committed') . q{'}, q{lock_timeout = '5s'});
}

# Put off by a lock or an old snapshot it is called again, as its hint says.
sub settles
{
	my ($name) = @_;
	my ($out, $unfinished) = ('', '');
	for (1 .. 100)
	{
		$out = said($maintain);
		$unfinished = sql('SELECT count(*) FROM partman.plan_maintenance()');
		last if $out !~ /could not lock|old snapshots/ && !$unfinished;
	}
	unlike($out, qr/ERROR|WARNING/, "$name: maintenance comes to its end");
	is($unfinished, 0, "$name: and has nothing more to do");
	return;
}

sql(<<'SQL');
CREATE ROLE reader;
CREATE TABLE kind (k int PRIMARY KEY);
INSERT INTO kind SELECT generate_series(0, 9);
-- All that belongs to the tables of a set, without the schema, by which two of them can be compared.
CREATE FUNCTION parts(top regclass) RETURNS TABLE (part text) LANGUAGE sql AS $$
    WITH tables AS (SELECT t.relid, t.level, t.parentrelid, c.*, c.relnamespace::regnamespace::text AS schema FROM pg_partition_tree(top) t JOIN pg_class c ON c.oid = t.relid),
    facts AS (
        SELECT schema, concat_ws(' ', level, relname, relkind, parentrelid::regclass, pg_get_expr(relpartbound, relid), pg_get_partkeydef(relid), relrowsecurity, relforcerowsecurity,
                (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(relacl) a), relowner::regrole, reloptions, obj_description(relid, 'pg_class'), relreplident) AS fact FROM tables
        UNION ALL SELECT schema, concat_ws(' ', relname, 'index', pg_get_indexdef(indexrelid), indisvalid, indisprimary, indisreplident, (SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = indexrelid)) FROM tables JOIN pg_index ON indrelid = relid
        UNION ALL SELECT schema, concat_ws(' ', relname, 'constraint', conname, contype, pg_get_constraintdef(k.oid), convalidated, conislocal, coninhcount, (SELECT conname FROM pg_constraint a WHERE a.oid = k.conparentid)) FROM tables JOIN pg_constraint k ON conrelid = relid
        UNION ALL SELECT schema, concat_ws(' ', relname, 'column', attname, attnum, atttypid::regtype, attnotnull, attislocal, attinhcount, attidentity, attstorage, attacl, col_description(relid, attnum)) FROM tables JOIN pg_attribute ON attrelid = relid AND attnum > 0 AND NOT attisdropped
        UNION ALL SELECT schema, concat_ws(' ', relname, 'policy', polname, polcmd) FROM tables JOIN pg_policy ON polrelid = relid
        UNION ALL SELECT schema, concat_ws(' ', relname, 'trigger', tgfoid::regproc, tgtype, tgenabled, tgisinternal) FROM tables JOIN pg_trigger ON tgrelid = relid
        -- The grid may be anchored in any of its steps.
        UNION ALL SELECT schema, concat_ws(' ', relname, 'set', to_jsonb(s) - '{parent_oid,maintenance_last_run,seen_at,seen_rate,set_root,anchor}'::text[], set_root IS NOT NULL, anchor IS NOT NULL) FROM tables JOIN partman.part_config s ON parent_oid = relid
        UNION ALL SELECT schema, concat_ws(' ', relname, 'level', to_jsonb(s)) FROM tables JOIN partman.part_config_sub s ON sub_parent = format('%s.%s', schema, relname)
        UNION ALL SELECT schema, concat_ws(' ', relname, 'recorded', m.parent_oid = parentrelid, parent_table, provenance, bound, detached_at, held_since, asked_since) FROM tables JOIN partman.managed_partition m ON partition_oid = relid)
    SELECT replace(replace(fact, schema || '.', ''), schema || '_', '') FROM facts
$$;
CREATE FUNCTION rows_of(top regclass) RETURNS TABLE (fact text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT concat_ws('' '', (SELECT relname FROM pg_class WHERE oid = t.tableoid), t.*) FROM %s t', top);
END $$;
-- What one set has and its twin has not.
CREATE FUNCTION differences(name text) RETURNS TABLE (difference text) LANGUAGE sql AS $$
    (SELECT 'only plain: ' || part FROM (SELECT parts(format('plain.%I', name)) UNION ALL SELECT rows_of(format('plain.%I', name)) EXCEPT ALL (SELECT parts(format('beside.%I', name)) UNION ALL SELECT rows_of(format('beside.%I', name)))) p (part))
    UNION ALL
    (SELECT 'only beside: ' || part FROM (SELECT parts(format('beside.%I', name)) UNION ALL SELECT rows_of(format('beside.%I', name)) EXCEPT ALL (SELECT parts(format('plain.%I', name)) UNION ALL SELECT rows_of(format('plain.%I', name)))) p (part))
$$;
-- Whatever a conversion leaves behind.
CREATE FUNCTION leavings() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(', ', (SELECT 'under way' FROM partman.rebuild LIMIT 1),
        (SELECT 'a job' FROM partman.jobs WHERE state IN ('running', 'interrupted') LIMIT 1),
        (SELECT 'a trigger' FROM pg_trigger WHERE tgname LIKE 'pg_strata%' LIMIT 1),
        (SELECT 'a trigger that is switched off' FROM pg_trigger WHERE tgenabled <> 'O' AND tgname LIKE 'RI%' LIMIT 1),
        (SELECT 'a CHECK' FROM pg_constraint WHERE conname = 'pg_strata_beside' LIMIT 1),
        (SELECT 'a dependency' FROM pg_depend WHERE deptype = 'x' LIMIT 1),
        (SELECT 'a record of ' || partition_table FROM partman.managed_partition m WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = partition_oid) LIMIT 1),
        (SELECT 'a constraint of no set' FROM pg_constraint WHERE contype = 'f' AND conrelid NOT IN (SELECT partrelid FROM pg_partitioned_table UNION SELECT inhrelid FROM pg_inherits) LIMIT 1),
        (SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace::regnamespace::text IN ('public', 'plain', 'beside') AND relkind IN ('r', 'p') AND relname ~ '_(new|log|rows)' ))
$$;
CREATE FUNCTION make_set(schema text, name text, by text, control text, step text, type text, modulus int, listed text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %1$I.%2$I (id bigint, at timestamptz NOT NULL, k int NOT NULL REFERENCES kind ON DELETE CASCADE, v bigint, PRIMARY KEY (id, at, k)) PARTITION BY %3$s; CREATE INDEX ON %1$I.%2$I (v); CREATE INDEX ON %1$I.%2$I (k);'
        ' GRANT SELECT (v), INSERT ON %1$I.%2$I TO reader; GRANT DELETE ON %1$I.%2$I TO reader; COMMENT ON TABLE %1$I.%2$I IS ''ours''; COMMENT ON COLUMN %1$I.%2$I.v IS ''a value''; ALTER TABLE %1$I.%2$I ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON %1$I.%2$I FOR DELETE USING (k = 1)', schema, name, by);
    PERFORM partman.create_parent(schema || '.' || name, control, step, p_type => type, p_modulus => modulus, p_premake => 1, p_start_partition => CASE WHEN type = 'range' THEN (date_trunc('month', now()) - interval '2 months')::text END);
    UPDATE partman.part_config SET inherit_privileges = true WHERE parent_table = schema || '.' || name;
    PERFORM partman.add_list_partition(schema || '.' || name, ARRAY[v]) FROM unnest(listed) v;
    EXECUTE format('INSERT INTO %I.%I SELECT n, date_trunc(''month'', now()) - interval ''1 month'' + (n %% 50) * interval ''25 hours'', n %% 3, n FROM generate_series(1, 1500) n', schema, name);
END $$;
-- The level is there, and the partitions of this one wait as if they had been too large to be divided at once.
CREATE FUNCTION let_wait(name text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO partman.part_config_sub SELECT r.* FROM partman.part_config_sub s, jsonb_populate_record(s, replace(to_jsonb(s)::text, 'plain', 'beside')::jsonb) r WHERE s.sub_parent = 'plain.' || name
$$;
CREATE SCHEMA plain;
CREATE SCHEMA beside;
SQL

#
# One level below another, of all kinds
#
my $month = sql(q{SELECT to_char(now(), 'YYYYMM01')});
my %tops = (
	m => q{'RANGE (at)', 'at', '1 month', 'range', NULL, NULL},
	h => q{'HASH (id)', 'id', NULL, 'hash', 2, NULL},
	l => q{'LIST (k)', 'k', NULL, 'list', NULL, '{0,1,2}'});
my %levels = (
	hash => q{'id', NULL, p_type => 'hash', p_modulus => 3},
	list => q{'k', NULL, p_type => 'list', p_values => '{0,1,2}'},
	day => q{'at', '1 day', p_premake => 2},
	month => q{'at', '1 month', p_premake => 2},
	number => q{'id', '500', p_premake => 2},
	bare => q{'id', '300', p_premake => 2, p_default_table => false});
my @mixes = qw(m_hash m_list m_day m_number m_bare h_month h_list l_month l_hash);
foreach my $mix (@mixes)
{
	my ($top, $level) = split /_/, $mix;
	sql("SELECT make_set(schema, '$mix', $tops{$top}) FROM unnest('{plain,beside}'::text[]) schema;
		SELECT partman.create_sub_parent('plain.$mix', $levels{$level}, p_declarative_check => 'yes'); SELECT let_wait('$mix')");
}
# The set above is one of these itself.
sql("SELECT make_set(schema, 'deep', $tops{m}), partman.create_sub_parent(schema || '.deep', $levels{hash}, p_declarative_check => 'yes') FROM unnest('{plain,beside}'::text[]) schema;
	SELECT partman.create_sub_parent('plain.deep_p$month', $levels{list}, p_declarative_check => 'yes'); SELECT let_wait('deep_p$month')");
my $waiting = sql(q{SELECT count(*) FROM partman.plan_maintenance() WHERE action = 'convert'});
is($waiting, 4 * 5 + 2 * 2 + 2 * 3 + 3, 'all partitions but the default ones wait');
is(sql(q{SELECT count(*) FROM partman.plan_maintenance() WHERE action <> 'convert'}), 0, 'for nothing else');
settles('all kinds');
# The new sets look at their rows once.
sql($maintain);
is(sql("SELECT * FROM differences('$_') LIMIT 3"), '', "$_: it is what it would be without us") foreach @mixes, 'deep';
is(sql(q{SELECT count(*) FROM parts('beside.m_day')}) > 500, 1, 'which is a lot');
is(sql(q{SELECT leavings()}), '', 'nothing is left behind');
is(sql(q{SELECT count(*), bool_and(outcome = 'ok'), bool_and(bounds IS NOT NULL) FROM partman.maintenance_history WHERE action = 'convert'}), "$waiting|t|t", 'the history tells of each');

# What was made so is ours.
sql(q{UPDATE partman.part_config SET retention = '1 month', retention_keep_table = false WHERE parent_table IN ('beside.m_hash', 'beside.m_day', 'plain.m_hash', 'plain.m_day')});
settles('retention');
foreach my $mix (qw(m_hash m_day))
{
	is(sql(qq{SELECT count(*) FROM partman.maintenance_history WHERE action = 'drop' AND partition LIKE 'beside.${mix}_p%'}), 1, "$mix: a partition of its own is retired as any other");
	is(sql("SELECT * FROM differences('$mix') LIMIT 3"), '', "$mix: with all that is below it");
}
sql(q{DELETE FROM kind WHERE k = 2});
is(sql(qq{SELECT count(*) FROM beside.$_ WHERE k = 2}), 0, "$_: rows follow what they refer to") foreach @mixes, 'deep';
sql(q{INSERT INTO kind VALUES (2)});

#
# Beside users
#
# A row is in both its columns, so the sum tells which there are, wherever they have gone.
my $sum = q{concat_ws('|', count(*), sum(hashint8extended(id - v, 0)))};
sql(<<"SQL");
CREATE TABLE busy (id bigint, at timestamptz NOT NULL, v bigint NOT NULL, pad text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX ON busy (v);
SELECT partman.create_parent('public.busy', 'at', '1 month', p_premake => 1, p_start_partition => (date_trunc('month', now()) - interval '2 months')::text);
INSERT INTO busy SELECT n, date_trunc('month', now()) - interval '1 month' + n % 50 * interval '1 day', 0, repeat('x', CASE n % 50 / 25 WHEN 0 THEN 1900 ELSE 10 END) FROM generate_series(1, 30000) n;
CREATE TABLE stop ();
CREATE TABLE rounds (who text, number bigint);
-- Each transaction leaves number and sum what they are.  Each writer has rows of his own: a statement that waits for one
-- that somebody else takes to another partition fails in any set.
CREATE PROCEDURE churn(writer bigint) LANGUAGE plpgsql AS \$\$
DECLARE
    done bigint := 0; a bigint; first timestamptz := date_trunc('month', now()); one record;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        a := writer + 3 * floor(random() * 9999);
        CASE floor(random() * 5)
        WHEN 0 THEN
            UPDATE busy SET id = id + 1000000, v = v + 1000000 WHERE id = a;
            COMMIT;
            UPDATE busy SET id = id - 1000000, v = v - 1000000 WHERE id = a + 1000000;
        WHEN 1 THEN
            DELETE FROM busy WHERE id = a RETURNING * INTO one;
            IF one.id IS NOT NULL THEN
                INSERT INTO busy VALUES (one.id, one.at, one.v, one.pad);
            END IF;
        WHEN 2 THEN
            UPDATE busy SET at = first - interval '1 month' + floor(random() * 50) * interval '1 day' WHERE id = a;
        WHEN 3 THEN
            INSERT INTO busy SELECT * FROM busy WHERE id = a ON CONFLICT (id, at) DO UPDATE SET pad = 'upsert';
        ELSE
            INSERT INTO busy VALUES (a + 5000000, first, 0, 'short') ON CONFLICT DO NOTHING;
            UPDATE busy SET pad = 'shorter' WHERE id = a + 5000000;
            DELETE FROM busy WHERE id = a + 5000000;
        END CASE;
        COMMIT;
        done := done + 1;
    END LOOP;
    INSERT INTO rounds VALUES ('churn', done);
END \$\$;
CREATE PROCEDURE watch() LANGUAGE plpgsql AS \$\$
DECLARE
    done bigint := 0; expected text; seen text;
BEGIN
    SELECT $sum FROM busy INTO expected;
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        COMMIT;
        FOR look IN 1 .. 2 LOOP
            SELECT $sum FROM busy INTO seen;
            IF seen <> expected THEN
                RAISE EXCEPTION 'saw % instead of % in look % of %', seen, expected, look, current_setting('transaction_isolation');
            END IF;
        END LOOP;
        done := done + 1;
    END LOOP;
    COMMIT;
    INSERT INTO rounds VALUES ('watch', done);
END \$\$;
SQL
my $before = sql("SELECT $sum FROM busy");
my @others = map { start("CALL churn($_)") } 1 .. 3;
my $out = '';
for (1 .. 20)
{
	$out = said(q{SELECT partman.create_sub_parent('public.busy', 'id', p_type => 'hash', p_modulus => 4, p_declarative_check => 'yes')});
	last if $out !~ /could not lock/;
}
my ($large) = sql(q{SELECT to_char(now() - interval '1 month', '"public.busy_p"YYYYMM01') FROM (SELECT set_config('timezone', (SELECT time_zone FROM partman.part_config WHERE parent_table = 'public.busy'), true)) zone});
like($out, qr/NOTICE: .*partition $large gets its sub-partitions by maintenance/, 'a large partition is left to maintenance');
unlike($out, qr/ERROR/, 'the others are divided at once');
is(sql(q{SELECT string_agg(partition, ' ') FROM partman.plan_maintenance('public.busy') WHERE action = 'convert'}), $large, 'as the plan says');
push @others, start('CALL watch()'), start('CALL watch()', 'repeatable read');
settles('busy');
sql('INSERT INTO stop DEFAULT VALUES');
foreach my $session (@others)
{
	$session->{handle}->finish;
	is(${ $session->{out} }, '', 'nobody has seen anything of it');
}
is(sql(q{SELECT count(*) FROM rounds WHERE number > 0}), 5, 'though everybody was at work');
is(sql("SELECT $sum FROM busy"), $before, 'all rows are there');
is(sql(qq{SELECT count(*) FROM pg_inherits WHERE inhparent = '$large'::regclass}), 4, 'in partitions of the partition');
is(sql('SELECT leavings()'), '', 'nothing is left behind');

#
# The swap looks at no row
#
sub large_set
{
	my ($name) = @_;
	return sql(<<"SQL");
CREATE TABLE $name (id bigint, at timestamptz NOT NULL, k int REFERENCES kind ON DELETE CASCADE, pad text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
SELECT partman.create_parent('public.$name', 'at', '1 month', p_premake => 1, p_start_partition => (date_trunc('month', now()) - interval '1 month')::text);
INSERT INTO $name SELECT n, date_trunc('month', now()) - n % 2 * interval '10 years', 1, repeat('x', 1900) FROM generate_series(1, 20000) n;
SQL
}
large_set('still');
sql('CREATE TABLE expected AS TABLE still; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader');
like(said(q{SELECT partman.create_sub_parent('public.still', 'at', '1 day', p_premake => 2, p_declarative_check => 'yes')}), qr/gets its sub-partitions by maintenance/, 'a large partition beside a large default partition');
strike($node, 'rebuild.filled', 'error', $maintain);
is(sql(q{SELECT sum(pg_relation_size(piece)) > 16 * 1024 * 1024 FROM partman.rebuild, unnest(piece_oids) piece}), 't', 'is copied apart');
foreach my $table (split /\n/, sql(q{SELECT unnest(piece_oids || staged_oid || log_oid)::regclass FROM partman.rebuild}))
{
	like(said("SET ROLE reader; SELECT count(*) FROM $table"), qr/^(0\n|\n.*permission denied)/, "$table: nobody else can read it");
}
sub beside { return sql(q{SELECT string_agg(conrelid::regclass || ' ' || convalidated, ',') FROM pg_constraint WHERE conname = 'pg_strata_beside'}); }
strike($node, 'rebuild.excluded', 'error', $maintain);
is(beside(), '', 'an error takes along the CHECK of the default partition');
strike($node, 'rebuild.locked', 'error', $maintain);
is(beside(), 'still_default true', 'which is valid before anything is locked');
like(said(q{INSERT INTO still VALUES (-1, '1990-01-01', 1, '')}), qr/^\n$/, 'and in nobody\'s way');
sql(q{SELECT partman.abort_job(job_id) FROM partman.jobs WHERE state = 'interrupted'});
is(beside(), '', 'who gives it up has it no more');
strike($node, 'rebuild.locked', 'error', $maintain);
my $staged = sql('SELECT staged_oid FROM partman.rebuild');
$out = said("SET client_min_messages = debug1; $maintain");
like($out, qr/partition constraint for table "still_p$month" is implied by existing constraints/, 'the server need not look at what is attached');
like($out, qr/partition constraint for default partition "still_default" is implied by existing constraints/, 'nor at the default partition');
unlike($out, qr/verifying table|validating foreign key|ERROR/, 'and does not');
is(sql(qq{SELECT 'still_p$month'::regclass::oid}), $staged, 'nor has it made anything again');
sql(q{DELETE FROM still WHERE id = -1});
is(sql('SELECT count(*) FROM (TABLE still EXCEPT ALL TABLE expected) d') . sql('SELECT count(*) FROM (TABLE expected EXCEPT ALL TABLE still) d'), '00', 'all rows are there');
is(sql(q{SELECT leavings()}), '', 'nothing is left behind');
is(sql(q{SELECT count(*) FROM partman.plan_maintenance('public.still')}), 0, 'nor to do');
is(sql(q{SELECT bool_and(convalidated), count(*) = (SELECT count(*) FROM pg_partition_tree('still')) FROM pg_constraint JOIN pg_partition_tree('still') ON conrelid = relid WHERE contype = 'f'}), 't|t', 'all tables have the foreign key');

# With the extension all of it goes.
large_set('gone');
sql(q{SET client_min_messages = error; SELECT partman.create_sub_parent('public.gone', 'at', '1 day', p_premake => 2, p_declarative_check => 'yes')});
strike($node, 'rebuild.locked', 'error', $maintain);
is(beside(), 'gone_default true', 'in the middle of it');
sql('DROP EXTENSION pg_strata');
is(beside(), '', 'DROP EXTENSION takes along the CHECK');
is(sql(q{SELECT string_agg(relname, ' ') FROM pg_class WHERE relname ~ '^gone' AND relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_partition_tree('gone') WHERE relid = pg_class.oid)}), '', 'and what was made apart');
is(sql(q{SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'pg_strata%' OR (tgname LIKE 'RI%' AND tgenabled <> 'O')}), 0, 'and its triggers');
is(sql('SELECT count(*) FROM gone'), 20000, 'and no row');

$node->stop;
done_testing();
