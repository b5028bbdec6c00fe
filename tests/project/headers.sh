#!/bin/sh
# headers.sh public|internal ROOT COMPILER... -- compile every header alone.
kind=$1
root=$2
shift 2
cd "$root" || exit 1

case $kind in
public) headers=$(find src/include -name '*.h') flags='-Isrc/include' ;;
internal)
    headers=$(find src tmx -name '*.h' ! -path 'src/include/*')
    flags='-Isrc/include -Isrc -I. -D_POSIX_C_SOURCE=200809L'
    ;;
esac

status=0
for header in $headers; do
    # An empty file that includes it, since a header compiled itself warns of its own ways.
    # shellcheck disable=SC2086 # one word a flag
    echo "#include \"$header\"" | "$@" $flags -I. - || {
        echo "$header does not compile alone"
        status=1
    }
done
exit $status
