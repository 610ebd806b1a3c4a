"""Who answers for the service address, seen from the client's place. `watch FILE` asks by ARP every 20 ms,
each time as another of 50 addresses, so that an answer names its question, and notes who answered;
`judge ARP SERVICE FROM TO` reads that file and the client's (client.py) between two times of the
monotonic clock in seconds, and prints "doubles N changes N waited MS": questions that got answers of two
stations, changes of the server that answered, and the longest time without an answer of the service."""
import select
import signal
import socket
import struct
import sys
import time

ADDRESS = socket.inet_aton("10.77.1.100")
INTERFACE = "lan1"
PERIOD = 0.02
ASKERS = 50  # a round of them takes a second: an answer later than that is not looked for


def watch(path):
    going = True

    def stop(*_):
        nonlocal going
        going = False

    signal.signal(signal.SIGTERM, stop)
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
    link.bind((INTERFACE, 0x0806))
    mac = link.getsockname()[4]
    out = open(path, "w", buffering=1)
    asked = {}
    next_ask, number = time.monotonic(), 0
    while going:
        now = time.monotonic()
        if now >= next_ask:
            asker = socket.inet_aton(f"10.77.1.{150 + number % ASKERS}")
            asked[asker] = now
            try:
                link.send(b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) + mac +
                          asker + bytes(6) + ADDRESS)
                out.write(f"{now:.4f} asked -\n")
            except OSError:
                pass
            number += 1
            next_ask = max(next_ask + PERIOD, now)
        if select.select([link], [], [], max(0.0, next_ask - time.monotonic()))[0]:
            try:
                frame = link.recv(128)
            except OSError:  # the room is being taken down
                continue
            reply, sender, asker = frame[20:22] == b"\0\2", frame[28:32], frame[38:42]
            if reply and sender == ADDRESS and asker in asked and frame[0:6] == mac:
                out.write(f"{asked[asker]:.4f} {frame[22:28].hex(':')} {time.monotonic():.4f}\n")


def rows(path):
    return [line.split() for line in open(path) if len(line.split()) == 3]


def judge(arp_path, service_path, begin, end):
    stations = {}
    for asked, who, _ in rows(arp_path):
        if who != "asked" and begin <= float(asked) < end:
            stations.setdefault(asked, set()).add(who)
    doubles = sum(len(who) > 1 for who in stations.values())
    # by the time of asking: a late answer is not a later one
    answers = sorted((float(at) - float(took), who) for at, who, took in rows(service_path)
                     if who not in ("begin", "end"))
    answers = [(at, who) for at, who in answers if begin <= at < end]
    changes = sum(a[1] != b[1] for a, b in zip(answers, answers[1:]))
    times = [begin] + [at for at, _ in answers] + [end]
    waited = max(b - a for a, b in zip(times, times[1:]))
    print(f"doubles {doubles} changes {changes} waited {int(waited * 1000)}")


if __name__ == "__main__":
    if sys.argv[1] == "watch":
        watch(sys.argv[2])
    else:
        judge(sys.argv[2], sys.argv[3], float(sys.argv[4]), float(sys.argv[5]))
