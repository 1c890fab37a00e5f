-- The functions of the test library, and what the tests have in common.
SET client_min_messages = warning;
CREATE EXTENSION pgtap;

CREATE FUNCTION boundary_alive() RETURNS int LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_destroyed() RETURNS int LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_fail(how text) RETURNS int LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_careless_handler(how text) RETURNS bool LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_isolate(how text) RETURNS text LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_isolate_sql(sql text) RETURNS text LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_run(sql text) RETURNS bigint LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_caught_errors(how text, times int) RETURNS int LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_nested() RETURNS bool LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_spi_unwound() RETURNS int LANGUAGE C AS 'strata_boundary';
CREATE PROCEDURE boundary_commit(names text[]) LANGUAGE C AS 'strata_boundary';
CREATE PROCEDURE boundary_commit_fails() LANGUAGE C AS 'strata_boundary';
CREATE PROCEDURE boundary_commit_as(role text) LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_identity(role text, how text) RETURNS text LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_identity_fails(role text, how text) RETURNS int LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_run_as(role text, sql text) RETURNS int LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_settings(how text) RETURNS text LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_settings_fail(name text, value text) RETURNS int LANGUAGE C AS 'strata_boundary';
CREATE PROCEDURE boundary_settings_commit() LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_relation(relation regclass, how text) RETURNS bool LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_kinds() RETURNS SETOF text LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_round_trip(
    INOUT a text, INOUT b int, INOUT c bigint, INOUT d bool, INOUT e float8, INOUT f timestamptz, INOUT g timestamp,
    IN h date, INOUT i interval, INOUT j text[], IN k bigint[], INOUT l name, INOUT m regclass,
    OUT h_text text, OUT k_sum text)
    RETURNS record LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_texts(sql text) RETURNS SETOF text LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_read_as_integer(sql text) RETURNS bigint LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_read_as_text_array(sql text) RETURNS text[] LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_wrong_width() RETURNS TABLE (a int, b int) LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_utility(sql text) RETURNS int LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_without_spi() RETURNS int LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_names(relation regclass) RETURNS text[] LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_say(how text) RETURNS text LANGUAGE C AS 'strata_boundary';
CREATE FUNCTION boundary_worker(how text) RETURNS text LANGUAGE C AS 'strata_boundary';

CREATE TABLE noted (what text);
CREATE TABLE referenced (id int PRIMARY KEY);
CREATE TABLE referencing (id int REFERENCES referenced DEFERRABLE INITIALLY DEFERRED);

-- pgTAP's own catchers let a cancel pass; this one tells the SQLSTATE of whatever a statement raises.
CREATE FUNCTION sqlstate_of(sql text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE sql;
    RETURN NULL;
EXCEPTION WHEN query_canceled OR OTHERS THEN
    RETURN SQLSTATE;
END $$;

-- Everything that an error carries.
CREATE TYPE diagnostics AS (
    sqlstate text, message text, detail text, hint text, column_name text, constraint_name text, datatype_name text,
    table_name text, schema_name text, context text);
CREATE FUNCTION diagnose(sql text) RETURNS diagnostics LANGUAGE plpgsql AS $$
DECLARE
    d diagnostics;
BEGIN
    EXECUTE sql;
    RETURN NULL;
EXCEPTION WHEN query_canceled OR OTHERS THEN
    GET STACKED DIAGNOSTICS d.sqlstate = RETURNED_SQLSTATE, d.message = MESSAGE_TEXT, d.detail = PG_EXCEPTION_DETAIL,
        d.hint = PG_EXCEPTION_HINT, d.column_name = COLUMN_NAME, d.constraint_name = CONSTRAINT_NAME,
        d.datatype_name = PG_DATATYPE_NAME, d.table_name = TABLE_NAME, d.schema_name = SCHEMA_NAME,
        d.context = PG_EXCEPTION_CONTEXT;
    RETURN d;
END $$;

CREATE FUNCTION raises_everything() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the message with 100%%' USING ERRCODE = 'XY123', DETAIL = 'The detail.', HINT = 'The hint.',
        COLUMN = 'a_column', CONSTRAINT = 'a_constraint', DATATYPE = 'a_type', TABLE = 'a_table', SCHEMA = 'a_schema';
END $$;

CREATE FUNCTION memory_in_use() RETURNS bigint LANGUAGE sql AS
    'SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts';
