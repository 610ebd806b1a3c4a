# One direction of the networks of the active server dies: what it sends arrives, nothing reaches it, and no
# carrier goes. It shuts its gate by itself; the monitor hears it all the same and moves the service. The
# deaf server never serves alone beside it, and takes nothing from anybody when it hears again.
. "$(dirname "$0")/lib.sh"
scenario one_direction_dead
client_watch
answers_watch
agent_says() { "$BIN/dispatch-agent" status --json --socket $run/dispatch-1/agent.sock | jq -e "$1"; }
began_at=$(monotonic)
note "» nothing is forwarded to dispatch-1 any more"
ip netns exec nrs-sw nft 'table bridge deaf { chain deaf { type filter hook forward priority 0;
    oifname { "pr-lan1", "pr-lan2" } drop; }; }' || broke "the bridge takes no rule"
within 3 "dispatch-1 is dark" '.servers[] | select(.name == "dispatch-1") | .role != "active"'
within 10 "dispatch-2 serves" '.servers[] | select(.name == "dispatch-2") | .role == "active"'
check "the client is served" poll 3 client_sees dispatch-2
within 5 "the incident says why, and what was done" \
    'any(.incidents[]; .root == "server_deaf" and .state == "open" and .did != null)'
never 25 "dispatch-1 serves" '.servers[] | select(.name == "dispatch-1") | .role == "active"'
check "its gate is shut" agent_says '.gate == "shut" and .alone == false'
healed_at=$(monotonic)
ip netns exec nrs-sw nft delete table bridge deaf
within 10 "dispatch-1 stands by" '.servers[] | select(.name == "dispatch-1") | .role == "standby"'
within 60 "and the alarm is over" 'all(.incidents[]; .root != "server_deaf" or .state != "open")'
client_stop
# shellcheck disable=SC2046
set -- $(answers_judge "$began_at" "$healed_at")
check "never two answers for the address ($*)" test "$2" = 0
check "the client waited at most 6 s ($(client_outage) ms)" test "$(client_outage)" -le $((6000 * SLOW))
answers_stop
done_scenario
