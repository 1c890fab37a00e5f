# shellcheck shell=bash
# Counting what the runners report.  Each counter reads a runner's output and prints "PASSED FAILED".

count_ctest() {
    awk '/tests passed, .* tests? failed out of / { failed = $4; total = $NF } END { print total - failed, failed + 0 }' "$1"
}

# pg_regress and pg_isolation_regress: "test name ... ok" up to 15, TAP from 16 on.
count_regress() {
    awk '
        /^(test|    ) .* \.\.\. +ok / || /^ok [0-9]+ / { passed++ }
        /^(test|    ) .* \.\.\. +FAILED/ || /^not ok [0-9]+ / { failed++ }
        END { print passed + 0, failed + 0 }' "$1"
}

# prove and pg_prove: the number of tests from the closing lines, the failed ones from the summary reports.
count_prove() {
    awk '
        match($0, /^Files=[0-9]+, Tests=[0-9]+/) { split($0, part, /[=,]/); total += part[4] }
        match($0, /\(Wstat: .* Tests: [0-9]+ Failed: [0-9]+\)/) { text = $NF; sub(/\)/, "", text); failed += text }
        END { print total - failed, failed + 0 }' "$1"
}

# test/majors closes with its own sum.
count_majors() {
    awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed = $1; failed = $3 } END { print passed + 0, failed + 0 }' "$1"
}

# The lines by which a runner itself closes its report, after those that name what failed: who sees only the end of a
# long run must find it there.
closing_ctest() { grep -E '^[[:space:]]+[0-9]+ - .* \((Failed|Timeout|SEGFAULT|Subprocess aborted)\)|tests passed, .* out of' "$1"; }
closing_regress() { grep -E '\.\.\. +FAILED|^not ok |^#? ?(All [0-9]+ tests passed|[0-9]+ of [0-9]+ tests (passed|failed))' "$1"; }
closing_majors() { grep -E '^PostgreSQL [0-9.]+.*(: skipped: |: failed: | passed, )' "$1"; }
closing_prove() { grep -aE '^# +(Failed test|at .* line [0-9]+\.$)|\(Wstat: |^(All tests successful|Files=|Result:)' "$1"; }

passed_in_all=0
failed_in_all=0
report=()

# add_result SUITE KIND STATUS OUTPUT: adds one suite's figures to the report.  A runner that failed without naming a
# failed test counts as one failure, and so does a suite that ran no test: a suite that got lost must not look fine.
add_result() {
    local suite=$1 kind=$2 status=$3 output=$4 passed failed line
    read -r passed failed < <("count_$kind" "$output")
    if [ "$status" != 0 ] && [ "$failed" = 0 ]; then
        failed=1
        report+=("$suite: the runner failed with status $status")
    elif [ "$((passed + failed))" = 0 ] && [ "$kind" != majors ]; then # which says what it skipped
        failed=1
        report+=("$suite: no test was run")
    fi
    while read -r line; do
        report+=("$suite: $line")
    done < <("closing_$kind" "$output")
    report+=("$suite: $passed passed, $failed failed")
    passed_in_all=$((passed_in_all + passed))
    failed_in_all=$((failed_in_all + failed))
}

print_summary() {
    [ "${#report[@]}" = 0 ] || printf '%s\n' "${report[@]}"
    printf '%s passed, %s failed\n' "$passed_in_all" "$failed_in_all"
    [ "$failed_in_all" = 0 ] && [ "$passed_in_all" -gt 0 ]
}
