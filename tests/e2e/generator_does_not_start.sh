# Mains fail and the generator refuses: slow start is a warning at 15 s, no start an alarm at 40 s, and
# both belong to the one incident, which worsens and pages again.
. "$(dirname "$0")/lib.sh"
scenario generator_does_not_start
fault gen-1 start=refuse
fault mains state=lost
within 10 "one incident: mains lost" '[.incidents[].root] | index("mains_lost")'
within 10 "the shift chief is paged" '[.contacts[] | select(.state == "accepted")] | length > 0'
id=$(status_json | jq -r '.incidents[0].id')
check "it is acknowledged" "$BIN/monitorctl" ack "$id"
within 50 "the generator's failure is known" "$(has_incident generator_no_start)"
within 5 "it is one incident still" '[.incidents[] | select(.state == "open")] | length == 1'
within 5 "it worsened: a new epoch that nobody has acknowledged" '.incidents[0] | .epoch >= 2 and .acked_by == null'
within 10 "people are paged again" '[.contacts[] | select(.message == "worsened" and .state == "accepted")] | length > 0'
done_scenario
