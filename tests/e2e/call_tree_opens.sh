#!/usr/bin/env bash
# Every channel that leads out hangs on the lines, and both lines die: the call tree opens by itself on the
# screen and in the plain lines, one key and a yes tick a box, and the tick is a record in the journal.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/terminals"
conf=$(mktemp -d /tmp/noroshi-tree-XXXXXX)
cp "$root"/config/samples/quickstart/*.conf "$conf"
sed -i 's|{ name = "sms"; kind = "command";|& needs = ["line-a", "line-b"];|' "$conf/site.conf"
export ROOM_CONF=$conf
plain=
at_end+=('[ -z "$plain" ] || kill $plain 2>/dev/null' 'rm -rf "$conf"')
chief=80x24_ja_mono
shows() { mux capture-pane -p -t $chief | grep -q -- "$1"; }
sees() { # sees S WHAT TEXT
    if poll "$1" shows "$3"; then note "○ $2"; else
        mux capture-pane -p -t $chief | sed 's/^/#   /'
        broke "$2: \"$3\" is not shown within $1 s"
    fi
}
shows_no_more() { ! shows "$1"; }
press() { mux send-keys -t $chief "$@"; }
plain_says() { [ "$(grep -c -- "$2" "$conf/plain")" -eq "$1" ]; }
ticks() { # ticks PERSON OUTCOME: how many records say so
    journal "select count(*) from entry where kind = 'record' and json_extract(body, '\$.name') = 'called_by_hand' and json_extract(body, '\$.subject.name') = '$1' and json_extract(body, '\$.b') = $2"
}
is_ticked() { [ "$(ticks "$1" "$2")" -eq 1 ]; }

scenario call_tree_opens
open_terminals
"$BIN/monitorctl" --language en watch --plain >"$conf/plain" 2>/dev/null &
plain=$!
sees 10 "the screen is well" "119番受付"
check "nothing is to be called about" shows_no_more 電話連絡表
fault line-a state=down
fault line-b state=down
within 20 "nobody outside can be reached" .contacts_cut
sees 5 "the call tree opens by itself" "電話連絡表  事案 INC-"
sees 5 "with the words to say" "話すこと: 「見本消防本部"
sees 5 "the first to be called is the shift chief" "> \[ \] 当直長"
check "no number is shown before it is asked for" shows_no_more "電話 "
check "the plain lines have it" poll 5 plain_says 1 "^Call tree, incident INC-"
check "with the persons" plain_says 1 "^\[ \] person-2 "

# one tick
press 1
sees 5 "a key asks" "当直長: 「通じた」と記録しますか"
check "and ticks nothing" test "$(ticks person-1 1)" -eq 0
press y
sees 5 "the box is ticked" "> \[x\] 当直長  通じた"
check "the tick is a record in the journal" poll 5 is_ticked person-1 1
press Tab
sees 5 "the next person" "> \[ \] システム担当"
press 2
press y
sees 5 "who was not reached has another mark" "> \[-\] システム担当  応答なし"
check "and a record too" poll 5 is_ticked person-2 0

# left, and come back
press m
sees 20 "one key leaves it, and says how to come back once the last answer has been read" "\[t\]電話連絡表"
check "it does not open again by itself" sh -c "! timeout 3 sh -c 'until tmux -S $mux_folder/socket capture-pane -p -t $chief | grep -q 話すこと; do sleep 0.2; done'"
press t
sees 5 "one key comes back, the ticks stand" "\[x\] 当直長  通じた"
check "the plain lines said it once" plain_says 1 "^Call tree, incident INC-"

# the next time it opens again
press m
fault line-a state=up
fault line-b state=up
within 60 "people can be reached again" '.contacts_cut | not'
fault line-a state=down
fault line-b state=down
within 20 "and once more nobody" .contacts_cut
sees 5 "the next onset opens it again" "電話連絡表  事案 INC-"
check "the plain lines as well" poll 5 plain_says 2 "^Call tree, incident INC-"
check "the journal's chain holds" "$BIN/monitorctl" journal verify --file $run/monitor/journal.sqlite
close_terminals
done_scenario
[ $total_broken -eq 0 ]
