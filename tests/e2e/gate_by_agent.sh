# Where the kernel refuses BPF the agents keep the gate themselves (gate = "agent", warned about): an
# agent that is alive takes the address away at the end of its lease, and the other server serves.
. "$(dirname "$0")/lib.sh"
conf=/run/noroshi-gate-by-agent
mkdir -p $conf
cp "$root"/config/samples/quickstart/*.conf $conf/
sed -i 's/^service = {/service = { gate = "agent";/' $conf/agent-[12].conf
export ROOM_CONF=$conf
scenario gate_by_agent
check "the agent's file warns" sh -c "'$BIN/dispatch-agent' --check --config $conf/agent-1.conf 2>&1 | grep -q 'service.gate: warning'"
has_address() { ip -n nrs-pr -4 address show dev lan1 | grep -q 10.77.1.100; }
gone() { ! has_address; }
check "dispatch-1 has the address" has_address
ip -n nrs-sw link set pr-lan1 down
ip -n nrs-sw link set pr-lan2 down
check "cut off, it takes the address away by itself" poll 3 gone
within 5 "dispatch-2 is active" "$(active dispatch-2)"
check "dispatch-2 answers" poll 3 client_sees dispatch-2
ip -n nrs-sw link set pr-lan1 up
ip -n nrs-sw link set pr-lan2 up
within 30 "dispatch-1 is back as standby" '.servers[] | select(.name == "dispatch-1") | .role == "standby" and .state == "ok"'
check "and has no address" gone
done_scenario
rm -rf $conf
