# A stranger on the service network takes the service address: the gravest alarm, with both hardware
# addresses, and no switchover. He leaves without a word: a client that believes him reaches dispatch-1
# again within 7 s, because dispatch-1 goes on saying who answers; and the alarm is over.
. "$(dirname "$0")/lib.sh"
mac_of() { ip -n "$1" -j link show dev lan1 | jq -r '.[0].address'; }
client_believes() { ip -n nrs-cl neigh show 10.77.1.100 dev lan1 | grep -q "lladdr $(mac_of "$1")"; }
stranger_comes() {
    ip netns add nrs-st
    ip -n nrs-sw link add st-lan1 type veth peer name lan1 netns nrs-st
    ip -n nrs-sw link set st-lan1 master lan1 up
    ip netns exec nrs-st sh -c 'echo 1 >/proc/sys/net/ipv4/conf/lan1/arp_notify'
    ip -n nrs-st address add 10.77.1.100/24 dev lan1
    ip -n nrs-st link set lan1 up
}
# gratuitous ARP, as of any host that changes its hardware address; dispatch-1 may speak right after him
stranger_is_believed() {
    ip -n nrs-st link set lan1 address 02:00:5e:10:00:66
    for _ in 1 2 3 4; do client_believes nrs-st && return; done
    return 1
}
stranger_leaves() { ip -n nrs-sw link del st-lan1; }
at_end+=("ip netns del nrs-st 2>/dev/null")
scenario stranger_takes_address
check "dispatch-1 serves" poll 3 client_sees dispatch-1
check "the client has its hardware address" client_believes nrs-pr
within 10 "one station answers: dispatch-1's" ".stations == [\"$(mac_of nrs-pr)\"]"
before=$(switchovers)
note "» a stranger takes the service address"
stranger_comes
check "the client believes him" poll 5 stranger_is_believed
stranger=$(mac_of nrs-st)
within 10 "two answers are an incident of severity 1" \
    '[.incidents[] | select(.state == "open" and .root == "two_answers").severity] == [1]'
within 5 "both are named" ".stations | sort == ([\"$(mac_of nrs-pr)\", \"$stranger\"] | sort)"
check "the mail names both" poll 10 sh -c \
    "grep -rq '$(mac_of nrs-pr)' $run/messages && grep -rq '$stranger' $run/messages"
check "nothing was switched" test "$(switchovers)" = "$before"
check "the client believes him again" poll 5 stranger_is_believed
note "» his cable is pulled"
left=$(now_ms)
stranger_leaves
# 5 s, and a last try of the client's that was under way; by itself it would take 8 s and more
check "the client reaches dispatch-1" poll 9 client_sees dispatch-1
took=$(($(now_ms) - left))
check "within 7 s of his going ($took ms)" test $took -le $((7000 * SLOW))
check "the client has dispatch-1's hardware address" client_believes nrs-pr
within 15 "the alarm is over" '[.incidents[] | select(.state == "open")] == []'
within 5 "dispatch-1 alone answers" ".stations == [\"$(mac_of nrs-pr)\"]"
done_scenario
