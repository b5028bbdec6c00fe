#!/bin/sh
# lttoolbox.sh CALQUE -- lttoolbox compiles the memory and translates every text with it. It compares
# languages letter by letter, as Okapi does, and takes the notes of a variant for its text.
. "$(dirname "$0")/common.sh"
need lt-tmxcomp
need lt-tmxproc

"$calque" export --for=okapi --level=1 -s en -t fr -o "$work/memory.tmx" 2>/dev/null
lt-tmxcomp en-fr "$work/memory.tmx" "$work/memory.bin" >/dev/null
pairs | grep -v -e 'Soup of the day' -e 'Press the red' >"$work/all"
while IFS='	' read -r source target; do
    translated=$(printf '%s.' "$source" | lt-tmxproc "$work/memory.bin")
    printf '%s\t%s\n' "$source" "$(echo "$translated" | sed 's/^\[//; s/\]\.$//')"
done <"$work/all" >"$work/got"
same "$work/all" "$work/got"
