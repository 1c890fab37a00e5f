# shellcheck shell=bash disable=SC2154
# What happens to a server in years, in minutes.
declare -A disturbances=()

ask() { psql -XqAtd soak -c "$1" 2>/dev/null; }
pid_of() { ask "SELECT pid FROM pg_stat_activity WHERE $1 AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"; }

signal_one() { # signal_one SIGNAL CONDITION
    local pid
    pid=$(pid_of "$2") || return 0
    [ -z "$pid" ] || as_server kill -s "$1" "$pid" 2>/dev/null || true
}

# Killed like this the postmaster takes nobody along; the next one starts when all are gone.
replace_postmaster() {
    local pid tries
    pid=$(as_server head -n 1 "$work/soak/data/postmaster.pid")
    as_server kill -s KILL "$pid"
    for ((tries = 0; tries < 100; tries++)); do
        sleep 0.2
        ! as_server "$bindir/pg_ctl" -D "$work/soak/data" -l "$work/soak/log" -w start >/dev/null 2>&1 || return 0
    done
    echo "bench/soak: the server does not start again" >&2
    return 1
}

disturb() {
    local choices=(worker worker_cancelled launcher client blocker worker_killed client_killed postmaster)
    # Each of them once, then at random, those that crash the server less often.
    local choice=${choices[${#disturbances[@]} < ${#choices[@]} ? ${#disturbances[@]} : RANDOM % 10 % ${#choices[@]}]}
    disturbances[$choice]=$((${disturbances[$choice]:-0} + 1))
    case $choice in
        worker) signal_one TERM "backend_type = 'pg_strata worker'" ;;
        worker_cancelled) signal_one INT "backend_type = 'pg_strata worker'" ;;
        launcher) signal_one TERM "backend_type = 'pg_strata launcher'" ;;
        client) signal_one TERM "backend_type = 'client backend'" ;;
        blocker) # somebody who works on a table as VACUUM does: in our way, in no client's
            psql -Xqd soak -c "BEGIN; LOCK TABLE soak.s_$((1 + RANDOM % 50)) IN SHARE UPDATE EXCLUSIVE MODE; SELECT pg_sleep(3); ROLLBACK" \
                >/dev/null 2>&1 &
            loads+=("$!")
            ;;
        worker_killed) signal_one KILL "backend_type = 'pg_strata worker'" ;;
        client_killed) signal_one KILL "backend_type = 'client backend'" ;;
        postmaster) replace_postmaster ;;
    esac
}
