# Law: includes point down and never in a circle. Floors: failover < config < probes < monitord < sim.
root=$(cd "$(dirname "$0")/../.." && pwd)
exec python3 - "$root" <<'PY'
import os, re, sys

root = sys.argv[1]
floors = ["failover", "config", "probes", "monitord", "sim", "tests"]
# inside monitord/ the programs stand on the shared rooms, never on each other
failures = []


def rooms():
    for floor in floors:
        for folder, _, names in os.walk(os.path.join(root, floor)):
            for name in names:
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), root)


includes = {}
for room in rooms():
    text = open(os.path.join(root, room), encoding="utf-8").read()
    includes[room] = re.findall(r'^\s*#\s*include\s+"([^"]+)"', text, re.M)

above = []
unrooted = []
sideways = []
for room, targets in includes.items():
    here = floors.index(room.split("/")[0])
    for target in targets:
        if target.split("/")[0] not in floors:
            unrooted.append(f"{room} includes \"{target}\": write it from the root")
            continue
        if not os.path.exists(os.path.join(root, target)):
            unrooted.append(f"{room} includes \"{target}\": no such file")
        there = floors.index(target.split("/")[0])
        if there > here:
            above.append(f"{room} includes {target}")
        if room.startswith("sim/") and target.startswith("monitord/") and target != "monitord/control_wire.h":
            above.append(f"{room} includes {target}: sim/ takes only monitord/control_wire.h")
        a, b = room.split("/"), target.split("/")
        if a[0] == b[0] == "monitord" and len(b) == 3 and (len(a) != 3 or a[1] != b[1]):
            sideways.append(f"{room} includes {target}")


def report(name, found):
    print(("not ok - " if found else "ok - ") + name)
    for line in found:
        print("    " + line)


# a room is the pair .c/.h; a circle is one among rooms
graph = {}
for room, targets in includes.items():
    graph.setdefault(room[:-2], set()).update(t[:-2] for t in targets if t[:-2] != room[:-2])
state, circles = {}, []


def visit(node, trail):
    state[node] = 1
    for nxt in sorted(graph.get(node, ())):
        if state.get(nxt) == 1:
            circles.append(" -> ".join(trail[trail.index(nxt):] + [nxt]) if nxt in trail else f"{node} -> {nxt}")
        elif nxt not in state:
            visit(nxt, trail + [nxt])
    state[node] = 2


sys.setrecursionlimit(10000)
for node in sorted(graph):
    if node not in state:
        visit(node, [node])

report("laws::includes_are_written_from_the_root", unrooted)
report("laws::includes_point_down_only", above)
report("laws::programs_do_not_include_each_other", sideways)
report("laws::no_room_includes_itself_in_a_circle", circles)
PY
