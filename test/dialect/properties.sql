-- What a partition has of its parent and of its template, whether made at once, by maintenance, by hand or for rows of the default.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
CREATE SCHEMA dialect;

CREATE TABLE dialect.customers (id int PRIMARY KEY);
INSERT INTO dialect.customers SELECT generate_series(0, 200);
CREATE FUNCTION dialect.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched := NEW.touched || 't'; RETURN NEW; END $$;
CREATE TABLE dialect.orders (id bigint NOT NULL, customer int REFERENCES dialect.customers, code text NOT NULL DEFAULT 'c' CHECK (code <> ''), touched text DEFAULT '',
    doubled bigint GENERATED ALWAYS AS (id * 2) STORED, note text COLLATE "C", big text, CONSTRAINT positive CHECK (id >= 0), PRIMARY KEY (id)) PARTITION BY RANGE (id);
ALTER TABLE dialect.orders ALTER note SET STATISTICS 321, ALTER big SET STORAGE EXTERNAL;
CREATE INDEX orders_customer ON dialect.orders (customer);
CREATE UNIQUE INDEX orders_id_code ON dialect.orders (id, code);
CREATE INDEX orders_lower ON dialect.orders (lower(code)) WHERE customer IS NOT NULL;
CREATE TRIGGER touch BEFORE INSERT ON dialect.orders FOR EACH ROW EXECUTE FUNCTION dialect.touch();
COMMENT ON COLUMN dialect.orders.code IS 'a code';
CREATE STATISTICS dialect.orders_stats ON customer, code FROM dialect.orders;
CREATE TABLE dialect.orders_template (LIKE dialect.orders);
ALTER TABLE dialect.orders_template SET (autovacuum_vacuum_threshold = 77, fillfactor = 71), SET UNLOGGED;
ALTER TABLE dialect.orders_template ADD UNIQUE (code);
CREATE UNIQUE INDEX ON dialect.orders_template (lower(note)) WHERE customer > 5;

SELECT ok(partman.create_parent('dialect.orders', 'id', '10', p_template_table := 'dialect.orders_template'), 'made');
INSERT INTO dialect.orders (id, customer, code) SELECT n, n, 'code ' || n FROM generate_series(0, 49) n;
SELECT partman.run_maintenance();
SELECT partman.create_partition_id('dialect.orders', '{200}');
INSERT INTO dialect.orders (id, customer, code) VALUES (150, 150, 'x');
SELECT partman.partition_data_id('dialect.orders');
SELECT partman.partition_gap_fill('dialect.orders');

CREATE FUNCTION check_child(child text, how text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    relation regclass := 'dialect.' || child;
    about text := how || ': ';
BEGIN
    RETURN NEXT columns_are('dialect', child, ARRAY['id', 'customer', 'code', 'touched', 'doubled', 'note', 'big']::name[]);
    RETURN NEXT col_is_pk('dialect', child, ARRAY['id']::name[], about || 'primary key');
    RETURN NEXT col_not_null('dialect', child, 'code', about || 'not null');
    RETURN NEXT col_default_is('dialect', child, 'code', 'c'::text, about || 'default');
    RETURN NEXT col_is_fk('dialect', child, 'customer', about || 'foreign key');
    RETURN NEXT is(ARRAY(SELECT conname::text FROM pg_constraint WHERE conrelid = relation AND contype = 'c' ORDER BY conname), '{orders_code_check,positive}', about || 'checks');
    RETURN NEXT is((SELECT attgenerated FROM pg_attribute WHERE attrelid = relation AND attname = 'doubled'), 's'::"char", about || 'generated');
    RETURN NEXT is((SELECT attstattarget::int FROM pg_attribute WHERE attrelid = relation AND attname = 'note'), 321, about || 'statistics target');
    RETURN NEXT is((SELECT attstorage FROM pg_attribute WHERE attrelid = relation AND attname = 'big'), 'e'::"char", about || 'storage');
    RETURN NEXT is((SELECT attcollation FROM pg_attribute WHERE attrelid = relation AND attname = 'note'), '"C"'::regcollation::oid, about || 'collation');
    RETURN NEXT is(col_description(relation, (SELECT attnum FROM pg_attribute WHERE attrelid = relation AND attname = 'code')), 'a code', about || 'comment');
    RETURN NEXT has_trigger('dialect', child, 'touch', about || 'trigger');
    RETURN NEXT is((SELECT count(*) FROM pg_statistic_ext WHERE stxrelid = relation), 1::bigint, about || 'extended statistics');
    RETURN NEXT is((SELECT count(*) FROM pg_index WHERE indrelid = relation), 6::bigint, about || 'indexes, two of them of the template');
    RETURN NEXT is((SELECT count(*) FROM pg_index WHERE indrelid = relation AND indisunique AND pg_get_indexdef(indexrelid) LIKE '% btree (code)'), 1::bigint, about || 'unique index of the template');
    RETURN NEXT is((SELECT count(*) FROM pg_index WHERE indrelid = relation AND indisunique AND pg_get_indexdef(indexrelid) LIKE '% btree (lower(note)%) WHERE (customer > 5)'), 1::bigint,
        about || 'unique index by expression of the template');
    RETURN NEXT is((SELECT relpersistence FROM pg_class WHERE oid = relation), 'u'::"char", about || 'unlogged');
    RETURN NEXT is((SELECT reloptions FROM pg_class WHERE oid = relation), '{autovacuum_vacuum_threshold=77,fillfactor=71}', about || 'storage parameters');
END $$;
SELECT check_child(c.child, c.how)
FROM (VALUES ('orders_p0', 'made at once'), ('orders_p80', 'made by maintenance'), ('orders_p200', 'made by hand'), ('orders_p150', 'made for rows of the default'), ('orders_p170', 'made in a gap'),
    ('orders_default', 'default')) c (child, how);
SELECT is((SELECT touched FROM dialect.orders WHERE id = 150), 't', 'the trigger ran once for a row that was moved');

-- Replica identity.
CREATE FUNCTION check_identity(number int, how text, kind "char") RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'identity_' || number;
BEGIN
    EXECUTE format('CREATE TABLE dialect.%I (id int PRIMARY KEY, code int NOT NULL) PARTITION BY RANGE (id)', name);
    EXECUTE format('CREATE UNIQUE INDEX %I ON dialect.%I (code, id)', name || '_idx', name);
    EXECUTE format('ALTER TABLE dialect.%I REPLICA IDENTITY %s', name, format(how, name || '_idx'));
    PERFORM partman.create_parent('dialect.' || name, 'id', '10');
    EXECUTE format('INSERT INTO dialect.%I SELECT n, n FROM generate_series(0, 20) n', name);
    PERFORM partman.run_maintenance();
    RETURN NEXT is((SELECT array_agg(DISTINCT c.relreplident) FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = ('dialect.' || name)::regclass),
        ARRAY[kind], 'replica identity ' || how);
    RETURN NEXT is((SELECT count(*) FROM pg_inherits WHERE inhparent = ('dialect.' || name)::regclass), 8::bigint, 'partitions with replica identity ' || how);
END $$;
SELECT check_identity(1, 'FULL', 'f');
SELECT check_identity(2, 'NOTHING', 'n');
SELECT check_identity(3, 'DEFAULT', 'd');
SELECT check_identity(4, 'USING INDEX %I', 'i');

-- Publications.
CREATE TABLE dialect.published (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE PUBLICATION dialect_publication FOR TABLE dialect.published;
SELECT partman.create_parent('dialect.published', 'id', '10');
SELECT is((SELECT count(*) FROM pg_publication_tables WHERE pubname = 'dialect_publication'), 6::bigint, 'partitions are published with their parent');

-- The template of a set is a table with the columns, and nothing else, of the parent.
CREATE TABLE dialect.model (id int PRIMARY KEY, a text NOT NULL DEFAULT 'x', b numeric(8, 2) CHECK (b > 0)) PARTITION BY RANGE (id);
SELECT partman.create_parent('dialect.model', 'id', '10');
SELECT columns_are('partman', 'template_dialect_model', ARRAY['id', 'a', 'b']::name[]);
SELECT col_type_is('partman', 'template_dialect_model', 'b', 'numeric(8,2)', 'type in the template');
SELECT col_not_null('partman', 'template_dialect_model', 'a', 'not null in the template');
SELECT col_hasnt_default('partman', 'template_dialect_model', 'a', 'no default in the template');
SELECT hasnt_pk('partman', 'template_dialect_model', 'no primary key in the template');
SELECT is((SELECT count(*) FROM pg_constraint WHERE conrelid = 'partman.template_dialect_model'::regclass AND contype = 'c'), 0::bigint, 'no check in the template');
ALTER TABLE partman.template_dialect_model ADD UNIQUE (a);
INSERT INTO dialect.model SELECT n, n::text FROM generate_series(0, 20) n;
SELECT partman.run_maintenance('dialect.model');
SELECT is((SELECT count(*) FROM pg_index WHERE indrelid = 'dialect.model_p20'::regclass), 1::bigint, 'partitions of before have no more indexes');
SELECT is((SELECT count(*) FROM pg_index WHERE indrelid = 'dialect.model_p50'::regclass), 2::bigint, 'those made from now on have');

SELECT * FROM finish();
ROLLBACK;
