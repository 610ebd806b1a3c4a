#!/usr/bin/env bash
# The monthly drill beside a real daemon: carried out in the twin of the sample fire headquarters, kept in
# the real journal, reported; real trouble ends it. In --long every scenario of the library, its report
# rendered by a browser.
. "$(dirname "$0")/lib.sh"

site=$root/config/samples/fire-headquarters/site.conf
drills=$(mktemp -d /tmp/nrd-XXXX)
browser=$(command -v chromium || command -v chromium-browser || true)
begin_drill() { # begin_drill NAME OUT [OPTIONS…]: in the background, as $drill
    local name=$1 out=$2
    shift 2
    "$BIN/monitorctl" drill start "$name" --config "$site" --directory "$drills" "$@" >"$out" 2>"$out.log" &
    drill=$!
}
end_drill() { # waits; $code is how it ended
    wait "$drill"
    code=$?
    drill=
    [ $code -eq "$1" ] || { broke "the drill ended with $code, not $1"; sed 's/^/#   /' "$2.log"; }
}
# an incident has four marks at least; nothing happens when only the monitor dies, and there is no timeline
least_marks() { if [ "$1" = monitor-loss ]; then echo 0; else echo 4; fi; }
said() { test -s "$drills/$1.json" && jq -e "$2" "$drills/$1.json"; } # jq calls an empty file true
twin_is_gone() { ! ps -eo args= | grep -v grep | grep -q "room $drills/DRILL"; }
drill_rows() { journal "select count(*) from entry where kind = 'order' and json_extract(body, '\$.order') = '$1'"; }

scenario drill_beside_the_real_room
check "no drill yet: one is overdue" sh -c "'$BIN/monitorctl' drill status; [ \$? -eq 1 ]"
rows=$(journal "select count(*) from entry where kind = 'command'")
"$BIN/monitorctl" drill rehearse dispatch-1 --json >"$drills/rehearsal.json"
check "a rehearsal says what would be done about a dead server, and after which checks" jq -e '.act.kind == "switch" and .act.name == "dispatch-2" and .act.after_s < 3 and ([.decisions[].records[].reason] | index("check_passed") != null and index("incident_opened") != null) and .calls >= 1' "$drills/rehearsal.json"
check "about a line: the traffic goes by the other" sh -c "'$BIN/monitorctl' drill rehearse line-a --json | jq -e '.act.kind == \"route\" and .act.name == \"line-b\"'"
check "about a dying UPS: the service moves while it runs" sh -c "'$BIN/monitorctl' drill rehearse ups-a --json | jq -e '.act.kind == \"switch\" and .act.name == \"dispatch-2\"'"
check "about the standby: nothing but calls" sh -c "'$BIN/monitorctl' drill rehearse dispatch-2 --json | jq -e '.act == null and .calls > 0'"
check "in words, marked as a drill" sh -c "'$BIN/monitorctl' --language ja drill rehearse mains | head -n 1 | grep -q '【訓練】'"
check "of nothing that there is it says what there is" sh -c "'$BIN/monitorctl' drill rehearse dispatch-9 2>&1 | grep -q 'dispatch-1 dispatch-2 line-a'"
check "and nothing was done by any of it" test "$rows" = "$(journal "select count(*) from entry where kind = 'command'")"
check "nor seen in the room" holds "$well"
begin_drill server-loss "$drills/report.json" --json
check "it is journalled before it begins" poll 10 sh -c "[ \$(sqlite3 -readonly $run/monitor/journal.sqlite \"select count(*) from entry where body like '%drill_started%'\") = 1 ]"
check "status names the one under way" poll 5 sh -c "'$BIN/monitorctl' --language en drill status --directory '$drills' | grep -q 'under way'"
check "no second one beside it" sh -c "! '$BIN/monitorctl' drill start line-loss --config '$site' --directory '$drills'"
end_drill 0 "$drills/report.json"
check "every expectation held" jq -e '.held and .aborted == null and ([.steps[].verdict] | all(. == "held" or . == "done"))' "$drills/report.json"
check "detect, decide, act and restore are measured from the fault" jq -e '.times[] | select(.root == "server_dead") | .fault == "dispatch-1 state=dead" and .detect_s < 5 and .restore_s >= .detect_s and .restore_s < 10' "$drills/report.json"
check "the outage is within the recovery time" jq -e '.services[] | select(.name == "119番受付") | .outage_s > 0 and .within' "$drills/report.json"
check "messages left, and every one was marked" jq -e '.messages.left > 0 and .messages.left == .messages.marked' "$drills/report.json"
check "only the drill list was called" jq -e '[.people[].person] | index("cho") == null' "$drills/report.json"
check "the result is in the real journal" test "$(drill_rows drill_ended)" = 1
check "the real room heard nothing of it" holds "$well"
check "no incident came of it" holds '.incidents == []'
"$BIN/monitorctl" --language ja drill report >"$drills/report.txt"
check "the report names what held" grep -q '全項目達成' "$drills/report.txt"
check "and is marked on top and at the end" sh -c "head -n 1 '$drills/report.txt' | grep -q '【訓練】' && tail -n 1 '$drills/report.txt' | grep -q '【訓練】'"
"$BIN/monitorctl" report drill --format html >"$drills/report.html"
check "the HTML form draws a timeline with marks in it" sh -c "grep -q '<svg' '$drills/report.html' && [ \$(grep -c '<use href' '$drills/report.html') -ge 4 ]"
check "no drill is overdue now" "$BIN/monitorctl" drill status

begin_drill server-loss "$drills/cut.json" --json
check "a second drill begins" poll 10 sh -c "[ \$(sqlite3 -readonly $run/monitor/journal.sqlite \"select count(*) from entry where body like '%drill_started%'\") = 2 ]"
fault mains state=lost
end_drill 1 "$drills/cut.json"
check "real trouble ended it" jq -e '.aborted == "real" and (.held | not)' "$drills/cut.json"
check "people at the console are told" grep -q '【実障害】' "$drills/cut.json.log"
check "the journal has its end" test "$(drill_rows drill_ended)" = 2
check "nothing of the twin is left" twin_is_gone
check "no drill begins while it is real" sh -c "! '$BIN/monitorctl' drill start line-loss --config '$site' --directory '$drills'"

incident=$(status_json | jq -r '.incidents[0].id')
check "an incident is not resolved without a word about why" sh -c "! '$BIN/monitorctl' resolve $incident </dev/null"
check "nor put off without a date" sh -c "! '$BIN/monitorctl' resolve $incident --defer 'maker asked' </dev/null"
"$BIN/monitorctl" resolve "$incident" --cause "breaker" --prevention "replaced" </dev/null >/dev/null 2>&1
check "cause and prevention stand in its report" sh -c "'$BIN/monitorctl' report $incident --json | jq -e '.conclusion.cause == \"breaker\" and .conclusion.person == \"person-1\"'"
check "and the month knows it, the drills and the contacts" sh -c "'$BIN/monitorctl' report month --json | jq -e '(.incidents[0].concluded) and (.drills | length == 2) and (.people[0].age_days < 1) and (.services[0].available > 99)'"
check "the month is marked for its readers on paper" sh -c "'$BIN/monitorctl' --language ja report month | head -n 1 | grep -q 取扱注意"
done_scenario

if [ "${NOROSHI_LONG:-no}" = yes ]; then
    unset NOROSHI_SOCKET # no daemon: the library alone
    export NOROSHI_SOCKET=$drills/none.sock
    for conf in "$root"/sim/drills/library/*.conf; do
        name=$(basename "$conf" .conf) broken=0 began=$(now_ms)
        begin_drill "$name" "$drills/$name.html" --format html
        end_drill 0 "$drills/$name.html"
        if [ -z "$browser" ]; then
            echo "ok - e2e::drill_${name}_is_rendered # SKIP no chromium"
        else
            "$browser" --headless --no-sandbox --disable-gpu --no-pdf-header-footer \
                --print-to-pdf="$drills/$name.pdf" "file://$drills/$name.html" >/dev/null 2>&1
            check "$name is printed on A4" grep -aq 'MediaBox \[0 0 594.9[0-9]* 841.9[0-9]*\]' "$drills/$name.pdf"
            # the browser itself says which marks of the timelines it has drawn inside their pictures
            cat "$drills/$name.html" "$root/tests/e2e/drawn.html" >"$drills/$name-drawn.html"
            "$browser" --headless --no-sandbox --disable-gpu --dump-dom "file://$drills/$name-drawn.html" >"$drills/$name.dom" 2>/dev/null
            marks=$(sed -n 's/.*data-drawn="\([0-9]*\)".*/\1/p' "$drills/$name.dom")
            note "$name: $marks marks drawn"
            check "$name: its timeline is not empty" test "${marks:-0}" -ge "$(least_marks "$name")"
        fi
        if [ $broken -eq 0 ]; then echo "ok - e2e::drill_$name"; else
            echo "not ok - e2e::drill_$name"
            total_broken=$((total_broken + broken))
        fi
    done
fi
rm -rf "$drills"
[ $total_broken -eq 0 ]
