#!/bin/bash
# A million units with one source and as many renderings, and how long it takes to take them in
# and to find five of them.
#
#   twins.sh CALQUE [UNITS]
set -eu
calque=$1
units=${2:-1000000}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
seq "$units" | sed 's/.*/The same text again.\trendering &/' >"$folder/twins.tsv"
export CALQUE_MEMORY="$folder/twins.calque"
echo "import:"
time -p "$calque" import -s en -t fr "$folder/twins.tsv"
for text in 'The same text again.' 'The same text once.' 'Other words altogether.'; do
    echo "lookup: $text"
    time -p "$calque" lookup -s en -t fr --min 60 "$text" | grep -c '%' || true
done
