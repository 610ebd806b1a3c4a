# The monitor is away in order (its host is being maintained) and the standby is rebooted in order: the
# standby leaves its vote behind, so nobody notices; and afterwards both are back in their places.
. "$(dirname "$0")/lib.sh"
scenario monitor_away_and_standby_reboots
client_watch
agent_says() { "$BIN/dispatch-agent" status --json --socket $run/dispatch-"$1"/agent.sock | jq -e "$2"; }
fault monitor monitord=dead
check "dispatch-1 no longer hears the monitor" poll 5 agent_says 1 '.monitor_seen_ms > 1000'
check "it serves on the standby's vote" agent_says 1 '.role == "active"'
agent_pid=$(pgrep -f "dispatch-agent --config .*/agent-2.conf" | head -n 1)
note "» dispatch-2 is shut down in order"
kill -TERM "$agent_pid"
check "its agent has ended" poll 10 sh -c "! kill -0 $agent_pid"
fault dispatch-2 state=dead
check "dispatch-1 relies on the vote left behind" agent_says 1 '.standing == "taken"'
sleep 3 # five leases long nobody else is there
check "dispatch-1 serves alone" client_sees dispatch-1
fault dispatch-2 state=well
check "dispatch-2 has got its vote back" poll 20 agent_says 2 '.standing == "none"'
check "and dispatch-1 has let it go" poll 5 agent_says 1 '.standing == "none"'
fault monitor monitord=well
within 30 "the monitor is back and adopts dispatch-1" "$(active dispatch-1)"
client_stop
check "the client never noticed ($(client_outage) ms)" test "$(client_outage)" -lt $((300 * SLOW))
check "nobody but dispatch-1 answered" test "$(/usr/bin/python3 "$root/tests/e2e/client.py" servers $run/client.log)" = dispatch-1
done_scenario
