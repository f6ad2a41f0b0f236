"""Runs the program, with its progress on this process's standard error."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from ._command import find_command
from ._errors import SysGenError


@dataclass(frozen=True)
class Finished:
    """How the program ended."""

    exit_code: int
    output: str
    """What it wrote to its standard output."""
    error: str
    """Why it did not do what was asked, as a sentence. Empty where it said nothing."""
    is_interrupted: bool
    """Whether a KeyboardInterrupt of this process ended it."""

    def failure(self) -> str:
        """The sentence of an error."""
        if self.error:
            return self.error
        if self.exit_code < 0:
            return f"sysgen was ended by {signal.Signals(-self.exit_code).name}."
        return f"sysgen ended with exit code {self.exit_code}."


def cli(*args: str | os.PathLike[str]) -> str:
    """Calls the program with arguments of the command line.

    For example `sysgen.cli("inspect", "data.jsonl")`, or `json.loads(sysgen.cli("status",
    run.folder, "--json"))`.

    Returns:
        What it wrote to its standard output.

    Raises:
        SysGenError: When the exit code is not 0, with the program's sentence.
        KeyboardInterrupt: When this process is interrupted, once the program ended.
    """
    finished = call([os.fspath(arg) for arg in args])
    if finished.is_interrupted:
        raise KeyboardInterrupt
    if finished.exit_code != 0:
        raise SysGenError(finished.failure(), finished.exit_code)
    return finished.output


def call(args: Sequence[str]) -> Finished:
    """Runs the program to its end.

    Its standard error is passed on line by line, up to the error that ends it. A KeyboardInterrupt
    asks the program to stop, and this function returns once it did. A second one has it quit at
    once.
    """
    is_interrupted = False
    error: list[str] = []
    with tempfile.TemporaryFile() as output, _start(args, output) as child:
        try:
            while True:
                try:
                    assert child.stderr is not None
                    _pass_on(child.stderr, error)
                    exit_code = child.wait()
                    break
                except KeyboardInterrupt:
                    is_interrupted = True
                    _interrupt(child)
        finally:
            # Whatever else ends this process's wait ends the program too. What it paid is on disk.
            if child.poll() is None:
                child.kill()
        output.seek(0)
        written = output.read().decode("utf8")
    return Finished(exit_code, written, "".join(error).strip().replace("error: ", "", 1), is_interrupted)


def _start(args: Sequence[str], output: IO[bytes]) -> subprocess.Popen[str]:
    command = find_command()
    # Colours would be codes in a notebook, and would hide where the error begins.
    env = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    try:
        return subprocess.Popen(
            [*command, *args],
            stdout=output,
            stderr=subprocess.PIPE,
            encoding="utf8",
            errors="replace",
            env={**env, "NO_COLOR": "1"},
            # A terminal, and Jupyter, send an interrupt to the whole group of processes. The
            # program would get it twice, and the second one has it quit at once.
            start_new_session=True,
            preexec_fn=_end_with_parent(),
        )
    except OSError as error:
        raise SysGenError(f"Cannot start {command[0]}: {error.strerror}.") from error


def _pass_on(lines: IO[str], error: list[str]) -> None:
    for line in lines:
        if error or line.startswith("error: "):
            error.append(line)
        else:
            sys.stderr.write(line)
            sys.stderr.flush()


def _interrupt(child: subprocess.Popen[str]) -> None:
    if os.name == "posix":
        child.send_signal(signal.SIGINT)
    else:
        child.terminate()


_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> Callable[[], object] | None:
    """What the new process does before it becomes the program.

    On Linux it asks for an interrupt when this process ends (prctl(2)). Elsewhere the program ends
    when it next writes progress.
    """
    if sys.platform != "linux":
        return None
    # Loaded here, so that the new process has no more to do than the call.
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
