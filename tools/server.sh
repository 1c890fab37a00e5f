# shellcheck shell=bash disable=SC2034
# A private copy of the PostgreSQL installation, with the extension built and installed into it.  The server of the
# system is only read.  Needs tools/packages.sh.  Callers use:
#   root         the checkout
#   source_dir   where the extension is built: the checkout, or a copy of it where the checkout is read-only
#   work         the temporary directory of this run; everything below it goes away at the end
#   PG_CONFIG    of the server that is copied; in the environment it chooses another than Debian's
#   BUILD_DIR    in the environment: where to build a copy of the checkout instead of the checkout itself
#   copy_config  pg_config of the copy
#   bindir       programs of the copy
#   STRATA_POSTMASTER  in the environment: a script that takes the place of the copy's `postgres`, which is
#                then `postgres.real` beside it
#   pgxs_dir     test programs and Perl modules of the copy

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source_dir=$root

# Session settings of the caller must reach neither our servers nor our clients.
for variable in "${!PG@}"; do
    [[ $variable = PG_CONFIG || $variable = PGTAP_ONLY ]] || unset "$variable"
done

# prepare_server PACKAGE...: from a bare machine to a copied server with the extension in it.  The packages are those
# needed beside the server and the compiler.
prepare_server() {
    need_server "$@"
    make_work_directory
    copy_server
    build_extension
}

need_server() {
    local server=()
    if [ -z "${PG_CONFIG:-}" ] && [ -e /etc/debian_version ]; then
        local major
        major=$(debian_server_major)
        PG_CONFIG=/usr/lib/postgresql/$major/bin/pg_config
        server=("postgresql-$major" "postgresql-server-dev-$major")
    fi
    PG_CONFIG=${PG_CONFIG:-$(command -v pg_config || true)}
    need_packages make g++ "${server[@]}" "$@"
    if ! [ -x "$PG_CONFIG" ] || ! [ -e "$("$PG_CONFIG" --pgxs)" ]; then
        echo "PG_CONFIG=$PG_CONFIG: not the pg_config of a PostgreSQL with its development files" >&2
        exit 1
    fi
}

# Root's servers run as this user, since PostgreSQL refuses to run as root.
server_user() {
    if id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

# as_server COMMAND...: runs it as the user who owns the servers.
as_server() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u "$(server_user)" -- env HOME="$work" "$@"
    else
        "$@"
    fi
}

# own DIRECTORY...: makes it and gives it to the user who owns the servers.
own() {
    mkdir -p "$@"
    [ "$(id -u)" != 0 ] || chown "$(server_user)" "$@"
}

make_work_directory() {
    work=$(mktemp -d -t pg_strata.XXXXXX)
    chmod 755 "$work"
    # The path of a Unix socket below it must stay under 107 bytes, and the server's user must get there.
    if [ "${#work}" -gt 60 ] || ! as_server test -x "$work/."; then
        rmdir "$work"
        work=$(mktemp -d /tmp/pg_strata.XXXXXX)
        chmod 755 "$work"
    fi
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    cd "$work" || exit 1 # the server's user may be unable to enter the caller's directory
}

clean_up() {
    local status=$? pid_file
    trap - EXIT HUP INT TERM
    while read -r pid_file; do
        as_server "$bindir/pg_ctl" -D "$(dirname "$pid_file")" -m immediate stop >/dev/null 2>&1
    done < <(find "$work" -name postmaster.pid 2>/dev/null)
    cd / && rm -rf "$work"
    exit "$status"
}

# PostgreSQL finds its files relative to its own programs, so a copy that keeps the layout works anywhere.  That is
# also the layout of `make install DESTDIR=...`.
copy_server() {
    local tree=$work/server directory what
    for what in bindir pkglibdir sharedir; do
        directory=$("$PG_CONFIG" --$what)
        mkdir -p "$tree$directory"
        cp -a "$directory/." "$tree$directory/"
    done
    for what in includedir pkgincludedir libdir; do
        directory=$("$PG_CONFIG" --$what)
        [ -e "$tree$directory" ] || { mkdir -p "$(dirname "$tree$directory")" && ln -s "$directory" "$tree$directory"; }
    done
    bindir=$tree$("$PG_CONFIG" --bindir)
    copy_config=$bindir/pg_config
    if ! "$copy_config" --version >/dev/null; then
        echo "cannot run programs below $work: set TMPDIR to a directory where that is allowed" >&2
        exit 1
    fi
    if [ -n "${STRATA_POSTMASTER:-}" ]; then
        mv "$bindir/postgres" "$bindir/postgres.real"
        cp "$STRATA_POSTMASTER" "$bindir/postgres"
    fi
    pgxs_dir=$(cd "$(dirname "$("$copy_config" --pgxs)")/../.." && pwd)
    export PATH="$bindir:$PATH"
}

build_extension() {
    compile_extension && make -s -C "$source_dir" PG_CONFIG="$PG_CONFIG" DESTDIR="$work/server" install
}

# Objects of an earlier run are used again, unless they were made for another server or by another compiler.
compile_extension() {
    use_writable_source
    mkdir -p "$source_dir/build"
    local stamp=$source_dir/build/made-for made_for
    made_for=$("$PG_CONFIG" --version; ${CXX:-g++} --version | head -n 1)
    (
        flock 9
        if [ -e "$stamp" ] && [ "$(cat "$stamp")" != "$made_for" ]; then
            make -s -C "$source_dir" PG_CONFIG="$PG_CONFIG" clean
            make -s -C "$source_dir/test/boundary" PG_CONFIG="$PG_CONFIG" clean
            make -s -C "$source_dir/test/clock" PG_CONFIG="$PG_CONFIG" clean
            make -s -C "$source_dir/test/faults" PG_CONFIG="$PG_CONFIG" clean
            make -s -C "$source_dir/test/citus" PG_CONFIG="$PG_CONFIG" clean
        fi
        echo "$made_for" >"$stamp"
        make -s -C "$source_dir" PG_CONFIG="$PG_CONFIG" -j"$(nproc)" all
    ) 9>"$source_dir/build/lock"
}

# A checkout of somebody else (root's, say) is copied; modification times are kept, so its objects are of use.
use_writable_source() {
    local locked
    if [ -n "${BUILD_DIR:-}" ]; then
        source_dir=$BUILD_DIR
        mirror_source
        return
    fi
    locked=$(find "$root" -path "$root/.git" -prune -o -type d ! -writable -print -quit)
    [ -n "$locked" ] || return 0
    source_dir=$work/source
    mkdir "$source_dir"
    tar -C "$root" --exclude=./.git --exclude=./build -cf - . | tar -C "$source_dir" -xf -
}

# The checkout's sources become those of the copy, whose objects stay.  What is the same keeps its time, so that a new
# checkout does not compile everything again.
mirror_source() {
    local file
    mkdir -p "$source_dir"
    while read -r -d '' file; do
        [ -e "$root/$file" ] || rm "$source_dir/$file"
    done < <(sources_in "$source_dir")
    while read -r -d '' file; do
        cmp -s "$root/$file" "$source_dir/$file" && continue
        mkdir -p "$source_dir/$(dirname "$file")"
        cp "$root/$file" "$source_dir/$file"
    done < <(sources_in "$root")
}

# sources_in DIRECTORY: all files but those that are made, each ended by a zero byte.
sources_in() {
    (cd "$1" && find . \( -path ./.git -o -path ./build -o -name '*.[oda]' -o -name '*.so' \) -prune -o -type f -print0)
}
