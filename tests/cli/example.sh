#!/bin/sh
# example.sh EXAMPLE SPEECHES -- the program of docs/example.c finds what its comment promises.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" "$2/en.txt" "$2/fr.txt" "$folder/new.calque" >"$folder/out" || exit 1
cat "$folder/out"
grep -q '^[0-9]* and [0-9]* sentences$' "$folder/out" &&
    grep -q '^[5-9][0-9] %: A warning that stops at a border is not a warning.$' "$folder/out"
