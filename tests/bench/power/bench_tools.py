# SPDX-License-Identifier: Apache-2.0
"""What both sides of the power benchmark are measured with: the farm of devices, the processes' use of the
host, the log of notifications, and the printing."""
import datetime
import json
import os
import signal
import statistics
import subprocess
import time

MARK = "NOROSHI_BENCH"  # in the environment of all that a run starts: "PID-OF-THE-RUN.WHEN"


def marked(fits):
    """Every process whose mark fits: drivers of NUT fork away from who started them."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open("/proc/%s/environ" % name, "rb") as environ:
                entries = environ.read().split(b"\0")
        except OSError:
            continue
        values = [entry[len(MARK) + 1:].decode() for entry in entries if entry.startswith(MARK.encode() + b"=")]
        if values and fits(values[-1]):
            found.append(int(name))
    return found


def end_all(fits):
    """Ends them by pid, in order, then by force."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for pid in marked(fits):
            try:
                os.kill(pid, sign)
            except OSError:
                pass
        end = time.time() + 5
        while marked(fits) and time.time() < end:
            time.sleep(0.1)


def end_marked(mark):
    end_all(lambda value: value == mark)


def end_orphans():
    """What earlier runs left behind that were killed themselves."""
    end_all(lambda value: not os.path.exists("/proc/" + value.split(".")[0]))


class Farm:
    """The simulated devices; `order` returns what the farm answered, with its own time in "t"."""

    def __init__(self, tools, upses, switches, port=17000):
        self.upses, self.switches, self.port = upses, switches, port
        self.switch_port = port + 8000
        self.process = subprocess.Popen(
            [os.path.join(tools, "bench_power_farm"), str(upses), str(port), str(switches), str(self.switch_port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if json.loads(self.process.stdout.readline())["ev"] != "ready":
            raise SystemExit("the farm does not start")

    def order(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)


class Log:
    """Lines "TIME REST" that a notification command appends."""

    def __init__(self, path):
        self.path, self.seen = path, []
        open(path, "w").close()

    def events(self):
        with open(self.path, encoding="utf-8") as lines:
            self.seen = [line.rstrip("\n").split(" ", 1) for line in lines if line.endswith("\n")]
        return [(float(at), rest) for at, rest in self.seen if rest]

    def wait(self, after, fits, limit):
        """Seconds from `after` until the first line that fits; None when there is none within the limit."""
        end = time.time() + limit
        while time.time() < end:
            for at, rest in self.events():
                if at >= after and fits(rest):
                    return at - after
            time.sleep(0.01)
        return None


def cpu_s(pids):
    ticks = 0
    for pid in pids:
        try:
            with open("/proc/%d/stat" % pid) as stat:
                words = stat.read().rsplit(")", 1)[1].split()
            ticks += sum(int(word) for word in words[11:15])
        except OSError:
            pass
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mib(pids):
    """(resident, proportional) of all of them."""
    total = {"Rss:": 0, "Pss:": 0}
    for pid in pids:
        try:
            with open("/proc/%d/smaps_rollup" % pid) as lines:
                for line in lines:
                    words = line.split()
                    if words[0] in total:
                        total[words[0]] += int(words[1])
        except OSError:
            pass
    return round(total["Rss:"] / 1024, 1), round(total["Pss:"] / 1024, 1)


def spread(values):
    values = sorted(value for value in values if value is not None)
    if not values:
        return None
    at = min(len(values) - 1, int(round(0.95 * (len(values) - 1))))
    return {"n": len(values), "min": round(values[0], 3), "median": round(statistics.median(values), 3),
            "p95": round(values[at], 3), "max": round(values[-1], 3)}


def say(wanted, cell):
    cell = dict(cell, date=datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
                load=round(os.getloadavg()[0], 1))
    print(cell.pop("cell"))
    for key, value in cell.items():
        if isinstance(value, dict):
            value = "  ".join("%s %s" % pair for pair in value.items())
        print("  %-34s %s" % (key, value))
    print(flush=True)
    if wanted.json:
        with open(wanted.json, "a", encoding="utf-8") as file:
            file.write(json.dumps(cell, ensure_ascii=False) + "\n")
