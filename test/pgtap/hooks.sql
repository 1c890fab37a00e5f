-- before_detach, before_drop, after_create: functions of the owner that have a word in what becomes of his partitions.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
LOAD 'pg_strata_clock';

BEGIN;
SELECT plan(90);
SET timezone = 'UTC';
SET pg_strata_clock.now = '2026-03-20 12:00:00+00';
UPDATE partman.part_config SET automatic_maintenance = 'off';
CREATE ROLE regress_hooked;
CREATE ROLE regress_other;
GRANT USAGE ON SCHEMA partman TO regress_hooked, regress_other;
CREATE SCHEMA hooked AUTHORIZATION regress_hooked;
CREATE SCHEMA other AUTHORIZATION regress_other;
GRANT USAGE ON SCHEMA other TO regress_hooked;
CREATE FUNCTION pg_temp.days(p_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE hooked.%I (at timestamptz NOT NULL, note text) PARTITION BY RANGE (at)', p_name);
    EXECUTE format('ALTER TABLE hooked.%I OWNER TO regress_hooked', p_name);
    PERFORM partman.create_parent('hooked.' || p_name, 'at', '1 day', p_premake := 2, p_start_partition := '2026-03-15', p_time_zone := 'Asia/Tokyo');
END $$;
CREATE FUNCTION pg_temp.set(p_table text, p_assignment text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('UPDATE partman.part_config SET %s WHERE parent_table = %L', p_assignment, p_table); END $$;
-- What is left of the days 15 to 17.
CREATE FUNCTION pg_temp.left_of(p_table text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(day || CASE WHEN oid IS NULL THEN ' gone' WHEN EXISTS (SELECT FROM pg_inherits WHERE inhrelid = oid) THEN ' attached' ELSE ' kept' END, ', ' ORDER BY day)
      FROM (SELECT day, to_regclass('hooked.' || p_table || '_p202603' || day) AS oid FROM generate_series(15, 17) AS day) AS days $$;
-- The last entry of the history for a partition.
CREATE FUNCTION pg_temp.last_of(p_table text, p_day int) RETURNS text LANGUAGE sql AS $$
    SELECT action || ' ' || outcome || coalesce(' ' || sqlstate, '') || coalesce(': ' || message, '') || coalesce(' (' || detail || ')', '')
      FROM partman.maintenance_history WHERE partition = 'hooked.' || p_table || '_p202603' || p_day ORDER BY run_id DESC, finished_at DESC LIMIT 1 $$;
CREATE FUNCTION pg_temp.planned(p_table text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT action || ' ' || right(partition, 4) || coalesce(substring(reason, ';.*'), '') FROM partman.plan_maintenance(p_table) WHERE partition IS NOT NULL $$;

-- The hooks of the owner: each tells what it was asked, and answers what the table of answers says.
SET ROLE regress_hooked;
CREATE TABLE hooked.asked (n int GENERATED ALWAYS AS IDENTITY, hook text, parent text, partition text, lower text, upper text, who text, session text);
CREATE TABLE hooked.answers (hook text, day text, answer text);
CREATE FUNCTION hooked.answer(p_hook text, p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE v_answer text;
BEGIN
    INSERT INTO hooked.asked (hook, parent, partition, lower, upper, who, session) VALUES (p_hook, p_parent, p_partition, p_lower, p_upper, current_user, session_user);
    SELECT answer INTO v_answer FROM hooked.answers WHERE hook = p_hook AND p_partition::text LIKE '%' || day;
    IF v_answer = 'error' THEN
        RAISE EXCEPTION 'not archived yet' USING ERRCODE = 'P0042', DETAIL = 'The tape is full.', HINT = 'Buy another.';
    ELSIF v_answer = 'check' THEN
        RAISE check_violation;
    ELSIF v_answer = 'sleep' THEN
        PERFORM pg_sleep(600);
    ELSIF v_answer = 'loop' THEN
        LOOP NULL; END LOOP;
    ELSIF v_answer = 'stubborn' THEN
        LOOP
            BEGIN
                PERFORM pg_sleep(600);
            EXCEPTION WHEN query_canceled OR OTHERS THEN NULL;
            END;
        END LOOP;
    ELSIF v_answer = 'late' THEN
        BEGIN
            PERFORM pg_sleep(600);
        EXCEPTION WHEN query_canceled THEN RETURN true;
        END;
    ELSIF v_answer = 'commit' THEN
        COMMIT;
    ELSIF v_answer = 'rollback' THEN
        ROLLBACK;
    ELSIF v_answer = 'nested' THEN
        PERFORM partman.run_maintenance(p_parent::text);
        RETURN true;
    END IF;
    RETURN coalesce(v_answer, 'true')::boolean;
END $$;
CREATE FUNCTION hooked.detach(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE sql AS $$ SELECT hooked.answer('detach', $1, $2, $3, $4) $$;
CREATE FUNCTION hooked."drop; ""now"".'!"(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE sql AS $$ SELECT hooked.answer('drop', $1, $2, $3, $4) $$;
CREATE FUNCTION hooked.create(p_parent regclass, p_partition regclass, p_lower text, p_upper text) RETURNS boolean LANGUAGE sql AS $$ SELECT hooked.answer('create', $1, $2, $3, $4) $$;
RESET ROLE;
CREATE FUNCTION pg_temp.asked() RETURNS text LANGUAGE sql AS $$ SELECT string_agg(hook || ' ' || right(partition, 4), ', ' ORDER BY n) FROM hooked.asked $$;

-- All agree.
SELECT pg_temp.days('agreed');
SELECT pg_temp.set('hooked.agreed', $$retention = '2 days', retention_keep_table = false, before_detach = 'hooked.detach', before_drop = 'hooked.drop; "now".''!', after_create = 'hooked.create', premake = 3$$);
SELECT results_eq($$SELECT pg_temp.planned('hooked.agreed')$$, $$VALUES ('create 0323; then after_create asks hooked.create()'),
    ('drop 0315; before_detach asks hooked.detach(); before_drop asks hooked.drop; "now".''!()'), ('drop 0316; before_detach asks hooked.detach(); before_drop asks hooked.drop; "now".''!()'),
    ('drop 0317; before_detach asks hooked.detach(); before_drop asks hooked.drop; "now".''!()')$$, 'the plan says who is asked');
SELECT partman.run_maintenance('hooked.agreed');
SELECT is(pg_temp.left_of('agreed'), '15 gone, 16 gone, 17 gone', 'where they agree, all goes on');
SELECT is(pg_temp.asked(), 'detach 0315, drop 0315, detach 0316, drop 0316, detach 0317, drop 0317, create 0323', 'each is asked once');
SELECT is((SELECT string_agg(DISTINCT who || ' ' || (session = session_user), ', ') FROM hooked.asked), 'regress_hooked true', 'as the owner');
SELECT results_eq($$SELECT DISTINCT lower, upper, parent FROM hooked.asked WHERE partition LIKE '%0316'$$,
    $$VALUES ('2026-03-15 15:00:00+00', '2026-03-16 15:00:00+00', 'hooked.agreed')$$, 'with the bounds in UTC');
SELECT is((SELECT string_agg(action || ' ' || outcome || ' ' || coalesce(message,''), ', ' ORDER BY finished_at) FROM partman.maintenance_history WHERE partition LIKE '%0323'), 'create ok , after_create ok ',
    'the history tells of after_create');

-- Somebody does not: the others go.
TRUNCATE hooked.asked;
SELECT pg_temp.days('partly');
SELECT pg_temp.set('hooked.partly', $$retention = '2 days', retention_keep_table = false, before_detach = 'hooked.detach', before_drop = 'hooked.drop; "now".''!'$$);
INSERT INTO hooked.answers VALUES ('detach', '15', 'false'), ('drop', '16', 'error');
SELECT lives_ok($$SELECT partman.run_maintenance('hooked.partly')$$, 'one went');
SELECT is(pg_temp.left_of('partly'), '15 attached, 16 attached, 17 gone', 'what a hook wants to keep stays in the set, the others go');
SELECT is(pg_temp.last_of('partly', 15), 'drop deferred 55000: hook before_detach keeps "hooked.partly_p20260315" (Function "hooked.detach" returned false.)', 'the reason of the first is recorded');
SELECT is(pg_temp.last_of('partly', 16),
    'drop failed P0042: hook before_drop failed for "hooked.partly_p20260316": not archived yet (It is function "hooked.drop; "now".''!".  The tape is full.)', 'and that of the second');
SELECT is(pg_temp.asked(), 'detach 0315, detach 0316, detach 0317, drop 0317', 'what a hook does stays done when it says no; an error undoes it');
SELECT is((SELECT outcome || ' ' || retired FROM partman.maintenance_history WHERE parent_table = 'hooked.partly' AND action = 'maintain'), 'failed 1', 'the set has failed in part');
SELECT is((SELECT severity || ': ' || array_to_string(reasons, '; ') FROM partman.health WHERE parent_table = 'hooked.partly'),
    'warning: 1 gap behind; 2 partitions should be retired by now; maintenance failed 1 time: hook before_drop failed for "hooked.partly_p20260316": not archived yet', 'health says so');
-- Later they agree.
DELETE FROM hooked.answers;
SELECT partman.run_maintenance('hooked.partly');
SELECT is(pg_temp.left_of('partly'), '15 gone, 16 gone, 17 gone', 'they are asked again');

-- What else is no yes.
SELECT pg_temp.days('never');
SELECT pg_temp.set('hooked.never', $$retention = '4 days', before_detach = 'hooked.detach', hook_timeout = 200$$);
CREATE FUNCTION pg_temp.answered(p_answer text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE hooked.answers, hooked.asked;
    INSERT INTO hooked.answers VALUES ('detach', '15', p_answer);
    PERFORM partman.run_maintenance('hooked.never');
    RETURN pg_temp.left_of('never') || ': ' || pg_temp.last_of('never', 15);
END $$;
CREATE FUNCTION pg_temp.kept(p_what text) RETURNS text LANGUAGE sql AS $$ SELECT '15 attached, 16 attached, 17 attached: detach ' || p_what || ')' $$;
SELECT is(pg_temp.answered('nonsense'), pg_temp.kept('failed 22P02: hook before_detach failed for "hooked.never_p20260315": invalid input syntax for type boolean: "nonsense" (It is function "hooked.detach".'), 'an error');
SELECT is(pg_temp.answered('check'), pg_temp.kept('failed 38000: hook before_detach failed for "hooked.never_p20260315": check_violation (It is function "hooked.detach".'), 'an error that would mean something else');
SELECT is(pg_temp.answered(what), pg_temp.kept('failed 57014: hook before_detach failed for "hooked.never_p20260315": it did not end within 200 ms (It is function "hooked.detach".  What it had done by then is undone.'),
    what || ': what takes too long is ended') FROM unnest(ARRAY['sleep', 'loop', 'stubborn', 'late']) AS what;
SELECT is((SELECT count(*) FROM hooked.asked), 0::bigint, 'and undone');
SELECT is(pg_temp.answered('commit'), pg_temp.kept('failed 2D000: hook before_detach failed for "hooked.never_p20260315": invalid transaction termination (It is function "hooked.detach".'), 'COMMIT');
SELECT is(pg_temp.answered('rollback'), pg_temp.kept('failed 2D000: hook before_detach failed for "hooked.never_p20260315": invalid transaction termination (It is function "hooked.detach".'), 'ROLLBACK');
SELECT is(pg_temp.left_of('never'), '15 attached, 16 attached, 17 attached', 'none of them lets it go');
SELECT is(pg_temp.answered('nested'), '15 kept, 16 attached, 17 attached: detach ok', 'a cancel of before hits nothing afterwards');
SELECT is((SELECT count(*) FROM hooked.asked), 1::bigint, 'a hook that starts maintenance is not asked once more');
SELECT is(pg_sleep(0.3)::text, '', 'nor any statement later');

-- Dropped some time after the retirement: before_drop is asked then, with the bounds it had.
TRUNCATE hooked.answers, hooked.asked;
SELECT pg_temp.days('later');
SELECT pg_temp.set('hooked.later', $$retention = '3 days', retention_drop_after = '1 day', before_detach = 'hooked.detach', before_drop = 'hooked.drop; "now".''!', create_enabled = false$$);
SELECT partman.run_maintenance('hooked.later');
SELECT is(pg_temp.asked(), 'detach 0315, detach 0316', 'the retirement asks before_detach only');
TRUNCATE hooked.asked;
SET pg_strata_clock.now = '2026-03-21 12:00:00+00';
SELECT pg_temp.set('hooked.later', $$retention = NULL$$);
INSERT INTO hooked.answers VALUES ('drop', '15', 'false');
SELECT results_eq($$SELECT pg_temp.planned('hooked.later')$$, $$VALUES ('drop_retired 0315; before_drop asks hooked.drop; "now".''!()'), ('drop_retired 0316; before_drop asks hooked.drop; "now".''!()')$$, 'the plan of the drop');
SELECT partman.run_maintenance('hooked.later');
SELECT is(pg_temp.left_of('later'), '15 kept, 16 gone, 17 attached', 'what before_drop keeps is still a table of its own');
SELECT is(pg_temp.last_of('later', 15), 'drop_retired deferred 55000: hook before_drop keeps "hooked.later_p20260315" (Function "hooked.drop; "now".''!" returned false.)', 'recorded');
SELECT is((SELECT string_agg(lower || ' ' || upper, ', ' ORDER BY n) FROM hooked.asked), '2026-03-14 15:00:00+00 2026-03-15 15:00:00+00, 2026-03-15 15:00:00+00 2026-03-16 15:00:00+00', 'with the bounds that they had');
SET pg_strata_clock.now = '2026-03-20 12:00:00+00';

-- By hand
TRUNCATE hooked.answers, hooked.asked;
SELECT pg_temp.days('hand');
SELECT pg_temp.set('hooked.hand', $$before_detach = 'hooked.detach', before_drop = 'hooked.drop; "now".''!'$$);
INSERT INTO hooked.answers VALUES ('detach', '15', 'false'), ('drop', '16', 'false');
SELECT is(partman.drop_partition_time('hooked.hand', '2 days', p_keep_table := false), 1, 'drop_partition_time asks');
SELECT is(pg_temp.left_of('hand'), '15 attached, 16 attached, 17 gone', 'and leaves what hooks keep');
SELECT is(partman.drop_partition_time('hooked.hand', '2 days', p_keep_table := true), 1, 'to keep a table needs no word of before_drop');
SELECT is(pg_temp.left_of('hand'), '15 attached, 16 kept, 17 gone', 'it is detached');
SELECT throws_ok($$SELECT partman.drop_partition('hooked.hand_p20260315')$$, '55000', 'hook before_detach keeps "hooked.hand_p20260315"', 'so does drop_partition');
SELECT is(partman.drop_partition_time('hooked.hand', '2 days', p_keep_table := false), 0, 'nothing goes');
TRUNCATE hooked.answers, hooked.asked;
SELECT ok(partman.drop_partition('hooked.hand_p20260315'), 'with the word of both');
SELECT ok(partman.drop_default_partition('hooked.hand'), 'the default partition');
SELECT is((SELECT string_agg(hook || ' ' || coalesce(lower, '-') || ' ' || coalesce(upper, '-'), ', ' ORDER BY n) FROM hooked.asked WHERE partition LIKE '%default'), 'detach - -, drop - -', 'has no bounds');

-- Lists
TRUNCATE hooked.answers, hooked.asked;
CREATE TABLE hooked.tags (tag text, note text) PARTITION BY LIST (tag);
ALTER TABLE hooked.tags OWNER TO regress_hooked;
SELECT partman.create_parent('hooked.tags', 'tag', p_type := 'list', p_control_not_null := false);
SELECT partman.add_list_partition('hooked.tags', '{a}'), partman.add_list_partition('hooked.tags', '{b}');
SELECT pg_temp.set('hooked.tags', $$before_detach = 'hooked.detach', after_create = 'hooked.create', value_query = 'SELECT ''c''::text'$$);
SELECT partman.retire_list_value('hooked.tags', 'a');
INSERT INTO hooked.answers VALUES ('detach', 'tags_pb', 'false');
SELECT throws_ok($$SELECT partman.retire_list_value('hooked.tags', 'b')$$, '55000', 'hook before_detach keeps "hooked.tags_pb"', 'a value of a list');
SELECT results_eq($$SELECT pg_temp.planned('hooked.tags')$$, $$VALUES ('create s_pc; then after_create asks hooked.create()')$$, 'the plan for lists');
SELECT partman.run_maintenance('hooked.tags');
SELECT is((SELECT string_agg(hook || ' ' || partition || ' ' || coalesce(lower, '-') || ' ' || coalesce(upper, '-'), ', ' ORDER BY n) FROM hooked.asked), 'detach hooked.tags_pa - -, create hooked.tags_pc - -', 'has no bounds either');

-- after_create says no: the partition stays.
TRUNCATE hooked.answers, hooked.asked;
SELECT pg_temp.days('fresh');
SELECT pg_temp.set('hooked.fresh', $$premake = 5, after_create = 'hooked.create', automatic_maintenance = 'on'$$);
INSERT INTO hooked.answers VALUES ('create', '23', 'error'), ('create', '24', 'false');
SELECT partman.run_maintenance();
SELECT is((SELECT string_agg(right(partition_tablename, 4), ' ') FROM partman.show_partitions('hooked.fresh') WHERE partition_tablename > 'fresh_p20260322'), '0323 0324 0325', 'all partitions are there');
SELECT is(pg_temp.last_of('fresh', 23), 'after_create failed P0042: hook after_create failed for "hooked.fresh_p20260323": not archived yet (It is function "hooked.create".  The tape is full.)', 'its error is recorded');
SELECT is(pg_temp.last_of('fresh', 24), 'after_create failed 55000: hook after_create failed for "hooked.fresh_p20260324" (Function "hooked.create" returned false.)', 'so is false');
SELECT is(pg_temp.last_of('fresh', 25), 'after_create ok', 'the next one is called');
SELECT pg_temp.set('hooked.fresh', $$automatic_maintenance = 'off'$$);

-- What may be a hook, looked at when it is written
SET ROLE regress_hooked;
CREATE FUNCTION hooked.other_arguments(p_parent regclass, p_partition regclass) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION hooked.other_result(regclass, regclass, text, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION hooked.many(regclass, regclass, text, text) RETURNS SETOF boolean LANGUAGE sql AS 'SELECT true';
CREATE PROCEDURE hooked.procedure(regclass, regclass, text, text) LANGUAGE sql AS '';
SET ROLE regress_other;
CREATE FUNCTION other.of_others(regclass, regclass, text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
RESET ROLE;
CREATE FUNCTION other.secret(regclass, regclass, text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION other.shared(regclass, regclass, text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
REVOKE EXECUTE ON FUNCTION other.secret FROM PUBLIC;
SELECT throws_ok(format('UPDATE partman.part_config SET %s = %L WHERE parent_table = ''hooked.fresh''', hook, name), state, message, hook || ' = ' || name)
  FROM unnest(ARRAY['before_detach', 'before_drop', 'after_create']) AS hook, (VALUES
    ('hooked.missing', '42704', 'function "hooked.missing" does not exist'), ('nowhere.missing', '42704', 'function "nowhere.missing" does not exist'),
    ('detach', '42704', 'function "detach" does not exist'), ('', '42704', 'function "" does not exist'),
    ('hooked.detach(regclass,regclass,text,text)', '42704', 'function "hooked.detach(regclass,regclass,text,text)" does not exist'),
    ('hooked.other_arguments', '42704', 'function "hooked.other_arguments" does not exist'), ('hooked.other_result', '42809', 'function "hooked.other_result" does not return one boolean'),
    ('hooked.many', '42809', 'function "hooked.many" does not return one boolean'), ('hooked.procedure', '42809', 'function "hooked.procedure" does not return one boolean'),
    ('other.of_others', '42501', 'function "other.of_others" belongs to somebody else than the table'), ('other.secret', '42501', 'role "regress_hooked" may not call function "other.secret"')) AS v(name, state, message);
SELECT lives_ok($$SELECT pg_temp.set('hooked.fresh', 'before_drop = ''other.shared''')$$, 'a function of a superuser');
SELECT throws_ok(format('UPDATE partman.part_config SET hook_timeout = %s WHERE parent_table = ''hooked.fresh''', ms), '23514', NULL, 'hook_timeout ' || ms) FROM unnest(ARRAY[0, -1, 86400001]) AS ms;

-- What has changed since then
TRUNCATE hooked.answers, hooked.asked;
SELECT pg_temp.set('hooked.partly', $$retention = '1 day', before_detach = 'hooked.detach', before_drop = 'other.shared', create_enabled = false$$);
DROP FUNCTION hooked.detach;
SELECT results_eq($$SELECT pg_temp.planned('hooked.partly')$$, $$VALUES ('drop 0318; before_detach cannot be asked, so it stays: function "hooked.detach" does not exist; before_drop asks other.shared()')$$,
    'the plan says that nothing will come of it');
SELECT ok('hook before_detach cannot be asked: function "hooked.detach" does not exist' = ANY (reasons), 'health warns of it') FROM partman.health WHERE parent_table = 'hooked.partly';
SELECT partman.run_maintenance('hooked.partly');
SELECT is(pg_temp.last_of('partly', 18), 'drop failed 42704: hook before_detach failed for "hooked.partly_p20260318": function "hooked.detach" does not exist (It is function "hooked.detach".  There is none of that name with arguments (regclass, regclass, text, text).)',
    'without its function a hook keeps what it is asked about');
SELECT pg_temp.set('hooked.partly', $$before_detach = NULL$$);
REVOKE EXECUTE ON FUNCTION other.shared FROM PUBLIC;
SELECT partman.run_maintenance('hooked.partly');
SELECT is(split_part(pg_temp.last_of('partly', 18), ' (', 1), 'drop failed 42501: hook before_drop failed for "hooked.partly_p20260318": role "regress_hooked" may not call function "other.shared"', 'so does one that the owner may not call');
ALTER FUNCTION other.shared OWNER TO regress_other;
SELECT partman.run_maintenance('hooked.partly');
SELECT is(split_part(pg_temp.last_of('partly', 18), ' (', 1), 'drop failed 42501: hook before_drop failed for "hooked.partly_p20260318": function "other.shared" belongs to somebody else than the table',
    'and one that somebody else has got');

SELECT * FROM finish();
ROLLBACK;
