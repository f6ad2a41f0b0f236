"""Runs a module as ``python -m`` does, and ends with the process that started it.

usage: with_parent.py <module> [arguments]

A signal that cannot be handled, such as SIGKILL, gives a parent no time to end its children. A
harness or a server that lives on would hold memory and its port. So a thread of this process looks
once a second whether the parent is still there.
"""

import os
import runpy
import signal
import sys
import threading
import time


def end_with(parent):
    while os.getppid() == parent:
        time.sleep(1)
    # The module's own children are in the same process group, if the parent made one for it.
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    # On Windows a process keeps the number of its parent after the parent's end.
    if hasattr(os, "getpgrp"):
        threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    module = sys.argv[1]
    sys.argv = sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
