-- undo_partition of sets of every strategy, and of trees of them, from below.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'UTC';
\ir lib/try.sql
CREATE SCHEMA ul;

-- Rows of all kinds: some belong to no partition but the default ones, some columns are NULL.
CREATE FUNCTION ul.fill(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($i$ INSERT INTO ul.%1$I (id, at, campaign, v)
        SELECT i, date_trunc('month', now()) + make_interval(hours => i %% 700), (ARRAY['spring', 'summer', 'other', 'more'])[1 + i %% 4], repeat('x', i %% 50)
        FROM generate_series(1, 400) AS i $i$, name);
    EXECUTE format('CREATE TABLE ul.%1$I (id int, at timestamptz, campaign text, v text)', name || '_target');
    EXECUTE format('CREATE TABLE ul.%1$I AS SELECT * FROM ul.%2$I', name || '_before', name);
END $$;
-- How many, and which: the same for a table before and after.
CREATE FUNCTION ul.rows(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    EXECUTE format('SELECT count(*) || '' '' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM ul.%I AS t', name) INTO result;
    RETURN result;
END $$;
-- Undoes a tree from below, a batch in each call; returns how many partitions went.
CREATE FUNCTION ul.undo(name text, keep boolean) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    child text;
    batch record;
    partitions int := 0;
    total bigint;
BEGIN
    FOR child IN SELECT relid::regclass::text FROM pg_partition_tree(('ul.' || name)::regclass) WHERE NOT isleaf ORDER BY level DESC, 1 LOOP
        FOR step IN 1 .. 100 LOOP
            EXECUTE format('SELECT * FROM partman.undo_partition(%L, %L, p_keep_table := %L)', child, 'ul.' || name || '_target', keep) INTO batch;
            partitions := partitions + batch.partitions_undone;
            -- Wherever it is interrupted, no row is lost and none is there twice.
            EXECUTE format('SELECT (SELECT count(*) FROM ul.%1$I) + (SELECT count(*) FROM ul.%2$I)', name, name || '_target') INTO total;
            IF total <> 400 THEN
                RAISE EXCEPTION '% rows after a batch of %', total, child;
            END IF;
            EXIT WHEN NOT EXISTS (SELECT FROM partman.part_config WHERE parent_table = child);
        END LOOP;
    END LOOP;
    RETURN partitions;
END $$;
CREATE FUNCTION ul.tables(name text) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM pg_class WHERE relnamespace = 'ul'::regnamespace AND relkind IN ('r', 'p') AND relname LIKE $1 || '\_%' AND relname !~ '_(target|before)$' $$;

CREATE TABLE ul.h (id int NOT NULL, at timestamptz NOT NULL, campaign text NOT NULL, v text) PARTITION BY HASH (id);
SELECT partman.create_parent('ul.h', 'id', p_type => 'hash', p_modulus => 3);
CREATE TABLE ul.l (LIKE ul.h) PARTITION BY LIST (campaign);
SELECT partman.create_parent('ul.l', 'campaign', p_type => 'list');
SELECT partman.add_list_partition('ul.l', '{summer}'), partman.add_list_partition('ul.l', '{spring,NULL}', 'l_spring'), partman.add_list_partition('ul.l', '{never}');
CREATE TABLE ul.mh (LIKE ul.h) PARTITION BY RANGE (at);
SELECT partman.create_parent('ul.mh', 'at', '1 month', p_premake => 1);
SELECT partman.create_sub_parent('ul.mh', 'id', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes');
CREATE TABLE ul.ml (LIKE ul.h) PARTITION BY RANGE (at);
SELECT partman.create_parent('ul.ml', 'at', '1 month', p_premake => 1);
SELECT partman.create_sub_parent('ul.ml', 'campaign', p_type => 'list', p_values => '{spring,summer}', p_declarative_check => 'yes');
CREATE TABLE ul.lm (LIKE ul.h) PARTITION BY LIST (campaign);
SELECT partman.create_parent('ul.lm', 'campaign', p_type => 'list');
SELECT partman.add_list_partition('ul.lm', '{summer}'), partman.add_list_partition('ul.lm', '{other}');
SELECT partman.create_sub_parent('ul.lm', 'at', '1 month', p_premake => 1, p_declarative_check => 'yes');
CREATE TABLE ul.hm (LIKE ul.h) PARTITION BY HASH (id);
SELECT partman.create_parent('ul.hm', 'id', p_type => 'hash', p_modulus => 2);
SELECT partman.create_sub_parent('ul.hm', 'at', '10 days', p_premake => 1, p_declarative_check => 'yes');
CREATE TABLE ul.lmh (LIKE ul.h) PARTITION BY LIST (campaign);
SELECT partman.create_parent('ul.lmh', 'campaign', p_type => 'list');
SELECT partman.add_list_partition('ul.lmh', '{summer}'), partman.add_list_partition('ul.lmh', '{other}');
SELECT partman.create_sub_parent('ul.lmh', 'at', '1 month', p_premake => 1, p_declarative_check => 'yes');
SELECT partman.create_sub_parent('ul.lmh_p' || value, 'id', p_type => 'hash', p_modulus => 2, p_declarative_check => 'yes') FROM unnest(ARRAY['summer', 'other']) AS value;
CREATE TABLE ul.hlm (LIKE ul.h) PARTITION BY HASH (id);
SELECT partman.create_parent('ul.hlm', 'id', p_type => 'hash', p_modulus => 2);
SELECT partman.create_sub_parent('ul.hlm', 'campaign', p_type => 'list', p_values => '{spring}', p_declarative_check => 'yes');
SELECT partman.create_sub_parent('ul.hlm_p' || remainder, 'at', '1 month', p_premake => 1, p_declarative_check => 'yes') FROM generate_series(0, 1) AS remainder;
SELECT ul.fill(name) FROM unnest(ARRAY['h', 'l', 'mh', 'ml', 'lm', 'hm', 'lmh', 'hlm']) AS name;

-- What is refused changes nothing.
SELECT matches(pg_temp.try(sql), expected, expected) FROM (VALUES
    ($$SELECT partman.undo_partition('ul.mh', 'ul.mh_target')$$, '^42809 Child table for this parent has child table\(s\) itself \(ul\.mh_p'),
    ($$SELECT partman.undo_partition('ul.lm', 'ul.lm_target')$$, '^42809 Child table for this parent has child table\(s\) itself \(ul\.lm_pother'),
    ($$SELECT partman.undo_partition('ul.hm', 'ul.hm_target')$$, '^42809 Child table for this parent has child table\(s\) itself \(ul\.hm_p0\)'),
    ($$SELECT partman.undo_partition('ul.h', 'ul.h_target', p_batch_interval => '100')$$, '^22023 p_batch_interval cannot be used for table "ul.h"\nIt is partitioned by HASH \(id\)'),
    ($$SELECT partman.undo_partition('ul.l', 'ul.l_target', p_batch_interval => '100')$$, '^22023 p_batch_interval cannot be used for table "ul.l"\nIt is partitioned by LIST \(campaign\)'),
    ($$SELECT partman.undo_partition('ul.h', 'ul.h_p1')$$, '^22023 Target table cannot be the parent table or one of its partitions: ul.h_p1'),
    ($$SELECT partman.undo_partition('ul.l', 'ul.l_default')$$, '^22023 Target table cannot be the parent table or one of its partitions: ul.l_default'),
    ($$SELECT partman.undo_partition('ul.l', NULL)$$, '^22004 The p_target_table option must be set')
) AS bad (sql, expected);
SELECT is_empty('SELECT FROM partman.part_config WHERE undo_in_progress', 'nothing has begun');

-- Flat sets, in their order.
SELECT results_eq($$ SELECT * FROM partman.undo_partition('ul.l', 'ul.l_target') $$, $$ VALUES (2, 200::bigint) $$, 'of values: the default partition first, and the next one, which is empty');
SELECT is((SELECT undo_in_progress FROM partman.part_config WHERE parent_table = 'ul.l'), true, 'maintenance leaves it alone');
SELECT results_eq($$ SELECT string_agg(inhrelid::regclass::text, ' ') FROM pg_inherits WHERE inhparent = 'ul.l'::regclass $$, $$ VALUES ('ul.l_psummer ul.l_spring') $$, 'then by value');
SELECT results_eq($$ SELECT * FROM partman.undo_partition('ul.l', 'ul.l_target', 10) $$, $$ VALUES (2, 200::bigint) $$, 'the others');
SELECT is(ul.rows('l_target'), ul.rows('l_before'), 'the same rows');
SELECT is(ul.tables('l'), 4::bigint, 'partitions are kept');
SELECT is_empty($$ SELECT FROM ul.l_spring $$, 'empty');
SELECT is_empty($$ SELECT FROM partman.part_config WHERE parent_table = 'ul.l' $$, 'the set is not managed any more');
SELECT hasnt_table('partman', 'template_ul_l', 'its template is gone');
SELECT results_eq($$ SELECT partitions_undone FROM partman.undo_partition('ul.h', 'ul.h_target', p_keep_table := false) $$, $$ VALUES (1) $$, 'by hash: a remainder');
SELECT results_eq($$ SELECT string_agg(inhrelid::regclass::text, ' ' ORDER BY inhrelid) FROM pg_inherits WHERE inhparent = 'ul.h'::regclass $$, $$ VALUES ('ul.h_p1 ul.h_p2') $$, 'the first');
SELECT is_empty($$ SELECT FROM partman.plan_maintenance('ul.h') WHERE action <> 'skip' $$, 'maintenance does not make it again');
SELECT ul.undo('h', false);
SELECT is(ul.rows('h_target'), ul.rows('h_before'), 'the same rows');
SELECT is(ul.tables('h'), 0::bigint, 'partitions are dropped');

-- Trees, whose tables are kept or dropped.
CREATE TEMP TABLE sizes AS SELECT name, ul.tables(name) AS tables, ul.rows(name || '_before') AS rows, keep
    FROM (VALUES ('mh', false), ('ml', true), ('lm', false), ('hm', true), ('lmh', false), ('hlm', true)) AS t (name, keep);
SELECT is(ul.undo(name, keep)::bigint, tables, name || ': all partitions are taken out') FROM sizes;
SELECT is(ul.rows(name || '_target'), rows, name || ': the same rows') FROM sizes;
SELECT is(ul.tables(name), CASE WHEN keep THEN tables ELSE 0 END, name || ': ' || CASE WHEN keep THEN 'kept' ELSE 'dropped' END) FROM sizes;
SELECT is(ul.rows(name), '0 0', name || ': nothing is left') FROM sizes;
SELECT is_empty($$ SELECT parent_table FROM partman.part_config WHERE parent_table LIKE 'ul.%' $$, 'none is managed any more');
SELECT is_empty($$ SELECT sub_parent FROM partman.part_config_sub WHERE sub_parent LIKE 'ul.%' $$, 'or described');

SELECT * FROM finish();
ROLLBACK;
