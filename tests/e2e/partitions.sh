# Every way in which the links among monitor, active server (A), standby (B) and client can be cut: never
# two answers for the service address, seen from the client by ARP and by the service's own replies;
# and within 1 s of the heal the client is served. A cut is on both networks, in both directions; the
# client has one network. What must go on meanwhile is said beside each. --long takes every subset, and
# each of them on one network only and in one direction only. Once for each `when_alone`: with "resume" a
# server that is cut from both others and that the client still reaches may answer beside the elected one,
# while the cut lasts; nowhere else, and not after the heal.
. "$(dirname "$0")/lib.sh"
conf=/run/noroshi-partitions
mkdir -p $conf
cp "$root"/config/samples/quickstart/*.conf $conf/
# the block against moving to and fro would keep the second subset from showing anything
printf 'switchover = { block = "0s"; settled = "0s"; per_hour = 20; };\n' >>$conf/site.conf
export ROOM_CONF=$conf
rooms() {
    sed -i "s/when_alone = \"[a-z]*\"/when_alone = \"$1\"/" $conf/*.conf
    scenario "partitions, $1"
    client_watch
    answers_watch
}
port_of() {
    case $1 in
        A) port_of "$active" ;;
        B) port_of "$standby" ;;
        M) echo mo ;;
        C) echo cl ;;
        dispatch-1) echo pr ;;
        dispatch-2) echo se ;;
    esac
}
# cut WAYS NETWORKS LINK…: the rules are in the bridges, neither end sees a carrier go
cut() {
    local ways=$1 networks=$2 link lan from to rules=''
    shift 2
    for link in "$@"; do
        from=$(port_of "${link%-*}") to=$(port_of "${link#*-}")
        for lan in $networks; do
            rules+="iifname \"$from-$lan\" oifname \"$to-$lan\" drop;"
            [ "$ways" = one ] || rules+="iifname \"$to-$lan\" oifname \"$from-$lan\" drop;"
        done
    done
    ip netns exec nrs-sw nft "table bridge cut { chain cut { type filter hook forward priority 0; $rules }; }"
}
heal() { ip netns exec nrs-sw nft delete table bridge cut; }
ready='.acting and ([.servers[].role] | sort == ["active", "standby"]) and (.servers | all(.state == "ok"))'

# subset WHAT WAYS NETWORKS LINK…: WHAT is stays (no answer later than 300 ms), moves (the standby
# answers within 2 s), any (somebody must be dark, or the client's own link is cut), or alone (both may
# answer while the cut lasts)
is_alone() { # nothing of the others reaches the active server, which may serve alone
    [ "$when" = resume ] && [ "$2" = "$both" ] || return 1
    case "$1 $3" in both*A-M*A-B* | one*M-A*B-A*) ;; *) return 1 ;; esac
}
subset() {
    local what=$1 ways=$2 networks=$3 began_at healed_at during after word lasts=3
    shift 3
    is_alone "$ways" "$networks" "$*" && what=alone lasts=6 # time to ask for the address, twice
    within 30 "ready" "$ready" || return
    active=$(status_json | jq -r '.servers[] | select(.role == "active").name')
    standby=dispatch-$((3 - ${active#dispatch-}))
    began_at=$(monotonic)
    cut "$ways" "$networks" "$@" || broke "$*: cannot be cut"
    sleep $lasts # the length of the partition
    healed_at=$(monotonic)
    heal
    # the answer of the service that was asked for after the heal, and a second to see it
    sleep 1.2
    during=$(answers_judge "$began_at" "$healed_at")
    # of two that answer one stops by the first beat it hears
    [ $what != alone ] || healed_at=$(jq -n "$healed_at + 0.2")
    after=$(answers_judge "$healed_at" "$(monotonic)")
    # shellcheck disable=SC2086
    set -- "$*" $during $after
    word="$1 ($what, $ways way, $networks): $active active; cut $during; healed $after"
    local kept=yes
    [ $what = alone ] || [ "$3" = 0 ] || kept="two answers"
    [ $what = alone ] || [ "$5" -le 1 ] || kept="answers to and fro"
    [ "$9" = 0 ] || kept="two answers after the heal"
    [ "${11}" -le 1 ] || kept="answers to and fro after the heal"
    [ "${13}" -le $((1000 * SLOW)) ] || kept="not served within 1 s of the heal"
    [ "$what" != stays ] || [ "$7" -le $((300 * SLOW)) ] || kept="it should have gone on"
    [ "$what" != moves ] || { [ "$5" = 1 ] && [ "$7" -le $((2000 * SLOW)) ]; } || kept="it should have moved"
    if [ "$kept" = yes ]; then note "○ $word"; else broke "$word: $kept"; fi
}

both="lan1 lan2"
for when in stop resume; do
    rooms $when
    subset stays both "$both" A-M
    subset stays both "$both" A-B
    subset stays both "$both" B-M
    subset moves both "$both" A-M A-B
    subset stays both "$both" A-M B-M
    subset stays both "$both" A-B B-M
    subset any both "$both" A-M A-B B-M
    subset any both "$both" A-C A-M
    subset moves both "$both" A-C A-M A-B
    subset stays both lan1 A-M A-B B-M
    subset stays both lan2 A-M A-B B-M
    subset any one "$both" A-M A-B
    subset any one "$both" M-A B-A
    if [ "${NOROSHI_LONG:-no}" = yes ]; then
        links=(A-M A-B B-M A-C B-C)
        for set in $(seq 1 31); do
            chosen=()
            for bit in 0 1 2 3 4; do [ $((set >> bit & 1)) = 0 ] || chosen+=("${links[bit]}"); done
            subset any both "$both" "${chosen[@]}"
            subset any both lan1 "${chosen[@]}"
            subset any both lan2 "${chosen[@]}"
            subset any one "$both" "${chosen[@]}"
        done
    fi
    within 30 "at the end all is well" "$ready"
    answers_stop
    done_scenario
done
rm -rf $conf
