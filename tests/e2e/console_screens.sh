#!/usr/bin/env bash
# Twelve situations as the real console shows them under a terminal: real monitord, real agents, simulated
# room. Screens that stand still are compared with golden ones (tests/golden/screens; NOROSHI_GOLDEN=write
# makes them) on 80x24 in both languages and on 120x40 in colour; for the others a stranger must learn from
# the first two rows what failed, since when, what was done, what to do. Acting by a passphrase, approvals,
# two keys, and a daemon that dies. Power and lines are in --long.
. "$(dirname "$0")/lib.sh"
command -v tmux >/dev/null || { echo "not ok - e2e::console_screens: tmux is missing"; exit 1; }
golden=${NOROSHI_GOLDEN_DIR:-$root/tests/golden/screens}
conf=$(mktemp -d /tmp/noroshi-screens-XXXXXX)
cp "$root"/config/samples/quickstart/*.conf "$conf"
sed -i "s|^  key_file = .*|&\n  passphrase_file = \"$conf/passphrases\";|" "$conf/site.conf"
for person in person-1 person-2; do
    printf 'four quiet words\nfour quiet words\n' |
        "$BIN/monitorctl" passphrase $person --file "$conf/passphrases" 2>/dev/null
done
export ROOM_CONF=$conf NOROSHI_RUNBOOKS=$root/deploy/runbooks
# screens that stand still have golden ones; one that moves with the incident is judged by its words
steady="all-well maintenance runbook"
mux() { tmux -L noroshi-screens -f /dev/null "$@"; }
terminals=()
open_terminals() {
    local size language colour
    terminals=()
    for size in 80x24 120x40; do for language in ja en; do for colour in mono colour; do
        case $size.$language.$colour in
            80x24.ja.mono | 80x24.en.mono | 120x40.ja.colour) ;;
            *) continue ;;
        esac
        local environment="env LC_ALL=C.UTF-8 TERM=screen-256color"
        [ $colour = mono ] && environment="$environment NO_COLOR=1"
        mux new-session -d -s "${size}_${language}_$colour" -x "${size%x*}" -y "${size#*x}" \
            "$environment $BIN/monitorctl --language $language watch --quiet"
        mux set-option -t "${size}_${language}_$colour" status off >/dev/null
        mux resize-window -t "${size}_${language}_$colour" -x "${size%x*}" -y "${size#*x}"
        terminals+=("${size}_${language}_$colour")
    done; done; done
}
capture() { # capture TERMINAL
    case $1 in
        *_colour) mux capture-pane -p -e -t "$1" ;;
        *) mux capture-pane -p -t "$1" ;;
    esac
}
# situation NAME [WORDS-ja / WORDS-en]: the screens become the golden ones within a bound
situation() {
    local name=$1 terminal end out trouble
    shift
    for terminal in "${terminals[@]}"; do
        [[ " $steady " == *" $name "* ]] || break
        end=$((SECONDS + 8 * SLOW)) trouble=
        while :; do
            # once written a golden screen must be steady: two captures in a row are equal
            out=$(capture "$terminal" | /usr/bin/python3 "$root/tests/e2e/screens.py" compare "$golden/$name.$terminal.txt") && break
            [ $SECONDS -lt $end ] || { trouble=$out; break; }
            sleep 0.3
        done
        [ -z "$trouble" ] || { echo "$trouble"; broke "screen $name.$terminal"; }
    done
    local half language=ja words=()
    for half in "$@" /; do
        if [ "$half" != / ]; then words+=("$half"); continue; fi
        if [ ${#words[@]} -gt 0 ]; then
            end=$((SECONDS + 8 * SLOW))
            until out=$(capture "80x24_${language}_mono" | /usr/bin/python3 "$root/tests/e2e/screens.py" stranger "${words[@]}"); do
                [ $SECONDS -lt $end ] || { echo "$out"; broke "a stranger understands $name in $language"; break; }
                sleep 0.3
            done
        fi
        language=en words=()
    done
    note "○ situation $name"
}
close_terminals() { mux kill-server 2>/dev/null; }

scenario console_screens
open_terminals
situation all-well

"$BIN/monitorctl" maintenance begin --server dispatch-2 --for 30m --reason "UPS-B battery" >/dev/null
within 5 "an order waits for a second person" '.approvals | length == 1'
situation approval-waits
id=$(status_json | jq -r '.approvals[0].id')
check "who asked cannot approve, though he comes by another way" sh -c "! echo 'four quiet words' | '$BIN/monitorctl' --as person-1 approve $id"
check "an approval for another text than the one shown is refused" sh -c "/usr/bin/python3 '$root/tests/e2e/screens.py' approve '$NOROSHI_SOCKET' person-2 'four quiet words' $id 00 | grep -q approval-changed"
check "another person approves by passphrase" sh -c "echo 'four quiet words' | '$BIN/monitorctl' --as person-2 approve $id"
within 5 "maintenance is on" '.mode == "maintenance"'
situation maintenance
check "an approval is good once" sh -c "/usr/bin/python3 '$root/tests/e2e/screens.py' approve '$NOROSHI_SOCKET' person-2 'four quiet words' $id | grep -q approval-used"
"$BIN/monitorctl" maintenance end --server dispatch-2 >/dev/null
within 5 "maintenance is over" '.mode == "normal"'
for try in 1 2 3 4 5; do echo 'not the words' | "$BIN/monitorctl" --as person-2 hold >/dev/null 2>&1; done
check "after five wrong passphrases the right one does not act" sh -c "/usr/bin/python3 '$root/tests/e2e/screens.py' approve '$NOROSHI_SOCKET' person-2 'four quiet words' $id | grep -q too-many-tries"
check "nor hold" holds '.blocked | map(.reason) | index("blocked_hold") == null'
check "and everybody still sees" "$BIN/monitorctl" status

fault dispatch-1 state=dead
within 10 "dispatch-2 serves" "$(active dispatch-2)"
within 10 "there is an incident" "$(has_incident server_dead)"
situation server-dead "サーバ停止" "dispatch-1" "切替済み" "受付を続けられる" / "server" "dispatch-1" "switched over" "Confirm"
for terminal in "${terminals[@]}"; do mux send-keys -t "$terminal" r; done
situation runbook
for terminal in "${terminals[@]}"; do mux send-keys -t "$terminal" m; done
mux send-keys -t 80x24_ja_mono a
mux send-keys -t 80x24_ja_mono y
within 5 "two keys acknowledge" '[.incidents[] | select(.root == "server_dead").acked_by] | all'
fault dispatch-2 state=dead
within 20 "both servers are dead" "$(has_incident both_servers_dead)"
situation both-servers-dead "主系・副系とも停止" "手書き受付" / "Both dispatch servers stopped" "paper"

start=$(now_ms)
fault monitor state=dead
until capture 80x24_ja_mono | grep -q "監視プログラムにつながりません"; do
    [ $(($(now_ms) - start)) -lt 5000 ] || break
    sleep 0.05
done
took=$(($(now_ms) - start))
note "the banner came $took ms after the fault was ordered"
check "the banner comes within 2 s (slowed $SLOW times)" test $took -lt $((2000 * SLOW))
situation monitor-gone
fault monitor state=well
within 20 "the monitor is back" '.schema == 1'
check "the screen recovers by itself" poll 10 sh -c "! tmux -L noroshi-screens capture-pane -p -t 80x24_ja_mono | grep -q 監視プログラムにつながりません"
close_terminals
done_scenario

# alone NAME: a situation in a room of its own, so that nothing of another stands on its screens
alone() {
    scenario "console_screens_$1"
    open_terminals
}
alone_done() {
    close_terminals
    done_scenario
}
if [ "${NOROSHI_LONG:-no}" = yes ]; then
    alone ups_silent
    fault ups-a card=lost
    within 20 "the UPS is silent" "$(has_incident ups_silent)"
    situation ups-silent "UPS 通信途絶" "停電ではありません" / "UPS does not answer" "not a power failure"
    alone_done

    alone mains_lost
    fault mains state=lost
    within 20 "the mains are lost, the generator carries" '(.power[] | select(.kind == "generator").variables["generator.status"]) == "loaded"'
    situation mains-lost "商用停電" "発電機" / "Mains power lost" "generator"
    alone_done

    alone generator_does_not_start
    fault gen-1 start=refuse
    fault mains state=lost
    within 60 "the generator does not start" "$(has_incident generator_no_start)"
    situation generator-no-start "商用停電" / "Mains power lost"
    alone_done

    alone lines
    fault line-b state=down
    within 20 "a line is down" "$(has_incident line_down)"
    situation line-down "回線断" "残りの回線" / "Line down" "remaining line"
    fault line-a state=down
    within 20 "both lines are down" "$(has_incident lines_all_down)"
    situation lines-all-down "全回線断" "無線" / "All lines down" "radio"
    alone_done
fi
rm -rf "$conf"
[ $total_broken -eq 0 ]
