-- Hands the five big tables over: partitions from some years back to a little ahead of now.
SELECT partman.create_parent(
    p_parent_table := 'public.orders', p_control := 'created_at', p_interval := '1 month', p_premake := 3,
    p_start_partition := (now() - interval '30 months')::text);

SELECT partman.create_parent(
    p_parent_table := 'public.journal_entries', p_control := 'created_at', p_interval := '1 month', p_premake := 3,
    p_start_partition := (now() - interval '5 years')::text);

SELECT partman.create_parent(
    p_parent_table := 'public.audit_logs', p_control := 'created_at', p_interval := 'monthly', p_type := 'native',
    p_premake := 3, p_start_partition := (now() - interval '18 months')::text);

SELECT partman.create_parent(
    p_parent_table := 'public.trades', p_control := 'created_at', p_interval := '1 day', p_premake := 7,
    p_start_partition := (now() - interval '14 months')::text);

SELECT partman.create_parent(
    p_parent_table := 'public.workflow_logs', p_control := 'run_at', p_interval := '1 day', p_premake := 7,
    p_start_partition := (now() - interval '9 months')::text);
