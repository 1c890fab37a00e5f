-- An error that leaves a background worker's main ends that worker, after all destructors, and nothing else.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SELECT plan(7);

-- begun | destructors run | reached the end | how it ended
SELECT is(boundary_worker(how), '1|1|0|stopped', 'a worker fails: ' || how)
    FROM unnest(ARRAY['server', 'core', 'unknown', 'bad_alloc', 'guarded core']) how;
SELECT is(boundary_worker('rollback'), '1|0|0|stopped', 'a rollback that fails ends the session');
SELECT ok(pg_postmaster_start_time() < now(), 'this session and the server live on');

SELECT * FROM finish();
