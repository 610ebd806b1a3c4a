# SPDX-License-Identifier: Apache-2.0
"""NUT under measurement on the same farm: one snmp-ups for each UPS, upsd and upsmon, all with a configuration
of their own in the benchmark's folder. "default" is NUT as Debian ships it; "tuned" is the fastest it accepts:
the driver walks each second (pollinterval 1, pollfreq 0) and upsmon asks each second."""
import os
import random
import subprocess
import time

from bench_tools import MARK, Log, cpu_s, end_marked, marked, memory_mib, spread

LIBEXEC = "/lib/nut"  # what stands at /sbin in Debian asks /etc/nut whether it may run
DRIVER = LIBEXEC + "/snmp-ups"
UPSD_PORT = 16990
NOTIFY = """#!/bin/sh
echo "$(date +%%s.%%N) $NOTIFYTYPE $UPSNAME" >> %s
"""


def write(path, text, mode=0o640):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


class Nut:
    def __init__(self, place, farm, mode):
        self.place, self.farm, self.tuned = os.path.join(place, "nut-" + mode), farm, mode == "tuned"
        self.mark = "%d.%d" % (os.getpid(), time.time_ns())
        self.etc, self.run = os.path.join(self.place, "etc"), os.path.join(self.place, "run")
        for folder in (self.place, self.etc, self.run, "/run/nut"):
            os.makedirs(folder, exist_ok=True)
        self.log = Log(os.path.join(self.place, "pages"))
        self.env = dict(os.environ, NUT_CONFPATH=self.etc, NUT_STATEPATH=self.run, NUT_ALTPIDPATH=self.run,
                        NUT_PIDPATH=self.run)
        self.env[MARK] = self.mark
        self.configure()
        self.errors = open(os.path.join(self.place, "log"), "w", encoding="utf-8")
        self.daemons = []

    def configure(self):
        command = os.path.join(self.place, "notify")
        write(command, NOTIFY % self.log.path, 0o755)
        ups = "maxretry = 3\n" + ("pollinterval = 1\n" if self.tuned else "")
        monitor = ""
        for i in range(self.farm.upses):
            ups += ("[ups%d]\n driver = snmp-ups\n port = 127.0.0.1:%d\n mibs = ietf\n community = public\n"
                    " snmp_version = v2c\n" % (i, self.farm.port + i)) + (" pollfreq = 0\n" if self.tuned else "")
            monitor += "MONITOR ups%d@127.0.0.1:%d 1 bench x primary\n" % (i, UPSD_PORT)
        monitor += ("MINSUPPLIES 1\nRUN_AS_USER root\nSHUTDOWNCMD /bin/true\nNOTIFYCMD %s\nPOWERDOWNFLAG %s/down\n"
                    % (command, self.place)) + ("POLLFREQ 1\nPOLLFREQALERT 1\n" if self.tuned else "")
        for event in ("ONLINE", "ONBATT", "LOWBATT", "COMMBAD", "COMMOK", "NOCOMM"):
            monitor += "NOTIFYFLAG %s EXEC\n" % event
        write(os.path.join(self.etc, "nut.conf"), "MODE=standalone\n")
        write(os.path.join(self.etc, "ups.conf"), ups)
        write(os.path.join(self.etc, "upsd.conf"), "LISTEN 127.0.0.1 %d\n" % UPSD_PORT)
        write(os.path.join(self.etc, "upsd.users"), "[bench]\n password = x\n upsmon primary\n")
        write(os.path.join(self.etc, "upsmon.conf"), monitor)

    def start(self):
        for i in range(self.farm.upses):
            made = subprocess.run([DRIVER, "-a", "ups%d" % i, "-u", "root"], env=self.env, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
            if made.returncode != 0:
                raise SystemExit("snmp-ups does not start:\n" + made.stdout)
        self.daemons.append(self.daemon([LIBEXEC + "/upsd", "-F", "-u", "root"]))
        time.sleep(2)
        # upsmon insists on one pid file for the whole host: it gets a /run/nut of its own
        self.daemons.append(self.daemon(["unshare", "-m", "sh", "-c",
                                         "mount -t tmpfs none /run/nut && exec %s/upsmon -F" % LIBEXEC]))
        time.sleep(10 if self.tuned else 40)
        if any(daemon.poll() is not None for daemon in self.daemons):
            with open(self.errors.name, encoding="utf-8") as said:
                raise SystemExit("upsd or upsmon does not stay:\n" + said.read())

    def daemon(self, command):
        return subprocess.Popen(command, env=self.env, stdout=self.errors, stderr=self.errors)

    def pids(self):
        return marked(lambda value: value == self.mark)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        end_marked(self.mark)
        for daemon in self.daemons:
            daemon.wait(5)
        self.errors.close()


def says(event, index):
    return lambda line: line.split("@")[0] == "%s ups%d" % (event, index)


def one_by_one(nut, farm, trials, limit):
    """Each UPS once, spread over two of NUT's own periods; their latencies overlap freely."""
    latencies = []
    left = trials
    while left > 0:
        order = random.sample(range(farm.upses), min(left, farm.upses))
        left -= len(order)
        flipped = {}
        for i in order:
            flipped[i] = farm.order("onbatt %d" % i)["t"]
            time.sleep(random.uniform(0, (6.0 if nut.tuned else 60.0) / len(order)))
        latencies += [nut.log.wait(flipped[i], says("ONBATT", i), limit) for i in order]
        back = farm.order("all online")["t"]
        for i in order:
            nut.log.wait(back, says("ONLINE", i), limit)
    return latencies


def measure(wanted, place, farm, mode):
    if not os.path.exists(DRIVER):
        raise SystemExit("NUT is not here: apt-get install nut-server nut-client nut-snmp")
    limit = 20 if mode == "tuned" else 60
    with Nut(place, farm, mode) as nut:
        pids = nut.pids()
        before, requests, started = cpu_s(pids), farm.order("stats")["requests"], time.time()
        time.sleep(wanted.seconds)
        length = time.time() - started
        count = farm.order("stats")["requests"] - requests
        rss, pss = memory_mib(pids)
        figures = {"cell": "NUT, %d UPSes, %s" % (farm.upses, mode), "processes": len(pids),
                   "cpu_percent_of_a_core": round(100 * (cpu_s(pids) - before) / length, 2),
                   "requests_per_device_and_min": round(count / farm.upses * 60 / length, 1),
                   "rss_mib": rss, "pss_mib": pss}
        latencies = one_by_one(nut, farm, wanted.trials, limit)
        figures["on battery -> command, s"] = spread(latencies)
        figures["missed"] = sum(latency is None for latency in latencies)
        at = farm.order("all onbatt")["t"]
        last = [nut.log.wait(at, says("ONBATT", i), limit) for i in range(farm.upses)]
        figures["50 at once -> command, s"] = round(max(x if x is not None else -1 for x in last), 3)
        farm.order("all online")
        time.sleep(5)
        at = farm.order("mute 0 1")["t"]
        figures["communication lost -> command, s"] = round(nut.log.wait(at, says("COMMBAD", 0), 240) or -1, 3)
        farm.order("well 0 1")
        return figures
