# A stranger on the service network takes the service address: the gravest alarm, with both hardware
# addresses, and no switchover; it is over when the stranger has gone.
. "$(dirname "$0")/lib.sh"
mac_of() { ip -n "$1" -j link show dev lan1 | jq -r '.[0].address'; }
scenario stranger_takes_address
check "dispatch-1 serves" poll 3 client_sees dispatch-1
within 10 "one station answers: dispatch-1's" ".stations == [\"$(mac_of nrs-pr)\"]"
before=$(switchovers)
note "» the client takes the service address"
ip -n nrs-cl address add 10.77.1.100/24 dev lan1
within 10 "two answers are an incident of severity 1" \
    '[.incidents[] | select(.state == "open" and .root == "two_answers").severity] == [1]'
within 5 "both are named" ".stations | sort == ([\"$(mac_of nrs-pr)\", \"$(mac_of nrs-cl)\"] | sort)"
check "the mail names both" poll 10 sh -c \
    "grep -rq '$(mac_of nrs-pr)' $run/messages && grep -rq '$(mac_of nrs-cl)' $run/messages"
check "nothing was switched" test "$(switchovers)" = "$before"
note "» it gives the address up"
ip -n nrs-cl address del 10.77.1.100/24 dev lan1
within 15 "the alarm is over" '[.incidents[] | select(.state == "open")] == []'
within 5 "dispatch-1 alone answers" ".stations == [\"$(mac_of nrs-pr)\"]"
done_scenario
