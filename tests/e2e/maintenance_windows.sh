#!/usr/bin/env bash
# Maintenance windows of a line, a power device and a service: two persons by two users of the host, acts that
# are left undone, alarms that call nobody, and those that call all the same; an end that finds it still bad.
. "$(dirname "$0")/lib.sh"
conf=$(mktemp -d /tmp/noroshi-window-XXXXXX)
chmod 755 "$conf"
cp "$root"/config/samples/quickstart/*.conf "$conf"
sed -i 's|^  key_file = .*|&\n  control_group = "nogroup";|; s|id = "person-2"; |&login = "games"; |' "$conf/site.conf"
export ROOM_CONF=$conf
ctl() { "$BIN/monitorctl" "$@"; }
second() { setpriv --reuid=games --regid=nogroup --clear-groups env "NOROSHI_SOCKET=$NOROSHI_SOCKET" "$conf/monitorctl" "$@"; }
refuses() { ! "$@"; }
open_window() { # open_window NAME FOR
    check "a window of $1 is asked for" ctl maintenance begin --target "$1" --for "$2" --reason "work on $1"
    id=$(status_json | jq -r '.approvals[0].id')
    check "not by one person" refuses ctl approve "$id"
    check "by two" second approve "$id"
    within 5 "it is open" ".maintenance | any(.target.name == \"$1\" and .second == \"person-2\" and .reason == \"work on $1\")"
}
informed() { echo "[.incidents[] | select(.root == \"$1\" and .state == \"open\")] | length > 0 and all(.severity $2)"; }

scenario maintenance_windows
[ $broken -eq 0 ] || { done_scenario; exit 1; }
cp "$BIN/monitorctl" "$conf/monitorctl"
check "of nothing that there is there is no window" refuses ctl maintenance begin --target line-z --for 5m --reason x
check "nor of a line and a server at once" refuses ctl maintenance begin --target line-b --server dispatch-2 --for 5m --reason x

open_window line-b 20s
fault line-b state=down
within 20 "the line is down and it is no more than information" "$(informed line_down '== 4')"
check "nobody is chased" holds '[.incidents[] | select(.root == "line_down") | .next_rung_s] | all(. == null)'
within 40 "its end finds it still bad, and calls" "$(informed maintenance_overrun '< 4')"
within 5 "the line itself is told now" "$(informed line_down '< 4')"
fault line-b state=up
within 90 "the line is back and the window is gone" '(.lines | all(.state == "ok")) and .mode == "normal" and ([.incidents[] | select(.root == "maintenance_overrun" and .state == "open")] | length == 0)'

open_window ups-a 30m
fault ups-a comms=silent
within 30 "a UPS that is worked on is silent, and nobody is chased" "$(informed ups_silent '== 4')"
check "one person ends the window" ctl maintenance end --target ups-a
within 10 "what is still bad is told" "$(informed ups_silent '< 4')"
fault ups-a comms=ok
within 60 "it answers again" '.power | all(.state == "ok")'

open_window 119番受付 30m
check "a class-2 service in a window: dispatch goes on by the server that has it" client_sees dispatch-1
fault dispatch-1 state=dead
within 10 "a dead server is replaced all the same" "$(active dispatch-2)"
check "ended" ctl maintenance end --target 119番受付
check "the journal's chain holds" ctl journal verify --file $run/monitor/journal.sqlite
done_scenario
rm -rf "$conf"
[ $total_broken -eq 0 ]
