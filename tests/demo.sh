#!/bin/sh
# demo.sh CALQUE DATA -- the main job on the sample texts; `./bootstrap demo` runs it.
# Prints each command as a person would type it, then its answer.
set -eu
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Work among copies of the texts, so that names are short and nothing is left behind.
calque=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
cp "$2"/speech/*.txt "$folder"
cd "$folder"
export CALQUE_MEMORY=speech.calque

# Bold on a terminal that wants it, nothing elsewhere.
bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
    bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi

title() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }

run() {
    printf '  $ calque'
    for word in "$@"; do
        case $word in
        *' '*) printf ' "%s"' "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    "$calque" "$@"
}

title 'A text becomes sentences; "2 a.m.", "Mrs.", "Art. 7" and "i.e." do not end one.'
sed -n '3s/ Nobody .*//p; 5p' en.txt >remarks.txt
run segment -l en remarks.txt

title 'The same speech in six languages: each is paired with English, and a memory grows.'
for language in fr ar zh es ru; do
    run align -s en -t "$language" --into speech.calque en.txt "$language.txt" 2>&1
done

title 'A sentence comes back, changed: its earlier rendering, how near it is, and what differs.'
run lookup -s en -t fr --limit 1 \
    'Under Art. 9 of the Framework Agreement, daily readings from 64 stations are now exchanged free of charge.'

title 'Where was that phrase? "Early warning" in Arabic and in Chinese.'
run concordance -s ar -t en --limit 2 'الإنذار المبكر'
run concordance -s zh -t en --limit 2 '早期预警'

title 'All of it goes out as TMX, for any other tool.'
run export -s en -t ru -o speech.tmx
sed -n '5,14p' speech.tmx

title 'Now yours:'
cat <<END
  $program import YOUR-MEMORY.tmx
  $program lookup -s en -t fr "A sentence you have to translate."
  $program align -s en -t fr -o pairs.tmx ENGLISH.txt FRENCH.txt
END
