"""`airy-detector dataset`, seen from outside: interrupted, on two threads, by name."""

import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import h5py
import numpy as np

from read_set import CLASSES, read_set

DETECTOR = sys.argv.pop(1)


def dataset(*arguments):
    return subprocess.run([DETECTOR, "dataset", *map(str, arguments)], capture_output=True,
                          text=True, timeout=280)


class DataSetsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.folder = Path(cls._folder.name)
        # What all tests compare with: written at one go by one thread.
        cls.recipe = ["--shots", 16, "--seed", 3, "--balance", 1]
        cls.whole = cls.folder / "whole.cxi"
        begin = time.monotonic()
        done = dataset(*cls.recipe, "--threads", 1, "--out", cls.whole)
        assert done.returncode == 0, done.stderr
        cls.whole_s = time.monotonic() - begin

    @classmethod
    def tearDownClass(cls):
        cls._folder.cleanup()

    def test_h5py_reads_all_of_it(self):
        content = read_set(self.whole)
        self.assertEqual((content["shots"], content["shape"]), (16, (224, 224)))
        self.assertEqual(content["dtype"], np.float32)
        self.assertEqual(list(content["identifiers"]), [f"shot_{i:08}" for i in range(16)])
        np.testing.assert_array_equal(content["truth"]["index"], np.arange(16))
        hits = content["labels"][:, CLASSES.index("empty")] == 0
        self.assertGreater(hits.sum(), 0)
        self.assertTrue((content["truth"]["radius_nm"][hits] > 0).all())
        self.assertEqual(content["attributes"]["seed"], "3")
        self.assertEqual(content["attributes"]["balance"], "1")
        # Without label noise the labels of the rules are the labels.
        rules = np.stack([content["truth"]["noise_free_" + name] for name in CLASSES])
        np.testing.assert_array_equal(rules.T, content["labels"])

    def test_two_threads_write_the_same_bytes(self):
        out = self.folder / "two_threads.cxi"
        self.assertEqual(dataset(*self.recipe, "--threads", 2, "--out", out).returncode, 0)
        self.assertEqual(out.read_bytes(), self.whole.read_bytes())

    def test_other_seeds_and_label_noise_are_other_sets(self):
        out = self.folder / "other.cxi"
        self.assertEqual(dataset("--shots", 16, "--seed", 4, "--balance", 1, "--threads", 2,
                                 "--out", out).returncode, 0)
        self.assertNotEqual(read_set(out)["truth"]["photons"].tolist(),
                            read_set(self.whole)["truth"]["photons"].tolist())

    def interrupt(self, command, out, after_s, number):
        """Leaves the status, and what was said; a signal may come when all is done."""
        process = subprocess.Popen([DETECTOR, "dataset", *map(str, command), "--out", out],
                                   stderr=subprocess.PIPE, text=True)
        try:
            _, self.errors = process.communicate(timeout=after_s)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
            _, self.errors = process.communicate()
        self.status = process.returncode

    def test_goes_on_after_any_number_of_kills(self):
        """However often it is killed, and wherever, the finished bytes are the same."""
        out = self.folder / "killed.cxi"
        partial = Path(f"{out}.partial")
        chance = random.Random(20)
        kills = 0
        while not out.exists():
            self.interrupt([*self.recipe, "--threads", chance.choice((1, 2))], out,
                           chance.uniform(0.1, 0.8) * self.whole_s, signal.SIGKILL)
            if self.status == 0:
                continue
            self.assertEqual(self.status, -signal.SIGKILL, self.errors)
            kills += 1
            self.assertLess(kills, 30, "never gets any further")
        self.assertGreater(kills, 0)
        self.assertFalse(partial.exists())
        self.assertEqual(out.read_bytes(), self.whole.read_bytes())

    def test_an_interrupt_loses_nothing_and_says_how_to_go_on(self):
        out = self.folder / "interrupted.cxi"
        partial = Path(f"{out}.partial")
        process = subprocess.Popen(
            [DETECTOR, "dataset", *map(str, self.recipe), "--threads", "1", "--out", out],
            stderr=subprocess.PIPE, text=True)
        # Shots are there once the file is: it is given its whole size before the first.
        deadline = time.monotonic() + 60
        while not (partial.exists() and self.written(partial)):
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
        self.assertEqual(process.returncode, 130)
        self.assertRegex(errors, r"^airy-detector: stopped by a signal after \d+ of 16 shots; "
                                 r"the same command goes on\n$")
        with h5py.File(partial) as file:
            written = file["/entry_1/shots_written"][0]
        self.assertGreater(written, 0)
        self.assertIn(f"after {written} of 16", errors)

        # What is there is a set for nobody: not by its name, not by another.
        stolen = self.folder / "stolen.cxi"
        stolen.write_bytes(partial.read_bytes())
        noise = subprocess.run([DETECTOR, "noise", stolen, "--level", "none", "--out",
                                self.folder / "x.cxi"], capture_output=True, text=True)
        self.assertEqual(noise.returncode, 1)
        self.assertIn(f"its writing was interrupted: holds {written} of 16 shots",
                      noise.stderr)

        # Another recipe does not go on with it.
        before = partial.read_bytes()
        other = dataset("--shots", 16, "--seed", 5, "--balance", 1, "--out", out)
        self.assertEqual(other.returncode, 1)
        self.assertEqual(other.stderr, f"airy-detector: {partial} was begun with seed 3, not "
                                       "5; delete it to begin anew\n")
        self.assertEqual(partial.read_bytes(), before)
        again = dataset(*self.recipe, "--threads", 2, "--out", out)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(out.read_bytes(), self.whole.read_bytes())

    def written(self, partial):
        """Whether the shots of a file being written include any with photons."""
        try:
            with h5py.File(partial, locking=False) as file:
                return file["/entry_1/sample_1/photons"][0] > 0
        except OSError:
            return False

    def test_quotas_hold_over_interrupts(self):
        quota = ["--shots", 16, "--seed", 3, "--balance", 1, "--min-positives", 1]
        whole = self.folder / "quota.cxi"
        self.assertEqual(dataset(*quota, "--threads", 2, "--out", whole).returncode, 0)
        content = read_set(whole)
        self.assertTrue((content["labels"].sum(axis=0) >= 1).all(), content["labels"])
        index = content["truth"]["index"]
        self.assertTrue((np.diff(index) > 0).all())
        out = self.folder / "quota_killed.cxi"
        chance = random.Random(7)
        while not out.exists():
            self.interrupt([*quota, "--threads", 2], out,
                           chance.uniform(0.4, 1) * self.whole_s, signal.SIGKILL)
            self.assertIn(self.status, (0, -signal.SIGKILL), self.errors)
        self.assertEqual(out.read_bytes(), whole.read_bytes())

    def test_keeps_full_frames(self):
        out = self.folder / "full.cxi"
        self.assertEqual(dataset("--shots", 2, "--seed", 3, "--balance", 1, "--size", 1035,
                                 "--out", out).returncode, 0)
        content = read_set(out)
        self.assertEqual((content["shape"], content["dtype"]), ((1035, 1035), np.uint16))
        with h5py.File(out) as full, h5py.File(self.whole) as small:
            frame = full["/entry_1/data_1/data"][1].astype(float)
            image = small["/entry_1/data_1/data"][1]
        # Area averages keep the sum of counts.
        self.assertAlmostEqual(image.mean() / frame.mean(), 1, places=3)
        np.testing.assert_array_equal(content["labels"], read_set(self.whole)["labels"][:2])

    def test_named_sets_are_recipes(self):
        listed = dataset("--set", "help")
        self.assertEqual(listed.returncode, 0)
        for name in ("sim-7264", "sim-100k", "sim-balanced-test", "sim-shift"):
            self.assertIn(name, listed.stdout)
        out = self.folder / "shift.cxi"
        self.assertEqual(dataset("--set", "sim-shift", "--shots", 6, "--out",
                                 out).returncode, 0)
        content = read_set(out)
        self.assertEqual(content["attributes"]["set"], "sim-shift, changed")
        energy = content["truth"]["photon_energy_ev"]
        self.assertTrue((((energy >= 20.6) & (energy <= 21)) | (energy >= 35)).all(), energy)
        self.assertTrue((content["truth"]["hole_deg"] >= 5).all())

    def test_draws_no_bar_over_a_short_job(self):
        done = dataset("--shots", 1, "--out", self.folder / "one.cxi")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))


if __name__ == "__main__":
    unittest.main()
