"""The real program on a local model server, which $SYSGEN_TEST_BASE_URL names."""

import contextlib
import io
import json
import os
import re
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import sysgen

BASE_URL = os.environ.get("SYSGEN_TEST_BASE_URL")

ROOT = Path(__file__).parents[2]
DOCS = {ROOT / "docs" / "python.md": 3, ROOT / "python" / "README.md": 1, ROOT / "README.md": 1}


class FakeDataset:
    """Holds the columns that `datasets.Dataset.from_dict` is given. It takes texts and numbers, not both."""

    def __init__(self, columns: dict) -> None:
        self.columns = columns

    @classmethod
    def from_dict(cls, columns: dict) -> "FakeDataset":
        if any({str, int} <= {type(value) for value in values} for values in columns.values()):
            raise TypeError("expected bytes, got an int")
        return cls(columns)


def with_datasets(module: object) -> contextlib.AbstractContextManager:
    return mock.patch.dict(sys.modules, {"datasets": module})


class Documentation(unittest.TestCase):
    def test_its_examples_are_python(self) -> None:
        for path, count in DOCS.items():
            examples = re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf8"), re.DOTALL)
            self.assertEqual(len([compile(example, path.name, "exec") for example in examples]), count)


class OpenedRun(unittest.TestCase):
    def test_a_folder_without_a_run_is_named(self) -> None:
        with self.assertRaisesRegex(sysgen.SysGenError, "nowhere is no run directory"):
            list(sysgen.Run("nowhere"))


class ToDataset(unittest.TestCase):
    def run_of(self, *rows: dict) -> sysgen.Run:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        Path(folder.name, "dataset.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        return sysgen.Run(folder.name)

    def test_has_every_column_of_any_row(self) -> None:
        with with_datasets(mock.Mock(Dataset=FakeDataset)):
            dataset = self.run_of({"id": "a"}, {"id": "b", "score": 3}).to_dataset()
        self.assertEqual(dataset.columns, {"id": ["a", "b"], "score": [None, 3]})

    def test_names_a_column_of_several_types(self) -> None:
        with with_datasets(mock.Mock(Dataset=FakeDataset)), self.assertRaisesRegex(TypeError, "column level holds values of several"):
            self.run_of({"id": "a", "level": 1}, {"id": "b", "level": "high"}).to_dataset()

    def test_says_what_to_install(self) -> None:
        with with_datasets(None), self.assertRaisesRegex(ImportError, "pip install datasets"):
            self.run_of().to_dataset()


@unittest.skipIf(BASE_URL is None, "no model server in SYSGEN_TEST_BASE_URL")
class RealRun(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)
        stderr = contextlib.redirect_stderr(io.StringIO())
        self.stderr = stderr.__enter__()
        self.addCleanup(stderr.__exit__, None, None, None)

    def test_rows_in_rows_out(self) -> None:
        rows = [{"id": f"q{n}", "question": f"What is fact {n}?", "answer": f"Fact {n} is known."} for n in range(3)]
        rows.append({"id": "empty", "question": "", "answer": "?"})
        settings = {"model": "m", "base_url": BASE_URL, "preset": "paper", "respond": {"max_output_tokens": 50}}
        run = sysgen.run(rows, **settings)

        self.assertIn(f"python-rows.jsonl (question-answer) -> {run.folder}", self.stderr.getvalue())
        for _ in range(2):
            self.assertEqual([row["id"] for row in run], ["q0", "q1", "q2"])
        self.assertEqual([message["role"] for message in next(iter(run))["messages"]], ["system", "user", "assistant"])
        self.assertEqual([(row["id"], row["reason"]) for row in run.rejected], [("empty", "empty-instruction")])
        self.assertEqual(run.summary["rows"]["done"], 3)

        self.assertEqual(sysgen.Run(run.folder).summary["rows"], run.summary["rows"])
        written = run.export(for_="trl", to="trl", split="train=1")
        self.assertEqual(sum(file["rows"] for file in written["files"]), 3)
        self.assertTrue(Path("trl", "README.md").exists())

        # More rows in the same directory. The settled ones stay, and the budget is over its life.
        with self.assertRaises(sysgen.SysGenError) as caught:
            sysgen.run([*rows, {"id": "more", "question": "And?", "answer": "Yes."}], out=run.folder, max_calls=1, **settings)
        self.assertEqual(caught.exception.exit_code, 3)
        assert caught.exception.run is not None
        self.assertEqual(sum(1 for _ in caught.exception.run), 3)

    def test_the_config_reader_speaks(self) -> None:
        with self.assertRaisesRegex(sysgen.SysGenError, r"^modle: unknown key\. Known keys: .*baseUrl") as caught:
            sysgen.run("data.jsonl", modle="m")
        self.assertEqual(caught.exception.exit_code, 2)
        self.assertNotIn("error:", self.stderr.getvalue())
