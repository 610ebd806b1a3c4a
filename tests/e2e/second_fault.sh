# A second fault while the heartbeats between the monitor and the active server are cut. The other server
# still hears both, so nothing moves; what it hears of the cut server is all the monitor knows of it, and
# enough: the service that fails there moves at once. And an agent that crashes and is up again before its
# silence is a death: the standby has the address before the next process may claim it.
. "$(dirname "$0")/lib.sh"
scenario second_fault
client_watch
answers_watch

note "» heartbeats between dispatch-1 and the monitor are dropped"
ip netns exec nrs-sw nft 'table bridge cut { chain cut { type filter hook forward priority 0;
    iifname { "pr-lan1", "pr-lan2" } oifname { "mo-lan1", "mo-lan2" } drop;
    iifname { "mo-lan1", "mo-lan2" } oifname { "pr-lan1", "pr-lan2" } drop; }; }' || broke "the bridge takes no rule"
within 10 "the path is at fault" "$(has_incident server_heartbeat_path)"
never 3 "the service moves" "$(active dispatch-2)"
check "dispatch-1 answers" client_sees dispatch-1
began_at=$(monotonic)
fault dispatch-1 service=dead
within 5 "dispatch-2 serves" "$(active dispatch-2)"
check "the client is served by dispatch-2" poll 3 client_sees dispatch-2
waited=$(answers_judge "$began_at" "$(monotonic)" | cut -d" " -f6)
check "the client waited at most 1.5 s ($waited ms)" test "$waited" -le $((1500 * SLOW))
within 5 "the incident says why" 'any(.incidents[]; any(.root, .children[].cause; . == "service_failed"))'
fault dispatch-1 service=well
ip netns exec nrs-sw nft delete table bridge cut
within 30 "dispatch-1 stands by" '.servers[] | select(.name == "dispatch-1") | .role == "standby" and .state == "ok"'
never 5 "it takes the service back" "$(active dispatch-1)"

began_at=$(monotonic)
fault dispatch-2 agent=killed
within 5 "dispatch-1 serves" "$(active dispatch-1)"
check "the client is served by dispatch-1" poll 3 client_sees dispatch-1
waited=$(answers_judge "$began_at" "$(monotonic)" | cut -d" " -f6)
check "the client waited at most 1 s ($waited ms)" test "$waited" -le $((1000 * SLOW))
within 30 "dispatch-2 stands by" '.servers[] | select(.name == "dispatch-2") | .role == "standby" and .state == "ok"'
client_stop
answers_stop
verdict=$(answers_judge)
check "no question got two answers ($verdict)" sh -c "case '$verdict' in 'doubles 0 '*) ;; *) exit 1 ;; esac"
done_scenario
