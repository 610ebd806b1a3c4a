# monitord stands still for 60 s (SIGSTOP), its host well: the active server goes on serving on the standby's
# vote, the agents call people, and the monitor that thaws moves nothing.
. "$(dirname "$0")/lib.sh"
scenario monitor_stopped
client_watch
fault monitor monitord=stopped
says_so() { grep monitor_missed $run/messages/sms.jsonl; }
check "an agent calls people within 75 s" poll 75 says_so
check "dispatch-1 serves" client_sees dispatch-1
fault monitor monitord=well
within 30 "the monitor is back and acts" '.acting'
within 10 "dispatch-1 is active" "$(active dispatch-1)"
never 3 "it is moved" "$(active dispatch-2)"
client_stop
check "the client never noticed ($(client_outage) ms)" test "$(client_outage)" -lt $((300 * SLOW))
done_scenario
