#!/bin/sh
# readme.sh ROOT CALQUE -- the README shows the two commands, and they are there; its links lead
# somewhere; the lookup that it and the tutorial show is what calque says.
calque=$(realpath "$2")
cd "$1" || exit 1

status=0
for command in './bootstrap demo' './bootstrap test'; do
    grep -qF "$command" README.md || {
        echo "README.md does not show: $command"
        status=1
    }
done
[ -x bootstrap ] || {
    echo "bootstrap cannot be run"
    status=1
}
# Every relative link of the documents leads somewhere.
for page in README.md docs/*.md; do
    folder=$(dirname "$page")
    for link in $(grep -o '](\([^):]*\))' "$page" | sed 's/^](//; s/)$//; s/#.*$//' | sort -u); do
        [ -e "$folder/$link" ] || {
            echo "$page: no such file: $link"
            status=1
        }
    done
done
# The two pages wrap the source in their own way: its first words hold the percentage.
memory=$(mktemp -d) || exit 1
trap 'rm -r "$memory"' EXIT
"$calque" align -s en -t fr --into "$memory/speech.calque" \
    tests/data/speech/en.txt tests/data/speech/fr.txt >"$memory/log" 2>&1 || {
    cat "$memory/log"
    status=1
}
said=$("$calque" -m "$memory/speech.calque" lookup -s en -t fr --limit 1 "Under Art. 9 of the Framework \
Agreement, daily readings from 64 stations are now exchanged free of charge." |
    sed -n '1s/^\(.*Framework Agreement\),.*/\1/p')
for page in README.md docs/tutorial.md; do
    [ -n "$said" ] && grep -qF "$said" "$page" || {
        echo "$page does not show what lookup says: $said"
        status=1
    }
done
exit $status
