# Law: the tests see small faults. Every row of tests/mutation/table still applies, and what kills mutants
# kills some of them, drawn anew every day (all of them in --long: 95 % must die, about 40 minutes on two
# quiet cores).
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ "${NOROSHI_LONG:-no}" = no ]; then
    exec /usr/bin/env python3 "$root/tests/mutation/run" --sample 2
fi
exec /usr/bin/env python3 "$root/tests/mutation/run"
