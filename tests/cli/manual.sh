#!/bin/sh
# manual.sh TABLE ROOT -- the manual, the completions and the translations say what the table of
# commands says.
table=$1
root=$2
status=0
wrong() {
    echo "$*"
    status=1
}

for command in $("$table" commands); do
    page=$root/docs/man/calque-$command.1
    [ -f "$page" ] || {
        wrong "no page: $page"
        continue
    }
    shown=$(sed -n '/^\.SH SYNOPSIS/,/^\.SH [^S]/{/^\.SH/d;s/^\.B //;s/"//g;s/\\-/-/g;p;}' "$page" | tr '\n' ' ' | sed 's/ *$//')
    wanted=$("$table" synopsis "$command")
    [ "$shown" = "$wanted" ] || wrong "$page: the synopsis is
  $shown
not
  $wanted"
    grep -q "calque\\\\-$command\|calque $command" "$root/docs/man/calque.1" ||
        wrong "calque.1 does not name $command"
    for option in $("$table" options "$command"); do
        escaped=$(echo "$option" | sed 's/-/\\\\-/g')
        grep -q -e "$escaped" "$page" || wrong "$page: no $option"
        for shell in calque.bash calque.fish _calque; do
            name=$option
            [ $shell = calque.fish ] && name="-l ${option#--}"
            grep -q -e "$name" "$root/src/cli/completions/$shell" || wrong "$shell: no $option"
        done
    done
    for shell in calque.bash calque.fish _calque; do
        grep -q -w "$command" "$root/src/cli/completions/$shell" || wrong "$shell: no $command"
    done
done
"$table" untranslated fr || wrong "^ these have no French"
for shell in bash zsh fish; do
    file=$root/src/cli/completions/calque.$shell
    [ $shell = zsh ] && file=$root/src/cli/completions/_calque
    command -v $shell >/dev/null || {
        echo "no $shell here: its completion was not read"
        continue
    }
    $shell -n "$file" || wrong "$file cannot be read by $shell"
done
if command -v man >/dev/null && man --version >/dev/null 2>&1; then
    for page in "$root"/docs/man/*.1; do
        said=$(MANROFFSEQ= MANWIDTH=80 LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
        [ -z "$said" ] || wrong "$page: $said"
    done
fi
exit $status
