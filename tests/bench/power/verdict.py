# SPDX-License-Identifier: Apache-2.0
"""What the power benchmark must show: each figure beside its bound, one line each, and whether all hold."""

P95 = "on battery -> command, s"
LOSS, SILENT = "50 at once -> command, s", "communication lost -> command, s"
# cell, figure (a part of it after "/"), how it must be, bound
BOUNDS = [
    ("nut", P95 + "/p95", "<=", 1.1),
    ("nut", "missed", "<=", 0),
    ("nut", LOSS, "<=", 1.2),
    ("nut", SILENT, "<=", 4.0),
    ("nut", "requests_per_device_and_min", "<=", 120),
    ("nut", "processes", "<=", 1),
    ("nut", "pss_mib", "<=", 20),
    ("thousand", "cpu_percent_of_a_core", "<=", 25),
    ("thousand", "rss_mib", "<=", 32),
    ("thousand", "longest wait of any device, ms", "<=", 1500),
    ("hostile", "longest callback, CPU ms", "<=", 5),
    ("hostile", "loop lag above the empty loop, ms", "<=", 5),
    ("hostile", "longest wait of a good device, ms", "<=", 1500),
    ("hostile", "good devices read", ">=", 200),
    ("flat", "CPU of one device at 3,000 / at 100", "<=", 1.5),
]
# Of NUT in the same run: what is better the smaller it is.
AGAINST = [P95 + "/p95", LOSS, SILENT, "requests_per_device_and_min", "processes", "pss_mib", "rss_mib",
           "cpu_percent_of_a_core"]


def figure_of(cell, name):
    """None where the cell does not have it, or has it as -1 or None: it never came."""
    head, _, part = name.partition("/") if name not in cell else (name, "", "")
    value = cell.get(head)
    value = value.get(part) if part and isinstance(value, dict) else value
    return value if isinstance(value, (int, float)) and value >= 0 else None


def flat(cells):
    """The cost at 3,000 devices by that at 100; at 10 what the program costs by itself is most of it."""
    cost = {count: figure_of(cells.get("flat-%d" % count, {}), "CPU per device and second, us") for count in (100, 3000)}
    return round(cost[3000] / cost[100], 2) if cost[100] and cost[3000] else None


def line(name, value, rest):
    print("  %-62s %10s  %s" % (name, "-" if value is None else "%g" % value, rest))


def compare(cells):
    rivals = [key for key in ("nut-default", "nut-tuned") if key in cells]
    if "nut" not in cells or not rivals:
        return
    print("\nNoroshi against NUT on the same %d UPSes" % cells["nut"].get("upses", 50))
    for name in AGAINST:
        others = [(key[4:], figure_of(cells[key], name)) for key in rivals]
        line(name.replace("/", " "), figure_of(cells["nut"], name),
             "   ".join("NUT %s %s" % (mode, "-" if x is None else "%g" % x) for mode, x in others))


def pronounce(cells, wanted):
    """Prints the tables; how many bounds of the cells that were wanted do not hold."""
    compare(cells)
    if "hostile" in cells:
        lag, empty = (figure_of(cells["hostile"], key)
                      for key in ("loop lag p99.9, ms", "empty loop beside it p99.9, ms"))
        if lag is not None and empty is not None:
            cells["hostile"]["loop lag above the empty loop, ms"] = max(0, round(lag - empty, 2))
    cells["flat"] = {"CPU of one device at 3,000 / at 100": flat(cells)}
    print("\nWhat must be shown")
    broken = 0
    for cell, name, how, bound in BOUNDS:
        if cell not in wanted:
            continue
        value = figure_of(cells.get(cell, {}), name)
        holds = value is not None and (value <= bound if how == "<=" else value >= bound)
        broken += not holds
        line("%s: %s" % (cell, name.replace("/p95", " p95")), value,
             "%s %-6g %s" % (how, bound, "holds" if holds else "DOES NOT HOLD" if value is not None else "NOT MEASURED"))
    return broken
