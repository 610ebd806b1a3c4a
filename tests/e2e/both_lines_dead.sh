# Both carrier lines die: people are still reached, by a channel that needs neither.
. "$(dirname "$0")/lib.sh"
scenario both_lines_dead
fault line-a state=down
fault line-b state=down
within 15 "both lines are known to be down" "$(has_incident lines_all_down)"
within 1 "so is the service behind them" '[.incidents[] | select(.root == "lines_all_down").children[].cause] | index("service_down")'
never 5 "one page said that it is worse, and no second one" '[.incidents[] | select(.epoch > 2)] | length > 0'
within 10 "somebody is reached by the command channel" '[.contacts[] | select(.channel_kind == "command" and .state == "accepted")] | length > 0'
check "no mail was claimed to have arrived" test -z "$(ls $run/messages/mail/new 2>/dev/null)"
check "the message is there" grep -q . $run/messages/sms.jsonl
check "dispatch-1 still serves" poll 3 client_sees dispatch-1
fault line-a state=up
fault line-b state=up
within 60 "the incident recovers" '[.incidents[] | select(.state == "open")] | length == 0'
done_scenario
