# shellcheck shell=bash disable=SC2154
# One function per suite: runs its tests, prints the runner's output, returns the runner's status.

# How much slower everything is in a sanitizer, say.  What takes longer than its limit hangs.
slower=${TIMES_SLOWER:-1}
[ "$slower" = 1 ] || export PG_TEST_TIMEOUT_DEFAULT=$((180 * slower)) PGCTLTIMEOUT=$((60 * slower))

# Rules of the core, without a server.  CMake gets the system's pg_config: the path of the copy changes with every run,
# so everything would be compiled again.
suite_unit() {
    local build=$source_dir/build
    cmake -S "$source_dir" -B "$build" -G Ninja -DPG_CONFIG="$PG_CONFIG" >"$work/cmake.out" 2>&1 ||
        { cat "$work/cmake.out" && return 1; }
    cmake --build "$build" --target unit >"$work/cmake.out" 2>&1 || { cat "$work/cmake.out" && return 1; }
    timeout $((300 * slower)) ctest --test-dir "$build" -j"$(nproc)" --output-on-failure
}

# What can be told from the sources in a few seconds; `make lint` says more.
suite_static() {
    prove -v "$source_dir/test/static" :: shellcheck cppcheck fault-matrix actions catalogs
}

# Random inputs for whatever reads text in the core, for about a minute in all.
suite_fuzz() {
    local directory=$source_dir/test/fuzz targets
    make -s -C "$directory" -j"$(nproc)" >"$work/fuzz.out" 2>&1 || { cat "$work/fuzz.out" && return 1; }
    read -ra targets < <(make -s -C "$directory" list)
    FUZZ_SECONDS=$((${FUZZ_MINUTES:-1} * 60 * $(nproc) / ${#targets[@]} + 1)) timeout $((${FUZZ_MINUTES:-1} * 60 + 900)) \
        prove -j"$(nproc)" --exec "$directory/judge" "${targets[@]/#/$source_dir/build/fuzz/}"
}

suite_regress() {
    installcheck regress "$source_dir" ISOLATION=
}

suite_isolation() {
    installcheck isolation "$source_dir" REGRESS=
}

# The boundary between C++ and the server has a test library of its own.
suite_boundary() {
    make -s -C "$source_dir/test/boundary" PG_CONFIG="$PG_CONFIG" all &&
        make -s -C "$source_dir/test/boundary" PG_CONFIG="$PG_CONFIG" DESTDIR="$work/server" install &&
        installcheck boundary "$source_dir/test/boundary"
}

# installcheck SUITE DIRECTORY [VARIABLE=...]: pg_regress or pg_isolation_regress as the directory's Makefile sets it
# up, with the results outside of the checkout.
installcheck() {
    local suite=$1 directory=$2
    shift 2
    mkdir -p "$work/$suite"
    timeout $((900 * slower)) make -s -C "$directory" PG_CONFIG="$copy_config" installcheck TAP_TESTS= \
        EXTRA_REGRESS_OPTS="--outputdir=$work/$suite" "$@"
}

# The clock that tests can set: no part of the extension.
install_clock() {
    make -s -C "$source_dir/test/clock" PG_CONFIG="$PG_CONFIG" all &&
        make -s -C "$source_dir/test/clock" PG_CONFIG="$PG_CONFIG" DESTDIR="$work/server" install
}

# The faults that tests can order: no part of the extension either.
install_faults() {
    make -s -C "$source_dir/test/faults" PG_CONFIG="$PG_CONFIG" all &&
        make -s -C "$source_dir/test/faults" PG_CONFIG="$PG_CONFIG" DESTDIR="$work/server" install
}

# PGTAP_ONLY names those to run, all others are left out.
suite_pgtap() {
    local files=("$source_dir"/test/pgtap/*.sql) names
    read -ra names <<<"${PGTAP_ONLY:-}"
    [ "${#names[@]}" = 0 ] || files=("${names[@]/#/$source_dir/test/pgtap/}")
    install_clock && psql -Xq -d postgres -v ON_ERROR_STOP=1 -c 'CREATE DATABASE pgtap' &&
        psql -Xq -d pgtap -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION pgtap' -c 'CREATE EXTENSION pg_strata' &&
        STRATA_SOURCE=$source_dir timeout $((900 * slower)) pg_prove -d pgtap "${files[@]}"
}

# The interface as its users know it, judged by what the dialect says and nothing else.
suite_dialect() {
    psql -Xq -d postgres -v ON_ERROR_STOP=1 -c 'CREATE DATABASE dialect' &&
        psql -Xq -d dialect -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION pgtap' -c 'CREATE EXTENSION pg_strata' &&
        timeout $((900 * slower)) pg_prove -d dialect "$source_dir"/test/dialect/*.sql
}

# What the tests take for Citus: no part of the extension either.
install_citus() {
    make -s -C "$source_dir/test/citus" PG_CONFIG="$PG_CONFIG" all &&
        make -s -C "$source_dir/test/citus" PG_CONFIG="$PG_CONFIG" DESTDIR="$work/server" install
}

# Each of these files makes clusters of its own, so they run side by side, and never as root.
suite_tap() {
    { install_clock && install_citus && install_faults; } || return 1
    own "$work/tap" "$work/tap/tmp_check" "$work/tap/tmp_check/log"
    cp -r "$source_dir/test/t" "$work/tap/" || return 1
    (
        cd "$work/tap" || exit 1
        files=(t/*.pl)
        # shellcheck disable=SC2206 # names without blanks
        [ -z "${TAP_ONLY:-}" ] || files=($TAP_ONLY)
        as_server env -u PGHOST -u PGUSER LC_ALL=C PERL5LIB="$pgxs_dir/src/test/perl" \
            PG_REGRESS="$pgxs_dir/src/test/regress/pg_regress" TESTDIR="$work/tap" \
            TESTDATADIR="$work/tap/tmp_check" TESTLOGDIR="$work/tap/tmp_check/log" \
            timeout $((1500 * slower)) prove -j2 "${files[@]}"
    )
}

# Attacks.  Whoever is attacked has clusters of his own, as in the suite before.
suite_security() {
    { install_clock && install_faults; } || return 1
    own "$work/security" "$work/security/tmp_check" "$work/security/tmp_check/log"
    mkdir -p "$work/security/t" && cp -r "$source_dir/test/t/lib" "$source_dir/test/security/t/." "$work/security/t/" || return 1
    (
        cd "$work/security" || exit 1
        as_server env -u PGHOST -u PGUSER LC_ALL=C PERL5LIB="$pgxs_dir/src/test/perl" \
            PG_REGRESS="$pgxs_dir/src/test/regress/pg_regress" TESTDIR="$work/security" \
            TESTDATADIR="$work/security/tmp_check" TESTLOGDIR="$work/security/tmp_check/log" \
            timeout $((1200 * slower)) prove -j2 t/*.pl
    )
}

# What a release consists of.  The update is tried on a copy of the server that is free to be changed.
suite_package() {
    local tree=$work/package/server status=0
    own "$work/package" "$work/package/tmp_check" "$work/package/tmp_check/log"
    cp -a "$work/server" "$tree" && cp "$source_dir/test/package/update.pl" "$work/package/" || return 1
    [ "$(id -u)" != 0 ] || chown -R "$(server_user)" "$work/package"
    STRATA_SOURCE=$source_dir PG_CONFIG=$PG_CONFIG timeout $((300 * slower)) prove "$source_dir"/test/package/files.pl "$source_dir"/test/package/meta.pl "$source_dir"/test/package/cut_off.pl ||
        status=1
    (
        cd "$work/package" || exit 1
        as_server env -u PGHOST -u PGUSER LC_ALL=C PATH="$tree$("$PG_CONFIG" --bindir):$PATH" \
            PERL5LIB="$pgxs_dir/src/test/perl" PG_REGRESS="$pgxs_dir/src/test/regress/pg_regress" \
            STRATA_SHAREDIR="$tree$("$PG_CONFIG" --sharedir)" STRATA_PKGLIBDIR="$tree$("$PG_CONFIG" --pkglibdir)" \
            TESTDIR="$work/package" TESTDATADIR="$work/package/tmp_check" TESTLOGDIR="$work/package/tmp_check/log" \
            timeout $((600 * slower)) prove update.pl
    ) || status=1
    return "$status"
}

# From an older major to this one: needs a copy of the older server too, OLD_PG_CONFIG's, with the extension in it.
suite_upgrade() {
    : "${OLD_PG_CONFIG:?names the server to upgrade from}"
    (
        unset BUILD_DIR PRECOMPILED EXTRA_CXXFLAGS
        PG_CONFIG=$OLD_PG_CONFIG work=$work/old source_dir=$root
        mkdir "$work" && copy_server && build_extension
    ) || return 1
    own "$work/upgrade" "$work/upgrade/tmp_check" "$work/upgrade/tmp_check/log"
    cp -r "$source_dir/test/upgrade/." "$work/upgrade/" || return 1
    (
        cd "$work/upgrade" || exit 1
        as_server env -u PGHOST -u PGUSER LC_ALL=C PERL5LIB="$pgxs_dir/src/test/perl" \
            OLD_SERVER="$(dirname "$work/old/server$("$OLD_PG_CONFIG" --bindir)")" \
            PG_REGRESS="$pgxs_dir/src/test/regress/pg_regress" TESTDIR="$work/upgrade" \
            TESTDATADIR="$work/upgrade/tmp_check" TESTLOGDIR="$work/upgrade/tmp_check/log" \
            timeout $((600 * slower)) prove -j2 ./*.pl
    )
}

# What the READMEs of the examples say, on a cluster with pg_cron where the server comes with it.
suite_examples() (
    preloaded=
    [ ! -e "$("$copy_config" --pkglibdir)/pg_cron.so" ] || preloaded=pg_cron
    start_cluster examples <<CONF || return 1
shared_preload_libraries = '$preloaded'
${preloaded:+cron.use_background_workers = on}
CONF
    timeout $((600 * slower)) prove -v -j3 -e bash "$source_dir"/examples/*/check
)

# One minute of what bench/soak does for longer.
suite_soak() {
    PG_CONFIG=$PG_CONFIG timeout $((600 * slower)) prove -v -e bash "$source_dir/bench/soak"
}

# A hundred of the rounds of which bench/deadlocks does a thousand.
suite_deadlocks() {
    PG_CONFIG=$PG_CONFIG timeout $((600 * slower)) prove -v -e bash "$source_dir/bench/deadlocks" :: 100
}

# The other majors whose servers are there, in what is left of the time, and never more than eight minutes.
# `test/majors` builds the servers and takes all the time it needs.
suite_majors() {
    local left=$((${TEST_MINUTES:-32} * 60 - SECONDS))
    PG_CONFIG=$PG_CONFIG STRATA_BUILD=no MAJORS_SECONDS=${MAJORS_SECONDS:-$((left < 480 ? left : 480))} "$root/test/majors"
}

# What the suite in question needs to be running.  The suites that speak SQL to a ready server share one.  The library
# is not preloaded there: without its worker nothing happens but what a test asks for.
set_up() {
    case $1 in
        unit | static | fuzz | package | security | tap | examples | soak | deadlocks | upgrade | majors) ;;
        *)
            [ ! -e "$work/sql" ] || return 0
            start_cluster sql <<CONF
max_prepared_transactions = 10
max_locks_per_transaction = 256
CONF
            ;;
    esac
}

# What helps to understand the failure of a suite.
show_failure() {
    local suite=$1 file
    if [ -s "$work/$suite/regression.diffs" ]; then
        cat "$work/$suite/regression.diffs"
    fi
    case $suite in
        unit | static | fuzz | soak | deadlocks | majors) ;;
        package | security | tap | upgrade)
            for file in "$work/$suite"/tmp_check/log/regress_log_*; do
                # Neither a failed test nor an end without the plan's line may go unseen.
                if grep -aqE '(^|\) )not ok ' "$file" || ! grep -aqE '(^|\) )1\.\.[0-9]+' "$file"; then
                    echo "--- what failed in ${file##*/}" && { grep -aE -A 8 '(^|\) )not ok ' "$file" || tail -n 30 "$file"; }
                fi
            done
            ;;
        examples) show_log examples ;;
        *) show_log sql ;;
    esac
}
