#!/bin/sh
# translate-toolkit.sh CALQUE -- translate-toolkit, through which Weblate reads too, loads all units; and
# calque loads what its po2tmx writes.
. "$(dirname "$0")/common.sh"
python=
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import translate.storage.tmx' 2>/dev/null; then
        python=$candidate
        break
    fi
done
need "${python:-translate-toolkit}"

"$calque" export --for=weblate -s en-US -t fr --level=1 -o "$work/memory.tmx" 2>/dev/null
"$python" - "$work/memory.tmx" >"$work/got" <<'PYTHON'
import sys
from translate.storage import tmx

for unit in tmx.tmxfile.parsefile(sys.argv[1]).units:
    print(unit.source, unit.target, sep="\t")
PYTHON
pairs >"$work/all"
same "$work/all" "$work/got"

command -v po2tmx >/dev/null || exit 0
printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n# a note\nmsgid "Save"\nmsgstr "Enregistrer"\n' >"$work/a.po"
po2tmx --progress=none -l fr "$work/a.po" "$work/po.tmx" >/dev/null
"$calque" -m "$work/po.calque" import "$work/po.tmx" >/dev/null
"$calque" -m "$work/po.calque" export -s en -t fr --format=tsv 2>/dev/null | tail -n +2 >"$work/got"
printf 'Save\tEnregistrer\n' >"$work/all"
same "$work/all" "$work/got"
