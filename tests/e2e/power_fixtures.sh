#!/usr/bin/env bash
# Every profile read the whole way: fixtures written from the MIB tables (tests/fixtures/power), and the recorded
# walks of NOROSHI_WALKS where they are, served by Debian's snmpsim and read by monitord --probe --json.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=${BIN:-$root/build/release/bin}
fixtures=$root/tests/fixtures/power
work=$(mktemp -d) server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT

ok() { echo "ok - $*"; }
not_ok() { echo "not ok - $*"; }
if ! command -v snmpsimd >/dev/null; then
    ok "power fixtures # SKIP there is no snmpsim here"
    exit 0
fi

# serve DIR: snmpsim on a free port; each file is a community of its own name
serve() {
    port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    rm -rf "$work/data" "$work/cache"
    mkdir -p "$work/data" "$work/cache"
    cp "$1"/*.snmprec "$work/data/"
    chmod -R a+rX "$work"
    chmod a+rwx "$work/cache"
    snmpsimd --data-dir="$work/data" --cache-dir="$work/cache" --agent-udpv4-endpoint="127.0.0.1:$port" \
        --process-user=nobody --process-group=nogroup >"$work/log" 2>&1 &
    server=$!
}

# probe NAME LIST: the JSON of one device; snmpsim takes its time to come up, so the first one may ask again
probe() {
    cat >"$work/site.conf" <<SITE
$2: ( { name = "device"; driver = "snmp"; address = "127.0.0.1:$port"; profile = "auto"; timeout = "3s"; interval = "10s";
  snmp: { version = "2c"; community = "$1"; }; } );
SITE
    local try
    for try in $(seq 40); do
        "$bin/monitord" --config "$work/site.conf" --probe device --json >"$work/out.json" 2>"$work/err"
        case $? in 0) return 0 ;; 3) grep -qE 'no_answer|unreachable' "$work/err" || return 0 ;; *) return 1 ;; esac
        sleep 0.25
    done
    return 1
}

# compare EXPECTED: one line for each value that is not as expected
compare() {
    jq -r --slurpfile got "$work/out.json" '
        $got[0] as $g | (.variables // {}) as $want
        | (if .profile != $g.profile then "profile is \($g.profile), not \(.profile)" else empty end),
          (if (.quality // "good") != $g.quality then "quality is \($g.quality)" else empty end),
          ($want | to_entries[] | . as $e | $g.variables[$e.key] as $v
           | select(if ($e.value | type) == "number" and ($v | type) == "number" then (($e.value - $v) | fabs) > 0.0011 else $e.value != $v end)
           | "\($e.key) is \($v), not \($e.value) (\($g.reasons[$e.key] // "no reason"))")' "$1"
}

serve "$fixtures"
for expected in "$fixtures"/*.expect; do
    name=$(basename "$expected" .expect)
    if ! probe "$name" "$(jq -r .list "$expected")"; then
        not_ok "$name: $(head -n 1 "$work/err")"
        continue
    fi
    wrong=$(compare "$expected" 2>&1)
    if [ -z "$wrong" ]; then ok "$name: $(jq -r .note "$expected")"; else not_ok "$name: $wrong"; fi
done
kill "$server"
wait "$server" 2>/dev/null
server=

walks=${NOROSHI_WALKS:-}
if [ ! -d "$walks" ]; then
    ok "recorded walks # SKIP NOROSHI_WALKS names no folder"
    exit 0
fi
serve "$walks"
# walk NAME JSON: the answers of the folder's README
walk() {
    printf '%s\n' "$2" >"$work/expect"
    if ! probe "$1" ups; then not_ok "walk $1: $(head -n 1 "$work/err")"; return; fi
    local wrong
    wrong=$(compare "$work/expect" 2>&1)
    if [ -z "$wrong" ]; then ok "walk $1"; else not_ok "walk $1: $wrong"; fi
}
walk apc_smt750x-nmc2 '{"profile":"apc-powernet","variables":{"battery.charge":100,"battery.runtime":109762,"input.voltage":119.1,"output.voltage":119.1,"ups.load":0,"ups.status":"OL"}}'
walk cyberpower '{"profile":"cyberpower","variables":{"battery.charge":100,"battery.runtime":1740,"input.voltage":119.5,"ups.load":null,"ups.status":"OL"}}'
walk dell-ups_tower1000w '{"profile":"rfc1628","variables":{"battery.charge":98,"battery.runtime":1860,"battery.on_seconds":0,"input.voltage":232,"ups.load":26,"ups.status":"OL"}}'
walk eatonups_eaton-connectups '{"profile":"eaton-xups","variables":{"battery.charge":100,"battery.runtime":1948,"input.voltage":234,"ups.load":35,"ups.status":"OL"}}'
walk netmanplus_208 '{"profile":"rfc1628","variables":{"battery.charge":100,"battery.runtime":19860,"battery.on_seconds":0,"input.L1-N.voltage":233,"input.L2-N.voltage":233,"input.L3-N.voltage":233,"output.L1.power.percent":14,"output.L2.power.percent":4,"output.L3.power.percent":5,"ups.status":"OL"}}'
walk derived_netmanplus_208_onbatt '{"profile":"rfc1628","variables":{"battery.charge":83,"battery.runtime":1680,"battery.on_seconds":95,"battery.current":-21.4,"input.L1-N.voltage":0,"ups.load":14,"ups.status":"OB DISCHRG ALARM"}}'
