#!/usr/bin/env bash
# The installed units under a real systemd, booted in a container on a throw-away layer over this host: the
# sandboxes let the daemons work; whatever dies or stands still is back by systemd's own means, and with
# a dead agent go the service address and the dispatch service.
root=$(cd "$(dirname "$0")/../.." && pwd)
BIN=${BIN:-$root/build/release/bin}
SLOW=${SLOW:-1}
name=systemd_units
[ "$(id -u)" -eq 0 ] || { echo "ok - e2e::$name # SKIP a container needs root"; exit 0; }
command -v systemd-nspawn >/dev/null || { echo "not ok - e2e::$name: systemd-nspawn is missing"; exit 1; }
layer=$(mktemp -d)
mount -t tmpfs layer "$layer" && mkdir "$layer/upper" "$layer/work" "$layer/host" &&
    mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" "$layer/host" ||
    { echo "not ok - e2e::$name: no layer over this host"; exit 1; }
trap 'umount "$layer/host" "$layer"; rmdir "$layer"' EXIT
host=$layer/host

# ---- what an administrator does: deploy/install.md ----
DESTDIR=$host cmake --install "$(dirname "$BIN")" --prefix /usr >"$layer/install.log" 2>&1 ||
    { cat "$layer/install.log"; echo "not ok - e2e::$name: the installation"; exit 1; }
systemd-sysusers --root="$host" noroshi.conf >>"$layer/install.log" 2>&1 &&
    systemd-tmpfiles --root="$host" --create noroshi.conf >>"$layer/install.log" 2>&1 ||
    { cat "$layer/install.log"; echo "not ok - e2e::$name: user and folders"; exit 1; }
etc=$host/etc/noroshi
mkdir -p "$host/etc/systemd/system/dispatch.service.d"
sed 's,/run/noroshi-room/monitor,/var/lib/noroshi,; s,/run/noroshi-room/key,/etc/noroshi/key,
     s,/run/noroshi-room/sms,/usr/bin/true,
     s,key_file,control_socket = "/run/noroshi/control.sock"; control_group = "noroshi-desk"; key_file,' \
    "$root/config/samples/quickstart/site.conf" >"$etc/site.conf"
sed 's,/run/noroshi-room/dispatch-1/service.pid,/run/dispatch.pid,
     s,/run/noroshi-room/dispatch-1,/var/lib/noroshi-agent,; s,/run/noroshi-room/key,/etc/noroshi/agent.key,
     s,/run/noroshi-room/sms,/usr/bin/true,' \
    "$root/config/samples/quickstart/agent-1.conf" >"$etc/agent.conf"
printf 'NOROSHI_ADDRESS=10.77.1.100/24\nNOROSHI_INTERFACE=lan1\n' >"$etc/address.env"
"$BIN/monitorctl" keygen "$etc/key" >/dev/null
cp -p "$etc/key" "$etc/agent.key" # one host here is monitor and server: each reads its own copy
chroot "$host" sh -c 'chown noroshi: /etc/noroshi/key && chown root:noroshi /etc/noroshi/site.conf && chmod 640 /etc/noroshi/site.conf'
cp "$host/usr/share/doc/noroshi/dispatch-bound-to-agent.conf" "$host/etc/systemd/system/dispatch.service.d/noroshi.conf"
: >"$host/etc/machine-id"

# ---- the host's other units: its networks, a dispatch service, and the story ----
unit() { cat >"$host/etc/systemd/system/$1"; }
unit networks.service <<'UNIT'
[Unit]
Before=network.target noroshi-monitord.service noroshi-agent.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'ip netns add server; ip -n server link set lo up; for n in 1 2; do ip link add lan$n type veth peer name lan$n netns server; ip addr add 10.77.$n.20/24 dev lan$n; ip link set lan$n up; ip -n server addr add 10.77.$n.11/24 dev lan$n; ip -n server link set lan$n up; done'
UNIT
unit dispatch.service <<'UNIT'
[Service]
ExecStart=/usr/bin/python3 -c "import http.server as h, os; open('/run/dispatch.pid', 'w').write(str(os.getpid())); H = type('H', (h.BaseHTTPRequestHandler,), {'do_GET': lambda s: (s.send_response(200), s.end_headers())}); h.ThreadingHTTPServer(('', 11900), H).serve_forever()"
UNIT
# the server stands in a network of its own, two cables from the monitor
for one in dispatch noroshi-agent; do
    mkdir -p "$host/etc/systemd/system/$one.service.d"
    printf '[Service]\nNetworkNamespacePath=/run/netns/server\n' >"$host/etc/systemd/system/$one.service.d/room.conf"
done
unit story.service <<UNIT
[Unit]
After=multi-user.target
[Service]
Type=oneshot
Environment=SLOW=$SLOW
ExecStart=/bin/bash /etc/noroshi/story
ExecStopPost=/usr/bin/systemctl poweroff --no-block
UNIT
wants=$host/etc/systemd/system/multi-user.target.wants
rm -rf "$wants"
mkdir -p "$wants" "$host/etc/systemd/system/noroshi-agent.service.wants"
for one in networks story; do ln -s "../$one.service" "$wants/"; done
for one in noroshi-executor noroshi-monitord noroshi-agent; do ln -s "/usr/lib/systemd/system/$one.service" "$wants/"; done
ln -s ../dispatch.service "$host/etc/systemd/system/noroshi-agent.service.wants/"

cat >"$etc/story" <<'STORY'
exec >/etc/noroshi/result 2>&1
broken=0
say() { printf '# %6.2f %s\n' "$(cut -d' ' -f1 /proc/uptime)" "$*"; }
# within S WHAT COMMAND: the command comes true within S seconds
within() {
    local what=$2 end=$((SECONDS + $1 * SLOW))
    until eval "$3" >/dev/null 2>&1; do
        if [ $SECONDS -ge $end ]; then
            say "× $what: not within $1 s"
            broken=1
            return
        fi
        sleep 0.05
    done
    say "○ $what"
}
pid() { systemctl show -P MainPID "noroshi-$1"; }
another() { now=$(pid "$1") && [ "$now" -gt 1 ] && [ "$now" != "$2" ] && systemctl -q is-active "noroshi-$1"; }
address() { ip -n server -o address show dev lan1 to 10.77.1.100 | grep -q .; }
active() { dispatch-agent status --json --config /etc/noroshi/agent.conf | jq -e '.role == "active" and .gate == "open"'; }

for one in executor monitord agent; do within 20 "noroshi-$one is up" "systemctl -q is-active noroshi-$one"; done
within 15 "the agent is elected and serves" active
within 5 "the service address is there" address
within 5 "the dispatch service was started with the agent" "systemctl -q is-active dispatch"
within 10 "the console answers a member of noroshi-desk" \
    "runuser -u nobody -g noroshi-desk -- monitorctl status --json | jq -e '.servers[0].role == \"active\"'"
within 1 "… and nobody else" "! runuser -u nobody -- monitorctl status --json"
within 1 "its log is in the journal of systemd" "journalctl -u noroshi-monitord | grep -q 'starts with'"

# a host that may not raise the limit of locked memory cannot show this
[ "$(ulimit -Hl)" != unlimited ] || within 1 "the monitor's memory is locked" "grep -q 'VmLck:.*[1-9]' /proc/$(pid monitord)/status"
within 1 "the agent's memory is locked" "grep -q 'VmLck:.*[1-9]' /proc/$(pid agent)/status"

old=$(pid agent)
say "» the agent is killed"
kill -KILL "$old"
within 3 "the service address has gone" "! address"
within 10 "the agent is back" "another agent $old"
within 15 "it serves again" "active && address"
within 10 "and so does the dispatch service" "systemctl -q is-active dispatch"

old=$(pid agent)
say "» the agent stands still"
kill -STOP "$old"
within 15 "the watchdog has replaced it" "another agent $old"
within 15 "it serves again" "active && address"

old=$(pid monitord)
say "» the monitor stands still"
kill -STOP "$old"
within 25 "the watchdog has replaced it" "another monitord $old"
within 15 "it answers again" "monitorctl status --json | jq -e .warm"
old=$(pid executor)
say "» the executor is killed"
kill -KILL "$old"
within 10 "it is back" "another executor $old"
within 1 "what the monitor wrote holds together" "monitorctl journal verify"
for one in monitord executor agent; do
    say "exposure $one: $(systemd-analyze security --no-pager "noroshi-$one" 2>&1 | sed -n 's/.*Overall exposure level for [^:]*: //p')"
done
if [ $broken -ne 0 ]; then
    systemctl --no-pager status 'noroshi-*' dispatch 2>&1 | sed 's/^/#   /'
    sed -n '/locked/p' "/proc/$(pid monitord)/limits"
    journalctl --no-pager -u 'noroshi-*' -u networks -n 60 2>&1 | sed 's/^/#   /'
fi
[ $broken -eq 0 ] && echo told
STORY

timeout $((150 * SLOW)) systemd-nspawn -q --register=no --keep-unit --capability=all --system-call-filter=bpf --private-network \
    --link-journal=no --directory="$host" --boot --console=pipe </dev/null >"$layer/boot.log" 2>&1
grep -s '^#' "$etc/result"
if [ "$(tail -n 1 "$etc/result" 2>/dev/null)" = told ]; then
    echo "ok - e2e::$name"
elif [ ! -e "$etc/result" ] && systemd-detect-virt -cq; then
    echo "ok - e2e::$name # SKIP no container in this container: $(tail -n 1 "$layer/boot.log")"
else
    tail -n 20 "$layer/boot.log" | sed 's/^/#   /'
    echo "not ok - e2e::$name"
    exit 1
fi
