-- config_cleanup: a set is forgotten, its partitions stay.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
CREATE SCHEMA "Dia lect";

CREATE FUNCTION check_forgetting(name text, call text, config boolean, template boolean) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE "Dia lect".%I (id int NOT NULL) PARTITION BY RANGE (id)', name);
    PERFORM partman.create_parent('Dia lect.' || name, 'id', '10');
    EXECUTE format('INSERT INTO "Dia lect".%I SELECT generate_series(0, 99)', name);
    RETURN NEXT lives_ok(format('SELECT partman.config_cleanup(%L%s)', 'Dia lect.' || name, call), 'config_cleanup' || call);
    RETURN NEXT is(EXISTS (SELECT FROM partman.part_config WHERE parent_table = 'Dia lect.' || name), config, call || ': row of part_config');
    RETURN NEXT is(EXISTS (SELECT FROM pg_class WHERE relnamespace = 'partman'::regnamespace AND relname = 'template_Dia lect_' || name), template, call || ': template');
    RETURN NEXT is((SELECT count(*) FROM pg_inherits WHERE inhparent = format('"Dia lect".%I', name)::regclass), 6::bigint, call || ': partitions');
END $$;
SELECT check_forgetting('All', '', false, false);
SELECT check_forgetting('Row', ', p_template_table := false', false, true);
SELECT check_forgetting('Template', ', p_config_table := false, p_config_sub_table := false', true, false);
SELECT check_forgetting('positional', ', true, true, true', false, false);

SELECT throws_like($$ SELECT partman.config_cleanup('Dia lect.nowhere') $$, 'No configuration found in pg_partman for given parent table: Dia lect.nowhere%', 'not managed');
SELECT throws_like($$ SELECT partman.config_cleanup('Dia lect.All') $$, 'No configuration found in pg_partman for given parent table: Dia lect.All%', 'forgotten once');
SELECT lives_ok($$ SELECT partman.create_parent('Dia lect.All', 'id', '10', p_start_partition := '100') $$, 'managed again');
SELECT is((SELECT count(*) FROM partman.show_partitions('Dia lect.All')), 10::bigint, 'with the partitions of before');
SELECT has_table('partman', 'template_Dia lect_All', 'with a new template');

SELECT * FROM finish();
ROLLBACK;
