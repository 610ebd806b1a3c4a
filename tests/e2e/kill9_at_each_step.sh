# monitord is killed at every step of a switchover in turn, then restarted: the plan is finished or
# handed to a person, nobody is promoted twice, no page is lost. A step is a sync of the journal: strace
# kills the daemon at the k-th fdatasync after the server's death, for k = 1, 2, 3 … until a whole
# switchover passes without meeting the k-th.
. "$(dirname "$0")/lib.sh"

# the engine's block rules would rightly stop the second and third switchover of one evening
mkdir -p /run/noroshi-kill9
cp "$root"/config/samples/quickstart/* /run/noroshi-kill9/
/usr/bin/python3 - /run/noroshi-kill9/site.conf <<'PY'
import re, sys
path = sys.argv[1]
text = open(path, encoding="utf-8").read()
text = re.sub(r"switchover\s*[:=]\s*\{.*?\};?", "", text, flags=re.S)
text = text.replace('clean = "10s"', 'clean = "1s"')
text += '\nswitchover: { block = "1s"; settled = "1s"; per_hour = 20; };\n'
open(path, "w", encoding="utf-8").write(text)
PY
export ROOM_CONF=/run/noroshi-kill9

monitord_pid() {
    local pid
    for pid in $(ip netns pids nrs-mo); do
        [ "$(cat "/proc/$pid/comm")" != monitord ] || echo "$pid"
    done
}

scenario kill9_at_each_step
step=1
while [ $step -le 18 ]; do
    holder=$(status_json | jq -r '.servers[] | select(.role == "active").name')
    other=$([ "$holder" = dispatch-1 ] && echo dispatch-2 || echo dispatch-1)
    pid=$(monitord_pid)
    note "step $step: $holder dies, monitord ($pid) is killed at sync $step after it"
    strace -qq -f -p "$pid" -e trace=fdatasync -e inject=fdatasync:signal=SIGKILL:when=$step \
        >$run/strace.log 2>&1 &
    tracer=$!
    poll 5 grep -qE 'TracerPid:[[:space:]]*[1-9]' "/proc/$pid/status" || broke "strace is attached"
    before=$(journal "select coalesce(max(seq), 0) from entry")
    fault "$holder" state=dead
    if poll 5 sh -c "! kill -0 $pid"; then
        within 20 "monitord is back" '.monitor.uptime_s < 30'
        killed=yes
    else
        killed=no
        kill $tracer 2>/dev/null
    fi
    wait $tracer 2>/dev/null
    within 20 "$other serves, or a person has been asked" \
        "($(active "$other")) or ($(has_incident switchover_failed))" || break
    within 10 "the dead server is known as such" "$(has_incident server_dead)" || break
    within 15 "the page went out" '[.contacts[] | select(.state == "accepted" or .state == "acknowledged")] | length > 0' || break
    check "each epoch was chosen under one key" test -z "$(journal "select 1 from entry where kind = 'command' and seq > $before and json_extract(body, '\$.kind') = 'choose' group by json_extract(body, '\$.reason') having count(distinct json_extract(body, '\$.key')) > 1")"
    check "the chain holds" "$BIN/monitorctl" journal verify --file $run/monitor/journal.sqlite
    fault "$holder" state=well
    for id in $(status_json | jq -r '.incidents[] | select(.state == "open" and .acked_by == null).id'); do
        "$BIN/monitorctl" ack "$id" >/dev/null
    done
    within 60 "the room is well again" "$well" || break
    [ $killed = yes ] || break
    step=$((step + 1))
done
check "at least five steps were tried ($step)" test $step -gt 5
check "a whole switchover passed in the end" test "${killed:-yes}" = no
done_scenario
rm -rf /run/noroshi-kill9
