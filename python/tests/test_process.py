"""What Python makes of what the program says and of interrupts. A small program stands for sysgen."""

import contextlib
import io
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

import sysgen
from sysgen._command import find_command

FAKE = shlex.join([sys.executable, str(Path(__file__).with_name("fake_sysgen.py"))])


class FakeProgram(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.saw_path = self.folder / "saw.json"

    def program(self, **fake: object) -> contextlib.AbstractContextManager:
        values = {"SYSGEN_COMMAND": FAKE, "FAKE": json.dumps(fake), "FAKE_SAW": str(self.saw_path), "FORCE_COLOR": "1"}
        return mock.patch.dict(os.environ, values)

    def saw(self) -> dict:
        return json.loads(self.saw_path.read_text(encoding="utf8"))

    def wait_for(self, signals: int) -> dict:
        for _ in range(1000):
            if self.saw_path.exists() and self.saw()["signals"] >= signals:
                return self.saw()
            time.sleep(0.01)
        raise AssertionError(f"the program did not get {signals} signals")


class Configuration(FakeProgram):
    def test_keywords_become_the_config_and_none_is_not_given(self) -> None:
        with self.program(code=0, summary={}), contextlib.redirect_stderr(io.StringIO()) as stderr:
            run = sysgen.run("data.jsonl", out=self.folder / "run", model="m", base_url=["http://a/v1"], max_calls=None, log=Path("a.log"))
        config = self.saw()["config"]
        expected = {"input": "data.jsonl", "out": str(self.folder / "run"), "model": "m", "base_url": ["http://a/v1"], "log": "a.log"}
        self.assertEqual(config, expected)
        self.assertEqual(self.saw()["args"][3:], ["--json"])
        self.assertEqual(run.folder, Path("run"))
        self.assertEqual(stderr.getvalue(), "0/3 rows\n")
        self.assertFalse(Path(self.saw()["args"][2]).exists())
        self.assertFalse(self.saw()["forces_colour"])

    def test_a_value_without_a_form_in_json_is_named(self) -> None:
        with self.program(code=0), self.assertRaisesRegex(TypeError, "value of the configuration is a set"):
            sysgen.run("data.jsonl", headers={"a"})


class Endings(FakeProgram):
    def fails(self, check: bool = True, **fake: object) -> sysgen.SysGenError:
        with self.program(**fake), contextlib.redirect_stderr(io.StringIO()) as stderr:
            with self.assertRaises(sysgen.SysGenError) as caught:
                sysgen.run("data.jsonl", check=check)
        self.assertEqual(stderr.getvalue(), "0/3 rows\n")
        return caught.exception

    def test_an_error_is_the_sentence_of_the_program(self) -> None:
        error = self.fails(code=2, stderr="error: No file at data.jsonl. Give the path of one.\n", check=False)
        self.assertEqual((str(error), error.exit_code, error.run), ("No file at data.jsonl. Give the path of one.", 2, None))

    def test_codes_of_a_finished_run_have_the_run(self) -> None:
        rows = {"in": 3, "failed": 1}
        for code, summary, sentence in [
            (1, {"rows": rows}, "1 of 3 rows failed. The same call again"),
            (3, {"rows": rows, "stoppedBy": "--max-calls 2: 2 calls are paid."}, "--max-calls 2: 2 calls are paid. The same call"),
            (4, {"rows": rows, "stoppedBy": "3 batches are open."}, "3 batches are open. The same call again goes on."),
            (5, {"rows": rows}, "None of 3 rows is in the dataset. run/rejected.jsonl says why."),
            (130, {"rows": rows}, "sysgen was interrupted."),
        ]:
            with self.subTest(code):
                error = self.fails(code=code, summary=summary)
                self.assertTrue(str(error).startswith(sentence), str(error))
                self.assertEqual(error.exit_code, code)
                assert error.run is not None
                self.assertEqual(error.run.summary["rows"], rows)

    def test_without_check_a_finished_run_is_returned(self) -> None:
        with self.program(code=5, summary={"rows": {"in": 3}}), contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(sysgen.run("data.jsonl", check=False).summary["rows"], {"in": 3})
        self.assertEqual(self.fails(code=130, summary={"rows": {}}, check=False).exit_code, 130)


@unittest.skipUnless(os.name == "posix", "signals of POSIX")
class Interrupts(FakeProgram):
    def interrupt_after(self, signals: int) -> None:
        self.wait_for(signals)
        os.kill(os.getpid(), signal.SIGINT)

    def run_interrupted(self, times: int, **fake: object) -> KeyboardInterrupt:
        def interrupt() -> None:
            for signals in range(times):
                self.interrupt_after(signals)

        thread = threading.Thread(target=interrupt)
        with self.program(**fake), contextlib.redirect_stderr(io.StringIO()), self.assertRaises(KeyboardInterrupt) as caught:
            thread.start()
            sysgen.run("data.jsonl", out="run")
        thread.join()
        return caught.exception

    def test_one_lets_the_program_end_and_says_how_to_go_on(self) -> None:
        error = self.run_interrupted(1, code=130, waits="for a signal", summary={})
        self.assertEqual(str(error), "Stopped. What was paid is kept in run. The same call again goes on.")
        self.assertEqual(self.saw()["signals"], 1)

    def test_two_have_it_quit_at_once(self) -> None:
        error = self.run_interrupted(2, code=130, waits="for two signals", summary={})
        self.assertEqual(str(error), "Stopped. What was paid is kept in run. The same call again goes on.")

    def test_the_whole_group_interrupted_is_one_interrupt(self) -> None:
        code = "import sysgen; sysgen.run('data.jsonl')"
        with self.program(code=130, waits="for a signal", summary={}):
            python = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stderr=subprocess.PIPE, text=True)
            self.wait_for(0)
            os.killpg(python.pid, signal.SIGINT)
            _, stderr = python.communicate(timeout=30)
        self.assertIn("Stopped. What was paid is kept in run.", stderr)
        # Two signals at the same time may count as one, so their number alone tells nothing.
        self.assertNotEqual(self.saw()["group"], python.pid)
        self.assertEqual(self.saw()["signals"], 1)

    @unittest.skipUnless(sys.platform == "linux", "asks the kernel of Linux")
    def test_the_program_is_interrupted_when_python_is_killed(self) -> None:
        code = "import sysgen; sysgen.run('data.jsonl')"
        with self.program(code=130, waits="for a signal"):
            python = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
            self.wait_for(0)
            python.kill()
            python.wait()
        self.assertEqual(self.wait_for(1)["signals"], 1)


class Finding(unittest.TestCase):
    def sentence(self, path: str) -> str:
        with mock.patch.dict(os.environ, {"PATH": path, "SYSGEN_COMMAND": ""}), self.assertRaises(sysgen.SysGenError) as caught:
            find_command()
        self.assertIsNone(caught.exception.exit_code)
        return str(caught.exception)

    def test_says_what_is_missing(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertTrue(self.sentence(folder).startswith("sysgen needs Node 20.19 or newer, and there is no `node` on the PATH."))
            node = Path(folder, "node")
            node.write_text("#!/bin/sh\necho v18.3.0\n")
            node.chmod(0o755)
            self.assertIn(f"needs Node 20.19 or newer, and {node} is v18.3.0.", self.sentence(folder))

    def test_names_a_command_that_cannot_be_started(self) -> None:
        with mock.patch.dict(os.environ, {"SYSGEN_COMMAND": "/nowhere/sysgen"}):
            with self.assertRaisesRegex(sysgen.SysGenError, "Cannot start /nowhere/sysgen: No such file or directory."):
                sysgen.cli("--version")

    def test_takes_what_npx_would_find(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            main = Path(folder).resolve() / "node_modules" / "sysgen" / "dist" / "cli" / "main.js"
            main.parent.mkdir(parents=True)
            main.touch()
            inner = Path(folder, "notebooks")
            inner.mkdir()
            before = os.getcwd()
            os.chdir(inner)
            try:
                with mock.patch.dict(os.environ, {"SYSGEN_COMMAND": ""}):
                    self.assertEqual(find_command()[1], str(main))
            finally:
                os.chdir(before)
