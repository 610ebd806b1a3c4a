"""The client of the end-to-end scenarios: asks the service address every 20 ms, each time by a new
connection, and notes when it was answered and by whom. `watch FILE` runs until it is ended; `outage
FILE` prints the longest time without an answer in ms; `servers FILE` prints who answered, in order.
SERVICE_HOST in the environment is another address of the service, of either family."""
import json
import os
import select
import signal
import socket
import sys
import time

ADDRESS = (os.environ.get("SERVICE_HOST", "10.77.1.100"), 11900)
FAMILY = socket.AF_INET6 if ":" in ADDRESS[0] else socket.AF_INET
PERIOD = 0.02
BOUND = 0.25


def ask():
    connection = socket.socket(FAMILY, socket.SOCK_STREAM)
    connection.setblocking(False)
    connection.connect_ex(ADDRESS)
    return connection


def watch(path):
    going = True

    def stop(*_):
        nonlocal going
        going = False

    signal.signal(signal.SIGTERM, stop)
    out = open(path, "w", buffering=1)
    out.write(f"{time.monotonic():.4f} begin -\n")
    waiting = {}
    next_ask = time.monotonic()
    while going:
        now = time.monotonic()
        if now >= next_ask:
            connection = ask()
            waiting[connection] = [now, False, b""]
            next_ask = max(next_ask + PERIOD, now)
        for connection in [c for c, state in waiting.items() if now - state[0] > BOUND]:
            connection.close()
            del waiting[connection]
        writers = [c for c, state in waiting.items() if not state[1]]
        readers = [c for c, state in waiting.items() if state[1]]
        left = max(0.0, next_ask - time.monotonic())
        ready, able, _ = select.select(readers, writers, [], left)
        for connection in able:
            if connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                connection.close()
                del waiting[connection]
                continue
            try:
                connection.send(b"GET /health HTTP/1.0\r\n\r\n")
                waiting[connection][1] = True
            except OSError:
                connection.close()
                del waiting[connection]
        for connection in ready:
            state = waiting[connection]
            try:
                piece = connection.recv(4096)
            except OSError:
                piece = b""
            state[2] += piece
            if piece and b"}" not in state[2]:
                continue
            head, _, body = state[2].partition(b"\r\n\r\n")
            if b" 200 " in head.split(b"\r\n")[0] + b" ":
                server = json.loads(body)["server"]
                out.write(f"{time.monotonic():.4f} {server} {time.monotonic() - state[0]:.4f}\n")
            connection.close()
            del waiting[connection]
    out.write(f"{time.monotonic():.4f} end -\n")


def read(path):
    rows = [line.split() for line in open(path)]
    return [(float(row[0]), row[1]) for row in rows if len(row) == 3]


def outage(path):
    rows = read(path)
    times = [at for at, who in rows if who not in ("begin",)]
    print(int(max((b - a for a, b in zip(times, times[1:])), default=0) * 1000))


def servers(path):
    seen = []
    for _, who in read(path):
        if who not in ("begin", "end") and (not seen or seen[-1] != who):
            seen.append(who)
    print(" ".join(seen))


if __name__ == "__main__":
    {"watch": watch, "outage": outage, "servers": servers}[sys.argv[1]](sys.argv[2])
