# shellcheck shell=bash disable=SC2154
# The live part: a client that writes all the time, and a picture of the partitions, redrawn once a second.

writer=

start_writer() { # start_writer SECONDS
    mkdir "$work/writer"
    (cd "$work/writer" && exec pgbench -n -U shop_app -d shop -f "$here/insert.pgbench" -c 2 -j 2 -R 200 -T "$1" \
        -l --log-prefix=latency >"$work/writer/out" 2>&1) &
    writer=$!
}

# Inserts that the server acknowledged, and the slowest of them in milliseconds, from pgbench's log.
acknowledged() { cat "$work"/writer/latency.* 2>/dev/null | wc -l; }
worst_latency() {
    cat "$work"/writer/latency.* 2>/dev/null | awk '$3 > worst { worst = $3 } END { printf "%.1f", worst / 1000 }'
}

# The picture changes just after the clock's second does, as the partitions do.
wait_for_next_second() {
    local micros=$((1010000 - 10#${EPOCHREALTIME#*[.,]}))
    sleep "$(printf '%d.%06d' $((micros / 1000000)) $((micros % 1000000)))"
}

# watch_partitions SECONDS: the whole picture on a terminal, a line a second elsewhere.
watch_partitions() {
    local seconds=$1 started=$EPOCHSECONDS drawn=0 picture file=watch_line.sql
    [ ! -t 1 ] || file=watch.sql
    while wait_for_next_second && kill -0 "$writer" 2>/dev/null; do
        picture=$(as shop_owner -At -v worst="$(worst_latency)" -v second=$((EPOCHSECONDS - started)) \
            -v seconds="$seconds" -f "$here/$file" | indent)
        if [ -t 1 ]; then
            [ "$drawn" = 0 ] || printf '\033[%dA\033[J' "$drawn"
            drawn=$(wc -l <<<"$picture")
        fi
        printf '%s\n' "$picture"
    done
    wait "$writer" || { cat "$work/writer/out" >&2 && return 1; }
}
