# bash completion for monitorctl(1); incidents come from the running daemon
_monitorctl_incidents() {
    monitorctl "$@" incidents --json 2>/dev/null | sed -n 's/^ *"id": "\(INC-[0-9]*-[0-9]*\)".*/\1/p'
}

_monitorctl() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local commands="status watch incidents show ack own cannot resolve hold release contacts journal report keygen switch maintenance approve withdraw approvals replay runbook shadow passphrase handover away back raise merge called outside adopt drill power"
    local command='' i socket=()
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            --socket)
                socket=(--socket "${COMP_WORDS[i + 1]:-}")
                i=$((i + 1))
                ;;
            --language | --file | --config | --with | --server | --for | --until | --format | --as | --reason | --directory | --cause | --prevention | --defer | --due) i=$((i + 1)) ;;
            -*) ;;
            *)
                command=${COMP_WORDS[i]}
                break
                ;;
        esac
    done
    case $before in
        --language)
            mapfile -t COMPREPLY < <(compgen -W "ja en" -- "$word")
            return
            ;;
        --format)
            mapfile -t COMPREPLY < <(compgen -W "text html" -- "$word")
            return
            ;;
        --socket | --file | --config | --with)
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            return
            ;;
    esac
    if [ -z "$command" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands --socket --language --help --version" -- "$word")
        return
    fi
    case $command in
        show | ack | own | cannot | resolve | report | runbook | merge | called | outside)
            if [[ $word == -* ]]; then
                mapfile -t COMPREPLY < <(compgen -W "--json --format --file --config --as --socket --language" -- "$word")
            else
                mapfile -t COMPREPLY < <(compgen -W "$([ "$command" = report ] && echo month drill) $(_monitorctl_incidents "${socket[@]}")" -- "$word")
            fi
            ;;
        replay)
            if [[ $word == -* ]]; then
                mapfile -t COMPREPLY < <(compgen -W "--with --json --file --socket --language" -- "$word")
            else
                mapfile -t COMPREPLY < <(compgen -W "$(_monitorctl_incidents "${socket[@]}")" -- "$word")
            fi
            ;;
        drill) mapfile -t COMPREPLY < <(compgen -W "plan start status abort report rehearse switchover give-back power-loss generator-failure server-loss line-loss both-lines large-disaster monitor-loss --config --directory --format --json --file --for --reason --as --socket --language" -- "$word") ;;
        power) mapfile -t COMPREPLY < <(compgen -W "plan stop restore all --json --as --socket --language" -- "$word") ;;
        status) mapfile -t COMPREPLY < <(compgen -W "--json --socket --language" -- "$word") ;;
        watch) mapfile -t COMPREPLY < <(compgen -W "--plain --quiet --socket --language" -- "$word") ;;
        incidents) mapfile -t COMPREPLY < <(compgen -W "--all --json --file --socket --language" -- "$word") ;;
        contacts) mapfile -t COMPREPLY < <(compgen -W "check test drill end tree --json --file --for --config --socket --language" -- "$word") ;;
        journal) mapfile -t COMPREPLY < <(compgen -W "verify --file --json" -- "$word") ;;
        switch) mapfile -t COMPREPLY < <(compgen -W "--reason --break-glass --as --socket --language" -- "$word") ;;
        approve | withdraw) mapfile -t COMPREPLY < <(compgen -W "--as --socket --language" -- "$word") ;;
        maintenance) mapfile -t COMPREPLY < <(compgen -W "begin end --target --server --for --until --reason --break-glass --as --socket --language" -- "$word") ;;
        approvals) mapfile -t COMPREPLY < <(compgen -W "--json --socket --language" -- "$word") ;;
        shadow) mapfile -t COMPREPLY < <(compgen -W "report --json --file --socket --language" -- "$word") ;;
        passphrase) mapfile -t COMPREPLY < <(compgen -W "--file" -- "$word") ;;
        keygen) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    esac
}
complete -F _monitorctl monitorctl
