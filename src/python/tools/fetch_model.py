"""Fetches a model of the Hugging Face hub into the hub's cache, and tells its folder."""

import os
import sys

# Python is started so that it looks for modules in no folder of its own accord.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
from sysgen_events import fail, first_line, say, settings

given = settings()
try:
    from hub_model import fetched
except ImportError as error:
    fail("module", first_line(error))

say("fetched", folder=fetched(given["model"], given.get("revision")))
