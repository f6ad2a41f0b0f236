"""Finds the program `sysgen`."""

from __future__ import annotations

import functools
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from ._errors import SysGenError

OLDEST_NODE = (20, 19)


def find_command() -> list[str]:
    """The words that start the program.

    They are $SYSGEN_COMMAND, else what is installed in a `node_modules` at or above the working
    directory (as `npx sysgen` finds it), else `sysgen` on the PATH, else the build of the checkout
    that the working directory or this package is in. `npx` itself is not called, because it would
    fetch a package of that name.

    Raises:
        SysGenError: When there is no program, no Node, or a Node that is too old.
    """
    own = os.environ.get("SYSGEN_COMMAND", "").strip()
    if own:
        return shlex.split(own, posix=os.name == "posix")
    node = shutil.which("node")
    if node is None:
        raise SysGenError(f"sysgen needs {_NODE}, and there is no `node` on the PATH. {_GET_NODE}")
    _refuse_old(node)
    here = Path.cwd()
    installed = _first(folder / "node_modules" / "sysgen" / _MAIN for folder in (here, *here.parents))
    if installed is not None:
        return [node, str(installed)]
    on_path = shutil.which("sysgen")
    if on_path is not None:
        return [on_path]
    checkouts = [folder for folder in (here, *here.parents, *Path(__file__).resolve().parents) if _is_checkout(folder)]
    built = _first(folder / _MAIN for folder in checkouts)
    if built is not None:
        return [node, str(built)]
    if checkouts:
        raise SysGenError(f"The checkout in {checkouts[0]} is not built. Run there: npm ci && npm run build")
    raise SysGenError(
        "The program sysgen was not found. Install it with `npm install sysgen` here or "
        "`npm install --global sysgen`, or name it in the environment variable SYSGEN_COMMAND, "
        "such as SYSGEN_COMMAND='node /path/to/sysgen/dist/cli/main.js'."
    )


_NODE = f"Node {OLDEST_NODE[0]}.{OLDEST_NODE[1]} or newer"
_GET_NODE = "It is at https://nodejs.org, and in conda-forge as `nodejs`."
_MAIN = Path("dist", "cli", "main.js")


def _first(paths: Iterable[Path]) -> Path | None:
    return next((path for path in paths if path.is_file()), None)


def _is_checkout(folder: Path) -> bool:
    try:
        package = json.loads((folder / "package.json").read_text(encoding="utf8"))
    except (OSError, ValueError):
        return False
    return isinstance(package, dict) and package.get("name") == "sysgen"


@functools.cache
def _refuse_old(node: str) -> None:
    said = subprocess.run([node, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout.decode().strip()
    version = re.match(r"v(\d+)\.(\d+)", said)
    if version is None or (int(version[1]), int(version[2])) < OLDEST_NODE:
        raise SysGenError(f"sysgen needs {_NODE}, and {node} is {said or 'of an unknown version'}. {_GET_NODE}")
