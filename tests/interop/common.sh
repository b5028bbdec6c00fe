# common.sh -- what the scripts of this folder share; sourced as ". common.sh CALQUE". Each script
# lets a program load what calque exports for it, and holds that it has every unit that it can hold.
# Exit 77, which meson shows as skipped, where the program is not installed.
set -eu
calque=$1
here=$(dirname "$0")

# need PROGRAM: leave when it is not there.
need() {
    command -v "$1" >/dev/null || {
        echo "no $1 here: skipped"
        exit 77
    }
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CALQUE_MEMORY="$work/memory.calque" HOME="$work" LC_ALL=C.UTF-8
"$calque" import "$here/sample.tmx" >/dev/null

# pairs OPTION...: what the program must have, source<TAB>target.
pairs() {
    "$calque" export -s en-US -t fr --format=tsv "$@" 2>/dev/null | tail -n +2
}

# same WANTED FOUND: compare two files as sets of lines.
same() {
    sort "$1" >"$work/wanted"
    sort "$2" >"$work/found"
    diff "$work/wanted" "$work/found" || {
        echo "not loaded as it should be (< wanted, > found)"
        exit 1
    }
    echo "$(wc -l <"$work/wanted") units loaded"
}
