# The agent of the active server is stopped (SIGSTOP) while its host and service are well: the kernel shuts
# the address within the lease, the other server serves, and the agent that thaws 10 s later opens nothing.
. "$(dirname "$0")/lib.sh"
scenario agent_frozen
answers_watch
client_watch
fault dispatch-1 agent=stopped
within 2 "dispatch-2 is active" "$(active dispatch-2)"
check "dispatch-2 answers" poll 2 client_sees dispatch-2
# the length of the freeze that is asked for
never 9 "dispatch-1 comes back while it is frozen" "$(active dispatch-1)"
fault dispatch-1 agent=well
within 30 "dispatch-1 is back as standby" '.servers[] | select(.name == "dispatch-1") | .role == "standby" and .state == "ok"'
never 3 "the thawed agent serves" "$(active dispatch-1)"
client_stop
answers_stop
verdict=$(answers_judge)
check "no question got two answers ($verdict)" sh -c "case '$verdict' in 'doubles 0 '*) ;; *) exit 1 ;; esac"
check "the client waited at most 2 s ($(client_outage) ms)" test "$(client_outage)" -le $((2000 * SLOW))
check "it changed servers once" test "$(/usr/bin/python3 "$root/tests/e2e/client.py" servers $run/client.log)" = "dispatch-1 dispatch-2"
done_scenario
