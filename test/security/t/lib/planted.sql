-- Operators and functions for arguments that pg_catalog has no exact match for, in the schema that the extension is about to be installed into.
-- Each answers what the original would, so that the script gets to its end.  Run as the owner of that schema.
SET check_function_bodies = off;
CREATE FUNCTION partman.tell(place text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE LOG E'WITNESS\t%\t%\t%\t\t', place, current_user, session_user;
END $$;

DO $do$
DECLARE
    kinds text[] := '{text,name,oid,"\"char\"",int2,int4,int8,bool,regclass,regrole,regnamespace,timestamptz,text[],name[],oid[],"\"char\"[]",float8,numeric,varchar}';
    o record;
    number int := 0;
BEGIN
    -- What takes the place of a comparison, or of a concatenation, of two types where the server would convert one of them.
    FOR o IN
        SELECT op, l, r FROM unnest('{=,<>,<,>,<=,>=,~,!~,~~,!~~,||,@>,<@,&&}'::text[]) AS op, unnest(kinds) AS l, unnest(kinds) AS r
         WHERE NOT EXISTS (SELECT FROM pg_operator WHERE oprname = op AND oprleft = l::regtype AND oprright = r::regtype)
    LOOP
        number := number + 1;
        EXECUTE format($sql$CREATE FUNCTION partman.o%s(%s, %s) RETURNS %s LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
            'BEGIN PERFORM partman.tell(''operator %s (%s, %s)''); RETURN %s; END'$sql$, number, o.l, o.r, CASE o.op WHEN '||' THEN 'text' ELSE 'bool' END, o.op, o.l, o.r,
            CASE WHEN o.op = '||' THEN 'concat($1, $2)' WHEN o.op IN ('=', '<>') THEN format('$1::text %s $2::text', o.op) ELSE 'true' END);
        EXECUTE format('CREATE OPERATOR partman.%s (FUNCTION = partman.o%s, LEFTARG = %s, RIGHTARG = %s)', o.op, number, o.l, o.r);
    END LOOP;
    -- Functions of one and two arguments of whatever name the script and our queries use.
    FOR o IN
        SELECT DISTINCT proname, array_to_string(a, ', ') AS arguments, cardinality(a) AS n
          FROM (SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
                   AND proname = ANY ('{format,concat,coalesce,nullif,lower,upper,quote_ident,quote_literal,now,array_length,cardinality,unnest,string_agg,array_agg,count,min,max,sum,pg_has_role,split_part,length,substr,starts_with,regexp_replace,regexp_match,obj_description,col_description,pg_get_expr,to_regclass,has_schema_privilege,has_table_privilege,current_setting,set_config,aclexplode,acldefault,pg_extension_config_dump}'::name[])) AS p,
               (SELECT ARRAY[x] AS a FROM unnest(kinds) AS x UNION ALL SELECT ARRAY[x, y] FROM unnest(kinds) AS x, unnest('{text,name,oid}'::text[]) AS y) AS a
         WHERE NOT EXISTS (SELECT FROM pg_proc f WHERE f.proname = p.proname AND f.pronamespace = 'pg_catalog'::regnamespace AND oidvectortypes(f.proargtypes) = array_to_string(a::regtype[], ', '))
    LOOP
        BEGIN
            EXECUTE format($sql$CREATE FUNCTION partman.%I(%s) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
                'BEGIN PERFORM partman.tell(''function %s(%s)''); RETURN NULL; END'$sql$, o.proname, o.arguments, o.proname, o.arguments);
        EXCEPTION WHEN duplicate_function THEN NULL;
        END;
    END LOOP;
END $do$;
-- Relations and casts of the names that are ours or the server's.
CREATE VIEW partman.pg_roles AS SELECT * FROM pg_catalog.pg_roles WHERE partman.tell('relation') IS NOT NULL;
CREATE VIEW partman.pg_class AS SELECT oid, relname, relnamespace, relowner, relkind FROM pg_catalog.pg_class WHERE partman.tell('relation') IS NOT NULL;
CREATE VIEW partman.pg_namespace AS SELECT * FROM pg_catalog.pg_namespace WHERE partman.tell('relation') IS NOT NULL;
CREATE VIEW partman.pg_depend AS SELECT * FROM pg_catalog.pg_depend WHERE partman.tell('relation') IS NOT NULL;
