"""Stands for the program `sysgen`. Does what $FAKE says, and writes what it was given to $FAKE_SAW."""

import json
import os
import signal
import sys
import time

fake = json.loads(os.environ["FAKE"])
with open(sys.argv[sys.argv.index("--config") + 1], encoding="utf8") as file:
    saw = {"config": json.load(file), "args": sys.argv[1:], "signals": 0}
saw["forces_colour"] = "FORCE_COLOR" in os.environ
saw["group"] = os.getpgrp() if os.name == "posix" else None


def tell() -> None:
    partial = os.environ["FAKE_SAW"] + ".partial"
    with open(partial, "w", encoding="utf8") as file:
        json.dump(saw, file)
    os.replace(partial, os.environ["FAKE_SAW"])


def on_signal(*_: object) -> None:
    saw["signals"] += 1
    tell()
    if saw["signals"] == 2:
        os._exit(130)


signal.signal(signal.SIGINT, on_signal)
tell()
print("0/3 rows", file=sys.stderr, flush=True)
while fake.get("waits") and (saw["signals"] == 0 or fake["waits"] == "for two signals"):
    time.sleep(0.01)
if fake.get("waits"):
    # Calls in flight end. A second signal would be seen.
    time.sleep(0.2)
print(fake.get("stderr", ""), end="", file=sys.stderr)
if "summary" in fake:
    print(json.dumps({"files": {"dataset": "run/dataset.jsonl", "rejected": "run/rejected.jsonl"}, **fake["summary"]}))
sys.exit(fake["code"])
