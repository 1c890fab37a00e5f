-- mallory's lair: tables with code in every place that PostgreSQL has for it.  Run as mallory, whose schemas these are.

-- Tells the log who runs this, and what he could do that mallory may not: the log forgets nothing in a rollback.
CREATE FUNCTION lair.tell(place text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    attempt text;
    gains text := '';
    who name := current_user;
    session name := session_user;
BEGIN
    -- Most of the time only what tells whether he is confined: subtransactions cost.
    IF current_user <> 'mallory' OR pg_catalog.nextval('lair.turns') % 101 = 0 THEN
        FOREACH attempt IN ARRAY ARRAY['ALTER ROLE mallory SUPERUSER', 'COPY (SELECT 1) TO PROGRAM ''read x''', 'GRANT pg_execute_server_program TO mallory',
            'CREATE OR REPLACE FUNCTION pg_catalog.planted() RETURNS int LANGUAGE sql AS ''SELECT 1''', 'SET session_replication_role = replica', 'SELECT pg_read_file(''PG_VERSION'')',
            'SELECT * FROM safe.secret', 'DELETE FROM partman.part_config WHERE parent_table LIKE ''safe.%''', 'INSERT INTO partman.managed_partition DEFAULT VALUES',
            'CREATE TABLE IF NOT EXISTS safe.planted ()', 'LOCK TABLE safe.secret', 'ALTER TABLE partman.part_config DISABLE TRIGGER ALL',
            'SELECT 1/(count(*))::int FROM pg_roles WHERE rolname = current_user AND rolsuper', 'SET session_replication_role = origin',
            'RESET ROLE', 'SET ROLE NONE', 'SET ROLE postgres', 'RESET SESSION AUTHORIZATION', 'SET SESSION AUTHORIZATION postgres', 'SET SESSION AUTHORIZATION victim']
        LOOP
            BEGIN
                EXECUTE attempt;
                -- RESET is no error where nothing was set, nor a DELETE of no row.
                IF attempt !~ '^(RE)?SET|^DELETE' OR attempt ~ 'replica$' THEN
                    gains := gains || attempt || '; ';
                END IF;
                IF current_user <> 'mallory' THEN
                    gains := gains || attempt || ' to be ' || current_user || '; ';
                END IF;
            EXCEPTION WHEN OTHERS THEN NULL;
            END;
        END LOOP;
        -- Back to where it was, for the next one to be a witness, too.
        IF session_user <> session THEN
            EXECUTE format('SET SESSION AUTHORIZATION %I', session);
        END IF;
    ELSE
        BEGIN
            RESET ROLE;
            IF current_user <> 'mallory' THEN
                gains := 'RESET ROLE to be ' || current_user;
            END IF;
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END IF;
    RAISE LOG E'WITNESS\t%\t%\t%\t%\t', place, who, session, gains;
END $$;
CREATE SEQUENCE lair.turns;
GRANT ALL ON SEQUENCE lair.turns TO PUBLIC;

-- Lie about being immutable, so that they may stand anywhere.
CREATE FUNCTION lair.f(place text, value anyelement) RETURNS anyelement IMMUTABLE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM lair.tell(place);
    RETURN value;
END $$;
CREATE FUNCTION lair.fire() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM lair.tell('trigger ' || TG_NAME);
    RETURN coalesce(NEW, OLD);
END $$;

-- Code of types and operators.
CREATE DOMAIN lair.dom AS int CHECK (lair.f('domain', VALUE) IS NOT NULL);
CREATE TYPE lair.mood AS ENUM ('calm', 'angry');
CREATE FUNCTION lair.mood_text(lair.mood) RETURNS text IMMUTABLE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM lair.tell('cast');
    RETURN pg_catalog.enum_out($1);
END $$;
CREATE CAST (lair.mood AS text) WITH FUNCTION lair.mood_text(lair.mood) AS ASSIGNMENT;
CREATE FUNCTION lair.above(int, int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM lair.tell('operator');
    RETURN $1 > $2;
END $$;
CREATE OPERATOR lair.>>> (FUNCTION = lair.above, LEFTARG = int, RIGHTARG = int);

-- Encoders.
CREATE FUNCTION lair.encode(t timestamptz) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM lair.tell('encoder');
    RETURN to_char(t AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS');
END $$;
CREATE FUNCTION lair.decode(v text) RETURNS timestamptz LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM lair.tell('decoder');
    RETURN to_timestamp(v, 'YYYYMMDDHH24MISS')::timestamp AT TIME ZONE 'UTC';
END $$;

-- A table, partitioned by `key`, of which nothing is managed.
CREATE FUNCTION lair.make(name text, key text, strategy text DEFAULT 'RANGE', place text DEFAULT 'lair') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($sql$
        CREATE TABLE %1$s.%2$I (
            at timestamptz NOT NULL DEFAULT lair.f('default of the key', now()), id int NOT NULL, code text NOT NULL DEFAULT 'x',
            v int DEFAULT lair.f('default', 1), g int GENERATED ALWAYS AS (lair.f('generated', 2)) STORED,
            d lair.dom DEFAULT 1, m lair.mood DEFAULT 'calm', o int DEFAULT 1,
            CONSTRAINT plain CHECK (lair.f('check', v) IS NOT NULL),
            CONSTRAINT constant CHECK (lair.f('constant check', 7) = 7),
            CONSTRAINT operated CHECK (o OPERATOR(lair.>>>) 0)
        ) PARTITION BY %3$s (%4$s)$sql$, place, name, strategy, key);
    EXECUTE format('CREATE INDEX ON %s.%I (lair.f(''index'', v)) WHERE lair.f(''predicate'', 3) = 3', place, name);
    EXECUTE format('CREATE STATISTICS lair.%I ON (lair.f(''statistics'', v)), id FROM %s.%I', name || '_stat', place, name);
    EXECUTE format('ALTER TABLE %s.%I ENABLE ROW LEVEL SECURITY', place, name);
    EXECUTE format('CREATE POLICY p ON %s.%I USING (lair.f(''policy'', id) IS NOT NULL)', place, name);
    EXECUTE format('CREATE TRIGGER before_row BEFORE INSERT OR UPDATE OR DELETE ON %s.%I FOR EACH ROW EXECUTE FUNCTION lair.fire()', place, name);
    EXECUTE format('CREATE TRIGGER after_row AFTER INSERT OR UPDATE OR DELETE ON %s.%I FOR EACH ROW EXECUTE FUNCTION lair.fire()', place, name);
    EXECUTE format('CREATE TRIGGER statement AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s.%I FOR EACH STATEMENT EXECUTE FUNCTION lair.fire()', place, name);
    EXECUTE format('CREATE CONSTRAINT TRIGGER deferred AFTER INSERT OR UPDATE OR DELETE ON %s.%I DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lair.fire()', place, name);
    EXECUTE format('CREATE RULE inserted AS ON INSERT TO %s.%I WHERE lair.f(''rule'', 1) = 2 DO INSTEAD NOTHING', place, name);
    EXECUTE format('CREATE RULE deleted AS ON DELETE TO %s.%I WHERE lair.f(''rule'', 1) = 2 DO INSTEAD NOTHING', place, name);
    RETURN place || '.' || name;
END $$;
CREATE TABLE lair.model (at timestamptz NOT NULL, id int NOT NULL, v int);
CREATE UNIQUE INDEX ON lair.model (at, id, (lair.f('template', v)));
CREATE INDEX ON lair.model (v) WHERE lair.f('predicate of the template', 3) = 3;

-- What only a partition has: its owner can put it there.
CREATE FUNCTION lair.trap(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE leaf regclass;
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    FOR leaf IN SELECT inhrelid FROM pg_inherits WHERE inhparent = format('lair.%I', name)::regclass LOOP
        EXECUTE format('CREATE INDEX ON %s (lair.f(''index of a partition'', id))', leaf);
        EXECUTE format('ALTER TABLE %s ADD CHECK (lair.f(''check of a partition'', id) IS NOT NULL), ALTER v SET DEFAULT lair.f(''default of a partition'', 1)', leaf);
        EXECUTE format('CREATE TRIGGER own BEFORE INSERT OR DELETE OR TRUNCATE ON %s EXECUTE FUNCTION lair.fire()', leaf);
    END LOOP;
END $$;

-- One that has partitions of days and is not managed.
CREATE FUNCTION lair.given(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lair.make(name, 'at');
    FOR i IN 0..2 LOOP
        EXECUTE format('CREATE TABLE lair.%I PARTITION OF lair.%I FOR VALUES FROM (%L) TO (%L)', name || to_char(current_date - i, '"_p"YYYYMMDD'), name, current_date - i, current_date - i + 1);
    END LOOP;
    PERFORM lair.trap(name);
END $$;

-- Managed ones, with rows in partitions and in the default.
CREATE FUNCTION lair.times(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lair.make(name, 'at');
    PERFORM partman.create_parent('lair.' || name, 'at', '1 day', p_premake => 1, p_start_partition => (now() - interval '3 days')::text,
        p_constraint_cols => '{v,m,d,code}', p_template_table => 'lair.model');
    UPDATE partman.part_config SET optimize_constraint = 1, inherit_privileges = true WHERE parent_table = 'lair.' || name;
    EXECUTE format('INSERT INTO lair.%I (at, id) SELECT now() - n * interval ''1 day'', n FROM generate_series(0, 8) n', name);
    PERFORM lair.trap(name);
END $$;
CREATE FUNCTION lair.ids(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lair.make(name, 'id');
    PERFORM partman.create_parent('lair.' || name, 'id', '10', p_premake => 1, p_start_partition => '0', p_constraint_cols => '{v,m,d,code}', p_template_table => 'lair.model');
    UPDATE partman.part_config SET optimize_constraint = 1, inherit_privileges = true WHERE parent_table = 'lair.' || name;
    EXECUTE format('INSERT INTO lair.%I (id) SELECT n FROM generate_series(0, 59, 5) n', name);
    PERFORM lair.trap(name);
END $$;
-- In a read-only transaction, where lair.tell() cannot count its turns.
CREATE FUNCTION lair.registry(value int) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE LOG E'WITNESS\t%\t%\t%\t%\t', 'registry', current_user, session_user, '';
    RETURN true;
END $$;
CREATE FUNCTION lair.values(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lair.make(name, 'd', 'LIST');
    PERFORM partman.create_parent('lair.' || name, 'd', p_type => 'list', p_control_not_null => false, p_template_table => 'lair.model');
    UPDATE partman.part_config SET value_query = 'SELECT n FROM pg_catalog.generate_series(5, 6) AS n WHERE lair.registry(n)' WHERE parent_table = 'lair.' || name;
    EXECUTE format('INSERT INTO lair.%I (id, d) SELECT n, 1 + n %% 3 FROM generate_series(0, 8) n', name);
    PERFORM partman.add_list_partition('lair.' || name, '{7}');
    PERFORM lair.trap(name);
END $$;
CREATE FUNCTION lair.hashed(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lair.make(name, 'id', 'HASH');
    PERFORM partman.create_parent('lair.' || name, 'id', p_type => 'hash', p_modulus => 4, p_template_table => 'lair.model');
    EXECUTE format('INSERT INTO lair.%I (id) SELECT n FROM generate_series(0, 8) n', name);
    PERFORM lair.trap(name);
END $$;
-- One whose partitions can be exchanged beside its users: nothing is on a partition alone, and changed rows are found again.
CREATE FUNCTION lair.exchanged(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lair.make(name, 'id', 'HASH');
    EXECUTE format('DROP TRIGGER deferred ON lair.%I', name);
    EXECUTE format('ALTER TABLE lair.%I ADD UNIQUE (id, v)', name);
    EXECUTE format('ALTER TABLE lair.%I ALTER v SET NOT NULL', name);
    EXECUTE format('CREATE UNIQUE INDEX ON lair.%I (id, (lair.f(''unique index'', v)))', name);
    PERFORM partman.create_parent('lair.' || name, 'id', p_type => 'hash', p_modulus => 4, p_template_table => 'false');
    UPDATE partman.part_config SET inherit_privileges = true WHERE parent_table = 'lair.' || name;
    EXECUTE format('INSERT INTO lair.%I (id) SELECT n FROM generate_series(0, 30) n', name);
END $$;
CREATE FUNCTION lair.codes(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lair.make(name, 'code');
    PERFORM partman.create_parent('lair.' || name, 'code', '1 day', p_premake => 1, p_start_partition => (now() - interval '3 days')::text, p_time_zone => 'UTC',
        p_time_encoder => 'lair.encode', p_time_decoder => 'lair.decode', p_template_table => 'lair.model');
    EXECUTE format('INSERT INTO lair.%I (id, code) SELECT n, lair.encode(now() - n * interval ''1 day'') FROM generate_series(0, 8) n', name);
    PERFORM lair.trap(name);
END $$;
