-- Four sets of ids, of all kinds of locks: 1 drops what has expired, 2 keeps it, 3 has no default partition, 4 is
-- referenced, so that it must detach.  The even ones refer to another table.
CREATE EXTENSION pg_strata;
CREATE TABLE referenced (id int PRIMARY KEY, touched timestamptz);
INSERT INTO referenced SELECT generate_series(1, 20);
-- Up to where a set is filled, and what it has been given, so that losses can be seen.
CREATE TABLE position (number int PRIMARY KEY, at bigint NOT NULL) WITH (fillfactor = 20);
CREATE TABLE ledger (number int NOT NULL, id bigint NOT NULL);
CREATE SEQUENCE stray;

DO $$
DECLARE
    name text;
BEGIN
    FOR number IN 1 .. 4 LOOP
        name := 'public.s_' || number;
        EXECUTE format('CREATE TABLE %s (id bigint NOT NULL, serial bigint GENERATED ALWAYS AS IDENTITY, ref int %s %s) PARTITION BY RANGE (id)',
            name, CASE WHEN number % 2 = 0 THEN 'REFERENCES referenced' END, CASE WHEN number = 4 THEN ', PRIMARY KEY (id)' END);
        EXECUTE format('INSERT INTO position VALUES (%s, 1000020)', number);
        PERFORM partman.create_parent(name, 'id', '10', p_premake := 3, p_start_partition := '1000000', p_default_table := number <> 3);
        EXECUTE format('INSERT INTO %s VALUES (1000020)', name);
        UPDATE partman.part_config SET retention = '100', retention_keep_table = number = 2, retention_max_fraction = NULL,
               infinite_time_partitions = true, lock_timeout = 50, lock_retries = 3
         WHERE parent_table = name;
    END LOOP;
END $$;
CREATE TABLE referring (id bigint REFERENCES s_4);

CREATE VIEW bounds AS
    SELECT p.number, p.at, substring(pg_get_expr(c.relpartbound, c.oid) FROM $$FROM \('(-?\d+)'$$)::bigint AS lower,
           substring(pg_get_expr(c.relpartbound, c.oid) FROM $$TO \('(-?\d+)'$$)::bigint AS upper, i.inhdetachpending AS pending
      FROM position AS p JOIN pg_inherits AS i ON i.inhparent = format('public.s_%s', p.number)::regclass JOIN pg_class AS c ON c.oid = i.inhrelid;

-- Work for a set: it is filled by one partition more, if maintenance has kept up.
CREATE FUNCTION advance(set_number int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    result bigint;
BEGIN
    UPDATE position AS p SET at = at + 10
     WHERE number = set_number AND EXISTS (SELECT FROM bounds AS b WHERE b.number = set_number AND p.at + 10 >= lower AND p.at + 10 < upper)
    RETURNING at INTO result;
    IF FOUND THEN
        EXECUTE format('INSERT INTO public.s_%s (id) VALUES (%s)', set_number, result);
    ELSE
        SELECT at FROM position WHERE number = set_number INTO result;
    END IF;
    RETURN result;
END $$;

-- A named call of maintenance that may be deferred.
CREATE FUNCTION maintain(call text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT ' || call;
EXCEPTION WHEN lock_not_available THEN
    NULL;
END $$;
