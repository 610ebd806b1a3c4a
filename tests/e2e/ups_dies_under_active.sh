# The UPS under the active server runs down: the service has moved, planned, before the host loses power.
. "$(dirname "$0")/lib.sh"
scenario ups_dies_under_active
client_watch
fault gen-1 start=refuse
fault ups-a charge=70% # five and a quarter minutes of its load: dying is what has less than five
fault mains state=lost
within 60 "dispatch-2 is active" "$(active dispatch-2)"
check "dispatch-1 had not lost power by then" ip netns exec nrs-pr curl -s --max-time 1 http://127.0.0.1:11900/health
check "it was a planned move, because of the UPS" sh -c \
    "sqlite3 -readonly $run/monitor/journal.sqlite \"select body from entry where kind = 'record'\" | grep drain_started | grep -q ups"
client_stop
check "the client waited at most 150 ms ($(client_outage) ms)" test "$(client_outage)" -le $((150 * SLOW + 20))
done_scenario
