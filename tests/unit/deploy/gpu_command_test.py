#!/usr/bin/python3
"""What deploy/gpu says before it does anything, and in which order it does what. The tools it calls
are stand-ins here that only note how they were called; the real ones are those of a GPU machine."""

import os
import pathlib
import shutil
import subprocess
import sys
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


PYTHON = """
case "$1" in
  -) if [ $# = 1 ]; then printf '2.11\\n/torch/cmake\\n1\\n1\\n'; else exec REAL "$@"; fi ;;
esac
"""
CMAKE = """
case "$*" in
  --version) echo 'cmake version 3.31.2' ;;
  *--preset*) mkdir -p build/gpu/bench build/gpu/bin ;;
  *airy-trainer*) cp "$STAND_INS/trainer" build/gpu/bin/airy-trainer
                  cp "$STAND_INS/bench" build/gpu/bench/model_bench ;;
esac
"""
TRAINER = """
out=; for word in "$@"; do [ "$out" = next ] && out=$word; [ "$word" = --out ] && out=next; done
if [ "$1" = train ]; then
  [ ! -e "$out" ] || [ -e "$out.state" ] || { echo is finished; exit 0; }
  cat "$out.state" >"${out%model.safetensors}seen" 2>/dev/null || : >"${out%model.safetensors}seen"
  echo "trained with $*" >"$out.state"
  [ ! -e "$STAND_INS/no_memory" ] || { echo 'memory of cuda:0 ran out'; exit 1; }
  echo '{"images_per_s": 2058}' >"${out%.safetensors}.log.jsonl"
  mv "$out.state" "$out"
fi
[ "$1" != render ] || echo shots >"$out"
"""


class StepsTest(unittest.TestCase):
    def setUp(self):
        self._parent = tempfile.TemporaryDirectory()
        self.addCleanup(self._parent.cleanup)
        parent = pathlib.Path(self._parent.name)
        self.tree, self.stand_ins, self.out = (parent / name for name in ("tree", "bin", "out"))
        (self.tree / "deploy").mkdir(parents=True)
        shutil.copy(GPU, self.tree / "deploy" / "gpu")
        self.stand_ins.mkdir()
        for name, text in (("python3", PYTHON.replace("REAL", sys.executable)), ("cmake", CMAKE),
                           ("trainer", TRAINER), ("bench", ""), ("ctest", ""), ("nvcc", ""),
                           ("nvidia-smi", ""), ("git", "echo ${COMMIT:-c0ffee}")):
            program = self.stand_ins / name
            program.write_text(f'#!/bin/sh\necho "{name} $*" >>"$STAND_INS/calls"\n{text}')
            program.chmod(0o755)

    def run_steps(self, *words, **environment):
        """Exit status, what was said, and the calls of programs that were built and of ctest."""
        calls = self.stand_ins / "calls"
        calls.write_text("")
        environment = {**os.environ, "PATH": f"{self.stand_ins}:/usr/bin:/bin",
                       "STAND_INS": str(self.stand_ins), **environment}
        answer = subprocess.run([self.tree / "deploy" / "gpu", self.out, *words], env=environment,
                                capture_output=True, text=True, timeout=60)
        made = [line for line in calls.read_text().splitlines()
                if line.split()[0] in ("trainer", "bench", "ctest")]
        return answer.returncode, answer.stderr, made

    def test_tests_measures_trains_and_scores(self):
        status, said, calls = self.run_steps("--epochs", "3", "--", "--seed", "7")
        self.assertEqual(status, 0, said)
        self.assertEqual([" ".join(call.split()[:2]) for call in calls],
                         ["ctest --test-dir", "bench --device", "bench --device", "bench --device",
                          "trainer render", "trainer train", "trainer evaluate"])
        self.assertIn("--schedule 224:3", calls[-2])
        self.assertIn("--resume --seed 7", calls[-2])
        summary = (self.out / "summary.txt").read_text()
        self.assertIn("commit c0ffee", summary)
        # 200 epochs of 6,174 images at 2,058 a second: 600 s
        self.assertIn("would take 10.0 min", summary)

    def test_repeats_nothing_that_is_done(self):
        self.run_steps()
        self.assertEqual(self.run_steps()[2], [])

    def test_does_again_what_other_options_change(self):
        self.run_steps()
        calls = self.run_steps("--epochs", "9")[2]
        self.assertEqual([" ".join(call.split()[:2]) for call in calls],
                         ["trainer train", "trainer evaluate"])

    def test_trains_a_finished_model_anew_with_other_options(self):
        self.run_steps()
        self.run_steps("--epochs", "9")
        self.assertIn("224:9", (self.out / "model.safetensors").read_text())
        self.run_steps("--shots", "5:10")
        self.assertEqual((self.out / "train.txt").read_text(), "")

    def test_goes_on_with_a_stopped_training_but_not_with_that_of_other_options(self):
        (self.stand_ins / "no_memory").touch()
        self.run_steps()
        state = self.out / "model.safetensors.state"
        state.write_text("half way")
        self.run_steps(COMMIT="decaf")
        self.assertIn("half way", (self.out / "seen").read_text())
        state.write_text("half way")
        self.run_steps("--epochs", "9")
        self.assertNotIn("half way", (self.out / "seen").read_text())

    def test_does_all_again_from_another_commit(self):
        first = self.run_steps()[2]
        self.assertEqual(self.run_steps(COMMIT="decaf")[2], first)

    def test_goes_on_with_the_step_that_failed(self):
        (self.stand_ins / "no_memory").touch()
        status, said, _ = self.run_steps()
        self.assertEqual(status, 1)
        self.assertIn("memory of cuda:0 ran out", said)
        self.assertIn("train did not succeed", said)
        (self.stand_ins / "no_memory").unlink()
        status, said, calls = self.run_steps()
        self.assertEqual(status, 0, said)
        self.assertEqual([" ".join(call.split()[:2]) for call in calls],
                         ["trainer train", "trainer evaluate"])


if __name__ == "__main__":
    unittest.main()
