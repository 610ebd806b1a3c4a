# The contact network from end to end: a power cut climbs from the shift chief to who decides, answers at
# the terminal and by SMS stop the right branches, a killed monitor repeats what it cannot know, two dead
# lines, a drill in which every byte says so, and something real in the middle of it. The modem, the tower
# and the terminal stand on pseudo terminals and a socket (tests/lib/peers/phone_peer.py).
. "$(dirname "$0")/lib.sh"
desk=$(mktemp -d /tmp/noroshi-people-XXXXXX)
phone=
trap 'client_stop; [ -z "$phone" ] || kill $phone 2>/dev/null; "$root/deploy/room" down >/dev/null 2>&1; rm -rf "$desk"' EXIT

# ---- the site: the demonstration room with a contact network of its own ----
conf=$desk/conf
mkdir $conf
cp "$root"/config/samples/quickstart/*.conf $conf
sed -i '/緊急連絡網/,$d' $conf/site.conf
sed -i 's|^site = {|site = { control_group = "daemon"; duty_file = "'$conf'/duty.conf";|' $conf/site.conf
: >$conf/duty.conf
cat >$conf/numbers <<'NUMBERS'
toban-1 +819000000001
fuku +819000000002
kanri +819000000003
ciso +819000000004
NUMBERS
chmod 600 $conf/numbers
cat >>$conf/site.conf <<SITE
channels = (
  { name = "terminal"; kind = "terminal"; device = "$desk/tty"; },
  { name = "sms"; kind = "sms"; device = "$desk/modem"; contacts_file = "$conf/numbers"; timeout = "20s"; },
  { name = "mail"; kind = "smtp"; url = "smtp://192.0.2.25:25"; from = "noroshi@example.jp";
    tls_required = false; needs = ["line-a", "line-b"]; timeout = "5s"; hold = "10min"; },
  { name = "lamp"; kind = "tower"; address = "10.77.1.20:10000"; }
);
roles = (
  { id = "toban"; title = "当直長"; deputies = ["fuku"]; },
  { id = "fuku"; title = "当直副長"; },
  { id = "kanri"; title = "情報セキュリティ管理者"; },
  { id = "ciso"; title = "最高情報セキュリティ責任者"; decides = true; deputies = ["kanri"]; }
);
persons = (
  { id = "toban-1"; title = "第1係 当直長"; login = "root"; roles = ["toban"];
    channels = ["terminal", "sms", "mail", "lamp"]; channel_wait = "2s"; mail = "toban@example.jp"; },
  { id = "fuku"; title = "当直副長"; login = "daemon"; roles = ["fuku"]; channels = ["sms"]; },
  { id = "kanri"; title = "通信指令課 主幹"; roles = ["kanri"]; channels = ["sms", "mail"];
    channel_wait = "60s"; mail = "kanri@example.jp"; },
  { id = "ciso"; title = "管理者"; roles = ["ciso"]; channels = ["sms"]; }
);
branches = ( { name = "genba"; }, { name = "kanri"; } );
ladder = (
  { roles = ["toban"]; wait = "8s"; },
  { roles = ["fuku"]; wait = "6s"; },
  { roles = ["ciso"]; wait = "10min"; },
  { roles = ["kanri"]; branch = "kanri"; wait = "10min"; }
);
rosters = ( { name = "toban"; kind = "shifts"; roles = ["toban"]; start = "2026-04-01";
  platoons = ( { name = "1"; persons = ["toban-1"]; }, { name = "2"; persons = ["toban-1"]; } ); } );
outside = ( { id = "a-sha"; title = "A社"; kind = "carrier"; phone = "+819000000009"; circuit = "N-1";
  about = ["line-a", "line-b"]; } );
escalation = { loop_first = "10min"; clean = "3s"; child_grace = "3s"; acknowledge = "30min"; };
SITE
export ROOM_CONF=$conf

# ---- what people got ----
to() { jq -r "select(.number == \"+81900000000$1\").text" $desk/sms.jsonl 2>/dev/null; }
times_to() { jq -s "map(select(.number == \"+81900000000$1\")) | length" $desk/sms.jsonl; }
got() { [ "$(times_to "$1" 2>/dev/null || echo 0)" -ge "$2" ]; }
code_to() { to "$1" | grep -o '「[0-9]\{4\}」' | tail -1 | tr -d '「」'; }
answer() { echo "+81900000000$1 $2" >>$desk/reply; }
as_fuku() { setpriv --reuid=daemon --regid=daemon --clear-groups "$BIN/monitorctl" "$@"; }
incident() { status_json | jq -r '[.incidents[] | select(.state == "open" and (.drill | not))][0].id'; }
rows() { journal "select count(*) from entry where $1"; }
sms_rows() { rows "kind = 'command' and json_extract(body, '\$.channel') = 'sms' and json_extract(body, '\$.person') = '$1'"; }
# milliseconds from the opening of the newest real incident to the first page to a person
paged_after_ms() {
    journal "select min(p.wall_ms) - i.wall_ms from entry p, (select wall_ms, json_extract(body, '\$.incident') as id from entry where kind = 'record' and json_extract(body, '\$.name') = 'incident_opened' order by seq desc limit 1) i
        where p.kind = 'command' and json_extract(p.body, '\$.person') = '$1' and json_extract(p.body, '\$.incident') = i.id"
}
monitord_pid() {
    local pid
    for pid in $(ip netns pids nrs-mo); do
        [ "$(cat /proc/$pid/comm 2>/dev/null)" = monitord ] && echo "$pid"
    done
}

name=people began=$(now_ms)
# the desk stands in the monitor's namespace, which the room makes: it is begun as soon as that is there
( until ip netns exec nrs-mo ip address show lan1 2>/dev/null | grep -q 10.77.1.20; do sleep 0.05; done
  exec ip netns exec nrs-mo /usr/bin/python3 "$root/tests/lib/peers/phone_peer.py" "$desk" 10.77.1.20:10000 >$desk/log 2>&1 ) &
phone=$!
scenario people
check "the desk is ready" poll 10 grep -q ready $desk/log
within 5 "the roster says who is on duty" '[.duty[] | select(.role == "toban").persons[].id] == ["toban-1"]'
check "no role is without anybody for 35 days" sh -c "'$BIN/monitorctl' contacts check --json | jq -e '.gaps | length == 0'"

# ---- a power cut: one incident, one page per person, the ladder climbs, all channels in order ----
fault gen-1 start=refuse
fault mains state=lost
within 10 "one incident: the mains are lost" '[.incidents[] | select(.state == "open")] | length == 1 and .[0].root == "mains_lost"'
check "the chief's SMS is there" poll 15 got 1 1
check "the responsible section is called beside him" poll 5 got 3 1
for person in toban-1 kanri; do
    after=$(paged_after_ms $person)
    check "$person was paged within 5 s of the verdict (${after} ms)" test "${after:-99999}" -le 5000
done
check "his terminal rang" poll 5 grep -q $'\a' $desk/terminal
check "his mail is there" poll 15 sh -c "ls $run/messages/mail/new | grep -q ."
check "the tower shows it" poll 10 grep -q state $desk/tower.jsonl
check "nobody answered: the deputy is called" poll 15 got 2 1
check "nobody answered: who decides is called" poll 15 got 4 1
order=$(journal "select group_concat(person) from (select json_extract(body, '\$.person') as person, min(seq) as first from entry where kind = 'command' and json_extract(body, '\$.channel') = 'sms' group by person order by first)")
check "in that order ($order)" sh -c "echo $order | grep -Eq '^(toban-1,kanri|kanri,toban-1),fuku,ciso$'"
ladder=$(journal "select group_concat(channel) from (select json_extract(body, '\$.channel') as channel, min(seq) as first from entry where kind = 'command' and json_extract(body, '\$.person') = 'toban-1' group by channel order by first)")
check "his channels in order ($ladder)" test "$ladder" = terminal,sms,mail,lamp
check "one SMS to each for one state of it" test "$(sms_rows fuku)" -le 2

# ---- answers: the terminal stops the chief's branch, an SMS the other ----
inc=$(incident)
check "who is not a person may not answer" sh -c "! setpriv --reuid=nobody --clear-groups '$BIN/monitorctl' ack $inc"
check "the deputy answers at the terminal" as_fuku ack "$inc"
within 3 "his branch stops" '[.incidents[] | select(.state == "open")][0].acked_by == "fuku"'
code=$(code_to 3)
answer 3 "0000"
answer 3 "$code"
check "the SMS answer is taken" poll 10 test "$(rows "kind = 'order' and json_extract(body, '\$.channel') = 'sms' and json_extract(body, '\$.person') = 'kanri' and json_extract(body, '\$.refused') is null")" -ge 0
check "it is journalled as hers" poll 10 sh -c "[ \"\$(sqlite3 -readonly $run/monitor/journal.sqlite \"select count(*) from entry where kind='order' and json_extract(body,'\\\$.channel')='sms' and json_extract(body,'\\\$.person')='kanri' and json_extract(body,'\\\$.refused') is null\")\" -ge 1 ]"
check "a wrong code was journalled and changed nothing" poll 10 sh -c "sqlite3 -readonly $run/monitor/journal.sqlite \"select body from entry where kind='order'\" | grep -q unknown-code"
before=$(times_to 4)

# ---- killed between intent and result: exactly one repeat, marked ----
touch $desk/mute
fault line-a state=down
check "a page about the line is on its way" poll 25 sh -c "[ \$(jq -s 'map(select(.number == \"+819000000001\")) | length' $desk/sms.jsonl) -gt $(times_to 1) ]"
killed=$(monitord_pid)
sent=$(wc -l <$desk/sms.jsonl)
note "» kill -9 monitord"
kill -9 $killed
rm -f $desk/mute
check "another monitord runs" poll 20 sh -c "[ -n \"\$(ip netns pids nrs-mo | while read p; do [ \$(cat /proc/\$p/comm 2>/dev/null) = monitord ] && echo \$p; done | grep -vx '$killed')\" ]"
check "the page is repeated and says so" poll 30 sh -c "tail -n +$((sent + 1)) $desk/sms.jsonl | grep -q 再送"
tail -n +$((sent + 1)) $desk/sms.jsonl >$desk/after
again=$(jq -r 'select(.text | contains("再送")).number' $desk/after | sort | uniq -c | awk '$1 > 1' | wc -l)
check "exactly once to each" test "$again" -eq 0

# ---- both lines dead: SMS, tower and terminal, and mail waits ----
: >$desk/terminal
mark=$(wc -l <$desk/sms.jsonl)
fault line-b state=down
within 20 "both lines are known to be down" "$(has_incident lines_all_down)"
began_dead=$(now_ms)
check "SMS about it" poll 10 sh -c "tail -n +$((mark + 1)) $desk/sms.jsonl | grep -q 回線"
check "the terminal about it" poll 10 grep -q $'\a' $desk/terminal
check "the tower stands" poll 10 sh -c "tail -1 $desk/tower.jsonl | jq -e '.state | any(. > 0)'"
note "○ SMS, tower and terminal $(($(now_ms) - began_dead)) ms after the verdict"
check "the tree of calls has a number, what to say, and whom outside" sh -c "'$BIN/monitorctl' contacts tree $(incident) | tee $desk/tree | grep -q '+819000000001' && grep -q '+819000000009' $desk/tree"
check "no number stands in the journal" sh -c "! sqlite3 -readonly $run/monitor/journal.sqlite 'select body from entry' | grep -q 90000000"
check "nor in a log" sh -c "! grep -q 90000000 $run/monitor/*.log"
check "nobody outside was reached" test "$(times_to 9)" -eq 0

# ---- all well again, then a drill: every byte says so, nobody outside; something real ends it ----
fault line-a state=up
fault line-b state=up
fault gen-1 start=ok
fault mains state=ok
within 90 "all is over" '[.incidents[] | select(.state == "open")] | length == 0'
mark=$(wc -l <$desk/sms.jsonl)
: >$desk/terminal
rm -f $run/messages/mail/new/*
id=$("$BIN/monitorctl" contacts drill --for 10m | grep -o '[0-9a-f]\{8\}' | head -1)
check "one person alone may not" sh -c "! '$BIN/monitorctl' approve $id"
check "a second person approves the drill" as_fuku approve "$id"
check "everybody on the list is called" poll 20 sh -c "[ \$(tail -n +$((mark + 1)) $desk/sms.jsonl | jq -r .number | sort -u | wc -l) -ge 3 ]"
check "every SMS says that it is a drill" sh -c "! tail -n +$((mark + 1)) $desk/sms.jsonl | grep -v 訓練 | grep -q ."
check "so does the terminal" poll 10 grep -q 訓練 $desk/terminal
check "nobody outside" test "$(times_to 9)" -eq 0
drill=$(status_json | jq -r '[.incidents[] | select(.drill and .state == "open")][0].id')
check "the tree of a drill has nobody outside" sh -c "'$BIN/monitorctl' contacts tree $drill | tee $desk/tree | grep -q '訓練' && ! grep -q '+819000000009' $desk/tree"
check "an answer counts in the drill" "$BIN/monitorctl" ack "$drill"
mark=$(wc -l <$desk/sms.jsonl)
fault gen-1 start=refuse
fault mains state=lost
within 15 "the drill is over at once" '[.incidents[] | select(.drill and .state == "open")] | length == 0 and ([.incidents[] | select((.drill | not) and .state == "open")] | length) >= 1'
check "people are told that it is over" poll 20 sh -c "tail -n +$((mark + 1)) $desk/sms.jsonl | grep -q 訓練中止"
check "the real ladder starts" poll 20 sh -c "tail -n +$((mark + 1)) $desk/sms.jsonl | grep -v 訓練 | grep -q ."
after=$(paged_after_ms kanri)
check "and with no wait (${after} ms)" test "${after:-99999}" -le 5000
"$BIN/monitorctl" contacts check --json >$desk/proof.json
check "who answered by SMS is proven there" jq -e '.proven[] | select(.person == "kanri" and .channel == "sms")' $desk/proof.json
check "who never answered is not" jq -e '.unproven[] | select(.person == "ciso" and .channel == "sms" and .proven == null)' $desk/proof.json
[ $broken -eq 0 ] || sed 's/^/#   /' $desk/sms.jsonl
done_scenario
