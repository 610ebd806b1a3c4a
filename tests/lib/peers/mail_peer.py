#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A mail server that wants STARTTLS before anything else (aiosmtpd). Recipients tell it what to answer:
later@… 451, nobody@… 550, anybody else is taken; each message goes into a file of its own.
usage: mail_peer.py FOLDER  (cert.pem and key.pem are there); prints "ready PORT"."""
import os, ssl, sys, time
from aiosmtpd.controller import Controller

folder = sys.argv[1]


class Handler:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("later"):
            return "451 4.3.0 later"
        if address.startswith("nobody"):
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        Handler.count += 1
        name = os.path.join(folder, f"mail-{Handler.count}")
        with open(name + ".part", "wb") as file:
            file.write(b"X-Tls: %s\r\nX-To: %s\r\n" % (
                b"yes" if session.ssl else b"no", ",".join(envelope.rcpt_tos).encode()))
            file.write(envelope.content)
        os.rename(name + ".part", name)
        return "250 OK"


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"))


class Fixed(Controller):
    def factory(self):
        from aiosmtpd.smtp import SMTP
        return SMTP(self.handler, tls_context=context, require_starttls=True, hostname="mail.test")


address = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"
port = int(sys.argv[3]) if len(sys.argv) > 3 else 0
if port == 0:
    import socket
    with socket.socket() as probe:
        probe.bind((address, 0))
        port = probe.getsockname()[1]
controller = Fixed(Handler(), hostname=address, port=port)
controller.start()
print(f"ready {port}", flush=True)
while sys.stdin.buffer.read(1):
    pass
controller.stop()
