"""The real program on a local model server, which $SYSGEN_TEST_BASE_URL names."""

import contextlib
import io
import os
import tempfile
import unittest
from pathlib import Path

import sysgen

BASE_URL = os.environ.get("SYSGEN_TEST_BASE_URL")


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

        self.assertIn(f"rows.jsonl (question-answer) -> {run.folder}", self.stderr.getvalue())
        for _ in range(2):
            self.assertEqual([row["id"] for row in run], ["q0", "q1", "q2"])
        self.assertEqual([message["role"] for message in next(iter(run))["messages"]], ["system", "user", "assistant"])
        self.assertEqual([(row["id"], row["reason"]) for row in run.rejected], [("empty", "empty-instruction")])
        self.assertEqual(run.summary["rows"]["done"], 3)

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

    def test_a_run_is_opened(self) -> None:
        with self.assertRaisesRegex(sysgen.SysGenError, "No run in nowhere"):
            sysgen.Run("nowhere").summary
        with self.assertRaisesRegex(sysgen.SysGenError, "nowhere is no run directory"):
            list(sysgen.Run("nowhere"))
