-- What create_parent() refuses, by the beginning of the message, and that nothing stays behind; as a superuser and as the
-- owner of the tables who is no superuser.
BEGIN;
SELECT no_plan();

SET LOCAL client_min_messages = error;
CREATE ROLE regress_dialect_owner;
CREATE SCHEMA dialect;
GRANT ALL ON SCHEMA dialect, partman TO regress_dialect_owner;
GRANT ALL ON partman.part_config, partman.part_config_sub TO regress_dialect_owner;
CREATE TABLE dialect.times (id int NOT NULL, at timestamptz NOT NULL, loose timestamptz, mood text NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE dialect.ids (id bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE dialect.loose (at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE dialect.flags (flag boolean NOT NULL) PARTITION BY RANGE (flag);
CREATE TABLE dialect.plain (at timestamptz NOT NULL, loose timestamptz, id int NOT NULL, mood json NOT NULL);
CREATE TABLE dialect.hashed (id int NOT NULL) PARTITION BY HASH (id);
DO $$ DECLARE t name; BEGIN
    FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'dialect'::regnamespace AND relkind IN ('r', 'p') LOOP
        EXECUTE format('ALTER TABLE dialect.%I OWNER TO regress_dialect_owner', t);
    END LOOP;
END $$;

CREATE FUNCTION check_refused(who name, call text, message text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', who);
    RETURN NEXT throws_like('SELECT partman.create_parent(' || call || ')', message || '%', who || ': ' || call);
    RESET ROLE;
    RETURN NEXT is_empty('SELECT parent_table FROM partman.part_config', who || ': nothing is written down after ' || call);
    RETURN NEXT is((SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                    WHERE c.relnamespace = 'dialect'::regnamespace), 0::bigint, who || ': no partition is made by ' || call);
END $$;

SELECT check_refused(w.who, c.call, c.message)
FROM (VALUES (current_user), ('regress_dialect_owner')) w (who), (VALUES
    ($$'times', 'at', '1 day'$$, 'Parent table must be schema qualified'),
    ($$'dialect.nowhere', 'at', '1 day'$$, 'Unable to find given parent table in system catalogs'),
    ($$'dialect.times', 'nothing', '1 day'$$, 'Control column given (nothing) for parent table (dialect.times) does not exist'),
    ($$'dialect.plain', 'at', '1 day'$$, 'You must have created the given parent table as ranged or list partitioned already'),
    -- What is wrong with the arguments comes first, in this order.
    ($$'dialect.plain', 'nothing', '1 day'$$, 'Control column given (nothing) for parent table (dialect.plain) does not exist'),
    ($$'dialect.plain', 'loose', '1 day', p_epoch := 'seconds'$$, 'Control column given (loose) for parent table (dialect.plain) must be set to NOT NULL'),
    ($$'dialect.plain', 'loose', '1 day', p_control_not_null := false$$, 'You must have created the given parent table as ranged or list partitioned already'),
    ($$'dialect.plain', 'mood', '1 day', p_epoch := 'seconds'$$, 'pg_partman only supports partitioning of data types that are'),
    ($$'dialect.times', 'mood', '1 day', p_epoch := 'seconds', p_type := 'x'$$, 'p_epoch can only be used with an integer based control column'),
    ($$'dialect.plain', 'at', '1 day', p_epoch := 'seconds', p_type := 'x'$$, 'p_epoch can only be used with an integer based control column'),
    ($$'dialect.plain', 'at', '1 day', p_type := 'x'$$, 'x is not a valid partitioning type for pg_partman'),
    ($$'dialect.times', 'at', '1 day', p_type := 'hash'$$, 'hash is not a valid partitioning type for pg_partman'),
    ($$'dialect.hashed', 'id', '10', p_type := 'hash'$$, 'hash is not a valid partitioning type for pg_partman'),
    ($$'dialect.hashed', 'id', '10'$$, 'You must have created the given parent table as ranged or list partitioned already'),
    ($$'dialect.times', 'id', '10'$$, 'Control column and type given in arguments'),
    ($$'dialect.times', 'at', '0.5 seconds'$$, 'Partitioning interval must be 1 second or greater'),
    ($$'dialect.ids', 'id', '1'$$, 'Interval for range partitioning must be greater than or equal to 2'),
    ($$'dialect.times', 'at', '1 day', p_epoch := 'seconds'$$, 'p_epoch can only be used with an integer based control column'),
    ($$'dialect.times', 'at', '1 day', p_template_table := 'dialect.nowhere'$$, 'Unable to find given template table'),
    ($$'dialect.flags', 'flag', '1 day'$$, 'pg_partman only supports partitioning of data types that are')) c (call, message);

-- After all that, the owner can set up what is right.
SET LOCAL ROLE regress_dialect_owner;
SELECT ok(partman.create_parent('dialect.times', 'at', '1 day'), 'the owner sets up a set by time');
SELECT ok(partman.create_parent('dialect.ids', 'id', '10'), 'the owner sets up a set by id');
SELECT ok(partman.create_parent('dialect.loose', 'at', '1 day', p_control_not_null := false), 'a column that takes nulls, when asked for');
SELECT throws_ok($$ SELECT partman.create_parent('dialect.times', 'at', '1 day') $$, NULL, NULL, 'a set is managed once');
RESET ROLE;
SELECT is((SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
           WHERE i.inhparent = 'dialect.times'::regclass AND c.relowner <> 'regress_dialect_owner'::regrole), 0::bigint, 'all partitions are the owner''s');

SELECT * FROM finish();
ROLLBACK;
