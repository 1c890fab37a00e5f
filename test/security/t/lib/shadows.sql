-- Everything that a careless query of ours could find in mallory's schema `shadow` instead of pg_catalog: it tells, and then does what the original does.  Run as mallory.
SET check_function_bodies = off;

CREATE FUNCTION lair.plain(types oid[]) RETURNS boolean LANGUAGE sql AS $$
    SELECT count(*) = 0 FROM unnest(types) AS u (t) JOIN pg_catalog.pg_type AS p ON p.oid = t WHERE p.typtype = 'p' AND p.typname !~ '^any'
$$;

-- A view of a relation whose every use tells.  Columns of pseudo-types cannot be in views.
CREATE FUNCTION lair.watched(relation regclass, place text) RETURNS text LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT %s FROM %s WHERE lair.f(%L, 1) = 1', string_agg(quote_ident(attname), ', ' ORDER BY attnum), relation, place)
      FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND atttypid <> 'anyarray'::regtype
$$;

-- A condition of a domain that is run by planning already.  Not on 18, which loses count of the types that it loads when a
-- condition has subtransactions, and ends by an assertion.
CREATE FUNCTION lair.asked(place text) RETURNS text LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('lair.f(%L, %s) = 1', place,
        CASE WHEN current_setting('server_version_num')::int < 180000 THEN '1' ELSE 'CASE WHEN VALUE IS NULL THEN 1 ELSE 1 END' END)
$$;

DO $do$
DECLARE o record; number int := 0;
BEGIN
    FOR o IN
        SELECT oprname, oprleft::regtype::text AS l, oprright::regtype::text AS r, oprresult::regtype::text AS result, oprleft <> 0 AS binary
          FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprright <> 0 AND lair.plain(ARRAY[oprleft, oprright, oprresult])
    LOOP
        number := number + 1;
        EXECUTE format($sql$CREATE FUNCTION shadow.operator_%s(%s) RETURNS %s LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS 'BEGIN PERFORM lair.tell(''operator %s''); RETURN %s OPERATOR(pg_catalog.%s) %s; END'$sql$,
            number, CASE WHEN o.binary THEN o.l || ', ' ELSE '' END || o.r, o.result, o.oprname, CASE WHEN o.binary THEN '$1' ELSE '' END, o.oprname, CASE WHEN o.binary THEN '$2' ELSE '$1' END);
        EXECUTE format('CREATE OPERATOR shadow.%s (FUNCTION = shadow.operator_%s, %s RIGHTARG = %s)', o.oprname, number, CASE WHEN o.binary THEN 'LEFTARG = ' || o.l || ',' ELSE '' END, o.r);
    END LOOP;

    FOR o IN
        SELECT proname, oidvectortypes(proargtypes) AS arguments, prorettype::regtype::text AS result, pronargs, proretset
          FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN ('f', 'a') AND provariadic = 0 AND proallargtypes IS NULL
           AND prorettype <> 'trigger'::regtype AND prorettype <> 'record'::regtype AND lair.plain(proargtypes::oid[] || prorettype)
           AND NOT EXISTS (SELECT FROM pg_type WHERE oid = ANY (proargtypes::oid[]) AND typname = 'any')
    LOOP
        BEGIN
            EXECUTE format($sql$CREATE FUNCTION shadow.%I(%s) RETURNS %s LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS 'BEGIN PERFORM lair.tell(''function %s''); RETURN %s pg_catalog.%I(%s); END'$sql$,
                o.proname, o.arguments, CASE WHEN o.proretset THEN 'SETOF ' ELSE '' END || o.result, o.proname, CASE WHEN o.proretset THEN 'QUERY SELECT * FROM' ELSE '' END,
                o.proname, (SELECT string_agg('$' || n, ', ') FROM generate_series(1, o.pronargs) n));
        EXCEPTION WHEN OTHERS THEN
            RAISE DEBUG 'no shadow of %(%): %', o.proname, o.arguments, SQLERRM;
        END;
    END LOOP;

    FOR o IN SELECT oid::regclass AS relation, relname FROM pg_class WHERE relnamespace IN ('pg_catalog'::regnamespace, 'partman'::regnamespace) AND relkind IN ('r', 'v') AND relname !~ '^pg_stat(s|istic)' LOOP
        EXECUTE format('CREATE VIEW shadow.%I AS ', o.relname) || lair.watched(o.relation, 'relation ' || o.relname);
    END LOOP;

    FOR o IN SELECT unnest('{text,name,oid,regclass,regrole,regtype,regnamespace,regproc,regprocedure,timestamptz,interval,date,char,uuid,bytea,int4,int8,bool,numeric,_text,_oid,_name,jsonb}'::text[]) AS t LOOP
        EXECUTE format('CREATE DOMAIN shadow.%1$I AS pg_catalog.%1$I CHECK (', o.t) || lair.asked('type ' || o.t) || ')';
    END LOOP;
END $do$;
GRANT USAGE ON SCHEMA shadow TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA shadow TO PUBLIC;

-- The same relations and types in a session's own temporary schema.
CREATE FUNCTION lair.haunt() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE o record;
BEGIN
    FOR o IN SELECT c.oid::regclass AS relation, relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace WHERE nspname IN ('pg_catalog', 'partman') AND relkind IN ('r', 'v') AND relname !~ '^pg_stat(s|istic)' LOOP
        EXECUTE format('CREATE TEMP VIEW %I AS ', o.relname) || lair.watched(o.relation, 'temporary ' || o.relname);
    END LOOP;
    FOR o IN SELECT unnest('{text,name,oid,regclass,regrole,regtype,regnamespace,timestamptz,interval,date,char,uuid,bytea,int4,int8,bool,_text}'::text[]) AS t LOOP
        EXECUTE format('CREATE DOMAIN pg_temp.%1$I AS pg_catalog.%1$I CHECK (', o.t) || lair.asked('temporary type ' || o.t) || ')';
    END LOOP;
END $$;
