#!/bin/sh
# omegat.sh CALQUE -- OmegaT translates a text from tm/auto, as a project on the console.
. "$(dirname "$0")/common.sh"
need omegat
project=$work/project
mkdir -p "$project/source" "$project/target" "$project/tm/auto" "$project/omegat" "$project/glossary" "$project/dictionary"
cat >"$project/omegat.project" <<XML
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0"><source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir>
<tm_dir>__DEFAULT__</tm_dir><glossary_dir>__DEFAULT__</glossary_dir><dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>EN-US</source_lang><target_lang>FR</target_lang><sentence_seg>false</sentence_seg>
<support_default_translations>true</support_default_translations><remove_tags>false</remove_tags></project></omegat>
XML

# translate FILE: the texts of a table through a project whose memory is the exported one.
translate() {
    cut -f 1 "$1" | sed G >"$project/source/text.txt"
    omegat "$project" --mode=console-translate --config-dir="$work/config" --no-team >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
    sed '/^$/d' "$project/target/text.txt" | paste "$work/sources" - >"$work/got"
    if grep -E 'INCORRECT_SOURCE_LANG|Exception' "$work/log"; then
        echo "OmegaT complains"
        exit 1
    fi
}

# Codes with their text, and at level 1 hi, are nothing to OmegaT 3.6: those units only as plain text.
for level in 2 1; do
    "$calque" export --for=omegat -s en-US -t fr --level=$level -o "$project/tm/auto/memory.tmx" 2>/dev/null
    pairs >"$work/all"
    [ $level = 1 ] || sed -i '/Turn the key/d' "$work/all"
    cut -f 1 "$work/all" >"$work/sources"
    translate "$work/all"
    same "$work/all" "$work/got"
done
