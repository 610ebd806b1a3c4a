#!/usr/bin/env bash
# The quickstart story in shadow mode, before go-live: the service is carried by what the site has today
# (an address on dispatch-1, no agents). Everything is decided and journalled, nothing is done, nobody is
# paged, and the report names each act with its time.
. "$(dirname "$0")/lib.sh"
conf=$(mktemp -d /tmp/noroshi-shadow-XXXXXX)
cp "$root"/config/samples/quickstart/*.conf "$conf"
sed -i 's|^  when_alone = .*|&\n  shadow = true;|' "$conf/site.conf"
perl -0pi -e 's/\{ name = "agent";.*?\]; \},\s*//gs' "$conf/room.conf"
export ROOM_CONF=$conf
name=shadow_mode broken=0 began=$(now_ms) client=
"$root/deploy/room" up --bin "$BIN" >/dev/null 2>&1 || broke "the room comes up"
ip -n nrs-pr address add 10.77.1.100/24 dev lan1
within 30 "the monitor says that it is a shadow" '.shadow == true'
within 40 "the room is seen and the service answers" '.warm and (.power | all(.state == "ok")) and (.services | all(.down_s == 0))'
check "status says it loudly" sh -c "'$BIN/monitorctl' --language ja status | grep -q 試行運用"
fault gen-1 start=refuse
fault mains state=lost
if [ "${NOROSHI_LONG:-no}" = yes ]; then
    within 60 "the generator's failure is known" "$(has_incident generator_no_start)"
else # its three attempts take half a minute
    within 20 "the mains are known to be lost" "$(has_incident mains_lost)"
fi
fault dispatch-1 state=dead
within 30 "the service is down and known to be" "$(has_incident service_down)"
pages() { [ "$(journal "select count(*) from entry where kind = 'command' and json_extract(body, '\$.kind') = 'notify'")" -gt 2 ]; }
check "people would have been called by now" poll 30 pages
check "no message left" test ! -s $run/messages/sms.jsonl
check "no mail left" test -z "$(ls $run/messages/mail/new 2>/dev/null)"
check "the monitor sent no datagram" holds '.monitor.heartbeats.sent == 0'
check "the executor was asked for nothing" sh -c "! grep -q 'act=' $run/monitor/executor.log"
commands=$(journal "select count(*) from entry where kind = 'command'")
"$BIN/monitorctl" --language ja shadow report >$run/shadow.txt
"$BIN/monitorctl" shadow report --json >$run/shadow.json
check "the report names each act ($commands of them)" test "$(jq '.acts | length' $run/shadow.json)" -ge "$commands"
check "each with its time" jq -e '.acts | all(.time | test("^20[0-9][0-9]-"))' $run/shadow.json
check "the calls for the generator and for the service are among them" jq -e '[.acts[] | select(.kind == "notify").reason] | index("mains_lost") != null and (index("service_down") != null or index("server_unreachable") != null)' $run/shadow.json
check "its last line says that nothing was done" sh -c "tail -n 1 $run/shadow.txt | grep -q 実行・送信されていません"
check "the journal's chain holds" "$BIN/monitorctl" journal verify --file $run/monitor/journal.sqlite
rm -rf "$conf"
done_scenario
