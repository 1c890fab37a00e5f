-- What tables can have from 18 on: virtual columns, constraints that are NOT ENFORCED, NOT NULL that is NOT
-- VALID.  Not in a transaction, so it tidies up by itself.
\set QUIET 1
SET client_min_messages = error;
SELECT current_setting('server_version_num')::int >= 180000 AS available \gset
\if :available
\else
    \echo 1..0 # SKIP this server is older
    \quit
\endif
\set ON_ERROR_STOP 1
SET timezone = 'UTC';
SELECT no_plan();
CREATE SCHEMA since;
CREATE TABLE since.customer (id int PRIMARY KEY);
-- The constraints of a set that a partition has otherwise.
CREATE FUNCTION pg_temp.others(p_parent regclass) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM pg_inherits AS i LEFT JOIN pg_constraint AS k ON k.conrelid = i.inhparent AND k.contype IN ('c', 'n')
           LEFT JOIN pg_constraint AS o ON o.conrelid = i.inhrelid AND o.contype = k.contype AND o.conname = k.conname AND o.conenforced = k.conenforced AND o.coninhcount = 1 AND NOT o.conislocal
     WHERE i.inhparent = p_parent AND k.oid IS NOT NULL AND o.oid IS NULL
$$;

-- Rows of the default partition go to new partitions, and all of them back into one table.
CREATE TABLE since.d (day date CONSTRAINT day_there NOT NULL, n int, twice int GENERATED ALWAYS AS (n * 2) VIRTUAL, thrice int GENERATED ALWAYS AS (n * 3) STORED,
    customer int REFERENCES since.customer NOT ENFORCED, CONSTRAINT hoped CHECK (n > 0) NOT ENFORCED, CHECK (twice < 1000)) PARTITION BY RANGE (day);
SELECT partman.create_parent('since.d', 'day', '1 day', p_premake => 1, p_start_partition => (current_date - 1)::text);
INSERT INTO since.d (day, n, customer) SELECT current_date - n, n - 3, n FROM generate_series(0, 9) AS n;
CALL partman.partition_data_proc('since.d', p_wait => 0, p_quiet => true);
SELECT is((SELECT count(*) FROM since.d_default), 0::bigint, 'rows find new partitions');
SELECT is((SELECT array_agg(twice ORDER BY n) FROM since.d), '{-6,-4,-2,0,2,4,6,8,10,12}', 'with columns that are virtual');
SELECT is((SELECT array_agg(thrice ORDER BY n) FROM since.d), '{-9,-6,-3,0,3,6,9,12,15,18}', 'and stored');
SELECT is(pg_temp.others('since.d'), 0::bigint, 'and constraints as the set has them');
SELECT partman.run_maintenance('since.d');
SELECT is_empty($$SELECT * FROM partman.plan_maintenance('since.d')$$, 'maintenance finds nothing else to do');

ALTER TABLE since.d ADD CONSTRAINT customer_there NOT NULL customer NOT VALID;
SELECT partman.create_partition_time('since.d', ARRAY[current_date - 20]);
SELECT is(pg_temp.others('since.d'), 0::bigint, 'new partitions have NOT NULL that is NOT VALID');
ALTER TABLE since.d DROP CONSTRAINT customer_there;
INSERT INTO since.d (day, n) VALUES (current_date - 30, 1);
ALTER TABLE since.d ADD CONSTRAINT customer_there NOT NULL customer NOT VALID;
\set ON_ERROR_STOP 0
CALL partman.partition_data_proc('since.d', p_wait => 0, p_quiet => true);
\set refused :LAST_ERROR_SQLSTATE
\set ON_ERROR_STOP 1
SELECT is(:'refused'::text, '23502', 'which holds for rows that are moved there');
SELECT is((SELECT count(*) FROM since.d WHERE customer IS NULL), 1::bigint, 'and those stay visible');
DELETE FROM since.d WHERE customer IS NULL;

CREATE TABLE since.all_days (day date NOT NULL, n int, twice int GENERATED ALWAYS AS (n * 2) VIRTUAL, thrice int GENERATED ALWAYS AS (n * 3) STORED, customer int);
CALL partman.undo_partition_proc('since.d', 'since.all_days', p_wait => 0, p_quiet => true);
SELECT is((SELECT array_agg(twice + thrice ORDER BY n) FROM since.all_days), '{-15,-10,-5,0,5,10,15,20,25,30}', 'undone, with their values');

-- Partitions that are replaced beside their users.
CREATE TABLE since.h (id int CONSTRAINT id_there NOT NULL, n int CONSTRAINT n_there NOT NULL, twice int GENERATED ALWAYS AS (n * 2) VIRTUAL, PRIMARY KEY (id), CONSTRAINT hoped CHECK (n > 0) NOT ENFORCED)
    PARTITION BY HASH (id);
SELECT partman.create_parent('since.h', 'id', p_type => 'hash', p_modulus => 2);
INSERT INTO since.h (id, n) SELECT i, i - 500 FROM generate_series(1, 2000) AS i;
CALL partman.set_modulus('since.h', 4);
SELECT is((SELECT count(*) FROM pg_inherits WHERE inhparent = 'since.h'::regclass), 4::bigint, 'another modulus');
SELECT is((SELECT array[count(*), sum(twice)] FROM since.h), ARRAY[2000, 2002000]::bigint[], 'virtual columns are what they were');
SELECT is(pg_temp.others('since.h'), 0::bigint, 'so are the constraints');

SELECT * FROM finish();
DELETE FROM partman.part_config WHERE parent_table LIKE 'since.%';
DROP SCHEMA since CASCADE;
DELETE FROM partman.job_step;
DELETE FROM partman.job;
TRUNCATE partman.maintenance_run, partman.maintenance_set, partman.maintenance_step;
