# shellcheck shell=bash disable=SC2154
# Clients that write and read until they are told to stop.  A client that loses its server comes back.

sql() { psql -Xqd soak -v ON_ERROR_STOP=1 "$@"; }

# clients NAME SEED COUNT OPTION...: pgbench again and again, a few seconds each, so that a killed one is soon replaced.
clients() {
    local name=$1 seed=$2 count=$3
    shift 3
    mkdir -p "$work/$name"
    cd "$work/$name" || exit
    while [ ! -e "$work/enough" ]; do
        seed=$((seed + 1))
        pgbench -n -d soak -f "$here/soaking/$name.pgbench" -c "$count" -T 10 -l --random-seed="$seed" "$@" >>out 2>&1 ||
            sleep 0.2
    done
}

start_load() {
    local number
    for number in 1 2 3 4; do
        clients insert "$((SOAK_SEED * 1000 + number * 100000))" 1 -R 75 &
        loads+=("$!")
    done
    clients read "$SOAK_SEED" 6 &
    loads+=("$!")
    clients cross "$SOAK_SEED" 4 -R 40 &
    loads+=("$!")
}

end_load() {
    touch "$work/enough"
    wait "${loads[@]}" || true
}
loads=()

# The server answers, and every set is in order.
wait_until_covered() {
    local tries
    for ((tries = 0; tries < 900; tries++)); do
        [ "$(psql -XqAtd soak -f "$here/soaking/covered.sql" 2>/dev/null)" != t ] || return 0
        sleep 0.2
    done
    echo "bench/soak: the sets are not covered after three minutes of calm" >&2
    psql -Xqd soak -c 'SELECT * FROM partman.worker_status' >&2 || show_log soak >&2
    return 1
}

# What is checked at the end stands still.
stop_worker() {
    sql -o /dev/null -c 'ALTER SYSTEM SET pg_strata.worker_enabled = off' -c 'SELECT pg_reload_conf()'
    until [ "$(sql -At -c "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'pg_strata worker'")" = 0 ]; do
        sleep 0.1
    done
    # shellcheck disable=SC2034 # for the verdict
    last_run=$(sql -At -c 'SELECT now()')
    # It may have been stopped while it waited in a concurrent detach, which the next run ends.
    sql -o /dev/null -c 'SET client_min_messages = error' -c 'CALL partman.run_maintenance_proc()' || true
}
