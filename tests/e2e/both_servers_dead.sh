# Both servers die at once: nobody can be promoted, so nobody is, and people are called at once.
. "$(dirname "$0")/lib.sh"
scenario both_servers_dead
fault dispatch-2 state=dead
fault dispatch-1 state=dead
within 10 "both servers are known to be dead" "$(has_incident both_servers_dead)"
within 5 "people are paged" '[.contacts[] | select(.state == "accepted")] | length > 0'
within 10 "the service is down" '.state == "down" and ([.services[].state] | index("down"))'
never 5 "anybody active" '[.servers[].role] | index("active")'
check "no switchover was started" test "$(switchovers)" = 0
done_scenario
