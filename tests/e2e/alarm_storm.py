# SPDX-License-Identifier: Apache-2.0
"""monitord in a storm of alarms (alarm_storm.sh): 200 UPSes, ten of them in the room and the others at
twenty places, each but one with six or eight alarms, others every second. Prints what was measured, then TAP.
usage: alarm_storm.py BIN FARM PLACE SLOW"""
import argparse
import collections
import json
import os
import socket
import sqlite3
import sys
import time

from bench_monitord import Monitord
from bench_tools import Farm, memory_mib

BIN, FARM, PLACE, SLOW = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
DEVICES, ALARMS, SECONDS, CHANNELS = 200, 10000, 10, 2
GROWTH_MIB = 8
failed = 0


def say(what, holds):
    global failed
    failed += not holds
    print(("ok - " if holds else "not ok - ") + "e2e::alarm_storm::" + what, flush=True)


def ask(order):
    """The daemon's answer and how long it took, in milliseconds."""
    began = time.monotonic()
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(10)
        link.connect(os.path.join(PLACE, "monitord/control.sock"))
        link.sendall((json.dumps(order) + "\n").encode())
        text = b""
        while not text.endswith(b"\n"):
            text += link.recv(65536)
    return json.loads(text), (time.monotonic() - began) * 1e3


def rows(where):
    link = sqlite3.connect("file:%s?mode=ro" % os.path.join(PLACE, "monitord/journal.sqlite"), uri=True)
    found = [json.loads(body) for body, in link.execute("select body from entry where " + where)]
    link.close()
    return found


def newest():
    link = sqlite3.connect("file:%s?mode=ro" % os.path.join(PLACE, "monitord/journal.sqlite"), uri=True)
    number, = link.execute("select max(seq) from entry").fetchone()
    link.close()
    return number


def storm(farm, told):
    """Ten seconds of it, or until all alarms have been fetched where the machine is busy with other things; the
    times of the answers to an acknowledgement every quarter of a second."""
    times, refused, began = [], 0, time.monotonic()
    while time.monotonic() < began + SECONDS or (
            time.monotonic() < began + 2 * SECONDS * SLOW and farm.order("stats")["alarms"] - told < ALARMS):
        until = time.monotonic() + 0.25
        status = ask({"order": "status"})[0]["status"]
        # who has not been answered comes first; an answer that is given again is answered as fast
        waiting = sorted((i for i in status["incidents"] if i["state"] == "open"), key=lambda i: i["acked_by"] or "")
        for incident in waiting[:1]:
            answer, took = ask({"order": "acknowledge", "incident": incident["id"]})
            times.append(took)
            refused += not answer.get("ok")
        time.sleep(max(0, until - time.monotonic()))
    return sorted(times), refused, time.monotonic() - began


def wait(monitord, holds):
    """Until the status is so; what follows says what is missing when it never is."""
    end = time.time() + 20 * SLOW
    while time.time() < end:
        status = monitord.status()
        if status is not None and holds(status):
            break
        time.sleep(0.2)


def main():
    wanted = argparse.Namespace(bin=BIN)
    with Farm(FARM, DEVICES, 0) as farm, Monitord(wanted, PLACE, farm, 10) as monitord:
        wait(monitord, lambda status: all(d["quality"] == "good" for d in status["power"]))
        farm.order("onbatt 0")  # what is answered all the while: in a storm of pulses nothing may last
        wait(monitord, lambda status: any(i["state"] == "open" for i in status["incidents"]))
        pid, mark, told = [monitord.process.pid], newest(), farm.order("stats")["alarms"]
        before = memory_mib(pid)[0]
        farm.order("all storm")
        farm.order("onbatt 0")
        times, refused, seconds = storm(farm, told)
        alarms, after = farm.order("stats")["alarms"] - told, memory_mib(pid)[0]
        farm.order("all online")
        roots = rows("seq > %d and kind = 'record' and json_extract(body, '$.name') = 'incident_opened'" % mark)
        pages = rows("seq > %d and kind = 'command' and json_extract(body, '$.kind') = 'notify'" % mark)
        lag = monitord.status()["monitor"]["loop_lag_p999_ms"]
    each = collections.Counter((p["incident"], p["epoch"], p["message"], p["person"], p["channel"]) for p in pages)
    states = {(p["incident"], p["epoch"], p["message"]) for p in pages}
    print("# %d devices, %.1f s: %d alarms told; %d roots, %d states of them, %d pages" %
          (DEVICES, seconds, alarms, len(roots), len(states), len(pages)))
    print("# resident %.1f MiB before, %.1f MiB after; loop lag p99.9 %.1f ms" % (before, after, lag))
    times = times or [float("inf")]
    print("# %d acknowledgements: median %.1f ms, 9 of 10 within %.1f ms, worst %.1f ms, %d refused" %
          (len(times), times[len(times) // 2], times[len(times) * 9 // 10], times[-1], refused))
    say("ten_thousand_alarms_were_told", alarms >= ALARMS)
    say("roots_do_not_grow_with_the_alarms", len(roots) <= 64)
    say("pages_are_bounded_by_the_roots", len(pages) <= 3 * CHANNELS * len(roots))
    say("nobody_is_paged_twice_by_one_channel_about_one_state", max(each.values(), default=0) <= 1)
    say("memory_is_bounded", SLOW > 1 or after - before <= GROWTH_MIB)
    say("nine_acknowledgements_of_ten_are_answered_within_100_ms",
        len(times) >= 10 and refused == 0 and times[len(times) * 9 // 10] <= 100 * SLOW)
    return failed


sys.exit(main() != 0)
