"""Beside the benchmark's UDP echo service: keeps its pid in a file, and answers HTTP with 200 only when
the echo itself has just answered. `bridge.py FOLDER PARENT` ends when the parent process has ended."""
import os
import socket
import sys
import threading
import time

folder, parent = sys.argv[1], int(sys.argv[2])
space = os.stat("/proc/self/ns/net").st_ino


def service_pid():
    for entry in os.listdir("/proc"):
        try:
            words = open(f"/proc/{entry}/cmdline", "rb").read().split(b"\0") if entry.isdigit() else []
            if b"_server" in words and os.stat(f"/proc/{entry}/ns/net").st_ino == space:
                return entry
        except OSError:
            continue
    return None


def keep_pid_file():
    last = None
    while os.path.exists(f"/proc/{parent}"):
        now = service_pid()
        if now is not None and now != last:
            with open(f"{folder}/service.new", "w") as file:
                file.write(now + "\n")
            os.rename(f"{folder}/service.new", f"{folder}/service.pid")
            last = now
        time.sleep(0.2)
    os._exit(0)


def answer(connection):
    try:
        connection.settimeout(1)
        connection.recv(500)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as echo:
            echo.settimeout(0.14)
            echo.connect(("127.0.0.1", 7119))
            echo.send(b"ask1")
            echo.recv(100)
        connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # no answer is the answer
    connection.close()


threading.Thread(target=keep_pid_file, daemon=True).start()
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 11900))
listener.listen(50)
while True:
    threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()
