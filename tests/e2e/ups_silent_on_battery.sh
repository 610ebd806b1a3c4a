# A UPS that was on battery falls silent: it is counted down from its last known runtime, and the service
# moves, planned, to the server on the other UPS before the battery is gone.
. "$(dirname "$0")/lib.sh"
scenario ups_silent_on_battery
client_watch
fault gen-1 start=refuse
fault mains state=lost
within 10 "ups-a is on battery" '.power[] | select(.name == "ups-a").on_battery'
fault ups-a comms=silent
within 15 "it is treated as running out" "$(has_incident ups_silent_on_battery)"
within 5 "its runtime counts down" '.power[] | select(.name == "ups-a") | .runtime_left_s != null'
within 150 "the service has moved, planned, to the server on ups-b" "$(active dispatch-2)"
check "dispatch-2 answers at the same address" poll 5 client_sees dispatch-2
client_stop
check "a planned move is short ($(client_outage) ms)" test "$(client_outage)" -lt 1000
done_scenario
