# shellcheck shell=bash disable=SC2154
# What to try next: printed at the end, with the way in when the server stays.

print_tour() {
    say "" "Look around:"
    say "  SELECT * FROM partman.part_config;                        -- what is wanted" \
        "  SELECT * FROM partman.partitions;                         -- what is there" \
        "  SELECT * FROM partman.show_partitions('public.orders');" \
        "  SELECT * FROM partman.plan_maintenance();                 -- what would be done" \
        "  SELECT * FROM partman.maintenance_history;                -- what was done" \
        "  SELECT * FROM partman.worker_status;                      -- how the worker is"
}

# The work directory outlives the demo, so it gets a command to end it all.
leave_running() {
    cat >"$work/stop" <<STOP
#!/bin/bash
# Stops the demo's server and removes everything that belongs to it.
cd / && $(if [ "$(id -u)" = 0 ]; then echo "runuser -u $(server_user) -- "; fi)"$bindir/pg_ctl" -D "$work/shop/data" -m fast -w stop
rm -rf "$work"
STOP
    chmod +x "$work/stop"
    trap - EXIT HUP INT TERM
    say "" "The server goes on running, and so does its worker:" \
        "  $bindir/psql -h $work/shop -U shop_owner shop" \
        "Stop and remove it:" \
        "  $work/stop"
}
