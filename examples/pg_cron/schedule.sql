-- psql -d postgres -v database=shop -f schedule.sql
\set ON_ERROR_STOP 1
CREATE EXTENSION IF NOT EXISTS pg_cron;
-- It commits partition by partition; one run does not wait for another.
SELECT cron.schedule_in_database('partitions of ' || :'database', '*/10 * * * *', 'CALL partman.run_maintenance_proc()', :'database');
SELECT cron.schedule_in_database('health of ' || :'database', '5 * * * *', $$SELECT partman.check_health('critical')$$, :'database');
SELECT cron.schedule('forget old runs for ' || :'database', '0 3 * * *', $$DELETE FROM cron.job_run_details WHERE end_time < now() - interval '14 days'$$);
