# Monitor and standby are both gone without a word. when_alone = "resume": the last holder serves again by
# itself, says so, and calls people. "stop": it stays shut, calls people, and its console says why.
. "$(dirname "$0")/lib.sh"
agent_says() { "$BIN/dispatch-agent" status --json --socket $run/dispatch-1/agent.sock | jq -e "$1"; }
called() { grep -q "$1" $run/messages/sms.jsonl; }

scenario last_server_resumes
client_watch
check "an open gate has no reason to be shut" agent_says '.gate == "open" and .gate_why == null'
fault dispatch-2 state=dead
fault monitor state=dead
check "dispatch-1 serves alone, and says so" poll 10 agent_says '.role == "active" and .alone'
check "people are called" poll 10 called served_alone
check "the client is served" poll 3 client_sees dispatch-1
client_stop
check "it waited at most 5 s ($(client_outage) ms)" test "$(client_outage)" -le $((5000 * SLOW))
done_scenario

conf=/run/noroshi-alone
mkdir -p $conf
cp "$root"/config/samples/quickstart/*.conf $conf/
sed -i 's/when_alone = "resume"/when_alone = "stop"/' $conf/*.conf
sed -i 's/^  when_alone = /  monitor_missed = "5s";\n&/' $conf/agent-1.conf
export ROOM_CONF=$conf
scenario last_server_stops
fault dispatch-2 state=dead
fault monitor state=dead
check "dispatch-1 shuts its gate" poll 5 agent_says '.gate == "shut"'
check "people are called" poll 20 called lease_lapsed
check "it stays shut and says why" agent_says \
    '.gate == "shut" and .alone == false and .gate_why == "alone_stop"'
done_scenario
rm -rf $conf
