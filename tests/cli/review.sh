#!/bin/sh
# review.sh CALQUE REVIEW_JS -- the page of `calque align --format=html` in a real browser, worked
# by keys and pointer (review.js); what it saves is read by --constrain. Skipped without one.
calque=$(realpath "$1")
script=$(realpath "$2")
for name in chromium chromium-browser google-chrome; do
    browser=$(command -v $name) && break
done
[ -n "$browser" ] || {
    echo "there is no Chromium here"
    exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
fail() {
    echo "$*"
    exit 1
}

# look PAGE: the page as it is after its scripts ran.
look() {
    HOME=$folder timeout 100 "$browser" --headless --no-sandbox --disable-gpu \
        --user-data-dir="$folder/profile" --window-size=1200,900 --virtual-time-budget=20000 \
        --dump-dom "file://$folder/$1" 2>log
}

cat >a.txt <<END
The <b> harbour has 2 bells.
</script><script>alert(1)</script>
Ring 3 times for fog.
Ring 40 times for fire.
The 5 keepers sleep.
In 1947 all was quiet.
END
cat >b.txt <<END
في الميناء <b> جرسان 2.
</script><script>alert(1)</script>
يقرع 3 مرات عند الضباب.
يقرع 40 مرة عند الحريق.
ينام الحراس 5.
في عام 1947 كان كل شيء هادئا.
END
"$calque" align -s en -t ar --sentences a.txt b.txt -o page.html 2>log || fail "$(cat log)"
grep -q 'https\?://' page.html && fail "the page names an address"
sed '/^<\/body>/d; /^<\/html>/d' page.html >test.html
{ echo '<script>' && cat "$script" && echo '</script></body></html>'; } >>test.html
look test.html >seen || fail "the browser failed: $(tail -n 3 log)"
sed -n '/^<pre id="report">/,/^end/p' seen | grep '^ok\|^not ok'
grep -q '^end' seen || fail "the script did not come to its end: $(tail -n 5 seen)"
grep -q '^not ok' seen && exit 1

# What was saved is what --constrain takes.
sed -n '/^end/,/<\/pre>/p' seen | sed -n '/^--/,/^--/p' | grep '^\[' >mended.beads
"$calque" align -s en -t ar --sentences --constrain mended.beads --format=beads a.txt b.txt \
    2>/dev/null | grep -q -F '[1]:[1,2]:1.00:fixed' || fail "--constrain did not keep the beads"

# Ten thousand beads.
awk 'BEGIN { for (i = 1; i <= 10000; i++) print "Bell " i " rings " i * 7 % 1009 " times." }' >c.txt
awk 'BEGIN { for (i = 1; i <= 10000; i++) print "Glocke " i " läutet " i * 7 % 1009 " Mal." }' >d.txt
"$calque" align -s en -t de --sentences c.txt d.txt -o large.html 2>log || fail "$(cat log)"
look large.html >seen || fail "the browser failed on a large page: $(tail -n 3 log)"
rows=$(grep -o 'class="bead[ "]' seen | wc -l)
[ "$rows" -eq 10000 ] || fail "$rows rows instead of 10000"
echo "ok 10000 beads"
