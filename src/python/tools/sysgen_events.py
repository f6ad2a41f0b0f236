"""Events for the program that started a tool: one JSON value a line on file descriptor 3."""

import json
import os
import sys

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def settings():
    """The tool's settings, out of the JSON file that its first argument names."""
    with open(sys.argv[1], encoding="utf-8") as file:
        return json.load(file)


def say(kind, **facts):
    """Tells an event. Ends this process if nobody listens, because its starter was killed."""
    try:
        os.write(3, (json.dumps({"kind": kind, **facts}) + "\n").encode())
    except BrokenPipeError:
        os._exit(1)


def fail(kind, detail, **facts):
    """Tells why the tool cannot go on, and ends it."""
    say("failed", cause=kind, detail=str(detail), **facts)
    raise SystemExit(1)


def first_line(error):
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
