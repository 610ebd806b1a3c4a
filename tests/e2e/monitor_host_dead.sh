# The monitor's host dies: the service stays up on the peer's grant, and the agents say what is missing.
. "$(dirname "$0")/lib.sh"
scenario monitor_host_dead
client_watch
fault monitor state=dead
says_so() { grep monitor_missed $run/messages/sms.jsonl; }
check "dispatch-1 says that it has not heard the monitor" poll 70 sh -c "'$BIN/dispatch-agent' status --json --socket $run/dispatch-1/agent.sock | jq -e '.monitor_seen_ms > 5000'"
check "an agent calls people by its own channel within 60 s" poll 75 says_so
check "dispatch-1 holds the lease" sh -c "'$BIN/dispatch-agent' status --json --socket $run/dispatch-1/agent.sock | jq -e '.role == \"active\"'"
check "dispatch-1 serves" poll 3 client_sees dispatch-1
client_stop
check "the client never noticed ($(client_outage) ms)" test "$(client_outage)" -lt 300
fault monitor state=well
within 30 "the monitor is back and adopts dispatch-1" "$(active dispatch-1)"
done_scenario
