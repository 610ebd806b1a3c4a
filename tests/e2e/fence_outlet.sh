#!/usr/bin/env bash
# The standard fence agent against the simulator's power strips: fence_apc_snmp switches an outlet of each family off,
# reads it back and on again, and fence-rpdu2 one of the second generation, which has numbers of its own; the host behind it loses its power and boots; a relay that does not move is a failure and
# never a success. monitor-executor --check finds what is wrong in the site file before that.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=${BIN:-$root/build/release/bin}
work=$(mktemp -d) room=
trap '[ -z "$room" ] || { kill "$room"; wait "$room"; } 2>/dev/null; rm -rf "$work"' EXIT

ok() { echo "ok - fence_outlet::$*"; }
not_ok() { echo "not ok - fence_outlet::$*"; }
if ! command -v fence_apc_snmp >/dev/null || ! command -v snmpset >/dev/null; then
    ok "outlets # SKIP there is no fence_apc_snmp, or no snmpset"
    exit 0
fi
cat >"$work/room.conf" <<ROOM
control = "$work/sim.sock";
strips = ( { name = "pdu-a"; address = "127.0.0.1:0"; community = "private"; family = "rpdu"; outlets = 4; },
           { name = "pdu-b"; address = "127.0.0.1:0"; community = "private"; family = "masterswitch"; outlets = 4; },
           { name = "pdu-c"; address = "127.0.0.1:0"; community = "private"; family = "plus"; outlets = 4; },
           { name = "pdu-d"; address = "127.0.0.1:0"; community = "private"; family = "rpdu2"; outlets = 4; } );
hosts = ( { name = "dispatch-1"; outlets = [ "pdu-a/2", "pdu-b/2" ]; boot = "100ms"; },
          { name = "dispatch-2"; outlets = [ "pdu-a/3" ]; boot = "100ms"; },
          { name = "terminal-1"; outlets = [ "pdu-d/2" ]; boot = "100ms"; },
          { name = "terminal-2"; outlets = [ "pdu-d/3" ]; boot = "100ms"; } );
ROOM
"$bin/monitorsim" room "$work/room.conf" >"$work/out" 2>"$work/err" &
room=$!
for _ in $(seq 100); do grep -q ready "$work/out" && break; sleep 0.1; done

export NOROSHI_ROOM=$work/sim.sock
state() { "$bin/monitorsim" state --json; }
port_of() { state | jq -r --arg name "$1" '.devices[] | select(.name == $name) | .address' | sed 's/.*://'; }
powered() { state | jq -r --arg name "$1" '.hosts[] | select(.name == $name) | .powered'; }
# agent ACTION STRIP PLUG [KEY=VALUE…]: as the executor calls it, by standard input
agent() {
    local action=$1 port
    port=$(port_of "$2")
    printf '%s\n' "action=$action" "ip=127.0.0.1" "ipport=$port" "community=private" "snmp_version=1" "plug=$3" \
        "power_timeout=3" "${@:4}" | fence_apc_snmp >"$work/agent" 2>&1
}
# agent2 ACTION PLUG [KEY=VALUE…]: the same of the second generation; later lines win
agent2() {
    printf '%s\n' "action=$1" "ip=127.0.0.1" "ipport=$(port_of pdu-d)" "community=private" "snmp_version=2c" "plug=$2" \
        "power_timeout=3" "${@:3}" | "$root/deploy/fence-rpdu2" >"$work/agent" 2>&1
}
expect() { # STATUS NAME COMMAND…
    local want=$1 name=$2 got
    shift 2
    "$@"
    got=$?
    if [ $got -eq "$want" ]; then ok "$name"; else not_ok "$name: exit $got instead of $want: $(tail -n 1 "$work/agent")"; fi
}
becomes() { # HOST true|false NAME
    for _ in $(seq 50); do
        [ "$(powered "$1")" = "$2" ] && { ok "$3"; return; }
        sleep 0.1
    done
    not_ok "$3: powered is $(powered "$1")"
}

# The same strips as a site file names them: what is wrong is found by --check, before a proof is needed.
# act NAME KIND PROGRAM OPTIONS…: a line of acts
act() {
    local options
    options=$(printf '%s\\n' "${@:4}")
    printf '{ name = "%s"; kind = "%s"; program = "%s"; timeout = "20s"; options = "%s"; },\n' "$1" "$2" "$3" "$options"
}
# site ACT…: $work/site.conf with these acts; the first is dispatch-1's fence, the second dispatch-2's
site() {
    python3 - "$root" "$work" "$@" <<'SITE'
import re, sys
root, work, acts = sys.argv[1], sys.argv[2], sys.argv[3:]
text = open(root + "/tests/lib/place.conf").read().replace("@PLACE@", work).replace("@PORT@", "9")
text = re.sub(r"acts = \(.*?\);\nshutdown.*?\n.*?\n", lambda _: "acts = (\n" + "\n".join(acts) +
              '{ name = "route-line-a"; kind = "route"; }, { name = "route-line-b"; kind = "route"; } );\n', text, flags=re.S)
names = [re.search(r'name = "([^"]*)"', act).group(1) for act in acts]
text = text.replace('fence = ["fence-1", "fence-2"]', 'fence = ["%s"]' % names[0]).replace('["fence-2"]', '["%s"]' % names[1])
open(work + "/site.conf", "w").write(text)
SITE
    printf '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n' >"$work/key"
    chmod 600 "$work/key"
}
# checked STATUS NAME [TEXT…]: --check ends so, and its findings hold each text
checked() {
    local want=$1 name=$2 got text
    shift 2
    "$bin/monitor-executor" --config "$work/site.conf" --check >"$work/progress" 2>"$work/agent"
    got=$?
    [ $got -eq "$want" ] || { not_ok "$name: exit $got instead of $want: $(grep -v warning "$work/agent" | head -n 3)"; return; }
    for text in "$@"; do
        grep -qF -- "$text" "$work/agent" "$work/progress" || { not_ok "$name: no '$text': $(grep acts "$work/agent")"; return; }
    done
    ok "$name"
}
apc() { act "$1" fence-agent /usr/sbin/fence_apc_snmp ip=127.0.0.1 "ipport=$(port_of pdu-a)" snmp_version=1 "${@:2}"; }
rpdu2() { act "$1" outlet "$root/deploy/fence-rpdu2" ip=127.0.0.1 "ipport=$(port_of pdu-d)" "${@:2}"; }
dummy=$(act off-2 outlet /usr/sbin/fence_dummy type=file "status_file=$work/dummy")
dummy=${dummy/outlet/fence-agent}
printf on >"$work/dummy"
strip=$(rpdu2 load-1 community=private plug=2)
site "$(apc off-1 community=private plug=2)" "$dummy" "$strip"
checked 0 check_reads_every_fence_and_outlet "every program of an act can be run, every fence read"
if [ "$(grep -c '  status        on' "$work/progress")" -eq 3 ] && [ "$(grep -c 'validate-all  accepted' "$work/progress")" -eq 3 ]; then
    ok check_shows_three_agents_that_accept_and_read_on
else not_ok "check_shows_three_agents_that_accept_and_read_on: $(cat "$work/progress")"; fi
[ "$(powered dispatch-1),$(powered dispatch-2),$(powered terminal-1)" = true,true,true ] &&
    ok check_switches_nothing || not_ok check_switches_nothing
site "$(apc off-1 comunity=private plug=2)" "$dummy" "$strip"
checked 2 check_finds_a_misspelt_option 'has "comunity", which the agent does not know and ignores; did you mean "community"?'
site "$(apc off-1 community=private)" "$dummy" "$strip"
checked 2 check_finds_a_missing_plug 'has no "plug", which the agent needs' "are refused by the agent's validate-all"
site "$(apc off-1 community=private plug=9)" "$dummy" "$strip"
checked 3 check_finds_a_plug_that_is_not_there "acts[0].options: do not lead to a device that tells its state"
site "$(apc off-1 community=wrong-one plug=2)" "$dummy" "$(rpdu2 load-1 community=wrong-one plug=2)"
checked 3 check_finds_a_wrong_community "acts[0].options: do not lead" "acts[2].options: do not lead"
if grep -q wrong-one "$work/agent" "$work/progress"; then not_ok check_tells_no_community; else ok check_tells_no_community; fi
printf off >"$work/dummy"
site "$(apc off-1 community=private plug=2)" "$dummy" "$strip"
checked 0 check_doubts_a_fence_that_reads_as_off 'if "dispatch-2" runs, it is not its plug'
site "$(act off-1 fence-agent /usr/sbin/fence_kdump nodename=dispatch-1)" "$dummy" "$strip"
checked 2 check_finds_an_agent_that_proves_nothing "does not offer the action status"

for strip in pdu-a pdu-b pdu-c; do
    switch=()
    [ $strip != pdu-c ] || switch=("switch=1")
    expect 0 "${strip}_says_on" agent status $strip 2 "${switch[@]}"
    expect 0 "${strip}_is_switched_off_and_read_back" agent off $strip 2 "${switch[@]}"
    expect 2 "${strip}_says_off" agent status $strip 2 "${switch[@]}"
    if [ $strip = pdu-a ]; then becomes dispatch-1 true a_host_with_two_supplies_lives_on_one; fi
    if [ $strip = pdu-b ]; then becomes dispatch-1 false a_host_with_both_outlets_off_is_dead; fi
done
[ "$(powered dispatch-2)" = true ] && ok another_outlet_was_not_touched || not_ok another_outlet_was_not_touched
expect 0 pdu-a_is_switched_on_and_read_back agent on pdu-a 2
becomes dispatch-1 true a_host_boots_when_an_outlet_is_on_again
"$bin/monitorsim" fault pdu-a state=stuck >/dev/null || not_ok a_relay_is_stuck
agent off pdu-a 3
if [ $? -ne 0 ]; then ok a_relay_that_does_not_move_is_a_failure; else not_ok a_relay_that_does_not_move_is_a_failure; fi
[ "$(powered dispatch-2)" = true ] && ok its_host_lives || not_ok its_host_lives

expect 0 rpdu2_says_on agent2 status 2
expect 0 rpdu2_is_switched_off_and_read_back agent2 off 2
expect 2 rpdu2_says_off agent2 status 2
becomes terminal-1 false the_host_of_the_second_generation_is_dead
[ "$(powered terminal-2)" = true ] && ok rpdu2_touches_no_other_outlet || not_ok rpdu2_touches_no_other_outlet
expect 0 rpdu2_off_again_is_done_already agent2 off 2
expect 0 rpdu2_is_switched_on_and_read_back agent2 on 2
becomes terminal-1 true the_host_of_the_second_generation_boots
expect 1 rpdu2_has_no_outlet_9_and_says_so agent2 off 9
expect 1 rpdu2_with_a_wrong_community_is_not_read agent2 status 2 community=wrong
expect 1 rpdu2_takes_no_action_it_does_not_know agent2 reboot 2
expect 1 rpdu2_takes_no_plug_that_is_no_number agent2 off '2;reboot'
expect 0 rpdu2_takes_the_manner_of_version_1 agent2 status 2 snmp_version=1
"$bin/monitorsim" fault pdu-d state=stuck >/dev/null || not_ok a_relay_of_the_second_generation_is_stuck
expect 1 rpdu2_that_does_not_move_is_a_failure agent2 off 3
[ "$(powered terminal-2)" = true ] && ok its_terminal_lives || not_ok its_terminal_lives
