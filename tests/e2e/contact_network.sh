#!/usr/bin/env bash
# The contact network from end to end: a power cut climbs from the shift chief to who decides, answers at
# the terminal and by SMS stop the right branches, a killed monitor repeats what it cannot know, two dead
# lines, a drill in which every byte says so, and something real in the middle of it. The modem, the tower
# and the terminal stand on pseudo terminals and a socket (tests/lib/peers/phone_peer.py).
. "$(dirname "$0")/lib.sh"
desk=$(mktemp -d /tmp/noroshi-people-XXXXXX)
phone=
at_end+=('[ -z "$phone" ] || kill $phone 2>/dev/null' 'rm -rf "$desk"')

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
    channels = ["terminal", "sms", "mail", "lamp"]; channel_wait = "1500ms"; mail = "toban@example.jp"; },
  { id = "fuku"; title = "当直副長"; login = "daemon"; roles = ["fuku"]; channels = ["sms"]; },
  { id = "kanri"; title = "通信指令課 主幹"; roles = ["kanri"]; channels = ["sms", "mail"];
    channel_wait = "60s"; mail = "kanri@example.jp"; },
  { id = "ciso"; title = "管理者"; roles = ["ciso"]; channels = ["sms"]; }
);
branches = ( { name = "genba"; }, { name = "kanri"; } );
ladder = (
  { roles = ["toban"]; wait = "6s"; },
  { roles = ["fuku"]; wait = "4s"; },
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
mark=0                                           # messages before this one are of an earlier chapter
chapter() { mark=$(wc -l <$desk/sms.jsonl); : >$desk/terminal; }
messages() { tail -n +$((mark + 1)) $desk/sms.jsonl; }
sms_to() { messages | jq -r "select(.number == \"+81900000000$1\").text"; }
got() { sms_to "$1" | grep -q "${2:-}"; }
somebody_got() { messages | grep -q "$1"; }
nobody_got() { ! somebody_got "$1"; }
all_sms_say() { messages | grep -q . && ! messages | grep -v "$1" | grep -q .; }
somebody_got_real() { messages | grep -v 訓練 | grep -q 【障害】; }
called() { [ "$(messages | jq -r .number | sort -u | wc -l)" -ge "$1" ]; }
code_to() { jq -r "select(.number == \"+81900000000$1\").text" $desk/sms.jsonl | tr -d '\n' | grep -o '「[0-9]\{4\}」' | tail -1 | tr -d '「」'; }
answer() { echo "+81900000000$1 $2" >>$desk/reply; }
tower_shows() { tail -1 $desk/tower.jsonl | jq -e ".state | $1"; }
rang() { tr -d '\n' <$desk/terminal | grep -q $'\a'".*${1:-}"; }
mail_is_there() { ls $run/messages/mail/new | grep -q .; }
as_fuku() { setpriv --reuid=daemon --regid=daemon --clear-groups "$BIN/monitorctl" "$@"; }
open_id() { status_json | jq -r "[.incidents[] | select(.state == \"open\" and $1)][0].id"; }
rows() { journal "select count(*) from entry where $1"; }
is_counted() { [ "$(rows "$2")" "${3:--eq}" "$1" ]; } # is_counted NUMBER WHERE [-ge]
field() { echo "json_extract(body, '\$.$1')"; }
pages="kind = 'command' and $(field channel) is not null"
# milliseconds from the opening of the newest real incident to the first page to a person about it
paged_after_ms() {
    journal "select min(p.wall_ms) - i.wall_ms from entry p, (select wall_ms, json_extract(body, '\$.incident') as id from entry where kind = 'record' and json_extract(body, '\$.name') = 'incident_opened' order by seq desc limit 1) i
        where p.kind = 'command' and json_extract(p.body, '\$.person') = '$1' and json_extract(p.body, '\$.incident') = i.id"
}
in_time() { [ -n "$2" ] && [ "$2" -le "$1" ]; }
monitord_pid() {
    local pid
    for pid in $(ip netns pids nrs-mo); do
        [ "$(cat /proc/$pid/comm 2>/dev/null)" != monitord ] || echo "$pid"
    done
}
another_than() { [ -n "$(monitord_pid | grep -vx "$1")" ]; }
tree() { "$BIN/monitorctl" contacts tree "$1" >$desk/tree; }
tree_has() { tree "$1" && grep -q -- "$2" $desk/tree; }

began=$(now_ms)
# the desk stands in the monitor's namespace, which the room makes: it is begun as soon as that is there
( until ip netns exec nrs-mo ip address show lan1 2>/dev/null | grep -q 10.77.1.20; do sleep 0.05; done
  exec ip netns exec nrs-mo /usr/bin/python3 "$root/tests/lib/peers/phone_peer.py" "$desk" 10.77.1.20:10000 >$desk/log 2>&1 ) &
phone=$!
: >$desk/sms.jsonl
scenario contact_network
check "the desk is ready" poll 10 grep -q ready $desk/log
within 5 "the roster says who is on duty" '[.duty[] | select(.role == "toban").persons[].id] == ["toban-1"]'
"$BIN/monitorctl" contacts check --json >$desk/proof.json
check "no role is without anybody for 35 days" jq -e '.gaps | length == 0' $desk/proof.json
check "and nobody has been proven yet" jq -e '.proven == [] and (.unproven | length) > 4' $desk/proof.json

# ---- a power cut: one incident, one page per person, the ladder climbs, all channels in order ----
fault gen-1 start=refuse
fault mains state=lost
within 10 "one incident: the mains are lost" '[.incidents[] | select(.state == "open")] | length == 1 and .[0].root == "mains_lost"'
check "the chief's SMS is there" poll 15 got 1
check "the responsible section is called beside him" poll 5 got 3
for person in toban-1 kanri; do
    after=$(paged_after_ms $person)
    check "$person was paged within 5 s of the verdict ($after ms)" in_time 5000 "$after"
done
check "his terminal rang" poll 5 rang
check "his mail is there" poll 15 mail_is_there
check "the tower flashes red and sounds" poll 10 tower_shows '.[0] == 2 and .[5] == 1'
check "nobody answered: the deputy is called" poll 15 got 2
check "nobody answered: who decides is called" poll 15 got 4
order=$(journal "select group_concat(person) from (select $(field person) as person, min(seq) as first from entry where $pages and $(field channel) = 'sms' group by person order by first)")
check "in that order ($order)" grep -Eq '^(toban-1,kanri|kanri,toban-1),fuku,ciso$' <<<"$order"
ladder=$(journal "select group_concat(channel) from (select $(field channel) as channel, min(seq) as first from entry where $pages and $(field person) = 'toban-1' group by channel order by first)")
check "his channels in order ($ladder)" test "$ladder" = terminal,sms,mail,lamp
twice=$(journal "select count(*) from (select 1 from entry where $pages and $(field attempt) = 1 group by $(field person), $(field channel), $(field incident), $(field epoch) having count(*) > 1)")
check "nobody was paged twice by one channel about one state of it" test "$twice" -eq 0

# ---- answers: the terminal stops the chief's branch, an SMS the other ----
check "it has become worse (no generator): all of them hear of it anew" poll 30 got 2 悪化
inc=$(open_id '(.drill | not)')
check "who is not a person may not answer" sh -c "! setpriv --reuid=nobody --clear-groups '$BIN/monitorctl' ack $inc"
check "the deputy answers at the terminal" as_fuku ack "$inc"
within 3 "his branch stops" '[.incidents[] | select(.state == "open")][0].acked_by == "fuku"'
answered="kind = 'order' and $(field channel) = 'sms' and $(field person) = 'kanri'"
code=$(code_to 3)
answer 3 "$([ "$code" = 0000 ] && echo 0001 || echo 0000)"
check "a wrong code is journalled" poll 10 is_counted 1 "kind = 'order' and body like '%unknown-code%'"
check "and changes nothing" is_counted 0 "$answered and $(field refused) is null"
answer 3 "$code"
check "her own code is taken as hers" poll 10 is_counted 1 "$answered and $(field refused) is null"
check "the tower stands still and is quiet" poll 5 tower_shows '.[0] == 1 and .[5] == 0'

# ---- killed between intent and result: exactly one repeat, marked ----
chapter
touch $desk/mute
fault line-a state=down
check "a page about the line is on its way" poll 15 got 3 回線断
killed=$(monitord_pid)
note "» kill -9 monitord"
kill -9 "$killed"
rm -f $desk/mute
check "another monitord runs" poll 20 another_than "$killed"
check "the page is repeated and says so" poll 30 got 3 再送
line=$(open_id '.root != "mains_lost"')
check "the deputy takes it" poll 10 as_fuku ack "$line"
answer 3 "$(code_to 3)"
check "the responsible section takes it" poll 10 is_counted 2 "$answered and $(field refused) is null"
check "exactly one repeat went out to her" test "$(sms_to 3 | grep -c 再送)" -eq 1

# ---- both lines dead: SMS, tower and terminal ----
chapter
fault line-b state=down
within 20 "both lines are known to be down" "$(has_incident lines_all_down)"
dead=$(now_ms)
check "SMS about it" poll 10 got 1 回線断
check "the terminal rang about it" poll 10 rang 回線断
check "the tower flashes" poll 10 tower_shows '.[0] == 2'
after=$(($(now_ms) - dead))
check "SMS, tower and terminal within 10 s of the verdict ($after ms)" in_time 10000 $after
inc=$(open_id '.root == "lines_all_down" or (.children | any(.cause == "lines_all_down"))')
check "the tree of calls has a number" tree_has "$inc" +819000000001
check "and whom outside" grep -q +819000000009 $desk/tree
check "no number stands in the journal" is_counted 0 "body like '%90000000%'"
check "nor in a log" sh -c "! grep -q 90000000 $run/monitor/*.log"
check "nobody outside was reached" test -z "$(jq -r 'select(.number == "+819000000009")' $desk/sms.jsonl)"

# ---- all well again, then a drill: every byte says so, nobody outside; something real ends it ----
fault line-a state=up
fault line-b state=up
fault gen-1 start=ok
fault mains state=ok
fault gen-1 reset=yes
within 60 "all is over" '[.incidents[] | select(.state == "open")] | length == 0'
check "all that was to be said has been said" poll 20 sh -c "'$BIN/monitorctl' status --json | jq -e '.incidents == []'"
chapter
rm -f $run/messages/mail/new/*
"$BIN/monitorctl" contacts drill --for 10m >$desk/asked 2>&1
id=$(grep -o '[0-9a-f]\{8\}' $desk/asked | head -1)
check "one person alone may not" sh -c "! '$BIN/monitorctl' approve $id"
check "a second person approves the drill" as_fuku approve "$id"
check "everybody on the list is called" poll 20 called 4
check "so is the terminal, and says that it is a drill" poll 10 rang 訓練
check "every SMS says that it is a drill" all_sms_say 訓練
check "the tower shows a drill and nothing real" poll 10 tower_shows '.[0] == 0 and .[3] > 0 and .[5] == 0'
check "nobody outside" nobody_got 819000000009
drill=$(open_id .drill)
check "the tree of a drill is marked" tree_has "$drill" 訓練
check "and has nobody outside" sh -c "! grep -q 819000000009 $desk/tree"
check "an answer counts in the drill" "$BIN/monitorctl" ack "$drill"
check "every mail says that it is a drill" sh -c "! grep -L 訓練 $run/messages/mail/new/* | grep -q ."
chapter
fault gen-1 start=refuse
fault mains state=lost
within 15 "the drill is over at once" '([.incidents[] | select(.drill and .state == "open")] | length) == 0 and ([.incidents[] | select((.drill | not) and .state == "open")] | length) >= 1'
check "people are told that it is over" poll 20 somebody_got 訓練中止
check "the real ladder starts" poll 20 somebody_got_real
after=$(paged_after_ms kanri)
check "and with no wait ($after ms)" in_time 5000 "$after"
"$BIN/monitorctl" contacts check --json >$desk/proof.json
check "who answered by SMS is proven there" jq -e '.proven[] | select(.person == "kanri" and .channel == "sms")' $desk/proof.json
check "who never answered is not" jq -e '.unproven[] | select(.person == "ciso" and .channel == "sms" and .proven == null)' $desk/proof.json
[ $broken -eq 0 ] || { sed 's/^/#   /' $desk/sms.jsonl $desk/tower.jsonl $desk/asked $desk/tree; cat -v $desk/terminal | sed 's/^/#   /'; }
done_scenario
[ $total_broken -eq 0 ]
