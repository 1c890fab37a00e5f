# The way out: DROP EXTENSION leaves every table working, with the library preloaded, while the worker is at work, and
# without it; the extension can come back.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use Strata qw(new_server wait_for wait_for_state);
use Test::More;

my $node = new_server('way_out', "autovacuum = on\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_strata;
CREATE ROLE reader;
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL DEFAULT now(), note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX ON orders (note);
GRANT SELECT ON orders TO reader;
SELECT partman.create_parent('public.orders', 'at', '1 day', p_premake := 3);
CREATE TABLE items (id bigint PRIMARY KEY, note text) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.items', 'id', '100', p_premake := 2);
CREATE TABLE kinds (kind int NOT NULL) PARTITION BY LIST (kind);
SELECT partman.create_parent('public.kinds', 'kind', '1', p_type := 'list', p_premake := 2);
CREATE TABLE parts (item bigint REFERENCES items);
INSERT INTO orders (note) SELECT 'n' || i FROM generate_series(1, 100) i;
INSERT INTO orders (at, note) VALUES ('2001-01-01', 'old');
INSERT INTO items SELECT i, 'i' FROM generate_series(1, 250) i;
INSERT INTO kinds VALUES (1), (77);
INSERT INTO parts VALUES (7);
SQL
wait_for_state($node, 'postgres', 'running', 'the worker is there');

# All that somebody who only looks at the tables can tell.
my $look = <<'SQL';
SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") FROM (
    SELECT concat_ws(' ', c.oid::regclass, c.relkind, i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid), c.relacl,
                     (SELECT string_agg(indexrelid::regclass::text, ',' ORDER BY indexrelid) FROM pg_index WHERE indrelid = c.oid)) AS line
      FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    UNION ALL SELECT concat_ws(' ', 'orders', count(*), sum(hashtextextended(o::text, 0))) FROM orders o
    UNION ALL SELECT concat_ws(' ', 'items', count(*), sum(hashtextextended(o::text, 0))) FROM items o
    UNION ALL SELECT concat_ws(' ', 'kinds', count(*), sum(hashtextextended(o::text, 0))) FROM kinds o) AS lines
SQL

sub works
{
	my ($when) = @_;
	my ($status, $out, $err) = $node->psql('postgres', <<'SQL');
\set ON_ERROR_STOP 1
BEGIN;
INSERT INTO orders (note) VALUES ('new');
INSERT INTO orders (at, note) VALUES ('2002-02-02', 'into the default');
UPDATE orders SET note = 'changed' WHERE note = 'n1';
DELETE FROM orders WHERE note = 'n2';
INSERT INTO items VALUES (2, 'again') ON CONFLICT (id) DO UPDATE SET note = excluded.note;
INSERT INTO kinds VALUES (2);
DO $$ BEGIN DELETE FROM items WHERE id = 7; RAISE 'the foreign key is gone'; EXCEPTION WHEN foreign_key_violation THEN NULL; END $$;
-- By hand: what the extension did.
CREATE TABLE orders_2050 PARTITION OF orders FOR VALUES FROM ('2050-01-01') TO ('2051-01-01');
INSERT INTO orders (at) VALUES ('2050-06-01');
ALTER TABLE orders DETACH PARTITION orders_2050;
DROP TABLE orders_2050;
ALTER TABLE orders ADD COLUMN more int;
ALTER TABLE orders RENAME TO orders_renamed;
ALTER TABLE orders_renamed SET SCHEMA partman;
DROP TABLE partman.orders_renamed;
TRUNCATE kinds;
DROP TABLE parts, items;
ROLLBACK;
SQL
	is($status, 0, "$when: reading, writing, and every kind of ALTER and DROP") or diag $err;
	return;
}

for my $preloaded (1, 0)
{
	my $when = $preloaded ? 'preloaded' : 'not preloaded';
	works("$when, with the extension");
	# Nothing of the worker's may come between the two looks.
	$node->safe_psql('postgres', q{SELECT partman.run_maintenance(); UPDATE partman.part_config SET automatic_maintenance = 'off'});
	my $before = $node->safe_psql('postgres', $look);
	my ($status, $out, $err) = $node->psql('postgres', 'DROP EXTENSION pg_strata');
	is($status, 0, "$when: it can be dropped") or diag $err;
	is($node->safe_psql('postgres', $look), $before, "$when: every table is as it was");
	works("$when, without the extension");
	is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_event_trigger}), '0', "$when: no event trigger is left");
	is( $node->safe_psql('postgres', q{SELECT count(*) FROM pg_depend d WHERE NOT EXISTS (SELECT FROM pg_extension e WHERE e.oid = d.refobjid) AND d.refclassid = 'pg_extension'::regclass}),
		'0', "$when: nothing depends on what is gone");

	# And back: the tables are taken over as they are.
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_strata');
	$node->safe_psql('postgres', "SELECT partman.manage('public.orders'); SELECT partman.manage('public.items')");
	$node->safe_psql('postgres', "UPDATE partman.part_config SET premake = premake + 2; SELECT partman.run_maintenance()");
	is($node->safe_psql('postgres', q{SELECT count(*) FROM partman.part_config}), '2', "$when: it can come back");
	works("$when, after that");
	next unless $preloaded;
	$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', "''");
	$node->restart;
}
$node->stop;
done_testing();
