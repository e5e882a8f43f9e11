#!/usr/bin/python3
"""What deploy/gpu says before it does anything."""

import pathlib
import subprocess
import tempfile
import unittest

GPU = pathlib.Path(__file__).resolve().parents[3] / "deploy" / "gpu"


def run(*words):
    return subprocess.run([GPU, *words], capture_output=True, text=True, timeout=60)


class GpuCommandTest(unittest.TestCase):
    def test_help_names_every_option(self):
        answer = run("--help")
        self.assertEqual(answer.returncode, 0)
        for option in ("minutes", "device", "epochs", "shots", "python", "jobs"):
            self.assertIn(f"--{option}", answer.stdout)

    def test_wrong_options_are_named(self):
        for words, expected in (
                ([], "FOLDER is missing"),
                (["out", "--turbo"], "unknown option --turbo"),
                (["out", "--minutes"], "--minutes needs a value"),
                (["out", "--minutes", "0"], "was '0'"),
                (["out", "--epochs", "many"], "was 'many'"),
                (["out", "other"], "not also 'other'")):
            answer = run(*words)
            self.assertEqual(answer.returncode, 2, words)
            self.assertIn(expected, answer.stderr, words)

    def test_without_torch_it_says_so_and_leaves_no_folder(self):
        with tempfile.TemporaryDirectory() as parent:
            folder = pathlib.Path(parent) / "out"
            answer = run(str(folder), "--python", "false")
            self.assertEqual(answer.returncode, 1)
            self.assertIn("missing: Python's torch (asked 'false')", answer.stderr)
            self.assertIn("missing: a GPU", answer.stderr)
            self.assertFalse(folder.exists())


if __name__ == "__main__":
    unittest.main()
