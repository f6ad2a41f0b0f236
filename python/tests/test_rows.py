"""Rows of memory as a file."""

import datetime
import json
import os
import tempfile
import unittest
from pathlib import Path

from sysgen._rows import write_rows


class WriteRows(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)

    def test_the_same_rows_have_the_same_directory_and_keep_their_file(self) -> None:
        rows = [{"q": "Grüße\u2028😀", "n": 1}, {"q": "\udc80"}]
        path = write_rows(iter(rows), None)
        self.assertRegex(str(path), r"^runs.rows-[0-9a-f]{10}.python-rows\.jsonl$")
        self.assertEqual([json.loads(line) for line in path.read_text(encoding="utf8").split("\n")[:-1]], rows)
        os.utime(path, (1, 1))
        self.assertEqual(write_rows(rows, None), path)
        self.assertEqual(path.stat().st_mtime, 1)
        self.assertNotEqual(write_rows(rows[:1], None), path)

    def test_a_directory_of_ones_own_has_the_rows_given_last(self) -> None:
        out = Path("a", "b")
        write_rows([{"n": 1}], out)
        path = write_rows([{"n": 2}], out)
        self.assertEqual((path, path.read_text()), (out / "python-rows.jsonl", '{"n": 2}\n'))
        self.assertEqual(list(out.iterdir()), [path])

    def test_values_of_other_libraries(self) -> None:
        class Number:
            def tolist(self) -> int:
                return 7

        path = write_rows([{"at": datetime.datetime(2024, 1, 2, 3), "n": Number()}], Path("out"))
        self.assertEqual(json.loads(path.read_text()), {"at": "2024-01-02T03:00:00", "n": 7})

    def test_a_dataset_is_read_without_its_format(self) -> None:
        class Dataset:
            def __init__(self, rows: list) -> None:
                self.rows = rows

            def with_format(self, form: object) -> "Dataset":
                return Dataset([{"form": form}])

            def __iter__(self) -> object:
                return iter(self.rows)

        self.assertEqual(write_rows(Dataset([]), Path("out")).read_text(), '{"form": null}\n')

    def test_what_is_no_row_is_named_and_leaves_no_file(self) -> None:
        for rows, sentence in [
            ({"train": [], "test": []}, r"found a dictionary of train, test.*rows\['train'\]"),
            (["question"], r"row 1: expected a dictionary, found str\. Of a pandas\.DataFrame"),
            ([{"a": 1}, {"a": 1, "image": b"x"}], r"row 2, column image: bytes has no form in JSON\. Leave the column out"),
            ([{"a": float("nan")}], "row 1, column a: NaN and infinities have no form in JSON. Put None there."),
        ]:
            with self.subTest(sentence), self.assertRaisesRegex(TypeError, sentence):
                write_rows(rows, None)
        self.assertEqual([path for path in Path("runs").rglob("*")] if Path("runs").exists() else [], [])
