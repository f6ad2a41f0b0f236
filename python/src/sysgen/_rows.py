"""Writes rows from memory to a file that the program reads."""

from __future__ import annotations

import datetime
import filecmp
import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

# A name that no file of a user's own has, because the file is replaced where rows change.
FILE = "python-rows.jsonl"


def write_rows(rows: Iterable[Mapping[str, Any]], out: Path | None) -> Path:
    """Writes rows as JSON Lines into the run directory.

    Args:
        rows: Dictionaries, or a `datasets.Dataset`. They are read once, one at a time.
        out: The run directory. Default `runs/rows-<hash of the rows>`, so the same rows have the
            same directory.

    Returns:
        The file. It is left untouched where it holds the same rows.

    Raises:
        TypeError: When something is no row or a value has no form in JSON, with the row's number.
    """
    if isinstance(rows, Mapping):
        names = ", ".join(map(str, rows))
        raise TypeError(f"expected rows, found a dictionary of {names}. If these are splits, give one of them, such as rows['train'].")
    # A format of `datasets` (numpy, torch, ...) would give other values than the rows hold.
    plain = rows.with_format(None) if hasattr(rows, "with_format") else rows
    folder = Path("runs") if out is None else out
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{FILE}-{uuid.uuid4().hex}"
    digest = hashlib.sha256()
    try:
        with open(partial, "wb") as file:
            for number, row in enumerate(plain, 1):
                # A lone surrogate becomes `\udc80`, which is its form in JSON.
                line = f"{_line_of(row, number)}\n".encode("utf8", "backslashreplace")
                digest.update(line)
                file.write(line)
        path = (out or folder / f"rows-{digest.hexdigest()[:10]}") / FILE
        path.parent.mkdir(exist_ok=True)
        if not (path.exists() and filecmp.cmp(partial, path, shallow=False)):
            os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def _line_of(row: object, number: int) -> str:
    if not isinstance(row, Mapping):
        remedy = "Of a pandas.DataFrame, give frame.to_dict('records')." if isinstance(row, str) else "Make each row a dictionary."
        raise TypeError(f"row {number}: expected a dictionary, found {type(row).__name__}. {remedy}")
    try:
        return _json(dict(row))
    except (TypeError, ValueError):
        for column, value in row.items():
            try:
                _json(value)
            except TypeError as error:
                raise TypeError(f"row {number}, column {column}: {error}. Leave the column out, or make it text or numbers.") from error
            except ValueError as error:
                raise TypeError(f"row {number}, column {column}: NaN and infinities have no form in JSON. Put None there.") from error
        raise


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)


def _plain(value: Any) -> object:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    # Values and arrays of numpy and torch.
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
