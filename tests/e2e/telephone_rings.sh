#!/usr/bin/env bash
# The primary's host dies and the shift chief's telephone rings: a real baresip beside the monitor calls a SIP
# telephone (sipp) across the room's network, key 1 acknowledges the incident, the ladder stops, and nobody else
# is called.
. "$(dirname "$0")/lib.sh"
for program in baresip sipp; do
    command -v $program >/dev/null || { echo "ok - e2e::telephone_rings # SKIP there is no $program"; exit 0; }
done
desk=$(mktemp -d /tmp/noroshi-telephone-XXXXXX)
at_end+=('rm -rf "$desk"')

# ---- the site: the demonstration room, whose shift chief has a telephone ----
mkdir "$desk/conf" "$desk/phone" "$desk/phrases"
cp "$root"/config/samples/quickstart/*.conf "$desk/conf"
sed -i 's|^  { name = "terminal"; kind = "terminal"; },|&\n  { name = "telephone"; kind = "sip"; address = "127.0.0.1:4444"; from = "sip:noroshi@10.77.1.20:5070";\n    contacts_file = "'"$desk"'/numbers"; phrases = "'"$desk"'/phrases"; timeout = "40s"; },|
    s|channels = \["terminal", "sms", "mail"\]; channel_wait = "10s"|channels = ["telephone", "sms"]; channel_wait = "60s"|
    s|{ roles = \["toban"\]; wait = "10s"; }|{ roles = ["toban"]; wait = "60s"; }|' "$desk/conf/site.conf"
echo "person-1 sip:toban@10.77.1.10:5060" >"$desk/numbers"
chmod 600 "$desk/numbers"
/usr/bin/python3 "$root/tests/lib/peers/phrases.py" "$desk/phrases" drill real resend opened worsened reminder \
    recovered handover brief unstable aborted give-back incident 0 1 2 3 4 5 6 7 8 9 ask taken unknown
sed 's|^sip_listen .*|sip_listen 10.77.1.20:5070|; s|^#net_interface .*|net_interface lan1|' "$root/deploy/phone/config" >"$desk/phone/config"
echo '<sip:noroshi@10.77.1.20:5070>;regint=0;audio_codecs=pcmu' >"$desk/phone/accounts"

# ---- the telephone: it is picked up, and key 1 is pressed ----
cat >"$desk/does" <<'DOES'
<nop><action><exec play_pcap_audio="/usr/share/sip-tester/dtmf_2833_1.pcap"/></action></nop>
<pause milliseconds="600"/>
<recv request="BYE"/>
<send><![CDATA[

SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
DOES
sed -e "/@DOES@/{r $desk/does" -e 'd}' "$root/tests/lib/peers/phone/answers.xml" >"$desk/phone.xml"
listens() { ip netns exec "$1" ss -Hltun | grep -q "$2"; }
answered() {
    [ "$(journal "select count(*) from entry where kind = 'order' and json_extract(body, '\$.order') = 'acknowledge'
        and json_extract(body, '\$.channel') = 'telephone' and json_extract(body, '\$.refused') is null")" = 1 ]
}
ended() { ! kill -0 $telephone 2>/dev/null; }

export ROOM_CONF=$desk/conf
scenario telephone_rings
ip netns exec nrs-mo baresip -f "$desk/phone" >"$desk/baresip.log" 2>&1 &
check "the monitor has its telephone" poll 30 grep -q "baresip answers again" $run/monitor/monitord.log
ip netns exec nrs-cl sipp -sf "$desk/phone.xml" -i 10.77.1.10 -mi 10.77.1.10 -p 5060 -m 1 -nostdin -timeout 90 \
    >"$desk/sipp.log" 2>&1 &
telephone=$!
check "the telephone is there" poll 10 listens nrs-cl 10.77.1.10:5060

fault dispatch-1 state=dead
within 5 "dispatch-2 serves" "$(active dispatch-2)"
within 10 "the shift chief's telephone is called" \
    '[.contacts[] | select(.person == "person-1" and .channel == "telephone")] | length > 0'
within 20 "key 1 acknowledges the incident" \
    '[.incidents[] | select(.root == "server_dead").acked_by] == ["person-1"]'
within 2 "the ladder stops" '[.incidents[] | select(.root == "server_dead").next_rung_s] == [null]'
check "the journal has the answer, with the way it came" answered
check "the call ends with a word of thanks" poll 10 ended
wait $telephone
check "the telephone saw all of it as it should be" test $? = 0
never 5 "nobody else is called" '[.contacts[] | select(.person != "person-1")] | length > 0'
done_scenario
[ $total_broken -eq 0 ]
