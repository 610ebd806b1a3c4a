# SPDX-License-Identifier: Apache-2.0
"""monitord under measurement: a site made for the farm's devices, the daemon on it, and the cells."""
import json
import os
import shutil
import signal
import subprocess
import time

from bench_tools import Farm, Log, cpu_s, memory_mib, spread

SITE = """site = { name = "bench"; language = "en"; timezone = "Asia/Tokyo"; when_alone = "stop"; state_directory = "%(place)s"; };
heartbeat = { networks = ( { name = "lan-1"; bind = "127.0.0.1:16991"; interface = "lo"; } ); };
%(devices)s
servers = (
  { name = "dispatch-1"; preferred = true; host = "127.0.0.1:16992"; power = [%(power)s]; heartbeat = ["127.0.0.1:16993"]; },
  { name = "dispatch-2"; host = "127.0.0.1:16994"; power = [%(power)s]; heartbeat = ["127.0.0.1:16995"]; } );
lines = ( { name = "line-a"; preferred = true; carrier = "c-1"; building = "b-1"; route = "r-1"; interface = "lo";
            gateway = "127.0.0.9"; power = [%(power)s]; targets = ["127.0.0.2", "127.0.0.3"]; } );
services = ( { name = "119"; availability_class = 1; needs = ["line-a"]; } );
channels = ( { name = "pager"; kind = "command"; command = "%(pager)s"; }, { name = "terminal"; kind = "terminal"; } );
roles = ( { id = "chief"; title = "chief"; } );
persons = ( { id = "chief-1"; title = "chief"; login = "root"; roles = ["chief"]; channels = ["pager", "terminal"];
              command_address = "1"; } );
ladder = ( { roles = ["chief"]; wait = "1h"; } );
escalation = { clean = "1s"; child_grace = "0s"; child_window = "%(window)s"; };
"""
# For NUT and for us alike: a shell that writes when it was started and what about.
PAGER = """#!/bin/sh
t=$(date +%%s.%%N)
read -r page
printf '%%s %%s\\n' "$t" "$page" >> %s
"""
UPS = '{ name = "u%d"; driver = "snmp"; address = "127.0.0.1:%d"; profile = "rfc1628"; snmp = { community = "public"; };%s }'
SWITCH = '{ name = "s%d"; driver = "modbus-tcp"; address = "127.0.0.1:%d"; unit = 1; profile = "transfer-switch-contacts";%s }'


class Monitord:
    """The daemon, watching a farm: the first `room` UPSes in the room, all other devices in 20 places.
    meter: the library that measures each of its callbacks; not beside figures of CPU, which it adds to."""

    def __init__(self, wanted, place, farm, room, window="60s", meter=None):
        self.bin, self.place = wanted.bin, os.path.join(place, "monitord")
        shutil.rmtree(self.place, ignore_errors=True)
        os.makedirs(self.place)
        self.log = Log(os.path.join(self.place, "pages"))
        pager = os.path.join(self.place, "pager")
        with open(pager, "w", encoding="utf-8") as file:
            file.write(PAGER % self.log.path)
        os.chmod(pager, 0o755)
        where = lambda i: "" if i < room else ' place = "place-%d";' % (i % 20)
        ups = [UPS % (i, farm.port + i, where(i)) for i in range(farm.upses)]
        switches = [SWITCH % (i, farm.switch_port + i, where(room + i)) for i in range(farm.switches)]
        devices = "ups = ( %s );\n" % ",\n  ".join(ups)
        if switches:
            devices += "transfer_switches = ( %s );\n" % ",\n  ".join(switches)
        power = ", ".join('"u%d"' % i for i in range(min(room, 2)))
        config = os.path.join(self.place, "site.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(SITE % {"place": self.place, "devices": devices, "pager": pager, "power": power,
                               "window": window})
        self.errors = open(os.path.join(self.place, "log"), "w", encoding="utf-8")
        self.callbacks = os.path.join(self.place, "callbacks")
        env = dict(os.environ, LD_PRELOAD=meter, BENCH_CALLBACKS=self.callbacks) if meter else None
        self.process = subprocess.Popen([os.path.join(self.bin, "monitord"), "--config", config],
                                        stderr=self.errors, env=env)

    def status(self):
        out = subprocess.run([os.path.join(self.bin, "monitorctl"), "--socket",
                              os.path.join(self.place, "control.sock"), "status", "--json"],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
        return json.loads(out) if out else None

    def settle(self, limit=60):
        """Until every device that answers has been read once and the first pages are out."""
        end = time.time() + limit
        while time.time() < end:
            status = self.status()
            if status is not None and sum(d["quality"] == "absent" for d in status["power"]) == 0:
                break
            if self.process.poll() is not None:
                raise SystemExit("monitord has ended:\n" + open(self.errors.name, encoding="utf-8").read())
            time.sleep(1)
        time.sleep(5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.errors.close()


def about(name, message="opened"):
    """A page of this kind that names the device (of anything: None)."""
    def fits(line):
        page = json.loads(line)
        words = (page["subject"] + " " + page["brief"] + " " + page["body"]).replace("(", " ").replace(")", " ")
        return page["message"] == message and (name is None or name in words.split())
    return fits


def stretch(monitord, farm, seconds):
    """CPU, memory and requests of a quiet stretch."""
    pid = [monitord.process.pid]
    before, requests, started = cpu_s(pid), farm.order("stats")["requests"], time.time()
    time.sleep(seconds)
    length = time.time() - started
    count = farm.order("stats")["requests"] - requests
    rss, pss = memory_mib(pid)
    return {"cpu_percent_of_a_core": round(100 * (cpu_s(pid) - before) / length, 2),
            "requests_per_device_and_min": round(count / (farm.upses + farm.switches) * 60 / length, 1),
            "rss_mib": rss, "pss_mib": pss}


def against_nut(wanted, place, farm):
    with Monitord(wanted, place, farm, 50) as monitord:
        monitord.settle()
        figures = {"cell": "Noroshi, %d UPSes, default settings" % farm.upses, "processes": 1}
        figures.update(stretch(monitord, farm, wanted.seconds))
        latencies, missed = [], 0
        for i in range(wanted.trials):
            name = "u%d" % (i % farm.upses)
            time.sleep((i * 0.37) % 1.0)  # phases over the whole interval
            at = farm.order("onbatt %s" % name[1:])["t"]
            latencies.append(monitord.log.wait(at, about(name), 10))
            missed += latencies[-1] is None
            back = farm.order("online %s" % name[1:])["t"]
            monitord.log.wait(back, about(name, "recovered"), 20)
        figures["on battery -> command, s"] = spread(latencies)
        figures["missed"] = missed
        # before the mains are lost: near such a loss a silent UPS is part of its story
        at = farm.order("mute 0 1")["t"]
        figures["communication lost -> command, s"] = round(monitord.log.wait(at, about("u0"), 30) or -1, 3)
        back = farm.order("well 0 1")["t"]
        monitord.log.wait(back, about("u0", "recovered"), 30)
        at = farm.order("all onbatt")["t"]
        figures["50 at once -> command, s"] = round(monitord.log.wait(at, about(None), 10) or -1, 3)
        back = farm.order("all online")["t"]
        monitord.log.wait(back, about(None, "recovered"), 30)
        return figures


def late(farm, devices):
    gaps = farm.order("stats")["late_ms"]
    return max(gaps[i] for i in devices)


def thousand(wanted, place, tools):
    with Farm(tools, 900, 100) as farm, Monitord(wanted, place, farm, 50) as monitord:
        monitord.settle()
        farm.order("mark")
        figures = {"cell": "1,000 devices at 1 Hz (900 SNMP, 100 Modbus TCP)"}
        figures.update(stretch(monitord, farm, wanted.seconds))
        figures["longest wait of any device, ms"] = late(farm, range(1000))
        loop(figures, monitord)
        return figures


def loop(figures, monitord):
    monitor = monitord.status()["monitor"]
    figures["loop lag p99.9, ms"] = monitor["loop_lag_p999_ms"]
    figures["longest turn of the loop, CPU ms"] = monitor["turn_cpu_ms"]


class EmptyLoop:
    def __init__(self, tools):
        self.process = subprocess.Popen([os.path.join(tools, "bench_power_empty_loop")],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end(self):
        return float(self.process.communicate()[0])


def longest_callback(figures, monitord):
    """After its end: the callback that used most CPU time since SIGUSR1."""
    with open(monitord.callbacks, encoding="utf-8") as file:
        took_us, count, kind, where = file.read().split()
    figures["longest callback, CPU ms"] = int(took_us) / 1000
    figures["of callbacks"] = int(count)
    figures["it was"] = "%s, %s" % (kind, where)


def hostile(wanted, place, tools):
    """Good, silent and dripping devices, a third each; half of each kind by SNMP, half by Modbus TCP."""
    figures = hostile_stretch(wanted, place, tools, None)
    meter = os.path.join(tools, "bench_power_callbacks.so")
    metered = hostile_stretch(wanted, place, tools, meter)
    for key in ("longest callback, CPU ms", "of callbacks", "it was"):
        figures[key] = metered[key]
    return figures


def hostile_stretch(wanted, place, tools, meter):
    with Farm(tools, 300, 300) as farm, Monitord(wanted, place, farm, 50, meter=meter) as monitord:
        monitord.settle()
        for first in (0, 300):
            farm.order("mute %d %d" % (first + 100, first + 200))
            farm.order("drip %d %d" % (first + 200, first + 300))
        time.sleep(10)
        good = list(range(100)) + list(range(300, 400))
        farm.order("mark")
        if meter:
            monitord.process.send_signal(signal.SIGUSR1)
        beside = EmptyLoop(tools)
        figures = {"cell": "200 silent and 200 dripping among 200 good devices"}
        figures.update(stretch(monitord, farm, wanted.seconds))
        figures["longest wait of a good device, ms"] = late(farm, good)
        power = monitord.status()["power"]
        figures["good devices read"] = sum(
            d["state"] == "ok" and d["age_s"] is not None and d["age_s"] < 1.6 for d in power
            if int(d["name"][1:]) < 100)
        loop(figures, monitord)
        figures["empty loop beside it p99.9, ms"] = beside.end()
    if meter:
        longest_callback(figures, monitord)
    return figures


def cost(wanted, place, tools, count):
    with Farm(tools, count, 0) as farm, Monitord(wanted, place, farm, min(count, 50)) as monitord:
        monitord.settle(120)
        farm.order("mark")
        figures = {"cell": "cost of one device, %d devices at 1 Hz" % count}
        use = stretch(monitord, farm, wanted.seconds)
        figures.update(use)
        figures["CPU per device and second, us"] = round(use["cpu_percent_of_a_core"] * 1e4 / count, 1)
        figures["memory per device, KiB"] = round(use["rss_mib"] * 1024 / count, 1)
        figures["longest wait of any device, ms"] = late(farm, range(count))
        return figures
