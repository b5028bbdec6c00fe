#!/bin/sh
# rules.sh ROOT -- each rule by which src/segment decides has a message that says it in words, and
# no message is about a rule that is no more.
cd "$1" || exit 1
status=0
named=$(sed 's,/\*.*,,; s,^ *\* .*,,' src/segment/decide.c src/segment/rules.c src/segment/stop.c |
    grep -o '"[a-z][a-z_]*"' | tr -d '"' | sort -u)
said=$(sed -n 's/^        rule_\([a-z_]*\) {.*/\1/p' locales/root.txt | sort -u)
for rule in $named; do
    echo "$said" | grep -qx "$rule" || { echo "no message for the rule $rule" && status=1; }
done
for rule in $said; do
    echo "$named" | grep -qx "$rule" || { echo "no rule for the message rule_$rule" && status=1; }
done
exit $status
