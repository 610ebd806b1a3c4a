# A service with an address of each family: the primary's host dies, and a client that knows only the IPv6 address
# is served by the secondary; then a second host answers for the IPv6 address alone, and both are named.
. "$(dirname "$0")/lib.sh"
six=2001:db8:77::100
export SERVICE_HOST=$six
conf=/run/noroshi-ipv6-service
mac_of() { ip -n "$1" -j link show dev lan1 | jq -r '.[0].address'; }
six_sees() { ip netns exec nrs-cl curl -gs --max-time 1 "http://[$six]:11900/health" | grep -q "$1"; }
mkdir -p $conf
at_end+=("rm -rf $conf")
cp "$root"/config/samples/quickstart/*.conf $conf/
sed -i "s|^  address = \"10.77.1.100/24\";|&\n  address6 = \"$six/64\";|" $conf/agent-[12].conf
sed -i "s|needs = \[\"server\"\];|& address6 = \"$six\";|" $conf/site.conf
sed -i "s|\"--listen\", \"127.0.0.1:11900\"|\"--listen\", \"[$six]:11900\", &|" $conf/room.conf
export ROOM_CONF=$conf
scenario ipv6_service
for host in mo:20 pr:11 se:12 cl:10; do
    ip -n "nrs-${host%:*}" address add "2001:db8:77::${host#*:}/64" dev lan1 nodad
done
check "the log says that the monitor was not on its network" grep -rq "address $six: not watched" $run/monitor $run/room.log
check "dispatch-1 serves over IPv6" poll 5 six_sees dispatch-1
check "and is seen to by the monitor" poll 10 grep -rq "address $six: $(mac_of nrs-pr) answers" $run/monitor $run/room.log
client_watch
fault dispatch-1 state=dead
within 2 "dispatch-2 is active within 2 s" "$(active dispatch-2)"
check "the same IPv6 address answers from dispatch-2" poll 2 six_sees dispatch-2
client_stop
check "the client waited at most 2 s ($(client_outage) ms)" test "$(client_outage)" -le 2000
check "it changed servers once" test "$(/usr/bin/python3 "$root/tests/e2e/client.py" servers $run/client.log)" = "dispatch-1 dispatch-2"
within 10 "one station answers: dispatch-2's" ".stations == [\"$(mac_of nrs-se)\"]"
two_answers() { journal "select count(*) from entry where body like '%two_answers%'"; }
check "a move is no second answer" test "$(two_answers)" = 0
note "» the client takes the IPv6 address"
ip -n nrs-cl address add $six/64 dev lan1 nodad
within 10 "two answers are an incident of severity 1" \
    '[.incidents[] | select(.state == "open" and .root == "two_answers").severity] == [1]'
within 5 "both are named" ".stations | sort == ([\"$(mac_of nrs-se)\", \"$(mac_of nrs-cl)\"] | sort)"
check "the mail names both" poll 10 sh -c \
    "grep -rq '$(mac_of nrs-se)' $run/messages && grep -rq '$(mac_of nrs-cl)' $run/messages"
check "the journal has it" test "$(two_answers)" -gt 0
note "» it gives it up"
ip -n nrs-cl address del $six/64 dev lan1
within 20 "dispatch-2 alone answers" ".stations == [\"$(mac_of nrs-se)\"]"
within 20 "the alarm is over" '[.incidents[] | select(.state == "open" and .root == "two_answers")] == []'
done_scenario
