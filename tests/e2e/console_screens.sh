#!/usr/bin/env bash
# What people see in each situation from all-well to both-servers-dead: real monitord, real agents, simulated
# room, the real console on eight terminals (80x24 and 120x40, Japanese and English, colour and none). Each
# screen becomes the golden one (tests/golden/screens; NOROSHI_GOLDEN=write makes them), and a stranger learns
# from the first two rows what failed, since when, what was done and what to do. Lines, power, silent devices,
# old data and the drill are in --long.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/terminals"
golden=${NOROSHI_GOLDEN_DIR:-$root/tests/golden/screens}
conf=$(mktemp -d /tmp/noroshi-screens-XXXXXX)
at_end+=('rm -rf "$conf"')
cp "$root"/config/samples/quickstart/*.conf "$conf"
# the contact network stands at its first rung, so that a screen stands still; the room's own plant likewise
sed -i 's/wait = "10s"/wait = "30min"/; s/clean = "10s"/clean = "10min"/
    s/retry = "10s"/retry = "30min"/' "$conf/site.conf"
sed -i "s|^  key_file = .*|&\n  passphrase_file = \"$conf/passphrases\";|" "$conf/site.conf"
printf 'four quiet words\nfour quiet words\n' |
    "$BIN/monitorctl" passphrase person-2 --file "$conf/passphrases" 2>/dev/null
export ROOM_CONF=$conf NOROSHI_RUNBOOKS=$root/deploy/runbooks
screens=(80x24.ja 80x24.en 120x40.ja 120x40.en)
# situation NAME [WORDS-ja… / WORDS-en…]: the screens become the golden ones within a bound, and a stranger
# reads those words in the first two rows of the trouble
situation() {
    local name=$1 out language=ja word words=()
    shift
    out=$(/usr/bin/python3 "$root/tests/e2e/screens.py" golden "$mux_folder/socket" "$golden" "$name" $((10 * SLOW)) "${screens[@]}") ||
        broke "the screens of $name are the golden ones"
    [ -z "$out" ] || echo "$out"
    for word in "$@" /; do
        if [ "$word" != / ]; then words+=("$word"); continue; fi
        if [ ${#words[@]} -gt 0 ]; then
            out=$(capture "80x24_${language}_mono" | /usr/bin/python3 "$root/tests/e2e/screens.py" stranger "${words[@]}") ||
                { echo "$out"; broke "a stranger understands $name in $language"; }
        fi
        language=en words=()
    done
    note "○ situation $name"
}
# shown TEXT: the first terminal shows it
shown() { mux capture-pane -p -t 80x24_ja_mono | grep -q "$1"; }
press() { for terminal in "${terminals[@]}"; do mux send-keys -t "$terminal" "$@"; done; }
# room NAME: a room of its own, so that nothing of another situation stands on its screens
room() {
    scenario "console_screens_$1"
    open_terminals
}
room_done() {
    close_terminals
    done_scenario
}
# two persons: asked at this host by the one, approved by the passphrase of the other
maintain() { # maintain SERVER
    "$BIN/monitorctl" maintenance begin --server "$1" --for 30m --reason "UPS-Bの電池交換" >/dev/null
    within 5 "an order waits for a second person" '.approvals | length == 1'
    check "another person approves" sh -c "echo 'four quiet words' | '$BIN/monitorctl' --as person-2 approve \$('$BIN/monitorctl' status --json | jq -r '.approvals[0].id')"
    within 5 "maintenance is on" '.mode == "maintenance"'
}

room servers
situation all-well
fault dispatch-1 state=dead
within 10 "dispatch-2 serves" "$(active dispatch-2)"
within 10 "there is an incident" "$(has_incident server_dead)"
within 10 "the redundancy is lost" "$(has_incident redundancy_lost)"
situation server-dead "指令サーバ停止" "dispatch-1" "切替済み" "受付を続けられる" / "server" "dispatch-1" "switched over" "Confirm"
press r
situation runbook
press m
"$BIN/monitorctl" ack "$(status_json | jq -r '.incidents[0].id')" >/dev/null
within 5 "it is acknowledged" '[.incidents[] | select(.root == "server_dead").acked_by] | all'
situation acknowledged "指令サーバ停止" "dispatch-1" "切替済み" "受付を続けられる" / "server" "dispatch-1" "switched over" "Confirm"
fault dispatch-2 state=dead
within 20 "both servers are dead" "$(has_incident both_servers_dead)"
situation both-servers-dead "主系・副系とも停止" "切替先なし" "手書き受付" / "Both dispatch servers" "no server left" "paper"
fault monitor state=dead
check "the screen says so" poll 10 shown つながりません
situation monitor-gone "監視プログラムにつながりません" "再接続中" "指令台を確認" / "MONITOR" "reconnecting" "desks"
room_done

room maintenance
maintain dispatch-2
situation maintenance
fault dispatch-1 state=dead
within 10 "there is an incident" "$(has_incident server_dead)"
situation switchover-blocked "指令サーバ停止" "dispatch-1" "自動切替は停止中" "手書き受付" / "server" "dispatch-1" "switchover is blocked" "paper"
room_done

if [ "${NOROSHI_LONG:-no}" = yes ]; then
    room lines
    fault line-b state=down
    within 20 "a line is down" "$(has_incident line_down)"
    situation line-down "回線断" "line-b" "残りの回線" / "Line down" "line-b" "remaining line"
    fault line-a state=down
    within 20 "both lines are down" "$(has_incident lines_all_down)"
    situation lines-all-down "全回線断" "無線" / "All lines down" "radio"
    room_done

    # the generator of this room takes its time, so that the batteries carry it while people look
    sed -i 's/start_delay = "1s"/start_delay = "30s"/' "$conf/room.conf"
    room battery
    fault mains state=lost
    within 10 "the batteries carry" '[.power[] | select(.kind == "ups").state] | all(. == "degraded")'
    situation ups-on-battery "商用停電" "発電機" / "Mains" "generator"
    room_done
    sed -i 's/start_delay = "30s"/start_delay = "1s"/' "$conf/room.conf"

    room generator
    fault gen-1 start=refuse
    fault mains state=lost
    within 60 "the generator does not start" "$(has_incident generator_no_start)"
    situation generator-no-start "商用停電" "発電機が始動しません" "手動始動" / "Mains" "No generator" "by hand"
    room_done

    room silent
    fault ups-a card=lost
    within 20 "the UPS is silent" "$(has_incident ups_silent)"
    situation ups-silent "UPS 通信途絶" "ups-a" "停電ではありません" / "UPS does not answer" "ups-a" "not a power failure"
    fault ups-a card=ok
    fault monitor state=frozen
    check "the screen says so" poll 10 shown 更新されていません
    situation data-old "更新されていません" "受信待ち" "指令台を確認" / "NO NEWS" "waiting" "desks"
    room_done

    # the twin of this very site, seen by its own socket
    name=console_screens_drill broken=0 began=$(now_ms)
    cat >"$conf/drill.conf" <<'DRILL'
drill = {
  name = "主系停止（画面）";
  description = "The primary server stops and stays so.";
  steps = (
    { at = "0s"; fault = "${PRIMARY} state=dead"; },
    { at = "2s"; expect-not = "server ${PRIMARY} role=active"; for = "120s"; }
  );
};
DRILL
    NOROSHI_SOCKET=$conf/none "$BIN/monitorctl" drill start "$conf/drill.conf" --config "$conf/site.conf" --directory "$conf" >"$conf/drill.log" 2>&1 &
    drill=$!
    poll 60 sh -c "ls $conf/DRILL-*/monitor/control.sock" || broke "the twin comes up"
    twin=$(echo "$conf"/DRILL-*/monitor/control.sock)
    NOROSHI_SOCKET=$twin open_terminals
    NOROSHI_SOCKET=$twin within 60 "its server is dead" "$(has_incident redundancy_lost)"
    situation drill "【訓練】" "指令サーバ停止" "切替済み" "受付を続けられる" / "DRILL" "switched over" "Confirm"
    "$BIN/monitorctl" drill abort --directory "$conf" >/dev/null 2>&1
    wait $drill
    close_terminals
    if [ $broken -eq 0 ]; then echo "ok - e2e::$name"; else
        echo "not ok - e2e::$name"
        total_broken=$((total_broken + broken))
    fi
fi
[ $total_broken -eq 0 ]
