#!/bin/sh
# readme.sh ROOT -- the README shows the two commands, and they are there.
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
exit $status
