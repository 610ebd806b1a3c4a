#!/usr/bin/env bash
# Ten thousand alarms in ten seconds from two hundred devices: pages stay bounded by the number of roots,
# memory stays bounded, and who answers is answered in time. The devices are those of the power benchmark.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
farm=$root/build/asan/tests/bench # built with the tests
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
ip link set lo up 2>/dev/null
PYTHONPATH=$root/tests/bench/power PYTHONDONTWRITEBYTECODE=1 \
    python3 "$root/tests/e2e/alarm_storm.py" "${BIN:-$root/build/release/bin}" "$farm" "$place" "${SLOW:-1}"
