# shellcheck shell=bash
# Which Debian packages a command needs, and how they get onto the machine.

# The PostgreSQL major that this Debian release ships.
debian_server_major() {
    # shellcheck source=/dev/null
    case $(. /etc/os-release && echo "${VERSION_ID:-testing}") in
        12) echo 15 ;;
        13) echo 17 ;;
        *) echo 18 ;;
    esac
}

# need_packages NAME...: installs what is missing.  Somebody who may not install anything gets the names and the
# command to hand to an administrator instead.
need_packages() {
    local missing=() root=()
    if ! command -v dpkg-query >/dev/null; then
        echo "not a Debian system: expecting make, a C++20 compiler and PostgreSQL with its headers to be there" >&2
        return
    fi
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0

    if [ "$(id -u)" != 0 ]; then
        # A password can only be asked for at a terminal.
        if ! sudo -n true 2>/dev/null && ! { [ -t 0 ] && command -v sudo >/dev/null && sudo -v; }; then
            {
                echo "missing packages: ${missing[*]}"
                echo "install them with: apt-get install --no-install-recommends ${missing[*]}"
            } >&2
            exit 1
        fi
        root=(sudo)
    fi
    echo "installing: ${missing[*]}"
    # A foreign package source that is out of order must not stop us: the installation itself tells what matters.
    "${root[@]}" apt-get update -q </dev/null || echo "apt-get update had errors, going on" >&2
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        -o DPkg::Lock::Timeout=300 "${missing[@]}" </dev/null
}

# Clang with its fuzzer, which Debian packs apart and by version.
need_fuzzer() {
    need_packages clang
    need_packages "libclang-rt-$(clang -dumpversion | cut -d . -f 1)-dev"
}
