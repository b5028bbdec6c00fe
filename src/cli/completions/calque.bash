# calque.bash -- completion for bash; tests/cli/manual.sh compares it with the program.

_calque() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command= i
    local commands='import export check edit delete reindex lookup concordance explain segment locale align pair lexicon stats verify help'
    local common='--memory --color --help --version'
    local filter='--lang --author --since --before --property --phrase'

    COMPREPLY=()
    [ "$before" = = ] && before=${COMP_WORDS[COMP_CWORD - 2]}
    [ "$word" = = ] && word=
    for ((i = 1; i < COMP_CWORD; i++)); do
        case " $commands " in
        *" ${COMP_WORDS[i]} "*)
            command=${COMP_WORDS[i]}
            break
            ;;
        esac
    done
    case $before in
    --color) mapfile -t COMPREPLY < <(compgen -W 'always never auto' -- "$word") ;;
    --severity) mapfile -t COMPREPLY < <(compgen -W 'note warning error' -- "$word") ;;
    --as) mapfile -t COMPREPLY < <(compgen -W 'auto text markdown html docx odt' -- "$word") ;;
    --in) mapfile -t COMPREPLY < <(compgen -W 'source target' -- "$word") ;;
    --paragraphs) mapfile -t COMPREPLY < <(compgen -W 'line blank' -- "$word") ;;
    --format)
        if [ "$command" = align ]; then
            mapfile -t COMPREPLY < <(compgen -W 'tmx tsv json beads html' -- "$word")
        else
            mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$word")
        fi
        ;;
    -m | -o | --memory | --output | --srx | --locale | --lexicon | --into | --pairs)
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        ;;
    esac
    [ ${#COMPREPLY[@]} -gt 0 ] && return
    case $command in
    '') common="$commands $common" ;;
    help) common="$commands $common" ;;
    import) common="--source --target --columns --encoding --repair --update --origin --format $common" ;;
    export) common="--source --target --origin $filter --format --columns --split --tmx --level --for --ledger --output $common" ;;
    check) common="--severity --limit --format $common" ;;
    edit) common="--lang --text --markup --remove --property --attribute $common" ;;
    delete) common="--origin $filter --dry-run --format $common" ;;
    lookup) common="--source --target --min --limit --previous --next --context --document --pivot --fragments --exhaustive --both-scripts --as-stored --markup --literal --jobs --format $common" ;;
    concordance) common="--source --target --in --words --exact --inflected --fuzzy --limit --format $common" ;;
    explain) common="--lang --format $common" ;;
    locale) common="check learn new show --lang --min --format $common" ;;
    segment) common="--lang --locale --unwrap --explain --to-srx --srx --paragraphs --as --encoding --format $common" ;;
    pair) common="--source --target --by-name --min-confidence --out-dir --output $common" ;;
    align) common="--source --target --sentences --paragraphs --unwrap --as --encoding --constrain --min-confidence --force --lexicon --format --output --into --pairs --train --jobs --shard --resume --report $common" ;;
    lexicon) common="merge --output $common" ;;
    stats | verify) common="--format $common" ;;
    esac
    case $command:$word in
    *:-* | :* | help:* | locale:*) mapfile -t COMPREPLY < <(compgen -W "$common" -- "$word") ;;
    *) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    esac
}

complete -o filenames -F _calque calque
