#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A receiver of webhooks that speaks TLS only. Each POST becomes a file post-N: its headers, a blank line,
its body. usage: https_peer.py FOLDER [ADDRESS PORT] (cert.pem and key.pem are there); prints "ready PORT"."""
import http.server, os, ssl, sys, threading

folder = sys.argv[1]


class Receiver(http.server.BaseHTTPRequestHandler):
    count = 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Receiver.count += 1
        name = os.path.join(folder, f"post-{Receiver.count}")
        with open(name + ".part", "wb") as file:
            file.write(f"{self.connection.version()}\r\n{self.headers}\r\n".encode() + body)
        os.rename(name + ".part", name)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"))
address = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"
port = int(sys.argv[3]) if len(sys.argv) > 3 else 0
server = http.server.ThreadingHTTPServer((address, port), Receiver)
server.daemon_threads = True
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"ready {server.server_port}", flush=True)
while sys.stdin.buffer.read(1):
    pass
