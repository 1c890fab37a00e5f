-- What may go when.  Old audit logs are detached and moved to another schema, everything else is dropped.
UPDATE partman.part_config SET retention = '24 months', retention_keep_table = false
 WHERE parent_table IN ('public.orders', 'public.journal_entries');
UPDATE partman.part_config SET retention = '12 months', retention_schema = 'archive'
 WHERE parent_table = 'public.audit_logs';
UPDATE partman.part_config SET retention = '12 months', retention_keep_table = false
 WHERE parent_table = 'public.trades';
UPDATE partman.part_config SET retention = '6 months', retention_keep_table = false
 WHERE parent_table = 'public.workflow_logs';
