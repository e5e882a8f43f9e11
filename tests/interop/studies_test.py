"""`airy-trainer study` as people run it: stopped, killed, gone on with, finished."""

import json
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TRAINER, MODEL = (str(Path(word).resolve()) for word in sys.argv[1:3])
RUN = "resnet18-log-seed-1"


class Studies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.folder = Path(cls._folder.name)
        cls.shots = cls.folder / "shots.safetensors"
        subprocess.run([TRAINER, "render", "--simulate", "77:40", "--balance", "0.8", "--out",
                        cls.shots], check=True, capture_output=True, timeout=200)

    @classmethod
    def tearDownClass(cls):
        cls._folder.cleanup()

    def command(self, name, *options):
        return [TRAINER, "study", name, "--size", "cpu", "--shots", "40", "--pixels", "56",
                "--epochs", "6", "--dtype", "fp32", "--data", str(self.shots), "--reference",
                MODEL, "--out", str(self.folder / "results"), *options]

    def run_until(self, words, stop):
        """Starts the study, sends a signal once it has said `words`."""
        with subprocess.Popen(self.command("svm"), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            said = ""
            for line in process.stderr:
                said += line
                if words in line:
                    process.send_signal(stop)
                    break
            out, rest = process.communicate(timeout=250)
            return process.returncode, out, said + rest

    def finish(self, name, *options):
        done = subprocess.run(self.command(name, *options), capture_output=True, text=True,
                              timeout=280)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout, done.stderr

    def test_goes_on_after_a_stop_and_after_a_kill(self):
        status, out, err = self.run_until(f"{RUN}  epoch 1/6", signal.SIGINT)
        self.assertEqual(status, 1, err)
        self.assertIn("stopped by a signal; the same command goes on", err)
        self.assertRegex(out, r"\| ResNet18, alpha 0.2 \| +not run \|")
        work = self.folder / "results/work/own"
        svm = (work / "svm-seed-1/figures.json").stat().st_mtime_ns

        status, _, err = self.run_until(f"{RUN}  epoch ", signal.SIGKILL)
        self.assertEqual(status, -signal.SIGKILL)
        self.assertNotIn("epoch 1/6", err)

        out, err = self.finish("svm")
        self.assertNotIn("epoch 1/6", err)
        self.assertIn("epoch 6/6", err)
        self.assertNotIn("not run", out)
        self.assertEqual((work / "svm-seed-1/figures.json").stat().st_mtime_ns, svm)
        self.assertFalse((work / RUN / "state.safetensors").exists())
        figures = json.loads((work / RUN / "figures.json").read_text())["figures"]
        self.assertEqual(figures["epochs"], 6)
        row = next(line for line in out.splitlines() if line.startswith("| ResNet18"))
        self.assertIn(f"{figures['accuracy']:.4f}", row)
        self.assertIn("40 shots, 56 px, 6 epochs", row)
        self.assertIn("simulator ", row)
        results = self.folder / "results"
        self.assertEqual((results / "svm-own.md").read_text().strip(), out.strip())
        self.assertEqual((results / "svm-own.png").read_bytes()[:4], b"\x89PNG")

        again, err = self.finish("svm")
        self.assertEqual(again, out)
        self.assertNotIn("epoch", err)
        self.assertIn("4 of 4 runs are done\n", err)

    def test_says_not_run_where_work_was_limited(self):
        out, err = self.finish("depth", "--runs", "0", "--work", str(self.folder / "none"))
        rows = re.findall(r"^\| (\w[^|]*?) +\| +not run", out, re.M)
        self.assertEqual(rows, ["ResNet18", "ResNet50", "ResNet101", "VGG16", "VGG19",
                                "reference", "constant answer"])
        self.assertIn("timing only", out)
        self.assertIn("rows are missing: ResNet101, ResNet50, ResNet18", out)
        self.assertIn("0 of 7 runs are done; the same command goes on", err)

    def test_lists_what_there_is_and_refuses_what_there_is_not(self):
        listed = subprocess.run([TRAINER, "study"], capture_output=True, text=True)
        self.assertEqual(listed.returncode, 0)
        for name in "alpha", "training-size", "noise", "depth", "svm", "label-efficiency", "all":
            self.assertRegex(listed.stdout, rf"\n  {name} ")
        for options, message in (
                (["beta", "--size", "cpu"], "study must be one of: alpha"),
                (["alpha"], "option --size cpu|gpu|paper is missing"),
                (["alpha", "--size", "huge"], "size must be one of: cpu, gpu, paper; was 'huge'"),
                (["alpha", "--size", "cpu", "--pixels", "100"], "size must be 224, 112 or 56"),
                (["alpha", "--size", "cpu", "--recipe", "x"], "recipe must be one of")):
            done = subprocess.run([TRAINER, "study", *options], capture_output=True, text=True,
                                  cwd=self.folder)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(message, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
