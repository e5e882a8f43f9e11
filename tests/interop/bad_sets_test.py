"""What `airy-detector dataset` and `noise` say of options and files that cannot be: one
line that names the value and what is allowed, a status above 0, and no finished set."""

import os
import resource
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

DETECTOR = sys.argv.pop(1)
USAGE, FAILED = 2, 1


class BadSetsTest(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.folder = Path(self._folder.name)
        self.out = self.folder / "out.cxi"

    def run_detector(self, *arguments, limit=None):
        def limit_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        return subprocess.run([DETECTOR, *map(str, arguments)], capture_output=True,
                              text=True, timeout=120,
                              preexec_fn=limit_files if limit else None)

    def refuse(self, *arguments, status, said, limit=None):
        with self.subTest(said=said):
            before = sorted(self.folder.iterdir())
            done = self.run_detector(*arguments, limit=limit)
            self.assertEqual(done.returncode, status, done.stderr)
            for part in said:
                self.assertIn(part, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertEqual(sorted(self.folder.iterdir()), before)

    def test_options_out_of_range(self):
        for option, value, said in [
                ("--shots", 0, "--shots must be 1..10000000; was 0"),
                ("--shots", 10**9, "--shots must be 1..10000000; was 1000000000"),
                ("--size", 7, "--size must be 8..1035; was 7"),
                ("--size", 1036, "--size must be 8..1035; was 1036"),
                ("--threads", 0, "--threads must be 1..256; was 0"),
                ("--min-positives", 91,
                 "--min-positives of 1000 shots must be 0..90; was 91"),
                ("--seed", 20260000, "--seed 20260000 is kept for the pools of simulate"),
                ("--balance", 1.5, "--balance must be 0..1; was 1.5"),
                ("--empty-share", 2, "--empty-share (or -1: as in nature) must be 0..1; was 2"),
                ("--empty-share", -0.5, "must be 0..1; was -0.5"),
                ("--label-noise", -1, "--label-noise must be 0..1; was -1"),
                ("--gamma", "0.5,9", "--gamma MAX must be 0.5..4; was 9"),
                ("--gamma", "2,1", "--gamma MAX must be 2..4; was 1"),
                ("--gamma", "0.1,1", "--gamma MIN must be 0.25..4; was 0.1")]:
            self.refuse("dataset", option, value, "--out", self.out, status=USAGE,
                        said=[said])
        self.refuse("dataset", "--shots", 1, status=USAGE, said=["--out must name the file"])
        self.refuse("dataset", "--set", "sim-balanced-test", "--shots", 30, "--out", self.out,
                    status=USAGE,
                    said=["--min-positives of 30 shots must be 0..2; was 300"])

    def test_names_that_are_none(self):
        for arguments, said in [
                (["dataset", "--set", "sim-7265"],
                 "sim-7264 sim-100k sim-balanced-test sim-shift; was sim-7265"),
                (["noise", self.out, "--level", "much", "--out", self.out], "much")]:
            done = self.run_detector(*arguments)
            self.assertEqual(done.returncode, USAGE)
            self.assertIn(said, done.stderr)

    def test_a_seed_of_more_than_64_bits(self):
        for command in ("dataset", "calibrate", "gallery"):
            done = self.run_detector(command, "--seed", 2**64, "--out", self.out)
            self.assertEqual(done.returncode, USAGE)
            self.assertIn(f"--seed: must be 0..{2**64 - 1}; was {2**64}", done.stderr)

    def test_places_that_cannot_be_written(self):
        self.refuse("dataset", "--shots", 1, "--out", self.folder / "none" / "x.cxi",
                    status=FAILED, said=["none/x.cxi.partial", "No such file or directory"])
        locked = self.folder / "locked"
        locked.mkdir(mode=0o500)
        if os.geteuid() != 0:
            self.refuse("dataset", "--shots", 1, "--out", locked / "x.cxi", status=FAILED,
                        said=["locked/x.cxi.partial", "Permission denied"])
        self.out.write_bytes(b"mine")
        self.refuse("dataset", "--shots", 1, "--out", self.out, status=FAILED,
                    said=["out.cxi: exists already"])
        self.refuse("noise", self.out, "--level", "none", "--out", self.out, status=FAILED,
                    said=["out.cxi: exists already"])
        self.assertEqual(self.out.read_bytes(), b"mine")

    def test_a_disk_that_is_too_small_is_told_before_the_first_shot(self):
        """A limit on the size of files stands for the full disk."""
        self.refuse("dataset", "--shots", 100000, "--out", self.out, limit=10**7,
                    status=FAILED, said=["out.cxi", "File too large"])
        source = self.folder / "source.h5"
        with h5py.File(source, "w") as file:
            file["data/data"] = np.ones((3, 8, 8), np.uint16)
        self.refuse("noise", source, "--level", "mean", "--out", self.out, limit=10**5,
                    status=FAILED, said=["out.cxi", "File too large"])

    def test_somebody_elses_partial_file_stays(self):
        partial = Path(f"{self.out}.partial")
        partial.write_bytes(b"dear diary")
        self.refuse("dataset", "--shots", 1, "--out", self.out, status=FAILED,
                    said=[f"{partial} is not a set of shots; delete it to begin anew"])
        self.assertEqual(partial.read_bytes(), b"dear diary")

    def test_sources_that_are_no_sets(self):
        def source(name, **datasets):
            path = self.folder / name
            with h5py.File(path, "w") as file:
                for place, values in datasets.items():
                    file[place.replace("__", "/")] = values
            return path

        frames = np.ones((2, 8, 8), np.uint16)
        foreign = source("foreign.h5", other__frames=frames)
        narrow = source("narrow.cxi", entry_1__data_1__data=frames,
                        entry_1__note_1__data=np.zeros((2, 10), np.int32))
        odd = source("odd.cxi", entry_1__data_1__data=frames,
                     entry_1__note_1__data=np.full((2, 11), 7, np.int32))
        negative = source("negative.h5", data__data=np.full((2, 8, 8), -3, np.int32))
        whole = source("whole.h5", data__data=frames).read_bytes()
        cut = self.folder / "cut.h5"
        cut.write_bytes(whole[:len(whole) // 2])
        text = self.folder / "text.cxi"
        text.write_text("these are not the shots you are looking for")
        for name, status, said in [
                (self.folder / "gone.cxi", FAILED, ["gone.cxi", "no such file or folder"]),
                (text, USAGE, ["text.cxi", "is neither an HDF5 file (CXI) nor a PNG nor"]),
                (cut, FAILED, ["cut.h5", "truncated"]),
                (foreign, USAGE, ["foreign.h5", "/entry_1/data_1/data"]),
                (f"{foreign}:/nowhere", USAGE, ["foreign.h5", "no dataset at /nowhere"]),
                (narrow, USAGE, ["narrow.cxi", "/entry_1/note_1/data must hold 11 integers "
                                               "for each of 2 shots; was 2 x 10 of int32"]),
                (odd, USAGE, ["odd.cxi", "/entry_1/note_1/data", "7"]),
                (negative, FAILED, ["negative.h5", "must be 0 or more; was -3"])]:
            self.refuse("noise", name, "--level", "max", "--out", self.out, status=status,
                        said=said)


if __name__ == "__main__":
    unittest.main()
