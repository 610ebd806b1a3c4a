#!/usr/bin/env bash
# Every Modbus profile read the whole way: register fixtures written from the makers' lists
# (tests/fixtures/power/modbus), served by Debian's pymodbus, read by monitord --probe --json. Registers that
# a fixture does not name are refused, so that gaps and pages that a model does not have are met as well.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=${BIN:-$root/build/release/bin}
fixtures=$root/tests/fixtures/power/modbus
work=$(mktemp -d) server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT

ok() { echo "ok - $*"; }
not_ok() { echo "not ok - $*"; }
if ! /usr/bin/python3 -c 'import pymodbus' 2>/dev/null; then
    ok "modbus fixtures # SKIP there is no pymodbus here"
    exit 0
fi
mkdir "$work/profiles"
cp "$fixtures"/*.conf "$work/profiles/"
/usr/bin/python3 "$root/tests/e2e/modbus_server.py" "$fixtures" >"$work/server" 2>"$work/server.log" &
server=$!
for _ in $(seq 100); do
    grep -q ready "$work/server" && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
port=$(awk '/^ready/ { print $2 }' "$work/server")
if [ -z "$port" ]; then
    not_ok "modbus fixtures: the server does not start: $(tail -n 1 "$work/server.log")"
    exit 1
fi

# compare EXPECTED: one line for each value that is not as expected
compare() {
    jq -r --slurpfile got "$work/out.json" '
        $got[0] as $g
        | (if .profile != $g.profile then "profile is \($g.profile), not \(.profile)" else empty end),
          (if .quality != $g.quality then "quality is \($g.quality)" else empty end),
          (.variables | to_entries[] | . as $e | $g.variables[$e.key] as $v
           | select(if ($e.value | type) == "number" and ($v | type) == "number" then (($e.value - $v) | fabs) > 0.0011 else $e.value != $v end)
           | "\($e.key) is \($v), not \($e.value) (\($g.reasons[$e.key] // "no reason"))"),
          ((.reasons // {}) | to_entries[] | select($g.reasons[.key] != .value) | "\(.key) is \($g.reasons[.key]), not \(.value)"),
          (.variables | to_entries[] | select(.value == null and $g.reasons[.key] == null) | "\(.key) is unknown without a reason")' "$1"
}

for expected in "$fixtures"/*.json; do
    name=$(basename "$expected" .json)
    cat >"$work/site.conf" <<SITE
profile_directory = "$work/profiles";
$(jq -r .list "$expected"): ( { name = "device"; driver = "modbus-tcp"; address = "127.0.0.1:$port";
  unit = $(jq .unit "$expected"); profile = "$(jq -r .profile "$expected")"; timeout = "3s"; interval = "10s"; } );
SITE
    if ! "$bin/monitord" --config "$work/site.conf" --probe device --json >"$work/out.json" 2>"$work/err"; then
        not_ok "$name: $(head -n 1 "$work/err")"
        continue
    fi
    wrong=$(compare "$expected" 2>&1)
    if [ -z "$wrong" ]; then ok "$name: $(jq -r .note "$expected")"; else not_ok "$name: $wrong"; fi
done
# a profile that nobody serves here would be a profile nobody has tried
for profile in $(grep -l '^protocol = "modbus"' "$root"/config/profiles/*.conf); do
    name=$(basename "$profile" .conf)
    jq -es --arg name "$name" 'any(.[]; .profile == $name)' "$fixtures"/*.json >/dev/null || not_ok "$name has no fixture"
done
