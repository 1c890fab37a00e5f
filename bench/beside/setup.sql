-- Clients beside the work of a case.  The case has defined, for a table named `parent`:
--   change_beside(parent text): what the writer does in each of its transactions
--   sums_beside(parent text): the query whose result must never change
CREATE TABLE stop ();
CREATE TABLE told (who text, worst_ms float8, rounds int, failures int);
CREATE PROCEDURE write_beside(parent text) LANGUAGE plpgsql AS $$
DECLARE
    worst float8 := 0; began timestamptz; failures int := 0; rounds int := 0;
BEGIN
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        COMMIT;
        began := clock_timestamp();
        BEGIN
            PERFORM change_beside(parent);
        EXCEPTION WHEN OTHERS THEN
            failures := failures + 1;
        END;
        COMMIT;
        worst := greatest(worst, extract(epoch FROM clock_timestamp() - began) * 1000);
        rounds := rounds + 1;
        PERFORM pg_sleep(0.002);
    END LOOP;
    INSERT INTO told VALUES ('writer', worst, rounds, failures);
END $$;
CREATE PROCEDURE look_beside(parent text) LANGUAGE plpgsql AS $$
DECLARE
    expected text; seen text; rounds int := 0; failures int := 0;
BEGIN
    EXECUTE sums_beside(parent) INTO expected;
    WHILE NOT EXISTS (SELECT FROM stop) LOOP
        COMMIT;
        FOR i IN 1..2 LOOP
            EXECUTE sums_beside(parent) INTO seen;
            failures := failures + (seen <> expected)::int;
        END LOOP;
        COMMIT;
        rounds := rounds + 1;
    END LOOP;
    INSERT INTO told VALUES ('looker', 0, rounds, failures);
END $$;
-- Waits until so many have told what they saw.
CREATE PROCEDURE hear(wanted int) LANGUAGE plpgsql AS $$
BEGIN
    WHILE (SELECT count(*) FROM told) < wanted LOOP
        COMMIT;
        PERFORM pg_sleep(0.1);
    END LOOP;
END $$;
