# Law: words for people live in the tables of monitord/text*.c only; no Japanese text anywhere else in
# the code below them, and nothing in the project speaks of how or where it was made.
root=$(cd "$(dirname "$0")/../.." && pwd)
exec python3 - "$root" <<'PY'
import os, re, subprocess, sys

root = sys.argv[1]
japanese = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
strings = re.compile(r'"(?:[^"\\]|\\.)*"')
stray = []
for floor in ["failover", "config", "probes", "monitord", "sim"]:
    for folder, _, names in os.walk(os.path.join(root, floor)):
        for name in names:
            if not name.endswith((".c", ".h")) or name.startswith("text"):
                continue
            path = os.path.join(folder, name)
            text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"),
                          open(path, encoding="utf-8").read(), flags=re.S)
            for number, line in enumerate(text.split("\n"), 1):
                for literal in strings.findall(line):
                    if japanese.search(literal):
                        stray.append(f"{os.path.relpath(path, root)}:{number}: {literal}")

files = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"],
                       capture_output=True, text=True).stdout.split("\n")
places = re.compile("/" + "work/|/" + "root/|/" + "home/[a-z]|npmjs" + r"\.|deb" + r"\.debian\.org|py" + r"pi\.")
told = []
for name in files:
    path = os.path.join(root, name)
    if not name or not os.path.isfile(path):
        continue
    try:
        text = open(path, encoding="utf-8").read()
    except UnicodeDecodeError:
        continue
    for number, line in enumerate(text.split("\n"), 1):
        if places.search(line):
            told.append(f"{name}:{number}: {line.strip()[:80]}")


def report(name, found):
    print(("not ok - " if found else "ok - ") + name)
    for line in found:
        print("    " + line)


report("laws::words_for_people_live_in_one_table", stray)
report("laws::no_file_speaks_of_a_machine_or_a_registry", told)
PY
