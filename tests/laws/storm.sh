# Law: no law breaks in the storm. The release build's deterministic simulator, two processes with seeds
# of their own, 100 million events together (a thousand million in --long).
root=$(cd "$(dirname "$0")/../.." && pwd)
program=${RELEASE:-$root/build/release}/bin/monitorsim
[ -x "$program" ] || { echo "not ok - storm::monitorsim_is_there ($program)"; exit 1; }
each=50000000 minutes=4
[ "${NOROSHI_LONG:-no}" = no ] || { each=500000000 minutes=120; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for process in 1 2; do
    "$program" storm --seed $((process * 1000000 + 1)) --events $each --minutes $minutes \
        >"$work/$process" 2>"$work/$process.progress" &
    pids[process]=$!
done
events=0 rates=
for process in 1 2; do
    if wait "${pids[process]}"; then
        events=$((events + $(sed -n 's/^storm: \([0-9]*\) events.*/\1/p' "$work/$process")))
        rates="$rates $(sed -n 's/^  rate \(.*\)/\1/p' "$work/$process"),"
        echo "ok - storm::no_law_breaks_in_the_seeds_of_process_$process"
    else
        echo "not ok - storm::no_law_breaks_in_the_seeds_of_process_$process"
    fi
    sed 's/^/    /' "$work/$process"
done
if [ "$events" -ge $((2 * each)) ]; then
    echo "ok - storm::$events events were stepped, per core at${rates%,}"
else
    echo "not ok - storm::$((2 * each)) events were to be stepped, $events were, per core at${rates%,}"
    tail -n 1 "$work"/*.progress | sed 's/^/    /'
fi
