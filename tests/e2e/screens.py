#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Screens of the real console: compares what a terminal shows with the golden ones.

screens.py compare GOLDEN < CAPTURE   a capture of tmux (-e: with colours) against a golden file; with
                                      NOROSHI_GOLDEN=write the file is written instead
screens.py stranger WORDS… < CAPTURE  the first two rows of the alarm block hold every word, a time, and
                                      what the machine did
screens.py approve SOCKET PERSON WORDS ID [HASH]
                                      approves over the socket as a person, prints the answer

What differs from run to run (digits, the length of numbers, columns that follow) is made equal on both
sides; words, marks, order, rows and the ink of every word are not."""
import json
import os
import re
import socket
import sys
import time

INKS = {31: "red", 32: "green", 33: "yellow", 36: "cyan", 37: "white", 30: "black",
        41: "on-red", 45: "on-magenta", 46: "on-cyan"}


def words_with_ink(line):
    """'«yellow:…»' around what has an ink; bold and dim are left out: terminals differ in them."""
    out, ink = "", ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if code is None:
            text = part.strip()
            out += f" «{ink}:{text}»" if ink and text else " " + part
            continue
        numbers = [int(n) for n in code.group(1).split(";") if n] or [0]
        if 0 in numbers or 39 in numbers:
            ink = ""
        for number in numbers:
            if number in INKS:
                ink = INKS[number] if not ink or not INKS[number].startswith("on-") else \
                    ink + "+" + INKS[number]
    return out


def same(text):
    rows = []
    for line in text.split("\n"):
        line = words_with_ink(line)
        line = re.sub(r"INC-\d+-\d+", "INC-#", line)
        line = re.sub(r"approve [0-9a-f]+", "approve #", line)
        line = re.sub(r"\d+(\.\d+)?\s?(時間\d+分|ミリ秒|ms|秒|分|時間|h \d+ min|min|s|h)(?![a-z])", "#t", line)
        line = re.sub(r"\d+(\.\d+)?", "#", line)
        line = re.sub(r"[─\-]{3,}", "---", line)
        line = re.sub(r"\s+", " ", line).strip()
        rows.append(line)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def compare(path):
    shown = sys.stdin.read()
    if os.environ.get("NOROSHI_GOLDEN") == "write":
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write("\n".join(line.rstrip() for line in shown.rstrip().split("\n")) + "\n")
        return 0
    try:
        wanted = open(path, encoding="utf-8").read()
    except OSError as error:
        print(f"# no golden screen: {error}")
        return 1
    left, right = same(wanted), same(shown)
    for number in range(max(len(left), len(right))):
        a = left[number] if number < len(left) else "(nothing)"
        b = right[number] if number < len(right) else "(nothing)"
        if a != b:
            print(f"# {os.path.basename(path)}:{number + 1}\n#   golden {a}\n#   shown  {b}")
            return 1
    return 0


def stranger(words):
    rows = sys.stdin.read().split("\n")
    body = [row for row in rows[1:] if row.strip() and not re.fullmatch(r"[─\s]+", row)]
    two = " ".join(body[:2])
    lacking = [word for word in words if word not in two]
    if not re.search(r"\d\d:\d\d:\d\d", two):
        lacking.append("since when")
    if "→" not in two and "->" not in two:
        lacking.append("what the machine did")
    for word in lacking:
        print(f"# the first two rows do not say: {word}\n#   {body[0]}\n#   {body[1]}")
    return 1 if lacking else 0


def approve(path, person, words, request, digest=None):
    def asked(order):
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(10)
            link.connect(path)
            link.sendall((json.dumps(order) + "\n").encode())
            return json.loads(link.makefile().readline())

    answer = asked({"order": "login", "person": person, "passphrase": words})
    session, end = answer.get("session"), time.monotonic() + 10
    while session and time.monotonic() < end:
        if asked({"order": "session", "session": session}).get("state") != "checking":
            break
        time.sleep(0.05)
    if session:
        order = {"order": "approve", "session": session, "id": request}
        answer = asked({**order, "hash": digest} if digest else order)
    print(json.dumps(answer))
    return 0


sys.exit({"compare": lambda: compare(sys.argv[2]), "stranger": lambda: stranger(sys.argv[2:]),
          "approve": lambda: approve(*sys.argv[2:])}[sys.argv[1]]())
