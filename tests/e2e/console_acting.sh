#!/usr/bin/env bash
# Acting at the console under a terminal: a shared terminal whose user is nobody of the site, passphrases,
# approvals by a second person, two keys, a daemon that dies under the eyes. The daemon reads its time
# through a preloaded clock, so that ten minutes pass at once.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/terminals"
conf=$(mktemp -d /tmp/noroshi-acting-XXXXXX)
at_end+=('rm -rf "$conf"')
chmod 755 "$conf"
words="four quiet words"
cp "$root"/config/samples/quickstart/*.conf "$conf"
sed -i "s|^  key_file = .*|&\n  passphrase_file = \"$conf/passphrases\";\n  control_group = \"nogroup\";|" "$conf/site.conf"
for person in person-1 person-2; do
    printf '%s\n%s\n' "$words" "$words" |
        "$BIN/monitorctl" passphrase $person --file "$conf/passphrases" 2>/dev/null
done
gcc -shared -fPIC -O2 -o "$conf/clock_shift.so" "$root/tests/e2e/clock_shift.c" || broke "the clock is built"
/usr/bin/python3 -c 'import sys; open(sys.argv[1], "wb").write(bytes(8))' "$conf/shift"
sed -i 's|command = \["${BIN}/monitord"|command = ["env", "LD_PRELOAD='"$conf"'/clock_shift.so", "CLOCK_SHIFT='"$conf"'/shift", "ASAN_OPTIONS=verify_asan_link_order=0", "${BIN}/monitord"|' "$conf/room.conf"
export ROOM_CONF=$conf

# the shared terminal: its user is nobody's login; and one of the shift chief himself
open_terminal() { # open_terminal NAME [PREFIX…]
    local name=$1
    shift
    mux new-session -d -s "$name" -x 120 -y 40 \
        "env LC_ALL=C.UTF-8 TERM=screen-256color $* $conf/monitorctl --language ja watch --quiet"
    mux set-option -t "$name" status off >/dev/null
    mux resize-window -t "$name" -x 120 -y 40
}
shows() { mux capture-pane -p -t "$1" | grep -q "$2"; }
sees() { # sees S TERMINAL WHAT TEXT
    if poll "$1" shows "$2" "$4"; then note "○ $3"; else
        mux capture-pane -p -t "$2" | sed 's/^/#   /'
        broke "$3: \"$4\" is not shown within $1 s"
    fi
}
press() { mux send-keys -t "$1" "${@:2}"; }
# log_in TERMINAL PERSON WORDS: answers the question who is there
log_in() {
    sees 5 "$1" "the terminal asks who is there" "担当者ID: _"
    press "$1" -l "$2"
    press "$1" Enter
    sees 5 "$1" "and for the passphrase, unseen" "暗証句: _"
    press "$1" -l "$3"
    press "$1" Enter
}
ask_maintenance() {
    "$BIN/monitorctl" maintenance begin --server dispatch-2 --for 30m --reason "UPS-B battery" >/dev/null
    within 5 "an order waits for a second person" '.approvals | length == 1'
    id=$(status_json | jq -r '.approvals[0].id')
    sees 5 shared "the shared terminal shows it" "$id"
}
refused() { # refused ERROR PERSON [HASH]: the daemon refuses an approval of $id so
    /usr/bin/python3 "$root/tests/e2e/screens.py" approve "$NOROSHI_SOCKET" "$2" "$words" "$id" "${@:3}" | grep -q "$1"
}
nothing_done() { holds '.mode == "normal"'; }

scenario console_acting
cp "$BIN/monitorctl" "$conf/monitorctl"
open_terminal shared setpriv --reuid=nobody --regid=nogroup --clear-groups env "NOROSHI_SOCKET=$NOROSHI_SOCKET"
open_terminal chief
sees 10 shared "a user who is nobody sees everything" "119番受付"
sees 10 chief "and so does the shift chief" "119番受付"

# person-1 asks as root; the same person comes again as another user of the host
ask_maintenance
press shared v
sees 5 shared "it asks whether to approve" "承認しますか"
press shared y
log_in shared person-1 "$words"
sees 10 shared "one person by two users of the host cannot approve his own order" "依頼した人とは別の人の承認が必要"
check "and nothing was done" nothing_done
press shared x
sees 5 shared "the terminal is locked again" "ロックしました"
check "an approval of another text than the one shown is refused" refused approval-changed person-2 00
check "and nothing was done" nothing_done
press shared v
press shared y
log_in shared person-2 "$words"
sees 10 shared "the second person approves at the shared terminal" "承認しました"
within 5 "maintenance is on" '.mode == "maintenance"'
check "an approval is good once" refused approval-used person-2
check "the journal names both" test "$(journal "select count(*) from entry where kind = 'order' and body like '%person-1%' and body like '%person-2%'")" -ge 1
"$BIN/monitorctl" maintenance end --server dispatch-2 >/dev/null
within 5 "maintenance is over" '.mode == "normal"'
press shared x

# five wrong passphrases
ask_maintenance
for try in 1 2 3 4 5; do
    press shared v
    press shared y
    log_in shared person-2 "not the words"
    sees 10 shared "wrong words are refused ($try)" "暗証句が違います"
    press shared x # nobody is at the terminal any more
    sees 5 shared "it is locked" "ロックしました"
done
press shared v
press shared y
log_in shared person-2 "$words"
sees 10 shared "after five the right words do not act either" "操作を10分間止めています"
check "nothing was done" nothing_done
seen=$(mux capture-pane -p -t shared | head -n 1)
check "and the terminal goes on showing the present" poll 5 sh -c "[ \"\$(tmux -S '$mux_folder/socket' capture-pane -p -t shared | head -n 1)\" != '$seen' ]"

# two keys
fault dispatch-1 state=dead
within 10 "dispatch-2 serves" "$(active dispatch-2)"
within 10 "there is an incident" "$(has_incident server_dead)"
sees 5 shared "the blocked terminal shows it as well" "指令サーバ停止"
sees 5 chief "the shift chief sees it" "指令サーバ停止"
press chief a
sees 5 chief "one key asks" "了知しますか"
check "one key acknowledges nothing" holds '[.incidents[].acked_by] | all(. == null)'
press chief y
within 5 "the second acknowledges" '[.incidents[] | select(.root == "server_dead").acked_by] | all'
sees 5 chief "and the screen says who" "了知 person-1"

# the daemon dies under the eyes
start=$(now_ms)
fault monitor monitord=dead
until shows chief "監視プログラムにつながりません"; do
    [ $(($(now_ms) - start)) -lt 10000 ] || break
    sleep 0.05
done
took=$(($(now_ms) - start))
note "the banner came $took ms after the fault was ordered"
check "the banner comes within 2 s (slowed $SLOW times)" test $took -lt $((2000 * SLOW))
check "and on the shared terminal" poll 2 shows shared "監視プログラムにつながりません"
fault monitor monitord=well
within 20 "the monitor is back" '.warm'
check "the screen recovers by itself" poll 10 sh -c "! tmux -S '$mux_folder/socket' capture-pane -p -t chief | grep -q つながりません"
sees 5 chief "with what is wrong" "指令サーバ停止"
fault dispatch-1 state=well
within 30 "both servers are well" '.servers | all(.state == "ok")'

# ten minutes, at once
ask_maintenance
/usr/bin/python3 -c 'import sys; open(sys.argv[1], "r+b").write((601).to_bytes(8, "little"))' "$conf/shift"
within 10 "ten minutes are over" '.approvals == []'
check "an approval after ten minutes is refused" poll 10 refused approval-late person-2
check "and nothing was done" nothing_done
check "the journal's chain holds over all of it" "$BIN/monitorctl" journal verify --file $run/monitor/journal.sqlite
close_terminals
done_scenario
[ $total_broken -eq 0 ]
