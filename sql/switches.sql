-- Who names a set hears what is left undone because it is switched off.
\set VERBOSITY default
SET client_min_messages = notice;
SET timezone = 'UTC';
CREATE TABLE public.switched (id bigint NOT NULL) PARTITION BY RANGE (id);
SELECT partman.create_parent('public.switched', 'id', '10', p_premake := 2, p_template_table := 'false');
INSERT INTO public.switched SELECT generate_series(1, 25);
UPDATE partman.part_config SET create_enabled = false, retire_enabled = false, retention = '10', retention_keep_table = false
 WHERE parent_table = 'public.switched';
SELECT partman.run_maintenance('public.switched');
UPDATE partman.part_config SET create_enabled = true WHERE parent_table = 'public.switched';
SELECT partman.run_maintenance('public.switched');
UPDATE partman.part_config SET retire_enabled = true, paused_until = '2999-01-01 00:00+00' WHERE parent_table = 'public.switched';
SELECT partman.run_maintenance('public.switched');
UPDATE partman.part_config SET paused_until = NULL WHERE parent_table = 'public.switched';
SELECT partman.run_maintenance('public.switched');
SELECT partition_tablename FROM partman.show_partitions('public.switched');
DROP TABLE public.switched;
