# The monitor's own network is lost: that says nothing about the servers. No switchover, people called.
. "$(dirname "$0")/lib.sh"
scenario monitor_network_lost
client_watch
fault monitor network=lost
within 15 "the monitor knows that it is the one cut off" "$(has_incident monitor_network)"
within 10 "people are called" '[.contacts[] | select(.state == "accepted")] | length > 0'
never 10 "a switchover" '.switchover.step != null'
check "dispatch-1 goes on serving the client" poll 3 client_sees dispatch-1
fault monitor network=ok
within 60 "all is well again" "$well"
client_stop
check "the client never noticed ($(client_outage) ms)" test "$(client_outage)" -lt 300
check "no switchover was started" test "$(switchovers)" = 0
done_scenario
