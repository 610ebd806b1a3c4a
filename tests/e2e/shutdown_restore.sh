#!/usr/bin/env bash
# The way back from the shutdown plan, on simulated outlets through the real executor and fence_apc_snmp: an outage sheds
# three loads in two stages, the mains return, one person brings nothing back, two bring it back in the reverse order, one
# outlet at a time; the mains lost in the midst stop it, and so does kill -9; the alarm ends when all of it is on.
. "$(dirname "$0")/lib.sh"
needs_outlets shutdown_restore
conf=$(mktemp -d /tmp/noroshi-restore-XXXXXX)
cp "$root"/config/samples/quickstart/*.conf "$conf"
stage() { # NAME LOADS RUNTIME ACTS
    printf '  { name = "%s"; loads = "%s"; ups = ["ups-a"]; runtime = "%s"; acts = [%s];\n' "$1" "$2" "$3" "$4"
    printf '    hold = "3s"; window = "2s"; }'
}
{ outlet_act map-wall 1; outlet_act reports 2; outlet_act desk 3; } >"$conf/acts"
sed -i "/^acts = (/r $conf/acts" "$conf/site.conf"
{
    echo 'shutdown = { armed = true; act_timeout = "30s"; return_hold = "5s"; restore_pause = "3s"; stages = ('
    stage wall class-1 6min '"map-wall", "reports"'
    echo ,
    stage late class-2 5min '"desk"'
    echo ' ); };'
} >>"$conf/site.conf"
cat >>"$conf/room.conf" <<'ROOM'
strips = ( { name = "pdu-a"; netns = "nrs-dev"; address = "10.77.3.41:161"; community = "private"; outlets = 4; } );
ROOM
# the servers stay where they are: only the plan goes by this battery
sed -i 's|{ name = "ups-a"; driver|{ name = "ups-a"; low_runtime = "2min"; driver|' "$conf/site.conf"
sed -i "s|^  key_file = .*|&\n  passphrase_file = \"$conf/passphrases\";|" "$conf/site.conf"
printf '%s\n%s\n' 'four quiet words' 'four quiet words' |
    "$BIN/monitorctl" passphrase person-2 --file "$conf/passphrases" 2>/dev/null
export ROOM_CONF=$conf
scenario shutdown_restore

# "1111" when all four are on, as the strip itself says
outlets() {
    "$BIN/monitorsim" state --json | jq -r '.devices[] | select(.name == "pdu-a").outlets_on |
        map(if . then "1" else "0" end) | join("")'
}
outlets_are() { test "$(outlets)" = "$1"; }
off_are() { echo "[.shutdown.stages[].off] == $1"; }
restoring='.shutdown.restore.under_way'
ask() { "$BIN/monitorctl" power restore "$@"; }
approve() {
    echo 'four quiet words' | "$BIN/monitorctl" --as person-2 approve "$("$BIN/monitorctl" status --json | jq -r '.approvals[0].id')"
}
asked() {
    check "one person asks" ask "$@"
    within 5 "the order waits for a second person" '.approvals | length == 1'
}
outage() {
    fault mains state=lost
    within 20 "the mains are known to be lost" "$(has_incident mains_lost)"
    fault ups-a charge=66%
    within 60 "both stages are given up" '[.shutdown.stages[].state] == ["shed", "shed"]'
    check "the strip has three outlets off" outlets_are 0001
}
mains_back() {
    fault mains state=ok
    fault ups-a charge=100%
    within 60 "the outage is over, and what is off is named" \
        "$(off_are '[["map-wall", "reports"], ["desk"]]') and (.shutdown.stages | all(.state == \"ready\"))"
    within 30 "nothing stands against switching it on" '.shutdown.stages | all(.blocked == null)'
}
fault gen-1 start=refuse
note "outlets: $(outlets)"
check "all outlets are on" outlets_are 1111
check "there is nothing to switch on" sh -c "'$BIN/monitorctl' --language ja power restore 2>&1 | grep -q '再投入する負荷がない'"

outage
check "in the outage it is refused, with the reason" \
    sh -c "'$BIN/monitorctl' --language ja power restore 2>&1 | grep -q '商用電源の復電が確定していない'"
mains_back
check "the plain lines say how" sh -c "'$BIN/monitorctl' --language ja status | grep -q 'map-wall, reports.*monitorctl power restore'"
asked
check "the order names each load in its turn" \
    holds '.approvals[0].text == "switch on again, one by one: late desk; wall reports, map-wall"'
check "the person who asked cannot approve it" \
    sh -c "! '$BIN/monitorctl' approve \$('$BIN/monitorctl' status --json | jq -r '.approvals[0].id')"
check "nor is there a way past the second one" sh -c "! '$BIN/monitorctl' power restore --break-glass --reason dark"
never 4 "it is under way by one person" "$restoring"
check "nothing has come on" outlets_are 0001
check "a second person approves" approve
check "first comes what was given up last" poll 20 outlets_are 0011
check "then the second of the first stage" poll 20 outlets_are 0111
check "and then its first" poll 20 outlets_are 1111
within 20 "it is over" ".shutdown.restore == {under_way: false, stage: null, act: null, stopped: null}"
within 60 "and the alarm has ended by itself" "$(has_incident shed_left_off) == null"
check "each load was asked for once, in this order" test \
    "$(journal "select group_concat(json_extract(body, '\$.act'), ' ') from (select body from entry where kind = 'command' and json_extract(body, '\$.kind') = 'restore' order by seq)")" = "desk reports map-wall"

outage
mains_back
asked all
check "a second person approves" approve
check "the first load comes on" poll 20 outlets_are 0011
fault mains state=lost
within 20 "the mains lost in the midst stop it" "($restoring | not) and .shutdown.restore.stopped != null"
note "outlets: $(outlets), stopped: $(status_json | jq -c .shutdown.restore.stopped)"
stopped_at=$(outlets)
never 5 "it goes on" "$restoring"
check "no further outlet has come on" outlets_are "$stopped_at"
fault mains state=ok
fault ups-a charge=100%
within 60 "the mains are back, and nothing stands against it" \
    '.shutdown.outage_s == null and (.shutdown.stages | all(.state == "ready" and .blocked == null))'

asked wall
check "a second person approves" approve
within 20 "it is under way" "$restoring"
for pid in $(ip netns pids nrs-mo); do
    [ "$(cat "/proc/$pid/comm")" != monitord ] || kill -9 "$pid"
done
note "» monitord is killed in the midst"
within 30 "people are told that it stopped" '.shutdown.restore.stopped == "monitor_restarted" and .shutdown.stages[0].left_off'
before=$(outlets)
never 6 "it goes on by itself" "$restoring"
check "and no outlet moves" outlets_are "$before"
within 60 "it may be ordered again" '.shutdown.stages[0].blocked == null'
asked wall
check "a second person approves" approve
check "now all is on" poll 40 outlets_are 1111
within 60 "and no alarm is left" "$(has_incident shed_left_off) == null"
check "no key was used twice" test \
    "$(journal "select count(*) - count(distinct json_extract(body, '\$.key')) from entry where kind = 'command' and json_extract(body, '\$.kind') = 'restore'")" = 0
rm -rf "$conf"
done_scenario
