# The quickstart story in shadow mode: everything is decided and journalled, nothing is done, nobody is
# paged, and the report names each act with its time.
. "$(dirname "$0")/lib.sh"
conf=$(mktemp -d /tmp/noroshi-shadow-XXXXXX)
cp "$root"/config/samples/quickstart/*.conf "$conf"
sed -i 's|^  when_alone = .*|&\n  shadow = true;|' "$conf/site.conf"
export ROOM_CONF=$conf
name=shadow_mode broken=0 began=$(now_ms) client=
"$root/deploy/room" up --bin "$BIN" >/dev/null 2>&1 || broke "the room comes up"
within 30 "the monitor says that it is a shadow" '.shadow == true'
within 30 "the room is seen" '.warm and (.power | all(.state == "ok")) and ([.servers[] | select(.role == "active")] | length == 1)'
check "status says it loudly" sh -c "'$BIN/monitorctl' status | grep -q 試行運用"
holder=$(status_json | jq -r '.servers[] | select(.role == "active").name')
fault gen-1 start=refuse
fault mains state=lost
within 60 "the generator's failure is known" "$(has_incident generator_no_start)"
fault "$holder" state=dead
within 20 "a move of the service was decided" 'true' && poll 20 sh -c "[ \$(sqlite3 -readonly $run/monitor/journal.sqlite \"select count(*) from entry where kind='command' and json_extract(body,'\$.kind')='notify'\") -gt 2 ]"
check "no message left" test ! -s $run/messages/sms.jsonl
check "no mail left" test -z "$(ls $run/messages/mail/new 2>/dev/null)"
check "the monitor sent no datagram" holds '.monitor.heartbeats.sent == 0'
"$BIN/monitorctl" shadow report >$run/shadow.txt
"$BIN/monitorctl" shadow report --json >$run/shadow.json
commands=$(journal "select count(*) from entry where kind = 'command'")
check "the report names each act ($commands)" test "$(jq '.acts | length' $run/shadow.json)" -ge "$commands"
check "each with its time" jq -e '.acts | all(.time | test("^20[0-9][0-9]-"))' $run/shadow.json
check "people would have been called" jq -e '.counts.notify > 0' $run/shadow.json
check "its last line says that nothing was done" sh -c "tail -1 $run/shadow.txt | grep -q 実行・送出されていません"
check "the journal's chain holds" "$BIN/monitorctl" journal verify --file $run/monitor/journal.sqlite
rm -rf "$conf"
done_scenario
