#!/usr/bin/env bash
# A pair without agents: the primary's host dies, its outlet is switched off and reads back as off, then the script
# promotes the other, which answers at the service address. A relay that does not move proves nothing: nobody is
# promoted, people are called.
. "$(dirname "$0")/lib.sh"
needs_outlets servers_without_agents
work=$(mktemp -d)
at_end+=('rm -rf "$work"')
cp "$root"/config/samples/quickstart/*.conf "$work"
export ROOM_CONF=$work

# move NAMESPACE add|del: what a vendor's script would do, with the neighbours told of an address that is added
cat >"$work/move" <<'MOVE'
#!/bin/sh
/usr/sbin/ip -n "$1" address "$2" 10.77.1.100/24 dev lan1 || exit 1
[ "$2" = del ] || /usr/sbin/ip netns exec "$1" /usr/bin/python3 -c '
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("lan1", 0x0806))
own, address = s.getsockname()[4], socket.inet_aton("10.77.1.100")
arp = b"\0\1\x08\0\6\4\0\1" + own + address + b"\0" * 6 + address
s.send(b"\xff" * 6 + own + b"\x08\x06" + arp)'
MOVE
for script in up-1:nrs-pr:add up-2:nrs-se:add down-1:nrs-pr:del down-2:nrs-se:del; do
    IFS=: read -r act space verb <<<"$script"
    printf '#!/bin/sh\nexec sh %s/move %s %s\n' "$work" "$space" "$verb" >"$work/$act"
done
chmod 755 "$work" "$work"/up-? "$work"/down-?
/usr/bin/python3 - "$work" <<'EDIT'
import re, sys
work = sys.argv[1]
site = open(work + "/site.conf").read()
acts = ""
for n in "12":
    site, count = re.subn(r'heartbeat = \["10\.77\.1\.1%s:7320"[^]]*\];' % n,
                          'promote = "up-%s"; demote = "down-%s"; fence = ["off-%s"];' % (n, n, n), site)
    assert count == 1
    for way in ("up", "down"):
        acts += '  { name = "%s-%s"; kind = "script"; program = "%s/%s-%s"; timeout = "5s"; },\n' % (way, n, work, way, n)
    acts += ('  { name = "off-%s"; kind = "fence-agent"; program = "/usr/sbin/fence_apc_snmp"; timeout = "20s";\n'
             '    options = "ip=10.77.3.32\\nipport=1161\\ncommunity=private\\nsnmp_version=1\\nplug=%s\\npower_timeout=3"; },\n'
             % (n, n))
site, count = re.subn(r'acts = \([^\n]*\n', lambda found: found.group() + acts, site)
assert count == 1
open(work + "/site.conf", "w").write(site)
room = open(work + "/room.conf").read()
room, count = re.subn(r'      \{ name = "agent";.*?\},\n', "", room, flags=re.S)
assert count == 2
for n in "12":
    room, count = re.subn(r'(name = "dispatch-%s"; netns = "nrs-..";) power = \["ups-."\];' % n,
                          r'\1 outlets = ["pdu-a/%s"]; boot = "1s";' % n, room)
    assert count == 1
room += ('strips = ( { name = "pdu-a"; netns = "nrs-dev"; address = "10.77.3.32:1161"; community = "private";\n'
         '             family = "rpdu"; outlets = 4; } );\n')
open(work + "/room.conf", "w").write(room)
EDIT

begin() { # NAME: dispatch-1 has been made to serve by hand before the monitor came
    (until ip -n nrs-pr address show lan1 2>/dev/null | grep -q 10.77.1.11; do sleep 0.05; done; exec sh "$work/move" nrs-pr add) &
    scenario "$1"
    within 20 "dispatch-1 is taken to be active" "$(active dispatch-1)"
    check "dispatch-1 serves" poll 3 client_sees dispatch-1
}
did() { journal "select count(*) from entry where json_extract(body, '\$.name') = '$1'"; }
verified() { [ "$(did switchover_verified)" -eq 1 ]; }
outlet() { "$BIN/monitorsim" state --json | jq -r '.hosts[] | select(.name == "dispatch-1").powered'; }

begin servers_without_agents_proof_then_promotion
fault dispatch-1 state=dead
within 30 "dispatch-2 is active" "$(active dispatch-2)"
check "the same address answers from dispatch-2" poll 5 client_sees dispatch-2
check "the outlet of dispatch-1 is off" test "$(outlet)" = false
check "the switchover is verified at the address" poll 20 verified
check "the proof was recorded once" test "$(did fence_proven)" -eq 1
within 10 "somebody was paged" '[.contacts[] | select(.state == "accepted")] | length > 0'
done_scenario

begin servers_without_agents_no_proof_no_promotion
fault pdu-a state=stuck
fault dispatch-1 state=dead
within 60 "people have it" "$(has_incident switchover_failed)"
never 10 "dispatch-2 is promoted without proof" "$(active dispatch-2)"
check "dispatch-2 does not answer at the address" sh -c "! ip -n nrs-se address show lan1 | grep -q 10.77.1.100"
within 10 "somebody was paged" '[.contacts[] | select(.state == "accepted")] | length > 0'
done_scenario
