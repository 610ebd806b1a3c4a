# The mains fail, the generator carries the room, the mains return: one incident, nobody switches anything.
. "$(dirname "$0")/lib.sh"
scenario mains_fail_and_return
client_watch
fault mains state=lost
within 5 "both UPSes are on battery" '[.power[] | select(.kind == "ups").on_battery] | all'
within 5 "one incident: mains lost" '[.incidents[].root] == ["mains_lost"]'
within 10 "somebody was paged" '[.contacts[] | select(.state == "accepted")] | length > 0'
within 45 "the generator carries the load" '.power[] | select(.name == "gen-1").variables["generator.status"] == "loaded"'
within 30 "the UPSes are off battery" '[.power[] | select(.kind == "ups").on_battery] | any | not'
fault mains state=ok
within 60 "the incident has recovered by itself" '[.incidents[] | select(.state == "open")] | length == 0'
check "no switchover was started" test "$(switchovers)" = 0
client_stop
check "the client was served all the time ($(client_outage) ms)" test "$(client_outage)" -lt 300
check "the journal's chain holds" "$BIN/monitorctl" journal verify --file $run/monitor/journal.sqlite
done_scenario
