#!/usr/bin/env bash
# The switchover drill: one person asks, another approves by another user of the host, inside a window of the
# site. The service really moves and answers at the same address; every message is marked and goes to the
# drill list alone; giving back is asked of people; an end by order, and something real, which ends it.
. "$(dirname "$0")/lib.sh"
conf=$(mktemp -d /tmp/noroshi-switch-XXXXXX)
chmod 755 "$conf"
cp "$root"/config/samples/quickstart/*.conf "$conf"
sed -i 's|^  key_file = .*|&\n  control_group = "nogroup";|; s|id = "person-2"; |&login = "games"; |; s|id = "person-3"; |&drill = false; |' "$conf/site.conf"
export ROOM_CONF=$conf
ctl() { "$BIN/monitorctl" "$@"; }
# the second person: another user of the host, who may connect by his group
second() { setpriv --reuid=games --regid=nogroup --clear-groups env "NOROSHI_SOCKET=$NOROSHI_SOCKET" "$conf/monitorctl" "$@"; }
code() { # code N COMMAND…: it ends with N
    local wanted=$1
    shift
    "$@" >"$conf/out" 2>"$conf/err"
    local got=$?
    [ $got -eq "$wanted" ] || { sed 's/^/#   /' "$conf/out" "$conf/err"; note "ended with $got"; return 1; }
}
must() { # must WHAT N COMMAND…
    local what=$1
    shift
    if code "$@"; then note "○ $what"; else broke "$what"; fi
}
waiting() { status_json | jq -r '.approvals[0].id'; }
ask_and_approve() { # ask_and_approve WORDS…: by person-1, then by person-2
    must "asked: $1 $2" 0 ctl "$@"
    must "the asker cannot approve it" 1 ctl approve "$(waiting)"
    must "the second person approves" 0 second approve "$(waiting)"
}
phone() { cat $run/messages/sms.jsonl 2>/dev/null; }
report() { ctl --language en drill report --json >"$conf/report.json"; }
# jq calls an empty file true
said() { test -s "$conf/report.json" && jq -e "$1" "$conf/report.json"; }
printed() { test -s "$conf/out" && jq -e "$1" "$conf/out"; }
# nothing moves, and whoever counts hardware addresses in windows of a second has seen one in three of them
settled='.switchover.step == null and .switchover.last_s > 5'
moving='[.incidents[] | select(.root == "switchover_drill" and .state == "open")] | length == 1'

scenario switchover_drill
[ $broken -eq 0 ] || { done_scenario; exit 1; }
cp "$BIN/monitorctl" "$conf/monitorctl"
must "without its purpose it is not asked for" 64 ctl drill switchover
must "outside a window it is refused" 1 ctl drill switchover --for 5m --reason monthly
check "and says what is missing" grep -q '保守時間' "$conf/err"
check "nothing waits for anybody" holds '.approvals == []'
must "its plan can be seen before" 0 ctl --language ja drill plan switchover
check "with scope, participants and timer" sh -c "grep -q '119番受付' '$conf/out' && grep -q 'person-2' '$conf/out' && grep -q '最長' '$conf/out' && grep -q 'dispatch-1 → dispatch-2' '$conf/out'"
check "who is not on the drill list does not take part" sh -c "! grep -q person-3 '$conf/out'"
ask_and_approve maintenance begin --for 30m --reason "switchover drill"
within 5 "the window is open" '.mode == "maintenance"'
must "beyond the window's end it is refused" 1 ctl drill switchover --for 2h --reason monthly

client_watch
must "inside it is asked for" 0 ctl drill switchover dispatch-2 --for 20m --reason monthly
check "one person moves nothing" holds '[.servers[] | select(.role == "active").name] == ["dispatch-1"]'
must "nor does he approve his own" 1 ctl approve "$(waiting)"
must "two persons do" 0 second approve "$(waiting)"
check "status says that it is a drill" holds '.mode == "drill"'
within 20 "dispatch-2 serves" "$(active dispatch-2)"
check "the service answers at the same address" poll 5 client_sees dispatch-2
must "drill status shows it, and what is asked of people" 0 sh -c "'$BIN/monitorctl' --language en drill status; true"
check "the way back is named" grep -q 'give-back' "$conf/out"
switched() { phone | grep -q '切戻し'; }
check "people are asked about giving back" poll 20 switched
within 10 "nothing moves any more" "$settled"
never 3 "nothing is given back by itself" "$(active dispatch-1)"
must "giving back is asked for" 0 ctl drill give-back
must "and approved" 0 second approve "$(waiting)"
within 20 "dispatch-1 serves again" "$(active dispatch-1)"
within 10 "the drill is over, the window is not" '.mode == "maintenance"'
client_stop
outage=$(client_outage)
note "the client went without an answer for $outage ms at most"
check "the outage was that of planned switchovers" test "$outage" -lt $((1000 * SLOW))
check "it may be read at once, and it held" poll 20 sh -c "'$BIN/monitorctl' drill report >/dev/null"
report
check "decide, act and restore are measured against the recovery time" said '.times[0].decide_s >= 0 and .times[0].act_s >= .times[0].decide_s and .times[0].restore_s >= .times[0].act_s and .times[0].restore_s < 60 and (.steps[] | select(.code == "service_answers") | .verdict == "held" and .bound_s == 60)'
check "both ways" said '.times | length == 2'
check "each service within its recovery time" said '.services | length > 0 and all(.within != false and .outage_s >= 0)'
check "both persons and what became of it" said '.by == "person-1" and .second == "person-2" and .give_back == "done" and .aborted == null and .journal_intact'
check "messages left, and every one was marked" said '.messages.left > 0 and .messages.left == .messages.marked'
check "each text that reached a telephone begins with the mark" sh -c "[ \$(jq -r .brief $run/messages/sms.jsonl | wc -l) -gt 0 ] && ! jq -r .brief $run/messages/sms.jsonl | grep -qv '^【訓練】'"
check "who is not on the drill list heard nothing" sh -c "! grep -q person-3 $run/messages/sms.jsonl"
must "the report in words" 0 ctl --language ja drill report
check "names what held, and the way back" sh -c "head -n 1 '$conf/out' | grep -q '【訓練】' && grep -q '切替訓練' '$conf/out' && grep -q '全項目達成' '$conf/out' && grep -q '切戻し' '$conf/out'"
must "no drill is overdue" 0 ctl drill status
must "the month knows it" 0 ctl report month --json
check "as a drill, and not as an incident" printed '(.drills | length == 1 and (.[0].held)) and .incidents == []'

within 15 "the way back is over" "$settled"
ask_and_approve drill switchover dispatch-2 --for 10m --reason "ended early"
within 20 "dispatch-2 serves" "$(active dispatch-2)"
within 15 "it is verified, and quiet" "$settled"
must "one person may end it" 0 ctl drill abort
within 5 "it is over" "$moving | not"
check "the service stays where it is" holds "$(active dispatch-2)"
report
check "people let it stay" said '.give_back == "stayed" and .held'

ask_and_approve drill switchover dispatch-1 --for 10m --reason "something real"
within 20 "dispatch-1 serves" "$(active dispatch-1)"
within 15 "it is verified, and quiet" "$settled"
: >$run/messages/sms.jsonl
fault dispatch-1 state=dead
within 15 "something real ends it" "$moving | not"
within 15 "the machine acts, although there was a window" "$(active dispatch-2)"
check "the service answers at the same address" poll 10 client_sees dispatch-2
within 10 "the real ladder has begun" '[.incidents[] | select(.root == "server_dead" and (.drill | not) and .severity < 4)] | length == 1'
aborted() { phone | grep -q '【実障害】訓練中止'; }
real() { phone | jq -r .brief | grep -q '^【障害】'; }
check "who took part hears that it is off" poll 20 aborted
check "and the real call goes out unmarked" poll 30 real
must "the report says why it ended" 1 ctl drill report --json
check "aborted by what was real" printed '.aborted == "real" and (.held | not)'
must "and no drill begins now" 1 sh -c "'$BIN/monitorctl' drill switchover dispatch-1 --for 5m --reason again"
check "the journal's chain holds over all of it" ctl journal verify --file $run/monitor/journal.sqlite
done_scenario
rm -rf "$conf"
[ $total_broken -eq 0 ]
