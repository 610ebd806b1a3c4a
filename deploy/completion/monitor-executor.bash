# bash completion for monitor-executor(8)
_monitor_executor() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    case $before in
        -c | --config) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        --drill) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
        *) mapfile -t COMPREPLY < <(compgen -W "--config --check --drill --help --version" -- "$word") ;;
    esac
}
complete -F _monitor_executor monitor-executor
