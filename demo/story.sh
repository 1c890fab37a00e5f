# shellcheck shell=bash disable=SC2154
# How the demo talks: headings, sentences, and SQL that is shown before it runs.

if [ -t 1 ]; then
    bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
    bold='' dim='' plain=''
fi

chapter_number=0

chapter() {
    chapter_number=$((chapter_number + 1))
    printf '\n%s%d. %s%s\n' "$bold" "$chapter_number" "$1" "$plain"
}

indent() { sed 's/^./   &/'; }

say() { printf '%s\n' "$@" | indent; }

# as ROLE PSQL-OPTION...: psql in the shop's database.
as() {
    local role=$1
    shift
    psql -XqU "$role" -d shop -v ON_ERROR_STOP=1 "$@"
}

# show SQL: prints it as somebody would have typed it, and runs it as the owner of the shop.
show() {
    printf '%s\n' "$1" | sed "1s/^/   ${dim}shop=>${plain} /; 2,\$s/^/   ${dim}shop->${plain} /"
    as shop_owner -P footer=off -P null=- -c "$1" 2>&1 | indent
}

# show_file FILE: the same for a file without its comments.
show_file() {
    grep -v '^--' "$1" | sed "s/^/   ${dim}|${plain} /"
    as shop_owner -o /dev/null -f "$1" 2>&1 | indent
}
