# The command of the README, unattended: it must tell the whole story and end with 0.
. "$(dirname "$0")/lib.sh"
name=quickstart_once
if timeout 280 "$root/deploy/quickstart" --once >"$root/build/test-logs/quickstart.txt" 2>&1; then
    echo "ok - e2e::quickstart_once"
else
    tail -n 60 "$root/build/test-logs/quickstart.txt" | sed 's/^/# /'
    echo "not ok - e2e::quickstart_once"
fi
