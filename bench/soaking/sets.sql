-- 50 sets.  Every third one moves what it retires to an archive, so that all its rows can be counted at the end; the
-- others drop it.  Every second one has a default partition, every fifth refers to a table that is written, too.
CREATE EXTENSION pg_strata;
CREATE ROLE keeper;
GRANT USAGE ON SCHEMA partman TO keeper;
CREATE SCHEMA soak AUTHORIZATION keeper;
CREATE SCHEMA archive AUTHORIZATION keeper;
SET ROLE keeper;

-- What was written, noted by the transaction that wrote it.
CREATE TABLE soak.ledger (number int NOT NULL, at timestamptz NOT NULL, rows bigint NOT NULL, sum bigint NOT NULL);
-- What the sets are, so that nothing that is checked is taken from the extension.
CREATE TABLE soak.sets (number int PRIMARY KEY, parent regclass NOT NULL, step interval NOT NULL, kept interval NOT NULL,
    archived boolean NOT NULL, has_default boolean NOT NULL);

CREATE TABLE soak.customers (id int PRIMARY KEY, touched timestamptz);
INSERT INTO soak.customers SELECT generate_series(1, 100);

DO $$
DECLARE
    name text;
BEGIN
    FOR number IN 1 .. 50 LOOP
        name := 'soak.s_' || number;
        EXECUTE format('CREATE TABLE %s (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, value bigint NOT NULL,
            customer int %s, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)',
            name, CASE WHEN number % 5 = 0 THEN 'REFERENCES soak.customers' END);
        EXECUTE format('CREATE INDEX ON %s (at)', name);
        INSERT INTO soak.sets VALUES (number, name::regclass, make_interval(secs => 3 + number % 4), '10 seconds',
            number % 3 = 0, number % 2 = 0);
        PERFORM partman.create_parent(name, 'at', (3 + number % 4) || ' seconds', p_premake := 15,
            p_default_table := number % 2 = 0);
        IF number % 2 = 0 THEN -- a name that pgbench can make up
            EXECUTE format('ALTER TABLE soak.s_%s_default RENAME TO default_%s', number, number);
        END IF;
        UPDATE partman.part_config SET retention = '10 seconds', retention_max_fraction = NULL,
               retention_keep_table = number % 3 = 0, retention_schema = CASE WHEN number % 3 = 0 THEN 'archive' END
         WHERE parent_table = name;
    END LOOP;
END $$;
