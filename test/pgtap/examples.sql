-- Runs every SQL example of README.md and doc/reference.md as it stands, each document in a new database.
-- An example that fails ends the script, and with it the test.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
DROP DATABASE IF EXISTS strata_examples;
CREATE DATABASE strata_examples;
\c strata_examples
SET client_min_messages = warning;
CREATE EXTENSION pgtap;
SELECT * FROM no_plan();

\set file `f=$(mktemp) && cd "${STRATA_SOURCE:-.}" && awk -v name=README.md -f test/pgtap/sql_examples.awk README.md >"$f" && echo "$f"`
\i :file
\setenv EXAMPLES :file
\! rm "$EXAMPLES"
SELECT is(count(*), 10::bigint, 'README: four months behind, this one, four ahead, and the default')
FROM partman.show_partitions('public.events', p_include_default => true);
SELECT ok(bool_and(partition_table ~ '^orders_y\d{4}m\d\dd\d\d$'), 'README: names by the template')
FROM partman.partitions WHERE parent_table = 'public.orders' AND NOT is_default;
SELECT is_empty($$ SELECT 1 FROM partman.part_config WHERE parent_table = 'public.items' $$, 'README: the set is forgotten');

\set file `f=$(mktemp) && cd "${STRATA_SOURCE:-.}" && awk -v name=doc/reference.md -f test/pgtap/sql_examples.awk doc/reference.md >"$f" && echo "$f"`
\i :file
\setenv EXAMPLES :file
\! rm "$EXAMPLES"

SELECT * FROM finish();
\c postgres
DROP DATABASE strata_examples;
