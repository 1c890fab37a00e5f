# shellcheck shell=bash disable=SC2154
# PostgreSQL majors that this Debian release does not have, built from the source packages of releases that do.  Needs
# no rights but for missing packages.  Needs tools/packages.sh and tools/server.sh.  Callers set:
#   cache   what outlives a run: a directory per major with its server

# Debian has 16 in none of its releases.
declare -A release_of=([17]=trixie [18]=sid)

# Tests of a server with assertions find what a stock one forgives.
declare -A configure_of=([18]=--enable-cassert)

# have_major MAJOR: builds the server unless the cache has it.  What is wrong is said on stdout.
have_major() {
    local major=$1 directory=$cache/$1
    mkdir -p "$directory"
    (
        flock 8
        if [ ! -e "$directory/ready" ]; then
            need_packages make gcc bison flex perl bzip2 xz-utils pkg-config libicu-dev zlib1g-dev libipc-run-perl >"$directory/log" 2>&1 &&
                fetch_source "$major" >>"$directory/log" 2>&1 && build_server "$major" >>"$directory/log" 2>&1 || exit 1
            rm -rf "$directory/source" && touch "$directory/ready"
        fi
        borrow_extensions "$major"
    ) 8>"$directory/lock" && return
    grep -vE '^(#|\*|$)' "$directory/log" | tail -n 1 | cut -c 1-200
    return 1
}

major_config() {
    echo "$cache/$1/server/bin/pg_config"
}

# The mirror that this machine uses.
debian_mirror() {
    # shellcheck disable=SC2016 # these are apt's own
    apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian|//p' | head -n 1
}

# fetch_source MAJOR: the tarball as PostgreSQL released it.  Apt works on a state of its own, so the machine's lists
# and sources stay as they are.
fetch_source() {
    local major=$1 mirror apt
    apt=$cache/$major/apt
    command -v apt-get >/dev/null || { echo "no apt-get to have the source by" && return 1; }
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || { echo "apt knows no mirror of Debian" && return 1; }
    mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$cache/$major/source"
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror ${release_of[$major]} main" >"$apt/sources.list"
    local options=(-q -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$apt/state/lists"
        -o "Dir::Cache=$apt/cache" -o "APT::Sandbox::User=$(id -un)" -o Acquire::Retries=2)
    cd "$cache/$major/source" && apt-get "${options[@]}" update && apt-get "${options[@]}" source --download-only --tar-only "postgresql-$major" &&
        rm -rf "$apt"
}

# Of a patched tree Debian's paths would come along; this one does not, and keeps to its prefix.
build_server() {
    local major=$1 directory=$cache/$1 tarball options=()
    read -ra options <<<"${configure_of[$major]:-}"
    cd "$directory/source" && tarball=$(find . -name "postgresql-${major}_*.orig.tar.*" | head -n 1) && [ -n "$tarball" ] || return 1
    tar --strip-components=1 -xf "$tarball" &&
        ./configure -q --prefix="$directory/server" --without-readline --enable-tap-tests CFLAGS='-O1 -pipe' "${options[@]}" &&
        make -s -j"$(nproc)" && make -s install && make -s -C contrib/test_decoding install
}

# Extensions that are only SQL fit every major.
borrow_extensions() {
    local from
    from=$("$PG_CONFIG" --sharedir)/extension
    cp -a "$from"/pgtap* "$from"/pg_partman* "$("$(major_config "$1")" --sharedir)/extension/"
}
