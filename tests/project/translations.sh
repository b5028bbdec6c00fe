#!/bin/sh
# translations.sh ROOT -- the languages that the interface speaks say all that French says, which
# tests/cli/manual.sh holds against the commands: each message is there, once, with the same
# values in braces, and no other message is.
cd "$1/locales" || exit 1

for lang in ar de es hi ja pt ru zh; do
    awk -v lang="$lang" '
        FNR == 1 { in_messages = 0 }
        /^    messages \{/ { in_messages = 1 }
        !in_messages || !/^        [A-Za-z0-9_-]+ \{ "/ { next }
        {
            key = $1
            text = $0
            gsub(/\047[^\047]*\047/, "", text)      # quoted braces are text
            sub(/^[^"]*"/, "", text)
            gsub(/(=[0-9]+|zero|one|two|few|many|other) \{/, "(", text) # plural forms
            values = ""
            while (match(text, /\{[a-z_]+[,}]/)) {
                name = substr(text, RSTART + 1, RLENGTH - 2)
                text = substr(text, RSTART + RLENGTH)
                if (index(values, " " name " ") == 0)
                    values = values " " name " "
            }
            if (FILENAME == "fr.txt") {
                wanted[key] = values
                next
            }
            if (key in said) { print lang ": " key " stands twice"; failed = 1 }
            said[key] = 1
            if (!(key in wanted)) { print lang ": " key " is no message"; failed = 1; next }
            count = split(values, have, " ")
            if (count != split(wanted[key], all, " ")) {
                print lang ": " key " has other values: " values " for " wanted[key]
                failed = 1
            }
            for (i = 1; i <= count; i++)
                if (index(wanted[key], " " have[i] " ") == 0) {
                    print lang ": " key " has no value " have[i]
                    failed = 1
                }
        }
        END {
            for (key in wanted)
                if (!(key in said)) { print lang ": " key " is missing"; failed = 1 }
            exit failed
        }' fr.txt "$lang.txt" || status=1
done
exit ${status:-0}
