# The preferred line dies: monitor-executor replaces the default route of the kernel, and a connection to the outside
# leaves by the other line. The preferred line comes back lossy, which is no reason to go back; only when it has been
# well for its whole hold does the traffic return. Lossy in use beside a clean line, it is left once.
. "$(dirname "$0")/lib.sh"
conf=$(mktemp -d /tmp/noroshi-lines-XXXXXX)
at_end+=("rm -rf $conf")
cp "$root"/config/samples/quickstart/*.conf "$conf"
hold=6 # seconds, not five minutes; and 11, one more than a degradation takes to be an incident, not three minutes
sed -i -E "s/^( *\{ name = \"line-[ab]\";)/\1 interval = \"200ms\"; timeout = \"150ms\"; return_hold = \"${hold}s\"; \
leave_hold = \"11s\"; target_health = { bad = 5; of = 5; good = 2; hold = \"1s\"; };/" "$conf/site.conf"
export ROOM_CONF=$conf
scenario line_changes_route
line_a='.lines[] | select(.name == "line-a")' line_b='.lines[] | select(.name == "line-b")'
incident='.incidents[] | select(.state == "open" and .subject.name == "line-a")'
says() { "$BIN/monitorctl" --language ja status | grep -E "$1"; }
changes() { journal "select count(*) from entry where kind = 'record' and json_extract(body, '\$.name') = 'line_changed'"; }
kernel_takes() { ip -n nrs-mo route get 198.51.100.9 | grep -q " dev $1 "; }
# a connection to the mail server, which both lines reach: answered, and from which of our addresses it left
connects_from() {
    ip netns exec nrs-mo /usr/bin/python3 -c 'import socket, sys
with socket.create_connection(("192.0.2.25", 25), 2) as mail:
    sys.exit(mail.getsockname()[0] != sys.argv[1] or not mail.recv(3) == b"220")' "$1"
}
traffic_is_on() { # LINE OUR-ADDRESS
    check "the kernel's route takes $1" poll 2 kernel_takes "$1"
    check "a connection leaves by $1 and is answered" poll 5 connects_from "$2"
    check "people read that $1 is in use" poll 2 says "$1 .*使用中"
}
traffic_is_on line-a 10.77.11.20

fault line-a state=down
within 10 "line-a is dead and line-b in use" "($line_a | .state == \"down\") and ($line_b | .active)"
traffic_is_on line-b 10.77.12.20
check "its incident says what was done" holds "$incident | .root == \"line_down\" and .did == \"line_changed\""

fault line-a loss-back=25%
fault line-a state=up
within 20 "line-a is back, and lossy" "$line_a | .state == \"degraded\""
never $((hold * 2)) "the traffic goes back to a lossy line" "$line_a | .active"
check "the kernel has stayed as well" kernel_takes line-b

fault line-a loss-back=0%
within 30 "line-a is well" "$line_a | .state == \"ok\""
well_ms=$(now_ms)
within $((hold + 5)) "the traffic is back on it" "$line_a | .active"
held_ms=$(($(now_ms) - well_ms))
check "not before its hold was over ($held_ms ms)" test $held_ms -ge $((hold * 1000 - 500))
traffic_is_on line-a 10.77.11.20

fault line-a loss-back=25%
within 20 "line-a is lossy while it is in use" "$line_a | .state == \"degraded\" and .active"
within 25 "it is left for the clean line" "$line_b | .active"
traffic_is_on line-b 10.77.12.20
check "its incident says what was done" holds "$incident | .root == \"line_degraded\" and .did == \"line_changed\""
never 5 "it goes back and forth" "$line_a | .active"
check "three changes are in the journal, no more" test "$(changes)" = 3
done_scenario
