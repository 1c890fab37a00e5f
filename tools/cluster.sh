# shellcheck shell=bash disable=SC2154
# Throw-away clusters below $work, reached through Unix sockets only.  Needs tools/server.sh.

# start_cluster NAME: makes and starts a cluster; further lines of its postgresql.conf are read from stdin.  Clients
# find it through PGHOST and PGUSER.  Its log is $work/NAME/log.
start_cluster() {
    local directory=$work/$1
    own "$directory"
    as_server "$bindir/initdb" -D "$directory/data" -U postgres -A trust -E UTF8 --no-locale -N \
        >"$work/initdb.out" 2>&1 || { cat "$work/initdb.out" >&2 && return 1; }
    {
        cat <<CONF
unix_socket_directories = '$directory'
listen_addresses = ''
fsync = off
CONF
        cat
    } | as_server tee -a "$directory/data/postgresql.conf" >/dev/null
    if ! as_server "$bindir/pg_ctl" -D "$directory/data" -l "$directory/log" -w start >"$work/start.out" 2>&1; then
        cat "$work/start.out" >&2
        show_log "$1"
        return 1
    fi
    export PGHOST=$directory PGUSER=postgres
}

stop_cluster() {
    as_server "$bindir/pg_ctl" -D "$work/$1/data" -m fast -w stop >/dev/null
}

# show_log NAME: the end of the cluster's log.
show_log() {
    echo "--- the last lines of the server's log ($1)"
    as_server tail -n 60 "$work/$1/log" 2>/dev/null || true
}
