#!/usr/bin/env bash
# A site that wants a drill every minute: people are told once when it is due soon and once when it is overdue, as
# information and as one incident, and it ends by itself when a drill is in the journal. Such notices are given by
# day, so the site lies where it is noon now.
. "$(dirname "$0")/lib.sh"
conf=$(mktemp -d /tmp/noroshi-due-XXXXXX)
at_end+=('rm -rf "$conf"')
cp "$root"/config/samples/quickstart/*.conf "$conf"
east=$((12 - 10#$(date -u +%H)))
[ $east -ge 0 ] && zone=Etc/GMT-$east || zone=Etc/GMT+$((-east))
sed -i "s|timezone = \"Asia/Tokyo\"|timezone = \"$zone\"|" "$conf/site.conf"
echo 'drills = { every = "60s"; notice = "20s"; };' >>"$conf/site.conf"
export ROOM_CONF=$conf
open_roots() { echo "[.incidents[] | select(.state == \"open\").root] == $1"; }

scenario drill_due
within 45 "that a drill is due soon is told" "$(open_roots '["drill_due"]')"
within 5 "as information, to the first rung, once" \
    '.incidents[0].severity == 4 and ([.contacts[].person] | unique) == ["person-1"]'
check "no state of the room is less than well for it" holds "$well"
within 30 "that it is overdue is told, as the same story" "$(open_roots '["drill_overdue"]')"
within 5 "of which the first is a part" '.incidents[0].children | map(.cause) == ["drill_due"]'
check "drill status says so" sh -c "'$BIN/monitorctl' drill status; [ \$? -eq 1 ]"
check "it is acknowledged like anything" "$BIN/monitorctl" ack "$(status_json | jq -r '.incidents[0].id')"
within 5 "by the shift chief" '.incidents[0].acked_by == "person-1"'
check "a drill is over" /usr/bin/python3 -c '
import json, socket, sys
control = socket.socket(socket.AF_UNIX)
control.connect(sys.argv[1])
result = {"id": "DRILL-1", "name": "short", "held": True, "aborted": None}
control.sendall(json.dumps({"order": "drill_note", "what": "ended", "result": result}).encode() + b"\n")
sys.exit(not json.loads(control.makefile().readline())["ok"])' $NOROSHI_SOCKET
within 45 "the notice ends by itself" '.incidents[] | select(.root == "drill_overdue").state == "recovered"'
check "drill status says by when the next must be" "$BIN/monitorctl" drill status
done_scenario
[ $total_broken -eq 0 ]
