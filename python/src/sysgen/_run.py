"""A run: rows in, rows out."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from ._errors import SysGenError
from ._process import Finished, call, cli
from ._rows import write_rows

if TYPE_CHECKING:
    from datasets import Dataset

Row = dict[str, Any]
StrPath = Union[str, "os.PathLike[str]"]


def run(
    input: StrPath | Iterable[Mapping[str, Any]],
    *,
    out: StrPath | None = None,
    check: bool = True,
    **config: Any,
) -> Run:
    """Takes rows through the phases, and returns when all of them are settled.

    The same call again goes on where it stopped, and pays nothing twice. Progress is shown on
    standard error. An interrupt (Ctrl-C, or a notebook's stop) lets calls in flight end and keeps
    them. A second one quits at once.

    Args:
        input: A path, folder, pattern or `hf:<owner>/<dataset>` as on the command line, or rows: any
            iterable of dictionaries, or a `datasets.Dataset`. Rows are written to `python-rows.jsonl`
            in the run directory.
        out: The run directory. It is kept, and it is the result's `folder`. Default
            `runs/<input name>`, and `runs/rows-<hash>` for rows.
        check: Whether to raise when rows failed, a budget is spent or no row is in the dataset.
        config: Keys of the configuration file (docs/configuration.md), such as `model`, `base_url`,
            `judge_model`, `max_calls` or `respond={"temperature": 0.4}`. None means not given.

    Raises:
        SysGenError: When the run could not go on; with `check`, for every exit code but 0. Its
            `run` has what there is.
        TypeError: When a row or a value of the configuration has no form in JSON.
        KeyboardInterrupt: After an interrupt, once the program ended. It says how to go on.
    """
    folder = None if out is None else Path(out)
    if isinstance(input, (str, os.PathLike)):
        source = os.fspath(input)
    else:
        rows = write_rows(input, folder)
        source, folder = str(rows), rows.parent
    given = {**config, "input": source, "out": None if folder is None else str(folder)}
    finished = _call_with({key: value for key, value in given.items() if value is not None})
    summary = json.loads(finished.output) if finished.output.strip() else None
    ended = None if summary is None else Run(Path(summary["files"]["dataset"]).parent, summary)
    if finished.is_interrupted:
        kept = folder if ended is None else ended.folder
        where = "" if kept is None else f" in {kept}"
        raise KeyboardInterrupt(f"Stopped. What was paid is kept{where}. The same call again goes on.")
    if ended is None or finished.exit_code not in (0, 1, 3, 4, 5) or (check and finished.exit_code != 0):
        raise SysGenError(_failure(finished, summary), finished.exit_code, ended)
    return ended


def _call_with(config: Mapping[str, Any]) -> Finished:
    # A file of its own that only this user can read, because headers may hold keys.
    with tempfile.TemporaryDirectory(prefix="sysgen-") as folder:
        path = Path(folder, "config.json")
        path.write_text(json.dumps(config, default=_as_text), encoding="utf8")
        finished = call(["run", "--config", str(path), "--json"])
    # The file is gone, and its lines are nobody's.
    error = re.sub(rf"^{re.escape(str(path))}(:\d+)?: ", "", finished.error)
    return Finished(finished.exit_code, finished.output, error, finished.is_interrupted)


def _as_text(value: object) -> str:
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    raise TypeError(f"a value of the configuration is a {type(value).__name__}: expected text, a number, a list or a dictionary")


def _failure(finished: Finished, summary: Mapping[str, Any] | None) -> str:
    """The sentence of an error, also where the summary says it."""
    if summary is None or finished.error:
        return finished.failure()
    rows, left = summary["rows"], "`run` of this error has what there is."
    if finished.exit_code == 1:
        return f"{rows['failed']} of {rows['in']} rows failed. The same call again retries just these. {left}"
    if finished.exit_code == 3:
        return f"{summary['stoppedBy']} The same call with a larger one goes on, and pays nothing twice. {left}"
    if finished.exit_code == 4:
        return f"{summary['stoppedBy']} The same call again goes on. {left}"
    if finished.exit_code == 5:
        return f"None of {rows['in']} rows is in the dataset. {summary['files']['rejected']} says why. {left}"
    return f"sysgen was interrupted. The same call again goes on. {left}"


class JsonLines(Iterable[Row]):
    """The rows of a file of JSON Lines. They are read anew each time, one at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __iter__(self) -> Iterator[Row]:
        try:
            file = open(self.path, encoding="utf8", newline="\n")
        except FileNotFoundError:
            raise SysGenError(
                f"There is no {self.path}: the run is not at its end yet, or {self.path.parent} is no run directory."
            ) from None
        with file:
            for line in file:
                yield json.loads(line)

    def __repr__(self) -> str:
        return f"JsonLines({str(self.path)!r})"


class Run(JsonLines):
    """A run directory. Iterating gives the rows of `dataset.jsonl`, one at a time.

    `Run("runs/mine")` opens one that is there, also one that the command line made.

    Attributes:
        folder: The run directory.
        rejected: The rows that are not in the dataset, each with its reason.
    """

    def __init__(self, folder: StrPath, summary: Mapping[str, Any] | None = None) -> None:
        self.folder = Path(folder)
        super().__init__(self.folder / "dataset.jsonl")
        self.rejected = JsonLines(self.folder / "rejected.jsonl")
        self._summary = summary

    @property
    def summary(self) -> Mapping[str, Any]:
        """What the run came to, as `sysgen run --json` says it, or `sysgen status --json` for a run
        that was opened."""
        if self._summary is None:
            self._summary = json.loads(cli("status", self.folder, "--json"))
        return self._summary

    def to_dataset(self) -> Dataset:
        """All rows as a `datasets.Dataset`, which needs the package `datasets`.

        Every column of any row is there, with None where a row has none. All rows are in memory
        while it is made. For more rows than that, `export(to="rows.parquet")` and `load_dataset`.

        Raises:
            ImportError: When `datasets` is not installed.
            TypeError: When a column holds values of several types, with its name.
        """
        try:
            from datasets import Dataset
        except ImportError as error:
            raise ImportError("to_dataset needs the package datasets: pip install datasets. Without it, iterate over the run.") from error
        rows = list(self)
        names = dict.fromkeys(name for row in rows for name in row)
        columns = {name: [row.get(name) for row in rows] for name in names}
        try:
            return Dataset.from_dict(columns)
        except (TypeError, ValueError):
            for name, values in columns.items():
                try:
                    Dataset.from_dict({name: values})
                except (TypeError, ValueError) as error:
                    raise TypeError(f"column {name} holds values of several types, which no Dataset holds: {error}") from error
            raise

    def export(self, *, to: StrPath, for_: str | None = None, **options: Any) -> dict[str, Any]:
        """Writes the rows as training data, as `sysgen export` does.

        Args:
            to: A file, whose name tells its type, or a folder.
            for_: A trainer: trl, axolotl, llama-factory or openai; or hub.
            options: Options of `sysgen export`, such as `split="train=0.95,validation=0.05"`,
                `responses="original"` or `kept_original="include"`.

        Returns:
            What was written and what was left out.
        """
        given = {"to": os.fspath(to), "for": for_, **options}
        flags = [word for key, value in given.items() if value is not None for word in (f"--{key.replace('_', '-')}", str(value))]
        written: dict[str, Any] = json.loads(cli("export", self.folder, *flags, "--json"))
        return written

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"
