# A UPS that was on mains falls silent: its own alarm, and nothing else.
. "$(dirname "$0")/lib.sh"
scenario ups_silent_on_mains
fault ups-a comms=silent
within 10 "its own alarm" '[.incidents[].root] == ["ups_silent"]'
within 5 "its values are not shown as fresh" '.power[] | select(.name == "ups-a") | .quality != "good"'
never 5 "power failed" "$(has_incident mains_lost)"
never 3 "on battery" '.power[] | select(.name == "ups-a").on_battery'
check "dispatch-1 serves" poll 3 client_sees dispatch-1
fault ups-a comms=ok
within 60 "it recovers by itself" "$well"

# decided again from its recording: as it was, and had five readings to be missed instead of three
five=$run/five.conf
sed 's/interval = "1s"; snmp/interval = "1s"; communication = { bad = 5; of = 5; }; snmp/' \
    "$root/config/samples/quickstart/site.conf" >$five
replayed=$("$BIN/monitorctl" replay 1 --file $run/monitor/recorder --with $five --json)
check "every hash of the recording comes out as the monitor had it" \
    jq -e '.hashes > 0 and .unequal == 0' <<<"$replayed"
check "with five misses for three another decision comes first, and it is said which" \
    jq -e '.different > 0 and ([.first_difference.recorded[].why] | index("ups_silent"))' <<<"$replayed"
note "first decision that differs: $(jq -c '.first_difference' <<<"$replayed")"
done_scenario
