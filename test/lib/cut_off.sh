# shellcheck shell=bash
# Runs that are cut off when their time is over.

# run_for SECONDS OUTPUT COMMAND...: timeout, with what is printed in OUTPUT.  Of what is cut off OUTPUT.before has what
# that was before the end: what is being ended may complain of just that.
run_for() {
    local seconds=$1 output=$2 status=0 keeper
    shift 2
    rm -f "$output.before" "$output.never" "$output.pid"
    : >"$output"
    mkfifo "$output.never"
    # No process that would stay behind, as `sleep` would.  The alarm is what timeout itself waits for.
    (
        read -rt "$seconds" <>"$output.never"
        cp "$output" "$output.before"
        kill -ALRM "$(cat "$output.pid")"
    ) &
    keeper=$!
    (
        echo "$BASHPID" >"$output.pid"
        exec timeout "$((seconds + 60))" "$@"
    ) >"$output" 2>&1 || status=$?
    kill "$keeper" 2>/dev/null
    wait "$keeper" 2>/dev/null
    rm -f "$output.never" "$output.pid"
    return "$status"
}

# failed_so_far OUTPUT: how many tests had failed in a run whose runner did not come to count them.
failed_so_far() {
    awk '
        /^(test|    ) .* \.\.\. +FAILED/ || (/^ *not ok / && !/# TODO/) { lines++ }
        /^# +Failed test/ { told++ }
        END { print (lines > told ? lines : told) + 0 }' "$1"
}
