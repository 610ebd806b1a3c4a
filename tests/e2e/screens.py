#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Screens of the real console under tmux: compares them with the golden ones, and reads as a stranger.

screens.py golden SOCKET FOLDER NAME SECONDS SIZE.LANGUAGE…
      the terminals SIZE_LANGUAGE_colour and _mono of tmux at that socket become FOLDER/NAME.SIZE.LANGUAGE.txt
      within the bound: the words of both, the inks of the one, no ink in the other; no row is too wide.
      With NOROSHI_GOLDEN=write what stands still for two seconds is written where it differs
screens.py stranger WORDS… < CAPTURE
      the first row of the trouble says since when and what the machine did, and with the second what
      failed and what to do: every word is there
screens.py approve SOCKET PERSON WORDS ID [HASH]
      approves over the socket as a person, prints the answer

A golden file holds one screen as a person saw it, values and all, then its inks. Compared is what the
situation decides: words, marks, order, rows, counts, targets, colours. MOVING lists what it does not."""
import json
import os
import re
import socket
import subprocess
import sys
import time
import unicodedata

INK_HEAD = "== inks"
INKS = {31: "red", 32: "green", 33: "yellow", 35: "magenta", 36: "cyan",
        41: "on red", 45: "on magenta", 46: "on cyan"}
JA = r"(?:\d+時間)?(?:\d+分)?\d+(?:\.\d+)?(?:ミリ秒|時間|分|秒)"
EN = r"(?:\d+ h )?\d+(?:\.\d+)? ?(?:ms|min|h|s)\b"
MOVING = [
    (r"\d\d-\d\d \d\d:\d\d:\d\d", "MM-DD hh:mm:ss"),        # clock
    (r"\d\d:\d\d:\d\d", "hh:mm:ss"),                          # since when, as of when
    (r"\d\d:\d\d", "hh:mm"),                                # until when
    (r"INC-\d+-\d+", "INC-#"),
    (r"approve [0-9a-f]+", "approve #"),
    (r"(?<!目標 )(?<!\d)" + JA + "(?:前)?", "#t"),            # ages, runtimes, outages, waits; no target
    (r"(?<!target )(?<!\d)" + EN + "(?: ago)?", "#t"),
    (r"\d+(?:\.\d+)?%", "#%"),                                # loss, charge, load, fuel
    (r"(?<=voltage=)\d+|(?<=frequency=)\d+", "#"),
]


def masked(row):
    for pattern, name in MOVING:
        row = re.sub(pattern, name, row)
    # longer values push what stands to their right; a gap stays a gap
    return re.sub(r" {2,}", "  ", row).rstrip()


def columns(row):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in row)


def plain(capture):
    return re.sub(r"\x1b\[[0-9;]*m|\x0f|\x1b\([B0]", "", capture).rstrip("\n").split("\n")


def inks(capture):
    """'ROW ink words' for what has an ink; bold and dim are left out: they say nothing a mark does not."""
    out, front, ground = [], "", ""
    for number, line in enumerate(capture.rstrip("\n").split("\n"), 1):
        text, kept = "", []
        for part in re.split(r"(\x1b\[[0-9;]*m)", line) + [None]:
            code = part and re.fullmatch(r"\x1b\[([0-9;]*)m", part)
            if part is not None and code is None:
                text += part
                continue
            before = " ".join(ink for ink in (ground, front) if ink)
            for value in [int(n or 0) for n in code.group(1).split(";")] if code else []:
                if value in (0, 39):
                    front = ""
                if value in (0, 49):
                    ground = ""
                if 30 <= value <= 37:
                    front = INKS.get(value, "")
                elif value in INKS:
                    ground = INKS[value]
            if part is None or before != " ".join(ink for ink in (ground, front) if ink):
                if before and text.strip():
                    kept.append(f"{number} {before}: {masked(text.strip())}")
                text = ""
        out += kept
    return out


def capture(place, terminal):
    done = subprocess.run(["tmux", "-S", place, "capture-pane", "-p", "-e", "-t", terminal],
                          capture_output=True, text=True, check=False)
    return done.stdout


LONGER = 8  # columns by which the values of a row may be longer than the golden ones


def same(a, b):
    """Two masked rows; where longer values have cut one off at its end, what is left of it has to agree."""
    if a == b or not (a.endswith("…") or b.endswith("…")):
        return a == b
    short, long = sorted((a.removesuffix("…").rstrip(), b.removesuffix("…").rstrip()), key=len)
    return long.startswith(short) and columns(long) - columns(short) <= LONGER


def differs(wanted, shown):
    for number in range(max(len(wanted), len(shown))):
        a = wanted[number] if number < len(wanted) else "(nothing)"
        b = shown[number] if number < len(shown) else "(nothing)"
        if not same(a, b):
            return f"row {number + 1}\n#   golden {a}\n#   shown  {b}"
    return ""


def look(place, which, path):
    """One look at the two terminals: (what is wrong, text for a golden file)."""
    size, language = which.split(".")
    shown = {ink: capture(place, f"{size}_{language}_{ink}") for ink in ("mono", "colour")}
    rows = plain(shown["mono"])
    text = "\n".join(row.rstrip() for row in rows) + f"\n{INK_HEAD}\n"
    text += "".join(line + "\n" for line in inks(shown["colour"]))
    wide = [row for row in rows if columns(row) > int(size.split("x")[0])]
    if wide:
        return f"too wide: {wide[0]}", text
    if inks(shown["mono"]):
        return f"colour where there must be none: {inks(shown['mono'])[0]}", text
    trouble = differs([masked(row) for row in rows], [masked(row) for row in plain(shown["colour"])])
    if trouble:
        return f"colour and none do not say the same: {trouble}", text
    try:
        with open(path, encoding="utf-8") as file:
            wanted = file.read()
    except OSError as error:
        return f"no golden screen: {error}", text
    return differs([masked(row) for row in wanted.split("\n")],
                   [masked(row) for row in text.split("\n")]), text


def golden(place, folder, name, seconds, *terminals):
    write = os.environ.get("NOROSHI_GOLDEN") == "write"
    end, waiting, last = time.monotonic() + float(seconds), list(terminals), {}
    while waiting and time.monotonic() < end:
        for which in list(waiting):
            path = os.path.join(folder, f"{name}.{which}.txt")
            trouble, text = look(place, which, path)
            still = [masked(row) for row in text.split("\n")]
            if which not in last or last[which][1] != still:
                last[which] = (trouble, still, time.monotonic())
            if not trouble:
                waiting.remove(which)
            elif write and time.monotonic() - last[which][2] > 2 and may_write(trouble):
                os.makedirs(folder, exist_ok=True)
                with open(path, "w", encoding="utf-8") as out:
                    out.write(text)
                print(f"# {name}.{which}: written: {trouble}")
                waiting.remove(which)
        time.sleep(0.2)
    for which in waiting:
        print(f"# {name}.{which}: {last[which][0]}")
    return 1 if waiting else 0


def may_write(trouble):
    return trouble.startswith(("row ", "no golden"))


def stranger(words):
    rows = plain(sys.stdin.read())
    if re.fullmatch(r"(?:【訓練】|\[DRILL\]|\s)+", rows[0]):  # a frame around all of it
        rows = [re.sub(r"^\S\s+|\s+\S$", "", row) for row in rows[1:-1]]
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


sys.exit({"golden": lambda: golden(*sys.argv[2:]), "stranger": lambda: stranger(sys.argv[2:]),
          "approve": lambda: approve(*sys.argv[2:])}[sys.argv[1]]())
