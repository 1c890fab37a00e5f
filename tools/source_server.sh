# shellcheck shell=bash
# PostgreSQL built from the source packages of Debian's releases, for tests that need another server than this release
# has.  Needs no rights but for missing packages, and tools/packages.sh.

# Debian has 16 in none of its releases.
declare -A release_of=([15]=bookworm [17]=trixie [18]=sid)

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

# source_server MAJOR NAME OPTION...: builds that major with these options of configure, unless it is there already, and
# prints the path of its pg_config.  What it says goes to standard error.  STRATA_BUILD=no: it must be there.
source_server() {
    local major=$1 prefix
    prefix=$(server_cache)/server-$1-$2
    shift 2
    if ! is_ready "$prefix" && [ "${STRATA_BUILD:-}" = no ]; then
        echo "it is not in $prefix; test/majors builds it" >&2
        return 1
    fi
    mkdir -p "$prefix" || return 1
    (
        flock 8
        is_ready "$prefix" && exit
        need_packages gcc make bison flex perl bzip2 xz-utils pkg-config libicu-dev zlib1g-dev libipc-run-perl \
            "postgresql-$(debian_server_major)-pgtap" "postgresql-$(debian_server_major)-partman" &&
            build_source_server "$major" "$prefix" "$@"
    ) 8>"$prefix.lock" >&2 || return 1
    echo "$prefix/bin/pg_config"
}

# One that was built before the libraries of the system changed must be built anew.
is_ready() {
    [ -e "$1/complete" ] && "$1/bin/postgres" --version >/dev/null 2>&1
}

build_source_server() (
    major=$1 prefix=$2
    shift 2
    tree=$(mktemp -d)
    trap 'rm -rf "$tree"' EXIT
    cd "$tree" && fetch_source "$major" && tar --strip-components=1 -xf postgresql-"$major"_*.orig.tar.* || exit 1
    echo "building PostgreSQL $major in $prefix; this takes some minutes"
    # Programs that the build runs itself are made with the same options.
    export ASAN_OPTIONS=detect_leaks=0
    ./configure -q --prefix="$prefix" --with-icu --without-readline --enable-tap-tests "$@" &&
        make -s -j"$(nproc)" && make -s install && make -s -C contrib/test_decoding install || exit 1
    # Extensions that are only SQL work with every build.
    cp -p /usr/share/postgresql/"$(debian_server_major)"/extension/{pgtap,pg_partman}* "$("$prefix/bin/pg_config" --sharedir)/extension/" &&
        touch "$prefix/complete"
)

# The mirror that this machine uses.
debian_mirror() {
    # shellcheck disable=SC2016 # these are apt's own
    apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian|//p' | head -n 1
}

# fetch_source MAJOR: the tarball as PostgreSQL released it, into the current directory; of a patched tree Debian's
# paths would come along.  Apt works on a state of its own, so the machine's lists and sources stay as they are.
fetch_source() {
    local mirror options
    command -v apt-get >/dev/null || { echo "no apt-get to have the source by" && return 1; }
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || { echo "apt knows no mirror of Debian" && return 1; }
    mkdir -p apt/lists/partial apt/cache/archives/partial
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror ${release_of[$1]} main" >apt/sources.list
    options=(-q -o "Dir::Etc::sourcelist=$PWD/apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$PWD/apt/lists"
        -o "Dir::Cache=$PWD/apt/cache" -o "APT::Sandbox::User=$(id -un)" -o Acquire::Retries=2)
    apt-get "${options[@]}" update && apt-get "${options[@]}" source --download-only --tar-only "postgresql-$1"
}
