# shellcheck shell=bash
# A PostgreSQL that is built from its source, for tests that need another one than Debian's.  Needs tools/packages.sh.

# source_server NAME OPTION...: builds the major of this Debian with these options of configure, unless it is there
# already, and prints the path of its pg_config.  What it says goes to standard error.
source_server() {
    local name=$1 major prefix
    shift
    major=$(debian_server_major)
    prefix=$(server_cache)/server-$major-$name
    if [ ! -e "$prefix/complete" ]; then
        need_packages gcc make bison flex perl pkg-config libicu-dev libipc-run-perl "postgresql-$major-pgtap" "postgresql-$major-partman" >&2
        build_source_server "$major" "$prefix" "$@" >&2 || return 1
    fi
    echo "$prefix/bin/pg_config"
}

# Where built servers stay.  Whoever runs a server of root's must reach it.
server_cache() {
    if [ -n "${STRATA_CACHE:-}" ]; then
        echo "$STRATA_CACHE"
    elif [ "$(id -u)" = 0 ]; then
        echo /var/cache/pg_strata
    else
        echo "${XDG_CACHE_HOME:-$HOME/.cache}/pg_strata"
    fi
}

build_source_server() (
    major=$1 prefix=$2
    shift 2
    set -e
    mkdir -p "$prefix"
    tree=$(mktemp -d)
    trap 'rm -rf "$tree"' EXIT
    cd "$tree"
    fetch_source "$major"
    tar -xf postgresql-"$major"_*.orig.tar.*
    cd postgresql-"$major"*/
    echo "building PostgreSQL $major in $prefix; this takes some minutes"
    # Programs that the build runs itself are made with the same options.
    export ASAN_OPTIONS=detect_leaks=0
    ./configure -q --prefix="$prefix" --with-icu --without-readline --without-zlib --enable-tap-tests "$@"
    make -s -j"$(nproc)"
    make -s install
    # Extensions that are only SQL work with every build.
    cp -p /usr/share/postgresql/"$major"/extension/pgtap* "$("$prefix/bin/pg_config" --sharedir)/extension/"
    touch "$prefix/complete"
)

# The tarball as PostgreSQL publishes it: Debian's changes tie the server to Debian's places.  Sources of its own for
# apt, since those of the machine often lack deb-src.
fetch_source() {
    local release options
    # shellcheck source=/dev/null
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    echo "deb-src http://deb.debian.org/debian $release main" >sources.list
    mkdir -p lists/partial
    options=(-q -o "Dir::Etc::sourcelist=$PWD/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$PWD/lists")
    apt-get "${options[@]}" update
    apt-get "${options[@]}" source --download-only "postgresql-$1"
}
