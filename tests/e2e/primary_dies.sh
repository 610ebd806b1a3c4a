# The primary's host dies at default settings: the secondary is promoted and answers at the same address.
. "$(dirname "$0")/lib.sh"
scenario primary_dies
check "dispatch-1 serves" poll 3 client_sees dispatch-1
client_watch
fault dispatch-1 state=dead
within 2 "dispatch-2 is active within 2 s" "$(active dispatch-2)"
check "the same address answers from dispatch-2" poll 2 client_sees dispatch-2
within 5 "one incident: server dead" '[.incidents[] | select(.state == "open").root] == ["server_dead"]'
within 10 "somebody was paged" '[.contacts[] | select(.state == "accepted")] | length > 0'
client_stop
check "the client waited at most 2 s ($(client_outage) ms)" test "$(client_outage)" -le 2000
check "it changed servers once" test "$(/usr/bin/python3 "$root/tests/e2e/client.py" servers $run/client.log)" = "dispatch-1 dispatch-2"
fault dispatch-1 state=well
within 30 "dispatch-1 comes back as standby" '.servers[] | select(.name == "dispatch-1") | .role == "standby" and .state == "ok"'
never 5 "failback by itself" "$(active dispatch-1)"
check "the report tells detected, decided, acted and restored" sh -c \
    "'$BIN/monitorctl' --language en report \$('$BIN/monitorctl' incidents --all --json | jq -r '.incidents[0].id') | tr 'A-Z' 'a-z' | awk '/detected/ { d = 1 } /decided/ { e = 1 } /acted/ { a = 1 } /restored/ { r = 1 } END { exit !(d && e && a && r) }'"
done_scenario
