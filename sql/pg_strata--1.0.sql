/* sql/pg_strata--1.0.sql */

-- complain if the script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION pg_strata" to load this file. \quit

-- Tables: configuration

-- The three value checks are part of the dialect's interface and are used by the constraints below.
CREATE FUNCTION @extschema@.check_automatic_maintenance_value(p_automatic_maintenance text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN p_automatic_maintenance OPERATOR(pg_catalog.=) 'on' OR p_automatic_maintenance OPERATOR(pg_catalog.=) 'off';
COMMENT ON FUNCTION @extschema@.check_automatic_maintenance_value(text) IS 'Whether the value is allowed in part_config.automatic_maintenance: on, off.';

CREATE FUNCTION @extschema@.check_epoch_type(p_type text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN p_type OPERATOR(pg_catalog.=) ANY (ARRAY['none', 'seconds', 'milliseconds', 'microseconds', 'nanoseconds']);
COMMENT ON FUNCTION @extschema@.check_epoch_type(text) IS 'Whether the value is allowed in part_config.epoch: none, seconds, milliseconds, microseconds, nanoseconds.';

CREATE FUNCTION @extschema@.check_partition_type(p_type text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN p_type OPERATOR(pg_catalog.=) ANY (ARRAY['range', 'list', 'hash']);
COMMENT ON FUNCTION @extschema@.check_partition_type(text) IS 'Whether the value is allowed in part_config.partition_type: range, list, hash.';

CREATE TABLE @extschema@.part_config (
    parent_table text NOT NULL,
    control text NOT NULL,
    time_encoder text,
    time_decoder text,
    partition_interval text NOT NULL,
    partition_type text NOT NULL,
    premake int NOT NULL DEFAULT 4,
    automatic_maintenance text NOT NULL DEFAULT 'on',
    template_table text,
    retention text,
    retention_schema text,
    retention_keep_index boolean NOT NULL DEFAULT true,
    retention_keep_table boolean NOT NULL DEFAULT true,
    epoch text NOT NULL DEFAULT 'none',
    constraint_cols text[],
    optimize_constraint int NOT NULL DEFAULT 30,
    infinite_time_partitions boolean NOT NULL DEFAULT true,
    datetime_string text,
    jobmon boolean NOT NULL DEFAULT true,
    sub_partition_set_full boolean NOT NULL DEFAULT false,
    undo_in_progress boolean NOT NULL DEFAULT false,
    inherit_privileges boolean DEFAULT false,
    constraint_valid boolean NOT NULL DEFAULT true,
    ignore_default_data boolean NOT NULL DEFAULT true,
    date_trunc_interval text,
    maintenance_order int,
    retention_keep_publication boolean NOT NULL DEFAULT false,
    maintenance_last_run timestamptz,
    detach_before_drop boolean DEFAULT false,
    maintenance_role text DEFAULT current_user,
    async_partitioning_in_progress text,
    -- what pg_strata adds to the dialect
    parent_oid oid,
    system_identifier bigint,
    database_oid oid,
    owner_role text,
    set_root text,
    time_zone text,
    anchor text,
    offset_id bigint,
    name_template text,
    partition_schema text,
    create_enabled boolean NOT NULL DEFAULT true,
    retire_enabled boolean NOT NULL DEFAULT true,
    paused_until timestamptz,
    disabled_since timestamptz,
    future_limit text,
    retention_keep_last int,
    retention_max_fraction double precision DEFAULT 0.5,
    retention_confirmed_at timestamptz,
    lock_timeout int,
    lock_retries int,
    set_up_from text,
    seen_id bigint,
    seen_at timestamptz,
    seen_rate double precision,
    max_partition_bytes bigint,
    max_partition_rows bigint,
    codec text,
    create_window text,
    retire_window text,
    schedule text,
    default_rows text NOT NULL DEFAULT 'drain',
    retention_drop_after interval,
    list_mode text,
    value_query text,
    value_min_rows bigint NOT NULL DEFAULT 1,
    max_partitions int NOT NULL DEFAULT 1000,
    before_detach text,
    before_drop text,
    after_create text,
    hook_timeout int,
    modulus int,
    retention_archive_table text,
    referencing text NOT NULL DEFAULT 'block',
    start_at text,
    bounds_function text,
    CONSTRAINT part_config_parent_table_pkey PRIMARY KEY (parent_table),
    CONSTRAINT positive_premake_check CHECK (premake OPERATOR(pg_catalog.>) 0),
    CONSTRAINT part_config_type_check CHECK (@extschema@.check_partition_type(partition_type)),
    CONSTRAINT part_config_automatic_maintenance_check CHECK (@extschema@.check_automatic_maintenance_value(automatic_maintenance)),
    CONSTRAINT part_config_epoch_check CHECK (@extschema@.check_epoch_type(epoch)),
    CONSTRAINT control_constraint_col_chk CHECK ((constraint_cols OPERATOR(pg_catalog.@>) ARRAY[control]) OPERATOR(pg_catalog.<>) true),
    CONSTRAINT retention_schema_not_empty_chk CHECK (retention_schema OPERATOR(pg_catalog.<>) ''),
    CONSTRAINT part_config_retention_keep_last_check CHECK (retention_keep_last OPERATOR(pg_catalog.>) 0),
    CONSTRAINT part_config_retention_max_fraction_check
        CHECK (retention_max_fraction OPERATOR(pg_catalog.>) 0 AND retention_max_fraction OPERATOR(pg_catalog.<=) 1),
    CONSTRAINT part_config_seen_rate_check
        CHECK (seen_rate OPERATOR(pg_catalog.>=) 0 AND seen_rate OPERATOR(pg_catalog.<) 'infinity'),
    CONSTRAINT part_config_max_partition_bytes_check CHECK (max_partition_bytes OPERATOR(pg_catalog.>) 0),
    CONSTRAINT part_config_max_partition_rows_check CHECK (max_partition_rows OPERATOR(pg_catalog.>) 0),
    CONSTRAINT part_config_default_rows_check CHECK (default_rows OPERATOR(pg_catalog.=) ANY (ARRAY['drain', 'skip_range', 'error'])),
    CONSTRAINT part_config_referencing_check CHECK (referencing OPERATOR(pg_catalog.=) ANY (ARRAY['block', 'delete'])),
    CONSTRAINT part_config_list_mode_check CHECK (list_mode OPERATOR(pg_catalog.=) ANY (ARRAY['step', 'values'])),
    CONSTRAINT part_config_value_min_rows_check CHECK (value_min_rows OPERATOR(pg_catalog.>) 0),
    CONSTRAINT part_config_max_partitions_check
        CHECK (max_partitions OPERATOR(pg_catalog.>) 0 AND max_partitions OPERATOR(pg_catalog.<=) 100000),
    CONSTRAINT part_config_modulus_check CHECK (modulus OPERATOR(pg_catalog.>) 0 AND modulus OPERATOR(pg_catalog.<=) 100000),
    CONSTRAINT part_config_lock_timeout_check CHECK (lock_timeout OPERATOR(pg_catalog.>) 0 AND lock_timeout OPERATOR(pg_catalog.<=) 60000),
    CONSTRAINT part_config_lock_retries_check CHECK (lock_retries OPERATOR(pg_catalog.>=) 0 AND lock_retries OPERATOR(pg_catalog.<=) 1000),
    CONSTRAINT part_config_hook_timeout_check CHECK (hook_timeout OPERATOR(pg_catalog.>) 0 AND hook_timeout OPERATOR(pg_catalog.<=) 86400000)
)
-- maintenance_last_run is written often: room for the new versions on the same page.
WITH (fillfactor = 50);
CREATE INDEX part_config_type_idx ON @extschema@.part_config (partition_type);
CREATE INDEX part_config_parent_oid_idx ON @extschema@.part_config (parent_oid);
CREATE INDEX part_config_template_table_idx ON @extschema@.part_config (template_table);
CREATE INDEX part_config_retention_archive_table_idx ON @extschema@.part_config (retention_archive_table)
    WHERE retention_archive_table IS NOT NULL;
SELECT pg_catalog.pg_extension_config_dump('@extschema@.part_config'::pg_catalog.regclass, '');
GRANT SELECT, INSERT, UPDATE, DELETE ON @extschema@.part_config TO PUBLIC;

COMMENT ON TABLE @extschema@.part_config IS 'One row per managed partitioned table: what its owner wants.';
COMMENT ON COLUMN @extschema@.part_config.parent_table IS 'The partitioned table as schema.table, without quotes.';
COMMENT ON COLUMN @extschema@.part_config.control IS 'Name of the partition key column.';
COMMENT ON COLUMN @extschema@.part_config.time_encoder IS 'Function that turns a timestamptz into a text or uuid key.';
COMMENT ON COLUMN @extschema@.part_config.time_decoder IS 'Function that turns a text or uuid key, given as text, into a timestamptz.';
COMMENT ON COLUMN @extschema@.part_config.partition_interval IS 'Width of a partition: an interval for time sets, an integer for id sets.';
COMMENT ON COLUMN @extschema@.part_config.partition_type IS 'Partitioning strategy of the table: range, list or hash.';
COMMENT ON COLUMN @extschema@.part_config.premake IS 'How many partitions are kept ahead of the current one (1 to 100000).';
COMMENT ON COLUMN @extschema@.part_config.automatic_maintenance IS 'on: maintained by the worker and by run_maintenance() without a table; off: only when named.';
COMMENT ON COLUMN @extschema@.part_config.template_table IS 'Table (schema.table) that properties of new partitions are taken from where the parent cannot have them; NULL: none.';
COMMENT ON COLUMN @extschema@.part_config.retention IS 'Partitions that end longer ago than this are retired: an interval with units for time sets, an integer for id sets; NULL: kept for ever.';
COMMENT ON COLUMN @extschema@.part_config.retention_schema IS 'Retired partitions are moved to this schema instead of being dropped.';
COMMENT ON COLUMN @extschema@.part_config.retention_keep_index IS 'Whether partitions that are kept after retirement keep their indexes.';
COMMENT ON COLUMN @extschema@.part_config.retention_keep_table IS 'Whether retired partitions are only detached (true) or dropped (false).';
COMMENT ON COLUMN @extschema@.part_config.epoch IS 'Unit of an integer key that holds a time since 1970: seconds, milliseconds, microseconds, nanoseconds; none: a plain number.';
COMMENT ON COLUMN @extschema@.part_config.constraint_cols IS 'Columns of which older partitions get CHECK constraints of their least and greatest values; NULL: none.';
COMMENT ON COLUMN @extschema@.part_config.optimize_constraint IS 'Partitions more than so many behind the newest rows get the constraints of constraint_cols.';
COMMENT ON COLUMN @extschema@.part_config.infinite_time_partitions IS 'true: the clock, or in id sets the observed rate, drives how far ahead partitions are made; false: only the newest data does.';
COMMENT ON COLUMN @extschema@.part_config.datetime_string IS 'to_char pattern of the partition name suffix in time sets.';
COMMENT ON COLUMN @extschema@.part_config.jobmon IS 'Accepted for the dialect and ignored: pg_strata keeps its own log.';
COMMENT ON COLUMN @extschema@.part_config.sub_partition_set_full IS 'true: nothing more is made in this sub-partition set; becomes true when its partitions reach the end of what it can hold.';
COMMENT ON COLUMN @extschema@.part_config.undo_in_progress IS 'true while the set is being undone: maintenance leaves it out.';
COMMENT ON COLUMN @extschema@.part_config.inherit_privileges IS 'Accepted for the dialect and ignored: new partitions always get the owner and the grants of the parent.';
COMMENT ON COLUMN @extschema@.part_config.constraint_valid IS 'false: the constraints of constraint_cols stay NOT VALID.';
COMMENT ON COLUMN @extschema@.part_config.ignore_default_data IS 'false: rows in the default partition also count as newest data.';
COMMENT ON COLUMN @extschema@.part_config.date_trunc_interval IS 'date_trunc unit that the first bound was aligned to.';
COMMENT ON COLUMN @extschema@.part_config.maintenance_order IS 'Order in which sets are maintained, ascending, NULL last.';
COMMENT ON COLUMN @extschema@.part_config.retention_keep_publication IS 'Whether partitions that are kept after retirement stay in their publications.';
COMMENT ON COLUMN @extschema@.part_config.maintenance_last_run IS 'When maintenance last succeeded; NULL after a failure.';
COMMENT ON COLUMN @extschema@.part_config.detach_before_drop IS 'Whether retirement detaches a partition before it drops it.';
COMMENT ON COLUMN @extschema@.part_config.maintenance_role IS 'For row-level security policies of the administrator; pg_strata reads it nowhere.';
COMMENT ON COLUMN @extschema@.part_config.async_partitioning_in_progress IS 'Start of the partition that partition_data_async is filling.';
COMMENT ON COLUMN @extschema@.part_config.parent_oid IS 'Oid of the partitioned table; valid only together with system_identifier and database_oid; NULL: the table does not exist (orphaned).';
COMMENT ON COLUMN @extschema@.part_config.system_identifier IS 'Server that parent_oid belongs to.';
COMMENT ON COLUMN @extschema@.part_config.database_oid IS 'Database that parent_oid belongs to.';
COMMENT ON COLUMN @extschema@.part_config.owner_role IS 'Role that answers for the row: the owner of the table; of an orphaned row, the role that may take a table of that name back.';
COMMENT ON COLUMN @extschema@.part_config.set_root IS 'parent_table of the topmost set when this is a sub-partition set.';
COMMENT ON COLUMN @extschema@.part_config.time_zone IS 'Time zone in whose calendar the bounds of a time set lie.';
COMMENT ON COLUMN @extschema@.part_config.anchor IS 'A point of the grid of bounds: ISO time in UTC for timestamptz keys, wall clock for timestamp and date, a number for ids.';
COMMENT ON COLUMN @extschema@.part_config.offset_id IS 'Offset of the bounds of an id set from the multiples of its interval.';
COMMENT ON COLUMN @extschema@.part_config.name_template IS 'Template of partition names, such as {table}_y{YYYY}m{MM}; NULL: the dialect''s names.';
COMMENT ON COLUMN @extschema@.part_config.partition_schema IS 'Schema of new partitions, in which the owner of the parent may create tables; NULL: the schema of the parent.';
COMMENT ON COLUMN @extschema@.part_config.create_enabled IS 'Whether maintenance makes partitions.';
COMMENT ON COLUMN @extschema@.part_config.retire_enabled IS 'Whether maintenance retires partitions.';
COMMENT ON COLUMN @extschema@.part_config.paused_until IS 'Maintenance leaves the set alone until then.';
COMMENT ON COLUMN @extschema@.part_config.disabled_since IS 'Since when create_enabled or retire_enabled has been off; kept by pg_strata.';
COMMENT ON COLUMN @extschema@.part_config.future_limit IS 'Data further ahead than this (interval or integer) never steers how far ahead partitions are made; NULL: as far as partitions follow each other without a gap, or premake + 1 partitions.';
COMMENT ON COLUMN @extschema@.part_config.retention_keep_last IS 'Retirement always leaves at least this many partitions.';
COMMENT ON COLUMN @extschema@.part_config.retention_max_fraction IS 'An unattended run that would retire more than this fraction of the partitions (and more than 10) waits for confirm_retention(); NULL: never waits.';
COMMENT ON COLUMN @extschema@.part_config.retention_confirmed_at IS 'When confirm_retention() was called for a retirement that has not been done yet.';
COMMENT ON COLUMN @extschema@.part_config.lock_timeout IS 'Milliseconds that one attempt to lock may wait (1 to 60000); NULL: pg_strata.lock_timeout.';
COMMENT ON COLUMN @extschema@.part_config.lock_retries IS 'How often an attempt to lock is repeated (0 to 1000); NULL: pg_strata.lock_retries.';
COMMENT ON COLUMN @extschema@.part_config.set_up_from IS 'From here on partitions of the set-up are missing still, written like anchor; maintenance makes them; NULL: none.';
COMMENT ON COLUMN @extschema@.part_config.seen_id IS 'Id sets: the newest id that maintenance has seen.';
COMMENT ON COLUMN @extschema@.part_config.seen_at IS 'When maintenance saw seen_id.';
COMMENT ON COLUMN @extschema@.part_config.seen_rate IS 'Id sets: ids per second, as observed between runs of maintenance; so many more partitions are made as the rate uses until the next run, ten times premake at most.';
COMMENT ON COLUMN @extschema@.part_config.max_partition_bytes IS 'A partition whose table and TOAST table take more is reported by the view health; NULL: none is.';
COMMENT ON COLUMN @extschema@.part_config.max_partition_rows IS 'A partition with more rows, by the estimate of the last VACUUM or ANALYZE, is reported by the view health; NULL: none is.';
COMMENT ON COLUMN @extschema@.part_config.codec IS 'How the control column holds times: uuidv7, ulid, snowflake(epoch in milliseconds, shift); NULL: by its type, epoch, or time_encoder and time_decoder.';
COMMENT ON COLUMN @extschema@.part_config.create_window IS 'When the worker and runs without a table may make partitions, in time_zone, such as Mon-Fri 22:00-05:30; Sat,Sun; NULL: always.';
COMMENT ON COLUMN @extschema@.part_config.retire_window IS 'When they may retire partitions, likewise; NULL: always.';
COMMENT ON COLUMN @extschema@.part_config.schedule IS 'When the worker and runs without a table look at the set: moments in time_zone, such as Mon-Fri 02:00, 14:00; Sun 04:30, or an interval since maintenance_last_run; NULL: whenever something may be due.';
COMMENT ON COLUMN @extschema@.part_config.default_rows IS 'What becomes of rows in the default partition that are in the way of a new one: drain: they are moved there; skip_range: that partition is not made; error: maintenance of the set fails.';
COMMENT ON COLUMN @extschema@.part_config.retention_drop_after IS 'A retired partition is kept that long, and then maintenance drops it; NULL: it is kept for ever or dropped at once, as retention_keep_table says.';
COMMENT ON COLUMN @extschema@.part_config.list_mode IS 'Of a table partitioned by list: step, one number after the other, or values, what each partition lists is said one by one; NULL: step.';
COMMENT ON COLUMN @extschema@.part_config.value_query IS 'A SELECT of values that shall have a partition each, run as the owner and read-only (list_mode values); NULL: none.';
COMMENT ON COLUMN @extschema@.part_config.value_min_rows IS 'So many rows of a value in the default partition make maintenance give it a partition of its own (list_mode values).';
COMMENT ON COLUMN @extschema@.part_config.max_partitions IS 'The set gets no more partitions than these (list_mode values).';
COMMENT ON COLUMN @extschema@.part_config.before_detach IS 'Function that is asked, as the owner of the table, before a partition leaves the set; unless it returns true, the partition stays; NULL: none.';
COMMENT ON COLUMN @extschema@.part_config.before_drop IS 'Function that is asked likewise before a partition, or a table that was one, is dropped; unless it returns true, the table stays; NULL: none.';
COMMENT ON COLUMN @extschema@.part_config.after_create IS 'Function that is called likewise after maintenance has made a partition; that it fails is recorded, and the partition stays; NULL: none.';
COMMENT ON COLUMN @extschema@.part_config.hook_timeout IS 'Milliseconds that such a function may take (1 to 86400000); NULL: pg_strata.hook_timeout.';
COMMENT ON COLUMN @extschema@.part_config.modulus IS 'Of a table partitioned by hash: each remainder of a division by it gets a partition.';
COMMENT ON COLUMN @extschema@.part_config.retention_archive_table IS 'Retired partitions are attached to this partitioned table (schema.table) instead of being dropped.';
COMMENT ON COLUMN @extschema@.part_config.referencing IS 'What rows of other tables do that refer to a partition that is due: block: it stays; delete: they are deleted before, in batches.';
COMMENT ON COLUMN @extschema@.part_config.start_at IS 'No partition is made for values before it, but by hand: a time such as 2027-01-01 in time_zone, or an id; NULL: no limit.';
COMMENT ON COLUMN @extschema@.part_config.bounds_function IS 'Function that says where the partition that holds a value begins and ends; partition_interval is then about how long they are; NULL: they follow partition_interval.';

CREATE TABLE @extschema@.part_config_sub (
    sub_parent text NOT NULL,
    sub_control text NOT NULL,
    sub_time_encoder text,
    sub_time_decoder text,
    sub_partition_interval text NOT NULL,
    sub_partition_type text NOT NULL,
    sub_premake int NOT NULL DEFAULT 4,
    sub_automatic_maintenance text NOT NULL DEFAULT 'on',
    sub_template_table text,
    sub_retention text,
    sub_retention_schema text,
    sub_retention_keep_index boolean NOT NULL DEFAULT true,
    sub_retention_keep_table boolean NOT NULL DEFAULT true,
    sub_epoch text NOT NULL DEFAULT 'none',
    sub_constraint_cols text[],
    sub_optimize_constraint int NOT NULL DEFAULT 30,
    sub_infinite_time_partitions boolean NOT NULL DEFAULT false,
    sub_jobmon boolean NOT NULL DEFAULT true,
    sub_inherit_privileges boolean DEFAULT false,
    sub_constraint_valid boolean NOT NULL DEFAULT true,
    sub_ignore_default_data boolean NOT NULL DEFAULT true,
    sub_default_table boolean DEFAULT true,
    sub_date_trunc_interval text,
    sub_maintenance_order int,
    sub_retention_keep_publication boolean NOT NULL DEFAULT false,
    sub_control_not_null boolean DEFAULT true,
    sub_detach_before_drop boolean DEFAULT false,
    sub_maintenance_role text DEFAULT current_user,
    -- what pg_strata adds to the dialect
    sub_owner_role text,
    sub_time_zone text,
    sub_modulus int,
    sub_values text[],
    sub_value_query text,
    -- No foreign key: a parallel restore loads this table and part_config in any order.  The triggers do its work.
    CONSTRAINT part_config_sub_pkey PRIMARY KEY (sub_parent),
    CONSTRAINT positive_premake_check CHECK (sub_premake OPERATOR(pg_catalog.>) 0),
    CONSTRAINT part_config_sub_type_check CHECK (@extschema@.check_partition_type(sub_partition_type)),
    CONSTRAINT part_config_sub_automatic_maintenance_check CHECK (@extschema@.check_automatic_maintenance_value(sub_automatic_maintenance)),
    CONSTRAINT part_config_sub_epoch_check CHECK (@extschema@.check_epoch_type(sub_epoch)),
    CONSTRAINT part_config_sub_modulus_check CHECK (sub_modulus OPERATOR(pg_catalog.>) 0),
    CONSTRAINT control_constraint_col_chk CHECK ((sub_constraint_cols OPERATOR(pg_catalog.@>) ARRAY[sub_control]) OPERATOR(pg_catalog.<>) true),
    CONSTRAINT retention_schema_not_empty_chk CHECK (sub_retention_schema OPERATOR(pg_catalog.<>) '')
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.part_config_sub'::pg_catalog.regclass, '');
GRANT SELECT, INSERT, UPDATE, DELETE ON @extschema@.part_config_sub TO PUBLIC;

COMMENT ON TABLE @extschema@.part_config_sub IS 'One row per managed table whose partitions are partitioned themselves: how.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_parent IS 'parent_table of the set whose partitions are partitioned like this.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_control IS 'control of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_time_encoder IS 'time_encoder of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_time_decoder IS 'time_decoder of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_partition_interval IS 'partition_interval of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_partition_type IS 'partition_type of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_premake IS 'premake of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_automatic_maintenance IS 'automatic_maintenance of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_template_table IS 'template_table of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_retention IS 'retention of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_retention_schema IS 'retention_schema of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_retention_keep_index IS 'retention_keep_index of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_retention_keep_table IS 'retention_keep_table of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_epoch IS 'epoch of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_constraint_cols IS 'constraint_cols of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_optimize_constraint IS 'optimize_constraint of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_infinite_time_partitions IS 'infinite_time_partitions of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_jobmon IS 'Accepted for the dialect and ignored: pg_strata keeps its own log.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_inherit_privileges IS 'inherit_privileges of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_constraint_valid IS 'constraint_valid of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_ignore_default_data IS 'ignore_default_data of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_default_table IS 'Whether the sub-partition sets get a default partition.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_date_trunc_interval IS 'date_trunc_interval of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_maintenance_order IS 'maintenance_order of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_retention_keep_publication IS 'retention_keep_publication of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_control_not_null IS 'Whether the control column of the sub-partition sets must be NOT NULL.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_detach_before_drop IS 'detach_before_drop of the sub-partition sets.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_maintenance_role IS 'For row-level security policies of the administrator; pg_strata reads it nowhere.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_owner_role IS 'Role that wrote the row; kept by pg_strata, and used when a restore brings the row before that of part_config.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_time_zone IS 'time_zone of the sub-partition sets; filled in where it is missing.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_modulus IS 'modulus of the sub-partition sets; of those by hash.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_values IS 'New sub-partition sets begin with a partition for each of these values; of those by lists of values.';
COMMENT ON COLUMN @extschema@.part_config_sub.sub_value_query IS 'value_query of the sub-partition sets; of those by lists of values.';

-- The restore guard. No key: a restore adds the dumped row to the one that CREATE EXTENSION made, and
-- must not fail on it; any row of another server or database means that nothing is retired.
CREATE TABLE @extschema@.installation (
    system_identifier bigint NOT NULL,
    database_oid oid NOT NULL,
    confirmed_at timestamptz
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.installation'::pg_catalog.regclass, '');
GRANT SELECT ON @extschema@.installation TO PUBLIC;
GRANT INSERT ON @extschema@.installation TO @extowner@;

COMMENT ON TABLE @extschema@.installation IS 'The server and database that the configuration was confirmed for; on any other nothing is retired until confirm_live().';
COMMENT ON COLUMN @extschema@.installation.system_identifier IS 'System identifier of the server.';
COMMENT ON COLUMN @extschema@.installation.database_oid IS 'Oid of the database.';
COMMENT ON COLUMN @extschema@.installation.confirmed_at IS 'When the extension was created or confirm_live() was called; NULL: the row came with a restore.';

-- Tables: provenance

CREATE TABLE @extschema@.part_config_override (
    root text NOT NULL,
    value text NOT NULL,
    settings jsonb NOT NULL,
    owner_role text,
    -- No foreign key, as in part_config_sub.
    CONSTRAINT part_config_override_pkey PRIMARY KEY (root, value),
    CONSTRAINT part_config_override_settings_check CHECK (pg_catalog.jsonb_typeof(settings) OPERATOR(pg_catalog.=) 'object')
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.part_config_override'::pg_catalog.regclass, '');
GRANT SELECT, INSERT, UPDATE, DELETE ON @extschema@.part_config_override TO PUBLIC;

COMMENT ON TABLE @extschema@.part_config_override IS 'Settings of the sets below a partition that lists a value, in place of those in part_config_sub.';
COMMENT ON COLUMN @extschema@.part_config_override.root IS 'parent_table of the topmost set of the tree.';
COMMENT ON COLUMN @extschema@.part_config_override.value IS 'The value, as partitions list it.';
COMMENT ON COLUMN @extschema@.part_config_override.settings IS 'Columns of part_config and what they are to be, such as {"retention": "3 months", "premake": 6}.';
COMMENT ON COLUMN @extschema@.part_config_override.owner_role IS 'Role that wrote the row; kept by pg_strata, and used when a restore brings the row before that of part_config.';

-- The names are kept beside the oids because a dump carries only names.
CREATE TABLE @extschema@.managed_partition (
    parent_oid oid,
    partition_oid oid,
    system_identifier bigint,
    database_oid oid,
    parent_table text NOT NULL,
    partition_schema text NOT NULL,
    partition_table text NOT NULL,
    provenance text NOT NULL,
    bound text,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    detached_at timestamptz,
    retired_as text,
    retired_from text,
    drop_due timestamptz,
    held_since timestamptz,
    retiring_since timestamptz,
    retiring_as text,
    asked_since timestamptz,
    CONSTRAINT managed_partition_identity_key UNIQUE (partition_oid, system_identifier, database_oid),
    CONSTRAINT managed_partition_provenance_check CHECK (provenance OPERATOR(pg_catalog.=) ANY (ARRAY['made', 'adopted'])),
    CONSTRAINT managed_partition_retired_as_check CHECK (retired_as OPERATOR(pg_catalog.=) ANY (ARRAY['detached', 'moved', 'archived'])),
    CONSTRAINT managed_partition_retiring_as_check CHECK (retiring_as OPERATOR(pg_catalog.=) ANY (ARRAY['drop', 'detach', 'move', 'archive']))
);
CREATE INDEX managed_partition_parent_oid_idx ON @extschema@.managed_partition (parent_oid);
CREATE INDEX managed_partition_unsettled_idx ON @extschema@.managed_partition (parent_oid)
    WHERE retiring_as IS NOT NULL AND (detached_at IS NOT NULL OR asked_since IS NOT NULL);
CREATE INDEX managed_partition_retiring_idx ON @extschema@.managed_partition (partition_oid)
    WHERE retiring_since IS NOT NULL AND detached_at IS NULL;
SELECT pg_catalog.pg_extension_config_dump('@extschema@.managed_partition'::pg_catalog.regclass, '');
GRANT SELECT ON @extschema@.managed_partition TO PUBLIC;
GRANT INSERT ON @extschema@.managed_partition TO @extowner@;

COMMENT ON TABLE @extschema@.managed_partition IS 'Partitions that pg_strata made or adopted; others are never retired.';
COMMENT ON COLUMN @extschema@.managed_partition.parent_oid IS 'Oid of the set that the partition belongs or belonged to.';
COMMENT ON COLUMN @extschema@.managed_partition.partition_oid IS 'Oid of the partition; valid only together with system_identifier and database_oid.';
COMMENT ON COLUMN @extschema@.managed_partition.system_identifier IS 'Server that the oids belong to.';
COMMENT ON COLUMN @extschema@.managed_partition.database_oid IS 'Database that the oids belong to.';
COMMENT ON COLUMN @extschema@.managed_partition.parent_table IS 'parent_table of the set in part_config.';
COMMENT ON COLUMN @extschema@.managed_partition.partition_schema IS 'Schema of the partition.';
COMMENT ON COLUMN @extschema@.managed_partition.partition_table IS 'Name of the partition.';
COMMENT ON COLUMN @extschema@.managed_partition.provenance IS 'made: by pg_strata; adopted: it was there when the set became managed.';
COMMENT ON COLUMN @extschema@.managed_partition.bound IS 'Bound that a retired partition had, as ATTACH PARTITION takes it.';
COMMENT ON COLUMN @extschema@.managed_partition.created_at IS 'When the partition was made or adopted.';
COMMENT ON COLUMN @extschema@.managed_partition.detached_at IS 'When the partition was retired but kept; NULL: it is attached.';
COMMENT ON COLUMN @extschema@.managed_partition.retired_as IS 'How the partition was retired: detached, moved to the retention schema, or archived: attached to the archive table.';
COMMENT ON COLUMN @extschema@.managed_partition.retired_from IS 'Schema that the partition was in when it was retired.';
COMMENT ON COLUMN @extschema@.managed_partition.drop_due IS 'When maintenance may drop the retired partition; NULL: never.';
COMMENT ON COLUMN @extschema@.managed_partition.held_since IS 'Since when the partition is held: retention leaves it alone; NULL: it is not.';
COMMENT ON COLUMN @extschema@.managed_partition.retiring_since IS 'When retention began to detach the partition concurrently, if the retirement is not done yet; NULL: nothing is left to do.';
COMMENT ON COLUMN @extschema@.managed_partition.retiring_as IS 'What is to become of the partition then: drop, detach, move or archive.  With detached_at it is out of the set, and each run tries again.';
COMMENT ON COLUMN @extschema@.managed_partition.asked_since IS 'When drop_partition() was called to have the partition retired by the worker, as retiring_as says; NULL: it was not, or that is done.';

-- Tables: history

-- What maintenance did.  Not dumped: it tells about this server.  No foreign keys: only the library writes here, and
-- a run's rows are pruned together.  Nothing is granted; everybody reads the view maintenance_history.
CREATE TABLE @extschema@.maintenance_run (
    run_id bigint GENERATED ALWAYS AS IDENTITY,
    caller text NOT NULL,
    role_name text NOT NULL,
    pid int NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    outcome text,
    sets int,
    CONSTRAINT maintenance_run_pkey PRIMARY KEY (run_id),
    CONSTRAINT maintenance_run_caller_check CHECK (caller OPERATOR(pg_catalog.=) ANY (ARRAY['function', 'procedure', 'worker'])),
    CONSTRAINT maintenance_run_outcome_check CHECK (outcome OPERATOR(pg_catalog.=) ANY (ARRAY['ok', 'skipped', 'deferred', 'needs_confirmation', 'failed']))
);
CREATE INDEX maintenance_run_started_at_idx ON @extschema@.maintenance_run (started_at);

COMMENT ON TABLE @extschema@.maintenance_run IS 'Runs of maintenance in which something was done, failed or was held back.';
COMMENT ON COLUMN @extschema@.maintenance_run.run_id IS 'Number of the run.';
COMMENT ON COLUMN @extschema@.maintenance_run.caller IS 'What ran it: function, procedure or worker.';
COMMENT ON COLUMN @extschema@.maintenance_run.role_name IS 'Session user of the run.';
COMMENT ON COLUMN @extschema@.maintenance_run.pid IS 'Process of the run.';
COMMENT ON COLUMN @extschema@.maintenance_run.started_at IS 'When it began.';
COMMENT ON COLUMN @extschema@.maintenance_run.finished_at IS 'When it ended; NULL: it is still running or was interrupted.';
COMMENT ON COLUMN @extschema@.maintenance_run.outcome IS 'The worst outcome of its sets.';
COMMENT ON COLUMN @extschema@.maintenance_run.sets IS 'How many sets were looked at.';

CREATE TABLE @extschema@.maintenance_set (
    run_id bigint NOT NULL,
    ordinal int NOT NULL,
    parent_table text NOT NULL,
    owner_oid oid,
    outcome text NOT NULL,
    sqlstate text,
    message text,
    detail text,
    hint text,
    blocker_pid int,
    blocker_query text,
    blocker_role oid,
    blocker_mode text,
    blocker_since timestamptz,
    lock_wait_ms int,
    created int NOT NULL,
    retired int NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    CONSTRAINT maintenance_set_pkey PRIMARY KEY (run_id, ordinal),
    CONSTRAINT maintenance_set_outcome_check CHECK (outcome OPERATOR(pg_catalog.=) ANY (ARRAY['ok', 'skipped', 'deferred', 'needs_confirmation', 'failed']))
);
CREATE INDEX maintenance_set_parent_table_idx ON @extschema@.maintenance_set (parent_table, run_id);

COMMENT ON TABLE @extschema@.maintenance_set IS 'Sets of a run in which something was done, failed or was held back.';
COMMENT ON COLUMN @extschema@.maintenance_set.run_id IS 'Run that it belongs to.';
COMMENT ON COLUMN @extschema@.maintenance_set.ordinal IS 'Order within the run.';
COMMENT ON COLUMN @extschema@.maintenance_set.parent_table IS 'parent_table of the set.';
COMMENT ON COLUMN @extschema@.maintenance_set.owner_oid IS 'Owner of the set at that time.';
COMMENT ON COLUMN @extschema@.maintenance_set.outcome IS 'ok, skipped, deferred, needs_confirmation or failed.';
COMMENT ON COLUMN @extschema@.maintenance_set.sqlstate IS 'SQLSTATE of what went wrong.';
COMMENT ON COLUMN @extschema@.maintenance_set.message IS 'What went wrong, or is held back.';
COMMENT ON COLUMN @extschema@.maintenance_set.detail IS 'Detail of the message.';
COMMENT ON COLUMN @extschema@.maintenance_set.hint IS 'Hint of the message.';
COMMENT ON COLUMN @extschema@.maintenance_set.blocker_pid IS 'Process that held the lock that could not be had; NULL for a prepared transaction.';
COMMENT ON COLUMN @extschema@.maintenance_set.blocker_query IS 'What that process was running.';
COMMENT ON COLUMN @extschema@.maintenance_set.blocker_role IS 'Whose query that is.';
COMMENT ON COLUMN @extschema@.maintenance_set.blocker_mode IS 'Mode of the lock that it held.';
COMMENT ON COLUMN @extschema@.maintenance_set.blocker_since IS 'When its transaction began.';
COMMENT ON COLUMN @extschema@.maintenance_set.lock_wait_ms IS 'Milliseconds spent on getting locks in vain.';
COMMENT ON COLUMN @extschema@.maintenance_set.created IS 'How many partitions were made.';
COMMENT ON COLUMN @extschema@.maintenance_set.retired IS 'How many partitions were retired.';
COMMENT ON COLUMN @extschema@.maintenance_set.started_at IS 'When the set was begun.';
COMMENT ON COLUMN @extschema@.maintenance_set.finished_at IS 'When the set was done.';

CREATE TABLE @extschema@.maintenance_step (
    run_id bigint NOT NULL,
    ordinal int NOT NULL,
    parent_table text NOT NULL,
    owner_oid oid,
    action text NOT NULL,
    partition text NOT NULL,
    bounds text,
    outcome text NOT NULL,
    sqlstate text,
    message text,
    detail text,
    hint text,
    blocker_pid int,
    blocker_query text,
    blocker_role oid,
    blocker_mode text,
    blocker_since timestamptz,
    lock_wait_ms int,
    rows bigint,
    bytes bigint,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    CONSTRAINT maintenance_step_pkey PRIMARY KEY (run_id, ordinal),
    CONSTRAINT maintenance_step_action_check CHECK (action OPERATOR(pg_catalog.=) ANY (ARRAY['create', 'heal', 'drop', 'detach', 'move', 'archive', 'delete_referencing', 'drop_retired', 'attach', 'constrain', 'after_create', 'detach concurrently', 'finalize', 'rehash', 'convert'])),
    CONSTRAINT maintenance_step_outcome_check CHECK (outcome OPERATOR(pg_catalog.=) ANY (ARRAY['ok', 'skipped', 'deferred', 'needs_confirmation', 'failed']))
);

COMMENT ON TABLE @extschema@.maintenance_step IS 'Actions of a run, one row per partition.';
COMMENT ON COLUMN @extschema@.maintenance_step.run_id IS 'Run that it belongs to.';
COMMENT ON COLUMN @extschema@.maintenance_step.ordinal IS 'Order within the run.';
COMMENT ON COLUMN @extschema@.maintenance_step.parent_table IS 'parent_table of the set.';
COMMENT ON COLUMN @extschema@.maintenance_step.owner_oid IS 'Owner of the set at that time.';
COMMENT ON COLUMN @extschema@.maintenance_step.action IS 'create, heal (create, and move rows of the default partition there), drop, detach, move, archive, delete_referencing (rows of other tables that referred to a partition that is due), drop_retired, attach (by undo_retention, or of one that was detached, but is not to be retired any more), constrain or after_create (the hook); detach concurrently and finalize: the begin and the end of a detach that nobody waits for; rehash: a partition in the place of others with another modulus; convert: a partition with rows became a set of its own.';
COMMENT ON COLUMN @extschema@.maintenance_step.partition IS 'Partition, as schema.table.';
COMMENT ON COLUMN @extschema@.maintenance_step.bounds IS 'Its bounds.';
COMMENT ON COLUMN @extschema@.maintenance_step.outcome IS 'ok, skipped, deferred, needs_confirmation or failed.';
COMMENT ON COLUMN @extschema@.maintenance_step.sqlstate IS 'SQLSTATE of what went wrong.';
COMMENT ON COLUMN @extschema@.maintenance_step.message IS 'What went wrong, or is held back.';
COMMENT ON COLUMN @extschema@.maintenance_step.detail IS 'Detail of the message.';
COMMENT ON COLUMN @extschema@.maintenance_step.hint IS 'Hint of the message.';
COMMENT ON COLUMN @extschema@.maintenance_step.blocker_pid IS 'Process that held the lock that could not be had; NULL for a prepared transaction.';
COMMENT ON COLUMN @extschema@.maintenance_step.blocker_query IS 'What that process was running.';
COMMENT ON COLUMN @extschema@.maintenance_step.blocker_role IS 'Whose query that is.';
COMMENT ON COLUMN @extschema@.maintenance_step.blocker_mode IS 'Mode of the lock that it held.';
COMMENT ON COLUMN @extschema@.maintenance_step.blocker_since IS 'When its transaction began.';
COMMENT ON COLUMN @extschema@.maintenance_step.lock_wait_ms IS 'Milliseconds spent on getting locks in vain.';
COMMENT ON COLUMN @extschema@.maintenance_step.rows IS 'The planner''s estimate of the rows that went with a retired partition.';
COMMENT ON COLUMN @extschema@.maintenance_step.bytes IS 'Size of a retired partition.';
COMMENT ON COLUMN @extschema@.maintenance_step.started_at IS 'When the step was begun.';
COMMENT ON COLUMN @extschema@.maintenance_step.finished_at IS 'When the step was done.';

-- How each set stands.  Not dumped, like the history; read by the view health.
CREATE TABLE @extschema@.maintenance_state (
    parent_oid oid NOT NULL,
    outcome text NOT NULL,
    since timestamptz NOT NULL,
    failures int NOT NULL,
    ok_at timestamptz,
    bad_at timestamptz,
    sqlstate text,
    message text,
    detail text,
    hint text,
    CONSTRAINT maintenance_state_pkey PRIMARY KEY (parent_oid),
    CONSTRAINT maintenance_state_outcome_check CHECK (outcome OPERATOR(pg_catalog.=) ANY (ARRAY['ok', 'skipped', 'deferred', 'needs_confirmation', 'failed']))
)
-- A set that fails is written again and again.
WITH (fillfactor = 50);

COMMENT ON TABLE @extschema@.maintenance_state IS 'How maintenance of a set stands; a set that never had trouble has no row.';
COMMENT ON COLUMN @extschema@.maintenance_state.parent_oid IS 'Oid of the set.';
COMMENT ON COLUMN @extschema@.maintenance_state.outcome IS 'What the last run came to: ok, skipped, deferred, needs_confirmation or failed.';
COMMENT ON COLUMN @extschema@.maintenance_state.since IS 'Since when it has been so.';
COMMENT ON COLUMN @extschema@.maintenance_state.failures IS 'How many times in a row it failed or was deferred.';
COMMENT ON COLUMN @extschema@.maintenance_state.ok_at IS 'When it was ok before or after that.';
COMMENT ON COLUMN @extschema@.maintenance_state.bad_at IS 'When it last was not ok; what follows tells why.';
COMMENT ON COLUMN @extschema@.maintenance_state.sqlstate IS 'SQLSTATE of what went wrong.';
COMMENT ON COLUMN @extschema@.maintenance_state.message IS 'What went wrong, or is held back.';
COMMENT ON COLUMN @extschema@.maintenance_state.detail IS 'Detail of the message.';
COMMENT ON COLUMN @extschema@.maintenance_state.hint IS 'Hint of the message.';

-- Tables: jobs

-- Procedures that work in many transactions.  Not dumped: what they have done is in the data, and a restored copy has
-- nobody at work; but pg_upgrade keeps them, as it keeps the data.  Only the library writes here, and nothing is granted; everybody reads the views.
CREATE TABLE @extschema@.job (
    job_id bigint GENERATED ALWAYS AS IDENTITY,
    what text NOT NULL,
    parent_oid oid NOT NULL,
    parent_table text NOT NULL,
    parameters jsonb NOT NULL,
    state text NOT NULL,
    role_name text NOT NULL,
    pid int NOT NULL,
    calls int NOT NULL,
    rows_done bigint NOT NULL,
    rows_estimated bigint,
    sqlstate text,
    message text,
    detail text,
    hint text,
    started_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT job_pkey PRIMARY KEY (job_id),
    CONSTRAINT job_what_check CHECK (what OPERATOR(pg_catalog.=) ANY (ARRAY['partition_data_proc', 'partition_data_async', 'undo_partition_proc', 'rebuild', 'set_modulus', 'convert'])),
    CONSTRAINT job_state_check CHECK (state OPERATOR(pg_catalog.=) ANY (ARRAY['open', 'done', 'aborted']))
);
CREATE INDEX job_parent_oid_idx ON @extschema@.job (parent_oid);

COMMENT ON TABLE @extschema@.job IS 'Calls of procedures that move rows, as far as they are committed.';
COMMENT ON COLUMN @extschema@.job.job_id IS 'Number of the job.';
COMMENT ON COLUMN @extschema@.job.what IS 'The procedure.';
COMMENT ON COLUMN @extschema@.job.parent_oid IS 'Oid of the set.';
COMMENT ON COLUMN @extschema@.job.parent_table IS 'parent_table of the set when the job began.';
COMMENT ON COLUMN @extschema@.job.parameters IS 'What the procedure was called with last.';
COMMENT ON COLUMN @extschema@.job.state IS 'open: at work or interrupted; done; aborted: by abort_job(), or because the procedure was called for other tables.';
COMMENT ON COLUMN @extschema@.job.role_name IS 'Session user of the last call.';
COMMENT ON COLUMN @extschema@.job.pid IS 'Process of the last call.';
COMMENT ON COLUMN @extschema@.job.calls IS 'How many calls have worked on it.';
COMMENT ON COLUMN @extschema@.job.rows_done IS 'Rows moved so far.';
COMMENT ON COLUMN @extschema@.job.rows_estimated IS 'Rows that there were to move when they were last counted; NULL: they were not.';
COMMENT ON COLUMN @extschema@.job.sqlstate IS 'SQLSTATE of the error that ended the last call.';
COMMENT ON COLUMN @extschema@.job.message IS 'That error; NULL also where the call was cancelled or its server or session ended.';
COMMENT ON COLUMN @extschema@.job.detail IS 'Its detail.';
COMMENT ON COLUMN @extschema@.job.hint IS 'Its hint.';
COMMENT ON COLUMN @extschema@.job.started_at IS 'When the first call began.';
COMMENT ON COLUMN @extschema@.job.updated_at IS 'When something was last committed.';
COMMENT ON COLUMN @extschema@.job.finished_at IS 'When it was done or aborted.';

-- Partitions that are being replaced (src/rebuild): read by the triggers that capture what is done to them meanwhile.
CREATE TABLE @extschema@.rebuild (
    parent_oid oid NOT NULL,
    job_id bigint NOT NULL,
    phase text NOT NULL,
    source_oids oid[] NOT NULL,
    trigger_oids oid[] NOT NULL,
    key_index_oids oid[] NOT NULL,
    log_oid oid NOT NULL,
    rest_oid oid NOT NULL,
    piece_oids oid[] NOT NULL,
    piece_lowers text[] NOT NULL,
    piece_uppers text[] NOT NULL,
    piece_froms bigint[] NOT NULL,
    piece_tos bigint[] NOT NULL,
    piece_moduli int[] NOT NULL,
    piece_remainders int[] NOT NULL,
    definition text NOT NULL,
    mirrored bigint,
    staged_oid oid NOT NULL,
    CONSTRAINT rebuild_pkey PRIMARY KEY (parent_oid),
    CONSTRAINT rebuild_phase_check CHECK (phase OPERATOR(pg_catalog.=) ANY (ARRAY['filling', 'following', 'mirroring']))
);

COMMENT ON TABLE @extschema@.rebuild IS 'Sets of which partitions are being replaced by others beside those who use them, one row each; written by the library only.';
COMMENT ON COLUMN @extschema@.rebuild.parent_oid IS 'Oid of the set.';
COMMENT ON COLUMN @extschema@.rebuild.job_id IS 'The job, as in job.';
COMMENT ON COLUMN @extschema@.rebuild.phase IS 'filling: the new tables are empty, changes are logged; following: they have the rows, and logged changes are brought there; mirroring: each change is made there too.';
COMMENT ON COLUMN @extschema@.rebuild.source_oids IS 'Oids of the partitions that will be replaced.';
COMMENT ON COLUMN @extschema@.rebuild.trigger_oids IS 'Oids of the triggers that capture their changes.';
COMMENT ON COLUMN @extschema@.rebuild.key_index_oids IS 'Oids of the unique indexes by which their rows are found again.';
COMMENT ON COLUMN @extschema@.rebuild.log_oid IS 'Oid of the table of logged keys.';
COMMENT ON COLUMN @extschema@.rebuild.rest_oid IS 'Oid of the new default partition; 0: none is replaced.';
COMMENT ON COLUMN @extschema@.rebuild.piece_oids IS 'Oids of the other new partitions, ascending.';
COMMENT ON COLUMN @extschema@.rebuild.piece_lowers IS 'Their lower bounds as literals; NULL: open, or by hash.';
COMMENT ON COLUMN @extschema@.rebuild.piece_uppers IS 'Their upper bounds, likewise.';
COMMENT ON COLUMN @extschema@.rebuild.piece_froms IS 'Their lower bounds as numbers on the axis of the set; NULL: open, or by hash.';
COMMENT ON COLUMN @extschema@.rebuild.piece_tos IS 'Their upper bounds, likewise.';
COMMENT ON COLUMN @extschema@.rebuild.piece_moduli IS 'Their moduli; NULL: by range.';
COMMENT ON COLUMN @extschema@.rebuild.piece_remainders IS 'Their remainders, likewise.';
COMMENT ON COLUMN @extschema@.rebuild.definition IS 'Hash of the definition of all these tables: if it changes, the rebuild begins again.';
COMMENT ON COLUMN @extschema@.rebuild.mirrored IS 'Last transaction that brought logged changes to the new tables.';
COMMENT ON COLUMN @extschema@.rebuild.staged_oid IS 'Oid of the new table of which these are partitions; 0: they will be partitions of the set itself.';

CREATE TABLE @extschema@.job_step (
    job_id bigint NOT NULL,
    ordinal int NOT NULL,
    piece text NOT NULL,
    partitions int NOT NULL,
    rows bigint NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    CONSTRAINT job_step_pkey PRIMARY KEY (job_id, ordinal)
);

COMMENT ON TABLE @extschema@.job_step IS 'Transactions of jobs.';
COMMENT ON COLUMN @extschema@.job_step.job_id IS 'Job that it belongs to.';
COMMENT ON COLUMN @extschema@.job_step.ordinal IS 'Order within the job.';
COMMENT ON COLUMN @extschema@.job_step.piece IS 'What was moved: the range of the rows, or the partition that they were in.';
COMMENT ON COLUMN @extschema@.job_step.partitions IS 'Partitions that got rows, or that undo_partition_proc took out of the set.';
COMMENT ON COLUMN @extschema@.job_step.rows IS 'Rows that were moved.';
COMMENT ON COLUMN @extschema@.job_step.started_at IS 'When it began.';
COMMENT ON COLUMN @extschema@.job_step.finished_at IS 'When it was about to be committed.';

-- Types

CREATE TYPE @extschema@.check_default_table AS (default_table text, count bigint);
COMMENT ON TYPE @extschema@.check_default_table IS 'A row of check_default(): a default partition and how many rows it has.';
COMMENT ON COLUMN @extschema@.check_default_table.default_table IS 'The default partition as schema.table, without quotes.';
COMMENT ON COLUMN @extschema@.check_default_table.count IS 'Its rows; 1 when they were not counted exactly.';

-- Functions: triggers

-- They run as whoever writes, so that they can judge him.  Whoever restores a dump is checked as well.  Those that check
-- fire in every replication role: who may choose that (GRANT SET ON PARAMETER) may not choose his rights.
CREATE FUNCTION @extschema@.part_config_check() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'strata_part_config_check';
COMMENT ON FUNCTION @extschema@.part_config_check() IS 'Trigger of part_config: checks values and the rights of whoever writes, and fills in the identity of the table.';
REVOKE ALL ON FUNCTION @extschema@.part_config_check() FROM PUBLIC;
CREATE TRIGGER part_config_check BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.part_config
    FOR EACH ROW EXECUTE FUNCTION @extschema@.part_config_check();
ALTER TABLE @extschema@.part_config ENABLE ALWAYS TRIGGER part_config_check;
COMMENT ON TRIGGER part_config_check ON @extschema@.part_config IS 'Checks what is written.';

CREATE FUNCTION @extschema@.part_config_cascade() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'strata_part_config_cascade';
COMMENT ON FUNCTION @extschema@.part_config_cascade() IS 'Trigger: takes the rows of part_config_sub and part_config_override along when their row of part_config gets another name or is deleted.';
REVOKE ALL ON FUNCTION @extschema@.part_config_cascade() FROM PUBLIC;
CREATE TRIGGER part_config_cascade AFTER UPDATE OF parent_table OR DELETE ON @extschema@.part_config
    FOR EACH ROW EXECUTE FUNCTION @extschema@.part_config_cascade();

CREATE FUNCTION @extschema@.part_config_sub_check() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'strata_part_config_sub_check';
COMMENT ON FUNCTION @extschema@.part_config_sub_check() IS 'Trigger of part_config_sub: checks values and the rights of whoever writes.';
REVOKE ALL ON FUNCTION @extschema@.part_config_sub_check() FROM PUBLIC;
CREATE TRIGGER part_config_sub_check BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.part_config_sub
    FOR EACH ROW EXECUTE FUNCTION @extschema@.part_config_sub_check();
ALTER TABLE @extschema@.part_config_sub ENABLE ALWAYS TRIGGER part_config_sub_check;
COMMENT ON TRIGGER part_config_sub_check ON @extschema@.part_config_sub IS 'Checks what is written.';

CREATE FUNCTION @extschema@.part_config_override_check() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'strata_part_config_override_check';
COMMENT ON FUNCTION @extschema@.part_config_override_check() IS 'Trigger of part_config_override: checks settings and the rights of whoever writes.';
REVOKE ALL ON FUNCTION @extschema@.part_config_override_check() FROM PUBLIC;
CREATE TRIGGER part_config_override_check BEFORE INSERT OR UPDATE OR DELETE ON @extschema@.part_config_override
    FOR EACH ROW EXECUTE FUNCTION @extschema@.part_config_override_check();
ALTER TABLE @extschema@.part_config_override ENABLE ALWAYS TRIGGER part_config_override_check;
COMMENT ON TRIGGER part_config_override_check ON @extschema@.part_config_override IS 'Checks what is written.';

CREATE FUNCTION @extschema@.part_config_override_follow() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'strata_part_config_override_follow';
COMMENT ON FUNCTION @extschema@.part_config_override_follow() IS 'Trigger of part_config_override: the sets that are there get the settings.';
REVOKE ALL ON FUNCTION @extschema@.part_config_override_follow() FROM PUBLIC;
CREATE TRIGGER part_config_override_follow AFTER INSERT OR UPDATE OR DELETE ON @extschema@.part_config_override
    FOR EACH ROW EXECUTE FUNCTION @extschema@.part_config_override_follow();
COMMENT ON TRIGGER part_config_override_follow ON @extschema@.part_config_override IS 'Lets the sets follow.';

CREATE FUNCTION @extschema@.managed_partition_check() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'strata_managed_partition_check';
COMMENT ON FUNCTION @extschema@.managed_partition_check() IS 'Trigger of managed_partition: finds the partitions of restored rows by name.';
REVOKE ALL ON FUNCTION @extschema@.managed_partition_check() FROM PUBLIC;
CREATE TRIGGER managed_partition_check BEFORE INSERT ON @extschema@.managed_partition
    FOR EACH ROW EXECUTE FUNCTION @extschema@.managed_partition_check();
ALTER TABLE @extschema@.managed_partition ENABLE ALWAYS TRIGGER managed_partition_check;
COMMENT ON TRIGGER managed_partition_check ON @extschema@.managed_partition IS 'Fills in the oids of restored rows.';

CREATE FUNCTION @extschema@.installation_check() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'strata_installation_check';
COMMENT ON FUNCTION @extschema@.installation_check() IS 'Trigger of installation: a restored row confirms nothing.';
REVOKE ALL ON FUNCTION @extschema@.installation_check() FROM PUBLIC;
CREATE TRIGGER installation_check BEFORE INSERT ON @extschema@.installation
    FOR EACH ROW EXECUTE FUNCTION @extschema@.installation_check();
ALTER TABLE @extschema@.installation ENABLE ALWAYS TRIGGER installation_check;
COMMENT ON TRIGGER installation_check ON @extschema@.installation IS 'A restored row confirms nothing.';

CREATE FUNCTION @extschema@.confirm_live() RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'strata_confirm_live';
COMMENT ON FUNCTION @extschema@.confirm_live() IS 'After a restore or a clone: confirms that retention may go on in this database.  For its owner and superusers.';

-- Functions: set-up

CREATE FUNCTION @extschema@.create_partition(
    p_parent_table text,
    p_control text,
    p_interval text DEFAULT NULL,
    p_type text DEFAULT 'range',
    p_epoch text DEFAULT 'none',
    p_premake int DEFAULT 4,
    p_start_partition text DEFAULT NULL,
    p_default_table boolean DEFAULT true,
    p_automatic_maintenance text DEFAULT 'on',
    p_constraint_cols text[] DEFAULT NULL,
    p_template_table text DEFAULT NULL,
    p_jobmon boolean DEFAULT true,
    p_date_trunc_interval text DEFAULT NULL,
    p_control_not_null boolean DEFAULT true,
    p_time_encoder text DEFAULT NULL,
    p_time_decoder text DEFAULT NULL,
    p_offset_id bigint DEFAULT 0,
    p_time_zone text DEFAULT NULL,
    p_name_template text DEFAULT NULL,
    p_codec text DEFAULT NULL,
    p_partition_schema text DEFAULT NULL,
    p_modulus int DEFAULT NULL,
    p_start_at text DEFAULT NULL,
    p_bounds_function text DEFAULT NULL
) RETURNS boolean
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_create_partition';
COMMENT ON FUNCTION @extschema@.create_partition(text, text, text, text, text, int, text, boolean, text, text[], text, boolean, text, boolean, text, text, bigint, text, text, text, text, int, text, text) IS 'Takes a partitioned table under management: stores what is wanted and makes the first partitions.';

CREATE FUNCTION @extschema@.create_parent(
    p_parent_table text,
    p_control text,
    p_interval text DEFAULT NULL,
    p_type text DEFAULT 'range',
    p_epoch text DEFAULT 'none',
    p_premake int DEFAULT 4,
    p_start_partition text DEFAULT NULL,
    p_default_table boolean DEFAULT true,
    p_automatic_maintenance text DEFAULT 'on',
    p_constraint_cols text[] DEFAULT NULL,
    p_template_table text DEFAULT NULL,
    p_jobmon boolean DEFAULT true,
    p_date_trunc_interval text DEFAULT NULL,
    p_control_not_null boolean DEFAULT true,
    p_time_encoder text DEFAULT NULL,
    p_time_decoder text DEFAULT NULL,
    p_offset_id bigint DEFAULT 0,
    p_time_zone text DEFAULT NULL,
    p_name_template text DEFAULT NULL,
    p_codec text DEFAULT NULL,
    p_partition_schema text DEFAULT NULL,
    p_modulus int DEFAULT NULL,
    p_start_at text DEFAULT NULL,
    p_bounds_function text DEFAULT NULL
) RETURNS boolean
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_create_parent';
COMMENT ON FUNCTION @extschema@.create_parent(text, text, text, text, text, int, text, boolean, text, text[], text, boolean, text, boolean, text, text, bigint, text, text, text, text, int, text, text) IS 'The same as create_partition().';

CREATE FUNCTION @extschema@.set_interval(
    p_parent_table text,
    p_interval text,
    p_from text DEFAULT NULL
) RETURNS bigint
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_set_interval';
COMMENT ON FUNCTION @extschema@.set_interval(text, text, text) IS 'Gives a set another interval: empty partitions ahead are replaced by new ones, all others stay.  Returns how many partitions were made.';

CREATE FUNCTION @extschema@.ensure_set(p_spec jsonb, p_dry_run boolean DEFAULT false)
    RETURNS TABLE (setting text, old_value text, new_value text)
    LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10
    AS 'MODULE_PATHNAME', 'strata_ensure_set';
COMMENT ON FUNCTION @extschema@.ensure_set(jsonb, boolean) IS 'Makes a set, or changes the settings that are not as p_spec says, and returns those; nothing when all is so already.';

CREATE FUNCTION @extschema@.create_sub_partition(
    p_top_parent text,
    p_control text,
    p_interval text DEFAULT NULL,
    p_type text DEFAULT 'range',
    p_default_table boolean DEFAULT true,
    p_declarative_check text DEFAULT NULL,
    p_constraint_cols text[] DEFAULT NULL,
    p_premake int DEFAULT 4,
    p_start_partition text DEFAULT NULL,
    p_epoch text DEFAULT 'none',
    p_jobmon boolean DEFAULT true,
    p_date_trunc_interval text DEFAULT NULL,
    p_control_not_null boolean DEFAULT true,
    p_time_encoder text DEFAULT NULL,
    p_time_decoder text DEFAULT NULL,
    p_modulus int DEFAULT NULL,
    p_values text[] DEFAULT NULL
) RETURNS boolean
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_create_sub_partition';
COMMENT ON FUNCTION @extschema@.create_sub_partition(text, text, text, text, boolean, text, text[], int, text, text, boolean, text, boolean, text, text, int, text[]) IS 'Partitions every partition of a managed table, those that are there and those to come.';

CREATE FUNCTION @extschema@.create_sub_parent(
    p_top_parent text,
    p_control text,
    p_interval text DEFAULT NULL,
    p_type text DEFAULT 'range',
    p_default_table boolean DEFAULT true,
    p_declarative_check text DEFAULT NULL,
    p_constraint_cols text[] DEFAULT NULL,
    p_premake int DEFAULT 4,
    p_start_partition text DEFAULT NULL,
    p_epoch text DEFAULT 'none',
    p_jobmon boolean DEFAULT true,
    p_date_trunc_interval text DEFAULT NULL,
    p_control_not_null boolean DEFAULT true,
    p_time_encoder text DEFAULT NULL,
    p_time_decoder text DEFAULT NULL,
    p_modulus int DEFAULT NULL,
    p_values text[] DEFAULT NULL
) RETURNS boolean
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_create_sub_parent';
COMMENT ON FUNCTION @extschema@.create_sub_parent(text, text, text, text, boolean, text, text[], int, text, text, boolean, text, boolean, text, text, int, text[]) IS 'The same as create_sub_partition().';

CREATE FUNCTION @extschema@.stop_sub_partition(p_parent_table text, p_jobmon boolean DEFAULT true) RETURNS boolean
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_stop_sub_partition';
COMMENT ON FUNCTION @extschema@.stop_sub_partition(text, boolean) IS 'New partitions of the table are not partitioned themselves any more; those that are there stay as they are.';

CREATE FUNCTION @extschema@.manage(
    p_parent_table text,
    p_interval text DEFAULT NULL,
    p_time_zone text DEFAULT NULL,
    p_name_template text DEFAULT NULL,
    p_premake int DEFAULT 4,
    p_retention text DEFAULT NULL,
    p_retention_keep_table boolean DEFAULT true,
    p_default_table boolean DEFAULT false,
    p_template_table text DEFAULT NULL,
    p_automatic_maintenance text DEFAULT 'on',
    p_epoch text DEFAULT 'none',
    p_codec text DEFAULT NULL,
    OUT topic text,
    OUT subject text,
    OUT value text,
    OUT note text)
RETURNS SETOF record
    LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 20
    AS 'MODULE_PATHNAME', 'strata_manage';
COMMENT ON FUNCTION @extschema@.manage(text, text, text, text, int, text, boolean, boolean, text, text, text, text) IS 'Takes a table that is partitioned already under management as it is, and says what was inferred from its partitions.';

CREATE FUNCTION @extschema@.plan_manage(
    p_parent_table text,
    p_interval text DEFAULT NULL,
    p_time_zone text DEFAULT NULL,
    p_name_template text DEFAULT NULL,
    p_premake int DEFAULT 4,
    p_retention text DEFAULT NULL,
    p_retention_keep_table boolean DEFAULT true,
    p_default_table boolean DEFAULT false,
    p_template_table text DEFAULT NULL,
    p_automatic_maintenance text DEFAULT 'on',
    p_epoch text DEFAULT 'none',
    p_codec text DEFAULT NULL,
    OUT topic text,
    OUT subject text,
    OUT value text,
    OUT note text)
RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL UNSAFE ROWS 20
    AS 'MODULE_PATHNAME', 'strata_plan_manage';
COMMENT ON FUNCTION @extschema@.plan_manage(text, text, text, text, int, text, boolean, boolean, text, text, text, text) IS 'What manage() would infer and what maintenance would do then, without doing it.';

CREATE FUNCTION @extschema@.import_pg_partman(
    p_config_table text,
    p_config_sub_table text DEFAULT NULL,
    OUT parent_table text,
    OUT topic text,
    OUT subject text,
    OUT old_value text,
    OUT new_value text,
    OUT note text)
RETURNS SETOF record
    LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100
    AS 'MODULE_PATHNAME', 'strata_import_pg_partman';
COMMENT ON FUNCTION @extschema@.import_pg_partman(text, text) IS 'Takes over the sets that saved copies of the two configuration tables of pg_partman 4.7 or 5 describe, and says what could not be kept.';

CREATE FUNCTION @extschema@.uuid7_time_encoder(ts timestamptz) RETURNS uuid
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'strata_uuid7_time_encoder';
COMMENT ON FUNCTION @extschema@.uuid7_time_encoder(timestamptz) IS 'The least UUIDv7 of a time: its milliseconds since 1970 in the first 48 bits, all others zero.';

CREATE FUNCTION @extschema@.uuid7_time_decoder(uuidv7 text) RETURNS timestamptz
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'strata_uuid7_time_decoder';
COMMENT ON FUNCTION @extschema@.uuid7_time_decoder(text) IS 'The time of a UUIDv7, to the millisecond.';

CREATE FUNCTION @extschema@.create_partition_time(
    p_parent_table text,
    p_partition_times timestamptz[],
    p_start_partition text DEFAULT NULL
) RETURNS boolean
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_create_partition_time';
COMMENT ON FUNCTION @extschema@.create_partition_time(text, timestamptz[], text) IS 'Makes partitions of a time set that begin at the given times; true when at least one was made.';

CREATE FUNCTION @extschema@.create_partition_id(
    p_parent_table text,
    p_partition_ids bigint[],
    p_start_partition text DEFAULT NULL
) RETURNS boolean
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_create_partition_id';
COMMENT ON FUNCTION @extschema@.create_partition_id(text, bigint[], text) IS 'Makes partitions of an id set that begin at the given numbers; true when at least one was made.';

-- Functions: by hand

CREATE FUNCTION @extschema@.add_range_partition(
    p_parent_table text,
    p_from text,
    p_to text,
    p_partition text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_add_range_partition';
COMMENT ON FUNCTION @extschema@.add_range_partition(text, text, text, text) IS 'Makes one partition with these bounds, MINVALUE and MAXVALUE among them, in a set or in another table of the caller''s that is partitioned by range; returns its name.';

CREATE FUNCTION @extschema@.add_list_partition(
    p_parent_table text,
    p_values text[],
    p_partition text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_add_list_partition';
COMMENT ON FUNCTION @extschema@.add_list_partition(text, text[], text) IS 'Makes one partition that lists these values, NULL among them, in a set or in another table of the caller''s that is partitioned by list, and moves their rows out of the default partition; returns its name.';

CREATE FUNCTION @extschema@.add_hash_partition(
    p_parent_table text,
    p_modulus int,
    p_remainder int,
    p_partition text DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_add_hash_partition';
COMMENT ON FUNCTION @extschema@.add_hash_partition(text, int, int, text) IS 'Makes one partition for the rows whose hash leaves the remainder when divided by the modulus, in a set or in another table of the caller''s, and returns its name.';

CREATE FUNCTION @extschema@.plan_modulus(
    p_parent_table text,
    p_modulus int,
    OUT step int,
    OUT action text,
    OUT partitions text[],
    OUT replaced_by text[],
    OUT bounds text[],
    OUT bytes bigint
) RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_plan_modulus';
COMMENT ON FUNCTION @extschema@.plan_modulus(text, int) IS 'What set_modulus() would do, one row for each exchange: which partitions would be split, merged or exchanged, by which they would be replaced, and how much would be copied.';

CREATE PROCEDURE @extschema@.set_modulus(p_parent_table text, p_modulus int)
    LANGUAGE C
    AS 'MODULE_PATHNAME', 'strata_set_modulus';
COMMENT ON PROCEDURE @extschema@.set_modulus(text, int) IS 'Gives a set that is partitioned by hash another modulus, beside those who use it: exchanges partitions for others, some at a time, in transactions of its own.';

CREATE FUNCTION @extschema@.retire_list_value(
    p_parent_table text,
    p_value text,
    p_keep_table boolean DEFAULT NULL
) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_retire_list_value';
COMMENT ON FUNCTION @extschema@.retire_list_value(text, text, boolean) IS 'Drops, detaches or moves the partition that lists this value alone, as the retention settings of the set or p_keep_table say; returns its name.';

CREATE FUNCTION @extschema@.add_default_partition(p_parent_table text) RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_add_default_partition';
COMMENT ON FUNCTION @extschema@.add_default_partition(text) IS 'Makes the default partition of a partitioned table that has none; returns its name.';

CREATE FUNCTION @extschema@.drop_default_partition(p_parent_table text, p_drop_rows boolean DEFAULT false) RETURNS boolean
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_drop_default_partition';
COMMENT ON FUNCTION @extschema@.drop_default_partition(text, boolean) IS 'Drops the default partition of a table, one with rows only if p_drop_rows says so; false when there is none.';

CREATE FUNCTION @extschema@.drop_partition(p_partition text, p_keep_table boolean DEFAULT false, p_concurrently boolean DEFAULT false) RETURNS boolean
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_drop_partition';
COMMENT ON FUNCTION @extschema@.drop_partition(text, boolean, boolean) IS 'Drops one partition, or detaches it and keeps the table.';

-- Functions: maintenance

CREATE FUNCTION @extschema@.run_maintenance(p_parent_table text DEFAULT NULL, p_analyze boolean DEFAULT false, p_jobmon boolean DEFAULT true)
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_run_maintenance';
COMMENT ON FUNCTION @extschema@.run_maintenance(text, boolean, boolean) IS 'Makes the partitions that will be needed and retires those that retention no longer keeps, for one set or for all automatic ones, in the caller''s transaction.';

CREATE PROCEDURE @extschema@.run_maintenance_proc(p_wait int DEFAULT 0, p_analyze boolean DEFAULT false, p_jobmon boolean DEFAULT true)
LANGUAGE C
AS 'MODULE_PATHNAME', 'strata_run_maintenance_proc';
COMMENT ON PROCEDURE @extschema@.run_maintenance_proc(int, boolean, boolean) IS 'Maintains all automatic sets and commits after each step, waiting p_wait seconds between sets.';

CREATE FUNCTION @extschema@.plan_maintenance(
    p_parent_table text DEFAULT NULL,
    OUT parent_table text,
    OUT action text,
    OUT partition text,
    OUT bounds text,
    OUT reason text,
    OUT sql text,
    OUT locks text,
    OUT estimated_rows bigint,
    OUT estimated_bytes bigint,
    OUT fingerprint text)
RETURNS SETOF record
LANGUAGE C STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_plan_maintenance';
COMMENT ON FUNCTION @extschema@.plan_maintenance(text) IS 'What maintenance would do now, in order, without doing it.';

CREATE PROCEDURE @extschema@.apply_plan(
    p_fingerprint text,
    p_parent_table text DEFAULT NULL,
    p_skip_create boolean DEFAULT false,
    p_skip_retire boolean DEFAULT false,
    p_atomic boolean DEFAULT false
)
LANGUAGE c
AS 'MODULE_PATHNAME', 'strata_apply_plan';
COMMENT ON PROCEDURE @extschema@.apply_plan(text, text, boolean, boolean, boolean) IS 'Applies a plan exactly as plan_maintenance() showed it, or says what is different; one partition per transaction unless p_atomic.';

-- Functions: additional constraints

CREATE FUNCTION @extschema@.apply_constraints(p_parent_table text, p_child_table text DEFAULT NULL, p_analyze boolean DEFAULT false, p_job_id bigint DEFAULT NULL)
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_apply_constraints';
COMMENT ON FUNCTION @extschema@.apply_constraints(text, text, boolean, bigint) IS 'Gives a partition, by default the first one that is more than optimize_constraint partitions behind the newest rows, CHECK constraints of the least and greatest values of the columns in constraint_cols.';

CREATE FUNCTION @extschema@.drop_constraints(p_parent_table text, p_child_table text, p_debug boolean DEFAULT false)
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_drop_constraints';
COMMENT ON FUNCTION @extschema@.drop_constraints(text, text, boolean) IS 'Takes away what apply_constraints() has made on one partition, so that its rows can be changed.';

CREATE PROCEDURE @extschema@.reapply_constraints_proc(p_parent_table text, p_drop_constraints boolean DEFAULT false, p_apply_constraints boolean DEFAULT false, p_analyze boolean DEFAULT true, p_wait int DEFAULT 0, p_dryrun boolean DEFAULT false)
LANGUAGE C
AS 'MODULE_PATHNAME', 'strata_reapply_constraints_proc';
COMMENT ON PROCEDURE @extschema@.reapply_constraints_proc(text, boolean, boolean, boolean, int, boolean) IS 'Drops or makes the additional constraints of all partitions that are old enough, and commits after each.';

-- Functions: retention

CREATE FUNCTION @extschema@.drop_partition_time(p_parent_table text, p_retention interval DEFAULT NULL, p_keep_table boolean DEFAULT NULL, p_keep_index boolean DEFAULT NULL, p_retention_schema text DEFAULT NULL, p_reference_timestamp timestamptz DEFAULT CURRENT_TIMESTAMP)
RETURNS int
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_drop_partition_time';
COMMENT ON FUNCTION @extschema@.drop_partition_time(text, interval, boolean, boolean, text, timestamptz) IS 'Retires the partitions of a time set that ended longer ago than the retention; returns how many.';

CREATE FUNCTION @extschema@.drop_partition_id(p_parent_table text, p_retention bigint DEFAULT NULL, p_keep_table boolean DEFAULT NULL, p_keep_index boolean DEFAULT NULL, p_retention_schema text DEFAULT NULL)
RETURNS int
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_drop_partition_id';
COMMENT ON FUNCTION @extschema@.drop_partition_id(text, bigint, boolean, boolean, text) IS 'Retires the partitions of an id set that are further below the newest id than the retention; returns how many.';

CREATE FUNCTION @extschema@.confirm_retention(p_parent_table text)
RETURNS int
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_confirm_retention';
COMMENT ON FUNCTION @extschema@.confirm_retention(text) IS 'Lets the next unattended run retire what retention_max_fraction holds back; returns how many partitions that are.';

CREATE FUNCTION @extschema@.undo_retention(p_partition text)
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_undo_retention';
COMMENT ON FUNCTION @extschema@.undo_retention(text) IS 'Attaches a partition again that was retired and kept, and holds it, so that it is not retired again.';

CREATE FUNCTION @extschema@.hold_retention(p_partition text, p_hold boolean DEFAULT true)
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_hold_retention';
COMMENT ON FUNCTION @extschema@.hold_retention(text, boolean) IS 'Holds a partition, or one that was retired and kept: nothing retires or drops it until the hold is lifted with p_hold false.';

-- Functions: moving data

CREATE FUNCTION @extschema@.partition_data_time(p_parent_table text, p_batch_count int DEFAULT 1, p_batch_interval interval DEFAULT NULL, p_lock_wait numeric DEFAULT 0, p_order text DEFAULT 'ASC', p_analyze boolean DEFAULT true, p_source_table text DEFAULT NULL, p_ignored_columns text[] DEFAULT NULL, p_override_system_value boolean DEFAULT false, p_ignore_infinity boolean DEFAULT false)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_partition_data_time';
COMMENT ON FUNCTION @extschema@.partition_data_time(text, int, interval, numeric, text, boolean, text, text[], boolean, boolean) IS 'Moves rows of the default partition, or of another table, into the partitions of a time set where they belong, and makes those that are missing; returns the number of rows, or -1 if p_lock_wait was not enough.';

CREATE FUNCTION @extschema@.partition_data_id(p_parent_table text, p_batch_count int DEFAULT 1, p_batch_interval bigint DEFAULT NULL, p_lock_wait numeric DEFAULT 0, p_order text DEFAULT 'ASC', p_analyze boolean DEFAULT true, p_source_table text DEFAULT NULL, p_ignored_columns text[] DEFAULT NULL, p_override_system_value boolean DEFAULT false)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_partition_data_id';
COMMENT ON FUNCTION @extschema@.partition_data_id(text, int, bigint, numeric, text, boolean, text, text[], boolean) IS 'Moves rows of the default partition, or of another table, into the partitions of an id set where they belong, and makes those that are missing; returns the number of rows, or -1 if p_lock_wait was not enough.';

CREATE PROCEDURE @extschema@.partition_data_proc(p_parent_table text, p_loop_count int DEFAULT NULL, p_interval text DEFAULT NULL, p_lock_wait int DEFAULT 0, p_lock_wait_tries int DEFAULT 10, p_wait int DEFAULT 1, p_order text DEFAULT 'ASC', p_source_table text DEFAULT NULL, p_ignored_columns text[] DEFAULT NULL, p_quiet boolean DEFAULT false, p_ignore_infinity boolean DEFAULT false)
LANGUAGE C
AS 'MODULE_PATHNAME', 'strata_partition_data_proc';
COMMENT ON PROCEDURE @extschema@.partition_data_proc(text, int, text, int, int, int, text, text, text[], boolean, boolean) IS 'Moves rows into the partitions where they belong until none is left, one partition in each transaction.';

CREATE PROCEDURE @extschema@.partition_data_async(p_parent_table text, p_loop_count int DEFAULT NULL, p_interval text DEFAULT NULL, p_lock_wait int DEFAULT 0, p_lock_wait_tries int DEFAULT 10, p_wait int DEFAULT 1, p_order text DEFAULT 'ASC', p_ignored_columns text[] DEFAULT NULL, p_quiet boolean DEFAULT false)
LANGUAGE C
AS 'MODULE_PATHNAME', 'strata_partition_data_async';
COMMENT ON PROCEDURE @extschema@.partition_data_async(text, int, text, int, int, int, text, text[], boolean) IS 'Moves rows out of the default partition of a time set, one partition in each transaction; rows are visible all the time.';

CREATE FUNCTION @extschema@.undo_partition(p_parent_table text, p_target_table text, p_loop_count int DEFAULT 1, p_batch_interval text DEFAULT NULL, p_keep_table boolean DEFAULT true, p_lock_wait numeric DEFAULT 0, p_ignored_columns text[] DEFAULT NULL, p_drop_cascade boolean DEFAULT false, OUT partitions_undone int, OUT rows_undone bigint)
RETURNS record
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_undo_partition';
COMMENT ON FUNCTION @extschema@.undo_partition(text, text, int, text, boolean, numeric, text[], boolean) IS 'Moves rows of partitions into an ordinary table and takes the emptied partitions out of the set; when none is left the set is not managed any more.';

CREATE PROCEDURE @extschema@.undo_partition_proc(p_parent_table text, p_target_table text DEFAULT NULL, p_loop_count int DEFAULT NULL, p_interval text DEFAULT NULL, p_keep_table boolean DEFAULT true, p_lock_wait int DEFAULT 0, p_lock_wait_tries int DEFAULT 10, p_wait int DEFAULT 1, p_ignored_columns text[] DEFAULT NULL, p_drop_cascade boolean DEFAULT false, p_quiet boolean DEFAULT false)
LANGUAGE C
AS 'MODULE_PATHNAME', 'strata_undo_partition_proc';
COMMENT ON PROCEDURE @extschema@.undo_partition_proc(text, text, int, text, boolean, int, int, int, text[], boolean, boolean) IS 'Undoes partitioning batch after batch, each in a transaction of its own.';

-- Functions: showing

CREATE FUNCTION @extschema@.show_partitions(p_parent_table text, p_order text DEFAULT 'ASC', p_include_default boolean DEFAULT false)
    RETURNS TABLE (partition_schemaname text, partition_tablename text)
    LANGUAGE c STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_show_partitions';
COMMENT ON FUNCTION @extschema@.show_partitions(text, text, boolean) IS 'The direct partitions of a set in the order of their lower bounds; the default partition, if asked for, first.';

CREATE FUNCTION @extschema@.show_partition_info(p_child_table text, p_partition_interval text DEFAULT NULL, p_parent_table text DEFAULT NULL,
        p_table_exists boolean DEFAULT true, OUT child_start_time timestamptz, OUT child_end_time timestamptz,
        OUT child_start_id bigint, OUT child_end_id bigint, OUT suffix text)
    LANGUAGE c STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_show_partition_info';
COMMENT ON FUNCTION @extschema@.show_partition_info(text, text, text, boolean) IS 'The bounds of one partition from the catalog, and the suffix that its lower bound has in names.';

CREATE FUNCTION @extschema@.show_partition_name(p_parent_table text, p_value text, OUT partition_schema text, OUT partition_table text,
        OUT suffix_timestamp timestamptz, OUT suffix_id bigint, OUT table_exists boolean)
    LANGUAGE c STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_show_partition_name';
COMMENT ON FUNCTION @extschema@.show_partition_name(text, text) IS 'The partition that holds a value of the control column, or that would be made for it.';

CREATE FUNCTION @extschema@.list_partitions(p_parent_table text)
    RETURNS TABLE (partition_schema text, partition_table text, partition_oid oid, level int, lower_time timestamptz, upper_time timestamptz,
        lower_id bigint, upper_id bigint, bound text, is_default boolean, is_leaf boolean, rows_estimate bigint, tablespace text, provenance text)
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE ROWS 100
    AS 'MODULE_PATHNAME', 'strata_list_partitions';
COMMENT ON FUNCTION @extschema@.list_partitions(text) IS 'What the view partitions shows of one set.';

-- Stable, where pg_total_relation_size() is volatile: the view computes it only for a query that asks for it.
CREATE FUNCTION @extschema@.partition_bytes(p_partition_oid oid) RETURNS bigint
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'strata_partition_bytes';
COMMENT ON FUNCTION @extschema@.partition_bytes(oid) IS 'Size of a partition, and of all that is below it, with indexes and TOAST; NULL when it is gone.';

CREATE FUNCTION @extschema@.dump_partitioned_table_definition(p_parent_table text, p_ignore_template_table boolean DEFAULT false) RETURNS text
    LANGUAGE c STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_dump_partitioned_table_definition';
COMMENT ON FUNCTION @extschema@.dump_partitioned_table_definition(text, boolean) IS 'The statements that set a set up as it is configured now.';

-- Functions: checking

CREATE FUNCTION @extschema@.generate_ddl(p_parent_table text, p_children boolean DEFAULT false) RETURNS text
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_generate_ddl';
COMMENT ON FUNCTION @extschema@.generate_ddl(text, boolean) IS 'The statements that make an equal partitioned table, with p_children all its partitions, too.';

CREATE FUNCTION @extschema@.check_subpart_sameconfig(p_parent_table text)
RETURNS TABLE (
    sub_control text,
    sub_partition_interval text,
    sub_partition_type text,
    sub_premake int,
    sub_automatic_maintenance text,
    sub_template_table text,
    sub_retention text,
    sub_retention_schema text,
    sub_retention_keep_index boolean,
    sub_retention_keep_table boolean,
    sub_epoch text,
    sub_constraint_cols text[],
    sub_optimize_constraint int,
    sub_infinite_time_partitions boolean,
    sub_jobmon boolean,
    sub_inherit_privileges boolean,
    sub_constraint_valid boolean,
    sub_date_trunc_interval text,
    sub_ignore_default_data boolean,
    sub_default_table boolean,
    sub_maintenance_order int,
    sub_retention_keep_publication boolean,
    sub_control_not_null boolean,
    sub_detach_before_drop boolean,
    sub_maintenance_role text,
    sub_modulus int,
    sub_values text[],
    sub_value_query text)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT DISTINCT
        s.sub_control,
        s.sub_partition_interval,
        s.sub_partition_type,
        s.sub_premake,
        s.sub_automatic_maintenance,
        s.sub_template_table,
        s.sub_retention,
        s.sub_retention_schema,
        s.sub_retention_keep_index,
        s.sub_retention_keep_table,
        s.sub_epoch,
        s.sub_constraint_cols,
        s.sub_optimize_constraint,
        s.sub_infinite_time_partitions,
        s.sub_jobmon,
        s.sub_inherit_privileges,
        s.sub_constraint_valid,
        s.sub_date_trunc_interval,
        s.sub_ignore_default_data,
        s.sub_default_table,
        s.sub_maintenance_order,
        s.sub_retention_keep_publication,
        s.sub_control_not_null,
        s.sub_detach_before_drop,
        s.sub_maintenance_role,
        s.sub_modulus,
        s.sub_values,
        s.sub_value_query
    FROM @extschema@.part_config_sub AS s
    WHERE s.sub_parent OPERATOR(pg_catalog.=) ANY (ARRAY(
        SELECT pg_catalog.format('%s.%s', child_schema.nspname, child.relname)
        FROM pg_catalog.pg_inherits AS i
        JOIN pg_catalog.pg_class AS child ON child.oid OPERATOR(pg_catalog.=) i.inhrelid
        JOIN pg_catalog.pg_namespace AS child_schema ON child_schema.oid OPERATOR(pg_catalog.=) child.relnamespace
        JOIN pg_catalog.pg_class AS parent ON parent.oid OPERATOR(pg_catalog.=) i.inhparent
        JOIN pg_catalog.pg_namespace AS parent_schema ON parent_schema.oid OPERATOR(pg_catalog.=) parent.relnamespace
        WHERE parent_schema.nspname OPERATOR(pg_catalog.=) pg_catalog.split_part(check_subpart_sameconfig.p_parent_table, '.', 1)::name
        AND parent.relname OPERATOR(pg_catalog.=) pg_catalog.split_part(check_subpart_sameconfig.p_parent_table, '.', 2)::name));
END;
COMMENT ON FUNCTION @extschema@.check_subpart_sameconfig(text) IS 'The different settings in part_config_sub of the partitions of a table: not more than one row if all is well.';

CREATE FUNCTION @extschema@.check_subpartition_limits(p_parent_table text, p_type text, OUT sub_min text, OUT sub_max text) RETURNS record
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_check_subpartition_limits';
COMMENT ON FUNCTION @extschema@.check_subpartition_limits(text, text) IS 'The bounds of a table that is a partition of a managed one of the same kind, time or id; NULL otherwise.';

CREATE FUNCTION @extschema@.check_default(p_exact_count boolean DEFAULT true, p_ignore_infinity boolean DEFAULT false)
    RETURNS SETOF @extschema@.check_default_table
    LANGUAGE c STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_check_default';
COMMENT ON FUNCTION @extschema@.check_default(boolean, boolean) IS 'The sets whose default partition has rows; one that could not be read is named in a warning.';

CREATE FUNCTION @extschema@.check_control_type(p_parent_schema text, p_parent_tablename text, p_control text)
    RETURNS TABLE (general_type text, exact_type text)
    LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 1
    AS 'MODULE_PATHNAME', 'strata_check_control_type';
COMMENT ON FUNCTION @extschema@.check_control_type(text, text, text) IS 'Type of a column, and whether as a control column it is a time, an id, a text or a uuid.';

CREATE FUNCTION @extschema@.check_name_length(p_object_name text, p_suffix text DEFAULT NULL, p_table_partition boolean DEFAULT false)
    RETURNS text
    LANGUAGE c IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'strata_check_name_length';
COMMENT ON FUNCTION @extschema@.check_name_length(text, text, boolean) IS 'A name with a suffix, the name cut so that both fit into 63 bytes.';

CREATE FUNCTION @extschema@.partman_safe_obj_name(p_object_name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(part), '.' ORDER BY place)
              FROM pg_catalog.string_to_table(p_object_name, '.') WITH ORDINALITY AS parts (part, place));
COMMENT ON FUNCTION @extschema@.partman_safe_obj_name(text) IS 'The name of an object, as name or schema.name, with quotes where they are needed.';

CREATE FUNCTION @extschema@.calculate_time_partition_info(p_time_interval interval, p_start_time timestamptz,
        p_date_trunc_interval text DEFAULT NULL, OUT base_timestamp timestamptz, OUT datetime_string text)
    LANGUAGE c STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'strata_calculate_time_partition_info';
COMMENT ON FUNCTION @extschema@.calculate_time_partition_info(interval, timestamptz, text) IS 'First bound and name pattern of a time set with this interval that starts at this time, in the time zone of the session.';

-- Functions: pruning

CREATE FUNCTION @extschema@.explain_pruning(p_query text, p_params text[] DEFAULT NULL, p_analyze boolean DEFAULT false)
    RETURNS TABLE (parent_table text, partitions int, planned int, scanned int, scanned_partitions text[], decided_at text)
    LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 2
    AS 'MODULE_PATHNAME', 'strata_explain_pruning';
COMMENT ON FUNCTION @extschema@.explain_pruning(text, text[], boolean) IS 'Which partitions a query reads; it is run only when p_analyze is true.';

CREATE FUNCTION @extschema@.assert_pruned(p_query text, p_at_most int, p_params text[] DEFAULT NULL, p_analyze boolean DEFAULT false) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_assert_pruned';
COMMENT ON FUNCTION @extschema@.assert_pruned(text, int, text[], boolean) IS 'Raises an error when a query reads more than so many partitions of one table.';

-- Functions: health

CREATE FUNCTION @extschema@.health(
    OUT parent_table text, OUT ok boolean, OUT severity text, OUT reasons text[], OUT runway interval,
    OUT covered_until timestamptz, OUT covered_until_id bigint, OUT partitions int, OUT partitions_ahead int,
    OUT missing_ranges int, OUT gaps_behind int, OUT default_not_empty boolean, OUT expired_attached int,
    OUT pending_detach int, OUT retired_not_dropped int, OUT held int, OUT oversized int, OUT last_outcome text, OUT last_ok timestamptz,
    OUT failures int, OUT last_error text, OUT last_error_at timestamptz, OUT disabled_since timestamptz,
    OUT paused_until timestamptz, OUT worker_alive boolean, OUT scheduler_last_seen timestamptz)
RETURNS SETOF record LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100
AS 'MODULE_PATHNAME', 'strata_health';
COMMENT ON FUNCTION @extschema@.health() IS 'What the view health shows.';

CREATE FUNCTION @extschema@.check_health(p_min_severity text DEFAULT 'critical') RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_check_health';
COMMENT ON FUNCTION @extschema@.check_health(text) IS 'Raises an error that names the sets whose health is as bad as that (warning, critical) or worse, for schedulers and probes.';

-- Functions: upkeep

CREATE FUNCTION @extschema@.partition_gap_fill(p_parent_table text) RETURNS int
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_partition_gap_fill';
COMMENT ON FUNCTION @extschema@.partition_gap_fill(text) IS 'Makes every partition that is missing between the lowest and the highest of a set, and returns how many.';

CREATE FUNCTION @extschema@.config_cleanup(p_parent_table text, p_config_table boolean DEFAULT true,
        p_config_sub_table boolean DEFAULT true, p_template_table boolean DEFAULT true) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_config_cleanup';
COMMENT ON FUNCTION @extschema@.config_cleanup(text, boolean, boolean, boolean) IS 'Forgets a set without touching its partitions: configuration and template table.';

CREATE PROCEDURE @extschema@.run_analyze(p_skip_locked boolean DEFAULT false, p_quiet boolean DEFAULT false, p_parent_table text DEFAULT NULL)
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'strata_run_analyze';
COMMENT ON PROCEDURE @extschema@.run_analyze(boolean, boolean, text) IS 'ANALYZE of each managed parent (or of the one named), with a commit after each.';

CREATE FUNCTION @extschema@.apply_cluster(p_parent_schema text, p_parent_tablename text, p_child_schema text, p_child_tablename text)
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_apply_cluster';
COMMENT ON FUNCTION @extschema@.apply_cluster(text, text, text, text) IS 'Marks the index of one table for CLUSTER that is like the marked index of another, which is not partitioned.';

CREATE FUNCTION @extschema@.autovacuum_off(p_parent_schema text, p_parent_tablename text, p_source_schema text DEFAULT NULL, p_source_tablename text DEFAULT NULL)
RETURNS boolean
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_autovacuum_off';
COMMENT ON FUNCTION @extschema@.autovacuum_off(text, text, text, text) IS 'Switches autovacuum off for all partitions of a table, and for a further table.';

CREATE FUNCTION @extschema@.autovacuum_reset(p_parent_schema text, p_parent_tablename text, p_source_schema text DEFAULT NULL, p_source_tablename text DEFAULT NULL)
RETURNS boolean
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_autovacuum_reset';
COMMENT ON FUNCTION @extschema@.autovacuum_reset(text, text, text, text) IS 'Takes back what autovacuum_off() has set.';

-- Functions: properties

CREATE FUNCTION @extschema@.apply_privileges(p_parent_schema text, p_parent_tablename text, p_child_schema text,
        p_child_tablename text, p_job_id bigint DEFAULT NULL) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_apply_privileges';
COMMENT ON FUNCTION @extschema@.apply_privileges(text, text, text, text, bigint) IS 'Gives a table the owner and the grants of its managed parent, and takes away what the parent has not granted.';

CREATE FUNCTION @extschema@.reapply_privileges(p_parent_table text) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_reapply_privileges';
COMMENT ON FUNCTION @extschema@.reapply_privileges(text) IS 'apply_privileges() for every partition of a set, the default one among them.';

CREATE FUNCTION @extschema@.inherit_template_properties(p_parent_table text, p_child_schema text, p_child_tablename text) RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_inherit_template_properties';
COMMENT ON FUNCTION @extschema@.inherit_template_properties(text, text, text) IS 'Gives a table what the template table of a set says: unique indexes, storage parameters, UNLOGGED; false for a partitioned table, which gets nothing.';

CREATE FUNCTION @extschema@.inherit_parent_properties(p_parent_schema text, p_parent_tablename text, p_child_tablename text,
        p_child_schema text DEFAULT NULL) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_inherit_parent_properties';
COMMENT ON FUNCTION @extschema@.inherit_parent_properties(text, text, text, text) IS 'Gives the columns of a table the statistics targets of another.';

CREATE FUNCTION @extschema@.inherit_replica_identity(p_parent_schemaname text, p_parent_tablename text, p_child_tablename text) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'strata_inherit_replica_identity';
COMMENT ON FUNCTION @extschema@.inherit_replica_identity(text, text, text) IS 'Gives a partition the replica identity of its parent.';

-- Functions: jobs

CREATE PROCEDURE @extschema@.resume_job(p_job_id bigint)
LANGUAGE C
AS 'MODULE_PATHNAME', 'strata_resume_job';
COMMENT ON PROCEDURE @extschema@.resume_job(bigint) IS 'Goes on with an interrupted job with the parameters of its last call.';

CREATE FUNCTION @extschema@.capture_change() RETURNS trigger
    LANGUAGE C
AS 'MODULE_PATHNAME', 'strata_capture_change';
REVOKE ALL ON FUNCTION @extschema@.capture_change() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.capture_change() IS 'Trigger function of partitions that are being replaced: captures what others do to them meanwhile.  Does nothing anywhere else.';

CREATE FUNCTION @extschema@.abort_job(p_job_id bigint) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'strata_abort_job';
COMMENT ON FUNCTION @extschema@.abort_job(bigint) IS 'Ends a job for good: cancels the session that works on it, if there is one, and lets maintenance look after the set again.';

-- Functions: progress

CREATE FUNCTION @extschema@.progress(OUT what text, OUT parent_table text, OUT phase text, OUT rows_done bigint,
    OUT rows_estimated bigint, OUT started timestamptz, OUT pid int)
RETURNS SETOF record LANGUAGE C VOLATILE PARALLEL RESTRICTED ROWS 5
AS 'MODULE_PATHNAME', 'strata_progress';
COMMENT ON FUNCTION @extschema@.progress() IS 'What sessions of this database show in shared memory; the view progress reads it.';

-- Functions: worker

CREATE FUNCTION @extschema@.worker_status(
    OUT process text, OUT database_oid oid, OUT state text, OUT pid int, OUT since timestamptz,
    OUT heartbeat timestamptz, OUT last_run timestamptz, OUT next_due timestamptz, OUT sets int, OUT starts bigint,
    OUT runs bigint, OUT created bigint, OUT retired bigint, OUT failures bigint, OUT slots_refused bigint,
    OUT last_error text, OUT last_error_at timestamptz, OUT note text)
RETURNS SETOF record LANGUAGE C VOLATILE PARALLEL RESTRICTED ROWS 10
AS 'MODULE_PATHNAME', 'strata_worker_status';
COMMENT ON FUNCTION @extschema@.worker_status() IS 'State of the launcher and of the workers; the view worker_status adds the names of the databases.';

CREATE FUNCTION @extschema@.wake_worker() RETURNS trigger LANGUAGE C
AS 'MODULE_PATHNAME', 'strata_wake_worker';
COMMENT ON FUNCTION @extschema@.wake_worker() IS 'Tells the database''s worker at commit that the configuration has changed.';
REVOKE ALL ON FUNCTION @extschema@.wake_worker() FROM PUBLIC;

CREATE TRIGGER part_config_wake_worker
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.part_config
    FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.wake_worker();
CREATE TRIGGER part_config_sub_wake_worker
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.part_config_sub
    FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.wake_worker('all');
CREATE TRIGGER installation_wake_worker
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.installation
    FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.wake_worker('all');

-- Views

-- View: partitions

CREATE VIEW @extschema@.partitions WITH (security_invoker = true) AS
    SELECT s.parent_table, p.partition_schema, p.partition_table, p.partition_oid, p.level,
           p.lower_time, p.upper_time, p.lower_id, p.upper_id, p.bound, p.is_default, p.is_leaf, p.rows_estimate,
           @extschema@.partition_bytes(p.partition_oid) AS bytes,
           p.tablespace, p.provenance
    FROM @extschema@.part_config AS s CROSS JOIN LATERAL @extschema@.list_partitions(s.parent_table) AS p;
GRANT SELECT ON @extschema@.partitions TO PUBLIC;
COMMENT ON VIEW @extschema@.partitions IS 'Every partition of every managed set.';
COMMENT ON COLUMN @extschema@.partitions.parent_table IS 'The partitioned table as in part_config.';
COMMENT ON COLUMN @extschema@.partitions.partition_schema IS 'Schema of the partition.';
COMMENT ON COLUMN @extschema@.partitions.partition_table IS 'Name of the partition.';
COMMENT ON COLUMN @extschema@.partitions.partition_oid IS 'Oid of the partition.';
COMMENT ON COLUMN @extschema@.partitions.level IS '1: directly below the topmost table; 2: a partition of such a partition; and so on.';
COMMENT ON COLUMN @extschema@.partitions.lower_time IS 'Time sets: where the partition begins (inclusive); -infinity for MINVALUE.';
COMMENT ON COLUMN @extschema@.partitions.upper_time IS 'Time sets: where the partition ends (exclusive); infinity for MAXVALUE.';
COMMENT ON COLUMN @extschema@.partitions.lower_id IS 'Id sets: the least value (inclusive); NULL for MINVALUE.';
COMMENT ON COLUMN @extschema@.partitions.upper_id IS 'Id sets: the end (exclusive), of a list one after its greatest value; NULL for MAXVALUE.';
COMMENT ON COLUMN @extschema@.partitions.bound IS 'The bounds as SQL, times in the time zone of the set.';
COMMENT ON COLUMN @extschema@.partitions.is_default IS 'Whether it is the default partition.';
COMMENT ON COLUMN @extschema@.partitions.is_leaf IS 'Whether it holds rows itself; false: it is partitioned.';
COMMENT ON COLUMN @extschema@.partitions.rows_estimate IS 'Rows at the last VACUUM or ANALYZE; NULL: there was none.';
COMMENT ON COLUMN @extschema@.partitions.bytes IS 'Size with indexes and TOAST.';
COMMENT ON COLUMN @extschema@.partitions.tablespace IS 'Tablespace of the partition.';
COMMENT ON COLUMN @extschema@.partitions.provenance IS 'made: by pg_strata; adopted: it was there when the set became managed; foreign: attached by somebody since, and never retired.';

-- View: table_privs

CREATE VIEW @extschema@.table_privs AS
    SELECT grantor.rolname AS grantor,
           CASE WHEN g.grantee OPERATOR(pg_catalog.=) 0 THEN 'PUBLIC'::pg_catalog.name ELSE grantee.rolname END AS grantee,
           n.nspname AS table_schema, c.relname AS table_name, g.privilege_type
      FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
     CROSS JOIN LATERAL pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) AS g
      JOIN pg_catalog.pg_roles AS grantor ON grantor.oid OPERATOR(pg_catalog.=) g.grantor
      LEFT JOIN pg_catalog.pg_roles AS grantee ON grantee.oid OPERATOR(pg_catalog.=) g.grantee
     WHERE c.relkind OPERATOR(pg_catalog.=) ANY (ARRAY['r', 'v', 'p']::pg_catalog."char"[])
       AND (g.grantee OPERATOR(pg_catalog.=) 0 OR pg_catalog.pg_has_role(g.grantor, 'USAGE') OR pg_catalog.pg_has_role(g.grantee, 'USAGE'));
GRANT SELECT ON @extschema@.table_privs TO PUBLIC;
COMMENT ON VIEW @extschema@.table_privs IS 'Privileges on tables, partitioned tables and views that were granted by you, to you or to everybody.';
COMMENT ON COLUMN @extschema@.table_privs.grantor IS 'Who granted it.';
COMMENT ON COLUMN @extschema@.table_privs.grantee IS 'Who has it; PUBLIC for everybody.';
COMMENT ON COLUMN @extschema@.table_privs.table_schema IS 'Schema of the table.';
COMMENT ON COLUMN @extschema@.table_privs.table_name IS 'The table.';
COMMENT ON COLUMN @extschema@.table_privs.privilege_type IS 'SELECT, INSERT, and so on.';

-- maintenance_history: blockers' queries and names of tables are not for everybody; of a prepared transaction, which has no
-- process, pg_prepared_xacts shows as much.
CREATE VIEW @extschema@.maintenance_history WITH (security_barrier) AS
SELECT x.run_id, r.caller, r.role_name, r.pid, x.parent_table, x.action, x.partition, x.bounds, x.outcome,
       x.sqlstate, x.message, x.detail, x.hint, x.blocker_pid,
       CASE WHEN x.blocker_pid IS NULL OR pg_catalog.pg_has_role(x.blocker_role, 'USAGE')
                 OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') THEN x.blocker_query
            WHEN x.blocker_query IS NOT NULL THEN '<insufficient privilege>' END AS blocker_query,
       x.blocker_mode, x.blocker_since,
       x.lock_wait_ms, x.created, x.retired, x.rows, x.bytes, x.started_at, x.finished_at
  FROM (SELECT s.run_id, s.parent_table, s.owner_oid, s.action, s.partition, s.bounds, s.outcome,
               s.sqlstate, s.message, s.detail, s.hint, s.blocker_pid, s.blocker_query, s.blocker_role, s.blocker_mode, s.blocker_since,
               s.lock_wait_ms, NULL::int AS created, NULL::int AS retired, s.rows, s.bytes, s.started_at, s.finished_at
          FROM @extschema@.maintenance_step s
        UNION ALL
        SELECT s.run_id, s.parent_table, s.owner_oid, 'maintain', NULL, NULL, s.outcome,
               s.sqlstate, s.message, s.detail, s.hint, s.blocker_pid, s.blocker_query, s.blocker_role, s.blocker_mode, s.blocker_since,
               s.lock_wait_ms, s.created, s.retired, NULL, NULL, s.started_at, s.finished_at
          FROM @extschema@.maintenance_set s) x
  JOIN @extschema@.maintenance_run r ON r.run_id OPERATOR(pg_catalog.=) x.run_id
 WHERE pg_catalog.pg_has_role(x.owner_oid, 'USAGE') OR pg_catalog.pg_has_role('pg_monitor', 'USAGE');
GRANT SELECT ON @extschema@.maintenance_history TO PUBLIC;

COMMENT ON VIEW @extschema@.maintenance_history IS 'What maintenance did, for the sets whose owner''s rights you have; all sets for members of pg_monitor.';
COMMENT ON COLUMN @extschema@.maintenance_history.run_id IS 'Number of the run.';
COMMENT ON COLUMN @extschema@.maintenance_history.caller IS 'What ran it: function, procedure or worker.';
COMMENT ON COLUMN @extschema@.maintenance_history.role_name IS 'Session user of the run.';
COMMENT ON COLUMN @extschema@.maintenance_history.pid IS 'Process of the run.';
COMMENT ON COLUMN @extschema@.maintenance_history.parent_table IS 'parent_table of the set.';
COMMENT ON COLUMN @extschema@.maintenance_history.action IS 'create, heal (create, and move rows of the default partition there), drop, detach, move, archive or constrain of a partition, delete_referencing of rows of other tables that referred to it, drop_retired of one that was retired before, attach by undo_retention or of one that was detached, but is not to be retired any more; after_create: the hook; detach concurrently, finalize: the begin and the end of a detach that nobody waits for; convert: it became a set of its own, with its rows; maintain: the set as a whole.';
COMMENT ON COLUMN @extschema@.maintenance_history.partition IS 'Partition, as schema.table; NULL for the set as a whole.';
COMMENT ON COLUMN @extschema@.maintenance_history.bounds IS 'Its bounds.';
COMMENT ON COLUMN @extschema@.maintenance_history.outcome IS 'ok, skipped, deferred, needs_confirmation or failed.';
COMMENT ON COLUMN @extschema@.maintenance_history.sqlstate IS 'SQLSTATE of what went wrong.';
COMMENT ON COLUMN @extschema@.maintenance_history.message IS 'What went wrong, or is held back.';
COMMENT ON COLUMN @extschema@.maintenance_history.detail IS 'Detail of the message.';
COMMENT ON COLUMN @extschema@.maintenance_history.hint IS 'Hint of the message.';
COMMENT ON COLUMN @extschema@.maintenance_history.blocker_pid IS 'Process that held the lock that could not be had; NULL for a prepared transaction.';
COMMENT ON COLUMN @extschema@.maintenance_history.blocker_query IS 'What that process was running; for whoever may see it in pg_stat_activity.';
COMMENT ON COLUMN @extschema@.maintenance_history.blocker_mode IS 'Mode of the lock that it held.';
COMMENT ON COLUMN @extschema@.maintenance_history.blocker_since IS 'When its transaction began.';
COMMENT ON COLUMN @extschema@.maintenance_history.lock_wait_ms IS 'Milliseconds spent on getting locks in vain.';
COMMENT ON COLUMN @extschema@.maintenance_history.created IS 'How many partitions were made in the set.';
COMMENT ON COLUMN @extschema@.maintenance_history.retired IS 'How many partitions were retired in the set.';
COMMENT ON COLUMN @extschema@.maintenance_history.rows IS 'The planner''s estimate of the rows that went with a retired partition.';
COMMENT ON COLUMN @extschema@.maintenance_history.bytes IS 'Size of a retired partition.';
COMMENT ON COLUMN @extschema@.maintenance_history.started_at IS 'When it was begun.';
COMMENT ON COLUMN @extschema@.maintenance_history.finished_at IS 'When it was done.';

-- jobs: what happens to a set is not for everybody.
CREATE VIEW @extschema@.jobs WITH (security_barrier) AS
SELECT j.job_id, j.what,
       CASE WHEN c.oid IS NULL THEN j.parent_table
            ELSE n.nspname::pg_catalog.text OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) c.relname::pg_catalog.text END AS parent_table,
       CASE WHEN j.state OPERATOR(pg_catalog.<>) 'open' THEN j.state
            WHEN w.pid IS NOT NULL THEN 'running' ELSE 'interrupted' END AS state,
       w.pid, j.role_name, j.parameters, j.calls, j.rows_done, j.rows_estimated, j.sqlstate, j.message, j.detail, j.hint,
       j.started_at, j.updated_at, j.finished_at
  FROM @extschema@.job AS j
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) j.parent_oid
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
  LEFT JOIN pg_catalog.pg_locks AS w
         ON j.state OPERATOR(pg_catalog.=) 'open' AND w.locktype OPERATOR(pg_catalog.=) 'object' AND w.granted
        AND w.classid OPERATOR(pg_catalog.=) '@extschema@.job'::pg_catalog.regclass AND w.objid OPERATOR(pg_catalog.=) j.parent_oid
        AND w.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
        AND w.pid OPERATOR(pg_catalog.=) j.pid
 WHERE pg_catalog.pg_has_role(c.relowner, 'USAGE') OR pg_catalog.pg_has_role('pg_monitor', 'USAGE');
GRANT SELECT ON @extschema@.jobs TO PUBLIC;

COMMENT ON VIEW @extschema@.jobs IS 'Calls of procedures that move rows, at work, interrupted and ended, for the sets whose owner''s rights you have; all for members of pg_monitor.';
COMMENT ON COLUMN @extschema@.jobs.job_id IS 'Number of the job.';
COMMENT ON COLUMN @extschema@.jobs.what IS 'The procedure.';
COMMENT ON COLUMN @extschema@.jobs.parent_table IS 'The set.';
COMMENT ON COLUMN @extschema@.jobs.state IS 'running, interrupted, done or aborted.';
COMMENT ON COLUMN @extschema@.jobs.pid IS 'Process that works on it.';
COMMENT ON COLUMN @extschema@.jobs.role_name IS 'Session user of the last call.';
COMMENT ON COLUMN @extschema@.jobs.parameters IS 'What the procedure was called with last.';
COMMENT ON COLUMN @extschema@.jobs.calls IS 'How many calls have worked on it.';
COMMENT ON COLUMN @extschema@.jobs.rows_done IS 'Rows moved so far, and committed.';
COMMENT ON COLUMN @extschema@.jobs.rows_estimated IS 'Rows that there were to move when they were last counted; NULL: they were not.';
COMMENT ON COLUMN @extschema@.jobs.sqlstate IS 'SQLSTATE of the error that ended the last call.';
COMMENT ON COLUMN @extschema@.jobs.message IS 'That error; NULL also where the call was cancelled or its server or session ended.';
COMMENT ON COLUMN @extschema@.jobs.detail IS 'Its detail.';
COMMENT ON COLUMN @extschema@.jobs.hint IS 'Its hint.';
COMMENT ON COLUMN @extschema@.jobs.started_at IS 'When the first call began.';
COMMENT ON COLUMN @extschema@.jobs.updated_at IS 'When something was last committed.';
COMMENT ON COLUMN @extschema@.jobs.finished_at IS 'When it was done or aborted.';

CREATE VIEW @extschema@.job_steps WITH (security_barrier) AS
SELECT s.job_id, s.ordinal, s.piece, s.partitions, s.rows, s.started_at, s.finished_at
  FROM @extschema@.job_step AS s
 WHERE EXISTS (SELECT FROM @extschema@.jobs AS j WHERE j.job_id OPERATOR(pg_catalog.=) s.job_id);
GRANT SELECT ON @extschema@.job_steps TO PUBLIC;

COMMENT ON VIEW @extschema@.job_steps IS 'The transactions of the jobs that view jobs shows.';
COMMENT ON COLUMN @extschema@.job_steps.job_id IS 'Job that it belongs to.';
COMMENT ON COLUMN @extschema@.job_steps.ordinal IS 'Order within the job.';
COMMENT ON COLUMN @extschema@.job_steps.piece IS 'What was moved: the range of the rows, or the partition that they were in.';
COMMENT ON COLUMN @extschema@.job_steps.partitions IS 'Partitions that got rows, or that undo_partition_proc took out of the set.';
COMMENT ON COLUMN @extschema@.job_steps.rows IS 'Rows that were moved.';
COMMENT ON COLUMN @extschema@.job_steps.started_at IS 'When it began.';
COMMENT ON COLUMN @extschema@.job_steps.finished_at IS 'When it was about to be committed.';

-- progress: of what is not in shared memory, what is committed.
CREATE VIEW @extschema@.progress WITH (security_barrier) AS
WITH shown AS (SELECT * FROM @extschema@.progress())
SELECT s.what, s.parent_table, s.phase, s.rows_done, s.rows_estimated, s.started, s.pid FROM shown AS s
UNION ALL
SELECT j.what, j.parent_table, NULL, j.rows_done, j.rows_estimated, j.started_at, j.pid FROM @extschema@.jobs AS j
 WHERE j.state OPERATOR(pg_catalog.=) 'running' AND NOT EXISTS (SELECT FROM shown AS s WHERE s.pid OPERATOR(pg_catalog.=) j.pid);
GRANT SELECT ON @extschema@.progress TO PUBLIC;

COMMENT ON VIEW @extschema@.progress IS 'Rows that are being moved now, in sets whose owner''s rights you have; all sets for members of pg_monitor.  Needs the preloaded library.';
COMMENT ON COLUMN @extschema@.progress.what IS 'The function or procedure.';
COMMENT ON COLUMN @extschema@.progress.parent_table IS 'parent_table of the set.';
COMMENT ON COLUMN @extschema@.progress.phase IS 'waiting for locks, looking at rows, moving rows, making partitions, or pausing between two transactions.';
COMMENT ON COLUMN @extschema@.progress.rows_done IS 'Rows moved so far by this call, those not committed yet included.';
COMMENT ON COLUMN @extschema@.progress.rows_estimated IS 'Rows that it is going to move: counted, or for undo_partition the planner''s estimate; NULL: not known yet.';
COMMENT ON COLUMN @extschema@.progress.started IS 'When the call began.';
COMMENT ON COLUMN @extschema@.progress.pid IS 'Process of the session.';

-- health
CREATE VIEW @extschema@.health AS
SELECT h.parent_table, h.ok, h.severity, h.reasons, h.runway, h.covered_until, h.covered_until_id, h.partitions,
       h.partitions_ahead, h.missing_ranges, h.gaps_behind, h.default_not_empty, h.expired_attached, h.pending_detach,
       h.retired_not_dropped, h.held, h.oversized, h.last_outcome, h.last_ok, h.failures, h.last_error, h.last_error_at,
       h.disabled_since, h.paused_until, h.worker_alive, h.scheduler_last_seen
  FROM @extschema@.health() AS h;
GRANT SELECT ON @extschema@.health TO PUBLIC;

COMMENT ON VIEW @extschema@.health IS 'Is each set all right?  For the sets whose owner''s rights you have; all sets for members of pg_monitor.  Waits for no lock and reads no data.';
COMMENT ON COLUMN @extschema@.health.parent_table IS 'The partitioned table as in part_config.';
COMMENT ON COLUMN @extschema@.health.ok IS 'Whether severity is ok.';
COMMENT ON COLUMN @extschema@.health.severity IS 'ok, warning or critical.';
COMMENT ON COLUMN @extschema@.health.reasons IS 'Why, the gravest first.';
COMMENT ON COLUMN @extschema@.health.runway IS 'Time until the first new row without a partition; id sets: at the rate that was observed; NULL: there is no such moment, or it is not known.';
COMMENT ON COLUMN @extschema@.health.covered_until IS 'Time sets: the end of the unbroken run of partitions from now on; infinity where nothing comes after it.';
COMMENT ON COLUMN @extschema@.health.covered_until_id IS 'Id sets: likewise from the newest id that maintenance saw on; NULL where nothing comes after it.';
COMMENT ON COLUMN @extschema@.health.partitions IS 'How many partitions there are, without the default.';
COMMENT ON COLUMN @extschema@.health.partitions_ahead IS 'How many of them are for rows to come.';
COMMENT ON COLUMN @extschema@.health.missing_ranges IS 'How many partitions maintenance would make now.';
COMMENT ON COLUMN @extschema@.health.gaps_behind IS 'How many ranges between the partitions, before now, none holds.';
COMMENT ON COLUMN @extschema@.health.default_not_empty IS 'Whether the default partition has rows; NULL: there is none, it is locked, or a short look did not tell.';
COMMENT ON COLUMN @extschema@.health.expired_attached IS 'How many partitions retention would take now.';
COMMENT ON COLUMN @extschema@.health.pending_detach IS 'How many partitions are half detached.';
COMMENT ON COLUMN @extschema@.health.retired_not_dropped IS 'How many retired partitions are kept as tables.';
COMMENT ON COLUMN @extschema@.health.held IS 'How many partitions, retired ones too, are held: nothing retires or drops them.';
COMMENT ON COLUMN @extschema@.health.oversized IS 'How many partitions are larger than max_partition_bytes or max_partition_rows.';
COMMENT ON COLUMN @extschema@.health.last_outcome IS 'What the last run came to: ok, skipped, deferred, needs_confirmation, failed; NULL: there was none.';
COMMENT ON COLUMN @extschema@.health.last_ok IS 'When maintenance last succeeded.';
COMMENT ON COLUMN @extschema@.health.failures IS 'How many times in a row it failed or was deferred.';
COMMENT ON COLUMN @extschema@.health.last_error IS 'What was last wrong, also when it is over.';
COMMENT ON COLUMN @extschema@.health.last_error_at IS 'When that was.';
COMMENT ON COLUMN @extschema@.health.disabled_since IS 'Since when create_enabled or retire_enabled has been off.';
COMMENT ON COLUMN @extschema@.health.paused_until IS 'Until when maintenance is paused.';
COMMENT ON COLUMN @extschema@.health.worker_alive IS 'Whether a worker looks after this database.';
COMMENT ON COLUMN @extschema@.health.scheduler_last_seen IS 'When the worker, or whatever runs maintenance, last showed itself in this database; for a set that is not automatic: when it was last maintained.';

-- worker_status
CREATE VIEW @extschema@.worker_status AS
SELECT s.process, s.database_oid, d.datname AS database, s.state, s.pid, s.since, s.heartbeat, s.last_run, s.next_due,
       s.sets, s.starts, s.runs, s.created, s.retired, s.failures, s.slots_refused, s.last_error, s.last_error_at, s.note
  FROM @extschema@.worker_status() AS s
  LEFT JOIN pg_catalog.pg_database AS d ON d.oid OPERATOR(pg_catalog.=) s.database_oid;
GRANT SELECT ON @extschema@.worker_status TO PUBLIC;

COMMENT ON VIEW @extschema@.worker_status IS 'The launcher of the server and the worker of each database, since the server was started.';
COMMENT ON COLUMN @extschema@.worker_status.process IS 'launcher or worker.';
COMMENT ON COLUMN @extschema@.worker_status.database_oid IS 'Database of the worker; NULL for the launcher.';
COMMENT ON COLUMN @extschema@.worker_status.database IS 'Its name.';
COMMENT ON COLUMN @extschema@.worker_status.state IS 'Launcher: running, not running, disabled, standby, not preloaded. Worker: running, starting, waiting for a worker slot, no extension, stopped, held (a session needs the database for itself), failed.';
COMMENT ON COLUMN @extschema@.worker_status.pid IS 'Process; NULL where there is none now.';
COMMENT ON COLUMN @extschema@.worker_status.since IS 'When the process started, or when the last one ended.';
COMMENT ON COLUMN @extschema@.worker_status.heartbeat IS 'When it last gave a sign of life.';
COMMENT ON COLUMN @extschema@.worker_status.last_run IS 'Worker: when it last looked at a set. Launcher: when it last read the list of databases.';
COMMENT ON COLUMN @extschema@.worker_status.next_due IS 'When it will look at a set again.';
COMMENT ON COLUMN @extschema@.worker_status.sets IS 'How many sets it looks after.';
COMMENT ON COLUMN @extschema@.worker_status.starts IS 'How many times a worker was started for the database.';
COMMENT ON COLUMN @extschema@.worker_status.runs IS 'How many runs it made.';
COMMENT ON COLUMN @extschema@.worker_status.created IS 'How many partitions it made.';
COMMENT ON COLUMN @extschema@.worker_status.retired IS 'How many partitions it retired.';
COMMENT ON COLUMN @extschema@.worker_status.failures IS 'How many times a set, or a run as a whole, failed or had to be deferred.';
COMMENT ON COLUMN @extschema@.worker_status.slots_refused IS 'How many times it could not be started for want of a background worker slot.';
COMMENT ON COLUMN @extschema@.worker_status.last_error IS 'The last failure; shown to members of pg_monitor.';
COMMENT ON COLUMN @extschema@.worker_status.last_error_at IS 'When it happened.';
COMMENT ON COLUMN @extschema@.worker_status.note IS 'What to do, where something is to be done.';

-- Event triggers

-- Names in the tables follow the catalog.  Without a filter on drops: they come in many ways.
CREATE FUNCTION @extschema@.follow_ddl() RETURNS event_trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'strata_follow_ddl';
COMMENT ON FUNCTION @extschema@.follow_ddl() IS 'Event trigger: takes the configuration along when a table, column or schema is renamed, moved or changes its owner.';
REVOKE ALL ON FUNCTION @extschema@.follow_ddl() FROM PUBLIC;
CREATE EVENT TRIGGER pg_strata_follow_ddl ON ddl_command_end WHEN TAG IN ('ALTER TABLE', 'ALTER SCHEMA', 'ALTER INDEX')
    EXECUTE FUNCTION @extschema@.follow_ddl();
COMMENT ON EVENT TRIGGER pg_strata_follow_ddl IS 'Takes the configuration of pg_strata along when tables, columns and schemas are renamed, moved or change owners.';

CREATE FUNCTION @extschema@.follow_drop() RETURNS event_trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'strata_follow_drop';
COMMENT ON FUNCTION @extschema@.follow_drop() IS 'Event trigger: removes the configuration of tables that are dropped.';
REVOKE ALL ON FUNCTION @extschema@.follow_drop() FROM PUBLIC;
CREATE EVENT TRIGGER pg_strata_follow_drop ON sql_drop
    EXECUTE FUNCTION @extschema@.follow_drop();
COMMENT ON EVENT TRIGGER pg_strata_follow_drop IS 'Removes the configuration of pg_strata for tables that are dropped.';

-- The restore guard: this is the server and the database that the configuration begins on.
CREATE FUNCTION @extschema@.record_installation() RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'strata_record_installation';
SELECT @extschema@.record_installation();
DROP FUNCTION @extschema@.record_installation();

