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
done_scenario
