"""`airy-detector calibrate`, and its table of label combinations against the real file.

AIRY_CXIDB94_LABELS names the label file of CXIDB-94 (lbl_radius.npz); without it that
test is skipped."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import numpy as np

DETECTOR = sys.argv.pop(1)
CLASSES = ("spherical_oblate", "round", "elliptical", "prolate", "streak", "bent",
           "asymmetric", "newton_rings", "double_rings", "layered", "empty")


def calibrate(*arguments):
    return subprocess.run(
        [DETECTOR, "calibrate", *map(str, arguments)], capture_output=True, text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"})


class DetectorCalibratesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls._folder.cleanup)
        cls.folder = Path(cls._folder.name)
        cls.done = calibrate("--shots", 60, "--hits-per-combination", 1, "--threads", 2,
                             "--out", cls.folder / "new" / "report")
        cls.text = (cls.folder / "new" / "report" / "calibration.txt").read_text()

    def combinations(self):
        """{classes: (real images, share accepted in percent)}"""
        return {
            tuple(name.split("+")): (int(real), float(accepted))
            for name, real, accepted in re.findall(
                r"^([a-z_+]+) +(\d+) +[\d.]+ +([\d.]+)%", self.text, re.MULTILINE)}

    def test_writes_a_report_as_text_and_as_charts(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        self.assertEqual(self.done.stdout, self.text)
        self.assertIn("60 simulated shots", self.text)
        self.assertIn("hard rules violated: 0\n", self.text)
        self.assertIn("other combinations than the 43: 0\n", self.text)
        png = (self.folder / "new" / "report" / "calibration.png").read_bytes()
        self.assertEqual(png[:8], b"\x89PNG\r\n\x1a\n")

    def test_reaches_every_combination(self):
        combinations = self.combinations()
        self.assertEqual(len(combinations), 43)
        self.assertEqual(sum(real for real, _ in combinations.values()), 7264)
        for name, (_, accepted) in combinations.items():
            self.assertGreater(accepted, 0, name)

    def test_report_does_not_depend_on_the_threads(self):
        again = calibrate("--shots", 60, "--hits-per-combination", 1, "--threads", 1,
                          "--out", self.folder / "again")
        self.assertEqual(again.stdout, self.text)

    def test_table_is_that_of_the_label_file(self):
        path = os.environ.get("AIRY_CXIDB94_LABELS")
        if not path:
            self.skipTest("AIRY_CXIDB94_LABELS is not set")
        labels = np.load(path)["label"]
        real = Counter(tuple(np.array(CLASSES)[row != 0].tolist()) for row in labels)
        ours = {name: count for name, (count, _) in self.combinations().items()}
        self.assertEqual(ours, dict(real))

    def test_refuses_impossible_options_in_one_line(self):
        blocked = self.folder / "file"
        blocked.write_text("")
        for arguments, status, message in [
                (("--shots", 0), 2, "--shots must be 1..1000000; was 0"),
                (("--hits-per-combination", 0), 2,
                 "--hits-per-combination must be 1..10000; was 0"),
                (("--threads", 0), 2, "--threads must be 1..256; was 0"),
                (("--out", blocked / "report"), 1, str(blocked / "report"))]:
            with self.subTest(arguments=arguments):
                refused = calibrate("--out", self.folder / "refused", *arguments)
                self.assertEqual(refused.returncode, status)
                self.assertEqual(refused.stdout, "")
                self.assertEqual(len(refused.stderr.splitlines()), 1, refused.stderr)
                self.assertIn(message, refused.stderr)


if __name__ == "__main__":
    unittest.main()
