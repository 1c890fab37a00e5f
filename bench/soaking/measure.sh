# shellcheck shell=bash disable=SC2154
# Figures of a run, and its verdict.

note_sizes() { # note_sizes before|after
    sql -At -F ', ' -c "SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_depend)" >"$work/sizes.$1"
}

# The memory that the worker has for itself, in kB; its largest is what counts.
worst_memory=0
watch_worker() {
    local pid anonymous
    pid=$(pid_of "backend_type = 'pg_strata worker'") || return 0
    anonymous=$(awk '/^RssAnon/ { print $2 }' "/proc/${pid:-none}/status" 2>/dev/null) || return 0
    [ "${anonymous:-0}" -le "$worst_memory" ] || worst_memory=$anonymous
}

# Errors of clients, by their codes; those of the kills are not the server's fault.
client_errors() {
    awk -F '|' '$1 == "client backend" && $4 ~ /^ERROR/ && $3 !~ /^57/ { count[$3]++ }
        END { for (code in count) { printf "%s%s x %s", separator, count[code], code; separator = ", " } if (separator == "") print "none" }' \
        "$work/soak/log"
}

# Whatever circle there was, it was not the application that was taken out of it.
no_victim() {
    local victims
    victims=$(awk -F '|' '$1 == "client backend" && $3 == "40P01"' "$work/soak/log" | wc -l)
    printf '%s|no client was the victim of a deadlock|%s\n' "$([ "$victims" = 0 ] && echo t)" "$victims"
}

row() { printf '%-44s %s\n' "$1" "$2"; }

report() {
    local name ok what text line=0 failed=0
    printf '\n'
    row 'transactions that wrote' "$(cat "$work"/insert/pgbench_log.* | wc -l)"
    row 'the longest that one took, ms' \
        "$(cat "$work"/insert/pgbench_log.* | awk '$3 > worst { worst = $3 } END { printf "%.0f", worst / 1000 }')"
    row 'transactions with locks in another order' "$(cat "$work"/cross/pgbench_log.* | wc -l)"
    row 'errors of clients (SQLSTATE)' "$(client_errors)"
    row "the worker's own memory at most, kB" "$worst_memory"
    row 'rows in pg_class and pg_depend, before' "$(cat "$work/sizes.before")"
    row '... after' "$(cat "$work/sizes.after")"
    for name in "${!disturbances[@]}"; do
        row "disturbed: $name" "${disturbances[$name]}"
    done
    printf '\n1..%s\n' "$(wc -l <"$work/verdict")"
    while IFS='|' read -r ok what text; do
        line=$((line + 1))
        if [ "$ok" = t ]; then
            printf 'ok %s - %s (%s)\n' "$line" "$what" "$text"
        else
            printf 'not ok %s - %s (%s)\n' "$line" "$what" "$text"
            failed=1
        fi
    done <"$work/verdict"
    return "$failed"
}
