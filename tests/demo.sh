#!/bin/sh
# demo.sh CALQUE DATA -- the main job on the sample texts; `./bootstrap demo` runs it.
# Prints each command as a person would type it, then its answer.
set -eu
calque=$1
speech=$2/speech

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
memory=$folder/speech.calque

# Bold on a terminal that wants it, nothing elsewhere.
bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
    bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi

title() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
show() {
    printf '  $ calque'
    for word in "$@"; do
        case $word in
        "$memory") word=speech.calque ;;
        "$folder"/*) word=${word#"$folder"/} ;;
        *' '*) word="\"$word\"" ;;
        esac
        printf ' %s' "$word"
    done
    printf '\n'
}
run() {
    show "$@"
    "$calque" "$@"
}

title 'A text becomes sentences; "2 a.m.", "Mrs." and "Art. 7" do not end one.'
sed -n '3p;5p' "$speech/en.txt" >"$folder/remarks.txt"
show segment -l en "$folder/remarks.txt"
"$calque" segment -l en "$folder/remarks.txt" | sed 's/^/  | /' | cut -c 1-96

title 'The same speech in six languages: each is paired with English, and a memory grows.'
for language in fr ar zh es ru; do
    run align -s en -t "$language" --into "$memory" "$speech/en.txt" "$speech/$language.txt"
done

title 'A sentence comes back, changed: its earlier rendering, how near it is, and what differs.'
run -m "$memory" lookup -s en -t fr --limit 1 \
    'Under Art. 9 of the Framework Agreement, daily readings from 64 stations are now exchanged free of charge.'

title 'Where was that phrase? "early warning" in Arabic and in Chinese.'
run -m "$memory" concordance -s ar -t en --limit 2 'الإنذار المبكر'
run -m "$memory" concordance -s zh -t en --limit 2 '早期预警'

title 'All of it goes out as TMX, for any other tool.'
run -m "$memory" export -s en -t ru -o "$folder/speech.tmx"
head -n 16 "$folder/speech.tmx" | cut -c 1-110

title 'Now yours:'
cat <<END
  $calque import YOUR-MEMORY.tmx
  $calque lookup -s en -t fr "A sentence you have to translate."
  $calque align -s en -t fr -o pairs.tmx ENGLISH.txt FRENCH.txt
END
