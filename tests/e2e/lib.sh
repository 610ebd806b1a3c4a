# Verbs for end-to-end scenarios: a room of namespaces with monitord, agents and simulator as processes.
# Sourced by each scenario. Every wait has an upper bound and a condition; nothing sleeps and hopes.
#
#   scenario NAME         start a scenario: a fresh room, everything well
#   fault …               inject a fault (monitorsim fault …)
#   within S WHAT JQ      the status becomes so within S seconds
#   never S WHAT JQ       the status is not so at any time during S seconds, and there was a status to look at
#   check WHAT COMMAND…   the command succeeds
#   client_watch          ask the service every 20 ms from the client, in the background
#   client_outage         longest time without an answer since client_watch, in ms
#   done_scenario         verdict, room removed
#   at_end+=(COMMAND)     done on every way out of the script, a signal included

set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BIN=${BIN:-$root/build/release/bin}
SLOW=${SLOW:-1}
run=/run/noroshi-room
export NOROSHI_SOCKET=$run/monitor/control.sock NOROSHI_ROOM=$run/sim.sock TZ=Asia/Tokyo LC_ALL=C.UTF-8
name='' broken=0 total_broken=0 began=0

if [ "$(id -u)" -ne 0 ]; then
    echo "ok - e2e::$(basename "$0" .sh) # SKIP network namespaces need root"
    exit 0
fi
exec 9>/run/lock/noroshi-room.lock
flock -w 300 9 || { echo "not ok - e2e::$(basename "$0" .sh): another room holds the lock"; exit 1; }

now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }
note() {
    local since=$(($(now_ms) - began))
    printf '# %4d.%03d %s\n' $((since / 1000)) $((since % 1000)) "$*"
}
broke() {
    note "× $*"
    broken=$((broken + 1))
}
status_json() { "$BIN/monitorctl" status --json 2>/dev/null || true; }
# no status proves nothing, and jq calls an empty input true
holds() {
    local status
    status=$(status_json)
    [ -n "$status" ] && jq -e "$1" >/dev/null 2>&1 <<<"$status"
}
fault() {
    note "» fault $*"
    "$BIN/monitorsim" fault "$@" || broke "fault $* was refused"
}
within() {
    local start end
    start=$(now_ms)
    end=$((start + $1 * 1000 * SLOW))
    until holds "$3"; do
        if [ "$(now_ms)" -gt $end ]; then
            broke "$2: not within $1 s (slowed $SLOW times)"
            return 1
        fi
        sleep 0.1 # each look is three processes: two rooms that look without pause fill a machine
    done
    note "○ $2 after $(($(now_ms) - start)) ms"
}
# a look that brings no status saw nothing: a dead monitor keeps no promise
never() {
    local end=$((SECONDS + $1)) looks=0 blind=0 status
    while [ $SECONDS -lt $end ]; do
        status=$(status_json)
        looks=$((looks + 1))
        if [ -z "$status" ]; then
            blind=$((blind + 1))
        else
            jq -e "$3" >/dev/null 2>&1 <<<"$status"
            case $? in
                0) broke "$2: came true, and never should" && return 1 ;;
                1 | 4) ;; # false or null; nothing at all
                *) broke "$2: the status cannot be asked this" && return 1 ;;
            esac
        fi
        sleep 0.25
    done
    if [ $((blind * 4)) -ge $looks ]; then
        broke "$2: $blind of $looks looks had no status"
        return 1
    fi
    note "○ $2: not once in $1 s ($looks looks, $blind without a status)"
}
check() {
    local what=$1
    shift
    if "$@" >/dev/null 2>&1; then note "○ $what"; else broke "$what"; fi
}
# poll S COMMAND…: the command succeeds within S seconds (slowed with the build)
poll() {
    local end=$((SECONDS + $1 * SLOW))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.05
    done
}
client_watch() {
    ip netns exec nrs-cl /usr/bin/python3 "$root/tests/e2e/client.py" watch $run/client.log &
    client=$!
    poll 5 test -s $run/client.log || broke "the client asks"
}
client_stop() {
    [ -n "${client:-}" ] || return 0
    kill "$client" 2>/dev/null
    wait "$client" 2>/dev/null
    client=
}
client_outage() { /usr/bin/python3 "$root/tests/e2e/client.py" outage $run/client.log; }
client_sees() { ip netns exec nrs-cl curl -s --max-time 1 http://10.77.1.100:11900/health | grep -q "$1"; }
monotonic() { /usr/bin/python3 -c 'import time; print(time.monotonic())'; }
# who answers the client's questions for the service address, by ARP, beside client_watch
answers_watch() {
    ip netns exec nrs-cl /usr/bin/python3 "$root/tests/e2e/answers.py" watch $run/arp.log &
    answers=$!
    check "the client asks by ARP" poll 5 test -s $run/arp.log
}
answers_stop() { kill "$answers" && wait "$answers" 2>/dev/null; }
# answers_judge BEGIN END (monotonic; both left out: all): "doubles N changes N waited MS"
answers_judge() { /usr/bin/python3 "$root/tests/e2e/answers.py" judge $run/arp.log $run/client.log "${1:-0}" "${2:-999999999}"; }
journal() { sqlite3 -readonly -cmd '.timeout 2000' $run/monitor/journal.sqlite "$1"; }
# switchovers begun so far; the first choice of a server after a start is none
switchovers() {
    journal "select count(*) from entry where kind = 'record' and json_extract(body, '\$.name') = 'switchover_started' and json_extract(body, '\$.why') <> 'monitor_restarted'"
}
active() { echo ".servers[] | select(.name == \"$1\").role == \"active\""; }
has_incident() { echo "[.incidents[] | .root, .children[].cause] | index(\"$1\")"; }
well='.state == "ok" and .acting and (.servers | all(.state == "ok")) and (.power | all(.state == "ok")) and (.lines | all(.state == "ok"))'

scenario() {
    name=$1 broken=0 began=$(now_ms) client=
    "$root/deploy/room" up --bin "$BIN" >/run/noroshi-room.up 2>&1 ||
        { sed 's/^/# /' /run/noroshi-room.up; broke "the room comes up"; }
    rm -f /run/noroshi-room.up
    within 30 "the room is well" "$well" || show_trouble
}
show_trouble() {
    status_json | jq -c '{state, warm, acting, services, servers, lines, blocked, power: [.power[] | {name, state, reason, quality}], incidents: [.incidents[] | {root, state, did}]}' | sed 's/^/#   /'
    tail -n 12 $run/room.log $run/*/*.log 2>/dev/null | sed 's/^/#   /'
}
done_scenario() {
    client_stop
    if [ $broken -eq 0 ]; then
        echo "ok - e2e::$name"
    else
        show_trouble
        echo "not ok - e2e::$name"
        total_broken=$((total_broken + broken))
    fi
    # what a person would want to see of a failure stays; the room does not
    if [ -n "${KEEP_ROOM:-}" ] && [ $broken -gt 0 ]; then exit 1; fi
    "$root/deploy/room" down >/dev/null 2>&1
}
at_end=()
leave() {
    local command
    client_stop
    [ -n "${KEEP_ROOM:-}" ] || "$root/deploy/room" down >/dev/null 2>&1
    for command in "${at_end[@]}"; do eval "$command"; done
}
trap leave EXIT

# needs_outlets SCENARIO: ends it as skipped where no strip can be switched
needs_outlets() {
    command -v fence_apc_snmp >/dev/null && command -v snmpset >/dev/null && return
    echo "ok - e2e::$1 # SKIP there is no fence_apc_snmp, or no snmpset"
    exit 0
}
# outlet_act NAME PLUG: an act of the site file that switches this outlet of the room's strip
outlet_act() {
    printf '  { name = "%s"; kind = "outlet"; program = "/usr/sbin/fence_apc_snmp"; timeout = "10s";\n' "$1"
    printf '    options = "ip=10.77.3.41\\ncommunity=private\\nsnmp_version=1\\npower_timeout=3\\nplug=%s"; },\n' "$2"
}
