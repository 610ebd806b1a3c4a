#!/usr/bin/env bash
# The shutdown plan against simulated outlets, through the real executor and fence_apc_snmp: the mains fail, the battery
# runs down, the class 1 load is switched off and read back; the mains return, nothing more is written, and status says
# what is off until a person has seen to it.
. "$(dirname "$0")/lib.sh"
needs_outlets shutdown_plan
conf=$(mktemp -d /tmp/noroshi-plan-XXXXXX)
cp "$root"/config/samples/quickstart/*.conf "$conf"
stage() { # NAME LOADS ACT RUNTIME
    printf '  { name = "%s"; loads = "%s"; ups = ["ups-a"]; acts = ["%s"]; runtime = "%s";\n' "$1" "$2" "$3" "$4"
    printf '    hold = "3s"; window = "5s"; }'
}
{ outlet_act map-wall 1; outlet_act reports 2; } >"$conf/acts"
sed -i "/^acts = (/r $conf/acts" "$conf/site.conf"
{
    echo 'shutdown = { armed = true; act_timeout = "30s"; return_hold = "5s"; stages = ('
    stage wall class-1 map-wall 7min
    echo ,
    stage late class-2 reports 3min
    echo ' ); };'
} >>"$conf/site.conf"
cat >>"$conf/room.conf" <<'ROOM'
strips = ( { name = "pdu-a"; netns = "nrs-dev"; address = "10.77.3.41:161"; community = "private"; outlets = 4; } );
ROOM
export ROOM_CONF=$conf
scenario shutdown_plan
outlets() { "$BIN/monitorsim" state --json | jq -c '.devices[] | select(.name == "pdu-a").outlets_on'; }
stage_is() { echo ".shutdown.stages[] | select(.name == \"$1\").state == \"$2\""; }
writes() { grep -c 'act=.*done\|act=.*failed' $run/monitor/executor.log; }
note "outlets: $(outlets)"
check "the dry run says what would happen if the mains were lost now" sh -c \
    "'$BIN/monitorctl' --language ja power plan | grep -q 'wall（可用性1の負荷）  停電から'"
check "there is nothing to stop" sh -c "! '$BIN/monitorctl' power stop"
fault gen-1 start=refuse
fault mains state=lost
within 20 "the mains are known to be lost" "$(has_incident mains_lost)"
before=$(outlets)
check "nothing is off yet" holds "$(stage_is wall ready)"
fault ups-a charge=80%
within 20 "the stage of the class 1 load is due, and people are told" "($(stage_is wall due)) and ($(has_incident shed_due) != null)"
within 30 "its load is off, read back" "$(stage_is wall shed)"
check "the outlet is off, and no other" test "$(outlets)" = "$(sed 's/true/false/' <<<"$before")"
check "class 2 waits" holds "$(stage_is late ready)"
fault mains state=ok
within 60 "the outage is over for the plan, and status says what is off" \
    '[.shutdown.stages[] | [.state, .left_off]] == [["ready", true], ["ready", false]]'
after=$(outlets) asked=$(writes)
within 20 "an incident says it" "$(has_incident shed_left_off)"
check "so do the plain lines" sh -c "'$BIN/monitorctl' --language ja status | grep -q '停止計画.*前の停電で切った負荷'"
never 6 "any stage begins" '.shutdown.stages | any(.state != "ready")'
check "no outlet was written" test "$(outlets) $(writes)" = "$after $asked"
check "the journal has the stage and the act" test \
    "$(journal "select count(*) from entry where kind = 'command' and json_extract(body, '\$.kind') = 'shed' and json_extract(body, '\$.stage') = 'wall' and json_extract(body, '\$.act') = 'map-wall'")" = 1
rm -rf "$conf"
done_scenario
