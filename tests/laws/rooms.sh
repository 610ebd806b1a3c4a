# Law: a room is at most 500 lines, a line at most 100 columns, a function at most 70 lines; every file
# says in its first lines what it owns; nothing half done is left in the text; no test can signal everybody.
root=$(cd "$(dirname "$0")/../.." && pwd)
exec python3 - "$root" <<'PY'
import os, re, sys, unicodedata

root = sys.argv[1]
floors = ["failover", "config", "probes", "monitord", "sim", "tests"]
long_rooms, wide, functions, openings, halves, wild = [], [], [], [], [], []


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


for floor in floors:
    for folder, _, names in os.walk(os.path.join(root, floor)):
        for name in sorted(names):
            if not name.endswith((".c", ".h")):
                continue
            path = os.path.join(folder, name)
            room = os.path.relpath(path, root)
            lines = open(path, encoding="utf-8").read().split("\n")
            table = name.startswith("text_")  # words stand in one row with their translation, however wide
            if len(lines) > 501:
                long_rooms.append(f"{room}: {len(lines) - 1} lines")
            head = "\n".join(lines[:4])
            if "SPDX-License-Identifier: Apache-2.0" not in head or "/*" not in "\n".join(lines[1:3]):
                openings.append(room)
            start = None
            for number, line in enumerate(lines, 1):
                if width(line) > 100 and not table:
                    wide.append(f"{room}:{number}: {width(line)} columns")
                if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
                    halves.append(f"{room}:{number}: {line.strip()}")
                if floor == "tests" and re.search(r"(?<![a-z_])kill\(", line) and name != "signal_child.h":
                    wild.append(f"{room}:{number}: {line.strip()}")
                if line == "{":
                    start = number
                elif line == "}" and start:
                    if number - start - 1 > 70:
                        functions.append(f"{room}:{start}: {number - start - 1} lines")
                    start = None


def report(name, found):
    print(("not ok - " if found else "ok - ") + name)
    for line in found:
        print("    " + line)


report("laws::a_room_is_at_most_500_lines", long_rooms)
report("laws::a_line_is_at_most_100_columns", wide)
report("laws::a_function_is_at_most_70_lines", functions)
report("laws::a_file_opens_with_its_licence_and_what_it_owns", openings)
report("laws::nothing_half_done_is_left", halves)
report("laws::a_test_signals_a_process_only_by_signal_child", wild)
PY
