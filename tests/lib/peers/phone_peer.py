#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What stands on the desk of a dispatch centre: a modem and a terminal on pseudo terminals, a signal tower
by PNS. The modem speaks AT and PDU mode, reports delivery, and writes each message it takes as one JSON
object a line (time, number, text) to FOLDER/sms.jsonl; what is written to FOLDER/terminal is what a person
would see; FOLDER/tower.jsonl has each state the tower was set to. While FOLDER/mute exists the modem takes a
message and says nothing about it. Lines "NUMBER TEXT" appended to FOLDER/reply are messages from people.
usage: phone_peer.py FOLDER ADDRESS:PORT  (of the tower); makes FOLDER/modem and FOLDER/tty, prints "ready"."""
import json
import os
import pty
import select
import socket
import sys
import time
import tty

folder, tower_at = sys.argv[1:]
STALL = os.path.join(folder, "mute")


def note(name, **what):
    with open(os.path.join(folder, name), "a") as out:
        out.write(json.dumps({"t": time.time(), **what}, ensure_ascii=False) + "\n")


def terminal(name):
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    os.symlink(os.ttyname(theirs), os.path.join(folder, name))
    return ours, theirs


def swapped(digits):
    digits += "F" * (len(digits) % 2)
    return "".join(digits[i + 1] + digits[i] for i in range(0, len(digits), 2))


class Modem:
    def __init__(self):
        self.fd, self.hold = terminal("modem")
        self.line, self.prompted, self.taken, self.store = b"", False, 0, {}

    def say(self, text):
        os.write(self.fd, f"\r\n{text}\r\n".encode())

    def take_message(self, pdu):
        smsc = int(pdu[0:2], 16)
        at = 2 + 2 * smsc
        first, digits = int(pdu[at:at + 2], 16), int(pdu[at + 4:at + 6], 16)
        width = digits + digits % 2
        number = swapped(pdu[at + 8:at + 8 + width])[:digits]
        at += 8 + width
        coding = int(pdu[at + 2:at + 4], 16)
        at += 4 + (2 if first & 0x18 == 0x10 else 14 if first & 0x18 else 0)
        user = bytes.fromhex(pdu[at + 2:])
        if first & 0x40:
            user = user[1 + user[0]:]
        text = user.decode("utf-16-be") if coding & 0x0c == 0x08 else user.hex()
        note("sms.jsonl", number="+" + number, text=text)
        self.taken = self.taken % 255 + 1
        if os.path.exists(STALL):
            return
        self.say(f"+CMGS: {self.taken}\r\n\r\nOK")
        address = f"{digits:02X}91{swapped(number)}"
        self.say(f"+CDS: 25\r\n0006{self.taken:02X}{address}6211721200006362117212000063" + "00")

    def command(self, line):
        if line.startswith("AT+CMGS="):
            self.prompted = True
            os.write(self.fd, b"\r\n> ")
        elif line.startswith("AT+CMGR="):
            self.say(f"+CMGR: 0,,24\r\n{self.store.get(int(line[8:].split(',')[0]), '')}\r\n\r\nOK")
        elif line.startswith("AT+CMGD="):
            self.store.pop(int(line[8:].split(",")[0]), None)
            self.say("OK")
        elif line == "AT+CMGL=4":
            self.say("\r\n".join([f"+CMGL: {i},0,,24\r\n{pdu}" for i, pdu in self.store.items()] + ["OK"]))
        else:
            words = {"AT+CPIN?": "+CPIN: READY\r\n\r\nOK", "AT+CREG?": "+CREG: 0,1\r\n\r\nOK",
                     "AT+CSQ": "+CSQ: 20,99\r\n\r\nOK"}
            self.say(words.get(line, "OK"))

    def receive(self, number, text):
        """A message from a person lies in the store and is announced."""
        digits = number.lstrip("+")
        user = text.encode("utf-16-be")
        pdu = f"0004{len(digits):02X}91{swapped(digits)}000862117212000063{len(user):02X}{user.hex().upper()}"
        place = next(i for i in range(1, 20) if i not in self.store)
        self.store[place] = pdu
        self.say(f'+CMTI: "SM",{place}')

    def readable(self):
        for byte in os.read(self.fd, 4096):
            if byte in (13, 10, 26):
                line, self.line = self.line.decode("ascii", "replace"), b""
                if line and self.prompted and byte == 26:
                    self.prompted = False
                    self.take_message(line)
                elif line:
                    self.command(line)
            else:
                self.line += bytes([byte])


def tower_answer(link, state):
    """What has come in, frame by frame."""
    data = link.recv(64)
    while len(data) >= 6:
        if data[2:3] == b"S" and len(data) >= 12:
            if bytes(state) != data[6:12]:
                note("tower.jsonl", state=list(data[6:12]))
            state[:] = data[6:12]
            link.send(b"\x06")
            data = data[12:]
        elif data[2:3] == b"G":
            link.send(b"\x06" + bytes(state))
            data = data[6:]
        else:
            link.send(b"\x15")
            data = b""


def main():
    modem, (screen, _screen_hold) = Modem(), terminal("tty")
    host, port = tower_at.rsplit(":", 1)
    door = socket.create_server((host, int(port)))
    links, state, read_replies = [], bytearray(6), 0
    reply = os.path.join(folder, "reply")
    print("ready", flush=True)
    while True:
        ready = select.select([modem.fd, screen, door] + links, [], [], 0.1)[0]
        if modem.fd in ready:
            modem.readable()
        if screen in ready:
            with open(os.path.join(folder, "terminal"), "ab") as out:
                out.write(os.read(screen, 65536))
        if door in ready:
            links.append(door.accept()[0])
        for link in [link for link in links if link in ready]:
            try:
                peeked = link.recv(1, socket.MSG_PEEK)
            except OSError:
                peeked = b""
            if peeked:
                tower_answer(link, state)
            else:
                link.close()
                links.remove(link)
        if os.path.exists(reply):
            lines = open(reply).read().splitlines()
            for line in lines[read_replies:]:
                modem.receive(*line.split(" ", 1))
            read_replies = len(lines)


main()
