\set ON_ERROR_STOP 1
CREATE EXTENSION IF NOT EXISTS pg_strata;
CREATE TABLE public.readings (at timestamptz NOT NULL, sensor int NOT NULL, value double precision) PARTITION BY RANGE (at);
SELECT * FROM partman.ensure_set('{"parent_table": "public.readings", "control": "at", "interval": "1 day", "premake": 7, "retention": "90 days", "retention_keep_table": false}');
